"""Readers of one clause: words of requirement, kinds, degrees, times, languages; and how much work that is."""

from __future__ import annotations

import pytest

from extractors._clauses import inside
from extractors._education import degrees
from extractors._experience import years
from extractors._fields import fields
from extractors._flat import flat, vocabulary
from extractors._languages import asked
from extractors._numbers import times
from extractors._requirement import aside, kind, requirement
from tests.counted import calls


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("Knowledge of French would be an asset", "desired"),
        ("A driving licence is required", "required"),
        ("Experience in radio is helpful but not required", "desired"),
        ("Sound knowledge of asset recovery", None),
        ("Ability to travel as required", None),
        ("University degree, preferably in law", None),
        ("Preferably a degree in law", "desired"),
        ("A degree in law, with the bar examination as an advantage", None),
        ("Maps (experience with satellite images an asset)", None),
        ("French (desirable)", "desired"),
        ("La connaissance du droit foncier serait un atout", "desired"),
        ("Se requiere experiencia en tribunales", "required"),
        ("Kenntnisse in Kartographie sind von Vorteil", "desired"),
        ("сертификат бухгалтера желателен", "desired"),
        ("знання законодавства буде перевагою", "desired"),
        ("Poznavanje propisa predstavlja prednost", "desired"),
        ("познавање прописа је обавезно", "required"),
        ("njohja e gjuhës serbe përbën përparësi", "desired"),
        ("limba rusă constituie un avantaj", "desired"),
        ("познавање на албански јазик се смета за предност", "desired"),
        ("Arapça bilmek tercih sebebidir", "desired"),
        ("", None),
    ],
)
def test_requirement_of_a_clause(clause: str, said: str | None) -> None:
    assert requirement(clause, 0, len(clause)) == said


@pytest.mark.parametrize(
    ("clause", "about"),
    [
        ("Bachelor's degree in law with five years of experience", "education"),
        ("Five years of experience after a Bachelor's degree", "experience"),
        ("Being in the final year of first-level studies", "education"),
        ("CCNA certification", "certification"),
        ("Possession of a valid driving licence", "licence"),
        ("Citizenship of Malta", "eligibility"),
        ("Ability to read charts", "skill"),
        ("Thorough understanding of insurance", "knowledge"),
        ("Willingness to travel", "competency"),
        ("Diplomatic manners", "competency"),
        ("A record of publications", "other"),
        ("Permis de conduire de catégorie B", "licence"),
        ("опыт работы не менее двух лет", "experience"),
        ("возачка дозвола Б категорије", "licence"),
        ("Führerschein der Klasse B", "licence"),
        ("Aftësi të mira komunikimi", "skill"),
        ("Boxes and ropes", None),
        ("", None),
    ],
)
def test_kind_of_a_clause(clause: str, about: str | None) -> None:
    assert kind(clause, 0, len(clause)) == about


def test_a_language_makes_the_kind_unless_another_head_stands_before_it() -> None:
    assert kind("Knowledge of Hausa", 0, 18, language=13) == "language"
    clause = "Secondary education with a specialization in Hausa"
    assert kind(clause, 0, len(clause), language=45) == "education"


def test_a_clause_glued_to_the_word_before_it_is_read_alone() -> None:
    text = "charts and mapsAbility to swim"
    start = text.index("Ability")
    assert kind(text, start, len(text)) == "skill"


def test_lines_that_are_no_qualification() -> None:
    assert aside("Please note that travel is not paid", 0, 35) == "procedure"
    assert aside("Technical skills", 0, 16) == "skills"
    assert aside("Experience", 0, 10) == "headings"
    assert aside("Experience in law", 0, 17) is None
    assert aside("and", 0, 3) == "opening"
    assert aside("android programming", 0, 19) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two (2) years", [2]),
        ("5-7 years", [5]),
        ("from 2 up to 5 years", [2]),
        ("eighteen months", [1.5]),
        ("один год", [1]),
        ("dreijährige Erfahrung", [3]),
        ("pet godina", [5]),
        ("пет година", [5]),
        ("beş yıl", [5]),
        ("five additional years", [5]),
        ("in 2024 years", []),
        ("12/05 years", []),
        ("", []),
    ],
)
def test_times(text: str, found: list[float]) -> None:
    assert [item.years for item in times(text, 0, len(text))] == pytest.approx(found)


def test_years_say_what_they_are() -> None:
    clause = "6 years (including 1 year in management) with a first-level degree"
    first, second = years(clause, 0, len(clause), about=True)
    assert (first.years, first.level, first.nested) == (6, "bachelor", False)
    assert (second.years, second.nested) == (1, True)
    clause = "a first-level degree together with two further years of experience"
    (more,) = years(clause, 0, len(clause))
    assert (more.years, more.level, more.added) == (2, "bachelor", True)


def test_degrees_of_several_names() -> None:
    clause = "University degree (Master's or equivalent) in law or economics, or a related field"
    (degree,) = degrees(clause, 0, len(clause))
    assert degree.level == "master"
    assert [clause[a:b] for a, b in fields(clause, degree, len(clause))] == ["law", "economics"]
    clause = "PhD or second Master's degree desirable"
    assert [d.desired for d in degrees(clause, 0, len(clause))] == [True, True]


def test_languages_of_a_clause() -> None:
    clause = "Fluency in English and in Bosnian, Croatian or Serbian is required; Dari (B1) would be an asset"
    found = [(a.code, a.requirement, a.group, a.cefr) for a in asked(clause, 0, len(clause))]
    assert found == [
        ("en", "required", None, None),
        ("bs", "required", 0, None),
        ("hr", "required", 0, None),
        ("sr", "required", 0, None),
        ("fa", "desired", None, "B1"),
    ]


def test_terms() -> None:
    import re

    words = re.compile(vocabulary({"en": ["first-level ~ degree", "licen*", "master's"], "sh": ["završen*"]}))
    for text in (
        "first level degree",
        "first-level university degree",
        "licence",
        "masters",
        "Master’s",
        "zavrsena",
        "завршена",
    ):
        assert words.fullmatch(flat(text)), text
    for text in ("first level of a higher degree", "silence", "mastery"):
        assert not words.fullmatch(flat(text)), text


def test_inside() -> None:
    holds = inside([(10, 20), (0, 5)])
    assert [holds(at) for at in (-1, 0, 4, 5, 10, 19, 20)] == [False, True, True, False, True, True, False]
    assert not inside([])(0)


_WORST = [
    "university degree ",
    "master's degree (",
    "English, ",
    "English is required, ",
    "English and French or ",
    "knowledge of ",
    "two (2) years ",
    "5 - ",
    "including one year with a degree ",
    "an asset ",
    "law, or ",
    "(((((",
    "fluency in in in ",
    "first level first level ",
    "о" * 50,
    "l'",
]


@pytest.mark.parametrize("piece", _WORST)
def test_reading_is_work_in_proportion(piece: str) -> None:
    def work(length: int) -> int:
        text = piece * (length // len(piece))
        return calls(lambda: [reader(text, 0, len(text)) for reader in (degrees, years, asked, requirement, kind)])

    work(1000)  # loads the vocabularies
    assert work(20_000) < 5 * work(5_000) + 500


@pytest.mark.parametrize("text", ["", "x", "\x00", "(" * 40, "und " * 40, "\n\n\n", "1 " * 50, "“”«»’'", "İI ıi ß"])
def test_readers_never_raise(text: str) -> None:
    for reader in (degrees, years, asked, requirement, kind, aside):
        reader(text, 0, len(text))  # type: ignore[operator]
