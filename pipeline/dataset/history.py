"""What a run saw becomes the dataset's new state, and the list of what has changed.

Sightings (where a notice lies, since when, until when) are compared with those of before; the vacancies that new,
replaced or vanished notices touch are linked and merged anew, and every difference becomes a change.  What nothing
touched is neither read nor written, so that a run costs in proportion to what is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset import linkage, tables
from pipeline.dataset.changes import change_row, differences, standing
from pipeline.dataset.known import known
from pipeline.dataset.merge import merge
from pipeline.dataset.report import Example
from pipeline.dataset.rows import FILLABLE
from pipeline.dataset.sightings import Found, Run, sight
from pipeline.dataset.trust import Copy
from pipeline.dataset.values import plain
from pipeline.source import STDIN

__all__ = ["Found", "Outcome", "Run", "fold", "relink"]

Row = dict[str, Any]

_CHUNK = 2000
_SAMPLE = 20_000
_EXAMPLES = 10
_VERSION = ("notice_id", "parser_version")


@dataclass(slots=True)
class Outcome:
    """What the run changed: by kind, the rows it made (at most some thousands of them), and the shift of counts."""

    changes: Counter[str] = field(default_factory=Counter)
    fresh: list[Row] = field(default_factory=list)
    added: int = 0
    present: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)

    def tell(self, changes: Sequence[Row], rows: Mapping[str, Row]) -> None:
        """Count vacancies by what happened to them, and keep some changes of each kind to be shown.

        ``rows`` are the vacancies concerned, by id.
        """
        self.changes.update(kind for _, kind in {(change["vacancy_id"], change["kind"]) for change in changes})
        shown = Counter(example.kind for example in self.examples)
        for change in changes:
            if shown[change["kind"]] < _EXAMPLES:
                shown[change["kind"]] += 1
                self.examples.append(Example.of(change, rows[change["vacancy_id"]]))


def fold(root: Path, run: Run, found: Found) -> Outcome:
    """Bring the state to what the run found.  Call it while the dataset is locked, with nothing left over."""
    outcome = Outcome()
    moved = sight(root, run, found)
    anew = _read_anew(root, run.parser_version)
    touched = _link(root, run, moved | anew)
    causes = dict.fromkeys(touched, "parser")
    causes |= dict.fromkeys(_vacancies_of(root, moved), "source")
    for ids in tables.batches(causes, _CHUNK):
        _renew(root, run, ids, causes, outcome)
    _close(root, run, causes, outcome)
    return outcome


def relink(root: Path, run: Run) -> Outcome:
    """Make links, vacancies and their history from the records and sightings that are there."""
    outcome = Outcome()
    every = set(tables.read(root, "sightings", only=["notice_id"])["notice_id"].to_pylist())
    causes = dict.fromkeys(_link(root, run, every), "source")
    for ids in tables.batches(causes, _CHUNK):
        _renew(root, run, ids, causes, outcome)
    return outcome


def _read_anew(root: Path, parser_version: str) -> set[str]:
    """Notices whose records another parser has read since they were linked."""
    where = pc.field("parser_version") != parser_version
    linked = tables.read(root, "links", where=where, only=["notice_id", "parser_version"])
    then = dict(zip(linked["notice_id"].to_pylist(), linked["parser_version"].to_pylist(), strict=True))
    found: set[str] = set()
    for ids in tables.batches(then, _CHUNK):
        where = tables.isin("notice_id", ids)
        now = tables.read(root, "notices", where=where, only=["notice_id", "parser_version"])
        pairs = zip(now["notice_id"].to_pylist(), now["parser_version"].to_pylist(), strict=True)
        found |= {notice_id for notice_id, version in pairs if version != then[notice_id]}
    return found


def _link(root: Path, run: Run, notice_ids: Collection[str]) -> set[str]:
    """Link the records of these notices that are not linked as they now read; returns the vacancies concerned."""
    touched: set[str] = set()
    for ids in tables.batches(notice_ids, _CHUNK):
        old = {(row["notice_id"], row["position"]): row for row in _of_notices(root, "links", ids)}
        versions = {row["notice_id"]: row["parser_version"] for row in _of_notices(root, "notices", ids, _VERSION)}
        done = {key[0] for key, row in old.items() if row["parser_version"] == versions.get(key[0])}
        wanted = [notice_id for notice_id in ids if notice_id not in done]
        items = [linkage.identity(record) for record in _of_notices(root, "records", wanted)]
        linked = linkage.link(items, [*map(linkage.stored, old.values()), *known(root, items, set(old))])
        rows = [_link_row(item, linked, old.get((item.notice_id, item.position)), versions) for item in items]
        gone = {key for key in old if key[0] in wanted} - {(item.notice_id, item.position) for item in items}
        touched |= {row["vacancy_id"] for row in rows} | {old[key]["vacancy_id"] for key in gone}
        if gone:
            tables.replace(root, "links", rows, wanted)
        else:
            tables.upsert(root, "links", rows)
        _list(root, run, linked.pairs)
    return touched


def _list(root: Path, run: Run, pairs: Sequence[Row]) -> None:
    """List likely pairs for review, each once, however often its notices are read again."""
    where = tables.isin("vacancy_id", {pair["vacancy_id"] for pair in pairs})
    names = ("vacancy_id", "other_vacancy_id")
    listed = tables.read(root, "pairs", where=where, only=names).to_pylist() if pairs else []
    known = {tuple(pair[name] for name in names) for pair in listed}
    new = [pair for pair in pairs if tuple(pair[name] for name in names) not in known]
    tables.append(root, "pairs", [{"run": run.number, "at": run.at, **pair} for pair in new])


def _of_notices(root: Path, name: str, notice_ids: Collection[str], only: Sequence[str] | None = None) -> list[Row]:
    return _rows(tables.read(root, name, where=tables.isin("notice_id", notice_ids), only=only)) if notice_ids else []


def _link_row(item: linkage.Identity, linked: linkage.Linked, old: Row | None, versions: Mapping[str, str]) -> Row:
    link = linked.links[item.notice_id, item.position]
    told = {"rule": link.rule, "score": link.score, "readvertises": link.readvertises}
    if old is not None:
        told = {name: old[name] for name in told}
    given = {"vacancy_id": link.vacancy_id, "id_basis": link.id_basis, "parser_version": versions[item.notice_id]}
    return {**linkage.columns(item), **told, **given}


def _vacancies_of(root: Path, notice_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for ids in tables.batches(notice_ids, _CHUNK):
        where = tables.isin("notice_id", ids)
        found |= set(tables.read(root, "links", where=where, only=["vacancy_id"])["vacancy_id"].to_pylist())
    return found


def _renew(root: Path, run: Run, ids: Sequence[str], causes: Mapping[str, str], outcome: Outcome) -> None:
    """Merge these vacancies anew and write what differs."""
    where = tables.isin("vacancy_id", ids)
    olds = {row["vacancy_id"]: row for row in _rows(tables.read(root, "vacancies", where=where))}
    links = tables.read(root, "links", where=where).to_pylist()
    births = {link["vacancy_id"]: link for link in links if link["rule"] == linkage.NEW}
    copies = _copies(root, links)
    rows: list[Row] = []
    changes: list[Row] = []
    for vacancy_id in ids:
        old = olds.get(vacancy_id)
        row = _merged(vacancy_id, copies.get(vacancy_id, []), old, births.get(vacancy_id), run)
        if row is None:
            continue
        told = differences(old, row, run, causes[vacancy_id])
        if told or old is None or plain(old) != plain(row):
            if any(change["field"] in FILLABLE for change in told):
                row["revision"] += 1
            rows.append(row)
            changes += told
            _count(old, row, outcome)
    outcome.tell(changes, {row["vacancy_id"]: row for row in rows})
    outcome.ids |= {row["vacancy_id"] for row in rows}
    outcome.fresh += rows[: max(0, _SAMPLE - len(outcome.fresh))]
    tables.upsert(root, "vacancies", rows)
    tables.append(root, "revisions", [{"run": run.number, "at": run.at, **row} for row in rows])
    tables.append(root, "changes", changes)


def _rows(table: pa.Table) -> list[Row]:
    rows: list[Row] = table.to_pylist(maps_as_pydicts="strict")
    return rows


def _copies(root: Path, links: Sequence[Row]) -> dict[str, list[Copy]]:
    """The copies of the linked vacancies: of each place the one that stands there, or stood there last; since when the
    place has had the vacancy in any form."""
    notice_ids = {link["notice_id"] for link in links}
    if not notice_ids:
        return {}
    where = tables.isin("notice_id", notice_ids)
    records = {(row["notice_id"], row["position"]): row for row in _rows(tables.read(root, "records", where=where))}
    places: dict[str, list[Row]] = {}
    for sighting in tables.read(root, "sightings", where=where).to_pylist():
        places.setdefault(sighting["notice_id"], []).append(sighting)
    found: dict[str, dict[str, Copy]] = {}
    since: dict[tuple[str, str], datetime] = {}
    for link in links:
        record = records.get((link["notice_id"], link["position"]))
        if record is None:
            continue
        for place in places.get(link["notice_id"], ()):
            copy = _copy(record, place, link)
            last = found.setdefault(link["vacancy_id"], {})
            at = copy.source_uri if copy.source_uri != STDIN else link["notice_id"]
            last[at] = max(last.get(at, copy), copy, key=_ended)
            first = since.setdefault((link["vacancy_id"], at), copy.first_seen)
            since[link["vacancy_id"], at] = min(first, copy.first_seen)
    return {
        vacancy_id: [replace(copy, first_seen=since[vacancy_id, at]) for at, copy in copies.items()]
        for vacancy_id, copies in found.items()
    }


def _copy(record: Row, place: Row, link: Row) -> Copy:
    placed = {**record, "source": place["source"], "source_uri": place["source_uri"]}
    names = ("source", "source_uri", "copied", "first_seen", "last_seen")
    told = {name: place[name] for name in names} | {"noticed": place["first_seen"]}
    return Copy(record=placed, rule=link["rule"], score=link["score"], **told)


def _ended(copy: Copy) -> tuple[bool, datetime, datetime]:
    return copy.last_seen is None, copy.last_seen or copy.first_seen, copy.first_seen


def _merged(vacancy_id: str, copies: Sequence[Copy], old: Row | None, link: Row | None, run: Run) -> Row | None:
    """The vacancy's new row; one that no copy is left of keeps its values and is gone."""
    if not copies:
        return None if old is None else {**old, "last_seen": old["last_seen"] or run.before}
    there = any(copy.last_seen is None for copy in copies)
    born = old if old is not None else link or {}
    return {
        **merge(copies),
        "vacancy_id": vacancy_id,
        "id_basis": born.get("id_basis"),
        "first_seen": min(copy.first_seen for copy in copies) if old is None else old["first_seen"],
        "last_seen": None if there else max(copy.last_seen for copy in copies if copy.last_seen is not None),
        "revision": 1 if old is None else old["revision"],
        "readvertises": born.get("readvertises"),
    }


