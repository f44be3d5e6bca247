"""What operators ask of a dataset: how the last runs went, how fresh it is, what is in quarantine, what became of a
vacancy."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from pipeline.dataset import snapshot, tables

_SHORTEST = 6
_TOLD = ("added", "changed", "reappeared", "reopened", "closed", "disappeared")  # what happened in one run, in order
_SUMMARY = ("title", "organization", "mission", "duty_station", "grade", "requisition_id", "closing_date")
_STATE = ("vacancy_id", "id_basis", "first_seen", "last_seen", "revision", "readvertises", "sources", "conflicts")


def status(root: Path, *, runs: int, now: datetime) -> dict[str, Any]:
    """The last runs (newest first), the published dataset's age in hours, its size, and the quarantine by code."""
    published = snapshot.manifest(root)
    at = datetime.fromisoformat(published["at"]) if "at" in published else None
    facts = published.get("facts", {})
    told = sorted(tables.read(root, "runs").to_pylist(maps_as_pydicts="strict"), key=lambda row: -row["run"])
    entries = snapshot.read(root, "rejects", columns=["code", "status"]).to_pylist() if at is not None else []
    return {
        "dataset": str(root),
        "published_run": published.get("run"),
        "published_at": at,
        "age_hours": None if at is None else round((now - at).total_seconds() / 3600, 2),
        "vacancies": facts.get("total", 0),
        "present": facts.get("present", 0),
        "quarantine": dict(Counter(entry["code"] for entry in entries if entry["status"] == "open").most_common()),
        "runs": told[:runs],
    }


def history(root: Path, vacancy_id: str) -> dict[str, Any]:
    """A vacancy, where it lies, and its changes in their order; raises LookupError where none or several are called
    so."""
    if len(vacancy_id) < _SHORTEST:
        raise LookupError(f"{vacancy_id!r}: at least {_SHORTEST} characters of the id are needed")
    where = pc.starts_with(pc.field("vacancy_id"), vacancy_id)
    found = snapshot.read(root, "vacancies", filter=where, columns=[*_STATE, *_SUMMARY]).to_pylist()
    if len(found) != 1:
        raise LookupError(f"{len(found) or 'no'} vacancies have an id that begins with {vacancy_id!r}")
    (row,) = found
    changes = snapshot.read(root, "changes", filter=pc.field("vacancy_id") == row["vacancy_id"]).to_pylist()
    changes.sort(key=lambda change: (change["run"], _TOLD.index(change["kind"])))
    pairs = snapshot.read(root, "pairs").to_pylist()
    likely = [pair for pair in pairs if row["vacancy_id"] in (pair["vacancy_id"], pair["other_vacancy_id"])]
    return {**row, "changes": changes, "likely_the_same": likely}
