"""Copies of one vacancy become one row: who is trusted, what belongs together, and what is kept of the others."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import EXTRACTORS
from pipeline.dataset import tables
from pipeline.dataset.merge import _INFERRING, merge
from pipeline.dataset.rows import FILLABLE
from pipeline.dataset.trust import Copy
from pipeline.dataset.values import plain
from schemas.vacancy import Vacancy

SEEN = datetime(2031, 5, 6, 2, tzinfo=UTC)


def copy(
    name: str,
    *,
    copied: bool | None = None,
    gone: bool = False,
    days: int = 0,
    changed: int | None = None,
    rule: str = "label",
    states: dict[str, str] | None = None,
    source: str | None = None,
    **values: Any,
) -> Copy:
    """A copy at ``name`` that states these values: first seen after so many ``days``, ``changed`` after so many."""
    told = dict.fromkeys(FILLABLE, "absent")
    told |= dict.fromkeys(values, "stated")
    record = Vacancy.model_validate(
        {
            "vacancy_id": "x",
            "notice_id": hashlib.sha256(name.encode()).hexdigest(),
            "position": 1,
            "positions": 1,
            "source": source or name,
            "source_uri": name,
            **values,
            "states": {**told, **(states or {})},
            "evidence": [
                {"field": field, "start": 0, "end": 1, "quote": "x", "rule": rule, "confidence": 0.5}
                for field in values
            ],
        }
    )
    row = record.model_dump()
    seen = SEEN + timedelta(days=days)
    return Copy(
        record=row,
        source=row["source"],
        source_uri=name,
        copied=copied,
        first_seen=seen,
        last_seen=seen + timedelta(days=9) if gone else None,
        noticed=seen if changed is None else SEEN + timedelta(days=changed),
        rule="new",
        score=1.0,
    )


def order(*copies: Copy) -> list[str]:
    return [source["source_uri"] for source in merge(copies)["sources"]]


def test_the_original_is_trusted_before_what_nobody_knows_and_that_before_copies() -> None:
    copies = [copy("feed", copied=True, days=-9, title="Cook"), copy("some", title="Cook"), copy("board", copied=False)]
    assert order(*copies) == ["board", "some", "feed"]


def test_then_what_is_still_there_then_numbered_then_old_then_telling() -> None:
    assert order(copy("a", gone=True, requisition_id="1"), copy("b")) == ["b", "a"]
    assert order(copy("a", title="Cook", grade="G2"), copy("b", requisition_id="1")) == ["b", "a"]
    assert order(copy("a", title="Cook", grade="G2", days=1), copy("b", title="Chef")) == ["b", "a"]
    assert order(copy("a", title="Cook"), copy("b", title="Cook", grade="G2")) == ["b", "a"]
    moved = copy("a/1", source="a", gone=True), copy("a/2", source="a", days=5)
    assert order(*moved, copy("b", days=3, title="Cook")) == ["a/2", "b", "a/1"]
    assert order(copy("b"), copy("a")) == ["a", "b"]
    assert order(copy("a", copied=True, requisition_id="1"), copy("b", copied=False, gone=True)) == ["b", "a"]


def needs(*texts: str) -> list[dict[str, str]]:
    return [{"text": text, "kind": "skill", "requirement": "required"} for text in texts]


FULL: dict[str, Any] = {
    "title": "Senior Cook (Field Kitchens)",
    "closing_date": date(2031, 6, 1),
    "requisition_id": "7",
    "grade": "G2",
    "qualifications": needs("Cooks for many", "Five years in a kitchen", "Keeps accounts", "Speaks French"),
    "experience_years": 5.0,
}


@pytest.mark.parametrize(
    "cut",
    [
        {"qualifications": FULL["qualifications"][:2]},
        {"qualifications": needs("COOKS for many", "Five years in a kit…"), "experience_years": None},
        {"qualifications": FULL["qualifications"][:3], "title": "Senior Cook …", "grade": None},
        {"qualifications": [], "experience_years": None},
        {"qualifications": FULL["qualifications"][:2], "closing_date": date(2031, 5, 2)},
        {"qualifications": FULL["qualifications"][:1], "experience_years": 2.0, "apply_url": "https://board.example/7"},
    ],
)
def test_a_copy_that_another_contains_comes_after_it_whoever_was_first(cut: dict[str, Any]) -> None:
    cropped, whole = copy("crop", **{**FULL, **cut}), copy("whole", days=3, **FULL)
    assert order(cropped, whole) == ["whole", "crop"]
    assert merge([cropped, whole])["qualifications"] == whole.record["qualifications"]
    gone = copy("whole", days=3, gone=True, **FULL)
    assert order(cropped, gone) == ["whole", "crop"]  # what a board keeps of it tells no more than it did
    assert order(copy("crop", copied=False, **{**FULL, **cut}), whole) == ["crop", "whole"]


def test_what_an_original_takes_back_is_not_cut_off() -> None:
    shorter = {**FULL, "qualifications": FULL["qualifications"][:3], "closing_date": date(2031, 7, 1)}
    left_behind = copy("feed", days=1, **FULL)
    assert order(copy("board", changed=2, **shorter), left_behind) == ["board", "feed"]
    moved = copy("board/2", source="board", days=2, **shorter)
    assert order(copy("board/1", source="board", gone=True, **FULL), left_behind, moved)[0] == "board/2"
    assert order(copy("crop", **shorter), copy("board", days=1, changed=2, **FULL)) == ["board", "crop"]


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"qualifications": FULL["qualifications"][:2], "posts": 3},
        {"qualifications": FULL["qualifications"][1:3]},
        {"qualifications": needs("Cooks for many", "Ten years in a kitchen")},
        {"qualifications": needs("Cooks for many", "Five years in a kitchen", "Keeps accounts", "Speaks German")},
        {"qualifications": [], "experience_years": 4.0},
        {"qualifications": [], "closing_date": date(2031, 5, 2)},
    ],
)
def test_a_copy_that_says_anything_else_is_not_contained(other: dict[str, Any]) -> None:
    assert order(copy("a", **{**FULL, **other}), copy("b", days=3, **FULL)) == ["a", "b"]


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("https://jobs.unops.org/7", True),
        ("https://www.unops.org/jobs/7", True),
        ("/inbox/page.warc.gz!/https://jobs.unops.org/7", True),
        ("https://unops.org.board.example/7", False),
        ("https://jobs.who.int/7", False),
        ("https://[jobs/7", False),
        ("/inbox/jobs.unops.org/7", False),
    ],
)
def test_what_lies_on_a_site_of_the_organization_is_nearer_to_the_original(address: str, home: bool) -> None:
    late = copy(address, days=3, title="Cook", organization="UNOPS")
    early = copy("https://board.example/7", title="Cook", organization="UNOPS")
    assert (order(early, late)[0] == address) is home
    assert order(copy(address, copied=True, title="Cook", organization="UNOPS"), early)[0] == early.source_uri


def test_what_lies_where_copies_elsewhere_send_applicants_is_nearer_to_the_original() -> None:
    early = copy("https://board.example/7", title="Cook", apply_url="https://kitchens.example/jobs/7/apply")
    late = copy("https://www.kitchens.example/7", days=3, title="Cook", apply_url="https://www.kitchens.example/7")
    assert order(early, late) == [late.source_uri, early.source_uri]
    own = copy("https://board.example/7", title="Cook", apply_url="https://board.example/apply/7")
    assert order(own, late) == [own.source_uri, late.source_uri]  # of itself a site can say anything


def test_the_best_copy_wins_and_others_fill_in() -> None:
    board = copy("board", copied=False, title="Cook", requisition_id="7")
    feed = copy("feed", copied=True, title="Chef", grade="G2", languages=[])
    row = merge([feed, board])
    assert (row["title"], row["grade"], row["requisition_id"]) == ("Cook", "G2", "7")
    assert (row["source_uri"], row["notice_id"]) == ("board", board.record["notice_id"])
    assert {(item["field"], item["notice_id"]) for item in row["evidence"]} == {
        ("title", board.record["notice_id"]),
        ("requisition_id", board.record["notice_id"]),
        ("grade", feed.record["notice_id"]),
    }
    assert [(each["field"], json.loads(each["value"]), each["source_uri"]) for each in row["conflicts"]] == [
        ("title", "Chef", "feed")
    ]
    assert row["conflicts"][0]["notice_id"] == feed.record["notice_id"]


def test_what_is_stated_goes_before_what_is_inferred() -> None:
    board = copy("board", copied=False, organization="UNDP", notice_language="de", rule="address")
    feed = copy("feed", copied=True, organization="UNICEF", notice_language="en")
    row = merge([board, feed])
    assert (row["organization"], row["notice_language"]) == ("UNICEF", "de")
    assert [each["field"] for each in row["conflicts"]] == ["organization"]  # the language of the wording is none
    assert merge([board, copy("feed", copied=True, organization="UNICEF", rule="mission")])["organization"] == "UNDP"


def test_rules_that_infer_are_there() -> None:
    rules = {module.FIELD: set(module.RULES) for module in EXTRACTORS}
    for name, inferring in _INFERRING.items():
        assert inferring <= rules[name]


@pytest.mark.parametrize(
    ("head", "ours", "theirs", "dependent", "value"),
    [
        ("closing_date", date(2031, 6, 1), date(2031, 6, 2), "closing_time", "12:00"),
        ("closing_date", date(2031, 6, 1), date(2031, 6, 2), "closing_timezone", "Europe/Vienna"),
        ("grade", "G2", "P2", "grade_scale", "UN Professional"),
        ("duty_station", "Graz", "Bern", "country", "CH"),
        ("start_date", date(2031, 9, 1), date(2031, 8, 1), "start_approximate", True),
        ("education_level", "master", "bachelor", "experience_years", 4.0),
    ],
)
def test_values_that_belong_together_come_from_copies_that_agree(
    head: str, ours: Any, theirs: Any, dependent: str, value: Any
) -> None:
    board = copy("board", copied=False, **{head: ours})
    other = merge([board, copy("feed", copied=True, **{head: theirs, dependent: value})])
    assert (other[head], other[dependent], other["states"][dependent]) == (ours, None, "absent")
    same = merge([board, copy("feed", copied=True, **{head: ours, dependent: value})])
    assert (same[head], same[dependent], same["states"][dependent]) == (ours, value, "stated")


def test_states_without_a_value() -> None:
    told = [copy("a", states={"salary": "by_reference"}), copy("b", states={"salary": "none", "grade": "ambiguous"})]
    row = merge(told)
    assert (row["salary"], row["states"]["salary"], row["states"]["grade"]) == (None, "none", "ambiguous")
    assert row["states"]["title"] == "absent"


def test_conflicts_are_contradictions_not_spellings() -> None:
    pay = {"min": Decimal(100), "max": Decimal(100), "currency": "EUR", "period": "month"}
    languages = [{"language": "en", "name": "English", "requirement": "required"}]
    board = copy("board", copied=False, title="Head of Office", salary=pay, languages=languages, duty_station="Zürich")
    feed = copy(
        "feed",
        copied=True,
        title="HEAD OF OFFICE",
        salary={**pay, "min": Decimal("100.000"), "max": Decimal("100.00")},
        languages=[{**languages[0], "name": "english", "level": "fluent"}],
        duty_station="Zurich",
        qualifications=[{"text": "Reads", "kind": "skill", "requirement": "required"}],
    )
    assert merge([board, feed])["conflicts"] == []
    wrong = copy(
        "wrong", copied=True, salary={**pay, "max": Decimal(120)}, languages=[{**languages[0], "language": "fr"}]
    )
    assert [each["field"] for each in merge([board, feed, wrong])["conflicts"]] == ["salary", "languages"]


def test_what_a_source_has_taken_away_says_nothing_while_it_has_the_vacancy_elsewhere() -> None:
    old = copy("board/1", source="board", gone=True, title="Cook", grade="G2", closing_date=date(2031, 6, 1))
    new = copy("board/2", source="board", days=3, title="Cook", closing_date=date(2031, 6, 9))
    row = merge([old, new])
    assert (row["closing_date"], row["grade"], row["conflicts"]) == (date(2031, 6, 9), None, [])
    assert [(each["source_uri"], each["last_seen"]) for each in row["sources"]] == [
        ("board/2", None),
        ("board/1", old.last_seen),
    ]
    other = copy("feed/1", source="feed", days=3, title="Cook")
    assert merge([old, other])["grade"] == "G2"  # what only another source still has


def test_a_row_of_one_copy_is_that_copy() -> None:
    only = copy("board", title="Cook", closing_date=date(2031, 6, 1), education_fields=["law"])
    row = merge([only])
    for name, value in only.record.items():
        if name != "evidence":
            assert row[name] == value, name
    assert [{**item, "notice_id": only.record["notice_id"]} for item in only.record["evidence"]] == sorted(
        row["evidence"],
        key=lambda item: list(only.record["evidence"]).index({k: v for k, v in item.items() if k != "notice_id"}),
    )


@given(st.permutations(range(4)))
def test_the_order_of_copies_is_of_no_account(numbers: list[int]) -> None:
    copies = [
        copy("a", copied=True, title="Cook", requisition_id="7"),
        copy("b", copied=False, title="Cook", grade="G2", grade_scale="UN General Service"),
        copy("c", title="Chef", grade="G3", closing_date=date(2031, 6, 1), closing_time="10:00"),
        copy("d", gone=True, closing_date=date(2031, 6, 2), closing_time="12:00"),
    ]
    assert plain(merge([copies[number] for number in numbers])) == plain(merge(copies))


def test_a_merged_row_fits_the_table() -> None:
    row = merge([copy("board", title="Cook"), copy("feed", title="Chef", posts=2)])
    row |= {"id_basis": "title", "first_seen": SEEN, "last_seen": None, "revision": 1, "readvertises": None}
    columns = tables.columns("vacancies")
    assert set(row) == set(columns.names)
    assert plain(pa.Table.from_pylist([row], schema=columns).to_pylist(maps_as_pydicts="strict")[0]) == plain(row)


def test_plain_is_the_same_for_equal_values() -> None:
    assert plain(Decimal("1250.500")) == plain(Decimal("1250.5")) == "1250.5"
    assert plain(Decimal("2000.00")) == plain(2000) == "2000"
    assert plain({"b": 1, "a": date(2031, 5, 6)}) == '{"a": "2031-05-06", "b": 1}'
    assert plain(SEEN) == '"2031-05-06T02:00:00Z"'
    assert plain("“Zürich”") == '"“Zürich”"'
