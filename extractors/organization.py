"""Organization that recruits, by its canonical short name; one outside the gazetteer as printed.

Not the organization: a donor, a partner, an organization whose experience is welcome, the site that copied the notice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._employers import defined, host, letterhead, recruiting
from extractors._labels import load_toml
from extractors._names import Name, names
from extractors._organizations import missions, organizations
from extractors._phrases import alternation
from extractors._stretches import Stretches
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "organization"
RULES = (
    "label",
    "printed",
    "recruits",
    "address",
    "mission",
    "letterhead",
    "head",
    "defined",
    "subject",
    "host",
    "most_often",
)

_ADDRESS = re.compile(r"(?:@|https?://|www\.)([\w-]+(?:\.[\w-]+)+)")
_PRINTED = re.compile(r"[^\n|;(]{3,80}")
_FIRST = frozenset({"mission", "letterhead", "head", "defined"})  # rules of which the first mention counts
_NUMBERED = re.compile(r" \d")  # "EUI 04" is a number
_HEAD = 400
_LABELLED = 60  # characters within which a labelled value names the organization


@dataclass(frozen=True, slots=True)
class _Words:
    """The vocabulary of ``patterns/employers.toml``, compiled."""

    opens: re.Pattern[str]
    other: re.Pattern[str]
    unit: re.Pattern[str]
    umbrellas: frozenset[str]


@cache
def _words() -> _Words:
    data: dict[str, list[str]] = load_toml("employers.toml")  # type: ignore[assignment]
    articles = "|".join(data["articles"])
    return _Words(
        opens=re.compile(rf"(?:^|[.!?:;•\n])\s{{0,3}}(?:(?:{articles}|l['’])\s{{0,2}})?[\"“]?$", re.IGNORECASE),
        other=re.compile(
            rf"(?:{alternation(data['other'])})\s{{1,9}}(?:the\s{{1,9}})?$|\bpar l['’]$",
            re.IGNORECASE,
        ),
        # "EU/CHE Country Health Emergencies", "SGCP-Training Section"
        unit=re.compile(rf"\b[A-Z]{{2,}}[/-][A-Z]|\b(?:{'|'.join(data['unit'])})$"),
        umbrellas=frozenset(data["umbrellas"]),
    )


@cache
def _domains() -> dict[str, str]:
    found = {domain: o.name for o in organizations() for domain in o.domains}
    return found | {domain: m.organization for m in missions() for domain in m.domains}


def owner_of(domain: str) -> str | None:
    """The organization that a domain, or one above it, belongs to."""
    parts = domain.casefold().split(".")
    for at in range(len(parts) - 1):
        owner = _domains().get(".".join(parts[at:]))
        if owner:
            return owner
    return None


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the organizations named, each by the place where the name stands."""
    text, known = doc.text, _words()
    bounds = list(body(doc))
    top = next((low for low, _ in bounds), 0)
    within = Stretches(bounds)
    numbers = Stretches((fact.start, fact.end) for fact in facts(doc, "requisition_id"))
    shown = [
        n for n in names(text) if within.hold(n.start) and not (numbers.hold(n.start) and _NUMBERED.match(text, n.end))
    ]
    labelled = list(facts(doc, FIELD, "mission"))
    inside = set()
    for fact in labelled:
        near = (n for n in shown if fact.start <= n.start < min(fact.end, fact.start + _LABELLED))
        first = next((n for n in near if not known.other.search(text[max(fact.start, n.start - 40) : n.start])), None)
        inside.add(first)
        if first:
            yield Finding(first.organization, first.start, first.end, "label")
        elif fact.field == FIELD and (printed := _PRINTED.match(text, fact.start, fact.end)):
            value = printed.group().strip()
            if len(value.split()) <= 10 and not value.endswith(".") and not known.unit.search(value):
                yield Finding(value, fact.start, fact.start + len(printed.group().rstrip()), "printed")
    for start, end in bounds:
        yield from recruiting(text, start, end, shown)
        yield from defined(text, start, end, shown)
    yield from letterhead(doc, shown)
    for start, end in bounds:
        for match in _ADDRESS.finditer(text, start, end):
            owner = owner_of(match[1])
            if owner:
                yield Finding(owner, *match.span(1), "address")
            elif owner := host(match[1]):
                yield Finding(owner, *match.span(1), "host")
    for name in shown:
        if name in inside or (name.organization in _words().umbrellas and _beside_another(text, name, shown)):
            continue
        section = section_at(doc, name.start)
        in_head = section is None or section.kind == "head"
        before = text[max(0, name.start - 40) : name.start]
        if name.mission and not name.weak:
            yield Finding(name.organization, name.start, name.end, "mission")
        elif name.start - top < _HEAD and in_head and not known.other.search(before):
            yield Finding(name.organization, name.start, name.end, "head")
        elif known.opens.search(before) and not name.weak:
            yield Finding(name.organization, name.start, name.end, "subject")
        elif not name.weak and not known.other.search(before):
            yield Finding(name.organization, name.start, name.end, "most_often")


def _beside_another(text: str, name: Name, shown: Sequence[Name]) -> bool:
    """ "Children's Fund of the United Nations (UNICEF)": the whole stands in the name of its part."""
    line = text.find("\n", name.end)
    end = min(len(text) if line < 0 else line, name.end + 60)
    return any(n.organization != name.organization and name.end <= n.start < end for n in shown)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The labelled one; else the one that its missions, addresses, head and sentences agree on."""
    sure = ("label", "printed", "recruits")
    labelled = strongest(findings, sure, first_of=frozenset(sure))
    if labelled.state is not State.ABSENT:
        return labelled
    own = any(f.rule in ("head", "subject") and f.value not in _words().umbrellas for f in findings)
    for rule in RULES[len(sure) : -1]:
        hits = [f for f in findings if f.rule == rule and not (own and f.value in _words().umbrellas)]
        counts = Counter(f.value for f in hits).most_common(2)
        if counts and (len(counts) == 1 or rule in _FIRST or counts[0][1] >= 2 * counts[1][1]):
            value = hits[0].value if rule in _FIRST else counts[0][0]
            return strongest([f for f in hits if f.value == value], RULES)
    hits = [f for f in findings if f.rule == "most_often"]
    counts = Counter(f.value for f in hits).most_common(2)
    if counts and counts[0][1] >= 3 and (len(counts) == 1 or counts[0][1] >= 2 * counts[1][1]):
        return strongest([f for f in hits if f.value == counts[0][0]], RULES)
    return Choice()
