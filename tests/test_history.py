"""What becomes of vacancies, their copies and the quarantine in runs that are out of the ordinary."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.batch import parse_or_reject
from pipeline.dataset import intake, rows, runs, snapshot
from pipeline.dataset.changes import standing
from pipeline.parse import ParsedNotice
from pipeline.source import Reject, Source, from_bytes
from schemas.vacancy import Vacancy
from tests.night import drop, ingest, notice, reparse, replay, set_clock
from tests.night import rows as state

START = datetime(2031, 3, 1, 2, tzinfo=UTC)
COOK = notice(
    "LBN/2031/071", "Cook", organization="UNRWA", grade="G-3", station="Beirut, Lebanon", closes="5 April 2031"
)
CLERK = notice("GEO/2031/031", "Registry Clerk", grade="G-4", station="Tbilisi, Georgia")
GARBAGE = b"\x89PNG\r\n\x1a\n" + bytes(300)


class Desk:
    """A dataset, a folder, and a clock that moves on by a day with every run."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.board, self.patch, self.at = folder / "data", folder / "board", monkeypatch, START
        self.board.mkdir()
        set_clock(monkeypatch, START)

    def put(self, name: str, content: str | bytes) -> Path:
        file = self.board / f"{name}.txt"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def pass_days(self, days: int = 1) -> None:
        self.at += timedelta(days=days)
        set_clock(self.patch, self.at)

    def parser(self, version: str, read: Callable[[Source], ParsedNotice | Reject] = parse_or_reject) -> None:
        for module in (runs, rows, intake):
            self.patch.setattr(module, "PARSER_VERSION", version)
        self.patch.setattr(intake, "parse_or_reject", read)

    def told(self) -> list[tuple[str, str | None, str]]:
        """Kind, field and cause of the last run's changes."""
        found = state(self.root, "changes")
        last = snapshot.manifest(self.root)["run"]
        return sorted((row["kind"], row["field"] or "", row["cause"]) for row in found if row["run"] == last)

    def only(self) -> dict[str, Any]:
        """The only vacancy."""
        (row,) = state(self.root, "vacancies")
        return row


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def altered(**values: Any) -> Callable[[Source], ParsedNotice | Reject]:
    """A parser that reads these values, whatever the notice says."""

    def read(source: Source) -> ParsedNotice | Reject:
        outcome = parse_or_reject(source)
        assert isinstance(outcome, ParsedNotice)
        records = [Vacancy.model_validate(record.model_dump() | values) for record in outcome.records]
        return replace(outcome, records=tuple(records))

    return read


def refusing(source: Source) -> ParsedNotice | Reject:
    """A parser that takes nothing for a vacancy."""
    return Reject(source.uri, source.name, "no_vacancy", "parse", "none", source.sha256, len(source.raw))


def test_a_run_over_one_folder_says_nothing_of_another(desk: Desk) -> None:
    desk.put("cook", COOK)
    other = desk.board.with_name("board-two")  # whose name begins as the first's
    other.mkdir()
    (other / "clerk.txt").write_text(CLERK)
    ingest(desk.root, desk.board, other)
    desk.pass_days()
    (desk.board / "cook.txt").unlink()
    (other / "clerk.txt").unlink()
    ingest(desk.root, desk.board)
    assert desk.told() == [("disappeared", "", "source")]
    desk.pass_days()
    ingest(desk.root, other / "clerk.txt")  # a file that is not there tells nothing
    assert desk.told() == []
    assert {row["title"]: row["last_seen"] for row in state(desk.root, "vacancies")} == {
        "Cook": START,
        "Registry Clerk": None,
    }


def test_a_folder_that_is_not_there_tells_nothing(desk: Desk) -> None:
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days()
    desk.board.rename(desk.board.with_name("elsewhere"))
    report = ingest(desk.root, desk.board)
    assert [reject.code for reject in report.tally.rejects] == ["not_found"]
    assert desk.only()["last_seen"] is None


def test_what_became_unreadable_stands(desk: Desk) -> None:
    file = desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days()
    desk.put("cook", GARBAGE)
    ingest(desk.root, desk.board)
    assert (desk.told(), desk.only()["last_seen"]) == ([], None)
    desk.pass_days()
    file.unlink()
    ingest(desk.root, desk.board)
    assert desk.told() == [("disappeared", "", "source")]


