"""The comparison with other tools: they read what they can, and are counted as the parser is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.baselines import Record, baselines
from tests.bench.compare import PARSER, measure, table

NOTICE = """UN House, Tirana

Job Title: Radio Technician
Grade: G-5
Vacancy No: VN/2031/118
Duty Station: Tirana, Albania
Number of posts: 2
Duration: 18 months
Languages: English, Albanian
Posted: 1 February 2031
Closing Date:
14/03/2031
Salary: EUR 1,250.50 net per month
The project ends on 30 June 2035.
"""
BY_NAME = {baseline.name: baseline for baseline in baselines()}
PAY = {"min": "1250.50", "max": "1250.50", "currency": "EUR", "period": "month", "basis": "net", "approximate": False}


@pytest.mark.parametrize(
    ("name", "record"),
    [
        (
            "label regex",
            {
                "title": "Radio Technician",
                "grade": "G-5",
                "requisition_id": "VN/2031/118",
                "duty_station": "Tirana",
                "country": "AL",
                "posts": 2,
                "duration_months": 18.0,
                "languages": [{"language": code, "requirement": "required"} for code in ("en", "sq")],
                "issue_date": "2031-02-01",
                "closing_date": "2031-03-14",
                "salary": PAY,
            },
        ),
        ("search_dates near a word", {"issue_date": "2031-02-01", "closing_date": "2031-03-14"}),
        ("search_dates by order", {"issue_date": "2031-02-01", "closing_date": "2035-06-30"}),
        ("price-parser on the line", {"salary": PAY}),
    ],
)
def test_baselines_read_a_plain_notice(name: str, record: Record) -> None:
    assert BY_NAME[name].read(NOTICE, "en") == record
    assert set(record) <= BY_NAME[name].fields


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("text", ["", ":", "Salary: 5", "Grade:\n", "closing date 31/02/2031"])
def test_baselines_hold_on_any_text(name: str, text: str) -> None:
    assert isinstance(BY_NAME[name].read(text, "en"), dict)


def test_measuring(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NOTICE, encoding="utf-8")
    wanted = {
        "closing_date": "2031-03-14",
        "salary": {"min": 1250.5, "currency": "EUR", "period": "month"},
        "grade": "G-5",
    }
    gold = {"positions": [wanted, {**wanted, "grade": "G-6"}], "notice_language": "en"}
    (tmp_path / "a.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    counts, notices = measure([tmp_path])
    assert notices == 1
    regex, by_order = counts["label regex"], counts["search_dates by order"]
    # One record counts for both positions; the parser finds one position only, and misses the other.
    assert (regex["grade"].right, regex["grade"].made_up, regex["grade"].missing) == (1, 1, 1)
    assert (by_order["closing_date"].right, by_order["closing_date"].made_up) == (0, 2)
    assert (counts[PARSER]["grade"].right, counts[PARSER]["grade"].missing) == (1, 1)
    assert counts["price-parser on the line"]["salary, lower amount and currency"].right == 2
    assert "grade" not in by_order
    lines = table(counts).splitlines()
    assert "| grade | 2 | 1.00 / 0.50 / 0.67 | 0.50 / 0.50 / 0.50 |  |  |  |  |" in lines
    assert len({line.count("|") for line in lines}) == 1
