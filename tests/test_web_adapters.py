"""Each kind of site from its listing to a record, against answers in the shape of the real ones, written for this."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from pipeline.batch import parse_or_reject
from pipeline.source import Reject, Source
from pipeline.web.adapters import pages
from pipeline.web.collect import collect
from pipeline.web.listing import Listing
from pipeline.web.options import OPTIONS
from pipeline.web.sources import WebSource
from schemas.vacancy import Vacancy
from tests.web_server import HOST, Answer, Asked, Reply, Site, as_json, client, html, serving

DUTIES = """<p><b>Duties and responsibilities</b></p>
<ul><li>plans the work of the regional archive and reports on it every quarter</li>
<li>trains the clerks of the field offices in keeping records</li></ul>
<p><b>Qualifications</b></p>
<ul><li>University degree in archival science or history</li>
<li>At least five years of experience with public records</li>
<li>Fluency in English; French is an asset</li></ul>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as each:
        yield each


def source(site: Site, kind: str, path: str = "/", **others: Any) -> WebSource:
    told = {"name": "board", "organization": "OSCE", "hosts": [HOST], "allow_private": True, "delay": 0, **others}
    return WebSource(kind=kind, address=site.base + path, **told)


def notices(site: Site, told: WebSource) -> tuple[list[Source], list[Reject], Listing]:
    listing = Listing()
    with client(site, bounds=told.bounds) as asking:
        found = list(collect(told, asking, listing))
    good = [each for each in found if isinstance(each, Source)]
    return good, [each for each in found if isinstance(each, Reject)], listing


def record(notice: Source) -> Vacancy:
    outcome = parse_or_reject(notice)
    assert not isinstance(outcome, Reject), outcome
    return outcome.records[0]


def is_archivist(found: Vacancy, **others: Any) -> None:
    """The record of the notice that most of these sites hold."""
    expected = {"title": "Archivist", "organization": "OSCE", "education_level": "bachelor", "experience_years": 5.0}
    for name, value in {**expected, **others}.items():
        assert str(getattr(found, name)) == str(value), name
    assert [(each.language, each.requirement) for each in found.languages] == [("en", "required"), ("fr", "desired")]


def page(title: str = "Archivist", closes: str = "30 May 2031") -> str:
    return (
        f"<html><head><title>{title} | Jobs</title></head><body><nav><a href='/'>Home</a></nav><main><h1>{title}</h1>"
        f"<p>Organization: OSCE</p><p>Closing date: {closes}</p><p>Duty station: Skopje</p>{DUTIES}</main></body>"
    )


# Pages, feeds, sitemaps


def test_addresses(site: Site) -> None:
    site.put("/jobs/1", html(page()))
    addresses = [f"{site.base}/jobs/1", f"{site.base}/jobs/2", "https://elsewhere.example.org/3", f"{site.base}/jobs/1"]
    good, rejects, listing = notices(site, source(site, "addresses", options={"addresses": addresses}))
    is_archivist(record(good[0]), closing_date="2031-05-30", duty_station="Skopje", source="board")
    assert good[0].uri == f"{site.base}/jobs/1"
    assert [(each.uri, each.code) for each in rejects] == [
        (addresses[1], "gone"),
        (addresses[2], "address_refused"),
    ]
    assert (listing.complete, listing.listed) == (True, 2)


def feed_of(site: Site, *extra: str) -> str:
    return (
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Jobs</title>'
        f"<item><title>Archivist</title><link>{site.base}/job/archivist/1/</link>"
        f"<description><![CDATA[{DUTIES}]]></description><g:location>Skopje, MK</g:location>"
        f"<g:expiration_date>2031-05-30</g:expiration_date></item>{''.join(extra)}</channel></rss>"
    )


def test_feed_and_the_pages_that_it_links_to(site: Site) -> None:
    site.put("/rss", Reply(feed_of(site)))
    site.put("/job/archivist/1/", html(page()))
    good, rejects, listing = notices(site, source(site, "feed", "/rss"))
    is_archivist(record(good[0]), closing_date="2031-05-30")
    assert not rejects
    assert not listing.complete
    assert notices(site, source(site, "feed", "/rss", options={"complete": True}))[2].complete


