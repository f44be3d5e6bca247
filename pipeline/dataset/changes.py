"""What has happened to a vacancy between two runs, as rows of ``changes``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pipeline.dataset.rows import FILLABLE
from pipeline.dataset.sightings import Run
from pipeline.dataset.values import plain

Row = dict[str, Any]

_ANYWHERE = timedelta(hours=36)  # a day has ended everywhere twelve hours after it ended in Greenwich


def differences(old: Row | None, row: Row, run: Run, cause: str) -> list[Row]:
    """What has happened to a vacancy, in the order in which it is told."""
    if old is None:
        told: list[tuple[str, str | None, Any, Any]] = [("added", None, None, None)]
    else:
        told = [("changed", name, old[name], row[name]) for name in FILLABLE if plain(old[name]) != plain(row[name])]
        places = [sorted({source["source_uri"] for source in each["sources"]}) for each in (old, row)]
        if places[0] != places[1]:
            told.append(("changed", "sources", places[0], places[1]))
    changes = [change_row(run, row["vacancy_id"], kind, cause, name, was, now) for kind, name, was, now in told]
    overdue = old is not None and standing({**old, "last_seen": None}, run.at) == "closed"
    for kind in _turns(old, row, run):
        changes.append(change_row(run, row["vacancy_id"], kind, "clock" if kind == "closed" and overdue else cause))
    return changes


def _turns(old: Row | None, row: Row, run: Run) -> Iterator[str]:
    """The changes of a vacancy's standing."""
    after = standing(row, run.at)
    before = "open" if old is None else standing(old, run.before or run.at)
    if after == "gone":
        if before != "gone":
            yield "disappeared"
        return
    if old is not None and old["last_seen"] is not None:
        yield "reappeared"
        before = standing({**old, "last_seen": None}, old["last_seen"])
    if after != before:
        yield "closed" if after == "closed" else "reopened"


def change_row(
    run: Run, vacancy_id: str, kind: str, cause: str, name: str | None = None, old: Any = None, new: Any = None
) -> Row:
    """A row of ``changes``; values are kept in JSON."""
    return {
        "run": run.number,
        "at": run.at,
        "vacancy_id": vacancy_id,
        "kind": kind,
        "field": name,
        "old": _json(name, old),
        "new": _json(name, new),
        "cause": cause,
    }


def _json(name: str | None, value: Any) -> str | None:
    return None if name is None or value is None else plain(value)


def standing(row: Mapping[str, Any], at: datetime) -> str:
    """Whether a vacancy was ``open``, ``closed`` (its deadline had passed) or ``gone`` (from all sources) at a time."""
    if row["last_seen"] is not None:
        return "gone"
    end = closes(row)
    return "closed" if end is not None and end <= at else "open"


def closes(row: Mapping[str, Any]) -> datetime | None:
    """When applications close (UTC); of a day without time or zone, when it has ended everywhere."""
    if row["closing_at"] is not None:
        end: datetime = row["closing_at"]
        return end
    if row["closing_date"] is None:
        return None
    return datetime.combine(row["closing_date"], time(), UTC) + _ANYWHERE
