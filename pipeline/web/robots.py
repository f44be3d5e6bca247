"""What a site's robots.txt lets us read (RFC 9309): fetched once a run and host, and kept to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from pipeline.limits import Rejected

TOKEN = "vacancy-notices"  # the name that rules for us stand under
LONGEST_DELAY = 60.0  # seconds; a longer Crawl-delay is taken for that
_READ = 512 * 1024  # bytes of a robots.txt that count


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says; ``closed`` says why nothing may be read."""

    parsed: Protego | None = None
    closed: str | None = None

    def check(self, address: str) -> None:
        """Raises Rejected where the address is not for us."""
        if self.closed is not None:
            raise Rejected("robots_unreachable", "fetch", self.closed)
        if self.parsed is not None and not self.parsed.can_fetch(address, TOKEN):
            raise Rejected("robots_disallow", "fetch", "robots.txt does not let us read it")

    @property
    def delay(self) -> float:
        """The seconds between two requests that the site asks for."""
        told = self.parsed.crawl_delay(TOKEN) if self.parsed is not None else None
        return min(max(float(told or 0), 0.0), LONGEST_DELAY)


@dataclass(slots=True)
class Robots:
    """The rules of the hosts met so far; ``fetch`` gives the status and the body of an address, or raises Rejected."""

    fetch: Callable[[str], tuple[int, bytes]]
    _rules: dict[str, Rules] = field(default_factory=dict)

    def of(self, address: str) -> Rules:
        """The rules for the host of an address."""
        parts = urlsplit(address)
        place = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        if place not in self._rules:
            self._rules[place] = self._read(place)
        return self._rules[place]

    def _read(self, place: str) -> Rules:
        try:
            status, raw = self.fetch(place)
        except Rejected as error:
            return Rules(closed=f"{place} cannot be read ({error.code}), so nothing there is")
        if status == 429 or status >= 500:
            return Rules(closed=f"{place} answers {status}, so nothing there is read")
        if status >= 300:  # there are no rules
            return Rules()
        return Rules(Protego.parse(raw[:_READ].decode("utf-8", "replace")))
