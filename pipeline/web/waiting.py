"""How long to wait: between two requests to a host, before trying again, and as long as a server asks for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

Clock = Callable[[], float]

FIRST_PAUSE = 2.0  # seconds before the second try; doubled before each further one
LONGEST_WAIT = 120.0  # seconds; where a server asks for more, it is not asked again in this run


def now() -> datetime:
    """The present time (UTC)."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Pace:
    """Requests to one host follow each other at a distance of so many seconds, whatever they are for."""

    clock: Clock = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, delay: float) -> None:
        """Wait until the host may be asked again."""
        if host in self._last:
            self.pause(self._last[host] + delay - self.clock())

    def done(self, host: str) -> None:
        """The host has answered, or has not, just now."""
        self._last[host] = self.clock()

    def pause(self, seconds: float) -> None:
        """Wait so long."""
        if seconds > 0:
            self.sleep(seconds)


def backoff(tries: int) -> float:
    """Seconds to wait after so many tries that failed."""
    return min(FIRST_PAUSE * 2.0 ** (tries - 1), LONGEST_WAIT)


def retry_after(value: str | None, at: datetime) -> float | None:
    """The seconds that ``Retry-After`` asks for, which states seconds or a date (RFC 9110 10.2.3); None for neither."""
    told = (value or "").strip()
    if re.fullmatch(r"\d{1,9}", told):
        return float(told)
    try:
        when = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - at).total_seconds())
