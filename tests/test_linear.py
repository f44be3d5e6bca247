"""The parser does work in proportion to the text: counted, on notices that go on and on and on its worst inputs.

What regular expressions do by themselves is timed by ``tests/linear_long.py`` (`make linear`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.counted import calls

FIXTURES = Path(__file__).parents[1] / "fixtures" / "notices"

HEAD = "Vacancy Notice\nTitle: Officer\nReference: X/1\nGrade: P-3\nDeadline: 3 May 2025\n\nRequirements:\n"
STEEP = 2.4  # times as much work for twice the text, where quadratic is 4
PIECES = (
    "Cook\nDriver 2\n", ":", ": ", "• ", "• English required\n", "x", "abcdef ghij ", " ", "\n", "(", "Grade: P-3\n",
    "Deadline: 3 May 2025\n", "3 May 2025 ", "EUR 500 per month ", "Grade P-3 (Officer) ", "OSCE Mission to Moldova, ",
    "apply to a@b.org by 3 May 2025 ", "the employer\u00e2\u20ac\u2122s caf\u00c3\u00a9 ",
    "English, French and Russian required; ", "master degree in law or 5 years of experience, ",
    "Requirements\n- English\n\nDuties\n- Drive\n\n", "1. Driver – 2 positions\n", "Officer | P3 | Vienna\n",
)  # fmt: skip


@cache
def fixtures(*, lines: bool = True) -> str:
    """The fixtures in English, one after the other; what is damaged or in another language has tests of its own."""
    paths = sorted(FIXTURES.glob("*.txt"))
    typed = str.maketrans("’‘“”–—•…\xa0", "''\"\"--*. ")
    texts = [path.read_text(encoding="utf-8", errors="replace").translate(typed) for path in paths]
    text = "\n\n".join(text for text in texts if text.isascii())
    return text if lines else text.replace("\n", " ")


def read(text: str) -> int:
    """The number of records that a text gives."""
    from pipeline.parse import parse
    from pipeline.source import Rejected, from_bytes

    try:
        return len(parse(from_bytes(text.encode(), uri="linear", name="linear")).records)
    except Rejected:
        return 0


@pytest.mark.parametrize("piece", PIECES)
def test_worst_inputs_are_work_in_proportion(piece: str) -> None:
    read(HEAD + piece)  # what is loaded once
    once, twice = (HEAD + piece * (size // len(piece)) for size in (3_000, 6_000))
    short = calls(lambda: read(once))
    assert calls(lambda: read(twice)) < STEEP * short


def test_work_grows_with_the_text() -> None:
    """Findings and tokens of a text twice as long are twice as many."""
    from extractors import EXTRACTORS
    from pipeline.nlp import load

    text = fixtures()[:30_000].rsplit("\n", 1)[0] + "\n\n"
    counted = []
    for doc in (load()(text * times) for times in (2, 4)):
        counted.append(
            {extractor.FIELD: sum(1 for _ in extractor.find(doc)) for extractor in EXTRACTORS} | {"tokens": len(doc)}
        )
    for name, number in counted[0].items():
        assert counted[1][name] <= 2.2 * number + 40, name


@pytest.mark.parametrize("lines", [True, False], ids=["lines", "one line"])
def test_a_long_notice_is_work_in_proportion(lines: bool) -> None:
    text = fixtures(lines=lines)
    read(text[:1_000])
    short = calls(lambda: read(text[:30_000]))
    assert calls(lambda: read(text[:60_000])) < 3.2 * short  # the second half holds other notices
