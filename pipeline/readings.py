"""What a table reads in a run of characters: whole sequences, and remnants of them, with the bits that they save."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category

from pipeline.plausibility import cost, script, uncached_cost
from pipeline.remnants import Remnants, Slots, remnants

if TYPE_CHECKING:
    from pipeline.damage import Table

_UNUSED = "\U00040000"  # planes from here on have no characters but those that choose variants of others
ALONE = 13.0  # bits that a reading must save to be plain by itself


@cache
def tokens_of(table: Table) -> re.Pattern[str]:
    """Whole sequences, as many as stand together; else a lead with what is left behind it."""
    gap = _chars(table, 0x80, 0xBF, "'\"?\ufffd" + Slots.FIRST + "-" + Slots.LAST)
    left = (
        _chars(table, 0xC2, 0xDF) + gap + "?",
        _chars(table, 0xE0, 0xEF) + gap + "{0,2}",
        _chars(table, 0xF0, 0xF4) + gap + "{0,3}",
    )
    return re.compile(f"({_whole_sequences(table)})|{'|'.join(left)}")


@cache
def _lines_of(table: Table) -> re.Pattern[str]:
    return re.compile(f"^{_whole_sequences(table)}$", re.MULTILINE)


def _whole_sequences(table: Table) -> str:
    """An expression for UTF-8's sequences (RFC 3629, section 4) as the table shows them."""
    tail = _chars(table, 0x80, 0xBF)
    sequences = (
        _chars(table, 0xC2, 0xDF) + tail,
        _chars(table, 0xE0, 0xE0) + _chars(table, 0xA0, 0xBF) + tail,
        _chars(table, 0xE1, 0xEF) + tail + tail,
        _chars(table, 0xF0, 0xF0) + _chars(table, 0x90, 0xBF) + tail + tail,
        _chars(table, 0xF1, 0xF3) + tail + tail + tail,
        _chars(table, 0xF4, 0xF4) + _chars(table, 0x80, 0x8F) + tail + tail,
    )
    return f"(?:{'|'.join(sequences)})+"


def _chars(table: Table, low: int, high: int, more: str = "") -> str:
    """A set of the characters that stand for these bytes."""
    return "[" + "".join(re.escape(char) for char, byte in table.byte_of.items() if low <= byte <= high) + more + "]"


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
        return self.gain - self.doubt >= ALONE


def _stray(before: str, after: str) -> float:
    """Bits by which a letter that may be all that is left of a punctuation mark is out of place."""
    if after[:1] > "\x7f" and not after[:1].isalpha() and not after[:1].isspace():
        return 0.0  # another sign of what was one character
    if not after[:1].isalpha():
        return 8.0 if before.isalpha() else 14.0
    if not before.isalpha():
        return 12.0 if after[0].isupper() else 4.0
    return 10.0 if after[0] in "st" and not after[1:].isalpha() else 0.0


def is_whole(table: Table, shown: str) -> bool:
    """Whether the run is whole sequences and nothing else."""
    match = tokens_of(table).match(shown)
    return match is not None and bool(match[1]) and match.end() == len(shown)


def whole_lines(table: Table, text: str) -> set[str]:
    """The lines of a text that are whole sequences and nothing else."""
    return set(_lines_of(table).findall(text))


class Found(NamedTuple):
    """What a table makes of a run: readings, characters that they take, bits of plain ones and of likely remnants."""

    parts: list[Part]
    covered: int
    plain: float
    hinted: float


def found_in(run: Run, table: Table, slots: Slots) -> Found | None:
    """What the table makes of a run; None where that is nothing. Kept from one text to the next."""
    found = _known.setdefault(table.name, {}).get(run, _UNKNOWN)
    if found is _UNKNOWN:
        found = slots.known.setdefault(table.name, {}).get(run, _UNKNOWN)
        if found is _UNKNOWN:
            memory = (slots.known if slots and slots.any(run.shown + run.after) else _known)[table.name]
            if len(memory) >= _REMEMBERED:
                memory.clear()
            found = memory[run] = _find(run, table, slots)
    return found


