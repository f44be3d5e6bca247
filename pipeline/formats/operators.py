"""The operators of a PDF page that show text (ISO 32000-1, 9.4), followed to the place of each piece."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.formats.layout import Piece

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FORMS = 8  # forms inserted into one another
_SAVED = 500  # states saved inside one another
_SPACE = 180.0  # thousandths of the font's height: a shift of the next letter that is a blank
_FAR = 1e6  # points; no page is so large


@dataclass(frozen=True, slots=True)
class State:
    """What the operators set: the transformation of the page, the font and its size, and the spacing."""

    page: Matrix = IDENTITY
    font: Any = None
    size: float = 0.0
    letters: float = 0.0
    words: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Text:
    """The pieces so far, and where the next one goes."""

    pieces: list[Piece] = field(default_factory=list)
    size: int = 0
    forms: int = 0
    matrix: Matrix = IDENTITY
    line: Matrix = IDENTITY


def times(one: Matrix, other: Matrix) -> Matrix:
    """The product of two transformations: first ``one``, then ``other``."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def pieces_of(page: Any, *, most: int, forms: int) -> list[Piece]:
    """The upright pieces of text on a page, at most ``most`` characters and ``forms`` inserted forms."""
    text = _Text()
    turned = {
        90: (0.0, -1.0, 1.0, 0.0, 0.0, 0.0),
        180: (-1.0, 0.0, 0.0, -1.0, 0.0, 0.0),
        270: (0.0, 1.0, -1.0, 0.0, 0.0, 0.0),
    }
    start = State(page=turned.get(int(page.get("/Rotate", 0) or 0) % 360, IDENTITY))
    contents = page.get("/Contents")
    if contents is not None:
        _follow(page, contents.get_object(), start, text, (most, forms, 0))
    return text.pieces


def _follow(owner: Any, stream: Any, state: State, text: _Text, limits: tuple[int, int, int]) -> None:
    """Follow the operators of a page or of a form."""
    from pypdf.generic import ArrayObject, ContentStream, StreamObject

    if not isinstance(stream, (ArrayObject, StreamObject)):
        return
    fonts = _fonts(owner)
    saved: list[State] = []
    for operands, operator in ContentStream(stream, owner.pdf if hasattr(owner, "pdf") else None, "bytes").operations:
        if text.size > limits[0]:
            return
        if operator == b"q":
            if len(saved) < _SAVED:
                saved.append(state)
        elif operator == b"Q":
            state = saved.pop() if saved else state
        elif operator == b"cm" and (matrix := _matrix(operands)):
            state = replace(state, page=times(matrix, state.page))
        elif operator == b"Do":
            _form(owner, operands, state, text, limits)
        else:
            state = _text_operator(operator, operands, state, text, fonts)


def _form(owner: Any, operands: Sequence[Any], state: State, text: _Text, limits: tuple[int, int, int]) -> None:
    most, forms, depth = limits
    text.forms += 1
    if depth >= _FORMS or text.forms > forms or not operands:
        return
    resources = owner.get("/Resources")
    inserted = resources.get_object().get("/XObject") if resources is not None else None
    form = inserted.get_object().get(operands[0]) if inserted is not None else None
    form = form.get_object() if form is not None else None
    if form is None or form.get("/Subtype") != "/Form":
        return
    matrix = _matrix(form.get("/Matrix", IDENTITY)) or IDENTITY
    if "/Resources" not in form and resources is not None:
        from pypdf.generic import NameObject

        form[NameObject("/Resources")] = resources
    _follow(form, form, replace(state, page=times(matrix, state.page)), text, (most, forms, depth + 1))


