"""How long a run may take: it is interrupted then, and ended by force where even that does not help."""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.utilities.timeout import timeout

GRACE = 300.0  # seconds


class TooLongError(TimeoutError):
    """A run took longer than it may."""


class _Expired(TimeoutError):
    pass


@contextmanager
def at_most(hours: float) -> Iterator[None]:
    """Interrupt what happens inside after so many hours; raises TooLongError.

    What does not react, because it waits for a disk or computes outside Python, has the process ended (exit code 1,
    with the place on standard error) after GRACE more seconds; a dataset survives that as it survives any death.
    """
    seconds = hours * 3600
    faulthandler.dump_traceback_later(seconds + GRACE, exit=True, file=2)
    try:
        with timeout(seconds=seconds, timeout_exc_type=_Expired):
            yield
    except _Expired:
        raise TooLongError(f"the run took longer than {hours:g} hours; nothing of it was published") from None
    finally:
        faulthandler.cancel_dump_traceback_later()
