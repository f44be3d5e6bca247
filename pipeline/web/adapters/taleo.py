"""Oracle Taleo career sections, as ``https://HOST/careersection/SECTION/jobsearch.ftl?lang=en&portal=NUMBER``.

The search is ``/careersection/rest/jobboard/searchjobs`` (POST; it fails without a time zone in the headers), pages are
counted from 1, and one behind the last repeats it.  The total counts postings that are never listed, so that a listing
may stay incomplete for good: then nothing is taken to be gone.  The page of a posting holds its fields in a script, as
an array of values (``api.fillList``) and one of their names (``_hlid``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pipeline.decode import DecodeError, decode
from pipeline.limits import Rejected
from pipeline.web import notices, replies
from pipeline.web.adapters import pages
from pipeline.web.client import Client, Page
from pipeline.web.listing import Listing, Posting, Text
from pipeline.web.options import TaleoOptions
from pipeline.web.scripts import strings
from pipeline.web.sources import WebSource

_SECTION = re.compile(r"/careersection/([^/]{1,100})/")
_PORTAL = re.compile(r"portalNo\s{0,3}:\s{0,3}['\"]?(\d{1,20})")
# api.fillList('requisitionDescriptionInterface', 'descRequisition', ['12', 'true', ...
_VALUES = re.compile(r"fillList\(\s{0,3}'requisitionDescriptionInterface',\s{0,3}'descRequisition',\s{0,9}(?=\[)")
_NAMES = re.compile(r"_hlid\s{0,3}:\s{0,3}(?=\[)")  # _hlid: ['reqlistitem.no', 'reqlistitem.title', ...
_HTML = "!*!"  # before values that are HTML, percent-encoded
_HEADERS = {"tz": "GMT+00:00", "tzname": "UTC", "X-Requested-With": "XMLHttpRequest"}
_LABELS = {
    "contestnumber": "Job Number",
    "primarylocation": "Primary Location",
    "otherlocations": "Other Locations",
    "organization": "Organization",
    "joblevel": "Grade",
    "jobschedule": "Schedule",
    "jobtype": "Contract type",
    "jobfield": "Job field",
    "postingdate": "Date posted",
    "unpostingdate": "Closing date",
}
_PARTS = {"description": None, "qualification": "Qualifications"}


def postings(source: WebSource, client: Client, listing: Listing) -> Iterator[Posting]:
    """What the search finds."""
    base, section, language = _places(source)
    portal = source.told(TaleoOptions).portal or _portal(source, client)
    number = last = 1
    while number <= last:
        asked = {
            "multilineEnabled": False,
            "sortingSelection": {"sortBySelectionParam": "3", "ascendingSortingOrder": "false"},
            "fieldData": {"fields": {"KEYWORD": "", "LOCATION": "", "ORGANIZATION": ""}, "valid": True},
            "filterSelectionParam": {"searchFilterSelections": []},
            "advancedSearchFiltersSelectionParam": {"searchFilterSelections": []},
            "pageNo": number,
        }
        address = f"{base}/careersection/rest/jobboard/searchjobs?lang={language}&portal={portal}"
        answer = replies.json_value(client.post(address, asked, headers=_HEADERS).raw)
        found = replies.rows(answer, "requisitionList")
        if number == 1:
            listing.state(replies.number(answer, "pagingData", "totalCount"))
            size = replies.number(answer, "pagingData", "pageSize") or max(1, len(found))
            last = -(-(listing.stated or 0) // size)
        page: list[Posting] = []
        for row in found:
            contest = replies.text(row, "contestNo")
            if contest is None:
                listing.gap("a posting without a number")
                continue
            place = f"{base}/careersection/{section}/jobdetail.ftl?job={quote(contest, safe='')}&lang={language}"
            columns = replies.at(row, "column")
            page.append(Posting(place, replies.text(columns, replies.number(row, "linkedColumn") or 0)))
        yield from page
        if not listing.turned(page):
            break
        number += 1
    listing.reckon()


def notice(source: WebSource, client: Client, posting: Posting) -> Text:
    """The posting as the script of its page describes it; else the page as it is."""
    page = client.get(posting.uri, accept=pages.ACCEPT)
    script = _text(page)
    values = _values(script)
    if not values:
        return pages.text_of(page)
    stated: dict[str, str] = {}
    for name, value in zip(_names(script, len(values)), values, strict=True):
        if value.strip():
            stated.setdefault(name.rpartition(".")[2], _plain(value))
    fields = [(label, replies.text(stated.get(name))) for name, label in _LABELS.items()]
    if "organization" not in stated:
        fields.insert(0, ("Organization", source.organization))
    parts = [(heading, stated.get(name)) for name, heading in _PARTS.items()]
    if not any(html for _, html in parts):
        parts = [(None, _plain(value)) for value in dict.fromkeys(values) if value.startswith(_HTML)]
    if not parts:
        raise replies.unknown("no description")
    title = replies.text(stated.get("title")) or posting.title
    return Text(notices.compose(title, fields, parts), page.fetched_at, "utf-8")


def _values(script: str) -> list[str]:
    match = _VALUES.search(script)
    return strings(script, match.end()) if match else []


def _names(script: str, count: int) -> list[str]:
    """The names of so many values; empty ones where no list of names is as long."""
    for match in _NAMES.finditer(script):
        names = strings(script, match.end())
        if len(names) == count:
            return names
    return [""] * count


def _plain(value: str) -> str:
    """A value decoded; only those that say so are percent-encoded."""
    return unquote(value.removeprefix(_HTML)) if value.startswith(_HTML) else value


def _text(page: Page) -> str:
    try:
        return decode(page.raw, declared=pages.text_of(page).declared).text
    except DecodeError as error:
        raise Rejected(error.code, "decode", str(error)) from None


def _portal(source: WebSource, client: Client) -> str:
    """The number of the portal: in the address, or in the search page."""
    told = parse_qs(urlsplit(source.address).query).get("portal", [""])[0]
    if told.isascii() and told.isdigit():
        return told
    match = _PORTAL.search(_text(client.get(source.address, accept=pages.ACCEPT)))
    if match is None:
        raise replies.unknown("the search page names no portal; say options.portal")
    return match[1]


def _places(source: WebSource) -> tuple[str, str, str]:
    """The site's address, the name of the career section, and the language."""
    parts = urlsplit(source.address)
    match = _SECTION.match(parts.path)
    if match is None:
        raise Rejected("bad_source", "fetch", "the address names no career section, as .../careersection/ex/...")
    language = parse_qs(parts.query).get("lang", [source.told(TaleoOptions).language])[0]
    return f"{parts.scheme}://{parts.netloc}", match[1], quote(language, safe="")
