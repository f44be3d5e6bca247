"""People of a country as rules on nationality name them: the countries before and behind "nationals", declined or not.

Works on a stretch of text between two offsets; the vocabulary is ``patterns/nationality.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors._fold import fold
from extractors._gazetteer import country_by_demonym, country_by_name, country_names
from extractors._labels import load_toml
from extractors._phrases import phrases

WORD = re.compile(r"[^\W_](?:[\w.'’-]*\w)?\.?|&")
_LONGEST = 7  # words of a country's name: "the Democratic Republic of the Congo"
_REACH = 14  # words read behind the people for their country
_LISTED = 160  # words of a list of countries
NOT = re.compile(r"(?i)(?<!\w)(?:not|non|no|other than|except)(?:\s|-)(?:a\s|the\s)?$")
_SLAVIC = re.compile(r"[а-яёѐ-џ]|[čćšžđëç]|(?:državljan|republike|shtetas|cetățe)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of ``patterns/nationality.toml``, compiled."""

    people: re.Pattern[str]
    bloc: re.Pattern[str]
    duty_station: re.Pattern[str]
    only: re.Pattern[str]
    must: re.Pattern[str]
    other_than: re.Pattern[str]
    soft: re.Pattern[str]
    excluded: re.Pattern[str]
    applying: re.Pattern[str]
    fillers: frozenset[str]
    joins: frozenset[str]
    labels: frozenset[str]


@cache
def words() -> Words:
    """Read and compile the vocabulary once."""
    data: dict[str, list[str]] = load_toml("nationality.toml")  # type: ignore[assignment]
    return Words(
        people=phrases(data["people"]),
        bloc=phrases(data["bloc"]),
        duty_station=phrases(data["duty_station"]),
        only=phrases(data["only"]),
        must=phrases(data["must"]),
        other_than=phrases(data["other_than"]),
        soft=phrases(data["soft"]),
        excluded=phrases(data["excluded"]),
        applying=phrases(data["applying"]),
        fillers=frozenset(data["fillers"]),
        joins=frozenset(data["joins"]),
        labels=frozenset(map(fold, data["labels"])),
    )


def _stem(name: str) -> str:
    return " ".join(w[:-2] if len(w) > 4 else w[:-1] if len(w) > 3 else w for w in name.split())


@cache
def _stems() -> dict[str, str | None]:
    """Names of countries without their endings, for languages that decline them; None where two share a stem."""
    found: dict[str, str | None] = {}
    for name, code in country_names().items():
        stem = _stem(fold(name))
        found[stem] = code if found.get(stem, code) == code else None
    return found


@cache
def _adjectives() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: dict[str, list[str]] = load_toml("nationality.toml")["demonyms"]  # type: ignore[assignment]
    return tuple((phrases(names), code) for code, names in table.items())


def demonym(text: str) -> str | None:
    """The country of an adjective, also of one that is declined: "burundaise", "українського"."""
    code = country_by_demonym(text)
    if code is None and " " not in text:
        forms = (text, text.rstrip("."))  # "cittadini italiani."
        return next((code for pattern, code in _adjectives() if any(map(pattern.fullmatch, forms))), None)
    return code


def country_in(text: str, *, declined: bool = False) -> str | None:
    """The country that a phrase names, or whose people it calls: "Republic of Serbia", "Kenyan", "Украины"."""
    code = country_by_name(text) or demonym(text)
    if code is None and declined and len(text) > 4:
        code = _stems().get(_stem(fold(text)))
    return code


def _country_at(text: str, tokens: list[re.Match[str]], first: int, declined: bool) -> tuple[str, int] | None:
    """The country that starts at a word, the longest name first, and the number of words that it takes."""
    if not text[tokens[first].start()].isupper() and not demonym(tokens[first].group()):
        return None
    for count in range(min(_LONGEST, len(tokens) - first), 0, -1):
        phrase = text[tokens[first].start() : tokens[first + count - 1].end()]
        if (
            "\n\n" not in phrase
            and not re.search(r"[,;:()]", phrase)
            and (code := country_in(phrase, declined=declined))
        ):
            return code, count
    return None


def countries_after(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the countries that directly follow the people: "of Kenya, Uganda or the United Republic of Tanzania"."""
    known = words()
    declined = bool(_SLAVIC.search(text, max(0, start - 60), end))
    tokens = [m for m, _ in zip(WORD.finditer(text, start, end), range(_LISTED), strict=False)]
    i, found = 0, False
    while i < len(tokens) and (found or i < _REACH):
        if re.search(r"[;:.]", text[tokens[i - 1].end() if i else start : tokens[i].start()]):
            return
        here = _country_at(text, tokens, i, declined)
        if here:
            code, count = here
            yield code, tokens[i].start(), tokens[i + count - 1].end()
            i, found = i + count, True
            continue
        word = tokens[i].group().casefold().rstrip(".")
        if not (word in (known.joins if found else known.fillers) or known.people.fullmatch(tokens[i].group())):
            return
        i += 1


def countries_before(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the nationalities directly before the people: "Kenyan or Ugandan nationals"."""
    tokens = list(WORD.finditer(text, start, end))[-6:]
    i = len(tokens)
    while i > 0:
        for count in range(min(3, i), 0, -1):
            low, high = tokens[i - count].start(), tokens[i - 1].end()
            code = demonym(text[low:high])
            if code and (text[low].isupper() or count == 1):
                if NOT.search(text, max(start, low - 8), low):
                    return
                yield code, low, high
                i -= count
                break
        else:
            if i == len(tokens) or tokens[i - 1].group().casefold() not in words().joins | words().fillers:
                return
            i -= 1
