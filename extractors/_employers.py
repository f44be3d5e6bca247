"""Employers that the gazetteer does not know: who recruits, who heads the notice, who is said to be an organization."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extractors._doc import head_lines, section_at
from extractors._gazetteer import best_place, country_by_name
from extractors._labels import label_key, labels, load_toml
from extractors._names import Name
from extractors._organizations import organizations
from extractors._phrases import alternation, phrases
from extractors._titles import is_heading, is_lead, is_occupation, is_sentence
from schemas.finding import Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

# "Lantern Relief", "Громадська спілка «Тепла брама»"
_NAME = r"[^\W\d_][\w'’&.-]* (?: [ ] (?: [«“\"„]?[^\W\d_][\w'’&.-]*[»”\"“]? | & ) )"
_PART = re.compile(r"[^–—|(\n]+?(?= [–—|-] | ?\(|$)")
_MARKS = re.compile(r"^[^\w«“„\"]{1,9}|[\s*#•_]{1,9}$")
_EARLY = 3000
_LINES, _SURE = 6, 2  # lines of the head in which an employer may stand; those in which it needs no quotation marks
_QUOTED = re.compile(r"[«“„\"][^«»“”„\"]{3,60}[»”“\"]$")
_LONGEST, _MOST = 90, 10  # characters and words of its name
_REACH = 90  # characters behind "is a" in which the kind of body is named
_SHORTEST = 3  # letters of an acronym in the name of a host


@dataclass(frozen=True, slots=True)
class _Words:
    recruits: re.Pattern[str]
    defined: re.Pattern[str]
    bodies: re.Pattern[str]
    letterhead: re.Pattern[str]
    generic: re.Pattern[str]


@cache
def _words() -> _Words:
    data: dict[str, list[str]] = load_toml("employers.toml")  # type: ignore[assignment]
    subject = r"(?: ^ | [.!?]\s | \n ) (?: The\s | L['’] )?"
    return _Words(
        recruits=re.compile(
            rf"{subject} [*_]{{0,3}} (?P<name> {_NAME}{{1,6}} ) [*_]{{0,3}} (?: [ ]\([^()\n]{{2,40}}\) )? [ ]"
            rf"(?: {alternation(data['recruits'], case=True)} )",
            re.VERBOSE,
        ),
        defined=re.compile(
            rf"{subject} (?P<name> {_NAME}{{0,6}} ) (?: [ ]\([^()\n]{{2,40}}\) )? ,? [ ]"
            rf"(?: {alternation(data['is_a'], case=True)} )",
            re.VERBOSE,
        ),
        bodies=phrases(data["bodies"]),
        letterhead=phrases(data["letterhead"]),
        generic=re.compile(rf"(?<!\w)(?:{'|'.join(data['generic'])})s?$", re.IGNORECASE),
    )


def recruiting(text: str, start: int, end: int, shown: Sequence[Name]) -> Iterator[Finding]:
    """The subjects of sentences that recruit: a known organization in them, else the name as printed."""
    for match in _words().recruits.finditer(text, start, min(end, start + _EARLY)):
        low, high = match.span("name")
        known = next((n for n in shown if low <= n.start < high), None)
        if known:
            yield Finding(known.organization, known.start, known.end, "recruits")
        elif _is_name(text[low:high]):
            yield Finding(text[low:high], low, high, "recruits")


def defined(text: str, start: int, end: int, shown: Sequence[Name]) -> Iterator[Finding]:
    """ "Lantern Relief is an independent charity": the subject of a sentence that says what an employer is."""
    for match in _words().defined.finditer(text, start, min(end, start + _EARLY)):
        low, high = match.span("name")
        value = text[low:high]
        stop = text.find(".", match.end(), match.end() + _REACH)
        body = _words().bodies.search(text, match.end(), stop if stop > 0 else match.end() + _REACH)
        if body is None or "\n" in text[match.end() : body.start()] or any(low <= n.start < high for n in shown):
            continue
        if _is_name(value) and not (is_occupation(value) or country_by_name(value) or best_place(value)):
            yield Finding(value, low, high, "defined")


def letterhead(doc: Doc, shown: Sequence[Name]) -> Iterator[Finding]:
    """A line at the very top that is an employer's name: "Harbour Light Foundation – Kutaisi office"."""
    text = doc.text
    for number, (low, high) in enumerate(head_lines(doc, _LINES)):
        if any(n.start < high for n in shown):
            return
        section = section_at(doc, low)
        part = _PART.match(text, low, high)
        value = _MARKS.sub("", part.group()).strip() if part else ""
        if number >= _SURE and not _QUOTED.search(value):
            continue
        if part is None or (section and section.heading_start <= low < section.heading_end) or ":" in value:
            continue
        if len(value) > _LONGEST or not 2 <= len(value.split()) <= _MOST or any(c.isdigit() for c in value):
            continue
        if not _words().letterhead.search(value) or not _is_name(value) or labels().get(label_key(value)):
            continue
        if not (is_occupation(value) or is_sentence(value) or is_lead(value) or is_heading(value)):
            start = text.index(value, low)
            yield Finding(value, start, start + len(value), "letterhead")
            return


def host(domain: str) -> str | None:
    """The organization whose acronym is a label of a host's name: "osce.taleo.net"."""
    return next((owner for label in domain.casefold().split(".")[:-1] if (owner := _acronyms().get(label))), None)


@cache
def _acronyms() -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for known in organizations():
        for alias in known.aliases:
            name = alias.text.casefold()
            if alias.case_sensitive and not alias.weak and len(name) >= _SHORTEST and name.isascii() and name.isalpha():
                owners.setdefault(name, set()).add(known.name)
    return {name: next(iter(held)) for name, held in owners.items() if len(held) == 1}


def _is_name(value: str) -> bool:
    """Whether a subject is a name: no common noun, and capitals in at least half of its words."""
    words = value.split()
    capitals = sum(word.strip('«“"„')[:1].isupper() for word in words)
    return not _words().generic.search(value) and capitals * 2 >= len(words)
