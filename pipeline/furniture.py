"""What of a page is the site's and not the notice's: menus, banners, forms, footers, facets, similar jobs.

An element is furniture by its tag, its role or the words of its class and id, by what it begins with ("Similar jobs"),
because it is a list of links or of counts, or because it stands outside the part that holds the notice and says nothing
of a vacancy; unless it holds the larger part of the page: whole pages stand in a ``<form>``, and a page's container may
be called "with-sidebar".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from pipeline.elements import Survey
from pipeline.main_part import outside

# Never shown, or no text of the page at all.
UNREAD = frozenset(
    "script style noscript template head title svg math canvas iframe object audio video map select datalist option"
    " button input textarea dialog nav".split()
)
_COOKIES = re.compile(r"\bcookies?\b", re.I)
_BANNER, _BANNER_NODES = 500, 200  # a cookie banner is no longer than this


def walk(root: LexborNode, leave_out: Callable[[LexborNode], bool]) -> Iterator[tuple[LexborNode, bool]]:
    """Every node below ``root`` that is not left out, at its start (True) and its end (False), without recursion."""
    end = root.mem_id
    node: LexborNode | None = root
    while node is not None:
        child = None
        if node.mem_id == end or not leave_out(node):
            yield node, True
            child = node.child
            if child is None:
                yield node, False
        if child is not None:
            node = child
            continue
        while node is not None and node.mem_id != end and node.next is None:
            node = node.parent
            if node is not None:
                yield node, False
        node = None if node is None or node.mem_id == end else node.next


def furniture(root: LexborNode) -> frozenset[int]:
    """The elements below ``root`` to leave out, by ``mem_id``."""
    return surveyed(root)[1]


def surveyed(root: LexborNode) -> tuple[Survey, frozenset[int]]:
    """What every element below ``root`` holds, and which to leave out."""
    survey = Survey(_panels(root))
    for node, start in walk(root, lambda node: node.tag in UNREAD):
        if node.is_text_node:
            if start:
                survey.text((node.text_content or "").strip())
        elif node.is_element_node:
            if start:
                survey.begin(node)
            else:
                survey.end(node)
    left_out = survey.left_out()
    return survey, left_out | outside(survey, left_out)


def _panels(root: LexborNode) -> frozenset[str]:
    """What tabs and buttons show when they are pressed."""
    found: set[str] = set()
    for name in ("href", "aria-controls", "data-target", "data-bs-target"):
        for node in root.css(f"[{name}^='#']" if name != "aria-controls" else f"[{name}]"):
            found.add((node.attributes.get(name) or "").removeprefix("#"))
    return frozenset(found - {""})


def is_cookie_banner(node: LexborNode) -> bool:
    """A short block that speaks of cookies: "By continuing you accept cookies. Refuse"."""
    size = 0
    cookies = False
    for count, (inner, start) in enumerate(walk(node, lambda inner: inner.tag in UNREAD)):
        if count > _BANNER_NODES:
            return False
        if start and inner.is_text_node:
            text = inner.text_content or ""
            size += len(text)
            cookies = cookies or _COOKIES.search(text) is not None
            if size > _BANNER:
                return False
    return cookies
