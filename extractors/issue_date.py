"""Day on which the organization issued or published the vacancy, ISO 8601.

The day on which an aggregator took the notice up ("Added Date") or a page was last changed is none: beside notices
that also print their own date it is a later one more often than not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._dates import DateMention, dates_in
from extractors._deadlines import head_periods, value_start
from extractors._doc import Fact, facts, section_at
from extractors._flat import compiled, flat
from extractors._labels import load_toml
from extractors._phrases import occurrences
from extractors._stretches import Stretches
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "issue_date"
RULES = ("issued", "posting_period", "posted", "published_on", "head_period", "lone_line", "signed", "dated")
_LEAD = 80  # characters of a label's value before its date
_TOP = 1500  # characters from the top in which "Published 3 March 2026" needs no subject
_HEAD = 8  # lines from the top among which a line may be nothing but a date
# "1 April 2026", "Vienna, 1 April 2026", "Friday, 9 May 2025"
_AROUND_LONE = re.compile(r"[ \t]*(?:[^\W\d_][^\W\d_ .-]{2,24},?[ \t]{1,2}){0,2}")
_LINE = re.compile(r"[^\n]+")
# "Done at Vienna, 1 April 2026", "Fait à Dakar, le 1er avril 2026", "U Podgorici, 1. aprila 2026. godine"
_SIGNED = re.compile(
    r"""[ \t]{0,40}
    (?:(?i:done|given|fait|dado|hecho|feito|fatto|dat|întocmit)[ ])?(?:(?i:at|in|en|à|a|em|în|në|u|у|во|в|м\.|г\.)[ ])?
    (?=[^\W\d_])[^\W\d_a-zà-ÿа-я][\w’'.-]{2,24}(?:[ ](?:(?:de|la|del|du)[ ])?[^\W\d_a-zà-ÿа-я][\w’'.-]{1,24}){0,3} ,[ ]?
    (?:(?i:le|den|am|el|em|on|dana|дана|më|la|li|lì|il|dne|на)[ ])?""",
    re.VERBOSE,
)
_YEAR = re.compile(r"[. ]{0,3}(?:г|год|года|р|року|godine|године|година)[. \t\r]*", re.IGNORECASE)
_FOOT = 8  # lines from the end among which the place and day of signing may stand


@cache
def _words(name: str) -> re.Pattern[str]:
    table = load_toml("starts.toml")["issue"]
    assert isinstance(table, dict)
    return compiled(table[name])


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the dates of issue that labels, posting periods, sentences and a line of its own state."""
    text = doc.text
    for fact in facts(doc, "issue_date", "posting_period"):
        section = section_at(doc, fact.label_start)
        mentions = list(dates_in(text, value_start(fact), fact.end))
        if not mentions or (section is not None and section.kind == "debris"):
            continue
        if fact.field == "posting_period":
            if len(mentions) > 1 and mentions[0].value < mentions[1].value:
                yield _finding(mentions[0], "posting_period")
        elif mentions[0].start - fact.start <= _LEAD:
            yield _finding(mentions[0], _rank(flat(text[fact.label_start : fact.label_end])))
    yield from _published(text, doc)
    dated = Stretches((fact.start, fact.end) for fact in facts(doc, "closing_date", "start_date"))
    for first, _ in head_periods(text):
        if not dated.hold(first.start):
            yield _finding(first, "head_period")
    yield from _lone(text, list(facts(doc)))
    yield from _signed(text)


def _finding(mention: DateMention, rule: str) -> Finding:
    return Finding(mention.value, mention.start, mention.end, rule)


def _rank(label: str) -> str:
    if _words("issued").search(label):
        return "issued"
    return "dated" if _words("bare").fullmatch(label.strip(" :.")) else "posted"


def _published(text: str, doc: Doc) -> Iterator[Finding]:
    """ "This vacancy was published on 3 March 2026"."""
    plain = flat(text)
    for match in occurrences(_words("published"), plain, 0, len(plain)):
        mention = next(dates_in(text, match.end(), match.end() + 40), None)
        if mention is None or re.search(r"\w{2}.*\w{2}.*\w{2}", plain[match.end() : mention.start]):
            continue
        clause = re.split(r"[.;]\s|\n", plain[max(0, match.start() - _LEAD) : match.start()])[-1]
        section = section_at(doc, match.start())
        if section is not None and section.kind in ("debris", "duties"):
            continue
        named = _words("vacancy").search(clause)
        about = named and (_words("this").search(clause) or not clause[: named.start()].strip(" *•|-("))
        if about or (not clause.strip(" *•|-(\n") and match.start() < _TOP):
            yield _finding(mention, "published_on")


def _lone(text: str, known: Sequence[Fact]) -> Iterator[Finding]:
    """A line near the top that holds a date and no label: "1 April 2026"."""
    for number, line in enumerate(_LINE.finditer(text, 0, 4000)):
        if number >= _HEAD:
            return
        mentions = list(dates_in(text, line.start(), line.end()))
        if number == 0 or len(mentions) != 1 or any(f.label_start < line.end() and line.start() < f.end for f in known):
            continue
        before, after = text[line.start() : mentions[0].start], text[mentions[0].end : line.end()]
        if _AROUND_LONE.fullmatch(before) and not after.strip(" .\t\rг"):
            yield _finding(mentions[0], "lone_line")


def _signed(text: str) -> Iterator[Finding]:
    """A line near the end with the place and the day: "Done at Vienna, 1 April 2026"."""
    for line in list(_LINE.finditer(text, max(0, len(text) - 2000)))[-_FOOT:]:
        mentions = list(dates_in(text, line.start(), line.end()))
        asked = (
            text[max(0, line.start() - 9) : line.start()].rstrip().endswith("?")
        )  # "Is there a test? Yes, on 24 March 2026."
        if asked or len(mentions) != 1 or not _SIGNED.fullmatch(text, line.start(), mentions[0].start):
            continue
        behind = text[mentions[0].end : line.end()]
        if not behind.strip(" .\t\r") or _YEAR.fullmatch(behind):
            yield _finding(mentions[0], "signed")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The date of the strongest statement; two of one kind that differ give none."""
    return strongest(findings, RULES)