def test_feed_that_holds_the_notices(site: Site) -> None:
    site.put("/rss", Reply(feed_of(site)))
    good, _, _ = notices(site, source(site, "feed", "/rss", options={"follow": False}))
    is_archivist(record(good[0]), closing_date="2031-05-30", duty_station="Skopje")
    assert site.paths() == ["/rss"]


def test_feed_with_a_doctype(site: Site) -> None:
    site.put("/rss", Reply('<!DOCTYPE rss [<!ENTITY x "y">]>' + feed_of(site)))
    good, rejects, listing = notices(site, source(site, "feed", "/rss", options={"complete": True}))
    assert (good, [each.code for each in rejects], listing.complete) == ([], ["doctype_refused"], False)


def test_sitemap(site: Site) -> None:
    addresses = "".join(f"<url><loc>{site.base}/{path}</loc></url>" for path in ("about", "jobs/1", "jobs/2"))
    site.put("/sitemap.xml", Reply(f"<urlset>{addresses}</urlset>"))
    site.put("/jobs/1", html(page()))
    site.put("/jobs/2", html(page("Driver")))
    good, _, listing = notices(site, source(site, "sitemap", "/sitemap.xml", options={"within": ["/jobs/"]}))
    assert [record(each).title for each in good] == ["Archivist", "Driver"]
    assert listing.complete
    assert "/about" not in site.paths()


# Workday


def workday_site(site: Site, *, total: int = 21, lost: int = 0) -> None:
    def jobs(asked: Asked) -> Reply:
        offset, limit = asked.json["offset"], asked.json["limit"]
        rows = [{"title": f"Post {each}", "externalPath": f"/job/Skopje/Post_R{each}"} for each in range(total - lost)]
        return as_json({"total": total if offset == 0 else 0, "jobPostings": rows[offset : offset + limit]})

    def job(asked: Asked) -> Reply:
        info = {
            "title": "Archivist",
            "jobDescription": DUTIES,
            "location": "Skopje",
            "country": {"descriptor": "North Macedonia"},
            "jobReqId": "JR-4711",
            "timeType": "Full time",
            "startDate": "2031-05-02",
            "endDate": "2031-05-30",
            "postedOn": "Posted Yesterday",
        }
        return as_json({"jobPostingInfo": info, "hiringOrganization": {"name": "Hiring Ltd"}})

    site.put("/wday/cxs/bank/careers/jobs", jobs)
    for each in range(total):
        site.put(f"/wday/cxs/bank/careers/job/Skopje/Post_R{each}", job)


WORKDAY = {"path": "/en-US/careers", "options": {"tenant": "bank", "facets": {"locations": ["a1"]}}}


def test_workday(site: Site) -> None:
    workday_site(site)
    good, rejects, listing = notices(site, source(site, "workday", **WORKDAY))
    assert (len(good), rejects, listing.complete, listing.stated) == (21, [], True, 21)
    assert good[0].uri == f"{site.base}/careers/job/Skopje/Post_R0"
    found = record(good[0])
    is_archivist(found, requisition_id="JR-4711", closing_date="2031-05-30", issue_date="2031-05-02", country="MK")
    assert found.schedule == "full_time"
    assert found.start_date is None
    first = next(each for each in site.asked if each.method == "POST")
    assert first.json == {"appliedFacets": {"locations": ["a1"]}, "limit": 20, "offset": 0, "searchText": ""}


def test_workday_that_lists_less_than_it_says(site: Site) -> None:
    workday_site(site, lost=2)
    good, _, listing = notices(site, source(site, "workday", **WORKDAY))
    assert len(good) == 19
    assert listing.gaps == ["19 of 21 postings were listed"]


def test_postings_are_limited(site: Site) -> None:
    workday_site(site)
    good, _, listing = notices(site, source(site, "workday", max_postings=5, **WORKDAY))
    assert len(good) == 5
    assert listing.gaps == ["more than 5 postings"]


# Oracle Recruiting Cloud


