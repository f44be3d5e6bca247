"""Where a title begins and ends on its line, and what it is made of (``patterns/titles.toml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractors._dates import dates_in
from extractors._fold import fold
from extractors._gazetteer import best_place, country_by_name
from extractors._grades import grades
from extractors._labels import label_key, labels, load_toml
from extractors._names import names_near
from extractors._nominative import nominative
from extractors._phrases import alternation

_SMALL = "of|for|and|to|the|in|on|de|des|du|et|&"
_UPPER = "[A-ZÀ-ÞĆČĐŠŽŞȘȚİЀ-Я]"
_CAPITAL = r"[A-ZÀ-Þ][\w'’&/-]*"
_TITLE = rf"(?P<title>{_CAPITAL}(?:[ ,]{{1,2}}(?:\(?{_CAPITAL}\)?|{_SMALL})){{0,9}})"
# "Officer, 2503318", "Officer (Ref: VN/2025/12)"
_NUMBER = re.compile(
    r"\s{0,9}[-–—|,(#]\s{0,9}(?:ref\.?|req\.?|vacancy|job|id|no\.?|n[°º])?[:. ]{0,9}"
    r"(?=[A-Z0-9/_.-]{0,46}\d{3})[A-Z]{0,6}[A-Z0-9/_.-]{4,40}\)?$",
    re.IGNORECASE,
)
# "2026/017 - Warehouse Manager"
_NUMBER_BEFORE = re.compile(r"(?=[A-Z0-9/_.-]{0,30}\d{3})[A-Z]{0,6}[A-Z0-9/_.-]{4,30}\s{0,3}[–—:-]\s{1,3}(?=[^\W\d_])")
_COPIED = re.compile(r"\s{1,9}(?:at|@|with|chez|bei|at the)\s{1,9}(?:the\s{1,9})?[A-Z].{2,60}$")
_BOARD = re.compile(r"\s(?:job\s)?(?:vacancy|opening|job|recruitment)\s(?:in|at|with)\s(?=[A-Z]).{2,80}$")
_EDGES = ",([–—|/:-"  # what a title does not end with, beside blanks
_SMALL_TAIL = re.compile(rf"(?:[ ,]{{1,5}}(?:{_SMALL})){{1,10}}$")
_SENTENCE_END = re.compile(r"[.;!?]$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|shall|should|has|have|must|can|may|please|seeks|invites|est|sont|sera|ist|sind|je|su|"
    r"является|recrute|recrutons|sucht|suchen|busca|cerchiamo|procura|ищет|ищем|шукає|traži|тражи|raspisuje|расписује|"
    r"objavljuje|објављује|објавува|бара|kërkon|shpall|caută|angajează)\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(r"\b(?:positions?|posts?|vacancies|jobs?|offres)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:-\w+)?")
_MARKS = (", ", " - ", " – ", " — ", " | ", " (")
_ITEM = re.compile(r"\d{1,2}[.)]\s")  # one of a list: "1) Driver, 2 posts"
_LONGEST, _WORDS = 250, 18


_LETTER = r"[^\W\d_]"
# A title in small letters: "Responsable logistique", "Специалист по закупкам"
_SMALL_TITLE = rf"(?P<title>(?-i:{_UPPER}){_LETTER}[\w'’()/-]{{1,30}}(?:[ ][\w'’()/-]{{1,30}}){{0,9}})"
# "sucht für den Standort Bischkek eine", "recrute pour son bureau de Goma un"
_FOR = (
    r"(?: (?: für | pour | para | per | за | для ) (?: [ ] [\w'’.-]{1,20} ){1,6} "
    r"[ ] (?= (?: eine?n? | une? | un | una | uno | uma? ) [ ] ) )?"
)
_GENITIVE_TITLE = rf"(?P<title>(?:{_LETTER}[\w()/-]{{1,30}})(?:[ ][\w()/-]{{1,30}}){{0,9}})"
_QUOTED = r"[\x20:–—-]{0,3}[«„“\"](?P<quoted>[^«»„“”\"\n]{4,100})[»“”\"]"


@dataclass(frozen=True, slots=True)
class _Edges:
    leads: re.Pattern[str]
    tails: re.Pattern[str]
    stops: re.Pattern[str]
    sentences: tuple[re.Pattern[str], ...]
    genitive: re.Pattern[str]
    occupations: frozenset[str]
    compounds: tuple[str, ...]
    salutations: re.Pattern[str]
    before: re.Pattern[str]
    subjects: frozenset[str]
    headings: frozenset[str]


@cache
def _edges() -> _Edges:
    data: dict[str, Any] = load_toml("titles.toml")
    edges = {name: " | ".join(texts) for name, texts in data["edges"].items() if name not in ("subjects", "headings")}
    seeking = edges["seeking"].replace(" ", "").replace("[]", "[ ]")
    verbose = re.VERBOSE | re.IGNORECASE
    return _Edges(
        leads=re.compile(
            rf"^(?: {edges['leads']} )\b [ ]{{0,3}} (?: [:–—|-] [ ]{{0,3}} )?"
            rf"(?: (?: {edges['joints']} ) [ ]{{1,3}} )? [:–—|-]? [ ]{{0,3}}",
            verbose,
        ),
        tails=re.compile(rf"\s{{0,5}}[,(\[–—|/-]\s{{0,5}} (?: {edges['tails']} ) .*$", verbose),
        stops=re.compile(rf"(?<=\s)(?: {edges['stops']} )", re.VERBOSE),
        sentences=(
            # "The Democratization Officer will work under", "Under her guidance, the Monitoring Officer writes"
            re.compile(
                rf"(?:^|[.,;)]\s{{1,3}}|\n)(?:[Tt]he|As(?: an?| the)) {_TITLE},? (?=[a-z]+(?:s|ll|have|may)\b|you\b)"
            ),
            # "the position of Project Officer"
            re.compile(rf"\b(?:position|post|poste|puesto|cargo) (?:of|de|for an?) (?:an? |the )?{_TITLE}"),
            # "seeks an experienced Logistics Assistant"
            re.compile(
                rf"\b(?:{seeking}) (?:to (?:hire|recruit|appoint) )?(?:an? |the |one |une? |eine?n? |\(?\d\)? ?)?"
                rf"(?:(?:highly |experienced|qualified|motivated|dynamic|suitable)\s?,? ?(?:and )?){{0,3}}{_TITLE}"
            ),
            # "recrute un(e) Responsable logistique pour son projet"
            re.compile(
                rf"\b(?: {edges['seeking_small']} ) [ ] {_FOR} (?: (?: {edges['articles']} ) [ ] )? {_SMALL_TITLE}",
                verbose,
            ),
            # "raspisuje konkurs za poziciju Saradnik za medije"
            re.compile(rf"\b(?: {edges['naming']} ) (?: {_QUOTED} | [ ]? :? [ ]? {_SMALL_TITLE} )", verbose),
        ),
        genitive=re.compile(
            rf"\b(?: {edges['naming_genitive']} ) (?: {_QUOTED} | [ ]? :? [ ]? {_GENITIVE_TITLE} )",
            verbose,
        ),
        occupations=frozenset(word for words in data["occupations"].values() for word in words),
        compounds=tuple(word for word in data["occupations"]["de"] if len(word) > 5),
        salutations=re.compile(rf"(?: {edges['salutations']} )", verbose),
        before=re.compile(rf"(?: {edges['before']} ) [ ]", verbose),
        subjects=frozenset(data["edges"]["subjects"]),
        headings=frozenset(data["edges"]["headings"]),
    )


def is_occupation(value: str) -> bool:
    """Whether one of its words is what people are employed as: officer, analyst, driver."""
    known = _edges().occupations
    compounds = _edges().compounds  # "Projektassistenz"
    words = _WORD.findall(fold(value))
    return any(word in known or word.removesuffix("s") in known or word.endswith(compounds) for word in words)


def without_lead(text: str, start: int, end: int) -> int:
    """Where the title starts behind what leads up to it: "Vacancy: ", "Call for candidates – "."""
    lead = _counted_lead().match(text[start:end]) or _edges().leads.match(text[start:end])
    if lead:
        return start + lead.end()
    article = _edges().before.match(text, start, end)
    if article and text[article.end() : article.end() + 1].isupper() and is_occupation(text[article.end() : end]):
        return article.end()
    for mark in (": ", " – ", " — ", " - "):
        at = text.find(mark, start, end)
        if at > 0 and is_occupation(text[at:end]) and not is_occupation(text[start:at]):
            return at + len(mark)
    return start


def in_sentences(text: str) -> list[tuple[int, int, str]]:
    """Bounds of the titles that sentences give to the post, each with an occupation in it, and what they say.

    That is what stands there, in the nominative where the sentence puts the title in the genitive.
    """
    found = []
    for pattern in _edges().sentences:
        for match in pattern.finditer(text):
            span = _quoted(text, match) or _unstopped(text, *match.span("title"))
            if span and plausible(text, *span) and is_occupation(text[slice(*span)]):
                found.append((*span, text[slice(*span)]))
    for match in _edges().genitive.finditer(text):
        span = _quoted(text, match) or _unstopped(text, *match.span("title"))
        value = text[slice(*span)] if span else ""
        if span and match["quoted"] is None and not is_occupation(value.split()[0]):
            value = nominative(value, _edges().occupations) or ""
        if span and is_occupation(value) and not is_sentence(value):
            found.append((*span, value))
    return found


def _quoted(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    if not match.groupdict().get("quoted"):
        return None
    return trimmed(text, *match.span("quoted"))


def _unstopped(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A title in a sentence, without what goes on behind it."""
    stop = _edges().stops.search(text, start + 3, end + 1)
    end = stop.start() if stop else end
    small = _SMALL_TAIL.search(text, start, end)
    return trimmed(text, start, small.start() if small else end)