def _find(run: Run, table: Table, slots: Slots) -> Found | None:
    shown = run.shown
    if len(shown) > _LONG and is_whole(table, shown):  # as words of other alphabets are
        whole = _whole(shown, run.before, run.after, table)
        if whole is None:
            return None
        gain, length, read, _, doubt = whole
        parts = [Part(gain, 0, length, read, False, doubt)]
        return Found(parts, length, gain if gain - doubt >= ALONE else 0.0, 0.0)
    parts = _parts(run, table, tokens_of(table), remnants(table), slots)
    if not parts or not _mostly_read(run.shown, parts):
        return None
    return Found(
        parts,
        sum(part.end - part.start for part in parts),
        sum(part.gain for part in parts if part.alone),
        sum(part.gain for part in parts if part.remnant and part.gain >= 4.0 and part.doubt < 50.0),
    )


# what tables make of runs, kept from one text to the next, by table; runs with slots are kept with those
_known: dict[str, dict[Run, Found | None]] = {}
_UNKNOWN = Found([], 0, 0.0, 0.0)
_REMEMBERED = 20_000
_LONG = 6  # characters of a run that is hardly met twice


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
    if max(read) >= _UNUSED or not _assigned(read):
        return None
    after = following[:1]
    bits = cost if len(token) <= _LONG else uncached_cost
    gain = bits(token, before, after) - min(bits(each, before, after) for each in (read, *_deeper(read)))
    # symbols by themselves may well be meant; controls stand for bytes only where the table has no more
    lone = len(token) == 2 and not token[0].isalpha() and not before.isalpha()
    lone = lone and script(token[1]) not in ("LATIN", "CYRILLIC")
    if not token.isprintable():
        gain -= 3.0 * sum("\x80" <= char < "\xa0" and table.shown[ord(char)] != char for char in token)
    doubt = 8.0 if lone else 0.0
    if token.isalpha() and script(token[0]) != "LATIN" and script(token[0]) in _scripts(before, after):
        doubt = 100.0  # letters among letters of their own alphabet: a word ("четырёх"), not a trace
    if len(token) == 2 and _quoted(before, token, after):
        doubt = 100.0
    return gain, len(token), read, False, doubt


def _assigned(read: str) -> bool:
    """Whether Unicode has every character."""
    return all(category(char) != "Cn" for char in read)


def _deeper(read: str) -> tuple[str, ...]:
    """The mark or picture that controls among the characters stand for, in UTF-8 that was first read as latin-1."""
    if not read.startswith(("â\x80", "ð\x9f")) or max(read) > "\xff":
        return ()
    try:
        return (read.encode("latin-1").decode("utf-8"),)
    except UnicodeDecodeError:
        return ()


def _quoted(before: str, token: str, after: str) -> bool:
    """Whether a letter stands beside a quotation mark as one does at the end of a word: „Г“, »PÅ«."""
    first, second = token[0], token[1]
    if first in _QUOTES and second.isalpha():
        return not before.isalnum()
    if second not in _QUOTES or not first.isalpha() or after.isalnum() or first in "ÃÂ":
        return False
    return not before.isalpha() or before.isupper() == first.isupper() or before.islower() == first.islower()


_QUOTES = frozenset("„“”«»‚‘’‹›")


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
    # every byte may be there, the last as the straight quotation mark that another program made of it: â€" for –
    intact = len(token) == len(options[0].encode()) > 2 and token[-1] in "'\"" and token[1] > "\x7f"
    doubt = 100.0 if at_home else (0.0 if intact else 4.0) + out_of_place
    return gain + out_of_place, length, options, True, doubt


def _mostly_read(shown: str, parts: list[Part]) -> bool:
    """Whether a long run leaves little over; else it is some other damage, which a part of it would only hide.

    A byte that was replaced, and the one behind it, may be left of a character whose lead is lost.
    """
    size = len(shown) - 2 * (shown.count("\ufffd") + shown.count("?"))
    return size < 8 or sum(part.end - part.start for part in parts) >= 0.7 * size
