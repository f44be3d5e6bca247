"""What one clause of the requirements says: whether it must be met, and what kind of qualification it is about.

Works on a stretch of text between two offsets; the vocabularies are ``patterns/requirement.toml`` and ``kinds.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors._flat import flat, vocabulary
from extractors._labels import load_toml

REQUIRED, DESIRED = "required", "desired"
_SHORT = 4  # an opening of so few letters ("and") counts only where it stands alone
_BACK = 200  # characters before a word of requirement that may tie it to a detail


@dataclass(frozen=True, slots=True)
class Marker:
    """A word that says ``required`` or ``desired``; ``detail`` if it bends only what follows ("preferably in law")."""

    requirement: str
    detail: bool
    start: int
    end: int


@cache
def _markers() -> re.Pattern[str]:
    tables = load_toml("requirement.toml")
    return re.compile(
        "|".join(f"(?P<{name}>{vocabulary(tables[name])})" for name in ("neutral", "detail", "desired", "required"))
    )


def markers(text: str, start: int, end: int) -> Iterator[Marker]:
    """Yield the words of requirement and of preference between two offsets, in order."""
    # A slice, not a range: a clause may be glued to the word before it.
    for match in _markers().finditer(flat(text)[start:end]):
        group = match.lastgroup
        if group == "detail":
            yield Marker(DESIRED, True, start + match.start(), start + match.end())
        elif group in (DESIRED, REQUIRED):
            yield Marker(group, False, start + match.start(), start + match.end())


@lru_cache(maxsize=512)
def requirement(text: str, start: int, end: int) -> str | None:
    """``required`` or ``desired`` where the clause says so itself, else None.

    >>> clause = "Knowledge of French would be an asset"
    >>> requirement(clause, 0, len(clause))
    'desired'
    """
    found = list(markers(text, start, end))
    plain = next((m for m in found if not (m.detail or of_detail(text, start, m.start))), None)
    if plain and plain.requirement == DESIRED and _of_another(text, start, plain.start):
        return None
    if plain:
        return plain.requirement
    opens = found and len(text[start : found[0].start].split()) <= 1
    return DESIRED if opens else None


@cache
def _contrast() -> re.Pattern[str]:
    return re.compile(rf",\s{vocabulary(load_toml('degrees.toml')['contrast'])}")


def _of_another(text: str, start: int, at: int) -> bool:
    """Whether a wish is about a second matter: "secondary education, while a degree is an advantage"."""
    before = flat(text)[max(start, at - _BACK) : at]
    turn = _contrast().search(before)
    return turn is not None and len(before[: turn.start()].split()) > 1 and len(before[turn.end() :].split()) > 1


_WITH = re.compile(r",\s(?:with|including|ideally|preferably|avec|con|mit|sa|с)\s[^,;]{1,80}$")


def of_detail(text: str, start: int, at: int) -> bool:
    """Whether a word of requirement speaks of a detail: "a degree in law, with the bar examination as an advantage"."""
    before = flat(text)[max(start, at - _BACK) : at]
    opened = before.rfind("(")
    if opened > before.rfind(")") and len(before[opened + 1 :].split()) > 1:
        return True
    aside = _WITH.search(before)
    return aside is not None and not re.search(r"(?<!\w)(?:is|are|be|est|es|ist)(?!\w)", before[aside.start() :])


_OPENING = re.compile(r"[\s\"'“«(*•\-–]{0,9}(?:\(?(?:\d{1,2}|[a-z])[.)]\s{0,3})?")


@cache
def _kinds(place: str) -> re.Pattern[str]:
    tables = load_toml("kinds.toml")[place]
    assert isinstance(tables, dict)
    return re.compile("|".join(f"(?P<{kind}>{vocabulary(terms)})" for kind, terms in tables.items()))


def kind(text: str, start: int, end: int, *, language: int | None = None) -> str | None:
    """The kind of qualification that a clause is about, by its head; None where no word tells.

    ``language`` is the offset of the first language that the clause asks for, if any.
    """
    clause = flat(text)[start:end]
    anywhere = _kinds("anywhere").search(clause)
    head = _kinds("head").search(clause)
    weighty = head is not None and head.lastgroup in ("education", "experience", "certification")
    if anywhere and not (head and weighty and head.start() < anywhere.start()):
        return anywhere.lastgroup
    if language is not None and not weighty:
        return "language"
    if head is not None:
        return head.lastgroup
    return None


@cache
def _procedure(place: str) -> re.Pattern[str]:
    return re.compile(vocabulary(load_toml("procedure.toml")[place]))


def of_procedure(text: str, start: int, end: int) -> bool:
    """Whether a sentence speaks of the selection, the employer or the offer instead of the candidate."""
    clause = flat(text)[start:end]
    opening = _OPENING.match(clause)
    at = opening.end() if opening else 0
    return _procedure("opens").match(clause, at) is not None or _procedure("holds").search(clause) is not None


def aside(text: str, start: int, end: int) -> str | None:
    """What a line among the requirements is where it is no qualification.

    ``opening`` of a list, ``procedure``, or a heading, ``skills`` or ``headings``.
    """
    clause = flat(text)[start:end]
    if of_procedure(text, start, end):
        return "procedure"
    match = _kinds("aside").match(clause)
    if match is None:
        return None
    if match.lastgroup == "opening":
        alone = match.end() == len(clause) or len(match.group()) > _SHORT
        return "opening" if alone else None
    return match.lastgroup if not clause[match.end() :].strip(" :.") else None