def is_subject(label: str) -> bool:
    """Whether a label opens a line that announces the notice: "Subject", "Objet"."""
    return label_key(label) in _edges().subjects


def is_lead(value: str) -> bool:
    """Whether a line says that a vacancy follows, and nothing else: "Terms of Reference"."""
    lead = _edges().leads.match(value)
    return lead is not None and lead.end() == len(value)


def is_heading(value: str) -> bool:
    """Whether a line ends with a word that heads pages of vacancies: "Careers", "Job opportunities"."""
    return fold(value.split()[-1]) in _edges().headings


def opens_with_lead(text: str, start: int, end: int) -> int | None:
    """Where the title starts in a line that announces a vacancy; None in another one."""
    lead = _edges().leads.match(text[start:end])
    return start + lead.end() if lead and lead.end() < end - start else None


def opens_with_number(text: str, start: int, end: int) -> bool:
    """Whether a number stands before the title: "2026/017 - Warehouse Manager"."""
    number = _NUMBER_BEFORE.match(text, start, end)
    return number is not None and is_occupation(text[number.end() : end])


def trimmed(text: str, start: int, end: int, *, labelled: bool = False) -> tuple[int, int] | None:
    """The title inside a line: without grade and reference, and if no label says what it is, place and remarks."""
    end = min(end, start + _LONGEST)
    for _ in range(4):
        before = end
        grade = next((m for m in grades().labelled.finditer(text, start, end) if m.start() > start + 3), None)
        if grade and (text[grade.start() - 1] in ",(–—|/- :" or grade.end() >= end - 1) and _ends(text, grade, end):
            end = grade.start()
        for pattern in (_NUMBER,) if labelled else (_edges().tails, _NUMBER):
            tail = pattern.search(text, start + 4, end)
            end = tail.start() if tail else end
        while end > start and (text[end - 1].isspace() or text[end - 1] in _EDGES):
            end -= 1
        if not labelled:
            copied = _COPIED.search(text, start, end)
            if copied and any(copied.start() < n.start < end for n in names_near(text, copied.start(), end)):
                end = copied.start()
        end = _without_place(text, start, end, (" (",) if labelled else _MARKS)
        if end == before:
            break
    while end > start and text[end - 1] in " \t\n,;:|–—-*\\":
        end -= 1
    number = _NUMBER_BEFORE.match(text, start, end) or _counted_lead().match(text, start, end)
    start = number.end() if number else start
    while start < end and text[start] in ' \t\n,;:|–—-*#"“«':
        start += 1
    if end > start and text[end - 1] in '"”»' and not any(c in '"“«' for c in text[start : end - 1]):
        end -= 1
    return (start, end) if end - start > 2 else None


