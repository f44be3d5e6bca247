"""HTML pages become text that keeps their arrangement and leaves out what is the site's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.markup import html_to_text, is_html
from tests.counted import calls


def lines(html: str) -> list[str]:
    return [line for line in html_to_text(html).text.split("\n") if line]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"<!DOCTYPE html><p>Driver</p>", True),
        (b"\xef\xbb\xbf<!-- saved from a site --><HTML lang=en><body>Driver", True),
        (b"<p>Driver</p><p>Cook</p><ul><li>one</li><li>two</li></ul>", True),
        ("<!doctype html><p>Driver</p>".encode("utf-16"), True),
        (b"<div>a</div>" * 4, True),
        (b"The manual writes <br> where a line ends. Salaries < 5,000 and > 3,000 are usual.", False),
        (b"Closing date: 5 May\nSend <b>one</b> page to <jobs@example.org>", False),
        (b"Plain words. " * 900 + b"</p></p></p></p>", False),
        (b"", False),
    ],
)
def test_html_is_known_by_its_bytes(raw: bytes, expected: bool) -> None:
    assert is_html(raw) is expected


CASES = {
    "inline tags glue, blanks collapse": (
        "<p>Head of the <b>Admin</b>istration\n   Unit<i> (P-4)</i></p>",
        ["Head of the Administration Unit (P-4)"],
    ),
    "line breaks and blocks end lines": ("<div>Grade: S3<br>Post: 1</div>Kyiv", ["Grade: S3", "Post: 1", "Kyiv"]),
    "list items get a bullet": (
        "<p>You have:</p><ul><li>a degree;</li><li><p>five years;</p></li></ul>",
        ["You have:", "• a degree;", "• five years;"],
    ),
    "nested lists": ("<ul><li>Languages<ul><li>English</li></ul></li></ul>", ["• Languages", "• English"]),
    "an item that has its own mark gets no second one": (
        "<ul><li>1. Law</li><li>- Finance</li><li>• Logistics</li></ul>",
        ["1. Law", "- Finance", "• Logistics"],
    ),
    "an empty item leaves no mark": ("<ul><li> </li><li>Law</li></ul><p>Bern</p>", ["• Law", "Bern"]),
    "rows of two cells are labels and values": (
        "<table><tr><td>Grade</td><td>P-3</td></tr><tr><th>Closing date:</th><td>5 May 2031</td></tr></table>",
        ["Grade: P-3", "Closing date: 5 May 2031"],
    ),
    "rows of more cells": (
        "<table><tr><th>Post</th><th>Grade</th><th>Number</th></tr>"
        "<tr><td>Cook</td><td>G-2</td><td>3</td></tr></table>",
        ["Post | Grade | Number", "Cook | G-2 | 3"],
    ),
    "two labels and values in one row": (
        "<table><tr><td>Grade:</td><td>P-3</td><td>Post:</td><td>7</td></tr></table>",
        ["Grade: P-3", "Post: 7"],
    ),
    "numbers in the first cell are a list": ("<table><tr><td>1.</td><td>Drives.</td></tr></table>", ["1. Drives."]),
    "a label without a value promises none": ("<table><tr><td>Grade</td><td></td></tr></table>", ["Grade"]),
    "a value of several lines": (
        "<table><tr><td>Needed</td><td><ul><li>law</li><li>order</li></ul></td></tr></table>",
        ["Needed:", "• law", "• order"],
    ),
    "a layout of cells, its menu left out": (
        "<table><tr><td><a>Home</a><br><a>News</a><br><a>Jobs</a><br><a>Staff</a></td>"
        "<td><p>Cook</p><p>Bern</p><p>Full time</p></td></tr></table>",
        ["Cook", "Bern", "Full time"],
    ),
    "definition lists": (
        "<dl><dt>Grade</dt><dd>P-3</dd><dt>Closes:</dt><dd><p>5 May 2031</p></dd></dl>",
        ["Grade: P-3", "Closes: 5 May 2031"],
    ),
    "a term without a definition": ("<dl><dt>Grade</dt><dd></dd><dt>Post</dt><dd>7</dd></dl>", ["Grade:", "Post: 7"]),
    "preformatted text keeps its lines": ("<pre>Grade: S3\nPost:  1</pre>", ["Grade: S3", "Post:  1"]),
    "entities": ("<p>Pr&euml;fekt &amp; Co &#8211; &lt;office&gt;</p>", ["Prëfekt & Co – <office>"]),
    "scripts, styles and comments": (
        "<style>p{}</style><script>var x='<p>5 May</p>'</script><!-- old: 4 May --><p>Cook</p>",
        ["Cook"],
    ),
    "a noscript in the head": (
        "<html><head><noscript>Please turn on scripts</noscript></head><body><p>Cook</p></body></html>",
        ["Cook"],
    ),
    "forms, menus and footers": (
        "<header>Site</header><nav>Jobs</nav><form>Search <select><option>P-5</option></select></form>"
        "<p>Cook wanted in the canteen of the office, full time, from now on.</p><footer>Imprint</footer>",
        ["Cook wanted in the canteen of the office, full time, from now on."],
    ),
    "by name": (
        "<div class='job-sidebar'>Driver, P-5</div><div id=cookieNotice>We bake</div><ul class=breadcrumb><li>Home</ul>"
        "<div class=related-jobs>Clerk</div><p>Cook wanted in the canteen of the office, full time, from now on.</p>",
        ["Cook wanted in the canteen of the office, full time, from now on."],
    ),
    "a cookie banner without a name": (
        "<div>We use cookies. <a>Refuse</a></div><p>Cook</p>",
        ["Cook"],
    ),
    "what is hidden": (
        "<p hidden>Old</p><p style='display: none'>Older</p><p>A cook for the canteen in Bern</p>",
        ["A cook for the canteen in Bern"],
    ),
    "a page inside one form": (
        "<form id=aspnet><h1>Cook</h1><p>For the canteen</p></form>",
        ["Cook", "For the canteen"],
    ),
    "a container named after its sidebar": (
        "<div class='with-sidebar'><p>Cook</p></div><div class='sidebar'><p>x</p></div>",
        ["Cook"],
    ),
    "the header of an article": (
        "<main><article><header><h1>Cook</h1></header><p>Canteen</p></article></main>",
        ["Cook", "Canteen"],
    ),
    "the address behind an invitation to apply": (
        "<p><a href='https://jobs.example.org/7'>Apply now</a></p><p>or <a href='mailto:hr@example.org?subject=7'>send"
        " your application</a>. See <a href='https://example.org'>our site</a>.</p>",
        [
            "Apply now: https://jobs.example.org/7",
            "or send your application: hr@example.org. See our site.",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_arrangement(name: str) -> None:
    html, expected = CASES[name]
    assert lines(html) == expected


def test_headings_stand_alone() -> None:
    page = html_to_text("<p>Bern</p><h2>Who <i>you</i> are</h2><p>A cook.</p>")
    assert page.text == "Bern\n\nWho you are\n\nA cook."


def test_title_is_kept_apart() -> None:
    page = html_to_text("<title>Cook &amp; baker\n | Jobs</title><p>Canteen</p>")
    assert (page.title, page.text) == ("Cook & baker | Jobs", "Canteen")


def test_a_folded_panel_is_part_of_the_notice() -> None:
    duties = "The cook plans the meals of the week and buys what is needed. " * 10
    assert duties.strip() in html_to_text(f"<h1>Cook</h1><div style='display:none'>{duties}</div>").text


@pytest.mark.parametrize("tag", ["div", "nav", "form", "li", "table><tr><td", "b", "a href='http://x.y/apply'", "pre"])
def test_depth_does_no_harm(tag: str) -> None:
    few, many = (f"<{tag}>" * times + "<p>Cook</p>" for times in (2_000, 8_000))
    assert "Cook" in html_to_text(many).text or tag == "nav"
    assert calls(lambda: html_to_text(many)) < 5 * calls(lambda: html_to_text(few)) + 500


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "<p> </p> <li> <ul> </ul> <tr> <td> </td> <table> </table> <dl> <dt> </dt> <dd> <br> <a> </a> <h1> <form>"
            " <div> </div> <pre> <noscript> <title> </title>"
            " : Cook &amp; < > <!-- --> <body> <html> \x00 \ud800".split()
        ),
        max_size=40,
    )
)
def test_never_raises(parts: list[str]) -> None:
    page = html_to_text(" ".join(parts))
    assert not page.text.startswith("\n")
    assert "\n\n\n" not in page.text


def test_a_table_with_a_column_for_each_position_is_turned() -> None:
    page = """<table><tr><th></th><th>Nurse</th><th>Cook</th></tr>
    <tr><th>Duty station</th><td>Osh</td><td>Naryn</td></tr>
    <tr><th>Education</th><td>Diploma</td><td></td></tr>
    <tr><th>Closing date</th><td>4 May 2027</td><td>11 May 2027</td></tr>
    </table><p>Apply now.</p>"""
    assert html_to_text(page).text.splitlines() == [
        "Position: Nurse",
        "Duty station: Osh",
        "Education: Diploma",
        "Closing date: 4 May 2027",
        "",
        "Position: Cook",
        "Duty station: Naryn",
        "Closing date: 11 May 2027",
        "",
        "Apply now.",
    ]
