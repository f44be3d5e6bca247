"""Amounts of money as printed: figures in every notation, their currency (ISO 4217), ranges, "approx.".

Works on any text between two offsets.  What an amount is for, and how often it is paid, is read elsewhere
(``extractors._pay``); a figure without a currency is no amount.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from extractors._labels import load_toml
from extractors._phrases import alternation, lettered, phrases

_LOOK = 40  # characters read around a figure for its currency and for "approximately"
# 2,250.33   1 609,42   1.609,42   1’200.50   1,20,000   450   12.5   5.000,-
_NUMBER = re.compile(
    r"""
    (?<!\d) (?<!\d[.,’']) (?<![A-JL-Za-jl-z]-)
    (?P<number>
        \d{1,3} (?P<sep>[ \u00a0\u2009\u202f,.'’`]) \d{3} (?:(?P=sep)\d{3}){0,4} (?:[.,]\d{1,2})?
      | \d{1,2} (?:,\d{2}){1,4} ,\d{3} (?:\.\d{1,2})?
      | \d{1,12} (?:[.,]\d{1,2})?
    )
    (?! \d | [.,’']\d )
    (?: [.,][-–—]{1,2} )?
    """,
    re.VERBOSE,
)
_IN_WORDS = re.compile(r"\s{0,2}\([^\W\d_][^()\d]{3,80}\)(?=\s)")  # 40 000 (forty thousand) tenge
_BEFORE = re.compile(r"\)?[:.]?\s{0,3}(?:(?:approx\.?|ca\.?|circa|about|of|de|di)\s)?")
_AFTER = re.compile(r"\s{0,3}[/(\[]?\s?|-")
_DASH = re.compile(r"\s{0,2}(?:[-–—‒−/]|\.\.\.?|…)\s{0,2}")


@dataclass(frozen=True, slots=True)
class Words:
    """The words around figures, compiled."""

    scale: re.Pattern[str]
    scales: tuple[tuple[re.Pattern[str], int], ...]
    to: re.Pattern[str]
    conjunction: re.Pattern[str]
    origin: re.Pattern[str]
    approximate: re.Pattern[str]
    approximate_after: re.Pattern[str]


@cache
def _words() -> Words:
    data = _data()["words"]
    scales = tuple(
        (phrases(data[name]), size) for name, size in (("thousand", 10**3), ("million", 10**6), ("billion", 10**9))
    )
    every = alternation([*data["thousand"], *data["million"], *data["billion"]])
    return Words(
        scale=re.compile(rf"\s{{0,2}}(?P<scale>M(?=\s?€)|(?<=\d)[kK](?![^\W_])|(?i:{every}))"),
        scales=scales,
        to=re.compile(rf"[\s,]{{1,3}}(?i:{alternation(data['to'])})\s{{1,3}}"),
        conjunction=re.compile(rf"\s{{1,3}}(?i:{alternation(data['and'])})\s{{1,3}}"),
        origin=re.compile(rf"(?i:{alternation(data['from'])})\s{{1,3}}(?:[^\d\W]{{1,4}}\s?)?\W{{0,2}}$"),
        approximate=re.compile(
            rf"(?:(?i:{alternation(data['approximate'])})(?:\s{{1,2}}[^\W\d_]{{3,6}})?|[~≈∼])[\s:(]{{0,3}}$"
        ),
        approximate_after=re.compile(rf"[\s,]{{0,2}}\(?(?i:{alternation(data['approximate_after'])})"),
    )


@dataclass(frozen=True, slots=True)
class Currencies:
    """The printed marks and what they mean; ``shared`` maps a name to {country: code}.

    ``dollar`` maps countries to the currency of a bare "$", ``dollar_least`` to the least pay of a month in it.
    """

    mark: re.Pattern[str]
    exact: Mapping[str, str]
    folded: Mapping[str, str]
    stems: tuple[tuple[str, str], ...]
    shared: Mapping[str, Mapping[str, str]]
    dollar: Mapping[str, str]
    dollar_least: Mapping[str, int]
    three_decimals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Money:
    """One printed amount or range; ``currency`` is a code, or a shared name ("=lei") that a country settles."""

    low: Decimal
    high: Decimal
    currency: str
    start: int
    end: int
    approximate: bool


@dataclass(frozen=True, slots=True)
class _Figure:
    printed: str
    scale: int
    start: int
    end: int


@cache
def _data() -> dict[str, Any]:
    return load_toml("currencies.toml")


@cache
def currencies() -> Currencies:
    """The vocabulary of ``patterns/currencies.toml``, compiled once."""
    data = _data()
    exact = {code: code for code in data["codes"].split()} | data["symbols"]
    folded: dict[str, str] = {}
    shared: dict[str, Mapping[str, str]] = {}
    for code, names in data["names"].items():
        folded.update(dict.fromkeys(names, code))
    for entry in data["shared"]:
        key = "=" + entry["names"][0]
        shared[key] = {country: code for country, code in entry.items() if country != "names"}
        folded.update(dict.fromkeys(entry["names"], key))
    signs = _signs(data["sign"], exact, shared)
    stems = tuple((name[:-1], code) for name, code in folded.items() if name.endswith("*"))
    written = [re.escape(name[:-1]) + r"[^\W\d_]{0,6}" if name.endswith("*") else re.escape(name) for name in folded]
    parts = [re.escape(mark) for mark in exact if exact[mark] not in shared], written
    strict, loose = (sorted(part, key=len, reverse=True) for part in parts)
    names = f"(?i:{lettered(loose)})|{lettered(strict, case=True)}"
    mark = re.compile(rf"{signs}|(?<![^\W\d_])(?:{names})(?![^\W\d_])|[€£₴₽₺₾₸₼֏₪₹฿₦₱₫₩$]")
    by_length = tuple(sorted(stems, key=lambda stem: -len(stem[0])))
    tables = shared, data["dollar"], data["dollar_least"]
    return Currencies(mark, exact, folded, by_length, *tables, frozenset(data["three_decimals"]))


# "L 52,000", "R 45 000", "K25000"
_THOUSANDS = r"\s?\d{1,3}(?:(?:[,. \u00a0]\d{3}){1,4}(?!\d)|\d{2,9})"


def _signs(entries: list[dict[str, Any]], exact: dict[str, str], shared: dict[str, Mapping[str, str]]) -> str:
    """The pattern of signs that countries settle, each entered as a mark of a shared currency."""
    sides: dict[str, list[str]] = {"before": [], "after": []}
    for entry in entries:
        marks = {side: entry.get(side, []) for side in sides}
        key = "=" + next(mark for found in marks.values() for mark in found)
        shared[key] = {country: code for country, code in entry.items() if country not in sides}
        for side, found in marks.items():
            sides[side] += found
            exact.update(dict.fromkeys(found, key))
    before, after = ("|".join(map(re.escape, sorted(found, key=len, reverse=True))) for found in sides.values())
    return rf"(?<![\w.])(?:{before})(?={_THOUSANDS})|(?:(?<=\d)|(?<=\d\s))(?:{after})(?![\w$])"


def code_of(mark: str) -> str:
    """The code, or "=name" of a shared name, that a printed mark stands for."""
    known = currencies()
    if mark in known.exact:
        return known.exact[mark]
    name = " ".join(mark.casefold().split())
    if name in known.folded:
        return known.folded[name]
    return next(code for stem, code in known.stems if name.startswith(stem))


def settle(currency: str, country: str | None) -> str | None:
    """The ISO 4217 code of a currency as read, a shared name resolved by the country (ISO 3166-1 alpha-2)."""
    if not currency.startswith("="):
        return currency
    choices = currencies().shared[currency]
    return choices.get(country or "", choices.get("any"))


def settle_dollar(least: Decimal, country: str | None) -> str | None:
    """What a bare "$" before pay of at least so much a month is in a country; None where it may be either dollar."""
    known = currencies()
    if country is None or country not in known.dollar:
        return "USD"
    return known.dollar[country] if least >= known.dollar_least.get(country, 0) else None


def figure(printed: str, currency: str = "") -> Decimal:
    """The value of a printed figure: "1.609,42" is 1609.42, "1.450" is 1450."""
    digits = re.sub(r"[\s\u00a0\u2009\u202f'’`]", "", printed)
    marks = [c for c in digits if c in ".,"]
    if marks:
        tail = len(digits) - 1 - max(digits.rfind("."), digits.rfind(","))
        small = currency in currencies().three_decimals and len(marks) == 1 and marks[0] == "."
        if tail < 3 or (small and not re.search(r"[\s'’]", printed)):
            digits = digits[: -tail - 1].replace(".", "").replace(",", "") + "." + digits[-tail:]
        else:
            digits = digits.replace(".", "").replace(",", "")
    return Decimal(digits)


_Amount = tuple[_Figure, str | None, int, int]  # figure, currency, bounds with the currency


def _scaled(figures: _Figure, currency: str) -> Decimal:
    return figure(figures.printed, currency) * figures.scale


def _figures(text: str, start: int, end: int) -> Iterator[_Figure]:
    for match in _NUMBER.finditer(text, start, end):
        finish, size = match.end(), 1
        scale = _words().scale.match(text, finish, end)
        if scale:
            finish = scale.end()
            size = next((n for pattern, n in _words().scales if pattern.fullmatch(scale["scale"])), 10**6)
        in_words = _IN_WORDS.match(text, finish, end)
        yield _Figure(match["number"], size, match.start(), in_words.end() if in_words else finish)


def amounts(text: str, start: int = 0, end: int | None = None) -> Iterator[Money]:
    """Yield the amounts between two offsets, ranges joined, in order of the text."""
    end = len(text) if end is None else end
    numbers = list(_figures(text, start, end))
    marks = list(_marks(text, numbers, start, end))
    if not marks:
        return
    begins, ends = [m.start() for m in marks], [m.end() for m in marks]
    owner: list[tuple[int | None, int | None]] = []  # marks before and after each number
    for number in numbers:
        left = bisect_left(ends, number.start + 1) - 1
        right = bisect_left(begins, number.end)
        before = left if left >= 0 and _BEFORE.fullmatch(text, ends[left], number.start) else None
        after = right if right < len(marks) and _AFTER.fullmatch(text, number.end, begins[right]) else None
        owner.append((before, after))
    taken: set[int] = set()
    found: list[_Amount] = []
    for i, number in enumerate(numbers):
        before, after = owner[i]
        if before in taken:
            before = None
        if number.start and text[number.start - 1].isalpha() and (before is None or ends[before] < number.start):
            continue  # "grade G5 EUR"
        following = owner[i + 1] if i + 1 < len(numbers) else (None, None)
        if after is not None and following[0] == after and (before is not None or following[1] is None):
            after = None  # "EUR 500 USD 600", "in 2024 EUR 500", but not "100$ 200$"
        low, high = number.start, number.end
        if before is not None:
            low = begins[before]
            if before and not text[ends[before - 1] : low].strip(" (") and low - ends[before - 1] < 3:
                low = begins[before - 1]  # "convertible marks (BAM) 900"
        if after is not None:
            high = ends[after]
            taken.add(after)
            if after + 1 < len(marks) and re.fullmatch(r"\s?\(", text[high : begins[after + 1]]):
                high = ends[after + 1]  # "Euro (EUR)"
                taken.add(after + 1)
                high += text[high : high + 1] == ")"
        mark = before if before is not None else after
        found.append((number, None if mark is None else code_of(marks[mark].group()), low, high))
    yield from _joined(text, found)


def _marks(text: str, numbers: list[_Figure], start: int, end: int) -> Iterator[re.Match[str]]:
    mark = currencies().mark
    windows: list[list[int]] = []
    for number in numbers:
        low, high = max(start, number.start - _LOOK), min(end, number.end + _LOOK)
        if windows and low <= windows[-1][1]:
            windows[-1][1] = high
        else:
            windows.append([low, high])
    for low, high in windows:
        yield from mark.finditer(text, low, high)


def _joined(text: str, found: list[_Amount]) -> Iterator[Money]:
    i = 0
    while i < len(found):
        number, currency, low, high = found[i]
        value = top = None
        if i + 1 < len(found):
            other, second, begin, finish = found[i + 1]
            code = currency or second
            if code and (not currency or not second or currency == second):
                value, top = _scaled(number, code), _scaled(other, code)
                if number.scale == 1:
                    value *= other.scale  # "45-60 thousand"
                if value < top <= value * 10 and _range(text, low, high, begin):
                    yield Money(value, top, code, low, finish, _about(text, low, finish))
                    i += 2
                    continue
        if currency:
            value = _scaled(number, currency)
            if value > 0:
                yield Money(value, value, currency, low, high, _about(text, low, high))
        i += 1


def _range(text: str, low: int, high: int, begin: int) -> bool:
    gap = text[high:begin]
    if len(gap) > 14:
        return False
    if _DASH.fullmatch(gap) or _words().to.fullmatch(gap):
        return True
    return bool(_words().conjunction.fullmatch(gap) and _words().origin.search(text, max(0, low - 20), low))


def _about(text: str, start: int, end: int) -> bool:
    known = _words()
    return bool(
        known.approximate.search(text, max(0, start - _LOOK), start) or known.approximate_after.match(text, end)
    )
