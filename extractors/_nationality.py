"""Rules on the nationality of candidates: who alone may apply, and who may not.

A rule names people ("nationals", "citizenship", "ressortissants") beside a country, a nationality, or the country of
the duty station.  Blocs of states ("NATO member countries") are not expanded; encouragement limits nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from extractors._citizens import NOT, WORD, countries_after, countries_before, country_in, demonym, words
from extractors._clauses import clauses
from extractors._doc import body, facts, section_at
from extractors._fold import fold
from extractors._languages import asked
from extractors._phrases import occurrences
from extractors._sentence import sentence_at
from extractors._stretches import Stretches

if TYPE_CHECKING:
    from spacy.tokens import Doc

DUTY_STATION = "duty_station"  # stands for the country of the duty station, which another field knows

Kind = Literal["label", "only", "must", "item", "excluded"]
_ITEM = 45  # characters before the people in an item that only names them: "Possession of the citizenship of"
# open to Ugandans only   réservé aux Tchadiens   Ugandans only
_PEOPLE = re.compile(
    r"\s(?:the\s|to\s|for\s)?([A-ZÀ-Þ]\w{3,18}s)(?=[\s.,;)]{0,3}(?:$|\n|[.;,)]|only|exclusively|uniquement|and\s|or\s|ou\s|et\s))"
)
_PEOPLE_BEFORE = re.compile(r"(?<!\w)([A-ZÀ-Þ]\w{3,18}s)\s$")
_ITEMS = frozenset({"requirements", "education", "experience", "nationality"})
_LISTS = re.compile(r"(?:\s[\w-]{2,20}){0,3}\s{0,2}[:(]\s{0,2}")
_LIST_MARK = re.compile(r"[\s\-–—•*·]{0,9}(?:\(?(?:\d{1,2}|[^\W\d_])[.)])?\s{0,9}")
_LONE = 90  # characters of a bullet that says nothing but the nationality


@dataclass(frozen=True, slots=True)
class Rule:
    """One nationality rule: ISO 3166-1 alpha-2 codes or ``DUTY_STATION``, what kind, and where it stands."""

    country: str
    kind: Kind
    start: int
    end: int


def rules(doc: Doc) -> Iterator[Rule]:
    """Yield the nationality rules of a notice, in no particular order."""
    text = doc.text
    labelled = []
    for fact in facts(doc, "nationality"):
        labelled.append((fact.start, fact.end))
        yield from _labelled(text, fact.start, fact.end, fold(text[fact.label_start : fact.label_end]).strip(" :*-"))
    read = Stretches(labelled)
    listed = clauses(doc)
    starts = [clause.start for clause in listed]
    for clause in listed:
        yield from _bare(text, clause.start, clause.end)
    for start, end in body(doc):
        yield from _peoples(text, start, end)
        for match in occurrences(words().people, text, start, end):
            low, high = sentence_at(text, match.start(), match.end())
            low, high = max(low, start), min(high, end)
            section = section_at(doc, match.start())
            where = section.kind if section else "other"
            at = bisect_right(starts, match.start()) - 1
            if at >= 0 and match.start() < listed[at].end:  # the next line may be another clause
                low, high = max(low, listed[at].start), min(high, listed[at].end)
                if where in {"head", "other"} or (where == "languages" and not asked(text, low, high, listed=True)):
                    where = "requirements"
            if not read.hold(match.start()):
                yield from _stated(text, match, low, high, where)


def _labelled(text: str, start: int, end: int, label: str) -> Iterator[Rule]:
    known = words()
    end = min(end, start + 240)
    said = text[start:end].strip(" .*")
    code = country_in(said) if label in known.labels else None
    if code:
        yield Rule(code, "label", start, start + len(text[start:end].rstrip(" .*")))
        return
    for match in known.people.finditer(text, start, end):
        low, high = sentence_at(text, match.start(), match.end())
        low, high = max(low, start), min(high, end)
        kind: Kind = "excluded" if known.excluded.search(text, low, high) else "label"
        if kind == "label" and known.soft.search(text, low, high):
            continue
        yield from _named(text, match, low, high, kind)


def _stated(text: str, match: re.Match[str], low: int, high: int, where: str) -> Iterator[Rule]:
    known = words()
    if known.excluded.search(text, low, high):
        # "Persons who are not nationals of X cannot apply" is a rule of the other kind
        if not NOT.search(text, max(low, match.start() - 14), match.start()):
            yield from _named(text, match, low, high, "excluded")
        return
    if where not in {"desirable", "debris", "languages"}:
        other = known.other_than.search(text, match.end(), high)
        if other:
            for code, start, end in countries_after(text, other.end(), high):
                yield Rule(code, "excluded", start, end)
            return
    if known.soft.search(text, low, high) or where in {"desirable", "debris", "languages"}:
        return
    if where in {"background", "duties"} and not known.applying.search(text, low, high):
        return
    window = (max(low, match.start() - 90), min(high, match.end() + 110))
    if known.only.search(text, *window):
        yield from _named(text, match, low, high, "only")
    elif where in {"background", "duties"}:
        return
    elif known.must.search(text, *window):
        yield from _named(text, match, low, high, "must")
    elif (where in _ITEMS and match.start() - low <= _ITEM) or _alone(text, match, low, high):
        yield from _named(text, match, low, high, "item")


def _bare(text: str, start: int, end: int) -> Iterator[Rule]:
    """ "Must be Ugandan": a clause that holds a nationality and nothing else."""
    must = words().must.match(text, start, end) if end - start <= _LONE else None
    if must is None:
        return
    tokens = [m for m in WORD.finditer(text, must.end(), end) if m.group().casefold() not in words().fillers]
    codes = [demonym(token.group().rstrip(".")) for token in tokens]
    if codes and all(codes):
        yield from (Rule(code, "must", start, end) for code in codes if code)


def _peoples(text: str, start: int, end: int) -> Iterator[Rule]:
    """ "Open to Ugandans only", "ouvert aux Tchadiens": a people in the plural beside "only"."""
    for only in occurrences(words().only, text, start, end):
        low, high = sentence_at(text, only.start(), only.end())
        if words().soft.search(text, max(low, start), min(high, end)):
            continue
        behind = _PEOPLE.match(text, only.end(), min(high, end))
        before = _PEOPLE_BEFORE.search(text, max(low, start, only.start() - _ITEM), only.start())
        for match in filter(None, (behind, before)):
            code = demonym(match[1]) or demonym(match[1][:-1])
            if code:
                yield Rule(code, "only", match.start(1), match.end(1))


def _alone(text: str, match: re.Match[str], low: int, high: int) -> bool:
    """Whether the sentence is a bullet or a value that opens with the people: "Citizenship of Armenia;"."""
    before = text[text.rfind(": ", low, match.start()) + 1 or low : match.start()]
    if demonym(before.strip()) and not text[match.end() : high].strip(" .;,"):
        return high - low <= _LONE  # "Local hire: Ukrainian nationals."
    return high - low <= _LONE and _LIST_MARK.fullmatch(text[low : match.start()]) is not None


def _named(text: str, match: re.Match[str], low: int, high: int, kind: Kind) -> Iterator[Rule]:
    bloc = words().bloc.search(text, low, high) if kind != "excluded" else None
    if bloc:  # "citizens of Malta or of another EU country": not Malta alone
        colon = _LISTS.match(text, bloc.end(), high)
        listed = list(countries_after(text, colon.end(), high)) if colon else []
        if len(listed) > 1:  # "nationals of member countries: Albania, Armenia and Georgia"
            yield from (Rule(code, kind, start, end) for code, start, end in listed)
        return
    found = list(countries_after(text, match.end(), high)) or list(countries_before(text, low, match.start()))
    for code, start, end in found:
        yield Rule(code, kind, min(start, match.start()), max(end, match.end()))
    if not found:
        station = words().duty_station.search(text, match.end(), min(high, match.end() + 110))
        if station and kind != "item":
            yield Rule(DUTY_STATION, kind, match.start(), station.end())
