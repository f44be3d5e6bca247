"""The parsed store: what was read from each notice, addressed by the notice's content.

It only moves forward: a notice that is parsed stays so, whatever becomes of the run that parsed it.  ``notices`` is
written last: a notice stands there only once all its other rows do, so that an interrupted run is made good by the
next one.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow.compute as pc

from pipeline.dataset import tables
from pipeline.dataset.rows import Batch
from schemas.vacancy import SCHEMA_VERSION


def known(root: Path, notice_ids: Collection[str], *, parser_version: str) -> set[str]:
    """Which of these notices the store holds as this parser and this schema read them."""
    where = tables.isin("notice_id", notice_ids) & _present(parser_version)
    return set(tables.read(root, "notices", where=where, only=["notice_id"])["notice_id"].to_pylist())


def stale(root: Path, *, parser_version: str) -> list[str]:
    """The notices that another parser or another schema read, in order."""
    found = tables.read(root, "notices", where=~_present(parser_version), only=["notice_id"])
    return sorted(found["notice_id"].to_pylist())


def write(root: Path, batch: Batch) -> set[str]:
    """Store parsed notices; returns those of them that the store held before, as another parser had read them."""
    ids = [row["notice_id"] for row in batch.notices]
    if not ids:
        return set()
    found = tables.read(root, "notices", where=tables.isin("notice_id", ids), only=["notice_id"])
    for name in ("findings", "records", "notices"):
        tables.replace(root, name, getattr(batch, name), ids)
    return set(found["notice_id"].to_pylist())


def _present(parser_version: str) -> pc.Expression:
    return (pc.field("parser_version") == parser_version) & (pc.field("schema_version") == SCHEMA_VERSION)
