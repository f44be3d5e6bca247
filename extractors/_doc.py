"""How extractors read a marked Doc: facts, sections and items, as plain offsets.

The pipeline's components mark the Doc (``pipeline.facts``, ``pipeline.sections``, ``pipeline.items``); nothing here
computes, it only turns spans into small values that outlive the Doc.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value: "Closing Date: Sep 7, 2025".

    ``field`` is the label's entry in ``patterns/labels.toml``; ``start`` and ``end`` bound the value,
    ``label_start`` and ``label_end`` the label with any parenthesis in it (a time zone may stand there).
    """

    field: str
    start: int
    end: int
    label_start: int
    label_end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the notice under one heading; ``start`` and ``end`` bound what follows the heading.

    ``kind`` is an entry of ``patterns/sections.toml``: background, duties, requirements, desirable, education,
    experience, languages, competencies, remuneration, apply, nationality, other, and debris for what is no part
    of the notice (a site's menu, similar jobs, adverts).  The part before the first heading is ``head``.
    """

    kind: str
    start: int
    end: int
    heading_start: int
    heading_end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One bullet or clause of a section that states requirements, without its bullet mark and final mark.

    ``kind`` is the section's kind; ``requirement`` is what the section says of all its items, ``required`` or
    ``desired``; words in the item itself ("would be an asset") may say otherwise.
    """

    kind: str
    requirement: str
    start: int
    end: int


def facts(doc: Doc, *fields: str) -> Iterator[Fact]:
    """Yield the labelled values of these fields (of all fields if none is named), in order of the text."""
    for label, value in zip(doc.spans.get("labels", ()), doc.spans.get("facts", ()), strict=True):
        if not fields or value.label_ in fields:
            yield Fact(value.label_, value.start_char, value.end_char, label.start_char, label.end_char)


def sections(doc: Doc, *kinds: str) -> Iterator[Section]:
    """Yield the sections of these kinds (of all kinds if none is named), in order of the text."""
    for heading, body in zip(doc.spans.get("headings", ()), doc.spans.get("sections", ()), strict=True):
        if not kinds or body.label_ in kinds:
            first = body.start_char
            bounds = (first, first) if heading.label_ == "none" else (heading.start_char, heading.end_char)
            yield Section(body.label_, first, body.end_char, *bounds)


def section_at(doc: Doc, offset: int) -> Section | None:
    """The section that holds this offset, or None in an unmarked Doc."""
    for section in sections(doc):
        if section.heading_start <= offset < section.end:
            return section
    return None


def items(doc: Doc) -> Iterator[Item]:
    """Yield the bullets and clauses of the sections that state requirements, in order of the text."""
    for span in doc.spans.get("items", ()):
        yield Item(span.label_, span.id_, span.start_char, span.end_char)


def body(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield the stretches that belong to the notice: everything but debris."""
    marked = False
    for section in sections(doc):
        marked = True
        if section.kind != "debris":
            yield section.heading_start, section.end
    if not marked:
        yield 0, len(doc.text)
