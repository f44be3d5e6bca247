"""The dataset on disk: Delta tables that runs write to, and the published snapshot that people read.

``DATASET/tables/NAME`` are Delta tables; ``DATASET/latest/NAME.parquet`` is a plain Parquet copy of all of them at one
moment, because a plain reader pointed at a Delta folder counts files that are no longer part of the table.  ``latest``
is a link that is moved in one step to a snapshot written aside, so that a reader sees all of the old one or all of
the new one.  Notices are addressed by their content: writing one again replaces its rows, in one commit per table.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from pipeline.rows import FILLABLE, Batch, Row, reject_from
from pipeline.source import Reject
from schemas.table import TABLES, schema
from schemas.vacancy import SCHEMA_VERSION

_ORDER = {
    "vacancies": ("source", "source_uri", "notice_id", "position"),
    "findings": ("notice_id", "position", "field", "start", "end", "rule"),
    "notices": ("source", "source_uri", "notice_id"),
    "rejects": ("source_uri", "notice_id", "code"),
    "runs": ("started_at", "run_id"),
}
_MANIFEST = "manifest.json"
_MANY_FILES = 64
_RETENTION = timedelta(days=7)


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other writers of this dataset out; readers need no lock."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def columns(name: str) -> pa.Schema:
    """The Arrow schema of a table, its columns described by the extractors that read them."""
    return schema(name, _extractor_lines() if name == "vacancies" else None)


def _extractor_lines() -> dict[str, str]:
    from extractors import EXTRACTORS

    return {module.FIELD: (module.__doc__ or "").strip().splitlines()[0] for module in EXTRACTORS if module.__doc__}


def read(root: Path, name: str, *, where: pc.Expression | None = None, only: list[str] | None = None) -> pa.Table:
    """A table's present rows; none where the dataset is new.

    ``only`` names the columns to read, ``where`` is a filter on them.
    """
    wanted = columns(name) if only is None else pa.schema([columns(name).field(column) for column in only])
    path = _path(root, name)
    if not DeltaTable.is_deltatable(str(path)):
        return wanted.empty_table()
    table = DeltaTable(str(path))
    kept = [field.name for field in table.schema().fields if field.name in wanted.names]
    found = table.to_pyarrow_dataset().to_table(columns=kept, filter=where)
    missing = [pa.nulls(found.num_rows, field.type) for field in wanted if field.name not in kept]
    for field in wanted:
        if field.name not in kept:
            found = found.append_column(field, missing.pop(0))
    return found.select(wanted.names).cast(wanted)


def known(root: Path, notice_ids: Collection[str], *, parser_version: str) -> set[str]:
    """Which of these notices the dataset holds as this parser and this schema read them."""
    where = (
        pc.field("notice_id").isin(pa.array(list(notice_ids), pa.string()))
        & (pc.field("parser_version") == parser_version)
        & (pc.field("schema_version") == SCHEMA_VERSION)
    )
    only = ["notice_id", "parser_version", "schema_version"]
    return set(read(root, "notices", where=where, only=only)["notice_id"].to_pylist())


def rejected(root: Path, notice_ids: Collection[str], *, parser_version: str) -> dict[str, Reject]:
    """Which of these notices this parser has rejected before, and why."""
    where = pc.field("notice_id").isin(pa.array(list(notice_ids), pa.string())) & (
        pc.field("parser_version") == parser_version
    )
    found = (reject_from(row) for row in read(root, "rejects", where=where).to_pylist())
    return {
        reject.notice_id: reject for reject in found if reject.notice_id and reject.stage not in ("source", "defect")
    }


def write(root: Path, rows: Batch) -> set[str]:
    """Write a batch; returns those of its notices that the dataset held before.  Call it while ``locked``.

    ``notices`` is written last: a notice stands there only once all its other rows do, so that a run that was
    interrupted is made good by the next one.
    """
    held = _present(root, "notices", rows.notice_ids)
    for name in ("findings", "vacancies"):
        _replace(root, name, getattr(rows, name), rows.notice_ids)
    _write_rejects(root, rows)
    _replace(root, "notices", rows.notices, rows.notice_ids)
    return held


def append(root: Path, name: str, rows: Sequence[Row]) -> None:
    """Add rows to a table.  Call it while ``locked``."""
    _commit(root, name, rows, mode="append")


def fill_rates(root: Path) -> tuple[int, dict[str, float]]:
    """How many positions the dataset holds, and which share of them has a value, by column."""
    table = read(root, "vacancies", only=list(FILLABLE))
    total = table.num_rows
    rates = {name: _filled(table[name]) / total for name in FILLABLE} if total else {}
    return total, rates


def publish(root: Path) -> Path:
    """Write the snapshot of all tables and point ``latest`` at it; returns its folder.  Call it while ``locked``.

    Tables that have not changed since the last snapshot keep their file, and where none has, nothing is written.
    """
    versions = {name: _tidied_version(root, name) for name in TABLES}
    manifest = {"schema_version": SCHEMA_VERSION, "tables": versions}
    latest = root / "latest"
    before = _manifest(latest)
    if before == manifest:
        return latest
    number = 1 + max((int(path.name) for path in (root / "snapshots").glob("[0-9]*")), default=0)
    aside = root / "snapshots" / f".{number:06d}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name in TABLES:
        file = aside / f"{name}.parquet"
        same = before.get("schema_version") == SCHEMA_VERSION and before["tables"].get(name) == versions[name]
        if not (same and _link(latest / file.name, file)):
            _write_parquet(root, name, file)
    (aside / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    _sync(aside / _MANIFEST, aside)
    folder = aside.with_name(f"{number:06d}")
    aside.rename(folder)
    _sync(folder.parent)
    _point(latest, Path("snapshots") / folder.name)
    for old in sorted((root / "snapshots").iterdir())[:-2]:  # readers may still have the one before open
        shutil.rmtree(old, ignore_errors=True)
    return latest


def _path(root: Path, name: str) -> Path:
    return root / "tables" / name


def _in(notice_ids: Collection[str]) -> str:
    assert all(notice_id.isalnum() for notice_id in notice_ids)
    quoted = ", ".join(f"'{notice_id}'" for notice_id in sorted(notice_ids))
    return f"notice_id IN ({quoted})"


def _present(root: Path, name: str, notice_ids: Collection[str]) -> set[str]:
    if not notice_ids:
        return set()
    where = pc.field("notice_id").isin(pa.array(list(notice_ids), pa.string()))
    return set(read(root, name, where=where, only=["notice_id"])["notice_id"].to_pylist())


def _replace(root: Path, name: str, rows: Sequence[Row], notice_ids: Collection[str]) -> None:
    """Put these rows in the place of all rows of these notices, in one commit."""
    stale = _present(root, name, notice_ids)
    if not stale:
        if rows:
            _commit(root, name, rows, mode="append")
    elif rows:
        _commit(root, name, rows, mode="overwrite", predicate=_in(notice_ids))
    else:
        _delete(root, name, _in(stale))


def _write_rejects(root: Path, rows: Batch) -> None:
    """Rejects say what is wrong now: an input that was read again replaces what was said of it before."""
    before = read(root, "rejects").to_pylist()
    uris = {uri for uri in rows.uris if uri != "-"}
    cured = {row["notice_id"] for row in rows.notices}
    kept = [row for row in before if row["source_uri"] not in uris and row["notice_id"] not in cured]
    told = {_reject_key(row): row for row in before}
    new = {_reject_key(row): told.get(_reject_key(row), row) for row in rows.rejects}
    new |= {_reject_key(row): row for row in kept}
    if new.keys() != told.keys():
        _commit(root, "rejects", list(new.values()), mode="overwrite")


def _reject_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("source_uri", "notice_id", "code", "reason", "parser_version"))


def _commit(root: Path, name: str, rows: Sequence[Row], *, mode: Any, predicate: str | None = None) -> None:
    path = _path(root, name)
    path.mkdir(parents=True, exist_ok=True)
    before = _version(root, name)
    table = pa.Table.from_pylist(list(rows), schema=columns(name))
    about = TABLES[name][0]
    write_deltalake(str(path), table, mode=mode, predicate=predicate, schema_mode="merge", name=name, description=about)
    _sync_commits(path, before)


def _delete(root: Path, name: str, predicate: str) -> None:
    before = _version(root, name)
    DeltaTable(str(_path(root, name))).delete(predicate)
    _sync_commits(_path(root, name), before)


def _version(root: Path, name: str) -> int:
    path = str(_path(root, name))
    return DeltaTable(path).version() if DeltaTable.is_deltatable(path) else -1


def _tidied_version(root: Path, name: str) -> int:
    """The table's version, after its many small files were put together and files of old versions removed."""
    version = _version(root, name)
    if version < 0:
        return version
    table = DeltaTable(str(_path(root, name)))
    if len(table.file_uris()) > _MANY_FILES:
        table.optimize.compact()
        table.vacuum(int(_RETENTION.total_seconds() // 3600), dry_run=False)
        _sync_commits(_path(root, name), version)
        version = _version(root, name)
    return version


def _sync_commits(path: Path, before: int) -> None:
    """Bring the commits after version ``before`` to the disk with the files that they add; deltalake does not."""
    log = path / "_delta_log"
    for commit in sorted(log.glob("*.json")):
        if commit.stem.isdigit() and int(commit.stem) > before:
            for line in commit.read_text(encoding="utf-8").splitlines():
                added = json.loads(line).get("add")
                if added is not None and (path / added["path"]).exists():
                    _sync(path / added["path"])
            _sync(commit)
    _sync(log, path)


def _sync(*paths: Path) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    complete = all((folder / f"{name}.parquet").is_file() for name in TABLES)
    return found if complete else {}


def _link(old: Path, new: Path) -> bool:
    try:
        os.link(old.resolve(), new)
    except OSError:
        return False
    return True


def _write_parquet(root: Path, name: str, file: Path) -> None:
    table = read(root, name).sort_by([(column, "ascending") for column in _ORDER[name]])
    pq.write_table(table.cast(columns(name)), file, compression="zstd")
    _sync(file)


def _point(link: Path, target: Path) -> None:
    aside = link.with_name(f".{link.name}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target, target_is_directory=True)
    if link.is_dir() and not link.is_symlink():  # a folder that somebody copied here
        shutil.rmtree(link)
    os.replace(aside, link)
    _sync(link.parent)


def _filled(column: pa.ChunkedArray) -> int:
    if pa.types.is_list(column.type):
        return int(pc.sum(pc.greater(pc.list_value_length(column), 0)).as_py() or 0)
    return int(len(column) - column.null_count)
