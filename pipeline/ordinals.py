"""Positions that a sentence tells apart by their place in the list: "the first post", "the other two"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from extractors._doc import body
from extractors._labels import load_toml
from extractors._phrases import alternation, occurrences, opened
from extractors._sentence import sentence_at
from pipeline.entry import Entry, count_word, number_of
from pipeline.members import listed

if TYPE_CHECKING:
    from spacy.tokens import Doc


def in_order(doc: Doc, found: list[Entry]) -> list[tuple[int, int, str]]:
    """Clauses about some positions by their place in the list: "The first post is in Osh, the other two in Naryn"."""
    if len(found) < 2:
        return []
    scopes = []
    for start, end in body(doc):
        marks = [m for m in occurrences(_order(), doc.text, start, end) if m.start() >= found[-1].end]
        for at, mark in enumerate(marks):
            _, stop = sentence_at(doc.text, mark.start(), mark.end())
            following = marks[at + 1].start() if at + 1 < len(marks) else stop
            before = [m for m in marks[:at] if sentence_at(doc.text, m.start(), m.end())[1] == stop]
            numbers = _counted_off(mark, before, len(found))
            if numbers:
                scopes.append((mark.start(), min(stop, following), listed(numbers)))
    return scopes


_PLACES = ("first", "second", "third", "fourth")


@cache
def _order() -> re.Pattern[str]:
    tables = load_toml("posts.toml")
    order, posts = tables["order"], tables["posts"]
    assert isinstance(order, dict)
    assert isinstance(posts, list)
    named = "|".join(f"(?P<{name}>{alternation(words)})" for name, words in order.items())
    noun = rf"(?i:{alternation(posts)})"
    expression = re.compile(
        rf"(?i:the)\s(?i:{named})(?:\s(?P<count>(?i:{count_word()}))(?:\s{noun})?|\s{noun}|(?=\s(?:is|are|in|belongs?)\s))"
    )
    return opened(expression, ["the"])


def _counted_off(mark: re.Match[str], before: list[re.Match[str]], total: int) -> set[int]:
    """The numbers of the positions that "the first two" or "the other post" means; none if they do not fit."""
    many = number_of(mark["count"]) if mark["count"] else 1
    if mark["other"]:
        told = set().union(*(_counted_off(m, [], total) for m in before)) if before else set()
        rest = set(range(1, total + 1)) - told
        fits = len(rest) == many if mark["count"] else True
        return rest if told and rest and fits else set()
    if mark["last"]:
        return set(range(total - many + 1, total + 1)) if many < total else set()
    first = next(at for at, name in enumerate(_PLACES, start=1) if mark[name])
    return set(range(first, first + many)) if first + many - 1 <= total and many < total else set()
