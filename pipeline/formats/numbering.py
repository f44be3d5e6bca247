"""What Word prints before the items of its lists: bullets, and numbers that are nowhere in the text."""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_STYLES = 12  # styles based on one another
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


class Numbering:
    """Counts the lists of a document while its paragraphs are read in their order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles: dict[str, Any] = {}
        self._default = ""
        for style in document.styles.element.iter(f"{_W}style"):
            if style.get(f"{_W}type") == "paragraph":
                self._styles[style.get(f"{_W}styleId", "")] = style
                if style.get(f"{_W}default") == "1":
                    self._default = style.get(f"{_W}styleId", "")
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(relation.target_part.element)

    def _read(self, root: Any) -> None:
        abstract = {each.get(f"{_W}abstractNumId"): each for each in root.iter(f"{_W}abstractNum")}
        for number in root.iter(f"{_W}num"):
            pointer = number.find(f"{_W}abstractNumId")
            kind = abstract.get(pointer.get(f"{_W}val")) if pointer is not None else None
            levels: dict[int, tuple[str, str, int]] = {}
            for level in kind.iter(f"{_W}lvl") if kind is not None else ():
                at = _number(level.get(f"{_W}ilvl"))
                levels[at] = (_value(level, "numFmt"), _value(level, "lvlText"), _number(_value(level, "start") or "1"))
            self._levels[number.get(f"{_W}numId", "")] = levels

    def style_name(self, paragraph: Any) -> str:
        """The name of a paragraph's style, as Word shows it."""
        style = self._styles.get(self._style_id(paragraph))
        return _value(style, "name") if style is not None else ""

    def _style_id(self, paragraph: Any) -> str:
        told = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return str(told.get(f"{_W}val", "")) if told is not None else self._default

    def mark(self, paragraph: Any) -> str:
        """What stands before a paragraph: "•" for bullets of any form, "2.1", "(a)"; empty outside lists."""
        number, level = self._place(paragraph)
        known = self._levels.get(number, {}).get(level)
        if known is None:
            return ""
        form, text, _ = known
        if form == "bullet":
            return "•"
        if form == "none":
            return ""
        counts = self._counts.setdefault(number, [0] * _LEVELS)
        counts[level] = counts[level] + 1 if counts[level] else known[2]
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        return _PLACE.sub(lambda place: self._shown(number, int(place[1]) - 1, counts), text)

    def _shown(self, number: str, level: int, counts: list[int]) -> str:
        form, _, start = self._levels[number].get(level, ("decimal", "", 1))
        return _as_number(counts[level] or start, form)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and the level of a paragraph, its own or its style's."""
        held = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = self._styles.get(self._style_id(paragraph))
        for _ in range(_STYLES):
            if held is not None or style is None:
                break
            held = style.find(f"{_W}pPr/{_W}numPr")
            style = self._styles.get(_value(style, "basedOn"))
        if held is None:
            return "", 0
        return _value(held, "numId"), min(_LEVELS - 1, _number(_value(held, "ilvl")))


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return str(found.get(f"{_W}val", "")) if found is not None else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0


def _as_number(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * (1 + min(5, (count - 1) // 26))
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        roman, left = "", min(count, 3999)
        for worth, sign in _ROMAN:
            roman, left = roman + sign * (left // worth), left % worth
        return roman.upper() if form == "upperRoman" else roman
    return f"{count:02d}" if form == "decimalZero" else str(count)
