"""Many stretches of a text, asked which of them hold a place: by bisection, so that a long list costs little."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Stretches:
    """Stretches of a text from a start up to, not including, an end, in any order; they may overlap."""

    __slots__ = ("_reach", "_starts")

    def __init__(self, bounds: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(bounds)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))  # the furthest end up to each start

    def hold(self, at: int) -> bool:
        """Whether a stretch holds this offset."""
        number = bisect_right(self._starts, at) - 1
        return number >= 0 and at < self._reach[number]

    def touch(self, start: int, end: int) -> bool:
        """Whether a stretch has a character in common with the one from ``start`` to ``end``."""
        number = bisect_left(self._starts, end) - 1
        return number >= 0 and start < self._reach[number]

    def contain(self, start: int, end: int) -> bool:
        """Whether a stretch holds all of the one from ``start`` to ``end``."""
        number = bisect_right(self._starts, start) - 1
        return number >= 0 and end <= self._reach[number]
