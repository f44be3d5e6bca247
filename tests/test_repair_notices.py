"""Repair on whole notices: what is clean stays as it is, in every language of the fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.repair import repair

NOTICES = Path(__file__).parent.parent / "fixtures" / "notices"
DAMAGED = ("thai", "cp1252", "damage", "partly", "leaked")


def clean() -> list[Path]:
    return sorted(p for p in NOTICES.glob("*.txt") if not any(word in p.name for word in DAMAGED))


@pytest.mark.parametrize("path", clean(), ids=lambda path: path.stem)
def test_a_clean_notice_keeps_its_words(path: Path) -> None:
    """No wrong code page is seen in a clean text; advert lines in mathematical letters are another matter."""
    assert [edit for edit in repair(path.read_text(encoding="utf-8")).edits if "utf-8" in edit.damage] == []