def test_oracle_hcm(site: Site) -> None:
    def listed(asked: Asked) -> Reply:
        finder = parse_qs(urlsplit(asked.path).query)["finder"][0]
        told = dict(part.split("=") for part in finder.removeprefix("findReqs;").split(","))
        assert told["siteNumber"] == "CX_1"
        start = int(told["offset"])
        rows = [{"Id": str(number), "Title": "Archivist"} for number in (301, 302, 303)]
        found = rows[start : start + int(told["limit"])]
        return as_json({"items": [{"TotalJobsCount": 3, "requisitionList": found}]})

    def details(asked: Asked) -> Reply:
        finder = parse_qs(urlsplit(asked.path).query)["finder"][0]
        number = finder.split('"')[1]
        assert finder == f'ById;Id="{number}",siteNumber=CX_1'
        if number == "303":
            return as_json({"items": []})
        duties, _, rest = DUTIES.partition("<p><b>Qualifications</b></p>")
        job = {
            "Id": number,
            "Title": "Archivist",
            "ExternalDescriptionStr": duties,
            "ExternalQualificationsStr": rest,
            "CorporateDescriptionStr": "<p>We keep records.</p>",
            "PrimaryLocation": "Skopje, North Macedonia",
            "secondaryLocations": [{"Name": "Ohrid, North Macedonia"}],
            "ExternalPostedStartDate": "2031-05-02T08:00:00+00:00",
            "ExternalPostedEndDate": "2031-05-30T23:59:00+00:00",
            "JobSchedule": "Full time",
            "requisitionFlexFields": [{"Prompt": "Grade", "Value": "P3"}, {"Prompt": None, "Value": "x"}],
        }
        return as_json({"items": [job]})

    interface = "/hcmRestApi/resources/latest"
    site.put(f"{interface}/recruitingCEJobRequisitions", listed)
    site.put(f"{interface}/recruitingCEJobRequisitionDetails", details)
    path = "/hcmUI/CandidateExperience/en/sites/CX_1"
    good, rejects, listing = notices(site, source(site, "oracle_hcm", path, options={"page_size": 2}))
    assert [each.uri for each in good] == [f"{site.base}{path}/job/301", f"{site.base}{path}/job/302"]
    assert [each.code for each in rejects] == ["gone"]
    assert (listing.complete, listing.stated, listing.pages) == (True, 3, 2)
    found = record(good[0])
    is_archivist(found, requisition_id="301", grade="P3", closing_date="2031-05-30", country="MK")
    assert found.closing_at is not None
    assert found.closing_at.isoformat() == "2031-05-30T23:59:00+00:00"


# UN Careers


def test_inspira(site: Site) -> None:
    def listed(asked: Asked) -> Reply:
        pagination = asked.json["pagination"]
        assert asked.json["filterConfig"] == {"ds": ["SKOPJE"]}
        assert pagination["sortBy"] == "startDate"
        opening = {
            "jobId": 276001 + pagination["page"],
            "jobTitle": "ARCHIVIST",
            "postingTitle": "Archivist",
            "jobDescription": DUTIES,
            "jobLevel": "P-3",
            "dutyStation": [{"code": "SKOPJE", "description": "SKOPJE"}],
            "startDate": "2031-05-02T04:00:00.000Z",
            "endDate": "2031-05-31T03:59:00.000Z",
            "dept": {"code": "DGC", "name": "Department of Records"},
            "jc": {"code": "PD", "name": "Professional and Higher Categories"},
            "jf": {"Code": "INF", "Name": "Information Management"},
        }
        return as_json({"status": 1, "data": {"list": [opening], "count": 2}})

    site.put("/api/public/opening/jo/list/filteredV2/en", listed)
    options = {"filters": {"ds": ["SKOPJE"]}, "page_size": 1}
    good, rejects, listing = notices(site, source(site, "inspira", options=options))
    assert [each.uri for each in good] == [
        f"{site.base}/jobSearchDescription/{number}?language=en" for number in (276001, 276002)
    ]
    assert (rejects, listing.complete, listing.stated) == ([], True, 2)
    found = record(good[0])
    is_archivist(found, requisition_id="276001", grade="P-3", department="Department of Records")
    assert found.closing_at is not None
    assert found.closing_at.isoformat() == "2031-05-31T03:59:00+00:00"


