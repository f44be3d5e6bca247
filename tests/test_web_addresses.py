"""Which addresses are asked: the source's hosts, machines that are public, and exactly the one that was checked."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.source import Rejected
from pipeline.web.addresses import Bounds, checked, is_public
from pipeline.web.network import Backend, Deadline
from tests.web_server import Site, client, html, serving

JOBS = Bounds(frozenset({"example.org"}))


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as each:
        yield each


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://jobs.example.org/a?b=c#d", "https://jobs.example.org/a?b=c"),
        ("http://EXAMPLE.org:80/a", "http://EXAMPLE.org:80/a"),
        ("https://example.org./a", "https://example.org./a"),
    ],
)
def test_addresses_of_the_source(address: str, whole: str) -> None:
    assert checked(address, JOBS) == whole


def test_addresses_on_a_page() -> None:
    assert checked(" ../c d ".strip().replace(" ", "%20"), JOBS, base="https://example.org/a/b") == (
        "https://example.org/c%20d"
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://example.com/",
        "https://badexample.org/",
        "https://example.org.evil.com/",
        "https://example.org@evil.com/",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org:22/",
        "https://example.org:443x/",
        "https://example.org:99999/",
        "https:///a",
        "https://exa mple.org/",
        "https://example.org\\@evil.com/",
        "https://example.org/\r\nX-Header: 1",
        "https://[::1/",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(Rejected) as error:
        checked(address, JOBS)
    assert (error.value.code, error.value.stage) == ("address_refused", "fetch")


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for address in (text, f"https://{text}", f"https://example.org{text}"):
        with contextlib.suppress(Rejected):
            assert "example.org" in checked(address, JOBS, base="https://example.org/").lower()


HIDDEN = """
    127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 192.0.2.1 198.18.0.1
    224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1 fd12::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1
    ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1:: 2002:a00:1:: 2001:0:4136:e378:8000:63bf:80ff:fffe
""".split()


@pytest.mark.parametrize("address", HIDDEN)
def test_machines_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    written = f"[{address}]" if ":" in address else address
    with pytest.raises(Rejected):
        checked(f"http://{written}/", Bounds(frozenset({address})))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "2002:5db8:d822::"])
def test_machines_that_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("written", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost"])
def test_other_ways_to_write_this_machine(written: str) -> None:
    """Some are refused as they stand, the others when they have been resolved."""
    with client(Site(), bounds=Bounds(frozenset({written}))) as asking, pytest.raises(Rejected) as error:
        asking.get(f"http://{written}/")
    assert error.value.code in ("address_refused", "robots_unreachable")


def test_a_name_that_leads_to_this_machine(site: Site) -> None:
    bounds = Bounds(frozenset({"jobs.example.org"}), frozenset({site.port}))
    resolved: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        resolved.append(host)
        return ["93.184.216.34", "127.0.0.1"]

    with client(site, bounds=bounds, resolve=resolve) as asking, pytest.raises(Rejected) as error:
        asking.get(f"http://jobs.example.org:{site.port}/page")
    assert "robots.txt cannot be read (address_refused)" in error.value.reason
    assert resolved == ["jobs.example.org"]
    assert site.asked == []


def test_the_connection_goes_where_the_check_looked(site: Site) -> None:
    """The name is resolved once a connection, whatever it would mean a moment later, and is what the server is told."""
    site.put("/page", html("<p>Text</p>"))
    answers = [["127.0.0.1"], ["10.255.255.1"]]
    bounds = Bounds(frozenset({"jobs.example.org"}), frozenset({site.port}), private=True)
    with client(site, bounds=bounds, resolve=lambda host, port: answers.pop(0)) as asking:
        for _ in range(3):
            asking.get(f"http://jobs.example.org:{site.port}/page")
    assert {each.headers["Host"] for each in site.asked} == {f"jobs.example.org:{site.port}"}
    assert len(answers) == 1


def test_the_next_address_is_tried(site: Site) -> None:
    site.put("/page", html("<p>Text</p>"))
    bounds = Bounds(frozenset({"jobs.example.org"}), frozenset({site.port}), private=True)
    with client(site, bounds=bounds, resolve=lambda host, port: ["127.9.9.9", "127.0.0.1"]) as asking:
        assert asking.get(f"http://jobs.example.org:{site.port}/page").raw == b"<p>Text</p>"


def test_the_certificate_is_that_of_the_name() -> None:
    told: list[Any] = []

    class Inner(httpcore.NetworkStream):
        def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: Any = None) -> Any:
            told.append(server_hostname)
            return self

        def write(self, buffer: bytes, timeout: Any = None) -> None:
            told.append(buffer.partition(b"\r\n\r\n")[0].split(b"\r\n"))

        def read(self, max_bytes: int, timeout: Any = None) -> bytes:
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

        def close(self) -> None:
            pass

        def get_extra_info(self, info: str) -> Any:
            return None

    backend = Backend(Deadline(lambda: 0.0), private=False, resolve=lambda host, port: ["93.184.216.34"])

    class Net:
        def connect_tcp(self, host: str, port: int, *_: Any) -> Any:
            told.append((host, port))
            return Inner()

    backend._inner = Net()  # type: ignore[assignment]
    with httpcore.ConnectionPool(network_backend=backend) as pool:
        pool.request("GET", "https://jobs.example.org/a")
    assert told[:2] == [("93.184.216.34", 443), "jobs.example.org"]
    assert b"Host: jobs.example.org" in told[2]


def test_a_name_that_means_nothing(site: Site) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with client(site, bounds=JOBS, resolve=resolve) as asking, pytest.raises(Rejected) as error:
        asking.get("https://example.org/page")
    assert error.value.code == "robots_unreachable"
