"""Compare the parser with what a user would otherwise call, field by field, on the same labelled notices.

    python -m tests.bench.compare CORPUS...     prints the table
    python -m tests.bench.compare --write       puts the tables into docs/comparison.md

A Markdown table: precision, recall and F1 of each, counted by ``pipeline.evaluate``.  A baseline knows nothing
of notices with several positions: what it reads counts for each of them, as many as the gold has.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.batch import parse_all
from pipeline.evaluate import Counts, Report, compare, labelled
from pipeline.source import Reject, read
from tests.bench.baselines import Baseline, Record, baselines
from tests.corpora import FIXTURES, ROOT, SHARED, present
from tests.make_readme import with_part

PARSER = "this parser"
PAGE = ROOT / "docs" / "comparison.md"
PARTS = {"fixtures": (FIXTURES,), "external-mixed": SHARED[:2], "external-list": SHARED[2:]}
# A price has one amount and a currency: beside the whole field, what price-parser can know of it.
_PRICE = ("min", "currency")
_PRICE_ROW = "salary, lower amount and currency"
_NOT_COMPARED = frozenset({"positions", "language_alternatives"})


def restricted(gold: Sequence[Mapping[str, Any]], fields: Iterable[str] | None) -> list[Record]:
    """The gold of these fields only; of all if none is named."""
    return [{name: value for name, value in want.items() if fields is None or name in fields} for want in gold]


def price_only(gold: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Of the gold, the pay's lower amount and currency."""
    rows = []
    for want in gold:
        if "salary" in want:
            pay = want["salary"]
            rows.append({"salary": pay and {key: pay[key] for key in _PRICE if key in pay}})
        else:
            rows.append({})
    return rows


def measure(folders: Iterable[Path]) -> tuple[dict[str, dict[str, Counts]], int]:
    """Counts by method and field, and the number of notices."""
    methods: tuple[Baseline, ...] = baselines()
    names = (PARSER, *(method.name for method in methods))
    whole = {name: Report() for name in names}
    prices = {name: Report() for name in names}
    notices = 0
    for notice in labelled(folders):
        notices += 1
        gold = notice.positions
        parsed = [one for one in parse_all(read([str(path) for path in notice.raw])) if not isinstance(one, Reject)]
        records = [json.loads(record.model_dump_json()) for one in parsed for record in one.records]
        text = "\n".join(one.text for one in parsed)
        language = next((one.language for one in parsed if one.language), "en")
        language = json.loads(notice.label.read_text(encoding="utf-8")).get("notice_language") or language
        compare(whole[PARSER], notice.name, gold, records)
        compare(prices[PARSER], notice.name, price_only(gold), records)
        for method in methods:
            values = method.read(text, language)
            copies = [{**values, "position": number} for number in range(1, len(gold) + 1)]
            compare(whole[method.name], notice.name, restricted(gold, method.fields), copies)
            if "salary" in method.fields:
                compare(prices[method.name], notice.name, price_only(gold), copies)
    counts = {name: dict(report.fields) for name, report in whole.items()}
    for name, report in prices.items():
        if "salary" in report.fields:
            counts[name][_PRICE_ROW] = report.fields["salary"]
    return counts, notices


def table(counts: Mapping[str, Mapping[str, Counts]]) -> str:
    """The counts as a Markdown table."""
    names = list(counts)
    read_by_others = {field for name in names[1:] for field in counts[name]} - _NOT_COMPARED
    rows = [
        "| field | values | " + " | ".join(names) + " |",
        "| --- | ---: | " + " | ".join("---" for _ in names) + " |",
    ]
    for field in sorted(read_by_others):
        own = counts[PARSER].get(field, Counts())
        if not own.right + own.missing:
            continue
        cells = [_cell(counts[name].get(field)) for name in names]
        rows.append(f"| {field} | {own.right + own.missing} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _cell(counts: Counts | None) -> str:
    if counts is None:
        return ""
    return " / ".join(
        "–" if share is None else f"{share:.2f}" for share in (counts.precision, counts.recall, counts.f1)
    )


def compared(folders: Iterable[Path]) -> str:
    """The table with what it counts."""
    counts, notices = measure(folders)
    return f"{notices} notices; precision / recall / F1\n\n{table(counts)}"


def main() -> None:
    words = sys.argv[1:]
    if not words:
        sys.exit(str(__doc__))
    if words != ["--write"]:
        print(compared(Path(word) for word in words))
        return
    for name, folders in PARTS.items():
        if present(*folders) == folders:
            PAGE.write_text(with_part(PAGE.read_text(encoding="utf-8"), name, compared(folders)), encoding="utf-8")
        else:
            print(f"{name}: not there, left alone")


if __name__ == "__main__":
    main()
