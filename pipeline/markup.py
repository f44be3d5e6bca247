"""An HTML document as text: what a reader of the page sees of the notice, in lines that keep its arrangement.

Lists, tables, definition lists, headings and line breaks stay visible in the text; what is the site's and not the
notice's is left out.  The walk uses no recursion, so that the depth of a page does no harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.furniture import UNREAD, furniture, is_cookie_banner, walk
from pipeline.grids import by_column
from pipeline.line_writer import BULLETED, LineWriter

BULLET = "• "

_DOCUMENT = re.compile(rb"<!doctype\s{1,9}html|<html[\s>]|<head[\s>]|<body[\s>]", re.I)
_BLOCK_TAG = re.compile(rb"</(?:p|div|li|ul|ol|dl|dd|tr|td|table|section|article|h[1-6])\s{0,9}>|<br\s{0,9}/?>", re.I)
_ENOUGH_TAGS = 4
_CHARACTERS_PER_TAG = 400

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SPACED = frozenset("p table ul ol dl blockquote section article hr".split())
_BLOCKS = _SPACED | frozenset(
    "address aside body caption center dd details div dt fieldset figcaption figure footer form header hgroup legend"
    " li main menu pre search summary tbody td tfoot th thead tr".split()
)
_APPLY = re.compile(r"\b(?:appl[yi]|postul|candidat|bewerb|solicit|aplic|sollicit|ansök|подать|отклик)", re.I)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_NUMBER = re.compile(r"\W{0,2}(?:\w|\d{1,2})?\W{0,2}")  # "1.", "a)", "•": a list in a table
_NOSCRIPT = re.compile(r"<(/?)noscript\b[^<>]{0,200}>", re.I)

_LONG_LABEL = 90  # a first cell longer than this is no label
_LONG_CELL = 200  # one of several cells longer than this makes the table a layout
_MAX_CELLS = 40  # cells nested deeper than this are plain blocks
_BANNER_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, and what its ``<title>`` says."""

    text: str
    title: str


@dataclass(slots=True)
class _Table:
    """An open table: its element, the writer and line that it begins at, and the cells of its rows."""

    mem_id: int
    out: LineWriter
    line: int
    rows: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    """The state of the walk: the writers of the open cells over the page's, open rows and links."""

    writers: list[LineWriter]
    cells: list[int] = field(default_factory=list)
    rows: list[tuple[int, list[LineWriter]]] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    links: list[tuple[str, bool]] = field(default_factory=list)  # address; whether it starts the line
    preformatted: int = 0


def is_html(raw: bytes) -> bool:
    """Whether bytes are an HTML document or a fragment of one: by a doctype or html tag, or by many block tags.

    Text that has more lines of its own than block tags is text that tags leaked into, which repair undoes.
    """
    raw = raw[:200_000].replace(b"\x00", b"")
    if _DOCUMENT.search(raw[:2048]):
        return True
    tags = len(_BLOCK_TAG.findall(raw))
    return tags >= _ENOUGH_TAGS and (
        raw.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
        or (tags * _CHARACTERS_PER_TAG >= len(raw) and raw.count(b"\n") < tags)
    )


def html_to_text(html: str) -> Page:
    """The text of an HTML document or fragment; never raises."""
    parser = LexborHTMLParser(_scripted(html.lstrip("\ufeff")))
    title = parser.css_first("head > title")
    root = parser.body
    return Page(
        text="" if root is None else "\n".join(_render(root)),
        title="" if title is None else _BLANKS.sub(" ", title.text()).strip(),
    )


def _scripted(html: str) -> str:
    """The page as a browser with scripts reads it; a ``noscript`` in the head would open the body else."""
    parts: list[str] = []
    kept = 0
    opened: int | None = None
    for tag in _NOSCRIPT.finditer(html):
        if not tag[1]:
            opened = tag.start() if opened is None else opened
        elif opened is not None:
            parts.append(html[kept:opened])
            kept, opened = tag.end(), None
    return "".join((*parts, html[kept:])) if parts else html


