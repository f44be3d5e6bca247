"""Rules on the nationality of candidates: who alone may apply, and who may not.

A rule names people ("nationals", "citizenship", "ressortissants") beside a country, a nationality, or the country of
the duty station.  Blocs of states ("NATO member countries") are not expanded; encouragement limits nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from extractors._clauses import clauses
from extractors._doc import body, facts, section_at
from extractors._fold import fold
from extractors._gazetteer import country_by_demonym, country_by_name, country_names
from extractors._labels import load_toml
from extractors._languages import asked
from extractors._phrases import occurrences, phrases
from extractors._sentence import sentence_at
from extractors._stretches import Stretches

if TYPE_CHECKING:
    from spacy.tokens import Doc

DUTY_STATION = "duty_station"  # stands for the country of the duty station, which another field knows

Kind = Literal["label", "only", "must", "item", "excluded"]
_WORD = re.compile(r"[^\W_](?:[\w.'’-]*\w)?\.?|&")
_LONGEST = 7  # words of a country's name: "the Democratic Republic of the Congo"
_REACH = 14  # words read behind the people for their country
_LISTED = 160  # words of a list of countries
_ITEM = 45  # characters before the people in an item that only names them: "Possession of the citizenship of"
_NOT = re.compile(r"(?i)(?<!\w)(?:not|non|no|other than|except)(?:\s|-)(?:a\s|the\s)?$")
# open to Ugandans only   réservé aux Tchadiens   Ugandans only
_PEOPLE = re.compile(
    r"\s(?:the\s|to\s|for\s)?([A-ZÀ-Þ]\w{3,18}s)(?=[\s.,;)]{0,3}(?:$|\n|[.;,)]|only|exclusively|uniquement|and\s|or\s|ou\s|et\s))"
)
_PEOPLE_BEFORE = re.compile(r"(?<!\w)([A-ZÀ-Þ]\w{3,18}s)\s$")
_SLAVIC = re.compile(r"[а-яёѐ-џ]|[čćšžđëç]|(?:državljan|republike|shtetas|cetățe)", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of ``patterns/nationality.toml``, compiled."""

    people: re.Pattern[str]
    bloc: re.Pattern[str]
    duty_station: re.Pattern[str]
    only: re.Pattern[str]
    must: re.Pattern[str]
    other_than: re.Pattern[str]
    soft: re.Pattern[str]
    excluded: re.Pattern[str]
    applying: re.Pattern[str]
    fillers: frozenset[str]
    joins: frozenset[str]
    labels: frozenset[str]


@cache
def words() -> Words:
    """Read and compile the vocabulary once."""
    data: dict[str, list[str]] = load_toml("nationality.toml")  # type: ignore[assignment]
    return Words(
        people=phrases(data["people"]),
        bloc=phrases(data["bloc"]),
        duty_station=phrases(data["duty_station"]),
        only=phrases(data["only"]),
        must=phrases(data["must"]),
        other_than=phrases(data["other_than"]),
        soft=phrases(data["soft"]),
        excluded=phrases(data["excluded"]),
        applying=phrases(data["applying"]),
        fillers=frozenset(data["fillers"]),
        joins=frozenset(data["joins"]),
        labels=frozenset(map(fold, data["labels"])),
    )


def _stem(name: str) -> str:
    return " ".join(w[:-2] if len(w) > 4 else w[:-1] if len(w) > 3 else w for w in name.split())


@cache
def _stems() -> dict[str, str | None]:
    """Names of countries without their endings, for languages that decline them; None where two share a stem."""
    found: dict[str, str | None] = {}
    for name, code in country_names().items():
        stem = _stem(fold(name))
        found[stem] = code if found.get(stem, code) == code else None
    return found


@cache
def _adjectives() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: dict[str, list[str]] = load_toml("nationality.toml")["demonyms"]  # type: ignore[assignment]
    return tuple((phrases(names), code) for code, names in table.items())


def _demonym(text: str) -> str | None:
    """The country of an adjective, also of one that is declined: "burundaise", "українського"."""
    code = country_by_demonym(text)
    if code is None and " " not in text:
        forms = (text, text.rstrip("."))  # "cittadini italiani."
        return next((code for pattern, code in _adjectives() if any(map(pattern.fullmatch, forms))), None)
    return code


def country_in(text: str, *, declined: bool = False) -> str | None:
    """The country that a phrase names, or whose people it calls: "Republic of Serbia", "Kenyan", "Украины"."""
    code = country_by_name(text) or _demonym(text)
    if code is None and declined and len(text) > 4:
        code = _stems().get(_stem(fold(text)))
    return code


def _country_at(text: str, tokens: list[re.Match[str]], first: int, declined: bool) -> tuple[str, int] | None:
    """The country that starts at a word, the longest name first, and the number of words that it takes."""
    if not text[tokens[first].start()].isupper() and not _demonym(tokens[first].group()):
        return None
    for count in range(min(_LONGEST, len(tokens) - first), 0, -1):
        phrase = text[tokens[first].start() : tokens[first + count - 1].end()]
        if (
            "\n\n" not in phrase
            and not re.search(r"[,;:()]", phrase)
            and (code := country_in(phrase, declined=declined))
        ):
            return code, count
    return None


def countries_after(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the countries that directly follow the people: "of Kenya, Uganda or the United Republic of Tanzania"."""
    known = words()
    declined = bool(_SLAVIC.search(text, max(0, start - 60), end))
    tokens = [m for m, _ in zip(_WORD.finditer(text, start, end), range(_LISTED), strict=False)]
    i, found = 0, False
    while i < len(tokens) and (found or i < _REACH):
        if re.search(r"[;:.]", text[tokens[i - 1].end() if i else start : tokens[i].start()]):
            return
        here = _country_at(text, tokens, i, declined)
        if here:
            code, count = here
            yield code, tokens[i].start(), tokens[i + count - 1].end()
            i, found = i + count, True
            continue
        word = tokens[i].group().casefold().rstrip(".")
        if not (word in (known.joins if found else known.fillers) or known.people.fullmatch(tokens[i].group())):
            return
        i += 1


def countries_before(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the nationalities directly before the people: "Kenyan or Ugandan nationals"."""
    tokens = list(_WORD.finditer(text, start, end))[-6:]
    i = len(tokens)
    while i > 0:
        for count in range(min(3, i), 0, -1):
            low, high = tokens[i - count].start(), tokens[i - 1].end()
            code = _demonym(text[low:high])
            if code and (text[low].isupper() or count == 1):
                if _NOT.search(text, max(start, low - 8), low):
                    return
                yield code, low, high
                i -= count
                break
        else:
            if i == len(tokens) or tokens[i - 1].group().casefold() not in words().joins | words().fillers:
                return
            i -= 1


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
        if not _NOT.search(text, max(low, match.start() - 14), match.start()):
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
    tokens = [m for m in _WORD.finditer(text, must.end(), end) if m.group().casefold() not in words().fillers]
    codes = [_demonym(token.group().rstrip(".")) for token in tokens]
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
            code = _demonym(match[1]) or _demonym(match[1][:-1])
            if code:
                yield Rule(code, "only", match.start(1), match.end(1))


def _alone(text: str, match: re.Match[str], low: int, high: int) -> bool:
    """Whether the sentence is a bullet or a value that opens with the people: "Citizenship of Armenia;"."""
    before = text[text.rfind(": ", low, match.start()) + 1 or low : match.start()]
    if _demonym(before.strip()) and not text[match.end() : high].strip(" .;,"):
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
