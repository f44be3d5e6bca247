"""Edits of a text, composed over several passes, and the map from the edited text back to the raw one.

A pass reads the current text and proposes substitutions; ``Draft.apply`` folds them into one sorted, disjoint list of
edits in raw offsets. Nothing is kept per character, so a long text with few edits costs little.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Edit:
    """One stretch of the raw text and what stands in its place.

    Attributes:
        start, end: offsets into the raw text, end exclusive.
        before: ``raw[start:end]``.
        after: the text in its place; empty where the stretch was removed.
        damage: names of the damages undone, outermost first, joined by " + ".
        guess: the context made ``after`` likely but did not decide it.
    """

    start: int
    end: int
    before: str
    after: str
    damage: str
    guess: bool = False


class Change(NamedTuple):
    """A substitution that a pass proposes, in offsets of the text the pass was given."""

    start: int
    end: int
    after: str
    damage: str
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text with every edit that made it.

    Attributes:
        text: the repaired text.
        edits: sorted and disjoint, offsets into the raw text.
        warnings: damage that was seen and left, one sentence each.
    """

    text: str
    edits: tuple[Edit, ...]
    warnings: tuple[str, ...]
    raw_length: int
    _starts: tuple[int, ...] = field(repr=False)
    _ends: tuple[int, ...] = field(repr=False)

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The range of the raw text that ``text[start:end]`` came from, both end-exclusive.

        A span that begins or ends inside an edit takes the whole edit. What was removed beside a span stays
        outside it, but the whole text maps to the whole raw text.

        Raises:
            IndexError: the span does not lie in the text.
        """
        if not 0 <= start <= end <= len(self.text):
            msg = f"no span of the repaired text: {start}..{end} of {len(self.text)}"
            raise IndexError(msg)
        low = 0 if start == 0 else self._raw_start(start)
        high = self.raw_length if end == len(self.text) else max(self._raw_end(end), low)
        return (low, high) if start < end or low == 0 else (low, low)

    def from_raw(self, at: int) -> int:
        """Where the raw text from an offset on stands in the repaired one; inside an edit, where that edit does."""
        index = bisect_right(self.edits, at, key=lambda edit: edit.end) - 1
        found = at if index < 0 else at - self.edits[index].end + self._ends[index]
        return min(found, self._starts[index + 1]) if index + 1 < len(self.edits) else min(found, len(self.text))

    def _raw_start(self, at: int) -> int:
        # the last edit that begins at or before ``at`` in the repaired text
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return at
        edit = self.edits[index]
        if at < self._ends[index]:
            return edit.start
        return edit.end + at - self._ends[index]

    def _raw_end(self, at: int) -> int:
        # the first edit that reaches ``at`` or beyond; if it begins before ``at``, it is part of the span
        index = bisect_left(self._ends, at)
        if index < len(self.edits) and self._starts[index] < at:
            return self.edits[index].end
        if index == 0:
            return at
        return self.edits[index - 1].end + at - self._ends[index - 1]


class Draft:
    """A text under repair.

    Attributes:
        raw, text: as it came, and as it stands now.
        edits: what has been done so far, in offsets of ``raw``.
    """

    __slots__ = ("edits", "raw", "text")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = raw
        self.edits: list[Change] = []

    def apply(self, changes: Sequence[Change]) -> bool:
        """Make the changes, which are sorted and disjoint; whether any was made."""
        if not changes:
            return False
        text = self.text
        parts: list[str] = []
        at = 0
        for change in changes:
            parts.append(text[at : change.start])
            parts.append(change.after)
            at = change.end
        parts.append(text[at:])
        self.text = "".join(parts)
        self.edits = _compose(text, self.edits, changes)
        return True

    def finish(self, warnings: Sequence[str]) -> Repaired:
        """The result, without the edits that came to nothing."""
        raw = self.raw
        edits = tuple(
            Edit(start, end, raw[start:end], after, damage, guess)
            for start, end, after, damage, guess in self.edits
            if raw[start:end] != after
        )
        starts: list[int] = []
        ends: list[int] = []
        shift = 0
        for edit in edits:
            starts.append(edit.start + shift)
            shift += len(edit.after) - (edit.end - edit.start)
            ends.append(edit.end + shift)
        return Repaired(self.text, edits, tuple(warnings), len(self.raw), tuple(starts), tuple(ends))


def _compose(text: str, edits: list[Change], changes: Sequence[Change]) -> list[Change]:
    """Edits of the raw text that do what ``edits`` and then ``changes`` do."""
    if not edits:
        return list(changes)
    out: list[Change] = []
    shift = 0  # current offset minus raw offset, behind the edits consumed so far
    index = 0
    count = len(edits)
    position = 0
    total = len(changes)
    while position < total:
        change = changes[position]
        start, end, after, damage, guess = change
        while index < count:
            edit = edits[index]
            low = edit[0] + shift
            high = low + len(edit[2])
            if high > start or (high == start and _touches(edit, change)):
                break
            out.append(edit)
            shift = high - edit[1]
            index += 1
        if index == count or end < low or (end == low and not _touches(edit, change)):
            out.append(Change(start - shift, end - shift, after, damage, guess) if shift else change)
            position += 1
            continue
        if low == start and high == end and low < high:
            out.append(Change(edit[0], edit[1], after, _names(edit.damage, damage), edit.guess or guess))
            shift = high - edit[1]
            index += 1
            position += 1
            continue
        # they overlap: take in whatever else overlaps the growing stretch
        begin = min(low, start)
        stop = begin
        raw_start = begin - shift
        pieces: list[str] = []
        damages: list[str] = []
        guess = False
        at = begin
        while True:
            grown = False
            while index < count:
                edit = edits[index]
                low = edit.start + shift
                if low > stop or (low == stop and stop > begin and edit.after):
                    break
                high = low + len(edit.after)
                stop = max(stop, high)
                shift += len(edit.after) - (edit.end - edit.start)
                damages.append(edit.damage)
                guess = guess or edit.guess
                index += 1
                grown = True
            while position < total:
                change = changes[position]
                if change.start > stop or (change.start == stop and stop > begin and change.start < change.end):
                    break
                pieces.append(text[at : change.start])
                pieces.append(change.after)
                at = change.end
                stop = max(stop, change.end)
                damages.append(change.damage)
                guess = guess or change.guess
                position += 1
                grown = True
            if not grown:
                break
        pieces.append(text[at:stop])
        out.append(Change(raw_start, stop - shift, "".join(pieces), _names(*dict.fromkeys(damages)), guess))
    out.extend(edits[index:])
    return out


@lru_cache(1 << 10)
def _names(*damages: str) -> str:
    """All names in the order of their coming, each once."""
    return " + ".join(dict.fromkeys(name for damage in damages for name in damage.split(" + ") if name))


def _touches(edit: Change, change: Change) -> bool:
    """Neighbours are one edit only where one of them stands for nothing, so that borders stay clear."""
    return not edit.after or change.start == change.end
