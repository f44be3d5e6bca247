"""Place of work as printed, without its country; official spelling variants are kept ("Prishtine / Pristina").

Not the duty station: a country or region alone, a place of travel, of an interview or of the headquarters, the
address that applications go to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, head_lines, sections
from extractors._flat import compiled, flat, openings, pattern
from extractors._fold import fold
from extractors._gazetteer import best_place, countries, country_by_name, places_named
from extractors._labels import load_toml
from extractors._names import names_near
from extractors._phrases import occurrences, opened
from extractors._titles import is_occupation
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "duty_station"
RULES = ("label", "head", "title_tail", "sentence", "letterhead", "office")

_CAPITAL = "A-ZÀ-ÞĆČĐŠŽĀĂÎȘȚĞİŞЀ-Я"
_PART = re.compile(r"[^,]+")
# What stands between a place and what is said of it: "Goma.", "Goma (DRC)", "Goma; Bukavu"
_STOP = re.compile(r"[\n(\[;|•]|\.(?=\s|$)")
_SUBJECT = 60  # characters before "is based in" in which the post is named
_PLACE = re.compile(rf"\s(?P<place>[{_CAPITAL}][\w'’.-]+(?:[ /-]{{1,3}}[{_CAPITAL}][\w'’.-]+){{0,3}})")


@dataclass(frozen=True, slots=True)
class _Words:
    """The vocabulary of ``patterns/stations.toml``, compiled; all but ``office`` and ``code`` read flat text."""

    subject: re.Pattern[str]
    lies: re.Pattern[str]
    near: re.Pattern[str]
    alone: re.Pattern[str]
    none: re.Pattern[str]
    unit: re.Pattern[str]
    remark: re.Pattern[str]
    code: re.Pattern[str]
    office: re.Pattern[str]
    answer: re.Pattern[str]
    joined: re.Pattern[str]


@cache
def _words() -> _Words:
    data: dict[str, dict[str, list[str]]] = load_toml("stations.toml")  # type: ignore[assignment]
    abbreviated, towns = "|".join(data["kind"]["abbreviated"]), pattern(data["kind"]["words"])
    names, links = ("|".join(map(re.escape, data["office"][name])) for name in ("names", "in"))
    return _Words(
        subject=re.compile(pattern(data["subject"]["words"])),
        lies=compiled(data["lies"]["words"]),
        near=re.compile(pattern(data["lies"]["near"])),
        alone=compiled(data["alone"]["words"]),
        none=re.compile(pattern(data["none"]["words"])),
        unit=re.compile(pattern(data["unit"]["words"])),
        remark=re.compile(
            rf",?\s{pattern(data['remark']['before'])}\s{{1,3}}(?:\w{{1,20}}\s{{1,3}})?{pattern(data['remark']['about'])}"
        ),
        joined=_seats(data["joined"]),
        answer=re.compile(rf"(?i:{'|'.join(data['answer']['words'])})\s(?=[{_CAPITAL}])"),
        # "KOS - OSCE Mission in Kosovo", "г. Нарын", "ville de Goma"
        code=re.compile(rf"[A-Z]{{2,4}}\s?[-–]\s?(?=[A-Z])|(?:{abbreviated})\.\s?(?=[{_CAPITAL}])|(?i:{towns})\s"),
        # "U.S. Mission Skopje", "its Sub-Delegation in Goma", "UNICEF Field Office Kutaisi"
        office=re.compile(
            rf"(?:{names})(?:\s(?:{links}))?\s"
            rf"(?P<place>[{_CAPITAL}][\w'’.-]+(?:[ -][{_CAPITAL}][\w'’.-]+){{0,2}})"
        ),
    )


def _seats(data: dict[str, list[str]]) -> re.Pattern[str]:
    """ "join its busy Sub-delegation in": words of ``[joined]``, over flat text."""
    before, of, seats, link = (pattern(data[name]) for name in ("before", "of", "seats", "in"))
    expression = re.compile(rf"{before}\s{of}\s(?:[\w'’-]{{2,20}}\s){{0,3}}?{seats}\s{link}(?=\s)")
    return opened(expression, openings(data["before"]))


_HEAD_LINES, _LONGEST = 12, 120


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the places in labels, in the head of the notice, behind the title, and in sentences on the post."""
    text = doc.text
    for fact in facts(doc, FIELD):
        yield from _labelled(text, fact.start, fact.end)
    for fact in facts(doc, "title"):
        yield from _in_head(text, fact.start, min(fact.end, fact.start + 200), first=False)
    for number, (low, high) in enumerate(head_lines(doc, _HEAD_LINES)):
        if high - low <= _LONGEST:
            yield from _in_head(text, low, high, first=number == 0)
    for section in sections(doc, "head", "background"):
        for match in _words().office.finditer(text, section.start, min(section.end, section.start + 800)):
            yield from _known(match["place"].rstrip("."), match.start("place"), "office")
    plain, known = flat(text), _words()
    for start, end in body(doc):
        for match in occurrences(known.lies, plain, start, end):
            low = max(start, match.start() - _SUBJECT)
            before = re.split(r"[.\n]", plain[low : match.end()])[-1]
            if known.subject.search(before) if not known.near.fullmatch(match.group()) else _is_post(before):
                yield from _behind(text, match.end())
        for match in (*occurrences(known.alone, plain, start, end), *occurrences(known.joined, plain, start, end)):
            yield from _behind(text, match.end())


