"""Which tables are worth a closer look in a text: by pairs of characters, and by characters that stand alone."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.damage import tables
from pipeline.plausibility import script
from pipeline.remnants import Slots, remnants

if TYPE_CHECKING:
    from pipeline.damage import Table

_CLOSER = 8  # tables that are compared run by run

# A run, with straight quotation marks and question marks that may stand for bytes inside of it.
RUN = re.compile(r"""[^\x00-\x7f]+(?:['"?]{1,3}[^\x00-\x7f]+)*(?:['"]|\?{0,3})""")

# Code points that text in use is made of; pairs that begin any other cannot make a table a candidate.
_BLOCKS = (
    (0x80, 0x24F), (0x2B0, 0x52F), (0x530, 0x6FF), (0x900, 0x10FF), (0x1100, 0x137F), (0x1780, 0x17FF),
    (0x1E00, 0x2BFF), (0x3000, 0x318F), (0x3400, 0x9FFF), (0xAC00, 0xDFFF), (0xF000, 0xF0FF), (0xFB00, 0xFFFF),
)  # fmt: skip


@cache
def _leads_to_text(first: int, second: int) -> bool:
    """Whether some character in use begins with these two UTF-8 bytes."""
    if first < 0xE0:
        low, size = (first & 0x1F) << 6 | (second & 0x3F), 1
    elif first < 0xF0:
        low, size = (first & 0xF) << 12 | (second & 0x3F) << 6, 64
        if low < 0x800:
            return False
    else:
        return (first, second) in ((0xF0, 0x9D), (0xF0, 0x9F), (0xF0, 0x90), (0xF0, 0x92), (0xF0, 0xA0), (0xF3, 0xA0))
    return any(low <= end and low + size > start for start, end in _BLOCKS)


@cache
def _pairs() -> dict[str, int]:
    """Lead and first continuation, as shown, to a bit for every table that shows them so."""
    pairs: dict[str, int] = {}
    for number, table in enumerate(tables()):
        tails = [(char, byte) for char, byte in table.byte_of.items() if 0x80 <= byte <= 0xBF]
        for lead, first in table.byte_of.items():
            if 0xC2 <= first <= 0xF4:
                for tail, second in tails:
                    if _leads_to_text(first, second):
                        pairs[lead + tail] = pairs.get(lead + tail, 0) | 1 << number
    return pairs


@cache
def _alone() -> dict[str, int]:
    """Characters that may be all that is left of one, to a bit for every table that would leave them."""
    alone: dict[str, int] = {}
    for number, table in enumerate(tables()):
        for char in remnants(table).alone:
            alone[char] = alone.get(char, 0) | 1 << number
    return alone


@cache
def mark_leads() -> frozenset[str]:
    """Letters that are the lead of a punctuation mark in tables that may lose the rest of it."""
    return frozenset(table.shown[0xE2] for table in tables() if 0x80 in table.lost and 0x99 in table.lost)


def stray_marks(text: str, letter: str) -> float:
    """Bits of evidence that ``letter`` is what is left of punctuation marks in the text, by where it stands."""
    own = script(letter)
    if own != "LATIN" and any(char != letter and script(char) == own for char in set(text)):
        return 0.0
    plain = False
    bits = 0.0
    at = text.find(letter)
    while at >= 0:
        before, after = text[max(0, at - 4) : at], text[at + 1 : at + 3]
        inside = before[-1:].isalpha()
        if after[:1].isalpha():
            if inside:
                possessive = after[0] == "s" and not after[1:].isalpha() and len(before) == 4 and before.islower()
                bits += 16.0 if possessive else -12.0
                plain |= possessive
            elif after[0].isupper():
                bits += 6.0
        elif before[-1:].isdigit() and after[:1].isdigit():
            bits += 12.0
            plain = True
        elif inside:
            bits += 8.0 if before.isascii() and before[-3:].isalpha() else 0.0
        else:
            bits += 7.0 if own == "LATIN" else 10.0  # which may be spoken of: the letter â
        at = text.find(letter, at + 1)
    return bits if plain or own != "GREEK" else 0.0  # β also stands for itself


class Hits(NamedTuple):
    """How often the tables' pairs occur, by the tables' bits; what may be a remnant all by itself, and
    what of it stands before a sign."""

    pairs: dict[int, int]
    alone: frozenset[str]
    odd: frozenset[str]


_LETTER = re.compile("[\u0386-\u03ce\u0400-\u0491]")
# words in Cyrillic or Greek as people write them, in which pairs and letters say nothing: небо, Во, об’єкт, Σχολή, ООН
_WRITTEN = re.compile(
    """(?<![^\x00-\x7f\xa0«„])
       (?:[\u0400-\u042f\u0490]?[\u0430-\u045f\u0491]{2,}|[\u0400-\u042f\u0490]{3,}
         |[\u0410-\u042f][\u0430-\u044f]|[\u0410-\u042f]?[\u0430-\u044f\u0454-\u0457]+’[\u0430-\u044f\u0454-\u0457]+
         |[\u0386-\u03ab]?[\u03ac-\u03ce]{2,}|[\u0391-\u03ab]{3,})
       (?![^\x00-\x7f\xa0»”])""",
    re.VERBOSE,
)
# words of one letter, in a text that has so many longer ones
_SHORTEST = re.compile(
    "(?<![^\\W\\d_])[\u0404-\u0407\u0410-\u041f\u0421-\u042f\u0430-\u044f\u0454-\u0457](?![^\\W\\d_])"
)
_MANY = 20
# where pairs can be; straight quotation marks and question marks may stand for bytes
_BESIDE = re.compile("[^\x00-\x7f](?:[^\x00-\x7f]+['\"?]?|['\"?])")


def hits_in(text: str) -> Hits:
    """What there is in a text."""
    if _LETTER.search(text):
        text, written = _WRITTEN.subn("", text)
        if written >= _MANY:
            text = _SHORTEST.sub("", text)
    alone = frozenset(_alone().keys() & set(text))
    known = _pairs()
    pairs: dict[int, int] = {}
    odd = set()
    beside = " ".join(_BESIDE.findall(text))
    for (first, second), count in Counter(pairwise(beside)).items():
        bits = known.get(first + second, 0)
        if bits:
            pairs[bits] = pairs.get(bits, 0) + count
        if first in alone and second != " " and not second.isalpha():
            odd.add(first)
    return Hits(pairs, alone, frozenset(odd))


# a letter before a byte that was replaced: caf\u00c3\ufffd or \u00f0??\u00a1
_REPLACED = re.compile(
    "[^\x00-\x7f](?:[\ufffd" + Slots.FIRST + "-" + Slots.LAST + "]|[?](?:[^\\W\\d_]|[?]+[^\x00-\x7f]))"
)
# one before a byte that was dropped: voil\u00c3 le
_DROPPED = re.compile("[a-z]\u00c3(?![a-zA-Z])")


def gaps_in(text: str) -> bool:
    """Whether a letter stands where bytes behind it are missing."""
    return _REPLACED.search(text) is not None or ("\u00c3" in text and _DROPPED.search(text) is not None)


def candidates(hits: Hits, strays: dict[str, float], *, gaps: bool) -> list[Table]:
    """The tables worth a closer look: those with most pairs, and those whose remnants stand where no letter would."""
    weights = [0] * len(tables())
    for bits, count in hits.pairs.items():
        for number in range(len(weights)):
            if bits >> number & 1:
                weights[number] += count
    most = max(weights)
    ranked = sorted((number for number, weight in enumerate(weights) if weight), key=lambda number: -weights[number])
    chosen = {number for number in ranked[:_CLOSER] if weights[number] * 4 >= most}
    explained = 0
    for number in chosen:
        explained |= 1 << number
    for bits in hits.pairs:  # another damage in a part of the text
        if not bits & explained:
            number = (bits & -bits).bit_length() - 1
            chosen.add(number)
            explained |= 1 << number
    for char in hits.alone:
        if gaps or char in hits.odd or script(char) != "LATIN" or strays.get(char, 0.0) > 0:
            bits = _alone()[char]
            chosen.update(number for number in range(len(weights)) if bits >> number & 1)
    return [tables()[number] for number in sorted(chosen)]
