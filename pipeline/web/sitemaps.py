"""Sitemaps, and indexes of sitemaps, as they are or as gzip files (sitemaps.org, protocol 0.9)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.limits import Rejected
from pipeline.web import replies
from pipeline.web.bodies import unpacked
from pipeline.web.client import Client
from pipeline.web.listing import Listing

MOST_FILES = 200
MOST_ADDRESSES = 50_000  # of one sitemap; the protocol's own limit
LARGEST = 50 * 1024**2  # bytes, unpacked; the protocol's own limit
_DEEPEST = 3


def addresses(client: Client, start: str, listing: Listing, *, first: bytes | None = None) -> Iterator[str]:
    """The addresses of a sitemap and of those that it names, in order; raises Rejected where the first is none.

    ``first`` are its bytes, where they were read before.  One further that cannot be read, and whatever is left out by
    a limit, is a gap of the listing.
    """
    waiting = [(start, 1)]
    read: set[str] = set()
    while waiting:
        address, depth = waiting.pop(0)
        if address in read:
            continue
        if len(read) >= MOST_FILES:
            listing.gap(f"more than {MOST_FILES} sitemaps")
            return
        read.add(address)
        if depth == 1:
            kind, found = parse(fetch(client, address) if first is None else first)
        else:
            kind, found = _further(client, address, listing)
        listing.pages += 1
        if len(found) > MOST_ADDRESSES:
            listing.gap(f"{address}: more than {MOST_ADDRESSES} addresses")
        if kind == "urlset":
            yield from found[:MOST_ADDRESSES]
        elif depth < _DEEPEST:
            waiting += [(each, depth + 1) for each in found[:MOST_ADDRESSES]]
        else:
            listing.gap("indexes of sitemaps in one another")


def _further(client: Client, address: str, listing: Listing) -> tuple[str, list[str]]:
    try:
        return parse(fetch(client, address))
    except Rejected as error:
        listing.gap(f"{address}: {error.reason}")
        return "urlset", []


def fetch(client: Client, address: str) -> bytes:
    """The XML at an address, unpacked."""
    page = client.get(address, accept="application/xml, text/xml;q=0.9, */*;q=0.1", limit=LARGEST)
    return unpacked(page.raw, limit=LARGEST)


def parse(raw: bytes) -> tuple[str, list[str]]:
    """Whether a document is a ``urlset`` or a ``sitemapindex``, and the addresses in it; raises Rejected."""
    root = replies.xml(raw)
    kind = replies.local(root)
    if kind not in ("urlset", "sitemapindex"):
        raise replies.unknown(f"a sitemap begins with urlset or sitemapindex, not with {kind[:40]}")
    found = []
    for entry in root:
        for child in entry:
            if replies.local(child) == "loc" and child.text and child.text.strip():
                found.append(child.text.strip())
                break
    return kind, found
