"""Feeds, sitemaps, JSON and XML of strangers; and the files that describe sources."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.source import Rejected
from pipeline.web import sitemaps
from pipeline.web.feeds import read_feed
from pipeline.web.listing import Listing
from pipeline.web.notices import compose, day
from pipeline.web.replies import json_value, number, text, xml
from pipeline.web.scripts import strings
from pipeline.web.sources import SourceError, files, find, read_source
from tests.corpora import ROOT
from tests.web_server import Reply, Site, client, serving

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:g="http://base.google.com/ns/1.0">
<channel><title>Vacancies</title><link>https://example.org</link>
<item><title>Press &amp; Media Officer</title><link>https://example.org/jobs/1</link>
<description>&lt;p&gt;Short.&lt;/p&gt;</description>
<content:encoded><![CDATA[<!DOCTYPE html><p>The whole text of the notice.</p>]]></content:encoded>
<pubDate>Mon, 05 May 2031 10:00:00 GMT</pubDate>
<g:location>Skopje, MK</g:location><g:expiration_date>2031-05-30</g:expiration_date></item>
<item><title>No link</title></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Vacancies</title><id>urn:x</id>
<entry><title>Driver</title><id>urn:1</id><link href="https://example.org/jobs/2"/>
<link rel="edit" href="https://example.org/edit/2"/>
<updated>2031-05-05T10:00:00Z</updated><content type="html">&lt;p&gt;Drives.&lt;/p&gt;</content></entry></feed>"""
LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<rss version="2.0"><channel><item><title>&c;</title></item></channel></rss>"""
OUTSIDE = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as each:
        yield each


def refused(error: pytest.ExceptionInfo[Rejected]) -> str:
    return error.value.code


# Feeds


def test_rss() -> None:
    feed = read_feed(RSS.encode())
    first = feed.entries[0]
    assert not feed.broken
    assert (first.title, first.link) == ("Press & Media Officer", "https://example.org/jobs/1")
    assert first.html == "<!DOCTYPE html><p>The whole text of the notice.</p>"
    assert first.closes == "2031-05-30"
    assert first.fields == (("Location", "Skopje, MK"),)
    assert feed.entries[1].link == ""


def test_atom() -> None:
    (entry,) = read_feed(ATOM.encode()).entries
    assert (entry.title, entry.link, entry.html) == ("Driver", "https://example.org/jobs/2", "<p>Drives.</p>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_feed_in_another_encoding(encoding: str) -> None:
    told = RSS.replace('encoding="utf-8"', f'encoding="{encoding}"').replace("Media", "Médias")
    assert read_feed(told.encode(encoding)).entries[0].title == "Press & Médias Officer"


def test_feed_that_is_not_well_formed() -> None:
    feed = read_feed(RSS.replace("&amp;", "&").replace("</channel></rss>", "").encode())
    assert feed.broken
    assert feed.entries[0].link == "https://example.org/jobs/1"


@pytest.mark.parametrize("raw", [LAUGHS, LAUGHS.replace("</rss>", ""), OUTSIDE, "<!DOCTYPE rss><rss version='2.0'/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_doctype_is_refused(raw: str, encoding: str) -> None:
    coded = raw.encode(encoding) if encoding == "utf-8" else raw.replace('<?xml version="1.0"?>', "").encode(encoding)
    for reader in (read_feed, xml, sitemaps.parse):
        with pytest.raises(Rejected) as error:
            reader(coded)
        assert refused(error) in ("doctype_refused", "bad_xml")
        assert refused(error) == "doctype_refused" or (reader is not read_feed and "</rss>" not in raw)


@pytest.mark.parametrize("raw", [b"", b"<html><body><p>Not found</p></body></html>", b"{}", b"\x89PNG\r\n", b"<a/>"])
def test_what_is_no_feed(raw: bytes) -> None:
    with pytest.raises(Rejected) as error:
        read_feed(raw)
    assert refused(error) == "bad_xml"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for start in (b"", b"<rss version='2.0'><channel><item>", b"<urlset><url><loc>", b'{"a":'):
        for reader in (read_feed, xml, sitemaps.parse, json_value):
            with contextlib.suppress(Rejected):
                reader(start + raw)  # type: ignore[operator]


# Sitemaps


def urlset(*addresses: str) -> str:
    entries = "".join(f"<url><loc> {address} </loc><lastmod>2031-05-05</lastmod></url>" for address in addresses)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def index(*addresses: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{each}</loc></sitemap>' for each in addresses)}</sitemapindex>"


def read_sitemap(site: Site, path: str = "/sitemap.xml") -> tuple[list[str], Listing]:
    listing = Listing()
    with client(site) as asking:
        return list(sitemaps.addresses(asking, site.base + path, listing)), listing


def test_index_of_sitemaps(site: Site) -> None:
    site.put("/sitemap.xml", Reply(index(f"{site.base}/a.xml", f"{site.base}/b.xml.gz", f"{site.base}/a.xml")))
    site.put("/a.xml", Reply(urlset("https://example.org/1", "https://example.org/2")))
    site.put("/b.xml.gz", Reply(gzip.compress(urlset("https://example.org/3").encode())))
    found, listing = read_sitemap(site)
    assert found == [f"https://example.org/{number}" for number in (1, 2, 3)]
    assert listing.complete
    assert listing.pages == 3


def test_sitemap_that_is_missing_is_a_gap(site: Site) -> None:
    site.put("/sitemap.xml", Reply(index(f"{site.base}/a.xml", "https://elsewhere.example.com/b.xml")))
    site.put("/a.xml", Reply(urlset("https://example.org/1")))
    found, listing = read_sitemap(site)
    assert found == ["https://example.org/1"]
    assert len(listing.gaps) == 1
    assert "elsewhere.example.com" in listing.gaps[0]


def test_indexes_that_name_themselves_end(site: Site) -> None:
    for each in range(9):
        site.put(f"/{each}.xml", Reply(index(f"{site.base}/{each}.xml", f"{site.base}/{each + 1}.xml")))
    found, listing = read_sitemap(site, "/0.xml")
    assert found == []
    assert not listing.complete
    assert site.paths() == ["/0.xml", "/1.xml", "/2.xml"]


def test_too_many_sitemaps(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_FILES", 3)
    monkeypatch.setattr(sitemaps, "MOST_ADDRESSES", 5)
    site.put("/sitemap.xml", Reply(index(*(f"{site.base}/{number}.xml" for number in range(5)))))
    for part in range(5):
        site.put(f"/{part}.xml", Reply(urlset(*(f"https://example.org/{part}/{each}" for each in range(9)))))
    found, listing = read_sitemap(site)
    assert len(found) == 10
    assert listing.gaps[-1] == "more than 3 sitemaps"


def test_packed_sitemap_that_is_a_bomb(site: Site) -> None:
    site.put("/sitemap.xml", Reply(gzip.compress(bytes(50 * 1024**2))))
    with pytest.raises(Rejected) as error:
        read_sitemap(site)
    assert refused(error) == "bomb"


# Data


def test_json_that_is_nested_too_deeply() -> None:
    with pytest.raises(Rejected) as error:
        json_value(b"[" * 500_000)
    assert refused(error) == "bad_json"


def test_values_that_are_not_there() -> None:
    told = {"a": [{"name": " Skopje\n "}, {"name": "Skopje"}, "Ohrid", None, True], "n": 7, "s": "12", "e": ""}
    assert text(told, "a") == "Skopje; Ohrid"
    assert text(told, "n") == "7"
    assert (text(told, "e"), text(told, "a", 9), text(told, "x", "y"), text(told, "n", "y")) == (None,) * 4
    assert (number(told, "n"), number(told, "s"), number(told, "a"), number({"x": -1}, "x")) == (7, 12, None, None)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("2031-05-09", "9 May 2031"),
        ("2031-05-09T00:00:00.000Z", "9 May 2031"),
        ("2031-05-09T23:59:00", "9 May 2031, 23:59"),
        ("2031-05-09T23:59:00+02:00", "9 May 2031, 21:59 (UTC)"),
        ("2031-05-10T03:59:00.000Z", "10 May 2031, 03:59 (UTC)"),
        ("2031-13-09", "2031-13-09"),
        ("2031-02-31T10:00:00Z", "2031-02-31T10:00:00Z"),
        ("soon", "soon"),
        (None, None),
    ],
)
def test_days(told: str | None, shown: str | None) -> None:
    assert day(told) == shown


def test_composed_notice_cannot_be_broken_out_of() -> None:
    made = compose("<script>", [("Label", "</p><script>x</script>")], [("<h1>", "<p>Text</p>")]).decode()
    assert "<script>" not in made
    assert "<p>Text</p>" in made


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (r"""['a', "b", 'It\'s', 'caf\u00e9\x21', '']""", ["a", "b", "It's", "café!", ""]),
        ("[1, 'a']", []),
        ("['a'", []),
        ("['a' + 'b']", []),
        ("[]", []),
        ("x", []),
        ("['\\ud800']", [""]),
    ],
)
def test_strings_in_scripts(script: str, expected: list[str]) -> None:
    assert strings(script, 0) == expected


# Files that describe sources

GOOD = 'name = "bank"\nkind = "workday"\naddress = "https://bank.wd3.example.org/en-US/jobs"\n'


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("name = ", "no TOML"),
        (GOOD.replace("workday", "work"), "kind: there is no kind 'work'; there are addresses, feed"),
        (GOOD.replace("https", "ftp"), "address: ftp: only http and https are asked"),
        (GOOD + 'typo = "x"', "typo: there is no such key"),
        (GOOD + '[options]\ntypo = "x"', "options.typo: there is no such key"),
        (GOOD.replace("bank.wd3.example.org", "127.0.0.1"), "address: 127.0.0.1 is not a public address"),
        (GOOD.replace("bank.wd3.example.org", "localhost"), "address: localhost is not a public address"),
        (GOOD + 'hosts = ["example.com"]', "is none of the source's hosts (example.com)"),
        (GOOD + 'hosts = ["https://example.com"]', "is no host, as 'jobs.example.org'"),
        (GOOD + 'schedule = "daily"', "schedule: 'daily' is no cron line"),
        (GOOD + "delay = -1", "delay: Input should be greater than or equal to 0"),
        (GOOD.replace('"bank"', '"The Bank"'), "name: String should match"),
        ('kind = "feed"\naddress = "https://example.org"', "name: Field required"),
        ('name = "r"\nkind = "reliefweb"\naddress = "https://example.org"', "options.appname: Field required"),
    ],
)
def test_source_that_cannot_be_understood(tmp_path: Path, told: str, message: str) -> None:
    file = tmp_path / "bank.toml"
    file.write_text(told)
    with pytest.raises(SourceError) as error:
        read_source(file)
    assert str(error.value).startswith(f"{file}: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_sources_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    assert find("bank", [tmp_path])[1].address.endswith("/en-US/jobs")
    assert find(str(tmp_path / "a.toml"), [])[1].name == "bank"
    with pytest.raises(SourceError, match="no source is called fund; there are bank"):
        find("fund", [tmp_path])
    with pytest.raises(SourceError, match="no such file"):
        find("missing.toml", [tmp_path])
    (tmp_path / "b.toml").write_text(GOOD)
    with pytest.raises(SourceError, match="two files describe bank"):
        find("bank", [tmp_path])


def test_shipped_sources_can_be_read() -> None:
    found = [read_source(file) for file in files([ROOT / "fixtures" / "sources"])]
    assert len({source.name for source in found}) == len(found) >= 7
    assert all(source.organization or source.copied is not None for source in found)
    assert all(source.licence and source.schedule for source in found)
    assert not any(source.allow_private for source in found)
