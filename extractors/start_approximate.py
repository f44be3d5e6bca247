"""Whether the notice calls its start date approximate: "(approx.)", "on or about", "tentatively".

A start that is "expected" or a "target" is a plan like every start and says nothing of its exactness; null then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._starts import starts
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "start_approximate"
RULES = ("labelled", "sentence")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the words that call a start date approximate."""
    for start in starts(doc):
        if start.date and start.approximate:
            yield Finding(True, *start.approximate, start.rule)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """True where such words stand with the start date that was chosen."""
    return strongest(findings, RULES) if known.get("start_date") else Choice()
