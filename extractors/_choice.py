"""Shared ways to choose one value among findings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from schemas.finding import Choice, Finding, State


def strongest(
    findings: Sequence[Finding],
    rules: tuple[str, ...],
    *,
    key: Callable[[Any], Hashable] = lambda value: value,
    first_of: frozenset[str] = frozenset(),
) -> Choice:
    """Take the findings of the strongest rule that fired; one distinct value is the answer.

    Several distinct values of the same rule are ambiguous, unless the rule is in ``first_of``: there the first
    in the text wins.  ``key`` says when two values are the same.
    """
    for rule in rules:
        hits = sorted((f for f in findings if f.rule == rule), key=lambda f: f.start)
        if not hits:
            continue
        values = [f for f in hits if not isinstance(f.value, State)]
        if not values:
            return Choice(None, hits[0].value, (hits[0],))
        first = values[0]
        same = tuple(f for f in values if key(f.value) == key(first.value))
        if len(same) < len(values) and rule not in first_of:
            return Choice(None, State.AMBIGUOUS, tuple(values))
        return Choice(first.value, State.STATED, same[:1])
    return Choice()
