"""Records by blocking key, and the few of them that a record is compared with."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from typing import Generic, TypeVar

from pipeline.dataset.identity import Identity, keys

LIMIT = 100  # records of one key that a record is compared with at most

_Place = tuple[int, str, str, str, int]
T = TypeVar("T")


class Index(Generic[T]):
    """Members by key, each key's in the order of their deadlines.

    A key that more than ``LIMIT`` share is searched around the record's own place in that order (deadline, then
    organization, then country), half the limit on either side, so that no key makes the search quadratic.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[_Place]] = {}
        self._members: dict[tuple[str, int], T] = {}

    def add(self, item: Identity, member: T) -> None:
        """Enter a record under all its keys, once, however often it is added."""
        self._members[item.notice_id, item.position] = member
        place = _place(item)
        for name, value in keys(item).items():
            if value is not None:
                places = self._places.setdefault((name, value), [])
                at = bisect_left(places, place)
                if places[at : at + 1] != [place]:
                    places.insert(at, place)

    def candidates(self, item: Identity) -> Iterator[T]:
        """The members that share a key with a record, each once, in a stable order."""
        place = _place(item)
        found: set[tuple[str, int]] = set()
        for name, value in keys(item).items():
            if value is not None:
                places = self._places.get((name, value), [])
                start = 0
                if len(places) > LIMIT:
                    start = min(max(0, bisect_left(places, place) - LIMIT // 2), len(places) - LIMIT)
                found.update(each[3:] for each in places[start : start + LIMIT])
        for each in sorted(found):
            yield self._members[each]


def _place(item: Identity) -> _Place:
    day = (item.closing_date or date.max).toordinal()
    return day, item.organization or "", item.country or "", item.notice_id, item.position
