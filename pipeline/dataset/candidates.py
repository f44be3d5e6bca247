"""Records by blocking key, and the few of them that a record is compared with."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from typing import Generic, TypeVar

from pipeline.dataset.identity import Identity, keys

LIMIT = 100  # records of one key that a record is compared with at most

Place = tuple[int, str, str, str, int]
T = TypeVar("T")


class Index(Generic[T]):
    """Members by key, each key's in the order of their deadlines.

    A key that more than ``LIMIT`` share is searched around the record's own place in that order (deadline, then
    organization, then country), half the limit on either side, so that no key makes the search quadratic.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[Place]] = {}
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
                start, count = around(bisect_left(places, place), len(places))
                found.update(each[3:] for each in places[start : start + count])
        for each in sorted(found):
            yield self._members[each]


def around(at: int, count: int) -> tuple[int, int]:
    """Offset and number of the places that are searched of so many, for a record that would stand at ``at``."""
    return min(max(0, at - LIMIT // 2), max(0, count - LIMIT)), min(count, LIMIT)


def place_of(closing: date | None, organization: str | None, country: str | None, notice_id: str, number: int) -> Place:
    """A record's place in the order in which those of one key are searched."""
    return (closing or date.max).toordinal(), organization or "", country or "", notice_id, number


def _place(item: Identity) -> Place:
    return place_of(item.closing_date, item.organization, item.country, item.notice_id, item.position)
