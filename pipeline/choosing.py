"""Which findings apply to a position, and the value that each field has for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractors import EXTRACTORS, LISTS
from pipeline.agreement import agreed
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc


# What the description of a post may mention, but does not state.
_OF_THE_NOTICE = frozenset(
    {"organization", "mission", "closing_date", "issue_date", "apply_url", "apply_email", "title"}
)
_SHARED = 1_000_000  # wider than any scope


@dataclass(frozen=True, slots=True)
class Scope:
    """A stretch of the text, and the positions (counted from 1) that it is about."""

    start: int
    end: int
    positions: frozenset[int]
    description: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """The findings of a field: those of all positions, and by position its own with the width of their scope."""

    shared: list[Finding]
    own: dict[int, list[tuple[int, Finding]]]


def scopes(doc: Doc) -> list[Scope]:
    """The stretches of a marked Doc that apply to some positions only."""
    return [
        Scope(
            span.start_char,
            span.end_char,
            frozenset(int(number) for number in span.id_.split(",")),
            description=span.label_ == "description",
        )
        for span in doc.spans["scopes"]
    ]


def choose(
    findings: Mapping[str, Sequence[Finding]], limits: Sequence[Scope] = (), position: int = 1
) -> dict[str, Choice]:
    """The choice of every field for one position: what its own entry states goes before what all share."""
    return resolve({field: place(field, found, limits) for field, found in findings.items()}, position, {})[0]


def resolve(
    placed: Mapping[str, Placed], position: int, stated: Mapping[str, Sequence[Finding]], *, zoned: bool = False
) -> tuple[dict[str, Choice], list[str]]:
    """The choices, and what the text and the structured data of its page say differently.

    Args:
        stated: what those data say, by field; ``zoned`` whether their times are in UTC.
    """
    known: dict[str, Any] = {}
    chosen: dict[str, Choice] = {}
    shown: dict[str, Choice] = {}
    told: list[str] = []
    for extractor in EXTRACTORS:
        choice = Choice()
        for tier in _tiers(placed[extractor.FIELD], position, whole=extractor.FIELD in LISTS):
            choice = extractor.choose(tier, known)
            if choice.state is not State.ABSENT:
                break
        shown[extractor.FIELD] = choice
        if stated.get(extractor.FIELD):
            other = extractor.choose(stated[extractor.FIELD], known)
            choice, differing = agreed(extractor.FIELD, choice, other, shown, zoned=zoned)
            told += [differing] if differing else []
        chosen[extractor.FIELD] = choice
        known[extractor.FIELD] = choice.value
    return chosen, told


def place(field: str, findings: Sequence[Finding], limits: Sequence[Scope]) -> Placed:
    """The findings under the positions that they may apply to."""
    placed = Placed([], {})
    around_each = _around(findings, limits)
    for finding, around in zip(findings, around_each, strict=True):
        told = not around or (field in _OF_THE_NOTICE and all(scope.description for scope in around))
        width = _SHARED if told else min(len(scope.positions) for scope in around)
        if not around:
            placed.shared.append(finding)
            continue
        for position in frozenset.intersection(*(scope.positions for scope in around)):
            placed.own.setdefault(position, []).append((width, finding))
    return placed


def _around(findings: Sequence[Finding], limits: Sequence[Scope]) -> list[list[Scope]]:
    """For each finding the scopes that hold it, in one pass over both."""
    waiting = sorted(limits, key=lambda scope: scope.start, reverse=True)
    around: list[list[Scope]] = [[] for _ in findings]
    active: list[Scope] = []
    for number in sorted(range(len(findings)), key=lambda number: findings[number].start):
        finding = findings[number]
        while waiting and waiting[-1].start <= finding.start:
            active.append(waiting.pop())
        active = [scope for scope in active if scope.end >= finding.start]
        around[number] = [scope for scope in active if finding.end <= scope.end]
    return around


def _tiers(placed: Placed, position: int, *, whole: bool) -> Iterator[list[Finding]]:
    """The findings that apply to this position, narrowest scope first; the last tier may be empty."""
    by_width: dict[int, list[Finding]] = {}
    for width, finding in placed.own.get(position, ()):
        by_width.setdefault(width, []).append(finding)
    if whole:
        every = [*placed.shared, *(finding for tier in by_width.values() for finding in tier)]
        yield sorted(every, key=lambda finding: (finding.start, finding.end))
        return
    told = by_width.pop(_SHARED, [])
    for width in sorted(by_width):
        yield by_width[width]
    if told:
        yield sorted([*placed.shared, *told], key=lambda finding: finding.start)
    elif placed.shared or not by_width:
        yield placed.shared
