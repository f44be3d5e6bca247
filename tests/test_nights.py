"""Thirty nights over two folders, a board and an aggregator's feed, end with exactly the history that happened."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pipeline.batch import parse_or_reject
from pipeline.dataset import export, intake, quarantine, rows, runs, snapshot, status
from pipeline.dataset.report import Report
from pipeline.parse import ParsedNotice
from pipeline.source import Reject, Source
from schemas.table import TABLES
from tests.night import drop, ingest, notice, reparse, set_clock

FIRST = datetime(2031, 3, 1, 2, tzinfo=UTC)
NIGHTS = 30
READ_FEED = (5, 8, 14, 16, 17, 21, 22, 30)  # the aggregator's feed is read less often
PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)
BUYING = "Draws up tenders, compares the offers that come in and keeps the file of every contract in good order."
REPORTS = "Compares the figures of all field offices, finds what does not add up and writes the quarterly report."

BOARD: dict[str, str] = {
    "buyer": notice(
        "MDA/2031/014",
        "Procurement Associate",
        pay="EUR 1,450 per month net",
        closes="2 April 2031",
        apply="buying@undp.example.org",
        duties=BUYING,
        needs="Six years of experience in buying for public bodies.",
    ),
    "driver": notice(
        "MDA/2031/015", "Driver", grade="G-2", closes="10 March 2031", duties="Drives and cleans the car."
    ),
    "officer": notice("UKR/2031/021", "Shelter Officer", grade="P-3", station="Lviv, Ukraine", closes="8 March 2031"),
    "clerk": notice("GEO/2031/031", "Registry Clerk", grade="G-4", station="Tbilisi, Georgia"),
    "second clerk": notice("GEO/2031/032", "Registry Clerk", grade="G-4", station="Tbilisi, Georgia"),
    "liaison": notice(
        "MKD/2031/041",
        "Attaché à la présidence",
        organization="OSCE",
        grade="S-2",
        station="Skopje, North Macedonia",
        duties="Prépare les réunions de la présidence « à l’heure » et rédige les procès-verbaux après coup.",
    ),
    "analyst": notice(
        "KEN/2031/051",
        "Budget Analyst",
        organization="UNEP",
        grade="P-2",
        station="Nairobi, Kenya",
        closes="25 April 2031",
        pay="USD 48,000 per year net",
        duties=REPORTS,
        needs="Two years of experience in public finance.",
    ),
    "nurse": notice("SSD/2031/061", "Nurse", organization="WHO", grade="G-7", station="Juba, South Sudan"),
    "cook": notice(
        "LBN/2031/071", "Cook", organization="UNRWA", grade="G-3", station="Beirut, Lebanon", closes="5 March 2031"
    ),
    "translator": notice("AUT/2031/081", "Translator", organization="IAEA", grade="P-3", station="Vienna, Austria"),
    "interpreter": notice(
        "CHE/2031/082", "Interpreter", organization="ILO", grade="P-4", station="Geneva, Switzerland"
    ),
}
SURVEYOR = notice(
    "NPL/2031/091",
    "Land Surveyor",
    organization="UN-Habitat",
    grade="P-2",
    station="Kathmandu, Nepal",
    closes="28 April 2031",
    duties="Measures the plots of resettled families and enters the boundaries in the cadastre of the district.",
    needs="Two years of experience in land measurement.",
)
REWRITTEN = """Exciting opportunity: UN-Habitat is looking for a Land Surveyor (P-2)!

Duty station: Kathmandu, Nepal. Application deadline: 28 April 2031.

The surveyor measures the plots of resettled families and enters the boundaries in the cadastre of the district.

Qualifications

- University degree in a relevant field;
- Two years of experience in land measurement.
- Fluency in English.
"""
TYPIST = notice(
    "CYP/2031/101",
    "Typist",
    organization="UNFICYP",
    grade="G-3",
    station="Nicosia, Cyprus",
    apply="vacancies@unficyp.example.org",
)
PERHAPS_THE_ANALYST = """UNEP

Title: Budget Analyst
Duty station: Nairobi, Kenya
Deadline for applications: 15 May 2031

Tasks and responsibilities

