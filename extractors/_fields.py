"""Fields of study named behind a degree: "in law, economics or a related field" names two.

Works on a stretch of text between two offsets; the vocabulary is ``patterns/fields.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors._education import Degree
from extractors._flat import flat, vocabulary
from extractors._labels import load_toml

_LONGEST_LIST, _LONGEST, _SHORTEST = 260, 60, 3  # characters of a list of fields, of one field
_LEAD = 110  # characters between a degree and the word that leads to its fields
_MARK = re.compile(r"[.;:()•]|\s-\s|\n\s{0,9}(?:\n|[-*•])")


@cache
def _words(table: str) -> str:
    return vocabulary(load_toml("fields.toml")[table])


@cache
def _lead() -> re.Pattern[str]:
    # (Master's degree or equivalent) in    or equivalent in    , preferably in
    return re.compile(rf"(?:[\s,'’s]|\([^()]{{0,60}}\)|{_words('before')}){{0,8}}(?:{_words('in')})\s{{1,2}}")


@cache
def _stop() -> re.Pattern[str]:
    return re.compile(rf"{_MARK.pattern}|,?\s{{1,2}}{_words('stop')}")


@cache
def _split() -> re.Pattern[str]:
    blank = r"\s{1,2}"
    return re.compile(
        rf"\s{{0,2}},\s{{0,2}}(?:{_words('last')}{blank})?|{blank}{_words('or')}{blank}|\s/\s|/(?=\w{{4}})"
    )


@cache
def _opening(table: str) -> re.Pattern[str]:
    return re.compile(_words(table))


def fields(text: str, degree: Degree, end: int) -> Iterator[tuple[int, int]]:
    """Yield bounds of the fields of study named behind a degree, before ``end``."""
    plain = flat(text)
    lead = _lead().match(plain, degree.end, min(end, degree.end + _LEAD))
    if lead:
        first = lead.end()
    elif plain[: degree.end].endswith((" in", " en", " der", " в")):
        first = degree.end + 1  # "degree in" is a name of a degree
    else:
        return
    stop = _stop().search(plain, first, min(end, first + _LONGEST_LIST))
    last = stop.start() if stop else min(end, first + _LONGEST_LIST)
    at = first
    for match in (*_split().finditer(plain, first, last), None):
        yield from _field(plain, at, match.start() if match else last)
        at = match.end() if match else last


def _field(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and not plain[start].isalnum():
        start += 1
    while (article := _opening("article").match(plain, start, end)) and plain[article.end() : end].startswith(" "):
        start = article.end() + 1
    while end > start and not plain[end - 1].isalnum():
        end -= 1
    if _SHORTEST <= end - start <= _LONGEST and not _opening("vague").match(plain, start, end):
        yield start, end
