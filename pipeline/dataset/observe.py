"""What lies in the inputs of a run: which files are as the dataset knows them, which have to be read.

A file is taken to be unchanged where its length and both of its times are as when it was last read; the time of the
last change of any kind (``st_ctime``) cannot be set from outside, so that a file that was written to always differs.
The members of an archive, a mailbox or a table (``PATH!/MEMBER``) are as they were where that file is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset import tables
from pipeline.dataset.rows import reject_from
from pipeline.parse import PARSER_VERSION
from pipeline.source import INSIDE, STDIN, Reject, containers_of, inputs, printable

# What may go better another time although nothing has changed.
_PASSING = ("timeout", "memory", "crashed", "missing_extra", "unreadable")


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
        place = pc.replace_substring_regex(pc.field("source_uri"), pattern=f"(?s){INSIDE}.*", replacement="")
        found = tables.isin("source_uri", self.files) | place.isin(pa.array(sorted(self.files), pa.string()))
        inside = (file + INSIDE for file in self.files if INSIDE in file)  # rare, and not told apart above
        for start in (*self.folders, *inside):
            found = found | pc.starts_with(pc.field("source_uri"), start)
        return found


@dataclass(frozen=True, slots=True)
class Look:
    """What a run finds before it reads anything.

    ``held`` are the places where the same notice lies as before, with its id; ``paths`` are to be read; ``told`` is
    what could not be read in containers that are as they were.
    """

    scope: Scope
    held: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    told: list[Reject] = field(default_factory=list)


def look(root: Path, paths: Sequence[str]) -> Look:
    """Compare files, folders and ``-`` with what the dataset has seen in them."""
    folders = tuple(printable(path).rstrip("/") + "/" for path in paths if path != STDIN and os.path.isdir(path))
    single = frozenset(printable(path) for path in paths if path != STDIN and not os.path.isdir(path))
    found = Look(Scope(folders, single))
    where = found.scope.where() & pc.field("last_seen").is_null()
    before = tables.read(
        root, "sightings", where=where, only=["source_uri", "notice_id", "size", "modified", "changed"]
    )
    rows: dict[str, list[int]] = {}
    for row, uri in enumerate(before["source_uri"].to_pylist()):
        rows.setdefault(uri, []).append(row)
        for place in containers_of(uri):
            rows.setdefault(place, []).append(row)
    columns = [before[name].combine_chunks() for name in ("size", "modified", "changed")]
    rejected = _rejected(root, found.scope)
    for path in inputs(paths):
        held = rows.get(printable(path), ())
        now = stat(path) if held else None
        same = now is not None and all(now == Stat(*(column[row].as_py() for column in columns)) for row in held)
        told = rejected.get(printable(path), [])
        if same and all(reject is not None for reject in told):
            found.held.update({before["source_uri"][row].as_py(): before["notice_id"][row].as_py() for row in held})
            found.told.extend(reject for reject in told if reject is not None)
        else:
            found.paths.append(path)
    return found


def _rejected(root: Path, scope: Scope) -> dict[str, list[Reject | None]]:
    """What was rejected in containers, by container; None for what has to be tried again."""
    where = scope.where() & (pc.field("status") == "open") & pc.match_substring(pc.field("source_uri"), INSIDE)
    found: dict[str, list[Reject | None]] = {}
    for row in tables.read(root, "rejects", where=where).to_pylist():
        again = row["code"] in _PASSING or row["parser_version"] != PARSER_VERSION
        for place in containers_of(row["source_uri"]):
            found.setdefault(place, []).append(None if again else reject_from(row))
    return found


def stat_of(uri: str, times: Mapping[str, Stat | None]) -> Stat | None:
    """The stat of the file at a place, or of the container that holds it."""
    return next((times[place] for place in (uri, *containers_of(uri)) if place in times), None)


def stat(path: str) -> Stat | None:
    """Length and times of a regular file; None for anything else."""
    if path == STDIN or not os.path.isfile(path):
        return None
    status = os.stat(path)
    return Stat(status.st_size, status.st_mtime_ns, status.st_ctime_ns)
