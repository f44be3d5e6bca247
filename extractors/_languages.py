"""Names of human languages in a clause: lists of them, alternatives, levels, and whether the clause asks for them.

Works on a stretch of text between two offsets.  A language's name is also an adjective ("Georgian law"), the name of
a people or an everyday word; the words around it (``patterns/language_cues.toml``) tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors._flat import flat, vocabulary
from extractors._gazetteer import country_names, fold, language_names, weak_language_names
from extractors._labels import load_toml
from extractors._requirement import DESIRED, REQUIRED, Marker, markers

UNNAMED = "und"  # "local languages"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_PARENTHESIS = re.compile(r"\([^()]{0,40}\)")
_CEFR = re.compile(r"(?<![\w-])(?P<band>[ABCАВСБ])\s?(?P<step>[12])(?!\w)(?:\s?\+)?")
_CYRILLIC = str.maketrans("АВСБ", "ABCB")
_FAR, _NEAR, _BESIDE = 90, 32, 4  # characters between a cue and a language; between a level and it; of mere punctuation
_GAP = 70  # characters between two names of one list


@dataclass(frozen=True, slots=True)
class Name:
    """A language's name as printed; ``weak`` if it is also a word, a person's name or a place."""

    code: str
    start: int
    end: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A language that a clause asks for; ``group`` numbers the lists of alternatives of the clause."""

    code: str
    start: int
    end: int
    requirement: str | None
    level: str | None
    cefr: str | None
    group: int | None


# Of names that are also a country's ("bósnia", "Armenia") only adjectives are a language's: njemački, francés.
_ADJECTIVE = re.compile(r"(?:[sckz]|ск|чк|шк)[kк]?[aieuаиеу]$|es$|^(?:nepali|somali|lao|italien|malti)$")


@cache
def _index() -> dict[str, list[tuple[tuple[str, ...], str, bool]]]:
    """First word of each name → the words of the names that begin with it, longest first."""
    weak, countries = weak_language_names(), {fold(name) for name in country_names()}
    index: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
    for name, code in language_names().items():
        words = tuple(_WORD.findall(name))
        if words and code != UNNAMED and (name not in countries or _ADJECTIVE.search(name)):
            index.setdefault(words[0], []).append((words, code, name in weak))
    index["romane"] = [(("romane",), "ro", False)]  # limba română; Romanè is rare
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


@cache
def _cue(name: str) -> re.Pattern[str]:
    table = load_toml("language_cues.toml")[name]
    return re.compile(vocabulary(table))


@cache
def _between() -> re.Pattern[str]:
    return re.compile(rf"(?:[\s,/&()+\-]|{_cue('and').pattern}|{_cue('or').pattern}|{_cue('link').pattern})*")


def names(text: str, start: int, end: int) -> list[Name]:
    """Names of languages between two offsets, the longest where they overlap; "local languages" is ``und``."""
    clause, index = flat(text)[start:end], _index()
    found = [Name(UNNAMED, start + m.start(), start + m.end()) for m in _cue("place").finditer(clause)]
    words = list(_WORD.finditer(clause))
    at = 0
    while at < len(words):
        here, skipped = words[at], 0
        if here.group() not in index and "'" in here.group():
            skipped = here.group().rindex("'") + 1  # l'anglais, dell'inglese
        length = 1
        for entry, code, weak in index.get(here.group()[skipped:], ()):
            stretch = words[at : at + len(entry)]
            if tuple(w.group() for w in stretch)[1:] != entry[1:] or stretch[-1].end() - here.start() > _GAP:
                continue
            first, last = start + here.start() + skipped, start + stretch[-1].end()
            if any(n.start < last and first < n.end for n in found) or _part_of_word(text, first, last):
                continue
            if not text[first].isupper() and (weak or len(here.group()) < 4) and not _after_language(clause, here.start()):
                continue
            found.append(Name(code, first, last, weak))
            length = len(entry)
            break
        at += length
    return sorted(found, key=lambda n: n.start)


