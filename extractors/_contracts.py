"""Legal forms of engagements as printed, from ``patterns/contracts.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractors._labels import load_toml
from extractors._phrases import alternation, opened, phrases


@dataclass(frozen=True, slots=True)
class Form:
    """A legal form: its value in the record, and how labels, titles and sentences say it.

    ``anywhere``: whether sentences count in duties and requirements too.
    """

    name: str
    labelled: re.Pattern[str]
    title: re.Pattern[str]
    prose: re.Pattern[str]
    sole: re.Pattern[str]
    anywhere: bool


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms, strongest first, and the words that take a value away."""

    forms: tuple[Form, ...]
    mixed: re.Pattern[str]
    elsewhere: re.Pattern[str]
    deals_with: re.Pattern[str]
    beside: re.Pattern[str]
    contract: re.Pattern[str]


@cache
def forms() -> Forms:
    """Read and compile the vocabulary once."""
    data: dict[str, Any] = load_toml("contracts.toml")
    found = []
    for entry in data["type"]:
        capitals = alternation(entry.get("capitals", ()), case=True)
        labelled = re.compile(rf"(?i:{alternation(entry['labelled'])})|{capitals}")
        opened(labelled, [*entry["labelled"], *entry.get("capitals", ())])
        anywhere = entry.get("anywhere", False)
        sole = re.compile(rf"\W{{0,3}}(?i:{alternation(entry.get('sole', ()))})")
        found.append(Form(entry["name"], labelled, phrases(entry["title"]), phrases(entry["prose"]), sole, anywhere))
    lists = (phrases(data[name]["words"]) for name in ("mixed", "elsewhere", "deals_with", "beside", "contract"))
    return Forms(tuple(found), *lists)
