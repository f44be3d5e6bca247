"""Positions in rows whose columns only blanks part: "UKR 104 Adviser on Border Management Kyiv 1 ASAP"."""

from __future__ import annotations

import re
from functools import cache

from extractors._dates import dates_in
from extractors._gazetteer import best_place, country_by_name
from extractors._labels import load_toml
from extractors._phrases import alternation
from pipeline.entry import Entry
from pipeline.lines import Line
from pipeline.listed import CODE, NOTE, alike, regime

_ROW = re.compile(rf"^(?P<code>{CODE}){NOTE} (?P<title>[^\W\d_].{{4,180}})$")
_COUNT = re.compile(r" (?P<count>[1-9]\d?)$")
_WORD = re.compile(r"\S+")
_MOST = 4  # words of a place


@cache
def _soon() -> re.Pattern[str]:
    start = load_toml("starts.toml")["start"]
    assert isinstance(start, dict)
    return re.compile(rf" (?P<start>(?i:{alternation(start['soon'])}))[.]?$")


def rowed(text: str, rows: list[Line]) -> list[Entry]:
    """Rows that begin with a reference and end with a count or a start; none if fewer than two."""
    found = [entry for line in rows if (entry := _entry(text, line))]
    return found if len(found) > 1 and alike(text, found) else []


def _entry(text: str, line: Line) -> Entry | None:
    match = _ROW.match(line.text)
    if match is None:
        return None
    start, end = line.start + match.start("title"), line.start + match.end("title")
    told: dict[str, tuple[int, int]] = {}
    while tail := _tail(text, start, end, told):
        name, low, high = tail
        told[name] = (low, high)
        end = low
        while end > start and text[end - 1] in " ,;|(":
            end -= 1
    if not told.keys() & {"posts", "start_date"} or end - start < 4:
        return None
    code = (line.start + match.start("code"), line.start + match.end("code"))
    entry = Entry(line.start, line.end, [("requisition_id", *code), ("title", start, end)])
    entry.stated += [(name, *span) for name, span in told.items()]
    return entry


def _tail(text: str, start: int, end: int, told: dict[str, tuple[int, int]]) -> tuple[str, int, int] | None:
    """The last column of a row that is not yet ``told``: its field and bounds."""
    if "start_date" not in told:
        soon = _soon().search(text, start, end)
        dates = [date for date in dates_in(text, start, end) if date.end >= end - 1]
        if soon or dates:
            return ("start_date", *(soon.span("start") if soon else (dates[-1].start, dates[-1].end)))
    count = _COUNT.search(text, start, end) if "posts" not in told else None
    if count:
        return ("posts", *count.span("count"))
    filled = regime().search(text, start, end) if "contract_type" not in told else None
    if filled and filled.start() > start:
        return ("contract_type", *filled.span("regime"))
    return _place(text, start, end) if told and "duty_station" not in told else None


def _place(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    words = list(_WORD.finditer(text, start, end))[1:][-_MOST:]
    for word in words:
        name = text[word.start() : end]
        place = best_place(name) if word.group()[0].isupper() and not country_by_name(name) else None
        if place and place.importance > 1 and not place.word:
            return "duty_station", word.start(), end
    return None
