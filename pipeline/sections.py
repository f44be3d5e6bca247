"""Marks sections: which stretch of the notice is about what.

``doc.spans["sections"]`` is a partition of the text; ``doc.spans["headings"]`` runs in parallel, and where a section
has no heading the heading span is labelled ``none``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from extractors._doc import facts
from extractors._fold import fold
from extractors._questions import is_question
from extractors._requirement import of_procedure
from pipeline.endings import LIST, REQUIREMENTS, lead, leaves, offers, states, unknown_heading
from pipeline.headings import LONGEST, debris_line, heading_kind, menu_words
from pipeline.lines import Line, lines

if TYPE_CHECKING:
    from spacy.tokens import Doc

_OPENS_IN_LINE = REQUIREMENTS | {"apply", "remuneration", "duties", "background"}
# "Education: Master's degree", "Language skills – Candidates must", "LANGUAGES.- English"
# "Whom do we look for? A driver"
_RUN_IN = re.compile(r"^(?:([^:?\n]{2,100}\?)(?= \S)|([^:\n]{3,70}?)(?: ?:|：| [–—] |\.-)(?=\s|[A-ZÀ-Þ\d]))")
# In one paragraph: "B. Recommendable Requirements Knowledge of ..."
_LETTERED = re.compile(r"(?<=[.!?;] )(?:[A-Z]|[IVX]{1,4}|\d{1,2})\. (?=[A-ZÀ-Þ])")
_INLINE = re.compile(r"(?<=\S)\s?[•●▪◦‣■□►➢➤✓✔](?=\s?\S)")
# the end of a sentence, perhaps a letter or number, and a heading: "is required.b. Work Experience"
_PIECE = re.compile(
    r"(?:^|[.!?;:)]\s{0,2})(?P<whole>(?:(?:[a-z]|\d{1,2})[.)]\s{0,2})?(?P<heading>[A-ZÀ-Þ][^.;:!?•●▪◦‣■□►➢➤✓✔]{2,60}))\s?$"
)
_PLAIN = (
    "title", "requisition_id", "grade", "issue_date", "closing_date", "posting_period", "start_date", "end_date",
    "duration", "contract_type", "schedule", "posts", "duty_station", "country", "organization", "department",
)  # fmt: skip
# "(c) ", "3. ", "iv) " before a line
_NUMBERED = re.compile(r"(?:^|[\s(])(\d{1,2}|[a-z]|[ivx]{1,5})[.)]\s{0,6}$")
_FLATTENED = 1000  # characters; a longer line is a page without line breaks


@dataclass(frozen=True, slots=True)
class _Opening:
    start: int
    end: int
    kind: str
    headed: bool = True


def _flattened(text: str, line: Line) -> list[_Opening]:
    """Headings inside one long paragraph, each behind a letter or number."""
    found: list[_Opening] = []
    for match in _LETTERED.finditer(text, line.start, line.end):
        words = list(re.finditer(r"\S+", text[match.end() : match.end() + LONGEST]))
        for count in range(min(8, len(words)), 0, -1):
            kind = heading_kind(text[match.end() : match.end() + words[count - 1].end()])
            if kind:
                found.append(_Opening(match.start(), match.end() + words[count - 1].end(), kind))
                break
        else:
            found.append(_Opening(match.start(), match.end(), "other"))
    for match in re.finditer(r"(?<=[.!?;] )([A-Z][^.:;–—\n]{2,40}?) (?:[–—]) ", text[line.start : line.end]):
        kind = heading_kind(match[1])
        if kind in REQUIREMENTS:
            found.append(_Opening(line.start + match.start(), line.start + match.end(1), kind))
    return sorted(found, key=lambda o: o.start)


def _before_bullets(text: str, line: Line) -> list[_Opening]:
    """Headings inside a line, each right before the first bullet under it: "b. Work Experience•At least two years"."""
    found: list[_Opening] = []
    for mark in _INLINE.finditer(text, line.start, line.end):
        low = max(line.start, mark.start() - LONGEST)
        piece = _PIECE.search(text[low : mark.start()])
        kind = heading_kind(piece["heading"]) if piece else None
        if piece and kind:
            found.append(_Opening(low + piece.start("whole"), mark.start(), kind))
    return found


@dataclass(slots=True)
class _Numbers:
    """The numbers before the lines, which tell where a list inside a numbered paragraph ends."""

    last: int = 0  # number of the last line with one
    held: int | None = None  # number of the paragraph that the open section is a lettered part of

    def opens(self, text: str, line: Line) -> None:
        """Note that a section opens at a line: "(c) Languages:" inside paragraph 3."""
        mark = _mark(text, line)
        self.held = self.last if self.last and mark and mark.isalpha() else None

    def reads(self, text: str, line: Line) -> bool:
        """Note the number of a line; whether it is the paragraph after the one that the section is a part of."""
        mark = _mark(text, line)
        if mark is None or not mark.isdecimal():
            return False
        ends = self.held is not None and int(mark) == self.held + 1
        self.last = int(mark)
        return ends


def _mark(text: str, line: Line) -> str | None:
    match = _NUMBERED.search(text, max(0, line.start - 8), line.start)
    return match[1] if match else None


def _menu_end(rows: list[Line]) -> int:
    """How many of the first lines are a site's menu."""
    last = -1
    hits = 0
    for number, line in enumerate(rows[:60]):
        if fold(line.text) in menu_words():
            hits += 1
            last = number
        elif len(line.text.split()) > 8 or (hits == 0 and number > 8):
            break
        elif hits and (line.bullet or not line.text[:1].isalnum()):
            last = number
    return last + 1 if hits >= 3 else 0


