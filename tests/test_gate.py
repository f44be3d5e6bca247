"""The gate: each check with one run that it stops and one that it just lets through."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.dataset.gate import Breach, Candidate, check, filled, vocabulary, vocabulary_fields
from schemas.expectations import Expectations, default_expectations, read_expectations
from schemas.table import schema

NOW = datetime(2032, 3, 4, 2, 0, tzinfo=UTC)
ROWS = 100

Value = Callable[[int], Any]
Columns = Mapping[str, Value]

ORDINARY: Columns = {
    "vacancy_id": lambda n: f"vacancy-{n}",
    "notice_id": lambda n: f"{n:064x}",
    "source": lambda n: "harbour",
    "source_uri": lambda n: f"harbour/{n}.txt",
    "schema_version": lambda n: "9.9.9",
    "title": lambda n: f"Keeper of lighthouse {n}",
    "organization": lambda n: "Harbour Board",
    "grade_scale": lambda n: "UN",
    "contract_type": lambda n: "fixed_term",
    "duty_station": lambda n: "Durrës",
    "country": lambda n: "AL",
    "issue_date": lambda n: date(2032, 3, 1),
    "closing_date": lambda n: date(2032, 4, 1),
    "closing_timezone": lambda n: "Europe/Tirane",
    "salary": lambda n: pay(),
    "education_fields": lambda n: ["navigation"],
    "nationality_required": lambda n: ["AL", "XK"],
    "notice_language": lambda n: "en",
}


def pay(low: str = "1500", high: str = "1800", *, currency: str = "EUR", period: str = "month") -> dict[str, Any]:
    return {"min": Decimal(low), "max": Decimal(high), "currency": currency, "period": period}


def some(count: int, value: Any, *, else_: Any = None, column: str | None = None) -> Value:
    """``value`` in the first ``count`` rows, then ``else_``, or what the column ordinarily has."""
    return lambda n: value if n < count else (ORDINARY[column](n) if column else else_)


def rows(number: int = ROWS, /, **columns: Value) -> pa.Table:
    values = {**ORDINARY, **columns}
    wanted = schema("vacancies")
    return pa.Table.from_pylist([{name: make(n) for name, make in values.items()} for n in range(number)], wanted)


def night(fresh: pa.Table | None = None, **changes: Any) -> Candidate:
    """An ordinary night: 1,000 vacancies, of 1,000 inputs 10 rejected, ``ROWS`` new ones, 50 gone."""
    before = rows()
    known = {name: filled(before[name]) / before.num_rows for name in ORDINARY}
    ordinary = Candidate(
        now=NOW,
        last_at=NOW - timedelta(days=1),
        inputs=("harbour",),
        seen=1000,
        rejected=10,
        last_seen_inputs=990,
        last_rejected=10,
        present_before=1000,
        present_after=1050,
        disappeared=50,
        fresh=before if fresh is None else fresh,
        baseline=known,
        baseline_rows=1000,
        vocabulary=vocabulary(before, vocabulary_fields()),
        duplicate_ids=0,
    )
    return replace(ordinary, **changes)


def first(fresh: pa.Table | None = None, **changes: Any) -> Candidate:
    """A run into a new dataset."""
    nothing: dict[str, Any] = {
        "last_at": None,
        "last_seen_inputs": None,
        "last_rejected": None,
        "present_before": 0,
        "present_after": ROWS,
        "disappeared": 0,
        "baseline": {},
        "baseline_rows": 0,
        "vocabulary": {},
    }
    return night(fresh, **{**nothing, **changes})


def found(breaches: list[Breach], severity: str | None = None) -> set[str]:
    return {
        each.check if each.field is None else f"{each.check}:{each.field}"
        for each in breaches
        if severity in (None, each.severity)
    }


def test_an_ordinary_night_passes() -> None:
    assert check(night()) == []


# name, what trips it, what just does not
RUN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("duplicate_ids", {"duplicate_ids": 1}, {"duplicate_ids": 0}),
    ("clock_back", {"last_at": NOW + timedelta(seconds=1)}, {"last_at": NOW}),
    ("clock_jump", {"last_at": NOW - timedelta(days=367)}, {"last_at": NOW - timedelta(days=366)}),
    ("vacancies_fall", {"present_after": 699}, {"present_after": 700}),
    ("disappeared", {"disappeared": 501}, {"disappeared": 500}),
    ("inputs_fall", {"seen": 692}, {"seen": 693}),
    (
        "inputs_gone",
        {"seen": 0, "rejected": 0, "last_seen_inputs": 5},
        {"seen": 1, "rejected": 0, "last_seen_inputs": 5},
    ),
    ("rejected_rise", {"rejected": 112}, {"rejected": 110}),
    ("rejected", {"rejected": 501, "last_rejected": None}, {"rejected": 500, "last_rejected": None}),
]


@pytest.mark.parametrize(("name", "tripping", "missing"), RUN, ids=[row[0] for row in RUN])
def test_the_run(name: str, tripping: dict[str, Any], missing: dict[str, Any]) -> None:
    assert found(check(night(**tripping)), "hold") == {name}
    assert name not in found(check(night(**missing)))


# name:field, what holds the run back, what just does not
FRESH: list[tuple[str, Columns, Columns]] = [
    (
        "duplicate_ids",
        {"vacancy_id": lambda n: f"vacancy-{max(n, 1)}"},
        {"vacancy_id": lambda n: f"other-{n}"},
    ),
    (
        "required:source_uri",
        {"source_uri": some(1, None, else_="harbour/1.txt")},
        {"apply_url": some(1, None, else_="https://harbour.example/apply")},
    ),
    (
        "fill_core:country",
        {"country": some(21, None, column="country")},
        {"country": some(20, None, column="country")},
    ),
    (
        "fill:education_fields",
        {"education_fields": some(51, [], else_=["law"])},
        {"education_fields": some(50, [], else_=["law"])},
    ),
    (
        "emptied:closing_timezone",
        {"closing_timezone": lambda n: None},
        {"closing_timezone": some(1, "Europe/Tirane")},
    ),
    (
        "vocabulary:organization",
        {"organization": some(72, "please see below", else_="Harbour Board")},
        {"organization": some(69, "please see below", else_="Harbour Board")},
    ),
    (
        "unknown_currency:salary.currency",
        {"salary": some(1, pay(currency="EUF"), column="salary")},
        {"salary": some(1, pay(currency="XPF"), column="salary")},
    ),
    ("unknown_country:country", {"country": some(1, "UK", else_="AL")}, {"country": some(1, "XK", else_="AL")}),
    (
        "unknown_country:nationality_excluded",
        {"nationality_excluded": some(1, ["RS", "EU"], else_=[])},
        {"nationality_excluded": some(1, ["RS", "GB"], else_=[])},
    ),
    (
        "unknown_timezone:closing_timezone",
        {"closing_timezone": some(1, "Europe/Durres", else_="Europe/Tirane")},
        {"closing_timezone": some(1, "Europe/Vienna", else_="Europe/Tirane")},
    ),
    (
        "closing_before_issue:closing_date",
        {"closing_date": some(11, date(2032, 2, 29), column="closing_date")},
        {"closing_date": some(10, date(2032, 2, 29), column="closing_date")},
    ),
    (
        "salary_range:salary.max",
        {"salary": some(1, pay("1800", "1500"), column="salary")},
        {"salary": some(1, pay("1800", "1800"), column="salary")},
    ),
    ("salary_positive:salary.min", {"salary": some(1, pay("0"), column="salary")}, {"salary": some(1, None)}),
    (
        "salary_a_month:salary.max",
        {"salary": some(21, pay("1500", "180000"), column="salary")},
        {"salary": some(20, pay("1500", "180000"), column="salary")},
    ),
    (
        "salary_a_month:salary.max",
        {"salary": some(21, pay("1500", "180000"), column="salary")},
        {"salary": some(60, pay("1500", "180000", currency="ALL"), column="salary")},
    ),
    (
        "salary_a_year:salary.min",
        {"salary": some(100, pay("150", period="year"))},
        {"salary": some(100, pay(period="year"))},
    ),
]


@pytest.mark.parametrize(("name", "tripping", "missing"), FRESH, ids=[row[0] for row in FRESH])
def test_the_rows(name: str, tripping: Columns, missing: Columns) -> None:
    assert name in found(check(night(rows(**tripping))), "hold")
    assert name not in found(check(night(rows(**missing))))


WARNING: list[tuple[str, Candidate, Candidate]] = [
    ("pause", night(last_at=NOW - timedelta(days=32)), night(last_at=NOW - timedelta(days=31))),
    (
        "fill_less:closing_timezone",
        night(rows(closing_timezone=some(27, None, else_="Europe/Tirane"))),
        night(rows(closing_timezone=some(25, None, else_="Europe/Tirane"))),
    ),
    (
        "vocabulary_new:country",
        night(rows(country=some(23, "ME", else_="AL"))),
        night(rows(country=some(22, "ME", else_="AL"))),
    ),
    (
        "closing_before_issue_once:closing_date",
        night(rows(closing_date=some(1, date(2032, 2, 29), column="closing_date"))),
        night(rows(closing_date=some(1, date(2032, 3, 1), column="closing_date"))),
    ),
    (
        "salary_a_month_once:salary.min",
        night(rows(salary=some(1, pay("15"), column="salary"))),
        night(rows(salary=some(1, pay("100"), column="salary"))),
    ),
    (
        "salary_a_year_once:salary.max",
        night(rows(salary=some(1, pay(high="1500000", period="year"), column="salary"))),
        night(rows(salary=some(1, pay(high="150000", period="year"), column="salary"))),
    ),
    (
        "closing_far:closing_date",
        night(rows(closing_date=some(1, date(2132, 4, 1), column="closing_date"))),
        night(rows(closing_date=some(1, NOW.date() + timedelta(days=1096), column="closing_date"))),
    ),
    (
        "issued_ahead:issue_date",
        night(rows(issue_date=some(1, NOW.date() + timedelta(days=32)), closing_date=lambda n: date(2032, 5, 1))),
        night(rows(issue_date=some(1, NOW.date() + timedelta(days=31)), closing_date=lambda n: date(2032, 5, 1))),
    ),
]


@pytest.mark.parametrize(("name", "tripping", "missing"), WARNING, ids=[row[0] for row in WARNING])
def test_a_warning_does_not_hold(name: str, tripping: Candidate, missing: Candidate) -> None:
    breaches = check(tripping)
    assert name in found(breaches, "warn")
    assert found(breaches, "hold") <= {"emptied:issue_date", "fill:issue_date"}
    assert name not in found(check(missing))


DECLARED = {each.name for each in default_expectations().checks}


def test_every_check_is_tripped_in_some_test() -> None:
    tripped = {row[0] for row in RUN} | {row[0].partition(":")[0] for row in (*FRESH, *WARNING)}
    assert DECLARED - tripped == {"schema"}


SCHEMA: list[tuple[str, Callable[[pa.Table], pa.Table], str | None]] = [
    ("missing", lambda table: table.drop_columns(["closing_date", "vacancy_id", "source_uri"]), "is missing"),
    ("another", lambda table: table.append_column("colour", table["title"]), "colour is not declared"),
    (
        "type",
        lambda table: table.drop_columns(["closing_date"]).append_column(
            "closing_date", table["closing_date"].cast(pa.string())
        ),
        "closing_date is string instead of date32[day]",
    ),
    ("order", lambda table: table.select(table.column_names[::-1]), None),
    ("descriptions", lambda table: table.replace_schema_metadata({"table": "other"}), None),
]


@pytest.mark.parametrize(("label", "change", "said"), SCHEMA, ids=[row[0] for row in SCHEMA])
def test_the_schema(label: str, change: Callable[[pa.Table], pa.Table], said: str | None) -> None:
    fresh = rows(country=some(1, "UK", else_="AL"))
    breaches = check(night(change(fresh)))
    assert ("schema" in found(breaches)) == (said is not None)
    assert said is None or any(said in each.message for each in breaches)
    assert "unknown_country:country" in found(breaches)  # what is as declared is judged all the same


@pytest.mark.parametrize("number", [0, 1, 2, 5, 10, 19])
def test_a_small_night_is_not_judged_by_shares(number: int) -> None:
    odd = rows(
        number,
        organization=lambda n: f"Board {n}",
        country=lambda n: "ME",
        title=lambda n: None,
        closing_date=lambda n: date(2032, 2, 1),
        salary=lambda n: pay("2", "3000000"),
        education_fields=lambda n: [],
    )
    candidate = night(odd, seen=number, rejected=number // 2, last_seen_inputs=max(number, 4), last_rejected=0)
    candidate = replace(candidate, present_before=number, present_after=0, disappeared=number)
    assert found(check(candidate), "hold") == set()


def test_rows_of_few_notices_are_few() -> None:
    listed = rows(notice_id=lambda n: f"{n // 50:064x}", country=some(50, None, column="country"))
    assert check(night(listed)) == []
    scattered = rows(country=some(50, None, column="country"))
    assert "fill_core:country" in found(check(night(scattered)), "hold")


def test_chance_alone_does_not_hold_a_night() -> None:
    fresh = rows(40, grade_scale=some(14, "UN"))
    assert check(night(fresh, baseline={"grade_scale": 0.6})) == []  # 35% of 40 where 60% are usual
    assert found(check(night(rows(400, grade_scale=some(140, "UN")), baseline={"grade_scale": 0.65}))) == {
        "fill_less:grade_scale"
    }


def test_nights_that_differ_by_chance_alone_are_not_held() -> None:
    """Notices of one to eight rows; what a notice states, all its rows state."""
    draw = random.Random(5)
    rates = {"title": 0.99, "country": 0.95, "grade_scale": 0.6, "closing_timezone": 0.3, "contract_type": 0.08}
    for _ in range(150):
        states: list[set[str]] = []
        numbers: list[int] = []
        for notice in range(draw.choice([1, 4, 10, 30, 80])):
            said = {name for name, rate in rates.items() if draw.random() < rate}
            for _ in range(draw.choice([1, 1, 1, 2, 8])):
                states.append(said)
                numbers.append(notice)
        stated = {name: stating(states, name) for name in rates}
        fresh = rows(len(states), notice_id=of_notice(numbers), **stated)
        breaches = check(night(fresh, baseline=rates, baseline_rows=2000))
        assert found(breaches, "hold") == set()


def of_notice(numbers: list[int]) -> Value:
    return lambda n: f"{numbers[n]:064x}"


def stating(states: list[set[str]], name: str) -> Value:
    return lambda n: ORDINARY[name](n) if name in states[n] else None


def test_the_first_run_is_not_compared() -> None:
    assert check(first()) == []
    assert check(first(rows(0), present_after=0, seen=0, rejected=0)) == []
    assert found(check(first(rejected=501))) == {"rejected"}


@pytest.mark.parametrize(("name", "tripping", "missing"), FRESH, ids=[row[0] for row in FRESH])
def test_the_first_run_keeps_to_what_always_holds(name: str, tripping: Columns, missing: Columns) -> None:
    compared = name.startswith(("fill", "emptied", "vocabulary"))
    assert (name in found(check(first(rows(**tripping))), "hold")) != compared


def test_new_inputs_may_differ_from_the_dataset() -> None:
    other = rows(organization=lambda n: "Canal Board", country=lambda n: None, grade_scale=lambda n: None)
    breaches = check(night(other, last_seen_inputs=None, last_rejected=None))
    assert {"vocabulary:organization", "fill:country", "emptied:grade_scale"} <= found(breaches, "warn")
    assert found(breaches, "hold") == set()


ACCEPTED = [
    (["unknown_country"], set()),
    (["unknown_country:country", "unknown_country:nationality_required"], set()),
    (["unknown_country:country"], {"unknown_country:nationality_required"}),
    (["country"], {"unknown_country:country", "unknown_country:nationality_required"}),
    ([], {"unknown_country:country", "unknown_country:nationality_required"}),
]


@pytest.mark.parametrize(("accepted", "left"), ACCEPTED, ids=[",".join(row[0]) for row in ACCEPTED])
def test_what_is_accepted_only_warns(accepted: list[str], left: set[str]) -> None:
    odd = night(rows(country=some(1, "UK", else_="AL"), nationality_required=some(1, ["UK"], else_=["AL"])))
    breaches = check(odd, accepted=accepted)
    assert found(breaches, "hold") == left
    assert len(breaches) == 2
    assert [each.severity for each in breaches] == sorted(each.severity for each in breaches)


def test_of_checks_that_measure_the_same_one_speaks() -> None:
    empty = night(rows(0), seen=0, rejected=0)
    assert found(check(empty)) == {"inputs_gone"}
    assert found(check(empty, accepted=["inputs_fall"]), "hold") == {"inputs_gone"}
    assert found(check(empty, accepted=["inputs_gone"]), "hold") == set()


def test_names_that_are_no_check_are_told() -> None:
    names = ["fill:title", "fil:title", "clock_back", "title"]
    assert default_expectations().unknown(names) == ("fil:title", "title")


def test_a_message_says_what_was_measured_expected_and_what_to_do() -> None:
    (breach,) = check(night(rows(closing_date=some(12, date(2032, 2, 29), column="closing_date"))))
    assert breach.message == (
        "closing_before_issue:closing_date: 12 of 100 values are below issue_date (12%, at most 10% is expected);"
        " look at 2032-02-29 in harbour/0.txt, or accept closing_before_issue:closing_date for this run if it is right."
    )
    assert (breach.measured, breach.limit) == (0.12, 0.1)
    (clock,) = check(night(last_at=NOW + timedelta(days=2)))
    assert "it is 2032-03-04 02:00:00 UTC, 48 hours before the last published run" in clock.message


def test_vocabulary_takes_lists_and_structs_apart() -> None:
    assert vocabulary(rows(2), ["salary.currency", "nationality_required", "grade"]) == {
        "salary.currency": {"EUR"},
        "nationality_required": {"AL", "XK"},
        "grade": set(),
    }
    assert "salary.currency" in vocabulary_fields()


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own_adds_and_replaces(tmp_path: Path) -> None:
    text = """
        [[check]]
        name = "vacancies_fall"
        limit = 0.6
        [[check]]
        name = "pause"
        severity = "off"
        [[check]]
        name = "long"
        kind = "bounds"
        fields = ["duration_months"]
        high = 60
        limit = 0
        severity = "warn"
        why = "Nobody is appointed for longer here."
    """
    read: Expectations = read_expectations(own(tmp_path, text))
    assert {each.name for each in read.checks} == DECLARED | {"long"}
    odd = night(rows(duration_months=some(1, 61.0)), present_after=500, last_at=NOW - timedelta(days=40))
    assert found(check(odd, read)) == {"long:duration_months"}
    assert found(check(odd)) == {"vacancies_fall", "pause"}


WRONG = [
    ("[[check]\n", "cannot be read as TOML"),
    ("[fill]\nlimit = 1\n", "key 'fill' is unknown"),
    ("check = 1\n", "key 'check'"),
    ("[[check]]\nlimit = 1\n", "check 1, key 'name'"),
    ("[[check]]\nname = 'fill'\n[[check]]\nname = 'fill'\n", "check 'fill', key 'name': stands twice"),
    ("[[check]]\nname = 'fill'\nlimit = 30\n", "check 'fill', key 'limit'"),
    ("[[check]]\nname = 'fill'\nlimits = 0.3\n", "check 'fill', key 'limits'"),
    ("[[check]]\nname = 'fill'\nfields = []\n", "check 'fill', key 'fields'"),
    ("[[check]]\nname = 'fill'\nfields = ['salary.currency']\n", "vacancies has no column salary.currency"),
    ("[[check]]\nname = 'fill'\nseverity = 'stop'\n", "check 'fill', key 'severity'"),
    ("[[check]]\nname = 'required'\nfields = ['languages']\n", "languages holds a list"),
    ("[[check]]\nname = 'vocabulary'\nfields = ['posts']\n", "posts holds no text"),
    ("[[check]]\nname = 'salary_range'\nfields = ['title', 'posts']\n", "title holds no numbers"),
    ("[[check]]\nname = 'closing_far'\nfields = ['posts']\n", "posts holds no days"),
    ("[[check]]\nname = 'salary_a_year'\nwhere = {languages = ['en']}\n", "check 'salary_a_year', key 'where'"),
    ("[[check]]\nname = 'new'\n", "check 'new', key 'kind'"),
    ("[[check]]\nname = 'new'\nkind = 'nulls'\n", "check 'new', key 'kind'"),
    ("[[check]]\nname = 'new'\nkind = 'schema'\nseverity = 'hold'\n", "check 'new', key 'why'"),
    (
        "[[check]]\nname = 'new'\nkind = 'bounds'\nseverity = 'hold'\nwhy = '?'\nlimit = 0\nfields = ['posts']\n",
        "needs a low, a high or both",
    ),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[row[1] for row in WRONG])
def test_a_wrong_file_gives_one_clear_error(tmp_path: Path, text: str, said: str) -> None:
    path = own(tmp_path, text)
    with pytest.raises(ValueError, match=r".") as caught:
        read_expectations(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert len(message.splitlines()) == 1


def test_a_file_that_is_not_there_gives_the_same_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.toml: cannot be read"):
        read_expectations(tmp_path / "nowhere.toml")
