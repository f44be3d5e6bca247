"""A page that lists whole notices one after another: each becomes a notice, with what the page says of them all.

Whole notices are neighbours of one kind, each with a heading of its own and labels of its own, that make up most of the
page.  Lists of titles, tables of posts and similar jobs are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.decode import DecodeError, decode
from pipeline.elements import HEADINGS, Element, Survey
from pipeline.formats.columns import Mapping, table
from pipeline.formats.documents import document
from pipeline.formats.member import Member, Members, shown, unique
from pipeline.formats.text import check_page
from pipeline.furniture import surveyed, walk
from pipeline.headings import heading_kind
from pipeline.limits import Budget, Rejected
from pipeline.postings import Posting, postings
from pipeline.site_words import stated

_REPEATED = re.compile(rb"<h[2-6][\s>]|<article[\s>]|JobPosting", re.I)
_UNNAMED = re.compile(r"[^\w.,:=?&~+-]+")
_TELLING = frozenset(
    "closing_date requisition_id grade duty_station contract_type salary posts duration start_date issue_date".split()
)
_LEAST = 2  # notices, and labels of each
_SHARE = 0.6  # of the page's text, without what is the site's, that the notices make up
_SHORTEST, _HEADING = 80, 150  # characters of a notice, of its heading
_FIRST = 3  # texts within which its heading stands
_THIN = 300  # characters of a page that scripts fill
_TEXTS = 400  # texts of a notice that are looked at for labels


def may_list(raw: bytes) -> bool:
    """Whether a page has twice what every notice of a list has."""
    marks = _REPEATED.finditer(raw)
    return next(marks, None) is not None and next(marks, None) is not None


def of_page(raw: bytes, declared: str | None, budget: Budget) -> Members:
    """Each notice of a page; a page that is one notice is itself, without a name."""
    try:
        page = decode(raw, declared=declared).text
        check_page(page, limits=budget.limits)
        found = list(_notices(page))
    except (DecodeError, Rejected):  # which reading it says
        found = []
    if not found:
        yield Member("", raw, declared)
        return
    taken: dict[str, int] = {}
    for name, content in found:
        budget.member()
        budget.unpack(len(content))
        name = _UNNAMED.sub("_", shown(name))[:120].strip("_") or "notice"
        yield Member(unique(name, taken), content, "utf-8")


def _notices(page: str) -> Iterator[tuple[str, bytes]]:
    parser = LexborHTMLParser(page)
    if parser.body is None:
        return
    survey, left_out = surveyed(parser.body)
    blocks = _blocks(survey, left_out)
    if blocks:
        yield from _apart(parser, survey, blocks)
    elif survey.size < _THIN:
        told = [posting for posting in postings(parser)[0] if len(str(posting.get("description") or "")) >= _SHORTEST]
        if len({str(posting.get("title")) for posting in told}) >= _LEAST:
            yield from (_posted(posting) for posting in told)


def _posted(posting: Posting) -> tuple[str, bytes]:
    raw, name = document(posting, Mapping({role: tuple(names) for role, names in table("posting").items()}))
    return name or str(posting.get("title")), raw


def _blocks(survey: Survey, left_out: frozenset[int]) -> list[Element]:
    """The notices of the page, if it lists several."""
    if survey.root is None:
        return []
    whole = survey.size
    waiting = [survey.root]
    while waiting:
        parent = waiting.pop()
        inner = [each for each in parent.children if each.mem_id not in left_out]
        whole -= sum(each.size for each in parent.children if each.mem_id in left_out)
        waiting.extend(inner)
    waiting = [survey.root]
    while waiting:
        parent = waiting.pop()
        inner = [each for each in parent.children if each.mem_id not in left_out]
        for tag in dict.fromkeys(each.tag for each in inner):
            found = [each for each in inner if each.tag == tag and _is_notice(survey, each)]
            if len(found) >= _LEAST and sum(each.size for each in found) >= _SHARE * whole:
                names = [_heading(survey, each) for each in found]
                return found if len(set(names)) == len(names) else []
        waiting.extend(each for each in inner if each.size >= _SHARE * whole)
    return []


def _is_notice(survey: Survey, element: Element) -> bool:
    if element.size < _SHORTEST or not element.headed or element.titled:
        return False
    labels = stated(survey.said(element)[:_TEXTS])
    telling = [name for name in labels if name in _TELLING]
    return len(telling) >= _LEAST and all(labels[name] == 1 for name in telling) and bool(_heading(survey, element))


def _heading(survey: Survey, element: Element) -> str:
    """The heading at the top of a notice; empty where there is none, or that of a section."""
    first = element
    while first.tag not in HEADINGS:
        inner = next((each for each in first.children if each.headed), None)
        if inner is None:
            return ""
        first = inner
    text = " ".join(survey.said(first))
    if first.first - element.first >= _FIRST or not 0 < len(text) <= _HEADING or heading_kind(text):
        return ""
    return text


def _apart(parser: LexborHTMLParser, survey: Survey, blocks: list[Element]) -> Iterator[tuple[str, bytes]]:
    """Each block in the page without the others, and without what no notice needs."""
    nodes: dict[int, LexborNode] = {}
    wanted = {block.mem_id for block in blocks}
    assert parser.body is not None
    for node, start in walk(parser.body, lambda node: node.parent is not None and node.parent.mem_id in wanted):
        if start and node.mem_id in wanted:
            nodes[node.mem_id] = node
    parser.strip_tags(["style", "svg", "iframe", "object"])
    for script in parser.css("script"):
        if "ld+json" not in (script.attributes.get("type") or "").lower():
            script.decompose()
    contents = [nodes[block.mem_id].html or "" for block in blocks]
    whole = parser.html or ""
    first, last = whole.find(contents[0]), whole.rfind(contents[-1])
    if not 0 <= first < last:
        return
    for block, content in zip(blocks, contents, strict=True):
        page = f"{whole[:first]}{content}{whole[last + len(contents[-1]) :]}"
        yield _heading(survey, block), page.encode("utf-8", "replace")
