"""Time of day at which applications close, HH:MM of 24 hours as stated; midnight is the end of the day, 23:59.

"Close of business" is no time, nor are office hours or the time of an interview.  The time stands beside the closing
date or its label, or apart from it with words that tie it to the closing day.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._applying import asks_by, only_filler, plain_of
from extractors._choice import strongest
from extractors._dates import dates_in
from extractors._deadlines import Deadline, deadlines
from extractors._doc import body, facts, section_at
from extractors._flat import compiled, flat
from extractors._labels import load_toml
from extractors._phrases import occurrences
from extractors._sentence import sentence_at
from extractors._times import TimeMention, times_in
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "closing_time"
RULES = ("beside_extended", "beside_date", "in_label", "on_closing_day", "undated")
_WORD = 8  # characters of the word before a time, which shows that "14.00" is one
_SENTENCE = 200  # characters read on either side of a time without a date
_TIED = 60  # characters between a time and the words "on the closing date"


@cache
def _closing_day() -> re.Pattern[str]:
    terms: list[str] = [*load_toml("times.toml")["words"]["closing_day"]]  # type: ignore[index]
    return compiled(terms)


def beside(text: str, deadline: Deadline) -> TimeMention | None:
    """The time that goes with a closing date: behind it if nothing but small words stand between, else before it."""
    plain = flat(text)
    date = deadline.date
    behind = list(times_in(text, date.end, deadline.end))
    if behind and _touches(plain[date.end : behind[0].start]):
        first = behind[0]
        if len(behind) > 1 and plain[first.end : behind[1].start].strip() in ("-", "to", "a", "bis", "до", "do"):
            return behind[1]  # "9:00 - 17:00": the period ends then
        return first
    before = list(times_in(text, max(0, deadline.start - _WORD), date.start))
    return before[-1] if before and _touches(plain[before[-1].end : date.start]) else None


def _touches(between: str) -> bool:
    return len(between) <= 45 and only_filler(between.lstrip(" ;.,"))


def on_closing_day(text: str, start: int, end: int) -> Iterator[tuple[TimeMention, int]]:
    """Times that hold "on the closing date" whichever it is, each with the end of those words."""
    plain = flat(text)
    for match in occurrences(_closing_day(), plain, start, end):
        low = max(start, match.start() - _TIED - 20)
        before = [t for t in times_in(text, low, match.start()) if match.start() - t.end <= _TIED]
        if before and not re.search(r"[.;!?]\s", plain[before[-1].end : match.start()].replace("m. ", "")):
            yield before[-1], match.end()


def undated(doc: Doc, text: str) -> Iterator[TimeMention]:
    """Times by which applications must be in, in a sentence without a date: "by 5 p.m. Geneva time"."""
    values = sorted(fact.end for fact in facts(doc) if fact.field != "unknown")
    for start, end in body(doc):
        for time in times_in(text, start, end):
            section = section_at(doc, time.start)
            if section is None or section.kind != "duties":
                begin, stop = sentence_at(text, time.start, time.end)
                value = bisect_right(values, time.start)
                begin = max(begin, values[value - 1]) if value else begin
                before = plain_of(text[max(begin, time.start - _SENTENCE) : time.start])
                if not before.strip():  # "Deadline time" / "23:59 hours"
                    before = plain_of(text[max(0, begin - _TIED) : begin].strip().rpartition("\n")[2])
                after = plain_of(text[time.end : min(stop, time.end + _SENTENCE)])
                if not any(dates_in(text, begin, stop)) and asks_by(before, after):
                    yield time


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the times at which applications close."""
    text = doc.text
    for deadline in deadlines(doc):
        time = beside(text, deadline)
        if time:
            rule = "beside_extended" if deadline.rule == "extended" else "beside_date"
            yield Finding(time.value, time.start, time.end, rule)
    for fact in facts(doc, "closing_date"):
        for time in times_in(text, fact.label_start, fact.label_end):
            yield Finding(time.value, time.start, time.end, "in_label")
    for start, end in body(doc):
        for time, _ in on_closing_day(text, start, end):
            yield Finding(time.value, time.start, time.end, "on_closing_day")
    for time in undated(doc, text):
        yield Finding(time.value, time.start, time.end, "undated")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The time beside the date, else the one tied to the closing day; nothing where no closing date is known."""
    return strongest(findings, RULES) if known.get("closing_date") else Choice()
