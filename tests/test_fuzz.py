"""A short run of the fuzzer: bytes that are made up, and files of each type with parts changed."""

from __future__ import annotations

import os
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import hostile, make_formats
from tests.fuzz import check

# The suite's number of inputs; `make check` takes fewer.
EXAMPLES = int(os.environ.get("FUZZ", "60"))
QUICK = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
PARTS = [
    b"%PDF-1.4",
    b"PK\x03\x04",
    b"\x1f\x8b\x08\x00",
    b"From a@b 10:00\n",
    b"WARC/1.0\r\n",
    b"PAR1",
    b"<html>",
    b"</div>",
    b"{",
    b"[",
    b'"title":',
    b"title,deadline,description\n",
    b"\x00",
    b"\xff\xfe",
    b"Closing date: ",
    b"Grade: P-3\n",
    b"\n\n",
    b"MIME-Version: 1.0\n",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"--b\n",
    b"5 May 2026",
    "Срок".encode(),
    "â€™".encode(),
    b"EUR 1,000",
]


@cache
def files() -> list[bytes]:
    """A file of each type."""
    return [raw for name, raw in make_formats.files().items() if not name.endswith(".toml")]


@QUICK
@given(st.binary(max_size=3000))
def test_bytes(raw: bytes) -> None:
    assert check(raw)


@QUICK
@given(st.lists(st.sampled_from(PARTS) | st.binary(max_size=40), max_size=40))
def test_pieces_of_formats(parts: list[bytes]) -> None:
    assert check(b"".join(parts))


@QUICK
@given(st.text(max_size=2000))
def test_texts(text: str) -> None:
    assert check(hostile.NOTICE.encode() + text.encode("utf-8", "surrogatepass"))


@settings(QUICK, max_examples=EXAMPLES * 2 // 3)
@given(st.data())
def test_changed_files(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(files())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        end = min(len(raw), at + data.draw(st.sampled_from((1, 2, 4, 30, 4000))))
        raw[at:end] = data.draw(st.binary(max_size=30))
        if not raw:
            break
    assert check(bytes(raw))
