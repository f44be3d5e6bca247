"""Time zone of the closing time, IANA name; "local time" is the duty station's, where that is known.

Only a zone printed beside the closing date or time counts.  The zone in which the organization has its seat is not
assumed, and a zone beside office hours or an interview is another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from extractors._choice import strongest
from extractors._deadlines import deadlines
from extractors._doc import body, facts
from extractors._flat import compiled, flat
from extractors._gazetteer import best_place, zone_of_country
from extractors._labels import load_toml
from extractors._phrases import occurrences
from extractors._times import LOCAL, zones_in
from extractors.closing_time import on_closing_day, undated
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "closing_timezone"
RULES = ("beside_extended", "beside_date", "in_label", "on_closing_day", "undated", "all_times")
_BEHIND = 70  # characters behind a time in which its zone may stand


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the zones printed with a closing date or time; ``local`` where the notice says "local time"."""
    text = doc.text
    for deadline in deadlines(doc):
        for zone in zones_in(text, deadline.date.end, deadline.end):
            yield Finding(zone.value, zone.start, zone.end, _ranked(deadline.rule))
            break
        else:
            for zone in zones_in(text, deadline.start, deadline.date.start):
                yield Finding(zone.value, zone.start, zone.end, _ranked(deadline.rule))
                break
    for fact in facts(doc, "closing_date"):
        for zone in zones_in(text, fact.label_start, fact.label_end):
            yield Finding(zone.value, zone.start, zone.end, "in_label")
            break
    for start, end in body(doc):
        for mention, tied in on_closing_day(text, start, end):
            for zone in zones_in(text, mention.start, max(tied, min(end, mention.end + _BEHIND))):
                yield Finding(zone.value, zone.start, zone.end, "on_closing_day")
                break
    for start, end in body(doc):
        for match in occurrences(_all_times(), flat(text), start, end):
            for zone in zones_in(text, match.end(), min(end, match.end() + _BEHIND)):
                yield Finding(zone.value, zone.start, zone.end, "all_times")
                break
    for mention in undated(doc, text):
        for zone in zones_in(text, mention.start, min(len(text), mention.end + _BEHIND)):
            yield Finding(zone.value, zone.start, zone.end, "undated")
            break


@cache
def _all_times() -> re.Pattern[str]:
    """ "All times are", "toutes les heures sont": what says the zone of every time in the notice."""
    words = load_toml("times.toml")["words"]
    assert isinstance(words, dict)
    return compiled(words["all_times"])


def _ranked(rule: str) -> str:
    return "beside_extended" if rule == "extended" else "beside_date"


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The zone of the strongest statement, "local" and bare offsets resolved by the duty station."""
    day = known.get("closing_date")
    if not day:
        return Choice()
    station = _station_zone(known)
    resolved = []
    for finding in findings:
        zone = station if finding.value == LOCAL else finding.value
        if zone and station and zone.startswith("Etc/") and _offset(zone, day) == _offset(station, day):
            zone = station
        if zone:
            resolved.append(replace(finding, value=zone))
    return strongest(resolved, RULES, first_of=frozenset({"on_closing_day", "undated"}))


def _station_zone(known: Mapping[str, Any]) -> str | None:
    place, country = known.get("duty_station"), known.get("country")
    found = best_place(place, country) if place else None
    return found.zone if found else zone_of_country(country) if country else None


def _offset(zone: str, day: Any) -> Any:
    return datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()
