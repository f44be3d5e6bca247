"""What a user would otherwise call, as well as it goes in an afternoon.

Each function returns fields of the record, in JSON's types.  Every baseline gets favours: the text after this
project's decoding, extraction from HTML and repair, the language of the notice, and the settings with which it does
best.  What it needs besides is in ``baselines.toml``.
"""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import dateparser
from babel import Locale
from dateparser.search import search_dates
from price_parser import Price

Record = dict[str, Any]

DATES = ("issue_date", "closing_date", "start_date")
_NEAR = 120  # characters from the word to its date
_STRICT = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')]{3,300}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MONTHS = {"month": 1.0, "year": 12.0, "week": 12 / 52, "day": 12 / 365}


@dataclass(frozen=True, slots=True)
class Baseline:
    """A way to read some fields of a text in a language (ISO 639-1)."""

    name: str
    read: Callable[[str, str], Record]
    fields: frozenset[str]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("baselines.toml").read_text(encoding="utf-8"))


@cache
def _found(text: str, language: str) -> tuple[tuple[int, str], ...]:
    """Every full date of the text as dateparser finds it: where it starts, and ISO 8601."""
    try:
        hits = search_dates(text, languages=[language], settings=_STRICT) or []
    except Exception:  # it raises on some texts; that is a text without dates
        hits = []
    found, at = [], 0
    for words, moment in hits:
        at = max(at, text.find(words, at))
        found.append((at, moment.date().isoformat()))
    return tuple(found)


def dates_near_words(text: str, language: str) -> Record:
    """``search_dates``, and of its dates the first one that follows a word such as "deadline"."""
    record: Record = {}
    for name in DATES:
        for cue in _cues(name).finditer(text):
            near = [value for at, value in _found(text, language) if cue.end() - 3 <= at <= cue.end() + _NEAR]
            if near:
                record[name] = near[0]
                break
    return record


def dates_by_order(text: str, language: str) -> Record:
    """``search_dates``, the first date of the text for the day of issue, the last one for the deadline."""
    values = [value for _, value in _found(text, language)]
    return {"issue_date": values[0], "closing_date": values[-1]} if values else {}


@cache
def _cues(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, _data()['cues'][name]))})\b", re.IGNORECASE)


def price_of_line(text: str, language: str) -> Record:
    """``Price.fromstring`` on the first line with a figure that names pay, from that word on."""
    for line in text.splitlines():
        cue = _cues("salary").search(line)
        if cue and any(char.isdigit() for char in line[cue.end() :]) and (pay := _price(line[cue.end() :])):
            return {"salary": pay | _terms(line)}
    return {}


def price_of_text(text: str, language: str) -> Record:
    """``Price.fromstring`` on the whole text."""
    pay = _price(text)
    return {"salary": pay} if pay else {}


def _price(text: str) -> Record | None:
    price = Price.fromstring(text)
    if price.amount is None or price.amount <= 0 or price.currency is None:
        return None
    code = next((code for code, signs in _data()["currencies"].items() if price.currency in signs), price.currency)
    amount = str(Decimal(price.amount))
    return {"min": amount, "max": amount, "currency": code, **_terms(text)}


def _terms(text: str) -> Record:
    """Period and basis by the words in the line, which price-parser does not read."""
    low = text[:500].casefold()
    period = next((p for p in ("hour", "day", "week", "month", "year") if p in low), None)
    period = period or ("year" if "annual" in low or "annum" in low else None)
    return {"period": period, "basis": next((b for b in ("gross", "net") if b in low), None), "approximate": False}


def by_label(text: str, language: str) -> Record:
    """``^Label\\s*:\\s*(.*)$`` for the labels of every field; the first label whose value can be read wins."""
    record: Record = {}
    for name in _data()["labels"]:
        for value in _labelled(text, name):
            read = _READERS.get(name, _as_printed)(value.strip())
            if read not in (None, [], {}):
                record[name] = read
                break
    return record


def _labelled(text: str, name: str) -> Iterator[str]:
    for match in _label(name).finditer(text):
        yield match["value"]


@cache
def _label(name: str) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(_data()["labels"][name], key=len, reverse=True)))
    return re.compile(rf"^[ \t•*#-]*(?:{names})\s*:\s*(?P<value>.*)$", re.IGNORECASE | re.MULTILINE)


def _as_printed(value: str) -> Any:
    return value or None


def _date(value: str) -> str | None:
    strict: Any = _STRICT
    for part in (value, *re.split(r",? (?:at|by|until|\()|;|\(", value)[:1]):
        moment = dateparser.parse(part, languages=["en"], settings=strict)
        if moment is not None:
            return moment.date().isoformat()
    return None


def _first_of_period(value: str) -> str | None:
    return _date(re.split(r" [–—-] | to ", value)[0])


def _last_of_period(value: str) -> str | None:
    return _date(re.split(r" [–—-] | to ", value)[-1])


def _integer(value: str) -> int | None:
    match = re.match(r"\d{1,3}\b", value)
    return int(match[0]) if match else None


def _number(value: str) -> float | None:
    match = _NUMBER.search(value)
    return float(match[0]) if match else None


def _months(value: str) -> float | None:
    match = re.search(r"(\d+(?:\.\d+)?)\W+(month|year|week|day)", value, re.IGNORECASE)
    return float(match[1]) * _MONTHS[match[2].casefold()] if match else None


def _one_of(table: str) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        low = value.casefold()
        return next((name for name, words in _data()[table].items() if any(word in low for word in words)), None)

    return read


def _schedule(value: str) -> str | None:
    low = value.casefold().replace("-", " ")
    return "full_time" if "full time" in low else "part_time" if "part time" in low else None


@cache
def _names(kind: str) -> dict[str, str]:
    every = getattr(Locale("en"), kind)
    names = {str(name).casefold(): code for code, name in every.items() if code.isalpha() and len(code) in (2, 3)}
    return {**names, "kosovo": "XK"} if kind == "territories" else names


def _country(value: str) -> str | None:
    parts = [part.strip(" .()").casefold() for part in re.split(r"[,(/–-]", value)]
    return next((_names("territories")[part] for part in reversed(parts) if part in _names("territories")), None)


def _place(value: str) -> str | None:
    return re.split(r"[,(]", value)[0].strip() or None


def _languages(value: str) -> list[Record]:
    low = re.findall(r"[a-z]+", value.casefold())
    codes = dict.fromkeys(_names("languages")[word] for word in low if word in _names("languages"))
    return [{"language": code, "requirement": "required"} for code in codes]


def _match(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        match = pattern.search(value)
        return match[0] if match else None

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "issue_date": _first_of_period,
    "closing_date": _last_of_period,
    "start_date": _date,
    "posts": _integer,
    "duration_months": _months,
    "experience_years": _number,
    "education_level": _one_of("degrees"),
    "contract_type": _one_of("contracts"),
    "schedule": _schedule,
    "duty_station": _place,
    "country": _country,
    "salary": _price,
    "languages": _languages,
    "apply_email": _match(_EMAIL),
    "apply_url": _match(_URL),
}


def baselines() -> tuple[Baseline, ...]:
    """The baselines, in the order of the table's columns."""
    warnings.filterwarnings("ignore", module="dateparser")
    return (
        Baseline("label regex", by_label, frozenset(_data()["labels"])),
        Baseline("search_dates near a word", dates_near_words, frozenset(DATES)),
        Baseline("search_dates by order", dates_by_order, frozenset({"issue_date", "closing_date"})),
        Baseline("price-parser on the line", price_of_line, frozenset({"salary"})),
        Baseline("price-parser on the text", price_of_text, frozenset({"salary"})),
    )