def _ends(text: str, grade: re.Match[str], end: int) -> bool:
    """A grade ends the title unless words in small letters go on: "Officer (P-3) for elections"."""
    rest = text[grade.end() : end].strip(" )]*")
    return not rest or rest[0] in ",;–—-|/(" or not rest[0].islower()


def _without_place(text: str, start: int, end: int, marks: tuple[str, ...]) -> int:
    """Where a title ends before its place or employer: "Officer, Bokhtar", "Officer - UNDP"."""
    for mark in marks:
        at = text.rfind(mark, start, end)
        if at <= start:
            continue
        tail = text[at + len(mark) : end].strip(" )")
        if tail and (country_by_name(tail) or ((place := best_place(tail)) and place.importance >= 2)):
            return at
        if 0 < len(tail) < 60 and any(at < n.start < end <= n.end + 1 for n in names_near(text, at, end)):
            return at
    return end


@cache
def _counted_lead() -> re.Pattern[str]:
    """ "Vacancy 1. ", "Puesto n.º 2: ", "UN(E) ": what stands before a title in a list or a call."""
    words = load_toml("posts.toml")["posts"]
    assert isinstance(words, list)
    number = r"\s{1,2}(?:n[.°ºo]{1,2}\s?|no\.?\s|nr\.?\s|№\s?|#)?\d{1,2}\s?[.:)–—-]{1,2}\s{1,3}(?=[^\W\d_])"
    return re.compile(rf"(?i:(?:{alternation(words)}){number}|un\s?\(e\)\s{{1,2}})")


