"""Oracle Recruiting Cloud, as ``https://HOST/hcmUI/CandidateExperience/en/sites/CX_1``.

The page asks ``/hcmRestApi/resources/latest/recruitingCEJobRequisitions`` for the listing, and
``recruitingCEJobRequisitionDetails`` for each posting (both GET, described in Oracle's REST reference).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from pipeline.limits import Rejected
from pipeline.web import notices, replies
from pipeline.web.client import Client
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import OracleOptions
from pipeline.web.sources import WebSource

_JSON = "application/json"
_PARTS = (
    (None, "ExternalDescriptionStr"),
    ("Responsibilities", "ExternalResponsibilitiesStr"),
    ("Qualifications", "ExternalQualificationsStr"),
    ("About the organization", "CorporateDescriptionStr"),
    (None, "OrganizationDescriptionStr"),
)


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """What the search finds."""
    options = source.told(OracleOptions)
    interface, public, site = _places(source)
    offset = 0
    while True:
        finder = f"findReqs;siteNumber={site},limit={options.page_size},offset={offset},sortBy=POSTING_DATES_DESC"
        address = (
            f"{interface}/recruitingCEJobRequisitions?onlyData=true&expand=requisitionList.secondaryLocations"
            f"&finder={quote(finder, safe=';=,')}"
        )
        answer = replies.json_value(client.get(address, accept=_JSON).raw)
        found = replies.rows(answer, "items", 0, "requisitionList")
        listing.state(replies.number(answer, "items", 0, "TotalJobsCount"))
        page: list[Posting] = []
        for row in found:
            number = replies.text(row, "Id")
            if number is None:
                listing.gap("a posting without a number")
                continue
            page.append(Posting(f"{public}/job/{quote(number, safe='')}", replies.text(row, "Title"), {"id": number}))
        offset += len(found)
        yield from page
        if not listing.turned(page) or (listing.stated is not None and offset >= listing.stated):
            break
    listing.reckon()


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The posting as the interface describes it."""
    interface, _, site = _places(source)
    finder = quote(f'ById;Id="{posting.told["id"]}",siteNumber={site}', safe=";=,")
    address = f"{interface}/recruitingCEJobRequisitionDetails?expand=all&onlyData=true&finder={finder}"
    page = client.get(address, accept=_JSON)
    found = replies.rows(replies.json_value(page.raw), "items")
    if not found:
        raise Rejected("gone", "fetch", "the interface knows no such posting (any more)")
    job = found[0]
    parts = [(heading, replies.markup(job, name)) for heading, name in _PARTS]
    if not any(html for _, html in parts):
        raise replies.unknown("no description")
    others = [replies.text(each, "Name") for each in replies.listed(job, "secondaryLocations")]
    places = [place for place in (replies.text(job, "PrimaryLocation"), *others) if place]
    fields = [
        ("Organization", source.organization),
        ("Job Identification", replies.text(job, "Id")),
        ("Location", "; ".join(dict.fromkeys(places)) or None),
        ("Grade", replies.text(job, "JobGrade")),
        ("Contract type", replies.text(job, "ContractType")),
        ("Job schedule", replies.text(job, "JobSchedule")),
        ("Date posted", notices.day(replies.text(job, "ExternalPostedStartDate"))),
        ("Closing date", notices.day(replies.text(job, "ExternalPostedEndDate"))),
        *_further(job),
    ]
    title = replies.text(job, "Title") or posting.title
    return Text(notices.compose(title, fields, parts), page.fetched_at, "utf-8")


def _further(job: object) -> Iterator[notices.Field]:
    """The customer's own fields, as "Grade: P3"."""
    for each in replies.listed(job, "requisitionFlexFields"):
        label, value = replies.text(each, "Prompt"), replies.text(each, "Value")
        if label and value:
            yield label.rstrip(": "), value


def _places(source: WebSource) -> tuple[str, str, str]:
    """The address of the interface, that of the site for people, and the site's number."""
    parts = urlsplit(source.address)
    _, _, after = parts.path.partition("/sites/")
    name = after.split("/")[0]
    site = source.told(OracleOptions).site_number or name
    if not site:
        raise Rejected("bad_source", "fetch", "the address names no site, as https://HOST/.../en/sites/CX_1")
    base = f"{parts.scheme}://{parts.netloc}"
    public = f"{base}/hcmUI/CandidateExperience/{source.told(OracleOptions).language}/sites/{name or site}"
    return f"{base}/hcmRestApi/resources/latest", public, site
