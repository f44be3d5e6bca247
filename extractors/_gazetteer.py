"""Names of countries, places, languages and time zones, and what they stand for.

The tables are in ``patterns``; each is read once, when first asked for.  Countries are ISO 3166-1 alpha-2 with XK for
Kosovo, languages ISO 639-1, else 639-3 (``mis``, ``und`` and ``sgn`` as ISO 639 has them), zones IANA names.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from extractors._fold import flatten
from extractors._organizations import organizations as organizations  # asked for here too

PATTERNS = resources.files("extractors.patterns")
PUNCTUATION = re.compile(r"[\W_]+")
ZONE_ACRONYM = re.compile(r"(?:[A-ZА-Я]\.?){2,5}(?:/[A-Z]{2,4})?")
ACRONYM = re.compile(r"(?:[A-ZА-Я]\.?\s?){2,5}")
NO_NAMES = ("code", "alpha3", "zones", "inflected")  # columns of the generated tables that hold something else
REPUBLIC = re.compile(r"(?:republic|kingdom|state|republique|republica) (?:of the|of|de la|de l|del|de|du|d) ")
PARTS = re.compile(r"\s{0,8}[/|,;()\n–—]\s{0,8}|\s-\s")  # "Vienna, Austria"
TOWN = re.compile(
    r"""  # in keys: "city of osh", "osh city", "lori marz", "г бишкек"
    ^(?: city\ of | town\ of | ville\ de | ciudad\ de | gorod | grad | г | м )[ ]
    | [ ](?: city | town | ville | province | region | state | district | county | governorate | marz | oblast )$
    """,
    re.VERBOSE,
)
LONGEST = 300  # characters of a printed duty station or time zone that are looked at
EVIDENT = 2  # how much more important a place must be than its namesakes to be meant by the bare name

# Countries whose other zones are far islands or not kept by those who print "local time".
ONE_TIME = frozenset({"CL", "CN", "EC", "ES", "NZ", "PT", "UA"})
SEASONS = (datetime(2025, 1, 15, tzinfo=UTC), datetime(2025, 7, 15, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory; ``zone`` is its main time zone and ``zones`` all of them."""

    code: str
    name: str
    alpha3: str
    capital: str
    zone: str | None
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A town; ``importance`` runs from 1 (a namesake nobody means) to 5 (capitals and seats of organizations).

    ``word`` says that its name is an everyday word or a person's name besides ("Same", "Split", "Mary").
    """

    name: str
    country: str
    zone: str
    importance: int
    word: bool = False


def key(text: str) -> str:
    """A name for look-up: composed, folded, punctuation as single spaces, without a leading article."""
    return PUNCTUATION.sub(" ", flatten(unicodedata.normalize("NFC", text))).strip().removeprefix("the ")


def _rows(name: str) -> Iterator[dict[str, str]]:
    lines = (line for line in (PATTERNS / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    columns = next(lines).split("\t")
    for line in lines:
        yield dict(zip(columns, line.split("\t"), strict=True))


def _split(cell: str) -> list[str]:
    return cell.split("|") if cell else []


@dataclass(frozen=True, slots=True)
class _Countries:
    by_code: dict[str, Country]
    printed: dict[str, str]
    by_key: dict[str, str]
    acronyms: dict[str, str]
    demonyms: dict[str, str]
    demonym_acronyms: dict[str, str]


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names that one owner alone claims."""
    owners: dict[str, str | None] = {}
    for name, owner in pairs:
        if name and owners.setdefault(name, owner) != owner:
            owners[name] = None
    return {name: owner for name, owner in owners.items() if owner}


def _feminine(masculine: str, language: str) -> str:
    """The feminine of a French or Spanish demonym."""
    if language == "fr":
        for end, other in (("ien", "ienne"), ("éen", "éenne"), ("ec", "ecque"), ("turc", "turque"), ("e", "e")):
            if masculine.endswith(end):
                return masculine[: -len(end)] + other
        return masculine + "e"
    for end, other in (("és", "esa"), ("án", "ana"), ("ón", "ona"), ("o", "a")):
        if masculine.endswith(end):
            return masculine[: -len(end)] + other
    return masculine + "a" if masculine.endswith(("l", "r")) else masculine


