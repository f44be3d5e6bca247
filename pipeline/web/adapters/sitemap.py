"""A sitemap whose addresses are postings, all of them or those whose path says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from pipeline.web import sitemaps
from pipeline.web.adapters import pages
from pipeline.web.client import Client
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import SitemapOptions
from pipeline.web.sources import WebSource


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """The addresses of the sitemap that are wanted."""
    for address in sitemaps.addresses(client, source.address, listing):
        if wanted(address, source.told(SitemapOptions).within):
            yield Posting(address)


def wanted(address: str, within: Sequence[str]) -> bool:
    """Whether the path of an address holds one of these; every address is wanted where there are none."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return False
    return not within or any(part in path for part in within)


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The page."""
    return pages.notice(source, client, posting)
