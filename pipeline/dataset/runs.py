"""One run after another: the lock, what a run that died left over, the checks, and the moment a run takes effect.

A run writes to the tables while nobody reads them; it takes effect when the snapshot's link is moved.  One that is held
back, fails or dies has no effect: what it wrote to the state is undone, at once or by the next run.
"""

from __future__ import annotations

import json
import os
import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset import gate, migration, quarantine, raw, rehearsal, snapshot, tables
from pipeline.dataset.disk import locked, write
from pipeline.dataset.history import Found, Outcome, Run, fold, relink
from pipeline.dataset.report import Report, Tally
from pipeline.dataset.rows import FILLABLE
from pipeline.parse import PARSER_VERSION
from schemas.expectations import Expectations
from schemas.table import TABLES
from schemas.vacancy import SCHEMA_VERSION

_MARKER = "run.json"


@dataclass(frozen=True, slots=True)
class Started:
    """A run at work; ``started_at`` is UTC."""

    root: Path
    number: int
    run_id: str
    command: str
    inputs: tuple[str, ...]
    started_at: datetime


@contextmanager
def started(root: Path, command: str, inputs: Sequence[str], *, wait: float = 0) -> Iterator[Started]:
    """Begin a run: keep other writers out, make good what was left over.  Raises disk.BusyError.

    A run that ends in an error is recorded as failed, if that can still be written.
    """
    with locked(root, wait=wait):
        recover(root)
        run = Started(root, _next(root), str(uuid.uuid4()), command, tuple(inputs), datetime.now(UTC))
        write(root / _MARKER, json.dumps(_begun(run)).encode())
        try:
            yield run
        except BaseException as error:
            told = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"[:500]
            _leave(run, told)
            raise
        (root / _MARKER).unlink(missing_ok=True)


def recover(root: Path) -> None:
    """Undo what a run that did not take effect has left; bring an older dataset to the present schema.

    Where the last snapshot was lost, what the tables hold is published again.
    """
    if migration.migrate(root):
        _publish_as_it_is(root, "migrate", every=True)
    if snapshot.manifest(root).get("schema_version") == SCHEMA_VERSION:
        migration.finished(root)
    published = snapshot.manifest(root)
    tables.mend(root, published.get("tables", {}))
    told = _interrupted(root)
    if published.get("run", 0) >= _last_published(root, but=told.get("run")):
        tables.roll_back(root, published.get("tables", {}))
        snapshot.mend(root)
        if published and not snapshot.is_whole(root):
            snapshot.publish(root, {name: published[name] for name in ("run", "run_id", "at", "facts")})
    else:
        if "tables" in told:
            tables.roll_back(root, told["tables"])
        _publish_as_it_is(root, "restore")
    if told and told["run"] > published.get("run", 0):
        begun = datetime.fromisoformat(told["started_at"])
        row = _row(told["run"], told["run_id"], "interrupted", told["command"], told["inputs"], begun)
        tables.upsert(root, "runs", [row])
    if (root / _MARKER).exists():
        raw.clean(root)
        (root / _MARKER).unlink()
    for name in TABLES:
        tables.sweep(root, name)
    rehearsal.clean(root)


def _publish_as_it_is(root: Path, command: str, *, every: bool = False) -> None:
    """Publish what the tables hold, after a migration or where the snapshot was lost."""
    run = Started(root, _next(root), str(uuid.uuid4()), command, (), datetime.now(UTC))
    if every:
        relink(root, Run(run.number, run.started_at, None, PARSER_VERSION))
    row = _row(run.number, run.run_id, "published", command, (), run.started_at)
    tables.upsert(root, "runs", [{**row, "finished_at": datetime.now(UTC)}])
    facts = _counted(root)
    snapshot.publish(root, {"run": run.number, "run_id": run.run_id, "at": _text(run.started_at), "facts": facts})