@cache
def _countries() -> _Countries:
    generated = {row["code"]: row for row in _rows("country_names.tsv")}
    by_code: dict[str, Country] = {}
    by_hand: list[tuple[str, str]] = []
    cldr: list[tuple[str, str]] = []
    acronyms: dict[str, str] = {}
    demonyms: list[tuple[str, str]] = []
    demonym_acronyms: dict[str, str] = {}
    for row in _rows("countries.tsv"):
        code, names = row["code"], generated[row["code"]]
        zones = tuple(names["zones"].split())
        by_code[code] = Country(code, names["en"], names["alpha3"], row["capital"], zones[0] if zones else None, zones)
        acronyms[names["alpha3"]] = code
        for name in _split(row["aliases"]):
            if ACRONYM.fullmatch(name):
                acronyms[name] = code
            else:
                by_hand.append((name, code))
        cldr += ((name, code) for column, name in names.items() if column not in NO_NAMES)
        cldr += ((name, code) for name in _split(names["inflected"]))
        for name in _split(row["demonyms_en"]):
            if ACRONYM.fullmatch(name):
                demonym_acronyms[name] = code
            else:
                demonyms.append((name, code))
        for language in ("fr", "es"):
            for name in _split(row[f"demonyms_{language}"]):
                demonyms += ((name, code), (_feminine(name, language), code))
    hand = _unambiguous((flatten(name), code) for name, code in by_hand)
    printed = _unambiguous((flatten(name), code) for name, code in cldr) | hand
    by_key = _unambiguous((key(name), code) for name, code in cldr) | _unambiguous((key(n), c) for n, c in by_hand)
    by_demonym = _unambiguous((key(name), code) for name, code in demonyms)
    return _Countries(by_code, printed, by_key, acronyms, by_demonym, demonym_acronyms)


def countries() -> dict[str, Country]:
    """Countries and territories by their code."""
    return _countries().by_code


def country_names() -> dict[str, str]:
    """Names of countries as printed, folded, each with its code; acronyms are in ``country_acronyms``."""
    return _countries().printed


def country_acronyms() -> dict[str, str]:
    """Acronyms and ISO alpha-3 codes of countries, in capitals: they count in capitals only."""
    return _countries().acronyms


def country_by_name(text: str) -> str | None:
    """The country that a name, long form, alias, acronym or alpha-3 code stands for; None if none or several."""
    tables, name = _countries(), text.strip(" \t\n,;:*()[]")
    if code := tables.acronyms.get(name):
        return code
    found = tables.by_key.get(name := key(name))
    return found or tables.by_key.get(REPUBLIC.sub("", name, count=1))


def country_by_demonym(text: str) -> str | None:
    """The country of "Kenyan", "Kenyans", "burundaise" or "mexicana"; None if none or several ("Congolese")."""
    tables, name = _countries(), text.strip(" \t\n,;:*()[]")
    if code := tables.demonym_acronyms.get(name):
        return code
    name = key(name)
    return tables.demonyms.get(name) or tables.demonyms.get(name.removesuffix("s"))


@cache
def zone_of_country(code: str) -> str | None:
    """The time zone of a country that keeps one time (or nearly so); None where a place must decide."""
    country = countries().get(code)
    if country is None or country.zone is None:
        return None
    clocks = {tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in SEASONS) for zone in country.zones}
    return country.zone if len(clocks) == 1 or code in ONE_TIME else None


@cache
def _places() -> dict[str, tuple[Place, ...]]:
    table: dict[str, list[Place]] = {}
    translated = {(row["country"], key(row["names"].split("|")[0])): row["names"] for row in _rows("city_names.tsv")}
    for row in _rows("places.tsv"):
        names = row["names"].split("|")
        place = Place(names[0], row["country"], row["zone"], int(row["importance"]), row["word"] == "yes")
        keys = dict.fromkeys(key(name) for name in names)
        for name in tuple(keys):
            if more := translated.get((place.country, name)):
                keys |= dict.fromkeys(key(other) for other in more.split("|"))
        for name in keys:
            table.setdefault(name, []).append(place)
    return {name: tuple(sorted(held, key=lambda p: -p.importance)) for name, held in table.items()}


def places_named(text: str) -> list[Place]:
    """All places of that name, the most important first."""
    name = key(text)
    return list(_places().get(name) or _places().get(TOWN.sub("", name), ()))


