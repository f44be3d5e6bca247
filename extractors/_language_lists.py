"""Names of human languages in text, and the lists that they stand in: "English, and Bosnian, Croatian or Serbian".

Works on a stretch of text between two offsets.  ``cue`` gives the vocabularies of ``patterns/language_cues.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from extractors._flat import flat, vocabulary
from extractors._gazetteer import country_names, language_names, weak_language_names
from extractors._labels import load_toml
from extractors._requirement import Marker

UNNAMED = "und"  # "local languages"
GAP = 70  # characters between two names of one list
_CLOSE = 12  # characters between a name and one in doubt
_SHORTEST = 3  # letters of a name in doubt
_MOST = 60  # names that are read in one clause
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_PARENTHESIS = re.compile(r"\([^()]{0,40}\)")
# Of names that are also a country's ("bósnia", "Armenia") only adjectives are a language's: njemački, francés.
_ADJECTIVE = re.compile(r"(?:[sckz]|ск|чк|шк)[kк]?[aieuаиеу]$|es$|^(?:nepali|somali|lao|italien|malti)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A language's name as printed; ``weak`` if it is also a word, a person's name or a place.

    ``unsure`` is a weak name in small letters: it counts only beside another name.
    """

    code: str
    start: int
    end: int
    weak: bool = False
    unsure: bool = False


@cache
def cue(name: str) -> re.Pattern[str]:
    """The words of one table, for flat text."""
    return re.compile(vocabulary(load_toml("language_cues.toml")[name]))


@cache
def _index() -> dict[str, list[tuple[tuple[str, ...], str, bool]]]:
    """First word of each name → the words of the names that begin with it, longest first."""
    weak, countries = weak_language_names(), country_names().keys()
    index: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
    for name, code in language_names().items():
        words = tuple(_WORD.findall(name))
        if words and code != UNNAMED and (name not in countries or _ADJECTIVE.search(name)):
            index.setdefault(words[0], []).append((words, code, name in weak))
    index["romane"] = [(("romane",), "ro", False)]  # limba română; Romanè is rare
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


def names(text: str, start: int, end: int) -> list[Name]:
    """Names of languages between two offsets, the longest where they overlap; "local languages" is ``und``."""
    clause = flat(text)[start:end]
    found = [Name(UNNAMED, start + m.start(), start + m.end()) for m in cue("place").finditer(clause)][:_MOST]
    taken = found[:]
    words = list(_WORD.finditer(clause))
    at = 0
    while at < len(words) and len(found) < _MOST:
        name = _name_at(text, clause, words, at, start)
        if name is None or any(n.start < name.end and name.start < n.end for n in taken):
            at += 1
            continue
        found.append(name)
        while at < len(words) and start + words[at].start() < name.end:
            at += 1
    return _sure(flat(text), sorted(found, key=lambda n: n.start), start + len(clause))


def _sure(plain: str, found: Sequence[Name], end: int) -> list[Name]:
    """The names without those in doubt that do not end a list: "k'iche' o mam" is two languages."""
    kept: list[Name] = []
    for name in found:
        if name.unsure:
            gap = plain[kept[-1].end : name.start] if kept else ""
            behind = plain[name.end : min(end, name.end + _CLOSE)]
            if not (0 < len(gap) <= _CLOSE and _joining().fullmatch(gap) and (not behind or behind[0] in ".,;:()'\n ")):
                continue
        kept.append(name)
    return kept


@cache
def _joining() -> re.Pattern[str]:
    return re.compile(rf"'?\s?(?:[,/]|{cue('and').pattern}|{cue('or').pattern})\s?(?:{cue('link').pattern}\s)?")


