"""Tables of an aggregator: each row of JSON, JSON lines, CSV or Parquet is a notice."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as Values
from typing import Any, BinaryIO

from pipeline.formats.columns import Mapping, automatic
from pipeline.formats.documents import at, document
from pipeline.formats.kinds import HEAD, delimiter
from pipeline.formats.member import Member, Members, Refused, shown, unique
from pipeline.limits import MB, Budget, Limits, Rejected

Row = Values[str, Any]
_LOOKED_AT = 50  # rows whose columns are looked at together
_LEVELS = 5  # of a JSON document, in which rows are looked for
_ALONE = 40  # characters of a document that can be a notice
# A string, also one that never ends, or the start or the end of a list or an object.
_MARKS = re.compile(rb'"(?:[^"\\]|\\.|\\\Z)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)
_UNNAMED = re.compile(r"[^\w.,:=?&~+-]+")


def members(rows: Iterator[Row], budget: Budget, mapping: Mapping | None) -> Members:
    """Each row as a document, named by its id where it has one, by its number else."""
    taken: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if number > budget.limits.rows:
            raise Rejected("too_many", "source", f"more than {budget.limits.rows:,} rows")
        told = mapping or automatic(list(row))
        if told is None:
            unsaid = Rejected(
                "no_columns", "source", "its columns do not say what they hold; say it in a file: --columns FILE"
            )
            if number == 1:
                raise unsaid
            yield Refused(str(number), unsaid)
            continue
        raw, name = document(row, told)
        name = unique(_UNNAMED.sub("_", shown(name))[:120].strip("_") or str(number), taken)
        budget.unpack(len(raw))
        if len(raw) > budget.limits.raw:
            yield Refused(name, Rejected("too_large", "source", f"larger than {budget.limits.raw // MB} MB"), len(raw))
        elif len(raw) >= _ALONE:
            yield Member(name, raw, "utf-8")
        else:
            yield Refused(name, Rejected("empty", "source", "the row has next to no text"), len(raw))


def of_table(stream: BinaryIO, limits: Limits, *, name: str, mapping: Mapping | None) -> Iterator[Row]:
    """Rows of CSV or TSV."""
    head = stream.read(HEAD)
    stream.seek(0)
    mark = delimiter(head, name=name, mapping=mapping)
    if len(head.split(b"\n", 1)[0]) > limits.header or mark is None:
        raise Rejected("no_columns", "source", "its first line does not name the columns")
    before = csv.field_size_limit(limits.characters)
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    lines = io.TextIOWrapper(stream, encoding=encoding, errors="strict" if _is_utf8(head) else "replace", newline="")
    if encoding == "utf-8-sig" and not _is_utf8(head):
        lines.reconfigure(encoding="cp1252", errors="replace")
    try:
        names: list[str] | None = None
        for cells in csv.reader(lines, delimiter=mark):
            if names is None:
                names = cells
                if len(names) > limits.fields:
                    raise Rejected("too_many", "source", f"more than {limits.fields} columns")
            elif any(cells):
                yield {key: cell for key, cell in zip(names, cells, strict=False) if key}
    except UnicodeDecodeError:
        raise Rejected("undecodable", "source", "the table changes its encoding halfway") from None
    except csv.Error as error:
        raise Rejected("damaged", "source", f"the table cannot be read: {error}") from None
    finally:
        csv.field_size_limit(before)
        if not stream.closed:  # whoever opened it may be done with it before this generator is
            lines.detach()


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def of_json(stream: BinaryIO, limits: Limits, *, mapping: Mapping | None) -> Iterator[Row]:
    """Rows of a JSON document, or of one document in each line."""
    first = stream.readline(limits.raw + 1)
    if first.strip().startswith(b"{"):
        try:
            row = json.loads(first)
        except ValueError:
            row = None
        following = stream.readline(64).strip()
        if row is not None and following.startswith(b"{"):
            stream.seek(0)
            yield from _lines(stream, limits)
            return
    stream.seek(0)
    raw = stream.read(limits.raw + 1)
    if len(raw) > limits.raw:
        reason = (
            f"a JSON document larger than {limits.raw // MB} MB; one document in each line (JSON lines) may be larger"
        )
        raise Rejected("too_large", "source", reason)
    found = _found(loads(raw, limits), mapping)
    if found is None:
        raise Rejected("no_columns", "source", "no rows in it say what they hold; say it in a file: --columns FILE")
    yield from found


def _lines(stream: BinaryIO, limits: Limits) -> Iterator[Row]:
    while line := stream.readline(limits.raw + 1):
        if len(line) > limits.raw:
            raise Rejected("too_large", "source", f"a line of more than {limits.raw // MB} MB")
        if line.strip():
            row = loads(line, limits)
            if not isinstance(row, dict):
                raise Rejected("damaged", "source", "a line is no JSON object")
            yield row


def loads(raw: bytes, limits: Limits) -> Any:
    """A JSON value of a bounded depth; raises Rejected."""
    depth = deepest = 0
    for mark in _MARKS.finditer(raw):
        if mark[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in b"]}":
            depth -= 1
    if deepest > limits.json_depth:
        raise Rejected("too_deep", "source", f"JSON of more than {limits.json_depth} levels")
    try:
        return json.loads(raw, strict=False)
    except UnicodeDecodeError:
        raise Rejected("undecodable", "source", "JSON that is not in a Unicode encoding") from None
    except (ValueError, RecursionError) as error:
        raise Rejected("damaged", "source", f"no valid JSON: {str(error)[:100]}") from None


def _found(value: Any, mapping: Mapping | None) -> list[Row] | None:
    """The rows in a document: where the mapping says, a graph or list of objects, or the document itself."""
    if mapping is not None and mapping.rows:
        rows = at(value, mapping.rows)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None
    level = [value]
    for _ in range(_LEVELS):
        for each in level:
            if isinstance(each, list) and (rows := _fitting(each, mapping)):
                return rows
            if isinstance(each, dict) and (rows := _fitting([each], mapping)):
                return rows
        level = [inner for each in level[:1000] for inner in _inner(each)]
    return None


def _inner(value: Any) -> list[Any]:
    values = list(value.values()) if isinstance(value, dict) else value[:_LOOKED_AT]
    return [each for each in values if isinstance(each, (dict, list))]


def _fitting(rows: list[Any], mapping: Mapping | None) -> list[Row]:
    """The rows of a list that can be notices; of a graph of schema.org the vacancies."""
    found: list[Row] = [row for row in rows if isinstance(row, dict)]
    posted = [row for row in found if "JobPosting" in (row.get("@type") or ())]
    if posted:
        return posted
    if mapping is not None:
        return found if any(mapping.fits(row) for row in found[:_LOOKED_AT]) else []
    if any("@type" in row for row in found[:_LOOKED_AT]):
        return []
    names = list(dict.fromkeys(name for row in found[:_LOOKED_AT] for name in row))
    return found if automatic(names) is not None and any(automatic(list(row)) for row in found[:_LOOKED_AT]) else []
