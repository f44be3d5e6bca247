"""Entries of a notice that advertises several positions: lines of a list, rows of a table, notices in a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors._doc import section_at
from extractors._titles import is_occupation
from pipeline.blocks import blocks, numbered
from pipeline.entry import Entry, row_at
from pipeline.lines import Line, lines
from pipeline.listed import alike, bare_titles, by_place, counted, following, referred
from pipeline.rows import rowed
from pipeline.tables import flat, table

if TYPE_CHECKING:
    from spacy.tokens import Doc


def entries(doc: Doc) -> list[Entry]:
    """The entries of each position, in order; none where the notice is about one position."""
    text = doc.text
    rows = [row for row in lines(text) if (s := section_at(doc, row.start)) is None or s.kind != "debris"]
    counts, references = counted(text, rows), referred(text, rows) or rowed(text, rows)
    if len(counts) > len(references) and (len(counts) > 1 or _stands_alone(text, rows, counts[0])):
        return _with_text(text, rows, bare_titles(text, counts))
    for found in (list(table(text, rows)), list(flat(text, rows))):
        if len(found) > 1 and alike(text, found):
            return _with_text(text, rows, found)
    if references:
        return _with_text(text, rows, bare_titles(text, references))
    return numbered(text, rows) or blocks(doc, rows) or by_place(doc) or bare_titles(text, following(doc, rows))


def _has_reference(entry: Entry) -> bool:
    return any(name == "requisition_id" for name, _, _ in entry.stated)


def _stands_alone(text: str, rows: list[Line], entry: Entry) -> bool:
    """A list of one: a bullet with an occupation, not a requirement that speaks of one position."""
    bullet = any(row.bullet and row.start == entry.start for row in rows[row_at(rows, entry.start) :][:1])
    return bullet and is_occupation(text[slice(*entry.stated[0][1:])])


def _with_text(text: str, rows: list[Line], entries: list[Entry]) -> list[Entry]:
    """Give each entry the text below it, where every entry has some."""
    lines_of = {row.start for row in rows}
    if any(entry.start not in lines_of for entry in entries):
        return entries  # cells of one line
    ends = [*(entry.start for entry in entries[1:]), len(text)]
    below = [row_at(rows, end) - row_at(rows, entry.end) for entry, end in zip(entries, ends, strict=True)]
    if len(entries) < 2 or min(below) < (1 if _has_reference(entries[0]) else 2):
        return entries
    for number, entry in enumerate(entries[:-1]):
        entry.end = entries[number + 1].start
    last = entries[-1]
    gap = re.compile(r"\n[ \t]*\n").search(text, last.end)
    last.end = gap.start() if gap else len(text)
    return entries
