"""The vacancies in one file, as they are or as they were."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset import snapshot
from pipeline.dataset.values import plain

SUFFIXES = (".parquet", ".csv", ".jsonl")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # what a spreadsheet would run


def vacancies(root: Path, *, as_of: datetime | None = None) -> pa.Table:
    """The published vacancies, or those that the last run up to a time (UTC) had published.

    The earlier state comes from ``revisions``, which keeps every state of every vacancy, so that it reaches back to the
    first run however long Delta's own versions are kept.  Raises snapshot.NotPublishedError.
    """
    if as_of is None:
        return snapshot.read(root, "vacancies")
    until = pc.field("at") <= pa.scalar(as_of, pa.timestamp("us", tz="UTC"))
    keys = snapshot.read(root, "revisions", filter=until, columns=["vacancy_id", "run"])
    last = keys.group_by("vacancy_id").aggregate([("run", "max")]).rename_columns(["vacancy_id", "run"])
    found = snapshot.read(root, "revisions", filter=until)
    numbered = found.select(["vacancy_id", "run"]).append_column("row", pa.array(range(found.num_rows), pa.int64()))
    rows = numbered.join(last, keys=["vacancy_id", "run"], join_type="inner")["row"]
    return found.take(rows.sort()).drop_columns(["run", "at"])


def write(table: pa.Table, file: Path) -> None:
    """Write a table as Parquet, CSV (nested values in JSON, no live formulas) or JSON lines, by the file's suffix."""
    if file.suffix == ".parquet":
        pq.write_table(table, file, compression="zstd")
        return
    rows = table.to_pylist(maps_as_pydicts="strict")
    if file.suffix == ".jsonl":
        file.write_text("".join(plain(row) + "\n" for row in rows), encoding="utf-8")
        return
    import csv

    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.column_names)
        writer.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return json.loads(text) if (text := plain(value)).startswith('"') else text
