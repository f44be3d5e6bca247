"""Full dates in text, read by a regular expression that finds them and dateparser that reads the trimmed span.

Only dates with day, month and year count ("May 2025" is none), save that in a range the year may stand once:
"1 August - 31 December 2025".  Values are ISO 8601 dates; two-digit years are of this century.
``dateparser.search_dates`` is not used: it reads "An ICT" and "may" as dates and takes seconds over a page.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import islice
from typing import Any

import dateparser

from extractors._flat import flat
from extractors._labels import load_toml
from extractors._phrases import lettered

_SETTINGS = {
    "PARSERS": ["custom-formats", "absolute-time"],
    "REQUIRE_PARTS": ["day", "month", "year"],
    "DATE_ORDER": "DMY",
    "PREFER_LOCALE_DATE_ORDER": False,
}
_MONTHS = "January February March April May June July August September October November December".split()
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_WRAPPED_LINE = 40  # a line at least this long may break inside a date; a shorter one ends its value


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as printed in ``text[start:end]``, without its weekday."""

    start: int
    end: int
    value: date


def _key(name: str) -> str:
    return flat(name).replace("ı", "i")


@cache
def _vocabulary() -> dict[str, dict[str, Any]]:
    return load_toml("months.toml")  # type: ignore[return-value]


@cache
def _numbers(table: str) -> dict[str, int]:
    """Name in flat text → its place in the year or week, from 1."""
    numbers: dict[str, int] = {}
    for names in _vocabulary()[table].values():
        for number, forms in enumerate(names, 1):
            for form in forms:
                if numbers.setdefault(_key(form), number) != number:
                    raise ValueError(f"{form!r} is two different {table}")
    return numbers


def _any(words: list[str] | tuple[str, ...]) -> str:
    """An alternation, longest first, that also matches the words without their accents."""
    forms = {form for word in words for form in (word, _unaccented(word))}
    return lettered(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))


def _unaccented(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word)
    # Cyrillic й and ї are letters, not accented ones
    return word if re.search(r"[\u0370-\u06ff]", word) else "".join(c for c in plain if not unicodedata.combining(c))


def _names(table: str) -> str:
    return _any([form for names in _vocabulary()[table].values() for forms in names for form in forms])


@cache
def month_names() -> str:
    """A pattern of the months' names over flat text (see ``extractors._flat``)."""
    every = {flat(form) for names in _vocabulary()["months"].values() for forms in names for form in forms}
    return f"(?:{'|'.join(sorted(map(re.escape, every), key=lambda form: (-len(form), form)))})"


def _words(name: str) -> str:
    return _any(_vocabulary()["words"][name])


_LETTER = r"[^\W\d_]"
_GAP = r"[ \t\u00a0\u202f\n]{0,3}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"


@cache
def _date_pattern() -> re.Pattern[str]:
    month = rf"(?:{_names('months')})(?!{_LETTER})\.?"
    ordinal = rf"(?:[ ]?(?:{_words('ordinal')})(?!{_LETTER}))?"
    of = rf"(?:(?:the[ ])?(?:{_words('of')})\s{{0,2}})?"
    connector = rf"\s{{0,3}}(?:{_words('range')})\s{{0,3}}(?:the[ ])?"
    # "25" is a year only where nothing follows that would make it a number of something
    clock = r",?[ ]{{1,2}}(?:at[ ])?\d\d?(?:[:.h]\d\d|[ ]?[ap]\.?m)"  # "12 May 27, 18:00"
    short = rf"['’]?\d\d(?=[ \t]*(?:$|[\n()|<;]|[.,](?![ ]?\w)|{clock}))(?![.:/-]?\d|,\d)"
    year = rf"(?P<{{0}}>(?:19|20)\d\d(?!\d)|{short})"
    return re.compile(
        rf"""
        # 2025-09-07, 2025/09/07, 2025.09.07
        (?<![\d/]) (?<!\d[.-]) (?P<iso_y>(?:19|20)\d\d) (?P<iso_sep>[-./])
            (?P<iso_m>0?[1-9]|1[0-2]) (?P=iso_sep) (?P<iso_d>{_DAY}) (?!\d) (?![-./]\d)
        # 09.05.2025, 06/07/2025, 9 / 5 / 25, 03. 03. 2026
        | (?<![\d/]) (?<!\d[.,]) (?:(?<!\d-)|(?=\d\d?[./])) (?<!{_LETTER}-)
            (?P<num_1>\d{{1,2}}) (?:[ ]?(?P<num_sep>[./-])[ ]?)
            (?P<num_2>\d{{1,2}}) (?:[ ]?(?P=num_sep)[ ]?)
            (?P<num_y>(?:19|20)\d\d|(?<=\d\d.)\d\d) (?!\d) (?![-./]\d)
        # 7 Sep 2025, 7th of September 2025, 21-May-18, 2 de agosto de 2021, 3. marta 2026
        | (?<!\d) (?<!\d[.,/]) (?P<day>{_DAY}) {ordinal} [ \t\u00a0\n.,/_–-]{{0,3}} {of}
            (?P<month>{month}) [ \t\u00a0\n.,/_–-]{{0,3}} {of} {year.format("year")}
        # Sep 7, 2025; JULY 18 2025; March 6 - 20, 2025
        | (?:(?<!{_LETTER})|(?<=[a-z])(?-i:(?=[A-Z]))) (?P<us_month>{month}) [ \t\u00a0\n./_-]{{0,3}}
            (?:(?P<us_first>{_DAY}){ordinal}{connector})?
            (?P<us_day>{_DAY}) {ordinal} [ \t\u00a0\n.,/_-]{{1,3}} {of} {year.format("us_year")}
        """,
        re.VERBOSE | re.IGNORECASE,
    )


