"""Damage other than wrong code pages: what browsers, editors, converters and page layouts leave in copied text."""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import TYPE_CHECKING

from pipeline import stand_ins, unprinted
from pipeline.edits import Change

if TYPE_CHECKING:
    from collections.abc import Callable

# &amp;  &nbsp;  &amp;#8217;  &#x2019;
_ENTITY = re.compile(r"&(?:amp;)*(?:[a-zA-Z][a-zA-Z0-9]{1,31}|\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6});")


def entities(text: str) -> list[Change]:
    """HTML entities, escaped any number of times."""
    if "&" not in text:
        return []
    changes = []
    for match in _ENTITY.finditer(text):
        name = match[0].rsplit("&", 1)[-1].rsplit("amp;", 1)[-1] or "amp;"
        if not name.startswith("#") and name not in html5:
            continue
        after = html.unescape("&" + name)
        if after == "\ufffd" or after == "":
            continue
        changes.append(Change(match.start(), match.end(), after, "html entity"))
    return changes


_BLOCK = (
    "p|div|br|hr|tr|table|tbody|thead|tfoot|ul|ol|dl|dt|dd|h[1-6]|section|article|header|footer|blockquote|pre|address"
)
_INLINE = (
    "span|a|b|i|u|s|em|strong|small|big|font|sup|sub|label|img|td|th|col|colgroup|caption|center|strike|del|ins|mark|"
    "abbr|cite|code|kbd|samp|var|q|html|head|body|title|meta|link|style|script|form|input|button|iframe|figure|"
    "figcaption|main|nav|aside|o:p|tt|wbr|svg|path|picture|source|video|audio|option|select|textarea"
)
# what may follow a tag's name: attributes with values, or those that have none
_REST = (
    r"\s(?:(?=[^<>=]{0,200}=)[^<>]{0,1000}|(?:\s?(?:hidden|nowrap|noshade|checked|disabled|async|defer|controls)){1,4})"
)
_TAG = re.compile(
    rf"""<!--[^<>]{{0,2000}}-->
       | <(?P<unread>script|style)(?:{_REST})?>[^<]{{0,5000}}</(?P=unread)>
       | </?(?:(?P<item>li)|(?P<block>{_BLOCK})|(?:{_INLINE}))(?:{_REST})?\s?/?>""",
    re.VERBOSE | re.IGNORECASE,
)


def tags(text: str) -> list[Change]:
    """Leaked HTML tags: what breaks a line becomes a line break, an item a bullet, the rest vanishes."""
    if "<" not in text:
        return []
    changes: list[Change] = []
    broken = False
    for match in _TAG.finditer(text):
        after = ""
        start, end = match.span()
        # whether what stands before the tag, once other tags are gone, ends a line
        fresh = _at_line_start(text, start) or (bool(changes) and changes[-1].end == start and broken)
        if match["item"]:
            after = "" if match[0][1] == "/" else ("• " if fresh else "\n• ")
        elif match["block"] and not (fresh or text[end : end + 1] in ("\n", "")):
            after = "\n"
        broken = (after == "\n") or (fresh and not after)
        changes.append(Change(start, end, after, "html tag"))
    return changes


def _at_line_start(text: str, at: int) -> bool:
    while at and text[at - 1] in " \t":
        at -= 1
    return at == 0 or text[at - 1] == "\n"


# security" style="border-bottom: 1px dotted #007bff !important;">security deductions
_ATTRIBUTES = re.compile(
    r"""(?:"|\b[a-z][a-z-]{1,20}="[^"<>\n]{0,300}")
        (?:\s{1,3}[a-zA-Z][a-zA-Z:-]{1,20}="[^"<>\n]{0,500}"){1,8}
        \s?/?>""",
    re.VERBOSE,
)


def attributes(text: str) -> list[Change]:
    """Attributes of a tag whose beginning is gone, with the words that they double."""
    if '">' not in text and '" >' not in text and '"/>' not in text:
        return []
    changes = []
    floor = 0
    for match in _ATTRIBUTES.finditer(text):
        start, end = match.span()
        if text[start] == '"':
            start = max(floor, start - _doubled(text[max(floor, start - 120) : start], text[end : end + 120]))
        changes.append(Change(start, end, "", "leaked attribute"))
        floor = end
    return changes


def _doubled(before: str, following: str) -> int:
    """Length of the longest run of whole words that ends ``before`` and begins ``following``."""
    for start in range(len(before)):
        if start and (before[start - 1].isalnum() or not before[start].isalnum()):
            continue
        length = len(before) - start
        if length and following.startswith(before[start:]) and not following[length : length + 1].isalnum():
            return length
    return 0


# said \"no\"   Note\:   it\'s   \u2019
_ESCAPE = re.compile(r"""\\(?:(["':])|u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?)""")


def escapes(text: str) -> list[Change]:
    """Backslashes that a programming language put before quotes and colons, and its numbered characters."""
    if "\\" not in text:
        return []
    changes = []
    for match in _ESCAPE.finditer(text):
        if match[1]:
            after = match[1]
        else:
            units = [int(unit, 16) for unit in match.groups()[1:] if unit]
            try:
                after = b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be")
            except UnicodeDecodeError:
                continue
        changes.append(Change(match.start(), match.end(), after, "escaped"))
    return changes


# What is done after the code pages, in this order.
_ALWAYS: tuple[Callable[[str], list[Change]], ...] = (
    entities,
    tags,
    attributes,
    escapes,
    stand_ins.inverted,
)
_RESTORING: tuple[Callable[[str], list[Change]], ...] = (stand_ins.question_marks, stand_ins.replaced)
_UNPRINTED: tuple[Callable[[str], list[Change]], ...] = (
    unprinted.controls,
    unprinted.line_ends,
    unprinted.invisible,
    unprinted.spaces,
)


def passes(text: str, *, restore_lost: bool) -> tuple[Callable[[str], list[Change]], ...]:
    """The passes that may find something in the text."""
    chosen = (*_ALWAYS, *_RESTORING) if restore_lost else _ALWAYS
    if "&" in text or "\\" in text or not text.replace("\n", "").replace("\t", "").isprintable():
        chosen = (*_UNPRINTED[:2], *chosen, *_UNPRINTED[2:])
    if not text.isascii():
        written = text.encode("utf-8", "surrogatepass")
        if b"\xf0\x9d" in written or b"\xef\xac" in written:
            chosen = (*chosen, unprinted.styled)
    return (*chosen, stand_ins.hyphenated)