def _after_language(clause: str, at: int) -> bool:
    return any(at - match.end() <= _BESIDE for match in _cue("link").finditer(clause, max(0, at - 14), at) if len(match.group()) > 3)


def _part_of_word(text: str, start: int, end: int) -> bool:
    """ "Serbo-Croatian", "English-speaking": a part of a compound; "Bosnian-Croatian" is two names."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if len(after) == 2 and after[0] in "-‑" and after[1].islower():
        return True
    return len(before) == 2 and before[1] in "-‑" and before[0].islower() and text[max(0, start - 6) : start - 1].lower().endswith(("serbo", "non", "o"))


def _runs(text: str, found: Sequence[Name], marks: Sequence[Marker]) -> list[list[Name]]:
    """Names in lists: between two of one list stand only commas, "and", "or" and words without weight."""
    plain = flat(text)
    runs: list[list[Name]] = []
    for name in found:
        if runs:
            last = runs[-1][-1]
            gap = plain[last.end : name.start]
            marked = any(last.end <= mark.start < name.start for mark in marks)
            closed = plain[last.start : last.end].endswith(("kenntnisse", "kenntnissen"))
            if len(gap) <= _GAP and not (marked or closed) and _between().fullmatch(_PARENTHESIS.sub(" ", gap)):
                runs[-1].append(name)
                continue
        runs.append([name])
    return [part for run in runs for part in _parted(plain, run)]


# good knowledge of Russian, English is an asset
_SINGULAR = re.compile(r"\s{0,3}(?:language|lang)?\s{0,3}(?:is|would be|will be|est|serait|sera|es|sera|seria|e|ist|ware|je|bi bio|este|будет|является|је|е|eshte)(?!\w)")


def _parted(plain: str, run: list[Name]) -> Iterator[list[Name]]:
    """A list without "and" before its last name, of which something is said in the singular, is two."""
    if len(run) > 1 and not plain[run[-2].end : run[-1].start].strip(" ,\n") and _SINGULAR.match(plain, run[-1].end):
        yield run[:-1]
        yield run[-1:]
    else:
        yield run


def _joint(gap: str) -> str:
    """How two names of a list are joined: ``or``, ``and``, ``slash`` or ``comma``."""
    gap = _PARENTHESIS.sub(" ", gap)
    both = _cue("or").search(gap)
    if both and "/" in both.group():
        return "or"
    if _cue("and").search(gap) or "&" in gap:
        return "and"
    if both and not (len(both.group()) == 1 and "," in gap):
        return "or"
    return "slash" if "/" in gap else "comma"


def _alternatives(plain: str, run: Sequence[Name]) -> list[int | None]:
    """For each name of a list the number of its set of alternatives, or None."""
    joints = [_joint(plain[a.end : b.start]) for a, b in zip(run, run[1:], strict=False)]
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


_DELIMITER = re.compile(r"[,;.:]|(?<!\w)(?:and|et|y|und|и|i|dhe|și|ve|but|while|mais|pero|aber|а|но|ali)(?!\w)")


def _requirements(plain: str, runs: Sequence[Sequence[Name]], marks: Sequence[Marker], start: int, end: int) -> list[str | None]:
    """What the clause says of each list: a word behind it, or one before it that no other list claims."""
    bounds = [(run[0].start, run[-1].end) for run in runs]
    before: list[Marker | None] = [None] * len(runs)
    behind: list[Marker | None] = [None] * len(runs)
    for mark in marks:
        last = max((i for i, (_, stop) in enumerate(bounds) if stop <= mark.start), default=-1)
        following = last + 1 if last + 1 < len(runs) and mark.end <= bounds[last + 1][0] else None
        if last < 0:
            if following is not None:
                before[following] = mark
            continue
        if following is None:
            if not mark.detail or not plain[bounds[last][1] : mark.start].strip(" (,-"):
                behind[last] = behind[last] or mark
            continue
        left = _DELIMITER.search(plain, bounds[last][1], mark.start)
        right = _DELIMITER.search(plain, mark.end, bounds[following][0])
        if mark.detail or (left and not right):
            before[following] = mark
        else:
            behind[last] = behind[last] or mark
    said: list[str | None] = [(b or a).requirement if (b or a) else None for a, b in zip(before, behind, strict=True)]  # type: ignore[union-attr]
    for i in range(len(runs) - 2, -1, -1):
        if said[i] is None and {n.code for n in runs[i]} & {n.code for n in runs[i + 1]}:
            said[i] = said[i + 1]
        elif said[i] is None and said[i + 1] is not None and before[i + 1] is None:
            gap = plain[bounds[i][1] : bounds[i + 1][0]]
            alike = "," not in gap and ";" not in gap and _cue("and").search(gap) and not _stronger(plain, bounds, i, start)
            if alike or said[i + 1] == REQUIRED:
                said[i] = said[i + 1]
    for i in range(1, len(runs)):
        gap = plain[bounds[i - 1][1] : bounds[i][0]]
        if said[i - 1] is not None and _CARRIED.search(gap):
            said[i] = said[i - 1]  # French would be an asset, as would Turkish
        if said[i] is None and before[i - 1] is not None and behind[i - 1] is None and said[i - 1] == DESIRED:
            said[i] = DESIRED
    return said


def _stronger(plain: str, bounds: Sequence[tuple[int, int]], i: int, start: int) -> bool:
    """ "Fluency in English and knowledge of French is an asset": the first list is asked for in stronger words."""
    strong = re.compile(r"(?<!\w)(?:fluen|proficien|excellent|full|native|profession|maitrise|dominio|свободн|odlicn|flie)")
    before = plain[bounds[i - 1][1] if i else start : bounds[i][0]]
    between = plain[bounds[i][1] : bounds[i + 1][0]]
    return bool(strong.search(before)) and not strong.search(between) and bool(_cue("strong").search(between) or _cue("near").search(between))


def _level(text: str, name: Name, run: Sequence[Name], floor: int, ceiling: int) -> tuple[str | None, str | None]:
    """The level printed with a name, and its CEFR step: right behind it, before its list, or behind its list.

    ``floor`` and ``ceiling`` are the ends of what is said of this list alone.
    """
    plain, next_name = flat(text), next((n.start for n in run if n.start > name.start), ceiling)
    stop = min(next_name, name.end + _FAR)
    if own := _OWN.match(plain, name.end, stop):
        first, last = own.span(own.lastindex or 0)
        level, cefr = _level_in(text, first, last, last=False), _cefr_in(text, first, last)
        if level or cefr:
            return level or cefr, cefr
    first, last = run[0].start, run[-1].end
    floor = max(floor, first - _FAR)
    cut = max(plain.rfind(mark, floor, first) for mark in ";,:")
    before = max(floor, cut + 1)
    level = _level_in(text, max(before, first - _NEAR * 2), first, last=True)
    if level is None and not re.match(r"[;.]|,\s(?:and|with)(?!\w)", plain[last : last + 6]):
        level = _level_in(text, last, min(ceiling, last + _NEAR), last=False)
    cefr = _cefr_in(text, last, min(ceiling, last + _FAR)) or _cefr_in(text, before, first)
    return level or cefr, cefr


_OWN = re.compile(r"\s{0,2}(?:\(([^()]{1,40})\)|(?:[:=-]|\s-)\s{0,2}([^,;.\n]{1,40}))")


def _level_in(text: str, start: int, end: int, *, last: bool) -> str | None:
    found = list(_cue("level").finditer(flat(text)[start:end]))
    return text[start + found[-last].start() : start + found[-last].end()] if found else None


def _cefr_in(text: str, start: int, end: int) -> str | None:
    match = _CEFR.search(text[start:end])
    return match["band"].translate(_CYRILLIC) + match["step"] if match else None


def _claims_people(plain: str, run: Sequence[Name], end: int) -> bool:
    word = _WORD.match(plain, run[-1].end + len(plain[run[-1].end : end]) - len(plain[run[-1].end : end].lstrip(" ")))
    return bool(word and word.end() <= end and _cue("people").fullmatch(word.group()))


def _adjective(plain: str, run: Sequence[Name], marks: Sequence[Marker], end: int) -> bool:
    """Whether the word right behind the list makes it an adjective."""
    word = _WORD.search(plain, run[-1].end, end)
    if word is None or plain[run[-1].end : word.start()].strip(" \n") or word.start() == run[-1].end:
        return False
    said = any(mark.start == word.start() for mark in marks)
    return not (said or _cue("after").match(plain, word.start(), end) or re.match(r"[abcавс]\s?[12](?!\w)", plain[word.start() : end]))


def _of_papers(plain: str, run: Sequence[Name], start: int) -> bool:
    before = plain[max(start, run[0].start - _FAR) : run[0].start]
    return bool(_cue("papers").search(before)) and bool(re.search(r"(?<!\w)(?:in|en|em|auf|на|в|na|ne|in limba|in lingua)\s{1,3}(?:\w{2,3}\s)?$", before))


def _of_institution(plain: str, runs: Sequence[Sequence[Name]], number: int, start: int, end: int) -> bool:
    """Whether the list only names the languages of an organization ("English and French are the working languages")."""
    first, last = runs[number][0].start, runs[number][-1].end
    behind = _cue("institution").search(plain[last : min(end, last + 30)])
    if behind and re.match(r"\W{0,3}(?:are|is|sont|est|son|es|являются|su)(?!\w)", plain[last : last + 14]):
        return True
    floor = runs[number - 1][-1].end if number else start
    before = plain[max(floor, first - _FAR) : first]
    named = _cue("institution").search(before)
    if not named:
        return False
    if _cue("choice").search(before[: named.start()]):
        return False
    return (number + 1 < len(runs)) or bool(re.search(r"(?:are|sont|son|являются|:)\s*$", before) and not _cue("strong").search(before[: named.start()]))


def _asked_for(text: str, runs: Sequence[Sequence[Name]], number: int, marks: Sequence[Marker], start: int, end: int) -> bool:
    """Whether words of the clause ask for a list of languages, outside a place where languages are listed."""
    plain, run = flat(text), runs[number]
    first, last = run[0].start, run[-1].end
    floor = max(start, first - _FAR, plain.rfind(";", start, first) + 1)
    before, after = plain[floor:first], plain[last : min(end, last + _FAR)]
    cues = [m for m in _cue("strong").finditer(before) if not _of_study(before, m)]
    if any(_cue("strong").search(plain[name.start : name.end]) for name in run):
        return True  # gjuha shqipe, limba română
    step = _CEFR.search(text[last : min(end, last + _NEAR)])
    if all(name.weak for name in run):
        return bool(cues or _leads(before) or step) and text[first].isupper()
    if cues or step or _leads(before) or any(m.start() <= _NEAR and not _of_study(before, m) for m in _cue("strong").finditer(after)):
        return True
    # "Albanian is an asset"; "English is required, French desirable"; "Desirable: French"
    piece = max((m.end() for m in _DELIMITER.finditer(plain, floor, first)), default=floor)
    opens = len(plain[piece:first].strip(" \n\t\"'*•-–(").split()) <= 1
    said_behind = any(last <= m.start <= last + _FAR for m in marks)
    if opens and (not after.strip(" \n.;,*") or re.match(r"\s{0,2}[:(=]|\s-\s|\s{0,2},?\s{0,2}(?:native|fluent|good|basic|working)", after)) and piece == floor:
        return True  # a clause of its own: "German", "English: level C1"
    said_before = any(m.end <= first and _cue("link").sub("", plain[m.end : first]).strip(" :(") == "" for m in marks)
    return (opens and said_behind) or said_before or bool(_CARRIED.search(before))


def _leads(before: str) -> bool:
    """Whether the text before a list ends in a word that asks for a language, light words between them left aside."""
    for match in _cue("near").finditer(before):
        between = _WORD.findall(before[match.end() :])
        if len(between) <= 5 and all(any(_cue(c).fullmatch(word) for c in ("link", "and", "or", "near", "strong")) for word in between):
            return True
    return False


def _of_study(before: str, cue: re.Match[str]) -> bool:
    """ "a specialization in the English language": the language is a subject."""
    return bool(cue.group().startswith(("language", "linguis", "langu")) and _STUDY.search(before))


_STUDY = re.compile(r"degree|diploma|speciali|philolog|teach|studies|faculty|major\b|translat|literature|graduat|diplom|licenc|fakult|филолог|laurea")


@lru_cache(maxsize=2048)
def asked(text: str, start: int, end: int, *, listed: bool = False) -> tuple[Asked, ...]:
    """The languages that a clause asks for; ``requirement`` is None where the clause does not say.

    ``listed`` is true where languages are what the text is about, as behind the heading "Languages".
    """
    found = names(text, start, end)
    if not found:
        return ()
    plain = flat(text)
    marks = [m for m in markers(text, start, end) if not any(n.start < m.end and m.start < n.end for n in found)]
    runs = _runs(text, found, marks)
    said = _requirements(plain, runs, marks, start, end)
    out: list[Asked] = []
    groups = 0
    for number, run in enumerate(runs):
        run = [n for i, n in enumerate(run) if i == 0 or n.code != UNNAMED or not _APPOSED.match(plain, run[i - 1].end)]
        named = [n for n in run if n.code != UNNAMED]
        if not named and _named_after(plain, run[-1], runs, number):
            continue
        if run[0].code == UNNAMED and named and "(" in plain[run[0].end : run[1].start]:
            run = run[1:]
        if _claims_people(plain, run, end) or _of_papers(plain, run, start) or _of_institution(plain, runs, number, start, end):
            continue
        if not listed and (_adjective(plain, run, marks, end) or not _asked_for(text, runs, number, marks, start, end)):
            continue
        floor = runs[number - 1][-1].end if number else start
        ceiling = runs[number + 1][0].start if number + 1 < len(runs) else end
        numbers = _alternatives(plain, run)
        for name, alternative in zip(run, numbers, strict=True):
            group = None if alternative is None else groups + alternative
            level, cefr = _level(text, name, run, floor, ceiling)
            out.append(Asked(name.code, name.start, name.end, said[number], level, cefr, group))
        groups += len({n for n in numbers if n is not None})
    return tuple(out)


_APPOSED = re.compile(r"\s{0,2}[,(]\s?(?:the|which|a|la|le|das|die)(?!\w)")  # Tajik, the language of the duty station
_CARRIED = re.compile(r"(?<!\w)(?:as|so)\s(?:would|is|are|does|do|will)(?!\w)")  # French is an asset, as would be Dutch


def _named_after(plain: str, name: Name, runs: Sequence[Sequence[Name]], number: int) -> bool:
    """ "local languages such as Turkish", "Uzbek, the language of the country": the general term means the names."""
    if number and len(gap := plain[runs[number - 1][-1].end : name.start]) <= _NEAR and _APPOSED.match(gap):
        return True
    if number + 1 >= len(runs):
        return False
    gap = plain[name.end : runs[number + 1][0].start]
    return len(gap) <= _NEAR and ";" not in gap and bool(re.search(r"such as|like|e\.?g|i\.?e|namely|\(|:|comme|como|notamment|kao|such", gap))
