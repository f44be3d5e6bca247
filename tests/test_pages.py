"""Pages of many kinds of sites keep the notice and lose the site; listing pages are taken apart."""

from __future__ import annotations

import pytest

from pipeline.markup import html_to_text
from pipeline.parse import parse
from pipeline.source import Source, from_bytes, members
from tests.bench import pages

NOTICE = (
    "<h1>Cook</h1><p>Duty station: Osh</p><p>The cook feeds forty people in the canteen of the office, every day, and"
    " buys what that takes on the market in the morning.</p><h2>Requirements</h2><ul><li>three years</li></ul>"
)


def text(html: str) -> str:
    return html_to_text(html).text


def test_labelled_pages() -> None:
    found, misses = pages.score(pages.ours())
    assert (found.recall, found.lines / found.keep) >= (0.995, 0.97), misses
    assert found.clean >= 0.94, misses


@pytest.mark.parametrize(
    "site",
    [
        "<h2>Similar jobs</h2><div><p>Nurse</p></div><p>Driver, Nurse</p>",
        "<div>Weitere Stellen:</div><div>Nurse</div>",
        "<div><div><b>People also viewed</b></div><div>Nurse</div></div>",
        "<ul><li><a>Nurse</a></li><li><a>News</a></li><li><a>Maps</a></li></ul>",
        "<h4>For you</h4><p><a>Nurse</a> | <a>Driver</a> | <a>Clerk</a></p>",
        "<div><b>Country</b><p><a>Nurse (301)</a></p><p><a>Mali (7)</a></p><p><a>Chad (2)</a></p></div>",
        "<div><div><b>When</b><p>Nurse, today (31)</p><p>Week (40)</p></div><div><b>Pay</b><p>10+ (7)</p></div></div>",
        "<p>Read also: <a>Nurse of the year</a></p>",
        "<div><small>Реклама</small><p>Nurse dresses</p></div>",
        "<p>© 2026 Nurse Board</p>",
        "<div>Privacy | Terms of use | Sitemap</div><aside><p>Nurse</p></aside>",
        "<div class='relatedPosts'>Nurse</div>",
    ],
)
def test_what_is_the_sites(site: str) -> None:
    for page in (f"<body>{NOTICE}{site}", f"<body><div><div>{NOTICE}</div><div>{site}</div></div>"):
        assert text(page) == text(f"<body>{NOTICE}")


@pytest.mark.parametrize(
    "part",
    [
        "<aside class=sidebar><dl><dt>Grade</dt><dd>G-2</dd><dt>Closing date</dt><dd>5 May 2026</dd></dl></aside>",
        "<p>Posts are open for:</p><ul><li><a>Cooks</a></li><li><a>Drivers</a></li><li><a>Nurses</a></li></ul>",
        "<h2>Posts</h2><ul><li>Kyiv (3)</li><li>Lviv (2)</li><li>Odesa (1)</li></ul>",
        "<p><a href='mailto:a@b.example'>A</a> <a href='mailto:b@b.example'>B</a> <a href='mailto:c@b.example'>C</a>",
        "<dl><dt>Countries</dt><dd><ul><li><a>Mali</a></li><li><a>Chad</a></li><li><a>Niger</a></li></ul></dd></dl>",
        "<h2>Similar jobs</h2><p>Nurse</p><h2>How to apply</h2><p>Write to the office.</p>",
        "<a href='#more'>More</a><div id=more style='display:none'><p>Two more years of experience</p></div>",
        "<header><h1>Cook</h1><p>Grade: G-2</p><p>Location: Osh</p></header>",
    ],
)
def test_what_is_the_notices(part: str) -> None:
    expected = [
        line for line in ("G-2", "Cooks", "Kyiv (3)", "a@b.example", "Chad", "Write to", "Two more") if line in part
    ]
    shown = text(f"<body>{NOTICE}{part}")
    assert expected
    assert all(line in shown for line in expected)
    assert "Nurse\n" not in shown


def test_what_stands_outside_the_notice() -> None:
    notice = f"<div><div>{NOTICE}</div></div>"
    shown = text(f"<body><div><a>Our work</a> Since 1994</div>{notice}<div><p>We are many.</p><a>Give</a></div>")
    assert shown == text(f"<body>{NOTICE}")
    told = "<div><h3>Applications</h3><p>By post.</p></div><div><p>Grade: G-2</p><a>x</a></div>"
    assert "By post." in text(f"<body>{notice}{told}")
    assert "Grade: G-2" in text(f"<body>{notice}{told}")


def block(title: str, number: int, tag: str = "article") -> str:
    return (
        f"<{tag} class=job><h2>{title}</h2><p>Reference: VN-{number}</p><p>Closing date: {number} May 2026</p>"
        f"<p>{title}s work in the harbour and in the office above it.</p></{tag}>"
    )


def listed(page: str, **options: str) -> list[Source]:
    found = list(
        members(from_bytes(page.encode(options.get("encoding", "utf-8")), uri="in", declared=options.get("encoding")))
    )
    assert all(isinstance(each, Source) for each in found)
    return [each for each in found if isinstance(each, Source)]


@pytest.mark.parametrize("tag", ["article", "div", "section", "li"])
def test_several_notices_on_a_page(tag: str) -> None:
    shared = "<p>All posts are with the World Health Organization (WHO) in Osh, Kyrgyzstan.</p>"
    page = f"<html><body><h1>Vacancies</h1>{shared}{block('Cook', 5, tag)}{block('Köchin', 6, tag)}</body></html>"
    found = listed(page, encoding="iso-8859-1")
    assert [each.uri for each in found] == ["in!/Cook", "in!/Köchin"]
    records = [record for each in found for record in parse(each).records]
    assert [(each.title, each.requisition_id, str(each.closing_date), each.organization) for each in records] == [
        ("Cook", "VN-5", "2026-05-05", "WHO"),
        ("Köchin", "VN-6", "2026-05-06", "WHO"),
    ]
    assert len({each.sha256 for each in found}) == 2


@pytest.mark.parametrize(
    "page",
    [
        f"<body>{NOTICE}<h3>One</h3><h3>Two</h3>",
        f"<body>{NOTICE * 3}<div>{block('Nurse', 7)}{block('Clerk', 8)}</div>",
        "<body><div><h2>Duties</h2><p>Grade: P-3</p><p>Location: Osh</p>" + "x " * 50 + "</div>"
        "<div><h2>Requirements</h2><p>Grade: P-3</p><p>Location: Osh</p>" + "x " * 50 + "</div>",
        "<body>" + block("Cook", 5) + block("Cook", 5),
    ],
)
def test_a_page_that_is_one_notice_stays_what_it_is(page: str) -> None:
    (found,) = listed(page)
    assert (found.uri, found.raw) == ("in", page.encode())


def test_several_postings_on_a_page_that_scripts_fill() -> None:
    import json

    from tests.make_formats import POSTING

    graph = {"@graph": [{**POSTING, "title": title, "identifier": title} for title in ("Cook", "Driver")]}
    page = f'<!doctype html><script type="application/ld+json">{json.dumps(graph)}</script><body>Loading'
    assert [parse(each).records[0].title for each in listed(page)] == ["Cook", "Driver"]