@cache
def _opening_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The first half of a range whose year stands once, read in the text right before a full date."""
    month = rf"(?:{_names('months')})(?!{_LETTER})\.?"
    ordinal = rf"(?:[ ]?(?:{_words('ordinal')})(?!{_LETTER}))?"
    of = rf"(?:(?:{_words('of')})\s{{0,2}})?"
    connector = rf"[.,]?\s{{0,3}}(?:{_words('range')})\s{{0,3}}(?:the[ ])?\Z"
    named = re.compile(
        rf"""(?<![\d.,/:-]) (?P<span>
            (?P<day>{_DAY}){ordinal}(?:[ \t\u00a0\n.-]{{1,3}}{of}(?P<month>{month}))?
            | (?P<us_month>{month})[ \t\u00a0]{{1,2}}(?P<us_day>{_DAY}){ordinal}
        ) {connector}""",
        re.VERBOSE | re.IGNORECASE,
    )
    numeric = re.compile(
        rf"(?<![\d.,/:-])(?P<span>(?P<num_1>\d{{1,2}})(?:[./-](?P<num_2>\d{{1,2}}))?[.]?){connector}", re.IGNORECASE
    )
    return named, numeric


def dates_in(text: str, start: int = 0, end: int | None = None, *, order: str | None = None) -> Iterator[DateMention]:
    """Yield the full dates printed between ``start`` and ``end``, in order of the text.

    ``order`` ("DMY" or "MDY") is that of numeric dates; without it :func:`numeric_order` of the whole text decides.
    """
    stop = len(text) if end is None else end
    mentions = _all_dates(text, order)
    for mention in islice(mentions, bisect_left(mentions, start, key=lambda m: m.start), None):
        if mention.start >= stop:
            return
        if mention.end <= stop:
            yield mention


# Every date has a year, or two digits in its place; the costly pattern is only tried around them.
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)|(?<=[\s.,/'’-])\d\d(?!\d)")
_BEFORE, _AFTER = 60, 12


@lru_cache(maxsize=8)
def _matches(text: str) -> tuple[re.Match[str], ...]:
    """What looks like a date, in windows around each year so that a long text costs little."""
    text = text.translate(_DIGITS)
    windows: list[tuple[int, int]] = []
    for year in _YEAR.finditer(text):
        start, end = max(0, year.start() - _BEFORE), year.end() + _AFTER
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, end))
    pattern = _date_pattern()
    return tuple(match for start, end in windows for match in pattern.finditer(text, start, end))


@lru_cache(maxsize=8)
def _all_dates(text: str, order: str | None) -> tuple[DateMention, ...]:
    if len(text) < 6:
        return ()
    settled = order or numeric_order(text)
    found: list[DateMention] = []
    floor = 0
    for match in _matches(text):
        value = _value(match, settled)
        if value is None or _broken(text, match):
            continue
        found += _opening(match.string, floor, match, value, settled)
        start = match.start("us_day") if match["us_first"] else match.start()
        found.append(DateMention(start, match.end(), value))
        floor = match.end()
    return tuple(found)


def _value(match: re.Match[str], order: str) -> date | None:
    """What a match of the date pattern means."""
    if match["iso_y"]:
        return read(match["iso_d"], match["iso_m"], match["iso_y"])
    if match["num_y"]:
        day, month = match["num_1"], match["num_2"]
        given = weekday_before(match.string, match.start())
        readings = [read(day, month, match["num_y"]), read(month, day, match["num_y"])]
        if order == "MDY":
            readings.reverse()
        possible = [value for value in readings if value]
        agreeing = [value for value in possible if given is None or value.isoweekday() == given]
        return next(iter(agreeing or possible), None)
    if match["day"]:
        return read(match["day"], match["month"], match["year"])
    return read(match["us_day"], match["us_month"], match["us_year"])


def _opening(text: str, floor: int, match: re.Match[str], last: date, order: str) -> Iterator[DateMention]:
    """The first date of a range whose year stands only after the second."""
    if match["us_first"]:
        first = read(match["us_first"], str(last.month), str(last.year))
        if first and first < last:
            yield DateMention(match.start(), match.end("us_first"), first)
        return
    named, numeric = _opening_patterns()
    before = text[max(floor, match.start() - 40) : match.start()]
    opening = (numeric if match["num_y"] else named).search(before) if not match["iso_y"] else None
    if opening is None:
        return
    parts = opening.groupdict()
    if match["num_y"]:
        day, month = parts["num_1"], parts["num_2"] or str(last.month)
        if parts["num_2"] and order == "MDY":
            day, month = month, day
    else:
        day = parts["day"] or parts["us_day"]
        month = parts["month"] or parts["us_month"] or str(last.month)
    first = read(day, month, str(last.year))
    if first and first > last:
        first = read(day, month, str(last.year - 1))
    if first and first < last:
        shift = match.start() - len(before)
        yield DateMention(shift + opening.start("span"), shift + opening.end("span"), first)


def _broken(text: str, match: re.Match[str]) -> bool:
    """Whether a line break inside the match ends a value ("Posts: 3⏎May 2025") rather than wraps a line."""
    cut = text.find("\n", match.start(), match.end())
    if cut < 0:
        return False
    line = text.rfind("\n", 0, match.start()) + 1
    return cut - line < _WRAPPED_LINE or "\n" in text[cut + 1 : match.end()]


@lru_cache(maxsize=4096)
def read(day: str, month: str, year: str) -> date | None:
    """A date from its printed parts; the month is a name or a number, the year has two or four digits."""
    number = int(month) if month.isdecimal() else _numbers("months").get(_key(month.rstrip(".")))
    if number is None or not 1 <= number <= 12:
        return None
    digits = year.lstrip("'’")
    century = "20" if len(digits) == 2 else ""
    printed = f"{int(day)} {_MONTHS[number - 1]} {century}{int(digits):02}"
    try:
        parsed = dateparser.parse(printed, date_formats=["%d %B %Y"], languages=["en"], settings=_SETTINGS)
    except (ValueError, OverflowError):
        return None
    return parsed.date() if parsed else None


@cache
def _weekday_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!{_LETTER})({_names('weekdays')})[.,]?\s{{1,2}}\Z", re.IGNORECASE)


def weekday_before(text: str, start: int) -> int | None:
    """The weekday (1 is Monday) printed right before a date, or None."""
    match = _weekday_pattern().search(text[max(0, start - 20) : start])
    return _numbers("weekdays").get(_key(match[1])) if match else None


_AMERICAN = re.compile(
    r"""\b(?: U\.?S\.?[ ](?:Embassy|Consulate|Mission|Government|Citizen) | USAID | American[ ]Embassy
          | Embassy[ ]of[ ]the[ ]United[ ]States | state\.gov | Peace[ ]Corps )\b""",
    re.VERBOSE,
)


@lru_cache(maxsize=8)
def numeric_order(text: str) -> str:
    """What the numeric dates of this notice tell about their order: "DMY" or "MDY".

    Evidence is a date that can be read in one way only ("03/17/2025"), one that follows its weekday, and one whose
    reading is printed elsewhere with the month's name.  Without any, United States notices put the month first.
    """
    votes = {"DMY": 0, "MDY": 0}
    numeric: list[tuple[date | None, date | None]] = []
    spelled: set[date | None] = set()
    for match in _matches(text):
        if match["num_y"]:
            day_first = read(match["num_1"], match["num_2"], match["num_y"])
            month_first = read(match["num_2"], match["num_1"], match["num_y"])
            given = weekday_before(text, match.start())
            if given and day_first and month_first:
                day_first = day_first if day_first.isoweekday() == given else None
                month_first = month_first if month_first.isoweekday() == given else None
            numeric.append((day_first, month_first))
        else:
            spelled.add(_value(match, "DMY"))
    for day_first, month_first in numeric:
        if day_first == month_first:
            continue
        if month_first is None or (day_first in spelled and month_first not in spelled):
            votes["DMY"] += 1
        elif day_first is None or (month_first in spelled and day_first not in spelled):
            votes["MDY"] += 1
    if votes["DMY"] != votes["MDY"]:
        return max(votes, key=lambda order: votes[order])
    return "MDY" if _AMERICAN.search(text) else "DMY"
