"""The records linked before that new ones are compared with: near in some key, whatever the size of the dataset."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset import linkage, tables
from pipeline.dataset.candidates import Place, around, place_of

_PLACE = ("closing_date", "organization", "country", "notice_id", "position")
_SOME = 10_000


def known(
    root: Path, items: Sequence[linkage.Identity], but: Collection[tuple[str, int]]
) -> Iterator[linkage.Identity]:
    """Links of before that share a key with any of these records, and those of the same vacancies.

    Those in ``but``, by notice and position, are left out.  Of the records that share one key, only those around each
    new one are taken (see ``candidates``): a title that the dataset has ten thousand times costs what one that it has
    a hundred times does.
    """
    keys = [(item, linkage.keys(item)) for item in items]
    ids = {item.own_id for item in items}  # taken, though what had them may read otherwise by now
    for name in linkage.KEYS:
        sharing: dict[str, list[linkage.Identity]] = {}
        for item, values in keys:
            value = values[name]
            if value is not None:
                sharing.setdefault(value, []).append(item)
        if sharing:
            ids |= _near(root, name, sharing)
    if ids:
        where = tables.isin("vacancy_id", ids)
        for part in (
            tables.read(root, "links", where=where).select(list(linkage.COLUMNS)).to_batches(max_chunksize=_SOME)
        ):
            for row in part.to_pylist():
                if (row["notice_id"], row["position"]) not in but:
                    yield linkage.stored(row)


def _near(root: Path, name: str, sharing: dict[str, list[linkage.Identity]]) -> set[str]:
    """The vacancies of the records that are near to these in one key, whose value they are given by."""
    names = dict.fromkeys((name, "vacancy_id", *_PLACE))
    rows = tables.read(root, "links", where=tables.isin(name, sharing), only=list(names))
    counted = rows[name].value_counts()
    crowded = counted.filter(pc.greater(counted.field("counts"), linkage.LIMIT)).field("values")
    apart = pc.is_in(rows[name], crowded)
    ids = set(rows["vacancy_id"].filter(pc.invert(apart)).to_pylist())
    rows = _in_order(rows.filter(apart), name)
    ends = rows[name].value_counts()  # in the order of their first appearance
    start = 0
    for value, count in zip(ends.field("values").to_pylist(), ends.field("counts").to_pylist(), strict=True):
        some = rows.slice(start, count)
        for item in sharing[value]:
            ids.update(some["vacancy_id"].slice(*_window(some, item)).to_pylist())
        start += count
    return ids


def _in_order(rows: pa.Table, name: str) -> pa.Table:
    """Rows by key, then as ``candidates.place_of`` orders them; what is missing goes by its filled columns."""
    filled = rows.append_column("_organization", rows["organization"].fill_null(""))
    filled = filled.append_column("_country", rows["country"].fill_null(""))
    by = (name, "closing_date", "_organization", "_country", "notice_id", "position")
    return filled.sort_by([(each, "ascending") for each in by]).combine_chunks()


def _window(rows: pa.Table, item: linkage.Identity) -> tuple[int, int]:
    """Offset and number of the rows around a record's place among these."""

    def place(row: int) -> Place:
        told: list[Any] = [rows[name][row].as_py() for name in _PLACE]
        return place_of(*told)

    own = place_of(item.closing_date, item.organization, item.country, item.notice_id, item.position)
    return around(bisect_left(range(rows.num_rows), own, key=place), rows.num_rows)
