"""Positions in the rows of tables, also of tables whose line breaks are lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors._labels import field_of, label_key, labels
from pipeline.entry import Entry, posts_word
from pipeline.lines import Line

COLUMNS = frozenset(
    {"duty_station", "closing_date", "grade", "requisition_id", "posts", "duration", "contract_type", "salary"}
    | {"title", "start_date"}
)
# What heads a column and is no label elsewhere.
_HEADS = {
    "no": "posts", "number": "posts", "nb": "posts", "quantity": "posts", "qty": "posts", "from": "start_date",
    "start": "start_date", "apply by": "closing_date", "place": "duty_station", "where": "duty_station",
}  # fmt: skip
# In a table without line breaks: "EK 10044 Case Monitor/Justice 1 2 3 2 in May 2024"; the last count is the total.
_FLAT = re.compile(
    r"\b(?P<ref>[A-Z]{2,5} \d{2,6}(?:-\d{1,4})?) (?P<title>[A-Z][^\d\n:;.]{3,90}?) (?P<counts>\d{1,3}(?: \d{1,3}){0,2})"
    r"(?: (?P<start>ASAP|As soon as possible|[A-Z][a-z]{2,8} \d{4}|(?:\d{1,2} in [A-Z][a-z]{2,8} \d{4} ?){1,3}))?(?=\s)"
)
_REGIME = re.compile(r"(?:^|\s)((?:Seconded|Contracted)(?:[/ ](?:Seconded|Contracted))?) $")
_CELL = re.compile(r" / | ?\| ?|\t+| {3,}")
_NOTES = " *†‡|"  # marks at the end of a cell
_LONGEST = 300
_REMARK = re.compile(r" ?\([^()]{1,40}\)$")


def cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The bounds of the cells of a row."""
    found, at = [], start
    for mark in _CELL.finditer(text, start, end):
        found.append((at, mark.start()))
        at = mark.end()
    return [*found, (at, end)]


def column(cell: str) -> str | None:
    """The field that a heading of a column names."""
    key = label_key(_REMARK.sub("", cell.strip(" *")))  # "Start of work (approx.)"
    return _HEADS.get(key) or field_of(key) or labels().get(key.removesuffix("s"))


@cache
def _count() -> re.Pattern[str]:
    return re.compile(rf" ?\((\d{{1,3}}) (?i:{posts_word()})\)$")


def table(text: str, rows: list[Line]) -> Iterator[Entry]:
    """Rows under a header of labels: "Job titles / Ref. / Location / Availability"."""
    header: list[str | None] = []
    heads: dict[str, tuple[int, int]] = {}
    group, span = "", (0, 0)
    for line in rows:
        found = cells(text, line.start, line.end) if len(line.text) < _LONGEST else []
        if 2 < len(found) < 12:
            names = [column(text[start:end]) for start, end in found]
            known = {name for name in names if name in COLUMNS}
            paired = len(found) % 2 == 0 and not any(names[1::2]) and all(names[::2])  # "Title | Nurse | Grade | G4"
            if "title" in known and not paired and (len(known) > 2 or (len(known) > 1 and len(found) < 6)):
                header, group = names, ""
                heads = {name: bounds for name, bounds in zip(names, found, strict=True) if name}
                continue
        if not header:
            continue
        if not any(c.isalnum() for c in line.text):
            continue
        if len(found) != len(header):
            if len(line.text) > 60:
                header = []
            group, span = line.text, (line.start, line.end)
            continue
        entry = Entry(line.start, line.end, columns=heads, group=group, group_span=span)
        for name, (start, end) in zip(header, found, strict=True):
            end -= len(text[start:end]) - len(text[start:end].rstrip(_NOTES))
            count = _count().search(text[start:end]) if name == "title" else None
            if count:
                entry.stated.append(("posts", start + count.start(1), start + count.end(1)))
                end = start + count.start()
            if name and start < end:
                entry.stated.append((name, start, end))
            if name in (None, "department") and text[start:end].replace(" ", "").isalpha() and not group:
                entry.group, entry.group_span = text[start:end], (start, end)
        yield entry


def flat(text: str, rows: list[Line]) -> Iterator[Entry]:
    """Rows of a table that a paragraph holds, each opened by a reference."""
    for line in rows:
        if len(line.text) < _LONGEST:
            continue
        hits = list(_FLAT.finditer(text, line.start, line.end))
        if len(hits) < 2:
            continue
        group, span, last = "", (0, 0), line.start
        for hit in hits:
            words = _REGIME.search(text[last : hit.start()])
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
