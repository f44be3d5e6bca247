"""Where a title begins and ends on its line, and what it is made of (``patterns/titles.toml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractors._dates import dates_in
from extractors._fold import fold
from extractors._gazetteer import best_place, country_by_name
from extractors._grades import grades
from extractors._labels import label_key, labels, load_toml
from extractors._names import names_near

_SMALL = "of|for|and|to|the|in|on|de|des|du|et|&"
_CAPITAL = r"[A-ZÀ-Þ][\w'’&/-]*"
_TITLE = rf"(?P<title>{_CAPITAL}(?:[ ,]{{1,2}}(?:\(?{_CAPITAL}\)?|{_SMALL})){{0,9}})"
# "Officer, 2503318", "Officer (Ref: VN/2025/12)"
_NUMBER = re.compile(
    r"\s{0,9}[-–—|,(#]\s{0,9}(?:ref\.?|req\.?|vacancy|job|id|no\.?|n[°º])?[:. ]{0,9}"
    r"(?=[A-Z0-9/_.-]{0,46}\d{3})[A-Z]{0,6}[A-Z0-9/_.-]{4,40}\)?$",
    re.IGNORECASE,
)
_COPIED = re.compile(r"\s{1,9}(?:at|@|with|chez|bei|at the)\s{1,9}(?:the\s{1,9})?[A-Z].{2,60}$")
_EDGES = ",([–—|/:-"  # what a title does not end with, beside blanks
_SMALL_TAIL = re.compile(rf"(?:[ ,]{{1,5}}(?:{_SMALL})){{1,10}}$")
_SENTENCE_END = re.compile(r"[.;!?]$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|shall|should|has|have|must|can|may|please|seeks|invites|est|sont|sera|ist|sind|je|su|"
    r"является)\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(r"\b(?:positions?|posts?|vacancies|jobs?|offres)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:-\w+)?")
_MARKS = (", ", " - ", " – ", " — ", " | ", " (")
_LONGEST, _WORDS = 250, 18


@dataclass(frozen=True, slots=True)
class _Edges:
    leads: re.Pattern[str]
    tails: re.Pattern[str]
    sentences: tuple[re.Pattern[str], ...]
    occupations: frozenset[str]


@cache
def _edges() -> _Edges:
    data: dict[str, Any] = load_toml("titles.toml")
    leads, tails, seeking = (" | ".join(data["edges"][name]) for name in ("leads", "tails", "seeking"))
    seeking = seeking.replace(" ", "").replace("[]", "[ ]")
    return _Edges(
        leads=re.compile(
            rf"^(?: {leads} )\b [ ]{{0,3}} (?: for [ ] (?:an? | the)? | [:–—|-] )? [ ]{{0,3}}",
            re.VERBOSE | re.IGNORECASE,
        ),
        tails=re.compile(rf"\s{{0,5}}[,(\[–—|/-]\s{{0,5}} (?: {tails} ) .*$", re.VERBOSE | re.IGNORECASE),
        sentences=(
            # "The Democratization Officer will work under", "Under her guidance, the Monitoring Officer writes"
            re.compile(
                rf"(?:^|[.,;)]\s{{1,3}}|\n)(?:[Tt]he|As(?: an?| the)) {_TITLE},? (?=[a-z]+(?:s|ll|have|may)\b|you\b)"
            ),
            # "the position of Project Officer"
            re.compile(rf"\b(?:position|post|poste|puesto|cargo) (?:of|de|for an?) (?:an? |the )?{_TITLE}"),
            # "seeks an experienced Logistics Assistant"
            re.compile(
                rf"\b(?:{seeking}) (?:to (?:hire|recruit|appoint) )?(?:an? |the |one |une? |eine?n? |\(?\d\)? ?)?"
                rf"(?:(?:highly |experienced|qualified|motivated|dynamic|suitable)\s?,? ?(?:and )?){{0,3}}{_TITLE}"
            ),
        ),
        occupations=frozenset(word for words in data["occupations"].values() for word in words),
    )


def is_occupation(value: str) -> bool:
    """Whether one of its words is what people are employed as: officer, analyst, driver."""
    known = _edges().occupations
    return any(word in known or word.removesuffix("s") in known for word in _WORD.findall(fold(value)))


def without_lead(text: str, start: int, end: int) -> int:
    """Where the title starts behind what leads up to it: "Vacancy: ", "Call for candidates – "."""
    lead = _edges().leads.match(text[start:end])
    if lead:
        return start + lead.end()
    for mark in (": ", " – ", " — ", " - "):
        at = text.find(mark, start, end)
        if at > 0 and is_occupation(text[at:end]) and not is_occupation(text[start:at]):
            return at + len(mark)
    return start


def in_sentences(text: str) -> list[tuple[int, int]]:
    """Bounds of the titles that sentences give to the post, each with an occupation in it."""
    found = []
    for pattern in _edges().sentences:
        for match in pattern.finditer(text):
            start, end = match.span("title")
            small = _SMALL_TAIL.search(text, start, end)
            span = trimmed(text, start, small.start() if small else end)
            if span and plausible(text, *span) and is_occupation(text[slice(*span)]):
                found.append(span)
    return found


def trimmed(text: str, start: int, end: int, *, labelled: bool = False) -> tuple[int, int] | None:
    """The title inside a line: without grade and reference, and if no label says what it is, place and remarks."""
    end = min(end, start + _LONGEST)
    for _ in range(4):
        before = end
        grade = next((m for m in grades().labelled.finditer(text, start, end) if m.start() > start + 3), None)
        if grade and (text[grade.start() - 1] in ",(–—|/- :" or grade.end() >= end - 1) and _ends(text, grade, end):
            end = grade.start()
        for pattern in (_NUMBER,) if labelled else (_edges().tails, _NUMBER):
            tail = pattern.search(text, start + 4, end)
            end = tail.start() if tail else end
        while end > start and (text[end - 1].isspace() or text[end - 1] in _EDGES):
            end -= 1
        if not labelled:
            copied = _COPIED.search(text, start, end)
            if copied and any(copied.start() < n.start < end for n in names_near(text, copied.start(), end)):
                end = copied.start()
        end = _without_place(text, start, end, (" (",) if labelled else _MARKS)
        if end == before:
            break
    while end > start and text[end - 1] in " \t\n,;:|–—-*\\":
        end -= 1
    while start < end and text[start] in ' \t\n,;:|–—-*#"“«':
        start += 1
    if end > start and text[end - 1] in '"”»' and not any(c in '"“«' for c in text[start : end - 1]):
        end -= 1
    return (start, end) if end - start > 2 else None


def _ends(text: str, grade: re.Match[str], end: int) -> bool:
    """A grade ends the title unless words in small letters go on: "Officer (P-3) for elections"."""
    rest = text[grade.end() : end].strip(" )]*")
    return not rest or rest[0] in ",;–—-|/(" or not rest[0].islower()


def _without_place(text: str, start: int, end: int, marks: tuple[str, ...]) -> int:
    """Where a title ends before its place or employer: "Officer, Bokhtar", "Officer - UNDP"."""
    for mark in marks:
        at = text.rfind(mark, start, end)
        if at <= start:
            continue
        tail = text[at + len(mark) : end].strip(" )")
        if tail and (country_by_name(tail) or ((place := best_place(tail)) and place.importance >= 2)):
            return at
        if 0 < len(tail) < 60 and any(at < n.start < end <= n.end + 1 for n in names_near(text, at, end)):
            return at
    return end


def is_sentence(line: str) -> bool:
    """Whether a line has a verb or ends like a sentence."""
    return bool(_SENTENCE_END.search(line.rstrip()) or _VERB.search(line))


def plausible(text: str, start: int, end: int) -> bool:
    """Whether a stretch looks like a title: short, no sentence, no place, date, employer or label."""
    value = text[start:end]
    if not len(value) >= 4 or not 1 <= len(value.split()) <= _WORDS or not any(c.isalpha() for c in value):
        return False
    if value[0].islower() or is_sentence(value) or "@" in value or "://" in value:
        return False
    if labels().get(label_key(value)) or country_by_name(value) or best_place(value):
        return False
    if next(dates_in(value), None):
        return False
    opening = [n for n in names_near(text, start, start + 5) if start <= n.start <= start + 4]
    if any(n.end >= end - 2 for n in opening) or (opening and not is_occupation(value)):
        return False
    return not (_OFFERS.search(value) and any(c.isdigit() for c in value))
