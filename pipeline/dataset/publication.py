"""What of a dataset is published: personal mailboxes and telephone numbers are not, unless its owner asks for them.

The choice belongs to the dataset (a file ``personal`` in its folder) and takes effect with the next snapshot.  Masked
characters keep their number, so that the offsets of evidence stay true.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset.disk import write
from pipeline.personal import is_personal, mask

_CHOICE = "personal"
# Keys, places and codes, which other rows refer to.
_KEPT = frozenset(
    "vacancy_id notice_id other_vacancy_id readvertises run_id source source_uri requisition_id inputs field rule kind"
    " code stage status command parser_version schema_version".split()
)
_MAY_BE = r"@|[\[(]\s?(?:at|@)\s?[\])]|\d(?:\D{0,4}\d){5}"


def personal(root: Path) -> bool:
    """Whether personal data are published."""
    return (root / _CHOICE).exists()


def choose(root: Path, *, personal: bool) -> None:
    """Publish personal data from the next snapshot on, or no more."""
    if personal:
        write(root / _CHOICE, b"personal mailboxes and telephone numbers are published\n")
    else:
        (root / _CHOICE).unlink(missing_ok=True)


def masked(rows: pa.Table) -> pa.Table:
    """The rows without personal data; a personal ``apply_email`` is null."""
    for at, column in enumerate(rows.schema):
        if column.name in _KEPT:
            continue
        values = rows.column(at).combine_chunks()
        if column.name == "apply_email":
            gone = [value is not None and is_personal(value) for value in values.to_pylist()]
            values = pc.if_else(pa.array(gone, pa.bool_()), pa.scalar(None, column.type), values)
        else:
            values = _masked(values)
        rows = rows.set_column(at, column, values)
    return rows


def _masked(values: pa.Array) -> pa.Array:
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        hits = pc.fill_null(pc.match_substring_regex(values, _MAY_BE, ignore_case=True), False)
        if not pc.any(hits).as_py():
            return values
        texts = [mask(text) for text in values.filter(hits).to_pylist()]
        return pc.replace_with_mask(values, hits, pa.array(texts, kind))
    if pa.types.is_struct(kind):
        parts = [
            part if field.name in _KEPT else _masked(part) for field, part in zip(kind, values.flatten(), strict=True)
        ]
        return pa.StructArray.from_arrays(parts, fields=list(kind), mask=values.is_null())
    if pa.types.is_list(kind):
        offsets = values.offsets
        inner = values.values.slice(offsets[0].as_py(), offsets[-1].as_py() - offsets[0].as_py())
        return pa.ListArray.from_arrays(
            pc.subtract(offsets, offsets[0]), _masked(inner), type=kind, mask=values.is_null()
        )
    return values
