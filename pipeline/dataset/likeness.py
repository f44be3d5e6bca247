"""How two records agree, field by field: what the rules of ``matching`` decide on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein, Levenshtein

from pipeline.dataset import wording
from pipeline.dataset.identity import Identity
from pipeline.dataset.wording import Title
from pipeline.source import STDIN

_LEVEL = re.compile(r"\d+|[^\W\d_]+")  # "P3": P, 3
_ALIKE = 80  # per cent of the ASCII letters of a damaged word
_MISPRINTED = 6  # letters of a word from which on one wrong letter is a misprint
_CACHED = 1 << 16


class Agreement(IntEnum):
    """Of one field: equal, unknown (one does not state it, or it cannot be compared) or contradicting."""

    DIFFER = -1
    OPEN = 0
    AGREE = 1


DIFFER, OPEN, AGREE = Agreement


class Titles(IntEnum):
    """Same words; the same but for misprints and damage; one with more words; unknown; others, of other rank."""

    RANK = -2
    OTHER = -1
    UNKNOWN = 0
    WIDER = 1
    NEAR = 2
    SAME = 3


class Numbers(IntEnum):
    """Of requisition ids: two different ones, at most one stated, the same."""

    DIFFER = -1
    OPEN = 0
    SAME = 1


@dataclass(frozen=True, slots=True)
class Likeness:
    """Agreement of two records.

    ``gap`` counts the days between their deadlines; ``slip`` says that the later is a likely misprint of the earlier.
    ``reopened`` says that the later was issued after the earlier had closed, None where that is not known.
    """

    numbers: Numbers
    title: Titles
    general: bool
    organization: Agreement
    mission: Agreement
    department: Agreement
    station: Agreement
    country: Agreement
    grade: Agreement
    issued: Agreement
    language: Agreement
    gap: int | None
    slip: str | None
    reopened: bool | None
    gist: float | None
    address: bool

    @property
    def same_day(self) -> bool:
        return self.gap == 0

    @property
    def same_text(self) -> bool:
        return self.gist is not None and self.gist >= 0.7

    @property
    def other_text(self) -> bool:
        return self.gist is not None and self.gist <= 0.2

    @property
    def place(self) -> Agreement:
        """Agreement of station, mission and country together."""
        every = (self.station, self.mission, self.country)
        if DIFFER in every:
            return DIFFER
        return AGREE if AGREE in every[:2] else OPEN

    @property
    def score(self) -> float:
        """How alike they are, 0 to 1."""
        title = {Titles.SAME: 1.0, Titles.NEAR: 0.9, Titles.WIDER: 0.6}.get(self.title, 0.0)
        day = 1.0 if self.same_day else 0.6 if self.slip else 0.0
        parts = [
            (0.28, title),
            (0.14, float(self.organization)),
            (0.14, float(self.station)),
            (0.06, float(self.mission)),
            (0.16, day),
            (0.06, float(self.grade)),
            (0.06, float(self.issued)),
            (0.10, self.gist or 0.0),
        ]
        total = sum(weight * value for weight, value in parts)
        if self.numbers is Numbers.SAME:
            total = 0.8 + 0.2 * total
        return round(min(1.0, max(0.0, total)), 3)


def likeness(a: Identity, b: Identity) -> Likeness:
    """How two records agree; the same whichever comes first."""
    gap, slip = _days(a.closing_date, b.closing_date)
    kind, general = _titles(a, b)
    return Likeness(
        numbers=_numbers(a.requisition_id, b.requisition_id),
        title=kind,
        general=general,
        organization=_organizations(a.organization, b.organization),
        mission=_names(a.mission, b.mission),
        department=_names(a.department, b.department),
        station=_stations(a, b),
        country=_equal(a.country, b.country),
        grade=_equal(a.grade and wording.grade_of(a.grade), b.grade and wording.grade_of(b.grade)),
        issued=_equal(a.issue_date, b.issue_date),
        language=_equal(a.notice_language, b.notice_language),
        gap=gap,
        slip=slip,
        reopened=_reopened(a, b),
        gist=None if _equal(a.notice_language, b.notice_language) is DIFFER else wording.gist_likeness(a.gist, b.gist),
        address=a.source_uri == b.source_uri != STDIN,
    )


def apart(a: Identity, b: Identity) -> str | None:
    """What tells two records apart at a glance; None where only a full comparison can say."""
    numbers = _numbers(a.requisition_id, b.requisition_id)
    if numbers is Numbers.SAME or a.source_uri == b.source_uri:
        return None
    if a.organization != b.organization and _organizations(a.organization, b.organization) is DIFFER:
        return "organization"
    if a.country != b.country and a.country and b.country:
        return "country"
    if numbers is Numbers.DIFFER:
        known = a.closing_date is not None and b.closing_date is not None
        return "number" if a.closing_date == b.closing_date or not known else None
    return None


def _equal(first: object, second: object) -> Agreement:
    if first is None or second is None or first == "" or second == "":
        return OPEN
    return AGREE if first == second else DIFFER


@lru_cache(maxsize=_CACHED)
def _numbers(first: str | None, second: str | None) -> Numbers:
    if not first or not second:
        return Numbers.OPEN
    left, right = wording.number(first), wording.number(second)
    if left == right:
        return Numbers.SAME
    digits = wording.longest_digits(first)
    alone = left.isdigit() or right.isdigit()  # one copy prints the running number only
    same = len(digits) >= 5 and alone and digits == wording.longest_digits(second)
    return Numbers.SAME if same else Numbers.DIFFER


def _titles(a: Identity, b: Identity) -> tuple[Titles, bool]:
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


@lru_cache(maxsize=_CACHED)
def _organizations(first: str | None, second: str | None) -> Agreement:
    if not first or not second:
        return OPEN
    left, right = wording.organization_of(first), wording.organization_of(second)
    if left == right:
        return AGREE
    if wording.is_damaged(first) or wording.is_damaged(second):
        return OPEN
    if wording.quoted(first) and wording.quoted(first) == wording.quoted(second):
        return OPEN
    fewer, more = sorted((wording.words(left), wording.words(right)), key=len)
    if len(fewer) > 1 and fewer <= more:
        return OPEN
    return AGREE if min(len(left), len(right)) > 9 and fuzz.ratio(left, right) >= 94 else DIFFER


@lru_cache(maxsize=_CACHED)
def _names(first: str | None, second: str | None) -> Agreement:
    """Agreement of missions, of departments: one may be named in fewer words."""
    if not first or not second or wording.is_damaged(first) or wording.is_damaged(second):
        return OPEN
    left, right = wording.words(first), wording.words(second)
    if left == right:
        return AGREE
    return OPEN if left <= right or right <= left else DIFFER


def _stations(a: Identity, b: Identity) -> Agreement:
    if not a.duty_station or not b.duty_station:
        return OPEN
    return _station(a.duty_station, a.country or b.country, b.duty_station, b.country or a.country)


@lru_cache(maxsize=_CACHED)
def _station(first: str, country: str | None, second: str, other_country: str | None) -> Agreement:
    left, right = wording.station_of(first, country), wording.station_of(second, other_country)
    if left == right:
        return AGREE
    if wording.words(first) & wording.words(second) and not (left.startswith("#") and right.startswith("#")):
        return AGREE
    if wording.is_damaged(first) or wording.is_damaged(second):
        return OPEN
    if not (left.startswith("#") and right.startswith("#")):
        if left.isascii() != right.isascii() and not left.startswith("#") and not right.startswith("#"):
            return OPEN  # one name in two scripts, for all that is known here
        if min(len(left), len(right)) > 4 and fuzz.ratio(left.strip("#"), right.strip("#")) >= 90:
            return AGREE
    return DIFFER


def _days(first: date | None, second: date | None) -> tuple[int | None, str | None]:
    """Days between two deadlines, and how the one may be a misprint of the other."""
    if first is None or second is None:
        return None, None
    gap = abs((first - second).days)
    slip = None
    if gap == 1:
        slip = "next day"
    elif (first.year, first.month, first.day) == (second.year, second.day, second.month) and gap:
        slip = "day and month"
    elif gap and (first.month, first.day) == (second.month, second.day):
        slip = "year"
    elif gap and (first.year, first.month) == (second.year, second.month):
        moved = DamerauLevenshtein.distance(f"{first.day:02}", f"{second.day:02}") == 1
        turned = f"{first.day:02}" == f"{second.day:02}"[::-1]
        slip = "digit" if turned or (moved and gap % 10 == 0) else None
    return gap, slip


def _reopened(a: Identity, b: Identity) -> bool | None:
    earlier, later = sorted((a, b), key=lambda item: item.closing_date or item.issue_date or date.min)
    if earlier.closing_date is None or later.issue_date is None:
        return None
    if earlier.issue_date == later.issue_date:
        return False
    return later.issue_date > earlier.closing_date
