"""Lists of words and phrases as one pattern: whole words, any case, any blanks, ``*`` for an inflected ending."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BLANKS = r"[\s\u00a0]{1,3}"
_ENDING = r"[^\W\d_]{0,10}"


def _written(phrase: str) -> str:
    stem = phrase.removesuffix("*")
    body = _BLANKS.join(re.escape(word).replace("'", "['’]") for word in stem.split())
    before = r"(?<![^\W_])" if stem[0].isalnum() else ""
    if body.startswith("not" + _BLANKS):  # "aren't eligible" is "not eligible"
        before, body = "", r"(?:(?<![^\W_])not|(?<=[a-z])n['’]t)" + body[3:]
    body = body.replace(_BLANKS + "not" + _BLANKS, rf"(?:{_BLANKS}not|n['’]t){_BLANKS}")
    if phrase.endswith("*"):
        return before + body + _ENDING + r"(?![^\W_])"
    return before + body + (r"(?![^\W_])" if stem[-1].isalnum() else "")


def alternation(entries: Iterable[str]) -> str:
    """The entries as one alternation, the longest first, to be part of a larger pattern."""
    return "|".join(map(_written, sorted(set(entries), key=lambda e: (-len(e), e)))) or r"(?!)"


def phrases(entries: Iterable[str], *, case: bool = False) -> re.Pattern[str]:
    """A pattern that finds any of the entries."""
    return re.compile(alternation(entries), 0 if case else re.IGNORECASE)


def last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    """The last match between two offsets."""
    return max(pattern.finditer(text, start, end), key=re.Match.start, default=None)
