"""Degrees and schooling in a clause, with the level that each is on.

Works on a stretch of text between two offsets; the vocabulary is ``patterns/degrees.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice

from extractors._flat import flat, vocabulary
from extractors._labels import load_toml
from extractors._requirement import DESIRED, markers, of_detail

LEVELS = ("secondary", "vocational", "bachelor", "master", "doctorate")
_OPEN = "degree"  # a university degree of no stated level
_LEAST = {_OPEN: "bachelor"}
_RANKS = {**{level: rank for rank, level in enumerate(LEVELS)}, _OPEN: LEVELS.index("bachelor")}
_HEAD = 120  # characters in which a clause about something else may still begin with the candidate's degree
_NEAR = 45  # characters between two names of one degree
_FAR = 90  # characters between them where the second is the level of the first
_BACK = 400  # characters before a degree that may say whose it is
_MOST = 40  # degrees that are read in one clause
_BESIDE = 12  # characters between "preferably" and the degree that it is about


@dataclass(frozen=True, slots=True)
class Degree:
    """A degree as printed, with its level; ``desired`` if having it only helps."""

    level: str
    start: int
    end: int
    desired: bool = False


@cache
def _words(*tables: str) -> re.Pattern[str]:
    """The words of tables, each a named group."""
    held = load_toml("degrees.toml")
    return re.compile("|".join(f"(?P<{table}>{vocabulary(held[table])})" for table in tables))


@cache
def _alone() -> re.Pattern[str]:
    """Words that stand alone: "5 anos (secundário)", "Secondary: 5 years", "среднее"."""
    held = load_toml("degrees.toml")
    levels = "|".join(f"(?P<{level}>{vocabulary(held[f'alone_{level}'])})" for level in (*LEVELS, _OPEN))
    return re.compile(rf"(?:[(/]|^)\s?(?:(?:with|mit|avec|con|com|sa|me|cu|с|з)\s)?(?:{levels})(?=\s?(?:[)/:,;(]|$))")


def _named(clause: str) -> Iterator[tuple[str, int, int]]:
    """Names of degrees in order, also such as name a level only where they stand alone."""
    found = list(_longest(clause))
    alone = ((m.lastgroup or _OPEN, m.start(m.lastgroup or 0), m.end()) for m in _alone().finditer(clause))
    found += [(level, a, b) for level, a, b in alone if not any(x < b and a < y for _, x, y in found)]
    return iter(sorted(found, key=lambda name: name[1]))


def _longest(clause: str) -> Iterator[tuple[str, int, int]]:
    """Names of degrees, at each place the longest of any level."""
    at = 0
    while match := _words(*LEVELS, _OPEN).search(clause, at):
        level, end = match.lastgroup or _OPEN, match.end()
        for other in (*LEVELS, _OPEN):
            longer = _words(other).match(clause, match.start())
            if longer and longer.end() > end:
                level, end = other, longer.end()
        yield level, match.start(), end
        at = end


@lru_cache(maxsize=512)
def degrees(text: str, start: int, end: int, *, education: bool = False) -> tuple[Degree, ...]:
    """Degrees that a clause asks of the candidate, in order.

    ``education`` is true where the clause stands under a heading about education: there schools and degrees are the
    candidate's own; elsewhere a clause may speak of them otherwise ("experience in higher education").
    """
    clause = flat(text)[start:end]
    found: list[tuple[str, int, int]] = []
    for level, first, last in _named(clause):
        if len(found) >= _MOST:
            break
        joined = _joined(clause, found[-1], level, first, last) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append((level, first, last))
    kept = [
        Degree(_exact(text[start + first : start + last]) or _LEAST.get(level, level), start + first, start + last)
        for level, first, last in found
        if (education or _own(clause, first)) and not _unheld(clause, first, last)
    ]
    return tuple(_with_wishes(text, kept, start, end))


def _exact(printed: str) -> str | None:
    """The level of a name that only its accents tell from another: "VŠS" is no "VSS"."""
    tables = load_toml("degrees.toml")["accented"]
    assert isinstance(tables, dict)
    return next((level for level, names in tables.items() if printed.casefold() in names), None)


def _joined(clause: str, held: tuple[str, int, int], level: str, first: int, last: int) -> tuple[str, int, int] | None:
    """One degree of two names, or of two degrees that both are needed; None where they are two."""
    general, start, stop = held
    gap = clause[stop:first]
    if general == _OPEN and len(gap) <= _FAR and ";" not in gap:
        led = _last(_words("level_of"), gap)
        if led and not gap[led.end() :].strip(" '\"“«"):
            return level, start, last
    if len(gap) > _NEAR:
        return None
    between = gap.strip(" ,:-()\"“”«'\n")
    bracket = gap.rstrip(' "“”«').endswith("(") and ")" not in gap
    if general == _OPEN and (bracket or _words("at_level").fullmatch(between)):
        closing = clause.find(")", last, last + _NEAR) + 1 if bracket else 0
        return level, start, stop if bracket and between else max(last, closing)  # "degree in law (master's)"
    if _words("followed_by").fullmatch(between):
        return max(general, level, key=lambda name: _RANKS[name]), start, last
    same = not between or _words("same_as").fullmatch(between)
    return held if same and (level == _OPEN or _RANKS[level] == _RANKS[general]) else None


def _unheld(clause: str, first: int, last: int) -> bool:
    """Whether the degree is refused or still studied for, or "master" is no degree ("to master English")."""
    before = clause[max(0, first - 80) : first]
    studied = _last(_words("studying"), before)
    if studied and not re.search(r"[;,]|(?<!\w)or(?!\w)", before[studied.end() :]):
        return True
    verb = clause[first:last] == "master" and _last(_words("to_master"), before)
    if verb and not before[verb.end() :].strip():
        return True
    return _words("refused").match(clause[last : last + 60].lstrip(" ,-–()")) is not None


def _last(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    match = None
    for found in words.finditer(text):
        match = found
    return match


def _own(clause: str, first: int) -> bool:
    """Whether a degree in a clause that may be about something else is the candidate's."""
    floor = max(clause.rfind(":", 0, first) + 1, clause.rfind(";", 0, first) + 1, first - _BACK)
    before = clause[floor:first]
    about = _last(_words("elsewhere"), before)
    if about is None:
        return len(before) <= _HEAD
    between = before[about.end() :]
    for holding in _words("holding").finditer(between):
        rest = between[holding.end() :].strip(" (,'")
        if not rest or _words("adjective").fullmatch(rest):
            return True
    return False