def _counted(root: Path) -> dict[str, Any]:
    """The facts of the manifest, counted from the table."""
    words: dict[str, set[str]] = {}
    filled: Counter[str] = Counter()
    total = present = 0
    source = tables.scan(root, "vacancies")
    for part in source.to_batches() if source is not None else ():
        rows = pa.Table.from_batches([part])
        total += rows.num_rows
        present += rows["last_seen"].null_count
        filled.update({name: gate.filled(rows[name]) for name in FILLABLE})
        for name, values in gate.vocabulary(rows, gate.vocabulary_fields()).items():
            words.setdefault(name, set()).update(values)
    vocabulary = {name: sorted(values) for name, values in words.items()}
    return {"total": total, "present": present, "filled": filled, "vocabulary": vocabulary, "inputs": {}}


def finish(
    run: Started,
    found: Found,
    tally: Tally,
    *,
    expectations: Expectations | None = None,
    accepted: Collection[str] = (),
    dropped: Sequence[dict[str, Any]] = (),
) -> Report:
    """Fold what was found into the state, check it, and publish it or hold it back.

    ``dropped`` are entries of the quarantine to set aside.  Safe to repeat after an error: it starts from what is
    published.
    """
    root = run.root
    before = snapshot.manifest(root)
    tables.roll_back(root, before.get("tables", {}))
    now = Run(run.number, run.started_at, _time(before.get("at")), PARSER_VERSION)
    read = [(each.source_uri, each.notice_id) for each in found.seen]
    quarantine.settle(root, tally, read, at=now.at, held=found.held)
    quarantine.drop(root, dropped, at=now.at)
    outcome = fold(root, now, replace(found, unread={reject.uri for reject in tally.rejects}))
    facts = _facts(root, before, run, outcome, tally, expectations)
    breaches = gate.check(_candidate(root, before, run, outcome, tally, facts), expectations, accepted=accepted)
    held = any(breach.severity == "hold" for breach in breaches)
    report = Report(
        run=run.number,
        run_id=run.run_id,
        command=run.command,
        status="held_back" if held else "published",
        started_at=run.started_at,
        finished_at=datetime.now(UTC),
        inputs=run.inputs,
        tally=tally,
        changes=dict(outcome.changes),
        total=facts["total"] if not held else before.get("facts", {}).get("total", 0),
        present=facts["present"] if not held else before.get("facts", {}).get("present", 0),
        fill_rates=_rates(facts if not held else before.get("facts", {})),
        breaches=tuple(breaches),
        examples=tuple(outcome.examples),
        parser_version=PARSER_VERSION,
        schema_version=SCHEMA_VERSION,
    )
    tables.upsert(root, "runs", [report.row()])
    if held:
        tables.roll_back(root, before.get("tables", {}))
    else:
        snapshot.publish(root, {"run": run.number, "run_id": run.run_id, "at": _text(run.started_at), "facts": facts})
    return report


def _candidate(
    root: Path, before: Mapping[str, Any], run: Started, outcome: Outcome, tally: Tally, facts: Mapping[str, Any]
) -> gate.Candidate:
    old = before.get("facts", {})
    last = old.get("inputs", {}).get(_inputs_key(run), {})
    fresh = pa.Table.from_pylist(outcome.fresh, schema=tables.columns("vacancies"))
    return gate.Candidate(
        now=run.started_at,
        last_at=_time(before.get("at")),
        inputs=run.inputs,
        seen=tally.seen,
        rejected=len(tally.rejects),
        last_seen_inputs=last.get("seen"),
        last_rejected=last.get("rejected"),
        present_before=old.get("present", 0),
        present_after=facts["present"],
        disappeared=outcome.changes["disappeared"],
        fresh=fresh,
        baseline=_rates(old),
        baseline_rows=old.get("total", 0),
        vocabulary={name: frozenset(values) for name, values in old.get("vocabulary", {}).items()},
        duplicate_ids=_duplicates(root, outcome.ids),
    )