def test_a_file_that_is_only_touched_changes_nothing(desk: Desk) -> None:
    file = desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    before = {name: state(desk.root, name) for name in ("vacancies", "revisions", "links", "changes", "records")}
    desk.pass_days()
    os.utime(file, (0, 0))
    report = ingest(desk.root, desk.board)
    assert (report.tally.unchanged, report.tally.added) == (1, 0)
    assert before == {name: state(desk.root, name) for name in before}
    (sighting,) = state(desk.root, "sightings")
    assert (sighting["modified"], sighting["first_seen"]) == (0, START)


def test_what_closes_while_something_else_happens_was_closed_by_the_clock(desk: Desk) -> None:
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days(40)
    (desk.board.parent / "feed").mkdir()
    (desk.board.parent / "feed" / "1.txt").write_text(COOK)
    ingest(desk.root, desk.board.parent / "feed")
    assert desk.told() == [("changed", "sources", "source"), ("closed", "", "clock")]
    desk.pass_days()
    desk.put("cook", COOK.replace("5 April", "1 April"))
    ingest(desk.root, desk.board)
    assert ("changed", "closing_date", "source") in desk.told()
    assert all(kind != "closed" for kind, _, _ in desk.told())


def test_what_closed_while_it_was_gone_is_told_when_it_is_back(desk: Desk) -> None:
    file = desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days()
    file.unlink()
    ingest(desk.root, desk.board)
    desk.pass_days(60)
    ingest(desk.root, desk.board)
    assert desk.told() == []
    desk.pass_days()
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    assert desk.told() == [("closed", "", "clock"), ("reappeared", "", "source")]
    assert (desk.only()["first_seen"], desk.only()["last_seen"]) == (START, None)


def test_what_is_closed_when_it_is_first_seen(desk: Desk) -> None:
    desk.pass_days(90)
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    assert desk.told() == [("added", "", "source"), ("closed", "", "source")]


def test_a_deadline_that_a_new_parser_reads(desk: Desk) -> None:
    desk.parser("1", altered(closing_date=None, closing_at=None))
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days(60)
    desk.parser("2")
    ingest(desk.root, desk.board)
    assert desk.told() == [("changed", "closing_date", "parser"), ("closed", "", "parser")]


def test_an_id_stays_whatever_a_new_parser_reads(desk: Desk) -> None:
    desk.parser("1", altered(requisition_id=None, title="Kitchen"))
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    before = desk.only()
    desk.parser("2")
    desk.pass_days()
    reparse(desk.root)
    assert desk.told() == [("changed", "requisition_id", "parser"), ("changed", "title", "parser")]
    after = desk.only()
    assert (after["vacancy_id"], after["id_basis"]) == (before["vacancy_id"], before["id_basis"])
    assert (before["revision"], after["revision"]) == (1, 2)
    assert reparse(desk.root).tally.seen == 0


def test_an_id_is_not_given_again_to_another_vacancy(desk: Desk) -> None:
    """What the first parser misread as a number is the number of another vacancy."""
    desk.parser("1", altered(requisition_id="GEO/2031/031", organization="UNDP"))
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    first = desk.only()["vacancy_id"]
    desk.pass_days()
    desk.parser("2")
    desk.put("clerk", CLERK)
    ingest(desk.root, desk.board)
    found = {row["title"]: row["vacancy_id"] for row in state(desk.root, "vacancies")}
    assert found["Cook"] == first
    assert found["Registry Clerk"] != first


def test_positions_that_a_parser_loses_and_finds_again(desk: Desk) -> None:
    text = """UNHCR Ukraine: local vacancies

Issue date: 20 February 2031. Applications close on 18 April 2031 and go to ukr@unhcr.example.org with the post number.

VN/31/061  Field Associate, G6, Dnipro
Requires: secondary education, six years of relevant experience. Ukrainian and English required.

VN/31/063  Warehouse Keeper, G3, Odesa
Requires: completed secondary education, three years in a store. Ukrainian required.
"""

    def first_only(source: Source) -> ParsedNotice | Reject:
        outcome = parse_or_reject(source)
        assert isinstance(outcome, ParsedNotice)
        return replace(outcome, records=(outcome.records[0].model_copy(update={"positions": 1}),))

    desk.put("field", text)
    desk.parser("1")
    ingest(desk.root, desk.board)
    ids = {row["vacancy_id"] for row in state(desk.root, "vacancies")}
    desk.pass_days()
    desk.parser("2", first_only)
    ingest(desk.root, desk.board)
    assert desk.told() == [("disappeared", "", "parser")]
    desk.pass_days()
    desk.parser("3")
    ingest(desk.root, desk.board)
    assert desk.told() == [("reappeared", "", "parser")]
    found = state(desk.root, "vacancies")
    assert {row["vacancy_id"] for row in found} == ids
    assert [row["last_seen"] for row in found] == [None, None]


