"""Position title as advertised, without grade, reference, place or debris of the site that copied it.

Not the title: a section heading, the name of the organization, the supervisor's title, an entry of a menu.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import Fact, facts, head_lines, section_at
from extractors._fold import fold
from extractors._labels import label_key, labels
from extractors._stretches import Stretches
from extractors._titles import (
    in_sentences,
    is_lead,
    is_occupation,
    is_sentence,
    is_subject,
    opens_with_lead,
    opens_with_number,
    plausible,
    trimmed,
    without_board,
    without_lead,
)
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "title"
RULES = ("label", "subject", "occupation_line", "first_line", "sentence", "heading")

_CLAUSE = re.compile(r" \(|[,.;:](?= )")
# A line that ends with one of these words goes on in the next.
_OPEN = re.compile(r"\b(?:of|for|and|the|to|in|on|a|de|des|du|et|la|le|y|en|e|da|und|für|der)$|[&,/]$")
# "Experts_ Local _(SSA)": a board that prints underscores for brackets
_UNDERSCORES = re.compile(r" ?_ ?([^_]{1,80}?) ?_ ?")
_LINE = re.compile(r"[^\n]+")
_TOP = 3000  # characters from the top in which the notice is announced
# What these labels introduce is no title, be it on the next line.
_OTHERS = (
    "grade", "duty_station", "country", "closing_date", "issue_date", "start_date", "contract_type", "schedule",
    "duration", "salary", "posts", "department", "organization",
)  # fmt: skip
_BULLETS = " \t•#*|-–>"
_HEAD_LINES = 14
_LONGEST_LABELLED, _MOST_WORDS = 250, 30


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the labelled titles, the first lines that look like one, and the titles in sentences on the post."""
    text = doc.text
    for fact in facts(doc, FIELD):
        end = min(fact.end, fact.start + _LONGEST_LABELLED)
        newline = text.find("\n", fact.start, end)
        if newline > 0 and not _OPEN.search(text, fact.start, newline):
            end = newline
        span = trimmed(text, fact.start, end, labelled=True)
        value = text[slice(*span)] if span else ""
        if span and len(value.split()) <= _MOST_WORDS and value.count("|") < 2 and not labels().get(label_key(value)):
            yield Finding(_clean(value), *span, "label")
    yield from _announced(doc)
    yield from _in_head(doc)
    for start, end, value in in_sentences(text):
        section = section_at(doc, start)
        if section is None or section.kind in ("head", "background", "duties", "other"):
            yield Finding(_clean(value), start, end, "sentence")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The labelled title, else the first heading of the notice, else the one that its sentences name."""
    return strongest(findings, RULES, key=fold, first_of=frozenset(RULES))


def _announced(doc: Doc) -> Iterator[Finding]:
    """ "Subject: Vacancy announcement - Driver", and the line below "Terms of Reference" at the top."""
    text = doc.text
    for fact in facts(doc, "other", "unknown"):
        if fact.start < _TOP and is_subject(text[fact.label_start : fact.label_end]):
            start = opens_with_lead(text, fact.start, fact.end)
            yield from _occupation(text, start, fact.end, "subject") if start is not None else ()
    shown = (line for line in _LINE.finditer(text, 0, _TOP) if line.group().strip())
    first, second = next(shown, None), next(shown, None)
    if first and second and is_lead(first.group().strip(_BULLETS + ":")):
        yield from _occupation(text, *second.span(), "occupation_line")


def _occupation(text: str, start: int, end: int, rule: str) -> Iterator[Finding]:
    span = trimmed(text, start, end)
    if span and plausible(text, *span) and is_occupation(text[slice(*span)]):
        yield Finding(_clean(text[slice(*span)]), *span, rule)


def _in_head(doc: Doc) -> Iterator[Finding]:
    """Lines above the first section that look like a title; what a label opens ends the line."""
    text = doc.text
    labelled = sorted(f.label_start for f in facts(doc) if f.field != "unknown" and not _is_lead(text, f))
    unnamed = ((f.label_start, text[f.label_start : f.label_end]) for f in facts(doc, "unknown"))
    unknown = {at for at, label in unnamed if " " in label and not is_lead(label)}
    values = Stretches((f.start, f.end) for f in facts(doc, *_OTHERS) if f.start > f.label_end)
    for number, (low, high) in enumerate(head_lines(doc, _HEAD_LINES)):
        section = section_at(doc, low)
        if values.hold(low) or (section and section.heading_start <= low < section.heading_end):
            continue
        end = next((at for at in labelled if low <= at < high), high)
        mark = high - len(text[low:high].lstrip(_BULLETS))
        start, end = without_board(text, without_lead(text, mark, end), end)
        if start > mark and is_sentence(text[start:end]):
            stop = _CLAUSE.search(text, start, end)
            end = stop.start() if stop and is_occupation(text[start : stop.start()]) else end
        span = trimmed(text, start, end) if end - start > 3 else None
        if span and plausible(text, *span) and not is_sentence(text[start:end]):
            value = text[slice(*span)]
            rule = "occupation_line" if is_occupation(value) else "first_line" if number == 0 else "heading"
            if rule != "occupation_line" and any(low <= at < high for at in unknown):
                continue  # "Field of expertise: Rule of Law"
            yield Finding(_clean(value), *span, rule)


def _is_lead(text: str, fact: Fact) -> bool:
    """A label for numbers whose value is a title, "Vacancy notice: Mechanic", "Job opening: 7/2026 - Mechanic"."""
    line = text.rfind("\n", 0, fact.label_start) + 1
    if line < fact.label_start and is_lead(text[line : fact.label_end].strip(_BULLETS)):
        return True
    if fact.field != "requisition_id":
        return False
    value = text[fact.start : fact.end]
    first = value.split(",")[0]
    if is_occupation(first) and not any(c.isdigit() for c in first):
        return True  # "Vacancy announcement: Education Officer, NOA, Osh #133456"
    return opens_with_number(text, fact.start, fact.end) or not any(c.isdigit() for c in value)


def _clean(value: str) -> str:
    """Blanks single, and brackets where a board prints underscores."""
    value = " ".join(value.split())
    return _UNDERSCORES.sub(r" (\1) ", value).replace(") (", ") (").strip() if value.count("_") > 1 else value
