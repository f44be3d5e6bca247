"""Entries of a notice that advertises several positions: lines of a list, rows of a table, notices in a row."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors._doc import Fact, facts, section_at, sections
from extractors._fold import fold
from extractors._labels import label_key, labels
from extractors._titles import is_occupation
from pipeline.headings import heading_kind
from pipeline.lines import Line, lines

if TYPE_CHECKING:
    from spacy.tokens import Doc

_POSTS = (
    r"(?:positions?|posts?|vacanc(?:y|ies)|openings?|postes?|puestos?|plazas?|vacantes?|vagas?|postos?|stellen?|posti|posto|"
    r"позици[яиій]\w{0,2}|ваканс[ияійі]\w{0,2}|мест[оа]?|посад\w{0,2}|pozicij\w{0,2}|mest[oa]|mjest[oa]|izvršilac\w?|"
    r"pozit[aë]\w?|posturi|post|kişi)"
)
# "- Senior Legal Analyst Assistant – 2 positions", "Driver (3 posts)"
_COUNTED = re.compile(
    rf"""
    ^(?P<title> [^\W\d_] .{{2,150}}? )
    (?: [ \t]{{0,9}} [–—:,-] [ \t]{{0,9}} | [ \t]{{1,9}} \(? | [ \t]{{0,9}} \( )
    (?P<count> \d{{1,3}} | one | two | three | four | five | six ) [ \t]+ {_POSTS} \)? [*.,;]* $
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "GEO RO 11 - Reporting Officer", "UA19-24: Adviser", "VN/25/061  Field Associate, G6"
_REFERRED = re.compile(
    r"""
    ^(?P<ref> [A-Z]{1,6} (?:[ /.-][A-Z]{1,6}){0,2} [ /.-]? \d{1,6} (?:[-/]\d{1,4}){0,2} )
    (?: [ \t]* (?: [–—:|] | -(?=[ \t]) ) [ \t]* | [ \t]{2,} )
    (?P<title> [^\W\d_] .{2,120} )$
    """,
    re.VERBOSE,
)
# "[1] RESEARCH FELLOW", "2) Trainer – Association of Bridges, Mitrovica"
_NUMBERED = re.compile(
    r"^[ \t]*(?:\[(?P<a>\d{1,2})\]|\(?(?P<b>\d{1,2})[.)])[ \t]+(?P<title>[^\W\d_].{3,140})$", re.MULTILINE
)
_PLACE = re.compile(
    r"^(?P<organization>[^\W\d_][^,\n]{2,80}), (?P<duty_station>[A-ZÀ-ÞА-Я][^,()\n]{1,40}?)(?: \([^()]{2,40}\))?$"
)
# In a table without line breaks: "EK 10044 Case Monitor/Justice 1 2 3 2 in May 2024"; the last count is the total.
_FLAT = re.compile(
    r"\b(?P<ref>[A-Z]{2,5} \d{2,6}(?:-\d{1,4})?) (?P<title>[A-Z][^\d\n:;.]{3,90}?) (?P<counts>\d{1,3}(?: \d{1,3}){0,2})"
    r"(?: (?P<start>ASAP|As soon as possible|[A-Z][a-z]{2,8} \d{4}|(?:\d{1,2} in [A-Z][a-z]{2,8} \d{4} ?){1,3}))?(?=\s)"
)
_CELL = re.compile(r" / | \| |\t+| {3,}")
_NOTES = " *†‡|"  # marks at the end of a cell
_LETTERS = re.compile(r"\d+")
_BLOCK = frozenset(
    {"duty_station", "closing_date", "grade", "requisition_id", "posts", "duration", "contract_type", "salary"}
)
_COLUMNS = _BLOCK | {"title", "start_date"}


@dataclass(slots=True)
class Entry:
    """What is said of one position: where it stands, what it states by field, and the heading of its group."""

    start: int
    end: int
    stated: list[tuple[str, int, int]] = field(default_factory=list)
    group: str = ""
    group_span: tuple[int, int] = (0, 0)


def _listed(text: str, rows: list[Line], pattern: re.Pattern[str]) -> Iterator[Entry]:
    group, span = "", (0, 0)
    for number, line in enumerate(rows):
        match = pattern.match(line.text) if len(line.text) < 200 else None
        if match is None:
            if len(line.text) < 100 and number + 1 < len(rows):
                group, span = line.text, (line.start, line.end)
            continue
        entry = Entry(line.start, line.end, group=group, group_span=span)
        for name, part in (("title", "title"), ("posts", "count"), ("requisition_id", "ref")):
            if part in pattern.groupindex:
                start, end = match.span(part)
                while end > start and text[line.start + end - 1] in " ,;:*–-(":
                    end -= 1
                entry.stated.append((name, line.start + start, line.start + end))
        yield entry


def _shape(text: str, entry: Entry) -> str:
    """A reference with its figures taken out: entries of one list agree in it, but for the unit's letters."""
    for name, start, end in entry.stated:
        if name == "requisition_id":
            return _LETTERS.sub("0", text[start:end]).split(" ")[0][:2]
    return ""


def _cells(text: str, line: Line, width: int) -> list[tuple[int, int]]:
    cells, at = [], line.start
    for mark in _CELL.finditer(text, line.start, line.end):
        cells.append((at, mark.start()))
        at = mark.end()
    cells.append((at, line.end))
    return cells if len(cells) == width else []


def _table(text: str, rows: list[Line]) -> Iterator[Entry]:
    """Rows under a header of labels: "Job titles / Ref. / Location / Availability"."""
    header: list[str | None] = []
    group, span = "", (0, 0)
    for line in rows:
        width = len(_CELL.findall(line.text)) + 1
        if 2 < width < 12 and len(line.text) < 300:
            cells = _cells(text, line, width)
            names = [_column(text[start:end]) for start, end in cells]
            known = {name for name in names if name in _COLUMNS}
            if "title" in known and (len(known) > 2 or (len(known) > 1 and width < 6)):
                header, group = names, ""
                continue
        if not header:
            continue
        cells = _cells(text, line, len(header))
        if not cells or not any(c.isalnum() for c in line.text):
            if len(line.text) > 60:
                header = []
            group, span = line.text, (line.start, line.end)
            continue
        entry = Entry(line.start, line.end, group=group, group_span=span)
        for name, (start, end) in zip(header, cells, strict=True):
            end -= len(text[start:end]) - len(text[start:end].rstrip(_NOTES))
            count = (
                re.search(rf" ?\((\d{{1,3}}) {_POSTS}\)$", text[start:end], re.IGNORECASE) if name == "title" else None
            )
            if count:
                entry.stated.append(("posts", start + count.start(1), start + count.end(1)))
                end = start + count.start()
            if name and start < end:
                entry.stated.append((name, start, end))
            elif name is None and text[start:end].replace(" ", "").isalpha() and not group:
                entry.group, entry.group_span = text[start:end], (start, end)
        yield entry


def _column(cell: str) -> str | None:
    key = label_key(cell)
    return (
        labels().get(key) or labels().get(key.removesuffix("s")) or ("posts" if key in {"no", "number", "nb"} else None)
    )


def _flat(text: str, rows: list[Line]) -> Iterator[Entry]:
    for line in rows:
        if len(line.text) < 300:
            continue
        hits = list(_FLAT.finditer(text, line.start, line.end))
        if len(hits) < 2:
            continue
        group, span, last = "", (0, 0), line.start
        for hit in hits:
            words = re.search(
                r"(?:^|\s)((?:Seconded|Contracted)(?:[/ ](?:Seconded|Contracted))?) $", text[last : hit.start()]
            )
            if words:
                group, span = words[1], (last + words.start(1), last + words.end(1))
            counts = hit.start("counts") + hit["counts"].rfind(" ") + 1
            entry = Entry(hit.start(), hit.end(), group=group, group_span=span)
            entry.stated = [
                ("requisition_id", *hit.span("ref")),
                ("title", *hit.span("title")),
                ("posts", counts, hit.end("counts")),
            ]
            if hit["start"]:
                entry.stated.append(("start_date", *hit.span("start")))
            last = hit.end()
            yield entry


def _blocks(doc: Doc, rows: list[Line]) -> list[Entry]:
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
        for number, head in enumerate(heads):
            begin = head.label_start if name == "title" else _heading_above(rows, head, labelled)
            entries.append(Entry(begin, len(text)))
            if number:
                entries[number - 1].end = begin
        entries[-1].end = _last_end(doc, entries)
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


def _numbered(text: str, rows: list[Line]) -> list[Entry]:
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
                below = _row_at(rows, mark.end() + 1)
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
    first = rows[_row_at(rows, entry.start)]
    return None if first.start in labelled or len(first.text) >= 150 else (first.start, first.end)


def _row_at(rows: list[Line], at: int) -> int:
    """The number of the first row that begins at an offset or behind it."""
    return bisect_left(rows, at, key=lambda row: row.start)


def _heading_above(rows: list[Line], head: Fact, labelled: set[int]) -> int:
    number = _row_at(rows, head.label_start)
    while number > 0 and rows[number - 1].start in labelled and not rows[number].after_blank:
        number -= 1
    if number > 0 and rows[number - 1].start not in labelled and len(rows[number - 1].text) < 150:
        number -= 1
    return rows[number].start


def _last_end(doc: Doc, entries: list[Entry]) -> int:
    """Where the last of several notices ends: at a part that the others do not have, such as how to apply."""
    first, last = entries[0], entries[-1]
    had = {s.kind for s in sections(doc) if first.start <= s.heading_start < first.end}
    for section in sections(doc, "apply", "debris", "nationality", "other"):
        if section.heading_start > last.start and section.kind not in had:
            return section.heading_start
    return len(doc.text)


def entries(doc: Doc) -> list[Entry]:
    """The entries of each position, in order; none where the notice is about one position."""
    text = doc.text
    rows = lines(text)
    rows = [row for row in rows if (s := section_at(doc, row.start)) is None or s.kind != "debris"]
    counted = list(_listed(text, rows, _COUNTED))
    if len(counted) >= 2 or (len(counted) == 1 and _stands_alone(text, rows, counted[0])):
        return _with_text(text, rows, counted)
    for found in (list(_table(text, rows)), list(_flat(text, rows)), list(_listed(text, rows, _REFERRED))):
        if len(found) >= 2 and len({_shape(text, e) for e in found}) == 1:
            return _with_text(text, rows, found)
    return _numbered(text, rows) or _blocks(doc, rows)


def _has_reference(entry: Entry) -> bool:
    return any(name == "requisition_id" for name, _, _ in entry.stated)


def _stands_alone(text: str, rows: list[Line], entry: Entry) -> bool:
    """A list of one: a bullet with an occupation, not a requirement that speaks of one position."""
    bullet = any(row.bullet and row.start == entry.start for row in rows[_row_at(rows, entry.start) :][:1])
    return bullet and is_occupation(text[slice(*entry.stated[0][1:])])


def _with_text(text: str, rows: list[Line], entries: list[Entry]) -> list[Entry]:
    """Give each entry the text below it, where every entry has some."""
    lines_of = {row.start for row in rows}
    if any(entry.start not in lines_of for entry in entries):
        return entries  # cells of one line
    ends = [*(entry.start for entry in entries[1:]), len(text)]
    below = [_row_at(rows, end) - _row_at(rows, entry.end) for entry, end in zip(entries, ends, strict=True)]
    if len(entries) < 2 or min(below) < (1 if _has_reference(entries[0]) else 2):
        return entries
    for number, entry in enumerate(entries[:-1]):
        entry.end = entries[number + 1].start
    last = entries[-1]
    gap = re.compile(r"\n[ \t]*\n").search(text, last.end)
    last.end = gap.start() if gap else len(text)
    return entries
