"""What a site lists, and what an adapter is: the reader of one kind of site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pipeline.web.client import Client
from pipeline.web.sources import WebSource


@dataclass(frozen=True, slots=True)
class Posting:
    """One notice of a listing.

    ``uri`` is its address for people, by which it is known from run to run; ``told`` is what the listing says of it.
    """

    uri: str
    title: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """The bytes of a notice, the encoding that the server states, and when they were read (UTC)."""

    raw: bytes
    fetched_at: datetime
    declared: str | None = None


@dataclass(slots=True)
class Listing:
    """How far a listing was read: what is not in a complete one is gone from the site.

    ``stated`` is how many postings the site says there are, ``listed`` how many were found, ``gaps`` why it is not
    complete.
    """

    stated: int | None = None
    listed: int = 0
    pages: int = 0
    gaps: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Whether everything that the site lists was found."""
        return not self.gaps

    def turned(self, postings: Iterable[Posting]) -> bool:
        """Count a page of the listing; whether it is worth asking for the next one.

        It is not where a page that is not empty held nothing new: some sites go on for ever.
        """
        self.pages += 1
        found = {posting.uri for posting in postings}
        if found and found <= self._known:
            self.gap("the listing goes on with pages that hold nothing new")
            return False
        self._known |= found
        return bool(found)

    def state(self, count: int | None) -> None:
        """The site says that there are so many; where it said otherwise before, some may have slipped through."""
        if self.stated is not None and count != self.stated:
            self.gap("the number of postings changed while they were read")
        self.stated = count

    def reckon(self) -> None:
        """Compare what was found with what the site says there is."""
        if self.stated is None:
            self.gap("the site does not say how many postings there are")
        elif len(self._known) < self.stated:
            self.gap(f"{len(self._known)} of {self.stated} postings were listed")

    def gap(self, why: str) -> None:
        """It is not complete, and why."""
        if why not in self.gaps:
            self.gaps.append(why)


class Adapter(Protocol):
    """Reads the sites of one kind.  Both functions raise Rejected."""

    def postings(self, source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
        """What the site lists; ``listing`` is told how far it was read."""
        ...

    def notice(self, source: WebSource, client: Client, posting: Posting) -> Text:
        """The text of one posting."""
        ...
