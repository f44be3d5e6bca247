"""What the notice prints for the start where that is no full date: "As soon as possible", "Early May, 2005".

Conditions behind it ("subject to clearances") are left out, and a start that is a date stands in ``start_date`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._flat import flat
from extractors._starts import starts
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "start_text"
RULES = ("labelled", "cell", "sentence")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the printed starts that are no dates."""
    text = doc.text
    for start in starts(doc):
        if start.date is None:
            yield Finding(text[start.start : start.end], start.start, start.end, start.rule)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The first statement of the strongest kind, unless the start is a date."""
    if known.get("start_date"):
        return Choice()
    return strongest(findings, RULES, key=lambda value: flat(str(value)), first_of=frozenset(RULES))
