"""Where sentences and lines end, in running text, bullets, hard-wrapped text and glued clauses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import pairwise

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻĽŁŃŅŇŌŐŔŘŚŞŠŢŤŪŮŰŹŻŽȘȚЀ-Я"
# ends at: "month. Social", "month.Social", "degree; five", a line break
_END = re.compile(
    rf"""
    [.!?…]["”»’)\]]{{0,2}}(?=\s{{1,9}}[^\w\s]{{0,2}}[{UPPER}0-9])
    | (?<=[^\W\d_][^\W\d_])[.;](?=[{UPPER}][^\W\d_])
    | ;(?=\s)
    | \n
    """,
    re.VERBOSE,
)
_ABBREVIATIONS = frozenset(
    """approx app aprox approks appr ca cca circa c max min incl excl no nr art env mr mrs ms dr st ref tel e.g
    i.e a.m p.m vs jan feb mar apr jun jul aug sep sept oct nov dec janv févr avr juil déc ene abr ago dic
    okt dez янв февр апр авг сент окт нояб дек тыс млн прибл ок кв ул им г оріент okv tzv npr bzw inkl zzgl
    ung etwa núm nº fr kshs ksh rs руб грн долл cat кат kat""".split()
)
_WORD = re.compile(r"[^\W\d_](?:[\w.]{0,10}[^\W\d_])?$")
_OPEN_LINE = re.compile(r"[.;:!?…]\s*$")
_BULLET = re.compile(r"\s{0,9}(?:[-–—•*·▪●○►✓§]|\(?\d{1,2}[.)]|\n|$)")
_LONGEST = 1200  # characters on either side that are read of a sentence without an end
_WRAPPED = range(45, 111)  # length of a full line of hard-wrapped text, in characters


@lru_cache(maxsize=8)
def _ends(text: str) -> tuple[int, ...]:
    """Offsets just after each sentence, ascending, the last at the end of the text."""
    ends = []
    line = 0
    for match in _END.finditer(text):
        if match.group() == "\n":
            wrapped = match.start() - line in _WRAPPED and not _OPEN_LINE.search(
                text, max(line, match.start() - 9), match.start()
            )
            line = match.end()
            if wrapped and not _BULLET.match(text, match.end()):
                continue
        elif match.group()[0] == ".":
            word = _WORD.search(text, max(0, match.start() - 12), match.start())
            if word and word.group().casefold() in _ABBREVIATIONS:
                continue
        ends.append(match.end())
    ends.append(len(text))
    return tuple(ends)


def sentence_at(text: str, start: int, end: int | None = None) -> tuple[int, int]:
    """Bounds of the sentence, or run of sentences, that holds the characters ``start`` to ``end``.

    Of text that has no sentences only what is near is part of one.
    """
    ends = _ends(text)
    last = start if end is None else max(start, end - 1)
    first = bisect_right(ends, start)
    begin = ends[first - 1] if first else 0
    stop = ends[min(bisect_right(ends, last), len(ends) - 1)]
    return max(begin, start - _LONGEST), min(stop, last + _LONGEST)


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Bounds of the sentences between two offsets, cut at them."""
    ends = _ends(text)
    cuts = [start, *ends[bisect_right(ends, start) : bisect_left(ends, end)], end]
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]
