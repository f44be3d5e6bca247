"""Fields of study named with the required degrees, as printed.

"Or a related field" names none; fields of a degree that is only desirable do not count, nor languages of study.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._clauses import clauses, inside
from extractors._doc import sections
from extractors._education import degrees
from extractors._fields import fields
from extractors._flat import flat, vocabulary
from extractors._fold import fold
from extractors._labels import load_toml
from extractors.education_level import required_degrees
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "education_fields"
RULES = ("fields_of_degree", "fields_under_heading")

_LONGEST = 60  # characters of one field


@cache
def _terms(table: str) -> re.Pattern[str]:
    return re.compile(vocabulary(load_toml("fields.toml")[table]))


def find(doc: Doc) -> Iterator[Finding]:
    """Yield one finding per field named."""
    text = doc.text
    for rule, clause, degree in required_degrees(doc):
        if rule == "labelled_degree":
            continue
        for start, end in fields(text, degree, clause.end):
            if not degrees(text, start, end, education=True):
                yield Finding(text[start:end], start, end, RULES[0])
    listed = inside(
        (section.start, section.end)
        for section in sections(doc, "education")
        if _terms("heading").search(flat(text)[section.heading_start : section.heading_end].replace("(s)", "s"))
    )
    for clause in clauses(doc):
        plain = flat(text)[clause.start : clause.end]
        if not listed(clause.start) or len(plain) > _LONGEST or _terms("none").match(plain):
            continue
        if not degrees(text, clause.start, clause.end, education=True):
            yield Finding(text[clause.start : clause.end], clause.start, clause.end, RULES[1])


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Every field once, in the order of the text."""
    kept: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda f: f.start):
        kept.setdefault(fold(finding.value), finding)
    if not kept:
        return Choice()
    return Choice([" ".join(f.value.split()) for f in kept.values()], State.STATED, tuple(kept.values()))
