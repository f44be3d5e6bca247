"""UN Careers (Inspira), ``https://careers.un.org``: the whole text of every opening is in the answers to the search.

``/api/public/opening/jo/list/filteredV2/LANGUAGE`` (POST), pages counted from 0; it wants to be told an order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from pipeline.web import notices, replies
from pipeline.web.client import Client
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import InspiraOptions
from pipeline.web.sources import WebSource

_FURTHER = {"X-Requested-With": "XMLHttpRequest"}


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """What the search finds."""
    options = source.told(InspiraOptions)
    parts = urlsplit(source.address)
    base = f"{parts.scheme}://{parts.netloc}"
    language = quote(options.language, safe="")
    read = number = 0
    while True:
        asked: dict[str, Any] = {
            "filterConfig": {name: list(values) for name, values in options.filters.items()},
            "pagination": {
                "page": number,
                "itemPerPage": options.page_size,
                "sortBy": "startDate",
                "sortDirection": -1,
            },
        }
        address = f"{base}/api/public/opening/jo/list/filteredV2/{language}"
        answer = replies.json_value(client.post(address, asked, headers=_FURTHER).raw)
        found = replies.rows(answer, "data", "list")
        listing.state(replies.number(answer, "data", "count"))
        page: list[Posting] = []
        for row in found:
            opening = replies.text(row, "jobId")
            if opening is None:
                listing.gap("an opening without a number")
                continue
            uri = f"{base}/jobSearchDescription/{quote(opening, safe='')}?language={language}"
            page.append(Posting(uri, replies.text(row, "postingTitle") or replies.text(row, "jobTitle"), row))
        read += len(found)
        number += 1
        yield from page
        if not listing.turned(page) or (listing.stated is not None and read >= listing.stated):
            break
    listing.reckon()


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The opening as the search describes it; nothing more is asked."""
    job = posting.told
    html = replies.markup(job, "jobDescription")
    if html is None:
        raise replies.unknown("no jobDescription")
    fields = [
        ("Organization", source.organization),
        ("Department/Office", replies.text(job, "dept")),
        ("Job Opening Number", replies.text(job, "jobId")),
        ("Level", replies.text(job, "jobLevel") or replies.text(job, "jl")),
        ("Duty Station", replies.text(job, "dutyStation")),
        ("Category", replies.text(job, "jc")),
        ("Job Family", replies.text(job, "jf")),
        ("Recruitment type", replies.text(job, "recruitmentType")),
        ("Date posted", notices.day(replies.text(job, "startDate"))),
        ("Deadline", notices.day(replies.text(job, "endDate"))),
    ]
    language = source.told(InspiraOptions).language
    return Text(notices.compose(posting.title, fields, [(None, html)], language=language), client.now(), "utf-8")
