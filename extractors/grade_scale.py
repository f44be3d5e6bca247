"""Pay scale that the grade belongs to, by the grade and the organization; the list is in ``patterns/grades.toml``.

The same letters mean different things: "B2" is a grade of the Council of Europe or of NATO, or a level of a language.
Where the organization does not settle it, and several scales print the grade alike, there is no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from extractors import grade
from extractors._grades import scale_of
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "grade_scale"
RULES = ("printed_grade",)


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the printed grades; what scale they are of is settled in ``choose``."""
    for finding in grade.find(doc):
        if not isinstance(finding.value, State):
            yield replace(finding, rule="printed_grade")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The scale of the chosen grade, given the chosen organization."""
    chosen = known.get("grade")
    name = scale_of(chosen, known.get("organization")) if chosen else None
    if name is None:
        return Choice()
    evidence = tuple(f for f in sorted(findings, key=lambda f: f.start) if f.value == chosen)[:1]
    return Choice(name, State.STATED, evidence)
