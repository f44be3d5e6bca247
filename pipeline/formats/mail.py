"""Mail: a message's body and attachments, forwarded messages, and mailboxes in the mbox form."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any, BinaryIO, cast

from pipeline.formats.archives import damaged
from pipeline.formats.member import Member, Members, Refused, shown, unique
from pipeline.limits import MB, Budget, Rejected
from pipeline.markup import html_to_text

_LITTER = frozenset(("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"))
_SPACES = re.compile(r"\s+")
_QUOTED_FROM = re.compile(rb">{1,9}From ")
_POSTMARK = re.compile(rb"From [^\r\n]{0,300}\d{2}:\d{2}")
_UNSAFE = re.compile(r"[\\/]+")


def of_mbox(stream: BinaryIO, budget: Budget) -> Members:
    """The messages of a mailbox, each with its number before the names of its parts."""
    found = 0
    for raw in _messages(stream, budget):
        found += 1
        budget.member()
        if isinstance(raw, Rejected):
            yield Refused(str(found), raw)
            continue
        for member in of_mail(raw, budget):
            name = f"{found}/{member.name}".rstrip("/")
            if isinstance(member, Member):
                yield Member(name, member.raw, member.declared)
            else:
                yield Refused(name, member.error, member.size)


def _messages(stream: BinaryIO, budget: Budget) -> Iterator[bytes | Rejected]:
    """The messages, without the lines between them."""
    limit = budget.limits.raw
    lines: list[bytes] = []
    size, after_blank, started = 0, True, False
    while line := stream.readline(limit + 1):
        if after_blank and _POSTMARK.match(line):
            if started and lines:
                yield b"".join(lines)
            elif started and size > limit:
                yield Rejected("too_large", "source", f"a message larger than {limit // MB} MB")
            lines, size, started, after_blank = [], 0, True, False
            continue
        size += len(line)
        if size > limit:
            lines.clear()
        else:
            lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
        after_blank = not line.strip()
    if lines and b"".join(lines).strip():
        yield b"".join(lines)
    elif size > limit:
        yield Rejected("too_large", "source", f"a message larger than {limit // MB} MB")


def of_mail(raw: bytes, budget: Budget) -> Members:
    """The body of a message, under the name ``body``, and its attachments under theirs."""
    if len(raw) > budget.limits.raw * 2:  # base64 adds a third
        raise Rejected("too_large", "source", f"a message larger than {budget.limits.raw * 2 // MB} MB")
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
    except MemoryError:
        raise
    except Exception as error:
        raise damaged(error) from None
    taken: dict[str, int] = {}
    left = [0]
    for part in _parts(message, "", left, budget):
        if isinstance(part, Member):
            part = Member(unique(part.name, taken), part.raw, part.declared)
            budget.member()
            budget.unpack(len(part.raw))
        yield part


def _parts(message: Message, prefix: str, count: list[int], budget: Budget) -> Members:
    """Body and attachments in their order; of alternatives the better one."""
    body: list[Member] = []
    others: list[Member | Refused] = []
    waiting: list[tuple[Message, bool]] = [(message, True)]
    while waiting:
        part, is_body = waiting.pop()
        count[0] += 1
        if count[0] > budget.limits.mail_parts:
            others.append(Refused(prefix.rstrip("/"), Rejected("too_many", "source", "a message of too many parts")))
            break
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list) and inner:
            others += _parts(cast("Message", inner[0]), f"{prefix}forwarded-{count[0]}/", count, budget)
        elif isinstance(inner, list):
            chosen = [_better(inner)] if kind == "multipart/alternative" and inner else inner
            waiting += [(cast("Message", each), is_body) for each in reversed(chosen)]
        else:
            member = _leaf(part, prefix, first=is_body and not body)
            if member is not None:
                (body if member.name.startswith(f"{prefix}body") else others).append(member)
    yield from _joined(body, f"{prefix}body")
    yield from others


def _leaf(part: Message, prefix: str, *, first: bool) -> Member | None:
    """A part that holds no others; None for signatures and pictures inside the text."""
    kind = part.get_content_type()
    name = _file_name(part)
    attached = (part.get_content_disposition() or "") == "attachment"
    if kind in _LITTER or (kind.startswith("image/") and not attached):
        return None
    raw = _bytes(part)
    declared = _charset(part)
    if kind.startswith("text/") and not attached and (name is None or first):
        if kind == "text/plain" and _parameter(part, "format") == "flowed":
            raw, declared = _unflowed(raw, declared, space=_parameter(part, "delsp") != "yes"), "utf-8"
        return Member(f"{prefix}body.html" if kind == "text/html" else f"{prefix}body.txt", raw, declared)
    return Member(f"{prefix}{name or 'attachment'}", raw, declared if kind.startswith("text/") else None)


def _joined(body: list[Member], name: str) -> Members:
    """Plain texts one after another are one body, as a mail program shows them; pages stay as they are."""
    texts = [member for member in body if member.name.endswith(".txt") and member.raw.strip()]
    pages = [member for member in body if member.name.endswith(".html") and member.raw.strip()]
    if len({member.declared for member in texts}) <= 1 and len(texts) > 1:
        texts = [Member(texts[0].name, b"\n\n".join(member.raw for member in texts), texts[0].declared)]
    for member in (*pages, *texts):
        yield Member(name, member.raw, member.declared)


def _better(parts: list[Any]) -> Message:
    """Of the forms of one text the page, which keeps lists and tables; the plain one where the page says much less."""
    plain = page = None
    for part in cast("list[Message]", parts):
        kind = part.get_content_type()
        if kind == "text/plain":
            plain = part
        elif kind == "text/html" or (kind.startswith("multipart/") and page is None):
            page = part
    if page is None or plain is None or page.is_multipart():
        return page or plain or cast("Message", parts[-1])
    shown_size = len(_SPACES.sub("", html_to_text(_bytes(page).decode("utf-8", "replace")[:500_000]).text))
    return plain if shown_size * 2 < len(_SPACES.sub("", _bytes(plain).decode("utf-8", "replace"))) else page


def _bytes(part: Message) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except Exception:  # headers that contradict one another
        raw = str(part.get_payload()).encode("utf-8", "replace")
    return raw if isinstance(raw, bytes) else b""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except Exception:
        return None


def _parameter(part: Message, name: str) -> str:
    try:
        return str(part.get_param(name, "")).lower()
    except Exception:
        return ""


def _file_name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except Exception:
        return "attachment"
    if not name:
        return None
    try:
        name = str(email.header.make_header(email.header.decode_header(name)))
    except Exception:
        name = str(name)
    return _UNSAFE.sub("_", shown(name)).strip(". ") or "attachment"


def _unflowed(raw: bytes, declared: str | None, *, space: bool) -> bytes:
    """Paragraphs of a text whose lines were broken by the sender's program (RFC 3676)."""
    try:
        text = raw.decode(declared or "utf-8", "strict")
    except (LookupError, UnicodeDecodeError):
        text = raw.decode("cp1252", "replace")
    out: list[str] = []
    soft = False
    for line in text.splitlines():
        line = line[1:] if line.startswith(" ") else line
        ends_soft = line.endswith(" ") and line != "-- "
        told = line[:-1] if ends_soft and not space else line
        if soft:
            out[-1] += told
        else:
            out.append(told)
        soft = ends_soft
    return "\n".join(line.rstrip() for line in out).encode("utf-8", "replace")