# Taleo

VALUES = {
    "reqlistitem.no": "3525756",
    "reqlistitem.title": "Archivist",
    "reqlistitem.contestnumber": "2600978",
    "reqlistitem.description": "!*!" + quote(DUTIES.partition("<p><b>Qual")[0]),
    "reqlistitem.qualification": "!*!" + quote("<ul" + DUTIES.rpartition("<ul")[2]),
    "reqlistitem.primarylocation": "North Macedonia-Skopje",
    "reqlistitem.postingdate": "02/May/2031",
    "reqlistitem.unpostingdate": "30/May/2031, 11:59:00 PM",
    "reqlistitem.joblevel": "P-3",
    "reqlistitem.organization": "OSCE",
    "reqlistitem.jobschedule": "Full-time",
}


def taleo_page(*, named: bool = True) -> str:
    names = [name for name in VALUES for _ in range(2)]
    values = [value for value in VALUES.values() for _ in range(2)]
    written = ",".join("'" + value.replace("'", "\\'") + "'" for value in values)
    heads = f"descRequisition: {{_hlid: [{','.join(repr(name) for name in names)}],_acts:[]}}" if named else ""
    return (
        f"<html><head><title>Job Description - Archivist</title></head><body><script>var x = {{{heads}}};\n"
        f"api.fillList('requisitionDescriptionInterface', 'descRequisition', [{written}]);</script></body></html>"
    )


def taleo_site(site: Site, *, total: int = 3, detail: str | None = None) -> None:
    def found(asked: Asked) -> Reply:
        if "Tz" not in asked.headers:
            return Reply("", 500)
        assert parse_qs(urlsplit(asked.path).query) == {"lang": ["en"], "portal": ["101430233"]}
        rows = [
            {"contestNo": f"26009{number}", "column": ["Archivist", '["Skopje"]'], "linkedColumn": 0}
            for number in (78, 79, 80)
        ]
        start = 2 * (asked.json["pageNo"] - 1)
        return as_json({"requisitionList": rows[start : start + 2], "pagingData": {"totalCount": total, "pageSize": 2}})

    site.put("/careersection/rest/jobboard/searchjobs", found)
    site.put("/careersection/ex/jobsearch.ftl", html("<script>x = {portalNo: '101430233'}</script>"))
    site.put("/careersection/ex/jobdetail.ftl", html(detail or taleo_page()))


def test_taleo(site: Site) -> None:
    taleo_site(site)
    good, rejects, listing = notices(site, source(site, "taleo", "/careersection/ex/jobsearch.ftl?lang=en"))
    assert [each.uri for each in good] == [
        f"{site.base}/careersection/ex/jobdetail.ftl?job=26009{number}&lang=en" for number in (78, 79, 80)
    ]
    assert (rejects, listing.complete, listing.stated) == ([], True, 3)
    is_archivist(
        record(good[0]), requisition_id="2600978", grade="P-3", closing_date="2031-05-30", issue_date="2031-05-02"
    )


def test_taleo_page_without_names(site: Site) -> None:
    taleo_site(site, detail=taleo_page(named=False))
    path = "/careersection/ex/jobsearch.ftl?lang=en&portal=101430233"
    good, _, _ = notices(site, source(site, "taleo", path))
    is_archivist(record(good[0]))
    assert "/careersection/ex/jobsearch.ftl" not in site.paths()


def test_taleo_that_counts_more_than_it_lists(site: Site) -> None:
    taleo_site(site, total=5)
    good, _, listing = notices(site, source(site, "taleo", "/careersection/ex/jobsearch.ftl?lang=en"))
    assert len(good) == 3
    assert listing.gaps == ["3 of 5 postings were listed"]


# SuccessFactors


