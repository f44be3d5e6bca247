"""Addresses of the net in text, trimmed of what is glued to them, and whether applications go there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extractors._doc import body, facts, section_at
from extractors._labels import load_toml
from extractors._phrases import alternation, last, phrases
from extractors._sentence import sentence_at
from extractors._stretches import Stretches
from schemas.finding import Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

_EMAIL = re.compile(
    r"""
    (?<![\w.%+@-]) (?P<local> [A-Za-z0-9_] [\w.%+'-]{0,63} ) @
    (?: (?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}
      | (?:[A-Z0-9-]{1,63}\.){1,5}[A-Z]{2,24}
      | (?:[A-Za-z0-9-]{1,63}\.){1,5}(?:org|int|com|net|gov|eu|[a-z]{2}) )
    (?![a-z0-9-]|@)
    """,
    re.VERBOSE,
)
_URL = re.compile(r"(?:https?://|(?<![\w./@-])www\.)[^\s<>\"“”„«»|\\\]}{]{3,400}", re.IGNORECASE)
_GLUED = re.compile(r"(?:CVs?|[Rr]esum[eé]s?|[Ll]etters?|[Aa]pplications?|[Ee]-?mail|it|them|forms?|[Dd]ocuments?)\s$")
_SENTENCE = re.compile(r"[.,;:](?=[A-Z][a-z]+$)")  # "https://jobs.example.org.Please"
_VERB = 30  # characters behind an address in which the verb of the sentence may stand
_CHANNEL = 50  # characters before an address in which its kind is named
_SHORT = 40  # an address this close to the start of a label's value is the value


@dataclass(frozen=True, slots=True)
class Address:
    """One printed address."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of ``patterns/apply.toml``, compiled."""

    send: re.Pattern[str]
    online: re.Pattern[str]
    channels: re.Pattern[str]
    at: re.Pattern[str]
    elsewhere: re.Pattern[str]
    never: re.Pattern[str]
    never_pages: re.Pattern[str]
    questions: re.Pattern[str]
    offline: re.Pattern[str]
    labels: re.Pattern[str]
    contact: re.Pattern[str]
    pages: tuple[str, ...]


@cache
def words() -> Words:
    """Read and compile the vocabulary once."""
    data: dict[str, list[str]] = load_toml("apply.toml")  # type: ignore[assignment]
    return Words(
        send=phrases([*data["send"], *data["online"]]),
        online=phrases(data["online"]),
        channels=phrases(data["channels"]),
        at=re.compile(rf"(?:{alternation(data['at'])})\s{{1,3}}[(<]?$", re.IGNORECASE),
        elsewhere=re.compile(
            rf"(?:{alternation(data['elsewhere'])})\s(?:[\w-]{{2,20}}\s){{0,2}}(?:{alternation(data['posts'])})", re.I
        ),
        never=phrases(data["never"]),
        never_pages=phrases([*data["never"], *data["never_pages"]]),
        questions=phrases(data["questions"]),
        offline=phrases(data["offline"]),
        labels=phrases(data["labels"]),
        contact=phrases(data["contact"]),
        pages=tuple(data["pages"]),
    )


def emails(text: str, start: int = 0, end: int | None = None) -> Iterator[Address]:
    """Yield e-mail addresses; one without a domain ("mailbox@...") is none."""
    for match in _EMAIL.finditer(text, start, len(text) if end is None else end):
        low = match.start()
        if match["local"].startswith("to") and len(match["local"]) > 4 and _GLUED.search(text, max(0, low - 14), low):
            low += 2  # "CV tojobs@example.org"
        yield Address(text[low : match.end()], low, match.end())


def urls(text: str, start: int = 0, end: int | None = None) -> Iterator[Address]:
    """Yield addresses of pages, without the full stop, bracket or word that is glued to their end."""
    for match in _URL.finditer(text, start, len(text) if end is None else end):
        value = match.group()
        while value:
            cut = value.rstrip(".,;:!?'’*_…&")
            if cut.endswith(")") and cut.count("(") < cut.count(")"):
                cut = cut[:-1]
            glued = _SENTENCE.search(cut)
            if glued:
                cut = cut[: glued.start()]
            if cut == value:
                break
            value = cut
        if "." in value[4:] and not value.endswith("//"):
            yield Address(value, match.start(), match.start() + len(value))


def places(doc: Doc, found: list[Address], *, pages: bool) -> Iterator[Finding]:
    """Yield the addresses that take applications, under the rule that says so."""
    text, known = doc.text, words()
    labelled = list(facts(doc, "apply"))
    within = Stretches(body(doc))
    refused = {a.value for a in found if known.never.search(text, *sentence_at(text, a.start, a.end))}
    for address in found:
        if address.value in refused:
            continue
        if pages and any(part in address.value.casefold() for part in known.pages):
            continue
        if not within.hold(address.start):
            continue
        low, high = sentence_at(text, address.start, address.end)
        rule, refused_here = None, False
        for fact in labelled:
            if fact.start <= address.start < fact.end:
                label = text[fact.label_start : fact.label_end]
                if address.start - fact.start <= _SHORT:
                    rule = _label_rule(label, text[fact.start : address.start])
                    behind = known.questions.search(text, address.end, min(fact.end, address.end + _SHORT))
                    refused_here = bool(rule == "contact" and behind)  # "hr@example.org (questions only)"
        if refused_here:
            continue
        rule = rule or _sentence_rule(doc, address, low, high, pages=pages)
        if rule and not (pages and rule == "contact"):
            yield Finding(address.value, address.start, address.end, rule)


def _label_rule(label: str, between: str) -> str | None:
    known = words()
    if known.never.search(between) or known.never.search(label) or known.offline.search(between):
        return None
    if known.labels.search(label):
        return None if known.questions.search(between) else "label"
    return "contact" if known.contact.search(label) else None


def _channelled(text: str, low: int, start: int) -> bool:
    """Whether a sentence on applications names right before the address what they go through: "via our portal"."""
    known = words()
    if known.send.search(text, low, start) is None:
        return False
    return bool(last(known.channels, text, max(low, start - _CHANNEL), start) or known.at.search(text[low:start][-8:]))


def _sentence_rule(doc: Doc, address: Address, low: int, high: int, *, pages: bool) -> str | None:
    text, known = doc.text, words()
    if (known.never_pages if pages else known.never).search(text, low, high):
        return None
    if pages and known.elsewhere.search(text, low, address.start):
        return None
    if known.offline.search(text, low, address.start if pages else high):
        return None if pages or not known.send.search(text, low, high) else "offline"
    # what is said last before the address holds: "For questions write to a@b, send your CV to c@d"
    cue = last(known.online if pages else known.send, text, low, address.start)
    other = last(known.questions, text, low, address.start)
    if cue and (not other or other.start() < cue.start() or (pages and other.end() <= cue.end() + 30)):
        return "sent_to"
    if pages and not other and _channelled(text, low, address.start):
        return "sent_to"
    line = text.find("\n", address.end, high)
    verb = known.send.search(text, address.end, min(high if line < 0 else line, address.end + _VERB))
    if verb and not pages and not other and not known.questions.search(text, address.end, verb.start()):
        return "sent_to"  # "ik@example.org adresine gönderiniz", "an jobs@example.org senden"
    section = section_at(doc, address.start)
    named = not pages or address.value.startswith("http")  # "www..." alone may be anybody's
    if named and section is not None and section.kind == "apply" and not other:
        return "section"
    return None
