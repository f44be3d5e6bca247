"""Regenerate the tables of names that come from the CLDR: ``python -m extractors.patterns.make_names``.

Names come from the Unicode CLDR as Babel carries it (Unicode License v3), zones of a country from the time zone
database's ``zone.tab`` as tzdata carries it (public domain).  Which countries and languages: those listed in the
hand-written ``countries.tsv`` and ``languages.tsv``, which also hold what CLDR has not.  Names inflect where notices
print them so ("знание английского языка", "državljanin Srbije"): forms are made here by rule, not listed by hand.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global

HERE = Path(__file__).parent
LOCALES = ("en", "fr", "es", "pt", "de", "it", "ru", "uk", "sr", "sr_Latn", "bs", "hr", "sq", "mk", "ro", "tr", "ar",
           "ka", "hy", "kk")  # fmt: skip
CLDR_LICENCE = "Unicode CLDR through Babel, Unicode License v3 (https://www.unicode.org/license.txt)"

# Ends of words, longest first: the citation form's end, and what stands in its place in the other cases.
COUNTRY_ENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "ru": (("ия", "ии ию ией"), ("ина", "ины ине ину"), ("а", "ы и е у"), ("ан", "ана ане ану аном")),
    "uk": (("ія", "ії ію ією"), ("а", "и і у ою"), ("ан", "ану ані аном")),
    "sr": (("ија", "ије ији ију"), ("ска", "ске ској ску"), ("а", "е и у"), ("о", "а у"), ("", "а у")),
    "sr_Latn": (("ija", "ije iji iju"), ("ska", "ske skoj sku"), ("a", "e i u"), ("o", "a u"), ("", "a u")),
    "sq": (("ë", "a ës ën"), ("i", "ia isë inë"), ("a", "ës ën"), ("", "i it in")),
    "ro": (("a", "ei"), ("stan", "stanului")),
}
COUNTRY_ENDS |= {"bs": COUNTRY_ENDS["sr_Latn"], "hr": COUNTRY_ENDS["sr_Latn"]}

LANGUAGE_ENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (("ais", "aise"), ("ois", "oise"), ("ien", "ienne"), ("ain", "aine"), ("ol", "ole"), ("and", "ande")),
    "es": (("és", "esa"), ("án", "ana"), ("ol", "ola"), ("o", "a")),
    "pt": (("ês", "esa"), ("ão", "ã"), ("ol", "ola"), ("o", "a")),
    "de": (("isch", "ische ischen ischer ischem ischkenntnisse ischkenntnissen"),
           ("sch", "sche schen scher schkenntnisse")),
    "it": (("o", "a"),),
    "ru": (("ский", "ского скому ском ским ски ская ской скую"), ("кий", "кого кому ком ким ки кая кой кую")),
    "uk": (("ська", "ської ській ську ською ський ського ським ськи"), ("цька", "цької цькій цьку цькою цький цького"),
           ("зька", "зької зькій зьку зькою зький зького")),
    "sr": (("ски", "ског скога ском скоме скому ским ска ске ску"),
           ("чки", "чког чком чким чке"), ("шки", "шког шком шким шке")),
    "sr_Latn": (("ski", "skog skoga skom skome skomu skim ska ske sku"),
                ("čki", "čkog čkom čkim čke"), ("ški", "škog škom škim ške")),
    "sq": (("isht", "ishten ishtes ishtja ishte"),),
    "mk": (("ски", "скиот ската ска ско"), ("шки", "шкиот шка"), ("чки", "чкиот чка")),
    "ro": (("eană", "ene enei eana ean"), ("ă", "e ei a")),
    "tr": (("ça", "çayı çanın çaya çada"), ("çe", "çeyi çenin çeye çede"), ("ca", "cayı canın"),
           ("ce", "ceyi cenin ceye cede")),
}  # fmt: skip
LANGUAGE_ENDS |= {"bs": LANGUAGE_ENDS["sr_Latn"], "hr": LANGUAGE_ENDS["sr_Latn"]}
# CLDR lists retired codes beside these, and none for Kosovo.
NEWEST_ALPHA3 = {"CD": "COD", "DE": "DEU", "FR": "FRA", "MM": "MMR", "RO": "ROU", "TL": "TLS", "XK": "XKX", "YE": "YEM"}
# Names in CLDR that are everyday words; one of up to three letters counts only where it is listed by hand.
WORDS = frozenset({"moré", "šan", "leta"})
BY_HAND = {"ru": "ский", "sr_Latn": "ski"}
ARABIC_ARTICLE = re.compile(r"^ال")


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a hand-written table of this folder, without its comment lines."""
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        table = (line for line in lines if not line.startswith("#"))
        yield from csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)


