"""Where a notice says by which date to apply, with the stretch in which that date's time and zone may stand.

A sentence counts where it is about applications ("applications", "CV", "apply"), puts "by", "until" or a deadline's
name before the date, and no word nearer to the date says that it is another one (an interview, a contract's end, a
follow-up).  ``patterns/deadlines.toml`` holds the words by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from extractors._dates import DateMention, dates_in
from extractors._doc import Fact, body, facts, section_at
from extractors._flat import flat, pattern
from extractors._fold import cyrillic
from extractors._labels import load_toml
from extractors._sentence import sentence_at

if TYPE_CHECKING:
    from spacy.tokens import Doc

RULES = ("extended", "labelled", "posting_period", "apply_by", "head_period", "send_by")
_REACH = 240  # characters of a sentence read before a date
_AFTER = 90  # characters read behind a date for its time
_NEAR = 60  # characters between "by" and its date
_ADDRESS = re.compile(r"\S{0,80}@\S{1,80}|https?://\S{1,200}|www\.\S{1,200}")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SECTIONS_WITHOUT = frozenset({"duties", "background"})


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which to apply; the time and zone that go with it stand between ``start`` and ``end``."""

    date: DateMention
    rule: str
    start: int
    end: int


@cache
def words(kind: str) -> re.Pattern[str]:
    """A table of ``patterns/deadlines.toml`` as one pattern over flat text."""
    table = load_toml("deadlines.toml")[kind]
    assert isinstance(table, dict)
    terms = [term for terms in table.values() for term in terms]
    terms += [cyrillic(term) for term in table.get("sh", ())]
    return re.compile(pattern(terms))


@cache
def _fillers() -> frozenset[str]:
    table = load_toml("deadlines.toml")["filler"]
    assert isinstance(table, dict)
    return frozenset(flat(word) for word in table["any"])


def deadlines(doc: Doc) -> tuple[Deadline, ...]:
    """All dates by which the notice says to apply, in order of the text."""
    labelled = list(_labelled(doc))
    starts = [deadline.date.start for deadline in labelled]
    read = [(value_start(f), f.end) for f in facts(doc, "closing_date", "posting_period")]
    read = [(start, end) for start, end in read if any(start <= at < end for at in starts)]
    printed = [
        deadline
        for deadline in (*_printed(doc), *_head_period(doc))
        if not any(start <= deadline.date.start < end for start, end in read)
    ]
    return tuple(sorted(labelled + printed, key=lambda d: d.date.start))


def _labelled(doc: Doc) -> Iterator[Deadline]:
    for fact in facts(doc, "closing_date", "posting_period"):
        section = section_at(doc, fact.label_start)
        if section is not None and section.kind == "debris":
            continue
        yield from _of_period(doc.text, fact) if fact.field == "posting_period" else _of_fact(doc.text, fact)


def _of_fact(text: str, fact: Fact) -> Iterator[Deadline]:
    """The date of "Closing date: ..."; of a range the last, of an extended deadline the new one."""
    mentions = list(dates_in(text, value_start(fact), fact.end))
    if not mentions or mentions[0].start - fact.start > _REACH:
        return
    rule, chosen = _of_mentions(text, fact, mentions)
    if _is_for_something_else(text, fact.start, chosen):
        return
    following = [m.start for m in mentions if m.start > chosen.end]
    yield Deadline(chosen, rule, fact.label_start, min(fact.end, chosen.end + _AFTER, *following))


def _of_mentions(text: str, fact: Fact, mentions: list[DateMention]) -> tuple[str, DateMention]:
    """Which date of a label's value counts, and as what."""
    first = mentions[0]
    plain = flat(text)
    extended = words("extended").search(plain, fact.label_start, min(fact.end, first.end + _NEAR))
    if extended:
        later = [m for m in mentions if m.start > extended.start()]
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
    elif len(mentions) == 1 and _ends_with_until(flat(text[fact.start : mentions[0].start])) is not None:
        yield Deadline(mentions[0], "posting_period", fact.start, min(fact.end, mentions[0].end + _AFTER))


@lru_cache(maxsize=1)
def _range_words() -> re.Pattern[str]:
    table = load_toml("months.toml")["words"]
    assert isinstance(table, dict)
    return re.compile(rf"\s*(?:{'|'.join(sorted(map(re.escape, map(flat, table['range'])), key=len, reverse=True))})\s*")


