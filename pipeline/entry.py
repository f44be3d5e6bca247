"""What is said of one of several positions, and the words that lists of positions are made of."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache

from extractors._gazetteer import best_place, country_by_name
from extractors._labels import load_toml
from extractors._phrases import alternation
from pipeline.lines import Line

_TAIL_MARKS = (", ", " – ", " — ", " - ", " (")


@dataclass(slots=True)
class Entry:
    """One position: where it stands, what it states by field, the headings of its columns, and that of its group."""

    start: int
    end: int
    stated: list[tuple[str, int, int]] = field(default_factory=list)
    columns: dict[str, tuple[int, int]] = field(default_factory=dict)
    group: str = ""
    group_span: tuple[int, int] = (0, 0)

    def span_of(self, name: str) -> tuple[int, int] | None:
        """The bounds of what it states for a field."""
        return next(((start, end) for stated, start, end in self.stated if stated == name), None)


@cache
def posts_word() -> str:
    """A pattern of the words that are counted: "posts", "positions", "вакансии" (``patterns/posts.toml``)."""
    words = load_toml("posts.toml")["posts"]
    assert isinstance(words, list)
    return rf"(?:{alternation(words)})"


@cache
def count_word() -> str:
    """A pattern of a count: "3", "two"."""
    words = load_toml("numbers.toml")["words"]
    assert isinstance(words, dict)
    spelt = [word for number, names in words.items() if int(number) <= 12 for word in names if len(word) > 2]
    return rf"(?:\d{{1,3}}|{alternation(spelt)})"


def number_of(count: str) -> int:
    """What a printed count means; 0 if nothing."""
    if count.isdecimal():
        return int(count)
    words = load_toml("numbers.toml")["words"]
    assert isinstance(words, dict)
    return next((int(number) for number, names in words.items() if count.casefold() in names), 0)


def row_at(rows: list[Line], at: int) -> int:
    """The number of the first row that begins at an offset or behind it."""
    return bisect_left(rows, at, key=lambda row: row.start)


def place_behind(text: str, start: int, end: int) -> tuple[int, tuple[int, int]] | None:
    """Where a title ends before its place, and the bounds of the place: "Driver, Osh", "Nurse (Goma)"."""
    tails = sorted(((text.rfind(mark, start + 3, end), mark) for mark in _TAIL_MARKS), reverse=True)
    for at, mark in tails:
        low, high = at + len(mark), end
        closing = text.find(")", low, end) if mark == " (" else -1
        high = closing if closing > 0 else high
        while high > low and text[high - 1] in " ).,;":
            high -= 1
        if at < 0 or not 1 < high - low < 50 or not text[low].isupper() or country_by_name(text[low:high]):
            continue
        place = best_place(text[low:high])
        if place and (place.importance >= 2 or not place.word):
            return at, (low, high)
    return None
