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
from pipeline.source import STDIN
from schemas.vacancy import SCHEMA_VERSION

Row = dict[str, Any]

_FIRST = "1.0.0"


class NewerDatasetError(Exception):
    """The dataset was written by a later version of the program."""


def migrate(root: Path) -> bool:
    """Bring the dataset's tables to the present schema; returns whether there was anything to do."""
    written = _written(root)
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
    elif (root / "tables").exists():  # what a migration that was cut short has made
        shutil.rmtree(root / "tables")
    sync(root)
    step(root, aside)
    return True


def finished(root: Path) -> None:
    """Remove the old tables once the new ones are published."""
    for written in _STEPS:
        shutil.rmtree(_aside(root, written), ignore_errors=True)


def _written(root: Path) -> str:
    """The schema that the dataset was written by, also where none of it was published or its snapshots were lost."""
    found: str | None = snapshot.manifest(root).get("schema_version")
    if found is not None:
        return found
    old = _aside(root, _FIRST).exists() or tables.version(root, "vacancies") >= 0 > tables.version(root, "sightings")
    return _FIRST if old else SCHEMA_VERSION


def _aside(root: Path, written: str) -> Path:
    return root / f"tables-{written}"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _from_1_0_0(root: Path, aside: Path) -> None:
    """1.0.0 had one row of ``vacancies`` per position of a notice, and neither sightings nor history."""
    for old, new in (("vacancies", "records"), ("findings", "findings"), ("notices", "notices")):
        tables.append(root, new, _old(aside, old, new))
    notices = tables.read(root, "notices", only=["notice_id", "source", "source_uri", "ingested_at"]).to_pylist()
    tables.append(root, "sightings", _sightings(root, notices))
    rejects = _old(aside, "rejects", "rejects").to_pylist()
    settled = {(_place(root, row), row["notice_id"] or ""): row for row in rejects}
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


def _sightings(root: Path, notices: list[Row]) -> list[Row]:
    """Where the notices lie: of several in one place the last, and none in a place that cannot be looked at again."""
    found = []
    taken: set[str] = set()
    for row in sorted(notices, key=lambda row: row["ingested_at"], reverse=True):
        place = _place(root, row)
        gone = place in taken or not (place == STDIN or os.path.isabs(place))
        taken |= {place} - {STDIN}
        found.append(
            {
                "source_uri": place,
                "notice_id": row["notice_id"],
                "source": row["source"],
                "first_seen": row["ingested_at"],
                "last_seen": row["ingested_at"] if gone else None,
            }
        )
    return found


def _place(root: Path, row: Row) -> str:
    """The absolute path of a file that 1.0.0 was given as seen from here, or from beside the dataset; else as given."""
    uri: str = row["source_uri"]
    places = [os.path.abspath(uri), os.path.abspath(root.absolute().parent / uri)]
    return uri if uri == STDIN else next((place for place in places if os.path.isfile(place)), uri)


_STEPS: dict[str, Callable[[Path, Path], None]] = {_FIRST: _from_1_0_0}
