"""Raise the floors in ``fixtures/floors.toml`` to what is measured now, and say which.

    python -m tests.make_floors

No floor is ever lowered: that takes an editor, and a reason in the changelog.
"""

from __future__ import annotations

import tomllib

from pipeline.floors import Floors, raised, written
from tests.corpora import FIXTURES, FLOORS, HELD_OUT, SHARED, evaluated, present

HEADER = """F1 scores that must not be fallen below, by field; `make floors` raises them and lowers none.
[fixtures] is fixtures/notices, [heldout] fixtures/heldout, [shared] the labelled notices in ../shared/corpus, if there.
Each lies a little under what was measured: one more wrong value of the field passes, two do not."""


def main() -> None:
    before: dict[str, Floors] = tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    after = dict(before)
    for table, folders in (("fixtures", (FIXTURES,)), ("heldout", (HELD_OUT,)), ("shared", SHARED)):
        if present(*folders) == folders:
            after[table], changes = raised(before.get(table, {}), evaluated(*folders), pinned=table != "shared")
            print(*(f"{table}: {change}" for change in changes or ("nothing to raise",)), sep="\n")
        else:
            print(f"{table}: not there, left alone")
    FLOORS.write_text(written(after, header=HEADER), encoding="utf-8")


if __name__ == "__main__":
    main()
