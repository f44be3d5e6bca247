"""The client against a real server on this machine: what it asks, how long it waits, and what it will not read."""

from __future__ import annotations

import contextlib
import gzip
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.decode import decode
from pipeline.source import Rejected
from pipeline.web.client import REDIRECTS, TRIES, Times, agent, check_contact
from pipeline.web.waiting import LONGEST_WAIT
from tests.web_server import Reply, Site, Time, client, html, serving

NOW = datetime(2031, 5, 9, 12, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as each:
        yield each


def code(site: Site, path: str = "/page", time: Time | None = None, **others: Any) -> str:
    """Why a page is not read."""
    limit = {"limit": others.pop("limit")} if "limit" in others else {}
    with client(site, time, **others) as asking, pytest.raises(Rejected) as error:
        asking.get(site.base + path, **limit)
    assert error.value.stage == "fetch"
    return error.value.code


# Politeness


def test_says_who_it_is(site: Site) -> None:
    site.put("/page", html("<p>Text</p>"))
    with client(site, contact="https://example.org/crawler") as asking:
        asking.get(f"{site.base}/page")
    told = {each.headers["User-Agent"] for each in site.asked}
    assert told == {agent("https://example.org/crawler")}
    assert told.pop().endswith("(+https://example.org/crawler)")
    assert site.asked[0].headers["Accept-Encoding"] == "gzip, deflate"


def test_contact_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    check_contact("mailto:crawler@example.org")
    for wrong in ("me", "ftp://example.org", "https://example.org/\r\nX: y"):
        with pytest.raises(ValueError, match="neither"):
            check_contact(wrong)
    monkeypatch.delenv("VACANCIES_CONTACT", raising=False)
    assert agent(None).endswith("(no contact given)")
    monkeypatch.setenv("VACANCIES_CONTACT", "https://example.org")
    assert agent(None).endswith("(+https://example.org)")


def test_waits_between_requests(site: Site) -> None:
    site.put("/page", html("<p>Text</p>"))
    time = Time()
    with client(site, time, delay=2.0) as asking:
        for _ in range(3):
            asking.get(f"{site.base}/page")
    assert time.slept == [2.0, 2.0, 2.0]  # the first request was for robots.txt


def test_keeps_the_delay_of_robots_txt(site: Site) -> None:
    site.put("/robots.txt", Reply("User-agent: *\nCrawl-delay: 7\n"))
    site.put("/page", html("<p>Text</p>"))
    time = Time()
    with client(site, time, delay=2.0) as asking:
        asking.get(f"{site.base}/page")
    assert time.slept == [7.0]


def test_robots_disallow(site: Site) -> None:
    site.put("/robots.txt", Reply("User-agent: *\nAllow: /\n\nUser-agent: vacancy-notices\nDisallow: /private/\n"))
    site.put("/private/page", html("<p>Text</p>"))
    assert code(site, "/private/page") == "robots_disallow"
    assert site.paths() == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_txt_is_no_rule(site: Site, status: int) -> None:
    site.put("/robots.txt", Reply("User-agent: *\nDisallow: /", status))
    site.put("/page", html("<p>Text</p>"))
    with client(site) as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_txt_out_of_reach_closes_the_site(site: Site, status: int) -> None:
    site.put("/robots.txt", Reply("", status))
    assert code(site) == "robots_unreachable"
    assert [each.path for each in site.asked] == ["/robots.txt"] * TRIES


def test_robots_txt_is_read_once(site: Site) -> None:
    site.put("/page", html("<p>Text</p>"))
    with client(site) as asking:
        for _ in range(3):
            asking.get(f"{site.base}/page")
    assert [each.path for each in site.asked].count("/robots.txt") == 1


def test_robots_rules_of_where_a_redirect_leads(site: Site) -> None:
    site.put("/robots.txt", Reply("User-agent: *\nDisallow: /private\n"))
    site.put("/page", Reply(status=302, headers={"Location": "/private"}))
    assert code(site) == "robots_disallow"
    assert site.paths() == ["/page"]


# Conditional requests


def test_unchanged_page_costs_a_304(site: Site, tmp_path: Path) -> None:
    site.put("/page", html("<p>Text</p>", etag='"one"'))
    pages = []
    for _ in range(2):
        with client(site, cache=tmp_path / "cache.sqlite") as asking:
            pages.append(asking.get(f"{site.base}/page"))
    assert [page.unchanged for page in pages] == [False, True]
    assert pages[0].raw == pages[1].raw == b"<p>Text</p>"
    assert [each.headers.get("If-None-Match") for each in site.asked if each.path == "/page"] == [None, '"one"']


def test_changed_page_is_read_again(site: Site, tmp_path: Path) -> None:
    site.put("/page", html("<p>Old</p>", etag='"one"'), html("<p>New</p>", etag='"two"'))
    for expected in (b"<p>Old</p>", b"<p>New</p>", b"<p>New</p>"):
        with client(site, cache=tmp_path / "cache.sqlite") as asking:
            assert asking.get(f"{site.base}/page").raw == expected


def test_last_modified_alone(site: Site, tmp_path: Path) -> None:
    when = "Mon, 05 May 2031 10:00:00 GMT"

    def page(asked: Any) -> Reply:
        same = asked.headers.get("If-Modified-Since") == when
        return Reply(status=304) if same else html("<p>Text</p>", headers={"Last-Modified": when})

    site.put("/page", page)
    for unchanged in (False, True):
        with client(site, cache=tmp_path / "cache.sqlite") as asking:
            found = asking.get(f"{site.base}/page")
            assert (found.unchanged, found.raw) == (unchanged, b"<p>Text</p>")


def test_fresh_page_is_asked_for_all_the_same(site: Site, tmp_path: Path) -> None:
    """A listing that may be kept for a day would hide what was published this morning."""
    site.put("/page", html("<p>Old</p>", headers={"Cache-Control": "max-age=86400"}), html("<p>New</p>"))
    for expected in (b"<p>Old</p>", b"<p>New</p>"):
        with client(site, cache=tmp_path / "cache.sqlite") as asking:
            assert asking.get(f"{site.base}/page").raw == expected


def test_what_must_not_be_kept_is_not(site: Site, tmp_path: Path) -> None:
    site.put("/page", html("<p>Text</p>", etag='"one"', headers={"Cache-Control": "no-store"}))
    for _ in range(2):
        with client(site, cache=tmp_path / "cache.sqlite") as asking:
            assert not asking.get(f"{site.base}/page").unchanged


def test_damaged_cache_begins_anew(site: Site, tmp_path: Path) -> None:
    site.put("/page", html("<p>Text</p>", etag='"one"'))
    (tmp_path / "cache.sqlite").write_bytes(b"no database at all" * 100)
    with client(site, cache=tmp_path / "cache.sqlite") as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"


# Trying again


def test_5xx_then_200(site: Site) -> None:
    site.put("/page", Reply("", 503), Reply("", 500), html("<p>Text</p>"))
    time = Time()
    with client(site, time) as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"
    assert site.paths() == ["/page"] * 3
    assert time.slept == [2.0, 4.0]


def test_5xx_for_good(site: Site) -> None:
    site.put("/page", Reply("", 502))
    time = Time()
    assert code(site, time=time) == "http_error"
    assert site.paths() == ["/page"] * TRIES
    assert time.slept == [2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("17", 17.0),
        (format_datetime(NOW + timedelta(seconds=42), usegmt=True), 42.0),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), None),
        ("soon", 2.0),
    ],
)
def test_429_with_retry_after(site: Site, told: str, seconds: float | None) -> None:
    site.put("/page", Reply("", 429, {"Retry-After": told}), html("<p>Text</p>"))
    time = Time()
    with client(site, time, now=lambda: NOW) as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"
    assert time.slept == ([] if seconds is None else [seconds])


