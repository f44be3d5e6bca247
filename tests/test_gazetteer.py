"""The gazetteer resolves what notices print, and keeps silent where a name alone does not tell."""

from __future__ import annotations

import subprocess
import sys
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import _gazetteer as gazetteer
from extractors._fold import flatten
from extractors._gazetteer import (
    best_place,
    countries,
    country_by_demonym,
    country_by_name,
    language_groups,
    language_names,
    places_named,
    weak_language_names,
    zone_by_name,
    zone_of_country,
)
from extractors._organizations import activities, missions, organizations
from tests.corpora import ROOT


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Kosovo", "XK"),
        ("Kosovo*", "XK"),
        ("KYRGYZ REPUBLIC", "KG"),
        ("Turkiye", "TR"),
        ("Moldova, Republic of", "MD"),
        ("Republic of Kenya", "KE"),
        ("République du Burundi", "BI"),
        ("Democratic People’s Republic of Korea", "KP"),
        ("Republic of Korea", "KR"),
        ("Congo", "CG"),
        ("DRC", "CD"),
        ("USA", "US"),
        ("U.K.", "GB"),
        ("BiH", "BA"),
        ("Bosne i Hercegovine", "BA"),
        ("Crne Gore", "ME"),
        ("Казахстана", "KZ"),
        ("Cote d’Ivoire", "CI"),
        ("Ελλάδα", None),
        ("car", None),
        ("CAR", "CF"),
        ("us", None),
        ("can", None),
        ("Vienna", None),
        ("", None),
    ],
)
def test_countries_by_the_names_that_notices_print(printed: str, code: str | None) -> None:
    assert country_by_name(printed) == code


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Kenyan", "KE"),
        ("Swedes", "SE"),
        ("burundaise", "BI"),
        ("grecque", "GR"),
        ("mexicana", "MX"),
        ("Nigerien", "NE"),
        ("Nigerian", "NG"),
        ("Congolese", None),
        ("US", "US"),
        ("us", None),
    ],
)
def test_nationalities(printed: str, code: str | None) -> None:
    assert country_by_demonym(printed) == code


@pytest.mark.parametrize(
    ("printed", "town", "country"),
    [
        ("Prishtine / Pristina", "Pristina", "XK"),
        ("Vučitrn", "Vushtrri", "XK"),
        ("SKOPJE / SHKUP", "Skopje", "MK"),
        ("Nur-Sultan", "Astana", "KZ"),
        ("Genève", "Geneva", "CH"),
        ("Tripoli", "Tripoli", "LY"),
        ("Tripoli, Lebanon", "Tripoli", "LB"),
        ("Santiago", "Santiago", "CL"),
        ("Valencia (Spain)", "Valencia", "ES"),
        ("Goma (DRC)", "Goma", "CD"),
        ("Washington, D.C.", "Washington", "US"),
        ("г. Бишкек", "Bishkek", "KG"),
        ("Osh city", "Osh", "KG"),
        ("Home-based / Nairobi", "Nairobi", "KE"),
    ],
)
def test_duty_stations(printed: str, town: str, country: str) -> None:
    place = best_place(printed)
    assert place is not None
    assert (place.name, place.country) == (town, country)


@pytest.mark.parametrize(
    "printed", ["Valencia", "Hamilton", "Armenia", "Cuba", "Nairobi / Kampala", "Home-based", "", "/"]
)
def test_no_place_where_nothing_decides(printed: str) -> None:
    assert best_place(printed) is None


def test_a_country_decides_between_namesakes() -> None:
    assert len(places_named("Hamilton")) > 1
    found = best_place("Hamilton", "NZ")
    assert found is not None
    assert found.zone == "Pacific/Auckland"
    assert best_place("Vienna", "GE") is None


@pytest.mark.parametrize(
    ("printed", "zone"),
    [
        ("CET", "Europe/Brussels"),
        ("Central European Time (CET)", "Europe/Brussels"),
        ("New York time", "America/New_York"),
        ("heure d'Abidjan", "Africa/Abidjan"),
        ("hora de Bogotá", "America/Bogota"),
        ("по московскому времени", "Europe/Moscow"),
        ("East Africa Time", "Africa/Nairobi"),
        ("Kenya time", "Africa/Nairobi"),
        ("EST", "America/New_York"),
        ("est", None),
        ("west", None),
        ("local time", None),
        ("US time", None),
        ("17:00", None),
    ],
)
def test_time_zones(printed: str, zone: str | None) -> None:
    assert zone_by_name(printed) == zone


