"""Names, titles, numbers and texts of vacancies made comparable, for record linkage.

Copies differ in case, accents, word order, forms for both genders, additions ("deadline extended") and damage left in
them; all of that is taken away here.  What tells posts apart (ranks, levels, words of the field) stays.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from zlib import crc32

from extractors._fold import fold
from extractors._gazetteer import best_place, organizations
from extractors._titles import is_occupation

GIST = 24  # hashes kept of a text's words
_FEWEST = 5  # words without which a text has no gist
_CACHED = 1 << 16
_HASH_MASK = (1 << 32) - 1

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe"})  # copies print either
# "Chargé(e)", "Berater*in", "Berater:in", "Saradnik/ca", "Asistent/e i/e", "Koordinator(ka)"
_GENDER = re.compile(r"(?<=\w)(?:[/*:·]-?[^\W\d_]{1,3}(?!\w)|\(-?[^\W\d_]{1,3}\))")
_PREFIX = re.compile(r"^\s{0,9}[A-Z]{2,5}/[A-Z]{3}\s")  # of posts in election observation: "EOM/ALB Media Analyst"
# What broken text leaves: a replacement character, a control character, a question mark inside or at the end of a word,
# a capital that starts a UTF-8 sequence read as another encoding, followed by anything that is no plain letter.
_DAMAGE = re.compile(
    r"""
    \ufffd | [\x80-\x9f] | \w\? | \?\w | â€
    | [ÂÃÄÅÆÈÉÐÑØÙ] [^\w\s()/.,:;-] | [ÃÂÐÑ] (?= [ÃÂÐÑ\xa0-\xbf] ) | [ÄÅ] (?= [ŸžŒœƒ] )
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"]{3,80})[»“”\"]")
_PIECE = re.compile(r"[^\s()/,.:;–—\-\"«»“”]+")
_LABEL = re.compile(r"^(?:vacancy|vn|va|ref|no|nr|id|req|job|jo|post)+(?=\d)")
_LETTER_OF_LEVEL = "abcdefgh"


@dataclass(frozen=True, slots=True)
class Title:
    """``words`` of a title without additions, ``ascii`` those of them that were printed in ASCII.

    ``damaged`` are what broken text has left of other words; ``general`` says that many posts are called so.
    """

    words: frozenset[str]
    ascii: frozenset[str]
    damaged: tuple[str, ...]
    general: bool


@cache
def word_list(name: str) -> frozenset[str]:
    """A list of ``linkage.toml``: ignored, debris, ranks or general."""
    data = tomllib.loads(resources.files(__package__).joinpath("linkage.toml").read_text(encoding="utf-8"))
    return frozenset(data[name].split())


def is_damaged(text: str) -> bool:
    """Whether broken text is left in it."""
    return "?" in text or (not text.isascii() and _DAMAGE.search(text) is not None)


def ascii_letters(text: str) -> str:
    """What damage to characters beyond ASCII cannot have touched."""
    return "".join(character for character in text.lower() if "a" <= character <= "z")


def plain_words(text: str) -> list[str]:
    """The folded words, letters without a plain form of their own made plain."""
    return _WORD.findall(fold(text).translate(_LETTERS))


def words(text: str) -> frozenset[str]:
    """The folded words of a name, without those that say nothing."""
    return frozenset(plain_words(text)) - word_list("ignored")


@lru_cache(maxsize=_CACHED)
def title_of(text: str) -> Title:
    """A title made comparable."""
    plain = _GENDER.sub("", _PREFIX.sub("", text))
    damaged: list[str] = []
    if is_damaged(plain):
        kept = []
        for piece in _PIECE.findall(plain):
            if is_damaged(piece):
                damaged.append(_left_of(piece))
            else:
                kept.append(piece)
        plain = " ".join(kept)
    found: list[str] = []
    ignored = word_list("ignored") | word_list("debris")
    for word in plain_words(plain):
        if word in ignored or (len(word) == 1 and not word.isdigit()) or (word.isdigit() and len(word) > 3):
            continue
        if not any(_twins(word, other) for other in found[-3:]):
            found.append(word)
    every = frozenset(found)
    general = not damaged and all(_is_general(word) for word in every)
    printed = every & frozenset(_WORD.findall(plain.lower()))
    return Title(every, frozenset(word for word in printed if word.isascii()), tuple(damaged), general)


