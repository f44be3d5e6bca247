"""What a table makes of the runs of a text: readings with the bits that they save.

In every run a table may read whole sequences (every byte is there) and remnants (a lead byte with bytes missing behind
it). A reading counts where it is plain by itself, or likely beside plain ones.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.damage import tables
from pipeline.readings import Part, Run, found_in, whole_lines

if TYPE_CHECKING:
    from pipeline.damage import Table
    from pipeline.remnants import Slots

# A reading must save this many bits: among plain traces of the same mistake; in a text that shows it everywhere.
# PLAIN is what plain traces save.
_AMONG = 1.0
_AMONG_REMNANTS = -2.0
_EVERYWHERE = -12.0
PLAIN = 18.0
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
        self._lines = "\n".join(run.shown for run, _ in self.homely)

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
    survey.plain -= _contradicted(runs, survey)
    if survey.plain >= PLAIN:
        for run, count in homely:
            _look_at(run, count, survey, slots)
    everywhere = survey.plain >= 4 * PLAIN and survey.covered >= 0.8 * text.size
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
        unread = sum(times for run, times in runs.items() if run.shown[-1] == lead and run.after[:1].isalpha())
        if unread > 3 * count + 2:
            wrong += bits[lead]
            for run, parts in survey.readings.items():
                survey.readings[run] = [part for part in parts if run.shown[part.start] != lead]
    return wrong


def saved(parts: list[Part]) -> float:
    return sum(part.gain - (4.0 if part.remnant else 0.0) for part in parts)
