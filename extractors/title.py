"""Position title as advertised, without grade, reference, place or debris of the site that copied it.

Not the title: a section heading, the name of the organization, the supervisor's title, an entry of a menu.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._dates import dates_in
from extractors._doc import facts, section_at
from extractors._fold import fold
from extractors._gazetteer import best_place, country_by_name
from extractors._grades import grades
from extractors._labels import label_key, labels, load_toml
from extractors._names import names
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "title"
RULES = ("label", "occupation_line", "first_line", "sentence", "heading")

# Where a title ends: a grade, a reference, a kind of contract, a remark on who may apply.
_TAIL = re.compile(
    r"""
    \s*[,(\[–—|/-]\s*
    (?: (?:temporary|fixed[- ]term|consultan(?:cy|t)|individual[ ]contract|internship|full[- ]time|part[- ]time|re-?advertise\w*|
           readvertisement|extended|roster|home[- ]based|remote|multiple|several|open[ ]to|for[ ]nationals|nationals|national[ ]position|
           local[ ]position|\d{2,3}(?:[ ]?[–-][ ]?\d{2,3})?[ ]?%|\d+[ ](?:posts?|positions?|months?|vacanc)|deadline|apply|closing|vacancy|job|ref\b|req\b|level|grade|m/f|f/m|h/f|f/h|m/w/d|w/m/d|d/f/m|m/ž|ž/m) .* )$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\s*[-–—|,(#]\s*(?:ref\.?|req\.?|vacancy|job|id|no\.?|n[°º])?[:. ]*(?=[A-Z0-9/_.-]*\d{3})[A-Z]{0,6}[A-Z0-9/_.-]{4,40}\)?$",
    re.IGNORECASE,
)
_COPIED = re.compile(r"\s+(?:at|@|with|chez|bei|at the)\s+(?:the\s+)?[A-Z].{2,60}$")
_LEAD = re.compile(
    r"""^(?: (?:vacancy|job)[ ](?:notice|announcement|opening|vacancy|posting)\b | vacancy\b | job[ ]title\b | position\b | post[ ]of\b | announcement\b
        | call[ ]for[ ](?:applications?|expressions?[ ]of[ ]interest)\b | terms[ ]of[ ]reference\b | recruitment[ ]of\b
        | avis[ ](?:de[ ]vacance|de[ ]recrutement)\b(?:[ ]de[ ]poste)? | (?:(?:special|open|re-?advertised)[ ])?vacancy[ ]notice\b
        | (?:vacante|wanted|vaga|oferta[ ]de[ ]empleo|offre[ ]d['’]emploi|stellenangebot|posto[ ]vacante|post[ ]vacant|позив[ ]за[ ]пријаву|hiring|now[ ]hiring)\b | вакансия\b | вакансія\b | konkurs\b | oglas\b | stellenausschreibung\b | convocatoria\b | anuncio[ ]de[ ]vacante\b | оглас\b )
        [ ]*(?:for[ ](?:an?|the)?|:|–|—|-|\|)?[ ]*""",
    re.VERBOSE | re.IGNORECASE,
)
# "The Democratization Officer will work under", "seeks a Logistics Assistant", "position of Project Officer"
_TITLE = r"(?P<title>(?:[A-ZÀ-Þ][\w'’&/-]*|of|for|and|to|the|in|on|de|des|du|et)(?:[ ,]{1,2}(?:[A-ZÀ-Þ(][\w'’&/)-]*|of|for|and|to|the|in|on|de|des|du|et|&)){0,9})"
_SENTENCES = (
    re.compile(
        rf"(?:^|[.,;)]\s{{1,3}}|\n)(?:[Tt]he|As(?: an?| the)) {_TITLE},? (?=[a-z]+(?:s|ll|have|may)\b|will\b|you\b)"
    ),
    re.compile(
        rf"\b(?:position|post|vacancy for the post|poste|puesto|cargo) (?:of|de|for an?) (?:an? |the )?{_TITLE}"
    ),
    re.compile(
        rf"\b(?:seeks?|seeking|looking for|recruit(?:s|ing)?|hire|hiring|invites applications (?:for|from)|recrute|recherche"
        rf"|busca|sucht) (?:to (?:hire|recruit|appoint) )?(?:an? |the |one |un |une |eine?n? |\(?\d\)? ?)?"
        rf"(?:(?:highly |experienced|qualified|motivated|dynamic|suitable)\s?,? ?(?:and )?){{0,3}}{_TITLE}"
    ),
)
_CLAUSE = re.compile(r" \(|[,.;:](?= )")
# A line that ends with one of these words goes on in the next.
_OPEN = re.compile(r"\b(?:of|for|and|the|to|in|on|a|de|des|du|et|la|le|y|en|e|da|und|für|der)$|[&,/]$")
_SMALL_TAIL = re.compile(r"(?:[ ,]+(?:of|for|and|to|the|in|on|de|des|du|et|&))+$")
_GRADE_EDGE = re.compile(r"[\s,(\[–—|/:-]+$")
_SENTENCE_END = re.compile(r"[.;!?]$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|shall|should|has|have|must|can|may|please|est|sont|sera|является|je|su|ist|sind|seeks|invites|est)\b",
    re.IGNORECASE,
)
_HEAD_LINES = 14
_WORDS = 18
_OFFERS = re.compile(r"\b(?:positions?|posts?|vacancies|jobs?|offres)\b", re.IGNORECASE)


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the labelled titles, the first lines that look like one, and the titles in sentences on the post."""
    text = doc.text
    for fact in facts(doc, FIELD):
        end = min(fact.end, fact.start + 250)
        newline = text.find("\n", fact.start, end)
        if newline > 0 and not _OPEN.search(text, fact.start, newline):
            end = newline
        span = trimmed(text, fact.start, end, labelled=True)
        if span and len(text[span[0] : span[1]].split()) <= 30 and not labels().get(label_key(text[span[0] : span[1]])):
            yield Finding(_clean(text[span[0] : span[1]]), *span, "label")
    yield from _head(doc)
    for pattern in _SENTENCES:
        for match in pattern.finditer(text):
            section = section_at(doc, match.start())
            if section and section.kind not in ("head", "background", "duties", "other"):
                continue
            start, end = match.span("title")
            small = _SMALL_TAIL.search(text, start, end)
            end = small.start() if small else end
            span = trimmed(text, start, end)
            if span and _plausible(text, *span) and is_occupation(text[span[0] : span[1]]):
                yield Finding(_clean(text[span[0] : span[1]]), *span, "sentence")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The labelled title, else the first heading of the notice, else the one that its sentences name."""
    return strongest(findings, RULES, key=fold, first_of=frozenset(RULES))


def _head(doc: Doc) -> Iterator[Finding]:
    text = doc.text
    labelled = sorted(f.label_start for f in facts(doc) if f.field != "unknown")
    shown = 0
    for line in re.finditer(r"[^\n]+", text[:6000]):
        if not line.group().strip():
            continue
        section = section_at(doc, line.start())
        if section and section.kind == "debris":
            continue
        shown += 1
        if shown > _HEAD_LINES or (section and section.kind not in ("head", "other")):
            return
        if section and section.heading_start <= line.start() < section.heading_end:
            continue
        end = next((at for at in labelled if line.start() <= at < line.end()), line.end())
        start = line.start() + len(line.group()) - len(line.group().lstrip(" \t•#*|-–>"))
        if end - start < 4:
            continue
        lead = _LEAD.match(text, start, end)
        start = lead.end() if lead else _after_colon(text, start, end)
        if lead and _sentence(text[start:end]):
            stop = _CLAUSE.search(text, start, end)
            end = stop.start() if stop and is_occupation(text[start : stop.start()]) else end
        span = trimmed(text, start, end)
        if span and _plausible(text, *span) and not _sentence(text[start:end]):
            value = text[span[0] : span[1]]
            occupation = is_occupation(value)
            rule = "occupation_line" if occupation else "first_line" if shown == 1 else "heading"
            yield Finding(_clean(value), *span, rule)


def _after_colon(text: str, start: int, end: int) -> int:
    """ "Call for candidates: Energy Associate": where what stands behind the mark is an occupation, and before it none."""
    for mark in (": ", " – ", " — ", " - "):
        at = text.find(mark, start, end)
        if at > 0 and is_occupation(text[at:end]) and not is_occupation(text[start:at]):
            return at + len(mark)
    return start


@cache
def _occupations() -> frozenset[str]:
    return frozenset(
        str(word) for words in load_toml("occupations.toml").values() if isinstance(words, list) for word in words
    )


def is_occupation(value: str) -> bool:
    """Whether one of its words is what people are employed as: officer, analyst, driver."""
    return any(
        word in _occupations() or word.removesuffix("s") in _occupations()
        for word in re.findall(r"\w+(?:-\w+)?", fold(value))
    )


def trimmed(text: str, start: int, end: int, *, labelled: bool = False) -> tuple[int, int] | None:
    """The title inside a line: without grade and reference, and if no label says what it is, place and remarks."""
    end = min(end, start + 250)
    for _ in range(4):
        before = end
        grade = next((m for m in grades().labelled.finditer(text, start, end) if m.start() > start + 3), None)
        if (
            grade
            and (text[grade.start() - 1] in ",(–—|/- :" or grade.end() >= end - 1)
            and _ends_title(text, grade, end)
        ):
            end = grade.start()
        for pattern in (_NUMBER,) if labelled else (_TAIL, _NUMBER):
            tail = pattern.search(text, start + 4, end)
            end = tail.start() if tail else end
        edge = _GRADE_EDGE.search(text, start, end)
        end = edge.start() if edge else end
        copied = None if labelled else _COPIED.search(text, start, end)
        if copied and any(copied.start() < n.start < end for n in names(text)):
            end = copied.start()
        end = end if labelled else _without_place(text, start, end)
        if end == before:
            break
    while end > start and text[end - 1] in " \t,;:|–—-*\\":
        end -= 1
    while start < end and text[start] in ' \t,;:|–—-*#"“«':
        start += 1
    if end > start and text[end - 1] in '"”»' and not any(c in '"“«' for c in text[start : end - 1]):
        end -= 1
    return (start, end) if end - start > 2 else None


def _ends_title(text: str, grade: re.Match[str], end: int) -> bool:
    """A grade ends the title unless it is part of a word's remark that goes on: "Officer (P-3) for Elections"."""
    rest = text[grade.end() : end].strip(" )]*")
    return not rest or rest[0] in ",;–—-|/(" or not rest[0].islower()


def _without_place(text: str, start: int, end: int) -> int:
    for mark in (", ", " - ", " – ", " — ", " | ", " ("):
        at = text.rfind(mark, start, end)
        if at <= start:
            continue
        tail = text[at + len(mark) : end].strip(" )")
        if tail and (country_by_name(tail) or ((place := best_place(tail)) and place.importance >= 2)):
            return at
        if tail and any(at < n.start and n.end >= end - 1 for n in names(text) if n.start < end) and len(tail) < 60:
            return at
    return end


def _sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line.rstrip()) or _VERB.search(line))


def _plausible(text: str, start: int, end: int) -> bool:
    """Whether a line looks like a title: short, no sentence, no place, date, employer or label."""
    value = text[start:end]
    words = value.split()
    if not 1 <= len(words) <= _WORDS or len(value) < 4 or not any(c.isalpha() for c in value):
        return False
    if value[0].islower() or _SENTENCE_END.search(value) or _VERB.search(value) or "@" in value or "://" in value:
        return False
    if labels().get(label_key(value)) or country_by_name(value) or best_place(value):
        return False
    if any(n.start <= start + 4 and n.end >= end - 2 for n in names(text)) or next(dates_in(value), None):
        return False
    return not (_OFFERS.search(value) and any(c.isdigit() for c in value))


def _clean(value: str) -> str:
    """Blanks single, and the underscores of a board that prints them for brackets: "Experts_ Local _(SSA)"."""
    value = " ".join(value.split())
    if value.count("_") >= 2:
        value = re.sub(r"\s*_\s*([^_]{1,80}?)\s*_\s*", r" (\1) ", value).replace(") (", ") (").strip()
    return value
