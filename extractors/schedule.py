"""Working time of the post: full-time or part-time.

Not the working time of earlier jobs or of studies ("five years of full-time experience"), nor hours from which it could
be concluded; a notice that offers both has no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._labels import load_toml
from extractors._phrases import occurrences, phrases
from extractors._sentence import sentence_at
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "schedule"
RULES = ("label", "label_beside", "prose", "heading", "mention")

_KINDS = ("full_time", "part_time")
_BARE = 24  # characters of a label's value in which "full" alone says it
_REACH = 120  # characters of a label's value that are read
_BESIDE = ("contract_type", "duration", "posts", "title")  # other labels that say it too: "TERM: Full time"
_HEAD_LINE = 90
_NOWHERE = frozenset({"debris", "requirements", "desirable", "experience", "education", "languages"})


@dataclass(frozen=True, slots=True)
class _Words:
    labelled: Mapping[str, re.Pattern[str]]
    bare: Mapping[str, re.Pattern[str]]
    prose: Mapping[str, re.Pattern[str]]
    elsewhere: re.Pattern[str]
    others: re.Pattern[str]


@cache
def _words() -> _Words:
    data: dict[str, dict[str, list[str]]] = load_toml("schedules.toml")  # type: ignore[assignment]
    labelled, bare, prose = (
        {name: phrases(data[name][list_]) for name in _KINDS} for list_ in ("labelled", "bare", "prose")
    )
    return _Words(labelled, bare, prose, phrases(data["elsewhere"]["words"]), phrases(data["others"]["words"]))


def _only(text: str, start: int, end: int, patterns: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[str, int, int]]:
    """The one kind that a stretch names, if it names one and not both."""
    found = [(name, m) for name, pattern in patterns.items() if (m := pattern.search(text, start, end))]
    if len(found) == 1:
        name, match = found[0]
        yield name, match.start(), match.end()


def find(doc: Doc) -> Iterator[Finding]:
    """Yield what labels, first lines and sentences say of the working time."""
    text, known = doc.text, _words()
    for fact in facts(doc, "schedule", *_BESIDE):
        end = min(fact.end, fact.start + _REACH)
        rule = "label" if fact.field == FIELD else "label_beside"
        named = list(_only(text, fact.start, end, known.labelled))
        either = any(pattern.search(text, fact.start, end) for pattern in known.labelled.values())
        if fact.field == FIELD and not either:
            named = list(_only(text, fact.start, min(end, fact.start + _BARE), known.bare))
        for name, start, stop in named:
            yield Finding(name, start, stop, rule)
    for begin, stop in body(doc):
        yield from _told(doc, begin, stop, known.prose, "prose")
        yield from _headed(doc, begin, stop)
        yield from _told(doc, begin, stop, known.labelled, "mention")


def _told(doc: Doc, begin: int, stop: int, patterns: Mapping[str, re.Pattern[str]], rule: str) -> Iterator[Finding]:
    text = doc.text
    for name, pattern in patterns.items():
        for match in occurrences(pattern, text, begin, stop):
            section = section_at(doc, match.start())
            low, high = sentence_at(text, match.start(), match.end())
            low, high = max(low, begin), min(high, stop)
            if _words().elsewhere.search(text, low, high) or (section is not None and section.kind in _NOWHERE):
                continue
            if rule == "mention" and _words().others.search(text, low, high):
                continue
            both = len(list(_only(text, low, high, _words().labelled))) != 1
            if rule == "prose" or not (both or match.group()[0].isdigit() or (section and section.kind == "duties")):
                yield Finding(name, match.start(), match.end(), rule)


def _headed(doc: Doc, begin: int, stop: int) -> Iterator[Finding]:
    text, at = doc.text, begin
    for line in text[begin:stop].split("\n"):
        low, at = at, at + len(line) + 1
        section = section_at(doc, low)
        if (section is None or section.kind == "head") and len(line) <= _HEAD_LINE and not line.endswith("."):
            for name, start, end in _only(text, low, low + len(line), _words().labelled):
                if text[start].isupper() and not _words().elsewhere.search(line):
                    yield Finding(name, start, end, "heading")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Take the strongest statement; two different ones of the same strength are ambiguous."""
    return strongest(findings, RULES)