Somebody who likes columns that add up, and who says so in time when they do not.
"""
COOK_AGAIN = notice(
    "LBN/2031/072",
    "Cook",
    organization="UNRWA",
    grade="G-3",
    station="Beirut, Lebanon",
    issued="11 March 2031",
    closes="22 April 2031",
)
GUARD = notice("HTI/2031/111", "Security Guard", organization="UNICEF", grade="G-2", station="Port-au-Prince, Haiti")
FIELD_POSTS = """UNHCR Ukraine: local vacancies

Issue date: 20 March 2031. Applications close on 18 April 2031 and go to ukr@unhcr.example.org with the post number.

VN/31/061  Field Associate, G6, Dnipro
Requires: secondary education, six years of relevant experience. Ukrainian and English required.

VN/31/062  Assistant Shelter Officer, NOA, Kharkiv
Requires: bachelor's degree in civil engineering, two years of relevant experience. Ukrainian and English required.
"""
WAREHOUSE = """
VN/31/063  Warehouse Keeper, G3, Odesa
Requires: completed secondary education, three years in a store. Ukrainian required.
"""


@dataclass
class World:
    """The folders, the dataset and what was saved of it night by night."""

    root: Path
    board: Path
    feed: Path
    night: int = 0
    reports: dict[tuple[int, str], Report] = field(default_factory=dict)
    saved: dict[int, pa.Table] = field(default_factory=dict)
    states: dict[int, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    drops: Report | None = None

    def put(self, folder: Path, name: str, content: str | bytes) -> None:
        file = folder / f"{name}.txt"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        at = (FIRST + timedelta(days=self.night - 1, hours=-3)).timestamp()
        os.utime(file, (at, at))

    def edit(self, folder: Path, name: str, old: str, new: str) -> None:
        text = (folder / f"{name}.txt").read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.put(folder, name, text.replace(old, new))

    def files(self) -> dict[str, tuple[int, int, int]]:
        """Inode, time and length of every file of the dataset."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            if path.is_file():
                now = path.stat()
                found[str(path.relative_to(self.root))] = (now.st_ino, now.st_mtime_ns, now.st_size)
        return found


def events(world: World) -> None:
    """What happens before each night."""
    board, feed, put, edit = world.board, world.feed, world.put, world.edit
    match world.night:
        case 1:
            for name, text in BOARD.items():
                put(board, name, text)
            put(board, "scan", PNG)
            put(board, "typist", b"")
        case 3:
            put(board, "surveyor", SURVEYOR)
            put(board, "typist", TYPIST)  # the empty file is filled
        case 4:
            edit(board, "buyer", "2 April 2031", "16 April 2031")
            edit(board, "analyst", "USD 48,000", "USD 52,000")
        case 5:
            shutil.copy(board / "buyer.txt", feed / "a-1.txt")
            put(feed, "a-2", BOARD["liaison"].encode().decode("cp1252", "replace").encode())
            put(feed, "a-3", REWRITTEN)
            put(feed, "a-4", (board / "analyst.txt").read_text().split("KEN/2031/051\n")[1].split("writes the")[0])
            put(feed, "a-5", PERHAPS_THE_ANALYST)
        case 8:  # the mount fails
            board.rename(board.with_name("board.away"))
            board.mkdir()
        case 9:
            board.rmdir()
            board.with_name("board.away").rename(board)
        case 11:
            (board / "nurse.txt").unlink()
        case 12:
            edit(board, "officer", "8 March 2031", "25 March 2031")
        case 13:
            (board / "cook.txt").unlink()
            put(board, "cook-2", COOK_AGAIN)
        case 14:
            put(board, "nurse", BOARD["nurse"])
        case 15:
            (board / "typist.txt").unlink()
        case 17:
            put(board, "scan", GUARD)
            put(board, "translator", PNG)
        case 18:
            put(board, "translator", BOARD["translator"])
        case 19:
            (board / "surveyor.txt").unlink()
        case 20:
            (feed / "a-3.txt").unlink()
        case 21:
            edit(feed, "a-1", "EUR 1,450", "EUR 1,540")
        case 23:
            edit(board, "clerk", "Registry Clerk", "Senior Registry Clerk")
            edit(board, "clerk", "Six years of experience in office work.", "Eight years of experience in office work.")
        case 24:
            (board / "interpreter.txt").rename(board / "interpreter-ilo.txt")
        case 25:
            put(board, "field", FIELD_POSTS + WAREHOUSE)
            put(board, "notes", b"\x00\x01\x02" * 200)
        case 26:
            put(board, "field", FIELD_POSTS)
        case 28:
            edit(board, "officer", "25 March 2031", "24 April 2031")


