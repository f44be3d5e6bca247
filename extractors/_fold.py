"""Text made comparable: case, accents, kinds of apostrophe and dash, and runs of blanks removed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-"})
_BLANKS = re.compile(r"\s+")


class _Folding(dict[int, str]):
    """Characters and what each folds to: its base letter in lower case, always exactly one character."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base, *marks = tuple(unicodedata.normalize("NFKD", character))
        letter = (base if all(map(unicodedata.combining, marks)) else character).casefold()
        self[code] = letter if len(letter) == 1 else character
        return self[code]


# Letters that do not decompose, and the apostrophes and dashes that notices use for each other.
_FOLDING = _Folding({ord(a): b for a, b in zip("łŁđĐðÐøØıæÆœŒßẞ’‘ʼʻ‐‑–—", "llddddooiaaooss''''----", strict=True)})


def flatten(text: str) -> str:
    """Lower case without accents, character by character: offsets into the result are offsets into ``text``."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


# Serbian Latin letters in Cyrillic order of length: digraphs first.
_CYRILLIC = {
    "dž": "џ", "lj": "љ", "nj": "њ", "a": "а", "b": "б", "c": "ц", "č": "ч", "ć": "ћ", "d": "д", "đ": "ђ", "e": "е",
    "f": "ф", "g": "г", "h": "х", "i": "и", "j": "ј", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п",
    "r": "р", "s": "с", "š": "ш", "t": "т", "u": "у", "v": "в", "z": "з", "ž": "ж",
}  # fmt: skip
_LATIN = re.compile("|".join(_CYRILLIC))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The text in lower case, without accents, with plain apostrophes and single blanks."""
    if not text.isascii():
        text = text.translate(_APOSTROPHES)
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return _BLANKS.sub(" ", text.casefold()).strip()


def cyrillic(latin: str) -> str:
    """Serbian Latin text in Cyrillic letters."""
    return _LATIN.sub(lambda m: _CYRILLIC[m.group()], latin.casefold())
