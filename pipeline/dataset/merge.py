"""Copies of one vacancy become one row: field by field the most trustworthy copy wins, the others stay visible.

A copy is trusted more the nearer it is to the original: what a source is said to be, then whether it is still there,
then whether it carries the organization's number, how long its source has had the vacancy, and how much it states.  For
each field a stated value goes before an inferred one.  Values that belong together (a deadline and its time) never come
from copies that contradict each other.  A copy that its source has replaced by another is listed, and says nothing any
more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from extractors._fold import fold
from pipeline.dataset.rows import FILLABLE

Row = dict[str, Any]

_STATED = "stated"
# Fields whose value means something only beside another's.
_HEADS = {
    "closing_time": "closing_date",
    "closing_timezone": "closing_date",
    "closing_at": "closing_date",
    "grade_scale": "grade",
    "country": "duty_station",
    "start_text": "start_date",
    "start_approximate": "start_date",
    "education_fields": "education_level",
    "experience_years": "education_level",
    "experience_routes": "education_level",
}
# Rules that conclude a value from something other than the words that state it.
_INFERRING = {
    "organization": frozenset({"address", "mission", "most_often"}),
    "mission": frozenset({"only_one", "most_often"}),
    "country": frozenset({"duty_station", "mission", "office"}),
}
# Lists of the notice's own wording: two copies hardly ever agree on them, and that says nothing.
_WORDING = frozenset({"qualifications", "education_fields", "notice_language", "experience_routes"})
_STATES = ("ambiguous", "none", "by_reference", "absent")


@dataclass(frozen=True, slots=True)
class Copy:
    """A record, where it lies, since when the vacancy lies there, and what linked it to its vacancy."""

    record: Row
    source: str
    source_uri: str
    copied: bool | None
    first_seen: datetime
    last_seen: datetime | None
    rule: str
    score: float

    def trust(self, since: datetime) -> tuple[Any, ...]:
        """The smaller, the more trustworthy; its source has had the vacancy ``since`` then."""
        stated = sum(not _empty(self.record[name]) for name in FILLABLE)
        return (
            {False: 0, None: 1, True: 2}[self.copied],
            self.last_seen is not None,
            self.record["requisition_id"] is None,
            since,
            -stated,
            self.first_seen,
            self.source_uri,
            self.record["position"],
        )


def merge(copies: Sequence[Copy]) -> Row:
    """The merged row: the columns of ``records``, ``sources`` and ``conflicts``; the best copy says which notice it
    is."""
    since: dict[str, datetime] = {}
    for each in copies:
        since[each.source] = min(each.first_seen, since.get(each.source, each.first_seen))
    ordered = sorted(copies, key=lambda copy: copy.trust(since[copy.source]))
    speaking = _speaking(ordered)
    row = dict(speaking[0].record)
    chosen: dict[str, Copy] = {}
    for name in FILLABLE:
        copy = _best(name, speaking, row)
        row[name] = copy.record[name] if copy is not None else _nothing(row[name])
        if copy is not None:
            chosen[name] = copy
    row["states"] = {name: _state(name, speaking, chosen.get(name)) for name in row["states"]}
    row["evidence"] = [
        {**item, "notice_id": copy.record["notice_id"]}
        for name, copy in chosen.items()
        for item in copy.record["evidence"]
        if item["field"] == name
    ]
    row["sources"] = [_source(copy) for copy in ordered]
    row["conflicts"] = _conflicts(row, speaking)
    return row


def _speaking(ordered: Sequence[Copy]) -> list[Copy]:
    """The copies whose values count: what a source has taken away does not, while it has the vacancy elsewhere."""
    there = {copy.source for copy in ordered if copy.last_seen is None}
    return [copy for copy in ordered if copy.last_seen is None or copy.source not in there]


def _best(name: str, ordered: Sequence[Copy], row: Row) -> Copy | None:
    head = _HEADS.get(name)
    fitting = [
        copy
        for copy in ordered
        if not _empty(copy.record[name]) and (head is None or plain(copy.record[head]) == plain(row[head]))
    ]
    return min(fitting, key=lambda copy: _is_inferred(copy, name), default=None)


def _is_inferred(copy: Copy, name: str) -> bool:
    rules = {item["rule"] for item in copy.record["evidence"] if item["field"] == name}
    return bool(rules) and rules <= _INFERRING.get(name, frozenset())


def _state(name: str, ordered: Sequence[Copy], chosen: Copy | None) -> str:
    if chosen is not None:
        return _state_of(chosen, name) or _STATED
    told = {_state_of(copy, name) for copy in ordered}
    return next((state for state in _STATES if state in told), "absent")


def _state_of(copy: Copy, name: str) -> str | None:
    return dict(copy.record["states"]).get(name)


def _source(copy: Copy) -> Row:
    return {
        "source": copy.source,
        "source_uri": copy.source_uri,
        "notice_id": copy.record["notice_id"],
        "position": copy.record["position"],
        "first_seen": copy.first_seen,
        "last_seen": copy.last_seen,
        "rule": copy.rule,
        "score": copy.score,
    }


def _conflicts(row: Row, ordered: Sequence[Copy]) -> list[Row]:
    found = []
    for name in FILLABLE:
        if name in _WORDING:
            continue
        for copy in ordered:
            value = copy.record[name]
            if not _empty(value) and _folded(name, value) != _folded(name, row[name]):
                told = {"field": name, "value": plain(value), "source_uri": copy.source_uri}
                found.append({**told, "notice_id": copy.record["notice_id"]})
    return found


def _folded(name: str, value: Any) -> Any:
    if name == "languages":
        return sorted({(item["language"], item["requirement"]) for item in value})
    if isinstance(value, str):
        return fold(value)
    return plain(value)


def plain(value: Any) -> str:
    """A value of a row in JSON, the same for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_json)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    number = float(value)  # a Decimal
    return int(number) if number.is_integer() else number


def _empty(value: Any) -> bool:
    return value is None or value == []


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list) else None
