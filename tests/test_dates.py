"""The readers of dates, times, zones and lengths of time, on plain text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import (
    closing_date,
    closing_time,
    closing_timezone,
    duration_months,
    issue_date,
    start_approximate,
    start_date,
    start_text,
)
from extractors._dates import dates_in, numeric_order
from extractors._labels import load_toml
from extractors._times import times_in, zones_in
from extractors.duration_months import lengths_in
from schemas.finding import Finding, State
from tests.counted import calls

EXTRACTORS = (
    issue_date,
    closing_date,
    closing_time,
    closing_timezone,
    start_date,
    start_text,
    start_approximate,
    duration_months,
)
MAY = date(2025, 5, 9)


def printed(text: str, **options: Any) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], str(m.value)) for m in dates_in(text, **options)]


@pytest.mark.parametrize(
    "text",
    [
        "2025-05-09",
        "2025/05/09",
        "2025-05-09T10:00:00Z",
        "9 May 2025",
        "Friday, 9 May 2025",
        "9th of May 2025",
        "on the 9th day of May, 2025",
        "9-May-25",
        "09/May/2025",
        "9 May, 25",
        "9 May '25",
        "May 9, 2025",
        "MAY 09 2025",
        "May 9th, 2025. 17:00",
        "09.05.2025",
        "9. 5. 2025.",
        "09/05/2025",
        "09-05-2025",
        "9 / 5 / 2025",
        "09.05.25",
        "9 mai 2025",
        "le 9 mai 2025 à 17 h",
        "9 de mayo de 2025",
        "9 de mayo del 2025",
        "9º de maio de 2025",
        "9. Mai 2025",
        "9 maggio 2025",
        "9 мая 2025 года",
        "9 травня 2025 р.",
        "9. maja 2025. godine",
        "9. svibnja 2025.",
        "9. маја 2025.",
        "9 maj 2025",
        "9 мај 2025 година",
        "9 май 2025 г.",
        "9 Mayıs 2025",
        "٩ مايو ٢٠٢٥",
        "TashkentMay 9, 2025Uzbekistan",
        "Deadline9 May 2025Hardship",
    ],
)
def test_every_notation_of_a_date(text: str) -> None:
    assert [m.value for m in dates_in(text)] == [MAY]


@pytest.mark.parametrize(
    "text",
    [
        "May 2025",
        "9 May",
        "Early May, 2025",
        "31 February 2025",
        "2025-13-01",
        "on 9 May, 25 people came",
        "Posts: 9\nMay 2025",
        "resolution 2149 (2014)",
        "DC/MOSCOW/GS/2024/03/11",
        "version 3.2.1",
        "paragraph 1.2.25 of the rules",
        "An ICT officer may start",
        "01.02.03.04",
        "+43 1 51436-12-25-1",
        "9 Mayor 2025",
        "",
        "9",
    ],
)
def test_what_is_no_full_date(text: str) -> None:
    assert printed(text) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1 August - 31 December 2025", "2025-08-01", "2025-12-31"),
        ("from 17 to 20 February 2026", "2026-02-17", "2026-02-20"),
        ("17–20 February 2026", "2026-02-17", "2026-02-20"),
        ("June 3 - 14, 2026", "2026-06-03", "2026-06-14"),
        ("March 6 - April 3, 2026", "2026-03-06", "2026-04-03"),
        ("15 December - 10 January 2026", "2025-12-15", "2026-01-10"),
        ("du 6 au 20 mars 2026", "2026-03-06", "2026-03-20"),
        ("del 23 de agosto al 26 de noviembre de 2026", "2026-08-23", "2026-11-26"),
        ("vom 6. bis 20. März 2026", "2026-03-06", "2026-03-20"),
        ("с 6 по 20 марта 2026 г.", "2026-03-06", "2026-03-20"),
        ("od 6. do 20. marta 2026.", "2026-03-06", "2026-03-20"),
        ("01.03 - 20.03.2026", "2026-03-01", "2026-03-20"),
        ("17-20.02.2026", "2026-02-17", "2026-02-20"),
        ("November 4, 2025December 2, 2025", "2025-11-04", "2025-12-02"),
    ],
)
def test_ranges_with_one_year(text: str, first: str, last: str) -> None:
    assert [value for _, value in printed(text)] == [first, last]


def test_offsets_bound_the_date_alone() -> None:
    text = "Closing date: Friday, 9 May 2025, 17:00"
    assert printed(text) == [("9 May 2025", "2025-05-09")]
    assert printed(text, start=23) == []
    assert printed(text, end=30) == []


def test_a_wrapped_line_may_break_inside_a_date() -> None:
    text = "Interested persons hand in their applications by 9\nMay 2025 at the reception."
    assert [m.value for m in dates_in(text)] == [MAY]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("03/17/2025", "MDY"),
        ("17/03/2025", "DMY"),
        ("Saturday, 06/07/2024", "DMY"),
        ("Friday, 06/07/2024", "MDY"),
        ("06/07/2025 is the 7th of June: June 7, 2025", "MDY"),
        ("posted 06/07/2025, 6 July 2025", "DMY"),
        ("U.S. Embassy Skopje 05/06/2026", "MDY"),
        ("05/06/2026", "DMY"),
        ("no date", "DMY"),
    ],
)
def test_order_of_day_and_month(text: str, order: str) -> None:
    assert numeric_order(text) == order


def test_order_settles_the_other_dates() -> None:
    assert printed("06/07/2025 and 03/17/2025")[0] == ("06/07/2025", "2025-06-07")
    assert printed("06/07/2025", order="MDY") == [("06/07/2025", "2025-06-07")]


def test_every_month_name_is_read() -> None:
    months = load_toml("months.toml")["months"]
    assert isinstance(months, dict)
    for language, names in months.items():
        assert len(names) == 12, language
        for number, forms in enumerate(names, 1):
            for form in forms:
                assert [m.value for m in dates_in(f"9 {form} 2025")] == [date(2025, number, 9)], form
                assert [m.value for m in dates_in(f"9 {form.upper()} 2025")] == [date(2025, number, 9)], form


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("23:59", "23:59"),
        ("10:59:00 PM", "22:59"),
        ("17h00", "17:00"),
        ("23 h 59", "23:59"),
        ("17 h", "17:00"),
        ("5 p.m.", "17:00"),
        ("5.30 pm", "17:30"),
        ("5:00 p. m.", "17:00"),
        ("12:00 PM", "12:00"),
        ("12:30 am", "00:30"),
        ("18 PM", "18:00"),
        ("12:00 noon", "12:00"),
        ("12 noon", "12:00"),
        ("midi", "12:00"),
        ("midnight", "23:59"),
        ("12:00 midnight", "23:59"),
        ("24:00", "23:59"),
        ("minuit", "23:59"),
        ("полночь", "23:59"),
        ("1600 hrs", "16:00"),
        ("14.00 hours", "14:00"),
        ("at 14.00 on", "14:00"),
        ("9 May 2025, 14.00", "14:00"),
        ("17 Uhr", "17:00"),
        ("17 časova", "17:00"),
        ("18 часов", "18:00"),
        ("23:59-GMT+03:00", "23:59"),
    ],
)
def test_times_of_day(text: str, value: str) -> None:
    assert [m.value for m in times_in(text)] == [value]


@pytest.mark.parametrize(
    "text", ["close of business", "12.5 years", "1 609,42", "GMT+04:30", "10 months", "25:00", "at 10.15.2025", "noone"]
)
def test_what_is_no_time(text: str) -> None:
    assert list(times_in(text)) == []


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("18:00 Tbilisi time", "Asia/Tbilisi"),
        ("(Brussels Time)", "Europe/Brussels"),
        ("GMT+04:30 Afghanistan Time (Kabul)", "Asia/Kabul"),
        ("(Midnight New York, USA)", "America/New_York"),
        ("17:00 Washington, D.C. time", "America/New_York"),
        ("heure de Genève", "Europe/Zurich"),
        ("horas de Guatemala", "America/Guatemala"),
        ("по московскому времени", "Europe/Moscow"),
        ("(время Бишкека)", "Asia/Bishkek"),
        ("ora Chișinăului", "Europe/Chisinau"),
        ("(Chi-\nsinau time)", "Europe/Chisinau"),
        ("at noon local time", "local"),
        ("Sarajevo local time", "Europe/Sarajevo"),
        ("18:00 UTC+3", "Etc/GMT-3"),
        ("18:00 (GMT+05:45)", "Asia/Kathmandu"),
    ],
)
def test_zones(text: str, zone: str) -> None:
    assert next(zones_in(text)).value == zone


@pytest.mark.parametrize("text", ["full time", "Part Time", "at that time", "CLOSING DATE AND TIME: 18:00", "5 PM"])
def test_what_is_no_zone(text: str) -> None:
    assert list(zones_in(text)) == []


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("six (6) months", 6),
        ("1 year", 12),
        ("one-year", 12),
        ("1 year and 6 months", 18),
        ("two and a half years", 30),
        ("14 semanas", 14 * 12 / 52),
        ("364 days", 364 * 12 / 365),
        ("18 mois", 18),
        ("шесть месяцев", 6),
        ("zwei Jahre", 24),
    ],
)
def test_lengths_of_time(text: str, months: float) -> None:
    assert [length.months for length in lengths_in(text)] == pytest.approx([months], abs=0.001)


PATHOLOGICAL = [
    "1 ",
    "1",
    "12/",
    "1 May ",
    "May ",
    "2025-",
    "1 to ",
    "Aa ",
    "A, ",
    "by ",
    "a@",
    "12:",
    "until 1 ",
    "time ",
]


@pytest.mark.parametrize("unit", PATHOLOGICAL)
def test_reading_is_work_in_proportion(unit: str) -> None:
    def work(size: int) -> int:
        text = unit * (size // len(unit))
        return calls(lambda: [list(reader(text)) for reader in (dates_in, times_in, zones_in, lengths_in)])

    work(100)  # compiles the patterns
    assert work(20_000) < 5 * work(5_000) + 500


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet=st.sampled_from(" \n.,:;/-()@1290May Sepunt'lbyCV'applymойдо"), max_size=120)
    | st.text(max_size=60)
)
def test_extractors_never_raise_and_stay_within_the_text(text: str) -> None:
    doc = spacy.blank("xx").make_doc(text)
    for extractor in EXTRACTORS:
        for finding in extractor.find(doc):
            assert 0 <= finding.start < finding.end <= len(text)
            assert finding.rule in extractor.RULES
        assert extractor.choose([], {}).state is State.ABSENT


def test_conflicting_deadlines_are_ambiguous_and_a_new_one_wins() -> None:
    first, second = date(2026, 5, 6), date(2026, 5, 20)
    found = [Finding(first, 0, 5, "labelled"), Finding(second, 9, 14, "apply_by")]
    assert closing_date.choose(found, {}).state is State.AMBIGUOUS
    assert closing_date.choose(found, {}).value is None
    found[1] = Finding(second, 9, 14, "extended")
    assert closing_date.choose(found, {}).value == second


def test_local_time_and_offsets_are_those_of_the_duty_station() -> None:
    known = {"closing_date": MAY, "duty_station": "Tashkent", "country": "UZ"}
    for value in ("local", "Etc/GMT-5"):
        found = [Finding(value, 0, 5, "beside_date")]
        assert closing_timezone.choose(found, known).value == "Asia/Tashkent"
    assert closing_timezone.choose([Finding("local", 0, 5, "beside_date")], {"closing_date": MAY}).value is None
    assert closing_timezone.choose([Finding("Etc/GMT-3", 0, 5, "beside_date")], known).value == "Etc/GMT-3"
    assert closing_timezone.choose([Finding("local", 0, 5, "beside_date")], {"country": "UZ"}).value is None
