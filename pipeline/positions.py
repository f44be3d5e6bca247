"""Marks positions: which parts of a notice are about one advertised position only.

``doc.spans["positions"]`` holds the entry of each position, and what the entry states (title, posts, reference) joins
the labels and facts.  ``doc.spans["scopes"]`` holds stretches that apply to some positions only; ``id_`` lists them,
counted from 1: "1,2,5".  What lies in no scope is shared by all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from extractors._doc import facts
from extractors._fold import fold
from extractors._stretches import Stretches
from pipeline.entries import Entry, entries

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Words of a group's heading that do not tell it from another group.
_GENERIC = frozenset(
    {"positions", "position", "posts", "post", "following", "mission", "full", "time", "basis", "date"}
)

_HEADING = 120  # characters; a longer line is a paragraph


def _groups(doc: Doc, found: list[Entry]) -> list[tuple[int, int, str]]:
    """Facts whose label names a group of positions: "Application deadline for advance team positions"."""
    text = doc.text
    members: dict[str, list[str]] = {}
    for number, entry in enumerate(found, start=1):
        members.setdefault(entry.group, []).append(str(number))
    if len(members) < 2:
        return []
    words = {group: set(re.findall(r"\w{4,}", fold(group))) - _GENERIC for group in members}
    shared = {
        word for group, own in words.items() for word in own if any(word in words[o] for o in words if o != group)
    }
    scopes = []
    for fact in facts(doc):
        label = set(re.findall(r"\w+", fold(text[fact.label_start : fact.label_end])))
        named = [group for group, own in words.items() if (own - shared) & label]
        if len(named) == 1:
            scopes.append((fact.label_start, fact.end, ",".join(members[named[0]])))
    return scopes


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
    described = [(*bounds, "description") for bounds in _descriptions(doc.text, found)]
    for start, end, listed, label in (*((*bounds, "group") for bounds in _groups(doc, found)), *described):
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
