"""Labels in the lines of a text, in any arrangement: before a colon, alone, glued, run on, behind their value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractors._gazetteer import best_place, country_by_name
from extractors._labels import field_of, label_key, label_words, labels, labels_after_value, longest_label
from extractors._questions import field_asked
from pipeline.headings import heading_kind
from pipeline.lines import Line

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
_DASHES = frozenset("–—-")
_QUESTION = re.compile(r"([^?\n]{2,100}\?)[ \t]{1,40}(?=\S)")
_CELL = re.compile(r"[^\s|](?:[ ]?[^\s|]){0,200}")  # what stands in one column
# The label covers only some positions: "Application deadline for programmatic positions"
_SCOPE = re.compile(r"[^\W\d_]+")
SCOPED = frozenset(
    {"closing_date", "issue_date", "start_date", "duration", "duty_station", "salary", "posts", "grade", "schedule"}
    | {"contract_type", "nationality", "posting_period"}
)
# Labels that stand before their value without any mark: "Grade G10", "Vacancy No. 2017-08"
_BARE = frozenset({"grade", "requisition_id", "closing_date", "issue_date", "start_date", "posting_period", "posts"})
# Labels that may be one word of a run-on line.
_SINGLE = frozenset(
    {"title", "education", "experience", "languages", "nationality", "country", "duty_station", "schedule"}
)
_BARE_WORDS = 7  # words of a value without any mark before it
_DATED_WORDS = 10  # of one that begins with a day: "Expire le 27 avril 2026 à 17h00 (heure de Paris)"
_DATED = frozenset({"closing_date", "start_date"})
_DATED_BARE = _DATED | {"issue_date"}
_RUN_ON = 60  # characters of a line in which labels and values run together
_PIECES = re.compile(r"\s?[-–,/]\s?")  # "Luxembourg-Capellen"
_SMALL = 4  # letters of a word that may tie a capitalized one to what stands before
_LONGEST = 240  # characters of a label with what it covers


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it stands in a line; ``value`` is where its value may begin, ``known`` if the inventory has it."""

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
    field = field_of(text) or field_asked(text)
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


def _before_colon(text: str, start: int, colon: int, line: Line, number: int) -> Label | None:
    """The label that ends at this colon."""
    first = start <= line.start
    for begin in _starts(text, start, colon):
        if begin > line.start and not _begins_label(text, begin):
            continue
        field = _field(text[begin:colon])
        if field:
            return Label(begin, colon, colon + 1, field, number)
    if first:
        return _scoped(text, line.start, colon, number) or _unknown(text, line, colon, number)
    return None


def _begins_label(text: str, begin: int) -> bool:
    """Inside a line a label starts with a capital, or with a letter of a script that has none."""
    return text[begin].isupper() or (text[begin].isalpha() and not text[begin].islower())


def _scoped(text: str, start: int, colon: int, number: int) -> Label | None:
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
        covered = {each.casefold() for each in _SCOPE.findall(text, words[count][1], colon)}
        if field == "start_date" and covered & label_words("not_work"):
            return None
        if field in SCOPED:
            return Label(start, colon, colon + 1, field, number)
    return None


def _unknown(text: str, line: Line, colon: int, number: int) -> Label | None:
    words = text[line.start : colon].split() if colon - line.start <= _LONGEST else []
    if 0 < len(words) <= 6 and words[0][0].isupper() and colon + 1 < line.end:
        return Label(line.start, colon, colon + 1, "unknown", number, known=False)
    return None


def in_line(text: str, line: Line, number: int, previous: Line | None) -> list[Label]:
    """The labels of a line, by the first arrangement that fits."""
    found: list[Label] = []
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
        return _before_colons(text, line, number, found[0]) + found
    return (
        _asking(text, line, number)
        or _glued_at_start(text, line, number, words=2)
        or _alone(text, line, number)
        or _gap(text, line, number)
        or _after_value(text, line, number)
        or _bare(text, line, number)
        or _run_on(text, line, number)
        or _glued_at_end(text, line, number)
    )


def _before_colons(text: str, line: Line, number: int, first: Label) -> list[Label]:
    """ "Publication date 10 March 2026. Deadline: 7 April": a label without a mark before one with a colon."""
    head = text[line.start : first.start].rstrip(" .;,|–-")
    if first.start <= line.start or not head:
        return []
    before = replace(line, end=line.start + len(head), text=head)
    return [replace(label, stop=before.end) for label in _bare(text, before, number) if label.field in _DATED_BARE]


def _wrapped(text: str, previous: Line | None, line: Line, colon: int, number: int) -> Label | None:
    """A label broken over two lines: "- Duty" / "Station: Tbilisi"."""
    if previous is None or line.after_blank or len(previous.text) > 40 or colon - line.start > 40:
        return None
    if ":" in previous.text:
        return None
    field = labels().get(label_key(f"{previous.text} {text[line.start : colon]}"))
    if field is None:
        return None
    return Label(previous.start, colon, colon + 1, field, number)


def _alone(text: str, line: Line, number: int) -> list[Label]:
    """A line that is nothing but a label; the value is on the next line."""
    if len(line.text) > 90:
        return []
    field = _field(line.text)
    alone = not line.text.endswith(":")
    return [Label(line.start, line.end, line.end, field, number, alone=alone)] if field else []


