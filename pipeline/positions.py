"""Marks positions: which parts of a notice are about one advertised position only.

``doc.spans["positions"]`` holds the entry of each position, and what the entry states (title, posts, reference) joins
the labels and facts.  ``doc.spans["scopes"]`` holds stretches that apply to some positions only; ``id_`` lists them,
counted from 1: "1,2,5".  What lies in no scope is shared by all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from extractors._stretches import Stretches
from pipeline import divided
from pipeline.divided import Part
from pipeline.entries import entries
from pipeline.entry import Entry
from pipeline.members import Members, listed
from pipeline.ordinals import in_order

if TYPE_CHECKING:
    from spacy.tokens import Doc

_HEADING = 120  # characters; a longer line is a paragraph
_REGIME = re.compile(r"second|contracted", re.IGNORECASE)

Pair = tuple[Span, Span]  # a label and its value


def _descriptions(doc: Doc, found: list[Entry], taken: Stretches) -> list[tuple[int, int, str]]:
    """What is said of one position further down, behind its reference: "UAC 03: leads spokespersons ..."."""
    text = doc.text
    after = max((entry.end for entry in found), default=0)
    marks: list[tuple[int, int]] = []
    for number, entry in enumerate(found, start=1):
        stated = {name: text[start:end] for name, start, end in entry.stated}
        reference, title = stated.get("requisition_id"), stated.get("title", "")
        if reference:
            pattern = re.compile(rf"{re.escape(reference)}(?:[ –-]{{1,3}}{re.escape(title)})?[ ]?[:\n–-]")
            marks.extend(
                (match.start(), number) for match in pattern.finditer(text, after) if not taken.hold(match.start())
            )
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
    doc.spans["positions"] = [span for entry in found if (span := _span(doc, "", entry.start, entry.end))]
    doc.spans["scopes"] = []
    if found:
        _mark(doc, found)
    return doc


def _mark(doc: Doc, found: list[Entry]) -> None:
    """Let what each entry states join the facts, and mark the stretches about some positions only."""
    members = Members(doc.text, found)
    parts = list(divided.columns(doc, members))
    scopes: list[tuple[int, int, str]] = [*divided.labelled(doc, members)]
    cut = [(min(part.label[0], part.value[0]), part.value[1]) for part in parts]
    for fact, several in divided.values(doc, members):
        scopes = [scope for scope in scopes if scope[0] != fact.label_start]
        cut.append((fact.start, fact.end))
        parts += several
    scopes += [(*part.value, part.numbers) for part in parts]
    scopes += divided.groups(doc, found)
    scopes += divided.clauses(doc, members, found[-1].end)
    scopes += in_order(doc, found)
    told = [(start, end) for start, end, _ in scopes] + [part.label for part in parts] + cut
    described = _descriptions(doc, found, Stretches(told))
    regimes = _regimes(found)
    pairs = _pairs(doc, found, Stretches(cut), parts) + [
        (span, span) for bounds, _ in regimes if (span := _span(doc, "contract_type", *bounds))
    ]
    pairs.sort(key=lambda pair: (pair[0].start, pair[1].start))
    doc.spans["labels"] = [label for label, _ in pairs]
    doc.spans["facts"] = [value for _, value in pairs]
    own = [(entry.start, entry.end, str(number)) for number, entry in enumerate(found, start=1)]
    own += [(*bounds, numbers) for bounds, numbers in regimes]
    marked = ((own, ""), (scopes, "group"), (described, "description"))
    spans = (_span(doc, label, start, end, numbers) for group, label in marked for start, end, numbers in group)
    doc.spans["scopes"] = [span for span in spans if span is not None]


def _span(doc: Doc, label: str, start: int, end: int, numbers: str = "") -> Span | None:
    return doc.char_span(start, end, label=label, span_id=numbers, alignment_mode="expand")


def _regimes(found: Sequence[Entry]) -> list[tuple[tuple[int, int], str]]:
    """Headings of groups that say how their posts are filled: "Seconded positions"."""
    grouped: dict[tuple[int, int], set[int]] = {}
    for number, entry in enumerate(found, start=1):
        if _REGIME.search(entry.group):
            grouped.setdefault(entry.group_span, set()).add(number)
    return [(bounds, listed(numbers)) for bounds, numbers in grouped.items()]


def _pairs(doc: Doc, found: Sequence[Entry], cut: Stretches, parts: Sequence[Part]) -> list[Pair]:
    """Labels and facts: the entries' instead of what was read in their lines, parts instead of the whole."""
    replaced = Stretches((entry.start, entry.end) for entry in found if len(entry.stated) > 1)
    kept = [
        pair
        for pair in zip(doc.spans["labels"], doc.spans["facts"], strict=True)
        if not any(replaced.hold(span.start_char) for span in pair)
        and not cut.touch(pair[1].start_char, pair[1].end_char)
    ]
    for entry in found:
        for name, start, end in entry.stated:
            value = _span(doc, name, start, end)
            # what pay is for, and how often it is paid, the heading of its column says
            head = _span(doc, name, *entry.columns[name]) if name == "salary" and name in entry.columns else value
            if value is not None and head is not None:
                kept.append((head, value))
    for part in parts:
        label, value = _span(doc, part.field, *part.label), _span(doc, part.field, *part.value)
        if label is not None and value is not None:
            kept.append((label, value))
    return kept