def _with_wishes(text: str, found: list[Degree], start: int, end: int) -> Iterator[Degree]:
    """Mark the degrees that are only wished for: "Bachelor's degree required, Master's degree an asset"."""
    printed = (m for m in markers(text, start, end) if m.detail or not of_detail(text, start, m.start))
    marks = list(islice(printed, _MOST * 2))
    marks = [m for m in marks if not any(d.start <= m.start < d.end for d in found)]
    plain = flat(text)
    for i, degree in enumerate(found):
        floor = found[i - 1].end if i else start
        following = found[i + 1] if i + 1 < len(found) else None
        ceiling = following.start if following else end
        behind = next((m for m in marks if degree.end <= m.start < ceiling and not m.detail), None)
        before = any(m.detail and floor <= m.start and 0 <= degree.start - m.end <= _BESIDE for m in marks)
        if behind and not before:
            between = plain[degree.end : behind.start]
            desired = behind.requirement == DESIRED and not _of_other_matter(between)
        elif following and not before:
            # "PhD or second Master's degree desirable" says it of both
            later = next((m for m in marks if following.end <= m.start), None)
            joined = re.fullmatch(
                rf"[\s,]{{0,3}}(?:{_words('or_also').pattern})\s(?:[\w']{{1,10}}\s)?", plain[degree.end : ceiling]
            )
            desired = bool(joined and later and later.requirement == DESIRED)
        else:
            desired = before
        yield replace(degree, desired=desired)


def _of_other_matter(between: str) -> bool:
    """ "Degree in law; specialization in human rights is an asset": the wish is not about the degree."""
    part = re.search(r"[;.]\s|,\s(?:an?\s|further\s)", between)
    contrast = re.search(rf",\s(?:{_words('contrast').pattern})", between)
    return (part or contrast) is not None or any(
        between[: m.start()].rstrip().endswith((",", ", and", ", with"))
        for m in _words("other_matter").finditer(between)
    )
