"""Floors of the scores: the F1 that a corpus must not fall below, as a table of a TOML file.

    [fixtures]
    digest = "..."       # SHA-256 of the notices and their gold, where they belong to the project
    micro_f1 = 0.978
    title = 0.979

A floor lies under what was measured by one more wrong value of the field, and by one hundredth at least.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipeline.evaluate import Counts, Report

Floors = dict[str, float | str]

MICRO = "micro_f1"
_DIGEST = "digest"
_LEAST_MARGIN = 0.01
_MICRO_MARGIN = 0.005


def read_floors(path: Path, table: str) -> Floors:
    """The floors in a table of the file; raises KeyError where it has no such table, OSError and ValueError."""
    found: dict[str, Floors] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found[table]


def below(report: Report, floors: Mapping[str, float | str]) -> list[str]:
    """One sentence for each field whose F1 lies under its floor, and for notices that are not those of the floors."""
    scores = _scores(report)
    found = []
    if _DIGEST in floors and floors[_DIGEST] != report.digest:
        found.append("the notices or their gold have changed since the floors were set")
    for name, floor in floors.items():
        score = scores.get(name, 0.0)
        if not isinstance(floor, str) and score < floor:
            found.append(f"{name}: F1 {score:.3f} is below its floor {floor:.3f}")
    return found


def raised(floors: Mapping[str, float | str], report: Report, *, pinned: bool) -> tuple[Floors, list[str]]:
    """The floors that these scores allow, none lower than before, and one sentence for each change.

    ``pinned`` adds the digest of the notices.
    """
    scores = {MICRO: report.f1 - _MICRO_MARGIN} | {
        name: _floor(counts) for name, counts in sorted(report.fields.items()) if counts.f1 is not None
    }
    new: Floors = {_DIGEST: report.digest} if pinned else {}
    changes = []
    if pinned and floors.get(_DIGEST) != report.digest:
        changes.append("digest of the notices")
    for name, score in scores.items():
        before = floors.get(name)
        after = max(0.0, math.floor(score * 1000) / 1000)
        if before is not None and not isinstance(before, str) and before >= after:
            after = before
        elif after != before:
            changes.append(f"{name}: {'new' if before is None else f'{before:.3f}'} → {after:.3f}")
        new[name] = after
    # A field that has no score any more keeps its floor: it takes a person to say that this is right.
    kept = {name: floor for name, floor in floors.items() if name not in new and name != _DIGEST}
    return new | kept, changes


def written(tables: Mapping[str, Mapping[str, float | str]], *, header: str) -> str:
    """The tables as TOML, below a comment."""
    lines = [f"# {line}".rstrip() for line in header.splitlines()]
    for table, floors in tables.items():
        lines.extend(("", f"[{table}]"))
        lines.extend(f'{name} = "{v}"' if isinstance(v, str) else f"{name} = {v:.3f}" for name, v in floors.items())
    return "\n".join(lines) + "\n"


def _floor(counts: Counts) -> float:
    f1 = counts.f1 or 0.0
    one_more_wrong = Counts(counts.right - 1, counts.made_up + 1, counts.missing + 1).f1 or 0.0
    return min(one_more_wrong, f1 - _LEAST_MARGIN)


def _scores(report: Report) -> dict[str, float]:
    return {MICRO: report.f1} | {name: counts.f1 or 0.0 for name, counts in report.fields.items()}
