"""Lowest level of education that qualifies, by whatever route the notice opens.

A degree that is only desirable does not count, nor one that somebody still studies for, nor a school or degree that
a clause about something else speaks of ("experience in higher education").  A university degree of no stated level
is ``bachelor``.  What the text requires goes before a board's "Education Level" label, which often names one route.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._clauses import Clause, clauses, inside, prose
from extractors._doc import facts, sections
from extractors._education import LEVELS, Degree, degrees
from extractors._requirement import DESIRED, requirement
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "education_level"
RULES = ("requirements_degree", "labelled_degree", "prose_degree")

_PROSE = ("head", "other", "background", "duties")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the required degrees, with the level of each."""
    for rule, clause, degree in required_degrees(doc):
        del clause
        yield Finding(degree.level, degree.start, degree.end, rule)


def required_degrees(doc: Doc) -> Iterator[tuple[str, Clause, Degree]]:
    """Yield (rule, clause, degree) for the degrees that candidates must have."""
    text = doc.text
    marked = False
    for clause in clauses(doc):
        for degree in degrees(text, clause.start, clause.end, education=clause.kind == "education"):
            if not (degree.desired or is_desired(text, clause, degree)):
                marked = True
                yield RULES[0], clause, degree
    headed = inside((section.start, section.end) for section in sections(doc, "education"))
    for fact in facts(doc, "education"):
        if headed(fact.start):
            continue
        clause = Clause("education", None, fact.start, fact.end)
        for degree in degrees(text, fact.start, fact.end, education=True):
            if not degree.desired:
                yield RULES[1], clause, degree
    if not marked:
        for clause in prose(doc, *_PROSE):
            for degree in degrees(text, clause.start, clause.end):
                if clause.requirement != DESIRED and not degree.desired:
                    yield RULES[2], clause, degree


def is_desired(text: str, clause: Clause, degree: Degree) -> bool:
    """Whether the clause only wishes for the degree, in its own words or as its section says."""
    said = requirement(text, clause.start, degree.start) if degree.start > clause.start else None
    if clause.requirement == DESIRED:
        return True
    return said == DESIRED


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The lowest level among the findings of the strongest rule."""
    for rule in RULES:
        hits = [f for f in findings if f.rule == rule]
        if hits:
            lowest = min(hits, key=lambda f: (LEVELS.index(f.value), f.start))
            return Choice(lowest.value, State.STATED, (lowest,))
    return Choice()
