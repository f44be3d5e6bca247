"""The words by which the site's part of a page is known: names of classes, headings, phrases (``furniture.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from extractors._fold import fold
from extractors._labels import field_of
from pipeline.headings import heading_kind

SITE, ASIDE = "site", "aside"
_LONGEST = 200  # characters of a label with its value

_TAGS = {"footer": SITE, "header": ASIDE, "aside": ASIDE, "form": ASIDE}
_ROLES = {
    **dict.fromkeys("navigation banner contentinfo search dialog alertdialog menu menubar".split(), SITE),
    "complementary": ASIDE,
}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PARTS = re.compile(r"[^\w']{0,3}[.,|·•/–—-][^\w']{0,3}|\s{2,9}")


@dataclass(frozen=True, slots=True)
class _Words:
    site: frozenset[str]
    aside: frozenset[str]
    negations: frozenset[str]
    opens: re.Pattern[str]
    begins: re.Pattern[str]
    has: tuple[str, ...]
    only: frozenset[str]


@cache
def _words() -> _Words:
    with resources.files("pipeline").joinpath("furniture.toml").open("rb") as file:
        told: dict[str, Any] = tomllib.load(file)
    names, blocks = told["names"], told["blocks"]
    return _Words(
        frozenset(names["site"].split()),
        frozenset(names["aside"].split()),
        frozenset(names["not"].split()),
        _beginning(told["opens"]["begins"]),
        _beginning(blocks["begins"]),
        tuple(blocks["has"]),
        frozenset(blocks["only"]),
    )


def _beginning(phrases: Sequence[str]) -> re.Pattern[str]:
    longest = sorted(dict.fromkeys(phrases), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def named(tag: str, attributes: Mapping[str, str | None], *, inside: bool) -> str:
    """``SITE`` or ``ASIDE`` where tag, role, class or id say so, else ""; ``inside`` the main part of the page."""
    if tag in _TAGS:
        return "" if tag == "header" and inside else _TAGS[tag]
    if not attributes:
        return ""
    role = _ROLES.get((attributes.get("role") or "").strip().casefold())
    if role:
        return role
    found = ""
    for name in f"{attributes.get('class') or ''} {attributes.get('id') or ''}".split():
        parts = [part.casefold() for part in _WORD.findall(name)]
        if not parts or parts[0] in _words().negations:
            continue
        if {parts[0], parts[-1]} & _words().site:
            return SITE
        found = ASIDE if {parts[0], parts[-1]} & _words().aside else found
    return found


def opens_site(text: str) -> bool:
    """Whether a short text is the heading of a part that is the site's: "Similar jobs (3)"."""
    return heading_kind(text) == "debris" or _words().opens.match(fold(text)) is not None


def is_site(pieces: Sequence[str]) -> bool:
    """Whether the texts of a short block are the site's: "Advertisement ...", "© 2026", "Legal notice | Contact"."""
    folded = [fold(piece) for piece in pieces]
    whole = " ".join(folded)
    if _words().begins.match(whole) or any(mark in whole for mark in _words().has):
        return True
    parts = [part for piece in folded for part in _PARTS.split(piece) if part.strip(" .|")]
    return len(parts) > 1 and all(part.strip(" .|") in _words().only for part in parts)


def stated(texts: Sequence[str]) -> Counter[str]:
    """How often each field is labelled in these texts: "Grade", "Closing date: 5 May"."""
    found = (field_of(text.partition(":")[0]) for text in texts if len(text) <= _LONGEST)
    return Counter(name for name in found if name is not None)