def _close(root: Path, run: Run, touched: Collection[str], outcome: Outcome) -> None:
    """Tell of the vacancies whose deadline has passed since the last run, and that nothing else happened to."""
    if run.before is None:
        return
    days = (run.before - timedelta(days=3)).date(), (run.at + timedelta(days=1)).date()
    where = (pc.field("closing_date") >= days[0]) & (pc.field("closing_date") <= days[1])
    names = ["vacancy_id", "title", "duty_station", "requisition_id", "closing_date", "closing_at", "last_seen"]
    open_then = tables.read(root, "vacancies", where=where & pc.field("last_seen").is_null(), only=names).to_pylist()
    changes = [
        change_row(run, row["vacancy_id"], "closed", "clock")
        for row in open_then
        if row["vacancy_id"] not in touched
        and standing(row, run.before) == "open"
        and standing(row, run.at) == "closed"
    ]
    outcome.tell(changes, {row["vacancy_id"]: row for row in open_then})
    tables.append(root, "changes", changes)


def _count(old: Row | None, row: Row, outcome: Outcome) -> None:
    outcome.added += old is None
    outcome.present += (row["last_seen"] is None) - (old is not None and old["last_seen"] is None)
    for name in FILLABLE:
        outcome.filled[name] += _filled(row[name]) - (old is not None and _filled(old[name]))


def _filled(value: Any) -> bool:
    return value is not None and value != []