def _text_operator(operator: bytes, operands: Sequence[Any], state: State, text: _Text, fonts: Any) -> State:
    numbers = [float(each) for each in operands if isinstance(each, (int, float)) and abs(each) < _FAR]
    first = numbers[0] if numbers else 0.0
    if operator == b"BT":
        text.matrix = text.line = IDENTITY
    elif operator == b"Tf" and operands:
        return replace(state, font=fonts.get(operands[0]), size=first)
    elif operator == b"Tc":
        return replace(state, letters=first)
    elif operator == b"Tw":
        return replace(state, words=first)
    elif operator == b"TL":
        return replace(state, leading=first)
    elif operator == b"Ts":
        return replace(state, rise=first)
    elif operator == b"Tz":
        return replace(state, scale=first / 100)
    elif operator in (b"Td", b"TD") and len(numbers) == 2:
        _move(text, numbers[0], numbers[1])
        if operator == b"TD":
            return replace(state, leading=-numbers[1])
    elif operator == b"Tm" and (matrix := _matrix(operands)):
        text.matrix = text.line = matrix
    elif operator == b"T*":
        _move(text, 0.0, -state.leading)
    elif operator == b"Tj":
        _show(operands[:1], state, text)
    elif operator == b"TJ" and operands and isinstance(operands[0], list):
        _show(operands[0], state, text)
    elif operator == b"'":
        _move(text, 0.0, -state.leading)
        _show(operands[:1], state, text)
    elif operator == b'"' and len(operands) == 3:
        _move(text, 0.0, -state.leading)
        state = replace(state, words=first, letters=numbers[1] if len(numbers) > 1 else 0.0)
        _show(operands[2:], state, text)
    return state


def _move(text: _Text, x: float, y: float) -> None:
    text.matrix = text.line = times((1.0, 0.0, 0.0, 1.0, x, y), text.line)


def _show(items: Sequence[Any], state: State, text: _Text) -> None:
    """Strings, and shifts between them in thousandths of the font's size."""
    if state.font is None:
        return
    start = times(text.matrix, state.page)
    parts: list[str] = []
    moved = 0.0
    for item in items:
        if isinstance(item, (int, float)) and abs(item) < _FAR:
            if -item > _SPACE and parts and not parts[-1].endswith(" "):
                parts.append(" " if -item < 4 * 1000 else "    ")
            moved -= item / 1000 * state.size * state.scale
        elif isinstance(item, (bytes, str)):
            shown, raw = _decoded(item, state.font)
            parts.append(shown)
            blanks = raw.count(state.font.space_char) if state.font.space_char else 0
            width = state.font.get_text_width(raw) / 1000 * state.size + len(raw) * state.letters + blanks * state.words
            moved += width * state.scale
    text.matrix = times((1.0, 0.0, 0.0, 1.0, moved, 0.0), text.matrix)
    end = times(text.matrix, state.page)
    shown = "".join(parts)
    if not shown or not all(map(math.isfinite, (*start, *end))):
        return
    height = abs(state.size) * math.hypot(start[2], start[3])
    upright = start[0] > 0 and abs(start[1]) < 0.1 * abs(start[0])
    if upright and height > 0:
        text.size += len(shown)
        text.pieces.append(Piece(start[4], max(start[4], end[4]), start[5] + state.rise, height, shown))


def _decoded(item: bytes | str, font: Any) -> tuple[str, str]:
    """The letters of a string, and the codes by which their widths are known."""
    if isinstance(item, str):
        return item, item
    if isinstance(font.encoding, str):
        try:
            raw = item.decode(font.encoding, "surrogatepass")
        except (UnicodeDecodeError, LookupError):
            raw = item.decode("latin-1")
        decoded = raw
    else:
        raw = "".join(map(chr, item))
        decoded = "".join(font.encoding.get(byte, chr(byte)) for byte in item)
    return "".join(font.character_map.get(char, char) for char in decoded), raw


def _matrix(operands: Any) -> Matrix | None:
    try:
        a, b, c, d, e, f = (float(each) for each in operands)
    except (TypeError, ValueError):
        return None
    return (a, b, c, d, e, f) if all(abs(each) < _FAR for each in (a, b, c, d, e, f)) else None


def _fonts(owner: Any) -> dict[str, Any]:
    """The fonts that a page or a form names; of a page also those above it in the tree of pages."""
    from pypdf.generic import DictionaryObject
    from pypdf.generic._font import Font

    found: dict[str, Any] = {}
    seen: set[int] = set()
    while owner is not None and id(owner) not in seen:
        seen.add(id(owner))
        resources = owner.get("/Resources")
        held = resources.get_object() if resources is not None else None
        fonts = held.get("/Font") if isinstance(held, DictionaryObject) else None
        fonts = fonts.get_object() if fonts is not None else None
        for name, held_font in fonts.items() if isinstance(fonts, DictionaryObject) else ():
            font = held_font.get_object()
            if isinstance(font, DictionaryObject) and name not in found:
                found[name] = Font.from_font_resource(font)
        above = owner.get("/Parent")
        owner = above.get_object() if above is not None else None
    return found
