"""Pieces of text with their places on a page put together: lines, columns, tables, paragraphs.

A line that was broken because the page ended there is joined to the next one; every other line break stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from extractors._labels import field_of
from pipeline.headings import heading_kind

_APART = 1.2  # font heights between cells of a row
_WORDS = 0.12  # font heights between words
_WIDE = re.compile(r" {4,}")
_BULLET = re.compile(r"[•·▪●○◦‣⁃∙*–—§o-]|\(?(?:\d{1,2}|[a-zA-Z])[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?")
_OPENS = re.compile(r"(?:[•·▪●○◦‣⁃∙*–—-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s)")
_PAGE = re.compile(
    r"\W{0,3}(?:page|seite|página|стр\.?)?\s{0,3}\d{1,3}(?:\s{0,3}(?:/|of|de|von|sur|из)\s{0,3}\d{1,3})?\W{0,3}", re.I
)
_DIGITS = re.compile(r"\d+")
_PROSE = 28  # characters of a line in a column of prose, at least
_LONGEST_COLUMN = 200  # lines
_BLANKS = re.compile(r" {2,3}")
_RUN = 6  # lines of two columns side by side, at least
_LABEL = 60
_NARROWEST = 0.78  # of a page's width, which its text fills at least
_HANGING = 0.35  # of the width, which a line of an item may leave free where the next one hangs under its text
_FULL = 0.05  # of the width, which a full line may leave free before a word that could begin a sentence
_LABELLED = re.compile(r"[^\W\d_][^:.!?]{1,50}:\s")
# What no line ends with of its own: "experience in", "the Republic of", "planning,"
_OPEN_END = re.compile(
    r"(?:[,;(/&–-]|\b(?:and|or|of|the|in|to|for|with|by|at|on|a|an|from|de|des|du|la|le|les|et|ou|en|y|o|e|del|der|die|und"
    r"|oder|für|mit|и|или|в|на|с|по|для|та|або|i|ili|u|na|dhe|ose|në|për))$"
)
_EDGE = 3  # lines at the top and at the bottom of a page that may be its header and footer


@dataclass(frozen=True, slots=True)
class Piece:
    """Text at a place; lengths in points, ``y`` grows upwards."""

    x0: float
    x1: float
    y: float
    height: float
    text: str


@dataclass(slots=True)
class Line:
    """Cells on one height."""

    y: float
    height: float
    cells: list[Piece] = field(default_factory=list)
    right: float = 0.0  # how far its column reaches; 0 for the whole page

    @property
    def text(self) -> str:
        return "   ".join(cell.text for cell in self.cells)


def assemble(pages: Sequence[list[Piece] | str], *, width: float = 595.0) -> str:
    """The text of pages of a width in points; those given as text stay as they are."""
    lined: list[list[Line] | str] = [page if isinstance(page, str) else _ordered(_lines(page)) for page in pages]
    running = _running([page for page in lined if not isinstance(page, str)])
    right = max([_NARROWEST * width, *(_right(page, width) for page in lined if not isinstance(page, str))])
    texts: list[str] = []
    seen: set[str] = set()
    for page in lined:
        if isinstance(page, str):
            text = "\n".join(line.rstrip() for line in page.strip().splitlines())
        else:
            text = "\n".join(_written(_without_running(page, running, seen), right))
        if texts and text and _goes_on(texts[-1], text):
            texts[-1] = f"{texts[-1]} {text}"
        elif text:
            texts.append(text)
    return "\n".join(texts)


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence runs over the end of a page."""
    last = before.rsplit("\n", 1)[-1]
    return len(last) > _LABEL and last[-1].isalnum() and after[0].islower()


def _lines(pieces: Sequence[Piece]) -> list[Line]:
    lines: list[Line] = []
    for piece in sorted((each for each in pieces if each.text.strip()), key=lambda each: -each.y):
        line = lines[-1] if lines else None
        if line is None or line.y - piece.y > 0.45 * max(1.0, min(line.height, piece.height)):
            line = Line(piece.y, piece.height)
            lines.append(line)
        line.cells.append(piece)
    for line in lines:
        line.cells = _cells(sorted(line.cells, key=lambda each: each.x0))
        line.height = max(cell.height for cell in line.cells)
    return lines


