"""What must hold of a dataset after whatever has happened to it: checked as a reader and as a writer would find it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.dataset import raw, tables
from pipeline.dataset.rows import FILLABLE
from pipeline.dataset.values import plain
from schemas.table import KEYS, TABLES
from tests.durability import inbox as board
from tests.durability import work

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_UNIQUE = {
    **KEYS,
    "records": ("notice_id", "position"),
    "notices": ("notice_id",),
    "findings": ("notice_id", "position", "field", "start", "end", "rule"),
    "changes": ("run", "vacancy_id", "kind", "field"),
    "revisions": ("run", "vacancy_id"),
    "pairs": ("run", "vacancy_id", "other_vacancy_id"),
}


def latest(root: Path) -> tuple[dict[str, Any], Tables]:
    """The manifest and all tables, by plain reading of what lies in ``latest/``."""
    folder = (root / "latest").resolve()  # once: the link may move while one reads
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found = {}
    for name in TABLES:
        parts = {part.name for part in (folder / f"{name}.parquet").iterdir()}
        assert parts == set(manifest["tables"][name]["parts"].values()), f"{name}: parts are not those of the manifest"
        found[name] = pq.read_table(folder / f"{name}.parquet").to_pylist(maps_as_pydicts="strict")
    return manifest, found


def readable(root: Path) -> None:
    """Assert that what is published, if anything is, is whole and agrees with itself."""
    if (root / "latest").exists():
        consistent(*latest(root))


def check(root: Path, log: Path, writers: Sequence[str], *, settled: bool = False) -> dict[str, int]:
    """Assert that what is published is whole and holds all that was acknowledged, once; returns each writer's
    generation.

    A run that died between taking effect and being acknowledged shows its generation, unless ``settled``: then the
    dataset must be exactly what was acknowledged.
    """
    acknowledged = work.acknowledged(log)
    if not (root / "latest").exists():
        assert not acknowledged, "acknowledged runs, and nothing published"
        return dict.fromkeys(writers, 0)
    manifest, found = latest(root)
    consistent(manifest, found)
    for row in found["notices"]:
        assert hashlib.sha256(raw.read(root, row["notice_id"])).hexdigest() == row["notice_id"]
    reached = {writer: _generation(found, log, writer, settled) for writer in writers}
    _exactly(found, reached)
    _runs(root, acknowledged, manifest)
    return reached


def consistent(manifest: Mapping[str, Any], found: Tables) -> None:
    """Assert that no row stands twice, that the tables agree with each other, and the manifest's facts with them."""
    for name, key in _UNIQUE.items():
        counted = Counter(tuple(row[column] for column in key) for row in found[name])
        assert max(counted.values(), default=1) == 1, f"{name}: {counted.most_common(1)} stands more than once"
    vacancies = {row["vacancy_id"]: row for row in found["vacancies"]}
    facts = manifest["facts"]
    assert facts["total"] == len(vacancies)
    assert facts["present"] == sum(row["last_seen"] is None for row in vacancies.values())
    for field in FILLABLE:
        assert facts["filled"].get(field, 0) == sum(row[field] not in (None, []) for row in vacancies.values()), field
    newest: dict[str, Row] = {}
    for row in sorted(found["revisions"], key=lambda row: row["run"]):
        newest[row["vacancy_id"]] = row
    assert {key: _state(row) for key, row in newest.items()} == {key: _state(row) for key, row in vacancies.items()}
    added = Counter(row["vacancy_id"] for row in found["changes"] if row["kind"] == "added")
    assert added == Counter(vacancies.keys())
    links = {(row["notice_id"], row["position"]): row["vacancy_id"] for row in found["links"]}
    assert set(links.values()) == vacancies.keys()
    records = {(row["notice_id"], row["position"]) for row in found["records"]}
    assert links.keys() <= records
    notices = {row["notice_id"] for row in found["notices"]}
    assert {row["notice_id"] for row in found["sightings"]} <= notices
    assert max((row["run"] for row in found["changes"]), default=0) <= manifest["run"]
    published = [row["run"] for row in found["runs"] if row["status"] == "published"]
    assert max(published) == manifest["run"]


