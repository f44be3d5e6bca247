"""Text made comparable: case, accents, kinds of apostrophe and dash, and runs of blanks removed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "ʼ": "'", "–": "-", "—": "-", "‑": "-"})
_BLANKS = re.compile(r"\s+")

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