def test_successfactors_with_a_sitemap(site: Site) -> None:
    places = ("/job/Skopje-Archivist/1/", "/content/about-us/", "/job/Ohrid-Driver/2/")
    addresses = "".join(f"<url><loc>{site.base}{path}</loc></url>" for path in places)
    site.put("/sitemap.xml", Reply(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{addresses}</urlset>'))
    site.put("/job/Skopje-Archivist/1/", html(page()))
    site.put("/job/Ohrid-Driver/2/", html(page("Driver")))
    good, _, listing = notices(site, source(site, "successfactors"))
    is_archivist(record(good[0]), closing_date="2031-05-30")
    assert len(good) == 2
    assert listing.complete
    assert site.paths().count("/sitemap.xml") == 1


def test_successfactors_with_a_feed(site: Site) -> None:
    site.put("/sitemal.xml", Reply(feed_of(site)))
    good, _, listing = notices(site, source(site, "successfactors", options={"listing": "/sitemal.xml"}))
    is_archivist(record(good[0]), closing_date="2031-05-30", duty_station="Skopje")
    assert listing.complete


# PageUp


def listing_page(*numbers: int, more: str | None = None) -> str:
    rows = "".join(
        f'<tr><td><a class="job-link" href="/cw/en/job/{number}/archivist">Archivist</a></td></tr>'
        for number in numbers
    )
    link = f'<a class="more-link button" href="{more}">More jobs <span class="count">9</span></a>' if more else ""
    commented = '<!-- <a class="job-link" href="/cw/en/job/9/never">Never</a> -->'
    return f'<table id="recent-jobs"><tbody>{rows}{commented}</tbody></table>{link}'


def test_pageup(site: Site) -> None:
    more = "/cw/en/listing/?page=2&page-items=2"
    site.put("/cw/en/listing/?page=1&page-items=2", html(listing_page(1, 2, more=more)))
    site.put("/cw/en/listing/?page=2&page-items=2", html(listing_page(2, 3)))
    for number in (1, 2, 3):
        site.put(f"/cw/en/job/{number}/archivist", html(page()))
    good, rejects, listing = notices(site, source(site, "pageup", "/cw/en/listing/", options={"page_size": 2}))
    assert [each.uri for each in good] == [f"{site.base}/cw/en/job/{number}/archivist" for number in (1, 2, 3)]
    assert (rejects, listing.complete, listing.pages) == ([], True, 2)
    is_archivist(record(good[0]), closing_date="2031-05-30")


def test_pageup_whose_pages_never_end(site: Site) -> None:
    site.put("/cw/en/listing/", html(listing_page(1, more="/cw/en/listing/?page=2")))
    site.put("/cw/en/job/1/archivist", html(page()))
    good, _, listing = notices(site, source(site, "pageup", "/cw/en/listing/"))
    assert len(good) == 1
    assert not listing.complete


# ReliefWeb


def test_reliefweb(site: Site) -> None:
    def jobs(asked: Asked) -> Reply:
        told = parse_qs(urlsplit(asked.path).query)
        assert told["appname"] == ["records"]
        assert told["filter[conditions][0][field]"] == ["country.iso3"]
        assert told["filter[conditions][0][value][]"] == ["mkd", "geo"]
        number = int(told["offset"][0])
        fields = {
            "title": "Archivist",
            "url": f"{site.base}/node/{number}",
            "url_alias": f"{site.base}/job/{number}/archivist",
            "body-html": DUTIES,
            "how_to_apply-html": '<p>Send a letter to <a href="mailto:jobs@example.org">jobs@example.org</a>.</p>',
            "source": [{"name": "OSCE"}],
            "country": [{"name": "North Macedonia"}],
            "city": [{"name": "Skopje"}],
            "date": {"created": "2031-05-02T09:00:00+00:00", "closing": "2031-05-30T00:00:00+00:00"},
            "type": [{"name": "Job"}],
            "experience": [{"name": "5-9 years"}],
            "career_categories": [{"name": "Information Management"}],
        }
        return as_json({"totalCount": 2, "count": 1, "data": [{"id": str(number), "fields": fields}]})

    site.put("/v2/jobs", jobs)
    options = {"appname": "records", "filters": {"country.iso3": ["mkd", "geo"]}, "page_size": 1}
    good, rejects, listing = notices(site, source(site, "reliefweb", "/v2/jobs", copied=True, options=options))
    assert [each.uri for each in good] == [f"{site.base}/job/{number}/archivist" for number in (0, 1)]
    assert (rejects, listing.complete, listing.stated) == ([], True, 2)
    found = record(good[0])
    is_archivist(found, closing_date="2031-05-30", country="MK", apply_email="jobs@example.org")


def test_a_listing_that_changes_while_it_is_read(site: Site) -> None:
    """One that closes moves the others, and one of them slips through between two pages."""
    totals = iter((3, 2))

    def jobs(asked: Asked) -> Reply:
        number = int(parse_qs(urlsplit(asked.path).query)["offset"][0])
        row = {"title": "Archivist", "url": f"{site.base}/node/{2 * number}", "body-html": DUTIES}
        return as_json({"totalCount": next(totals), "data": [{"id": str(number), "fields": row}]})

    site.put("/v2/jobs", jobs)
    options = {"appname": "records", "page_size": 1}
    good, _, listing = notices(site, source(site, "reliefweb", "/v2/jobs", options=options))
    assert len(good) == 2
    assert listing.gaps == ["the number of postings changed while they were read"]


# Sites that answer otherwise

PATHS = {
    "workday": "/en-US/careers",
    "oracle_hcm": "/hcmUI/CandidateExperience/en/sites/CX_1",
    "taleo": "/careersection/ex/jobsearch.ftl?lang=en&portal=1",
}


def test_odd_fields_are_no_defects(site: Site) -> None:
    rows = [{"Id": 1, "Title": ["a", [["b"]]]}, {"Id": [2]}, {"Id": {}}]
    job: dict[str, Any] = {"ExternalDescriptionStr": DUTIES, "secondaryLocations": 7, "requisitionFlexFields": "x"}
    job |= {"Title": {"name": 3}, "ExternalPostedEndDate": ["2031-05-30"], "JobGrade": True}
    interface = "/hcmRestApi/resources/latest"
    listed = {"items": [{"TotalJobsCount": 2, "requisitionList": rows}]}
    site.put(f"{interface}/recruitingCEJobRequisitions", as_json(listed))
    site.put(f"{interface}/recruitingCEJobRequisitionDetails", as_json({"items": [job]}))
    good, rejects, listing = notices(site, source(site, "oracle_hcm", PATHS["oracle_hcm"]))
    assert (len(good), rejects, listing.gaps) == (2, [], ["a posting without a number"])
    assert str(record(good[0]).closing_date) == "2031-05-30"


def test_a_defect_costs_one_posting(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("/jobs/1", html(page()))
    addresses = [f"{site.base}/jobs/{number}" for number in (2, 1)]
    whole = pages.notice

    def broken(told: WebSource, asking: Any, posting: Any) -> Any:
        if posting.uri.endswith("2"):
            raise KeyError("oops")
        return whole(told, asking, posting)

    monkeypatch.setattr(pages, "notice", broken)
    good, rejects, _ = notices(site, source(site, "addresses", options={"addresses": addresses}))
    assert (len(good), [each.code for each in rejects]) == (1, ["internal_error"])


ODD: list[Any] = [None, [], {}, "x", 7, {"items": [1]}, {"items": [{}]}, {"data": {"list": 3}}, {"data": [[]]}]
ODD += [{"jobPostings": "x"}, {"requisitionList": {}}, {"data": {"list": [{}], "count": -1}}]


@pytest.mark.parametrize("kind", sorted(OPTIONS.keys() - {"addresses"}))
@pytest.mark.parametrize("odd", [*map(json.dumps, ODD), "", "<html>", "<urlset><url/></urlset>"])
def test_odd_answers_are_rejects(site: Site, kind: str, odd: str) -> None:
    """Whatever a site answers, it gives notices or rejects, and nothing is gone because of it but on its word."""

    class Everything(dict[str, list[Answer]]):
        def get(self, path: str, default: Any = None) -> Any:
            return default if path == "/robots.txt" else [Reply(odd)]

    site.answers = Everything()
    options = {"appname": "records"} if kind == "reliefweb" else {}
    good, rejects, listing = notices(site, source(site, kind, PATHS.get(kind, "/"), options=options))
    assert not good
    assert rejects or listing.listed == 0
    assert not listing.complete or odd == "<urlset><url/></urlset>"
    assert len(site.asked) < 10
