"""Sentences in running, listed, wrapped and glued text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors._sentence import sentence_at, sentences


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("One ends. Two begins here.", "Two", "Two begins here."),
        ("The pay is approx. EUR 10 a month. More follows.", "EUR", "The pay is approx. EUR 10 a month."),
        ("first clause; second clause", "second", "second clause"),
        ("from the schoolRegular service.Other duties", "Other", "Other duties"),
        ("- one\n- two\n- three", "two", "- two"),
        ("by 6 Feb. 2026, 5 p.m. Tbilisi time: here", "here", "by 6 Feb. 2026, 5 p.m. Tbilisi time: here"),
    ],
)
def test_sentence(text: str, at: str, sentence: str) -> None:
    start, end = sentence_at(text, text.index(at))
    assert text[start:end].strip() == sentence


def test_wrapped_lines_are_one_sentence() -> None:
    text = "This line is long enough to have been wrapped by an editor at\nthe margin of its window. Next."
    start, end = sentence_at(text, text.index("margin"))
    assert text[start:end].strip().startswith("This line")


@given(st.text(max_size=200), st.integers(0, 220))
def test_bounds_hold_the_offset(text: str, offset: int) -> None:
    start, end = sentence_at(text, offset)
    assert 0 <= start <= end <= len(text)
    if offset < len(text):
        assert start <= offset < end
    parts = sentences(text, 0, len(text))
    assert all(a < b for a, b in parts)
