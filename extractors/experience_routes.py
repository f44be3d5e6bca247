"""Every route that the notice opens: a level of education and the years of experience that go with it.

Years that are asked on top for a lower degree are added to the printed minimum: a Master's degree and two years, or
a Bachelor's degree "with two additional years", are the routes master 2 and bachelor 4.  A lower degree with
additional years of no stated number is no route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._education import LEVELS
from extractors._flat import flat, vocabulary
from extractors._labels import load_toml
from extractors.education_level import RULES as DEGREE_RULES
from extractors.education_level import required_degrees
from extractors.experience_years import RULES as YEARS_RULES
from extractors.experience_years import required_years
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "experience_routes"
RULES = ("years_with_degree", "years_added", "years_alone", "degree_alone")


@cache
def _more() -> re.Pattern[str]:
    return re.compile(vocabulary(load_toml("experience.toml")["more"]))


def find(doc: Doc) -> Iterator[Finding]:
    """Yield years and degrees, the parts that routes are made of."""
    years = list(required_years(doc))
    texts = {rule for rule, _ in years}
    best = next((rule for rule in YEARS_RULES if rule in texts), None)
    for rule, stated in years:
        if rule == best:
            part = RULES[1] if stated.added else RULES[0] if stated.level else RULES[2]
            yield Finding({"education_level": stated.level, "years": stated.years}, stated.start, stated.end, part)
    degrees = list(required_degrees(doc))
    kinds = {rule for rule, _, _ in degrees}
    best = next((rule for rule in DEGREE_RULES if rule in kinds), None)
    for rule, clause, degree in degrees:
        if rule == best:
            stop = min((d.start for _, _, d in degrees if degree.end <= d.start), default=clause.end)
            if not _more().search(flat(doc.text)[degree.end : min(stop, clause.end)]):
                value = {"education_level": degree.level, "years": None}
                yield Finding(value, degree.start, degree.end, RULES[3])


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Put the parts together, the highest level first."""
    ordered = sorted(findings, key=lambda f: f.start)
    by_rule = {rule: [f for f in ordered if f.rule == rule] for rule in RULES}
    linked = {f.value["education_level"]: f for f in reversed(by_rule["years_with_degree"])}
    base = by_rule["years_alone"][0] if by_rule["years_alone"] else None
    routes: dict[str | None, tuple[float, tuple[Finding, ...]]] = {
        level: (f.value["years"], (f,)) for level, f in linked.items()
    }
    for finding in by_rule["degree_alone"]:
        level = finding.value["education_level"]
        if base is not None and level not in routes:
            routes[level] = (base.value["years"], (finding, base))
    start = base.value["years"] if base is not None else max((f.value["years"] for f in linked.values()), default=None)
    for finding in by_rule["years_added"]:
        level = finding.value["education_level"] or known.get("education_level")
        if start is not None and level is not None and level not in linked:
            routes[level] = (start + finding.value["years"], (finding,))
    if not routes and base is not None:
        routes[None] = (base.value["years"], (base,))
    if not routes:
        return Choice()
    levels = sorted(routes, key=lambda level: LEVELS.index(level) if level else -1, reverse=True)
    value = [{"education_level": level, "years": routes[level][0]} for level in levels]
    evidence = {id(f): f for level in levels for f in routes[level][1]}
    return Choice(value, State.STATED, tuple(evidence.values()))
