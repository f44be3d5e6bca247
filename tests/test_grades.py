"""Scales of grades: what belongs to which, and the patterns behind them."""

from __future__ import annotations

import pytest

from extractors._grades import grades, scale_of, yields


@pytest.mark.parametrize(
    ("grade", "organization", "scale"),
    [
        ("P-3", "UNDP", "UN Professional"),
        ("P3", "OSCE", "OSCE Professional"),
        ("P-3", None, None),
        ("G5", "OSCE", "OSCE General Service"),
        ("G-5", "IOM", "UN General Service"),
        ("G10", "NATO", "NATO"),
        ("B2", "Council of Europe", "Council of Europe"),
        ("B2", "NATO", "NATO"),
        ("B2", None, None),
        ("NOB", None, "UN National Officer"),
        ("NO-2", "UNICEF", "UN National Officer"),
        ("NP2", "OSCE", "OSCE National Professional"),
        ("S3", "OSCE", "OSCE Secondment"),
        ("NPSA-9/NB4", "UNDP", "UNDP National Personnel"),
        ("B1/B2", "Council of Europe", "Council of Europe"),
        ("FSN-6", None, "US Foreign Service National"),
        ("AST/SC 2", "EU", "EU Assistant"),
        ("FG IV", None, "EU Contract Staff"),
        ("GF", "World Bank", "World Bank"),
        ("P-3", "Foundation for Quiet Rivers", None),
        ("Band 99", None, None),
    ],
)
def test_scale(grade: str, organization: str | None, scale: str | None) -> None:
    assert scale_of(grade, organization) == scale


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("P-3/4", "P-3/4"),
        ("G-5 to G-6", "G-5 to G-6"),
        ("IICA-2 (equivalent to P3)", "IICA-2"),
        ("AD 7", "AD 7"),
        ("A.2/G.15", "A.2/G.15"),
        ("P–4", "P–4"),
        ("ICS11", "ICS11"),
    ],
)
def test_labelled_grades_are_kept_whole(text: str, found: str) -> None:
    match = grades().labelled.search(text)
    assert match is not None
    assert match.group() == found


@pytest.mark.parametrize("text", ["COVID-19", "MP3", "user@p3.org", "E-P-3000", "G20 summit", "P. 3", "2024-D1-7"])
def test_free_grades_leave_other_codes_alone(text: str) -> None:
    assert grades().free.search(text) is None


def test_grade_of_some_who_may_be_hired_yields() -> None:
    assert yields("FP-8", "FSN-6")
    assert not yields("FSN-6", "FP-8")
    assert not yields("P-3", "FSN-6")


def test_scales_have_distinct_names() -> None:
    names = [scale.name for scale in grades().scales]
    assert len(names) == len(set(names))
