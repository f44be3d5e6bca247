"""Repair does work in proportion to the text: counted, not timed, on texts whose words never come again."""

from __future__ import annotations

import cProfile
import pstats
import random
from collections.abc import Callable

import pytest

from pipeline import lost, mojibake
from pipeline.damage import table
from pipeline.edits import Change
from pipeline.remnants import Slots
from pipeline.repair import repair

CYRILLIC, LATIN = "абвгдежзийклмнопрстуфхцчшщыьюя", "abcdefghijklmnopqrstuvwxyzéèàçñöüžšč"
SOUP = 'ÃÂâ€™œžŸ¢£©Ð°ab?\ufffd" \n'
SIZE = 12_000  # characters
STEEP = 1.95  # times as much work for the same length in a text two or four times as long, where quadratic is 2 or 4


def words(size: int, letters: str, seed: int) -> str:
    drawn = random.Random(seed)
    made = [
        "".join(drawn.choice(letters) for _ in range(drawn.randint(3, 9))) + drawn.choice("  \n")
        for _ in range(size // 4)
    ]
    return "".join(made)


def garbled(name: str, letters: str, lost_as: str | None) -> Callable[[int, int], str]:
    return lambda size, seed: table(name).garble(words(size, letters, seed), lost=lost_as)[:size]


TEXTS: dict[str, Callable[[int, int], str]] = {
    "Cyrillic in cp1252": garbled("cp1252", CYRILLIC, None),
    "Cyrillic in cp1252, bytes dropped": garbled("cp1252", CYRILLIC, ""),
    "Latin in latin-1, bytes dropped": garbled("latin-1", LATIN, ""),
    "Latin in latin-1, bytes as U+FFFD": garbled("latin-1", LATIN, "\ufffd"),
    "Latin in cp874, bytes as question marks": garbled("cp874", LATIN, "?"),
    "characters at random": lambda size, seed: "".join(random.Random(seed).choices(SOUP, k=size)),
    "markup among bytes": lambda size, seed: "".join(
        word + drawn
        for word, drawn in zip(
            garbled("cp1252", LATIN, None)(size, seed).split(" "),
            random.Random(seed).choices([" ", "&amp;lt;br&gt;", '" style="x', "-\n", "a¿s", "\\"], k=size),
            strict=False,
        )
    )[:size],
    "letters for bytes": lambda size, seed: words(size, LATIN.replace("e", "¿"), seed)[:size],
}


def work(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Calls of functions, and characters of the texts that the passes were given."""
    read = [0]

    def counting(function: Callable[[str, Slots], list[Change]]) -> Callable[[str, Slots], list[Change]]:
        def counted(text: str, slots: Slots) -> list[Change]:
            read[0] += len(text)
            return function(text, slots)

        return counted

    with monkeypatch.context() as patched:
        patched.setattr(mojibake, "undo_once", counting(mojibake.undo_once))
        patched.setattr(lost, "fill", counting(lost.fill))
        profile = cProfile.Profile()
        profile.runcall(repair, text)
    return pstats.Stats(profile).total_calls, read[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", TEXTS)
def test_work_is_in_proportion(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make = TEXTS[name]
    repair(make(SIZE // 4, 0))  # tables and words are read in once
    once, twice, fourfold = (work(make(SIZE * times, times), monkeypatch) for times in (1, 2, 4))
    for less, more, steep in ((once, twice, 2 * STEEP), (once, fourfold, 4 * STEEP), (twice, fourfold, 2 * STEEP)):
        assert more[0] < steep * less[0]
        assert more[1] < steep * less[1]
