"""Positions in the lines of a list: with counts, with references, under "the following positions:"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from extractors._doc import facts, section_at
from extractors._gazetteer import best_place
from extractors._grades import grades
from extractors._labels import field_of, load_toml
from extractors._phrases import alternation, occurrences, phrases
from extractors._titles import is_occupation, is_sentence
from pipeline.entry import Entry, count_word, place_behind, posts_word, row_at
from pipeline.lines import Line

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LONGEST = 200  # characters of a line of a list
_LONGEST_NAME = 120  # of one under "the following positions"
_HEADING = 100
_FIGURES = re.compile(r"\d+")
_TRAIL = " ,;:*–—-("
# "GEO RO 11", "UA19-24", "VN/25/061", "TCD-2026-01", "VN 2026/14"
CODE = r"[A-Z]{1,6}(?:[ /.-][A-Z]{1,6}){0,3}[ /.-]?\d{1,6}(?:[/–.-]\d{1,6}){0,3}"
_NUMERIC = r"\d{1,6}(?:[/–.-]\d{1,6}){0,3}"
NOTE = r"[*†‡]{0,3}"  # a reference to a note
_CODED = re.compile(rf"(?P<code>{CODE}){NOTE}[ ]?[–—:-]?[ ](?=[^\W\d_])")
_CAPITAL = r"[^\W\d_a-zà-ÿа-я]"
_REST = r"(?P<title>[^\W\d_].{2,150})"


@cache
def _lead() -> str:
    """A pattern of the words before a reference: "Ref.", "Réf.", "Vacancy No."."""
    table = load_toml("posts.toml")["reference"]
    assert isinstance(table, list)
    return rf"(?:(?i:{phrases(table).pattern})[ ]?[.:#°]{{0,2}}[ ]{{0,2}})"


@cache
def _referred() -> re.Pattern[str]:
    """ "GEO RO 11 - Reporting Officer", "UA19-24 (6 positions) Adviser", "Réf. 14/2026 : Chauffeur"."""
    count = rf"[ ]?\([ ]?(?P<count>(?i:{count_word()}))[ ](?i:{posts_word()})[ ]?\)"
    return re.compile(
        rf"^(?:{_lead()}(?P<ref>{CODE}|{_NUMERIC})|(?P<code>{CODE})){NOTE}"
        rf"(?:{count})?(?:[ \t]*(?:[–—:|]|-(?=[ \t]))[ \t]*|[ \t]{{2,}}|(?<=\))[ ]|(?(ref)[ ](?={_CAPITAL}))){_REST}$"
    )


@cache
def _referred_behind() -> re.Pattern[str]:
    """ "Senior Legal Adviser – UA07", "Reporting Officer (Ref. VN/26/12) – 2 positions"."""
    count = rf"(?:[ ]?[–—:,-]?[ ]?\(?[ ]?(?P<count>(?i:{count_word()}))[ ](?i:{posts_word()})[ ]?\)?)?"
    return re.compile(
        rf"^(?P<title>[^\W\d_].{{2,120}}?)(?:[ ][–—-][ ]|[ ]?[,:][ ]|[ ]\()"
        rf"(?:{_lead()}(?P<ref>{CODE}|{_NUMERIC})|(?P<code>{CODE})){NOTE}\)?{count}[ .,;*†‡]*$"
    )


@cache
def _counted() -> re.Pattern[str]:
    """ "- Senior Legal Analyst Assistant – 2 positions", "Driver (3 posts)", "Nurse (2 posts) – Goma"."""
    return re.compile(
        rf"""
        ^(?P<title>[^\W\d_].{{2,150}}?)
        (?: [ \t]{{0,9}}[–—:,-][ \t]{{0,9}} | [ \t]{{1,9}}(?P<open>\(?) | [ \t]{{0,9}}\( )
        (?P<count>(?i:{count_word()}))[ \t]{{1,9}}(?i:{posts_word()})
        (?: \)?[*.,;]*$ | \)?[ ]?[–—,-][ ](?P<place>[^\W\d_][^,;:()\d]{{2,40}})[.,;]?$ | \)[*.,;]*$ )
        """,
        re.VERBOSE,
    )


def listed(rows: list[Line], pattern: re.Pattern[str], tried: set[int]) -> Iterator[Entry]:
    """The lines that a pattern reads, each with the short line above that heads its group.

    ``tried``: the numbers of the lines that it may read.
    """
    group, span = "", (0, 0)
    for number, line in enumerate(rows):
        match = pattern.match(line.text) if number in tried and len(line.text) < _LONGEST else None
        if match is None:
            if len(line.text) < _HEADING and number + 1 < len(rows) and not _states(line):
                group, span = line.text, (line.start, line.end)
            continue
        entry = Entry(line.start, line.end, group=group, group_span=span)
        for name, part in _PARTS:
            if match.groupdict().get(part):
                start, end = match.span(part)
                while end > start and line.text[end - 1] in _TRAIL:
                    end -= 1
                entry.stated.append((name, line.start + start, line.start + end))
        yield entry


def _states(line: Line) -> bool:
    """Whether a line is a label with its value, and no heading."""
    label, colon, value = line.text.partition(":")
    return bool(colon and value.strip() and field_of(label))


_PARTS = (
    ("title", "title"),
    ("posts", "count"),
    ("requisition_id", "ref"),
    ("requisition_id", "code"),
    ("duty_station", "place"),
)


def counted(text: str, rows: list[Line]) -> list[Entry]:
    """Lines with a count of posts."""
    words = load_toml("posts.toml")["posts"]
    assert isinstance(words, list)
    named = [match.start() for match in occurrences(phrases(words), text, 0, len(text))]
    return list(listed(rows, _counted(), {row_at(rows, at + 1) - 1 for at in named}))


def referred(text: str, rows: list[Line]) -> list[Entry]:
    """Lines with a reference, before the title or behind it, all of one shape; none if fewer than two."""
    figures = {number for number, line in enumerate(rows) if any(c.isdigit() for c in line.text[:_LONGEST])}
    before = list(listed(rows, _referred(), figures))
    if len(before) > 1 and alike(text, before):
        return before
    behind = [entry for entry in listed(rows, _referred_behind(), figures) if _named(text, entry)]
    return behind if len(behind) > 1 and alike(text, behind) else []


def _named(text: str, entry: Entry) -> bool:
    title = entry.span_of("title")
    return title is not None and is_occupation(text[slice(*title)]) and not is_sentence(text[slice(*title)])


def alike(text: str, found: list[Entry]) -> bool:
    """Whether all references have one shape: entries of one list agree in it, but for the unit's letters."""
    return len({_shape(text, entry) for entry in found}) == 1


