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
from pipeline.headings import LONGEST, debris_line, heading_kind, menu_words
from pipeline.lines import Line, lines

if TYPE_CHECKING:
    from spacy.tokens import Doc

REQUIREMENTS = frozenset(
    {"requirements", "desirable", "education", "experience", "languages", "competencies", "nationality"}
)
_OPENS_IN_LINE = REQUIREMENTS | {"apply", "remuneration", "duties", "background"}
# "Education: Master's degree", "Language skills – Candidates must", "LANGUAGES.- English"
_RUN_IN = re.compile(r"^([^:\n]{3,70}?)(?: ?:|：| [–—] |\.-)(?=\s|[A-ZÀ-Þ\d])")
# In one paragraph: "B. Recommendable Requirements Knowledge of ..."
_LETTERED = re.compile(r"(?<=[.!?;] )(?:[A-Z]|[IVX]{1,4}|\d{1,2})\. (?=[A-ZÀ-Þ])")
_PLAIN = (
    "title", "requisition_id", "grade", "issue_date", "closing_date", "posting_period", "start_date", "end_date",
    "duration", "contract_type", "schedule", "posts", "duty_station", "country", "organization", "department",
)  # fmt: skip
_END_MARK = (".", ";", ",", "!", "?")
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


def _unknown_heading(rows: list[Line], number: int, current: str) -> bool:
    """A short line set apart that the inventory does not know ends a list of requirements."""
    line = rows[number]
    if line.bullet or number + 1 >= len(rows) or len(line.text) > 60:
        return False
    words = line.text.rstrip(" :").split()
    if not words or not line.text[0].isupper() or line.text.endswith(_END_MARK) or len(words) > 7:
        return False
    if ": " in line.text or "\t" in line.text or "   " in line.text:
        return False
    if line.text.isupper() and len(words) > 1 and len(line.text) > 8:
        return True
    if current not in REQUIREMENTS or not line.after_blank or line.text.endswith(":"):
        return False
    return not line.before_blank or len(rows[number + 1].text) > 100


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
    found: list[_Opening] = []
    current, in_line = "head", False
    if menu:
        found.append(_Opening(0, 0, "debris", headed=False))
        current = "debris"
    for number, line in enumerate(rows):
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
        kind = heading_kind(line.text) if _may_head(text, line) else None
        if kind == "debris" and number < min(12, len(rows) // 4):
            kind = None
        if kind:
            found.append(_Opening(line.start, line.end, kind))
            current, in_line = kind, False
            continue
        run_in = _RUN_IN.match(line.text)
        if run_in and current != "debris" and (kind := heading_kind(run_in[1])) in _OPENS_IN_LINE:
            found.append(_Opening(line.start, line.start + run_in.end(), kind))
            current = kind
            in_line = True
        elif in_line and line.start in labelled:
            found.append(_Opening(line.start, line.start, "other", headed=False))
            current, in_line = "other", False
        elif current not in ("debris", "head") and _unknown_heading(rows, number, current):
            found.append(_Opening(line.start, line.end, "other"))
            current = "other"
        if line.end - line.start > _FLATTENED:
            inner = _flattened(text, line)
            found.extend(inner)
            if inner:
                current = inner[-1].kind
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
