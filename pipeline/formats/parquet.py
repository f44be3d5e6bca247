"""Parquet files of strangers: sizes and types are looked at before anything is read; nothing in them is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.formats.columns import Mapping, automatic
from pipeline.limits import MB, Limits, Rejected

_BATCH = 64
_NESTED = 4
_PLAIN = (
    pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean,
    pa.types.is_date, pa.types.is_timestamp, pa.types.is_decimal, pa.types.is_null, pa.types.is_time,
)  # fmt: skip


def of_parquet(stream: BinaryIO, limits: Limits, *, mapping: Mapping | None) -> Iterator[dict[str, Any]]:
    """Rows of a Parquet file: the columns that the mapping reads, of plain types only."""
    try:
        file = pq.ParquetFile(stream, memory_map=False, pre_buffer=False)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Rejected("damaged", "source", f"the Parquet file cannot be read: {str(error)[:100]}") from None
    told = file.metadata
    if told.num_columns > limits.fields or len(schema.names) > limits.fields:
        raise Rejected("too_many", "source", f"more than {limits.fields} columns")
    if told.num_rows > limits.rows:
        raise Rejected("too_many", "source", f"more than {limits.rows:,} rows")
    mapping = mapping or automatic(schema.names)
    if mapping is None:
        raise Rejected(
            "no_columns", "source", "its columns do not say what they hold; say it in a file: --columns FILE"
        )
    wanted = _wanted(schema, mapping)
    size = 0
    for group in range(told.num_row_groups):
        part = told.row_group(group)
        chunks = (part.column(at) for at in range(part.num_columns))
        size += sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema.split(".")[0] in wanted)
    if size > limits.unpacked:
        raise Rejected("too_large", "source", f"more than {limits.unpacked // MB} MB when unpacked")
    texts = [name for name in wanted if pa.types.is_string(schema.field(name).type)]
    try:
        file = pq.ParquetFile(stream, memory_map=False, pre_buffer=False, read_dictionary=texts)
        for batch in file.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
            for row in range(batch.num_rows):
                yield {name: _value(batch.column(at), row) for at, name in enumerate(batch.schema.names)}
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise Rejected("damaged", "source", f"the Parquet file cannot be read: {str(error)[:100]}") from None


def _value(column: pa.Array, row: int) -> Any:
    return column[row].as_py()


def _wanted(schema: pa.Schema, mapping: Mapping) -> list[str]:
    """The columns to read; a type that has to be loaded from somewhere, or is binary, is none of them."""
    heads = dict.fromkeys(path if path in schema.names else path.split(".")[0] for path in mapping.paths())
    found = [name for name in heads if schema.names.count(name) == 1]
    for name in found:
        if not _is_plain(schema.field(name).type):
            raise Rejected(
                "unsupported", "source", f"a column is of a type that is not read: {schema.field(name).type}"[:200]
            )
    if not found:
        raise Rejected("no_columns", "source", "it has none of the columns that the mapping names")
    return found


def _is_plain(kind: pa.DataType, depth: int = 0) -> bool:
    if isinstance(kind, pa.BaseExtensionType) or depth > _NESTED:
        return False
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _is_plain(kind.value_type, depth + 1)
    if pa.types.is_struct(kind):
        return all(_is_plain(kind.field(at).type, depth + 1) for at in range(kind.num_fields))
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type, depth + 1)
    return any(fits(kind) for fits in _PLAIN)
