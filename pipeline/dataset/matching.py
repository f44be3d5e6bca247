"""Whether two records are of the same vacancy.

A wrong merge is worse than a missed one: whatever contradicts or is not stated keeps two records apart, and what is
likely all the same is only listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.dataset import wording
from pipeline.dataset.identity import Identity
from pipeline.dataset.likeness import AGREE, DIFFER, OPEN, Likeness, Numbers, apart, likeness
from pipeline.dataset.titles import Titles

Verdict = Literal["same", "likely", "different", "readvertised"]

EXTENDED = 60  # days by which a deadline may move without a sign of a new advertisement
AGAIN = 400  # days within which the same post advertised again is the same need
_NUMBERED_AGAIN = 28  # days between deadlines of two numbers of one post that cannot both have been open
_SHORT = 6  # characters of a requisition id that other organizations, or other years, have as well


@dataclass(frozen=True, slots=True)
class Match:
    """What two records are to each other.

    ``rule`` decided; ``score`` (0 to 1) says how alike they are; ``reasons`` are the agreements and contradictions,
    empty for what is different.  ``contradicted`` says that they cannot be the same vacancy, whatever
    else speaks for it.
    """

    verdict: Verdict
    rule: str
    score: float
    reasons: tuple[str, ...] = ()
    contradicted: bool = False


def compare(a: Identity, b: Identity) -> Match:
    """What two records are to each other; the same whichever comes first."""
    if a.notice_id == b.notice_id:
        if a.position == b.position:
            return Match("same", "read_again", 1.0)
        return Match("different", "positions_of_one_notice", 0.0, contradicted=True)
    evident = apart(a, b)
    if evident is not None:
        return Match("different", evident, 0.0, contradicted=True)
    seen = likeness(a, b)
    several = a.positions > 1 or b.positions > 1
    if seen.numbers is Numbers.SAME:
        verdict, rule = _same_number(seen, several=several, short=_is_short(a, b))
    elif seen.numbers is Numbers.DIFFER:
        verdict, rule = _other_number(seen)
    else:
        verdict, rule = _no_number(seen, several=several)
    against = (verdict == "different" and rule != "too_little") or rule.startswith("issued_after")
    reasons = () if verdict == "different" else _reasons(seen)
    return Match(verdict, rule, seen.score, reasons, against)


def _is_short(a: Identity, b: Identity) -> bool:
    return min(len(wording.number(item.requisition_id or "")) for item in (a, b)) < _SHORT


def _same_number(seen: Likeness, *, several: bool, short: bool) -> tuple[Verdict, str]:
    if seen.organization is DIFFER:
        return "different", "organization"
    title = seen.title
    if title < Titles.UNKNOWN and seen.language is DIFFER:
        title = Titles.UNKNOWN  # a translation
    against = [
        name
        for name, differs in (
            ("title", title < Titles.UNKNOWN),
            ("grade", seen.grade is DIFFER),
            ("station", seen.station is DIFFER),
            ("mission", DIFFER in (seen.mission, seen.country)),
        )
        if differs
    ]
    if seen.reopened or (seen.gap or 0) > (AGAIN if seen.reopened is None and seen.slip == "year" else 2 * EXTENDED):
        if "title" in against or "mission" in against or len(against) > 1:
            return "different", "number_used_again"
        if (seen.gap or 0) <= 2 * EXTENDED or seen.slip is None:
            return "readvertised", "issued_after_closing" if seen.reopened else "deadline_long_after"
    if several and (against or title is Titles.OTHER):
        return "different", "number_of_several_positions"
    if len(against) > 1 or (short and against):
        return "different", "number_of_another"
    if seen.organization is OPEN:
        firm = not against and (title > Titles.UNKNOWN if short or not seen.same_day else title >= Titles.UNKNOWN)
        return ("same", "number") if firm else ("likely", "number_only")
    if against == ["title"] and seen.same_day and seen.place is AGREE:
        return "same", "number_other_title"
    return ("likely", "number_but_" + against[0]) if against else ("same", "organization_and_number")


def _other_number(seen: Likeness) -> tuple[Verdict, str]:
    same_post = (
        seen.organization is AGREE
        and seen.title >= Titles.NEAR
        and seen.place is AGREE
        and seen.grade is not DIFFER
        and seen.department is not DIFFER
        and not (seen.general and (seen.station is not AGREE or seen.other_text))
    )
    if same_post and seen.gap and seen.gap <= AGAIN:
        if seen.reopened:
            return "readvertised", "issued_after_closing"
        if seen.reopened is None and seen.gap >= _NUMBERED_AGAIN:
            return "readvertised", "deadline_long_after"
    return "different", "number"


def _no_number(seen: Likeness, *, several: bool) -> tuple[Verdict, str]:
    corrected = seen.address and not several and seen.title >= Titles.NEAR and seen.same_day and not seen.general
    if corrected and seen.organization is not DIFFER and not (seen.grade is DIFFER and seen.station is DIFFER):
        return "same", "address_title_and_deadline"
    for name in ("organization", "country", "mission", "station", "grade"):
        if getattr(seen, name) is DIFFER:
            return "different", name
    if seen.title < Titles.UNKNOWN:
        return _other_title(seen)
    if seen.gap and seen.gap > AGAIN and seen.slip is None:
        return "different", "deadline"
    if seen.title is Titles.UNKNOWN or (seen.title is Titles.WIDER and not seen.address):
        return _unsure_title(seen)
    if seen.same_day:
        return _same_deadline(seen)
    if seen.gap is None:
        placed = seen.organization is AGREE and seen.station is AGREE and not seen.other_text
        firm = seen.address or (seen.issued is AGREE and placed)
        if firm and not seen.general:
            return "same", "address_and_title" if seen.address else "title_place_and_issue"
        return _listed(seen, seen.same_text or not seen.general)
    return _moved_deadline(seen)


def _other_title(seen: Likeness) -> tuple[Verdict, str]:
    """Titles of other words: another post, unless one may translate the other."""
    if seen.language is not DIFFER:
        return "different", "title"
    agreeing = seen.organization is AGREE and seen.same_day and seen.station is AGREE and seen.grade is not DIFFER
    if agreeing and AGREE in (seen.grade, seen.issued):
        return "likely", "translation"
    return "different", "too_little"


def _unsure_title(seen: Likeness) -> tuple[Verdict, str]:
    agreeing = seen.organization is not DIFFER and seen.station is AGREE and seen.same_day
    if agreeing and not seen.other_text and (seen.organization is AGREE or seen.same_text):
        return "likely", "title_in_part" if seen.title is Titles.WIDER else "title_unknown"
    return "different", "too_little"


def _same_deadline(seen: Likeness) -> tuple[Verdict, str]:
    supports = [seen.mission is AGREE, seen.grade is AGREE, seen.issued is AGREE, seen.same_text]
    if seen.general:
        firm = seen.organization is AGREE and seen.same_text and (seen.station is AGREE or seen.issued is AGREE)
        firm = firm and seen.department is not DIFFER
    elif seen.other_text or (seen.department is DIFFER and not seen.same_text):
        firm = False
    elif seen.organization is AGREE:
        firm = seen.station is AGREE or any(supports)
    else:
        firm = seen.station is AGREE and (seen.same_text or (seen.gist is None and sum(supports) > 1))
    if firm:
        return "same", "title_and_deadline"
    return _listed(seen, not seen.general or (seen.organization is AGREE and seen.department is not DIFFER))


def _moved_deadline(seen: Likeness) -> tuple[Verdict, str]:
    """Deadlines that differ: a misprint, an extension, or the post advertised again."""
    gap = seen.gap or 0
    placed = seen.organization is AGREE and seen.place is AGREE and not (seen.general and not seen.same_text)
    if seen.reopened and gap <= AGAIN:
        return ("readvertised", "issued_after_closing") if placed else ("different", "too_little")
    if seen.address and gap <= EXTENDED and not (seen.general and not seen.same_text):
        return "same", "address_and_title"
    if placed and seen.station is AGREE and (not seen.general or seen.issued is AGREE):
        if seen.issued is AGREE and seen.same_text and gap <= AGAIN:
            return "same", "extended" if seen.slip is None else "deadline_misprinted"
        if seen.slip == "next day" and (seen.same_text or (seen.grade is AGREE and not seen.other_text)):
            return "same", "deadline_misprinted"
        if seen.slip in ("day and month", "digit") and seen.same_text and seen.issued is not DIFFER:
            return "same", "deadline_misprinted"
    if placed and gap > EXTENDED and seen.slip is None and seen.reopened is None:
        return "readvertised", "deadline_long_after"
    return _listed(seen, gap <= EXTENDED or seen.slip is not None)


def _listed(seen: Likeness, worth: bool) -> tuple[Verdict, str]:
    """Likely, where enough of organization, place, deadline and text agree; one of them alone is too little."""
    agreeing = [
        seen.organization is AGREE,
        seen.place is AGREE,
        seen.same_day or seen.slip is not None,
        seen.same_text,
        seen.issued is AGREE,
    ]
    vague = seen.general and not seen.same_text and (seen.other_text or seen.station is not AGREE)
    if worth and sum(agreeing) >= 2 and not vague:
        return "likely", "title_and_more"
    return "different", "too_little"


def _reasons(seen: Likeness) -> tuple[str, ...]:
    names = ("organization", "mission", "department", "station", "country", "grade", "issued", "language")
    found = [f"title {seen.title.name.lower()}"]
    found += [
        f"{name} {'agrees' if getattr(seen, name) is AGREE else 'differs'}" for name in names if getattr(seen, name)
    ]
    if seen.numbers:
        found.append(f"requisition id {'agrees' if seen.numbers is Numbers.SAME else 'differs'}")
    if seen.gap is not None:
        found.append("deadline agrees" if seen.same_day else f"deadline differs by {seen.gap} days")
    if seen.slip:
        found.append(f"as a misprint of the {seen.slip} would" if seen.slip != "next day" else "by one day")
    if seen.gist is not None:
        found.append(f"{seen.gist:.0%} of the words in common")
    if seen.address:
        found.append("same address")
    return tuple(found)