def _name_at(text: str, clause: str, words: Sequence[re.Match[str]], at: int, start: int) -> Name | None:
    index, here, skipped = _index(), words[at], 0
    if here.group() not in index and "'" in here.group():
        skipped = here.group().rindex("'") + 1  # l'anglais, dell'inglese
    for entry, code, weak in index.get(here.group()[skipped:], ()):
        stretch = words[at : at + len(entry)]
        if tuple(w.group() for w in stretch)[1:] != entry[1:] or stretch[-1].end() - here.start() > GAP:
            continue
        first, last = start + here.start() + skipped, start + stretch[-1].end()
        unsure = not text[first].isupper() and (weak or len(here.group()) < 4)
        unsure = unsure and not _after_language(clause, here.start())
        if _part_of_word(text, first, last) or (unsure and last - first < _SHORTEST):
            continue
        return Name(code, first, last, weak, unsure)
    return None


def _after_language(clause: str, at: int) -> bool:
    """ "idioma mam": the word before says that a short or weak name is a language's."""
    return any(at - m.end() <= 4 and len(m.group()) > 3 for m in cue("link").finditer(clause, max(0, at - 14), at))


def _part_of_word(text: str, start: int, end: int) -> bool:
    """ "Serbo-Croatian", "English-speaking": a part of a compound; "Bosnian-Croatian" is two names."""
    before, after = text[max(0, start - 6) : start], text[end : end + 2]
    if len(after) == 2 and after[0] in "-‑" and after[1].islower():
        return True
    return before[-1:] in ("-", "‑") and before[:-1].lower().endswith(("serbo", "non", "o"))


@cache
def _between() -> re.Pattern[str]:
    return re.compile(rf"(?:[\s,/&()+\-']|{cue('and').pattern}|{cue('or').pattern}|{cue('link').pattern})*")


def lists(text: str, found: Sequence[Name], marks: Sequence[Marker]) -> list[list[Name]]:
    """Names in lists: between two of one list stand only commas, "and", "or" and words without weight."""
    plain = flat(text)
    starts = [mark.start for mark in marks]
    out: list[list[Name]] = []
    for name in found:
        if out:
            last = out[-1][-1]
            gap = plain[last.end : name.start]
            marked = any(last.end <= start < name.start for start in starts)
            closed = plain[last.start : last.end].endswith(("kenntnisse", "kenntnissen"))
            if len(gap) <= GAP and not (marked or closed) and _between().fullmatch(_PARENTHESIS.sub(" ", gap)):
                out[-1].append(name)
                continue
        out.append([name])
    return [part for run in out for part in _parted(plain, run)]


def _parted(plain: str, run: list[Name]) -> Iterator[list[Name]]:
    """A list without "and" before its last name, of which something is said in the singular, is two."""
    last = run[-1]
    behind = plain[last.end : last.end + 30].lstrip(" \n").removeprefix("language ")
    gap = plain[run[-2].end : last.start] if len(run) > 1 else ""
    single = cue("singular").match(behind) or ("(" in gap and not cue("plural").match(behind))
    if single and gap and "," in gap and not cue("link").sub("", _PARENTHESIS.sub("", gap)).strip(" ,\n"):
        yield run[:-1]
        yield run[-1:]
    else:
        yield run


def _joint(gap: str) -> str:
    """How two names of a list are joined: ``or``, ``and``, ``slash`` or ``comma``."""
    gap = _PARENTHESIS.sub(" ", gap)
    either = cue("or").search(gap)
    if either and "/" in either.group():
        return "or"
    if cue("and").search(gap) or "&" in gap:
        return "and"
    if either and not (len(either.group()) == 1 and "," in gap):
        return "or"
    return "slash" if "/" in gap else "comma"


def alternatives(text: str, run: Sequence[Name]) -> list[int | None]:
    """For each name of a list the number of its set of alternatives ("Albanian or Serbian"), or None."""
    plain = flat(text)
    joints = [_joint(plain[a.end : b.start]) for a, b in pairwise(run)]
    later = "and"
    for i in range(len(joints) - 1, -1, -1):
        if joints[i] == "comma":
            joints[i] = later
        elif joints[i] != "slash":
            later = joints[i]
    groups: list[int | None] = [None] * len(run)
    number = -1
    for i, joint in enumerate(joints):
        if joint in ("or", "slash"):
            if groups[i] is None:
                number += 1
                groups[i] = number
            groups[i + 1] = groups[i]
    return groups