def test_a_country_of_many_times_has_no_zone() -> None:
    assert zone_of_country("KE") == "Africa/Nairobi"
    assert zone_of_country("UA") == "Europe/Kyiv"
    assert zone_of_country("KZ") == "Asia/Almaty"
    assert zone_of_country("RU") is None
    assert zone_of_country("CD") is None
    assert zone_of_country("??") is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("English", "en"),
        ("английского", "en"),
        ("engleskog", "en"),
        ("españolas", None),
        ("Dari", "fa"),
        ("Kiswahili", "sw"),
        ("Gorani", "mis"),
        ("Romani", "rom"),
        ("crnogorskog", "cnr"),
        ("local languages", "und"),
        ("Dinka", "din"),
        ("Ma'di", "mhi"),
        ("Mam", "mam"),
        ("والفرنسية", "fr"),
        ("англійською", "en"),
        ("shqip", "sq"),
        ("кыргызским", "ky"),
        ("limbii române", None),
        ("române", "ro"),
        ("Serbo-Croatian", "hbs"),
    ],
)
def test_languages(printed: str, code: str | None) -> None:
    assert language_names().get(flatten(printed)) == code


def test_names_of_languages_that_are_words_are_flagged() -> None:
    assert {"polish", "karen", "bari", "mon"} <= weak_language_names()
    assert not {"more", "san"} & language_names().keys()


def test_several_languages_under_one_name() -> None:
    assert language_groups()["B/C/S"] == ("bs", "hr", "sr")


def test_every_zone_exists() -> None:
    held = chain.from_iterable(places_named(name) for name in gazetteer._places())
    zones = {place.zone for place in held} | set(gazetteer._zones().by_key.values())
    zones |= set(gazetteer._zones().acronyms.values())
    zones |= {zone for country in countries().values() for zone in country.zones}
    zones |= {organization.zone for organization in organizations() if organization.zone}
    zones |= {mission.zone for mission in missions() if mission.zone}
    for zone in zones:
        ZoneInfo(zone)


def test_every_capital_is_a_place_of_its_country() -> None:
    missing = [
        country.code
        for country in countries().values()
        if country.capital and not any(place.country == country.code for place in places_named(country.capital))
    ]
    assert missing == ["PM", "PN"]


def test_organizations_and_missions_fit_together() -> None:
    names = {organization.name for organization in organizations()}
    assert len(names) == len(organizations())
    assert {mission.organization for mission in missions()} <= names
    places = {(mission.country, mission.name) for mission in missions() if mission.country not in (None, *countries())}
    assert places == set()
    assert {"EOM", "ROA", "LEOM", "EAM", "EET", "SEAM"} <= {prefix for kind in activities() for prefix in kind.prefixes}


def test_a_strong_alias_belongs_to_one_owner() -> None:
    for entries in (organizations(), missions()):
        owners: dict[str, set[str]] = {}
        for entry in entries:
            for alias in entry.aliases:
                if not alias.weak:
                    text = alias.text if alias.case_sensitive else flatten(alias.text)
                    owners.setdefault(text, set()).add(entry.name)
        assert {text: held for text, held in owners.items() if len(held) > 1} == {}


def test_acronyms_that_are_words_are_weak() -> None:
    aliases = [alias for organization in organizations() for alias in organization.aliases]
    words = [alias for alias in aliases if alias.text in ("WHO", "ILO", "ITC", "ICC", "UN", "EU", "DRC", "ACT")]
    assert len(words) == 8
    assert all(alias.weak and alias.case_sensitive for alias in words)


@given(st.text(max_size=60))
def test_folding_keeps_offsets(text: str) -> None:
    assert len(flatten(text)) == len(text)


@given(st.text(max_size=80))
def test_look_ups_never_raise(text: str) -> None:
    for look_up in (country_by_name, country_by_demonym, places_named, best_place, zone_by_name):
        look_up(text)


def test_loading_everything_is_little_work() -> None:
    code = (
        "import extractors._gazetteer as g, extractors._organizations as o; from tests.counted import calls\n"
        "print(calls(lambda: (g.countries(), g.places_named(''), o.organizations(), o.missions(), g.language_names(),"
        " g.zone_by_name(''))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    assert int(done.stdout) < 1_000_000  # a tenth of a second
