"""How two titles agree: by their words, whatever their order, with damage and misprints allowed for and ranks not."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import IntEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.dataset import wording
from pipeline.dataset.identity import Identity
from pipeline.dataset.wording import Title

_LEVEL = re.compile(r"\d+|[^\W\d_]+")  # "P3": P, 3
_ALIKE = 80  # per cent of the ASCII letters of a damaged word
_MISPRINTED = 6  # letters of a word from which on one wrong letter is a misprint
_CACHED = 1 << 16


class Titles(IntEnum):
    """Same words; the same but for misprints and damage; one with more words; unknown; others, of other rank."""

    RANK = -2
    OTHER = -1
    UNKNOWN = 0
    WIDER = 1
    NEAR = 2
    SAME = 3


def titles(a: Identity, b: Identity) -> tuple[Titles, bool]:
    """How the titles of two records agree, and whether many posts are called so."""
    if not a.title or not b.title:
        return Titles.UNKNOWN, False
    left, right = wording.title_of(a.title), wording.title_of(b.title)
    kind = _title_kind(left, right)
    if kind in (Titles.WIDER, Titles.OTHER, Titles.RANK):
        besides = _besides(a) | _besides(b)
        kind = _title_kind(_without(left, besides), _without(right, besides))
    return kind, left.general or right.general


def _without(title: Title, besides: frozenset[str]) -> Title:
    kept = title.words - besides
    return replace(title, words=kept) if kept else title


@lru_cache(maxsize=1 << 14)
def _said(names: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset().union(*(wording.words(name) for name in names if name))


def _besides(item: Identity) -> frozenset[str]:
    """Words that a title may add and that say nothing new: organization, place, grade, number."""
    level = " ".join(_LEVEL.findall(item.grade)) if item.grade else None
    return _said((item.organization, item.duty_station, item.grade, level, item.requisition_id))


@lru_cache(maxsize=_CACHED)
def _title_kind(left: Title, right: Title) -> Titles:
    ranks = wording.word_list("ranks")
    only_left, only_right = set(left.words - right.words), set(right.words - left.words)
    near = bool(left.damaged or right.damaged)
    for word in sorted(only_left):
        twin = next((other for other in sorted(only_right) if _misprint(word, other)), None)
        if twin is not None and word not in ranks and twin not in ranks:
            only_left.discard(word)
            only_right.discard(twin)
            near = True
    spent = _restore(left.damaged, only_right) and _restore(right.damaged, only_left)
    if not left.words & right.words or (near and not spent):
        if near:
            return Titles.UNKNOWN
        return Titles.RANK if not only_left or not only_right else Titles.OTHER
    if not only_left and not only_right:
        return Titles.NEAR if near else Titles.SAME
    if (only_left | only_right) & ranks or any(word.isdigit() for word in only_left | only_right):
        return Titles.RANK
    return Titles.OTHER if only_left and only_right else Titles.WIDER


def _misprint(word: str, other: str) -> bool:
    if min(len(word), len(other)) < _MISPRINTED or word.isdigit():
        return False
    return Levenshtein.distance(word, other, score_cutoff=1) <= 1


def _ratio(letters: str, word: str) -> float:
    return max(fuzz.ratio(letters, word), fuzz.ratio(letters, wording.ascii_letters(word)))


def _restore(damaged: tuple[str, ...], words: set[str]) -> bool:
    """Take away the words that damaged ones may have been; whether each was one."""
    done = True
    for letters in damaged:
        alike = sorted((_ratio(letters, word), word) for word in words)
        if len(letters) > 2 and alike and alike[-1][0] >= _ALIKE:
            words.discard(alike[-1][1])
        else:
            done = done and len(letters) <= 2
    return done
