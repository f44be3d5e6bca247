"""Tables with one column for each position, turned so that each position is a list of labels and values."""

from __future__ import annotations

from collections.abc import Sequence

from extractors._labels import field_of

_LEAST, _MOST = 3, 8  # rows under the heading; columns
_LABELLED = 0.6  # share of the rows whose first cell is a known label
_LONGEST = 90  # characters of a position's title


def by_column(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of such a table, a blank one between two positions; nothing if the table is of another kind.

    >>> by_column([["", "Nurse", "Cook"], ["Grade", "G4", "G2"], ["Posts", "1", "2"], ["Location", "Osh", "Bishkek"]])
    ['Position: Nurse', 'Grade: G4', 'Posts: 1', 'Location: Osh', '', 'Position: Cook', 'Grade: G2', 'Posts: 2', \
'Location: Bishkek', '']
    """
    if len(rows) <= _LEAST or not 2 < len(rows[0]) <= _MOST or any(len(row) != len(rows[0]) for row in rows):
        return []
    corner, *titles = rows[0]
    named = field_of(corner) == "title" if corner else True
    if not named or not all(0 < len(title) <= _LONGEST for title in titles) or len(set(titles)) < len(titles):
        return []
    known = [row for row in rows[1:] if field_of(row[0])]
    if len(known) < _LABELLED * (len(rows) - 1) or any(field_of(title) for title in titles):
        return []
    lines = []
    for at, title in enumerate(titles, start=1):
        lines.append(f"Position: {title}")
        lines += [f"{row[0].rstrip(' :')}: {row[at]}" for row in rows[1:] if row[0] and row[at]]
        lines.append("")
    return lines
