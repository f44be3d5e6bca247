"""What a notice says of some of its positions only: a deadline for each group, a column for each team.

"Deadline for MD 07 and MD 08: 11 July 2025. Deadline for MD 09: 27 June 2025"; "Start: core team 1 May, observers
20 May"; "Deadline | 3 March | 9 March" under "Group | Advance team | Core team".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from extractors._dates import DateMention, dates_in
from extractors._doc import Fact, body, facts
from extractors._labels import field_of, label_words, load_toml
from extractors._phrases import alternation
from extractors._sentence import sentence_at
from extractors._stretches import Stretches
from pipeline.entry import Entry
from pipeline.labelling import SCOPED
from pipeline.lines import lines
from pipeline.members import Members, listed
from pipeline.tables import COLUMNS, cells, column

if TYPE_CHECKING:
    from spacy.tokens import Doc

_DATED = ("closing_date", "start_date")
_WIDEST = 300  # characters of a row
_APART = 120  # characters between two facts of a group
_LONGEST = 600  # characters of a value or a sentence


Mark = tuple[int, int, set[int]]  # a stretch, and the positions that it is about


@dataclass(frozen=True, slots=True)
class Part:
    """A value for some positions (``numbers``: "1,2"), with the bounds of its label."""

    field: str
    label: tuple[int, int]
    value: tuple[int, int]
    numbers: str


def columns(doc: Doc, members: Members) -> Iterator[Part]:
    """Cells of a table with one column, or one row, for each group of positions.

    "Deadline | 3 March | 9 March" under "Group | Advance team | Core team", "Core team | 9 March | 2 April" under
    "Group | Deadline | Start", or "3 March | 9 March" under "Deadline for advance team | Deadline for core team".
    """
    text = doc.text
    groups: list[str | None] = []
    fields: list[tuple[str | None, int, int]] = []
    for line in lines(text) if members.several else ():
        found = cells(text, line.start, line.end) if len(line.text) < _WIDEST else []
        if len(found) < 2:
            groups, fields = ([], []) if line.after_blank else (groups, fields)
            continue
        named = [members.of(text[start:end]) for start, end in found]
        told = [number for number in named if number]
        heads = [(_covering(text[start:end]) or column(text[start:end]), start, end) for start, end in found]
        if len(told) > 1 and len(told) == len(set(told)) and not any(named[0] and c for c, _, _ in heads[:1]):
            groups, fields = named, []
        elif len(told) > 1 and len(told) == len(set(told)) and all(c in COLUMNS for c, _, _ in heads):
            groups, fields = named, heads
        elif sum(field in COLUMNS for field, _, _ in heads) > 1 and not told:
            fields, groups = heads, []
        elif groups and fields and len(found) == len(groups):
            for (field, *label), of, bounds in zip(fields, groups, found, strict=True):
                if field and of:
                    yield Part(field, (label[0], label[1]), bounds, of)
        elif groups and len(found) in (len(groups), len(groups) + 1) and heads[0][0] in COLUMNS:
            shift = len(found) - len(groups)  # a header whose first cell is empty has lost it
            field, label_start, label_end = heads[0]
            for of, bounds in zip(groups, found[shift:], strict=True):
                if of and field:
                    yield Part(field, (label_start, label_end), bounds, of)
        elif fields and len(found) == len(fields) and (row := named[0]):
            for (heading, *_), bounds in list(zip(fields, found, strict=True))[1:]:
                if heading in COLUMNS:
                    yield Part(heading, bounds, bounds, row)


def _covering(heading: str) -> str | None:
    """The field of a heading that says whom it covers: "Deadline for core team"."""
    words = heading.split()
    for count in range(len(words) - 1, 0, -1):
        if words[count].casefold() in label_words("scope") and (field := field_of(" ".join(words[:count]))):
            return field
    return None


def labelled(doc: Doc, members: Members) -> list[tuple[int, int, str]]:
    """Facts whose label names some positions: "Application deadline for advance team positions"."""
    scopes = []
    for fact in facts(doc):
        numbers = members.of(doc.text[fact.label_start : fact.label_end]) if fact.end > fact.label_end else None
        if numbers:
            scopes.append((fact.label_start, fact.end, numbers))
    return scopes


def groups(doc: Doc, found: list[Entry]) -> list[tuple[int, int, str]]:
    """What stands under the heading of each group, where groups state the same: "Advance team ... Deadline: 3 May"."""
    runs: list[tuple[int, set[int]]] = []
    for number, entry in enumerate(found, start=1):
        if not runs or entry.group_span[0] != runs[-1][0]:
            runs.append((entry.group_span[0], set()))
        runs[-1][1].add(number)
    starts = [start for start, _ in runs]
    if len(runs) < 2 or starts != sorted(set(starts)):
        return []
    entry_spans = Stretches((entry.start, entry.end) for entry in found)
    every = [f for f in facts(doc) if f.field != "unknown" and not entry_spans.hold(f.label_start)]
    inside = [
        {fact.field for fact in every if start <= fact.label_start < stop}
        for start, stop in pairwise([*starts, starts[-1]])
    ][:-1]
    common = set().union(*inside) & {f.field for f in every if f.label_start >= starts[-1]} & SCOPED
    end = found[-1].end
    for fact in every:
        if fact.label_start >= starts[-1] and fact.field in common and fact.label_start - end < _APART:
            end = max(end, fact.end)
    if not common:
        return []
    bounds = zip(runs, [*starts[1:], end], strict=True)
    return [(start, stop, listed(numbers)) for (start, numbers), stop in bounds]


def values(doc: Doc, members: Members) -> Iterator[tuple[Fact, list[Part]]]:
    """Facts that hold one date for each of several groups, with their parts."""
    for fact in facts(doc, *_DATED) if members.several else ():
        end = min(fact.end, fact.start + _LONGEST)
        parts = _parts(doc.text, members, fact.label_start, fact.start, end)
        if len(parts) > 1 and len({numbers for _, _, numbers in parts}) > 1:
            label = (fact.label_start, fact.label_end)
            yield fact, [Part(fact.field, label, (start, stop), numbers) for start, stop, numbers in parts]


def clauses(doc: Doc, members: Members, after: int) -> Iterator[tuple[int, int, str]]:
    """Clauses with a date behind the list of positions: "Applications for MD 07 close on 3 May, for MD 09 on 9 May"."""
    text = doc.text
    taken = Stretches((fact.label_start, fact.end) for fact in facts(doc, *_DATED))
    done = after
    for low, high in body(doc) if members.several else ():
        for start, _, _ in list(members.named(text, max(low, after), high)):
            if start < done or taken.hold(start):
                continue
            begin, done = sentence_at(text, start, start)
            begin, done = max(begin, start - _LONGEST, low), min(done, start + _LONGEST, high)
            parts = _parts(text, members, begin, begin, done)
            several = len({numbers for _, _, numbers in parts}) > 1
            if several or (parts and members.referred(text[begin:done])):
                yield from ((low, _line_end(text, low, high), numbers) for low, high, numbers in parts)


def _line_end(text: str, start: int, end: int) -> int:
    """Where the line with the last date of a stretch ends."""
    last = max(date.end for date in dates_in(text, start, end))
    line = text.find("\n", last, end)
    return line if line > 0 else end


def _parts(text: str, members: Members, begin: int, start: int, end: int) -> list[tuple[int, int, str]]:
    """Stretches with a date, each with the positions that are named before it (or behind it, if it comes first)."""
    marks = members.named(text, begin, end)
    dates = list(dates_in(text, start, end))
    if not marks or not dates:
        return []
    excepted = _except().search(text, dates[0].end, marks[0][0])
    if excepted and not any(date.start < excepted.start() for date in dates[1:]):
        named = {number for _, _, numbers in marks for number in numbers}
        spans = [(dates[0].start, excepted.start(), members.others(named)), *_behind(marks, dates, start, end)]
    elif marks[0][0] > dates[0].start:
        bounds = [date.start for date in dates] + [end]
        spans = [(low, high, _within(marks, low, high)) for low, high in pairwise(bounds)]
    else:
        spans = _behind(marks, dates, start, end)
    whole = all(numbers for _, _, numbers in spans)
    return [(low, high, listed(numbers)) for low, high, numbers in spans if members.some(numbers)] if whole else []


def _behind(marks: list[Mark], dates: list[DateMention], start: int, end: int) -> list[Mark]:
    """The stretches behind what names positions that hold a date."""
    spans: list[Mark] = []
    told: set[int] = set()
    for at, (_, stop, numbers) in enumerate(marks):
        low, high = max(stop, start), marks[at + 1][0] if at + 1 < len(marks) else end
        told = told | numbers
        if any(low <= date.start < high for date in dates):
            spans.append((low, high, told))
            told = set()
    return spans


@cache
def _except() -> re.Pattern[str]:
    """ "8 May 2026, except GEO RO 12: 15 May 2026": what stands before the positions that another date holds for."""
    table = load_toml("posts.toml")["members"]
    assert isinstance(table, dict)
    return re.compile(rf"[,;(]?\s?(?i:{alternation(table['except'])})\s[\w ]{{0,30}}$")


def _within(marks: list[tuple[int, int, set[int]]], low: int, high: int) -> set[int]:
    return {number for start, _, numbers in marks if low <= start < high for number in numbers}
