"""Text repair: damage goes, clean text stays, offsets lead back."""

from __future__ import annotations

import pytest

from pipeline.damage import table
from pipeline.repair import repair

SENTENCE = "The employer’s “open days” – in Orašje and Çorum – cost €5."


@pytest.mark.parametrize("name", ["cp1252", "cp1250", "cp1251", "latin-1", "mac-roman", "cp437", "cp866", "koi8-r"])
def test_wrong_code_page(name: str) -> None:
    assert repair(table(name).garble(SENTENCE)).text == SENTENCE


def test_clean_text_has_no_edits() -> None:
    assert repair(SENTENCE).edits == ()


def test_whole_text_maps_to_whole_raw_text() -> None:
    raw = table("cp1252").garble(SENTENCE) + "\r\n"
    done = repair(raw)
    assert done.to_raw(0, len(done.text)) == (0, len(raw))
