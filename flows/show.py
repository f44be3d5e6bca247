"""Records as text: JSON as the record's table says, and a table for people."""

from __future__ import annotations

import json
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipeline.escape import escaped

if TYPE_CHECKING:
    from schemas.vacancy import Evidence, Vacancy

COLUMNS = ("closing_date", "grade", "title", "organization", "duty_station", "requisition_id")
_NOT_EXPLAINED = frozenset(
    "vacancy_id notice_id position positions source source_uri states warnings evidence schema_version".split()
)
# Lists whose extractor gives one piece of evidence for each value, in the same order.
_PAIRED = frozenset({"qualifications", "education_fields"})
# States that a field without a value can have, as a person would say them.
_STATES = {
    "none": "none: the notice says that there is none",
    "by_reference": "by reference: the notice refers to rates or rules that stand elsewhere",
    "ambiguous": "ambiguous: several values, and nothing that decides",
}
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
    rows = [[line(record.get(column)) for column in COLUMNS] for record in records]
    heads = [_HEADS.get(column, column) for column in COLUMNS]
    limits = [_WIDEST.get(column, 10) for column in COLUMNS]
    return columns(heads, rows, limits=limits, width=width)


def explained(record: Vacancy) -> str:
    """Each value of the record, under it the source text that it rests on with its offsets, and the rule.

    A state stands in the place of a value that the notice refuses, refers elsewhere for, or leaves open; fields that
    it does not state and warnings come last.
    """
    values = plain(record)
    lines = [f"{escaped(record.source_uri)}, position {record.position} of {record.positions}"]
    for name, value in values.items():
        state = record.states.get(name)
        if name in _NOT_EXPLAINED or value in (None, [], {}):
            shown = [f"({_STATES[state]})"] if state in _STATES else []
        else:
            shown = [_inline(item) for item in (value if isinstance(value, list) else [value])]
        if shown:
            evidence = [item for item in record.evidence if item.field == name]
            lines.append("")
            lines.extend(_beside(name, shown, evidence))
    absent = [name for name, state in record.states.items() if state == "absent" and values[name] in (None, [], {})]
    if absent:
        lines.extend(("", *_filled("not stated: " + ", ".join(absent))))
    if record.warnings:
        lines.extend(("", *(f"warning: {line(warning)}" for warning in record.warnings)))
    return "\n".join(lines)


def _beside(name: str, shown: Sequence[str], evidence: Sequence[Evidence]) -> list[str]:
    """The values, each with its evidence under it where there is one for each."""
    paired = name in _PAIRED and len(shown) == len(evidence)
    lines = []
    for number, text in enumerate(shown):
        lines.append(f"{name if not number else '':<21} {text}")
        lines.extend([_quoted(evidence[number])] if paired else ())
    return lines if paired else lines + [_quoted(item) for item in evidence]


def _inline(value: Any) -> str:
    """A value in one line; of a struct the main part first, the others by name."""
    if not isinstance(value, dict):
        return line(value)
    if "currency" in value:
        amounts = dict.fromkeys((value["min"], value["max"]))
        amount = " to ".join(f"{sum_:,}" if isinstance(sum_, int) else f"{sum_:,.2f}" for sum_ in amounts)
        told = [f"{value['currency']} {amount} a {value['period']}", value["basis"]]
        told += ["approximate" if value["approximate"] else None, value["step"] and f"step {value['step']}"]
    elif "kind" in value:
        told = [f"[{value['kind']}, {value['requirement']}] {value['text']}"]
    elif "language" in value:
        told = [f"{value['name']} ({value['language']})", value["requirement"], value["level"], value["cefr"]]
        told += [value["group"] and f"alternative {value['group']}"]
    elif "years" in value:
        told = [value["education_level"] or "any level of education", f"{value['years']:g} years"]
    else:
        told = [f"{key} {item}" for key, item in value.items() if item is not None]
    return line(", ".join(part for part in told if part))


def _quoted(item: Evidence) -> str:
    quote = line(item.quote)
    quote = quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1] + "…"
    return f"{'':<23} “{quote}”  {item.start}–{item.end}  {item.field}.{item.rule}  {item.confidence:.2f}"


def _filled(text: str) -> list[str]:
    return textwrap.wrap(text, width=110, subsequent_indent="    ", break_on_hyphens=False)


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


def line(value: Any) -> str:
    """A value in one line, as it may stand in a terminal."""
    return "" if value is None else escaped(" ".join(str(value).split()))


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fit(text: str, size: int) -> str:
    if _width(text) > size:
        while text and _width(text) > size - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (size - _width(text))
