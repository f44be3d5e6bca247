"""The body of an answer, read within limits: bytes as sent, bytes as unpacked, and how much becomes of how little."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pipeline.limits import LIMITS, Rejected

_STEP = 64 * 1024
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def too_large(limit: int) -> Rejected:
    """More than is read."""
    return Rejected("too_large", "fetch", f"larger than {limit / 1024**2:.3g} MB")


def body(chunks: Iterable[bytes], *, encoding: str | None, limit: int = LIMITS.raw) -> bytes:
    """The whole body, unpacked as ``Content-Encoding`` says; raises Rejected beyond the limit (bytes)."""
    told = (encoding or "identity").strip().casefold()
    sent = _counted(chunks, limit)
    if told in ("", "identity"):
        return b"".join(sent)
    if told not in _WINDOWS:
        raise Rejected("unknown_encoding", "fetch", f"packed as {told}, which was not asked for")
    return b"".join(_unpacked(sent, _WINDOWS[told], limit))


def unpacked(raw: bytes, *, limit: int = LIMITS.raw) -> bytes:
    """The bytes of a gzip file; those of any other as they are."""
    return b"".join(_unpacked([raw], _WINDOWS["gzip"], limit)) if raw.startswith(b"\x1f\x8b") else raw


def _counted(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise too_large(limit)
        yield chunk


def _unpacked(chunks: Iterable[bytes], window: int, limit: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(window)
    sent = made = 0
    first = True
    for chunk in chunks:
        sent += len(chunk)
        if first and chunk and window == zlib.MAX_WBITS and not _has_zlib_header(chunk):
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)  # "deflate" without its wrapping, as some servers send it
        first = first and not chunk
        pending = chunk
        while pending:
            try:
                part = unpacker.decompress(pending, _STEP)
            except zlib.error as error:
                raise Rejected("broken_reply", "fetch", f"the packed body is damaged: {error}") from None
            made += len(part)
            if made > limit:
                raise Rejected("too_large", "fetch", f"unpacks to more than {limit / 1024**2:.3g} MB")
            if made > LIMITS.forgiven and made > sent * LIMITS.ratio:
                raise Rejected("bomb", "fetch", f"unpacks to more than {LIMITS.ratio} times its size")
            yield part
            pending = unpacker.unconsumed_tail
            if unpacker.eof:
                pending = unpacker.unused_data
                if window != _WINDOWS["gzip"] or not pending.startswith(b"\x1f\x8b"):
                    return
                unpacker = zlib.decompressobj(window)  # a further member of a gzip file
    if sent and not unpacker.eof:
        yield unpacker.flush()
        if not unpacker.eof:
            raise Rejected("broken_reply", "fetch", "the packed body ends too soon")


def _has_zlib_header(chunk: bytes) -> bool:
    return chunk[0] & 0x0F == 8 and (len(chunk) < 2 or (chunk[0] << 8 | chunk[1]) % 31 == 0)
