"""Where notices lie: what a run found at their places, compared with what was there before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset import tables
from pipeline.dataset.observe import Scope, Seen
from pipeline.source import INSIDE, STDIN, printable

Row = dict[str, Any]

_CHUNK = 2000
_LOOKS = 100  # runs among which the last look at a place is searched


@dataclass(frozen=True, slots=True)
class Run:
    """Number, time (UTC) and parser of the run at work, and when the last published one was."""

    number: int
    at: datetime
    before: datetime | None
    parser_version: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found at the places in its ``scope``.

    ``seen`` are the notices that were read, ``held`` the places where the same notice lies as before, ``unread`` those
    that could not be read or gave no notice: what was known of them stands.  ``copied`` says whether the sources copy
    what others publish.
    """

    scope: Scope = field(default_factory=Scope)
    seen: Sequence[Seen] = ()
    held: Collection[str] = ()
    unread: Collection[str] = ()
    copied: bool | None = None


def sight(root: Path, run: Run, found: Found) -> set[str]:
    """Renew the sightings; returns the notices that came or went."""
    places = {each.source_uri for each in found.seen} - {STDIN}
    where = found.scope.where() | tables.isin("source_uri", places)
    standing = tables.read(root, "sightings", where=where & pc.field("last_seen").is_null())
    held = pc.is_in(standing["source_uri"], pa.array(list(found.held), pa.string()))
    rows, moved = _said_anew(standing.filter(held), found.copied)
    before = {(row["source_uri"], row["notice_id"]): row for row in standing.filter(pc.invert(held)).to_pylist()}
    read = {(each.source_uri, each.notice_id): each for each in found.seen}
    came = {key: each for key, each in read.items() if key not in before}
    again = _once_seen(root, came)
    gone = []
    for key, each in came.items():
        old = again.get(key)
        renewed = _sighting(each, run, found.copied, old)
        rows += [renewed] if renewed != old else []
        if old is None or old["last_seen"] is not None:
            moved.add(each.notice_id)
    for key, row in before.items():
        same = read.get(key)
        if same is not None:
            renewed = _sighting(same, run, found.copied, row)
            if (renewed["copied"], renewed["source"]) != (row["copied"], row["source"]):
                moved.add(key[1])
            if renewed != row and (same.stat is not None or key[1] in moved):
                rows.append(renewed)
        elif key[0] in places or not _stands(key[0], found.unread):
            gone.append(row)
    looks = _last_looks(root, run) if gone else []
    rows += [{**row, "last_seen": _last_look(row, looks, run)} for row in gone]
    moved |= {row["notice_id"] for row in gone}
    tables.upsert(root, "sightings", rows)
    return moved


def _last_looks(root: Path, run: Run) -> list[tuple[datetime, set[str]]]:
    """When runs looked at which inputs, the last first; of the last published ones only."""
    where = (pc.field("status") == "published") & (pc.field("command") == "ingest")
    where = where & (pc.field("run") > run.number - _LOOKS)
    found = tables.read(root, "runs", where=where, only=["started_at", "inputs"]).to_pylist()
    looks = [(row["started_at"], {printable(path).rstrip("/") for path in row["inputs"]}) for row in found]
    return sorted(looks, key=lambda look: look[0], reverse=True)


def _last_look(row: Row, looks: Sequence[tuple[datetime, set[str]]], run: Run) -> datetime:
    """When a run last saw what is gone now: other sources may have been read since."""
    parts = row["source_uri"].replace(INSIDE, "/").split("/")
    places = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    first: datetime = row["first_seen"]
    return next((max(at, first) for at, inputs in looks if not inputs.isdisjoint(places)), run.before or run.at)


def _said_anew(held: pa.Table, copied: bool | None) -> tuple[list[Row], set[str]]:
    """Sightings, otherwise unchanged, of which the run says other than before whether they copy; and their notices."""
    if copied is None:
        return [], set()
    other = pc.not_equal(held["copied"], copied).fill_null(True)
    rows = [{**row, "copied": copied} for row in held.filter(other).to_pylist()]
    return rows, {row["notice_id"] for row in rows}


def _once_seen(root: Path, came: Mapping[tuple[str, str], Seen]) -> dict[tuple[str, str], Row]:
    """Sightings of before at the same places that had ended, or that are nobody's scope."""
    found: dict[tuple[str, str], Row] = {}
    for ids in tables.batches({each.notice_id for each in came.values()}, _CHUNK):
        for row in tables.read(root, "sightings", where=tables.isin("notice_id", ids)).to_pylist():
            found[row["source_uri"], row["notice_id"]] = row
    return {key: row for key, row in found.items() if key in came}


def _stands(uri: str, unread: Collection[str]) -> bool:
    return uri in unread or any(uri.startswith((f"{place}/", f"{place}{INSIDE}")) for place in unread)


def _sighting(each: Seen, run: Run, copied: bool | None, old: Row | None) -> Row:
    size, modified, changed = _times(each)
    return {
        "source_uri": each.source_uri,
        "notice_id": each.notice_id,
        "source": each.source,
        "copied": copied if copied is not None or old is None else old["copied"],
        "first_seen": run.at if old is None else old["first_seen"],
        "last_seen": None,
        "size": size,
        "modified": modified,
        "changed": changed,
    }


def _times(each: Seen) -> tuple[int | None, int | None, int | None]:
    return (None, None, None) if each.stat is None else (each.stat.size, each.stat.modified, each.stat.changed)
