"""Where a notice says when work starts: a date, or what it prints instead of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extractors._applying import only_filler
from extractors._dates import DateMention, dates_in, month_names
from extractors._deadlines import is_range, other_cells, value_start
from extractors._doc import Fact, body, facts, section_at
from extractors._flat import compiled, flat, pattern
from extractors._labels import load_toml
from extractors._phrases import last, occurrences
from extractors._sentence import sentence_at
from extractors._stretches import Stretches

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LEAD = 130  # characters of a value or a sentence read before its date
_LONGEST = 60  # characters of a start that is no date
_NEAR = 30  # characters between "start" and its date
_NO_START = frozenset({"duties", "education", "experience", "languages", "debris"})
_CUT = re.compile(
    r"\s{0,9}[;\n(\[|•]|\.(?:\s|$)|,\s(?:subject|pending|depending|upon|with|for|sous|sujet|при|\d{1,2}\s)",
    re.IGNORECASE,
)


# What follows "as soon as possible": "but no later than 1 March 2026", "/ 1 March 2026", ", at the latest in May"
_CONDITION = re.compile(
    r",?\s{1,2}(?:/|,|[-–]|but|and|or|et|mais|y|pero|e|mas|und|aber|jedoch|ma|но|и|але|ali|i|por|dhe|dar)\s"
)


@dataclass(frozen=True, slots=True)
class Start:
    """A statement of the start: its ``date`` if it is a full one, else the text from ``start`` to ``end``."""

    date: DateMention | None
    start: int
    end: int
    approximate: tuple[int, int] | None
    rule: str


@cache
def words(name: str) -> re.Pattern[str]:
    """A list of ``patterns/starts.toml`` about starts, as a pattern over flat text."""
    table = load_toml("starts.toml")["start"]
    assert isinstance(table, dict)
    return compiled(table[name])


def starts(doc: Doc) -> tuple[Start, ...]:
    """All statements of the start, in order of the text; kept with the Doc until it is marked anew."""
    marks = doc.spans.get("facts")
    held = doc.user_data.get("starts")
    if held is None or held[0] is not marks:
        held = doc.user_data["starts"] = (marks, _all(doc, doc.text))
    found: tuple[Start, ...] = held[1]
    return found


def _all(doc: Doc, text: str) -> tuple[Start, ...]:
    found: list[Start] = []
    for fact in facts(doc, "start_date", "duration"):
        section = section_at(doc, fact.label_start)
        if section is None or section.kind != "debris":
            read = _of_label(text, fact) if fact.field == "start_date" else _of_period(text, fact)
            found += [read] if read else []
            found += _of_columns(text, fact) if read and read.date and fact.field == "start_date" else []
    dated = facts(doc, "start_date", "closing_date", "posting_period", "issue_date")
    taken = Stretches((fact.label_start, fact.end) for fact in dated)
    found += [s for s in _of_sentences(doc, text) if not taken.hold(s.start)]
    found += [s for s in _behind_contract(doc, text) if not taken.hold(s.start)]
    told = Stretches((start.start, start.end) for start in found)
    found += [s for s in _of_cells(doc, text) if not told.hold(s.start)]
    return tuple(sorted(found, key=lambda s: s.start))


def _of_label(text: str, fact: Fact) -> Start | None:
    """ "Start date: 2 March 2026 (approx.)", "Starting Date: Immediate"."""
    value = text[fact.start : fact.end]
    plain = flat(value)
    soon = words("soon").match(plain.lstrip())
    mention = next(dates_in(text, value_start(fact), fact.end), None)
    if mention and not soon and _reaches(flat(text[fact.start : mention.start])):
        near = _approximate(text, mention.start, fact.label_start, mention.start) or _approximate(
            text, mention.end, mention.end, min(fact.end, mention.end + 40)
        )
        return Start(mention, mention.start, mention.end, near, "labelled")
    begin = fact.start + len(value) - len(value.lstrip())
    cut = _CUT.search(text, begin, fact.end)
    end = cut.start() if cut else fact.end
    condition = _CONDITION.search(text, begin + soon.end(), end) if soon else None
    end = condition.start() if condition else end
    printed = text[begin:end].rstrip(" .,:–-*")
    if not printed or len(printed) > _LONGEST or not any(c.isalpha() for c in printed):
        inside = words("soon").search(plain)
        if inside is None:
            return None
        begin, printed = fact.start + inside.start(), value[inside.start() : inside.end()]
    return Start(None, begin, begin + len(printed), None, "labelled")


def _of_columns(text: str, fact: Fact) -> Iterator[Start]:
    """Further cells of a row: "Start | 2 March 2026 | 6 April 2026" is one for each group."""
    for mention in other_cells(text, list(dates_in(text, value_start(fact), fact.end))):
        yield Start(mention, mention.start, mention.end, None, "labelled")


def _reaches(before: str) -> bool:
    """Whether a label's value gets to its date without ending a sentence or naming another matter."""
    return len(before) <= _LEAD and not re.search(r"[.;]\s", before)


