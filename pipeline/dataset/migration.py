"""Datasets of an earlier schema are brought to the present one on the first run of a newer version.

The old tables are moved aside in one step and stay there until the new ones are published, so that a migration that is
cut short starts again from the old ones.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from pipeline.dataset import snapshot, tables
from pipeline.dataset.disk import sync
from schemas.vacancy import SCHEMA_VERSION

Row = dict[str, Any]


class NewerDatasetError(Exception):
    """The dataset was written by a later version of the program."""


def migrate(root: Path) -> bool:
    """Bring the dataset's tables to the present schema; returns whether there was anything to do."""
    written = snapshot.manifest(root).get("schema_version", SCHEMA_VERSION)
    if _number(written) > _number(SCHEMA_VERSION):
        raise NewerDatasetError(
            f"{root}: written by schema {written}, and this program knows {SCHEMA_VERSION}; use a newer version of it"
        )
    step = _STEPS.get(written)
    if step is None:
        return False
    aside = _aside(root, written)
    if not aside.exists():
        os.rename(root / "tables", aside)
    shutil.rmtree(root / "tables", ignore_errors=True)
    sync(root)
    step(root, aside)
    return True


def finished(root: Path) -> None:
    """Remove the old tables once the new ones are published."""
    for written in _STEPS:
        shutil.rmtree(_aside(root, written), ignore_errors=True)


def _aside(root: Path, written: str) -> Path:
    return root / f"tables-{written}"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _from_1_0_0(root: Path, aside: Path) -> None:
    """1.0.0 had one row of ``vacancies`` per position of a notice, and neither sightings nor history."""
    for old, new in (("vacancies", "records"), ("findings", "findings"), ("notices", "notices")):
        tables.append(root, new, _old(aside, old, new))
    notices = tables.read(root, "notices", only=["notice_id", "source", "source_uri", "ingested_at"]).to_pylist()
    tables.append(root, "sightings", [_sighting(row) for row in notices])
    rejects = _old(aside, "rejects", "rejects").to_pylist()
    settled = {(_place(row), row["notice_id"] or ""): row for row in rejects}
    new_values = {"status": "open", "raw": None}
    rows = [
        {**row, "source_uri": uri, "notice_id": notice_id, **new_values} for (uri, notice_id), row in settled.items()
    ]
    tables.append(root, "rejects", rows)
    runs = sorted(_old(aside, "runs", "runs").to_pylist(maps_as_pydicts="strict"), key=lambda row: row["started_at"])
    numbered = [
        {**row, "run": number, "command": "ingest", "status": "published"} for number, row in enumerate(runs, 1)
    ]
    tables.append(root, "runs", numbered)


def _old(aside: Path, old: str, new: str) -> pa.Table:
    """The rows of an old table in the columns of a new one."""
    wanted = tables.columns(new)
    if not DeltaTable.is_deltatable(str(aside / old)):
        return wanted.empty_table()
    found = DeltaTable(str(aside / old)).to_pyarrow_table()
    for field in wanted:
        if field.name not in found.column_names:
            found = found.append_column(field, pa.nulls(found.num_rows, field.type))
    return found.select(wanted.names).cast(wanted)


def _sighting(row: Row) -> Row:
    return {
        "source_uri": _place(row),
        "notice_id": row["notice_id"],
        "source": row["source"],
        "first_seen": row["ingested_at"],
    }


def _place(row: Row) -> str:
    """1.0.0 kept paths as they were given; those that lead to a file from here are made absolute."""
    uri: str = row["source_uri"]
    return os.path.abspath(uri) if os.path.isfile(uri) else uri


_STEPS: dict[str, Callable[[Path, Path], None]] = {"1.0.0": _from_1_0_0}
