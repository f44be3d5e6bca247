"""The clauses in which a notice states requirements: the items of its sections, and sentences where it has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors._doc import items, sections
from extractors._education import degrees
from extractors._experience import years
from extractors._flat import flat
from extractors._languages import asked
from extractors._requirement import DESIRED, REQUIRED, aside, kind, requirement
from extractors._sentence import sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc

_OPEN = re.compile(r"\([^()]{0,80}$|[(\"“]\s*$")
_BULLET = re.compile(r"\s[•●▪◦‣■]\s")
# "Desired skills in addition to ...", "Essential:" as a line among the clauses
_SWITCH = re.compile(
    r"(?:(?P<desired>desir(?:ed|able)|preferred|optional|advantageous|nice\sto\shave|souhait\w+|deseables?|желательн\w+|pozeljn\w+)"
    r"|(?P<required>required|essential|mandatory|necessary|requis\w*|indispensables?|обязательн\w+))"
    r"\s(?:skills?|qualifications?|competenc\w+|requirements?|experience|criteria|knowledge|competences|requisitos|требования|kvalifikacije)"
    r"(?:\sin\saddition\s[^.;]{0,90})?:?$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One bullet, clause or sentence; ``kind`` is its section's, ``requirement`` what the section says of it, if anything."""

    kind: str
    requirement: str | None
    start: int
    end: int


def clauses(doc: Doc) -> list[Clause]:
    """The clauses that state requirements, in order: those under headings, else those whose words show it."""
    if _KEPT not in doc.user_data:
        doc.user_data[_KEPT] = _clauses(doc)
    kept: list[Clause] = doc.user_data[_KEPT]
    return kept


_KEPT = "extractors.clauses"  # every extractor of requirements reads them


def _clauses(doc: Doc) -> list[Clause]:
    headed = list(_headed(doc))
    told: set[str] = set()
    for clause in headed:
        told |= _signals(doc.text, clause.start, clause.end)
        if len(told) > 1:
            return headed
    return sorted(headed + unheaded(doc), key=lambda clause: clause.start)


def _headed(doc: Doc) -> Iterator[Clause]:
    """Yield the items, those that a parenthesis or quotation cut in two put together again."""
    text = doc.text
    held: Clause | None = None
    switched: str | None = None
    section_end = -1
    ends = sorted(section.end for section in sections(doc))
    under = _under(doc)
    for item in items(doc):
        if item.start >= section_end:
            switched = None
            section_end = next((end for end in ends if end > item.start), len(text))
        if switch := _SWITCH.match(flat(text)[item.start : item.end]):
            switched = DESIRED if switch["desired"] else REQUIRED
            continue
        if held and held.end <= item.start <= held.end + 3 and _OPEN.search(text, max(held.start, held.end - 90), item.start):
            held = Clause(held.kind, held.requirement, held.start, item.end)
            continue
        if held:
            yield held
        kind = next((kind for start, end, kind in under if start <= item.start < end), item.kind)
        held = Clause(kind, switched or item.requirement, item.start, item.end)
    if held:
        yield held


def _under(doc: Doc) -> list[tuple[int, int, str]]:
    """Sections headed "Essential" or "Desirable" below a heading that says what they are about: "Work experience"."""
    found: list[tuple[int, int, str]] = []
    above: str | None = None
    for section in sections(doc):
        heading = flat(doc.text)[section.heading_start : section.heading_end].strip(" :.-*\n")
        if above is not None and _GRADED.fullmatch(heading):
            found.append((section.start, section.end, above))
        elif section.kind in _ABOUT:
            above = section.kind
        else:
            above = None
    return found


_ABOUT = ("education", "experience", "languages", "competencies")
_GRADED = re.compile(
    r"essential|desirable|required|mandatory|desired|preferred|minimum|asset|assets|advantage|optional|indispensable|souhaitable"
    r"|atout|atouts|deseable|indispensables|obligatoire|обязательно|желательно|obavezno|pozeljno"
)


def prose(doc: Doc, *kinds: str) -> Iterator[Clause]:
    """Yield the sentences of these kinds of sections that say ``required`` or ``desired`` in a word of their own."""
    text = doc.text
    for section in sections(doc, *kinds):
        for first, last in sentences(text, section.start, section.end):
            start = first
            for bullet in (*_BULLET.finditer(text, first, last), None):
                end = bullet.start() if bullet else last
                if said := requirement(text, start, end):
                    yield Clause(section.kind, said, start, end)
                start = bullet.end() if bullet else last


_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(r"[^.;,!?\n]{2,70}:?\s*$")
_BULLETED = re.compile(r"\s{0,12}(?:[-–—•*·▪●○►✓§]|\(?\d{1,2}[.)])\s?")
_TELLING = 0.4  # share of a block's clauses that must speak of requirements for all of them to count
_UNHEADED = ("head", "other", "background", "duties")


def unheaded(doc: Doc) -> list[Clause]:
    """Clauses of blocks that state requirements under no heading that says so.

    A block counts where its clauses speak of at least two of a degree, years of experience and languages.
    """
    text = doc.text
    return [clause for section in sections(doc, *_UNHEADED) for block in _blocks(text, section.start, section.end) for clause in _stated(text, block)]


def _blocks(text: str, start: int, end: int) -> Iterator[list[tuple[int, int]]]:
    """Stretches between lines that look like headings, each as its clauses."""
    block: list[tuple[int, int]] = []
    blank = True
    last = start
    for line in _LINE.finditer(text, start, end):
        gap = text.count("\n", last, line.start())
        blank = gap > 1 or line.start() == start
        last = line.end()
        printed = line.group().strip()
        bulleted = _BULLETED.match(line.group())
        if not printed:
            continue
        if not bulleted and (printed.endswith(":") or (blank and _HEADING.fullmatch(printed))):
            yield block
            block = []
            continue
        if blank and not bulleted and len(printed) > _PARAGRAPH:
            yield block
            block = []
        first = line.start() + (bulleted.end() if bulleted else 0)
        block.extend(sentences(text, first, line.end()))
    yield block


_PARAGRAPH = 200  # characters; a longer line after a blank one is a paragraph of its own


def _stated(text: str, block: list[tuple[int, int]]) -> list[Clause]:
    told = [_signals(text, first, last) for first, last in block]
    if len(set().union(*told)) < 2 if told else True:
        return []
    telling = [i for i, signals in enumerate(told) if signals]
    if len(telling) < _TELLING * len(block):
        first, last = telling[0], telling[-1]
        while first and _may_belong(text, *block[first - 1]):
            first -= 1
        while last + 1 < len(block) and _may_belong(text, *block[last + 1]):
            last += 1
        block = block[first : last + 1]
    else:
        while block and not (telling[-1] >= len(block) - 1 or _may_belong(text, *block[-1])):
            block = block[:-1]
    return [Clause("requirements", REQUIRED, first, last) for first, last in block]


_LABELLED = re.compile(r"[^:\n]{2,50}:\s")


def _may_belong(text: str, start: int, end: int) -> bool:
    """Whether a clause beside telling ones is a qualification as well, by its words."""
    return end - start < _PARAGRAPH and not _LABELLED.match(text, start, end) and kind(text, start, end) is not None and aside(text, start, end) is None


def _signals(text: str, start: int, end: int) -> set[str]:
    said = set()
    if degrees(text, start, end):
        said.add("education")
    if years(text, start, end):
        said.add("experience")
    if asked(text, start, end):
        said.add("language")
    return said