def inflected(name: str, ends: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """The other forms of a one-word name, by the first ending that it has."""
    for end, others in ends:
        if name.endswith(end):
            stem = name[: len(name) - len(end)] if end else name
            yield from (stem + other for other in others.split())
            return


def country_forms(locale: str, name: str) -> Iterator[str]:
    """Oblique forms of a country's name of one word; names of several words are listed in ``countries.tsv``."""
    ends = COUNTRY_ENDS.get(locale)
    if ends and " " not in name and "-" not in name and len(name) > 4:
        yield from inflected(name, ends)


def language_forms(locale: str, name: str) -> Iterator[str]:
    """Other forms of a language's name: cases, feminine forms, Arabic particles that are written as one word."""
    if locale == "ar" and ARABIC_ARTICLE.match(name):
        yield from ("و" + name, "ب" + name, "لل" + name[2:], "وال" + name[2:])
        yield name[2:].rstrip("ة")
    if " " not in name:
        yield from inflected(name, LANGUAGE_ENDS.get(locale, ()))


def clean(name: str) -> str:
    """A name with plain spaces and without marks of direction."""
    return re.sub(r"\s+", " ", name.replace("\xa0", " ").replace("\u200f", "")).strip()


def write(name: str, head: str, columns: list[str], table: list[list[str]]) -> None:
    """Write one table with its source in the first line."""
    lines = [f"# {head}", "\t".join(columns), *("\t".join(row) for row in table)]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def zones_by_country() -> dict[str, list[str]]:
    """IANA zones of each country, from ``zone.tab``."""
    zones: dict[str, list[str]] = {}
    for line in (resources.files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            zones.setdefault(code, []).append(zone)
    return zones


def country_table() -> list[list[str]]:
    """One row per country: code, alpha-3, zones, names by locale, inflected forms."""
    alpha3 = {two[0]: three for three, two in get_global("territory_aliases").items()
              if len(three) == 3 and three.isalpha() and len(two) == 1}  # fmt: skip
    alpha3 |= NEWEST_ALPHA3
    zones, locales = zones_by_country(), [(name, Locale.parse(name)) for name in LOCALES]
    taken = {clean(locale.territories.get(row["code"], "")) for row in rows("countries.tsv") for _, locale in locales}
    table = []
    for row in rows("countries.tsv"):
        code = row["code"]
        names = [clean(locale.territories.get(code, "")) for _, locale in locales]
        forms = {form for key, name in zip(LOCALES, names, strict=True) for form in country_forms(key, name)} - taken
        held = [row["zone"], *(zone for zone in zones.get(code, []) if zone != row["zone"])]
        table.append([code, alpha3.get(code, ""), " ".join(held), *names, "|".join(sorted(forms))])
    return table


def language_table() -> list[list[str]]:
    """One row per language: code, its name in itself, names by locale, inflected forms."""
    locales = [(name, Locale.parse(name)) for name in LOCALES]
    table = []
    for row in rows("languages.tsv"):
        code = row["code"]
        try:
            own = Locale.parse(code).languages.get(code, "")
        except (UnknownLocaleError, ValueError):
            own = ""
        names = [clean(locale.languages.get(code, "")) if code not in ("mis", "und") else "" for _, locale in locales]
        names = ["" if name in WORDS or (len(name) < 4 and name.isascii()) else name for name in names]
        forms = {form for key, name in zip(LOCALES, names, strict=True) if name for form in language_forms(key, name)}
        for name in row["names"].split("|"):  # by hand, in any language: only what its ending gives away inflects
            forms |= {form for key, end in BY_HAND.items() if name.endswith(end) for form in language_forms(key, name)}
        table.append([code, clean(own), *names, "|".join(sorted(forms - set(names)))])
    return table


def city_table() -> list[list[str]]:
    """One row per zone that CLDR gives a city for: country, zone, the city's names in all locales, English first."""
    table = []
    for code, zones in sorted(zones_by_country().items()):
        for zone in zones:
            names = {clean(Locale.parse(name).time_zones.get(zone, {}).get("city", "")): None for name in LOCALES}
            last = zone.rpartition("/")[2].replace("_", " ")
            names = dict.fromkeys([last]) | names
            names.pop("", None)
            if len(names) > 1:
                table.append([code, zone, "|".join(names)])
    return table


if __name__ == "__main__":
    write("country_names.tsv", f"{CLDR_LICENCE}; zones: IANA tz database, public domain. Made by make_names.py.",
          ["code", "alpha3", "zones", *LOCALES, "inflected"], country_table())  # fmt: skip
    write("language_names.tsv", f"{CLDR_LICENCE}. Made by make_names.py.",
          ["code", "own", *LOCALES, "inflected"], language_table())  # fmt: skip
    write("city_names.tsv", f"{CLDR_LICENCE}. Made by make_names.py.", ["country", "zone", "names"], city_table())