def test_a_server_that_asks_for_hours_is_left_alone(site: Site) -> None:
    site.put("/page", Reply("", 503, {"Retry-After": str(int(LONGEST_WAIT) + 1)}))
    site.put("/other", html("<p>Text</p>"))
    time = Time()
    with client(site, time) as asking:
        for path in ("/page", "/other"):
            with pytest.raises(Rejected) as error:
                asking.get(site.base + path)
            assert error.value.code == "asked_to_wait"
    assert site.paths() == ["/page"]
    assert time.slept == []


def test_a_host_that_fails_again_and_again_is_left_alone(site: Site) -> None:
    site.put("/good", html("<p>Text</p>"))
    for number in range(5):
        site.put(f"/{number}", Reply("", 500))
    codes = []
    with client(site) as asking:
        for path in ("/0", "/1", "/good", "/2", "/3", "/4", "/good"):
            try:
                asking.get(site.base + path)
            except Rejected as error:
                codes.append(error.code)
    assert codes == ["http_error"] * 5 + ["unreachable"]
    assert site.paths().count("/good") == 1


def test_refused_connections(site: Site) -> None:
    with serving() as other:
        port = other.port
    time = Time()
    with client(Site(port), time) as asking, pytest.raises(Rejected) as error:
        asking.get(f"http://127.0.0.1:{port}/page")
    assert error.value.code == "robots_unreachable"
    assert time.slept == [2.0, 4.0, 8.0]


