"""The text of a document that is neither plain text nor a page; and whether a text or page is one that can be read."""

from __future__ import annotations

import re

from pipeline.formats.kinds import Kind, kind_of
from pipeline.limits import LIMITS, Limits, Rejected

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}")  # their number costs its square; pictures inside a page are long, too
# Elements that have no end, or whose end is left out, so that they do not count as levels.
_OPEN = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option"
    " optgroup colgroup html head body rb rt rp".split()
)
_PACKED = frozenset((Kind.ZIP, Kind.TAR, Kind.GZIP, Kind.WARC, Kind.PARQUET))


def document_text(raw: bytes, *, limits: Limits = LIMITS) -> str | None:
    """The text of a PDF or Word document, as extracted; None where the bytes are text themselves.

    Raises Rejected for what holds no text that can be had, and for archives: their members are notices.
    """
    kind = kind_of(raw)
    if kind is Kind.PDF:
        from pipeline.formats.pdf import pdf_text

        return checked(pdf_text(raw, limits=limits), limits=limits)
    if kind is Kind.DOCX:
        from pipeline.formats.docx import docx_text

        return checked(docx_text(raw, limits=limits), limits=limits)
    if kind is Kind.UNSUPPORTED:
        raise Rejected("unsupported", "decode", f"{_named(raw)} is not read; save it as PDF, .docx, HTML or text")
    if kind in _PACKED:
        raise Rejected("container", "decode", f"a container ({kind}), whose members are notices")
    return None


def checked(text: str, *, limits: Limits = LIMITS) -> str:
    """The text, unless it is too long or empty."""
    if len(text) > limits.characters:
        raise Rejected("too_long", "decode", f"more than {limits.characters:,} characters")
    if not text.strip():
        raise Rejected("empty", "decode", "the document holds no text")
    return text


def check_page(page: str, *, limits: Limits = LIMITS) -> None:
    """Raise Rejected where a page is so deep, or an element so long, that no person made it."""
    if len(page) > 5 * limits.characters:
        raise Rejected("too_long", "decode", f"a page of more than {5 * limits.characters:,} characters")
    if any(len(tag[0].split()) > limits.attributes for tag in _LONG_TAG.finditer(page)):
        raise Rejected("too_many", "decode", f"an element of more than {limits.attributes:,} attributes")
    depth = 0
    for tag in _TAG.finditer(page):
        if tag[2].lower() in _OPEN:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > limits.html_depth:
            raise Rejected("too_deep", "decode", f"a page of more than {limits.html_depth} levels")


def _named(raw: bytes) -> str:
    if raw.startswith(b"{\\rtf"):
        return "a document in the RTF format"
    if raw.startswith(b"PK"):
        return "a spreadsheet, a presentation or another office document"
    return "an archive of this kind"
