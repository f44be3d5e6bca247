"""Lists of words and phrases as one pattern: whole words, any case, any blanks, ``*`` for an inflected ending.

A pattern of hundreds of phrases is slow to try at every offset of a text.  So its branches are sorted under first
letters, in both cases, of which all but one fail at once; and ``occurrences`` tries a pattern only at the words of a
text that one of its phrases begins with.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

_BLANKS = r"[\s\u00a0]{1,3}"
_ENDING = r"[^\W\d_]{0,10}"
_WORD = re.compile(r"[^\W_]+")
_SHORT = 240  # a stretch of so few characters is searched as it is
_NOT = "n't"  # where the index keeps the n of "isn't"
_FIGURE = "#"  # where it keeps the figures
_DIGIT = re.compile(r"\d")
_SHORTENED = re.compile(r"(?<=[a-z])n(?=['’]t)", re.IGNORECASE)
# What matches i, s and σ without regard to case and does not fold to them by itself.
_CASES = str.maketrans({"İ": "i", "ı": "i", "ſ": "s", "ς": "σ"})


def _written(phrase: str) -> str:
    """A phrase as a pattern, without the border before it."""
    stem = phrase.removesuffix("*")
    body = _BLANKS.join(re.escape(word).replace("'", "['’]") for word in stem.split())
    body = body.replace(_BLANKS + "not" + _BLANKS, rf"(?:{_BLANKS}not|n['’]t){_BLANKS}")
    if phrase.endswith("*"):
        return body + _ENDING + r"(?![^\W_])"
    return body + (r"(?![^\W_])" if stem[-1].isalnum() else "")


@cache
def letter(char: str, *, case: bool = False) -> str:
    """A pattern of one letter in any case; unlike a letter under IGNORECASE it is compared without further ado."""
    if case:
        return re.escape(char)
    forms = {char, char.lower(), char.upper(), char.title()} | set("iIİısSſkK\u212aåÅ\u212bµμΜσςΣθϑΘβϐΒ")
    same = sorted(form for form in forms if len(form) == 1 and re.fullmatch(re.escape(char), form, re.IGNORECASE))
    return f"(?-i:[{''.join(map(re.escape, same))}])" if len(same) > 1 else re.escape(char)


def alternation(entries: Iterable[str], *, case: bool = False) -> str:
    """The entries as one alternation, the longest first, to be part of a larger pattern.

    ``case``: that pattern regards case.
    """
    words: list[str] = []
    others: list[str] = []
    for entry in sorted(set(entries), key=lambda e: (-len(e), e)):
        body = _written(entry)
        (words if entry[0].isalnum() else others).append(body)
        if body.startswith("not" + _BLANKS):  # "aren't eligible" is "not eligible"
            others.append(r"(?<=[a-z])n['’]t" + body[3:])
    return "|".join(([rf"(?<![^\W_])(?:{lettered(words, case=case)})"] if words else []) + others) or r"(?!)"


def lettered(bodies: Iterable[str], *, case: bool = False) -> str:
    """An alternation of patterns sorted under the letters that they begin with, else in their order."""
    heads: dict[str, list[str]] = {}
    for body in bodies:
        head = letter(body[0], case=case) if body[0].isalnum() else ""
        heads.setdefault(head, []).append(body[1:] if head else body)
    return "|".join(f"{head}(?:{'|'.join(rest)})" for head, rest in heads.items())


@dataclass(frozen=True, slots=True)
class _Heads:
    """What the phrases of a pattern begin with: whole words, and beginnings of words in ascending order."""

    words: frozenset[str]
    stems: tuple[str, ...]
    figures: bool


_HEADS: dict[re.Pattern[str], _Heads] = {}  # of the patterns that ``occurrences`` knows


def phrases(entries: Iterable[str], *, case: bool = False) -> re.Pattern[str]:
    """A pattern that finds any of the entries."""
    every = tuple(entries)
    return opened(re.compile(alternation(every, case=case), 0 if case else re.IGNORECASE), every)


def opened(pattern: re.Pattern[str], entries: Iterable[str], *, figures: bool = False) -> re.Pattern[str]:
    """The same pattern, after ``occurrences`` has learned that each match begins with an entry, or with a figure."""
    words, stems = set(), set()
    for entry in entries:
        head = _WORD.match(entry)
        if head is None:
            return pattern
        word = _plain(head.group())
        if entry == head.group() + "*":
            stems.add(word)
            continue
        words.add(word)
        if re.match(r"\s{1,3}not\s", entry[head.end() :]):
            words.add(word + "n")  # "are not" is "aren't"
        if re.match(r"not\s", entry):
            words.add(_NOT)
    _HEADS[pattern] = _Heads(frozenset(words), tuple(sorted(stems)), figures)
    return pattern


def _plain(word: str) -> str:
    return word.lower() if word.isascii() else word.translate(_CASES).lower()


@lru_cache(maxsize=8)
def _index(text: str) -> tuple[dict[str, list[int]], list[str]]:
    """Where each word of a text stands, and its words in ascending order."""
    places: dict[str, list[int]] = {}
    for match in _WORD.finditer(text):
        places.setdefault(_plain(match.group()), []).append(match.start())
    for match in _SHORTENED.finditer(text):
        places.setdefault(_NOT, []).append(match.start())
    places[_FIGURE] = [match.start() for match in _DIGIT.finditer(text)]
    return places, sorted(places)


@lru_cache(maxsize=512)
def _candidates(pattern: re.Pattern[str], text: str) -> tuple[int, ...]:
    """Every offset of the text at which the pattern may match."""
    heads = _HEADS[pattern]
    places, ordered = _index(text)
    here = list(heads.words.intersection(places)) if heads.words else []
    for stem in heads.stems:
        at = bisect_left(ordered, stem)
        while at < len(ordered) and ordered[at].startswith(stem):
            here.append(ordered[at])
            at += 1
    if heads.figures:
        here.append(_FIGURE)
    return tuple(sorted({place for word in here for place in places.get(word, ())}))


def occurrences(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer`` yields, sooner."""
    if end - start < _SHORT or pattern not in _HEADS:
        yield from pattern.finditer(text, start, end)
        return
    places = _candidates(pattern, text)
    for number in range(bisect_left(places, start), bisect_left(places, end)):
        if places[number] >= start and (match := pattern.match(text, places[number], end)):
            yield match
            start = match.end()


def last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    """The last match between two offsets."""
    return max(pattern.finditer(text, start, end), key=re.Match.start, default=None)
