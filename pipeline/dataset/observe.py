"""What lies in the inputs of a run: which files are as the dataset knows them, which have to be read.

A file is taken to be unchanged where its length and both of its times are as when it was last read; the time of the
last change of any kind (``st_ctime``) cannot be set from outside, so that a file that was written to always differs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.compute as pc

from pipeline.dataset import tables
from pipeline.source import STDIN, inputs, printable


@dataclass(frozen=True, slots=True)
class Stat:
    """Length in bytes and the two times of a file, in nanoseconds."""

    size: int
    modified: int
    changed: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A notice at a place; ``stat`` is that of its file, where it is one."""

    source_uri: str
    source: str
    notice_id: str
    stat: Stat | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The places that a run looks at: what it does not find there is gone.

    ``folders`` end with a slash, ``files`` are single ones.
    """

    folders: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()

    def where(self) -> pc.Expression:
        """A filter on ``source_uri``."""
        found = tables.isin("source_uri", self.files)
        for folder in self.folders:
            found = found | pc.starts_with(pc.field("source_uri"), folder)
        return found


@dataclass(frozen=True, slots=True)
class Look:
    """What a run finds before it reads anything.

    ``held`` are the places where the same notice lies as before, with its id; ``paths`` are to be read.
    """

    scope: Scope
    held: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)


def look(root: Path, paths: Sequence[str]) -> Look:
    """Compare files, folders and ``-`` with what the dataset has seen in them."""
    folders = tuple(printable(path).rstrip("/") + "/" for path in paths if path != STDIN and os.path.isdir(path))
    single = frozenset(printable(path) for path in paths if path != STDIN and not os.path.isdir(path))
    found = Look(Scope(folders, single))
    where = found.scope.where() & pc.field("last_seen").is_null()
    before = tables.read(
        root, "sightings", where=where, only=["source_uri", "notice_id", "size", "modified", "changed"]
    )
    rows = {uri: row for row, uri in enumerate(before["source_uri"].to_pylist())}
    columns = [before[name].combine_chunks() for name in ("size", "modified", "changed")]
    for path in inputs(paths):
        row = rows.get(printable(path))
        now = stat(path) if row is not None else None
        if now is not None and now == Stat(*(column[row].as_py() for column in columns)):
            found.held[printable(path)] = before["notice_id"][row].as_py()
        else:
            found.paths.append(path)
    return found


def stat(path: str) -> Stat | None:
    """Length and times of a regular file; None for anything else."""
    if path == STDIN or not os.path.isfile(path):
        return None
    status = os.stat(path)
    return Stat(status.st_size, status.st_mtime_ns, status.st_ctime_ns)
