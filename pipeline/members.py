"""Which positions of a notice a label, a cell or a clause names: by their group, or by their references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from extractors._fold import fold
from extractors._labels import load_toml
from pipeline.entry import Entry

# Words of a group's heading that do not tell it from another group.
_GENERIC = frozenset(
    {"positions", "position", "posts", "post", "following", "mission", "full", "time", "basis", "date"}
)
_ROMAN = frozenset({"ii", "iii", "iv", "vi"})
_PREFIX = re.compile(r"(?P<prefix>\D{0,20}?)[ ./-]?(?P<number>\d{1,6})")


class Members:
    """The positions that a stretch of text names: "for advance team positions", "Group B", "MD 07 and MD 09"."""

    def __init__(self, text: str, found: Sequence[Entry]) -> None:
        self._groups: dict[str, list[int]] = {}
        for number, entry in enumerate(found, start=1):
            self._groups.setdefault(entry.group, []).append(number)
        words = {group: _telling(group) for group in self._groups}
        shared = {
            word for group, own in words.items() for word in own if any(word in words[o] for o in words if o != group)
        }
        self._words = {group: own - shared for group, own in words.items()}
        self._total = len(found)
        self._references = {
            text[slice(*span)].casefold(): number
            for number, entry in enumerate(found, start=1)
            if (span := entry.span_of("requisition_id"))
        }
        self._code = _codes(self._references)
        self._mark = re.compile(rf"(?P<code>{_alternatives(self._references) or '(?!)'})|(?P<bare>\d{{1,6}})", re.I)
        self._range = _range()

    @property
    def several(self) -> bool:
        """Whether a text can name some positions and not all."""
        return len(self._groups) > 1 or len(self._references) > 1

    def of(self, text: str) -> str | None:
        """The positions that a text names, as a list of numbers; None where it names none or all."""
        numbers = self.referred(text) or self._of_group(text)
        return listed(numbers) if self.some(numbers) else None

    def some(self, numbers: set[int]) -> bool:
        """Whether these are some of the positions, and not all."""
        return 0 < len(numbers) < self._total

    def others(self, numbers: set[int]) -> set[int]:
        """The positions that are not these."""
        return set(range(1, self._total + 1)) - numbers

    def referred(self, text: str) -> set[int]:
        """The positions whose references a text gives, also as a range "MD 07 to MD 09" or shortened "MD 07, 08"."""
        return {number for _, _, numbers in self.mentions(text) for number in numbers}

    def mentions(self, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, set[int]]]:
        """Where a text gives references, one or several in a row, and whose."""
        if self._code is None:
            return
        for match in self._code.finditer(text, start, len(text) if end is None else end):
            numbers = set(self._told(match.group()))
            if numbers:
                yield match.start(), match.end(), numbers

    def named(self, text: str, start: int, end: int) -> list[tuple[int, int, set[int]]]:
        """Where a text gives references or words that only one group has, in order."""
        found = list(self.mentions(text, start, end))
        for word in re.finditer(r"\w{4,}", text[start:end]) if len(self._groups) > 1 else ():
            owners = [group for group, own in self._words.items() if fold(word.group()) in own]
            if len(owners) == 1:
                found.append((start + word.start(), start + word.end(), set(self._groups[owners[0]])))
        return sorted(found, key=lambda mark: mark[:2])

    def _told(self, printed: str) -> Iterable[int]:
        """The positions that one run of references means."""
        prefix, last = "", None
        for mark in self._mark.finditer(printed):
            reference = mark["code"] or prefix + mark["bare"]
            number = self._references.get(reference.casefold())
            between = printed[last[1] : mark.start()] if last else ""
            if number and last and self._range.fullmatch(between):
                yield from range(min(last[0], number), max(last[0], number) + 1)
            elif number:
                yield number
            last = (number, mark.end()) if number else last
            parts = _PREFIX.match(reference)
            prefix = reference[: parts.start("number")] if parts else prefix

    def _of_group(self, text: str) -> set[int]:
        if len(self._groups) < 2:
            return set()
        told = _telling(text)
        named = [group for group, own in self._words.items() if own & told]
        return set(self._groups[named[0]]) if len(named) == 1 else set()


def listed(numbers: Iterable[int]) -> str:
    """The numbers of positions as the id of a scope: "1,2,5"."""
    return ",".join(map(str, sorted(numbers)))


def _alternatives(references: Iterable[str]) -> str:
    longest = sorted(references, key=len, reverse=True)
    return "|".join(rf"(?<!\w){re.escape(reference)}(?!\w)" for reference in longest)


@cache
def _range() -> re.Pattern[str]:
    return re.compile(rf"[*†‡ ]{{0,3}}(?:{_words('range')}|[–—-])[ ]{{0,2}}")


@cache
def _words(name: str) -> str:
    table = load_toml("posts.toml")["members"]
    assert isinstance(table, dict)
    return "|".join(map(re.escape, table[name]))


def _codes(references: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern of references in a row: "MD 07", "MD 07, MD 08* and MD 10", "MD 07-09"."""
    every = _alternatives(references)
    if not every:
        return None
    join = rf"(?:[ ]?(?:[,;/&–—-]|{_words('range')}|{_words('and')})[ ]?){{1,2}}"
    return re.compile(rf"(?:{every})(?:[*†‡]{{0,2}}{join}(?:{every}|\d{{1,6}}(?![\w./-]|[ ][^\W\d_]))){{0,30}}", re.I)


def _telling(text: str) -> set[str]:
    """The words that may tell groups apart, short ones with the word before them: "group b", "lot 2"."""
    words = re.findall(r"\w+", fold(text))
    return {word for word in words if len(word) > 3 and word not in _GENERIC} | {
        f"{one} {other}" for one, other in pairwise(words) if len(one) > 2 and (len(other) == 1 or other in _ROMAN)
    }