def test_what_a_new_parser_refuses_stands_until_a_newer_one_reads_it(desk: Desk) -> None:
    desk.put("cook", COOK)
    desk.parser("1")
    ingest(desk.root, desk.board)
    before = desk.only()
    desk.pass_days()
    desk.parser("2", refusing)
    report = ingest(desk.root, desk.board)
    assert (report.tally.seen, report.tally.unchanged, len(report.tally.rejects)) == (1, 0, 1)
    assert desk.only() == before
    desk.pass_days()
    assert len(ingest(desk.root, desk.board).tally.rejects) == 1
    (entry,) = state(desk.root, "rejects")
    assert (entry["status"], entry["code"], entry["rejected_at"]) == ("open", "no_vacancy", START + timedelta(days=1))
    desk.pass_days()
    desk.parser("3")
    assert ingest(desk.root, desk.board).tally.replaced == 1
    (entry,) = state(desk.root, "rejects")
    assert (entry["status"], entry["settled_at"]) == ("cured", desk.at)
    assert desk.told() == []


def test_what_is_refused_is_not_parsed_again_by_the_same_parser(desk: Desk) -> None:
    calls = []

    def counting(source: Source) -> ParsedNotice | Reject:
        calls.append(source.uri)
        return refusing(source)

    desk.parser("1", counting)
    desk.put("cook", COOK)
    for _ in range(3):
        ingest(desk.root, desk.board)
    assert len(calls) == 1
    desk.parser("2", counting)
    ingest(desk.root, desk.board)
    assert len(calls) == 2
    assert [row["parser_version"] for row in state(desk.root, "rejects")] == ["2"]


def test_saying_later_that_a_source_copies(desk: Desk) -> None:
    feed = desk.board.with_name("feed")
    feed.mkdir()
    (feed / "1.txt").write_text(COOK.replace("Six years", "Four years"))
    ingest(desk.root, feed)
    desk.pass_days()
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    assert desk.only()["experience_years"] == 4  # nobody said which is the original, and it was there first
    desk.pass_days()
    report = ingest(desk.root, feed, copied=True)
    assert report.tally.unchanged == 1
    assert ("changed", "experience_years", "source") in desk.told()
    assert (desk.only()["experience_years"], desk.only()["source"]) == (6, "board")
    assert [each["field"] for each in desk.only()["conflicts"]] == ["experience_years"]
    desk.pass_days()
    before = state(desk.root, "sightings")
    ingest(desk.root, feed, copied=True)
    ingest(desk.root, feed)
    assert (desk.told(), state(desk.root, "sightings")) == ([], before)


def test_a_copy_that_was_left_behind_does_not_hide_a_change(desk: Desk) -> None:
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days()
    feed = desk.board.with_name("feed")
    feed.mkdir()
    (feed / "1.txt").write_text(COOK)
    ingest(desk.root, feed)
    desk.pass_days()
    desk.put("cook", COOK.replace("5 April", "19 April").replace("- Fluency in English.\n", ""))
    ingest(desk.root, desk.board)
    assert ("changed", "closing_date", "source") in desk.told()
    (first, second) = desk.only()["sources"]
    assert (first["source"], first["first_seen"], second["source"]) == ("board", START, "feed")


def test_the_same_file_given_twice_is_one_place(desk: Desk) -> None:
    file = desk.put("cook", COOK)
    ingest(desk.root, desk.board, file)
    assert len(desk.only()["sources"]) == 1