def _may_head(text: str, line: Line) -> bool:
    """Whether the line looks like a heading: no bullet (a number may stand before it), no end of a sentence."""
    if line.text.endswith((";", ",", ".")) or line.text[0].islower():
        return False
    if not line.bullet or line.text.endswith(":") or line.text.isupper():
        return True
    return text[max(0, line.start - 2) : line.start].rstrip()[-1:] in (".", ")", "#", "")


def openings(text: str, labelled: frozenset[int] = frozenset()) -> list[_Opening]:
    """Where sections begin, in order; ``labelled`` holds the starts of lines that state a plain fact."""
    rows = lines(text)
    menu = _menu_end(rows)
    numbers = _Numbers()
    found: list[_Opening] = []
    current, in_line, empty, flattened = "head", False, -1, -1
    capitals = False  # whether the open section's heading, in its line, is in capitals
    bullets = known = 0  # bullets since the last opening; openings known when they were counted
    if menu:
        found.append(_Opening(0, 0, "debris", headed=False))
        current = "debris"
    for number, line in enumerate(rows):
        bullets = bullets + rows[number - 1].bullet if number and known == len(found) else 0
        known = len(found)
        if number < menu:
            continue
        if number == menu and menu:
            found.append(_Opening(line.start, line.start, "head", headed=False))
            current = "head"
        if debris_line().search(fold(line.text[:200])):
            found.append(_Opening(line.start, line.start, "debris", headed=False))
            if number + 1 < len(rows) and current != "debris":
                after = rows[number + 1].start
                found.append(_Opening(after, after, current, headed=False))
            continue
        paragraph = numbers.reads(text, line)
        about = heading_kind(line.text) if _may_head(text, line) else None
        if about == "debris" and number < min(12, len(rows) // 4):
            about = None
        if about:
            found.append(_Opening(line.start, line.end, about))
            current, in_line = about, False
            empty = number + 1  # "Languages:" without a value, if the next line is another label
            numbers.opens(text, line)
            continue
        if current in REQUIREMENTS and (about := lead(text, line)):
            found.append(_Opening(line.start, line.end, about))
            current, in_line = about, False
            continue
        run_in = _RUN_IN.match(line.text)
        opening = run_in[run_in.lastindex or 0] if run_in else ""
        if run_in and current != "debris" and (about := heading_kind(opening)) in _OPENS_IN_LINE:
            found.append(_Opening(line.start, line.start + run_in.end(), about))
            current = about
            in_line, capitals = True, opening.isupper()
            numbers.opens(text, line)
        elif run_in and current not in ("debris", "head") and is_question(opening):
            found.append(_Opening(line.start, line.start + run_in.end(), "other"))
            current, in_line = "other", False
        elif current in REQUIREMENTS and (
            paragraph
            or (line.start in labelled and (in_line or number == empty))
            or leaves(text, rows, number, current, bullets, in_line=in_line)
            or (not line.bullet and not line.text.endswith(":") and of_procedure(text, line.start, line.end))
            or offers(text, rows, number)
            or (in_line and capitals and opening.isupper() and not line.bullet)
            or (number == flattened and not line.bullet and not states(text, line.start, line.end))
        ):
            found.append(_Opening(line.start, line.start, "other", headed=False))
            current, in_line = "other", False
        elif (
            current == "duties"
            and bullets >= LIST
            and line.after_blank
            and not line.bullet
            and of_procedure(text, line.start, line.end)
        ):  # below a list of duties: "This is a temporary appointment of 364 days"
            found.append(_Opening(line.start, line.start, "other", headed=False))
            current, in_line = "other", False
        elif current not in ("debris", "head") and unknown_heading(rows, number, current):
            found.append(_Opening(line.start, line.end, "other"))
            current = "other"
        marks = len(_INLINE.findall(line.text))
        if line.end - line.start > _FLATTENED or marks > LIST:
            inner = _flattened(text, line) if line.end - line.start > _FLATTENED else []
            inner += [o for o in _before_bullets(text, line) if all(o.start != other.start for other in inner)]
            inner.sort(key=lambda opening: opening.start)
            found.extend(inner)
            if inner:
                current, flattened = inner[-1].kind, number + 1
    return found


@Language.component("sections")
def mark_sections(doc: Doc) -> Doc:
    """Mark the sections and their headings."""
    text = doc.text
    opened = openings(text, frozenset(f.label_start for f in facts(doc, *_PLAIN)))
    if not opened or text[: opened[0].start].strip():
        opened.insert(0, _Opening(0, 0, "head", headed=False))
    headings, bodies = [], []
    for number, opening in enumerate(opened):
        stop = opened[number + 1].start if number + 1 < len(opened) else len(text)
        body = doc.char_span(opening.end, stop, label=opening.kind, alignment_mode="contract")
        if body is None or not len(body):
            body = doc.char_span(opening.end, stop, label=opening.kind, alignment_mode="expand")
        if body is None or not len(body):
            continue
        heading = doc.char_span(opening.start, opening.end, alignment_mode="expand") if opening.headed else None
        name = opening.kind if heading is not None else "none"
        heading = body if heading is None else heading
        headings.append(Span(doc, heading.start, heading.end, label=name))
        bodies.append(body)
    doc.spans["headings"] = headings
    doc.spans["sections"] = bodies
    return doc
