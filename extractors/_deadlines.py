"""Where a notice says by which date to apply, with the stretch in which that date's time and zone may stand.

Labels state it ("Closing date: ..."), posting periods, sentences (see ``extractors._applying``), and on some boards
two dates on a line near the top.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from extractors._applying import (
    about_applying,
    ends_in_apply,
    ends_with_until,
    has_address,
    lead,
    opens_period,
    plain_of,
    words,
)
from extractors._dates import DateMention, dates_in
from extractors._doc import Fact, body, facts, section_at
from extractors._flat import flat
from extractors._labels import label_key, labels, load_toml
from extractors._sentence import sentence_at
from extractors._stretches import Stretches

if TYPE_CHECKING:
    from spacy.tokens import Doc

RULES = ("extended", "labelled", "posting_period", "apply_by", "head_period", "send_by")
_REACH = 240  # characters of a sentence read before a date
_AFTER = 90  # characters read behind a date for its time
_NEAR = 60  # characters behind a label's date in which "extended" belongs to it
_HEADING = 30  # characters before a sentence in which a heading says that it is about applying
_CELL = re.compile(r"[|\t][ *_]*\Z")
_FOR = re.compile(
    r"[ ,(]{1,3}(?:for|pour|para|für|per|pentru|для|за|za|për)[ ](?!the[ ](?:submission|receipt))[^\d.;\n]{2,60}"
)
_SECTIONS_WITHOUT = frozenset({"duties", "background"})


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which to apply; the time and zone that go with it stand between ``start`` and ``end``."""

    date: DateMention
    rule: str
    start: int
    end: int


def deadlines(doc: Doc) -> tuple[Deadline, ...]:
    """All dates by which the notice says to apply, in order of the text; kept with the Doc until it is marked anew."""
    marks = doc.spans.get("facts")
    held = doc.user_data.get("deadlines")
    if held is None or held[0] is not marks:
        held = doc.user_data["deadlines"] = (marks, _all(doc, doc.text))
    found: tuple[Deadline, ...] = held[1]
    return found


def _all(doc: Doc, text: str) -> tuple[Deadline, ...]:
    labelled = list(_labelled(doc, text))
    starts = sorted(deadline.date.start for deadline in labelled)
    read = [(value_start(f), f.end) for f in facts(doc, "closing_date", "posting_period")]
    within = Stretches((start, end) for start, end in read if bisect_left(starts, start) < bisect_left(starts, end))
    printed = [
        deadline for deadline in (*_printed(doc, text), *_head_period(text)) if not within.hold(deadline.date.start)
    ]
    return tuple(sorted(labelled + printed, key=lambda d: d.date.start))


def _labelled(doc: Doc, text: str) -> Iterator[Deadline]:
    for fact in facts(doc, "closing_date", "posting_period"):
        section = section_at(doc, fact.label_start)
        if section is not None and section.kind == "debris":
            continue
        yield from _of_period(text, fact) if fact.field == "posting_period" else _of_fact(text, fact)


def _of_fact(text: str, fact: Fact) -> Iterator[Deadline]:
    """The date of "Closing date: ..."; of a range the last, of an extended deadline the new one."""
    mentions = list(dates_in(text, value_start(fact), fact.end))
    if not mentions or mentions[0].start - fact.start > _REACH:
        return
    rule, chosen = _of_mentions(text, fact, mentions)
    label = flat(text[fact.label_start : fact.label_end])
    if _is_for_something_else(text, fact.start, chosen) or words("never").search(label):
        return
    following = [m.start for m in mentions if m.start > chosen.end]
    yield Deadline(chosen, rule, value_start(fact), min(fact.end, chosen.end + _AFTER, *following))
    if chosen == mentions[0] and rule == "labelled":
        for other in other_cells(text, mentions) or _of_others(text, mentions, fact.end):
            yield Deadline(other, rule, other.start, min(fact.end, other.end + _AFTER))


