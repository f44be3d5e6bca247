"""Overall minimum of years of experience that goes with the education level.

Nested times ("including 3 in management"), times only wished for, age limits, terms of contract and of service,
times within which something was done ("in the past five years") and how long a licence was held are none.  Of a
range the lower figure counts.  Where a lower degree is accepted with additional years, the addition is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._clauses import Clause, clauses, inside, prose
from extractors._doc import facts, sections
from extractors._experience import Years, is_overall, labelled, years
from extractors._requirement import DESIRED, requirement
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "experience_years"
RULES = ("requirements_years", "labelled_years", "prose_years")

_PROSE = ("head", "other", "background", "duties")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the minimum times of experience; the value holds the years, their degree, and whether they are overall."""
    for rule, stated in required_years(doc):
        if not stated.added:
            overall = is_overall(doc.text, stated.start, stated.end)
            value = {"years": stated.years, "education_level": stated.level, "overall": overall}
            yield Finding(value, stated.start, stated.end, rule)


def required_years(doc: Doc) -> Iterator[tuple[str, Years]]:
    """Yield (rule, years) for the times that candidates must have worked, without nested ones."""
    text = doc.text
    marked = False
    for clause in clauses(doc):
        if (requirement(text, clause.start, clause.end) or clause.requirement) == DESIRED:
            continue
        for stated in years(text, clause.start, clause.end, about=clause.kind == "experience"):
            if not stated.nested:
                marked = True
                yield RULES[0], stated
    headed = inside((section.start, section.end) for section in sections(doc, "experience"))
    for fact in facts(doc, "experience"):
        if headed(fact.start):
            continue
        found = years(text, fact.start, fact.end, about=True)
        only = None if found else labelled(text, fact.label_start, fact.label_end, fact.start, fact.end)
        for stated in (only,) if only else found:
            if not stated.nested:
                yield RULES[1], stated
    if not marked:
        for clause in prose(doc, *_PROSE):
            yield from ((RULES[2], stated) for stated in _in_prose(text, clause))


def _in_prose(text: str, clause: Clause) -> Iterator[Years]:
    if clause.requirement != DESIRED:
        yield from (stated for stated in years(text, clause.start, clause.end) if not stated.nested)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The figure that goes with the level, else one that goes with none; that of all experience, else the first."""
    level = known.get("education_level")
    for rule in RULES:
        hits = sorted((f for f in findings if f.rule == rule), key=lambda f: f.start)
        if not hits:
            continue
        own = [f for f in hits if level is not None and f.value["education_level"] == level]
        open_ = [f for f in hits if f.value["education_level"] is None]
        likely = own or open_ or hits
        chosen = next((f for f in likely if f.value["overall"]), likely[0])
        return Choice(chosen.value["years"], State.STATED, (chosen,))
    return Choice()