def _facts(
    root: Path,
    before: Mapping[str, Any],
    run: Started,
    outcome: Outcome,
    tally: Tally,
    expectations: Expectations | None,
) -> dict[str, Any]:
    """What the manifest keeps of the dataset's counts, so that the next run need not count again."""
    old = before.get("facts", {})
    filled = Counter(old.get("filled", {}))
    filled.update(outcome.filled)
    fresh = pa.Table.from_pylist(outcome.fresh, schema=tables.columns("vacancies"))
    words = gate.vocabulary(fresh, gate.vocabulary_fields(expectations))
    known = {name: set(values) for name, values in old.get("vocabulary", {}).items()}
    if old and not known.keys() >= words.keys():  # a column whose values nobody has kept until now
        known = {name: set(values) for name, values in _counted(root)["vocabulary"].items()}
    inputs = dict(old.get("inputs", {}))
    inputs[_inputs_key(run)] = {"seen": tally.seen, "rejected": len(tally.rejects)}
    return {
        "total": old.get("total", 0) + outcome.added,
        "present": old.get("present", 0) + outcome.present,
        "filled": {name: filled[name] for name in FILLABLE},
        "vocabulary": {name: sorted(known.get(name, set()) | values) for name, values in words.items()},
        "inputs": inputs,
    }


def _inputs_key(run: Started) -> str:
    return f"{run.command} {' '.join(sorted(run.inputs))}"


def _rates(facts: Mapping[str, Any]) -> dict[str, float]:
    total = facts.get("total", 0)
    return {name: facts["filled"].get(name, 0) / total for name in FILLABLE} if total else {}


def _duplicates(root: Path, ids: Collection[str]) -> int:
    found = 0
    for some in tables.batches(ids, 10_000):
        rows = tables.read(root, "vacancies", where=tables.isin("vacancy_id", some), only=["vacancy_id"])
        found += rows.num_rows - pc.count_distinct(rows["vacancy_id"]).as_py()
    return found


def _next(root: Path) -> int:
    numbers = tables.read(root, "runs", only=["run"])["run"]
    return 1 + int(pc.max(numbers).as_py() or 0)


def _last_published(root: Path, *, but: int | None) -> int:
    """The last run that is recorded as published, besides one that may have died before it was; 0 for none."""
    found = tables.read(root, "runs", where=pc.field("status") == "published", only=["run"])["run"].to_pylist()
    return max((number for number in found if number != but), default=0)


def _leave(run: Started, error: str) -> None:
    """Undo what a failing run has written and record it; where even that fails, the next run does both.

    A run that fails after it took effect stays as it is.
    """
    try:
        published = snapshot.manifest(run.root)
        if published.get("run") == run.number:
            return
        tables.roll_back(run.root, published.get("tables", {}))
        snapshot.mend(run.root)
        row = _row(run.number, run.run_id, "failed", run.command, run.inputs, run.started_at)
        tables.upsert(run.root, "runs", [{**row, "finished_at": datetime.now(UTC), "error": error}])
        (run.root / _MARKER).unlink(missing_ok=True)
    except Exception:  # the disk may be full; the marker stays, and the next run reads it
        return


def _interrupted(root: Path) -> dict[str, Any]:
    """What the marker says of a run that died, or failed on a full disk; empty where there is none."""
    try:
        told: dict[str, Any] = json.loads((root / _MARKER).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return told


def _row(
    number: int, run_id: str, status: str, command: str, inputs: Sequence[str], started_at: datetime
) -> dict[str, Any]:
    return {
        "run": number,
        "run_id": run_id,
        "status": status,
        "command": command,
        "inputs": list(inputs),
        "started_at": started_at,
        "parser_version": PARSER_VERSION,
        "schema_version": SCHEMA_VERSION,
    }


def _begun(run: Started) -> dict[str, Any]:
    """What the marker keeps of a run at work, and the versions of the tables from which it began."""
    published = snapshot.manifest(run.root).get("tables", {})
    return {
        "run": run.number,
        "run_id": run.run_id,
        "tables": {name: {"version": entry["version"]} for name, entry in published.items()},
        "command": run.command,
        "inputs": list(run.inputs),
        "started_at": _text(run.started_at),
        "pid": os.getpid(),
    }


def _text(at: datetime) -> str:
    return at.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
