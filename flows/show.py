"""Records as text: JSON as the record's table says, and a table for people."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.vacancy import Evidence, Vacancy

COLUMNS = ("closing_date", "grade", "title", "organization", "duty_station", "requisition_id")
_NOT_EXPLAINED = frozenset(
    "vacancy_id notice_id position positions source source_uri states warnings evidence schema_version".split()
)
_LONGEST_QUOTE = 160
_HEADS = {"closing_date": "closes", "duty_station": "duty station", "requisition_id": "id"}
_WIDEST = {"title": 46, "duty_station": 26, "organization": 16, "requisition_id": 18, "grade": 12}


def plain(record: Vacancy) -> dict[str, Any]:
    """The record in JSON's types: dates in ISO 8601, decimals as numbers."""
    values = record.model_dump(mode="json")
    if record.salary is not None:
        values["salary"] |= {"min": _number(record.salary.min), "max": _number(record.salary.max)}
    return values


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def jsonl(record: Vacancy) -> str:
    """One line of JSON, without its line end."""
    return json.dumps(plain(record), ensure_ascii=False)


def table(records: Iterable[Mapping[str, Any]], *, width: int | None = None) -> str:
    """Records as aligned columns that fit a terminal."""
    rows = [[_cell(record.get(column)) for column in COLUMNS] for record in records]
    heads = [_HEADS.get(column, column) for column in COLUMNS]
    limits = [_WIDEST.get(column, 10) for column in COLUMNS]
    return columns(heads, rows, limits=limits, width=width)


def explained(record: Vacancy) -> str:
    """Each value of the record, under it the source text that it rests on with its offsets, and the rule."""
    values = plain(record)
    lines = [f"{record.source_uri}, position {record.position} of {record.positions}"]
    stated = [name for name, value in values.items() if value not in (None, [], {}) and name not in _NOT_EXPLAINED]
    evidence = {name: [item for item in record.evidence if item.field == name] for name in values}
    for name in stated:
        value = values[name]
        lines.append("")
        if isinstance(value, list):
            lines.extend(f"{name if not n else '':<21} {_inline(item)}".rstrip() for n, item in enumerate(value))
        else:
            lines.append(f"{name:<21} {_inline(value)}")
        lines.extend(_quoted(item) for item in evidence[name])
    for name, state in record.states.items():
        if name not in stated and state in ("none", "by_reference", "ambiguous"):
            lines.extend(("", f"{name:<21} ({state})", *(_quoted(item) for item in evidence.get(name, ()))))
    absent = [name for name, state in record.states.items() if state == "absent" and name not in stated]
    if absent:
        lines.extend(("", "not stated: " + ", ".join(absent)))
    lines.extend(f"warning: {warning}" for warning in record.warnings)
    return "\n".join(lines)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items() if item is not None)
    return _cell(value)


def _quoted(item: Evidence) -> str:
    quote = " ".join(item.quote.split())
    quote = quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1] + "…"
    return f"    “{quote}”  {item.start}–{item.end}  {item.field}.{item.rule}  {item.confidence:.2f}"


def columns(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, limits: Sequence[int], width: int | None = None
) -> str:
    """Rows under their heads; cells wider than their limit, or than the terminal allows, are cut with an ellipsis."""
    width = width or shutil.get_terminal_size((132, 24)).columns
    sizes = [
        min(limit, max(_width(cell) for cell in (head, *column)))
        for head, limit, column in zip(
            heads, limits, zip(*rows, strict=True) if rows else [()] * len(heads), strict=True
        )
    ]
    while sum(sizes) + 2 * (len(sizes) - 1) > width and max(sizes) > 8:
        sizes[sizes.index(max(sizes))] -= 1
    lines = [heads, ["─" * size for size in sizes], *rows]
    return "\n".join(
        "  ".join(_fit(cell, size) for cell, size in zip(line, sizes, strict=True)).rstrip() for line in lines
    )


def _cell(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fit(text: str, size: int) -> str:
    if _width(text) > size:
        while text and _width(text) > size - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (size - _width(text))
