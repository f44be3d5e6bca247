"""UTF-8 that was read in another code page, found and undone where every byte is still there."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.damage import tables
from pipeline.edits import Change
from pipeline.plausibility import cost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.damage import Table

_RUN = re.compile(r"[^\x00-\x7f]{2,}")

# A reading must save this many bits over the text as it stands: alone, and where the text shows the same mistake
# plainly elsewhere.
_ALONE = 14.0
_AMONG = 3.0
_PLAIN = 30.0


@cache
def _classes(table: Table) -> tuple[frozenset[str], frozenset[str]]:
    leads = frozenset(char for char, byte in table.byte_of.items() if 0xC2 <= byte <= 0xF4)
    tails = frozenset(char for char, byte in table.byte_of.items() if 0x80 <= byte <= 0xBF)
    return leads, tails


@cache
def _sequences(table: Table) -> re.Pattern[str]:
    """Whole UTF-8 sequences as the table shows them, as many as stand together."""

    def chars(low: int, high: int) -> str:
        return "[" + "".join(re.escape(char) for char, byte in table.byte_of.items() if low <= byte <= high) + "]"

    tail = chars(0x80, 0xBF)
    return re.compile(
        rf"""(?: {chars(0xC2, 0xDF)} {tail}
               | {chars(0xE0, 0xE0)} {chars(0xA0, 0xBF)} {tail}
               | {chars(0xE1, 0xEF)} {tail} {tail}
               | {chars(0xF0, 0xF0)} {chars(0x90, 0xBF)} {tail} {tail}
               | {chars(0xF1, 0xF3)} {tail} {tail} {tail}
               | {chars(0xF4, 0xF4)} {chars(0x80, 0x8F)} {tail} {tail}
             )+""".replace(" ", "").replace("\n", "")
    )


@cache
def _translation(table: Table) -> dict[int, str]:
    return {ord(char): chr(byte) for char, byte in table.byte_of.items()}


def _read(table: Table, shown: str) -> str | None:
    """The text behind ``shown``; also surrogate pairs written as two sequences (CESU-8)."""
    raw = shown.translate(_translation(table)).encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None


def candidates(text: str) -> list[Table]:
    """Tables in which some lead byte of the text is followed by a continuation byte."""
    pairs: set[tuple[str, str]] = set()
    for run in set(_RUN.findall(text)):
        pairs.update(pairwise(run))
    if not pairs:
        return []
    found = []
    for table in tables():
        leads, tails = _classes(table)
        if any(first in leads and second in tails for first, second in pairs):
            found.append(table)
    return found


def readings(text: str, table: Table) -> Iterable[tuple[float, int, int, str]]:
    """(gain in bits, start, end, text behind) of every stretch that the table can read."""
    memo: dict[tuple[str, str, str], tuple[float, str] | None] = {}
    for match in _sequences(table).finditer(text):
        start, end = match.span()
        key = (text[start - 1] if start else "", match[0], text[end] if end < len(text) else "")
        if key not in memo:
            read = _read(table, match[0])
            memo[key] = None if read is None else (cost(match[0], key[0], key[2]) - cost(read, key[0], key[2]), read)
        known = memo[key]
        if known is not None:
            yield known[0], start, end, known[1]


def undo_once(text: str) -> list[Change]:
    """One layer of one table: the table whose reading of the text saves most; empty where none is plain enough."""
    best: tuple[float, Table, list[tuple[float, int, int, str]]] | None = None
    for table in candidates(text):
        found = [each for each in readings(text, table) if each[0] >= _AMONG]
        strong = sum(each[0] for each in found if each[0] >= _ALONE)
        if strong < _PLAIN:
            found = [each for each in found if each[0] >= _ALONE]
        total = sum(each[0] for each in found)
        if found and (best is None or total > best[0]):
            best = (total, table, found)
    if best is None:
        return []
    _, table, found = best
    return [Change(start, end, read, f"utf-8 as {table.name}") for _, start, end, read in found]
