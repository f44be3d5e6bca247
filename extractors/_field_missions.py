"""Missions named by what they are, whose they are and where: "Misija OEBS-a u Crnoj Gori".

The gazetteer has their names in some languages; the kind, the organization and the country tell them in the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors._fold import flatten
from extractors._gazetteer import best_place, country_by_name
from extractors._organizations import Mission, kinds, missions, organizations

_OF = r"(?:\s(?:der|des|de|de\sl'|de\sla|do|da|della|dell'|e|i|a))?"
_ENDING = r"(?:-?(?:s|a|ja|se|ve|ut|ului|u))?"
_IN = re.compile(r"\s(?:in|to|en|im|au|aux|a|nel|nella|no|na|u|у|в|во|në|ne|la|din|pour|für|для)\s(?:the\s|der\s)?")
# "sucht für ihre Mission in Moldau", "for its Mission to Moldova"
_ITS = "its|ihre|ihrer|sa|su|sua|la sua|свою|своей|своєї|svoju|svojoj|своју|својој"
_REACH = 160  # characters before "its Mission" in which the organization is named
_NAME = re.compile(r"[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w'’-]*){0,4}")


@dataclass(frozen=True, slots=True)
class FieldMission:
    """A mission found, with the bounds of its printed name."""

    start: int
    end: int
    mission: Mission


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    by_word = {flatten(word): kind for kind, words in kinds().items() for word in words}
    owners = {m.organization for m in missions() if any(f" {kind} " in m.name for kind in kinds())}
    aliases = {
        flatten(alias.text): known.name
        for known in organizations()
        if known.name in owners
        for alias in known.aliases
        if not alias.weak
    }
    words, names = (
        "|".join(map(re.escape, sorted(table, key=lambda text: (-len(text), text)))) for table in (by_word, aliases)
    )
    behind = rf"(?P<kind>{words}){_OF}\s?(?P<owner>{names}){_ENDING}"
    before = rf"(?P<owner2>{names})[-\s](?P<kind2>{words})"
    own = rf"(?:{_ITS})\s(?P<kind3>{words})"
    return re.compile(rf"(?<!\w)(?:{behind}|{before}|{own})(?=\s)"), by_word, aliases


def _before(folded: str, at: int) -> str | None:
    """The one organization with missions that is named in the sentence before "its Mission to"."""
    _, _, aliases = _pattern()
    words = re.findall(r"[\w-]+", folded[max(0, at - _REACH) : at].rpartition(". ")[2])
    found = {aliases[word] for word in words if word in aliases}
    return found.pop() if len(found) == 1 else None


def field_missions(text: str, folded: str) -> Iterator[FieldMission]:
    """The missions of a text whose names say kind, organization and place; ``folded`` is the text, flattened."""
    pattern, by_word, aliases = _pattern()
    for match in pattern.finditer(folded):
        kind = by_word[match["kind"] or match["kind2"] or match["kind3"]]
        named = match["owner"] or match["owner2"]
        owner = aliases[named] if named else _before(folded, match.start())
        to = _IN.match(folded, match.end())
        name = _NAME.match(text, to.end()) if to else None
        if name is None or owner is None:
            continue
        words = list(re.finditer(r"\S+", name.group()))
        for word in reversed(words):
            printed = name.group()[: word.end()]
            mission = _one(owner, kind, printed)
            if mission:
                yield FieldMission(match.start(), name.start() + len(printed), mission)
                break


def _one(owner: str, kind: str, place: str) -> Mission | None:
    """The one mission of that kind in a country or town; None if there are several."""
    code = country_by_name(place)
    town = None if code else best_place(place)
    if code is None and (town is None or town.importance < 3):
        return None
    found = [
        mission
        for mission in missions()
        if mission.organization == owner
        and mission.name.startswith((f"{owner} {kind} in ", f"{owner} {kind} to "))
        and (mission.country == code if code else town is not None and mission.country == town.country)
    ]
    return found[0] if len(found) == 1 else None
