"""The labelled notices that tests and measurements read, each corpus evaluated once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline.evaluate import Report, evaluate

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures" / "notices"
HELD_OUT = ROOT / "fixtures" / "heldout"
FLOORS = ROOT / "fixtures" / "floors.toml"
SHARED = tuple(ROOT.parent / "shared" / "corpus" / name for name in ("seeds", "dev", "careercenter"))
SCORER = ROOT.parent / "shared" / "tools" / "score"


def present(*folders: Path) -> tuple[Path, ...]:
    """Those of the folders that are there."""
    return tuple(folder for folder in folders if folder.is_dir())


@cache
def evaluated(*folders: Path) -> Report:
    """The evaluation of these folders together."""
    return evaluate(folders)
