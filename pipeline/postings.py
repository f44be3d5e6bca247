"""What a page says of a vacancy to machines: schema.org's JobPosting, in JSON-LD or in microdata.

JSON-LD is read wherever it nests postings (``@graph``, lists, ``mainEntity``); nothing is fetched or executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.formats.rows import loads
from pipeline.furniture import walk
from pipeline.limits import LIMITS, Rejected

Posting = Mapping[str, Any]

_TYPE = "JobPosting"
_NAMED = re.compile(r"JobPosting", re.I)
_WRAPPED = re.compile(r"\A\s{0,99}(?:<!--|//\s{0,9}<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s{0,9}\]\]>|\]\]>)[\s;]{0,99}\Z")
_VALUES = 20_000  # objects of a page that are looked at
_MOST = 50  # postings of a page
_TEXT = 2_000_000  # characters of microdata that are read
_LINKS = frozenset(("a", "area", "link"))
_PICTURES = frozenset("audio embed iframe img source track video object".split())


def postings(page: LexborHTMLParser) -> tuple[list[Posting], list[str]]:
    """The postings of a page in its order, and a sentence for each script that cannot be read."""
    found: list[Posting] = []
    warnings: list[str] = []
    for script in page.css("script[type*='ld+json' i]"):
        text = script.text()
        if not _NAMED.search(text):
            continue
        try:
            value = loads(_WRAPPED.sub("", text).encode("utf-8", "replace"), LIMITS)
        except Rejected as error:
            warnings.append(f"structured data that cannot be read: {error.reason}")
            continue
        found += _nested(value)
    if page.body is not None and page.css_first(f"[itemtype*='{_TYPE}' i]") is not None:
        found += _microdata(page.body)
    if len(found) > _MOST:
        warnings.append(f"structured data of {len(found)} postings, of which {_MOST} were looked at")
    return found[:_MOST], warnings


def _nested(value: Any) -> Iterator[Posting]:
    """The postings in a JSON value, those inside others left out."""
    waiting = [value]
    for _ in range(_VALUES):
        if not waiting:
            return
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif isinstance(each, dict):
            if _is_posting(each.get("@type")):
                yield each
            else:
                waiting.extend(reversed(list(each.values())))


def _is_posting(kind: Any) -> bool:
    names = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and _name(name) == _TYPE for name in names)


def _microdata(root: LexborNode) -> list[Posting]:
    found: list[Posting] = []
    items: list[tuple[int, dict[str, Any]]] = []
    held = 0
    for node, start in walk(root, lambda node: node.tag in ("script", "style", "template")):
        if not node.is_element_node:
            continue
        if not start:
            if items and items[-1][0] == node.mem_id:
                items.pop()
            continue
        attributes = node.attributes
        names = (attributes.get("itemprop") or "").split()
        if "itemscope" in attributes:
            kind = _name(attributes.get("itemtype") or "")
            item: dict[str, Any] = {"@type": kind}
            if kind == _TYPE:
                found.append(item)
            _add(items, names, item)
            items.append((node.mem_id, item))
        elif names and items and held < _TEXT:
            value = _value(node, attributes)
            held += len(value)
            _add(items, names, value)
    return found


def _name(address: str) -> str:
    """The name of a type: ``JobPosting`` of ``https://schema.org/JobPosting``."""
    return re.split(r"[/:#]", address.split()[0])[-1] if address.strip() else ""


def _add(items: list[tuple[int, dict[str, Any]]], names: list[str], value: Any) -> None:
    if not items:
        return
    item = items[-1][1]
    for name in names:
        held = item.get(name)
        item[name] = value if held is None else [*(held if isinstance(held, list) else [held]), value]


def _value(node: LexborNode, attributes: Mapping[str, str | None]) -> str:
    """The value of a property, as HTML defines it."""
    tag = node.tag or ""
    told: str | None = attributes.get("content")
    if told is None:
        name = "href" if tag in _LINKS else "src" if tag in _PICTURES else "value" if tag in ("data", "meter") else None
        told = attributes.get(name) if name else attributes.get("datetime") if tag == "time" else None
    return (node.text() if told is None else told).strip()
