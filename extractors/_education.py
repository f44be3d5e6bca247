"""Degrees and schooling in a clause, with the level that each is on; fields of study named with them.

Works on a stretch of text between two offsets; the vocabulary is ``patterns/degrees.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors._flat import flat, vocabulary
from extractors._labels import load_toml
from extractors._requirement import DESIRED, markers, of_detail

LEVELS = ("secondary", "vocational", "bachelor", "master", "doctorate")
OPEN = "degree"  # a university degree of no stated level
_RANKS = {**{level: rank for rank, level in enumerate(LEVELS)}, OPEN: 2}
# secondary education followed by vocational training: both are needed
_FOLLOWED = re.compile(r"\s{0,2},?\s?(?:followed|completed|supplemented|complemented)\sby\s(?:an?\s|at\sleast\s)?|,?\ssuivie?s?\sd\w{0,3}[\s']|\s(?:mit|gefolgt\svon)\s\w{0,16}\s?")
# first-cycle degree ("Bachelor")   master or higher degree
_EXPLAINS = re.compile(r"""\s{0,2},?\s?(?:or\s(?:(?:equivalent|higher|above)\s)?)?\(?["“”«]?(?:a\s|i\.?e\.?\s|typically\s(?:a\s)?|which\sis\stypically\sa\s)?""")
_HEAD = 60  # characters in which a clause about something else may still begin with the candidate's degree
_NEAR = 45


@dataclass(frozen=True, slots=True)
class Degree:
    """A degree as printed; ``desired`` if having it only helps, ``stated`` if its name says the level."""

    level: str
    start: int
    end: int
    desired: bool = False
    stated: bool = True


@cache
def _names() -> re.Pattern[str]:
    tables = load_toml("degrees.toml")
    return re.compile("|".join(f"(?P<{level}>{vocabulary(tables[level])})" for level in (*LEVELS, OPEN)))


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(vocabulary(load_toml("degrees.toml")[name]))


def _longest(clause: str) -> Iterator[tuple[str, int, int]]:
    """Names of degrees, at each place the longest of any level."""
    at = 0
    while match := _names().search(clause, at):
        best, level = match.end(), match.lastgroup or OPEN
        for other in (*LEVELS, OPEN):
            longer = _level(other).match(clause, match.start())
            if longer and longer.end() > best:
                best, level = longer.end(), other
        yield level, match.start(), best
        at = best


@cache
def _level(name: str) -> re.Pattern[str]:
    return re.compile(vocabulary(load_toml("degrees.toml")[name]))


# (Master's or equivalent)   at master's level   du niveau du master   (магистр)
_QUALIFIES = re.compile(
    r"""\s{0,2}[,:\-]?\s{0,2}(?:\(\s?(?:at\s|e\.?g\.?\s|i\.?e\.?,?\s|preferably\s)?(?:a\s|an\s)?
    | at\s(?:the\s|a\s)?(?:minimum\s)? | of\s(?:the\s)? | du\sniveau\sd\w{0,2}\s | de\sniveau\s | niveau\s | a\snivel\sde\s | auf\s
    | (?:in\s|en\s|im\s)?(?:[\w\s]{0,25})\(\s? | уровня\s | рівня\s | nivoa\s | equivalent\sto\s(?:a\s)?)$""",
    re.VERBOSE,
)


@lru_cache(maxsize=2048)
def degrees(text: str, start: int, end: int, *, education: bool = False) -> tuple[Degree, ...]:
    """Degrees that a clause asks of the candidate, in order.

    ``education`` is true where the clause stands under a heading about education: there schools and degrees are the
    candidate's own; elsewhere a clause may speak of them otherwise ("experience in higher education").
    """
    clause = flat(text)[start:end]
    found: list[tuple[str, int, int]] = []
    for level, first, last in _longest(clause):
        if found:
            general, _, stop = found[-1]
            gap = clause[stop:first]
            # "university degree (Master's or equivalent)"; the other way round the second only explains the first
            if general == OPEN and len(gap) <= _NEAR and _QUALIFIES.fullmatch(gap):
                closing = clause.find(")", last, last + _NEAR) + 1 if "(" in gap else 0
                found[-1] = (level, found[-1][1], max(last, closing))
                continue
            if _FOLLOWED.fullmatch(gap):
                found[-1] = (max(general, level, key=lambda name: _RANKS[name]), found[-1][1], last)
                continue
            if _EXPLAINS.fullmatch(gap) and (level == OPEN or _RANKS[level] == _RANKS[general]):
                continue
        found.append((level, first, last))
    out = []
    for level, first, last in found:
        if clause[first:last] == "master" and _VERB.search(clause[:first]):
            continue
        if _studied(clause, first) or not (education or _own(clause, first)):
            continue
        if _REFUSED.match(clause, last):
            continue
        stated = level != OPEN
        out.append(Degree(level if stated else "bachelor", start + first, start + last, False, stated))
    return tuple(_with_wishes(text, out, start, end))




# a university degree is not needed   those with a Bachelor's degree are not considered
_REFUSED = re.compile(
    r"\W{0,2}\s?(?:alone\s)?(?:is|are|was|will|would|does|do)?\s?(?:not|n't|n’t)\s(?:be\s)?(?:needed|required|necessary|considered|accepted|sufficient|enough|eligible|suffice|replace)"
)
_VERB = re.compile(r"(?<!\w)(?:to|must|should|can|will|shall|may|scrum|web|and|head|quiz|harbou?r)\s$")  # "have to master English"


def _studied(clause: str, first: int) -> bool:
    before = clause[max(0, first - 80) : first]
    match = None
    for match in _words("studying").finditer(before):
        pass
    return match is not None and not re.search(r"[;,]|\bor\b", before[match.end() :])


def _own(clause: str, first: int) -> bool:
    """Whether a degree in a clause that may be about something else is the candidate's."""
    before = clause[max(clause.rfind(":", 0, first), clause.rfind(";", 0, first)) + 1 : first]
    about = None
    for about in _words("elsewhere").finditer(before):
        pass
    if about is None:
        return len(before) <= _HEAD * 2
    between = before[about.end() :]
    joined = None
    for joined in _words("holding").finditer(between):
        pass
    return joined is not None and not between[joined.end() :].strip(" (,'") and not re.search(r"(?<!\w)(?:in|of|at|for)(?!\w)\s{0,2}$", between)


def _with_wishes(text: str, found: list[Degree], start: int, end: int) -> list[Degree]:
    """Mark the degrees that are only wished for: "Bachelor's degree required, Master's degree an asset"."""
    marks = [
        m
        for m in markers(text, start, end)
        if not any(d.start <= m.start < d.end for d in found) and (m.detail or not of_detail(text, start, m.start))
    ]
    out = []
    for i, degree in enumerate(found):
        ceiling = found[i + 1].start if i + 1 < len(found) else end
        floor = found[i - 1].end if i else start
        behind = [m for m in marks if degree.end <= m.start < ceiling and not m.detail]
        before = [m for m in marks if m.detail and floor <= m.start and m.end <= degree.start and degree.start - m.end <= 12]
        desired = bool(before) or bool(behind and behind[0].requirement == DESIRED and not _of_other(text, degree.end, behind[0].start))
        if not behind and not before and i + 1 < len(found):
            # "PhD or second Master's degree desirable" says it of both
            gap = flat(text)[degree.end : found[i + 1].start]
            later = [m for m in marks if found[i + 1].end <= m.start]
            joined = re.fullmatch(r"[\s,]{0,3}(?:or|ou|o|oder|или|ili|або)\s(?:[\w']{1,10}\s)?", gap)
            desired = bool(joined and later and later[0].requirement == DESIRED)
        out.append(Degree(degree.level, degree.start, degree.end, desired, degree.stated))
    return out


def _of_other(text: str, start: int, end: int) -> bool:
    """ "Degree in law; specialization in human rights is an asset": the wish is about something behind the degree."""
    between = flat(text)[start:end]
    return bool(re.search(r"[;.]\s|,\s(?:and\s|with\s)?(?:experience|knowledge|specialization|additional|training|certif|an?\s|further|expérience|fluency)", between))


# in law, political science or a related field   en droit   u oblasti prava   в области права
_FIELDS = re.compile(
    r"""
    \W{0,3}(?:\([^()]{0,60}\)\W{0,2})?(?:(?:or|ou|o|oder)\s(?:its\s)?(?:equivalent|équivalent|higher|above|equivalente)\W{0,2})?
    (?:(?:degree|diploma|qualification|studies|education|certificate|level)\W{0,2})?(?:\([^()]{0,60}\)\W{0,2})?
    (?:,?\s?(?:preferably|ideally|de\spréférence|preferiblemente)\s)?
    (?:(?:in|en|em|u|у|в|на|në|në\sfushën\se|im|în)\s(?:(?:the|one\sof\sthe|any\sof\sthe)\s)?(?:(?:following\s)?(?:fields?|areas?|disciplines?|oblasti|области|domaine|domaines|área|áreas)\s?(?:of|de|:|:\s)?\s?)?
      | of\s(?=(?:law|science|arts)) | der\s | des\s )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_STOP = re.compile(
    r"""[.;:()\n•] | \s[-–—]\s
    | ,?\s(?:or|and|ou|y|o|oder|or\sin|and/or|ou\sdans|u|или|ili)\s(?:an?\s|any\s|a\s|in\s|un\s|une\s|dans\s|en\s|una\s|eine[smr]?\s|einem?\s|в\s|u\s|some\s)?(?:other|another|an?other|related|relevant|similar|equivalent|
        comparable|closely|neighbouring|like|allied|autre|domaine|connexe|équivalent|afín|afines|relacionad\w+|carrera|otra?|verwandt\w+|vergleichbar\w+|ähnlich\w+|
        смежн\w+|другой|других|аналогичн\w+|srodn\w+|sličn\w+|drug\w+|сродн\w+|связанн\w+)
    | ,?\s(?:is|are|with|and\s(?:at|a\sminimum|minimum|\d)|from|leading|or\s(?:have|equivalent|an?\s)|plus|combined|together|required|preferred|will|which|where|as\swell|that|who|est|avec|con|mit|по\sспециальности|requerid\w+|exigé\w*)\s
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SPLIT = re.compile(r"\s{0,2},\s{0,2}(?:(?:and/or|and|or|et|ou|y|e|o|u|und|oder|и|или|i|ili|dhe|ose|și|sau|ve|veya)\s)?|\s(?:and/or|or|ou|o|oder|или|ili|ose|sau|veya|або)\s|\s/\s|/(?=\w{4})", re.IGNORECASE)
_LAST_AND = re.compile(r"\s(?:and|et|y|e|und|и|i|dhe|și|ve|та)\s(?!.*\s(?:and|et|y|e|und|и|i|dhe|și|ve|та)\s)")
_LONGEST = 260


def fields(text: str, degree: Degree, end: int) -> Iterator[tuple[int, int]]:
    """Yield bounds of the fields of study named behind a degree: "in law, economics or a related field"."""
    match = _FIELDS.match(text, degree.end, end)
    if not match and text[max(0, degree.end - 3) : degree.end].lower() in (" in", " en", "der", " в"):
        first = degree.end + 1
    elif match:
        first = match.end()
    else:
        return
    stop = _STOP.search(text, first, min(end, first + _LONGEST))
    last = stop.start() if stop else min(end, first + _LONGEST)
    for a, b in _pieces(text, first, last):
        while a < b and not text[a].isalnum():
            a += 1
        for article in ("the ", "a ", "an ", "in ", "en ", "em ", "la ", "le ", "el ", "the field of ", "preferably "):
            if text[a:b].lower().startswith(article):
                a += len(article)
        while b > a and not text[b - 1].isalnum():
            b -= 1
        if 2 < b - a <= 60 and not _VAGUE.match(text, a, b):
            yield a, b


_VAGUE = re.compile(r"(?:other|another|related|relevant|similar|any|equivalent|a\b|an\b|the said|said|one of|appropriate|different|combination|lieu|addition|conjunction|accordance|which|progress|full|field|fields|area|areas)", re.IGNORECASE)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in _SPLIT.finditer(text, start, end):
        yield at, match.start()
        at = match.end()
    yield at, end
