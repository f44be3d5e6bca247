"""Inputs that gave no record: kept with their bytes and the reason until they are read, or set aside by a person.

An entry is ``open`` until its place gives a notice (``cured``), or until the operator drops it (``dropped``).  Nothing
is deleted: settled entries stay in the table, and bytes stay in ``DATASET/raw``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from pipeline.dataset import tables
from pipeline.dataset.report import Tally
from pipeline.dataset.rows import reject_from, reject_row
from pipeline.source import STDIN, Reject

Row = dict[str, Any]
_SAME = ("code", "stage", "reason", "parser_version")


def settle(
    root: Path, tally: Tally, read: Collection[tuple[str, str]], *, at: datetime, held: Collection[str] = ()
) -> None:
    """Add what was rejected now, and cure the entries of places that give a notice or hold something else now.

    ``read`` are the places and ids of the notices that were read, ``held`` the places where one lies as it lay: a newer
    parser may have read that again.
    """
    rejected = {
        (row["source_uri"], row["notice_id"]): row for row in (reject_row(each, at=at) for each in tally.rejects)
    }
    places = {uri for uri, _ in (*read, *rejected)} - {STDIN}
    where = (pc.field("status") == "open") | tables.isin("source_uri", {uri for uri, _ in rejected})
    before = {
        (row["source_uri"], row["notice_id"]): row for row in tables.read(root, "rejects", where=where).to_pylist()
    }
    again = set(read)
    rows = []
    for key, row in before.items():
        stands = key[0] in places or key[0] in held or key in again
        if row["status"] == "open" and key not in rejected and stands:
            rows.append({**row, "status": "cured", "settled_at": at})
    for key, row in rejected.items():
        old = before.get(key)
        if old is None or old["status"] == "cured":
            rows.append(row)
        elif any(old[name] != row[name] for name in _SAME):
            kept = {name: old[name] for name in ("rejected_at", "status", "settled_at")}
            rows.append({**row, **kept})
    tables.upsert(root, "rejects", rows)


def told(root: Path, notice_ids: Collection[str], *, parser_version: str) -> dict[str, Reject]:
    """What this parser has said of these notices when it rejected them, by notice.

    Defects are tried again, and so is what could not be decoded, because the user may state its encoding now.
    """
    where = tables.isin("notice_id", notice_ids) & (pc.field("parser_version") == parser_version)
    where = where & ~tables.isin("stage", ("source", "raw", "decode", "defect"))
    return {row["notice_id"]: reject_from(row) for row in tables.read(root, "rejects", where=where).to_pylist()}


def drop(root: Path, entries: Sequence[Row], *, at: datetime) -> None:
    """Set entries aside; their bytes stay."""
    keys = {(entry["source_uri"], entry["notice_id"]) for entry in entries}
    where = tables.isin("source_uri", {uri for uri, _ in keys})
    found = tables.read(root, "rejects", where=where).to_pylist() if keys else []
    rows = [row for row in found if (row["source_uri"], row["notice_id"]) in keys]
    tables.upsert(root, "rejects", [{**row, "status": "dropped", "settled_at": at} for row in rows])


def chosen(entries: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """The entries that are meant: by address, by the notice's number or the beginning of it, or all where none is
    named.

    Raises LookupError for a name that fits none.
    """
    if not names:
        return list(entries)
    found: dict[tuple[str, str], Row] = {}
    for name in names:
        fitting = [
            row for row in entries if row["source_uri"] == name or (len(name) > 5 and row["notice_id"].startswith(name))
        ]
        if not fitting:
            raise LookupError(f"nothing in quarantine is called {name!r}; `vacancies quarantine list` shows what is")
        found |= {(row["source_uri"], row["notice_id"]): row for row in fitting}
    return list(found.values())