def is_range(text: str, first: DateMention, second: DateMention) -> bool:
    """Whether two neighbouring dates are the ends of a period: "1 - 20 March 2025"."""
    between = flat(text[first.end : second.start]).strip(" .,")
    return first.value < second.value and (len(between) < 12 and bool(_range_words().fullmatch(between)))


def _printed(doc: Doc) -> Iterator[Deadline]:
    text = doc.text
    previous: DateMention | None = None
    for start, end in body(doc):
        for mention in dates_in(text, start, end):
            opening = previous if previous and previous.end <= mention.start else None
            previous = mention
            found = _read(text, mention, opening)
            if found and not _is_narrated(doc, mention):
                yield found


# "November 4, 2025December 2, 2025Tashkent": a board's two dates without labels, on a line of their own
_HEAD = 600


def _head_period(doc: Doc) -> Iterator[Deadline]:
    """The second of two dates with which a line near the top begins."""
    for first, second in head_periods(doc.text):
        yield Deadline(second, "head_period", first.end, second.end)


def head_periods(text: str) -> Iterator[tuple[DateMention, DateMention]]:
    """Two dates, one right behind the other, with which a line near the top begins: the days of opening and closing."""
    mentions = list(dates_in(text, 0, min(len(text), _HEAD)))
    for first, second in zip(mentions, mentions[1:], strict=False):
        alone = not text[text.rfind("\n", 0, first.start) + 1 : first.start].strip(" -–•*|")
        between = text[first.end : second.start]
        if alone and first.value < second.value and not between.strip(" -–—|/\t") and "\n" not in between:
            yield first, second


def _is_narrated(doc: Doc, mention: DateMention) -> bool:
    """Whether the date stands in a section about duties or the background, in a sentence that invites nobody."""
    section = section_at(doc, mention.start)
    if section is None or section.kind not in _SECTIONS_WITHOUT:
        return False
    start, end = sentence_at(doc.text, mention.start, mention.end)
    sentence = flat(doc.text[start:end])
    return not (words("apply").search(sentence) and words("call").search(sentence))


def _read(text: str, mention: DateMention, previous: DateMention | None) -> Deadline | None:
    """The deadline that the sentence around a date states, if it states one."""
    begin, end = sentence_at(text, mention.start, mention.end)
    begin = max(begin, mention.start - _REACH)
    end = min(end, mention.end + _AFTER)
    before, after = _plain(text[begin : mention.start]), _plain(text[mention.end : end])
    opening = mention.start
    if previous and previous.start >= begin:
        if is_range(text, previous, mention):
            opening = previous.start
        else:  # what stands before another date belongs to that one
            before = before[previous.end - begin :] if _about_applying(before[previous.end - begin :]) else before
    if opening < mention.start:
        lead_in = _opening_lead(before[: opening - begin])
        if lead_in:
            return Deadline(mention, "apply_by", mention.end, end)
    lead = _lead(before, after, addressed=_ADDRESS.search(text, begin, end) is not None)
    if lead is None:
        return None
    rule, scope = lead
    following = next((m.start for m in dates_in(text, mention.end, end)), end)
    return Deadline(mention, rule, mention.start - scope, min(end, following))


def _plain(text: str) -> str:
    """Flat text, its addresses blanked out: "csdp-secondments@..." is no word about secondments."""
    return _ADDRESS.sub(lambda m: " " * len(m.group()), flat(text))


def _about_applying(clause: str) -> bool:
    return bool(words("apply").search(clause) or words("deadline").search(clause))


def _opening_lead(before: str) -> bool:
    """Whether a period is one for applications: "Applications are accepted from" 1 to 20 March."""
    opening = None
    for opening in words("opening").finditer(before):
        pass
    rest = before[opening.end() :] if opening else before
    if rest.strip(" :*,") or (opening is None and ":" not in before[-4:]):
        return False
    governing = before[: opening.start()] if opening else before
    own, other = _last_end(("apply", "deadline"), governing), _last_end(("other",), governing)
    return own > other and len(governing) - own < 40 and not words("never").search(governing)


