"""Workday career sites, as ``https://TENANT.wd3.myworkdayjobs.com/en-US/SITE``.

The page asks ``/wday/cxs/TENANT/SITE/jobs`` (POST) for the listing, twenty postings at a time, and
``/wday/cxs/TENANT/SITE/job/...`` for each.  The total is stated on the first page only; later ones say 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pipeline.limits import Rejected
from pipeline.web import notices, replies
from pipeline.web.client import Client
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import WorkdayOptions
from pipeline.web.sources import WebSource

_PAGE = 20
_LOCALE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """What the search finds."""
    options = source.told(WorkdayOptions)
    interface, public = _places(source)
    offset = 0
    while True:
        asked = {
            "appliedFacets": {name: list(values) for name, values in options.facets.items()},
            "limit": _PAGE,
            "offset": offset,
            "searchText": options.search,
        }
        answer = replies.json_value(client.post(f"{interface}/jobs", asked).raw)
        found = replies.rows(answer, "jobPostings")
        if offset == 0:
            listing.state(replies.number(answer, "total"))
        page: list[Posting] = []
        for row in found:
            path = replies.text(row, "externalPath")
            if path is None or not path.startswith("/"):
                listing.gap("a posting without an address")
                continue
            page.append(Posting(public + path, replies.text(row, "title"), {"path": path}))
        offset += len(found)
        yield from page
        if not listing.turned(page) or (listing.stated is not None and offset >= listing.stated):
            break
    listing.reckon()


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The posting as the interface describes it."""
    interface, _ = _places(source)
    page = client.get(interface + posting.told["path"], accept="application/json")
    answer = replies.json_value(page.raw)
    job = replies.at(answer, "jobPostingInfo")
    html = replies.markup(job, "jobDescription")
    if html is None:
        raise replies.unknown("no jobDescription")
    places = [replies.text(job, "location"), replies.text(job, "additionalLocations")]
    fields = [
        ("Organization", source.organization or replies.text(answer, "hiringOrganization")),
        ("Job Requisition ID", replies.text(job, "jobReqId")),
        ("Location", "; ".join(place for place in places if place) or None),
        ("Country", replies.text(job, "country")),
        ("Time type", replies.text(job, "timeType")),
        ("Date posted", notices.day(replies.text(job, "startDate"))),
        ("Closing date", notices.day(replies.text(job, "endDate"))),
    ]
    title = replies.text(job, "title") or posting.title
    return Text(notices.compose(title, fields, [(None, html)]), page.fetched_at, "utf-8")


def _places(source: WebSource) -> tuple[str, str]:
    """The address of the interface, and the one below which the postings are shown."""
    parts = urlsplit(source.address)
    path = [part for part in parts.path.split("/") if part]
    if path and _LOCALE.fullmatch(path[0]):
        path = path[1:]
    if not path:
        raise Rejected("bad_source", "fetch", "the address names no career site, as https://HOST/en-US/SITE")
    tenant = source.told(WorkdayOptions).tenant or (parts.hostname or "").split(".")[0]
    base = f"{parts.scheme}://{parts.netloc}"
    return f"{base}/wday/cxs/{tenant}/{path[0]}", f"{base}/{path[0]}"