def _approximate(text: str, anchor: int, start: int, end: int) -> tuple[int, int] | None:
    found = None
    for match in words("approximate").finditer(flat(text), start, end):
        if abs(match.start() - anchor) <= 40:
            found = match.span()
    return found


def _of_period(text: str, fact: Fact) -> Start | None:
    """ "Duration: 1 March 2026 - 31 August 2026": the first of two dates."""
    mentions = list(dates_in(text, value_start(fact), fact.end))[:2]
    if len(mentions) == 2 and is_range(text, mentions[0], mentions[1]):
        return Start(mentions[0], mentions[0].start, mentions[0].end, None, "period")
    return None


def _of_sentences(doc: Doc, text: str) -> Iterator[Start]:
    """ "The selected person should take up duty on 12 January 2026"; "to start as soon as possible"."""
    plain = flat(text)
    for start, end in body(doc):
        for lead in occurrences(words("lead"), plain, start, end):
            section = section_at(doc, lead.start())
            if section is not None and section.kind in _NO_START:
                continue
            begin, stop = sentence_at(text, lead.start(), lead.end())
            mention = next(dates_in(text, lead.end(), min(stop + 30, lead.end() + 40)), None)
            limit = min(stop, lead.end() + 40)
            soon = words("soon").search(plain, lead.end(), limit) or _month().search(plain, lead.end(), limit + 40)
            target = mention.start if mention else soon.start() if soon else None
            if target is None or target - lead.end() > _NEAR or not _touches(plain[lead.end() : target]):
                continue
            context = plain[max(begin, lead.start() - _LEAD) : lead.end()]
            first = max(begin, plain.rfind("\n", 0, lead.start()) + 1)
            label = not plain[first : lead.start()].strip(" *•|-") and re.search(r"[:\n]", plain[lead.end() : target])
            sought = mention and first == lead.start() and words("behind").search(plain, mention.end, mention.end + 40)
            if words("other").search(context[-60:]) or not (label or sought or words("post").search(context)):
                continue
            if mention:
                near = _approximate(text, mention.start, begin, mention.start)
                near = near or _approximate(text, mention.end, mention.end, min(stop, mention.end + 20))
                yield Start(mention, mention.start, mention.end, near, "sentence")
            elif soon and len(soon.group()) > 3:
                yield Start(None, soon.start(), soon.end(), None, "sentence")


@cache
def _month() -> re.Pattern[str]:
    """ "mid-April 2026", "середины апреля", "September 2026": a start that is known to the month only."""
    table = load_toml("starts.toml")["start"]
    assert isinstance(table, dict)
    part = rf"{pattern(table['part'])}[\s-]{{1,3}}(?:de\s|d'|of\s)?"
    year = r"(?:\s(?:of\s|de\s|del\s)?20\d\d(?!\d)(?:\s(?:года|року|godine|године|година)(?!\w))?)"
    return re.compile(rf"(?<![\w.])(?:{part}{month_names()}(?!\w){year}?|{month_names()}(?!\w){year})")


def _touches(between: str) -> bool:
    rest = words("approximate").sub(" ", between)
    rest = words("link").sub(" ", rest)
    return only_filler(rest) and len(re.findall(r"[^\W\d_]{2,}", rest)) <= 3


@cache
def _contract() -> re.Pattern[str]:
    tables = load_toml("durations.toml")
    terms = [*tables["words"]["contract"]]  # type: ignore[index]
    terms += [unit for units in tables["units"].values() for unit in units]  # type: ignore[attr-defined]
    return re.compile(pattern(terms))


def _behind_contract(doc: Doc, text: str) -> Iterator[Start]:
    """ "Six-month internship from 15 June 2026"; "one-year contract, renewable, from 1 Feb. 2026"."""
    plain = flat(text)
    for start, end in body(doc):
        for mention in dates_in(text, start, end):
            section = section_at(doc, mention.start)
            lead = re.search(
                r"[.;:(\n]\s?([^.;:(\n]*)\Z", plain[max(start, mention.start - 70) : mention.start].rjust(71, "\n")
            )
            before = lead[1] if lead else ""
            opening = last(words("from"), before, 0, len(before))
            if (
                opening is None
                or before[opening.end() :].strip()
                or (section is not None and section.kind in _NO_START)
            ):
                continue
            named = last(_contract(), before, 0, opening.start())
            if named and opening.start() - named.end() <= 25 and not words("other").search(before):
                yield Start(mention, mention.start, mention.end, None, "behind_contract")


# The last cell of a table's row or of a list's entry: "Case Monitor 0 2 2 ASAP", "Adviser / Kyiv / ASAP"
_CELL = re.compile(
    r"(?:(?<=\d )|(?<=/ )|(?<=\| )|(?<=\t)|(?<= {2}))(?:ASAP|As soon as possible|Immediately?)(?=\s|$|[|/;,])"
)


def _of_cells(doc: Doc, text: str) -> Iterator[Start]:
    for start, end in body(doc):
        for match in _CELL.finditer(text, start, end):
            yield Start(None, match.start(), match.end(), None, "cell")
