"""Bytes that a copy dropped, restored from what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.damage import table
from pipeline.edits import Change

if TYPE_CHECKING:
    from pipeline.damage import Table

_APOSTROPHE, _OPEN, _CLOSE, _DASH, _LONG_DASH, _BULLET, _ELLIPSIS = "’“”–—•…"


def mark_for(text: str, start: int, end: int) -> str | None:
    """The punctuation mark that ``text[start:end]`` stands for, by its neighbours; None where they do not decide.

    Letters on both sides make an apostrophe, white space on both sides a dash, digits on both sides a dash,
    a word behind it alone an opening quotation mark, a word before it alone a closing one or, after an s,
    an apostrophe.
    """
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    if before.isalpha() and after.isalpha():
        return _APOSTROPHE
    if before.isdigit() and after.isdigit():
        return _DASH
    if before in " \t\n(" and after == " ":
        return _BULLET if before == "\n" else _DASH
    if (before.isspace() or before in "([/-–—") and not after.isspace():
        return _OPEN
    if not before.isspace():
        line = text.rfind("\n", 0, start)
        opened = text.count(_OPEN, line + 1, start) > text.count(_CLOSE, line + 1, start)
        if opened:
            return _CLOSE
        return _APOSTROPHE if before.isalpha() else _CLOSE
    return None


@cache
def _repertoire() -> str:
    """Characters that a lost byte may have belonged to, commonest first."""
    blocks = [
        "’“”–—‘•…€‚„†‡‰‹›™→",
        "".join(chr(code) for code in range(0xA0, 0x180)),
        "șțȘȚ",
        "".join(chr(code) for code in range(0x391, 0x3CF)),
        "".join(chr(code) for code in range(0x400, 0x460)),
        "️\ufeff\u200b\u200d",
        "🌍📚🤝✅📢🔥💼👉⚠📌🌐🎓📝💡🚀📅⏰⭐❤",
        "".join(chr(code) for code in range(0x1D400, 0x1D800)),
    ]
    return "".join(dict.fromkeys("".join(blocks)))


@cache
def _index(table: Table, lost: frozenset[int]) -> dict[str, str]:
    """Characters by what is left of them once the lost bytes are dropped."""
    index: dict[str, str] = {}
    for char in _repertoire():
        raw = char.encode("utf-8", "surrogatepass")
        left = "".join(table.shown[byte] for byte in raw if byte not in lost)
        if len(left) < len(raw):
            index[left] = index.get(left, "") + char
    return index


@dataclass(frozen=True, slots=True)
class _Loss:
    pattern: re.Pattern[str]
    index: dict[str, str]


@cache
def _loss(name: str) -> _Loss:
    source = table(name)
    index = _index(source, source.lost)
    keys = sorted(index, key=len, reverse=True)
    return _Loss(re.compile("|".join(re.escape(key) for key in keys)), index)


_THAI = re.compile("[\u0e01-\u0e5b]")
_THAI_WORD = re.compile("[\u0e01-\u0e2e][\u0e30-\u0e4e]?[\u0e01-\u0e2e]")
_STYLES = (
    (0x1D400, 52),
    (0x1D5D4, 52),
    (0x1D434, 52),
    (0x1D468, 52),
    (0x1D608, 52),
    (0x1D63C, 52),
    (0x1D5A0, 52),
    (0x1D670, 52),
)


def restore(text: str) -> list[Change]:
    """Characters of which the Thai code pages dropped bytes."""
    if not _THAI.search(text):
        return []
    name = "cp874+cp1252" if re.search("[\u0e00-\u0e7f][\u2018-\u20ac\u0152-\u02dc]", text) else "tis-620"
    loss = _loss(name)
    matches = list(loss.pattern.finditer(text))
    if sum(len(match[0]) for match in matches if _THAI.search(match[0])) * 2 < len(_THAI.findall(text)):
        return []
    changes: list[Change] = []
    style: tuple[int, int] | None = None
    for match in matches:
        start, end = match.span()
        options = loss.index[match[0]]
        damage = f"utf-8 as {name}, bytes lost"
        styled = [char for char in options if 0x1D400 <= ord(char) < 0x1D800]
        if styled:
            if len(styled) == 1:
                style = next((each for each in _STYLES if each[0] <= ord(styled[0]) < sum(each)), style)
            fitting = [char for char in styled if style and style[0] <= ord(char) < sum(style)] or styled
            changes.append(Change(start, end, fitting[0], damage, len(fitting) > 1))
        elif options[0] in "’“”–—‘":
            mark = mark_for(text, start, end)
            if mark:
                changes.append(Change(start, end, mark, damage))
        else:
            changes.append(Change(start, end, options[0], damage, len(options) > 1))
    return changes


# UNHCR¿s
_INVERTED = re.compile(r"(?<=[A-Za-z])¿(?=[a-z])")


def inverted(text: str) -> list[Change]:
    """Quotation marks, apostrophes and dashes that a database turned into inverted question marks."""
    if "¿" not in text:
        return []
    return [Change(*match.span(), _APOSTROPHE, "inverted question mark") for match in _INVERTED.finditer(text)]
