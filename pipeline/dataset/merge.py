"""Copies of one vacancy become one row: field by field the most trustworthy copy wins, the others stay visible.

Which copy is the most trustworthy is said in ``trust``.  For each field a stated value goes before an inferred one.
Values that belong together (a deadline and its time) never come from copies that contradict each other.  A copy that
its source has replaced by another is listed, and says nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.dataset.rows import FILLABLE
from pipeline.dataset.trust import Copy, ordered
from pipeline.dataset.values import folded, is_empty, plain

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


def merge(copies: Sequence[Copy]) -> Row:
    """The merged row: the columns of ``records``, ``sources`` and ``conflicts``; the best copy says which notice it
    is."""
    trusted = ordered(copies)
    speaking = _speaking(trusted)
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
    row["sources"] = [_source(copy) for copy in trusted]
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
        if not is_empty(copy.record[name]) and (head is None or plain(copy.record[head]) == plain(row[head]))
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
            if not is_empty(value) and folded(name, value) != folded(name, row[name]):
                told = {"field": name, "value": plain(value), "source_uri": copy.source_uri}
                found.append({**told, "notice_id": copy.record["notice_id"]})
    return found


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list) else None
