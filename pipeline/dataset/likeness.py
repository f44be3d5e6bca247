"""How two records agree, field by field: what the rules of ``matching`` decide on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from pipeline.dataset import wording
from pipeline.dataset.identity import Identity
from pipeline.dataset.titles import Titles, titles
from pipeline.source import STDIN

_CACHED = 1 << 16


class Agreement(IntEnum):
    """Of one field: equal, unknown (one does not state it, or it cannot be compared) or contradicting."""

    DIFFER = -1
    OPEN = 0
    AGREE = 1


DIFFER, OPEN, AGREE = Agreement


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
    kind, general = titles(a, b)
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
