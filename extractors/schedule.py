"""Working time of the post: full-time or part-time.

Not the working time of earlier jobs or of studies ("five years of full-time experience"), nor hours from which it could
be concluded; a notice that offers both has no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._labels import load_toml
from extractors._phrases import phrases
from extractors._sentence import sentence_at
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "schedule"
RULES = ("label", "label_beside", "prose", "heading")

_REACH = 120  # characters of a label's value that are read
_BESIDE = ("contract_type", "duration", "posts", "title")  # other labels that say it too: "TERM: Full time"
_HEAD_LINE = 90
_NOWHERE = frozenset({"debris", "requirements", "desirable", "experience", "education", "languages"})


@cache
def _words() -> tuple[dict[str, tuple[re.Pattern[str], re.Pattern[str]]], re.Pattern[str]]:
    data: dict[str, dict[str, list[str]]] = load_toml("schedules.toml")  # type: ignore[assignment]
    kinds = {
        name: (phrases(data[name]["labelled"]), phrases(data[name]["prose"])) for name in ("full_time", "part_time")
    }
    return kinds, phrases(data["elsewhere"]["words"])


def _only(text: str, start: int, end: int, which: int) -> Iterator[tuple[str, int, int]]:
    """The one kind that a stretch names, if it names one and not both."""
    found = [(name, m) for name, pair in _words()[0].items() if (m := pair[which].search(text, start, end))]
    if len(found) == 1:
        name, match = found[0]
        yield name, match.start(), match.end()


def find(doc: Doc) -> Iterator[Finding]:
    """Yield what labels, first lines and sentences say of the working time."""
    text = doc.text
    for fact in facts(doc, "schedule", *_BESIDE):
        rule = "label" if fact.field == FIELD else "label_beside"
        for name, start, end in _only(text, fact.start, min(fact.end, fact.start + _REACH), 0):
            yield Finding(name, start, end, rule)
    for begin, stop in body(doc):
        for which, pair in _words()[0].items():
            for match in pair[1].finditer(text, begin, stop):
                section = section_at(doc, match.start())
                low, high = sentence_at(text, match.start(), match.end())
                past = _words()[1].search(text, max(low, begin), min(high, stop))
                if not past and (section is None or section.kind not in _NOWHERE):
                    yield Finding(which, match.start(), match.end(), "prose")
        at = begin
        for line in text[begin:stop].split("\n"):
            low, at = at, at + len(line) + 1
            section = section_at(doc, low)
            if (section is None or section.kind == "head") and len(line) <= _HEAD_LINE and not line.endswith("."):
                for name, start, end in _only(text, low, low + len(line), 0):
                    if text[start].isupper() and not _words()[1].search(line):
                        yield Finding(name, start, end, "heading")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Take the strongest statement; two different ones of the same strength are ambiguous."""
    return strongest(findings, RULES)