def _left_of(piece: str) -> str:
    """The letters of a damaged word that are its own: all where others are lost, those of ASCII where they changed."""
    if "?" in piece or "\ufffd" in piece:
        return "".join(character for character in fold(piece) if character.isalpha())
    return ascii_letters(piece)


def _twins(word: str, other: str) -> bool:
    """Whether two words of one title are the forms of one for both genders: "фахівець/фахівчиня"."""
    return word == other or (len(word) > 6 and len(other) > 6 and word[:5] == other[:5])


@lru_cache(maxsize=_CACHED)
def _is_general(word: str) -> bool:
    return word in word_list("general") or word in word_list("ranks") or word.isdigit() or is_occupation(word)


@lru_cache(maxsize=_CACHED)
def number(text: str) -> str:
    """A requisition id without case, punctuation and the label before it."""
    return _LABEL.sub("", "".join(_WORD.findall(fold(text))))


@lru_cache(maxsize=_CACHED)
def longest_digits(text: str) -> str:
    """The longest run of digits in a requisition id."""
    return max(_DIGITS.findall(text), key=len, default="")


@lru_cache(maxsize=_CACHED)
def organization_of(text: str) -> str:
    """The organization's canonical name, folded."""
    plain = fold(text)
    return _organizations().get(plain, plain)


@lru_cache(maxsize=_CACHED)
def quoted(text: str) -> str:
    """The name in quotation marks, folded: of «Світлий берег» with its legal form before it."""
    found = _QUOTED.search(text)
    return fold(found[1]) if found else ""


@cache
def _organizations() -> dict[str, str]:
    named: dict[str, str] = {}
    for each in organizations():
        for alias in each.aliases:
            if not alias.weak:
                named.setdefault(fold(alias.text), fold(each.name))
    return {**named, **{fold(each.name): fold(each.name) for each in organizations()}}


@lru_cache(maxsize=_CACHED)
def grade_of(text: str) -> str:
    """A grade without punctuation and leading zeros; "NPO1" and "NP1" are one, so are "NO-2" and "NO-B"."""
    plain = "".join(_WORD.findall(fold(text)))
    plain = re.sub(r"(?<!\d)0+(?=\d)", "", plain).replace("npo", "np")
    if len(plain) == 3 and plain.startswith("no") and plain[2] in "12345678":
        plain = "no" + _LETTER_OF_LEVEL[int(plain[2]) - 1]
    return plain


@lru_cache(maxsize=_CACHED)
def station_of(text: str, country: str | None) -> str:
    """The place that a duty station means, "#" before a name of the gazetteer; else its folded first name."""
    place = best_place(text, country)
    if place is not None:
        return f"#{place.name}|{place.country}"
    return fold(re.split(r"[/,;(]", text)[0])


def gist_of(texts: Iterable[str]) -> tuple[int, ...]:
    """The least hashes of a text's longer words, sorted; from two of them follows how many words are in both texts."""
    found = set()
    for text in texts:
        broken = is_damaged(text)
        for word in plain_words(text):
            if len(word) > 3 and not (broken and not word.isascii()):
                found.add(crc32(word.encode()) * 2654435761 & _HASH_MASK)
    return tuple(sorted(found)[:GIST]) if len(found) >= _FEWEST else ()


def gist_likeness(first: tuple[int, ...], second: tuple[int, ...]) -> float | None:
    """The share of words that two texts have in common, of the shorter one's, 0 to 1; None where one is too short."""
    if not first or not second:
        return None
    limit = min(gist[-1] if len(gist) == GIST else _HASH_MASK for gist in (first, second))
    left, right = ({value for value in gist if value <= limit} for gist in (first, second))
    fewer = min(len(left), len(right))
    return len(left & right) / fewer if fewer >= _FEWEST else None
