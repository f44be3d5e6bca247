"""Write the parts of README.md that follow from the code: the table of columns, and the row of its notice.

    python -m tests.make_readme

Each part stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pyarrow as pa

from flows import show
from pipeline.dataset.tables import columns
from pipeline.parse import parse
from pipeline.source import from_bytes
from tests.corpora import ROOT

README = ROOT / "README.md"
# Beside the values that a notice states, a row has these, which would fill a page.
LEFT_OUT = ("states", "evidence", "warnings", "vacancy_id", "notice_id", "schema_version")
SHOWN_EVIDENCE = ("closing_timezone", "salary", "apply_url")


def part(text: str, name: str) -> str:
    """What stands between the marks of a part."""
    match = _pattern(name).search(text)
    if match is None:
        raise ValueError(f"README.md has no part {name!r}")
    return match["part"].strip("\n")


def with_part(text: str, name: str, content: str) -> str:
    """The text with another content between the marks of a part."""
    part(text, name)
    return _pattern(name).sub(lambda match: f"{match['before']}\n\n{content}\n\n{match['after']}", text)


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<before><!-- {name} -->)(?P<part>.*?)(?P<after><!-- /{name} -->)", re.DOTALL)


def fenced(text: str) -> str:
    """The content of a fenced block."""
    lines = text.strip().splitlines()
    assert lines[0].startswith("```")
    assert lines[-1] == "```"
    return "\n".join(lines[1:-1]) + "\n"


def column_table() -> str:
    """The columns of ``vacancies`` as a Markdown table."""
    rows = ["| column | type | what it says |", "| --- | --- | --- |"]
    for field in columns("vacancies"):
        rows.append(f"| `{field.name}` | {type_name(field.type)} | {field.metadata[b'description'].decode()} |")
    return "\n".join(rows)


def type_name(kind: pa.DataType) -> str:
    """An Arrow type in words."""
    if pa.types.is_struct(kind):
        return "struct: " + ", ".join(f"`{field.name}`" for field in kind)
    if pa.types.is_list(kind):
        inner = type_name(kind.value_type)
        return f"list of {inner.replace('struct:', 'structs:')}"
    if pa.types.is_map(kind):
        return f"map of {type_name(kind.key_type)} to {type_name(kind.item_type)}"
    if pa.types.is_timestamp(kind):
        return "timestamp, UTC"
    names = {pa.string(): "string", pa.bool_(): "bool", pa.date32(): "date", pa.float64(): "float"}
    return names.get(kind, "int" if pa.types.is_integer(kind) else str(kind))


def notice_of(text: str) -> str:
    """The notice that README.md shows."""
    return fenced(part(text, "notice"))


def row_of(notice: str) -> dict[str, Any]:
    """The row that ``vacancies parse notice.txt`` makes of it, in a folder named ``inbox``."""
    parsed = parse(from_bytes(notice.encode(), uri="inbox/notice.txt", name="inbox"))
    (record,) = parsed.records
    return show.plain(record)


def shown_row(row: dict[str, Any]) -> str:
    """The row as README.md shows it: what is stated, and some of its evidence, one field to a line."""
    stated = {name: value for name, value in row.items() if name not in LEFT_OUT and value not in (None, [], {})}
    proofs = [item for item in row["evidence"] if item["field"] in SHOWN_EVIDENCE]
    told = {**stated, "warnings": row["warnings"], "evidence": proofs}
    lines = []
    for name, value in told.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
            lines.append(f"  {json.dumps(name)}: [\n{inner}\n  ]")
        else:
            lines.append(f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "```json\n{\n" + ",\n".join(lines) + "\n}\n```"


def main() -> None:
    text = README.read_text(encoding="utf-8")
    text = with_part(text, "row", shown_row(row_of(notice_of(text))))
    text = with_part(text, "columns", column_table())
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
