"""UTF-8 that was read in another code page, undone layer by layer.

Text is looked at in runs of characters beyond ASCII. Tables whose pairs occur (``pipeline.hints``) say what they read
in the runs (``pipeline.survey``); the one that saves most wins, and of like ones that with the likeliest words.
Remnants become slots, which ``pipeline.lost`` fills once all layers are undone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING
from zlib import crc32

from pipeline.edits import Change
from pipeline.hints import RUN, candidates, gaps_in, hits_in, mark_leads, stray_marks
from pipeline.letters import stands
from pipeline.plausibility import script
from pipeline.readings import LIKE, Run, likened, read_as, tokens_of
from pipeline.survey import PLAIN, Runs, Survey, missing, saved, survey_of
from pipeline.words import own, wording

if TYPE_CHECKING:
    from pipeline.damage import Table
    from pipeline.remnants import Slots

_RUNS = re.compile(f"({RUN.pattern})")
# Runs that like tables are compared on; bits by which words, and the reading of a run, must be likelier.
_COMPARED, _CLEARLY, _BETTER = 60, 2.0, 6.0
_PART = 0.03  # of the bits that the best table saves: what a second one must save beyond it in a long text
# Characters of distinct runs that tables are compared on, and of one of them: a longer text has shown its damage.
_COMPARED_CHARACTERS, _OF_ONE = 3_000, 1_000
_LONG = 30_000  # characters of distinct runs from which on a layer is read by two tables at most
_RIVALS = 7  # the best tables, which are compared by the words that they make


def undo_once(text: str, slots: Slots) -> list[Change]:
    """One layer of wrong reading; empty where none is plain enough. Remnants become slots."""
    stretches = _RUNS.split(text)  # what stands before a run, the run, what stands behind it, ...
    hits = hits_in(text)
    strays = {letter: stray_marks(text, letter) for letter in mark_leads() & hits.alone} if hits.alone else {}
    chosen = candidates(hits, strays, gaps=bool(hits.alone) and gaps_in(text))
    if not chosen:
        return []
    places = _places(stretches)
    runs = Counter({Run(*place): count for place, count in Counter(places).items()})
    size = sum(len(run.shown) for run in runs)
    if not slots.allow(size):
        return []
    wanted = _COMPARED_CHARACTERS * 8 // max(8, len(chosen))
    sample = _sample(runs, wanted) if size > wanted else runs
    compared = Runs(sample)
    surveys = [survey_of(compared, table, slots, strays) for table in chosen]
    surveys = sorted((survey for survey in surveys if survey.total > 0), key=lambda survey: -survey.total)
    if not surveys:
        return []
    if sample is not runs:
        kept = _winners(surveys, chosen, long=size > _LONG)
        every = Runs(runs)
        surveys = [survey_of(every, table, slots, strays) for table in kept]
        surveys = sorted((each for each in surveys if each.total > 0), key=lambda each: -each.total)
        if not surveys:
            return []
    offsets = list(accumulate(map(len, stretches)))[:-1:2]
    surveys = _settle(text, runs, places, offsets, surveys)
    changes = _choose(text, places, offsets, surveys, slots)
    return [] if len(changes) == 1 and _doubtful(text, changes[0]) else changes


def _sample(runs: Counter[Run], wanted: int) -> Counter[Run]:
    """Runs from all of the text, which have about so many characters.

    A run is in the samples of all layers or of none, so that it is looked at once.
    """
    size = sum(min(len(run.shown), _OF_ONE) for run in runs)
    every = (1 << (size // wanted).bit_length()) - 1
    sample: Counter[Run] = Counter()
    for run, count in runs.items():
        shown = run.shown[:_OF_ONE]
        if not sample or crc32(shown.encode("utf-8", "surrogatepass")) & every == 0:
            sample[run if shown == run.shown else Run(run.before, shown, run.shown[_OF_ONE : _OF_ONE + 2])] += count
    return sample


def _winners(surveys: list[Survey], chosen: list[Table], *, long: bool) -> list[Table]:
    """The tables that read the runs of a sample best, the best first; a long text is read by two at most."""
    first = surveys[0]
    own = {run: saved(parts) for run, parts in first.readings.items()}
    best = dict(own)
    for each in surveys[1:_RIVALS]:
        better = {
            run: bits for run, parts in each.readings.items() if (bits := saved(parts)) > own.get(run, 0.0) + _BETTER
        }
        if long and sum(better.values()) >= max(PLAIN, _PART * first.total):
            return [first.table, each.table]
        for run, bits in better.items():
            best[run] = max(bits, best.get(run, 0.0))
    if not long and sum(best.values()) > (1 + _PART) * sum(own.values()) + PLAIN:
        return chosen  # several damages, of which the sample may not show all
    return [first.table]


def _places(stretches: list[str]) -> list[tuple[str, str, str]]:
    """For every run what stands before it, the run, and what stands behind it, as in ``Run``."""
    shown = stretches[1::2]
    befores = [LIKE.get(char := plain[-1:], char) for plain in stretches[:-1:2]]
    afters = [
        likened(plain[:2] if len(plain) > 1 else plain + following[:1])
        for plain, following in zip(stretches[2::2], [*shown[1:], ""], strict=True)
    ]
    return list(zip(befores, shown, afters, strict=True))


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


def _settle(
    text: str, runs: Counter[Run], places: list[tuple[str, str, str]], offsets: list[int], surveys: list[Survey]
) -> list[Survey]:
    """Put first, of tables that save about as much, the one whose words are likeliest."""
    best = surveys[0]
    rivals = [each for each in surveys[1:_RIVALS] if each.total >= 0.75 * best.total]
    if not rivals:
        return surveys
    differing: dict[Run, int] = {}
    for run in runs:
        own = _reads(best, run)
        if any(_reads(each, run) != own for each in rivals):
            differing[run] = offsets[places.index(run)]
            if len(differing) == _COMPARED:
                break
    if not differing:
        return surveys
    windows = {_window(text, at, len(run.shown)) for run, at in differing.items()}
    scores = {
        each.table: sum(_wording(text[a:b], each) for a, b in windows) + missing(runs, each, best) - each.total
        for each in (best, *rivals)
    }
    winner = min((best, *rivals), key=lambda each: scores[each.table])
    if scores[winner.table] > scores[best.table] - _CLEARLY:
        return surveys
    return [winner, *(each for each in surveys if each is not winner)]


def _reads(survey: Survey, run: Run) -> list[tuple[int, int, str]]:
    return [(part.start, part.end, part.read) for part in survey.readings.get(run, ())]


def _window(text: str, at: int, length: int) -> tuple[int, int]:
    """The word around a run."""
    start, end = at, at + length
    while start > at - 40 and start and not text[start - 1].isspace():
        start -= 1
    while end < at + length + 40 and end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _wording(stretch: str, survey: Survey) -> float:
    """Bits that the words of a stretch cost as the table reads them."""
    read: list[str] = []
    floor = 0
    for match in RUN.finditer(stretch):
        at = match.start()
        before, after = stretch[max(0, at - 1) : at], stretch[match.end() : match.end() + 2]
        run = Run(LIKE.get(before, before), match[0], likened(after))
        for part in survey.readings.get(run, ()) or survey.readings.get(run._replace(after=run.after[:1]), ()):
            if not part.remnant and at + part.start >= floor:
                read.append(stretch[floor : at + part.start] + part.read)
                floor = at + part.end
    text = "".join(read) + stretch[floor:]
    best = wording(text)
    for _ in range(3):  # what is read may be another layer, in which there are no words yet
        deeper = tokens_of(survey.table).sub(
            lambda match: (match[1] and read_as(survey.table, match[0])) or match[0], text
        )
        if deeper == text:
            break
        text = deeper
        best = min(best, wording(text))
    return best


def _choose(
    text: str, places: list[tuple[str, str, str]], offsets: list[int], surveys: list[Survey], slots: Slots
) -> list[Change]:
    """For every run the table that saves most in it; the best table of the whole text is preferred.

    Another table must have plain traces of its own before its weak readings and remnants count.
    """
    best: dict[tuple[str, str, str], list[tuple[int, int, str, str]]] = {}
    winners: dict[Run, tuple[float, Survey]] = {}
    first = surveys[0].readings
    bonus = min(15.0, 6.0 + surveys[0].plain / 10)
    for rank, survey in enumerate(surveys):
        if rank:
            strangers = [part for run, parts in survey.readings.items() if run not in first for part in parts]
            if sum(part.gain for part in strangers if part.alone and not part.remnant) < PLAIN:
                for run, parts in survey.readings.items():
                    survey.readings[run] = [part for part in parts if part.alone and not part.remnant]
        for run, parts in survey.readings.items():
            # what stays unread stays broken
            gain = saved(parts) + 4.0 * sum(part.end - part.start for part in parts)
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
    lone: list[tuple[int, Change]] = []  # letters of words that may stand in their own right, by number
    clean: list[int] = []
    floor = 0
    for at, place in zip(offsets, places, strict=True):
        found = best.get(place, [])
        if not found and place[1].isalpha() and script(place[1][0]) == "LATIN":
            clean.append(at)
        single = place[1].isalpha() and all(part[1] - part[0] == 1 for part in found)
        for start, end, after, damage in found:
            if at + start >= floor:
                changes.append(Change(at + start, at + end, after, damage))
                floor = at + end
                if single and slots.has(after) and stands(text, at + start, slots.options(after)):
                    lone.append((len(changes) - 1, changes[-1]))
    return _without(changes, lone, clean)


_NEAR = 40  # characters within which damage bears out other damage


def _without(changes: list[Change], lone: list[tuple[int, Change]], clean: list[int]) -> list[Change]:
    """The changes but for lone letters that have no other change near them, or letters left as they are nearer yet."""
    if not lone:
        return changes
    numbers = {number for number, _ in lone}
    sure = [change.start for number, change in enumerate(changes) if number not in numbers]
    left = set(range(len(changes)))
    for number, change in lone:
        if _distance(sure, change.start) > min(_NEAR, _distance(clean, change.start)):
            left.discard(number)
    return [changes[number] for number in sorted(left)]


def _distance(offsets: list[int], at: int) -> float:
    """From a place to the nearest of these, which are sorted."""
    index = bisect_left(offsets, at)
    return min((abs(each - at) for each in offsets[max(0, index - 1) : index + 1]), default=inf)
