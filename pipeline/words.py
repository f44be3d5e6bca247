"""Words and letter sequences of many languages, to tell which letter a lost byte belonged to.

``words_own.txt`` is this project's; ``words_cldr.txt`` is from the Unicode Common Locale Data Repository (Unicode
License v3; compiled by tests/make_words.py).
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise


def _lines(name: str) -> list[str]:
    text = (files("pipeline") / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


@cache
def own() -> frozenset[str]:
    """Words of notices, in lower case."""
    return frozenset(word for line in _lines("words_own.txt") for word in line.split())


@cache
def known() -> frozenset[str]:
    """All words, in lower case."""
    return own() | frozenset(_lines("words_cldr.txt"))


@cache
def _counts() -> tuple[dict[str, int], dict[str, int]]:
    """How often three letters, and their first two, occur in words; words of notices count more."""
    triples: dict[str, int] = {}
    firsts: dict[str, int] = {}
    for words, weight in ((known(), 1), (own(), 6)):
        for word in words:
            padded = f"  {word} "
            for at in range(len(padded) - 2):
                triple = padded[at : at + 3]
                triples[triple] = triples.get(triple, 0) + weight
                firsts[triple[:2]] = firsts.get(triple[:2], 0) + weight
    return triples, firsts


@cache
def surprise(before: str, letter: str) -> float:
    """Bits that a letter costs after the two characters before it (spaces before the first letter of a word)."""
    triples, firsts = _counts()
    seen = triples.get(before + letter, 0)
    return -math.log2((seen + 0.02) / (firsts.get(before, 0) + 2.0))


@lru_cache(1 << 14)
def bits_in(before: str, letter: str, after: str) -> float:
    """Bits that a letter of a word and the two behind it cost, in lower case.

    Args:
        before, after: two letters each, or what there is of them in the word.
    """
    word = f"  {before}"[-2:] + letter + (f"{after} "[:2])
    return sum(surprise(word[at : at + 2], word[at + 2]) for at in range(len(word) - 2))


_LETTERS = re.compile(r"[^\W\d_]+")


def wording(text: str) -> float:
    """Bits that the words of a text cost."""
    bits = 0.0
    for match in _LETTERS.finditer(text):
        word = match[0]
        low = f"  {word.lower()} "
        bits += sum(surprise(low[at : at + 2], low[at + 2]) for at in range(len(low) - 2))
        bits += sum(6.0 for first, second in pairwise(word) if first.islower() and second.isupper())
        if word.lower() in known():
            bits -= 10.0
    return bits + 12.0 * sum(not char.isalnum() and char > "\x7f" for char in text)


def is_word(text: str) -> bool:
    """Whether the text is a word of the lists, however it is capitalized."""
    return text.lower() in known()
