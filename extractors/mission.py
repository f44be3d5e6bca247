"""Field operation, office or institution that recruits, in its canonical name.

Not the mission: an organization as a whole, another mission that the notice compares itself with or that a candidate
may come from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._names import Name, names
from extractors._organizations import missions
from extractors._stretches import Stretches
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "mission"
RULES = ("label", "head", "about_the_post", "only_one", "most_often")

# "The incumbent will work in the ...", "post in the ...", "recruitment for the ..."
_ABOUT = re.compile(
    r"\b(?:incumbent|successful candidate|post|position|vacanc\w+|recruit\w*|consultant|expert|officer|join|engage\w*|"
    r"staff for|job posting organization|experts to|serve)\b[^.\n]{0,80}$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,80}|(?:https?://|www\.)\S{3,200}")
_HEAD = 600  # characters after the first line of the notice
_LABELS = ("mission", "organization", "duty_station", "department", "title")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the missions that the notice names, each by the place where the name stands."""
    text = doc.text
    bounds = list(body(doc))
    within = Stretches(bounds)
    addresses = Stretches(match.span() for match in _ADDRESS.finditer(text))
    shown = [n for n in names(text) if n.mission and within.hold(n.start) and not addresses.hold(n.start)]
    labelled = list(facts(doc, *_LABELS))
    top = next((low for low, _ in bounds), 0)
    several = len({n.mission for n in shown if not n.weak}) > 1
    for name in shown:
        rule = _rule(doc, name, labelled, top, several=several)
        yield Finding(name.mission, name.start, name.end, rule)


@cache
def _umbrellas() -> frozenset[str]:
    return frozenset(mission.name for mission in missions() if mission.umbrella)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The mission in a label or the head, else the one that the notice is about."""
    named = [f for f in findings if f.value not in _umbrellas()]
    if any(f.rule in ("label", "head") for f in named):
        findings = named
    choice = strongest(findings, RULES[:-1], first_of=frozenset({"label", "head", "about_the_post"}))
    if choice.state is not State.ABSENT:
        return choice
    counts = Counter(f.value for f in findings).most_common(2)
    if not counts or (len(counts) > 1 and counts[1][1] * 2 > counts[0][1]):
        return Choice()
    return strongest([f for f in findings if f.value == counts[0][0]], RULES)


def _rule(doc: Doc, name: Name, labelled: Sequence[Any], top: int, *, several: bool) -> str:
    for fact in labelled:
        if fact.start <= name.start < fact.end and name.start - fact.start < 60:
            return "label"
    section = section_at(doc, name.start)
    if name.start - top < _HEAD and not name.weak and (section is None or section.kind == "head"):
        return "head"
    if _ABOUT.search(doc.text[max(0, name.start - 120) : name.start]):
        return "about_the_post"
    return "most_often" if several or name.weak else "only_one"
