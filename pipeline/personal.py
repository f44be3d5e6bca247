"""Personal mailboxes and telephone numbers in texts, masked so that every offset stays what it was.

A mailbox is an office's by its words ("jobs", "hr.kosovo"), or where it is named after the organization or a place;
every other is taken for a person's.  Of a person's the part before the @ is masked: the rest names an organization.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from extractors._fold import flatten, fold
from extractors._gazetteer import best_place, country_by_name
from extractors._organizations import organizations

MASK = "█"

_INSIDE = "\xad\u200b"  # invisible characters that stand inside words
_MAILBOX = re.compile(
    rf"(?<![\w.%+-])(?P<local>[\w][\w.%+'{_INSIDE}-]{{0,80}})"
    rf"(?:@|[ ]?[\[(](?:at|@)[\])][ ]?)(?P<domain>[\w{_INSIDE}-]{{1,63}}(?:\.[\w{_INSIDE}-]{{1,63}}){{1,5}})",
    re.IGNORECASE,
)
_NUMBER = r"\d(?:[ \xa0]{0,2}[./()–-]?[ \xa0]{0,2}\d){5,16}"
# +383 44 123 456, (+41 22) 917 00 00, 00 381 11 123 4567
_INTERNATIONAL = re.compile(rf"(?<![\w+/=.-])\(?(?:\+[ ]?(?=\d)|00[ ]?(?=[1-9]\d)){_NUMBER}")
# (044) 123-456, (212) 963 1234
_AREA = re.compile(r"(?<![\w(])\(\d{2,5}\)[ ]?\d{2,4}[ .-]?\d{2,4}(?:[ .-]?\d{1,4})?(?!\w)")
# "Tel. No.: 225 0421", and then ", 225 0422 or 225 0423"
_AFTER_LABEL = re.compile(
    rf"(?:[ \t]{{0,3}}(?:no|nr|n[°º]|number|numbers|номер)?\.?)?[ \t]{{0,3}}[:.)/]{{0,3}}[ \t]{{0,3}}"
    rf"(?P<number>[+(]{{0,2}}{_NUMBER})",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    rf"[ ]?(?:[,;/]|or|and|ou|et|y|o|и|или|oder|und)[ ]?(?P<number>[+(]{{0,2}}{_NUMBER})", re.IGNORECASE
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d")
_VOWEL = re.compile(r"[aeiouyаеёиоуыэюяєіїґ]|[^\x00-\x7f\u0400-\u04ff]")
_WORDS = re.compile(r"[^\W\d_]+")
_KNOWN = 2  # importance of a place after which mailboxes are named
_LONG, _EDGE = 4, 7  # letters of a place, of a word at the edge of another


@cache
def _words(name: str) -> frozenset[str]:
    with resources.files("pipeline").joinpath("personal.toml").open("rb") as file:
        told: dict[str, str] = tomllib.load(file)
    return frozenset(told[name].split())


@cache
def _label() -> re.Pattern[str]:
    longest = sorted(_words("telephones"), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")


@cache
def _edges() -> tuple[str, ...]:
    return tuple(sorted(word for word in _words("mailboxes") if len(word) >= _EDGE))


@cache
def _acronyms() -> frozenset[str]:
    return frozenset(fold(alias.text) for known in organizations() for alias in known.aliases if " " not in alias.text)


def is_personal(address: str) -> bool:
    """Whether a mailbox, "arta.k@undp.org", is a person's and not an office's."""
    local, _, domain = address.rpartition("@")
    tokens = [fold(token) for token in _WORDS.findall(local)]
    if any(_is_office(token) for token in tokens):
        return False
    labels = set(fold(domain).split("."))  # no word at all is the number of a vacancy
    return not all(token in labels or _is_name_of_no_person(token) for token in tokens)


def _is_office(token: str) -> bool:
    """Whether a word is an office's: "jobs", "jobskosovo", "hrgeorgia", "skopjehr"."""
    words = _words("mailboxes")
    if token in words or any(token.startswith(word) or token.endswith(word) for word in _edges()):
        return True
    parts = ((token[:at], token[at:]) for at in range(2, len(token) - 1))
    return any(
        (one in words and (other in words | _words("persons") or _is_place(other)))
        or (other in words and (one in _words("persons") or _is_place(one)))
        for one, other in parts
    )


def _is_name_of_no_person(token: str) -> bool:
    """Whether a word names an organization, a place, or a unit by letters that nobody can speak: "cpcc"."""
    return token in _acronyms() or _is_place(token) or (len(token) >= _LONG and not _VOWEL.search(token))


def _is_place(token: str) -> bool:
    if len(token) < _LONG or token in _words("persons"):
        return False
    place = best_place(token.capitalize())
    return country_by_name(token) is not None or (place is not None and place.importance >= _KNOWN)


def mask(text: str) -> str:
    """The text, as long as before, with each character of personal data but blanks replaced."""
    spans = [*_mailboxes(text), *_telephones(text)]
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        for at in range(start, end):
            if not characters[at].isspace():
                characters[at] = MASK
    return "".join(characters)


def _mailboxes(text: str) -> list[tuple[int, int]]:
    if "@" not in text and "at" not in text.lower():
        return []
    found = []
    for match in _MAILBOX.finditer(text):
        local, domain = (part.translate(dict.fromkeys(map(ord, _INSIDE))) for part in match.group("local", "domain"))
        if is_personal(f"{local}@{domain}"):
            found.append(match.span("local"))
    return found


def _telephones(text: str) -> list[tuple[int, int]]:
    found = [match.span() for pattern in (_INTERNATIONAL, _AREA) for match in pattern.finditer(text)]
    for label in _label().finditer(flatten(text)):
        match = _AFTER_LABEL.match(text, label.end())
        if match and not _DATE.match(match["number"]):
            found.append(match.span("number"))
    ends = {end for _, end in found}
    for _, end in found:  # which grows: "..., 044 654 321 or 049 111 222"
        further = _FURTHER.match(text, end)
        if further and further.end() not in ends and not _DATE.match(further["number"]):
            found.append(further.span("number"))
            ends.add(further.end())
    return [span for span in found if not _DATE.fullmatch(text[slice(*span)])]
