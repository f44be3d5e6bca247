"""Years of experience in a clause: the minimum it asks for, apart from nested times, additions and other figures.

Works on a stretch of text between two offsets; the vocabulary is ``patterns/experience.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from extractors._education import LEVELS, Degree, degrees
from extractors._flat import flat, vocabulary
from extractors._labels import load_toml
from extractors._numbers import Time, times

_MOST = 30.0  # years; nobody asks for more
_SENTENCE = 220  # characters before a figure that its sentence may have
_COUNT = 40  # figures that are read in one clause
_BEFORE, _BEHIND, _LINK = 34, 110, 60  # characters around a figure that may say what it is
_PART = re.compile(r"[,;()]")
_LISTED = re.compile(r"(?:[:,+(=]|\s-)\s?(?:[a-zа-яѐ-џ]{2,12}\s){0,3}$")  # Master's degree: at least 5 years
_LABELS = re.compile(r"[\s)\"']{0,3}(?:[:=]|\s?-\s)[^.;,]{0,24}")  # masters - three years
_NO_SENTENCE = re.compile(r"[.;:]\s|\n\s*\n|•")


@dataclass(frozen=True, slots=True)
class Years:
    """A minimum of years as printed; ``level`` is the degree that it goes with, ``added`` if it comes on top for it."""

    years: float
    start: int
    end: int
    level: str | None = None
    added: bool = False
    nested: bool = False


@cache
def _words(name: str) -> re.Pattern[str]:
    table = load_toml("experience.toml")[name]
    return re.compile(vocabulary(table))


# two years with youth groups, three years repairing boats, five years in running a camp
_AS = re.compile(
    r"[\s']{1,2}(?:(?:with(?!\s(?:the\s|a\s)?(?:possib|option|extension|prospect))|as\san?)\s\w|(?:in\s|of\s)?(?!(?:includ|dur|follow|start|beginn|remain|end|expir|renew)ing)[a-z]{3,14}ing(?!\w))"
)


# 5-7 years in credit analysis
_IN = re.compile(
    r"\s?(?:in|en|em|dans|im|nel|nella|в|у|u|në|în)\s(?!(?:the\s)?(?:same|past|last|total|a\srow|length|prison)\b)[^\W\d]"
)
_OPENING = 3  # words before a figure that opens a clause: "A minimum of", "not less than"


def _ends_in(name: str, before: str, slack: int) -> bool:
    """Whether the text ends in such a word, at most ``slack`` words left aside ("of which at least two")."""
    for match in _words(name).finditer(before):
        rest = before[match.end() :]
        if not re.search(r"[.;]", rest) and len(rest.split()) <= slack:
            return True
    return False


def _of_term(before: str) -> bool:
    """Whether an earlier word of the sentence says that the time is one of contract, service or age."""
    return any(not re.search(r"[.;:,]\s", before[match.end() :]) for match in _words("term").finditer(before))


def _of_work(plain: str, time: Time, start: int, end: int, held: Sequence[Degree], *, about: bool) -> bool:
    """Whether a stretch of time is one of experience; ``about`` if the clause stands under such a heading."""
    before = plain[max(start, time.start - _BEFORE) : time.start]
    behind = plain[time.end : min(end, time.end + _BEHIND)]
    stop = _NO_SENTENCE.search(behind)
    behind = behind[: stop.start()] if stop else behind
    if _words("not_behind").match(behind.lstrip(" '’s(+,-)")):
        return False
    if _ends_in("not_before", before, 1) or _of_term(plain[max(start, time.start - 80) : time.start]):
        return False
    if _words("work").search(behind) or _AS.match(behind):
        return True
    if any(time.end <= d.start <= time.end + _LINK and _joins(plain[time.end : d.start]) for d in held):
        return True  # two years for holders of a master's degree
    if _IN.match(behind) and (held or len(plain[start : time.start].split()) <= _OPENING):
        return True
    near = plain[max(start, time.start - 90) : time.start]
    cut = max((m.end() for m in re.finditer(r"[.;]\s", near)), default=0)
    return about or bool(_words("work").search(near[cut:]))


@lru_cache(maxsize=512)
def years(text: str, start: int, end: int, *, about: bool = False) -> tuple[Years, ...]:
    """The times of experience that a clause names, in order, each with the degree that it goes with.

    ``about`` is true where the clause stands under a heading or label about experience.
    """
    plain = flat(text)
    held = degrees(text, start, end, education=True)
    found: list[Years] = []
    for time in times(text, start, end):
        if not 0 < time.years <= _MOST or not _of_work(plain, time, start, end, held, about=about):
            continue
        before = plain[max(start, time.start - _BEFORE) : time.start]
        behind = _PART.split(plain[time.end : min(end, time.end + 24)])[0]
        printed = before[-14:] + "|" + _words("or_more").sub(" ", plain[time.start : time.end] + behind)
        added = _words("added").search(printed) is not None
        nested = _makes_up(plain[max(start, time.start - _SENTENCE) : time.start]) or (
            bool(found) and _is_nested(plain, before, found[-1].end, time.start, held)
        )
        found.append(Years(time.years, time.start, time.end, None, added, nested))
        if len(found) >= _COUNT:
            break
    if not found and (label := _LABEL.match(text, start, end)) and _words("work").search(plain[start : label.end()]):
        only = labelled(text, start, label.end(), label.end(), end)
        return (only,) if only else ()
    return tuple(_with_levels(plain, found, held, start, end))


def labelled(text: str, label_start: int, label_end: int, start: int, end: int) -> Years | None:
    """The figure behind a label that names the unit: "Years of experience: 5-7"."""
    figure = _FIGURE.match(text, start, end)
    if figure is None or not _UNIT.search(flat(text)[label_start:label_end]):
        return None
    value = float(figure["years"])
    return Years(value, figure.start("years"), figure.end("years")) if 0 < value <= _MOST else None


# 5-7   min. 3   at least 5+
_FIGURE = re.compile(
    r"[^\d\n:;]{0,16}(?P<years>\d{1,2})(?:\s{0,2}(?:[-–+]|to\s)\s{0,2}\d{0,2}\+?)?\s{0,2}(?=$|[\s.;,)])(?!\s*[/%])"
)


def is_overall(text: str, start: int, end: int) -> bool:
    """Whether a time is called that of all experience together: "7 years overall experience", "in total"."""
    behind = _PART.split(flat(text[end : end + _OVERALL]), maxsplit=1)[0].split("\n")[0]
    before = _PART.split(flat(text[max(0, start - _OVERALL // 2) : start]))[-1].split("\n")[-1]
    return _words("overall").search(behind) is not None or _words("overall").search(before) is not None


_OVERALL = 50  # characters behind a time in which it is called that of all experience
_UNIT = re.compile(vocabulary({"all": load_toml("numbers.toml")["units"]["year"]}))  # type: ignore[index]
_LABEL = re.compile(r"[^:\n]{3,50}:\s{0,3}")


def _makes_up(before: str) -> bool:
    """Whether a time makes up for a degree: "exceptionally, the lack of a degree may be compensated by ten years"."""
    cut = max((m.end() for m in re.finditer(r"[.;]\s", before)), default=0)
    return _words("instead").search(before, cut) is not None


def _is_nested(plain: str, before: str, floor: int, at: int, held: Sequence[Degree]) -> bool:
    """Whether a figure is a part of the one before it: "including 2 years", "(1 year in management)"."""
    if any(floor <= degree.start < at for degree in held):
        return False
    if _ends_in("nested", before, 3) or _ends_in("bare_with", before, 0):
        return True
    between = plain[floor:at]
    if between.rfind("(") <= between.rfind(")"):
        return False
    close = plain.find(")", at)
    return not any(at < degree.start < close for degree in held)


def _with_levels(plain: str, found: Sequence[Years], held: Sequence[Degree], start: int, end: int) -> Iterator[Years]:
    """Join each figure to the degree behind it ("3 years with a degree") or before it ("Master: 5 years")."""
    taken: Degree | None = None
    for i, item in enumerate(found):
        after = next((o.start for o in found[i + 1 :] if not o.nested), None)
        floor = max((o.end for o in found[:i] if not o.nested), default=start)
        behind = next((d for d in held if item.end <= d.start < (after or end) and d != taken), None)
        free = [d for d in held if floor <= d.start and d.end <= item.start and d != taken]
        gap = plain[item.end : behind.start] if behind else ""
        if behind and not _joins(gap):
            behind = None
        if behind and after and _LABELS.fullmatch(plain, behind.end, after) and not _brackets(gap):
            behind = None  # five years, for masters - three years
        degree = behind or _before(free, plain, item.start)
        if degree is None or item.nested:
            yield item
        else:
            taken = degree
            lower = behind is not None and _ends_in("without", plain[item.end : behind.start], 1)
            yield replace(item, level=LEVELS[max(0, LEVELS.index(degree.level) - lower)])


def _brackets(gap: str) -> bool:
    """Whether a degree opens the bracket behind a figure: "2 years (bachelor)", "2 anos de prática (licenciatura)"."""
    return len(gap) <= _LINK and gap.rstrip().endswith("(") and gap.count("(") == 1


def _joins(gap: str) -> bool:
    if _NO_SENTENCE.search(gap):
        return False
    return _brackets(gap) or (len(gap) <= _BEHIND and bool(_words("with_degree").search(gap[-_LINK:])))


def _before(held: Sequence[Degree], plain: str, at: int) -> Degree | None:
    """The degree before a figure that it goes with: "Bachelor's degree ... with three years of experience"."""
    if not held:
        return None
    gap = plain[held[-1].end : at]
    if _NO_SENTENCE.search(gap):
        return None
    joined = _words("with_degree").search(gap) or _words("need").search(gap)
    return held[-1] if joined or _LISTED.search(gap) else None