def _render(root: LexborNode) -> list[str]:
    left_out = furniture(root)
    page = _Page([LineWriter()])
    depths = {root.mem_id: 0}  # of the outer divisions, where banners stand

    def leave_out(node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag in UNREAD or node.mem_id in left_out:
            return True
        depth = depths.get(node.parent.mem_id) if tag == "div" and node.parent is not None else None
        if depth is not None and depth < _BANNER_DEPTH:
            depths[node.mem_id] = depth + 1
            return is_cookie_banner(node)
        return False

    for node, start in walk(root, leave_out):
        out = page.writers[-1]
        if node.is_text_node:
            if start:
                _write_text(page, out, node.text_content or "")
            continue
        if not node.is_element_node:
            continue
        tag = node.tag or ""
        if tag == "a":
            _link(page, out, node, start=start)
        elif tag in ("td", "th") and page.rows:
            _cell(page, out, node, start=start)
        elif tag == "tr":
            _row(page, out, node, start=start)
        elif tag == "table":
            _write_tag(out, tag, start=start)
            _table(page, out, node, start=start)
        else:
            page.preformatted += (tag == "pre") * (1 if start else -1)
            _write_tag(out, tag, start=start)
    return page.writers[0].finish()


def _write_text(page: _Page, out: LineWriter, text: str) -> None:
    if not page.preformatted:
        out.text(_BLANKS.sub(" ", text), linked=bool(page.links))
        return
    for number, line in enumerate(text.splitlines()):
        if number:
            out.end_line()
            if not line.strip():
                out.blank()
        out.text(line)


def _write_tag(out: LineWriter, tag: str, *, start: bool) -> None:
    if tag == "br":
        if start:
            out.unjoin()
            out.end_line()
    elif tag in _HEADINGS or tag in _SPACED:
        out.blank()
    elif tag == "li":
        out.end_line()
        out.prefix = BULLET if start else ""
    elif tag == "dt":
        if start:
            out.unjoin()
            out.end_line()
        else:
            out.label()
    elif tag == "dd":
        if not start:
            out.unjoin()
        out.end_line()
    elif tag in _BLOCKS:
        out.end_line()


def _link(page: _Page, out: LineWriter, node: LexborNode, *, start: bool) -> None:
    """Where a link invites to apply, or opens a letter, its address is part of the notice."""
    href = (node.attributes.get("href") or "").strip()
    if start:
        page.links.append((href, not out.parts))
        out.links += 1
        return
    alone = page.links.pop()[1] if page.links else False
    address = href.removeprefix("mailto:").split("?")[0] if href.startswith("mailto:") else href
    if not href.startswith(("http://", "https://", "mailto:")) or len(href) > 500:
        return
    label = _BLANKS.sub(" ", node.text()).strip()
    if (_APPLY.search(label) or href.startswith("mailto:")) and address not in label:
        out.text(f" {address}" if label.endswith(":") else f": {address}")
        out.apart = True
        if alone:
            out.end_line()


def _cell(page: _Page, out: LineWriter, node: LexborNode, *, start: bool) -> None:
    if start:
        if len(page.cells) >= _MAX_CELLS:
            out.end_line()
            return
        writer = LineWriter()
        page.writers.append(writer)
        page.cells.append(node.mem_id)
        page.rows[-1][1].append(writer)
    elif page.cells and page.cells[-1] == node.mem_id:
        page.cells.pop()
        page.writers.pop()
    else:
        out.end_line()


def _row(page: _Page, out: LineWriter, node: LexborNode, *, start: bool) -> None:
    out.end_line()
    if start:
        page.rows.append((node.mem_id, []))
    elif page.rows and page.rows[-1][0] == node.mem_id:
        writers = page.rows.pop()[1]
        _write_row(out, writers)
        if page.tables and page.tables[-1].out is out:
            page.tables[-1].rows.append([" ".join(line for line in writer.lines if line) for writer in writers])


def _table(page: _Page, out: LineWriter, node: LexborNode, *, start: bool) -> None:
    """Turn a table with a column for each position when it ends."""
    if start:
        page.tables.append(_Table(node.mem_id, out, len(out.lines)))
    elif page.tables and page.tables[-1].mem_id == node.mem_id:
        table = page.tables.pop()
        if lines := by_column(table.rows):
            out.lines[table.line :] = lines


def _write_row(out: LineWriter, writers: list[LineWriter]) -> None:
    """A row of short cells is one line; cells that hold blocks are a layout, and follow one another."""
    cells = [(writer, writer.finish()) for writer in writers]
    layout = any(len(lines) > 2 or sum(map(len, lines)) > _LONG_CELL for _, lines in cells[: len(cells) - 1])
    filled = [lines for writer, lines in cells if lines and not (layout and writer.is_menu())]
    if not filled:
        return
    first = filled[0]
    pairs = len(cells) % 2 == 0 and len(cells) > 2 and all(" ".join(c).endswith(":") for _, c in cells[::2] if c)
    if len(cells) == 2 and len(filled) == 2 and len(first) <= 2 and len(" ".join(first)) <= _LONG_LABEL:
        _write_pair(out, first, filled[1])
    elif pairs and not layout:
        for (_, label), (_, value) in zip(cells[::2], cells[1::2], strict=True):
            if label and value:
                _write_pair(out, label, value)
    elif len(filled) > 1 and not layout and all(len(lines) <= 3 for lines in filled):
        out.lines.append(" | ".join(" ".join(line for line in lines if line) for lines in filled))
    else:
        for lines in filled:
            out.lines.extend(lines)
    out.size += sum(writer.size for writer in writers)
    out.links += sum(writer.links for writer in writers)
    out.linked += sum(writer.linked for writer in writers)


def _write_pair(out: LineWriter, label: list[str], value: list[str]) -> None:
    name = " ".join(line for line in label if line)
    if _NUMBER.fullmatch(name):
        out.lines.extend((f"{name} {value[0]}", *value[1:]))
        return
    name = name if name.endswith(":") else f"{name}:"
    if BULLETED.match(value[0]):
        out.lines.extend((name, *value))
    else:
        out.lines.extend((f"{name} {value[0]}", *value[1:]))
