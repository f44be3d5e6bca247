"""Whether a page says what it said: many pages carry tokens, times and counters that differ at every request.

Two pages are the same where a reader sees the same text, and where what they tell machines (JSON-LD, ``meta``
elements of microdata) is the same.  Anything but HTML is the same only byte by byte.
"""

from __future__ import annotations

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from pipeline.dataset import raw
from pipeline.decode import DecodeError, decode
from pipeline.limits import Rejected
from pipeline.markup import is_html
from pipeline.parse import read_text
from pipeline.source import Source, from_bytes


def same(root: Path, notice_id: str, source: Source) -> bool:
    """Whether a page says what the notice says that the dataset holds from its address."""
    if not is_html(source.raw):
        return False
    try:
        before = from_bytes(raw.read(root, notice_id), uri=source.uri, name=source.name, declared=source.declared)
        return is_html(before.raw) and _told(before) == _told(source)
    except (raw.MissingBytesError, DecodeError, Rejected):
        return False


def _told(source: Source) -> tuple[str, list[str]]:
    page = LexborHTMLParser(decode(source.raw, declared=source.declared).text)
    data = [node.text() for node in page.css('script[type="application/ld+json"]')]
    data += [
        f"{node.attributes.get('itemprop')} {node.attributes.get('content')}" for node in page.css("meta[itemprop]")
    ]
    return read_text(source).text, data
