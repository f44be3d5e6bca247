"""A dataset of schema 1.0.0, stored as it was written then, is brought to the present one by the first run."""

from __future__ import annotations

import json
import os
import tarfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from pipeline.dataset import export, migration, raw, rehearsal, runs, snapshot, tables
from pipeline.dataset.publication import choose
from schemas.vacancy import SCHEMA_VERSION
from tests.corpora import ROOT
from tests.night import ingest, reparse, rows, set_clock

STORED = ROOT / "fixtures" / "datasets" / "schema-1.0.0.tar.gz"
NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
IDS = {
    "8170649a-a23f-5a6d-9ed9-75d07c0e12f8": "Analytical Chemist",
    "df8ba5ff-b32f-50c5-8dbd-33223bfa5a59": "Community Liaison Assistant",
    "2212888f-acda-5b00-b29b-8abda2e2a71b": "Field Associate",
    "fa3b32da-82c5-5f1f-98a0-30d1d2febc18": "Assistant Shelter Officer",
    "a882eac9-f1bf-5622-9215-d9c7a67b7e34": "Driver",
}


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stored dataset, beside the folder that it was made from."""
    with tarfile.open(STORED) as archive:
        archive.extractall(tmp_path, filter="data")
    set_clock(monkeypatch, NOW)
    choose(tmp_path / "data", personal=True)  # so that all old values can be found again
    return tmp_path / "data"


def written(root: Path, name: str) -> pa.Table:
    """A table of the stored dataset."""
    return DeltaTable(str(root / "tables" / name)).to_pyarrow_table()


def kept(before: pa.Table, after: pa.Table) -> bool:
    """Whether all rows are there with all their old values; columns may have been added."""
    found = after.select([name for name in before.column_names if name in after.column_names])
    assert set(before.column_names) - set(after.column_names) <= {"positions", "total_positions"}
    told = [
        sorted(json.dumps(row, default=str, sort_keys=True) for row in each.to_pylist()) for each in (before, found)
    ]
    return told[0] == told[1]


def begin(root: Path) -> None:
    """A run that does nothing but make good what it finds."""
    with runs.started(root, "ingest", []):
        pass


def test_everything_is_kept(old: Path) -> None:
    before = {name: written(old, name) for name in ("vacancies", "findings", "notices", "rejects", "runs")}
    assert before["vacancies"].num_rows == 6
    begin(old)
    assert snapshot.manifest(old)["schema_version"] == SCHEMA_VERSION
    assert kept(before["vacancies"], snapshot.read(old, "records"))
    assert kept(before["findings"], snapshot.read(old, "findings"))
    assert kept(before["notices"], snapshot.read(old, "notices"))
    rejects = snapshot.read(old, "rejects").to_pylist()
    assert {(Path(row["source_uri"]).name, row["code"], row["status"]) for row in rejects} == {
        ("logo.png", "binary", "open"),
        ("empty.txt", "empty", "open"),
    }
    told = sorted(snapshot.read(old, "runs").to_pylist(), key=lambda row: row["run"])
    assert [(row["run"], row["command"], row["status"]) for row in told] == [
        (1, "ingest", "published"),
        (2, "ingest", "published"),
        (3, "migrate", "published"),
    ]
    assert [row["run_id"] for row in told[:2]] == [
        row["run_id"] for row in before["runs"].sort_by("started_at").to_pylist()
    ]
    assert not list(old.glob("tables-*"))


def test_history_begins(old: Path) -> None:
    notices = {row["notice_id"]: row for row in written(old, "notices").to_pylist()}
    begin(old)
    found = {row["vacancy_id"]: row for row in snapshot.read(old, "vacancies").to_pylist()}
    assert {vacancy_id: row["title"] for vacancy_id, row in found.items()} == IDS
    inbox = old.parent / "inbox"
    for row in found.values():
        assert (row["revision"], row["last_seen"], row["conflicts"]) == (1, None, [])
        assert all(item["notice_id"] in notices for item in row["evidence"])
        assert row["evidence"]
        for source in row["sources"]:
            assert Path(source["source_uri"]).parent == inbox
            place = Path(source["source_uri"]).name
            ingested = [each["ingested_at"] for each in notices.values() if Path(each["source_uri"]).name == place]
            assert source["first_seen"] == row["first_seen"] == min(ingested)
    chemist = found["8170649a-a23f-5a6d-9ed9-75d07c0e12f8"]
    assert str(chemist["closing_date"]) == "2026-03-16"  # the later of two notices that lay in one place
    assert len(chemist["sources"]) == 1
    changes = snapshot.read(old, "changes").to_pylist()
    assert Counter(change["kind"] for change in changes) == {"added": 5, "closed": 5}
    assert {(change["run"], change["at"]) for change in changes} == {(3, NOW)}
    assert export.vacancies(old, as_of=NOW).num_rows == 5


def test_the_first_run_reads_again_and_keeps_the_bytes(old: Path) -> None:
    inbox = old.parent / "inbox"
    report = ingest(old, inbox)
    assert (report.run, report.status) == (4, "published")
    assert (report.tally.seen, report.tally.replaced, report.tally.added, report.tally.unchanged) == (6, 3, 0, 1)
    found = {row["vacancy_id"]: row for row in snapshot.read(old, "vacancies").to_pylist()}
    assert found.keys() == IDS.keys()
    assert all(row["last_seen"] is None for row in found.values())
    liaison = found["df8ba5ff-b32f-50c5-8dbd-33223bfa5a59"]
    assert [Path(source["source_uri"]).name for source in liaison["sources"]] == ["liaison.txt", "zz-liaison-copy.txt"]
    since = [change for change in snapshot.read(old, "changes").to_pylist() if change["run"] == 4]
    assert {change["kind"] for change in since} <= {"changed", "closed", "reopened"}
    assert {change["cause"] for change in since if change["vacancy_id"] != liaison["vacancy_id"]} <= {"parser", "clock"}
    for row in snapshot.read(old, "sightings").to_pylist():
        if row["last_seen"] is None:
            assert raw.read(old, row["notice_id"]) == Path(row["source_uri"]).read_bytes()
    states = {row["code"]: row["status"] for row in snapshot.read(old, "rejects").to_pylist()}
    assert states == {"binary": "open", "empty": "open"}
    assert ingest(old, inbox).tally.unchanged == 4


def test_what_lies_nowhere_any_more_stays_as_it_was_read(old: Path) -> None:
    (old.parent / "inbox" / "liaison.txt").unlink()
    report = reparse(old)
    assert {reject.code for reject in report.tally.rejects} == {"no_bytes"}
    found = {row["vacancy_id"]: row for row in snapshot.read(old, "vacancies").to_pylist()}
    assert found.keys() == IDS.keys()
    gone = found["df8ba5ff-b32f-50c5-8dbd-33223bfa5a59"]
    assert gone["last_seen"] == gone["first_seen"]  # its place, a path from an unknown folder, cannot be looked at
    assert gone["title"] == "Community Liaison Assistant"


class Cut(Exception):
    """The process ends here."""


@pytest.mark.parametrize("point", ["records", "sightings", "vacancies", "publish", "finished"])
def test_a_migration_that_is_cut_short_is_repeated(old: Path, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    before = written(old, "vacancies")

    def cut_at(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(root: Path, table: object, *others: Any, **options: Any) -> Any:
            done = act(root, table, *others, **options)
            if table == name:
                raise Cut
            return done

        return acting

    with monkeypatch.context() as patch:
        if point == "publish":
            patch.setattr(snapshot, "point", lambda *_: (_ for _ in ()).throw(Cut))
        elif point == "finished":
            patch.setattr(migration, "finished", lambda _: (_ for _ in ()).throw(Cut))
        else:
            for act in ("append", "upsert"):
                patch.setattr(tables, act, cut_at(point, getattr(tables, act)))
        with pytest.raises(Cut):
            begin(old)
    version = json.loads((old / "latest" / "manifest.json").read_text())["schema_version"]
    assert version == (SCHEMA_VERSION if point == "finished" else "1.0.0")
    begin(old)
    assert kept(before, snapshot.read(old, "records"))
    assert sorted(snapshot.read(old, "vacancies")["vacancy_id"].to_pylist()) == sorted(IDS)
    assert sorted(row["run"] for row in rows(old, "runs")) == [1, 2, 3]
    assert Counter(change["kind"] for change in rows(old, "changes")) == {"added": 5, "closed": 5}
    assert len(rows(old, "sightings")) == 4
    assert not list(old.glob("tables-*"))
    assert snapshot.is_whole(old)


def test_a_dataset_whose_snapshots_were_lost_is_migrated(old: Path) -> None:
    (old / "latest").unlink()
    (old / "snapshots").rename(old.parent / "elsewhere")
    begin(old)
    assert sorted(snapshot.read(old, "vacancies")["vacancy_id"].to_pylist()) == sorted(IDS)


def test_a_rehearsal_migrates_a_copy(old: Path) -> None:
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file() and path.name != ".lock"}
    with rehearsal.copy(old) as root:
        report = ingest(root, old.parent / "inbox")
        assert (report.status, report.total) == ("published", 5)
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file() and path.name != ".lock"} == before


def test_readers_are_told_to_wait_for_the_migration(old: Path) -> None:
    with pytest.raises(snapshot.NotPublishedError, match=r"written by schema 1\.0\.0.*the next ingest") as told:
        snapshot.read(old, "vacancies")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("version", ["2.0.1", "2.1.0", "10.0.0"])
def test_a_newer_dataset_is_refused(old: Path, version: str) -> None:
    begin(old)
    file = old / "latest" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "schema_version": version}))
    before = {path: os.stat(path).st_mtime_ns for path in old.rglob("*") if path.is_file() and path.name != ".lock"}
    with pytest.raises(migration.NewerDatasetError, match=f"schema {version}.*use a newer version") as told:
        begin(old)
    assert "\n" not in str(told.value)
    with pytest.raises(snapshot.NotPublishedError, match=f"schema {version}.*newer version"):
        snapshot.read(old, "vacancies")
    assert before == {
        path: os.stat(path).st_mtime_ns for path in old.rglob("*") if path.is_file() and path.name != ".lock"
    }
