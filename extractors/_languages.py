"""Languages that a clause asks for, with requirement, level and alternatives.

Works on a stretch of text between two offsets.  A language's name is also an adjective ("Georgian law"), the name of
a people or an everyday word; ``extractors._language_context`` tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors._flat import flat
from extractors._language_context import CARRIED, PART, Context, applies
from extractors._language_lists import UNNAMED, Name, alternatives, cue, lists, names
from extractors._requirement import DESIRED, REQUIRED, Marker, markers

__all__ = ["UNNAMED", "Asked", "asked", "names"]

_CEFR = re.compile(r"(?<![\w-])(?P<band>[ABCАВСБ])\s?(?P<step>[12])(?!\w)")
_CYRILLIC = str.maketrans("АВСБ", "ABCB")
# "... and B2 in" English: the step is the next language's
_LEADS = re.compile(r"[ ,](?:and|et|y|e|und|i|и|та)[ ][abcавсб]\s?[12][ ](?:in|of|en|auf|u|з|из|на|di)[ ]\Z")
_FAR, _NEAR = 90, 32  # characters between a list and its CEFR step, its level
# English (fluent)   English: fluent   Arabic - basic
_OWN = re.compile(r"\s{0,2}(?:\(([^()]{1,40})\)|(?:[:=-]|\s-)\s{0,2}([^,;.\n]{1,40}))")
_ANOTHER = re.compile(r"[;.]|,\s(?:and|with)(?!\w)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A language that a clause asks for; ``group`` numbers the lists of alternatives of the clause."""

    code: str
    start: int
    end: int
    requirement: str | None
    level: str | None
    cefr: str | None
    group: int | None


@lru_cache(maxsize=512)
def asked(text: str, start: int, end: int, *, listed: bool = False) -> tuple[Asked, ...]:
    """The languages that a clause asks for; ``requirement`` is None where the clause does not say.

    ``listed`` is true where languages are what the text is about, as behind the heading "Languages".
    """
    found = names(text, start, end)
    if not found:
        return ()
    marks = [m for m in markers(text, start, end) if not any(n.start < m.end and m.start < n.end for n in found)]
    runs = lists(text, found, marks)
    context = Context(text, flat(text), start, end, runs, marks)
    said = _requirements(context)
    out: list[Asked] = []
    groups = 0
    for number in range(len(runs)):
        run = applies(context, number, listed=listed)
        numbers = alternatives(text, run)
        if len(run) > 1 and not any(n is not None for n in numbers) and _one_of(context, run):
            numbers = [0] * len(run)
        for name, alternative in zip(run, numbers, strict=True):
            group = None if alternative is None else groups + alternative
            level, cefr = _level(context, name, run, number)
            out.append(Asked(name.code, name.start, name.end, said[number], level, cefr, group))
        groups += len({n for n in numbers if n is not None})
    return tuple(out)


def _one_of(context: Context, run: Sequence[Name]) -> bool:
    """ "At least one of the following languages: Arabic, French, Spanish"."""
    before = context.plain[max(context.start, run[0].start - _FAR) : run[0].start]
    return any(not re.search(r"[;.]", before[m.end() :]) for m in cue("one_of").finditer(before))


def _requirements(context: Context) -> list[str | None]:
    """What the clause says of each list: a word behind it, or one before it that no other list claims."""
    plain, runs = context.plain, context.runs
    before, behind = _claimed(context)
    said = [_said(b) or _said(a) for a, b in zip(before, behind, strict=True)]
    for i in range(len(runs) - 2, -1, -1):
        if said[i] is None and {n.code for n in runs[i]} & {n.code for n in runs[i + 1]}:
            said[i] = said[i + 1]
        elif said[i] is None and said[i + 1] is not None and before[i + 1] is None:
            gap = plain[runs[i][-1].end : runs[i + 1][0].start]
            joined = "," not in gap and ";" not in gap and cue("and").search(gap)
            if said[i + 1] == REQUIRED or (joined and not _firmer(context, i)):
                said[i] = said[i + 1]
    for i in range(1, len(runs)):
        if said[i - 1] is not None and CARRIED.search(plain, runs[i - 1][-1].end, runs[i][0].start):
            said[i] = said[i - 1]  # French would be an asset, as would Turkish
        if said[i] is None and before[i - 1] is not None and behind[i - 1] is None and said[i - 1] == DESIRED:
            said[i] = DESIRED
    return said