def _one(name: str, country: str | None) -> Place | None:
    """The place that one name means, in this country if there is one; a country's name is no town elsewhere."""
    owner = country or country_by_name(name)
    held = [place for place in places_named(name) if owner in (None, place.country)]
    if not held:
        return None
    alone = len(held) == 1 or held[0].importance - held[1].importance >= EVIDENT
    return held[0] if alone or len({place.country for place in held}) == 1 else None


def best_place(text: str, country: str | None = None) -> Place | None:
    """The place that a printed duty station means: "Prishtine / Pristina", "Vienna, Austria", "Goma (DRC)".

    Among namesakes the one in ``country`` (or in the country printed beside it), else the one that is much more
    important than all others; None where nothing decides, and for places in several countries.
    """
    parts = [part for part in PARTS.split(text[:LONGEST]) if part]
    if country is None:
        country = next((code for part in parts[1:] if (code := country_by_name(part))), None)
    if (place := _one(text[:LONGEST], country)) or len(parts) < 2:
        return place
    found = [place for part in parts if (place := _one(part, country))]
    return found[0] if len({place.country for place in found}) == 1 else None


@cache
def language_names() -> dict[str, str]:
    """Names of languages as printed, folded (see ``flatten``), each with its code; inflected forms are among them."""
    hand: list[tuple[str, str]] = []
    cldr: list[tuple[str, str]] = []
    for row in _rows("languages.tsv"):
        hand += ((flatten(name), row["code"]) for name in _split(row["names"]))
    for row in _rows("language_names.tsv"):
        cldr += ((flatten(name), row["code"]) for column, name in row.items() if column not in NO_NAMES)
        cldr += ((flatten(name), row["code"]) for name in _split(row["inflected"]))
    return _unambiguous(cldr) | _unambiguous(hand)


@cache
def language_labels() -> dict[str, str]:
    """Codes of languages, each with the first name that ``languages.tsv`` gives it."""
    return {row["code"]: _split(row["names"])[0] for row in _rows("languages.tsv") if row["names"]}


@cache
def weak_language_names() -> frozenset[str]:
    """Folded names of languages that are also words, names or towns ("Karen", "Bari"): they need "language" beside."""
    return frozenset(flatten(name) for row in _rows("languages.tsv") for name in _split(row["weak"]))


@cache
def language_groups() -> dict[str, tuple[str, ...]]:
    """Names for several languages at once ("B/C/S"), in this case only, each with the codes: one of them suffices."""
    return {row["name"]: tuple(row["codes"].split()) for row in _rows("language_groups.tsv")}


@dataclass(frozen=True, slots=True)
class _Zones:
    by_key: dict[str, str]
    acronyms: dict[str, str]
    around: tuple[tuple[str, str], ...]


@cache
def _zones() -> _Zones:
    table = tomllib.loads((PATTERNS / "zones.toml").read_text(encoding="utf-8"))
    pairs = [(name, zone) for zone, names in table["zones"].items() for name in names]
    around = (phrase.split("{}") for phrase in table["words"]["around"])
    words = ((f"{key(before)} ".lstrip(), f" {key(after)}".rstrip()) for before, after in around)
    return _Zones(
        by_key={key(name): zone for name, zone in pairs if not ZONE_ACRONYM.fullmatch(name)},
        acronyms={name: zone for name, zone in pairs if ZONE_ACRONYM.fullmatch(name)},
        around=tuple(sorted(words, key=lambda pair: -len(pair[0]) - len(pair[1]))),
    )


def _zone(text: str) -> str | None:
    tables, name = _zones(), text.strip(" \t\n.,;:*()[]")
    if zone := tables.acronyms.get(name):
        return zone
    name = key(name)
    if zone := tables.by_key.get(name):
        return zone
    for before, after in (*tables.around, ("", "")):
        if name.startswith(before) and name.endswith(after):
            owner = name[len(before) : len(name) - len(after)].strip()
            place = best_place(owner)
            if place and not (place.word and not before and not after):
                return place.zone
            if zone := zone_of_country(country_by_name(owner) or ""):
                return zone
    return None


def zone_by_name(text: str) -> str | None:
    """The IANA zone of "CET", "Brussels time", "heure de Paris", "Central European Time (CET)", "Vienna"; else None.

    A town counts where its name alone tells which; a country where it keeps one time.
    """
    if zone := _zone(text[:LONGEST]):
        return zone
    found = {zone for part in re.split(r"[()/,]", text[:LONGEST]) if part.strip() and (zone := _zone(part))}
    return found.pop() if len(found) == 1 else None
