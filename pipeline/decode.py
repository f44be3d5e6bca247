"""Bytes to text: byte order marks, UTF-16 without one, cp1252 that nobody declared, wrong declarations."""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass

from pipeline.plausibility import cost

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
        return _whole(raw.decode("utf-8"), "utf-8", guessed=False)
    except UnicodeDecodeError as error:
        first_bad = error.start
    mixed = _mostly_utf8(raw)
    if mixed is not None:
        return _whole(mixed, "utf-8", guessed=True)
    if declared:
        try:
            known = codecs.lookup(declared.strip()).name
            if known not in _UNFIT:
                # as browsers do: nobody writes C1 controls
                return _whole(raw.decode("cp1252" if known == "iso8859-1" else known), known, guessed=False)
        except (LookupError, ValueError):
            pass  # the declaration is wrong
    text, name = _likeliest(raw, first_bad)
    return _whole(text, name, guessed=True)


# What a declaration cannot mean once the bytes are known to be no UTF-8 and to hold no NULs.
_UNFIT = frozenset(("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "idna", "punycode"))
_GUESSES = (
    "cp1252",
    "cp1251",
    "cp1250",
    "koi8-r",
    "cp1253",
    "cp1254",
    "cp1256",
    "cp1255",
    "mac-roman",
    "cp866",
    "cp874",
)


def _likeliest(raw: bytes, first_bad: int) -> tuple[str, str]:
    """The text and the encoding in which the bytes around the first that are no UTF-8 look most like writing."""
    sample = raw[max(0, first_bad - 1000) : first_bad + 3000]
    best: tuple[float, str, str] | None = None
    for rank, name in enumerate(_GUESSES):
        try:
            shown = sample.decode(name)
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        bits = cost(shown) + 0.02 * rank * len(shown) + 2.0 * rank
        if best is None or bits < best[0]:
            best = (bits, text, name)
    if best is None:
        return raw.decode("latin-1"), "latin-1"
    return best[1], best[2]


def _mostly_utf8(raw: bytes) -> str | None:
    """UTF-8 with a few bytes of cp1252 pasted in; None where most of what is beyond ASCII is no UTF-8."""
    text = raw.decode("utf-8", _PASTED)
    bad = len(raw.decode("utf-8", "replace")) - len(raw.decode("utf-8", "ignore"))
    good = sum(char > "\x7f" for char in text) - bad
    return text if good > 2 * bad else None


_PASTED = "cp1252-pasted"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.start + 1]
    try:
        return wrong.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.start + 1


codecs.register_error(_PASTED, _as_cp1252)


def _whole(text: str, name: str, *, guessed: bool) -> Decoded:
    """The text, if a fair part of it is written with characters at all."""
    sample = text[:65536]
    odd = sum(1 for char in sample if char == "\ufffd" or (char < " " and char not in "\t\n\r\x0b\x0c\x1a\x1b"))
    if odd * 4 > len(sample):
        raise DecodeError("undecodable", "no encoding gives the file a readable text")
    return Decoded(text, name, guessed)


def _utf16(raw: bytes) -> str | None:
    """utf-16-le or utf-16-be where NULs, or the numbers of an alphabet's block, fill one half of the places."""
    sample = raw[:4096]
    half = len(sample) // 2
    if half < 2 or b"\x00" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    for name, high, low in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        blocks, letters = Counter(high), Counter(low)
        two, most = blocks.most_common(2), letters.most_common(2)
        controls = sum(count for byte, count in blocks.items() if byte < 0x20)
        if (
            controls > half * 0.5
            and sum(count for _, count in two) > half * 0.9
            and sum(count for _, count in most) < half * 0.5
        ):
            return name
    return None


def _checked(raw: bytes, name: str, *, guessed: bool) -> Decoded:
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        text = raw.decode(name, "ignore")
        if len(text) * 4 < len(raw):
            raise DecodeError("undecodable", f"the file says {name} and cannot be read as such") from None
    text = text.removeprefix("\ufeff")
    if not text.strip("\x00 \t\r\n"):
        raise DecodeError("empty", "the file is empty")
    return _whole(text, name, guessed=guessed)
