"""What a heading says that the text under it is about, by ``extractors/patterns/sections.toml``."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from extractors._fold import cyrillic, fold
from extractors._labels import load_toml
from extractors._organizations import organizations
from extractors._questions import section_asked

LONGEST = 90
_EDGE = re.compile(r"^[\W\d_]{1,90}|[\W_]{1,90}$")
_NUMBER = re.compile(r"^(?:[ivx]{1,5}|[a-z]|\d{1,2}(?:\.\d{1,2})*)[.)] ")
_PARENTHESIS = re.compile(r"\s{0,9}\([^()]{0,60}\)")
_WORD = re.compile(r"[^\s/]+|/")
_JOINED = re.compile(r"\b(?:and|or)\b|[&/,]")
_SPECIFIC = ("education", "experience", "languages")


@cache
def _tables() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    data: dict[str, Any] = load_toml("sections.toml")
    phrases: dict[str, str] = {}
    for kind, by_language in data["phrases"].items():
        for language, names in by_language.items():
            for name in names:
                phrases.setdefault(_EDGE.sub("", fold(name)), kind)
                if language == "sh":
                    phrases.setdefault(_EDGE.sub("", fold(cyrillic(name))), kind)
    words = {word: kind for kind, names in data["words"].items() for word in names}
    named = {fold(alias.text) for known in organizations() for alias in known.aliases if " " not in alias.text}
    return phrases, words, frozenset(data["fillers"]) | named


@lru_cache(maxsize=4096)
def heading_kind(text: str) -> str | None:
    """The kind of section that this heading opens, or None if it is no heading that the inventory knows."""
    if not text or len(text) > LONGEST:
        return None
    phrases, words, fillers = _tables()
    folded = fold(text)
    for form in (folded, _PARENTHESIS.sub("", folded)):
        key = _EDGE.sub("", _NUMBER.sub("", _EDGE.sub("", form)))
        if key in phrases:
            return phrases[key]
    if "?" in text:
        return section_asked(text)
    kinds: list[str] = []
    for word in _WORD.findall(key):
        bare = word.strip(".,:;()*")
        kind = words.get(bare)
        if kind:
            kinds.append(kind)
        elif bare and bare not in fillers:
            return None
    return _combined(kinds, several=bool(_JOINED.search(key)))


def _combined(kinds: list[str], *, several: bool) -> str | None:
    if not kinds:
        return None
    if "desirable" in kinds:
        return "desirable"
    named = [kind for kind in dict.fromkeys(kinds) if kind in _SPECIFIC]
    if len(named) == 1 and not (several and set(kinds) != {named[0]}):
        return named[0]
    if named or "requirements" in kinds:
        return "requirements"
    return kinds[0]


@cache
def debris_line() -> re.Pattern[str]:
    """Matches a folded line that is no part of the notice."""
    data: dict[str, Any] = load_toml("sections.toml")
    return re.compile("|".join(f"(?:{line})" for line in data["debris"]["lines"]))


@cache
def menu_words() -> frozenset[str]:
    """Entries of a site's menu, folded."""
    data: dict[str, Any] = load_toml("sections.toml")
    return frozenset(fold(word) for word in data["debris"]["menu"])
