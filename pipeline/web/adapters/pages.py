"""Pages of notices, listed one by one in the source's file; each stays as it comes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from pipeline.web.client import Client, Page
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import AddressesOptions
from pipeline.web.sources import WebSource

ACCEPT = "text/html, application/xhtml+xml, */*;q=0.8"


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """The addresses of the file; the source's own where it names no others."""
    for address in source.told(AddressesOptions).addresses or (source.address,):
        yield Posting(address)


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The page."""
    return text_of(client.get(posting.uri, accept=ACCEPT))


def text_of(page: Page) -> Text:
    """The bytes of a page, with the encoding that the server states where there is one of that name."""
    declared = page.charset
    try:
        codecs.lookup(declared or "utf-8")
    except (LookupError, ValueError):
        declared = None
    return Text(page.raw, page.fetched_at, declared)
