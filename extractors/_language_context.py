"""Whether the words around a list of languages ask for them.

"Georgian law", "English teacher", "a curriculum vitae in English", "English and French are the working languages of
the Secretariat" and "a degree in English literature" ask for no language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors._flat import vocabulary
from extractors._labels import load_toml
from extractors._language_lists import UNNAMED, Name, cue
from extractors._requirement import Marker

PART = re.compile(r"[,;.:]|" + vocabulary(load_toml("language_cues.toml")["part"]))
# French is an asset, as would be Dutch
CARRIED = re.compile(
    r"(?<!\w)(?:(?:as|so)\s(?:would|is|are|does|do|will)|tout\scomme|de\smeme\sque|al\sigual\sque|assim\scomo|ebenso|kao\si"
    r"|cosi\scome|так\sже\sкак|як\sі)(?!\w)"
)
_APPOSED = re.compile(r"\s{0,2}[,(]\s?(?:the|which|a|la|le|das|die)(?!\w)")  # Tajik, the language of the duty station
_STEP = re.compile(r"(?<!\w)[abcавсб]\s?[12](?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_OPENED = re.compile(r"\s{0,2}[:(=]|\s-\s")
_FAR, _NEAR = 90, 32  # characters between a cue and a language


@dataclass(frozen=True, slots=True)
class Context:
    """A clause with its lists of languages and its words of requirement; ``plain`` is the flat text."""

    text: str
    plain: str
    start: int
    end: int
    runs: Sequence[Sequence[Name]]
    marks: Sequence[Marker]


def applies(context: Context, number: int, *, listed: bool) -> list[Name]:
    """The names of a list that the clause asks for; none where it speaks of something else.

    ``listed`` is true where languages are what the text is about.
    """
    plain, run = context.plain, list(context.runs[number])
    run = [n for i, n in enumerate(run) if not i or n.code != UNNAMED or not _APPOSED.match(plain, run[i - 1].end)]
    named = [n for n in run if n.code != UNNAMED]
    if not named and _stands_for_names(context, number):
        return []
    if run[0].code == UNNAMED and named and "(" in plain[run[0].end : run[1].start]:
        run = run[1:]
    if _other_than(context, run[0]) or _of_people(context, run) or _of_papers(context, run):
        return []
    if _of_institution(context, number):
        return []
    if not listed and (_adjective(context, run) or not _asked_for(context, run)):
        return []
    return run


def _stands_for_names(context: Context, number: int) -> bool:
    """ "local languages such as Turkish", "Uzbek, the language of the country": the general term means the names."""
    plain, runs = context.plain, context.runs
    name = runs[number][-1]
    if number and name.start - runs[number - 1][-1].end <= _NEAR and _APPOSED.match(plain, runs[number - 1][-1].end):
        return True
    if number + 1 >= len(runs):
        return False
    gap = plain[name.end : runs[number + 1][0].start]
    return len(gap) <= _NEAR and ";" not in gap and bool(re.search(r"[(:]", gap) or cue("such_as").search(gap))


def _other_than(context: Context, name: Name) -> bool:
    """ "An official language other than English" asks for no English."""
    before = context.plain[max(context.start, name.start - _NEAR) : name.start]
    return any(not cue("link").sub("", before[m.end() :]).strip(" ") for m in cue("other_than").finditer(before))


def _of_people(context: Context, run: Sequence[Name]) -> bool:
    """ "French law", "droit français", "système éducatif français"."""
    word = _WORD.match(context.plain[run[-1].end : context.end].lstrip(" ")[:40])
    if word and cue("people").fullmatch(word.group()):
        return True
    before = re.split(r"[.,;:(\n]", context.plain[max(context.start, run[0].start - _FAR) : run[0].start])[-1]
    return any(cue("people_before").fullmatch(each) for each in _WORD.findall(before)[-2:])


def _adjective(context: Context, run: Sequence[Name]) -> bool:
    """Whether the word right behind the list makes it an adjective."""
    plain, last = context.plain, run[-1].end
    word = _WORD.search(plain, last, min(context.end, last + _NEAR))
    if word is None or word.start() == last or plain[last : word.start()].strip(" \n"):
        return False
    if any(mark.start == word.start() for mark in context.marks) or _STEP.match(plain, word.start()):
        return False
    return not cue("after").match(plain, word.start(), context.end)


def _of_papers(context: Context, run: Sequence[Name]) -> bool:
    """ "a curriculum vitae in English", "send a letter written in French"."""
    before = context.plain[max(context.start, run[0].start - _FAR) : run[0].start]
    written = any(m.end() >= len(before.rstrip()) for m in cue("written_in").finditer(before))
    return written and bool(cue("papers").search(before))


def _of_institution(context: Context, number: int) -> bool:
    """Whether the list only names the languages of an organization ("... are the working languages")."""
    plain, runs = context.plain, context.runs
    first, last = runs[number][0].start, runs[number][-1].end
    behind = plain[last : min(context.end, last + _NEAR)]
    if cue("institution").search(behind) and cue("plural").match(behind.lstrip(" \n,")):
        return True
    before = plain[max(runs[number - 1][-1].end if number else context.start, first - _FAR) : first]
    named = cue("institution").search(before)
    if named is None or cue("choice").search(before[: named.start()]):
        return False
    if number + 1 < len(runs):
        return True
    lead = before[named.end() :].strip(" \n")
    told = lead.endswith(":") or any(m.end() == len(lead) for m in cue("plural").finditer(lead))
    return told and not cue("strong").search(before[: named.start()])


def _asked_for(context: Context, run: Sequence[Name]) -> bool:
    """Whether words of the clause ask for the list, outside a place where languages are listed."""
    plain, first, last = context.plain, run[0].start, run[-1].end
    floor = max(context.start, first - _FAR, plain.rfind(";", context.start, first) + 1)
    before, after = plain[floor:first], plain[last : min(context.end, last + _FAR)]
    cues = [m for m in cue("strong").finditer(before) if not _of_study(before, m)]
    if any(cue("strong").search(plain[name.start : name.end]) for name in run):
        return True  # gjuha shqipe, limba română
    step = _STEP.search(after[:_NEAR])
    if all(name.weak for name in run):
        return bool(cues or step or _leads(before)) and context.text[first].isupper()
    behind = (m for m in cue("strong").finditer(after) if m.start() <= _NEAR and not _of_study(before, m))
    return bool(cues or step or _leads(before) or next(behind, None)) or _said_of(context, run, floor)


def _said_of(context: Context, run: Sequence[Name], floor: int) -> bool:
    """ "Albanian is an asset"; "English is required, French desirable"; "Desirable: French"; a clause "German"."""
    plain, first, last = context.plain, run[0].start, run[-1].end
    after = plain[last : min(context.end, last + _FAR)]
    piece = max((m.end() for m in PART.finditer(plain, floor, first)), default=floor)
    if len(plain[piece:first].strip(" \n\t\"'*•-–(").split()) <= 1:
        if any(last <= mark.start <= last + _FAR for mark in context.marks):
            return True
        rest = after.strip(" \n.;,*")
        if piece == floor and (not rest or _OPENED.match(after) or cue("graded").match(rest)):
            return True
    led = any(m.end <= first and not cue("link").sub("", plain[m.end : first]).strip(" :(") for m in context.marks)
    return led or bool(CARRIED.search(plain, floor, first))


def _leads(before: str) -> bool:
    """Whether the text before a list ends in a word that asks for a language, light words between them left aside."""
    for match in cue("near").finditer(before):
        between = _WORD.findall(before[match.end() :])
        if len(between) <= 5 and all(map(_light, between)):
            return True
    return False


def _light(word: str) -> bool:
    return any(cue(table).fullmatch(word) for table in ("link", "and", "or", "near", "strong"))


def _of_study(before: str, match: re.Match[str]) -> bool:
    """ "a specialization in the English language": the language is a subject."""
    return match.group().startswith(("langu", "linguis")) and cue("study").search(before) is not None