def test_quarantine_replay(desk: Desk) -> None:
    desk.parser("1", refusing)
    file = desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    assert state(desk.root, "vacancies") == []
    (entry,) = state(desk.root, "rejects")
    assert (desk.root / entry["raw"]).is_file()
    desk.pass_days()
    assert len(replay(desk.root, [entry]).tally.rejects) == 1
    assert [row["status"] for row in state(desk.root, "rejects")] == ["open"]
    desk.parser("2")
    file.unlink()  # the stored bytes are what counts
    desk.pass_days()
    replay(desk.root, [entry])
    assert desk.told() == [("added", "", "source")]
    assert [row["status"] for row in state(desk.root, "rejects")] == ["cured"]
    assert (desk.only()["source_uri"], desk.only()["last_seen"]) == (str(file), None)
    desk.pass_days()
    ingest(desk.root, desk.board)
    assert desk.told() == [("disappeared", "", "source")]


def test_replay_of_what_took_the_place_of_a_notice(desk: Desk) -> None:
    desk.parser("1")
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days()
    desk.parser("1", refusing)
    desk.put("cook", COOK.replace("5 April", "19 April"))
    ingest(desk.root, desk.board)
    desk.pass_days()
    desk.parser("2")
    replay(desk.root, state(desk.root, "rejects"))
    assert ("changed", "closing_date", "source") in desk.told()
    ended = {row["last_seen"] for row in state(desk.root, "sightings")}
    assert ended == {None, START + timedelta(days=1)}
    assert len(desk.only()["sources"]) == 1


def test_replay_of_what_came_from_standard_input(desk: Desk) -> None:
    source = from_bytes(COOK.encode())
    desk.parser("1", refusing)
    with runs.started(desk.root, "ingest", ["-"]) as run:
        tally, _ = intake.take_in(desk.root, [source])
        runs.finish(run, runs.Found(), tally)
    desk.parser("2")
    desk.pass_days()
    replay(desk.root, state(desk.root, "rejects"))
    assert [row["status"] for row in state(desk.root, "rejects")] == ["cured"]
    assert desk.only()["source_uri"] == "-"


def test_quarantine_drop(desk: Desk) -> None:
    desk.put("logo", GARBAGE)
    desk.put("cook", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days()
    report = drop(desk.root, state(desk.root, "rejects"))
    assert (report.status, report.changes) == ("published", {})
    (entry,) = state(desk.root, "rejects")
    assert (entry["status"], entry["settled_at"]) == ("dropped", desk.at)
    assert (desk.root / entry["raw"]).is_file()
    desk.pass_days()
    assert len(ingest(desk.root, desk.board).tally.rejects) == 1
    assert state(desk.root, "rejects") == [entry]  # nobody wants to hear of it again
    desk.pass_days()
    desk.put("logo", CLERK)
    ingest(desk.root, desk.board)
    assert [row["status"] for row in state(desk.root, "rejects")] == ["dropped"]
    desk.pass_days()
    desk.put("logo", GARBAGE)
    ingest(desk.root, desk.board)
    assert [row["status"] for row in state(desk.root, "rejects")] == ["dropped"]


def test_what_was_cured_and_breaks_again_is_open_again(desk: Desk) -> None:
    desk.put("logo", GARBAGE)
    ingest(desk.root, desk.board)
    desk.put("logo", COOK)
    ingest(desk.root, desk.board)
    desk.pass_days()
    desk.put("logo", GARBAGE)
    ingest(desk.root, desk.board)
    (entry,) = state(desk.root, "rejects")
    assert (entry["status"], entry["rejected_at"], entry["settled_at"]) == ("open", desk.at, None)


@pytest.mark.parametrize(
    ("values", "hours", "expected"),
    [
        ({}, 0, "open"),
        ({"closing_date": START.date()}, 0, "open"),
        ({"closing_date": START.date()}, 33, "open"),  # it is still that day in Baker Island
        ({"closing_date": START.date()}, 34, "closed"),
        ({"closing_date": START.date(), "closing_at": START + timedelta(hours=9)}, 8, "open"),
        ({"closing_date": START.date(), "closing_at": START + timedelta(hours=9)}, 9, "closed"),
        ({"closing_date": START.date(), "last_seen": START}, 0, "gone"),
    ],
)
def test_standing(values: dict[str, Any], hours: int, expected: str) -> None:
    row = {"closing_date": None, "closing_at": None, "last_seen": None, **values}
    assert standing(row, START + timedelta(hours=hours)) == expected
