"""What a table makes of the runs of a text: readings with the bits that they save.

In every run a table may read whole sequences (every byte is there) and remnants (a lead byte with bytes missing behind
it). A reading counts where it is plain by itself, or likely beside plain ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.damage import tables
from pipeline.plausibility import script
from pipeline.readings import ALONE, Part, Run, found_in, whole_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.damage import Table
    from pipeline.remnants import Slots

# A reading must save this many bits: among plain traces of the same mistake; in a text that shows it everywhere.
# PLAIN is what plain traces save.
_AMONG = 1.0
_AMONG_REMNANTS = -2.0
_EVERYWHERE = -12.0
PLAIN = 18.0
# Letters beyond ASCII that tell which are common; what two of them make of all that no language's do.
_TOLD, _TWO = 20, 0.42
# Letters of an alphabet that is at home in a text; the part of the commonest letters that is all of them.
_AT_HOME, _ALL = 8, 0.9
_OWN = 100.0  # doubt about a letter among letters of its own alphabet
_LATIN = "\u024f"  # the last of the blocks that letters of Latin in use stand in
# Bits for every place down the list of tables: rare ones need more.
_PRIOR = 0.2


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


class Runs:
    """Runs of a text with their counts; those at home in it stand apart, so that tables need not try each of them."""

    def __init__(self, counts: Counter[Run]) -> None:
        self.counts = counts
        self.size = sum(count * len(run.shown) for run, count in counts.items())
        self.homely = [(run, count) for run, count in counts.items() if _at_home(run.shown)]
        self.others = [(run, count) for run, count in counts.items() if not _at_home(run.shown)]
        self._alphabets: Counter[str] | None = None
        self._lines = "\n".join(run.shown for run, _ in self.homely)
        self.common = _common(counts)

    @property
    def alphabets(self) -> Counter[str]:
        """How many characters there are of each script."""
        if self._alphabets is None:
            self._alphabets = Counter()
            for run, count in self.counts.items():
                for char in run.shown:
                    self._alphabets[script(char)] += count
        return self._alphabets

    def at_home(self, table: Table) -> tuple[list[tuple[Run, int]], list[tuple[Run, int]]]:
        """Those that the table reads from end to end all the same, and those of which nothing is plain by itself."""
        whole = whole_lines(table, self._lines)
        if not whole:
            return [], self.homely
        read = [each for each in self.homely if each[0].shown in whole]
        return read, [each for each in self.homely if each[0].shown not in whole]


def survey_of(text: Runs, table: Table, slots: Slots, strays: dict[str, float]) -> Survey:
    """What the table makes of the runs: first what is plain by itself, then what is likely beside it."""
    runs = text.counts
    survey = Survey(table, prior=_PRIOR * tables().index(table))
    if 0x80 in table.lost and 0x99 in table.lost:
        survey.plain = max(0.0, strays.get(table.shown[0xE2], 0.0))
    read, homely = text.at_home(table)
    for run, count in chain(text.others, read):
        _look_at(run, count, survey, slots)
    if survey.hinted >= 4 * PLAIN:
        survey.plain += survey.hinted / 3
    survey.plain -= _contradicted(runs, survey) + _among_its_own(text, survey)
    leading = bool(text.common) and all(0xC2 <= table.byte_of.get(char, 0) <= 0xF4 for char in text.common)
    if survey.plain >= PLAIN or leading:
        for run, count in homely:
            _look_at(run, count, survey, slots)
    leading = leading and (survey.covered >= 0.8 * text.size or _all_lead(text, survey))
    if leading:
        survey.plain += 4 * PLAIN
    everywhere = survey.plain >= 4 * PLAIN and survey.covered >= 0.8 * text.size
    for run, parts in list(survey.readings.items()):
        if leading:
            kept = parts
        elif everywhere:
            kept = [part for part in parts if part.gain >= _EVERYWHERE]
        elif survey.plain >= PLAIN:
            kept = [part for part in parts if part.gain >= (_AMONG_REMNANTS if part.remnant else _AMONG)]
            if not _is_latin(run):
                kept = [part for part in kept if not part.remnant or part.doubt < _OWN]
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


def _is_latin(run: Run) -> bool:
    return all(char <= _LATIN for char in run.shown)


def _common(counts: Counter[Run]) -> str:
    """The two commonest letters, where they are more than any language makes of two: leads of UTF-8, then.

    Letters of Latin are left out: a text in French may have no other letter beyond ASCII but é.
    """
    letters = Counter("".join(run.shown * count for run, count in counts.items() if len(run.shown) > 1))
    for char in [char for char in letters if not (char.isalpha() and script(char) != "LATIN") and char not in "×״"]:
        del letters[char]
    common = letters.most_common(2)
    if letters.total() < _TOLD or sum(count for _, count in common) < _TWO * letters.total():
        return ""
    return "".join(char for char, count in common if count >= _TWO / 4 * letters.total())


def _look_at(run: Run, count: int, survey: Survey, slots: Slots) -> None:
    found = found_in(run, survey.table, slots)
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
        unread = sum(
            times
            for run, times in runs.items()
            if run.shown[-1] == lead and run.after[:1].isalpha() and not _out_of_place(survey.readings.get(run, ()))
        )
        if unread > 3 * count + 2:
            wrong += bits[lead]
            for run, parts in survey.readings.items():
                survey.readings[run] = [part for part in parts if run.shown[part.start] != lead]
    return wrong


def _among_its_own(text: Runs, survey: Survey) -> float:
    """Bits of single sequences that begin with a letter of an alphabet most of which is unread: a word of the text."""
    single: dict[Run, str] = {}
    for run, parts in survey.readings.items():
        if len(parts) == 1 and parts[0].end - parts[0].start == 2:
            lead = run.shown[parts[0].start]
            if lead > _LATIN and lead.isalpha():
                single[run] = script(lead)
    if not single:
        return 0.0
    unread = text.alphabets.copy()
    for run, parts in survey.readings.items():
        for part in parts:
            for char in run.shown[part.start : part.end]:
                unread[script(char)] -= text.counts[run]
    wrong = 0.0
    for run, alphabet in single.items():
        if unread[alphabet] > max(_AT_HOME, text.alphabets[alphabet] / 2):
            part = survey.readings.pop(run)[0]
            wrong += text.counts[run] * part.gain if part.alone else 0.0
    return wrong


def _all_lead(text: Runs, survey: Survey) -> bool:
    """Whether the commonest letters are read wherever they stand, in a table that loses other leads."""
    if not any(byte >= 0xC2 for byte in survey.table.lost):
        return False
    stands = sum(count * run.shown.count(char) for run, count in text.counts.items() for char in text.common)
    read = sum(
        text.counts[run] * run.shown.count(char, part.start, part.end)
        for run, parts in survey.readings.items()
        for part in parts
        for char in text.common
    )
    return read >= _ALL * stands


def _out_of_place(parts: Sequence[Part]) -> bool:
    """Whether the last of what is read is a remnant that hardly is a letter of the text."""
    return bool(parts) and parts[-1].remnant and parts[-1].gain >= ALONE


def missing(runs: Counter[Run], survey: Survey, other: Survey) -> float:
    """Bits by which what is lost speaks against the table, where the other says of the same characters that bytes are.

    A table that loses few bytes would hardly have lost so many of them.
    """
    few, many = (sum(0x80 <= byte < 0xC0 for byte in each.table.lost) for each in (survey, other))
    if few == many or not few or not many:
        return 0.0
    gone = 0
    for run, parts in survey.readings.items():
        spans = {(part.start, part.end) for part in other.readings.get(run, ()) if part.remnant}
        for part in parts:
            if part.remnant and (part.start, part.end) in spans:
                gone += runs[run]
    return gone * math.log2(many / few)


def saved(parts: list[Part]) -> float:
    return sum(part.gain - (4.0 if part.remnant else 0.0) for part in parts)
