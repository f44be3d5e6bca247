"""Characters that no one sees, and letters written for show: controls, spaces, line ends, mathematical letters."""

from __future__ import annotations

import re
import unicodedata

from pipeline.edits import Change

_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]")
_JOINED = {
    "ARABIC",
    "SYRIAC",
    "DEVANAGARI",
    "BENGALI",
    "SINHALA",
    "TAMIL",
    "TELUGU",
    "KANNADA",
    "MALAYALAM",
    "GUJARATI",
}
_UNSPACED = {"THAI", "LAO", "KHMER", "MYANMAR"}


def invisible(text: str) -> list[Change]:
    """Soft hyphens, zero-width and bidirectional controls and control characters, unless a script needs them."""
    changes = []
    for match in _INVISIBLE.finditer(text):
        start, end = match.span()
        char = match[0]
        if not _needed(char, text[start - 1 : start], text[end : end + 1]):
            name = "soft hyphen" if char == "\xad" else "control character" if char < "\x80" else "zero-width character"
            changes.append(Change(start, end, "", name))
    return changes


def _needed(char: str, before: str, after: str) -> bool:
    if char == "\u200d" and before > "\u2190" and after > "\u2190":  # emoji are joined by it
        return True
    names = {unicodedata.name(each, "").split(" ")[0] for each in before + after}
    if char == "\u200d" and names & _JOINED:
        return True
    if char in "\u200c\u200d":
        return bool(names & _JOINED)
    if char == "\u200b":
        return bool(names & _UNSPACED)
    if char in "\u200e\u200f":
        return bool(names & {"ARABIC", "HEBREW", "SYRIAC"})
    return False


_SPACE = re.compile("[\xa0\u2000-\u200a\u202f\u205f]")


def spaces(text: str) -> list[Change]:
    """No-break spaces and spaces of a fixed width."""
    return [Change(*match.span(), " ", "no-break space") for match in _SPACE.finditer(text)]


_LINE_END = re.compile("\r\n?|\x0b|\x0c|\u2028|\u2029")


def line_ends(text: str) -> list[Change]:
    """Line ends of other systems, form feeds, Unicode's line and paragraph separators."""
    changes = []
    for match in _LINE_END.finditer(text):
        name = "form feed" if match[0] == "\x0c" else "line end"
        changes.append(Change(match.start(), match.end(), "\n", name))
    return changes


_STYLED = re.compile("[\U0001d400-\U0001d7ff]+")
_LIGATURE = re.compile("[\ufb00-\ufb06]")


def styled(text: str) -> list[Change]:
    """Mathematical alphanumerics written for show, and ligatures of printed pages."""
    changes = [
        Change(*match.span(), unicodedata.normalize("NFKC", match[0]), "mathematical letters")
        for match in _STYLED.finditer(text)
    ]
    if changes:
        return changes
    return [
        Change(*match.span(), unicodedata.normalize("NFKC", match[0]), "ligature") for match in _LIGATURE.finditer(text)
    ]


_C1 = re.compile("[\x80-\x9f]")


def controls(text: str) -> list[Change]:
    """C1 controls that are cp1252's characters read in latin-1."""
    changes = []
    for match in _C1.finditer(text):
        try:
            after = match[0].encode("latin-1").decode("cp1252")
        except UnicodeDecodeError:
            continue
        changes.append(Change(*match.span(), after, "cp1252 as latin-1"))
    return changes
