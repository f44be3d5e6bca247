"""Word lists as patterns over folded text in which no character has moved: an offset there is an offset here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from extractors._fold import cyrillic, flatten
from extractors._phrases import opened


@lru_cache(maxsize=64)
def flat(text: str) -> str:
    """The text in lower case, without accents, with plain apostrophes and dashes; as long as it was."""
    return flatten(text)


def pattern(terms: Iterable[str]) -> str:
    """An alternation of terms for flat text, longest first; linear to match, as no term repeats anything unbounded.

    A blank or hyphen in a term stands for any blank, hyphen or both; ``*`` for the rest of a word; ``~`` for up to
    two words; an apostrophe may be missing; ``(…)?`` is optional, but not at the front.  Terms begin and end at word
    borders.
    """
    by_letter: dict[str, list[str]] = {}
    for term in sorted(set(terms), key=lambda term: (-len(term), term)):
        part = _term(term)
        letter = part[0] if part[0].isalnum() else ""
        by_letter.setdefault(letter, []).append(part[len(letter) :])
    branches = [letter + "(?:" + "|".join(rest) + ")" for letter, rest in by_letter.items()]
    return r"(?<!\w)(?:" + "|".join(branches) + r")"


def compiled(terms: Iterable[str]) -> re.Pattern[str]:
    """The pattern of terms, which ``extractors._phrases.occurrences`` finds in a whole text."""
    every = tuple(terms)
    return opened(re.compile(pattern(every)), openings(every))


def openings(terms: Iterable[str]) -> list[str]:
    """The first word of each term, or with ``*`` the part of it that is always the same."""
    found = []
    for term in terms:
        first, behind = _OPENING.match(flat(term)).groups()  # type: ignore[union-attr]
        found.append(first + "*" * (behind in set("*'()?|")))
    return found


_OPENING = re.compile(r"([^\W_]*)(.?)", re.DOTALL)
_PIECE = re.compile(r"\s*~\s*|[\s\-]+|\*|'|[()?|]|[^\s\-*'()?|~]+")


def _term(term: str) -> str:
    out = []
    for piece in _PIECE.findall(flat(term)):
        if "~" in piece:
            out.append(r"(?:[\s\-]{1,3}[\w'/]{1,20}){0,2}[\s\-]{1,3}")
        elif piece.isspace() or piece[0] in " -\n":
            out.append(r"[\s\-]{1,3}")
        elif piece == "*":
            out.append(r"\w{0,14}")
        elif piece == "'":
            out.append(r"'?\s?")
        elif piece == "(":
            out.append("(?:")
        elif piece in ")?|":
            out.append(piece)
        else:
            out.append(re.escape(piece))
    last = term.rstrip()[-1:]
    border = r"(?!\w)" if last.isalnum() or last in "*)?" else ""
    return "".join(out) + border


def vocabulary(table: object) -> str:
    """The pattern of a table of terms by language; those under ``sh`` are read in Cyrillic letters too.

    >>> import re
    >>> bool(re.match(vocabulary({"sh": ["znanj*"]}), flat("знање")))
    True
    """
    assert isinstance(table, dict)
    terms = {term for group in table.values() for term in group}
    return pattern(terms | {cyrillic(term) for term in table.get("sh", ())})
