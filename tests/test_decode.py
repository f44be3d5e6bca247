"""Bytes to text."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import LANGUAGES

from pipeline.decode import DecodeError, decode

TEXT = "Vacancy notice, Škofja Loka: the employer’s café"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"%PDF-1.7 and more", "binary"),
        (b"PK\x03\x04 and more", "binary"),
        (bytes(range(256)) * 8, "binary"),
        (random.Random(7).randbytes(4096), "binary"),
        (b"\xff\xfe" + b"\x00\xd8" * 200, "undecodable"),
    ],
)
def test_no_text(raw: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(raw)
    assert caught.value.code == code
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).startswith(("the file", "no encoding"))


def test_utf8_is_certain() -> None:
    decoded = decode(TEXT.encode())
    assert (decoded.text, decoded.encoding, decoded.guessed) == (TEXT, "utf-8", False)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_mark_decides(codec: str) -> None:
    decoded = decode(TEXT.encode(codec), declared="cp1252")
    assert (decoded.text, decoded.guessed) == (TEXT, False)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [TEXT, *(LANGUAGES[name] for name in ("russian", "ukrainian", "greek", "georgian"))])
def test_utf16_without_a_mark(codec: str, text: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, codec, True)


@pytest.mark.parametrize("declared", [None, "utf-8", "us-ascii", "UTF-16", "no-such-encoding"])
def test_cp1252_not_declared(declared: str | None) -> None:
    decoded = decode("the employer’s café – “open”".encode("cp1252"), declared=declared)
    assert (decoded.text, decoded.encoding, decoded.guessed) == ("the employer’s café – “open”", "cp1252", True)


@pytest.mark.parametrize("declared", ["latin-1", "cp1252", "koi8-r"])
def test_utf8_declared_otherwise(declared: str) -> None:
    assert decode(TEXT.encode(), declared=declared).text == TEXT


@pytest.mark.parametrize(
    ("language", "codec"),
    [("russian", "cp1251"), ("serbian cyrillic", "cp1251"), ("polish", "cp1250"), ("greek", "cp1253")],
)
def test_declared_code_page(language: str, codec: str) -> None:
    text = LANGUAGES[language].encode(codec, "ignore").decode(codec)
    decoded = decode(text.encode(codec), declared=codec)
    assert (decoded.text, decoded.guessed) == (text, False)


@pytest.mark.parametrize(("language", "codec"), [("russian", "cp1251"), ("ukrainian", "cp1251"), ("french", "cp1252")])
def test_code_page_guessed(language: str, codec: str) -> None:
    text = LANGUAGES[language].encode(codec, "ignore").decode(codec)
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.guessed) == (text, True)


def test_declared_latin_1_is_cp1252() -> None:
    assert decode("the employer’s".encode("cp1252"), declared="ISO-8859-1").text == "the employer’s"


def test_utf8_with_a_byte_of_cp1252() -> None:
    raw = LANGUAGES["french"].encode() + b" the employer\x92s"
    decoded = decode(raw)
    assert decoded.text == LANGUAGES["french"] + " the employer’s"
    assert decoded.guessed


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_an_error_with_a_code(raw: bytes) -> None:
    try:
        text = decode(raw).text
    except DecodeError as error:
        text = error.code
    assert text
