"""Bytes to text: byte order marks, UTF-16 without one, cp1252 that nobody declared, wrong declarations."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old office document",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"RIFF": "a media file",
    b"SQLite format 3\x00": "a database",
}
_WRITTEN_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a\x1b")


class DecodeError(ValueError):
    """The bytes are no text.

    Attributes:
        code: "empty", "binary" or "undecodable".
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was read.

    Attributes:
        text: without a byte order mark.
        encoding: name of the codec, as in Python.
        guessed: the bytes neither declared the encoding nor decided it.
    """

    text: str
    encoding: str
    guessed: bool


def decode(raw: bytes, *, declared: str | None = None) -> Decoded:
    """The text of ``raw``.

    A byte order mark decides; then NULs in every other place (UTF-16), then valid UTF-8, then the declared
    encoding, then a guess.

    Args:
        raw: a whole file.
        declared: what a header or a ``meta`` element says, if anything.

    Raises:
        DecodeError: empty, binary, or undecodable.
    """
    if not raw.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise DecodeError("empty", "the file is empty")
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _checked(raw[len(mark) :], name, guessed=False)
    for signature, kind in _SIGNATURES.items():
        if raw.startswith(signature):
            raise DecodeError("binary", f"the file is {kind}, not text")
    wide = _utf16(raw)
    if wide is not None:
        return _checked(raw, wide, guessed=True)
    controls = sum(1 for byte in raw[:65536] if byte < 0x20 and byte not in _WRITTEN_CONTROLS)
    if controls > len(raw[:65536]) * 0.02:
        raise DecodeError("binary", "the file is binary: control characters in every line")
    try:
        return Decoded(raw.decode("utf-8"), "utf-8", False)
    except UnicodeDecodeError:
        pass
    if declared is not None:
        try:
            name = codecs.lookup(declared.strip()).name
            if name not in ("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be"):
                return Decoded(raw.decode(name), name, False)
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return Decoded(raw.decode("cp1252"), "cp1252", True)
    except UnicodeDecodeError:
        return Decoded(raw.decode("latin-1"), "latin-1", True)


def _utf16(raw: bytes) -> str | None:
    """utf-16-le or utf-16-be where NULs fill one half of the places."""
    sample = raw[:4096]
    half = len(sample) // 2
    if half < 2 or b"\x00" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _checked(raw: bytes, name: str, *, guessed: bool) -> Decoded:
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        text = raw.decode(name, "ignore")
        if len(text) * 4 < len(raw):
            raise DecodeError("undecodable", f"the file says {name} and cannot be read as such") from None
    if not text.strip("\x00 \t\r\n\ufeff"):
        raise DecodeError("empty", "the file is empty")
    return Decoded(text.removeprefix("\ufeff"), name, guessed)
