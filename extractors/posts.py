"""Number of posts advertised for this position.

Only where the notice counts them: a label, "(two positions)" in the title or list, "is looking for three drivers".  The
size of a team, posts supervised and positions of other notices are no such count; nothing said is not "one".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._labels import load_toml
from extractors._phrases import alternation, occurrences, opened, phrases
from extractors._sentence import sentence_at
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "posts"
RULES = ("label", "title", "listed", "heading", "prose")

_MOST = 500  # a larger figure is a reference or a year
_HEAD_LINES = 10
# "Driver x 3", "Driver (x2)", "2 x Protection Monitors"; not "Driver 4 x 4"
_TIMES = re.compile(
    r"(?:(?<=[^\W\d_])|(?<=[^\W\d_] ))(?: |(?=\())\(?[x×] ?(?P<n>\d{1,2})\)?(?=[ \t]*(?:$|\n|[,(–-]))|"
    r"^(?P<n_first>\d{1,2}) ?[x×] (?=[^\W\d_])",
)
_NOWHERE = frozenset({"debris", "duties", "requirements", "desirable", "experience", "education", "competencies"})


@dataclass(frozen=True, slots=True)
class _Words:
    numbers: Mapping[str, int]
    label: re.Pattern[str]
    counted: re.Pattern[str]
    sought: re.Pattern[str]
    available: re.Pattern[str]


@cache
def _words() -> _Words:
    data: dict[str, list[str]] = load_toml("posts.toml")  # type: ignore[assignment]
    table: dict[str, list[str]] = load_toml("numbers.toml")["words"]  # type: ignore[assignment]
    numbers = {word.casefold(): int(number) for number, words in table.items() for word in words}
    spelt = [*(word for word in numbers if len(word) > 2), "un", "ein", "o"]
    number = rf"(?:\d{{1,3}}(?![\d./%-])|(?i:{alternation(spelt)})(?!\w))"
    again = r"(?:\s{0,2}\(\s?[\w ]{1,20}\))?"  # 2 (two)
    people, posts = alternation(data["people"]), alternation(data["posts"])
    return _Words(
        numbers=numbers,
        available=phrases(data["available"]),
        label=re.compile(rf"\W{{0,4}}(?:(?i:up to|about|approximately)\s)?(?P<n>{number}){again}"),
        counted=opened(
            re.compile(
                rf"(?<![\w./-])(?P<n>{number}){again}\s{{1,2}}(?:(?i:new|vacant|open|identical)\s)?(?i:{posts})"
            ),
            spelt,
            figures=True,
        ),
        sought=opened(
            re.compile(
                rf"(?i:{alternation(data['seek'])})\s{{1,2}}(?P<n>{number}){again}\s(?:[\w’'()/-]{{2,20}}\s){{0,4}}?(?i:{people})"
            ),
            data["seek"],
        ),
    )


def _count(match: re.Match[str]) -> int | None:
    printed = match["n"].casefold()
    number = int(printed) if printed.isdigit() else _words().numbers.get(printed)
    return number if number is not None and 0 < number <= _MOST else None


def _counted(text: str, start: int, end: int, pattern: re.Pattern[str], rule: str) -> Iterator[Finding]:
    for match in occurrences(pattern, text, start, end):
        number = _count(match)
        if number is not None:
            yield Finding(number, match.start("n"), match.end(), rule)


def find(doc: Doc) -> Iterator[Finding]:
    """Yield counts of posts from labels, titles, first lines and sentences about the recruitment."""
    text, known = doc.text, _words()
    for fact in facts(doc, "posts"):
        match = known.label.match(text, fact.start, fact.end)
        number = _count(match) if match else None
        if match and number is not None:
            yield Finding(number, match.start("n"), match.end(), "label")
    for fact in facts(doc, "title"):
        line = text.find("\n", fact.end)
        yield from _counted(text, fact.start, line if 0 < line - fact.end < 40 else fact.end, known.counted, "title")
        yield from _multiplied(text, fact.start, fact.end, "title")
    for fact in facts(doc, "duty_station"):  # "Location: 2 vacancies in Tirana"
        if match := known.counted.match(text, fact.start, fact.end):
            yield from _counted(text, match.start(), match.end(), known.counted, "title")
    yield from _listed(doc)
    yield from _headed(doc)
    for begin, stop in body(doc):
        for finding in _counted(text, begin, stop, known.sought, "prose"):
            section = section_at(doc, finding.start)
            if section is None or section.kind not in _NOWHERE:
                yield finding
        for finding in _counted(text, begin, stop, known.counted, "prose"):
            low, high = sentence_at(text, finding.start, finding.end)
            rest = text[low : finding.start] + text[finding.end : high]
            if not known.available.sub("", rest).strip(" \n.*-•(),;:!"):
                yield finding  # a sentence of its own: "Two posts."


def _multiplied(text: str, start: int, end: int, rule: str) -> Iterator[Finding]:
    for match in _TIMES.finditer(text[start:end]):
        group = "n" if match["n"] else "n_first"
        if 0 < int(match[group]) <= _MOST:
            yield Finding(int(match[group]), start + match.start(group), start + match.end(), rule)


def _listed(doc: Doc) -> Iterator[Finding]:
    """Entries without a count in a list whose other entries have one: "(3 positions)" beside nothing is beside one."""
    counts = sorted(fact.start for fact in facts(doc, "posts"))
    entries = [(span.start_char, span.end_char) for span in doc.spans.get("positions", ())]
    bare = [(start, end) for start, end in entries if bisect_left(counts, start) == bisect_left(counts, end)]
    if len(bare) < len(entries):
        for start, end in bare:
            yield Finding(1, start, end, "listed")


def _headed(doc: Doc) -> Iterator[Finding]:
    seen = 0
    for begin, stop in body(doc):
        at = begin
        for line in doc.text[begin:stop].split("\n"):
            low, at = at, at + len(line) + 1
            if not line.strip():
                continue
            section = section_at(doc, low)
            seen += 1
            if seen > _HEAD_LINES or (section is not None and section.kind != "head"):
                return
            if len(line) < 160 and not line.rstrip().endswith("."):
                yield from _counted(doc.text, low, low + len(line), _words().counted, "heading")
                if ":" not in line:
                    yield from _multiplied(doc.text, low, low + len(line), "heading")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Take the label's count before the title's, and these before counts in the text."""
    return strongest(findings, RULES)
