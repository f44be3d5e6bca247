"""Stated length of the appointment in months: a year is 12, a week 12/52, a day 12/365.

Probation, notice, a possible extension and an upper limit in the rules are no length of the appointment, nor are
working days, which are spread over an unstated time.  "6-12 months" and two dates state no single length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._flat import compiled, flat, openings, pattern
from extractors._labels import load_toml
from extractors._phrases import last, occurrences, opened
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "duration_months"
RULES = ("labelled", "contract_type", "sentence")
_MONTHS = {"year": 12.0, "month": 1.0, "week": 12 / 52, "day": 12 / 365}
_NO_CONTRACT = frozenset(
    {"duties", "requirements", "desirable", "education", "experience", "languages", "competencies", "debris"}
)
_PLUS = re.compile(r",?\s?(?:(?:and|et|y|e|und|и|i|dhe|și)\s)?")
_LONGEST = 120  # months; a longer "contract" is a misreading
# What follows speaks of the extension: "12 months with possibility of extension", "24 months and may be prolonged"
_CLAUSE_END = re.compile(
    r"""[.;:()\n,] | \b(?: with | and | may | can | which | subject | but | then | avec | et | puis | con | y | com | e
        | mit | und | mund | с | и | з | та | sa | i | uz | me | dhe | cu | și | renew\w{0,5} | extend\w{0,4}
        | extension | renouvel\w{0,6} | renov\w{0,5} | possib\w{0,6} )\b""",
    re.VERBOSE,
)
_ADJECTIVES = frozenset({"initial", "first", "fixed", "fixed-term", "definite", "total", "term", "inicial", "initiale"})
_NEAR = 60  # characters between a contract's name and its length


@dataclass(frozen=True, slots=True)
class Length:
    """A printed stretch of time, in months."""

    start: int
    end: int
    months: float


@cache
def _table(group: str, name: str) -> Any:
    table = load_toml("durations.toml")[group]
    assert isinstance(table, dict)
    return table[name]


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(pattern(_table("words", name)))


@cache
def _numbers() -> dict[str, int]:
    table = load_toml("numbers.toml")["words"]
    assert isinstance(table, dict)
    return {flat(word): int(number) for number, words in table.items() for word in words if not word.endswith("*")}


@cache
def _lengths() -> re.Pattern[str]:
    units = "|".join(f"(?P<{unit}>{pattern(_table('units', unit))})" for unit in _MONTHS)
    number = rf"(?:(?<![\d.,/])\d{{1,3}}(?:[.,]\d{{1,2}})?(?![\d])|{pattern(_numbers())})"
    # six (6) months; 12-month; two and a half years; 6-12 months
    expression = re.compile(
        rf"""
        (?:(?P<low>\d{{1,3}}|{pattern(_numbers())})\s?(?:-|to|a|bis|до|do|à|or|ou|o|и)\s?)?
        (?P<number>{number}) [\s-]{{0,2}} (?:\(\s?(?P<again>\d{{1,3}}|{pattern(_numbers())})\s?\)[\s-]{{0,2}})?
        (?P<half>{pattern(_table("words", "half"))}\s{{1,2}})?
        (?:(?:full|calendar|consecutive|календарных|kalendarskih)\s{{1,2}})?
        (?:{units})
        (?:\s{{1,2}}(?P<half_behind>{pattern(_table("words", "half"))}))?
        """,
        re.VERBOSE,
    )
    return opened(expression, openings(_numbers()), figures=True)


def lengths_in(text: str, start: int = 0, end: int | None = None) -> tuple[Length, ...]:
    """The stretches of time printed between two offsets; "1 year and 6 months" is one, "6-12 months" is none."""
    plain = flat(text)
    found = [*_figured(plain, start, len(text) if end is None else end)]
    found += _adjectival(plain, start, len(text) if end is None else end)
    merged: list[Length] = []
    for length in sorted(found, key=lambda length: length.start):
        before = merged[-1] if merged else None
        if before and length.start < before.end:
            continue
        if before and length.months < before.months and _PLUS.fullmatch(plain[before.end : length.start]):
            merged[-1] = Length(before.start, length.end, before.months + length.months)
        else:
            merged.append(length)
    return tuple(merged)


def _figured(plain: str, start: int, end: int) -> Iterator[Length]:
    for match in occurrences(_lengths(), plain, start, end):
        value = _value(match["again"] or match["number"])
        if value is None or match["low"]:
            continue
        if match["half"] or match["half_behind"]:
            value += 0.5
        unit = next(unit for unit in _MONTHS if match[unit])
        yield Length(match.start(), match.end(), round(value * _MONTHS[unit], 4))


def _adjectival(plain: str, start: int, end: int) -> Iterator[Length]:
    expression, months = _adjectives()
    for match in occurrences(expression, plain, start, end):
        word = re.sub(r"[\s-]+", " ", match.group())
        yield Length(match.start(), match.end(), next(value for stem, value in months if word.startswith(stem)))


@cache
def _adjectives() -> tuple[re.Pattern[str], tuple[tuple[str, float], ...]]:
    table = _table("words", "adjectives")
    stems = sorted(
        ((flat(term).rstrip("*").replace("-", " "), float(value)) for term, value in table.items()), reverse=True
    )
    return compiled(table), tuple(stems)


def _value(printed: str) -> float | None:
    return float(printed.replace(",", ".")) if printed[0].isdigit() else _numbers().get(re.sub(r"[\s-]+", " ", printed))


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the lengths that labels, kinds of contract and sentences about the contract state."""
    text = doc.text
    plain = flat(text)
    for fact in facts(doc, "duration", "contract_type"):
        section = section_at(doc, fact.label_start)
        if section is not None and section.kind == "debris":
            continue
        length = _first(text, fact.start, min(fact.end, fact.start + 160))
        if length:
            rule = "labelled" if fact.field == "duration" else "contract_type"
            yield Finding(length.months, length.start, length.end, rule)
    for start, end in body(doc):
        for length in lengths_in(text, start, end):
            section = section_at(doc, length.start)
            if section is not None and section.kind in _NO_CONTRACT:
                continue
            if _is_of_contract(plain, length, start, end):
                yield Finding(length.months, length.start, length.end, "sentence")