def _said(mark: Marker | None) -> str | None:
    return mark.requirement if mark else None


def _claimed(context: Context) -> tuple[list[Marker | None], list[Marker | None]]:
    """The word of requirement before, and the one behind each list.

    A word between two lists belongs to the one that no comma or conjunction parts from it, else to the first.
    """
    plain, runs = context.plain, context.runs
    before: list[Marker | None] = [None] * len(runs)
    behind: list[Marker | None] = [None] * len(runs)
    for mark in context.marks:
        last = max((i for i, run in enumerate(runs) if run[-1].end <= mark.start), default=-1)
        following = last + 1 < len(runs)
        if last < 0:
            before[0] = mark
        elif not following:
            if not mark.detail or not plain[runs[last][-1].end : mark.start].strip(" (,-"):
                behind[last] = behind[last] or mark
        else:
            left = PART.search(plain, runs[last][-1].end, mark.start)
            lead = mark.end + (plain[mark.end : mark.end + 1] == ":")  # Desirable: French
            right = PART.search(plain, lead, runs[last + 1][0].start)
            if mark.detail or (left and not right):
                before[last + 1] = mark
            else:
                behind[last] = behind[last] or mark
    return before, behind


def _firmer(context: Context, i: int) -> bool:
    """ "Fluency in English and knowledge of French is an asset": the first list is asked for in firmer words."""
    plain, runs = context.plain, context.runs
    before = plain[runs[i - 1][-1].end if i else context.start : runs[i][0].start]
    between = plain[runs[i][-1].end : runs[i + 1][0].start]
    if not cue("firm").search(before) or cue("firm").search(between):
        return False
    return bool(cue("strong").search(between) or cue("near").search(between))


def _level(context: Context, name: Name, run: Sequence[Name], number: int) -> tuple[str | None, str | None]:
    """The level printed with a name, and its CEFR step: right behind it, before its list, or behind its list."""
    text, plain, runs = context.text, context.plain, context.runs
    floor = runs[number - 1][-1].end if number else context.start
    ceiling = runs[number + 1][0].start if number + 1 < len(runs) else context.end
    following = next((n.start for n in run if n.start > name.start), ceiling)
    step = None
    if own := _OWN.match(plain, name.end, min(following, name.end + _FAR)):
        first, last = own.span(own.lastindex or 0)
        level, step = _level_in(text, first, last, last=False), _cefr_in(text, first, last)
        if level:
            return level, step
    first, last = run[0].start, run[-1].end
    floor = max(floor, first - _FAR)
    floor = max(floor, *(plain.rfind(mark, floor, first) + 1 for mark in ";,:"))
    level = _level_in(text, max(floor, first - _NEAR * 2), first, last=True)
    if level is None and not _ANOTHER.match(plain, last):
        said = next((m.start for m in context.marks if m.start >= last), ceiling + 1)
        level = _level_in(text, last, min(ceiling, last + _NEAR, said - 1), last=False)
        if level and plain[last:said].rstrip().endswith(flat(level)):
            level = None  # "is a strong advantage"
    behind = (
        None
        if number + 1 < len(runs) and _LEADS.search(plain, last, ceiling)
        else _cefr_in(text, last, min(ceiling, last + _FAR))
    )
    if level and behind and len(run) > 1 and not plain[run[-2].end : run[-1].start].strip(" ,"):
        # "Fluent French, English at C1 level": what stands before is the first one's, what stands behind the last one's
        return (behind, behind) if name is run[-1] else (level, step)
    cefr = step or behind or _cefr_in(text, floor, first)
    return level or cefr, cefr


def _level_in(text: str, start: int, end: int, *, last: bool) -> str | None:
    found = list(cue("level").finditer(flat(text)[start:end]))
    return text[start + found[-last].start() : start + found[-last].end()] if found else None


def _cefr_in(text: str, start: int, end: int) -> str | None:
    match = _CEFR.search(text[start:end])
    return match["band"].translate(_CYRILLIC) + match["step"] if match else None