def test_connection_dropped_then_200(site: Site) -> None:
    def dropped(handler: Any) -> None:
        handler.connection.shutdown(2)

    site.put("/page", Reply(raw=dropped), html("<p>Text</p>"))
    with client(site) as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"
    assert site.paths() == ["/page"] * 2


@pytest.mark.parametrize(
    ("status", "expected"), [(404, "gone"), (410, "gone"), (403, "http_error"), (204, "http_error")]
)
def test_other_answers(site: Site, status: int, expected: str) -> None:
    site.put("/page", Reply("", status))
    assert code(site) == expected
    assert site.paths() == ["/page"]


def test_requests_are_counted_and_limited(site: Site) -> None:
    site.put("/page", html("<p>Text</p>"))
    with client(site, most_requests=3) as asking:
        asking.get(f"{site.base}/page")
        asking.get(f"{site.base}/page")
        with pytest.raises(Rejected) as error:
            asking.get(f"{site.base}/page")
        assert asking.asked.requests == 3
    assert error.value.code == "too_many"


# Redirects


def test_redirects_are_followed(site: Site) -> None:
    site.put("/page", Reply(status=301, headers={"Location": "/second"}))
    site.put("/second", Reply(status=307, headers={"Location": f"{site.base}/third#part"}))
    site.put("/third", html("<p>Text</p>"))
    with client(site) as asking:
        assert asking.get(f"{site.base}/page").address == f"{site.base}/third"


def test_post_is_led_on_as_get(site: Site) -> None:
    site.put("/page", Reply(status=303, headers={"Location": "/second"}))
    site.put("/second", html("<p>Text</p>"))
    with client(site) as asking:
        asking.post(f"{site.base}/page", {"a": 1})
    assert [(each.method, each.body) for each in site.asked[1:]] == [("POST", b'{"a": 1}'), ("GET", b"")]


def test_redirect_loop(site: Site) -> None:
    site.put("/page", Reply(status=302, headers={"Location": "/second"}))
    site.put("/second", Reply(status=302, headers={"Location": "/page"}))
    assert code(site) == "redirect_loop"
    assert site.paths() == ["/page", "/second"]


def test_redirect_chain(site: Site) -> None:
    for number in range(REDIRECTS + 2):
        site.put(f"/{number}", Reply(status=302, headers={"Location": f"/{number + 1}"}))
    assert code(site, "/0") == "too_many_redirects"
    assert len(site.paths()) == REDIRECTS + 1


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "https://elsewhere.example.org/page",
        "file:///etc/passwd",
        "ftp://127.0.0.1/page",
        "javascript:alert(1)",
        "http://user:secret@127.0.0.1/",
        "//127.0.0.1:1/",
    ],
)
def test_redirect_out_of_bounds(site: Site, target: str) -> None:
    site.put("/page", Reply(status=302, headers={"Location": target}))
    assert code(site) == "address_refused"
    assert site.paths() == ["/page"]


# Bodies


def test_gzip(site: Site) -> None:
    site.put("/page", Reply(gzip.compress(b"<p>Text</p>"), headers={"Content-Encoding": "gzip"}))
    with client(site) as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"


@pytest.mark.parametrize("window", [zlib.MAX_WBITS, -zlib.MAX_WBITS])
def test_deflate_with_and_without_its_wrapping(site: Site, window: int) -> None:
    packer = zlib.compressobj(wbits=window)
    body = packer.compress(b"<p>Text</p>") + packer.flush()
    site.put("/page", Reply(body, headers={"Content-Encoding": "deflate"}))
    with client(site) as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"


