"""Whether a source can be read: its robots.txt, its listing and the first notice; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.batch import parse_or_reject
from pipeline.escape import escaped
from pipeline.limits import Rejected
from pipeline.parse import ParsedNotice
from pipeline.source import Reject
from pipeline.web.client import agent
from pipeline.web.collect import client_of, postings, read
from pipeline.web.listing import Listing, Posting
from pipeline.web.sources import WebSource

_SHOWN = ("title", "organization", "requisition_id", "grade", "duty_station", "country", "closing_date")


@dataclass(slots=True)
class Trial:
    """What came of it; ``delay`` is in seconds, ``robots`` says what robots.txt does."""

    source: WebSource
    agent: str
    robots: str = ""
    delay: float = 0.0
    listing: Listing = field(default_factory=Listing)
    first: ParsedNotice | None = None
    rejects: list[Reject] = field(default_factory=list)
    requests: int = 0

    @property
    def well(self) -> bool:
        """Whether notices come out of it; a source that lists nothing at present is well."""
        return not self.rejects and (self.first is not None or not self.listing.listed)

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "source": self.source.name,
            "kind": self.source.kind,
            "address": self.source.address,
            "agent": self.agent,
            "robots": self.robots,
            "delay": self.delay,
            "listed": self.listing.listed,
            "stated": self.listing.stated,
            "gaps": self.listing.gaps,
            "first": self._first(),
            "rejects": [{"source_uri": each.uri, "code": each.code, "reason": each.reason} for each in self.rejects],
            "requests": self.requests,
        }

    def lines(self) -> list[str]:
        """For people."""
        stated = "" if self.listing.stated is None else f" of {self.listing.stated}"
        gaps = "; ".join(self.listing.gaps)
        lines = [
            f"{self.source.name}: {self.source.kind}, {self.source.address}",
            f"introduced as: {self.agent}",
            f"robots.txt: {self.robots}; {self.delay:g} s between requests",
            f"listing: {self.listing.listed}{stated} postings, " + (f"not complete: {gaps}" if gaps else "complete"),
        ]
        first = self._first()
        if first is not None:
            lines.append(f"first notice: {first.pop('source_uri')}")
            lines += [f"  {name}: {value}" for name, value in first.items()]
        return [escaped(line) for line in [*lines, f"{self.requests} requests"]]

    def _first(self) -> dict[str, Any] | None:
        if self.first is None:
            return None
        record = self.first.records[0]
        told = {name: getattr(record, name) for name in _SHOWN}
        return {"source_uri": record.source_uri, **{name: value for name, value in told.items() if value is not None}}


def trial(source: WebSource, *, cache: Path | None = None, contact: str | None = None, **others: Any) -> Trial:
    """Try a source; ``others`` are further fields of the client."""
    told = Trial(source, agent(contact))
    with client_of(source, cache=cache, contact=contact, **others) as client:
        rules = client.robots.of(source.address)
        told.delay = max(source.delay, rules.delay)
        try:
            rules.check(source.address)
            told.robots = "lets us read"
        except Rejected as error:
            told.robots = error.reason
        tried = False
        for posting in postings(source, client, told.listing):
            if isinstance(posting, Posting) and not tried:
                tried = True
                arrived = next(read(source, client, posting))
                outcome = arrived if isinstance(arrived, Reject) else parse_or_reject(arrived)
                if isinstance(outcome, Reject):
                    told.rejects.append(outcome)
                else:
                    told.first = outcome
            elif isinstance(posting, Reject):
                told.rejects.append(posting)
        told.requests = client.asked.requests
    return told
