"""Countries (ISO 3166-1 alpha-2) whose citizens, or permanent residents, alone may apply.

No rule of this kind: encouragement or preference, a work or residence permit, and blocs of states ("nationals of NATO
member countries"), which are not expanded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._nationality import DUTY_STATION, rules
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "nationality_required"
RULES = ("label", "only", "must", "item")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield each country named by a rule on who alone may apply."""
    for rule in rules(doc):
        if rule.kind != "excluded":
            yield Finding(rule.country, rule.start, rule.end, rule.kind)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """All countries of the strongest kind of rule; the duty station's country where the rule speaks of that."""
    return countries(findings, RULES, known)


def countries(findings: Sequence[Finding], order: tuple[str, ...], known: Mapping[str, Any]) -> Choice:
    """The countries that the strongest rule names, sorted, each with its first mention."""
    for name in order:
        first: dict[str, Finding] = {}
        for finding in sorted((f for f in findings if f.rule == name), key=lambda f: f.start):
            code = known.get("country") if finding.value == DUTY_STATION else finding.value
            if code:
                first.setdefault(code, finding)
        if first:
            return Choice(sorted(first), State.STATED, tuple(first.values()))
    return Choice()
