"""What a table makes of the runs of a text: readings with the bits that they save.

In every run a table may read whole sequences (every byte is there) and remnants (a lead byte with bytes missing behind
it). A reading counts where it is plain by itself, or likely beside plain ones.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.damage import tables
from pipeline.plausibility import cost, script, uncached_cost
from pipeline.remnants import Remnants, Slots, remnants

if TYPE_CHECKING:
    from pipeline.damage import Table

# A reading must save this many bits: alone; among plain traces of the same mistake; in a text that shows it everywhere.
# PLAIN is what plain traces save.
_ALONE = 13.0
_AMONG = 1.0
_AMONG_REMNANTS = -2.0
_EVERYWHERE = -12.0
PLAIN = 18.0
# Bits for every place down the list of tables: rare ones need more.
_PRIOR = 0.2


@cache
def tokens_of(table: Table) -> re.Pattern[str]:
    """Whole sequences, as many as stand together; else a lead with what is left behind it."""

    def chars(low: int, high: int, more: str = "") -> str:
        found = [char for char, byte in table.byte_of.items() if low <= byte <= high]
        return "[" + "".join(map(re.escape, found)) + more + "]"

    tail = chars(0x80, 0xBF)
    gap = chars(0x80, 0xBF, "'\"?\ufffd" + Slots.FIRST + "-" + Slots.LAST)
    return re.compile(
        "((?:"
        + "|".join(
            (
                chars(0xC2, 0xDF) + tail,
                chars(0xE0, 0xE0) + chars(0xA0, 0xBF) + tail,
                chars(0xE1, 0xEF) + tail + tail,
                chars(0xF0, 0xF0) + chars(0x90, 0xBF) + tail + tail,
                chars(0xF1, 0xF3) + tail + tail + tail,
                chars(0xF4, 0xF4) + chars(0x80, 0x8F) + tail + tail,
            )
        )
        + ")+)|"
        + "|".join(
            (chars(0xC2, 0xDF) + gap + "?", chars(0xE0, 0xEF) + gap + "{0,2}", chars(0xF0, 0xF4) + gap + "{0,3}")
        )
    )


def read_as(table: Table, shown: str) -> str | None:
    """The text behind ``shown``; surrogate pairs may be written as two sequences (CESU-8)."""
    raw = shown.translate(table.translation).encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None


# Letters and digits of ASCII beside a run count by their kind, so that more runs are the same; s and t end words.
LIKE = {
    **dict.fromkeys("abcdefghijklmnopqruvwxyz", "a"),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A"),
    **dict.fromkeys("0123456789", "0"),
    "t": "s",
}


@lru_cache(1 << 14)
def likened(after: str) -> str:
    """What stands behind a run, its letters and digits by their kind."""
    return "".join([LIKE.get(char, char) for char in after])


class Run(NamedTuple):
    """A run of characters beyond ASCII, with one character before and two behind it as ``likened``."""

    before: str
    shown: str
    after: str


class Part(NamedTuple):
    """What a table reads in a run: bits saved, offsets in the run, text or options, whether bytes are missing.

    ``doubt`` is what it must save beyond others where the table has shown no plain traces.
    """

    gain: float
    start: int
    end: int
    read: str
    remnant: bool
    doubt: float

    @property
    def alone(self) -> bool:
        """Plain by itself."""
        return self.gain - self.doubt >= _ALONE


@dataclass(slots=True)
class Survey:
    """What a table makes of the runs of a text.

    Attributes:
        readings: by run, those that count.
        prior: bits that the table must save because it is rare.
        covered: characters that readings take.
        plain, hinted, total: bits that plain readings save, that likely remnants do, and that all do.
    """

    table: Table
    readings: dict[Run, list[Part]] = field(default_factory=dict)
    prior: float = 0.0
    covered: int = 0
    plain: float = 0.0
    hinted: float = 0.0
    total: float = 0.0


def _stray(before: str, after: str) -> float:
    """Bits by which a letter that may be all that is left of a punctuation mark is out of place."""
    if not after[:1].isalpha():
        return 8.0 if before.isalpha() else 14.0
    if not before.isalpha():
        return 12.0 if after[0].isupper() else 4.0
    return 10.0 if after[0] in "st" and not after[1:].isalpha() else 0.0


def survey_of(runs: Counter[Run], table: Table, slots: Slots, strays: dict[str, float]) -> Survey:
    """What the table makes of the runs: first what is plain by itself, then what is likely beside it."""
    survey = Survey(table, prior=_PRIOR * tables().index(table))
    if 0x80 in table.lost and 0x99 in table.lost:
        survey.plain = max(0.0, strays.get(table.shown[0xE2], 0.0))
    homely = []
    for run, count in runs.items():
        if _at_home(run.shown) and not _is_whole(table, run.shown):
            homely.append((run, count))  # nothing in it is plain by itself
        else:
            _look_at(run, count, survey, slots)
    if survey.hinted >= 4 * PLAIN:
        survey.plain += survey.hinted / 3
    survey.plain -= _contradicted(runs, survey)
    if survey.plain >= PLAIN:
        for run, count in homely:
            _look_at(run, count, survey, slots)
    seen = sum(count * len(run.shown) for run, count in runs.items())
    covered = survey.covered
    everywhere = survey.plain >= 4 * PLAIN and covered >= 0.8 * seen
    for run, parts in list(survey.readings.items()):
        if everywhere:
            kept = [part for part in parts if part.gain >= _EVERYWHERE]
        elif survey.plain >= PLAIN:
            kept = [part for part in parts if part.gain >= (_AMONG_REMNANTS if part.remnant else _AMONG)]
        else:
            kept = [part for part in parts if part.alone]
        if kept:
            survey.readings[run] = kept
            survey.total += runs[run] * saved(kept) - survey.prior / len(survey.readings)
        else:
            del survey.readings[run]
    if survey.plain >= PLAIN:  # what is weak alone does not count against what is plain
        survey.total = max(survey.total, survey.plain / 2)
    return survey


def _look_at(run: Run, count: int, survey: Survey, slots: Slots) -> None:
    name = survey.table.name
    found = _known.setdefault(name, {}).get(run, _UNKNOWN)
    if found is _UNKNOWN:
        found = slots.known.setdefault(name, {}).get(run, _UNKNOWN)
        if found is _UNKNOWN:
            memory = (slots.known if slots and slots.any(run.shown + run.after) else _known)[name]
            if len(memory) >= _REMEMBERED:
                memory.clear()
            found = memory[run] = _found(run, survey.table, slots)
    if found is not None:
        survey.readings[run] = found.parts
        survey.covered += count * found.covered
        survey.plain += count * found.plain
        survey.hinted += count * found.hinted


_ALPHABETS = re.compile(
    "[\u0400-\u0482\u048a-\u052f]{3,}|[\u0391-\u03e1]{3,}|[\u0620-\u064a]{3,}|[\u0561-\u0587]{3,}|[\u10d0-\u10fa]{3,}"
)


@lru_cache(1 << 14)
def _at_home(shown: str) -> bool:
    """Whether a run is letters of one alphabet other than Latin, so that no letter in it is out of place."""
    return _ALPHABETS.fullmatch(shown) is not None and shown.isalpha()


def _is_whole(table: Table, shown: str) -> bool:
    match = tokens_of(table).match(shown)
    return match is not None and bool(match[1]) and match.end() == len(shown)


def _contradicted(runs: Counter[Run], survey: Survey) -> float:
    """Bits of readings whose lead far more often stands where it can be none: a letter of the text, then."""
    read: Counter[str] = Counter()
    bits: dict[str, float] = {}
    for run, parts in survey.readings.items():
        for part in parts:
            if part.alone and not part.remnant and part.end - part.start == 2:
                read[run.shown[part.start]] += runs[run]
                bits[run.shown[part.start]] = bits.get(run.shown[part.start], 0.0) + runs[run] * part.gain
    wrong = 0.0
    for lead, count in read.items():
        unread = sum(times for run, times in runs.items() if run.shown[-1] == lead and run.after[:1].isalpha())
        if unread > 3 * count + 2:
            wrong += bits[lead]
            for run, parts in survey.readings.items():
                survey.readings[run] = [part for part in parts if run.shown[part.start] != lead]
    return wrong


class _Found(NamedTuple):
    """What a table makes of a run: readings, characters that they take, bits of plain ones and of likely remnants."""

    parts: list[Part]
    covered: int
    plain: float
    hinted: float


def _found(run: Run, table: Table, slots: Slots) -> _Found | None:
    shown = run.shown
    if len(shown) > _LONG and _is_whole(table, shown):  # as words of other alphabets are
        whole = _whole(shown, run.before, run.after, table)
        if whole is None:
            return None
        gain, length, read, _, doubt = whole
        parts = [Part(gain, 0, length, read, False, doubt)]
        return _Found(parts, length, gain if gain - doubt >= _ALONE else 0.0, 0.0)
    parts = _parts(run, table, tokens_of(table), remnants(table), slots)
    if not parts or not _mostly_read(run.shown, parts):
        return None
    return _Found(
        parts,
        sum(part.end - part.start for part in parts),
        sum(part.gain for part in parts if part.alone),
        sum(part.gain for part in parts if part.remnant and part.gain >= 4.0 and part.doubt < 50.0),
    )


# what tables make of runs, kept from one text to the next, by table; runs with slots are kept with those
_known: dict[str, dict[Run, _Found | None]] = {}
_UNKNOWN = _Found([], 0, 0.0, 0.0)
_REMEMBERED = 20_000
_LONG = 6  # characters of a run that is hardly met twice


def saved(parts: list[Part]) -> float:
    return sum(part.gain - (4.0 if part.remnant else 0.0) for part in parts)


@lru_cache(1 << 14)
def _cheapest(options: str, before: str, after: str) -> float:
    return min(cost(each, before, after) for each in options)


def _parts(run: Run, table: Table, tokens: re.Pattern[str], left: Remnants, slots: Slots) -> list[Part]:
    parts: list[Part] = []
    shown = run.shown
    whole = shown + run.after
    readings = (slots.readings if slots and slots.any(whole) else _readings).setdefault(table.name, {})
    for match in tokens.finditer(shown):
        start, end = match.span()
        # what stands behind takes no more than two characters, or four if a space may be part of the remnant
        place = (
            match[0],
            shown[start - 1] if start else run.before,
            whole[end : end + (4 if whole[end : end + 1] == " " else 2)],
        )
        if place in readings:
            reading = readings[place]
        else:
            reading = _whole(*place, table) if match[1] else _remnant(*place, left, slots)
            if len(readings) >= _REMEMBERED:
                readings.clear()
            readings[place] = reading
        if reading is not None:
            gain, length, read, remnant, doubt = reading
            parts.append(Part(gain, start, start + length, read, remnant, doubt))
    return parts


# bits saved, length in the text, text or options, whether bytes are missing, doubt: see Part
_Reading = tuple[float, int, str, bool, float]
# by table: what tokens are read as between their neighbours
_readings: dict[str, dict[tuple[str, str, str], _Reading | None]] = {}


def _whole(token: str, before: str, following: str, table: Table) -> _Reading | None:
    """What whole sequences are read as."""
    read = read_as(table, token)
    if read is None:
        return None
    after = following[:1]
    bits = cost if len(token) <= _LONG else uncached_cost
    gain = bits(token, before, after) - bits(read, before, after)
    # symbols by themselves may well be meant; controls stand for bytes only where the table has no more
    lone = len(token) == 2 and not token[0].isalpha() and not before.isalpha()
    lone = lone and script(token[1]) not in ("LATIN", "CYRILLIC")
    if not token.isprintable():
        gain -= 3.0 * sum("\x80" <= char < "\xa0" and table.shown[ord(char)] != char for char in token)
    doubt = 8.0 if lone else 0.0
    if token.isalpha() and script(token[0]) != "LATIN" and script(token[0]) in _scripts(before, after):
        doubt = 100.0  # letters among letters of their own alphabet: a word ("четырёх"), not a trace
    return gain, len(token), read, False, doubt


def _scripts(before: str, after: str) -> set[str]:
    return {script(each) for each in (before, after) if each}


def _remnant(token: str, before: str, following: str, left: Remnants, slots: Slots) -> _Reading | None:
    """What a lead and what is left behind it may stand for."""
    found = left.fit(token, before, following, slots)
    if found is None:
        return None
    options, length = found
    whole = token + following
    token, following = whole[:length], whole[length:]
    after = following[:1]
    at_home = token.strip().isalpha() and script(token[0]) in _scripts(before, after)
    at_home = at_home and not (token[0] == "Ã" and before.islower())  # which no language writes
    before, after = (before if before.isascii() else ""), (after if after.isascii() else "")
    gain = cost(token, before, after) - _cheapest(options[:24], before, after)
    gain += 6.0 * token[:-1].count("?")
    out_of_place = 0.0
    if options[0] == "’" and length == 1 and token.isalpha() and not at_home:
        out_of_place = _stray(before, following[:2])  # counts where the whole text bears it out
    doubt = 100.0 if at_home else 4.0 + out_of_place
    return gain + out_of_place, length, options, True, doubt


def _mostly_read(shown: str, parts: list[Part]) -> bool:
    """Whether a long run leaves little over; else it is some other damage, which a part of it would only hide."""
    return len(shown) < 8 or sum(part.end - part.start for part in parts) >= 0.7 * len(shown)
