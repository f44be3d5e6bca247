"""Legal form of the engagement: fixed-term, temporary, permanent, secondment, consultancy, internship and others.

Only what the notice says of this post: nothing is concluded from the grade or the organization, nor from forms that
the notice mentions of other people or as a possibility ("Seconded/Contracted").  A contract of a stated length is
fixed-term where nothing else is said; an appointment or assignment of one is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._contracts import Form, forms
from extractors._doc import body, facts, section_at
from extractors._phrases import occurrences
from extractors._sentence import sentence_at
from extractors.duration_months import find as durations
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "contract_type"
RULES = ("label", "title", "duration", "heading", "prose", "terse", "term")

_REACH = 90  # characters of a label's value that are read; longer ones are prose
_HEAD_LINES = 8
_BY_GRADE = frozenset({"internship", "volunteer", "consultancy"})  # forms that a label of grades may say
_BY_DURATION = frozenset({"temporary", "fixed_term", "permanent"})
_SENTENCES = frozenset({"prose", "terse"})
_TERM = 60  # characters between a contract and its length
_TERSE = 170  # characters of a sentence that lists terms: "Temporary, 5 months from 2 March, part-time."
_TERMS = re.compile(
    r"(?i)(?:full|part)[ -]time|\d\s?%|\d\s(?:months?|years?|mois|meses|Monate|месяц\w*)|"
    r"(?:one|two|three|four|five|six)[ -](?:month|year)"
)
_PEOPLE = frozenset({"internship", "volunteer"})
_NEVER = frozenset({"debris", "experience", "education", "competencies"})
_NOWHERE = _NEVER | {"duties", "requirements", "desirable"}


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the forms that labels, titles and sentences state."""
    known = forms()
    for field, rule, only in (
        ("contract_type", "label", None),
        ("grade", "label", _BY_GRADE),
        ("duration", "duration", _BY_DURATION),
    ):
        for fact in facts(doc, field):
            end = min(fact.end, fact.start + _REACH)
            if known.mixed.search(doc.text, fact.start, end) or known.elsewhere.search(doc.text, fact.start, end):
                continue
            for form in known.forms:
                match = form.labelled.search(doc.text, fact.start, end)
                sole = form.sole.match(doc.text, fact.start, end) if rule == "label" and not match else None
                if sole and not known.beside.sub("", doc.text[sole.end() : end]).strip(" ,;/()–-.\n"):
                    match = sole
                if match and (only is None or form.name in only):
                    yield Finding(form.name, match.start(), match.end(), rule)
                    break
    for fact in facts(doc, "title"):
        yield from _titled(doc, fact.start, fact.end, "title")
    yield from _headed(doc)
    yield from _told(doc)
    yield from _listed(doc)
    yield from _for_term(doc)


def _for_term(doc: Doc) -> Iterator[Finding]:
    """Contracts of a stated length: "an employment contract for 12 months" ends by itself."""
    for finding in durations(doc):
        if finding.rule == "labelled":
            continue
        low = max(0, finding.start - _TERM)
        for match in forms().contract.finditer(doc.text, low, min(len(doc.text), finding.end + _TERM)):
            between = doc.text[match.end() : finding.start] or doc.text[finding.end : match.start()]
            if not re.search(r"[.;\n]", between):
                yield Finding("fixed_term", match.start(), max(match.end(), finding.end), "term")
                break


def _titled(doc: Doc, start: int, end: int, rule: str) -> Iterator[Finding]:
    for form in forms().forms:
        match = form.title.search(doc.text, start, end)
        if match and form.name in _PEOPLE and forms().deals_with.search(doc.text, start, end):
            return
        if match:
            yield Finding(form.name, match.start(), match.end(), rule)
            return


def _headed(doc: Doc) -> Iterator[Finding]:
    """Forms in the first lines, where titles stand: "TEMPORARY JOB OPENING"."""
    seen = 0
    labelled = [
        (fact.label_start, fact.end)
        for fact in facts(doc)
        if fact.field not in ("title", "unknown")
        and (fact.field != "requisition_id" or any(c.isdigit() for c in doc.text[fact.start : fact.end]))
    ]
    for start, end in body(doc):
        at = start
        for line in doc.text[start:end].split("\n"):
            low, at = at, at + len(line) + 1
            if not line.strip():
                continue
            section = section_at(doc, low)
            seen += 1
            if seen > _HEAD_LINES or (section is not None and section.kind != "head"):
                return
            if len(line) < 140 and not line.rstrip().endswith("."):
                for finding in _titled(doc, low, low + len(line), "heading"):
                    if not any(begin <= finding.start < stop for begin, stop in labelled):
                        yield finding


def _told(doc: Doc) -> Iterator[Finding]:
    text = doc.text
    for start, end in body(doc):
        for form in forms().forms:
            for match in occurrences(form.prose, text, start, end):
                section = section_at(doc, match.start())
                if section is not None and section.kind in (_NEVER if form.anywhere else _NOWHERE):
                    continue
                low, high = sentence_at(text, match.start(), match.end())
                if not forms().elsewhere.search(text, max(low, start), min(high, end)):
                    yield Finding(form.name, match.start(), match.end(), "prose")


def _listed(doc: Doc) -> Iterator[Finding]:
    """Forms in short sentences that list terms: "All posts are fixed-term, one year, full-time"."""
    text = doc.text
    for start, end in body(doc):
        for form in forms().forms:
            if form.name not in _BY_DURATION:
                continue
            for match in occurrences(form.labelled, text, start, end):
                section = section_at(doc, match.start())
                low, high = sentence_at(text, match.start(), match.end())
                low, high = max(low, start), min(high, end)
                if high - low > _TERSE or (section is not None and section.kind in _NOWHERE):
                    continue
                if _TERMS.search(text, low, high) and not forms().elsewhere.search(text, low, high):
                    yield Finding(form.name, match.start(), match.end(), "terse")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Take the strongest rule; among what it found, the form that says most ("secondment" before "fixed_term")."""
    order: list[Form] = list(forms().forms)
    for rule in RULES:
        hits = [f for f in findings if f.rule == rule]
        if not hits:
            continue
        if rule in _SENTENCES:
            first = min(hits, key=lambda f: f.start)
            others = {f.value for f in hits} - {first.value}
            if others:
                return Choice(None, State.AMBIGUOUS, tuple(hits))
            return Choice(first.value, State.STATED, (first,))
        for form in order:
            same = [f for f in hits if f.value == form.name]
            if same:
                return Choice(form.name, State.STATED, (min(same, key=lambda f: f.start),))
    return Choice()
