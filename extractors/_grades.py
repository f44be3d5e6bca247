"""Grades of pay scales as printed, and the scales that they may belong to (``patterns/grades.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from extractors._labels import load_toml
from extractors._phrases import alternation, phrases

_LABELLED_GAP = r"[-‐‑–—. \u00a0]?"  # "P-3", "P 3", "P.3", "P–3"
_FREE_GAP = r"[-‐‑–]?"  # in prose "P. 3" is a page


@dataclass(frozen=True, slots=True)
class Scale:
    """A pay scale: its name, the pattern of its grades, who uses it, whether its grades count without a label."""

    name: str
    pattern: re.Pattern[str]
    organizations: frozenset[str]
    free: bool
    yields_to: str | None


@dataclass(frozen=True, slots=True)
class Grades:
    """The vocabulary, compiled; ``labelled`` and ``free`` find a grade, a pair or a range of grades."""

    scales: tuple[Scale, ...]
    labelled: re.Pattern[str]
    free: re.Pattern[str]
    free_code: str
    whole: frozenset[str]
    categories: frozenset[str]
    none: re.Pattern[str]
    numbered: frozenset[str]
    about: re.Pattern[str]
    not_about: re.Pattern[str]


# "AD 6", "FG IV": letters that need no sign between them and the figure, as "P 3" does; "NO 4" is no grade
_SPELT = re.compile(r"(?!NO)[A-Z]{2}|\(\?:CA")


def _codes(scale: dict[str, Any], gap: str) -> str:
    codes = (code.replace("~?", "~") for code in scale["codes"])
    return "|".join(code.replace("~", _LABELLED_GAP if _SPELT.match(code) else gap) for code in codes)


def _paired(codes: Iterable[str], gap: str) -> str:
    """One grade, or two: "B1/B2", "P-3/4", "G-5 to G-6", "NPSA-9/NB4"."""
    one = "|".join(sorted(codes, key=len, reverse=True))
    join = r"\s?[/–-]\s?(?:and\s)?|\s(?:to|or|and|bis|à|ou|o|y|до|do)\s"
    return rf"(?:{one})(?![\w])(?:(?:{join})(?:{one})(?!\w)|/\d(?!\d))?"


@cache
def grades() -> Grades:
    """Read and compile ``patterns/grades.toml`` once."""
    data: dict[str, Any] = load_toml("grades.toml")
    scales = []
    for entry in data["scale"]:
        users: set[str] = set()
        for user in entry["organizations"]:
            users.update(data["families"][user[1:]] if user.startswith("@") else [user])
        pattern = re.compile("|".join([_codes(entry, _LABELLED_GAP), *entry.get("whole", ())]))
        scales.append(Scale(entry["name"], pattern, frozenset(users), entry["free"], entry.get("yields_to")))
    border = r"(?<![\w.@/-])"
    labelled = _paired((_codes(entry, _LABELLED_GAP) for entry in data["scale"]), _LABELLED_GAP)
    free = _paired((_codes(entry, _FREE_GAP) for entry in data["scale"] if entry["free"]), _FREE_GAP)
    return Grades(
        scales=tuple(scales),
        labelled=re.compile(border + labelled),
        free=re.compile(border + free),
        free_code=free,
        whole=frozenset(code for entry in data["scale"] for code in entry.get("whole", ())),
        categories=frozenset(code for entry in data["scale"] for code in entry.get("categories", ())),
        none=re.compile(rf"\W{{0,3}}(?i:{alternation(data['none']['words'])})"),
        numbered=frozenset(data["numbered"]["words"]),
        about=phrases(data["prose"]["about"]),
        not_about=phrases(data["prose"]["not_about"]),
    )


def scale_of(grade: str, organization: str | None) -> str | None:
    """The scale that a printed grade belongs to; without a known user of it only where no other prints it so."""
    ends = {at for at in range(1, len(grade) + 1) if not grade[at : at + 1].isalnum()}
    parts = [grade, *(grade[:at] for at in sorted(ends, reverse=True))]  # "G-5 to G-6", "A1/2"
    possible: list[Scale] = []
    for part in parts:
        possible = possible or [scale for scale in grades().scales if scale.pattern.fullmatch(part)]
    used = [scale for scale in possible if organization in scale.organizations]
    if used:
        return used[0].name
    if len(possible) == 1 and (organization is None or possible[0].free):
        return possible[0].name
    return None


@lru_cache(maxsize=4096)
def yields(grade: str, other: str) -> bool:
    """Whether the other grade is the post's own, and this one what some who may be hired would get instead."""
    mine = {scale.yields_to for scale in grades().scales if scale.pattern.fullmatch(grade)}
    return any(scale.name in mine and scale.pattern.fullmatch(other) for scale in grades().scales)
