"""How many files a dataset has after many nights, where old versions may go at once.

    python -m tests.durability.file_count 120         prints the table
    python -m tests.durability.file_count 120 --write  writes it into docs/durability.md

What is removed after a week of real nights goes here in the next one, because nothing is kept for 7 days.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from pipeline.dataset import raw, tables
from tests.durability import work
from tests.durability.kill_loop import PAGE
from tests.make_readme import with_part

_COLUMNS = ("table files", "commits and checkpoints", "snapshot files", "raw files", "others")


def keep_nothing() -> None:
    """Let files and commits of old versions go at once, in this process."""
    tables._RETENTION = timedelta(0)
    for name in ("delta.deletedFileRetentionDuration", "delta.logRetentionDuration"):
        tables._CONFIGURATION[name] = "interval 0 days"


def counted(root: Path) -> dict[str, int]:
    """The files of a dataset, by what they are."""
    found: Counter[str] = Counter()
    for file in root.rglob("*"):
        if file.is_file() and not file.is_symlink():
            found[_kind(file.relative_to(root))] += 1
    return {name: found[name] for name in _COLUMNS}


def _kind(file: Path) -> str:
    if "_delta_log" in file.parts:
        return "commits and checkpoints"
    kinds = {"tables": "table files", "snapshots": "snapshot files", raw.FOLDER: "raw files"}
    return "others" if file.name.startswith(".") else kinds.get(file.parts[0], "others")


def over(root: Path, nights: int) -> list[dict[str, int]]:
    """The files after each of so many nights."""
    found = []
    for generation in range(1, nights + 1):
        assert not work.night(root, "a", generation).held_back
        found.append(counted(root))
    return found


def main() -> None:
    """Print the table, or write it into the documentation."""
    nights = int(sys.argv[1])
    keep_nothing()
    with tempfile.TemporaryDirectory() as folder:
        found = over(Path(folder) / "dataset", nights)
    rows = [f"| after night | {' | '.join(_COLUMNS)} |", f"| ---: |{' ---: |' * len(_COLUMNS)}"]
    for night in range(20, nights + 1, 20):
        rows.append(f"| {night} | {' | '.join(str(found[night - 1][name]) for name in _COLUMNS)} |")
    most = {name: max(each[name] for each in found) for name in _COLUMNS}
    rows.append(f"| most in any | {' | '.join(str(most[name]) for name in _COLUMNS)} |")
    print("\n".join(rows))
    if "--write" in sys.argv:
        text = with_part(PAGE.read_text(encoding="utf-8"), "file-count", "\n".join(rows))
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
