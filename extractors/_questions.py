"""Questions that stand for a label or a heading: "Until when can I apply?", "What do we expect of you?"."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractors._flat import flat, vocabulary
from extractors._labels import load_toml

_HEADINGS = frozenset({"desirable", "requirements", "duties", "remuneration", "background"})
# Kind of the section under a question that asks for one field.
_KINDS = {"salary": "remuneration", "apply": "apply", "nationality": "nationality"}
_LONGEST = 100  # characters of a question
_EDGE = ' \t\n:*_•–—-¿"“”«»'
_NEAR = 12  # characters before the words that tell: "And ", "So, "


@cache
def _about() -> dict[str, re.Pattern[str]]:
    return {
        about: re.compile(vocabulary(table)) for about, table in load_toml("questions.toml").items() if about != "alone"
    }


@cache
def _alone() -> dict[str, str]:
    return {flat(question): about for question, about in load_toml("questions.toml")["alone"].items()}  # type: ignore[attr-defined]


@lru_cache(maxsize=1024)
def _asked(text: str) -> str | None:
    """What a question asks for: a field, a kind of section, ``other``; None for what is no question of a notice."""
    plain = flat(text).strip(_EDGE)
    if not plain.endswith("?") or len(plain) > _LONGEST:
        return None
    if about := _alone().get(plain.rstrip(" ?")):
        return about
    first, found = _NEAR + 1, None
    for about, pattern in _about().items():
        match = pattern.search(plain)
        if match and match.start() < first and (about != "other" or not match.start()):
            first, found = match.start(), about
    return found


def field_asked(text: str) -> str | None:
    """The field that a question asks for: ``closing_date`` for "Until when can I apply?"."""
    if "?" not in text:
        return None
    about = _asked(text)
    return None if about is None or about in _HEADINGS or about == "other" else about


def section_asked(text: str) -> str | None:
    """The kind of section that a question heads: ``requirements`` for "What do we expect?"."""
    if "?" not in text:
        return None
    about = _asked(text)
    return about if about in _HEADINGS else _KINDS.get(about or "")


def is_question(text: str) -> bool:
    """Whether a line is a question that opens a part of the notice, whatever it is about."""
    return "?" in text and _asked(text) is not None
