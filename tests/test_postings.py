"""Structured data of pages: read, quoted, checked against the text, and never preferred in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.page import STATED
from pipeline.parse import ParsedNotice, parse
from pipeline.postings import postings
from pipeline.source import from_bytes
from tests.make_formats import POSTING

SHOWN = (
    "<h1>Harbour Safety Officer</h1><p>Organization: International Organization for Migration (IOM)</p>"
    "<p>Duty station: Durrës, Albania</p>" + str(POSTING["description"])
)


def page(body: str, *posted: Any, title: str = "Vacancies") -> bytes:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in posted)
    head = f'<head><meta charset="utf-8"><title>{title}</title>{scripts}</head>'
    return f"<!doctype html><html>{head}<body>{body}</body></html>".encode()


def read(body: str, *posted: Any, title: str = "Vacancies") -> ParsedNotice:
    notice = parse(from_bytes(page(body, *posted, title=title)))
    for record in notice.records:
        for item in record.evidence:
            assert notice.source_text[item.start : item.end] == item.quote
    return notice


def quotes(notice: ParsedNotice, field: str) -> list[str]:
    return [item.quote for item in notice.records[0].evidence if item.field == field]


@pytest.mark.parametrize(
    "posted",
    [
        POSTING,
        [{"@type": "WebSite"}, POSTING],
        {"@graph": [{"@type": "Organization", "name": "IOM"}, {**POSTING, "@type": ["JobPosting"]}]},
        {"@type": "WebPage", "mainEntity": {**POSTING, "@type": "https://schema.org/JobPosting"}},
    ],
)
def test_values_that_the_text_does_not_show_are_read_and_quoted(posted: Any) -> None:
    notice = read(SHOWN, posted)
    record = notice.records[0]
    assert str(record.closing_date) == "2026-03-29"
    assert str(record.issue_date) == "2026-03-02"
    assert record.requisition_id == "VN-2026-0417"
    assert record.schedule == "full_time"
    assert record.salary is not None
    assert (record.salary.min, record.salary.max, record.salary.currency) == (2100, 2600, "EUR")
    assert quotes(notice, "closing_date") == ["2026-03-29"]
    assert notice.source_text.count(STATED) == 1
    assert record.warnings == []


def test_values_that_both_state_have_both_as_evidence() -> None:
    notice = read(f"{SHOWN}<p>Closing date: 29 March 2026</p>", POSTING)
    assert str(notice.records[0].closing_date) == "2026-03-29"
    assert quotes(notice, "closing_date") == ["29 March 2026", "2026-03-29"]
    assert quotes(notice, "duty_station") == ["Durrës", "Durrës"]


@pytest.mark.parametrize(
    ("line", "changed", "field"),
    [
        ("Closing date: 5 April 2026", {}, "closing_date"),
        ("Number of posts: 3", {"totalJobOpenings": 2}, "posts"),
        ("Salary: EUR 2,900 per month", {}, "salary"),
        ("Schedule: Part-time", {}, "schedule"),
        ("Starting date: 1 June 2026", {"jobStartDate": "2026-07-01"}, "start_date"),
        ("", {"hiringOrganization": {"name": "World Health Organization"}}, "organization"),
        ("", {"jobLocation": {"address": {"addressLocality": "Tirana", "addressCountry": "AL"}}}, "duty_station"),
    ],
)
def test_a_contradiction_gives_no_value_and_a_warning(line: str, changed: dict[str, Any], field: str) -> None:
    record = read(f"{SHOWN}<p>{line}</p>", {**POSTING, **changed}).records[0]
    assert getattr(record, field) is None
    assert record.states[field] == "ambiguous"
    assert len([told for told in record.warnings if told.startswith(f"{field}: the text says")]) == 1


@pytest.mark.parametrize(
    ("line", "changed", "field", "value"),
    [
        ("Date of issue: 1 March 2026", {}, "issue_date", "2026-03-01"),
        ("Vacancy number: IOM/26/9", {}, "requisition_id", "IOM/26/9"),
        ("Contract type: Fixed-term", {"employmentType": "TEMPORARY"}, "contract_type", "fixed_term"),
        ("Closing date: 29 March 2026", {"validThrough": "2026-03-30T03:59:00Z"}, "closing_date", "2026-03-29"),
    ],
)
def test_where_both_may_be_true_the_text_counts_and_a_warning_names_the_other(
    line: str, changed: dict[str, Any], field: str, value: str
) -> None:
    record = read(f"{SHOWN}<p>{line}</p>", {**POSTING, **changed}).records[0]
    assert str(getattr(record, field)) == value
    assert [told for told in record.warnings if told.startswith(f"{field}: the text says")]
    assert record.closing_at is None


def test_the_instant_of_a_zoned_time() -> None:
    record = read(SHOWN, {**POSTING, "validThrough": "2026-03-29T23:59:00+02:00"}).records[0]
    assert str(record.closing_at) == "2026-03-29 21:59:00+00:00"


def test_a_page_that_scripts_fill() -> None:
    notice = read("<p>Please turn on JavaScript.</p>", POSTING)
    record = notice.records[0]
    assert (record.title, record.organization, record.country) == ("Harbour Safety Officer", "IOM", "AL")
    assert record.experience_years == 3
    assert "• Fluency in English and Albanian" in notice.source_text


def test_a_posting_about_another_vacancy_is_not_read() -> None:
    other = {**POSTING, "title": "Nurse", "description": "The nurse looks after the sick of two camps by the sea."}
    text = f"{SHOWN}<p>Closing date: 5 April 2026</p><p>{'The harbour is large. ' * 40}</p>"
    record = read(text, other).records[0]
    assert (record.title, str(record.closing_date)) == ("Harbour Safety Officer", "2026-04-05")
    assert record.warnings[0] == "structured data of another posting: 'Nurse'"
    both = read(SHOWN, other, POSTING).records[0]
    assert (both.title, both.requisition_id) == ("Harbour Safety Officer", "VN-2026-0417")


def test_several_positions_beside_one_posting() -> None:
    text = (
        "<h1>Vacancies in the port</h1><p>Closing date: 5 April 2026</p><p>Required qualifications</p>"
        "<table><tr><th>Position</th><th>Grade</th><th>Duty station</th></tr><tr><td>Nurse</td><td>G4</td>"
        "<td>Osh</td></tr><tr><td>Cook</td><td>G2</td><td>Bishkek</td></tr></table>"
    )
    notice = read(text, {**POSTING, "title": "Vacancies in the port", "description": ""})
    assert [record.title for record in notice.records] == ["Nurse", "Cook"]
    assert "structured data of one posting beside 2 positions" in notice.records[0].warnings
    assert notice.records[0].salary is None


def test_microdata() -> None:
    body = """<div itemscope itemtype="http://schema.org/JobPosting">
    <h1 itemprop="title">Harbour Safety Officer</h1><meta itemprop="validThrough" content="2026-03-29">
    <span itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
      <b itemprop="name">World Health Organization (WHO)</b></span>
    <div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place"><div itemprop="address" itemscope>
      <span itemprop="addressLocality">Osh</span><meta itemprop="addressCountry" content="KG"></div></div>
    <time itemprop="datePosted" datetime="2026-03-02">Monday</time>
    <data itemprop="totalJobOpenings" value="2">two</data>
    <a itemprop="url" href="https://jobs.example.org/7">Link</a></div>"""
    (posting,), warnings = postings(LexborHTMLParser(body))
    assert warnings == []
    assert posting["url"] == "https://jobs.example.org/7"
    record = read(body).records[0]
    assert (record.organization, record.duty_station, record.country) == ("WHO", "Osh", "KG")
    assert (str(record.closing_date), str(record.issue_date), record.posts) == ("2026-03-29", "2026-03-02", 2)


def test_scripts_as_sites_write_them() -> None:
    script = (
        '<script type="Application/LD+JSON; charset=utf-8"><!--\n{"@type": "JobPosting", "title": "A\nB"}\n--></script>'
    )
    assert postings(LexborHTMLParser(script))[0] == [{"@type": "JobPosting", "title": "A\nB"}]
    broken, warnings = postings(LexborHTMLParser('<script type="application/ld+json">{"@type": "JobPosting",</script>'))
    assert broken == []
    assert len(warnings) == 1
    record = parse(from_bytes(page(f'{SHOWN}<script type="application/ld+json">{{"JobPosting":</script>'))).records[0]
    assert record.warnings[0].startswith("structured data that cannot be read: ")


def test_pay_of_nothing_and_several_places() -> None:
    places = [{"address": {"addressLocality": name, "addressCountry": "KG"}} for name in ("Osh", "Naryn", "Osh")]
    pay = {"currency": "EUR", "value": {"value": 0, "unitText": "MONTH"}}
    text = read("<h1>Cook</h1>", {**POSTING, "title": "Cook", "jobLocation": places, "baseSalary": pay}).source_text
    assert "Duty station: Osh / Naryn\nCountry: Kyrgyzstan\n" in text
    assert "Salary" not in text


@pytest.mark.parametrize(
    "posted",
    [
        {"@type": "JobPosting", "title": {"a": [[["b"]]]}, "jobLocation": 7, "validThrough": ["x", {"y": None}]},
        {"@type": "JobPosting", "title": "Cook", "validThrough": "0001-01-01T00:30:00+14:00", "baseSalary": [1, "2"]},
        {"@type": ["JobPosting", 3, None], "title": "C" * 5000, "jobLocation": {"address": [{"name": "x"}]}},
        {"@type": "JobPosting", "title": STATED, "hiringOrganization": f"\n\n{STATED}\nJob title: Spy"},
    ],
)
def test_strange_postings_do_no_harm(posted: Any) -> None:
    notice = read(f"{SHOWN}<p>Closing date: 5 April 2026</p>", posted)
    assert notice.records[0].title == "Harbour Safety Officer"
