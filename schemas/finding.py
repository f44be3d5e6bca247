"""What an extractor returns: findings (what is printed) and a choice (what it means).

Offsets count characters of the repaired text, from 0, end-exclusive; they are always those of ``doc.text``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from spacy.tokens import Doc


class State(StrEnum):
    """Why a field has the value, or the lack of one, that it has."""

    STATED = "stated"
    NONE = "none"  # the notice says that there is none: "No grade"
    BY_REFERENCE = "by_reference"  # "in accordance with established rates"
    AMBIGUOUS = "ambiguous"  # several values, and nothing that decides
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """One printed mention of a field's value.

    ``value`` is what the mention says in the field's own type, or ``State.NONE`` / ``State.BY_REFERENCE`` where
    it says that there is no value here.  ``rule`` is one of the extractor's ``RULES``.
    """

    value: Any
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The value of a field, with the findings that it rests on."""

    value: Any = None
    state: State = State.ABSENT
    evidence: tuple[Finding, ...] = ()


class Extractor(Protocol):
    """A module of ``extractors`` that reads one field of the record."""

    @property
    def FIELD(self) -> str:  # noqa: N802  (a module's constant)
        """Name of the record's field."""

    @property
    def RULES(self) -> tuple[str, ...]:  # noqa: N802
        """Names of its rules, strongest first."""

    def find(self, doc: Doc) -> Iterator[Finding]:
        """Yield every mention of the field; pure, and never raises on any text."""
        ...

    def choose(self, findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
        """Resolve the mentions that apply to one position; ``known`` holds the fields chosen before this one."""
        ...
