"""An RSS or Atom feed whose entries are postings.

A feed shows what is new, so that what it no longer holds is not gone, unless the source's file says that it lists all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from pipeline.web import notices
from pipeline.web.adapters import pages
from pipeline.web.client import Client
from pipeline.web.feeds import Entry, read_feed
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import FeedOptions
from pipeline.web.sources import WebSource

ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """The entries that link somewhere."""
    if not source.told(FeedOptions).complete:
        listing.gap("a feed shows only what is new")
    yield from entries(client.get(source.address, accept=ACCEPT).raw, listing)


def entries(raw: bytes, listing: Listing) -> Iterator[Posting]:
    """The entries of a feed."""
    found = read_feed(raw)
    listing.pages += 1
    if found.broken:
        listing.gap("the feed is no well-formed XML, and may have been read in part")
    for entry in found.entries:
        if entry.link:
            yield Posting(entry.link, entry.title, asdict(entry))


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The page that the entry links to, or the entry's own text."""
    if source.told(FeedOptions).follow:
        return pages.notice(source, client, posting)
    return composed(source, client, Entry(**posting.told))


def composed(source: WebSource, client: Client, entry: Entry) -> Text:
    """The entry as a notice."""
    stated = dict(entry.fields)
    fields: list[notices.Field] = [
        *(() if "Organization" in stated else (("Organization", source.organization),)),
        *entry.fields,
        ("Closing date", notices.day(entry.closes)),
        ("Date posted", entry.published),
    ]
    return Text(notices.compose(entry.title, fields, [(None, entry.html)]), client.now(), "utf-8")