def other_cells(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """The dates with which further cells of a row begin: "6 May 2025, 16:00 | 9 May 2025" is one for each group."""
    behind = [other for one, other in pairwise(mentions) if _CELL.search(text, one.end, other.start)]
    return [mention for mention in behind if mention.value != mentions[0].value]


def _ends_with(expression: re.Pattern[str], before: str) -> bool:
    return any(not before[match.end() :].strip() for match in expression.finditer(before))


def _of_others(text: str, mentions: list[DateMention], end: int) -> list[DateMention]:
    """The further dates of "7 May 2025 for Odesa and 14 May 2025 for the others", where each is said to be for some."""
    if len(mentions) < 2 or not all(_FOR.match(text, mention.end, end) for mention in mentions[:2]):
        return []
    return [mention for mention in mentions[1:] if mention.value != mentions[0].value]


def _of_mentions(text: str, fact: Fact, mentions: list[DateMention]) -> tuple[str, DateMention]:
    """Which date of a label's value counts, and as what."""
    first = mentions[0]
    plain = flat(text)
    extended = words("extended").search(plain, fact.label_start, min(fact.end, first.end + _NEAR))
    if extended:
        later = [m for m in mentions if m.start > extended.start()]
        if len(later) == 1 and later[0] is not first and words("opening").search(plain, extended.end(), later[0].start):
            return "extended", mentions[mentions.index(later[0]) - 1]  # "20 May 2025 (extended from 6 May 2025)"
        if len(later) > 1 and is_range(text, later[0], later[1]):  # "extended from 6 May to 20 May 2025"
            return "extended", later[1]
        if later or len(mentions) == 1:
            return "extended", later[0] if later else first
    if len(mentions) > 1:
        opening = words("opening").search(plain, max(fact.start, first.start - 25), first.start)
        if opening or is_range(text, first, mentions[1]):
            return "labelled", mentions[1]
    return "labelled", first


def _is_for_something_else(text: str, start: int, mention: DateMention) -> bool:
    """Whether the value says, before its date, that the date is none by which to apply."""
    before = flat(text[start : mention.start])
    return bool(words("never").search(before)) or bool(words("open").search(before))


def value_start(fact: Fact) -> int:
    """Where the value may begin: the day of "15. März 2026" may have been taken for an item's number."""
    return fact.start if fact.label_end > fact.start else max(fact.label_end, fact.start - 5)


def _of_period(text: str, fact: Fact) -> Iterator[Deadline]:
    mentions = list(dates_in(text, value_start(fact), fact.end))[:2]
    if len(mentions) == 2 and mentions[0].value < mentions[1].value:
        yield Deadline(mentions[1], "posting_period", mentions[0].end, min(fact.end, mentions[1].end + _AFTER))
    elif len(mentions) == 1 and ends_with_until(flat(text[fact.start : mentions[0].start])) is not None:
        yield Deadline(mentions[0], "posting_period", fact.start, min(fact.end, mentions[0].end + _AFTER))


@cache
def _range_words() -> re.Pattern[str]:
    table = load_toml("months.toml")["words"]
    assert isinstance(table, dict)
    return re.compile(
        rf"\s{{0,9}}(?:{'|'.join(sorted(map(re.escape, map(flat, table['range'])), key=len, reverse=True))})\s{{0,9}}"
    )


def is_range(text: str, first: DateMention, second: DateMention) -> bool:
    """Whether two neighbouring dates are the ends of a period: "1 - 20 March 2025"."""
    between = flat(text[first.end : second.start]).strip(" .,")
    return first.value < second.value and (len(between) < 12 and bool(_range_words().fullmatch(between)))


def _printed(doc: Doc, text: str) -> Iterator[Deadline]:
    previous: DateMention | None = None
    groups = [span for span in doc.spans.get("scopes", ()) if span.label_ == "group"]
    divided = Stretches((span.start_char, span.end_char) for span in groups)
    last: Deadline | None = None
    for start, end in body(doc):
        for mention in dates_in(text, start, end):
            opening = previous if previous and previous.end <= mention.start else None
            previous = mention
            found = _read(text, mention, opening)
            if found and _is_narrated(doc, text, mention):
                found = None
            if not found and last and divided.hold(mention.start) and _goes_on(text, last, mention):
                found = Deadline(mention, last.rule, mention.start, min(end, mention.end + _AFTER))
            last = found
            if found:
                yield found


def _goes_on(text: str, last: Deadline, mention: DateMention) -> bool:
    """Whether a date goes on in a list of deadlines: "for MD 07 it is 3 May 2026; for MD 09 it is 9 May 2026"."""
    between = text[last.date.end : mention.start]
    return len(between) < _AFTER and not re.search(r"[.!?]\s|\n", between)


# "November 4, 2025December 2, 2025Tashkent": a board's two dates without labels, on a line of their own
_HEAD = 600


def _head_period(text: str) -> Iterator[Deadline]:
    """The second of two dates with which a line near the top begins."""
    for first, second in head_periods(text):
        yield Deadline(second, "head_period", first.end, second.end)


def head_periods(text: str) -> Iterator[tuple[DateMention, DateMention]]:
    """Two dates, one right behind the other, with which a line near the top begins: the days of opening and closing."""
    mentions = list(dates_in(text, 0, min(len(text), _HEAD)))
    for first, second in pairwise(mentions):
        alone = not text[text.rfind("\n", 0, first.start) + 1 : first.start].strip(" -–•*|")
        between = text[first.end : second.start]
        if alone and first.value < second.value and not between.strip(" -–—|/\t") and "\n" not in between:
            yield first, second


def _label_above(text: str, start: int) -> str | None:
    """The field of a label that fills the line above: the value's own line may be glued to the next label."""
    line = text.rfind("\n", 0, start) + 1
    above = text[:line].rstrip()[-80:].rpartition("\n")[2].strip(" :*•|")
    return labels().get(label_key(above)) if above and not text[line:start].strip() else None


def _is_narrated(doc: Doc, text: str, mention: DateMention) -> bool:
    """Whether the date stands in a section about duties or the background, in a sentence that invites nobody."""
    section = section_at(doc, mention.start)
    if section is None or section.kind not in _SECTIONS_WITHOUT:
        return False
    start, end = sentence_at(text, mention.start, mention.end)
    sentence = flat(text[start:end])
    return not (words("apply").search(sentence) and words("call").search(sentence))


def _read(text: str, mention: DateMention, previous: DateMention | None) -> Deadline | None:
    """The deadline that the sentence around a date states, if it states one."""
    begin, end = sentence_at(text, mention.start, mention.end)
    begin = max(begin, mention.start - _REACH)
    end = min(end, mention.end + _AFTER)
    before, after = plain_of(text[begin : mention.start]), plain_of(text[mention.end : end])
    opening = mention.start
    if words("extended").search(before) and _ends_with(words("opening"), before):
        return None  # the day from which it was extended
    if previous and previous.start >= begin:
        if is_range(text, previous, mention):
            opening = previous.start
            if words("extended").search(before[: opening - begin]):  # "extended from 20 April to 3 May 2027"
                return Deadline(mention, "extended", mention.end, end)
        else:  # what stands before another date belongs to that one
            before = before[previous.end - begin :] if about_applying(before[previous.end - begin :]) else before
    if opening < mention.start and opens_period(before[: opening - begin]):
        return Deadline(mention, "apply_by", mention.end, end)
    if not before.strip() and _label_above(text, mention.start) == "closing_date":
        return Deadline(mention, "labelled", mention.start, end)
    asked = ends_in_apply(plain_of(text[max(0, begin - _HEADING) : begin]))
    found = lead(before, after, sent=has_address(text, begin, end) + 2 * asked)
    if found is None:
        return None
    following = next((m.start for m in dates_in(text, mention.end, end)), end)
    return Deadline(mention, found.rule, mention.start - found.scope, min(end, following))