def _asking(text: str, line: Line, number: int) -> list[Label]:
    """ "Für wie lange? 12 Monate": a question and its answer."""
    match = _QUESTION.match(text, line.start, line.end)
    field = field_asked(match[1]) if match else None
    return [Label(line.start, match.end(1), match.end(), field, number)] if match and field else []


def _glued_at_start(text: str, line: Line, number: int, *, words: int) -> list[Label]:
    """ "Contract TypeFixed Term", "Years of Experience7": a label of so many words glued to its value."""
    if _run_on_length(line):
        return []
    for glue in _SEAM.finditer(text, line.start, min(line.end, line.start + 60)):
        phrase = text[line.start : glue.start()]
        if phrase.count(" ") + 1 >= words and (field := labels().get(label_key(phrase))):
            return [Label(line.start, glue.start(), glue.start(), field, number)]
    return []


def _run_on_length(line: Line) -> bool:
    return len(line.text) >= _RUN_ON and sum(1 for _ in _SEAM.finditer(line.text)) > 2


def glued_besides(text: str, rows: list[Line], found: list[Label], openers: set[int]) -> list[Label]:
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


def _glued_at_end(text: str, line: Line, number: int) -> list[Label]:
    """ "UNOPS LICA4Target Start Date": a label glued to the end of another value; its own value is on the next line."""
    for glue in _GLUE.finditer(text, max(line.start, line.end - 60), line.end):
        phrase = text[glue.start() : line.end]
        if " " in phrase and (field := _field(phrase)):
            return [Label(glue.start(), line.end, line.end, field, number)]
    return []


def _gap(text: str, line: Line, number: int) -> list[Label]:
    match = _GAP.match(line.text)
    field = _field(match[1]) if match else None
    if match is None or field is None or (match[2].strip() in _DASHES and heading_kind(line.text)):
        return []
    first = Label(line.start, line.start + match.end(1), line.start + match.end(), field, number)
    return [first, *_further(text, line, number, first.value)]


def _further(text: str, line: Line, number: int, start: int) -> list[Label]:
    """Labels in the further columns of a line: "Post     Driver          Grade     G2"."""
    cells = [m.span() for m in _CELL.finditer(text, start, line.end)]
    found: list[Label] = []
    held = 0  # the cell that is the value of the last label
    for at in range(1, len(cells) - 1):
        low, high = cells[at]
        if at > held and text[low].isupper() and (field := _field(text[low:high])):
            found.append(Label(low, high, cells[at + 1][0], field, number))
            held = at + 1
    return found


def _after_value(text: str, line: Line, number: int) -> list[Label]:
    """ "ODI000356 Requisition #": the value is what stands before the label."""
    if len(line.text) > 100:
        return []
    words = [m.start() for m in _WORD.finditer(text, line.start, line.end)]
    for begin in words[1:]:
        field = labels_after_value().get(label_key(text[begin : line.end])) or labels_after_value().get(
            text[begin : line.end].casefold()
        )
        if field:
            return [Label(begin, line.end, line.start, field, number, stop=begin)]
    return []


def _bare(text: str, line: Line, number: int) -> list[Label]:
    """ "Grade G10": a label, one blank, and a short value with a figure."""
    if len(line.text) > 90:
        return []
    words = [m.span() for m in _WORD.finditer(text, line.start, line.end)]
    for count in range(min(len(words) - 1, 7), 0, -1):
        field = _field(text[line.start : words[count - 1][1]])
        if field in _BARE:
            rest = text[words[count][0] : line.end]
            most = _DATED_WORDS if field in _DATED and text[words[count][0]].isdecimal() else _BARE_WORDS
            if len(words) - count <= most and any(c.isdigit() for c in rest):
                return [Label(line.start, words[count - 1][1], words[count][0], field, number)]
        elif field in ("country", "duty_station") and len(words) - count <= 4:
            rest = text[words[count][0] : line.end]
            if country_by_name(rest) or best_place(rest) or country_by_name(_PIECES.split(rest)[0]):
                return [Label(line.start, words[count - 1][1], words[count][0], field, number)]
    return []


def _run_on(text: str, line: Line, number: int) -> list[Label]:
    """ "Primary Location Belgium-Brussels Schedule Full-time Grade G10": labels and values in one line, unmarked.

    They may be glued: "Requisition ID36215Office CountryGeorgia".
    """
    if not _RUN_ON <= len(line.text) <= 3000:
        return []
    words = [m.span() for m in _PIECE.finditer(text, line.start, line.end)]
    found: list[Label] = []
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
                    found.append(Label(start, end, end, field, number))
                    several += count > 1
                    step = count
                    break
        at += step
    if len(found) < 3 or several < 2 or len(words) > 14 * len(found):
        return []
    return _with_single(text, words, found, number)


def _with_single(text: str, words: list[tuple[int, int]], found: list[Label], number: int) -> list[Label]:
    """The labels of a run-on line and those of one word between them: "Education Bachelor's degree Experience ..."."""
    more: list[Label] = []
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
            more.append(Label(start, end, end, field, number))
            fields.add(field)
        before = word
    return sorted(found + more, key=lambda label: label.start)
