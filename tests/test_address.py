"""Addresses of the net, trimmed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors._address import emails, urls


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to hr.office@example.org.", ["hr.office@example.org"]),
        ("(jobs@mission.example.eu)", ["jobs@mission.example.eu"]),
        ("to hr@example.org.Please hurry", ["hr@example.org"]),
        ("TiranaHR@state.example.gov", ["TiranaHR@state.example.gov"]),
        ("send your CV tojobs@example.org", ["jobs@example.org"]),
        ("tony@example.org", ["tony@example.org"]),
        ("mailbox@... or mailbox@", []),
        ("a@b@example.org", []),
        ("", []),
    ],
)
def test_emails(text: str, found: list[str]) -> None:
    assert [address.value for address in emails(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(https://jobs.example.org)", ["https://jobs.example.org"]),
        ("see http://example.org/a.", ["http://example.org/a"]),
        ("athttp://jobs.example.am soon", ["http://jobs.example.am"]),
        ("https://example.org/x_(y)/12,", ["https://example.org/x_(y)/12"]),
        ("https://vacancies.example.org.Late ones", ["https://vacancies.example.org"]),
        ("<https://example.org/1>", ["https://example.org/1"]),
        ("www.example.org/jobs;", ["www.example.org/jobs"]),
        ("http://", []),
        ("name@www.example.org", []),
    ],
)
def test_urls(text: str, found: list[str]) -> None:
    assert [address.value for address in urls(text)] == found


@given(st.text(alphabet="ahttps:/.w@org-_()<> \n,", max_size=120))
def test_offsets_quote_the_address(text: str) -> None:
    for address in [*emails(text), *urls(text)]:
        assert text[address.start : address.end] == address.value