def at_night(night: int, **later: int) -> datetime:
    return FIRST + timedelta(days=night - 1, **later)


def an_earlier_parser(source: Source) -> ParsedNotice | Reject:
    """The parser before it learned to read addresses for applications."""
    outcome = parse_or_reject(source)
    if isinstance(outcome, Reject):
        return outcome
    blind = [
        record.model_copy(
            update={
                "apply_email": None,
                "states": {**record.states, "apply_email": "absent"},
                "evidence": [each for each in record.evidence if each.field != "apply_email"],
            }
        )
        for record in outcome.records
    ]
    return ParsedNotice(
        outcome.notice_id,
        outcome.source,
        outcome.source_text,
        outcome.text,
        outcome.language,
        outcome.edits,
        tuple(blind),
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The dataset after thirty nights."""
    folder = tmp_path_factory.mktemp("nights")
    found = World(folder / "data", folder / "board", folder / "feed")
    found.board.mkdir()
    found.feed.mkdir()
    monkeypatch = pytest.MonkeyPatch()
    try:
        for module in (runs, rows, intake):
            monkeypatch.setattr(module, "PARSER_VERSION", "earlier")
        monkeypatch.setattr(intake, "parse_or_reject", an_earlier_parser)
        for night in range(1, NIGHTS + 1):
            found.night = night
            events(found)
            if night == 16:  # a new parser, and the originals are out of reach
                monkeypatch.undo()
                set_clock(monkeypatch, at_night(night, hours=-1))
                for each in (found.board, found.feed):
                    each.rename(each.with_suffix(".away"))
                found.reports[night, "reparse"] = reparse(found.root)
                for each in (found.board, found.feed):
                    each.with_suffix(".away").rename(each)
            before = found.files()
            set_clock(monkeypatch, at_night(night))
            found.reports[night, "board"] = ingest(found.root, found.board, copied=False)
            set_clock(monkeypatch, at_night(night, minutes=10))
            if night in READ_FEED:
                found.reports[night, "feed"] = ingest(found.root, found.feed, copied=True)
            found.states[night] = before, found.files()
            found.saved[night] = snapshot.read(found.root, "vacancies")
            if night == 29:
                set_clock(monkeypatch, at_night(night, hours=5))
                entries = snapshot.read(found.root, "rejects").to_pylist()
                found.drops = drop(found.root, quarantine.chosen(entries, [str(found.board / "notes.txt")]))
    finally:
        monkeypatch.undo()
    return found


def name_of(row: dict[str, Any]) -> str:
    """What a vacancy is called in this test."""
    names = {
        "MDA/2031/014": "buyer",
        "MDA/2031/015": "driver",
        "UKR/2031/021": "officer",
        "GEO/2031/031": "clerk",
        "GEO/2031/032": "second clerk",
        "MKD/2031/041": "liaison",
        "KEN/2031/051": "analyst",
        "SSD/2031/061": "nurse",
        "LBN/2031/071": "cook",
        "LBN/2031/072": "cook again",
        "AUT/2031/081": "translator",
        "CHE/2031/082": "interpreter",
        "NPL/2031/091": "surveyor",
        "CYP/2031/101": "typist",
        "HTI/2031/111": "guard",
        "VN/31/061": "field associate",
        "VN/31/062": "field officer",
        "VN/31/063": "keeper",
        None: "perhaps the analyst",
    }
    return names[row["requisition_id"]]


EXPECTED = """
1 added buyer / 1 added driver / 1 added officer / 1 added clerk / 1 added second clerk / 1 added liaison
1 added analyst / 1 added nurse / 1 added cook / 1 added translator / 1 added interpreter
3 added surveyor / 3 added typist
4 changed closing_date buyer / 4 changed salary analyst
5 changed sources buyer / 5 changed sources liaison / 5 changed sources analyst / 5 changed sources surveyor
5 added perhaps the analyst
7 closed by clock cook
10 closed by clock officer
11 disappeared nurse
12 closed by clock driver / 12 changed closing_date officer / 12 reopened officer
13 disappeared cook / 13 added cook again
14 reappeared nurse
15 disappeared typist
16 changed by parser apply_email buyer / 16 changed by parser apply_email typist
17 added guard
21 disappeared surveyor
23 changed title clerk / 23 changed experience_years clerk
23 changed experience_routes clerk / 23 changed qualifications clerk
24 changed sources interpreter
25 added field associate / 25 added field officer / 25 added keeper
26 disappeared keeper
27 closed by clock officer
28 changed closing_date officer / 28 reopened officer
"""


def test_the_history_is_what_happened(world: World) -> None:
    names = {row["vacancy_id"]: name_of(row) for row in world.saved[NIGHTS].to_pylist()}
    told = []
    for change in snapshot.read(world.root, "changes").to_pylist():
        night = (change["at"] - FIRST + timedelta(hours=2)).days + 1
        cause = f"by {change['cause']}" if change["cause"] != "source" else None
        words = (str(night), change["kind"], cause, change["field"], names[change["vacancy_id"]])
        told.append(" ".join(word for word in words if word))
    expected = [line.strip() for line in EXPECTED.replace("\n", "/").split("/") if line.strip()]
    assert sorted(told) == sorted(expected)


def test_changes_say_what_was_and_what_is(world: World) -> None:
    names = {row["vacancy_id"]: name_of(row) for row in world.saved[NIGHTS].to_pylist()}
    told = {}
    for change in snapshot.read(world.root, "changes").to_pylist():
        if change["kind"] != "changed":
            assert change["field"] is change["old"] is change["new"] is None
            continue
        values = tuple(None if text is None else json.loads(text) for text in (change["old"], change["new"]))
        told[names[change["vacancy_id"]], change["field"], (change["at"] - FIRST).days] = values
    assert told["buyer", "closing_date", 3] == ("2031-04-02", "2031-04-16")
    assert told["officer", "closing_date", 27] == ("2031-03-25", "2031-04-24")
    assert [value["min"] for value in told["analyst", "salary", 3]] == [48000, 52000]
    assert told["typist", "apply_email", 14] == (None, "vacancies@unficyp.example.org")
    assert told["clerk", "title", 22] == ("Registry Clerk", "Senior Registry Clerk")
    was, now = told["clerk", "qualifications", 22]
    assert [item["text"] for item in was if item not in now] == ["Six years of experience in office work"]
    assert [item["text"] for item in now if item not in was] == ["Eight years of experience in office work"]
    assert told["liaison", "sources", 4] == (
        [str(world.board / "liaison.txt")],
        [str(world.board / "liaison.txt"), str(world.feed / "a-2.txt")],
    )


def test_the_dataset_as_of_every_night_is_what_was_published_then(world: World) -> None:
    assert export.vacancies(world.root, as_of=at_night(1, hours=-1)).num_rows == 0
    for night, saved in world.saved.items():
        found = export.vacancies(world.root, as_of=at_night(night, hours=1))
        assert found.column_names == saved.column_names
        key = [("vacancy_id", "ascending")]
        assert found.sort_by(key).to_pylist() == saved.sort_by(key).to_pylist(), night
    assert export.vacancies(world.root).equals(world.saved[NIGHTS])
    then = export.vacancies(world.root, as_of=at_night(16, hours=-2)).to_pylist()
    assert {row["apply_email"] for row in then} == {None}


def test_first_seen_last_seen_and_revision(world: World) -> None:
    found = {
        name_of(row): (row["first_seen"], row["last_seen"], row["revision"]) for row in world.saved[NIGHTS].to_pylist()
    }
    expected: dict[str, tuple[datetime, datetime | None, int]] = dict.fromkeys(BOARD, (FIRST, None, 1))
    expected |= {
        "buyer": (FIRST, None, 3),
        "officer": (FIRST, None, 3),
        "analyst": (FIRST, None, 2),
        "clerk": (FIRST, None, 2),
        "cook": (FIRST, at_night(12), 1),
        "cook again": (at_night(13), None, 1),
        "typist": (at_night(3), at_night(14), 2),
        "surveyor": (at_night(3), at_night(18), 1),  # on the board until then; in the feed it was last seen before
        "guard": (at_night(17), None, 1),
        "field associate": (at_night(25), None, 1),
        "field officer": (at_night(25), None, 1),
        "keeper": (at_night(25), at_night(25), 1),
        "perhaps the analyst": (at_night(5, minutes=10), None, 1),
    }
    assert found == expected


def test_sources_conflicts_and_what_is_advertised_again(world: World) -> None:
    rows_ = {name_of(row): row for row in world.saved[NIGHTS].to_pylist()}

    def sources(name: str) -> list[tuple[str, str, datetime | None]]:
        return [(each["source"], Path(each["source_uri"]).stem, each["last_seen"]) for each in rows_[name]["sources"]]

    assert sources("buyer") == [("board", "buyer", None), ("feed", "a-1", None)]
    assert sources("liaison") == [("board", "liaison", None), ("feed", "a-2", None)]
    assert sources("analyst") == [("board", "analyst", None), ("feed", "a-4", None)]
    assert sources("surveyor") == [("board", "surveyor", at_night(18)), ("feed", "a-3", at_night(17, minutes=10))]
    assert sources("interpreter") == [("board", "interpreter-ilo", None), ("board", "interpreter", at_night(23))]
    assert sources("nurse") == [("board", "nurse", None)]
    assert rows_["nurse"]["sources"][0]["first_seen"] == FIRST

    assert rows_["buyer"]["salary"]["min"] == 1450
    (conflict,) = rows_["buyer"]["conflicts"]
    assert (conflict["field"], Path(conflict["source_uri"]).stem) == ("salary", "a-1")
    assert json.loads(conflict["value"])["min"] == 1540
    assert [name for name, row in rows_.items() if row["conflicts"]] == ["buyer"]

    assert {name: row["readvertises"] for name, row in rows_.items() if row["readvertises"]} == {
        "cook again": rows_["cook"]["vacancy_id"]
    }
    (pair,) = snapshot.read(world.root, "pairs").to_pylist()
    ids = sorted(rows_[name]["vacancy_id"] for name in ("analyst", "perhaps the analyst"))
    assert [pair["vacancy_id"], pair["other_vacancy_id"]] == ids


def test_evidence_stands_in_the_notice_that_it_names(world: World) -> None:
    texts = {row["notice_id"]: row["source_text"] for row in snapshot.read(world.root, "notices").to_pylist()}
    for row in world.saved[NIGHTS].to_pylist():
        assert row["evidence"]
        for item in row["evidence"]:
            assert texts[item["notice_id"]][item["start"] : item["end"]] == item["quote"]
        assert {item["notice_id"] for item in row["evidence"]} <= {each["notice_id"] for each in row["sources"]}


def test_an_id_once_published_never_changes(world: World) -> None:
    names: dict[str, str] = {}
    for night in range(1, NIGHTS + 1):
        found = {row["vacancy_id"]: name_of(row) for row in world.saved[night].to_pylist()}
        assert names.items() <= found.items(), night
        assert len(found) == world.saved[night].num_rows
        names = found


def test_reports(world: World) -> None:
    assert [key for key, report in world.reports.items() if report.held_back] == [(8, "board")]
    assert [breach.check for breach in world.reports[8, "board"].breaches] == ["inputs_gone"]
    fifth = world.reports[5, "feed"]
    assert (dict(fifth.changes), fifth.total, fifth.present) == ({"changed": 4, "added": 1}, 14, 14)
    again = world.reports[16, "reparse"]
    assert again.tally.replaced == snapshot.read(world.root, "notices").num_rows - 6  # what was first read afterwards
    assert not again.tally.rejects
    assert world.reports[2, "board"].tally.unchanged == 11
    last = world.reports[NIGHTS, "board"]
    assert (last.total, last.present) == (19, 15)


def test_what_could_not_be_read_is_kept_until_it_is_settled(world: World) -> None:
    found = {
        (Path(row["source_uri"]).name, row["code"]): (row["status"], row["rejected_at"], row["settled_at"])
        for row in snapshot.read(world.root, "rejects").to_pylist()
    }
    assert world.drops is not None
    assert found == {
        ("scan.txt", "binary"): ("cured", FIRST, at_night(17)),
        ("typist.txt", "empty"): ("cured", FIRST, at_night(3)),
        ("translator.txt", "binary"): ("cured", at_night(17), at_night(18)),
        ("notes.txt", "binary"): ("dropped", at_night(25), at_night(29, hours=5)),
    }


NEW_EVERY_NIGHT = (".lock", "tables/runs/")


@pytest.mark.parametrize("night", [2, 6, 22, 29])
def test_a_night_of_nothing_new_rewrites_nothing(world: World, night: int) -> None:
    before, after = world.states[night]
    held = set(before.values())
    written = {path: size for path, (*same, size) in after.items() if (*same, size) not in held}
    for path in written:
        own = path.startswith("snapshots/") and ("/runs.parquet/" in path or path.endswith("/manifest.json"))
        assert own or path.startswith(NEW_EVERY_NIGHT), path
    assert sum(written.values()) < 200_000
    for path, state in before.items():
        if path.startswith(("raw/", "tables/")) and not path.startswith("tables/runs/"):
            assert after[path] == state, path


def test_raw_bytes_are_all_there_and_were_never_rewritten(world: World) -> None:
    for night in range(2, NIGHTS + 1):
        before, after = world.states[night]
        for path, state in before.items():
            assert not path.startswith("raw/") or after[path] == state
    ids = snapshot.read(world.root, "sightings")["notice_id"].to_pylist()
    assert {Path(path).stem for path in world.states[NIGHTS][1] if path.startswith("raw/")} >= set(ids)


def test_the_history_of_one_vacancy(world: World) -> None:
    (officer,) = [row["vacancy_id"] for row in world.saved[NIGHTS].to_pylist() if name_of(row) == "officer"]
    told = status.history(world.root, officer[:8])
    assert told["vacancy_id"] == officer
    assert [(change["kind"], change["field"]) for change in told["changes"]] == [
        ("added", None),
        ("closed", None),
        ("changed", "closing_date"),
        ("reopened", None),
        ("closed", None),
        ("changed", "closing_date"),
        ("reopened", None),
    ]
    for name, reason in (("0" * 8, "no vacancies"), (officer[:5], "at least 6")):
        with pytest.raises(LookupError, match=reason):
            status.history(world.root, name)


def test_status(world: World) -> None:
    told = status.status(world.root, runs=3, now=at_night(NIGHTS, hours=6, minutes=10))
    assert (told["vacancies"], told["present"], told["age_hours"], told["quarantine"]) == (19, 15, 6.0, {})
    assert [(run["command"], run["status"]) for run in told["runs"]] == [
        ("ingest", "published"),
        ("ingest", "published"),
        ("drop", "published"),
    ]
    assert [run["run"] for run in told["runs"]] == [told["published_run"] - back for back in range(3)]


def plainly(value: Any) -> Any:
    """A value as any reader gives it: maps are dicts, times are texts in UTC, numbers are floats."""
    if hasattr(value, "tolist"):  # an array of numpy
        value = value.tolist()
    if isinstance(value, dict):
        return {name: plainly(each) for name, each in value.items()} or None
    if isinstance(value, list):
        if value and all(isinstance(each, tuple) and len(each) == 2 for each in value):
            return {key: plainly(each) for key, each in value}
        if value and all(isinstance(each, dict) and each.keys() == {"key", "value"} for each in value):
            return {each["key"]: plainly(each["value"]) for each in value}
        return [plainly(each) for each in value] or None  # a map without entries is an empty list to some
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | bool | str):
        return str(value)
    return float(value)


@pytest.mark.parametrize("name", TABLES)
def test_three_readers_see_the_same(world: World, name: str) -> None:
    folder = world.root / "latest" / f"{name}.parquet"
    expected = snapshot.read(world.root, name).to_pylist()
    assert expected
    polars = pl.read_parquet(folder / "*.parquet").to_dicts()
    pandas = pd.read_parquet(folder).to_dict("records")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        duck = connection.sql(f"SELECT * FROM read_parquet('{folder}/*.parquet')").to_arrow_table().to_pylist()
    for found in (polars, pandas, duck):
        assert len(found) == len(expected)
        ordered = [sorted(json.dumps(plainly(row), sort_keys=True) for row in rows_) for rows_ in (found, expected)]
        assert ordered[0] == ordered[1]
