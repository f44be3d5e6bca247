"""UTF-8 that was read in another code page: found by its pairs, judged by what its reading saves, undone in layers.

Text is looked at in runs of characters beyond ASCII. In every run each table may read whole sequences (every byte is
there) and remnants (a lead byte with bytes missing behind it). A reading must make the text plainly likelier. Remnants
become slots, which ``pipeline.lost`` fills once all layers are undone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.damage import tables
from pipeline.edits import Change
from pipeline.plausibility import cost, script
from pipeline.remnants import Remnants, Slots, remnants
from pipeline.words import own, wording

if TYPE_CHECKING:
    from pipeline.damage import Table

# A reading must save this many bits: alone; among plain traces of the same mistake; in a text that shows it everywhere.
# _PLAIN is what plain traces save.
_ALONE = 13.0
_AMONG = 1.0
_AMONG_REMNANTS = -2.0
_EVERYWHERE = -12.0
_PLAIN = 18.0
# Bits for every place down the list of tables: rare ones need more.
_PRIOR = 0.2
_COMPARED, _CLEARLY = 60, 2.0  # runs that like tables are compared on, and bits by which words must be likelier
_CLOSER = 8  # tables that are compared run by run

# A run, with straight quotation marks and question marks that may stand for bytes inside of it.
_RUN = re.compile(r"""[^\x00-\x7f]+(?:['"?]{1,2}[^\x00-\x7f]+)*(?:['"]|\?{0,2})""")
_DISTINCT = 20_000  # runs that tables are compared on; a longer text has shown its damage by then

# Code points that text in use is made of; pairs that begin any other cannot make a table a candidate.
_BLOCKS = (
    (0x80, 0x24F), (0x2B0, 0x52F), (0x530, 0x6FF), (0x900, 0x10FF), (0x1100, 0x137F), (0x1780, 0x17FF),
    (0x1E00, 0x2BFF), (0x3000, 0x318F), (0x3400, 0x9FFF), (0xAC00, 0xDFFF), (0xF000, 0xF0FF), (0xFB00, 0xFFFF),
)  # fmt: skip


@cache
def _leads_to_text(first: int, second: int) -> bool:
    """Whether some character in use begins with these two UTF-8 bytes."""
    if first < 0xE0:
        low, size = (first & 0x1F) << 6 | (second & 0x3F), 1
    elif first < 0xF0:
        low, size = (first & 0xF) << 12 | (second & 0x3F) << 6, 64
        if low < 0x800:
            return False
    else:
        return (first, second) in ((0xF0, 0x9D), (0xF0, 0x9F), (0xF0, 0x90), (0xF0, 0x92), (0xF0, 0xA0), (0xF3, 0xA0))
    return any(low <= end and low + size > start for start, end in _BLOCKS)


@cache
def _pairs() -> dict[str, int]:
    """Lead and first continuation, as shown, to a bit for every table that shows them so."""
    pairs: dict[str, int] = {}
    for number, table in enumerate(tables()):
        tails = [(char, byte) for char, byte in table.byte_of.items() if 0x80 <= byte <= 0xBF]
        for lead, first in table.byte_of.items():
            if 0xC2 <= first <= 0xF4:
                for tail, second in tails:
                    if _leads_to_text(first, second):
                        pairs[lead + tail] = pairs.get(lead + tail, 0) | 1 << number
    return pairs


@cache
def _hints() -> re.Pattern[str]:
    leads = {pair[0] for pair in _pairs()}
    tails = {pair[1] for pair in _pairs()}
    return re.compile(f"(?=([{''.join(map(re.escape, leads))}][{''.join(map(re.escape, tails))}]))")


@cache
def _alone() -> dict[str, int]:
    """Characters that may be all that is left of one, to a bit for every table that would leave them."""
    alone: dict[str, int] = {}
    for number, table in enumerate(tables()):
        for char in remnants(table).alone:
            alone[char] = alone.get(char, 0) | 1 << number
    return alone


@cache
def _mark_leads() -> frozenset[str]:
    """Letters that are the lead of a punctuation mark in tables that may lose the rest of it."""
    return frozenset(table.shown[0xE2] for table in tables() if 0x80 in table.lost and 0x99 in table.lost)


@cache
def _tokens(table: Table) -> re.Pattern[str]:
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


def _read(table: Table, shown: str) -> str | None:
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


class _Run(NamedTuple):
    before: str
    shown: str
    after: str


class _Part(NamedTuple):
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
class _Survey:
    table: Table
    readings: dict[_Run, list[_Part]] = field(default_factory=dict)
    prior: float = 0.0
    plain: float = 0.0
    total: float = 0.0


def _stray(before: str, after: str) -> float:
    """Bits by which a letter that may be all that is left of a punctuation mark is out of place."""
    if not after[:1].isalpha():
        return 8.0 if before.isalpha() else 14.0
    if not before.isalpha():
        return 12.0 if after[0].isupper() else 4.0
    return 10.0 if after[0] in "st" and not after[1:].isalpha() else 0.0


def stray_marks(text: str, letter: str) -> float:
    """Bits of evidence that ``letter`` is what is left of punctuation marks in the text, by where it stands."""
    own = script(letter)
    if own != "LATIN" and any(char != letter and script(char) == own for char in set(text)):
        return 0.0
    plain = False
    bits = 0.0
    at = text.find(letter)
    while at >= 0:
        before, after = text[max(0, at - 4) : at], text[at + 1 : at + 3]
        inside = before[-1:].isalpha()
        if after[:1].isalpha():
            if inside:
                possessive = after[0] == "s" and not after[1:].isalpha() and len(before) == 4 and before.islower()
                bits += 16.0 if possessive else -12.0
                plain |= possessive
            elif after[0].isupper():
                bits += 6.0
        elif before[-1:].isdigit() and after[:1].isdigit():
            bits += 12.0
            plain = True
        elif inside:
            bits += 8.0 if before.isascii() and before[-3:].isalpha() else 0.0
        else:
            bits += 10.0
        at = text.find(letter, at + 1)
    return bits if plain or own != "GREEK" else 0.0  # β also stands for itself


def _survey(runs: Counter[_Run], table: Table, slots: Slots, strays: dict[str, float]) -> _Survey:
    """What the table makes of the runs: first what is plain by itself, then what is likely beside it."""
    survey = _Survey(table, prior=_PRIOR * tables().index(table))
    if 0x80 in table.lost and 0x99 in table.lost:
        survey.plain = max(0.0, strays.get(table.shown[0xE2], 0.0))
    tokens = _tokens(table)
    left = remnants(table)
    seen = covered = 0
    hinted = 0.0
    for run, count in runs.items():
        known = (table, run)
        if known in _known:
            parts = _known[known]
        else:
            parts = _parts(run, table, tokens, left, slots)
            if not slots or not slots.any(run.shown):
                if len(_known) >= _REMEMBERED:
                    _known.clear()
                _known[known] = parts
        seen += count * len(run.shown)
        if parts and _mostly_read(run.shown, parts):
            survey.readings[run] = parts
            covered += count * sum(part.end - part.start for part in parts)
            survey.plain += count * sum(part.gain for part in parts if part.alone)
            hinted += count * sum(
                part.gain for part in parts if part.remnant and part.gain >= 4.0 and part.doubt < 50.0
            )
    if hinted >= 4 * _PLAIN:
        survey.plain += hinted / 3
    survey.plain -= _contradicted(runs, survey)
    everywhere = survey.plain >= 4 * _PLAIN and covered >= 0.8 * seen
    for run, parts in list(survey.readings.items()):
        if everywhere:
            kept = [part for part in parts if part.gain >= _EVERYWHERE]
        elif survey.plain >= _PLAIN:
            kept = [part for part in parts if part.gain >= (_AMONG_REMNANTS if part.remnant else _AMONG)]
        else:
            kept = [part for part in parts if part.alone]
        if kept:
            survey.readings[run] = kept
            survey.total += runs[run] * _saved(kept) - survey.prior / len(survey.readings)
        else:
            del survey.readings[run]
    if survey.plain >= _PLAIN:  # what is weak alone does not count against what is plain
        survey.total = max(survey.total, survey.plain / 2)
    return survey


def _contradicted(runs: Counter[_Run], survey: _Survey) -> float:
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


# what tables make of runs, kept from one text to the next
_known: dict[tuple[Table, _Run], list[_Part]] = {}
_REMEMBERED = 50_000


def _saved(parts: list[_Part]) -> float:
    return sum(part.gain - (4.0 if part.remnant else 0.0) for part in parts)


@lru_cache(1 << 14)
def _cheapest(options: str, before: str, after: str) -> float:
    return min(cost(each, before, after) for each in options)


def _parts(run: _Run, table: Table, tokens: re.Pattern[str], left: Remnants, slots: Slots) -> list[_Part]:
    parts: list[_Part] = []
    shown = run.shown
    whole = shown + run.after
    for match in tokens.finditer(shown):
        start, end = match.span()
        token = match[0]
        before = shown[start - 1] if start else run.before
        if match[1]:
            read = _read(table, token)
            if read is None:
                continue
            after = whole[end : end + 1]
            gain = cost(token, before, after) - cost(read, before, after)
            # symbols by themselves may well be meant; controls stand for bytes only where the table has no more
            lone = len(token) == 2 and not token[0].isalpha() and not before.isalpha()
            lone = lone and script(token[1]) not in ("LATIN", "CYRILLIC")
            if not token.isprintable():
                gain -= 3.0 * sum("\x80" <= char < "\xa0" and table.shown[ord(char)] != char for char in token)
            parts.append(_Part(gain, start, end, read, False, 8.0 if lone else 0.0))
            continue
        found = left.fit(token, before, whole[end : end + 2], slots)
        if found is None:
            continue
        options, length = found
        token, end = whole[start : start + length], start + length
        after = whole[end : end + 1]
        beside = {script(each) for each in (before, after) if each}
        at_home = token.isalpha() and script(token[0]) in beside
        before, after = (before if before.isascii() else ""), (after if after.isascii() else "")
        gain = cost(token, before, after) - _cheapest(options[:24], before, after)
        gain += 6.0 * token[:-1].count("?")
        out_of_place = 0.0
        if options[0] == "’" and length == 1 and token.isalpha() and not at_home:
            out_of_place = _stray(before, whole[end : end + 2])  # counts where the whole text bears it out
        doubt = 100.0 if at_home else 4.0 + out_of_place
        parts.append(_Part(gain + out_of_place, start, end, options, True, doubt))
    return parts


def _mostly_read(shown: str, parts: list[_Part]) -> bool:
    """Whether a long run leaves little over; else it is some other damage, which a part of it would only hide."""
    return len(shown) < 8 or sum(part.end - part.start for part in parts) >= 0.7 * len(shown)


def undo_once(text: str, slots: Slots) -> list[Change]:
    """One layer of wrong reading; empty where none is plain enough. Remnants become slots."""
    shown = _RUN.findall(text)
    hits = _hits(shown)
    strays = {letter: stray_marks(text, letter) for letter in _mark_leads() & hits.alone} if hits.alone else {}
    chosen = _candidates(hits, strays, gaps=bool(hits.alone) and _GAPS.search(text) is not None)
    if not chosen:
        return []
    matches = [
        (match.start(), _Run(text[match.start() - 1 : match.start()], match[0], text[match.end() : match.end() + 2]))
        for match in _RUN.finditer(text)
    ]
    runs = Counter(run for _, run in matches)
    sample = runs if len(runs) <= _DISTINCT else Counter(dict(list(runs.items())[:_DISTINCT]))
    surveys = [_survey(sample, table, slots, strays) for table in chosen]
    surveys = sorted((survey for survey in surveys if survey.total > 0), key=lambda survey: -survey.total)
    if not surveys:
        return []
    if sample is not runs:
        surveys = sorted(
            (_survey(runs, each.table, slots, strays) for each in surveys[:2]), key=lambda each: -each.total
        )
    surveys = _settle(text, matches, surveys)
    changes = _choose(matches, surveys, slots)
    return [] if len(changes) == 1 and _doubtful(text, changes[0]) else changes


class _Hits(NamedTuple):
    """How often the tables' pairs occur, by the tables' bits; what may be a remnant all by itself, and
    what of it stands before a sign."""

    pairs: dict[int, int]
    alone: frozenset[str]
    odd: frozenset[str]


def _hits(shown: list[str]) -> _Hits:
    pairs: dict[int, int] = {}
    known = _pairs()
    find = _hints().findall
    counts = Counter(shown)
    for run, count in counts.items():
        if len(run) > 1:
            for pair in find(run):
                bits = known.get(pair, 0)
                if bits:
                    pairs[bits] = pairs.get(bits, 0) + count
    alone = frozenset(char for char in set().union(*counts) if char in _alone())
    odd: set[str] = set()
    for run in counts if alone else ():
        if len(run) > 1 and not alone.isdisjoint(run):
            odd.update(first for first, second in pairwise(run) if first in alone and not second.isalpha())
    return _Hits(pairs, alone, frozenset(odd))


# a letter before a byte that was replaced, caf\u00c3\ufffd or voil\u00c3 le
_GAPS = re.compile(
    "[^\x00-\x7f][\ufffd" + Slots.FIRST + "-" + Slots.LAST + "]|[^\x00-\x7f][?][^\\W\\d_]|[a-z]\u00c3(?![a-zA-Z])"
)


def _candidates(hits: _Hits, strays: dict[str, float], *, gaps: bool) -> list[Table]:
    """The tables worth a closer look: those with most pairs, and those whose remnants stand where no letter would."""
    weights = [0] * len(tables())
    for bits, count in hits.pairs.items():
        for number in range(len(weights)):
            if bits >> number & 1:
                weights[number] += count
    most = max(weights)
    ranked = sorted((number for number, weight in enumerate(weights) if weight), key=lambda number: -weights[number])
    chosen = {number for number in ranked[:_CLOSER] if weights[number] * 4 >= most}
    explained = 0
    for number in chosen:
        explained |= 1 << number
    for bits in hits.pairs:  # another damage in a part of the text
        if not bits & explained:
            number = (bits & -bits).bit_length() - 1
            chosen.add(number)
            explained |= 1 << number
    for char in hits.alone:
        if gaps or char in hits.odd or script(char) != "LATIN" or strays.get(char, 0.0) > 0:
            bits = _alone()[char]
            chosen.update(number for number in range(len(weights)) if bits >> number & 1)
    return [tables()[number] for number in sorted(chosen)]


def _doubtful(text: str, change: Change) -> bool:
    """A single sequence that ends in a sign of currency, as words may, in a text whose other characters are whole."""
    shown = text[change.start : change.end]
    if len(shown) != 2 or shown[1] not in "¢£¤¥":
        return False
    if (text[: change.start] + text[change.end :]).isascii():
        return False
    before = re.search(r"[^\W\d_]{0,24}$", text[max(0, change.start - 24) : change.start])
    after = re.match(r"[^\W\d_]{0,24}", text[change.end : change.end + 24])
    return ((before[0] if before else "") + change.after + (after[0] if after else "")).lower() not in own()


def _settle(text: str, matches: list[tuple[int, _Run]], surveys: list[_Survey]) -> list[_Survey]:
    """Put first, of tables that save about as much, the one whose words are likeliest."""
    best = surveys[0]
    rivals = [each for each in surveys[1:7] if each.total >= 0.75 * best.total]
    differing: dict[_Run, int] = {}
    for at, run in matches:
        if run not in differing and len(differing) < _COMPARED:
            own = _reads(best, run)
            if any(_reads(each, run) != own for each in rivals):
                differing[run] = at
    if not differing:
        return surveys
    windows = {_window(text, at, len(run.shown)) for run, at in differing.items()}
    scores = {each.table: sum(_wording(text[a:b], each) for a, b in windows) - each.total for each in (best, *rivals)}
    winner = min((best, *rivals), key=lambda each: scores[each.table])
    if scores[winner.table] > scores[best.table] - _CLEARLY:
        return surveys
    return [winner, *(each for each in surveys if each is not winner)]


def _reads(survey: _Survey, run: _Run) -> list[tuple[int, int, str]]:
    return [(part.start, part.end, part.read) for part in survey.readings.get(run, ())]


def _window(text: str, at: int, length: int) -> tuple[int, int]:
    """The word around a run."""
    start, end = at, at + length
    while start > at - 40 and start and not text[start - 1].isspace():
        start -= 1
    while end < at + length + 40 and end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _wording(stretch: str, survey: _Survey) -> float:
    """Bits that the words of a stretch cost as the table reads them."""
    read: list[str] = []
    floor = 0
    for match in _RUN.finditer(stretch):
        at = match.start()
        run = _Run(stretch[max(0, at - 1) : at], match[0], stretch[match.end() : match.end() + 2])
        for part in survey.readings.get(run, ()) or survey.readings.get(run._replace(after=run.after[:1]), ()):
            if not part.remnant and at + part.start >= floor:
                read.append(stretch[floor : at + part.start] + part.read)
                floor = at + part.end
    text = "".join(read) + stretch[floor:]
    best = wording(text)
    for _ in range(3):  # what is read may be another layer, in which there are no words yet
        deeper = _tokens(survey.table).sub(lambda match: (match[1] and _read(survey.table, match[0])) or match[0], text)
        if deeper == text:
            break
        text = deeper
        best = min(best, wording(text))
    return best


def _choose(matches: list[tuple[int, _Run]], surveys: list[_Survey], slots: Slots) -> list[Change]:
    """For every run the table that saves most in it; the best table of the whole text is preferred.

    Another table must have plain traces of its own before its weak readings and remnants count.
    """
    best: dict[_Run, list[tuple[int, int, str, str]]] = {}
    winners: dict[_Run, tuple[float, _Survey]] = {}
    first = surveys[0].readings
    bonus = min(15.0, 6.0 + surveys[0].plain / 10)
    for rank, survey in enumerate(surveys):
        if rank:
            strangers = [part for run, parts in survey.readings.items() if run not in first for part in parts]
            if sum(part.gain for part in strangers if part.alone and not part.remnant) < _PLAIN:
                for run, parts in survey.readings.items():
                    survey.readings[run] = [part for part in parts if part.alone and not part.remnant]
        for run, parts in survey.readings.items():
            # what stays unread stays broken
            gain = _saved(parts) + 4.0 * sum(part.end - part.start for part in parts)
            gain += -survey.prior if rank else bonus
            if parts and (run not in winners or gain > winners[run][0] + 1e-6):
                winners[run] = (gain, survey)
    for run, (_, survey) in winners.items():
        best[run] = [
            (
                part.start,
                part.end,
                slots.take(part.read, (run.shown + run.after)[part.start : part.end], survey.table)
                if part.remnant
                else part.read,
                f"utf-8 as {survey.table.name}" + (", bytes lost" if part.remnant else ""),
            )
            for part in survey.readings[run]
        ]
    changes = []
    floor = 0
    for at, run in matches:
        for start, end, after, damage in best.get(run, ()):
            if at + start >= floor:
                changes.append(Change(at + start, at + end, after, damage))
                floor = at + end
    return changes
