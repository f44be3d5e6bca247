"""How long a run may take: it is interrupted then, and ended by force where even that does not help."""

from __future__ import annotations

import faulthandler
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE = 300.0  # seconds
_AGAIN = 5.0  # seconds; whoever has caught the interruption is interrupted again


class TooLongError(TimeoutError):
    """A run took longer than it may."""


class _Expired(BaseException):
    """Passes by those who catch every Exception, so that no notice is rejected for it."""


@contextmanager
def at_most(hours: float) -> Iterator[None]:
    """Interrupt what happens inside after so many hours; raises TooLongError.

    What does not react, because it waits for a disk or computes outside Python, has the process ended (exit code 1,
    with the place on standard error) after GRACE more seconds; a dataset survives that as it survives any death.
    Outside the main thread, which alone sees signals, that is all that happens.
    """
    seconds = hours * 3600
    interruptible = threading.current_thread() is threading.main_thread()
    faulthandler.dump_traceback_later(seconds + GRACE, exit=True, file=2)
    before = signal.signal(signal.SIGALRM, _interrupt) if interruptible else None
    try:
        if interruptible:
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    except _Expired:
        raise TooLongError(f"the run took longer than {hours:g} hours; nothing of it was published") from None
    finally:
        if interruptible:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        faulthandler.cancel_dump_traceback_later()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _Expired("the run has taken too long")
