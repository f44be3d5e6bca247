"""A Word document (Office Open XML) as text: it is written as a plain page, which pipeline.markup reads."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from pipeline.formats.member import bounded, extra
from pipeline.formats.numbering import Numbering
from pipeline.limits import LIMITS, MB, Budget, Limits, Rejected
from pipeline.markup import html_to_text

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_COLUMNS = re.compile(r"\t+| {3,}")
_PAGE = re.compile(r"\W*(?:page)?\W*\d*\W*(?:of|/)?\W*\d*\W*", re.I)
_PROSE = 200  # characters of a paragraph that stands apart from the next one
_SKIPPED = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", _FALLBACK))
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|заголовок)\s?(\d)|(title|titel)$", re.I)


def docx_text(raw: bytes, *, limits: Limits = LIMITS) -> str:
    """The text of a document; raises Rejected where it is damaged or exceeds a limit."""
    docx = extra("docx", "docx")
    try:
        _check(raw, limits)
        document = docx.Document(io.BytesIO(raw))
        return html_to_text(_Page(document).html()).text
    except (Rejected, MemoryError):
        raise
    except RecursionError:
        raise Rejected("too_deep", "decode", "the document holds too many things inside one another") from None
    except Exception as error:
        told = " ".join(str(error).split())[:100]
        raise Rejected("damaged", "decode", f"the Word document is damaged: {type(error).__name__}: {told}") from None


def _check(raw: bytes, limits: Limits) -> None:
    """Unpack every part once, within the limits, before a library does; XML may declare nothing."""
    budget = Budget(len(raw), limits)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for info in archive.infolist():
            budget.member()
            if info.flag_bits & 0x1:
                raise Rejected("encrypted", "decode", "the document is locked with a password")
            with archive.open(info) as file:
                part = bounded(cast("BinaryIO", file), budget)
            if not info.filename.endswith((".xml", ".rels", ".vml")):
                continue
            if len(part) > limits.raw // 2:
                raise Rejected(
                    "too_large", "decode", f"a part of the document is larger than {limits.raw // 2 // MB} MB"
                )
            if _DECLARED.search(part) or part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in part[:100]:
                raise Rejected("unsafe_xml", "decode", "the document declares XML entities, which Word never does")


class _Page:
    """A document as HTML."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.numbering = Numbering(document)
        self.rels = document.part.rels

    def html(self) -> str:
        body = "".join(self._blocks(self.document.element.body))
        parts = ["<!doctype html><html><body>", *self._edges("header", body), body, *self._edges("footer", body)]
        return "\n".join((*parts, "</body></html>"))

    def _edges(self, name: str, body: str) -> Iterator[str]:
        """Headers or footers of pages, each text once, but no page numbers, nor what the body says as well."""
        seen: set[str] = set()
        for section in self.document.sections:
            for kind in (f"first_page_{name}", name):
                edge = getattr(section, kind)
                if edge.is_linked_to_previous or (kind != name and not section.different_first_page_header_footer):
                    continue
                for paragraph in edge._element.iter(f"{_W}p"):
                    text = " ".join(_COLUMNS.sub(" ", _plain(paragraph)).split())
                    if text and not _PAGE.fullmatch(text) and text not in seen and html.escape(text) not in body:
                        seen.add(text)
                        yield f"<div>{html.escape(text)}</div>"

    def _blocks(self, parent: Any) -> Iterator[str]:
        """Paragraphs and tables in their order; consecutive items of a list are one list."""
        listed = False
        for element in parent:
            if element.tag == f"{_W}p":
                block, is_item = self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                block, is_item = self._table(element), False
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"):
                block, is_item = "".join(self._blocks(element)), False
            else:
                continue
            if is_item != listed:
                yield "<ul>" if is_item else "</ul>"
                listed = is_item
            yield block
        if listed:
            yield "</ul>"

    def _paragraph(self, element: Any) -> tuple[str, bool]:
        boxes = "".join("".join(self._blocks(box)) for box in self._boxes(element))
        text = self._inline(element)
        plain = html.unescape(re.sub(r"<[^<>]{0,600}>", " ", text)).strip()
        if not plain:
            return boxes or "<p></p>", False
        heading = _HEADING.match(self.numbering.style_name(element))
        mark = self.numbering.mark(element)
        if heading and mark != "•":
            tag = f"h{min(6, max(1, int(heading[1] or 1)))}"
            return f"<{tag}>{mark} {text}</{tag}>{boxes}", False
        if mark:
            return f"<li>{'' if mark == '•' else html.escape(mark) + ' '}{text}</li>{boxes}", True
        if _COLUMNS.search(plain):
            cells = [cell.strip() for cell in _COLUMNS.split(text) if cell.strip()]
            if len(cells) > 1 and "<" not in text.replace("<br>", ""):
                return f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>{boxes}", False
        tag = "p" if len(plain) > _PROSE else "div"
        return f"<{tag}>{text}</{tag}>{boxes}", False

    def _boxes(self, element: Any) -> list[Any]:
        """Text boxes anchored in a paragraph, outermost ones, each once."""
        found = []
        for box in element.iter(f"{_W}txbxContent"):
            above = [each.tag for each in box.iterancestors()]
            inside = above[: above.index(element.tag)] if element.tag in above else above
            if _FALLBACK not in above and f"{_W}txbxContent" not in inside:
                found.append(box)
        return found

    def _inline(self, element: Any) -> str:
        """The text of a paragraph with its line breaks and the addresses of its links, escaped."""
        parts: list[str] = []
        waiting: list[Any] = list(reversed(element))
        while waiting:
            each = waiting.pop()
            if isinstance(each, str):
                parts.append(each)
            elif each.tag in _SKIPPED or each.tag == f"{_W}txbxContent" or each.tag == f"{_W}pPr":
                continue
            elif each.tag == f"{_W}t":
                parts.append(html.escape(each.text or ""))
            elif each.tag in (f"{_W}tab", f"{_W}ptab"):
                parts.append("\t")
            elif each.tag == f"{_W}noBreakHyphen":
                parts.append("-")
            elif each.tag in (f"{_W}br", f"{_W}cr"):
                parts.append("<br>" if each.get(f"{_W}type") in (None, "textWrapping") else " ")
            elif each.tag == f"{_W}hyperlink":
                address = self._address(each)
                waiting += (["</a>"] if address else []) + list(reversed(each))
                parts.append(f'<a href="{html.escape(address)}">' if address else "")
            else:
                waiting += list(reversed(each))
        return "".join(parts).strip()

    def _address(self, link: Any) -> str:
        relation = self.rels.get(link.get(f"{_R}id")) if link.get(f"{_R}id") else None
        return str(relation.target_ref) if relation is not None and relation.is_external else ""

    def _table(self, element: Any) -> str:
        rows = []
        for row in element.iter(f"{_W}tr"):
            if next(row.iterancestors(f"{_W}tbl")) is not element:
                continue
            cells = []
            for cell in row.iter(f"{_W}tc"):
                if next(cell.iterancestors(f"{_W}tr")) is not row:
                    continue
                merged = cell.find(f"{_W}tcPr/{_W}vMerge")
                covered = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
                cells.append(f"<td>{'' if covered else ''.join(self._blocks(cell))}</td>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return f"<table>{''.join(rows)}</table>"


def _plain(paragraph: Any) -> str:
    """The text of a paragraph in a header, without fields such as page numbers."""
    return "".join(each.text or "" if each.tag == f"{_W}t" else "\t" for each in paragraph.iter(f"{_W}t", f"{_W}tab"))
