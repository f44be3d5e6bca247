"""A source's notices beside what a dataset knows of it: what is as it was, what is new, and what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.compute as pc

from pipeline.dataset import tables
from pipeline.dataset.history import Found
from pipeline.dataset.observe import Scope, Seen
from pipeline.source import Reject, Source, container_of
from pipeline.web.addresses import host_of
from pipeline.web.listing import Listing
from pipeline.web.sameness import same
from pipeline.web.sources import WebSource

_BATCH_BYTES = 64 * 1024 * 1024

# What runs of sources are called in ``runs``; ``history`` looks up there when a place was last looked at.
COMMAND = "ingest"


def inputs(source: WebSource) -> list[str]:
    """What a run of the source is said to be given: the source, by name, and the hosts that it reads."""
    hosts = source.hosts or (host_of(source.address),)
    return [source.name, *(f"{scheme}://{host}" for host in hosts for scheme in ("https", "http"))]


def standing(root: Path, name: str) -> dict[str, str]:
    """The addresses where the dataset last saw notices of this source, and the ids of these."""
    where = (pc.field("source") == name) & pc.field("last_seen").is_null()
    found = tables.read(root, "sightings", where=where, only=["source_uri", "notice_id"])
    return dict(zip(found["source_uri"].to_pylist(), found["notice_id"].to_pylist(), strict=True))


@dataclass(slots=True)
class Arrival:
    """The notices of one run into the dataset at ``root``; ``before`` is what stood there when it began."""

    root: Path
    before: Mapping[str, str]
    held: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def news(self, arrived: Iterable[Source | Reject]) -> list[Source | Reject]:
        """What has to be taken in; what says the same at the same address as before is only noted."""
        found: list[Source | Reject] = []
        for each in arrived:
            known = self.before.get(each.uri)
            if isinstance(each, Reject):
                self.unread.add(each.uri)
            elif known is not None and (known == each.sha256 or same(self.root, known, each)):
                self.held[each.uri] = known
                continue
            found.append(each)
        return found

    def note(self, taken: Sequence[Source]) -> None:
        """These gave notices."""
        self.seen += [Seen(each.uri, each.name, each.sha256) for each in taken]

    def found(self, listing: Listing, source: WebSource) -> Found:
        """What the run found: of a complete listing also what is gone, of any other only what it held."""
        places = self.before.keys() if listing.complete else self.held.keys()
        looked = frozenset(place for place in places if container_of(place) not in self.unread)
        return Found(Scope(files=looked), self.seen, held=self.held, copied=source.copied)


def batches(arrived: Iterable[Source | Reject], size: int) -> Iterator[list[Source | Reject]]:
    """What arrives, in groups of at most ``size`` and of a bounded number of bytes."""
    batch: list[Source | Reject] = []
    bytes_ = 0
    for each in arrived:
        batch.append(each)
        bytes_ += len(each.raw) if isinstance(each, Source) else 0
        if len(batch) >= size or bytes_ >= _BATCH_BYTES:
            yield batch
            batch, bytes_ = [], 0
    if batch:
        yield batch
