"""Lines of a text, with what their first characters say: bullet, number, indentation."""

from __future__ import annotations

import re
from dataclasses import dataclass

BULLET = r"[•●▪◦‣∙·■□○►➢➤✓✔❖*\-–—−o§]"
_LINE = re.compile(r"[^\n]+")
# "• text", "- text", "1. text", "(a) text", "1) text", "iv. text", "* text", "# heading"
_MARK = re.compile(
    rf"""
    [ \t]* (?:
        \|[ \t]+ (?:\*\*(?=\S))?
      | (?:
            \*\*(?=\S) | \#{{1,6}}[ ] | {BULLET}[ \t]+ | [•●▪◦‣∙·■□►➢➤✓✔❖§]
          | \(? (?: \d{{1,2}}(?:\.\d{{1,2}}){{0,2}} | [a-zA-Z] | [ivxIVX]{{1,5}} ) [.)]
            (?![A-Z]\.) (?=[ \t]|[A-ZÀ-Þ]) [ \t]*
        ){{0,3}}
    )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: ``start`` and ``end`` bound its text without bullet mark and outer blanks."""

    start: int
    end: int
    indent: int
    bullet: bool
    after_blank: bool
    before_blank: bool
    text: str


def lines(text: str) -> list[Line]:
    """The lines of the text that are not blank, in order."""
    found: list[Line] = []
    last_end = -1
    spans = [m.span() for m in _LINE.finditer(text)]
    spans = [(start, end) for start, end in spans if not text[start:end].isspace()]
    for number, (start, end) in enumerate(spans):
        mark = _MARK.match(text, start, end)
        body = mark.end() if mark else start
        if body >= end:
            body = start
        while body < end and text[body].isspace():
            body += 1
        stop = end
        while stop > body and text[stop - 1].isspace():
            stop -= 1
        gap_before = text.count("\n", max(last_end, 0), start) > 1 or number == 0
        following = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        gap_after = text.count("\n", end, following) > 1 or number + 1 == len(spans)
        indent = len(text[start:end]) - len(text[start:end].lstrip())
        marked = bool(text[start:body].strip())
        found.append(Line(body, stop, indent, marked, gap_before, gap_after, text[body:stop]))
        last_end = end
    return found
