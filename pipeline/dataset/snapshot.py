"""The published snapshot: what people read, and the one point at which a run takes effect.

``DATASET/latest`` is a link to ``snapshots/NNNNNN``, which holds a folder ``TABLE.parquet`` of plain Parquet files for
each table and ``manifest.json``, which says of which version and files of the Delta tables they are.  A run takes
effect when the link is moved, in one step; before that everything it wrote can be undone, and a reader sees all of the
old snapshot or all of the new one.  Each file of a table is published as one part, so that what did not change is not
written again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipeline.dataset import publication, tables
from pipeline.dataset.disk import point, sync, write
from pipeline.dataset.publication import masked
from schemas.table import TABLES
from schemas.vacancy import SCHEMA_VERSION

LATEST = "latest"
_MANIFEST = "manifest.json"
_KEPT = 2
_ORDER = {
    "vacancies": ("source", "source_uri", "notice_id", "position"),
    "records": ("source", "source_uri", "notice_id", "position"),
    "findings": ("notice_id", "position", "field", "start", "end", "rule"),
    "notices": ("source", "source_uri", "notice_id"),
    "rejects": ("source_uri", "notice_id", "code"),
    "changes": ("run", "vacancy_id", "kind", "field"),
    "revisions": ("run", "vacancy_id"),
    "sightings": ("source_uri", "notice_id"),
    "links": ("notice_id", "position"),
    "pairs": ("run", "vacancy_id", "other_vacancy_id"),
    "runs": ("run",),
}

Manifest = dict[str, Any]


def manifest(root: Path) -> Manifest:
    """What the published snapshot is of; empty where nothing was published.

    ``run`` and ``at`` are the run's number and time, ``personal`` says whether personal data are in it, ``tables``
    gives ``version``, ``files`` and ``parts`` by table, and ``facts`` what the run counted.
    """
    snapshots = sorted((root / "snapshots").glob("[0-9]*"), reverse=True)
    for folder in (root / LATEST, *snapshots):  # where the link was lost, the newest
        try:
            found: Manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
            continue
        return found
    return {}


class NotPublishedError(Exception):
    """There is no snapshot to read, or one that this version of the program does not read."""


def read(root: Path, name: str, **options: Any) -> pa.Table:
    """Rows of a table as published; ``options`` are those of ``pyarrow.dataset.Dataset.to_table``.

    Raises NotPublishedError.
    """
    written = manifest(root).get("schema_version")
    if written is None:
        raise NotPublishedError(
            f"{root}: nothing is published here; `vacancies ingest PATH... --dataset {root}` makes a dataset"
        )
    if written != SCHEMA_VERSION:
        raise NotPublishedError(
            f"{root}: written by schema {written}, and this program reads {SCHEMA_VERSION};"
            " the next ingest brings an older one up to date, a newer one takes a newer version of the program"
        )
    folder = (root / LATEST).resolve()  # once: a run may move the link before all is read
    parts = sorted((folder / f"{name}.parquet").glob("*.parquet"))
    source = ds.dataset([str(part) for part in parts], schema=tables.columns(name), format="parquet")
    return source.to_table(**options)


def publish(root: Path, facts: Mapping[str, Any]) -> int:
    """Write the snapshot of all tables aside and move ``latest`` to it; returns how many bytes were written.

    ``facts`` (``run``, ``at`` and what else the run counted) go into the manifest.  Call it while the dataset is
    locked.
    """
    before = manifest(root)
    personal = publication.personal(root)
    alike = before.get("schema_version") == SCHEMA_VERSION and before.get("personal", True) == personal
    number = 1 + max((int(folder.name) for folder in (root / "snapshots").glob("[0-9]*")), default=0)
    aside = root / "snapshots" / f".{number:06d}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    written: list[Path] = []
    published = {}
    for name in TABLES:
        tables.tidy(root, name)
        old = before.get("tables", {}).get(name, {}) if alike else {}
        published[name], parts = _parts(root, name, old, aside / f"{name}.parquet", personal=personal)
        written += parts
    content = {"schema_version": SCHEMA_VERSION, "personal": personal, **facts, "tables": published}
    write(aside / _MANIFEST, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode())
    sync(*written, *(aside / f"{name}.parquet" for name in TABLES), aside)
    size = sum(part.stat().st_size for part in written)
    folder = aside.with_name(f"{number:06d}")
    aside.rename(folder)
    sync(folder.parent, root)
    point(root / LATEST, Path("snapshots") / folder.name)
    for old_folder in sorted((root / "snapshots").iterdir())[:-_KEPT]:  # readers may still have the one before open
        shutil.rmtree(old_folder, ignore_errors=True)
    return size


def mend(root: Path) -> None:
    """Remove snapshots that never took effect, and make a lost link anew."""
    folders = sorted((root / "snapshots").glob("[0-9]*"))
    if not (root / LATEST).exists() and manifest(root):
        newest = [folder for folder in folders if (folder / _MANIFEST).exists()][-1]
        point(root / LATEST, Path("snapshots") / newest.name)
    stale = list((root / "snapshots").glob(".*"))
    if (root / LATEST).is_symlink() and folders:
        stale += [folder for folder in folders if folder.name > (root / LATEST).resolve().name]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)


def is_whole(root: Path) -> bool:
    """Whether every file that the manifest names is there."""
    found = manifest(root)
    return bool(found) and all(
        (root / LATEST / f"{name}.parquet" / part).is_file()
        for name, entry in found["tables"].items()
        for part in entry["parts"].values()
    )


def _parts(
    root: Path, name: str, old: Mapping[str, Any], folder: Path, *, personal: bool
) -> tuple[dict[str, Any], list[Path]]:
    """Publish each file of a table as one part; parts of before are linked, the others are returned as written."""
    folder.mkdir()
    known: dict[str, str] = old.get("parts", {})
    last = max((int(Path(part).stem) for part in known.values()), default=0)
    parts: dict[str, str] = {}
    written: list[Path] = []
    files = tables.files(root, name)
    for file in files:
        before = known.get(file)
        if before is not None and _linked(root / LATEST / folder.name / before, folder / before):
            parts[file] = before
            continue
        last += 1
        parts[file] = f"{last:06d}.parquet"
        _write_part(tables.path(root, name) / file, name, folder / parts[file], personal=personal)
        written.append(folder / parts[file])
    if not files:  # readers get a table without rows, not an empty folder
        parts[""] = "000000.parquet"
        if not _linked(root / LATEST / folder.name / parts[""], folder / parts[""]):
            pq.write_table(tables.columns(name).empty_table(), folder / parts[""])
            written.append(folder / parts[""])
    return {"version": tables.version(root, name), "files": files, "parts": parts}, written


def _linked(old: Path, new: Path) -> bool:
    try:
        os.link(old.resolve(), new)
    except OSError:
        return False
    return True


def _write_part(file: Path, name: str, part: Path, *, personal: bool) -> None:
    columns = tables.columns(name)
    rows = ds.dataset([str(file)], schema=columns, format="parquet").to_table()
    rows = rows.sort_by([(column, "ascending") for column in _ORDER[name]])
    pq.write_table((rows if personal else masked(rows)).cast(columns), part, compression="zstd")
