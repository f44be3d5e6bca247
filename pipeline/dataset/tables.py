"""The Delta tables of a dataset: read, append, replace, go back to what was published, keep tidy.

``DATASET/tables/NAME``.  Tables of the parsed store (``PARSED``) are addressed by content and only move forward; those
of the state (``STATE``) are what a run changes, all or nothing: until the run is published, ``roll_back`` undoes it.
Versions that were not published are cut off, not gone back from: that takes no room on a full disk, and it does not
matter in which state they were left.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from pipeline.dataset.commits import LOG, added_by, commit_file, commits, first_broken, newest, sync_commits
from pipeline.dataset.disk import sync
from schemas.table import KEYS, schema

Row = dict[str, Any]

PARSED = ("notices", "records", "findings")
STATE = ("sightings", "links", "vacancies", "revisions", "changes", "pairs", "rejects")
FORWARD = (*PARSED, "runs")
_TRIES = 5
_MANY_FILES = 32
_MANY_COMMITS = 100
_FILE_BYTES = 64 * 1024 * 1024
_RETENTION = timedelta(days=7)
_CONFIGURATION = {
    "delta.logRetentionDuration": f"interval {_RETENTION.days} days",
    "delta.deletedFileRetentionDuration": f"interval {_RETENTION.days} days",
    "delta.checkpointInterval": "20",
    "delta.enableExpiredLogCleanup": "false",  # any commit could remove what roll_back needs; sweep does not
}
_GROUP_ROWS = 4096  # the least that is read of a file; what is touched in one night mostly came in together
_WRITER = WriterProperties(compression="ZSTD", max_row_group_size=_GROUP_ROWS)


@cache
def columns(name: str) -> pa.Schema:
    """The Arrow schema of a table, its columns described by the extractors that read them."""
    from extractors import EXTRACTORS

    lines = {module.FIELD: (module.__doc__ or "").strip().splitlines()[0] for module in EXTRACTORS if module.__doc__}
    return schema(name, lines)


def path(root: Path, name: str) -> Path:
    """The folder of a table."""
    return root / "tables" / name


def version(root: Path, name: str) -> int:
    """The table's newest version; -1 where there is no table yet."""
    return newest(path(root, name)).version


def files(root: Path, name: str) -> list[str]:
    """The table's present files, relative to its folder, oldest first."""
    return list(newest(path(root, name)).files)


def scan(root: Path, name: str) -> ds.FileSystemDataset | None:
    """The table's present rows for scanning, in the columns of its schema; None where there is no table yet."""
    found = files(root, name)
    if not found:
        return None
    return ds.dataset([str(path(root, name) / file) for file in found], schema=columns(name), format="parquet")


def read(root: Path, name: str, *, where: pc.Expression | None = None, only: Sequence[str] | None = None) -> pa.Table:
    """The table's present rows; none where the table is new.

    ``only`` names the columns to read, ``where`` is a filter on any columns.
    """
    wanted = columns(name) if only is None else pa.schema([columns(name).field(column) for column in only])
    source = scan(root, name)
    if source is None:
        return wanted.empty_table()
    if where is not None and only is None:  # whole rows are wide: those that the filter drops are not to be decoded
        source = _narrowed(source, where)
    return source.to_table(columns=wanted.names, filter=where).cast(wanted)


def _narrowed(source: ds.FileSystemDataset, where: pc.Expression) -> ds.FileSystemDataset:
    """The row groups in which the filter holds for any row, found by reading the columns of the filter alone."""
    kept = []
    for fragment in source.get_fragments():
        holds = fragment.to_table(schema=source.schema, columns={"holds": where})["holds"].fill_null(False)
        rows = pc.indices_nonzero(holds).to_pylist()
        ends = list(accumulate(group.num_rows for group in fragment.row_groups))
        found = sorted({bisect_right(ends, row) for row in rows})
        if found:
            kept.append(fragment.subset(row_group_ids=found))
    return ds.FileSystemDataset(kept, source.schema, source.format, source.filesystem)


def isin(column: str, values: Collection[Any]) -> pc.Expression:
    """A filter: the column has one of these values."""
    return pc.field(column).isin(pa.array(sorted(values), pa.string()))


