"""One text in every type of file: what tests read back, and what ``tests.make_formats`` writes."""

from __future__ import annotations

import gzip
import html
import io
import re
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any

STAMP = (2026, 3, 2, 9, 0, 0)
_ITEM = re.compile(r"\s*(?:[•*·–-]\s)\s*(.+)")


def lines_of(text: str) -> list[str]:
    """The lines of a notice, blank ones included."""
    return text.replace("\r\n", "\n").replace("\u2028", "\n").split("\n")


def as_html(lines: Sequence[str]) -> bytes:
    """Paragraphs, and lists where lines begin with a bullet."""
    parts = ['<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><main>']
    listed = False
    for line in lines:
        item = _ITEM.fullmatch(line)
        if bool(item) != listed:
            parts.append("<ul>" if item else "</ul>")
            listed = bool(item)
        if item:
            parts.append(f"<li>{html.escape(item[1])}</li>")
        else:
            parts.append(f"<div>{html.escape(line)}</div>" if line.strip() else "<p></p>")
    return "\n".join((*parts, "</ul>" if listed else "", "</main></body></html>")).encode()


def as_pdf(lines: Sequence[str], *, font: str = "Helvetica", password: str | None = None, columns: int = 1) -> bytes:
    """A4 pages with lines broken where they are full, in a proportional font."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer

    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, invariant=1, encrypt=password)
    width = (A4[0] - 144) / columns
    frames = [Frame(72 + at * (width + 12), 72, width - 12, A4[1] - 144, id=str(at)) for at in range(columns)]
    document.addPageTemplates([PageTemplate(frames=frames)])
    plain = ParagraphStyle("plain", fontName=font, fontSize=10, leading=12)
    item = ParagraphStyle("item", parent=plain, leftIndent=14, bulletIndent=2)
    story: list[Any] = []
    for line in lines:
        found = _ITEM.fullmatch(line)
        if not line.strip():
            story.append(Spacer(1, 8))
        elif found:
            story.append(Paragraph(html.escape(found[1]), item, bulletText="•"))
        else:
            story.append(Paragraph(html.escape(line), plain))
    document.build(story or [Spacer(1, 8)])
    return out.getvalue()


def as_docx(lines: Sequence[str]) -> bytes:
    """Paragraphs, and Word's own bullets where lines begin with one."""
    import docx

    document = docx.Document()
    for line in lines:
        item = _ITEM.fullmatch(line)
        document.add_paragraph(item[1] if item else line, style="List Bullet" if item else None)
    return saved(document)


def saved(document: Any) -> bytes:
    """The bytes of a Word document, the same at any time."""
    from datetime import datetime

    document.core_properties.created = document.core_properties.modified = datetime(*STAMP)
    out = io.BytesIO()
    document.save(out)
    return as_zip(_parts(out.getvalue()))


def _parts(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def as_mail(
    lines: Sequence[str], *, subject: str = "A vacancy", attached: Mapping[str, bytes] | None = None, page: bool = True
) -> bytes:
    """A message with the text in two forms, quoted-printable and base64, and attachments."""
    message = EmailMessage()
    message["From"] = "Personnel <vacancies@employer.example.org>"
    message["To"] = "list@readers.example.org"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    message["Message-ID"] = "<20260302.1@employer.example.org>"
    message.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    if page:
        message.add_alternative(as_html(lines).decode(), subtype="html", cte="base64")
    for name, raw in (attached or {}).items():
        message.add_attachment(raw, maintype="application", subtype="octet-stream", filename=name)
    if message.is_multipart():
        for number, part in enumerate(each for each in message.walk() if each.is_multipart()):
            part.set_boundary(f"=_part_{number}")
    return message.as_bytes()


def as_mbox(messages: Sequence[bytes]) -> bytes:
    """A mailbox, with lines that begin like the line between messages quoted."""
    out = b""
    for raw in messages:
        quoted = re.sub(rb"^(>*From )", rb">\1", raw, flags=re.M)
        out += b"From vacancies@employer.example.org Mon Mar  2 09:00:00 2026\n" + quoted.rstrip(b"\n") + b"\n\n"
    return out


def as_zip(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, raw)
    return out.getvalue()


def as_tar(files: Mapping[str, bytes]) -> bytes:
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, raw in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return out.getvalue()


def as_gzip(raw: bytes) -> bytes:
    """A gzip file without a time."""
    return gzip.compress(raw, mtime=0)


def as_warc(pages: Mapping[str, tuple[str, bytes]], *, compressed: bool = True, status: str = "200 OK") -> bytes:
    """A web archive: address → Content-Type and body."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compressed)
    for number, (uri, (kind, body)) in enumerate(pages.items()):
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        told = {
            "WARC-Date": "2026-03-02T09:00:00Z",
            "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        }
        record = writer.create_warc_record(
            uri, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=told
        )
        writer.write_record(record)
    return out.getvalue()
