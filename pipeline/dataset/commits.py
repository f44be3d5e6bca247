"""The log of a Delta table: which versions there are, what each adds, and which files are present in the newest."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from pipeline.dataset.disk import sync

LOG = "_delta_log"
_REMEMBERED = 64  # tables

Row = dict[str, Any]
_Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of a table, -1 where there is no table yet, and its files, the oldest first."""

    version: int = -1
    files: tuple[str, ...] = ()


_NONE = Newest()
_newest: dict[Path, tuple[_Stamp, Newest]] = {}


def newest(folder: Path) -> Newest:
    """The newest version of the table in this folder.

    To open a table takes milliseconds, and more with every file; a run asks hundreds of times.  What was found is
    remembered as long as the log lists the same files and the last commit is the same file, never written to since.
    """
    stamp = _stamp(folder / LOG)
    if stamp is None:
        return _NONE
    known = _newest.pop(folder, None)
    found = known[1] if known is not None and known[0] == stamp else _read(folder)
    _newest[folder] = stamp, found
    while len(_newest) > _REMEMBERED:
        _newest.pop(next(iter(_newest)), None)
    return found


def _stamp(log: Path) -> _Stamp | None:
    try:
        names = sorted(os.listdir(log))
        last = max((name for name in names if name.endswith(".json") and name[:20].isdigit()), default=None)
        status = None if last is None else os.stat(log / last)
    except FileNotFoundError:
        return None
    if status is None:
        return tuple(names)
    return *names, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read(folder: Path) -> Newest:
    if not DeltaTable.is_deltatable(str(folder)):
        return _NONE
    table = DeltaTable(str(folder))
    added = pa.table(table.get_add_actions(flatten=True)).select(["path", "modification_time"])
    ordered = added.sort_by([("modification_time", "ascending"), ("path", "ascending")])
    return Newest(table.version(), tuple(str(file) for file in ordered["path"].to_pylist()))


def commits(folder: Path) -> list[int]:
    """The numbers of the commits in a table's log, in order."""
    return sorted(int(file.stem) for file in (folder / LOG).glob("*.json") if file.stem.isdigit())


def commit_file(folder: Path, number: int) -> Path:
    """The file of a commit."""
    return folder / LOG / f"{number:020d}.json"


def added_by(folder: Path, number: int) -> Iterator[Row]:
    """The files that a commit adds; raises ValueError where it cannot be read."""
    for line in commit_file(folder, number).read_text(encoding="utf-8").splitlines():
        added = json.loads(line).get("add")
        if added is not None:
            yield added


def first_broken(folder: Path, then: int) -> int | None:
    """The first commit after version ``then`` that cannot be read, or of whose present files one is not whole."""
    added: dict[int, list[Row]] = {}
    for number in commits(folder):
        if number > then:
            try:
                added[number] = list(added_by(folder, number))
            except ValueError:
                return number
            if not commit_file(folder, number).stat().st_size:
                return number
    present = set(newest(folder).files) if added else set()
    for number, each in added.items():
        for file in each:
            if file["path"] in present and not _has_length(folder / file["path"], file["size"]):
                return number
    return None


def _has_length(file: Path, size: int) -> bool:
    return file.exists() and file.stat().st_size == size


def sync_commits(folder: Path, before: int) -> None:
    """Bring the commits after version ``before`` to the disk with the files that they add; deltalake does not."""
    log = folder / LOG
    changed: list[Path] = []
    for number in takewhile(lambda number: commit_file(folder, number).exists(), count(before + 1)):
        added = (folder / each["path"] for each in added_by(folder, number))
        changed += [*(file for file in added if file.exists()), commit_file(folder, number)]
        changed += log.glob(f"{number:020d}.checkpoint*")
    sync(*changed)
    sync(log, folder, *([folder.parent, folder.parent.parent] if before < 0 else []))
