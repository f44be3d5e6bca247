"""How extractors read a marked Doc: facts, sections and items, as plain offsets.

The pipeline's components mark the Doc (``pipeline.facts``, ``pipeline.sections``, ``pipeline.items``); nothing here
computes, it only turns spans into small values that outlive the Doc.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from spacy.tokens import Doc

T = TypeVar("T")
_LINE = re.compile(r"[^\n]+")
_HEAD = 6000  # characters in which the head of a notice ends


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
    for fact in _kept(doc, "facts", _read_facts):
        if not fields or fact.field in fields:
            yield fact


def sections(doc: Doc, *kinds: str) -> Iterator[Section]:
    """Yield the sections of these kinds (of all kinds if none is named), in order of the text."""
    for section in _kept(doc, "sections", _read_sections):
        if not kinds or section.kind in kinds:
            yield section


def section_at(doc: Doc, offset: int) -> Section | None:
    """The section that holds this offset, or None in an unmarked Doc."""
    every = _kept(doc, "sections", _read_sections)
    at = bisect_right(every, offset, key=lambda section: section.heading_start) - 1
    return every[at] if at >= 0 and offset < every[at].end else None


def items(doc: Doc) -> Iterator[Item]:
    """Yield the bullets and clauses of the sections that state requirements, in order of the text."""
    yield from _kept(doc, "items", _read_items)


def body(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield the stretches that belong to the notice: everything but debris."""
    marked = False
    for section in sections(doc):
        marked = True
        if section.kind != "debris":
            yield section.heading_start, section.end
    if not marked:
        yield 0, len(doc.text)


def head_lines(doc: Doc, most: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the first ``most`` lines of the notice that are not blank, up to its first real section."""
    shown = 0
    for line in _LINE.finditer(doc.text, 0, _HEAD):
        section = section_at(doc, line.start())
        if not line.group().strip() or (section and section.kind == "debris"):
            continue
        shown += 1
        if shown > most or (section and section.kind not in ("head", "other")):
            return
        yield line.span()


def _read_facts(doc: Doc) -> list[Fact]:
    pairs = zip(doc.spans.get("labels", ()), doc.spans.get("facts", ()), strict=True)
    return [Fact(v.label_, v.start_char, v.end_char, n.start_char, n.end_char) for n, v in pairs]


def _read_sections(doc: Doc) -> list[Section]:
    found = []
    for heading, content in zip(doc.spans.get("headings", ()), doc.spans.get("sections", ()), strict=True):
        first = content.start_char
        bounds = (first, first) if heading.label_ == "none" else (heading.start_char, heading.end_char)
        found.append(Section(content.label_, first, content.end_char, *bounds))
    return found


def _read_items(doc: Doc) -> list[Item]:
    return [Item(s.label_, s.id_, s.start_char, s.end_char) for s in doc.spans.get("items", ())]


def _kept(doc: Doc, group: str, read: Callable[[Doc], list[T]]) -> list[T]:
    """What ``read`` makes of a group of spans, kept with the Doc until the group is marked anew."""
    spans = doc.spans.get(group)
    held = doc.user_data.get(group)
    if held is None or held[0] is not spans:
        held = doc.user_data[group] = (spans, read(doc))
    made: list[T] = held[1]
    return made
