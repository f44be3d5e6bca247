"""Blocks of clauses that state requirements under no heading that says so.

A block counts where its clauses speak of at least two of these: a degree, years of experience, languages.  So a list
is found under a heading in any words and in any language, and so is a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractors._doc import facts, sections
from extractors._education import degrees
from extractors._experience import years
from extractors._languages import asked
from extractors._requirement import aside, kind
from extractors._sentence import sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SECTIONS = ("head", "other", "background", "duties")
_ABOUT = ("education", "experience", "languages")
_PLAIN = frozenset({"title", "closing_date", "start_date", "issue_date", "duration", "duty_station", "salary", "grade"})
_TELLING = 0.4  # share of a block's clauses that must tell for those between and before them to count
_PLAINLY = frozenset({"licence", "eligibility", "certification"})  # kinds of clause that are hardly anything else
_PARAGRAPH = 200  # characters; a longer line after a blank one is a paragraph of its own
_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(r"[^.;,!?\n]{2,70}:?")
_BULLETED = re.compile(
    r"\s{0,12}(?:[-–—•*·▪●○►✓§]|\(?\d{1,2}[.)]|\d{1,2}\s(?=[A-ZÀ-Þ][a-zà-ÿ])(?!Year|Month|Jahr|Ans|Año|Ano|Ann))\s?"
)
_INLINE = re.compile(r"\s{0,3}[•●▪◦‣■□►➢➤✓✔]\s{0,3}")
_LABELLED = re.compile(r"[^:\n]{2,50}:\s")

Bounds = tuple[int, int]


def unheaded(doc: Doc) -> Iterator[Bounds]:
    """Yield the bounds of the clauses of such blocks."""
    text = doc.text
    labelled = sorted(facts(doc), key=lambda fact: fact.label_start)
    starts = [fact.label_start for fact in labelled]
    for section in sections(doc, *_SECTIONS):
        for block in _blocks(text, section.start, section.end):
            for start, end in _stated(text, block):
                inside = labelled[bisect_left(starts, start) : bisect_left(starts, end)]
                marked = any(":" in text[fact.label_end : fact.start] for fact in inside)
                if inside and not marked:  # labels and values run together
                    yield from ((fact.start, fact.end) for fact in inside if fact.field in _ABOUT)
                elif not inside or not all(fact.field in _PLAIN for fact in inside):
                    yield start, end


def signals(text: str, start: int, end: int) -> set[str]:
    """Which of a degree, years of experience and languages a clause asks for."""
    said = {"education"} if degrees(text, start, end) else set()
    if years(text, start, end):
        said.add("experience")
    if asked(text, start, end):
        said.add("language")
    return said


def _blocks(text: str, start: int, end: int) -> Iterator[list[Bounds]]:
    """Stretches between lines that look like headings, each as its clauses."""
    block: list[Bounds] = []
    last = start
    listed = False  # whether the block is a list
    for line in _LINE.finditer(text, start, end):
        blank = text.count("\n", last, line.start()) > 1 or line.start() == start
        last = line.end()
        printed = line.group().strip()
        bullet = _BULLETED.match(line.group())
        if not printed:
            continue
        if not bullet and (printed.endswith(":") or (blank and _HEADING.fullmatch(printed))):
            yield block
            block, listed = [], False
            continue
        if blank and not bullet and (listed or len(printed) > _PARAGRAPH):
            yield block
            block = []
        listed = bullet is not None
        at = line.start() + (bullet.end() if bullet else 0)
        for mark in (*_INLINE.finditer(text, at, line.end()), None):
            block.extend(sentences(text, at, mark.start() if mark else line.end()))
            at = mark.end() if mark else at
    yield block


def _stated(text: str, block: list[Bounds]) -> list[Bounds]:
    told = [signals(text, first, last) for first, last in block]
    if len({said for some in told for said in some}) < 2:
        return []
    telling = [i for i, some in enumerate(told) if some]
    first, last = telling[0], telling[-1]
    belonging = sum(bool(some) or kind(text, *bounds) in _PLAINLY for some, bounds in zip(told, block, strict=True))
    whole = belonging >= _TELLING * len(block)
    if whole:
        first = 0
    while first and _may_belong(text, *block[first - 1]):
        first -= 1
    while last + 1 < len(block) and (
        _may_belong(text, *block[last + 1]) or (whole and _is_bullet(text, *block[last + 1]))
    ):
        last += 1
    return block[first : last + 1]


def _is_bullet(text: str, start: int, end: int) -> bool:
    """Whether a clause is a bullet of a list, and no sentence about the procedure."""
    line = text.rfind("\n", 0, start) + 1
    return line < start and _BULLETED.fullmatch(text, line, start) is not None and aside(text, start, end) is None


def _may_belong(text: str, start: int, end: int) -> bool:
    """Whether a clause beside telling ones is a qualification as well, by its words."""
    if end - start >= _PARAGRAPH or _LABELLED.match(text, start, end):
        return False
    return kind(text, start, end) is not None and aside(text, start, end) is None
