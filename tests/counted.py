"""Work that is counted, not timed: the same on every machine, however busy.

Functions that are called say how much a reader does in Python.  What a regular expression does by itself is not
counted: `make linear` tries every one of them on its worst inputs.
"""

from __future__ import annotations

import cProfile
from collections.abc import Callable


def calls(work: Callable[[], object]) -> int:
    """How many functions, of Python or built in, are called."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())
