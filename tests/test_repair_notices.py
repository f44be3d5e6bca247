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
    """No letter or figure of a clean text changes; blanks, soft hyphens and line ends may."""
    text = path.read_text(encoding="utf-8")
    changed = [edit for edit in repair(text).edits if any(c.isalnum() for c in edit.before + edit.after)]
    assert changed == []
