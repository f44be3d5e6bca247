"""PageUp career sites, as ``https://HOST/cw/en/listing/``: a listing in pages, and a page for each posting.

Postings are links of the class ``job-link``; a link of the class ``more-link`` says that there is a further page.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.decode import DecodeError, decode
from pipeline.limits import Rejected
from pipeline.web import replies
from pipeline.web.adapters import pages
from pipeline.web.client import Client, Page
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import PageUpOptions
from pipeline.web.sources import WebSource


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """What the pages of the listing link to."""
    size = source.told(PageUpOptions).page_size
    parts = urlsplit(source.address)
    number = 1
    while True:
        asked = urlencode({"page": number, "page-items": size})
        page = client.get(urlunsplit((*parts[:3], asked, "")), accept=pages.ACCEPT)
        tree = _tree(page)
        links = tree.css("a.job-link[href]")
        if number == 1 and not links and not tree.css("#search-results, #recent-jobs, .search-results"):
            raise replies.unknown("neither postings nor a place for them on the listing")
        found = [
            Posting(urljoin(page.address, link.attributes.get("href") or ""), replies.text(link.text()))
            for link in links
        ]
        yield from found
        leads_on = bool(tree.css("a.more-link[href]"))
        if not leads_on:
            listing.pages += 1
            return
        if not listing.turned(found):
            listing.gap("a page of the listing leads on, and holds no postings")
            return
        number += 1


def _tree(page: Page) -> LexborHTMLParser:
    try:
        return LexborHTMLParser(decode(page.raw, declared=pages.text_of(page).declared).text)
    except DecodeError as error:
        raise Rejected(error.code, "decode", str(error)) from None


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The page."""
    return pages.notice(source, client, posting)
