"""How far a rule can be trusted: its precision on labelled notices, as data."""

from __future__ import annotations

from functools import cache
from typing import Any

from extractors._labels import load_toml

UNMEASURED = 0.5  # a rule that no labelled notice has tried


@cache
def _measured() -> dict[str, dict[str, float]]:
    table: dict[str, Any] = load_toml("confidence.toml")
    return table


def confidence(field: str, rule: str) -> float:
    """Precision of this rule, from 0 to 1."""
    return _measured().get(field, {}).get(rule, UNMEASURED)