def _shape(text: str, entry: Entry) -> str:
    reference = entry.span_of("requisition_id")
    return _FIGURES.sub("0", text[slice(*reference)]).split(" ")[0][:2] if reference else ""


@cache
def _following() -> re.Pattern[str]:
    table = load_toml("posts.toml")["following"]
    assert isinstance(table, list)
    return phrases(table)


def following(doc: Doc, rows: list[Line]) -> list[Entry]:
    """Bullets that are nothing but occupations, under a line that announces "the following positions"."""
    for number, line in enumerate(rows):
        section = section_at(doc, line.start)
        if section is not None and section.kind not in ("head", "background", "other"):
            continue
        if len(line.text) > 2 * _LONGEST or not _following().search(line.text):
            continue
        found: list[Entry] = []
        for row in rows[number + 1 :]:
            title = row.text.rstrip(" .;,")
            if not row.bullet or len(row.text) > _LONGEST_NAME or not is_occupation(title) or is_sentence(title):
                break
            found.append(Entry(row.start, row.end, [("title", row.start, row.start + len(title))]))
        if len(found) > 1:
            return found
    return []


@cache
def _placed() -> re.Pattern[str]:
    """ "Bishkek 2 positions", "Osh (1 post)", "Talas – two posts"."""
    return re.compile(
        rf"(?P<place>[^\W\d_][^,;:()\d\n]{{1,40}}?)[ ]?[(:–—-]?[ ]?"
        rf"(?P<count>(?i:{count_word()}))[ ](?i:{posts_word()})\)?"
    )


def by_place(doc: Doc) -> list[Entry]:
    """One title at several stations: "Duty stations: Bishkek 2 positions, Osh 1 position"."""
    text = doc.text
    for fact in facts(doc, "duty_station", "posts"):
        found = []
        for match in _placed().finditer(text, fact.start, min(fact.end, fact.start + 400)):
            start, end = match.span("place")
            opening = re.match(r"(?:and|et|y|e|und|i|и|та|dhe)\s", text[start:end])
            start += opening.end() if opening else 0
            if best_place(text[start:end]):
                found.append(Entry(start, match.end(), [("duty_station", start, end), ("posts", *match.span("count"))]))
        if len(found) > 1:
            return found
    return []


@cache
def _count_behind() -> re.Pattern[str]:
    """ "(2 posts)", "– 2 posts" at the end of a title."""
    count = rf"(?P<count>(?i:{count_word()}))[ ](?i:{posts_word()})"
    return re.compile(rf"(?:[ ]?[–—,-]?[ ]?\([ ]?{count}[ ]?\)|[ ]?[–—,-][ ]?{count.replace('count>', 'bare>')})$")


@cache
def regime() -> re.Pattern[str]:
    words = load_toml("posts.toml")["regime"]
    assert isinstance(words, list)
    return re.compile(rf"[ ]?[–—,-]?[ ]?[(\[]?[ ]?(?P<regime>(?i:{alternation(words)}))[ ]?[)\]]?$")


def _without_codes(text: str, found: list[Entry]) -> None:
    """Take references before titles for what they are, where every entry has one: "UA19-24 Monitoring Officer"."""
    codes: list[tuple[Entry, re.Match[str]]] = []
    for entry in found:
        span = entry.span_of("title")
        code = _CODED.match(text, *span) if span and entry.span_of("requisition_id") is None else None
        if code is None or grades().labelled.fullmatch(code["code"]):
            return
        codes.append((entry, code))
    if len({code["code"] for _, code in codes}) < 2 or len({code["code"][:2] for _, code in codes}) > 1:
        return
    for entry, code in codes:
        entry.stated = [
            ("title", code.end(), end) if name == "title" else (name, start, end) for name, start, end in entry.stated
        ]
        entry.stated.append(("requisition_id", *code.span("code")))


def bare_titles(text: str, found: list[Entry]) -> list[Entry]:
    """The entries, what stands around a title taken for what it is: "MD 07 Driver (2 posts), Osh (Seconded)"."""
    _without_codes(text, found)
    for entry in found:
        span = entry.span_of("title")
        if span is None:
            continue
        start, end = span
        filled = regime().search(text, max(start, end - 40), end)
        if filled and filled.start() > start:
            end = filled.start()
            entry.stated.append(("contract_type", *filled.span("regime")))
        tail = place_behind(text, start, end)
        if tail:
            end = tail[0]
            if entry.span_of("duty_station") is None:
                entry.stated.append(("duty_station", *tail[1]))
        count = _count_behind().search(text, max(start, end - 60), end)
        if count and count.start() > start:
            end = count.start()
            if entry.span_of("posts") is None:
                entry.stated.append(("posts", *count.span("count" if count["count"] else "bare")))
        entry.stated = [("title", start, end) if stated[0] == "title" else stated for stated in entry.stated]
    return found
