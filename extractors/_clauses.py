"""The clauses in which a notice states requirements: the items of its sections, and sentences where it has none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from extractors._doc import facts, items, sections
from extractors._flat import flat, vocabulary
from extractors._labels import load_toml
from extractors._requirement import DESIRED, REQUIRED, requirement
from extractors._sentence import sentences
from extractors._unheaded import signals, unheaded

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEPT = "extractors.clauses"  # every extractor of requirements reads them
_ABOUT = ("education", "experience", "languages", "competencies")
_OPEN = re.compile(r"\([^()]{0,80}$|[(\"“]\s*$")
_BULLET = re.compile(r"\s[•●▪◦‣■]\s")
_MARKS = " :.-*\n"


@dataclass(frozen=True, slots=True)
class Clause:
    """One bullet, clause or sentence.

    ``kind`` is its section's, ``requirement`` what the section says of it, or None where it says nothing.
    """

    kind: str
    requirement: str | None
    start: int
    end: int


def inside(ranges: Iterable[tuple[int, int]]) -> Callable[[int], bool]:
    """A test whether an offset lies in one of these ranges, which do not overlap."""
    ordered = sorted(ranges)
    starts = [start for start, _ in ordered]

    def holds(offset: int) -> bool:
        at = bisect_right(starts, offset) - 1
        return at >= 0 and offset < ordered[at][1]

    return holds


def clauses(doc: Doc) -> list[Clause]:
    """The clauses that state requirements, in order: those under headings, else those whose words show it."""
    if _KEPT not in doc.user_data:
        doc.user_data[_KEPT] = _clauses(doc)
    kept: list[Clause] = doc.user_data[_KEPT]
    return kept


def _clauses(doc: Doc) -> list[Clause]:
    wished = inside(
        (f.start, f.end)
        for f in facts(doc, *_ABOUT[:3])
        if requirement(doc.text, f.label_start, f.label_end) == DESIRED
    )
    headed = [replace(c, requirement=DESIRED) if wished(c.start) else c for c in _headed(doc)]
    told: set[str] = set()
    for clause in headed:
        told |= signals(doc.text, clause.start, clause.end)
        if len(told) > 1:
            return headed
    shown = [Clause("requirements", REQUIRED, start, end) for start, end in unheaded(doc)]
    return sorted(headed + shown, key=lambda clause: clause.start)


@cache
def _graded() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of a line that grades what follows, and of a heading that does nothing else."""
    table = load_toml("requirement.toml")["graded"]
    assert isinstance(table, dict)
    desired, required, matter = (vocabulary(table[name]) for name in ("desired", "required", "matter"))
    grade = rf"(?:(?P<desired>{desired})|(?P<required>{required}))"
    # Desired skills in addition to the competencies covered above
    return re.compile(rf"{grade}\s{matter}(?:\sin\saddition\s[^.;]{{0,90}})?:?$"), re.compile(grade)


def _headed(doc: Doc) -> Iterator[Clause]:
    """Yield the items, those that a parenthesis or quotation cut in two put together again."""
    text = doc.text
    line, _ = _graded()
    borders = sorted({section.start for section in sections(doc)})
    under, wished = dict(_under(doc)), frozenset(_wished(doc))
    current, switched = -1, ""
    held: Clause | None = None
    for item in items(doc):
        number = bisect_right(borders, item.start) - 1
        if number != current:
            current, switched = number, ""
        if switch := line.match(flat(text)[item.start : item.end]):
            switched = DESIRED if switch["desired"] else REQUIRED
            continue
        if held and 0 <= item.start - held.end <= 3 and _OPEN.search(text, max(held.start, held.end - 90), item.start):
            held = replace(held, end=item.end)
            continue
        if held:
            yield held
        about = under.get(borders[number], item.kind) if number >= 0 else item.kind
        said = DESIRED if number >= 0 and borders[number] in wished else item.requirement
        held = Clause(about, switched or said, item.start, item.end)
    if held:
        yield held


def _under(doc: Doc) -> Iterator[tuple[int, str]]:
    """Yield (start, kind) of sections headed "Essential" below a heading that says the kind: "Work experience"."""
    _, grade = _graded()
    above: str | None = None
    for section in sections(doc):
        heading = flat(doc.text)[section.heading_start : section.heading_end].strip(_MARKS)
        if above is not None and grade.fullmatch(heading):
            yield section.start, above
        else:
            above = section.kind if section.kind in _ABOUT else None


def _wished(doc: Doc) -> Iterator[int]:
    """Yield the starts of sections below a heading "Desirable" without text of its own: "Education", "Languages"."""
    below = False
    for section in sections(doc):
        if section.kind == "desirable":
            below = not doc.text[section.start : section.end].strip()
        elif section.kind not in _ABOUT:
            below = False
        elif below:
            yield section.start


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
