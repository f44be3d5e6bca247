"""Countries (ISO 3166-1 alpha-2) whose citizens may not apply.

"Nationals of the duty station's country are not eligible" is the country of the duty station, where it is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._nationality import rules
from extractors.nationality_required import countries
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "nationality_excluded"
RULES = ("not_eligible",)


def find(doc: Doc) -> Iterator[Finding]:
    """Yield each country named by a rule on who may not apply."""
    for rule in rules(doc):
        if rule.kind == "excluded":
            yield Finding(rule.country, rule.start, rule.end, "not_eligible")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """All countries that the notice excludes."""
    return countries(findings, RULES, known)
