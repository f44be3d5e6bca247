"""RSS and Atom feeds."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import feedparser

from pipeline.limits import Rejected
from pipeline.web import replies

# Vacancies in feeds made for search engines carry more than RSS has: <g:location>, <g:expiration_date>, <g:id> ...
_FURTHER = {"g_location": "Location", "g_employer": "Organization", "g_id": "Job ID", "g_job_function": "Function"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its link, its text as HTML, and further fields by label."""

    link: str
    title: str | None
    html: str | None
    published: str | None
    closes: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of a feed; ``broken`` where it is no well-formed XML, so that some may be missing."""

    entries: tuple[Entry, ...]
    broken: bool


def read_feed(raw: bytes) -> Feed:
    """The entries of a feed; raises Rejected where it is none, or has a DOCTYPE."""
    broken = False
    try:
        replies.xml(raw)
    except Rejected as error:
        if error.code != "bad_xml":
            raise
        if replies.has_doctype(raw):
            raise replies.doctype_refused() from None
        broken = True
    found: Any = feedparser.parse(io.BytesIO(raw.strip()), sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version") and not found.entries:
        raise Rejected("bad_xml", "fetch", "the answer is neither RSS nor Atom")
    return Feed(tuple(_entry(each) for each in found.entries), broken)


def _entry(each: Any) -> Entry:
    contents = [content.get("value") for content in each.get("content", ())]
    longest = max([*filter(None, contents), each.get("summary") or ""], key=len)
    fields = [(label, replies.text(each.get(name))) for name, label in _FURTHER.items()]
    return Entry(
        link=(each.get("link") or "").strip(),
        title=replies.text(each.get("title")),
        html=longest or None,
        published=each.get("published") or each.get("updated"),
        closes=each.get("g_expiration_date"),
        fields=tuple((label, value) for label, value in fields if value),
    )
