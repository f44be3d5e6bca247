"""Marks positions: which parts of a notice are about one advertised position only.

``doc.spans["positions"]`` holds the entry of each position, and what the entry states (title, posts, reference) joins
the labels and facts.  ``doc.spans["scopes"]`` holds stretches that apply to some positions only; ``id_`` lists them,
counted from 1: "1,2,5".  What lies in no scope is shared by all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from extractors._doc import body, facts
from extractors._fold import fold
from extractors._labels import load_toml
from extractors._phrases import alternation, occurrences, opened
from extractors._sentence import sentence_at
from extractors._stretches import Stretches
from pipeline.entries import entries
from pipeline.entry import Entry, count_word, number_of
from pipeline.lines import lines
from pipeline.tables import COLUMNS, cells, column

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Words of a group's heading that do not tell it from another group.
_GENERIC = frozenset(
    {"positions", "position", "posts", "post", "following", "mission", "full", "time", "basis", "date"}
)

_ROMAN = frozenset({"ii", "iii", "iv", "vi"})
_HEADING = 120  # characters; a longer line is a paragraph
_WIDEST = 300  # characters of a row


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value for the positions of one group, with the bounds of its label."""

    field: str
    label: tuple[int, int]
    value: tuple[int, int]
    numbers: str


class _Names:
    """Which group of positions a label or a cell names: "for advance team positions", "Group B"."""

    def __init__(self, found: list[Entry]) -> None:
        self.members: dict[str, list[str]] = {}
        for number, entry in enumerate(found, start=1):
            self.members.setdefault(entry.group, []).append(str(number))
        words = {group: _telling(group) for group in self.members}
        shared = {
            word for group, own in words.items() for word in own if any(word in words[o] for o in words if o != group)
        }
        self.words = {group: own - shared for group, own in words.items()}

    def of(self, text: str) -> str | None:
        """The positions of the one group that a text names, as a list of numbers."""
        if len(self.members) < 2:
            return None
        told = _telling(text)
        named = [group for group, own in self.words.items() if own & told]
        return ",".join(self.members[named[0]]) if len(named) == 1 else None


def _telling(text: str) -> set[str]:
    """The words that may tell groups apart, short ones with the word before them: "group b", "lot 2"."""
    words = re.findall(r"\w+", fold(text))
    return {word for word in words if len(word) > 3 and word not in _GENERIC} | {
        f"{one} {other}" for one, other in pairwise(words) if len(one) > 2 and (len(other) == 1 or other in _ROMAN)
    }


def _groups(doc: Doc, names: _Names) -> list[tuple[int, int, str]]:
    """Facts whose label names a group of positions: "Application deadline for advance team positions"."""
    scopes = []
    for fact in facts(doc):
        numbers = names.of(doc.text[fact.label_start : fact.label_end])
        if numbers:
            scopes.append((fact.label_start, fact.end, numbers))
    return scopes


def _columns(doc: Doc, names: _Names) -> Iterator[_Cell]:
    """Cells of a table with one column, or one row, for each group of positions.

    "Deadline | 3 March | 9 March" under "Group | Advance team | Core team", or "Core team | 9 March | 2 April"
    under "Group | Deadline | Start".
    """
    if len(names.members) < 2:
        return
    text = doc.text
    groups: list[str | None] = []
    fields: list[tuple[str | None, int, int]] = []
    for line in lines(text):
        found = cells(text, line.start, line.end) if len(line.text) < _WIDEST else []
        if len(found) < 2:
            groups, fields = ([], []) if line.after_blank else (groups, fields)
            continue
        named = [names.of(text[start:end]) for start, end in found]
        told = [number for number in named if number]
        columns = [(column(text[start:end]), start, end) for start, end in found]
        if len(told) > 1 and len(told) == len(set(told)) and not any(named[0] and c for c, _, _ in columns):
            groups, fields = named, []
        elif sum(field in COLUMNS for field, _, _ in columns) > 1 and not told:
            fields, groups = columns, []
        elif groups and len(found) in (len(groups), len(groups) + 1) and columns[0][0] in COLUMNS:
            shift = len(found) - len(groups)  # a header whose first cell is empty has lost it
            field, label = columns[0][0], columns[0][1:]
            for of, bounds in zip(groups, found[shift:], strict=True):
                if of and field:
                    yield _Cell(field, label, bounds, of)
        elif fields and len(found) == len(fields) and (row := named[0]):
            for (heading, *_), bounds in list(zip(fields, found, strict=True))[1:]:
                if heading in COLUMNS:
                    yield _Cell(heading, bounds, bounds, row)


def _in_order(doc: Doc, found: list[Entry]) -> list[tuple[int, int, str]]:
    """Clauses about some positions by their place in the list: "The first post is in Osh, the other two in Naryn"."""
    if len(found) < 2:
        return []
    scopes = []
    for start, end in body(doc):
        marks = [m for m in occurrences(_order(), doc.text, start, end) if m.start() >= found[-1].end]
        for at, mark in enumerate(marks):
            _, stop = sentence_at(doc.text, mark.start(), mark.end())
            following = marks[at + 1].start() if at + 1 < len(marks) else stop
            before = [m for m in marks[:at] if sentence_at(doc.text, m.start(), m.end())[1] == stop]
            numbers = _counted_off(mark, before, len(found))
            if numbers:
                listed = ",".join(map(str, sorted(numbers)))
                scopes.append((mark.start(), min(stop, following), listed))
    return scopes


