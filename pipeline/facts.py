"""Marks labelled facts: "Label: value" in any arrangement.

``doc.spans["labels"]`` and ``doc.spans["facts"]`` run in parallel; both spans carry the label's field.  A label that
the inventory does not know carries the field ``unknown``: it ends the value before it and feeds the warnings.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from extractors._labels import label_words
from pipeline.headings import heading_kind
from pipeline.labelling import Label, glued_besides, in_line
from pipeline.lines import Line, lines

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LAST = re.compile(r"[a-zà-ÿ] ([^\W\d_]{1,8}|&)$")
_WIDEST_WRAP = 100
_LONGEST_PAY = 60  # characters of a line that is pay and nothing else
_RULE = " \t|;·•–—=_*"


def hard_wrapped(rows: list[Line]) -> bool:
    """Whether the text is set in lines of a fixed width, so that a line end means nothing."""
    long = sum(1 for line in rows if 55 <= len(line.text) <= _WIDEST_WRAP)
    return long >= 8 and sum(1 for line in rows if len(line.text) > _WIDEST_WRAP) <= len(rows) // 50


def _is_open(line: str) -> bool:
    """Whether a line ends in a word that cannot end a value: "Ministry of the"."""
    last = _LAST.search(line[-12:])
    return last is not None and last[1] in label_words("open_end")


def _value(
    text: str, rows: list[Line], found: list[Label], at: int, openers: set[int], wrapped: bool
) -> tuple[int, int]:
    label = found[at]
    start, end = label.value, rows[label.line].end
    if label.stop >= 0:
        return start, label.stop
    if at + 1 < len(found) and found[at + 1].line == label.line:
        return start, found[at + 1].start
    following = label.line + 1
    if at + 1 < len(found) and found[at + 1].start < end:
        end = found[at + 1].start  # the next label is wrapped and began on this line
    if not text[start:end].strip(_RULE + "\n"):
        if following >= len(rows) or following in openers:
            return start, start
        start, end = rows[following].start, rows[following].end
        if text.count("\n", label.end, start) > 3:
            return end, end
        following += 1
    while following < len(rows) and following not in openers and end - start < 400:
        line, last = rows[following], rows[following - 1]
        column = line.indent >= 10 and not line.after_blank
        flows = (
            not line.after_blank
            and not line.bullet
            and ((wrapped and len(last.text) >= 40) or (last.end == end and _is_open(last.text)))
        )
        if not (column or flows) or heading_kind(line.text):
            break
        end = line.end
        following += 1
    return start, end


def _under_pay(label: Label, rows: list[Line], openers: set[int]) -> Label:
    """ "UAH 68,500" / "Monthly salary": a label alone below its value, with nothing that could be it behind."""
    line, above = rows[label.line], rows[label.line - 1] if label.line else None
    if not label.alone or label.field != "salary" or above is None or line.after_blank or label.line - 1 in openers:
        return label
    following = rows[label.line + 1] if label.line + 1 < len(rows) else None
    free = following is None or line.before_blank or heading_kind(following.text) or label.line + 1 in openers
    if not free or len(above.text) > _LONGEST_PAY or not any(c.isdigit() for c in above.text):
        return label
    return replace(label, value=above.start, stop=above.end)


def _under_values(found: list[Label], rows: list[Line], openers: set[int]) -> list[Label]:
    """Turn labels that stand alone under their values, where a page prints most of its labels so."""
    found = [_under_pay(label, rows, openers) for label in found]
    alone = [label for label in found if label.alone and rows[label.line].before_blank != rows[label.line].after_blank]
    under = [a for a in alone if rows[a.line].before_blank and a.line - 1 not in openers]
    turned = _ending_in_labels(found, rows, openers)
    if len(under) >= 3 and len(under) * 2 > len(alone):
        turned |= {label.line for label in under}
    if not turned:
        return found
    return [
        replace(label, value=rows[label.line - 1].start, stop=rows[label.line - 1].end)
        if label.line in turned
        else label
        for label in found
    ]


def _ending_in_labels(found: list[Label], rows: list[Line], openers: set[int]) -> set[int]:
    """The lines of labels in blocks that begin with a value and end in a label: each stands under its value."""
    turned: set[int] = set()
    block: set[int] = set()
    for label in found:
        line = label.line
        if not label.alone:
            continue
        if not (block and line - 2 in block and line - 1 not in openers and not _parted(rows, line)):
            block = set() if line == 0 or line - 1 in openers or rows[line].after_blank else {line}
        else:
            block.add(line)
        if len(block) >= 3 and (line + 1 == len(rows) or rows[line].before_blank):
            turned |= block
    return turned


def _parted(rows: list[Line], line: int) -> bool:
    """Whether a blank line stands between the label two lines above and this one."""
    return rows[line].after_blank or rows[line - 1].after_blank


@Language.component("facts")
def mark_facts(doc: Doc) -> Doc:
    """Mark the labels and their values."""
    text = doc.text
    rows = lines(text)
    found: list[Label] = []
    openers: set[int] = set()
    for number, line in enumerate(rows):
        here = in_line(text, line, number, rows[number - 1] if number else None)
        if here and here[0].start < line.start and found and found[-1].start >= here[0].start:
            found.pop()
        if here:
            openers.add(number)
        found.extend(here)
    found = _under_values(glued_besides(text, rows, found, openers), rows, openers)
    wrapped = hard_wrapped(rows)
    label_spans: list[Span] = []
    fact_spans: list[Span] = []
    for at, label in enumerate(found):
        start, end = _value(text, rows, found, at, openers, wrapped)
        while start < end and (text[start].isspace() or text[start] in _RULE):
            start += 1
        while end > start and (text[end - 1].isspace() or text[end - 1] in _RULE):
            end -= 1
        if start >= end:
            continue
        name = doc.char_span(label.start, label.end, label=label.field, alignment_mode="expand")
        value = doc.char_span(start, end, label=label.field, alignment_mode="expand")
        if name is not None and value is not None:
            label_spans.append(name)
            fact_spans.append(value)
    doc.spans["labels"] = label_spans
    doc.spans["facts"] = fact_spans
    return doc
