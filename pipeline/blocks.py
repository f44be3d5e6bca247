"""Whole notices one after another: under labels that repeat, or under numbers with a title each."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from extractors._doc import Fact, facts, sections
from extractors._fold import fold
from extractors._titles import is_occupation
from pipeline.entry import Entry, row_at
from pipeline.headings import heading_kind
from pipeline.lines import Line

if TYPE_CHECKING:
    from spacy.tokens import Doc

# "[1] RESEARCH FELLOW", "2) Trainer – Association of Bridges, Mitrovica"
_NUMBERED = re.compile(
    r"^[ \t]*(?:\[(?P<a>\d{1,2})\]|\(?(?P<b>\d{1,2})[.)])[ \t]+(?P<title>[^\W\d_].{3,140})$", re.MULTILINE
)
_PLACE = re.compile(
    r"^(?P<organization>[^\W\d_][^,\n]{2,80}), (?P<duty_station>[A-ZÀ-ÞА-Я][^,()\n]{1,40}?)(?: \([^()]{2,40}\))?$"
)
_GAP = re.compile(r"\n[ \t]*\n")
_SHORT = 80  # characters of a line that heads a notice
_BLOCK = frozenset(
    {"duty_station", "closing_date", "grade", "requisition_id", "posts", "duration", "contract_type", "salary"}
)


def blocks(doc: Doc, rows: list[Line]) -> list[Entry]:
    """Whole notices one after another, each opened by its own title or reference."""
    text = doc.text
    starts = {row.start for row in rows}
    every = [f for f in facts(doc) if f.label_start in starts]
    labelled = {fact.label_start for fact in every}
    for name in ("title", "requisition_id", "grade", "duty_station"):
        heads: list[Fact] = []
        for fact in every:
            same_label = not heads or fold(text[heads[0].label_start : heads[0].label_end]) == fold(
                text[fact.label_start : fact.label_end]
            )
            if fact.field == name and same_label:
                heads.append(fact)
        if len({fold(text[f.start : f.end]) for f in heads}) < 2 or len(heads) != len({f.start for f in heads}):
            continue
        entries = []
        above = _same_above(text, rows, every, heads)
        for number, head in enumerate(heads):
            begin = (
                rows[row_at(rows, head.label_start) - above].start
                if name == "title"
                else _heading_above(rows, head, labelled)
            )
            entries.append(Entry(begin, len(text)))
            if number:
                entries[number - 1].end = begin
        entries[-1].end = _last_end(doc, entries, heads[-1].label_start)
        begins = [entry.start for entry in entries]
        inside: list[set[str]] = [set() for _ in entries]
        for fact in every:
            at = bisect_right(begins, fact.label_start) - 1
            if at >= 0 and fact.label_start < entries[at].end and fact.field in _BLOCK:
                inside[at].add(fact.field)
        if min(map(len, inside)) < 2:
            continue
        if name != "title":
            titled = [_title_above(rows, entry, labelled) for entry in entries]
            if name != "requisition_id" and not all(span and is_occupation(text[slice(*span)]) for span in titled):
                continue
            for entry, span in zip(entries, titled, strict=True):
                if span:
                    entry.stated.append(("title", *span))
        return entries
    return []


def _same_above(text: str, rows: list[Line], every: list[Fact], heads: list[Fact]) -> int:
    """How many lines above each title carry the same labels in all notices: "Vacancy No. 11", "Vacancy No. 12"."""
    named = {fact.label_start: fold(text[fact.label_start : fact.label_end]) for fact in every}
    at = [row_at(rows, head.label_start) for head in heads]
    most = min(one - other for one, other in zip(at, [-1, *at], strict=False))
    if most > 1 and all(_numbers(text, rows[row - 1], number) for number, row in enumerate(at, start=1)):
        return 1
    for count in range(1, most):
        above = {named.get(rows[row - count].start) for row in at}
        if len(above) > 1 or None in above:
            return count - 1
    return max(0, most - 1)


def _numbers(text: str, line: Line, number: int) -> bool:
    """Whether a short line carries this number: "2) Mission in Libya" above the second notice."""
    mark = text[text.rfind("\n", 0, line.start) + 1 : line.start].strip(" ()[].")
    return mark == str(number) and len(line.text) < _SHORT and not line.text.endswith((".", ";", ","))


def numbered(text: str, rows: list[Line]) -> list[Entry]:
    """Short notices one after another, each under a number and a title, with text of its own."""
    marks = list(_NUMBERED.finditer(text))
    runs: list[list[re.Match[str]]] = []
    for mark in marks:
        number = int(mark["a"] or mark["b"])
        if number == 1:
            runs.append([mark])
        elif runs and number == len(runs[-1]) + 1 and (mark["a"] is None) == (runs[-1][0]["a"] is None):
            runs[-1].append(mark)
    for run in runs:
        if len(run) < 2 or not all(_heads_a_notice(text, mark) for mark in run):
            continue
        entries = []
        for number, mark in enumerate(run):
            end = run[number + 1].start() if number + 1 < len(run) else _as_long(text, run)
            entry = Entry(mark.start(), end)
            title, place = mark.span("title"), None
            dash = re.search(r" [–—-] ", mark["title"])
            if dash:
                title, place = (title[0], title[0] + dash.start()), (title[0] + dash.end(), title[1])
            else:
                below = row_at(rows, mark.end() + 1)
                line = rows[below] if below < len(rows) else None
                place = (line.start, line.end) if line and line.end <= end else None
            entry.stated.append(("title", *title))
            if place and (named := _PLACE.match(text[slice(*place)])):
                for name in ("organization", "duty_station"):
                    entry.stated.append((name, place[0] + named.start(name), place[0] + named.end(name)))
            entries.append(entry)
        return entries
    return []


def _heads_a_notice(text: str, mark: re.Match[str]) -> bool:
    title = mark["title"].rstrip()
    if (
        title.endswith((".", ";", ",", ":"))
        or len(title.split()) > 16
        or heading_kind(title)
        or not is_occupation(title)
    ):
        return False
    following = text[mark.end() : mark.end() + 600].lstrip("\n")
    return len(following) > 60 and not _NUMBERED.match(following)


def _as_long(text: str, run: list[re.Match[str]]) -> int:
    """Where the last of several notices ends: it has as many paragraphs as the one before."""
    paragraphs = len(re.findall(r"\n[ \t]*\n", text[run[-2].start() : run[-1].start()].rstrip()))
    at = run[-1].end()
    for _ in range(paragraphs + 1):
        gap = re.compile(r"\n[ \t]*\n").search(text, at)
        if gap is None:
            return len(text)
        at = gap.end()
    return at


def _title_above(rows: list[Line], entry: Entry, labelled: set[int]) -> tuple[int, int] | None:
    first = rows[row_at(rows, entry.start)]
    return None if first.start in labelled or len(first.text) >= 150 else (first.start, first.end)


def _heading_above(rows: list[Line], head: Fact, labelled: set[int]) -> int:
    number = row_at(rows, head.label_start)
    while number > 0 and rows[number - 1].start in labelled and not rows[number].after_blank:
        number -= 1
    if number > 0 and rows[number - 1].start not in labelled and len(rows[number - 1].text) < 150:
        number -= 1
    return rows[number].start


def _last_end(doc: Doc, entries: list[Entry], head: int) -> int:
    """Where the last of several notices ends: at a part that the others do not have, such as how to apply."""
    first, last = entries[0], entries[-1]
    had = {s.kind for s in sections(doc) if first.start <= s.heading_start < first.end}
    gap = _GAP.search(doc.text, max(last.start, head))
    stated = [(fact.label_start, fact.end) for fact in facts(doc)]
    ends = [max((e for s, e in stated if entry.start <= s < entry.end), default=entry.end) for entry in entries[:-1]]
    apart = not any(_GAP.search(doc.text, entry.start, end) for entry, end in zip(entries, ends, strict=False))
    for section in sections(doc, "apply", "debris", "nationality", "other"):
        if section.heading_start > max(last.start, head) and section.kind not in had:
            return min(section.heading_start, gap.start()) if gap and apart else section.heading_start
    return gap.start() if gap and apart else len(doc.text)
