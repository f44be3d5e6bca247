"""Web archives (WARC, ISO 28500): the pages and documents that were fetched, under their addresses."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from pipeline.formats.member import Member, Members, Refused, bounded, extra, shown, unique
from pipeline.limits import Budget, Rejected

_READ = ("text/html", "application/xhtml", "text/plain", "application/pdf", "text/markdown", "wordprocessingml")


def of_warc(stream: BinaryIO, budget: Budget) -> Members:
    """Replies with status 200, and stored resources, that are pages, PDF or Word documents or text."""
    reader = extra("warcio.archiveiterator", "warc")
    taken: dict[str, int] = {}
    for record in reader.ArchiveIterator(stream):
        budget.member()
        if record.rec_type not in ("response", "resource") or not _is_read(record):
            continue
        uri = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>") or "unnamed"
        name = unique(shown(uri), taken)
        try:
            yield Member(name, bounded(cast("BinaryIO", record.content_stream()), budget), _charset(_type(record)))
        except Rejected as error:
            if budget.spent:
                raise
            yield Refused(name, error)


def _is_read(record: Any) -> bool:
    if record.http_headers is not None and str(record.http_headers.get_statuscode()) != "200":
        return False
    kind = _type(record)
    return not kind or any(known in kind for known in _READ)


def _type(record: Any) -> str:
    headers = record.http_headers if record.http_headers is not None else record.rec_headers
    return str(headers.get_header("Content-Type") or "").lower()


def _charset(kind: str) -> str | None:
    """The parameter of a Content-Type: ``text/html; charset=utf-8``."""
    for part in kind.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip() == "charset" and value:
            return value.strip(" \"'")[:40]
    return None