def without_board(text: str, start: int, end: int) -> tuple[int, int]:
    """ "UNOPS Procurement Officer job vacancy in Belgrade - apply now!": the title in the headline of a job board."""
    board = _BOARD.search(text, start, end)
    if board is None or not is_occupation(text[start : board.start()]):
        return start, end
    employer = next((n for n in names_near(text, start, start + 1) if n.start == start), None)
    behind = text[employer.end : board.start()] if employer else ""
    begin = employer.end + 1 if employer and behind[1:2].isupper() and is_occupation(behind) else start
    return begin, board.start()


def is_sentence(line: str) -> bool:
    """Whether a line has a verb or ends like a sentence."""
    return bool(_SENTENCE_END.search(line.rstrip()) or _VERB.search(line))


def plausible(text: str, start: int, end: int) -> bool:
    """Whether a stretch looks like a title: short, no sentence, no place, date, employer or label."""
    value = text[start:end]
    if not len(value) >= 4 or not 1 <= len(value.split()) <= _WORDS or not any(c.isalpha() for c in value):
        return False
    if (
        value[0].islower()
        or _edges().salutations.match(value)
        or is_sentence(value)
        or "@" in value
        or "://" in value
        or "?" in value
        or value.count("|") > 1  # a board's tags: "OSCE | The Hague | 27 days left"
    ):
        return False
    if _ITEM.match(value) or labels().get(label_key(value)) or country_by_name(value) or best_place(value):
        return False
    if next(dates_in(value), None):
        return False
    opening = [n for n in names_near(text, start, start + 5) if start <= n.start <= start + 4]
    if any(n.end >= end - 2 for n in opening) or (opening and not is_occupation(value)):
        return False
    if opening and is_heading(value):
        return False  # "UNICEF Specialist vacancy" heads a page
    return not (_OFFERS.search(value) and any(c.isdigit() for c in value))
