"""Stretches of time in words and figures: "two (2) years", "5-7 years", "не менее трех лет", "18 months"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors._flat import flat, pattern
from extractors._labels import load_toml


@dataclass(frozen=True, slots=True)
class Time:
    """A printed stretch of time in years: the lower figure of a range; ``upper`` is the higher one, if any."""

    years: float
    upper: float | None
    start: int
    end: int


@cache
def _words() -> dict[str, int]:
    table = load_toml("numbers.toml")["words"]
    assert isinstance(table, dict)
    return {flat(word): int(number) for number, words in table.items() for word in words}


@cache
def _stretch() -> re.Pattern[str]:
    tables = load_toml("numbers.toml")
    words, units = tables["words"], tables["units"]
    assert isinstance(words, dict)
    assert isinstance(units, dict)
    word = pattern(w for group in words.values() for w in group)
    number = rf"(?:(?<![\w.,/])\d{{1,2}}(?:[.,]\d)?(?![\d/]|[.,:]\d)|{word})"
    # two (2) years   5-7 years   from three to five years   3+ years   no less than 2 (two) full years
    return re.compile(
        rf"""
        (?P<low>{number}) \s{{0,2}} (?:\(\s?(?P<again>{number})\s?\))? \s{{0,2}} \+?
        (?: \s{{0,2}} (?:-|/|{pattern(units["to"])}) \s{{0,2}}
            (?P<high>{number}) \s{{0,2}} (?:\(\s?{number}\s?\))? \s{{0,2}} \+? )?
        (?: \s{{0,2}} {pattern(units["or_more"])} )?
        [\s\-]{{0,3}}
        (?: {pattern(units["between"])} \s{{1,2}} )?
        (?: (?P<year>{pattern(units["year"])}) | (?P<month>{pattern(units["month"])}) )
        """,
        re.VERBOSE,
    )


_JOINED = re.compile(r"(?<!\w)(?P<low>[a-z]{3,6})jahrig\w{0,3}")  # dreijährige Berufserfahrung


def _number(printed: str) -> float:
    value = _words().get(re.sub(r"[\s\-]+", " ", printed))
    if value is not None:
        return value
    if printed[0].isdigit():
        return float(printed.replace(",", "."))
    return 0


def times(text: str, start: int, end: int) -> Iterator[Time]:
    """Yield the stretches of years or months printed between two offsets."""
    plain = flat(text)
    for match in _stretch().finditer(plain, start, end):
        scale = 1.0 if match["year"] else 1 / 12
        low = _number(match["again"] or match["low"]) * scale
        high = _number(match["high"]) * scale if match["high"] else None
        if low or high:
            yield Time(low, high, match.start(), match.end())
    for match in _JOINED.finditer(plain, start, end):
        if (low := _words().get(match["low"], 0)) > 0:
            yield Time(low, None, match.start(), match.end())