_PLACES = ("first", "second", "third", "fourth")


@cache
def _order() -> re.Pattern[str]:
    tables = load_toml("posts.toml")
    order, posts = tables["order"], tables["posts"]
    assert isinstance(order, dict)
    assert isinstance(posts, list)
    named = "|".join(f"(?P<{name}>{alternation(words)})" for name, words in order.items())
    noun = rf"(?i:{alternation(posts)})"
    expression = re.compile(
        rf"(?i:the)\s(?i:{named})(?:\s(?P<count>(?i:{count_word()}))(?:\s{noun})?|\s{noun}|(?=\s(?:is|are|in|belongs?)\s))"
    )
    return opened(expression, ["the"])


def _counted_off(mark: re.Match[str], before: list[re.Match[str]], total: int) -> set[int]:
    """The numbers of the positions that "the first two" or "the other post" means; none if they do not fit."""
    many = number_of(mark["count"]) if mark["count"] else 1
    if mark["other"]:
        told = set().union(*(_counted_off(m, [], total) for m in before)) if before else set()
        rest = set(range(1, total + 1)) - told
        fits = len(rest) == many if mark["count"] else True
        return rest if told and rest and fits else set()
    if mark["last"]:
        return set(range(total - many + 1, total + 1)) if many < total else set()
    first = next(at for at, name in enumerate(_PLACES, start=1) if mark[name])
    return set(range(first, first + many)) if first + many - 1 <= total and many < total else set()


def _descriptions(text: str, found: list[Entry]) -> list[tuple[int, int, str]]:
    """What is said of one position further down, behind its reference: "UAC 03: leads spokespersons ..."."""
    after = max((entry.end for entry in found), default=0)
    marks: list[tuple[int, int]] = []
    for number, entry in enumerate(found, start=1):
        stated = {name: text[start:end] for name, start, end in entry.stated}
        reference, title = stated.get("requisition_id"), stated.get("title", "")
        if reference:
            pattern = re.compile(rf"{re.escape(reference)}(?:[ –-]{{1,3}}{re.escape(title)})?[ ]?[:\n–-]")
            marks.extend((match.start(), number) for match in pattern.finditer(text, after))
    marks.sort()
    scopes = []
    for at, (start, number) in enumerate(marks):
        end = marks[at + 1][0] if at + 1 < len(marks) else len(text)
        line = text.find("\n", start, end)
        under_a_heading = text[start - 1 : start] in ("\n", "") and 0 < line - start < _HEADING
        paragraph = text.find("\n\n", start, end)
        if paragraph > 0 and not under_a_heading:
            end = paragraph
        scopes.append((start, end, str(number)))
    return scopes


@Language.component("positions")
def mark_positions(doc: Doc) -> Doc:
    """Mark the entries of a notice that advertises several positions, and what applies to each."""
    found = entries(doc)
    positions, scopes = [], []
    pairs = list(zip(doc.spans["labels"], doc.spans["facts"], strict=True))
    names = _Names(found)
    told: list[tuple[Span, Span]] = []
    grouped: dict[tuple[int, int], list[str]] = {}
    for number, entry in enumerate(found, start=1):
        span = doc.char_span(entry.start, entry.end, alignment_mode="expand")
        if span is None:
            continue
        positions.append(span)
        scopes.append(Span(doc, span.start, span.end, span_id=str(number)))
        stated = [doc.char_span(s, e, label=name, alignment_mode="expand") for name, s, e in entry.stated]
        told.extend((value, value) for value in stated if value is not None)
        if re.search(r"second|contracted", entry.group, re.IGNORECASE):
            grouped.setdefault(entry.group_span, []).append(str(number))
    replaced = Stretches((entry.start, entry.end) for entry in found if len(entry.stated) > 1)
    pairs = [pair for pair in pairs if not any(replaced.hold(span.start_char) for span in pair)] + told
    for (start, end), numbers in grouped.items():
        span = doc.char_span(start, end, label="contract_type", alignment_mode="expand")
        if span is not None:
            pairs.append((span, span))
            scopes.append(Span(doc, span.start, span.end, span_id=",".join(numbers)))
    split = list(_columns(doc, names))
    rows = Stretches((min(cell.label[0], cell.value[0]), cell.value[1]) for cell in split)
    pairs = [pair for pair in pairs if not rows.touch(pair[1].start_char, pair[1].end_char)] if split else pairs
    for cell in split:
        named = doc.char_span(*cell.label, label=cell.field, alignment_mode="expand")
        held = doc.char_span(*cell.value, label=cell.field, alignment_mode="expand")
        if named is not None and held is not None:
            pairs.append((named, held))
    described = [(*bounds, "description") for bounds in _descriptions(doc.text, found)]
    grouped_scopes = [*_groups(doc, names), *((*cell.value, cell.numbers) for cell in split), *_in_order(doc, found)]
    for start, end, listed, label in (*((*bounds, "group") for bounds in grouped_scopes), *described):
        span = doc.char_span(start, end, label=label, span_id=listed, alignment_mode="expand")
        if span is not None:
            scopes.append(span)
    if found:
        pairs.sort(key=lambda pair: (pair[0].start, pair[1].start))
        doc.spans["labels"] = [label for label, _ in pairs]
        doc.spans["facts"] = [value for _, value in pairs]
    doc.spans["positions"] = positions
    doc.spans["scopes"] = scopes
    return doc
