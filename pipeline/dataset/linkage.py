"""Which records are the same vacancy: an id for every new record, once given never changed.

Candidates are found by blocking keys (``identity.keys``) and compared by rules (``matching.compare``).  A record joins
a vacancy only where one of its copies is the same, none contradicts, and no second vacancy has as good a claim.  The
positions of one notice never join each other.  See ``docs/linkage.md``.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.dataset.candidates import LIMIT, Index
from pipeline.dataset.identity import COLUMNS, KEYS, Identity, columns, identity, keys, stored
from pipeline.dataset.matching import Match, compare
from pipeline.vacancy_id import another_id, id_basis, vacancy_id

__all__ = [
    "COLUMNS",
    "KEYS",
    "LIMIT",
    "NEW",
    "Identity",
    "Link",
    "Linked",
    "Match",
    "columns",
    "compare",
    "identity",
    "keys",
    "link",
    "stored",
    "vacancy_id",
]

NEW = "new"
_CLEAR = 0.04  # by which one vacancy's score must be above all others' to be meant
_LISTED = 5  # likely vacancies that are listed for one record
_EXACT = frozenset({"read_again", "organization_and_number"})


@dataclass(frozen=True, slots=True)
class Link:
    """The vacancy of one record, what linked it (``NEW`` where it is the first of its vacancy) and how surely.

    ``readvertises`` is the vacancy that this one advertises again, None for most.
    """

    vacancy_id: str
    rule: str
    score: float
    id_basis: str
    readvertises: str | None = None


@dataclass(slots=True)
class Linked:
    """Links by (notice id, position); likely pairs as rows of ``pairs``; re-advertised vacancies, new to old.

    ``comparisons`` counts the pairs of records that were compared.
    """

    links: dict[tuple[str, int], Link] = field(default_factory=dict)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    readvertised: dict[str, str] = field(default_factory=dict)
    comparisons: int = 0


@dataclass(frozen=True, slots=True)
class _Member:
    item: Identity
    vacancy_id: str
    id_basis: str


@dataclass(slots=True)
class _Claim:
    """What the copies of one vacancy are to a record."""

    best: Match
    basis: str
    contradicted: bool
    again: list[tuple[date, Match]]


def link(new: Sequence[Identity], known: Sequence[Identity]) -> Linked:
    """Give every new record its vacancy.

    ``known`` are records linked before that share a blocking key with any new one (the more copies of their vacancies
    are among them, the better a contradiction is seen); each has ``vacancy_id``.  The order of either is of no account.
    """
    linked = Linked()
    index: Index[_Member] = Index()
    given: dict[tuple[str, int], _Member] = {}
    taken: set[str] = set()
    anew = {(item.notice_id, item.position): item for item in sorted(new, key=_order, reverse=True)}
    for item in sorted(known, key=_order):
        assert item.vacancy_id is not None
        key = item.notice_id, item.position
        says = anew.get(key, item)  # what a record read again said before is of no account
        given[key] = _Member(says, item.vacancy_id, item.id_basis or id_basis(_values(item)))
        taken.add(item.vacancy_id)
        index.add(says, given[key])
    notices: dict[str, list[Identity]] = {}
    for item in sorted(new, key=_order):
        if (item.notice_id, item.position) not in linked.links:
            linked.links[item.notice_id, item.position] = Link("", NEW, 0.0, "")
            notices.setdefault(item.notice_id, []).append(item)
    listed: dict[tuple[str, str], dict[str, Any]] = {}
    for items in notices.values():
        _link_notice(items, index, given, taken, linked, listed)
    linked.pairs = [listed[pair] for pair in sorted(listed)]
    return linked


def _order(item: Identity) -> tuple[Any, ...]:
    """Records with a requisition id first, then those that state most: copies that lack something find them there."""
    stated = sum(getattr(item, name) is not None for name in ("organization", "title", "duty_station", "closing_date"))
    closing = item.closing_date or date.max
    return item.requisition_id is None, -stated, closing, item.notice_id, item.position


def _values(item: Identity) -> dict[str, Any]:
    return {name: getattr(item, name) for name in COLUMNS}


def _link_notice(
    items: Sequence[Identity],
    index: Index[_Member],
    given: dict[tuple[str, int], _Member],
    taken: set[str],
    linked: Linked,
    listed: dict[tuple[str, str], dict[str, Any]],
) -> None:
    """Link the positions of one notice together: one vacancy is at most one of them."""
    claims = {item.position: _claims(item, index, linked) for item in items}
    wanted: dict[str, list[tuple[float, int]]] = {}
    for position, found in claims.items():
        meant = _meant(found)
        if meant is not None:
            insort(wanted.setdefault(meant, []), (-_rank(found[meant].best), position))
    for item in items:
        found = claims[item.position]
        again = given.get((item.notice_id, item.position))
        meant = again.vacancy_id if again else _meant(found)
        if again is not None:
            done = Link(again.vacancy_id, "read_again", 1.0, again.id_basis)
        elif meant is not None and _first(wanted[meant], item.position):
            done = Link(meant, found[meant].best.rule, found[meant].best.score, found[meant].basis)
        else:
            done = Link(_fresh(item, taken), NEW, 1.0, id_basis(_values(item)))
        old = _readvertised(done.vacancy_id, found, linked)
        done = Link(done.vacancy_id, done.rule, done.score, done.id_basis, old)
        linked.links[item.notice_id, item.position] = done
        taken.add(done.vacancy_id)
        index.add(item, _Member(item, done.vacancy_id, done.id_basis))
        _list(done.vacancy_id, found, listed)


def _claims(item: Identity, index: Index[_Member], linked: Linked) -> dict[str, _Claim]:
    """By vacancy what its copies are to this record."""
    found: dict[str, _Claim] = {}
    for member in index.candidates(item):
        linked.comparisons += 1
        match = compare(item, member.item)
        claim = found.get(member.vacancy_id)
        if claim is None:
            claim = found[member.vacancy_id] = _Claim(match, member.id_basis, False, [])
        elif (_rank(match), match.rule) > (_rank(claim.best), claim.best.rule):
            claim.best = match
        claim.contradicted |= match.contradicted
        earlier = member.item.closing_date
        if match.verdict == "readvertised" and earlier and item.closing_date:
            claim.again.append((earlier, match))
            if earlier > item.closing_date:
                claim.again.pop()
    return found


def _rank(match: Match) -> float:
    """Order among matches: same before likely before the rest, exact before similar, then the score."""
    verdict = {"same": 4.0, "likely": 2.0, "readvertised": 1.0}.get(match.verdict, 0.0)
    return verdict + (match.rule in _EXACT) + match.score / 2


def _meant(found: dict[str, _Claim]) -> str | None:
    """The vacancy that a record is a copy of: one with a clear claim."""
    fit = sorted(
        (
            (_rank(claim.best), name)
            for name, claim in found.items()
            if claim.best.verdict == "same" and not claim.contradicted
        ),
        reverse=True,
    )
    if not fit or (len(fit) > 1 and fit[0][0] - fit[1][0] < _CLEAR):
        return None
    return fit[0][1]


def _first(claimants: Sequence[tuple[float, int]], position: int) -> bool:
    """Whether a position has the clear claim among those of its notice."""
    alone = len(claimants) == 1 or claimants[1][0] - claimants[0][0] >= _CLEAR
    return alone and claimants[0][1] == position


def _fresh(item: Identity, taken: set[str]) -> str:
    if item.own_id not in taken:
        return item.own_id
    return another_id(item.own_id, item.notice_id, item.position)


def _readvertised(own: str, found: dict[str, _Claim], linked: Linked) -> str | None:
    """The vacancy that closed last of those that this one advertises again."""
    olds = [(closed, name) for name, claim in found.items() if name != own for closed, _ in claim.again]
    if own not in linked.readvertised and olds:
        linked.readvertised[own] = max(olds)[1]
    return linked.readvertised.get(own)


def _list(own: str, found: dict[str, _Claim], listed: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Keep the best likely vacancies of a record, and those that it might be the same as but for a rival."""
    likely = sorted(
        (
            (-claim.best.score, name)
            for name, claim in found.items()
            if name != own and claim.best.verdict in ("same", "likely") and not claim.contradicted
        ),
    )
    for negative, name in likely[:_LISTED]:
        one, other = sorted((own, name))
        if (one, other) not in listed or listed[one, other]["score"] < -negative:
            best = found[name].best
            reasons = [best.rule, *best.reasons]
            listed[one, other] = {"vacancy_id": one, "other_vacancy_id": other, "score": best.score, "reasons": reasons}
