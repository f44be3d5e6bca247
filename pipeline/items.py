"""Marks items: the bullets and clauses of the sections that state requirements.

``doc.spans["items"]``: the label is the kind of the section, ``id_`` is ``required`` or
``desired``, as the section says.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from extractors._doc import sections
from extractors._sentence import UPPER
from pipeline.endings import REQUIREMENTS
from pipeline.facts import hard_wrapped
from pipeline.headings import heading_kind
from pipeline.lines import Line, lines

if TYPE_CHECKING:
    from spacy.tokens import Doc

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|incl|approx|max|min|no|nos|dr|mr|ms|mrs|prof|st|vs|cf|resp|art|par|inc|ltd|ca|ex|p\.ex|z\.B|"
    r"bzw|d\.h|т\.е|т\.д|напр|např|npr|tj|sl|dl|nr|tel|vol|fig|ph|eidg|kat|cat|кат|ds|np|tzn|bv|evt|dipl|abgeschl|b\.sc|m\.sc|u\.s|u\.n|d\.c)|\b[A-Z])\.$",
    re.IGNORECASE,
)
# Where one clause ends and the next begins, in one line.
_LOWER = rf"[^\W\d_{UPPER}]"
_BREAK = re.compile(
    rf"""
    [;؛]\s*                                         # "...;Leadership qualities"
    | (?<={_LOWER}|[\d)\]”"’'»])[.!?]\s+(?=[{UPPER}•\d"“«(*])   # the end of a sentence
    | (?<=[A-ZÀ-ÞА-Я]{{3}})[.!?]\s+(?=[A-ZÀ-ÞА-Я]{{2}})                # the same in capitals
    | (?<=[\u0620-\u06ff])[.؟]\s+(?=[\u0620-\u06ff])             # and in a script without capitals
    | (?<={_LOWER}|[)\]])\.(?=[A-ZÀ-ÞА-Я][a-zà-ÿа-я]{{1,20}}\b)         # "platforms.Ability"
    | (?<=[a-zà-ÿ]{{3}})(?=[A-ZÀ-Þ][a-zà-ÿ])         # "schoolRegular": the left half is a word in small letters
    | (?<=[)\]”"])(?=[A-ZÀ-Þ][a-zà-ÿ])              # "(oral)Ability"
    | \s{{0,9}}[•●▪◦‣■□►➢➤✓✔]\s*                           # "first • second"
    | ,\s+(?=(?:while|whereas)\s+(?!\w+ing\b))
    """,
    re.VERBOSE,
)
_GLUED = re.compile(r"(?<![^\W\d_])(?!pro$)[a-zà-ÿ]{3,}$")  # but "proGres" is a name
_HEADING_BEFORE = re.compile(r"[A-Z][a-z]+$")
_MARKS = " \t\n.;,؛،•·–—-*"
# "2.1 A level of education", "5 Bonne pratique": the number of an item, not of years
_NUMBER = re.compile(
    r"\d{1,2}\.\d{1,2}\.?\s+(?=[^\W\d_])|\d{1,2}\s+(?=[A-ZÀ-Þ][a-zà-ÿ])(?!Years?|Months?|Jahre|Ans|Años|Anos|Anni)"
)
_SMALLEST = 3


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in _BREAK.finditer(text, start, end):
        if match.start() <= at:
            continue
        broken = match.group()
        if broken.startswith((".", "!", "?")) and _ABBREVIATION.search(
            text, max(at, match.start() - 8), match.start() + 1
        ):
            continue
        if not broken:
            left = text[max(at, match.start() - 30) : match.start()]
            if not (_GLUED.search(left) or left[-1:] in ')]”"' or _glued_heading(left)):
                continue
        if broken.strip() in (";", "؛") and text.count("(", at, match.start()) > text.count(")", at, match.start()):
            continue
        yield at, match.start()
        at = match.end()
    yield at, end


def _glued_heading(left: str) -> bool:
    """ "Technical SkillsSoftware Development": a heading glued to its first bullet."""
    word = _HEADING_BEFORE.search(left)
    return word is not None and heading_kind(word.group()) is not None


def _joined(text: str, rows: list[Line], wrapped: bool) -> Iterator[tuple[int, int]]:
    """Lines of one item: a wrapped line goes on with the one before."""
    start = end = -1
    for line in rows:
        goes_on = (
            start >= 0
            and not line.bullet
            and not line.after_blank
            and text[end - 1] not in ".;:!?"
            and (wrapped or line.text[0].islower() or text[end - 1] == ",")
        )
        if goes_on:
            end = line.end
            continue
        if start >= 0:
            yield start, end
        start, end = line.start, line.end
    if start >= 0:
        yield start, end


@Language.component("items")
def mark_items(doc: Doc) -> Doc:
    """Mark the bullets and clauses of the sections that state requirements."""
    text = doc.text
    rows = lines(text)
    starts, ends = [row.start for row in rows], [row.end for row in rows]
    wrapped = hard_wrapped(rows)
    found: list[Span] = []
    for section in sections(doc):
        if section.kind not in REQUIREMENTS:
            continue
        requirement = "desired" if section.kind == "desirable" else "required"
        inside = rows[bisect_right(ends, section.start) : bisect_left(starts, section.end)]
        for start, end in _joined(text, inside, wrapped):
            for first, last in _clauses(text, max(start, section.start), min(end, section.end)):
                while first < last and text[first] in _MARKS:
                    first += 1
                number = _NUMBER.match(text, first, last)
                first = number.end() if number else first
                while last > first and text[last - 1] in _MARKS:
                    last -= 1
                if last - first < _SMALLEST or text[last - 1] == ":":
                    continue
                span = doc.char_span(first, last, label=section.kind, span_id=requirement, alignment_mode="contract")
                if span is not None and len(span):
                    found.append(span)
    doc.spans["items"] = found
    return doc