def history(found: Tables) -> dict[str, Any]:
    """What has happened, without the times and numbers of runs: equal for datasets that took the same generations."""
    return {
        "vacancies": sorted(plain(_timeless(row)) for row in found["vacancies"]),
        "changes": Counter(
            tuple(row[name] for name in ("vacancy_id", "kind", "field", "old", "new", "cause"))
            for row in found["changes"]
        ),
        "revisions": Counter(plain(_timeless(row)) for row in found["revisions"]),
        "sightings": {(row["source_uri"], row["notice_id"], row["last_seen"] is None) for row in found["sightings"]},
        "rejects": {(row["source_uri"], row["notice_id"], row["status"]) for row in found["rejects"]},
        "notices": {row["notice_id"] for row in found["notices"]},
        "records": {(row["notice_id"], row["position"]) for row in found["records"]},
    }


def _timeless(row: Row) -> Row:
    kept = {name: value for name, value in row.items() if name not in {"run", "at", "first_seen", "last_seen"}}
    sources = [
        {**source, "first_seen": None, "last_seen": source["last_seen"] is not None} for source in row["sources"]
    ]
    return {**kept, "gone": row["last_seen"] is not None, "sources": sorted(sources, key=plain)}


def _state(row: Row) -> str:
    return plain({name: value for name, value in row.items() if name not in {"run", "at"}})


def _generation(found: Tables, log: Path, writer: str, settled: bool) -> int:
    """The generation of a writer's folder that the dataset shows: the last acknowledged, or the one after it."""
    there = {
        (row["source_uri"], row["notice_id"])
        for row in found["sightings"]
        if row["last_seen"] is None and row["source_uri"].startswith(f"{board.folder(writer)}/")
    }
    least = work.last(log, writer)
    for generation in (least,) if settled else (least, least + 1):
        if there == {(uri, item.notice_id) for uri, item in _good(writer, generation)}:
            return generation
    raise AssertionError(f"{writer}: {len(there)} notices there are not those of generation {least}, nor of the next")


def _good(writer: str, generation: int) -> Iterable[tuple[str, board.Item]]:
    return ((uri, item) for uri, item in board.inbox(writer, generation).items() if not item.broken)


def _exactly(found: Tables, reached: Mapping[str, int]) -> None:
    """Assert that the vacancies that are there are those of the folders, with all their copies, and no others."""
    wanted: dict[str, set[tuple[str, str]]] = {}
    ever: set[str] = set()
    broken: set[tuple[str, str]] = set()
    for writer, last in reached.items():
        for uri, item in _good(writer, last):
            for key in item.keys:
                wanted.setdefault(key, set()).add((uri, item.notice_id))
        for generation in range(1, last + 1):
            items = board.inbox(writer, generation)
            ever |= {key for item in items.values() if not item.broken for key in item.keys}
            broken |= {(uri, item.notice_id) for uri, item in items.items() if item.broken}
    there = {
        row["requisition_id"]: {
            (each["source_uri"], each["notice_id"]) for each in row["sources"] if not each["last_seen"]
        }
        for row in found["vacancies"]
        if row["last_seen"] is None
    }
    assert there == wanted
    ids = [row["requisition_id"] for row in found["vacancies"]]
    assert len(ids) == len(set(ids))
    assert set(ids) == ever
    assert {(row["source_uri"], row["notice_id"]) for row in found["rejects"]} == broken


def _runs(root: Path, acknowledged: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]) -> None:
    """Assert that every acknowledged run is on record as published, in the table and not only in the snapshot."""
    status = {row["run"]: row["status"] for row in tables.read(root, "runs").to_pylist(maps_as_pydicts="strict")}
    told = [each["run"] for each in acknowledged]
    assert len(told) == len(set(told))
    assert all(status[run] == "published" for run in told)
    assert manifest["run"] >= max(told, default=0)
