"""Names of organizations and missions in a text, by the gazetteer."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors._field_missions import field_missions
from extractors._fold import flatten
from extractors._gazetteer import countries, country_by_name
from extractors._organizations import Alias, activities, missions, organizations
from extractors._stretches import Stretches

_WORD = re.compile(r"\w+")
_LONGEST = 300  # characters of a name
_COMPOUND = re.compile(r"[/-]\w")  # "EU/CHE", "UN-Habitat": two letters joined to more are another name
# "Election Observation Mission (EOM) to Moldova"
_TO_COUNTRY = re.compile(
    r"(?:\s\([a-z]{2,6}\)|\sde\sl'union\seuropeenne|\sde\sla\sunion\seuropea)?\s{1,9}(?:to|in|for|en|à|au|для|в)\s{1,9}(?:the\s{1,9})?"
)
# "EU EOM Lebanon", "European Union Election Observation Mission": the Union observes elections too
_OF_UNION = re.compile(r"(?<!\w)(?:European Union|Union européenne|Unión Europea|EU|UE)[ ]")
_BEHIND = re.compile(r"\s{1,9}(?:(?:to|in|for|–|-)\s{1,9})?(?:the\s{1,9})?")
_COUNTRY_END = re.compile(r"[.,;:()\n|]|\s(?:is|and|which|will|has|was|in|on|for|from|-)\s")


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name: ``organization`` is canonical, ``mission`` too, or None where the name is only an employer's.

    ``weak``: the name may be an everyday word, and needs better evidence beside it.
    """

    start: int
    end: int
    organization: str
    mission: str | None
    country: str | None
    weak: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]
    alias: Alias
    organization: str
    mission: str | None
    country: str | None


@cache
def _entries() -> dict[str, tuple[_Entry, ...]]:
    table: dict[str, list[_Entry]] = {}
    named: list[tuple[str, str | None, str | None, tuple[Alias, ...]]]
    named = [(o.name, None, None, (*o.aliases, Alias(o.name, case_sensitive=True))) for o in organizations()]
    named += [(m.organization, m.name, m.country, (*m.aliases, Alias(m.name))) for m in missions()]
    for organization, mission, country, aliases in named:
        for alias in aliases:
            words = tuple(_WORD.findall(flatten(alias.text)))
            if words:
                table.setdefault(words[0], []).append(_Entry(words, alias, organization, mission, country))
    return {
        word: tuple(sorted(held, key=lambda e: (-len(e.words), e.mission is None, e.alias.weak)))
        for word, held in table.items()
    }


@lru_cache(maxsize=8)
def names(text: str) -> tuple[Name, ...]:
    """Every name of an organization or mission in the text; the longest at each place."""
    folded = flatten(text)
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(folded)]
    table = _entries()
    found: list[Name] = list(_observation(text, folded))
    for field in field_missions(text, folded):
        mission = field.mission
        found.append(Name(field.start, field.end, mission.organization, mission.name, mission.country, weak=False))
    taken = Stretches((name.start, name.end) for name in found)
    at = 0
    while at < len(words):
        step = 1
        for entry in table.get(words[at][0], ()):
            count = len(entry.words)
            if at + count > len(words) or tuple(w[0] for w in words[at : at + count]) != entry.words:
                continue
            start, end = words[at][1], words[at + count - 1][2]
            if entry.alias.case_sensitive and text[start:end] != entry.alias.text:
                continue
            if end - start == 2 and _COMPOUND.match(text, end):
                continue
            if not taken.touch(start, end):
                found.append(Name(start, end, entry.organization, entry.mission, entry.country, entry.alias.weak))
            step = count
            break
        at += step
    return tuple(sorted(found, key=lambda n: n.start))


def names_near(text: str, start: int, end: int) -> tuple[Name, ...]:
    """The names that have a character between two offsets, and maybe some just before them."""
    found = names(text)
    first = bisect_left(found, start - _LONGEST, key=lambda name: name.start)
    return found[first : bisect_left(found, end, first, key=lambda name: name.start)]


def _plain(name: str) -> str:
    return name.removeprefix("ODIHR ").removeprefix("EU ").removesuffix(" to")


@cache
def _activity() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {flatten(alias.text): kind.name for kind in activities() for alias in kind.aliases}
    kinds |= {flatten(_plain(kind.name)): kind.name for kind in activities() if kind.name.startswith("ODIHR ")}
    longest = sorted(kinds, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest)) + r")\b"), kinds


def _of_union(text: str, at: int) -> bool:
    """Whether the Union's name stands right before an offset or begins there."""
    before = text[max(0, at - 20) : at].replace("\n", " ")
    return bool(_OF_UNION.match(text, at)) or any(before.endswith(m.group()) for m in _OF_UNION.finditer(before))


@cache
def _by_prefix() -> dict[str, str]:
    return {prefix: kind.name for kind in activities() for prefix in kind.prefixes}


@cache
def _acronym() -> re.Pattern[str]:
    """ "ODIHR LEOM", "EU EOM": the acronym of a kind behind who observes."""
    return re.compile(rf"(?<!\w)(?:OSCE/ODIHR|ODIHR|EU)[ /-](?P<prefix>{'|'.join(map(re.escape, _by_prefix()))})(?!\w)")


def _observation(text: str, folded: str) -> list[Name]:
    """ "Referendum Observation Activity to Kazakhstan": a mission of ODIHR, named after its kind and country."""
    pattern, kinds = _activity()
    found = []
    short = {match.start(): match for match in _acronym().finditer(text)}
    for match in sorted([*pattern.finditer(folded), *short.values()], key=lambda m: m.start()):
        acronym = match.start() in short
        to = (_BEHIND if acronym else _TO_COUNTRY).match(folded, match.end())
        if to is None:
            continue
        end = _COUNTRY_END.search(text, to.end(), to.end() + 50)
        words = re.findall(r"\S+", text[to.end() : end.start() if end else to.end() + 50])
        for count in range(min(5, len(words)), 0, -1):
            printed = " ".join(words[:count])
            code = country_by_name(printed)
            if code:
                kind = _by_prefix()[match["prefix"]] if acronym else kinds[match.group()]
                union = kind.startswith("EU ") or _of_union(text, match.start()) or "europ" in to.group()
                by, kind = "EU" if union else "ODIHR", _plain(kind)
                owner = "EU" if by == "EU" else "OSCE"
                name = f"{by} {kind} to {countries()[code].name}"
                start = match.start() - (6 if folded[: match.start()].endswith("odihr ") else 0)
                found.append(Name(start, to.end() + len(printed), owner, name, code, weak=False))
                break
    return found
