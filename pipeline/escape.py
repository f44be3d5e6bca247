"""Text from outside as it may stand in a terminal, a log or a report: in one line, and without commands to the reader.

A file's name or a notice's text may hold what a terminal obeys (ESC sequences), what ends a line, or what turns the
order of the characters around; all of these are shown as Python writes them: ``\\x1b``, ``\\n``, ``\\u202e``.
"""

from __future__ import annotations

import unicodedata

# Control characters, halves of surrogate pairs, line and paragraph separators.
_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def escaped(text: str) -> str:
    """The text with every such character written as its escape sequence; other characters stay as they are."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _TURNS or unicodedata.category(character) in _CATEGORIES:
        return character.encode("unicode_escape").decode("ascii")
    return character