def test_gzip_bomb(site: Site) -> None:
    site.put("/page", Reply(gzip.compress(bytes(60 * 1024**2)), headers={"Content-Encoding": "gzip"}))
    assert code(site) == "bomb"


def test_gzip_beyond_the_limit(site: Site) -> None:
    site.put("/page", Reply(gzip.compress(b"<p>Text</p>" * 1000), headers={"Content-Encoding": "gzip"}))
    assert code(site, limit=5000) == "too_large"


@pytest.mark.parametrize("cut", [5, 12, -4])
def test_gzip_cut_off(site: Site, cut: int) -> None:
    packed = gzip.compress(b"".join(number.to_bytes(2, "big") for number in range(5000)))
    site.put("/page", Reply(packed[:cut], headers={"Content-Encoding": "gzip"}))
    assert code(site) == "broken_reply"


def test_gzip_that_is_none(site: Site) -> None:
    site.put("/page", Reply(b"<p>Text</p>", headers={"Content-Encoding": "gzip"}))
    assert code(site) == "broken_reply"


def test_unknown_packing(site: Site) -> None:
    site.put("/page", Reply(b"...", headers={"Content-Encoding": "br"}))
    assert code(site) == "unknown_encoding"


def test_size_is_limited_while_reading(site: Site) -> None:
    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    site.put("/page", Reply(raw=endless))
    assert code(site, limit=1024**2) == "too_large"


def test_broken_chunks(site: Site) -> None:
    def broken(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"5\r\nhello\r\nnot a length\r\n")

    site.put("/page", Reply(raw=broken))
    assert code(site) == "broken_reply"
    assert len(site.paths()) == TRIES


def test_body_shorter_than_stated(site: Site) -> None:
    def short(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"<p>Te")

    site.put("/page", Reply(raw=short), html("<p>Text</p>"))
    with client(site) as asking:
        assert asking.get(f"{site.base}/page").raw == b"<p>Text</p>"


def test_no_http_at_all(site: Site) -> None:
    site.put("/page", Reply(raw=lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.0\r\n")))
    assert code(site) == "broken_reply"


def test_endless_header(site: Site) -> None:
    def endless(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(b"X-Filler: " + b"x" * 5000 + b"\r\n")

    site.put("/page", Reply(raw=endless))
    assert code(site) == "broken_reply"


def test_slow_body_is_cut_off(site: Site) -> None:
    """Each byte comes in time, the whole never does: the server sends one whenever nine seconds have passed."""
    passed = threading.Semaphore(0)

    class Passing(Time):
        def clock(self) -> float:
            passed.release()
            return super().clock()

    def slow(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while passed.acquire(timeout=10):
                handler.wfile.write(b"x")

    site.put("/page", Reply(raw=slow))
    assert code(site, time=Passing(step=9.0), times=Times(connect=10, read=10, whole=60)) == "timeout"
    assert len(site.paths()) == TRIES


def test_silence_is_cut_off(site: Site) -> None:
    site.put("/page", Reply(raw=lambda handler: handler.rfile.read(1)))
    assert code(site, times=Times(read=0.05)) == "timeout"
    assert len(site.paths()) == TRIES


@pytest.mark.parametrize(
    ("stated", "declared", "raw"),
    [
        ("text/html; charset=utf-8", "utf-8", "<p>Größe – Straße</p>".encode("cp1252")),
        ("text/html; charset=no-such-charset", "no-such-charset", "<p>Größe – Straße</p>".encode()),
        ("text/html", None, "<p>Größe – Straße</p>".encode()),
        ("text/html; charset=", None, "<p>Größe – Straße</p>".encode()),
    ],
)
def test_wrong_charset(site: Site, stated: str, declared: str | None, raw: bytes) -> None:
    from pipeline.web.adapters.pages import text_of

    site.put("/page", Reply(raw, headers={"Content-Type": stated}))
    with client(site) as asking:
        page = asking.get(f"{site.base}/page")
    assert page.charset == declared
    assert decode(page.raw, declared=text_of(page).declared).text == "<p>Größe – Straße</p>"
