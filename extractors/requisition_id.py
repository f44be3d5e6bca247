"""Number that the organization gave the vacancy, as printed.

Not a requisition id: the number of a post, a project, a form or a law, and a reference without any figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, head_lines
from extractors._fold import fold
from extractors._labels import label_key, load_toml
from extractors._phrases import alternation, lettered, occurrences, opened, phrases
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "requisition_id"
RULES = ("label", "sentence", "behind_title", "code_in_head", "system_number")

_PREFIX = re.compile(r"(?:[#№:–-]|n[°ºo]\.?(?=[\s\d])|no\.?(?=\s)|number(?=\s)|nr\.?(?=\s))?\s*", re.IGNORECASE)
# A piece of a number: it has a figure, or is in capitals, or is a sign between two pieces.
_PIECE = re.compile(r"(?=[^\s\d]{0,120}\d)\S{1,120}|[A-Z][A-Z0-9/_.()-]{0,120}(?![a-z])|\([A-Z]{1,3}\)|[/–-]")
_ID = r"(?P<id>(?=[A-Z0-9/_.-]{0,40}\d)[A-Z0-9][A-Z0-9/_.-]{3,40})"
_CODE = re.compile(r"(?<![\w/.-])(?:[A-Z]{1,5}-?\d{5,10}|[A-Z]{2,6}(?:/[A-Z]{2,6}){0,3}/\d{2,4}/\d{1,5})(?![\w/-])")
# "Technical Officer (Antimicrobial Resistance)-(2503318)", "Training Officer(2026/0118)"
_BEHIND_TITLE = re.compile(r"\w\)? ?-? ?\((?P<id>(?:[A-Z]{1,5}[-/]?)?(?:\d{5,10}|\d{4}/\d{3,5}))\)")
_HEAD_LINES = 8
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Words:
    """The vocabulary of ``patterns/references.toml``, compiled."""

    system: frozenset[str]
    none: re.Pattern[str]
    sentence: re.Pattern[str]
    numbered: re.Pattern[str]
    vacancy: re.Pattern[str]


@cache
def _words() -> _Words:
    data: dict[str, list[str]] = load_toml("references.toml")  # type: ignore[assignment]
    links = rf"(?i:{alternation(data['links'])})"
    sentence = re.compile(
        rf"(?i:{alternation(data['sentence'])})\.?\s{{0,9}}(?:{links}\s{{0,9}})?(?:[:#]\s{{0,9}})?[\"“«(]?\s?(?i:{_ID})"
    )
    return _Words(
        system=frozenset(data["system"]),
        none=re.compile(rf"\s{{0,9}}(?i:{alternation(data['none'])})\W{{0,99}}"),
        sentence=opened(sentence, data["sentence"]),
        numbered=re.compile(
            rf"(?<![^\W_])(?:{lettered(map(re.escape, data['numbered']))})(?![^\W\d_])\.?\s{{0,2}}:?\s{{0,2}}{_ID}",
            re.IGNORECASE,
        ),
        vacancy=phrases(data["vacancy"]),
    )


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the numbers that a label, a sentence or the head of the notice gives."""
    text, known = doc.text, _words()
    for fact in facts(doc, FIELD):
        span = _number(text, fact.start, fact.end)
        if span:
            label = fold(text[fact.label_start : fact.label_end])
            rule = "system_number" if label in known.system or label_key(label) in known.system else "label"
            yield Finding(text[span[0] : span[1]], *span, rule)
        elif known.none.fullmatch(text, fact.start, fact.end):
            yield Finding(State.NONE, fact.start, fact.end, "label")
    labelled = {position for f in facts(doc, FIELD) for position in range(f.label_start, f.label_end)}
    for start, end in body(doc):
        for match in occurrences(known.sentence, text, start, end):
            first, last = match.span("id")
            if match.start() in labelled:
                continue
            while text[last - 1] in "._-/":
                last -= 1
            if not match["id"].islower() and last - first > 3:
                yield Finding(text[first:last], first, last, "sentence")
    for start, end in head_lines(doc, _HEAD_LINES):
        for match in _BEHIND_TITLE.finditer(text, start, end):
            yield Finding(match["id"], *match.span("id"), "behind_title")
        numbered = known.numbered.finditer(text, start, end) if known.vacancy.search(text, start, end) else ()
        for match in numbered:
            value = match["id"].rstrip("._-/")
            spelt = sum(c.isalpha() for c in value) > 1 and value.islower()  # "e094/2025" is a number, "page2025" none
            if match.start() not in labelled and sum(c.isdigit() for c in value) > 2 and not spelt:
                yield Finding(value, match.start("id"), match.start("id") + len(value), "code_in_head")
        for match in _CODE.finditer(text, start, end):
            yield Finding(match.group(), *match.span(), "code_in_head")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The labelled number; of several labels the first in the text."""
    return strongest(findings, RULES, key=fold, first_of=frozenset({"label", "system_number"}))


def _number(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The number at the beginning of a labelled value."""
    end = min(end, start + 120)
    newline = text.find("\n", start, end)
    end = end if newline < 0 else newline
    prefix = _PREFIX.match(text, start, end)
    first = at = prefix.end() if prefix else start
    last = first
    while at < end:
        piece = _PIECE.match(text, at, end)
        if piece is None:
            break
        last = piece.end()
        if text[last - 1] in ",;|":
            break
        blank = re.compile(r" ?").match(text, last, end)
        at = blank.end() if blank else last
        if at == last:
            break
    while last > first and text[last - 1] in " .,;:|–-/":
        last -= 1
    if text[first:last].count("(") != text[first:last].count(")"):
        last -= text[last - 1] == ")"
        first += text[first] == "("
    value = text[first:last]
    if not any(c.isdigit() for c in value) or not 2 < len(value) <= _LONGEST:
        return None
    return first, last
