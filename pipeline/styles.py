"""The styles of mathematical letters, which are written for show."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# commonest first: of styles that fit as well, the earlier is tried before
STYLES = {
    "sans bold": (0x1D5D4, 0x1D607), "bold": (0x1D400, 0x1D433), "sans bold italic": (0x1D63C, 0x1D66F),
    "bold italic": (0x1D468, 0x1D49B), "italic": (0x1D434, 0x1D467), "sans italic": (0x1D608, 0x1D63B),
    "bold script": (0x1D4D0, 0x1D503), "script": (0x1D49C, 0x1D4CF), "monospace": (0x1D670, 0x1D6A3),
    "double-struck": (0x1D538, 0x1D56B), "sans": (0x1D5A0, 0x1D5D3), "fraktur": (0x1D504, 0x1D537),
    "bold fraktur": (0x1D56C, 0x1D59F),
}  # fmt: skip


@cache
def plain_of(char: str) -> str:
    """The letter that a mathematical letter is shown for; any other character is itself."""
    return unicodedata.normalize("NFKC", char) if "\U0001d400" <= char <= "\U0001d7ff" else char


@cache
def style_of(char: str) -> str:
    """The style of a mathematical letter; "" for any other character."""
    code = ord(char)
    return next((name for name, (low, high) in STYLES.items() if low <= code <= high), "")


def styles_of(options: str) -> list[str]:
    """The styles of the options, commonest first."""
    return sorted({*map(style_of, options)} - {""}, key=list(STYLES).index)


def styles_of_lines(text: str, slot_styles: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """The style that fits most places of each line, by the line's number.

    Args:
        slot_styles: the styles that each slot of the text may have had.
    """
    styles: dict[int, str] = {}
    for number, line in enumerate(text.split("\n")):
        if line.isascii():
            continue
        votes: Counter[str] = Counter()
        for char in line:
            if char in slot_styles:
                votes.update(slot_styles[char])
            elif "\U0001d400" <= char <= "\U0001d7ff":
                votes[style_of(char)] += 3
        if votes:
            styles[number] = votes.most_common(1)[0][0]
    return styles
