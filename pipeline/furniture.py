"""What of a page is the site's and not the notice's: menus, banners, forms, footers, similar jobs.

An element is furniture by its tag, its role or the words of its class and id, unless it holds the larger part of the
page: whole pages stand in a ``<form>``, and a page's container may be called "with-sidebar".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

# Never shown, or no text of the page at all.
UNREAD = frozenset(
    "script style noscript template head title svg math canvas iframe object audio video map select datalist option"
    " button input textarea dialog nav".split()
)
_CONTENT_TAGS = frozenset("html body main article h1 h2 h3 h4 h5 h6".split())
_TAGS = frozenset(("header", "footer", "aside", "form"))
_ROLES = frozenset("navigation banner contentinfo search complementary dialog alertdialog menu menubar".split())
# First or last word of a class name or id: class="job-sidebar", id="cookieNotice".
_WORDS = frozenset(
    "ad ads advert adverts advertisement advertising adsbygoogle bottombar breadcrumb breadcrumbs consent cookie"
    " cookies disqus footer gdpr lang login masthead menu modal nav navbar navigation newsletter offcanvas pager"
    " pagination popup promo recommended related rgpd share sharing shares sidebar similar sitemap skip skiplink"
    " social subscribe topbar toolbar widget".split()
)
_NEGATIONS = frozenset(("has", "with", "no", "without", "is"))
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none", re.I)
_UNSEEN = re.compile(r"hidden|sr-only|screen-reader|skip", re.I)  # "Skip to main content"
_COOKIES = re.compile(r"\bcookies?\b", re.I)

_LARGE = 0.4  # share of the page's text that makes an element content, whatever its name
_LARGE_WITH_TITLE = 0.2  # the same, where it holds the page's main heading
_FOLDED_PANEL = 400  # hidden text of this many characters is a folded part of the notice
_BANNER = 500  # a cookie banner is no longer than this
_BANNER_NODES = 200


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
    sizes: dict[int, int] = {}
    hidden: set[int] = set()
    titled: set[int] = set()
    open_: list[tuple[int, int]] = []
    total = 0
    inside = 0  # depth in main and article
    for node, start in walk(root, lambda node: node.tag in UNREAD):
        tag = node.tag or ""
        if node.is_text_node:
            total += len((node.text_content or "").strip()) if start else 0
        elif not node.is_element_node:
            continue
        elif start:
            inside += tag in ("main", "article")
            if tag == "h1":
                titled.update(mem_id for mem_id, _ in open_)
            if _is_named_so(node, tag, inside=inside > 0):
                open_.append((node.mem_id, total))
            elif _is_hidden(node):
                hidden.add(node.mem_id)
                open_.append((node.mem_id, total))
        else:
            inside -= tag in ("main", "article")
            if open_ and open_[-1][0] == node.mem_id:
                mem_id, before = open_.pop()
                sizes[mem_id] = total - before
    return frozenset(
        mem_id
        for mem_id, size in sizes.items()
        if size <= total * (_LARGE_WITH_TITLE if mem_id in titled else _LARGE)
        and not (mem_id in hidden and size > _FOLDED_PANEL)
    )


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


def _is_named_so(node: LexborNode, tag: str, *, inside: bool) -> bool:
    if tag in _CONTENT_TAGS:
        return False
    if tag in _TAGS:
        return not (tag == "header" and inside)
    attributes = node.attributes
    if not attributes:
        return False
    if (attributes.get("role") or "").strip().casefold() in _ROLES:
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if tag == "a" and (attributes.get("href") or "").startswith("#") and _UNSEEN.search(names):
        return True
    for name in names.split():
        words = [word.casefold() for word in _WORD.findall(name)]
        if words and words[0] not in _NEGATIONS and (words[0] in _WORDS or words[-1] in _WORDS):
            return True
    return False


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None
