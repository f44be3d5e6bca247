"""Marks labelled facts: "Label: value" in any arrangement.

``doc.spans["labels"]`` and ``doc.spans["facts"]`` run in parallel; both spans carry the label's field.  A label that
the inventory does not know carries the field ``unknown``: it ends the value before it and feeds the warnings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from extractors._gazetteer import best_place, country_by_name
from extractors._labels import field_of, label_key, label_words, labels, labels_after_value, longest_label
from pipeline.headings import heading_kind
from pipeline.lines import Line, lines

if TYPE_CHECKING:
    from spacy.tokens import Doc

_COLON = re.compile(r"(?:(?<!\d):|:(?!\d))(?!//)|：")
_PARENTHESIS = re.compile(r"\s{0,9}[(\[][^()\[\]]{0,100}[)\]]\s{0,9}(?:\*\s{0,9})?$")
_WORD = re.compile(r"\S+")
# A word, or the part of a word up to a capital or figure that is glued to it.
_PIECE = re.compile(
    r"[A-ZÀ-Þ]?[a-zà-ÿ'’]+(?=[A-ZÀ-Þ\d])|[A-Z]{2,4}(?=\d)|\d+(?=[A-ZÀ-Þ][a-z])|[^\s]+?(?=[a-zà-ÿ)\d][A-ZÀ-Þ][a-z])[a-z)\d]|\S+"
)
_SEAM = re.compile(r"(?<=[a-zà-ÿ)])(?=[A-ZÀ-Þ\d])")
_GLUE = re.compile(r"(?<=[a-zà-ÿ\d)])(?=[A-ZÀ-Þ])")
# "Label    value", "Label<tab>value", "Label | value", "Label – value", "Label = value", "Label ..... value"
_GAP = re.compile(r"^(.{2,70}?)(\t+| {2,}| ?\| ?| [–—=-] |\.{4,} ?)(?=\S)")
# The label covers only some positions: "Application deadline for programmatic positions"
_SCOPE = re.compile(r"[^\W\d_]+")
_SCOPED = frozenset(
    {"closing_date", "issue_date", "start_date", "duration", "duty_station", "salary", "posts", "grade", "schedule"}
    | {"contract_type", "nationality", "posting_period"}
)
# Labels that stand before their value without any mark: "Grade G10", "Vacancy No. 2017-08"
_BARE = frozenset({"grade", "requisition_id", "closing_date", "issue_date", "start_date", "posting_period", "posts"})
# Labels that may be one word of a run-on line.
_SINGLE = frozenset(
    {"title", "education", "experience", "languages", "nationality", "country", "duty_station", "schedule"}
)
_LAST = re.compile(r"[a-zà-ÿ] ([^\W\d_]{1,8}|&)$")
_RUN_ON = 60  # characters of a line in which labels and values run together
_SMALL = 4  # letters of a word that may tie a capitalized one to what stands before
_WIDEST_WRAP = 100
_LONGEST = 240  # characters of a label with what it covers
_RULE = " \t|;·•–—=_*"


@dataclass(frozen=True, slots=True)
class _Label:
    start: int
    end: int
    value: int  # where the value may begin
    field: str
    line: int
    stop: int = -1  # where the value ends, if the arrangement says so
    alone: bool = False  # a line that is nothing but the label
    known: bool = True


def _field(text: str) -> str | None:
    """The field of a printed label, without regard to a parenthesis at its end."""
    field = field_of(text)
    if field is None and text.rstrip().endswith((")", "]", "*")):
        bare = _PARENTHESIS.sub("", text)
        if bare and bare != text:
            field = field_of(bare)
    return field


def _starts(text: str, start: int, end: int) -> list[int]:
    """Where a label that ends at ``end`` may start: the last words, and capitals glued to a word."""
    found: list[int] = []
    low = max(start, end - 160)
    for word in _WORD.finditer(text, low, end):
        found.append(word.start())
        found.extend(m.start() for m in _GLUE.finditer(text, word.start() + 1, word.end()))
        bracket = word.group()
        if bracket[0] in "([•-–*":
            found.append(word.start() + 1)
    return found[-(longest_label() + 12) :]


def _before_colon(text: str, start: int, colon: int, line: Line, number: int) -> _Label | None:
    """The label that ends at this colon."""
    first = start <= line.start
    for begin in _starts(text, start, colon):
        if begin > line.start and not _begins_label(text, begin):
            continue
        field = _field(text[begin:colon])
        if field:
            return _Label(begin, colon, colon + 1, field, number)
    if first:
        return _scoped(text, line.start, colon, number) or _unknown(text, line, colon, number)
    return None


def _begins_label(text: str, begin: int) -> bool:
    """Inside a line a label starts with a capital, or with a letter of a script that has none."""
    return text[begin].isupper() or (text[begin].isalpha() and not text[begin].islower())


def _scoped(text: str, start: int, colon: int, number: int) -> _Label | None:
    """A label with what it covers: "Start date of employment for advance team positions:"."""
    if colon - start > _LONGEST:
        return None
    words = [m.span() for m in _WORD.finditer(text, start, colon)]
    if not 2 < len(words) <= 16:
        return None
    for count in range(len(words) - 1, 0, -1):
        word = _SCOPE.match(text, words[count][0])
        if word is None or word.group().casefold() not in label_words("scope"):
            continue
        field = _field(text[start : words[count - 1][1]])
        if field in _SCOPED:
            return _Label(start, colon, colon + 1, field, number)
    return None


def _unknown(text: str, line: Line, colon: int, number: int) -> _Label | None:
    words = text[line.start : colon].split() if colon - line.start <= _LONGEST else []
    if 0 < len(words) <= 6 and words[0][0].isupper() and colon + 1 < line.end:
        return _Label(line.start, colon, colon + 1, "unknown", number, known=False)
    return None


def _in_line(text: str, line: Line, number: int, previous: Line | None) -> list[_Label]:
    found: list[_Label] = []
    start = line.start
    for match in _COLON.finditer(text, line.start, line.end):
        colon = match.start()
        label = _before_colon(text, start, colon, line, number)
        wrapped = _wrapped(text, previous, line, colon, number) if start == line.start else None
        label = wrapped or label
        if label:
            found.append(label)
            start = colon + 1
    if found:
        return found
    return (
        _glued_at_start(text, line, number, words=2)
        or _alone(text, line, number)
        or _gap(text, line, number)
        or _after_value(text, line, number)
        or _bare(text, line, number)
        or _run_on(text, line, number)
        or _glued_at_end(text, line, number)
    )


def _wrapped(text: str, previous: Line | None, line: Line, colon: int, number: int) -> _Label | None:
    """A label broken over two lines: "- Duty" / "Station: Tbilisi"."""
    if previous is None or line.after_blank or len(previous.text) > 40 or colon - line.start > 40:
        return None
    if ":" in previous.text:
        return None
    field = labels().get(label_key(f"{previous.text} {text[line.start : colon]}"))
    if field is None:
        return None
    return _Label(previous.start, colon, colon + 1, field, number)


def _alone(text: str, line: Line, number: int) -> list[_Label]:
    """A line that is nothing but a label; the value is on the next line."""
    if len(line.text) > 90:
        return []
    field = _field(line.text)
    alone = not line.text.endswith(":")
    return [_Label(line.start, line.end, line.end, field, number, alone=alone)] if field else []


def _glued_at_start(text: str, line: Line, number: int, *, words: int) -> list[_Label]:
    """ "Contract TypeFixed Term", "Years of Experience7": a label of so many words glued to its value."""
    if _run_on_length(line):
        return []
    for glue in _SEAM.finditer(text, line.start, min(line.end, line.start + 60)):
        phrase = text[line.start : glue.start()]
        if phrase.count(" ") + 1 >= words and (field := labels().get(label_key(phrase))):
            return [_Label(line.start, glue.start(), glue.start(), field, number)]
    return []


def _run_on_length(line: Line) -> bool:
    return len(line.text) >= _RUN_ON and sum(1 for _ in _SEAM.finditer(line.text)) > 2


def _glued_besides(text: str, rows: list[Line], found: list[_Label], openers: set[int]) -> list[_Label]:
    """Labels of one word glued to their values ("GradeP-4"), beside lines with longer ones."""
    sure = {label.line for label in found if label.end == label.value and text[label.end : label.end + 1].isalnum()}
    more = [
        label
        for number, line in enumerate(rows)
        if number not in openers and sure & {number - 1, number + 1}
        for label in _glued_at_start(text, line, number, words=1)
    ]
    openers.update(label.line for label in more)
    return sorted(found + more, key=lambda label: label.start)


def _glued_at_end(text: str, line: Line, number: int) -> list[_Label]:
    """ "UNOPS LICA4Target Start Date": a label glued to the end of another value; its own value is on the next line."""
    for glue in _GLUE.finditer(text, max(line.start, line.end - 60), line.end):
        phrase = text[glue.start() : line.end]
        if " " in phrase and (field := _field(phrase)):
            return [_Label(glue.start(), line.end, line.end, field, number)]
    return []


def _gap(text: str, line: Line, number: int) -> list[_Label]:
    match = _GAP.match(line.text)
    field = _field(match[1]) if match else None
    if match is None or field is None:
        return []
    return [_Label(line.start, line.start + match.end(1), line.start + match.end(), field, number)]


def _after_value(text: str, line: Line, number: int) -> list[_Label]:
    """ "ODI000356 Requisition #": the value is what stands before the label."""
    if len(line.text) > 100:
        return []
    words = [m.start() for m in _WORD.finditer(text, line.start, line.end)]
    for begin in words[1:]:
        field = labels_after_value().get(label_key(text[begin : line.end])) or labels_after_value().get(
            text[begin : line.end].casefold()
        )
        if field:
            return [_Label(begin, line.end, line.start, field, number, stop=begin)]
    return []


def _bare(text: str, line: Line, number: int) -> list[_Label]:
    """ "Grade G10": a label, one blank, and a short value with a figure."""
    if len(line.text) > 90:
        return []
    words = [m.span() for m in _WORD.finditer(text, line.start, line.end)]
    for count in range(min(len(words) - 1, 7), 0, -1):
        field = _field(text[line.start : words[count - 1][1]])
        if field in _BARE:
            rest = text[words[count][0] : line.end]
            if len(words) - count <= 7 and any(c.isdigit() for c in rest):
                return [_Label(line.start, words[count - 1][1], words[count][0], field, number)]
        elif field in ("country", "duty_station") and len(words) - count <= 4:
            rest = text[words[count][0] : line.end]
            if country_by_name(rest) or best_place(rest):
                return [_Label(line.start, words[count - 1][1], words[count][0], field, number)]
    return []


def _run_on(text: str, line: Line, number: int) -> list[_Label]:
    """ "Primary Location Belgium-Brussels Schedule Full-time Grade G10": labels and values in one line, unmarked.

    They may be glued: "Requisition ID36215Office CountryGeorgia".
    """
    if not _RUN_ON <= len(line.text) <= 3000:
        return []
    words = [m.span() for m in _PIECE.finditer(text, line.start, line.end)]
    found: list[_Label] = []
    several = 0
    at = 0
    while at < len(words):
        step = 1
        if text[words[at][0]].isupper():
            for count in range(min(6, len(words) - at), 0, -1):
                start, end = words[at][0], words[at + count - 1][1]
                field = labels().get(label_key(text[start:end]))
                glued = start > line.start and not text[start - 1].isspace()
                if field and (count > 1 or glued or field in _BARE) and text[end : end + 1] not in (",", ".", ";", "-"):
                    found.append(_Label(start, end, end, field, number))
                    several += count > 1
                    step = count
                    break
        at += step
    if len(found) < 3 or several < 2 or len(words) > 14 * len(found):
        return []
    return _with_single(text, words, found, number)


def _with_single(text: str, words: list[tuple[int, int]], found: list[_Label], number: int) -> list[_Label]:
    """The labels of a run-on line and those of one word between them: "Education Bachelor's degree Experience ..."."""
    more: list[_Label] = []
    fields = {label.field for label in found}
    before = ""
    for place, (start, end) in enumerate(words):
        word = text[start:end]
        field = labels().get(label_key(word)) if word[0].isupper() else None
        free = not any(label.start <= start < label.end for label in found)
        # "Education and Experience", "Job categories"
        part = before.islower() and len(before) <= _SMALL
        part = part or place + 1 == len(words) or text[words[place + 1][0]].islower()
        if field in _SINGLE - fields and free and not part and (field != "title" or place == 0):
            more.append(_Label(start, end, end, field, number))
            fields.add(field)
        before = word
    return sorted(found + more, key=lambda label: label.start)


def hard_wrapped(rows: list[Line]) -> bool:
    """Whether the text is set in lines of a fixed width, so that a line end means nothing."""
    long = sum(1 for line in rows if 55 <= len(line.text) <= _WIDEST_WRAP)
    return long >= 8 and sum(1 for line in rows if len(line.text) > _WIDEST_WRAP) <= len(rows) // 50


def _is_open(line: str) -> bool:
    """Whether a line ends in a word that cannot end a value: "Ministry of the"."""
    last = _LAST.search(line[-12:])
    return last is not None and last[1] in label_words("open_end")


def _value(
    text: str, rows: list[Line], found: list[_Label], at: int, openers: set[int], wrapped: bool
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


def _under_values(found: list[_Label], rows: list[Line], openers: set[int]) -> list[_Label]:
    """Turn labels that stand alone under their values, where a page prints most of its labels so."""
    alone = [label for label in found if label.alone and rows[label.line].before_blank != rows[label.line].after_blank]
    under = [a for a in alone if rows[a.line].before_blank and a.line - 1 not in openers]
    if len(under) < 3 or len(under) * 2 <= len(alone):
        return found
    turned = {label.line for label in under}
    return [
        replace(label, value=rows[label.line - 1].start, stop=rows[label.line - 1].end)
        if label.line in turned
        else label
        for label in found
    ]


@Language.component("facts")
def mark_facts(doc: Doc) -> Doc:
    """Mark the labels and their values."""
    text = doc.text
    rows = lines(text)
    found: list[_Label] = []
    openers: set[int] = set()
    for number, line in enumerate(rows):
        here = _in_line(text, line, number, rows[number - 1] if number else None)
        if here and here[0].start < line.start and found and found[-1].start >= here[0].start:
            found.pop()
        if here:
            openers.add(number)
        found.extend(here)
    found = _under_values(_glued_besides(text, rows, found, openers), rows, openers)
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
