"""The part of a page that holds the notice, and what stands outside it and says nothing of a vacancy."""

from __future__ import annotations

import re

from pipeline.elements import Element, Survey
from pipeline.headings import heading_kind
from pipeline.site_words import stated

_CONTAINERS = frozenset("html body main article div section form center table tbody tr td".split())
_BOXES = _CONTAINERS | frozenset("aside footer header hr ul nav".split())
_SHARE = 0.5  # of the text outside links that the part holds
_PROSE = 200  # characters of a text that is more than a line of a site
_HEADING = 80
_ADDRESS = re.compile(r"@|://")


def outside(survey: Survey, left_out: frozenset[int]) -> frozenset[int]:
    """The elements outside the notice's part to leave out, by ``mem_id``.

    Above the first heading, what has links; behind the part, what has links or headings.  Whatever names a field or a
    section of a notice, leads to an application, or is a paragraph, stays.
    """
    if survey.root is None:
        return frozenset()
    sizes = _sizes(survey.root, left_out)
    found: list[int] = []
    part = survey.root
    headed = False
    while (inner := _inner(part, sizes)) is not None:
        behind = False
        for element in part.children:
            if element is inner:
                behind = True
                continue
            headed |= element.headed and not behind
            above = part.headed and not headed and element.links > 0
            off = (element.links > 0 or element.headed) if behind else above
            if off and element.size and not element.titled and not _is_told(survey, element):
                found.append(element.mem_id)
        part = inner
    return frozenset(found)


def _inner(part: Element, sizes: dict[int, int]) -> Element | None:
    """The box in which the notice is, where the part is nothing but boxes."""
    if any(each.tag not in _BOXES and sizes[each.mem_id] for each in part.children):
        return None
    if sum(sizes[each.mem_id] for each in part.children) < sizes[part.mem_id]:
        return None  # it has text of its own
    largest = max(part.children, key=lambda each: sizes[each.mem_id], default=None)
    if largest is None or largest.tag not in _CONTAINERS or sizes[largest.mem_id] < _SHARE * sizes[part.mem_id]:
        return None
    return largest


def _sizes(root: Element, left_out: frozenset[int]) -> dict[int, int]:
    """Characters outside links of each element, without those of what is left out."""
    order = [root]
    for element in order:
        order.extend(element.children)
    sizes: dict[int, int] = {}
    for element in reversed(order):
        gone = sum(each.size - each.linked - sizes[each.mem_id] for each in element.children)
        sizes[element.mem_id] = 0 if element.mem_id in left_out else element.size - element.linked - gone
    return sizes


def _is_told(survey: Survey, element: Element) -> bool:
    """Whether an element has a sign of a notice, or is prose."""
    said = survey.said(element)
    labels = stated(said)
    if element.applying or (labels and max(labels.values()) == 1):
        return True
    return any(len(text) >= _PROSE or _ADDRESS.search(text) or _is_heading(text) for text in said)


def _is_heading(text: str) -> bool:
    return len(text) <= _HEADING and heading_kind(text) not in (None, "debris", "other")
