"""Unit inside the mission or organization, as printed.

Not a department: the organization or mission itself, and units that only a sentence mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import facts, sections
from extractors._fold import fold
from extractors._names import names_near
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "department"
RULES = ("label", "sentence")

_VALUE = re.compile(r"[^\n|]{2,150}")
# "The incumbent will work in the Comms/ICT Section", "based in the Human Dimension Department"
_SENTENCE = re.compile(
    r"""
    \b(?:works?|working|based|located|placed|assigned|serves?|sits?|belongs|part|member|housed|joins?|within|situated)
    (?: [ ](?:in|within|to|of|at|under) )? [ ]the[ ]
    (?:[^.\n]{0,40}?['’]s?[ ])?
    (?P<unit>
        (?:[A-Z][\w&/-]*[ ](?:(?:and|of|for|the|&)[ ]){0,2}){1,8}
        (?:Department|Section|Unit|Division|Branch|Directorate|Cell)
      | (?:Department|Section|Unit|Division|Directorate)[ ](?:of|for)(?:[ ](?:the|and|for|of|&)|,?[ ][A-Z][\w&/-]*){1,8}
    )
    """,
    re.VERBOSE,
)
_NONE = re.compile(r"(?:n/?a|none|not applicable|various|-{1,80})$", re.IGNORECASE)
_LONGEST = 20  # words; a longer value is a sentence


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the labelled units."""
    text = doc.text
    for fact in facts(doc, FIELD):
        match = _VALUE.match(text, fact.start, fact.end)
        if match is None:
            continue
        value = match.group().rstrip(" .,;")
        if not value or _NONE.match(value) or len(value.split()) > _LONGEST:
            continue
        end = fact.start + len(value)
        if any(n.start <= fact.start and n.end >= end for n in names_near(text, fact.start, end)):
            continue
        yield Finding(value, fact.start, end, "label")
    for section in sections(doc, "head", "background", "duties"):
        for match in _SENTENCE.finditer(text, section.start, section.end):
            yield Finding(match["unit"], *match.span("unit"), "sentence")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The first labelled unit; one that a sentence names only where no sentence names another."""
    return strongest(findings, RULES, key=fold, first_of=frozenset({"label"}))
