"""Place of work as printed, without its country; official spelling variants are kept ("Prishtine / Pristina").

Not the duty station: a country or region alone, a place of travel, of an interview or of the headquarters, the
address that applications go to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._fold import fold
from extractors._gazetteer import best_place, country_by_name, places_named
from extractors._names import names
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "duty_station"
RULES = ("label", "head", "title_tail", "sentence")

_CODE = re.compile(r"[A-Z]{2,4} ?[-–] ?(?=[A-Z])")  # "KOS - OSCE Mission in Kosovo"
_CUT = re.compile(
    r"[\n(\[;|•]|\.(?=\s|$)|,? (?:with|including|and travel|with travel|avec|con|mit|z|с|sa|me|cu|com)\s+(?:\w+\s+)?"
    r"(?:travel|trips|duty|missions?|possib|frequent|déplac|viajes|reisen|выезд|поездк|putovanj|udhëtim|viagens|deplas|regular|occasional)"
)
_PART = re.compile(r"[^,]+")
_NONE = re.compile(
    r"(?:various|multiple|several|to be (?:confirmed|determined)|tbc|tbd|n/?a|home[- ]based|remote|worldwide|anywhere|"
    r"as indicated|all|international|regional|global)\b",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"\b(?:region|field|office|mission|hq|headquarters|full[- ]time|part[- ]time|province|district)\b", re.IGNORECASE
)
# "based in Vienna", "The duty station is Osh", "position located in Goma"
_SENTENCE = re.compile(
    r"""
    (?: \b(?:post|position|vacancy|job|incumbent|consultant|assignment|internship|officer|successful[ ]candidate|duty[ ]station|
        contract|intern)\b [^.\n]{0,60}?
        \b(?: (?:is|are|will[ ]be|be|shall[ ]be|to[ ]be)[ ](?:based|located|stationed|situated)[ ](?:in|at) | based[ ]in
            | located[ ]in | duty[ ]station[ ](?:is|will[ ]be) | duty[ ]station[:,]? ) [ ]
      | \b(?:lieu[ ]d['’]affectation[ ](?:est|sera)[ ] | poste[ ]est[ ]bas[ée]+[ ][àa][ ] | bas[ée]+(?:·e)?[ ]à[ ]
            | con[ ]sede[ ]en[ ] | mit[ ]Dienstort[ ] | Dienstort[ ]ist[ ] | con[ ]sede[ ]a[ ] | com[ ]sede[ ]em[ ])
    )
    (?P<place> [A-ZÀ-ÞА-Я][\w'’.-]+ (?: [ /-]{1,3} [A-ZÀ-ÞА-Я][\w'’.-]+ ){0,3} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HEAD_LINES = 12


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the places in labels, in the head of the notice, behind the title, and in sentences on the post."""
    text = doc.text
    for fact in facts(doc, FIELD):
        yield from _labelled(text, fact.start, fact.end)
    for fact in facts(doc, "title"):
        yield from _in_head(text, fact.start, min(fact.end, fact.start + 200), first=False)
    shown = 0
    for line in re.finditer(r"[^\n]+", text[:4000]):
        section = section_at(doc, line.start())
        if not line.group().strip() or (section and section.kind == "debris"):
            continue
        shown += 1
        if shown > _HEAD_LINES or (section and section.kind not in ("head", "other")):
            break
        if len(line.group()) <= 120:
            yield from _in_head(text, *line.span(), first=shown == 1)
    for start, end in body(doc):
        for match in _SENTENCE.finditer(text, start, end):
            words = match["place"].split()
            for count in range(len(words), 0, -1):
                place = match["place"][
                    : len(match["place"]) if count == len(words) else match["place"].find(words[count])
                ].rstrip(" .,/-")
                if place and place[0].isupper() and (places_named(place) or best_place(place)):
                    yield Finding(place, match.start("place"), match.start("place") + len(place), "sentence")
                    break


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The labelled place; the first of several."""
    return strongest(findings, RULES, key=fold, first_of=frozenset(RULES))


def stations(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The bounds of the place in a labelled value, without codes, missions, countries and remarks."""
    code = _CODE.match(text, start, end)
    start = code.end() if code else start
    cut = _CUT.search(text, start, end)
    end = cut.start() if cut else end
    known = names(text)
    kept: list[tuple[int, int]] = []
    for part in _PART.finditer(text, start, end):
        first, last = part.span()
        while first < last and text[first] in " -–—:•\t":
            first += 1
        while last > first and text[last - 1] in " -–—:•\t/":
            last -= 1
        value = text[first:last]
        if not value or any(n.start <= first < n.end or (first <= n.start < last and n.mission) for n in known):
            continue
        first, value = _without_country(text, first, last)
        if not value or country_by_name(value) and not (not kept and best_place(value) and places_named(value)):
            if kept:
                break
            continue
        if kept and not places_named(value.split(" / ")[0]):
            break
        kept.append((first, first + len(value)))
    if not kept:
        return None
    return kept[0][0], kept[-1][1]


def _without_country(text: str, first: int, last: int) -> tuple[int, str]:
    """ "Belgium-Brussels" without the country, "Mons Belgium" likewise."""
    value = text[first:last]
    for mark in ("-", " - ", " – ", "/", " / ", "–"):
        head, found, tail = value.partition(mark)
        if found and country_by_name(head) and tail.strip() and not country_by_name(tail):
            offset = len(head) + len(mark) + (len(tail) - len(tail.lstrip()))
            return first + offset, tail.strip()
        if found and country_by_name(tail) and head.strip():
            return first, head.strip()
    return first, value


def _labelled(text: str, start: int, end: int) -> Iterator[Finding]:
    if _NONE.match(text, start, end):
        return
    span = stations(text, start, min(end, start + 200))
    if span is None:
        return
    value = text[span[0] : span[1]]
    known = bool(best_place(value) or places_named(value.split(",")[0].split(" / ")[0]))
    if not known and (_JUNK.search(value) or len(value.split()) > 5 or not value[0].isupper()):
        return
    yield Finding(value, *span, "label")


def _in_head(text: str, start: int, end: int, *, first: bool) -> Iterator[Finding]:
    """A line of the head that is a place, begins with "Place, Country", or a title that ends with a place."""
    bracket = text.find(" (", start, end)
    if bracket > 0 and any(c.isdigit() for c in text[bracket:end]):
        end = bracket
    line = text[start:end]
    body_start = start + len(line) - len(line.lstrip(" •-–*🔍📍\t"))
    parts = [m.span() for m in re.finditer(r"[^,|–—]+", text[body_start:end])]
    for number, (low, high) in enumerate(parts):
        value = text[body_start + low : body_start + high].strip(" .\t")
        if not value or len(value) > 40:
            continue
        place = best_place(value)
        begin = text.index(value, body_start + low)
        following = (
            text[body_start + parts[number + 1][0] : body_start + parts[number + 1][1]].strip()
            if number + 1 < len(parts)
            else ""
        )
        country = next((c for n in range(3, 0, -1) if (c := country_by_name(" ".join(following.split()[:n])))), None)
        if country and best_place(value, country) and not country_by_name(value):
            yield Finding(value, begin, begin + len(value), "head")
            return
        if place and place.importance >= 2 and not country_by_name(value):
            if number == 0 and len(parts) == 1 and not first:
                yield Finding(value, begin, begin + len(value), "head")
            elif number and number == len(parts) - 1:
                yield Finding(value, begin, begin + len(value), "title_tail")
            elif number and number == len(parts) - 2 and country_by_name(following):
                yield Finding(value, begin, begin + len(value), "title_tail")
