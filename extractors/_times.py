"""Times of day in every notation, as HH:MM of 24 hours, and the time zones printed beside them.

Midnight is the end of the stated day, 23:59; "close of business" is no time.  Zones are IANA names, or ``LOCAL``
where the notice says "local time".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from extractors._flat import flat, openings, pattern
from extractors._fold import cyrillic
from extractors._gazetteer import best_place, country_by_name, zone_by_name, zone_of_country
from extractors._labels import load_toml
from extractors._phrases import occurrences, opened

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time of day as printed in ``text[start:end]``; ``value`` is HH:MM."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class ZoneMention:
    """A time zone as printed; ``exact`` is False for a bare offset from UTC or an abbreviation."""

    start: int
    end: int
    value: str
    exact: bool


def _terms(name: str) -> list[str]:
    table = load_toml("times.toml")["words"]
    assert isinstance(table, dict)
    terms: list[str] = table[name]
    return terms


@cache
def _times() -> re.Pattern[str]:
    noon, midnight, unit, at, hour = (pattern(_terms(name)) for name in ("noon", "midnight", "unit", "at", "hour"))
    unit = unit.removeprefix(r"(?<!\w)")  # 1700hrs
    opening = openings([*_terms("noon"), *_terms("midnight"), *_terms("at"), *_terms("hour")])
    expression = re.compile(
        rf"""
        # 23:59, 10:59:00 PM, 12:00 noon, 24:00
        (?<![\d:.,+]) (?<!gmt-) (?<!gmt\ -) (?<!utc-) (?<!utc\ -)
            (?P<hour>[01]?\d|2[0-4]) \s?:\s? (?P<minute>[0-5]\d) (?:[:.][0-5]\d)? (?![\d:])
            (?:\s{{0,2}}(?P<half>[ap])\.?\s?m\b\.?)?
            (?:\s{{0,2}}\(?(?:(?P<colon_noon>{noon})|(?P<colon_midnight>{midnight})))?
        # 5 p.m., 5.30 PM, 12 noon
        | (?<![\d:.,+]) (?P<hour_12>[01]?\d|2[0-4]) (?:\.(?P<minute_12>[0-5]\d))?
            \s{{0,2}} (?: (?P<half_12>[ap])\.?\s?m\b\.? | (?P<clock_noon>{noon}) | (?P<clock_midnight>{midnight}) )
        # 17h00, 23 h 59, 17 h
        | (?<![\d:.,+]) (?P<hour_h>[01]?\d|2[0-4]) \s?h\s?(?:(?P<minute_h>[0-5]\d)(?!\d)|(?![\w]))
            (?:\s{{0,2}}(?P<half_h>[ap])\.?\s?m\b\.?)?
        # 17.00 hours, 1700 hrs, 17 Uhr
        | (?<![\d:.,+]) (?P<hour_u>[01]?\d|2[0-4]) (?:[.]?(?P<minute_u>[0-5]\d))? \s{{0,2}} {unit}
        # at 14.00, ore 17.00, and behind a year: 9 May 2025, 14.00
        | (?: {at}[\s(]{{1,2}} | (?<=\d{{4}},\s) | (?<=\d{{4}}\s) )
            (?P<hour_at>[01]?\d|2[0-4]) \. (?P<minute_at>[0-5]\d) (?!\d|\.\d)
            (?:\s{{0,2}}(?P<half_at>[ap])\.?\s?m\b\.?)?
        # le ore 14
        | {hour}\s{{1,2}}(?P<hour_word>[01]?\d|2[0-4])(?![\d%]|[.:,/-]\d|\s?[-–]\s?\d|\sgiorn|\ssett|\ssaptam|\szi)
        | (?P<noon>{noon}) | (?P<midnight>{midnight})
        """,
        re.VERBOSE,
    )
    return opened(expression, opening, figures=True)


def times_in(text: str, start: int = 0, end: int | None = None) -> Iterator[TimeMention]:
    """Yield the times of day printed between two offsets, in order of the text."""
    stop = len(text) if end is None else end
    mentions = _all_times(text)
    for mention in islice(mentions, bisect_left(mentions, start, key=lambda m: m.start), None):
        if mention.start >= stop:
            return
        if mention.end <= stop:
            yield mention


@lru_cache(maxsize=8)
def _all_times(text: str) -> tuple[TimeMention, ...]:
    found = []
    for match in occurrences(_times(), flat(text), 0, len(text)):
        value = _value(match)
        if value:
            begin = next((match.start(part) for part in ("hour_at", "hour_word") if match[part]), match.start())
            found.append(TimeMention(begin, match.end(), value))
    return tuple(found)


def _value(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    if parts["midnight"] or parts["colon_midnight"] or parts["clock_midnight"]:
        return "23:59"
    if parts["noon"] or parts["colon_noon"] or parts["clock_noon"]:
        return "12:00"
    hour = int(next(parts[k] for k in ("hour", "hour_12", "hour_h", "hour_u", "hour_at", "hour_word") if parts[k]))
    minute = next((parts[k] for k in ("minute", "minute_12", "minute_h", "minute_u", "minute_at") if parts[k]), "00")
    half = parts["half"] or parts["half_12"] or parts["half_at"] or parts["half_h"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour == 24:
        return "23:59" if minute == "00" else None
    return f"{hour:02}:{minute}"


_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀĂČĆĐĘĞĪĶĻŁŃŅÖŘŚŞȘŠŤŢȚÚŪŽА-ЯЁЂЄІЇЈЉЊЋЏҐ]"
_NAME = rf"{_CAPITAL}[\w.'’/-]{{0,20}}(?:(?<=-)\n\w{{1,15}})?"  # may be hyphenated over a line break
_NAMES = rf"{_NAME}(?:,?[ ](?:of[ ]|de[ ]|and[ ])?{_NAME}){{0,4}}"
# "Central European Time", "Washington, D.C. local time", "Wiener Zeit"
_BEFORE_TIME = re.compile(
    rf"(?P<names>{_NAMES}),?[ ](?:[Ll]ocal[ ]|[Ss]tandard[ ]|[Ss]ummer[ ]|\(?local\)?[ ])?(?:[Tt]ime|TIME|Zeit|saati)\b"
)
# "heure de New York", "hora de Guatemala", "por ora di Roma", "по времени Бишкека"
_BEHIND_TIME = re.compile(
    rf"""\b(?:[Hh]eure|[Hh]oras?|[Hh]orário|[Oo]ra|[Oo]rë|[Kk]oh(?:a|ë|ën|ës)
        |[Вв]ремя|[Вв]ремени|[Чч]асом|[Vv]remenu|[Vv]reme)\s
        (?:de\sla\s|de\s|du\s|des\s|d['’]|del\s|di\s|da\s|do\s|(?:e|së|të)\s|г\.\s?)? (?P<names>{_NAMES})""",
    re.VERBOSE,
)
_OFFSET = re.compile(r"\b(?:GMT|UTC|Z)[ ]?(?P<sign>[+\-−–])[ ]?(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?(?!\d)")
_ABBREVIATION = re.compile(r"(?<![\w.])(?:[A-Z]{2,5}|MEZ|MESZ)(?![\w.]*\w)")
_IN_BRACKETS = re.compile(rf"\((?P<names>{_NAMES})\)")
_NO_ZONE = frozenset("AM PM COB HRS EOB THE AND OR CV HR ID UN EU DATE CLOSING FULL PART REAL ANY".split())
_CLOCK_WORDS = re.compile(
    r"""(?:Midnight|Noon|Midday|Hours?|Hrs|Minuit|Time|PM|AM|P\.M\.|A\.M\.|Local|Deadline|Date|Closing|By|At|Before
        |Until|The)[ ,]{1,3}""",
    re.VERBOSE | re.IGNORECASE,
)
_HALF_HOURS = {
    "+03:30": "Asia/Tehran", "+04:30": "Asia/Kabul", "+05:30": "Asia/Kolkata", "+05:45": "Asia/Kathmandu",
    "+06:30": "Asia/Yangon", "+09:30": "Australia/Darwin", "-03:30": "America/St_Johns",
}  # fmt: skip


@cache
def _local() -> re.Pattern[str]:
    terms = [*load_toml("times.toml")["words"]["local"]]  # type: ignore[index]
    return re.compile(pattern(terms))


@cache
def _adjectives() -> tuple[re.Pattern[str], tuple[str, ...]]:
    table = load_toml("times.toml")["adjectives"]
    assert isinstance(table, dict)
    groups = [f"(?P<z{n}>{pattern([*terms, *map(cyrillic, terms)])})" for n, terms in enumerate(table.values())]
    return re.compile("|".join(groups)), tuple(table)


def zones_in(text: str, start: int = 0, end: int | None = None) -> Iterator[ZoneMention]:
    """Yield the time zones printed between two offsets, exact ones before offsets and abbreviations."""
    stop = len(text) if end is None else end
    found = [*_named(text, start, stop), *_adjectival(text, start, stop)]
    local = [ZoneMention(m.start(), m.end(), LOCAL, True) for m in _local().finditer(flat(text), start, stop)]
    found += [m for m in local if not any(z.start < m.end and m.start < z.end for z in found)]
    yield from sorted(found, key=lambda zone: zone.start)
    yield from sorted(_coded(text, start, stop), key=lambda zone: zone.start)


def _named(text: str, start: int, stop: int) -> Iterator[ZoneMention]:
    """Zones by the name of a region, a town or a country."""
    for match in _BEFORE_TIME.finditer(text, start, stop):
        begin, names = match.span("names")[0], match["names"]
        while names:
            if zone := resolve(names):
                yield ZoneMention(begin, match.end(), zone, True)
                break
            shorter = re.sub(r"^\S+\s*", "", names)
            begin, names = begin + len(names) - len(shorter), shorter
    for expression in (_BEHIND_TIME, _IN_BRACKETS):
        for match in expression.finditer(text, start, stop):
            names = match["names"]
            lead = _CLOCK_WORDS.match(names)
            begin = match.start("names") + (lead.end() if lead else 0)
            names = names[lead.end() :] if lead else names
            while names:
                if (
                    zone := zone_by_name(text[match.start() : begin + len(names)])
                    or resolve(names)
                    or _inflected(names.rstrip(" .,"))
                ):
                    yield ZoneMention(begin, begin + len(names), zone, True)
                    break
                names = re.sub(r"[\s,]{0,9}\S{1,60}$", "", names)


def _adjectival(text: str, start: int, stop: int) -> Iterator[ZoneMention]:
    expression, zones = _adjectives()
    plain = flat(text)
    for match in expression.finditer(plain, start, stop):
        behind = plain[match.end() : match.end() + 12].split()
        if behind and behind[0].startswith(("врем", "час", "vrem", "vrijem", "zeit")):
            yield ZoneMention(match.start(), match.end(), zones[int(str(match.lastgroup)[1:])], True)


def _coded(text: str, start: int, stop: int) -> Iterator[ZoneMention]:
    """Offsets from UTC and abbreviations."""
    for match in _OFFSET.finditer(text, start, stop):
        sign = "+" if match["sign"] == "+" else "-"
        hours, minutes = int(match["hours"]), match["minutes"] or "00"
        if minutes != "00":
            zone = _HALF_HOURS.get(f"{sign}{hours:02}:{minutes}")
        else:  # POSIX counts westwards: Etc/GMT-5 is five hours ahead of Greenwich
            zone = None if hours > 14 else "UTC" if not hours else f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
        if zone:
            yield ZoneMention(match.start(), match.end(), zone, False)
    for match in _ABBREVIATION.finditer(text, start, stop):
        if match.group() not in _NO_ZONE and not _OFFSET.match(text, match.start()):
            zone = zone_by_name(match.group())
            if zone:
                yield ZoneMention(match.start(), match.end(), zone, False)


# Endings of names behind "time of": время Ташкента, ora e Tiranës, ora Chișinăului
_ENDINGS = (
    ("ului", ""),
    ("lui", ""),
    ("ës", "ë"),
    ("ës", "a"),
    ("s", ""),
    ("it", ""),
    ("ы", "а"),
    ("а", ""),
    ("и", "ь"),
    ("у", ""),
)


@lru_cache(maxsize=1024)
def _inflected(name: str) -> str | None:
    """The zone of a name in the genitive."""
    for ending, nominative in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 3:
            zone = resolve(name[: -len(ending)] + nominative)
            if zone:
                return zone
    return None


@lru_cache(maxsize=1024)
def resolve(names: str) -> str | None:
    """The IANA zone of "Central European", "Brussels", "New York, USA" or "Kenya"."""
    names = names.replace("-\n", "").strip(" ,.(")
    if names.upper() in _NO_ZONE:
        return None
    if zone := zone_by_name(f"{names} time") or zone_by_name(names):
        return zone
    place = best_place(names)
    if place:
        return place.zone
    country = country_by_name(names)
    return zone_of_country(country) if country else None
