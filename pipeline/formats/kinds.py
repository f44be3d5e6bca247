"""What a file is, by its bytes; its name decides only between text and a table."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from enum import StrEnum
from typing import BinaryIO

from pipeline.formats.columns import Mapping, automatic
from pipeline.markup import is_html


class Kind(StrEnum):
    """Types of files.

    ``LISTING`` is a page that may hold several notices (``containers.container``), ``BINARY`` what can hold no notice,
    ``UNSUPPORTED`` what could, but is not read.
    """

    TEXT = "text"
    HTML = "html"
    LISTING = "listing"
    PDF = "pdf"
    DOCX = "docx"
    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    WARC = "warc"
    MAIL = "mail"
    MBOX = "mbox"
    JSON = "json"
    TABLE = "table"
    PARQUET = "parquet"
    UNSUPPORTED = "unsupported"
    BINARY = "binary"


CONTAINERS = frozenset(
    (Kind.ZIP, Kind.TAR, Kind.GZIP, Kind.WARC, Kind.MAIL, Kind.MBOX, Kind.JSON, Kind.TABLE, Kind.PARQUET)
)
HEAD = 256 * 1024
_LISTED = 20_000  # entries of a ZIP archive's directory that are looked at

_SIGNATURES = (
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\x1f\x8b", Kind.GZIP),
    (b"WARC/", Kind.WARC),
    (b"PAR1", Kind.PARQUET),
    (b"{\\rtf", Kind.UNSUPPORTED),
    (b"BZh", Kind.UNSUPPORTED),
    (b"\xfd7zXZ\x00", Kind.UNSUPPORTED),
    (b"7z\xbc\xaf\x27\x1c", Kind.UNSUPPORTED),
    (b"Rar!\x1a\x07", Kind.UNSUPPORTED),
    (b"\x28\xb5\x2f\xfd", Kind.UNSUPPORTED),
)
# [{"title": ...   {"@graph": [...   [ ]   {}
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:\{\s{0,200}[\"}]|\[\s{0,200}[\{\]])")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?(.{0,400})")
_POSTMARK = re.compile(rb"From [^\r\n]{0,300}\d{2}:\d{2}[^\r\n]{0,60}\r?\n(?=[\w-]{2,60}:)")
# Headers that no memorandum has, and those that it may have.
_TECHNICAL = frozenset(
    (b"message-id", b"received", b"mime-version", b"return-path", b"delivered-to", b"dkim-signature")
)
# "Tue, 5 May 2026 10:15:00 +0200"
_MAIL_DATE = re.compile(
    rb"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|[A-Z]{2,4})"
)
_WORD, _ODT = "word/document.xml", "application/vnd.oasis.opendocument"


def kind_of(raw: bytes | BinaryIO, *, name: str = "", mapping: Mapping | None = None) -> Kind:
    """The type of a file.

    A table of values (CSV, TSV) looks like any text: it is taken for one where a mapping of its columns is given, or
    its name says so or its first line holds nothing but known names of columns.
    """
    stream = io.BytesIO(raw) if isinstance(raw, bytes) else raw
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return _zipped(stream) if kind is Kind.ZIP else _gzipped(head) if kind is Kind.GZIP else kind
    if head[257:262] == b"ustar":
        return Kind.TAR
    if _POSTMARK.match(head):
        return Kind.MBOX
    if _is_mail(head):
        return Kind.MAIL
    if _JSON.match(head):
        return Kind.JSON
    if is_html(head):
        return Kind.HTML
    if delimiter(head, name=name, mapping=mapping):
        return Kind.TABLE
    return Kind.PDF if _late_pdf(head) else Kind.TEXT


def _late_pdf(head: bytes) -> bool:
    """Readers of PDF accept anything before its mark, within the first thousand bytes."""
    at = head.find(b"%PDF-1.", 0, 1024)
    return at > 0 and (b"\x00" in head[:1024] or not head[:at].strip(b"\xef\xbb\xbf \t\r\n"))


def _zipped(stream: BinaryIO) -> Kind:
    """A ZIP archive, or one of the documents that are ZIP archives."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {info.filename for info in archive.filelist[:_LISTED]}
            if _WORD in names:
                return Kind.DOCX
            if "[Content_Types].xml" in names or "META-INF/MANIFEST.MF" in names:
                return Kind.UNSUPPORTED
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return Kind.UNSUPPORTED  # OpenDocument, EPUB
    except Exception:
        return Kind.ZIP  # reading it says what is wrong with it
    finally:
        stream.seek(0)
    return Kind.ZIP


def _gzipped(head: bytes) -> Kind:
    """A web archive may be compressed record by record."""
    try:
        start = zlib.decompressobj(wbits=31).decompress(head[:4096], 16)
    except zlib.error:
        return Kind.GZIP
    return Kind.WARC if start.startswith(b"WARC/") else Kind.GZIP


def _is_mail(head: bytes) -> bool:
    """Whether the text begins with headers of a message that was sent, not with those of a memorandum."""
    found: dict[bytes, bytes] = {}
    lines = head[:16_384].lstrip(b"\r\n").splitlines()
    for line in lines:
        if line[:1] in (b" ", b"\t") and found:
            continue
        header = _HEADER.match(line)
        if header is None:
            break
        found.setdefault(header[1].lower(), header[2])
    if b"from" not in found and b"return-path" not in found:
        return False
    sent = _MAIL_DATE.match(found.get(b"date", b"").strip()) is not None
    told = len(_TECHNICAL & found.keys())
    return told >= 2 or (told == 1 and len(found) >= 3) or (sent and b"@" in found.get(b"from", b""))


def delimiter(head: bytes, *, name: str = "", mapping: Mapping | None = None) -> str | None:
    """What separates the columns of a table; None for what is none."""
    named = name.lower().endswith((".csv", ".tsv", ".tab"))
    text = head[:65_536].decode("utf-8-sig", "replace")
    first = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    if not first or "\x00" in first:
        return None
    for mark in ",;\t|":
        if first.count(mark) < 1:
            continue
        names = _cells(first, mark)
        if len(names) < 2 or any(len(cell) > 80 for cell in names):
            continue
        if mapping is not None and mapping.fits(names):
            return mark
        known = automatic(names)
        if known is not None and (named or (len(names) > 2 and known.names(names) == len(names))):
            return mark
    return None


def _cells(line: str, mark: str) -> Sequence[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []
