"""Countries beside people: "nationals of Kenya or Uganda", "Lebanese nationals", declined names."""

from __future__ import annotations

import re

import pytest

from extractors._citizens import countries_after, countries_before, country_in


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("nationals of Kenya, Uganda or the United Republic of Tanzania", ["KE", "UG", "TZ"]),
        ("citizens of or permanent residents in the Republic of Serbia", ["RS"]),
        ("citizens of Bosnia and Herzegovina and nobody else", ["BA"]),
        ("nationals of a member State", []),
        ("nationals of the European Union", []),
        ("citizens. Kenya is hot", []),
        ("граждане Кыргызской Республики", ["KG"]),
        ("državljani Crne Gore", ["ME"]),
        ("shtetasit e Kosovës", ["XK"]),
        ("громадяни України", ["UA"]),
        ("ciudadanos peruanos", ["PE"]),
        ("nationalité burundaise", ["BI"]),
    ],
)
def test_after(text: str, codes: list[str]) -> None:
    people = re.match(r"\w+", text)
    assert people is not None
    assert [code for code, _, _ in countries_after(text, people.end(), len(text))] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("open to Kenyan or Ugandan ", ["UG", "KE"]),
        ("for Lebanese ", ["LB"]),
        ("for non-Lebanese ", []),
        ("for all ", []),
        ("", []),
    ],
)
def test_before(text: str, codes: list[str]) -> None:
    assert [code for code, _, _ in countries_before(text, 0, len(text))] == codes


@pytest.mark.parametrize(
    ("name", "code"),
    [("Казахстана", "KZ"), ("Srbije", "RS"), ("Crne Gore", "ME"), ("Bosni i Hercegovini", "BA"), ("реки", None)],
)
def test_declined_names(name: str, code: str | None) -> None:
    assert country_in(name, declined=True) == code