def _is_post(before: str) -> bool:
    """Whether nothing stands between the post and "is in": "the other two posts are in"."""
    subjects = list(_words().subject.finditer(before))
    return bool(subjects) and len(re.findall(r"\w+", before[subjects[-1].end() :])) <= 3


def _behind(text: str, at: int) -> Iterator[Finding]:
    place = _PLACE.match(text, at)
    if place:
        yield from _known(place["place"], place.start("place"), "sentence")


def _known(value: str, start: int, rule: str) -> Iterator[Finding]:
    """The longest beginning of ``value`` that is a place which the gazetteer knows."""
    words = list(re.finditer(r"\S+", value))
    for word in reversed(words):
        place = value[: word.end()].rstrip(" .,/-")
        if place and place[0].isupper() and not country_by_name(place) and (places_named(place) or best_place(place)):
            yield Finding(place, start, start + len(place), rule)
            return


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The labelled place; the first of several."""
    return strongest(findings, RULES, key=fold, first_of=frozenset(RULES))


def stations(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The bounds of the place in a labelled value, without codes, missions, countries and remarks."""
    code = _words().code.match(text, start, end)
    start = code.end() if code else start
    cuts = (_STOP.search(text, start, end), _words().remark.search(flat(text), start, end))
    end = min((cut.start() for cut in cuts if cut), default=end)
    known = names_near(text, start, end)
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
        if not value or (country_by_name(value) and not (not kept and best_place(value) and places_named(value))):
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
    pieces = value.split("-")
    if len(pieces) > 2 and country_by_name(pieces[0]) and best_place(pieces[1], country_by_name(pieces[0])):
        return first + len(pieces[0]) + 1, pieces[1]
    for mark in (" - ", " – ", "-", ", "):  # "The Hague - NL"
        town, found, code = value.rpartition(mark)
        country = countries().get(code.strip()) if found else None
        if country and (place := best_place(town, country.code)) and place.country == country.code:
            return first, town.strip()
    for mark in ("-", " - ", " – ", "/", " / ", "–"):
        head, found, tail = value.partition(mark)
        if found and country_by_name(head) and tail.strip() and not country_by_name(tail):
            offset = len(head) + len(mark) + (len(tail) - len(tail.lstrip()))
            return first + offset, tail.strip()
        if found and country_by_name(tail) and head.strip():
            return first, head.strip()
    return first, value


def _labelled(text: str, start: int, end: int) -> Iterator[Finding]:
    if _words().none.match(flat(text), start, end):
        return
    span = stations(text, start, min(end, start + 200))
    if span is None:
        return
    value = text[span[0] : span[1]]
    led = _words().answer.match(value)
    if led and not best_place(value) and best_place(value[led.end() :]):
        value, span = value[led.end() :], (span[0] + led.end(), span[1])
    known = bool(best_place(value) or places_named(value.split(",")[0].split(" / ")[0]))
    if not known and (_words().unit.search(flat(value)) or len(value.split()) > 5 or not value[0].isupper()):
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
        begin = text.index(value, body_start + low) if value else body_start + low
        following = text[slice(*(body_start + at for at in parts[number + 1]))] if number + 1 < len(parts) else ""
        country = leading_country(following)
        if country:
            for word in re.finditer(r"\S+", value):
                tail = value[word.start() :]
                if len(tail) <= 40 and best_place(tail, country) and not country_by_name(tail):
                    rule = "head" if number == 0 and word.start() == 0 else "title_tail"
                    rule = (
                        "letterhead" if number == 0 and _is_letterhead(text, body_start, begin + word.start()) else rule
                    )
                    yield Finding(tail, begin + word.start(), begin + len(value), rule)
                    return
        if not value or len(value) > 40 or country_by_name(value):
            continue
        place = best_place(value)
        if place and place.importance >= 2:
            if number == 0 and len(parts) == 1 and not first:
                yield Finding(value, begin, begin + len(value), "head")
            elif number and number >= len(parts) - 2 and (number == len(parts) - 1 or country):
                yield Finding(value, begin, begin + len(value), "title_tail")
    yield from _glued(text, start, end)


def _is_letterhead(text: str, start: int, end: int) -> bool:
    """Whether an employer and nothing else stands before a place: "ICRC Nairobi, Kenya"."""
    employer = [n for n in names_near(text, start, end) if start <= n.start < end]
    return bool(employer) and not is_occupation(text[start:end])


def _glued(text: str, start: int, end: int) -> Iterator[Finding]:
    """ "December 2, 2025TashkentUzbekistan": a place glued between a date and its country."""
    cuts = [
        start,
        *(m.start() for m in re.finditer(r"(?<=\d)(?=[A-ZÀ-Þ][a-z])|(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", text[start:end])),
        end - start,
    ]
    cuts = [cuts[0], *(start + at for at in cuts[1:])]
    for low, high, last in zip(cuts, cuts[1:], cuts[2:], strict=False):
        country = country_by_name(text[high:last])
        if country and best_place(text[low:high], country):
            yield Finding(text[low:high], low, high, "head")


def leading_country(value: str) -> str | None:
    """The country that a text begins with: "Mexico Full time JR2560817", "Georgia. Temporary"."""
    words = value.split()[:4]
    for count in range(len(words), 0, -1):
        code = country_by_name(" ".join(words[:count]).rstrip(".,;)"))
        if code:
            return code
    return None
