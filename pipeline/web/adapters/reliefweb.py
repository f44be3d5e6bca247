"""The jobs of ReliefWeb, ``https://api.reliefweb.int/v2/jobs`` (documented at apidoc.reliefweb.int; v1 has ended).

It wants an ``appname`` that was registered there.  ReliefWeb copies what organizations publish: say ``copied = true``.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from pipeline.web import notices, replies
from pipeline.web.client import Client
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import ReliefWebOptions
from pipeline.web.sources import WebSource

_FIELDS = (
    "title url url_alias source.name country.name city.name date.created date.closing career_categories.name"
    " experience.name type.name body-html how_to_apply-html"
).split()


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """The jobs that the filters let through, oldest first, so that a new one does not move the others."""
    options = source.told(ReliefWebOptions)
    offset = 0
    while True:
        asked = [
            ("appname", options.appname),
            ("preset", "latest"),
            ("sort[]", "date.created:asc"),
            ("limit", str(options.page_size)),
            ("offset", str(offset)),
            *(("fields[include][]", name) for name in _FIELDS),
            *_conditions(options),
        ]
        answer = replies.json_value(client.get(f"{source.address}?{urlencode(asked)}", accept="application/json").raw)
        found = replies.rows(answer, "data")
        listing.state(replies.number(answer, "totalCount"))
        page: list[Posting] = []
        for row in found:
            job = replies.at(row, "fields")
            uri = replies.text(job, "url_alias") or replies.text(job, "url")
            if uri is None:
                listing.gap("a job without an address")
                continue
            page.append(Posting(uri, replies.text(job, "title"), {"id": replies.text(row, "id"), **job}))
        offset += len(found)
        yield from page
        if not listing.turned(page) or (listing.stated is not None and offset >= listing.stated):
            break
    listing.reckon()


def _conditions(options: ReliefWebOptions) -> Iterator[tuple[str, str]]:
    if options.filters:
        yield "filter[operator]", "AND"
    for number, (name, values) in enumerate(options.filters.items()):
        yield f"filter[conditions][{number}][field]", name
        for value in values:
            yield f"filter[conditions][{number}][value][]", value


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The job as the listing describes it; nothing more is asked."""
    job = posting.told
    html = replies.markup(job, "body-html") or replies.markup(job, "body")
    if html is None:
        raise replies.unknown("no body")
    fields = [
        ("Organization", replies.text(job, "source") or source.organization),
        ("City", replies.text(job, "city")),
        ("Country", replies.text(job, "country")),
        ("Type", replies.text(job, "type")),
        ("Career category", replies.text(job, "career_categories")),
        ("Years of experience", replies.text(job, "experience")),
        ("Date posted", notices.day(replies.text(job, "date", "created"))),
        ("Closing date", notices.day(replies.text(job, "date", "closing"))),
    ]
    parts = [(None, html), ("How to apply", replies.markup(job, "how_to_apply-html"))]
    return Text(notices.compose(posting.title, fields, parts), client.now(), "utf-8")
