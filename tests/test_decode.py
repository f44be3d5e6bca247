"""Bytes to text."""

from __future__ import annotations

import pytest

from pipeline.decode import DecodeError, decode


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"), (bytes(range(256)) * 8, "binary")],
)
def test_no_text(raw: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(raw)
    assert caught.value.code == code


def test_undeclared_cp1252() -> None:
    assert decode("the employer’s café".encode("cp1252")).text == "the employer’s café"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16(codec: str) -> None:
    assert decode("Vacancy notice, Škofja Loka".encode(codec)).text == "Vacancy notice, Škofja Loka"