def _lead(before: str, after: str, *, addressed: bool) -> tuple[str, int] | None:
    """The rule and the length of the lead-in ("by 17:00 on ") where the words around a date make it a deadline."""
    if words("never").search(before) or words("open").search(before):
        return None
    rest = after.split(";")[0]
    until = _ends_with_until(before)
    name = _last(words("deadline"), before)
    named = name is not None and _governs(before[name.end() :])
    closing = words("after").match(rest.lstrip(" ,'’)("))
    if until is None and not named and closing is None:
        return None
    governing = before if until is None else before[:until]
    own, other = _last_end(("apply", "send", "deadline"), governing), _last_end(("other",), governing)
    if own < 0 or own < other:
        if other >= 0 or not (until is not None or closing):
            return None
        # "bis zum 3. März 2026 bewerben": the verb comes after the date
        if words("never").search(rest) or _first_start("other", rest) < min(map(lambda k: _first_start(k, rest), ("apply", "send"))):
            return None
    if until is not None and name is not None and own == name.end() and not _reaches(governing[own:]):
        return None
    context = governing + " " + rest
    applied = bool(words("apply").search(context)) or named or bool(words("deadline").search(governing))
    sent = {m.group() for m in words("send").finditer(context)}
    if not applied and len(sent) + addressed < 2:
        return None
    if named and until is None and name is not None and not _deadline_of_applications(before[: name.start()]):
        return None
    scope = len(before) - (until if until is not None else name.end() if named and name else len(before))
    if words("extended").search(governing) and own >= 0:
        return "extended", scope
    return ("apply_by" if applied and own >= 0 else "send_by"), scope


def asks_by(text: str, begin: int, at: int, end: int) -> bool:
    """Whether a sentence asks for applications by what stands at ``at``: "by", a word about applying, no other matter."""
    before, after = _plain(text[max(begin, at - _REACH) : at]), _plain(text[at:end])
    until = _ends_with_until(before)
    if until is None or words("never").search(before):
        return False
    context = before[:until] + " " + after
    if _last_end(("other",), before[:until]) > _last_end(("apply", "send", "deadline"), before[:until]):
        return False
    return bool(words("apply").search(context) or words("deadline").search(context)) or (
        words("send").search(before[:until]) is not None and "late" in after
    )


def _deadline_of_applications(before: str) -> bool:
    """Whether no word before "deadline" says whose: not "reporting deadline", "the project's closing date"."""
    tail = before[-40:]
    other = max((m for kind in ("other", "owner") if (m := _last(words(kind), tail))), key=lambda m: m.end(), default=None)
    return other is None or bool(words("apply").search(tail, other.end()))


def _reaches(between: str) -> bool:
    """Whether a deadline's name goes with "until": "deadline has been extended until", not "deadline, and stay until"."""
    verbs = [word for word in _WORD.findall(between) if word not in _fillers()]
    return len(verbs) <= 1 or bool(words("extended").search(between) or words("apply").search(between))


def _governs(between: str) -> bool:
    """Whether a deadline's name reaches its date: "deadline for the submission of applications is"."""
    if len(between) > 90 or "(" in between or words("other").search(between):
        return False
    owner = words("owner").search(between)
    return owner is None or bool(words("apply").search(between))


def _ends_with_until(before: str) -> int | None:
    """Where the last "by" before the date ends, if only times, zones, days and small words stand between."""
    last = _last(words("until"), before)
    if last is None or len(before) - last.end() > _NEAR or not only_filler(before[last.end() :]):
        return None
    return last.end()


def only_filler(between: str) -> bool:
    """No words but those that may stand around a time, and at most three names (of a weekday, a town or a zone)."""
    if re.search(r"[;!?@]|[^\W\d_]{5,}\.\s", between):
        return False
    unknown = [word for word in _WORD.findall(between) if word not in _fillers()]
    return len(unknown) <= 3 and not words("other").search(between) and not words("send").search(between)


def _last(expression: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in expression.finditer(text):
        pass
    return found


def _last_end(kinds: tuple[str, ...], text: str) -> int:
    return max((m.end() for kind in kinds if (m := _last(words(kind), text))), default=-1)


def _first_start(kind: str, text: str) -> int:
    found = words(kind).search(text)
    return found.start() if found else len(text) + 1
