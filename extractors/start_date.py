"""Day on which work is to start, ISO 8601, where a full date is stated.

"May 2025", "Early May, 2005" and "as soon as possible" are no dates and stand in ``start_text``.  The start of a
project, a course, an interview or of the application period is another day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._starts import starts
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "start_date"
RULES = ("labelled", "sentence", "behind_contract", "period")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the dates on which work is to start."""
    for start in starts(doc):
        if start.date:
            yield Finding(start.date.value, start.start, start.end, start.rule)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The date of the strongest statement; two of one kind that differ give none."""
    return strongest(findings, RULES)
