"""Russian and Ukrainian titles in the nominative: "старшего специалиста" is "Старший специалист".

Only the words up to the occupation are declined, and only those of the masculine; what follows stays as it is.
"""

from __future__ import annotations

from collections.abc import Container

from extractors._fold import fold

_NOUNS = (("еля", "ель"), ("аря", "арь"), ("ія", "ій"), ("ря", "рь"), ("ца", "ец"), ("ка", "ок"), ("а", ""))
_ADJECTIVES = (("ього", "ій"), ("его", "ий"), ("ого", "ый"))
_SOFT = frozenset("гкхжшчщ")
_BEFORE = 3  # adjectives before the noun, at most


def nominative(title: str, occupations: Container[str]) -> str | None:
    """The title in the nominative with a capital; None where its words are no genitive of an occupation."""
    words = title.split(" ")
    for number, word in enumerate(words[: _BEFORE + 1]):
        noun = _noun(word, occupations)
        if noun:
            declined = [_adjective(other, ukrainian=_is_ukrainian(title)) for other in words[:number]]
            if None in declined:
                return None
            value = " ".join([*(one for one in declined if one), noun, *words[number + 1 :]])
            return value[0].upper() + value[1:]
    return None


def _noun(word: str, occupations: Container[str]) -> str | None:
    for genitive, ending in _NOUNS:
        if word.endswith(genitive):
            base = word[: -len(genitive)] + ending
            if fold(base) in occupations:
                return base
    return None


def _adjective(word: str, *, ukrainian: bool) -> str | None:
    for genitive, ending in _ADJECTIVES:
        if word.endswith(genitive):
            stem = word[: -len(genitive)]
            hard = "ий" if ukrainian or stem[-1:] in _SOFT else ending
            return stem + (hard if genitive == "ого" else ending)
    return None


def _is_ukrainian(title: str) -> bool:
    return any(c in "іїєґІЇЄҐ" for c in title) or " з " in title or " із " in title
