"""From a site to notices: what it lists, read one by one; each gives a Source or a Reject."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.limits import Rejected
from pipeline.source import Reject, Source, from_bytes, members
from pipeline.web.adapters import ADAPTERS
from pipeline.web.addresses import LONGEST, checked
from pipeline.web.client import Client
from pipeline.web.listing import Adapter, Listing, Posting
from pipeline.web.sources import WebSource
from pipeline.workers import expand


def client_of(source: WebSource, *, cache: Path | None = None, contact: str | None = None, **others: Any) -> Client:
    """A client that asks the source's hosts, as it says; ``others`` are further fields of the client."""
    told = {"delay": source.delay, "most_requests": source.max_requests, **others}
    return Client(bounds=source.bounds, cache=cache, contact=contact, **told)


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting | Reject]:
    """What the source lists, each address once; a listing that cannot be read to its end is a Reject and a gap."""
    adapter: Adapter = ADAPTERS[source.kind]
    seen: set[str] = set()
    try:
        for posting in adapter.postings(source, client, listing):
            try:
                uri = checked(posting.uri, source.bounds)
            except Rejected as error:
                yield Reject(posting.uri[:LONGEST], source.name, error.code, error.stage, error.reason)
                continue
            if uri in seen:
                continue
            if len(seen) >= source.max_postings:
                listing.gap(f"more than {source.max_postings} postings")
                return
            seen.add(uri)
            listing.listed = len(seen)
            yield replace(posting, uri=uri)
    except Exception as error:
        told = _rejected(error)
        listing.gap(told.reason)
        yield Reject(source.address, source.name, told.code, told.stage, f"the listing: {told.reason}")


def read(source: WebSource, client: Client, posting: Posting) -> Iterator[Source | Reject]:
    """The notice of a posting; several where there is an archive at its address."""
    uri, name = posting.uri, source.name
    try:
        text = ADAPTERS[source.kind].notice(source, client, posting)
        whole = from_bytes(text.raw, uri=uri, name=name, fetched_at=text.fetched_at, declared=text.declared)
    except Exception as error:
        told = _rejected(error)
        yield Reject(uri, name, told.code, told.stage, told.reason)
        return
    yield from members(whole, expander=expand)


def _rejected(error: Exception) -> Rejected:
    """What is said of an error: a defect of the program must not cost the other notices."""
    if isinstance(error, Rejected):
        return error
    if os.environ.get("VACANCIES_DEBUG"):
        raise error
    return Rejected("internal_error", "defect", f"a defect: {type(error).__name__}: {error}"[:500])


def collect(source: WebSource, client: Client, listing: Listing) -> Iterator[Source | Reject]:
    """The notices of a source, in its own order.

    When all were taken ``listing`` says whether it was complete: what a complete one does not hold is gone.
    """
    for posting in postings(source, client, listing):
        if isinstance(posting, Reject):
            yield posting
        else:
            yield from read(source, client, posting)
