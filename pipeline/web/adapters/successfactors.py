"""SAP SuccessFactors career sites: a sitemap of pages, or a feed that holds the text of every posting.

``/sitemap.xml`` lists the pages (``/job/TITLE/NUMBER/``); ``/sitemal.xml`` is a feed for search engines with further
fields (``g:location``, ``g:expiration_date``), where the site offers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from pipeline.web import replies, sitemaps
from pipeline.web.adapters import feed, pages
from pipeline.web.adapters.sitemap import wanted
from pipeline.web.client import Client
from pipeline.web.feeds import Entry
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import SuccessFactorsOptions
from pipeline.web.sources import WebSource


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """What the sitemap or the feed lists."""
    options = source.told(SuccessFactorsOptions)
    address = urljoin(source.address, options.listing)
    first = sitemaps.fetch(client, address)
    kind = replies.local(replies.xml(first))
    if kind in ("rss", "feed"):
        found = feed.entries(first, listing)
    elif kind in ("urlset", "sitemapindex"):
        found = (Posting(each) for each in sitemaps.addresses(client, address, listing, first=first))
    else:
        raise replies.unknown(f"neither a sitemap nor a feed, but {kind[:40]}")
    for posting in found:
        if wanted(posting.uri, options.within):
            yield posting


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The text of the feed, or else the page."""
    if posting.told.get("html"):
        return feed.composed(source, client, Entry(**posting.told))
    return pages.notice(source, client, posting)