def batches(values: Collection[str], size: int) -> Iterator[list[str]]:
    """The values in order, in lists of at most ``size``."""
    ordered = sorted(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def append(root: Path, name: str, rows: Sequence[Row] | pa.Table) -> None:
    """Add rows to a table."""
    table = _arrow(name, rows)
    if table.num_rows:
        _commit(root, name, lambda: _write(root, name, table, mode="append"))


def upsert(root: Path, name: str, rows: Sequence[Row] | pa.Table) -> None:
    """Put rows in the place of those with the same key, and add those whose key is new; in one commit."""
    table = _arrow(name, rows)
    by, *others = KEYS[name]
    if not table.num_rows:
        return
    values = set(table[by].to_pylist())
    where = pc.field(by).isin(pa.array(list(values), table.schema.field(by).type))
    old = read(root, name, where=where)
    if others and old.num_rows:  # rows that share a part of the key only stay as they are
        keys = set(zip(*(table[key].to_pylist() for key in (by, *others)), strict=True))
        kept = [key not in keys for key in zip(*(old[key].to_pylist() for key in (by, *others)), strict=True)]
        table = pa.concat_tables([old.filter(pa.array(kept)), table])
    _put(root, name, table, by, values if old.num_rows else ())


def replace(root: Path, name: str, rows: Sequence[Row] | pa.Table, notice_ids: Collection[str]) -> None:
    """Put these rows in the place of all rows of these notices, in one commit."""
    found = read(root, name, where=isin("notice_id", notice_ids), only=["notice_id"])
    _put(root, name, _arrow(name, rows), "notice_id", set(found["notice_id"].to_pylist()) and set(notice_ids))


def _put(root: Path, name: str, table: pa.Table, key: str, stale: Collection[Any]) -> None:
    """Write rows in the place of those whose key is one of ``stale``.

    Deltalake's merge would be shorter, but the files that it writes hold string views, on which Arrow cannot filter.
    """
    if not stale:
        append(root, name, table)
        return
    predicate = f"{key} IN ({', '.join(_literal(value) for value in sorted(stale))})"
    if table.num_rows:
        _commit(root, name, lambda: _write(root, name, table, mode="overwrite", predicate=predicate))
    else:
        _commit(root, name, lambda: DeltaTable(str(path(root, name))).delete(predicate))


def _literal(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    assert value.replace("-", "").isalnum() or not value
    return f"'{value}'"


def roll_back(root: Path, published: Mapping[str, Any], names: Sequence[str] = STATE) -> list[str]:
    """Undo what was written to these tables since they were published; returns the names of those that were.

    ``published`` gives for each table its ``version`` and ``files`` as of the published snapshot.
    """
    undone = []
    for name in names:
        then = published.get(name, {"version": -1})["version"]
        if any(number > then for number in commits(path(root, name))) or (then < 0 and path(root, name).exists()):
            _cut(root, name, then)
            undone.append(name)
    return undone


def mend(root: Path, published: Mapping[str, Any]) -> list[str]:
    """Cut off commits that a crash of the machine left broken; returns the names of the tables.

    Only of tables that move forward, and only after what was published, which was brought to the disk.
    """
    mended = []
    for name in FORWARD:
        broken = first_broken(path(root, name), published.get(name, {"version": -1})["version"])
        if broken is not None:
            _cut(root, name, broken - 1)
            mended.append(name)
    return mended


def tidy(root: Path, name: str) -> None:
    """Put many small files together, so that their number stays flat."""
    folder = path(root, name)
    small = [file for file in files(root, name) if (folder / file).stat().st_size < _FILE_BYTES // 2]
    if len(small) > _MANY_FILES:
        table = DeltaTable(str(folder))
        before = table.version()
        table.optimize.compact(target_size=_FILE_BYTES, writer_properties=_WRITER)
        sync_commits(folder, before)


def sweep(root: Path, name: str) -> None:
    """Remove files and commits that no version of the last days needs, and what dead writers left.

    Call it while the table is as it was published: what a run might have to go back to must not be removed.
    """
    folder = path(root, name)
    for file in (*folder.glob("*#*"), *(folder / LOG).glob("*#*")):  # what is not yet moved into place is called so
        file.unlink(missing_ok=True)
    if version(root, name) < 0:
        return
    old = time.time() - _RETENTION.total_seconds()
    numbers = commits(folder)
    if len(numbers) > _MANY_COMMITS and commit_file(folder, numbers[0]).stat().st_mtime <= old:
        table = DeltaTable(str(folder))
        table.create_checkpoint()
        sync(*(folder / LOG).glob("*.checkpoint*.parquet"), folder / LOG)
        table.cleanup_metadata()
    live = set(files(root, name))
    if any(file.stat().st_mtime <= old and file.name not in live for file in folder.glob("*.parquet")):
        table = DeltaTable(str(folder))
        before = table.version()
        table.vacuum(int(_RETENTION.total_seconds() // 3600), dry_run=False, full=True)
        sync_commits(folder, before)


def _cut(root: Path, name: str, last: int) -> None:
    """Remove the versions after this one, the newest first, and the files that they added."""
    folder = path(root, name)
    if last < 0:
        shutil.rmtree(folder)
        return
    log = folder / LOG
    added: set[str] = set()
    (log / "_last_checkpoint").unlink(missing_ok=True)  # only a hint; readers look for themselves
    for file in log.glob("*.checkpoint*"):
        if file.name[:20].isdigit() and int(file.name[:20]) > last:
            file.unlink()
    for number in reversed(commits(folder)):
        if number > last:
            with suppress(ValueError):
                added |= {each["path"] for each in added_by(folder, number)}
            commit_file(folder, number).unlink()
    sync(log)
    for lost in added - set(files(root, name)):
        (folder / lost).unlink(missing_ok=True)


def _arrow(name: str, rows: Sequence[Row] | pa.Table) -> pa.Table:
    return rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(list(rows), schema=columns(name))


def _write(root: Path, name: str, table: pa.Table, **options: Any) -> None:
    folder = path(root, name)
    folder.mkdir(parents=True, exist_ok=True)
    write_deltalake(
        str(folder),
        _undescribed(table),
        schema_mode="merge",
        name=name,
        configuration=_CONFIGURATION,
        writer_properties=_WRITER,
        target_file_size=_FILE_BYTES,
        **options,
    )


def _undescribed(table: pa.Table) -> pa.Table:
    """The table without its columns' descriptions: Delta refuses to write to a table whose descriptions are others.

    The published files have them.
    """
    return table.cast(pa.schema([field.remove_metadata() for field in table.schema]))


def _commit(root: Path, name: str, act: Callable[[], object]) -> None:
    """Do it, again where another writer was faster, and bring what it wrote to the disk."""
    before = version(root, name)
    for left in reversed(range(_TRIES)):
        try:
            act()
            break
        except CommitFailedError:
            if not left:
                raise
        except DeltaError as error:
            if f"(os error {errno.ENOSPC})" in str(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path(root, name))) from error
            raise
    sync_commits(path(root, name), before)