def _first(text: str, start: int, end: int) -> Length | None:
    """The first length of a value that is not one of probation or extension."""
    plain = flat(text)
    for number, length in enumerate(lengths_in(text, start, end)):
        if _denied(plain, length, start, end):
            if number == 0 and _words("not").search(plain, start, length.start):
                return None  # "Extendable up to 12 months": whatever follows is no length of the contract either
            continue
        return length if 0 < length.months <= _LONGEST else None
    return None


def _denied(plain: str, length: Length, start: int, end: int) -> bool:
    """Whether the words right around a length say that it is no length of the contract."""
    before = re.split(r"[.;:(\n,]", plain[max(start, length.start - 40) : length.start])[-1]
    behind = _CLAUSE_END.split(plain[length.end : min(end, length.end + 30)], maxsplit=1)[0]
    return bool(_words("not").search(before) or _words("not").search(behind))


def _is_of_contract(plain: str, length: Length, start: int, end: int) -> bool:
    """ "contract of three years", "one-year fixed-term contract", "Temporary Appointment (11 months)"."""
    if not 0 < length.months <= _LONGEST or _denied(plain, length, start, end):
        return False
    before = re.split(r"[.;]\s|\n", plain[max(start, length.start - _NEAR) : length.start])[-1]
    behind = re.split(r"[.;:,(\n]", plain[length.end : min(end, length.end + 40)])[0]
    named = last(_words("contract"), before, 0, len(before))
    if named is not None:
        between = [word for word in re.findall(r"[^\W\d_]+", before[named.end() :]) if word not in _links()]
        if not between and not _words("not").search(before):
            return True
    adjectival = _words("contract").search(behind)
    if adjectival is None or _words("not").search(behind):
        return False
    between = behind[: adjectival.start()].split()
    return len(between) <= 2 and not any(word in _links() and word not in _ADJECTIVES for word in between)


@cache
def _links() -> frozenset[str]:
    return frozenset(flat(word) for word in _table("words", "link"))


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The length of the strongest statement; two of one kind that differ give none."""
    return strongest(findings, RULES)