def _cells(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces of a line joined to cells; wide gaps inside a piece part it, too."""
    cells: list[tuple[Piece, list[str], float]] = []  # the first piece, all texts, where it ends
    for piece in (part for whole in pieces for part in _parted(whole)):
        if cells:
            first, texts, end = cells[-1]
            gap = piece.x0 - end
            hanging = len(cells) == len(texts) == 1 and gap > 0.3 * piece.height and _BULLET.fullmatch(texts[0].strip())
            if not hanging and gap <= _APART * piece.height:
                if gap > _WORDS * piece.height and not texts[-1].endswith(" "):
                    texts.append(" ")
                texts.append(piece.text)
                cells[-1] = (first, texts, max(end, piece.x1))
                continue
        cells.append((piece, [piece.text], piece.x1))
    return [
        Piece(first.x0, end, first.y, first.height, _BLANKS.sub(" ", "".join(texts)).strip())
        for first, texts, end in cells
    ]


def _parted(piece: Piece) -> list[Piece]:
    if not _WIDE.search(piece.text):
        return [piece]
    width = (piece.x1 - piece.x0) / max(1, len(piece.text))
    parts, at = [], 0
    for gap in [*_WIDE.finditer(piece.text), None]:
        end = gap.start() if gap else len(piece.text)
        if piece.text[at:end].strip():
            parts.append(
                Piece(piece.x0 + at * width, piece.x0 + end * width, piece.y, piece.height, piece.text[at:end])
            )
        at = gap.end() if gap else end
    return parts


def _ordered(lines: list[Line]) -> list[Line]:
    """Columns of prose one after the other; rows of tables stay rows."""
    out: list[Line] = []
    at = 0
    while at < len(lines):
        found = _columns(lines, at)
        if found is None:
            out.append(lines[at])
            at += 1
            continue
        end, gutter = found
        for side in (True, False):
            sides = [(line, [cell for cell in line.cells if (cell.x1 <= gutter) is side]) for line in lines[at:end]]
            right = max((cell.x1 for _, cells in sides for cell in cells), default=0.0)
            out += [Line(line.y, line.height, cells, right) for line, cells in sides if cells]
        at = end
    return out


def _columns(lines: list[Line], start: int) -> tuple[int, float] | None:
    """Where two columns of prose that begin at this line end, and the place between them."""
    if len(lines[start].cells) != 2:
        return None
    left, right = lines[start].cells
    low, high = left.x1, right.x0
    both, end = 0, start
    lengths: list[int] = []
    for number in range(start, min(len(lines), start + _LONGEST_COLUMN)):
        cells = lines[number].cells
        lefts = [cell for cell in cells if cell.x0 < low]
        rights = [cell for cell in cells if cell.x0 >= low]
        new_low = max([low, *(cell.x1 for cell in lefts)])
        new_high = min([high, *(cell.x0 for cell in rights)])
        if new_low >= new_high or len(lefts) > 1 or len(rights) > 1:
            break
        low, high, end = new_low, new_high, number + 1
        if lefts and rights:
            both += 1
            lengths.append(min(len(lefts[0].text), len(rights[0].text)))
    if both < _RUN or median(lengths) < _PROSE:
        return None
    return end, (low + high) / 2


def _running(pages: Sequence[list[Line]]) -> set[str]:
    """Headers and footers: lines at the edges of most pages that differ in numbers only."""
    if len(pages) < 2:
        return set()
    counted = Counter(key for page in pages for key in {_key(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    return {key for key, count in counted.items() if count >= max(2, 0.6 * len(pages))}


def _key(line: Line) -> str:
    return _DIGITS.sub("0", line.text)


def _without_running(page: list[Line], running: set[str], seen: set[str]) -> list[Line]:
    """The page without the headers and footers that stood on one before it, and without page numbers."""
    kept = []
    for number, line in enumerate(page):
        edge = number < _EDGE or number >= len(page) - _EDGE
        if edge and (_PAGE.fullmatch(line.text) or (_key(line) in running and _key(line) in seen)):
            continue
        if edge and _key(line) in running:
            seen.add(_key(line))
        kept.append(line)
    return kept


def _right(lines: Sequence[Line], width: float) -> float:
    """How far the lines of a page reach, without what stands outside it."""
    return max((cell.x1 for line in lines for cell in line.cells if cell.x1 <= width), default=0.0)


def _written(lines: list[Line], right: float) -> list[str]:
    """Lines as text: rows of tables as labels and values, broken lines joined, gaps as blank lines."""
    steps = [before.y - line.y for before, line in pairwise(lines) if before.y > line.y]
    usual = median(steps) if steps else 0.0
    out: list[list[str]] = []
    before: Line | None = None
    for line in lines:
        step = before.y - line.y if before else 0.0
        close = 0 < step <= 1.3 * min(usual, 1.6 * max(line.height, 1.0)) if usual else True
        running = bool(out) and len(out[-1]) > 1  # the line before was itself a continuation
        if before is not None and out and close and _continues(before, line, line.right or right, running=running):
            out[-1] += ["\n" if out[-1][-1].endswith("-") else " ", line.text]
            before = Line(line.y, line.height, [*before.cells[:-1], line.cells[-1]], line.right)
            continue
        apart = before is not None and (step > 1.5 * usual or step < 0 or line.height > 1.15 * before.height)
        if apart and out and out[-1][0]:
            out.append([""])
        out += [[text] for text in _row(line)]
        before = line
    return ["".join(parts) for parts in out]


def _continues(before: Line, line: Line, right: float, *, running: bool) -> bool:
    """Whether a line was begun only because the one before it was full."""
    if len(line.cells) != 1 or abs(line.height - before.height) > 0.1 * line.height:
        return False
    cell, last = line.cells[0], before.cells[-1]
    if _OPENS.match(cell.text) and not before.text.endswith(","):
        return False
    in_cell = len(before.cells) > 1 and abs(cell.x0 - last.x0) < line.height
    marked = len(before.cells) == 2 and _BULLET.fullmatch(before.cells[0].text) is not None
    if len(before.cells) > 1 and not in_cell:
        return False
    if in_cell and not marked and before.cells[0].x0 < cell.x0 - line.height:
        return True  # the value of a row goes on under it
    if cell.x0 < last.x0 - 3 * line.height:
        return False
    if marked and right - last.x1 < _HANGING * right:
        return True  # under the text of an item, not under its bullet
    word = cell.text.split(" ", 1)[0]
    letter = (cell.x1 - cell.x0) / max(1, len(cell.text))
    left = right - last.x1
    if word[:1].isupper() and not _OPEN_END.search(last.text):
        labels = not running and _LABELLED.match(cell.text) and _LABELLED.match(last.text)
        if (labels and left > 0.01 * right) or heading_kind(cell.text):
            return False
        return left < (len(word) + 1) * letter and (running or left < _FULL * right)
    return left < (len(word) + 1.5) * letter + 0.01 * right


def _row(line: Line) -> list[str]:
    cells = [cell.text for cell in line.cells]
    if len(cells) == 1:
        return cells
    if _BULLET.fullmatch(cells[0]):
        mark = "•" if cells[0] in ("o", "§") else cells[0]
        return [f"{mark} {'   '.join(cells[1:])}"]
    if all(":" in cell[:_LABEL] for cell in cells) and not cells[0].endswith(":"):
        return cells
    pairs = len(cells) % 2 == 0 and all(cell.endswith(":") for cell in cells[::2])
    if pairs:
        return [f"{label} {value}" for label, value in zip(cells[::2], cells[1::2], strict=True)]
    if len(cells) == 2 and len(cells[0]) <= _LABEL and ":" not in cells[0] and field_of(cells[0]):
        return [f"{cells[0]}: {cells[1]}"]
    return [" | ".join(cells) if len(cells) > 2 else "   ".join(cells)]
