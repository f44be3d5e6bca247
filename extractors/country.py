"""Country of the duty station, ISO 3166-1 alpha-2; XK for Kosovo.

Not the country: that of the headquarters, of a donor, of the candidates, of a place of travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors import duty_station
from extractors._choice import strongest
from extractors._doc import body, facts, head_lines
from extractors._gazetteer import best_place, country_by_name, places_named
from extractors._names import names_near
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "country"
RULES = ("label", "duty_station", "mission", "head", "title_tail", "sentence", "office")

_PIECE = re.compile(r"[^,;|()\[\]\n/–—-]+")
_PLACES = ("duty_station", "title", "mission", "organization")
_CAPITAL = re.compile(r"[A-ZÀ-Þ][\w'’.-]+(?: (?:and |of |the )?[A-ZÀ-Þ][\w'’.-]+){0,3}")
_BASED = re.compile(r"\b(?:based|located|stationed|place|take place)\s+in\s+(?:the\s+)?$", re.IGNORECASE)
_HEAD_LINES, _LONGEST = 12, 120


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the countries of labels, of the duty station, of the mission, and of the head of the notice."""
    text = doc.text
    for fact in facts(doc, FIELD, "duty_station"):
        end = min(fact.end, fact.start + 200)
        travel = re.search(r"\(?\b(?:with|avec|con)\b", text[fact.start : end])
        end = fact.start + travel.start() if travel and fact.field == "duty_station" else end
        for piece in _PIECE.finditer(text, fact.start, end):
            value = piece.group().strip(" .:*")
            code = country_by_name(value) if value else None
            if code:
                begin = piece.start() + piece.group().index(value)
                yield Finding(code, begin, begin + len(value), "label")
    for found in duty_station.find(doc):
        place = best_place(found.value)
        if place:
            yield Finding((found.value, place.country), found.start, found.end, "duty_station")
    for fact in facts(doc, "organization", "department"):
        for match in _CAPITAL.finditer(text, fact.start, min(fact.end, fact.start + 150)):
            for word in re.finditer(r"\S+", match.group()):
                tail = match.group()[word.start() :]
                code = country_by_name(tail) or country_by_name(word.group())
                if code:
                    yield Finding(code, match.start() + word.start(), match.end(), "office")
                    break
    for start, end in body(doc):
        for name in names_near(text, start, end):
            if start <= name.start < end and name.mission and name.country:
                yield Finding((name.mission, name.country), name.start, name.end, "mission")
    for low, high in head_lines(doc, _HEAD_LINES):
        if high - low > _LONGEST:
            continue
        pieces = list(_PIECE.finditer(text, low, high))
        for number, piece in enumerate(pieces):
            value = piece.group().strip(" .:*•🔍📍")
            code = country_by_name(value) or (
                duty_station.leading_country(value) if number == len(pieces) - 1 and number else None
            )
            if value and code:
                begin = piece.start() + piece.group().index(value)
                yield Finding(code, begin, begin + len(value), "title_tail" if number else "head")
    for start, end in body(doc):
        for match in _CAPITAL.finditer(text, start, end):
            if _BASED.search(text[max(0, match.start() - 30) : match.start()]) and (
                code := country_by_name(match.group())
            ):
                yield Finding(code, *match.span(), "sentence")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The labelled country; else the one that the duty station lies in; else the mission's; else the head's."""
    labelled = strongest(findings, ("label",), first_of=frozenset({"label"}))
    station = known.get("duty_station")
    place = best_place(station, labelled.value) if station else None
    if labelled.state is State.STATED:
        return labelled
    missions = [f for f in findings if f.rule == "mission"]
    own = [Finding(f.value[1], f.start, f.end, f.rule) for f in missions if f.value[0] == known.get("mission")]
    if station:
        beside = [f for f in findings if f.rule in ("head", "title_tail", "sentence")] + own
        for finding in beside:
            if any(p.country == finding.value for p in places_named(station)):
                return Choice(finding.value, State.STATED, (finding,))
        if place is not None:
            stated = next((f for f in findings if f.rule == "duty_station" and f.value[0] == station), None)
            return Choice(place.country, State.STATED, (stated,) if stated else ())
    choice = strongest(own, ("mission",), first_of=frozenset({"mission"}))
    if choice.state is not State.ABSENT:
        return choice
    return strongest(findings, ("head", "title_tail", "sentence", "office"), first_of=frozenset({"head"}))
