"""Durability: kills, full disks, two writers, damage and wrong clocks leave a dataset as before or as after.

The short form of the trial of docs/durability.md; ``make kill-loop`` is the long one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from pipeline.dataset import disk, intake, raw, rehearsal, runs, snapshot, tables
from pipeline.dataset.history import Found
from pipeline.dataset.observe import Seen
from pipeline.dataset.report import Tally
from pipeline.source import Reject, read
from schemas.table import TABLES
from tests.durability import disks, file_count, loop, processes, whole, work

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three generations, and the same after the fourth."""
    folder = tmp_path_factory.mktemp("base")
    work.work(folder / "dataset", folder / "log", "a", 3)
    root, log = processes.copied(folder / "dataset", folder / "log", folder / "next")
    work.work(root, log, "a", 1)
    return folder


@pytest.fixture
def dataset(base: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the dataset of three generations, and its log."""
    return processes.copied(base / "dataset", base / "log", tmp_path)


def goes_on(root: Path, log: Path, base: Path) -> None:
    """Assert that the next run makes good what was left: the dataset is then as if nothing had happened."""
    work.work(root, log, "a", 1)
    whole.check(root, log, "a", settled=True)
    assert whole.history(whole.latest(root)[1]) == whole.history(whole.latest(base / "next" / "dataset")[1])
    assert not list(root.rglob("*#*"))
    assert not (root / "run.json").exists()


# Kills


def test_killed_at_random_points(tmp_path: Path) -> None:
    deaths, generations = loop.kill_one_writer(tmp_path, 3, 11)
    assert deaths.killed == 3
    assert deaths.after_first_file >= 2
    assert generations


def test_killed_before_steps(tmp_path: Path) -> None:
    deaths, steps = loop.fail_at_steps(tmp_path, (70, 185), generations=2)
    assert deaths.killed == 2
    assert steps > 185


def test_two_writers_at_once(tmp_path: Path) -> None:
    deaths, generations = loop.two_writers(tmp_path, 2, 12)
    assert deaths.killed == 1
    assert min(generations.values()) >= 3


def test_a_run_that_died_is_on_record(base: Path, dataset: tuple[Path, Path]) -> None:
    root, log = dataset
    assert processes.ended(processes.start(work.work_until_step, root, log, "a", 100)) == -signal.SIGKILL
    goes_on(root, log, base)
    told = sorted(tables.read(root, "runs").to_pylist(maps_as_pydicts="strict"), key=lambda row: row["run"])
    assert [row["status"] for row in told] == ["published"] * 3 + ["interrupted", "published"]


# The lock


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    """Even where a child of the process that held it lives on."""
    held = (
        "import subprocess, sys, time\n"
        "from pathlib import Path\n"
        "from pipeline.dataset.disk import locked\n"
        "with locked(Path(sys.argv[1])):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "    print(child.pid, flush=True)\n"
        "    time.sleep(300)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", held, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    try:
        with pytest.raises(disk.BusyError, match=f"process {process.pid}, since 2"), disk.locked(tmp_path):
            pass
        process.kill()
        assert process.wait() == -signal.SIGKILL
        with disk.locked(tmp_path):
            os.kill(child, 0)  # it is still there
    finally:
        process.kill()
        os.kill(child, signal.SIGKILL)


def test_a_lock_that_is_removed_while_it_is_taken_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, tries = fcntl.flock, []

    def remove_first(*arguments: int) -> None:
        if not tries:
            (tmp_path / ".lock").unlink()
        tries.append(arguments)
        flock(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", remove_first)
        with disk.locked(tmp_path, wait=60), pytest.raises(disk.BusyError), disk.locked(tmp_path):
            pass
    assert len(tries) == 3


def test_a_busy_dataset_is_left_alone(dataset: tuple[Path, Path]) -> None:
    root, _ = dataset
    before = snapshot.manifest(root)
    with disk.locked(root), pytest.raises(disk.BusyError):
        work.night(root, "a", 4, wait=0)
    assert snapshot.manifest(root) == before


# Full disks


def test_full_from_some_step_on(tmp_path: Path) -> None:
    deaths, _ = loop.fail_at_steps(tmp_path, (70, 160), full=True, generations=2)
    assert deaths.killed == 2


def test_a_small_disk_that_fills_up(tmp_path: Path) -> None:
    failed, generations = disks.fill_again_and_again(tmp_path / "disk", 1, 13)
    if not generations:
        pytest.skip("no tmpfs can be mounted here")
    assert failed


def test_a_full_disk_is_said_in_plain_words(tmp_path: Path) -> None:
    with disks.small_disk(tmp_path / "disk", kilobytes=1024) as allowed:
        if not allowed:
            pytest.skip("no tmpfs can be mounted here")
        disks.fill(tmp_path / "disk", leave=8)
        rows = [{"run": number, "vacancy_id": os.urandom(8000).hex()} for number in range(10)]
        with pytest.raises(OSError, match=r"No space left on device: '.*tables/changes'"):
            tables.append(tmp_path / "disk", "changes", rows)


# Failures in the middle


def test_a_refused_commit_is_tried_again(
    base: Path, dataset: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, log = dataset
    write, tries = write_deltalake, iter(range(1000))

    def refuse(*arguments: Any, **options: Any) -> None:
        if next(tries) % 4:
            raise CommitFailedError("another was faster")
        write(*arguments, **options)

    next(tries)
    monkeypatch.setattr(tables, "write_deltalake", refuse)
    goes_on(root, log, base)


def test_a_run_that_fails_changes_nothing(
    base: Path, dataset: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, log = dataset
    before = {name: tables.files(root, name) for name in tables.STATE}
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "point", _fail)
        with pytest.raises(ZeroDivisionError):
            work.night(root, "a", 4)
    assert {name: tables.files(root, name) for name in tables.STATE} == before
    assert sorted(folder.name for folder in (root / "snapshots").iterdir()) == ["000002", "000003"]
    whole.check(root, log, "a", settled=True)
    told = max(tables.read(root, "runs").to_pylist(maps_as_pydicts="strict"), key=lambda row: row["run"])
    assert (told["status"], told["error"]) == ("failed", "ZeroDivisionError: at work")
    goes_on(root, log, base)


def test_a_run_that_fails_after_it_took_effect_stays_published(dataset: tuple[Path, Path]) -> None:
    root, _ = dataset

    def publish_and_fail() -> None:
        with runs.started(root, "ingest", []) as run:
            runs.finish(run, Found(), Tally())
            _fail()

    with pytest.raises(ZeroDivisionError):
        publish_and_fail()
    statuses = tables.read(root, "runs").sort_by("run")["status"].to_pylist()
    assert statuses == ["published"] * 4
    assert snapshot.manifest(root)["run"] == 4


def _fail(*_: object) -> None:
    raise ZeroDivisionError("at work")


# Damage


def _without_link(root: Path) -> None:
    (root / "latest").unlink()


def _without_snapshots(root: Path) -> None:
    shutil.rmtree(root / "snapshots")


def _without_the_last_snapshot(root: Path) -> None:
    shutil.rmtree((root / "latest").resolve())


def _without_a_file(root: Path) -> None:
    next((root / "latest" / "vacancies.parquet").iterdir()).unlink()


def _without_the_manifest(root: Path) -> None:
    (root / "latest" / "manifest.json").unlink()


def _with_a_copied_snapshot(root: Path) -> None:
    folder = (root / "latest").resolve()
    (root / "latest").unlink()
    shutil.copytree(folder, root / "latest")


def _with_broken_commits(root: Path) -> None:
    """As a machine that stopped might leave them: the commits of a run that was not published."""
    for name, content in (("vacancies", '{"add":{"pa'), ("links", ""), ("records", '{"add"'), ("findings", "")):
        (_log(root, name) / f"{tables.version(root, name) + 1:020d}.json").write_text(content)
    _commit_without_file(root, "notices")


def _commit_without_file(root: Path, name: str) -> None:
    action = {"path": "part-lost.parquet", "size": 1, "partitionValues": {}, "modificationTime": 0, "dataChange": True}
    file = _log(root, name) / f"{tables.version(root, name) + 1:020d}.json"
    file.write_text(json.dumps({"add": action}) + "\n")


def _with_a_broken_checkpoint(root: Path) -> None:
    """Of an unpublished version, with the hint that leads there."""
    number = tables.version(root, "changes")
    shutil.copy(_log(root, "changes") / f"{number:020d}.json", _log(root, "changes") / f"{number + 1:020d}.json")
    (_log(root, "changes") / f"{number + 1:020d}.checkpoint.parquet").write_bytes(b"PAR1")
    (_log(root, "changes") / "_last_checkpoint").write_text(json.dumps({"version": number + 1, "size": 3}))


def _with_unfinished_files(root: Path) -> None:
    for name in TABLES:
        _log(root, name).mkdir(parents=True, exist_ok=True)
        (tables.path(root, name) / "part-00000.parquet#1").write_bytes(b"PAR1")
        (_log(root, name) / "00000000000000000999.json#1").write_bytes(b"{")
    (root / "snapshots" / ".000004").mkdir()
    (root / "snapshots" / "000004").mkdir()


def _log(root: Path, name: str) -> Path:
    return tables.path(root, name) / "_delta_log"


@pytest.mark.parametrize(
    "damage",
    [
        _without_link,
        _without_snapshots,
        _without_the_last_snapshot,
        _without_a_file,
        _without_the_manifest,
        _with_a_copied_snapshot,
        _with_broken_commits,
        _with_a_broken_checkpoint,
        _with_unfinished_files,
    ],
)
def test_damage_is_made_good(base: Path, dataset: tuple[Path, Path], damage: Callable[[Path], None]) -> None:
    root, log = dataset
    damage(root)
    goes_on(root, log, base)


def test_a_death_and_the_loss_of_the_snapshots(base: Path, dataset: tuple[Path, Path]) -> None:
    root, log = dataset
    assert processes.ended(processes.start(work.work_until_step, root, log, "a", 100)) == -signal.SIGKILL
    shutil.rmtree(root / "snapshots")
    goes_on(root, log, base)


def test_damage_is_made_good_before_the_run_that_is_held_back(dataset: tuple[Path, Path]) -> None:
    root, log = dataset
    _without_a_file(root)
    with pytest.raises(ZeroDivisionError), runs.started(root, "ingest", []):
        _fail()
    whole.check(root, log, "a", settled=True)


def test_damaged_bytes_are_told_and_written_again(tmp_path: Path) -> None:
    notice_id = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    for damage in (b"", b"no zstd", None):
        raw.keep(tmp_path, [(notice_id, b"abc")])
        assert raw.read(tmp_path, notice_id) == b"abc"
        file = tmp_path / raw.path(notice_id)
        file.write_bytes(file.read_bytes()[:-3] if damage is None else damage)
        with pytest.raises(raw.MissingBytesError):
            raw.read(tmp_path, notice_id)
        assert raw.keep(tmp_path, [(notice_id, b"abc")])
    assert raw.read(tmp_path, notice_id) == b"abc"
    assert not raw.keep(tmp_path, [(notice_id, b"abc")])


def test_a_notice_whose_bytes_are_damaged_stays(dataset: tuple[Path, Path]) -> None:
    root, _ = dataset
    notice_id = whole.latest(root)[1]["notices"][0]["notice_id"]
    file = root / raw.path(notice_id)
    file.write_bytes(file.read_bytes()[:9])
    (outcome,) = intake.again(root, [notice_id])
    assert isinstance(outcome, Reject)
    assert outcome.code == "no_bytes"
    with runs.started(root, "reparse", []) as run:
        tally, _ = intake.take_in(root, [outcome])
        runs.finish(run, Found(), tally)
    assert notice_id in {row["notice_id"] for row in whole.latest(root)[1]["notices"]}
    whole.consistent(*whole.latest(root))


def test_damaged_inputs_cost_nobody_else(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    notice = "Vacancy notice\nTitle: Harbour Clerk\nDuty station: Skopje\nDeadline for applications: 3 March 2031\n"
    (inbox / "good.txt").write_text(notice)
    (inbox / "cut.txt").write_bytes((notice + "Ā").encode("utf-16")[:-1])
    (inbox / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <<")
    (inbox / "cut.docx").write_bytes(b"PK\x03\x04" + bytes(40))
    (inbox / "zeros.txt").write_bytes(bytes(4000))
    (inbox / "empty.txt").write_bytes(b"")
    with runs.started(tmp_path / "dataset", "ingest", [str(inbox)]) as run:
        tally, good = intake.take_in(run.root, list(read([inbox])))
        seen = [Seen(each.uri, each.name, each.sha256) for each in good]
        assert not runs.finish(run, Found(seen=seen), tally).held_back
    assert tally.seen == 6
    assert len(good) + len(tally.rejects) == 6
    manifest, found = whole.latest(run.root)
    whole.consistent(manifest, found)
    assert "Harbour Clerk" in {row["title"] for row in found["vacancies"]}
    assert {row["source_uri"] for row in found["rejects"]} == {reject.uri for reject in tally.rejects}


# The clock


class Clock(datetime):
    """A clock that is wrong."""

    wrong = timedelta(0)

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.now(tz) + cls.wrong


@pytest.mark.parametrize("wrong", [timedelta(days=-2), timedelta(days=-9000), timedelta(days=900)])
def test_a_wrong_clock_is_held_back(
    base: Path, dataset: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    root, log = dataset
    before = snapshot.manifest(root)
    with monkeypatch.context() as patch:
        patch.setattr(runs, "datetime", Clock)
        patch.setattr(Clock, "wrong", wrong)
        report = work.night(root, "a", 4)
    assert report.held_back
    assert any(breach.check.startswith("clock") for breach in report.breaches)
    assert snapshot.manifest(root) == before
    whole.check(root, log, "a", settled=True)
    goes_on(root, log, base)


def test_old_commits_stay_while_a_run_may_have_to_go_back(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a long pause all commits are old enough to be removed; a run that dies must still find its way back."""
    root, log = tmp_path / "dataset", tmp_path / "log"
    monkeypatch.setitem(tables._CONFIGURATION, "delta.checkpointInterval", "4")
    work.work(root, log, "a", 3)
    _age(root, timedelta(days=60))
    published = tables.version(root, "changes")
    assert published == 2
    for _ in range(4):  # the first makes a checkpoint, at which Delta by itself removes all commits before it
        tables.append(root, "changes", [{"run": 4, "vacancy_id": "0"}])
    assert DeltaTable(str(tables.path(root, "changes")), version=published)
    goes_on(root, log, base)


def _age(root: Path, by: timedelta) -> None:
    then = time.time() - by.total_seconds()
    for file in (root / "tables").rglob("*"):
        if file.is_file():
            os.utime(file, (then, then))


# Files


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old versions may go at once, and there are many files and commits sooner."""
    monkeypatch.setattr(tables, "_CONFIGURATION", dict(tables._CONFIGURATION))
    monkeypatch.setattr(tables, "_RETENTION", tables._RETENTION)
    monkeypatch.setattr(tables, "_MANY_FILES", 3)
    monkeypatch.setattr(tables, "_MANY_COMMITS", 6)
    file_count.keep_nothing()


@pytest.mark.usefixtures("forgetful")
def test_the_number_of_files_stays_flat(tmp_path: Path) -> None:
    root = tmp_path / "dataset"
    found = file_count.over(root, 14)
    for name in ("table files", "commits and checkpoints", "snapshot files"):
        assert max(each[name] for each in found[7:]) <= 1.4 * max(each[name] for each in found[:7]), name
    assert found[-1]["raw files"] == tables.read(root, "notices").num_rows + tables.read(root, "rejects").num_rows
    whole.consistent(*whole.latest(root))


def test_old_files_and_those_of_dead_writers_go_after_a_week(dataset: tuple[Path, Path]) -> None:
    root, log = dataset
    old = set(tables.path(root, "sightings").glob("*.parquet"))
    orphan = tables.path(root, "sightings") / "part-00000-orphan.parquet"
    orphan.write_bytes(b"PAR1")
    work.work(root, log, "a", 1)
    assert orphan.exists()
    _age(root, timedelta(days=8))
    work.work(root, log, "a", 1)
    assert not orphan.exists()
    assert old & set(tables.path(root, "sightings").glob("*.parquet"))  # versions of this week


# Dry runs


def test_dry_runs_leave_each_other_alone(dataset: tuple[Path, Path]) -> None:
    root, log = dataset
    left = root / ".dry-run-left"
    shutil.copytree(root / "tables", left / "dataset" / "tables")
    with rehearsal.copy(root) as one:
        assert not left.exists()
        with rehearsal.copy(root) as two:
            work.night(two, "a", 4)
        assert not work.night(one, "a", 4).held_back
    assert not list(root.glob(".dry-run-*"))
    whole.check(root, log, "a", settled=True)


def test_a_dry_run_removes_nothing_that_others_have_made(tmp_path: Path) -> None:
    root, log = tmp_path / "dataset", tmp_path / "log"
    with rehearsal.copy(root) as aside:
        work.night(aside, "a", 1)
        work.work(root, log, "a", 1)
    whole.check(root, log, "a", settled=True)
    with rehearsal.copy(tmp_path / "none") as aside:
        work.night(aside, "a", 1)
    assert not (tmp_path / "none").exists()


def test_what_is_being_read_stays_while_a_run_publishes(
    dataset: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, log = dataset
    before = snapshot.read(root, "vacancies")
    open_files = snapshot.ds.dataset

    def publish_and_open(*arguments: Any, **options: Any) -> Any:
        monkeypatch.undo()
        work.work(root, log, "a", 1)
        return open_files(*arguments, **options)

    monkeypatch.setattr(snapshot.ds, "dataset", publish_and_open)
    assert snapshot.read(root, "vacancies").equals(before)
    assert not snapshot.read(root, "vacancies").equals(before)


def test_a_column_may_be_described_anew(
    base: Path, dataset: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, log = dataset
    columns = tables.columns

    def described(name: str) -> pa.Schema:
        return pa.schema([field.with_metadata({"description": "In other words."}) for field in columns(name)])

    monkeypatch.setattr(tables, "columns", described)
    goes_on(root, log, base)


def test_tables_are_delta_tables_that_others_can_read(dataset: tuple[Path, Path]) -> None:
    root, _ = dataset
    for name in TABLES:
        if tables.version(root, name) >= 0:
            there = DeltaTable(str(tables.path(root, name)))
            assert there.to_pyarrow_table().num_rows == tables.read(root, name).num_rows
