"""How records are counted against gold: by examples whose counts were made by hand, and beside another scorer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractors import EXTRACTORS
from extractors._labels import load_toml
from pipeline.evaluate import Counts, Report, compare, evaluate, measured_confidence
from pipeline.floors import below, raised, read_floors, written
from tests.corpora import ROOT, SCORER, SHARED, evaluated, present

Values = dict[str, Any]


def report_of(gold: list[Values], got: list[Values]) -> Report:
    report = Report()
    compare(report, "a", gold, [{**one, "position": number} for number, one in enumerate(got, start=1)])
    return report


def counted(gold: list[Values], got: list[Values]) -> dict[str, tuple[int, int, int, int]]:
    """Right, made up, missing, rightly null, of all fields but ``positions``."""
    fields = report_of(gold, got).fields
    return {n: (c.right, c.made_up, c.missing, c.rightly_null) for n, c in fields.items() if n != "positions"}


RIGHT, WRONG, MISSING, MADE_UP, NULL = (1, 0, 0, 0), (0, 1, 1, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("name", "gold", "got", "counts"),
    [
        ("closing_date", "2031-03-14", "2031-03-14", RIGHT),
        ("closing_date", "2031-03-14", "2031-04-14", WRONG),
        ("closing_date", "2031-03-14", None, MISSING),
        ("closing_date", None, "2031-03-14", MADE_UP),
        ("closing_date", None, None, NULL),
        ("grade", "P-3", "p-3", RIGHT),
        ("grade", "P-3", "P3", WRONG),
        ("requisition_id", "VN/31-7", "VN/31-7 (re-advertised)", WRONG),
        ("title", "Chief, Rule of Law Unit", "CHIEF – RULE OF LAW UNIT", RIGHT),
        ("title", "Assistente de Logística", "Assistente de Logistica", RIGHT),
        ("title", "Driver", "Senior Driver", WRONG),
        ("mission", "OSCE Mission in Kosovo", "osce mission  in Kosovo", RIGHT),
        ("duty_station", "Prishtinë / Pristina", "Pristina", RIGHT),
        ("duty_station", "Pristina", "Pristina or Mitrovica", RIGHT),
        ("duty_station", "Vienna, Austria", "Vienna; home-based", RIGHT),
        ("duty_station", "Vienna", "Vienna International Centre", WRONG),
        ("duty_station", "", "Vienna", MADE_UP),
        ("salary", {"min": 2250.33, "currency": "EUR"}, {"min": "2250.330", "max": "9", "currency": "EUR"}, RIGHT),
        ("salary", {"min": 2250.33}, {"min": "2250.34"}, WRONG),
        ("salary", {"min": 2250.33}, {"min": "2250.334"}, RIGHT),
        ("salary", {"min": 5, "period": "month"}, {"min": "5", "period": "year"}, WRONG),
        ("salary", {"min": 5, "basis": None}, {"min": "5", "basis": "gross"}, WRONG),
        ("salary", {"min": 5, "approximate": True}, {"min": "5", "approximate": True}, RIGHT),
        ("salary", {"min": 5}, None, MISSING),
        ("salary", None, {"min": "5"}, MADE_UP),
        ("nationality_required", ["AL", "XK"], ["XK", "AL"], RIGHT),
        ("nationality_required", ["AL", "XK"], ["XK"], WRONG),
        ("nationality_excluded", [], [], NULL),
        ("nationality_excluded", [], ["AL"], MADE_UP),
        ("apply_url", "https://a.example/Jobs/", "https://A.example/jobs", RIGHT),
        ("apply_url", "https://a.example/jobs", "https://a.example", WRONG),
        ("duration_months", 6 * 12 / 52, 1.38, RIGHT),
        ("duration_months", 12, 11.9, WRONG),
        ("duration_months", 12, "12", WRONG),
        ("start_approximate", True, True, RIGHT),
        ("start_approximate", False, None, MISSING),
        ("start_approximate", True, False, WRONG),
        ("posts", 2, 2, RIGHT),
        ("posts", 2, 1, WRONG),
    ],
)
def test_single_values(name: str, gold: Any, got: Any, counts: tuple[int, ...]) -> None:
    assert counted([{name: gold}], [{name: got}]) == {name: counts}


def test_fields_that_the_gold_leaves_out_are_not_judged() -> None:
    assert counted([{"grade": "S3"}], [{"grade": "S3", "title": "made up", "salary": {"min": 1}}]) == {"grade": RIGHT}


def test_languages() -> None:
    def language(code: str, requirement: str = "required", group: str | None = None) -> Values:
        return {"language": code, "requirement": requirement, "group": group}

    gold = [language("en"), language("sq", group="a"), language("sr", group="a"), language("fr", "desired")]
    # English right; Albanian and Serbian right and alternatives; French required instead of desired; German made up.
    got = [language("sr", group="x"), language("sq", group="x"), language("en"), language("fr"), language("de")]
    assert counted([{"languages": gold}], [{"languages": got}]) == {
        "languages": (3, 2, 1, 0),
        "language_alternatives": RIGHT,
    }
    # Alternatives with one member too many are no hit; alternatives where the gold has none are not counted.
    got = [language(code, group="x") for code in ("en", "sq", "sr")]
    assert counted([{"languages": gold}], [{"languages": got}])["language_alternatives"] == MISSING
    assert counted([{"languages": [language("en")]}], [{"languages": got}]) == {"languages": (1, 2, 0, 0)}
    # Two languages without a code are one pair; null and an empty list are the same.
    assert counted([{"languages": []}], [{"languages": None}]) == {"languages": (0, 0, 0, 0)}
    assert counted([{"languages": [language("mis"), language("mis")]}], [{"languages": []}])["languages"] == MISSING


def test_qualifications() -> None:
    gold = [
        {"contains": "degree in law", "kind": "education", "requirement": "required"},  # right
        {"contains": "driving licence", "kind": "licence"},  # of another kind
        {"contains": "FLUENT english"},  # right: case and marks do not matter, nor does what is not named
        {"contains": "night shifts", "starts": "Readiness", "ends": "shifts"},  # right
        {"contains": "archives", "starts": "Experience"},  # begins too early
        {"contains": "knots", "ends": "knots"},  # ends too late
        {"contains": "chess"},  # is not there
    ]
    got = [
        {"text": "First-level degree in law", "kind": "education", "requirement": "required"},
        {"text": "Driving licence, category B", "kind": "skill", "requirement": "required"},
        {"text": "Fluent  English;", "kind": "language", "requirement": "desired"},
        {"text": "Readiness to work in night shifts.", "kind": "other", "requirement": "required"},
        {"text": "schoolExperience in archives", "kind": "experience", "requirement": "required"},
        {"text": "tying of knots and splices", "kind": "skill", "requirement": "required"},
        {"text": "not in the gold, which is a selection", "kind": "other", "requirement": "required"},
    ]
    assert counted([{"qualifications": gold}], [{"qualifications": got}]) == {"qualifications": (3, 0, 4, 0)}
    assert counted([{"qualifications": []}], [{"qualifications": got}]) == {"qualifications": (0, 0, 0, 0)}


def test_positions_in_order_where_there_are_as_many() -> None:
    report = report_of([{"title": "Cook"}, {"title": "Driver"}], [{"title": "Driver"}, {"title": "Cook"}])
    assert report.fields["positions"] == Counts(right=2)
    assert report.fields["title"] == Counts(made_up=2, missing=2)
    shuffled = Report()
    compare(shuffled, "a", [{"posts": 1}, {"posts": 2}], [{"posts": 2, "position": 2}, {"posts": 1, "position": 1}])
    assert shuffled.fields["posts"] == Counts(right=2)


def test_positions_by_title_where_some_are_missing() -> None:
    gold = [{"title": "Senior Cook", "posts": 1}, {"title": "Night Driver", "posts": 2}, {"title": "Guard", "posts": 3}]
    report = report_of(gold, [{"title": "Night Driver", "posts": 2}, {"title": "Cook", "posts": 1}])
    assert report.fields["positions"] == Counts(right=2, missing=1)
    assert report.fields["title"] == Counts(right=1, made_up=1, missing=2)
    assert report.fields["posts"] == Counts(right=2, missing=1)


def test_positions_too_many_and_none() -> None:
    report = report_of([{"title": "Cook"}], [{"title": "Driver"}, {"title": "The Cook"}, {"title": "Cook"}])
    assert report.fields["positions"] == Counts(right=1, made_up=2)
    assert report.fields["title"] == Counts(made_up=1, missing=1)  # "The Cook" shares as many words, and comes first
    report = report_of([{"title": "Cook", "grade": None}], [])
    assert report.fields["positions"] == Counts(missing=1)
    assert report.fields["title"] == Counts(missing=1)
    assert report.fields["grade"] == Counts(rightly_null=1)


def test_shares() -> None:
    counts = Counts(right=6, made_up=2, missing=4, rightly_null=9)
    assert (counts.precision, counts.recall, counts.f1) == (0.75, 0.6, pytest.approx(2 / 3))
    assert (Counts(missing=3).precision, Counts(missing=3).recall, Counts(missing=3).f1) == (None, 0.0, 0.0)
    assert (Counts(rightly_null=3).precision, Counts(rightly_null=3).f1) == (None, None)
    report = report_of([{"title": "Cook", "grade": "S1"}], [{"title": "Cook", "grade": "S2"}])
    assert report.f1 == pytest.approx(2 * 2 / (2 * 2 + 2))  # the position, the title; the grade wrong
    assert Report().f1 == 0.0


def test_misses_say_what_was_wanted() -> None:
    (miss,) = report_of([{"grade": "S1", "title": "Cook"}], [{"grade": None, "title": "Cook"}]).misses
    assert (miss.notice, miss.position, miss.field, miss.gold, miss.got) == ("a", 1, "grade", "S1", None)


def test_a_folder_of_notices(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Job title: Cook\nGrade: G-2\nClosing date: 14 March 2031\n", encoding="utf-8")
    (tmp_path / "a.gold.json").write_text(json.dumps({"positions": [{"grade": "G-2", "title": "Cook"}]}))
    (tmp_path / "b.txt").write_text("Peel the onions.\n", encoding="utf-8")  # rejected: it has no positions
    (tmp_path / "b.gold.json").write_text(json.dumps({"positions": [{"grade": "G-3", "title": None}]}))
    (tmp_path / "c.txt").write_text("has no gold\n", encoding="utf-8")
    report = evaluate([tmp_path])
    assert report.notices == 2
    assert report.fields["positions"] == Counts(right=1, missing=1)
    assert report.fields["grade"] == Counts(right=1, missing=1)
    assert report.fields["title"] == Counts(right=1, rightly_null=1)
    assert report.json()["fields"]["grade"]["recall"] == 0.5
    assert report.table().splitlines()[-1].startswith("micro F1 0.7500 on 2 notices, 5 values")
    (tmp_path / "a.txt").write_text("Job title: Cook\nGrade: G-2\nClosing date: 15 March 2031\n", encoding="utf-8")
    assert evaluate([tmp_path]).digest != report.digest
    with pytest.raises(NotADirectoryError):
        evaluate([tmp_path / "a.txt"])


def test_rules_are_rated_by_the_values_that_rest_on_them() -> None:
    def record(grade: str, rule: str, *clauses: str) -> Values:
        proofs = [{"field": "grade", "rule": rule}, {"field": "qualifications", "rule": "clause"}]
        return {
            "grade": grade,
            "qualifications": [{"text": text, "kind": "skill", "requirement": "required"} for text in clauses],
            "evidence": proofs,
        }

    report = Report()
    wanted = [{"contains": "knots", "kind": "skill"}, {"contains": "splices", "starts": "Sp"}, {"contains": "chess"}]
    for grade, got in (("S1", "S1"), ("S1", "S1"), ("S1", "S2")):
        one = {**record(got, "label", "Knots", "All splices"), "position": 1}
        compare(report, "a", [{"grade": grade, "qualifications": wanted}], [one])
    compare(report, "b", [{"grade": None}], [{**record("S1", "prose"), "position": 1}])
    compare(report, "c", [{"title": "Cook"}], [{**record("S1", "prose"), "position": 1}])  # grade not judged
    assert report.rules["grade", "label"] == [2, 3]
    assert report.rules["grade", "prose"] == [0, 1]
    assert report.rules["qualifications", "clause"] == [3, 6]
    confidences = measured_confidence(report)
    assert confidences["grade"] == {"label": 0.6, "prose": pytest.approx(1 / 3, abs=0.001)}
    assert confidences["qualifications"] == {"clause": 0.5}


def test_measured_rules_exist() -> None:
    for name, rules in load_toml("confidence.toml").items():
        (known,) = (extractor.RULES for extractor in EXTRACTORS if name == extractor.FIELD)
        assert isinstance(rules, dict)
        assert rules.keys() <= set(known), f"{name}: make confidence"
        assert all(0 < value < 1 for value in rules.values())


def test_floors_lie_a_little_under_and_only_rise(tmp_path: Path) -> None:
    report = Report(digest="abc")
    report.fields["grade"] = Counts(right=9, missing=1)
    report.fields["title"] = Counts(right=1000)
    report.fields["salary"] = Counts(rightly_null=5)
    floors, changes = raised({}, report, pinned=True)
    # One more wrong grade: 8 right, 1 made up, 2 missing; a title: one hundredth, which is more than one of 1000.
    assert floors == {"digest": "abc", "micro_f1": 0.994, "grade": 0.842, "title": 0.99}
    assert len(changes) == 4
    assert below(report, floors) == []
    path = tmp_path / "floors.toml"
    path.write_text(written({"here": floors}, header="one\ntwo"), encoding="utf-8")
    assert read_floors(path, "here") == floors
    assert raised(floors, report, pinned=True) == (floors, [])

    report.fields["grade"] = Counts(right=8, made_up=1, missing=2)
    assert below(report, floors) == []
    report.fields["grade"] = Counts(right=7, made_up=2, missing=3)
    assert below(report, floors) == ["grade: F1 0.737 is below its floor 0.842"]
    assert raised(floors, report, pinned=True) == (floors, [])
    report.fields["grade"] = Counts(right=10)
    assert raised(floors, report, pinned=True)[0]["grade"] == 0.9
    del report.fields["grade"]
    assert below(report, floors) == ["grade: F1 0.000 is below its floor 0.842"]
    assert raised(floors, report, pinned=True)[0]["grade"] == 0.842
    report.digest = "abd"
    assert below(report, floors)[0] == "the notices or their gold have changed since the floors were set"
    assert raised(floors, report, pinned=True)[1][0] == "digest of the notices"


def test_another_scorer_counts_the_same(tmp_path: Path) -> None:
    if present(*SHARED) != SHARED or not SCORER.is_file():
        pytest.skip(f"{SCORER} or some of {', '.join(map(str, SHARED))} is not there")
    records = tmp_path / "records.jsonl"
    folders = [str(folder) for folder in SHARED]
    with records.open("wb") as stream:
        command = [str(Path(sys.executable).with_name("vacancies")), "parse", *folders]
        assert subprocess.run(command, stdout=stream, cwd=ROOT, check=False).returncode in (0, 3)
    command = [sys.executable, str(SCORER), "--json", str(records), *folders]
    theirs = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    ours = evaluated(*SHARED)
    assert ours.notices == theirs["notices"]
    assert ours.f1 == pytest.approx(theirs["micro_f1"])
    counts = {n: (c.right, c.made_up, c.missing, c.rightly_null) for n, c in ours.fields.items()}
    assert counts == {n: (c["tp"], c["fp"], c["fn"], c["tn"]) for n, c in theirs["fields"].items()}
    for name, found in ours.fields.items():
        other = theirs["fields"][name]
        assert (found.precision, found.recall) == (other["precision"], other["recall"])
