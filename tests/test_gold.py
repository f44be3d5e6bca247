"""The labelled notices are read at least as well as the floors say."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.floors import below, read_floors
from tests.corpora import FIXTURES, FLOORS, HELD_OUT, SHARED, evaluated, present


@pytest.mark.parametrize(("folder", "table"), [(FIXTURES, "fixtures"), (HELD_OUT, "heldout")])
def test_notices_of_the_project(folder: Path, table: str) -> None:
    fallen = below(evaluated(folder), read_floors(FLOORS, table))
    assert not fallen, "; ".join(fallen) + " (after a change for the better: make floors)"


def test_shared_notices() -> None:
    if present(*SHARED) != SHARED:
        pytest.skip(f"{SHARED[0].parent} does not have {', '.join(path.name for path in SHARED)}")
    fallen = below(evaluated(*SHARED), read_floors(FLOORS, "shared"))
    assert not fallen, "; ".join(fallen)


def test_every_judged_field_has_a_floor() -> None:
    floors = read_floors(FLOORS, "fixtures")
    judged = {name for name, counts in evaluated(FIXTURES).fields.items() if counts.f1 is not None}
    assert judged <= floors.keys()
