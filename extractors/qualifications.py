"""Qualifications as the notice lists them: one per bullet or clause, with its kind, required or desired.

``text`` is the clause as printed, without its bullet and final mark.  Sentences that only speak of the procedure,
openings of lists and headings among the clauses are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from extractors._clauses import Clause, clauses, inside, prose
from extractors._doc import facts, sections
from extractors._education import degrees
from extractors._fold import fold
from extractors._languages import asked, names
from extractors._requirement import DESIRED, REQUIRED, aside, kind, requirement
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "qualifications"
RULES = ("listed_clause", "labelled_clause", "prose_sentence")

_PROSE = ("head", "other", "background")
_BY_SECTION = {
    "education": "education",
    "experience": "experience",
    "languages": "language",
    "competencies": "competency",
    "nationality": "eligibility",
}
_BY_LABEL = {"education": "education", "experience": "experience", "languages": "language"}
_MARKS = " \t\n.;,؛،:•·▪–—-*◦■►➢✓"
_SHORTEST, _LONGEST = 3, 1200
# the last comma or conjunction between two languages
_COMMA = re.compile(
    r"[^.;\n]{0,120}(?P<cut>,|\s(?=and|et|y|und|e|и|i|dhe))\s{0,2}(?:(?:and|while|but|et|mais|y|und|aber|e|и|а|та|i|a|dhe|și|ve)\s{1,2})?"
)
_HEAD = 10  # characters before a degree that opens a clause


def find(doc: Doc) -> Iterator[Finding]:
    """Yield one finding per clause."""
    text = doc.text
    found = False
    skills = inside((s.start, s.end) for s in sections(doc) if aside(text, s.heading_start, s.heading_end) == "skills")
    skilled = -1
    for clause in clauses(doc):
        said = aside(text, clause.start, clause.end)
        if said == "skills":
            skilled = _section_end(doc, clause.start)
        if said is not None:
            continue
        for part in _parts(text, clause):
            finding = _finding(text, part, RULES[0], skills=skills(part.start) or part.start < skilled)
            if finding is not None:
                found = True
                yield finding
    headed = inside((section.heading_start, section.end) for section in sections(doc, *_BY_LABEL))
    for fact in facts(doc, *_BY_LABEL):
        if not found and not headed(fact.start):
            finding = _finding(
                text, Clause(_BY_LABEL[fact.field], REQUIRED, fact.start, fact.end), RULES[1], skills=False
            )
            if finding is not None:
                yield finding
    if not found:
        for sentence in prose(doc, *_PROSE):
            if kind(text, sentence.start, sentence.end) and aside(text, sentence.start, sentence.end) is None:
                finding = _finding(text, sentence, RULES[2], skills=False)
                if finding is not None:
                    yield finding


def _parts(text: str, clause: Clause) -> Iterator[Clause]:
    """A clause that requires languages and only wishes for others, as two: "fluent Dutch, and Frisian would help"."""
    languages = asked(text, clause.start, clause.end, listed=clause.kind == "languages")
    for first, second in pairwise(languages):
        comma = _COMMA.match(text, first.end, second.start)
        if first.requirement == DESIRED or second.requirement != DESIRED or comma is None:
            continue
        said = requirement(text, clause.start, comma.start("cut"))
        if comma["cut"] != "," and said != REQUIRED:
            continue  # "knowledge of French and Dutch is an asset"
        if requirement(text, comma.end(), clause.end) == DESIRED != said:
            yield replace(clause, end=comma.start("cut"))
            yield replace(clause, start=comma.end())
            return
    yield clause


def _section_end(doc: Doc, offset: int) -> int:
    return next((section.end for section in sections(doc) if section.start <= offset < section.end), offset)


def _finding(text: str, clause: Clause, rule: str, *, skills: bool) -> Finding | None:
    start, end = clause.start, clause.end
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    if not _SHORTEST <= end - start <= _LONGEST or not any(c.isalpha() for c in text[start:end]):
        return None
    languages = asked(text, start, end, listed=clause.kind == "languages")
    if not languages and clause.kind == "languages" and names(text, start, end):
        return None  # "English and French are the working languages of the Secretariat"
    about = kind(text, start, end, language=languages[0].start if languages else None)
    if about == "certification" and any(d.start - start <= _HEAD for d in degrees(text, start, end, education=True)):
        about = "education"  # "Licence (Bac+3) en hydraulique"
    if skills and about == "knowledge":
        about = "skill"
    value = {
        "text": text[start:end],
        "kind": about or _BY_SECTION.get(clause.kind, "other"),
        "requirement": requirement(text, start, end) or clause.requirement or REQUIRED,
    }
    return Finding(value, start, end, rule)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """All clauses of the strongest rule, each once, in the order of the text."""
    for rule in RULES:
        kept: dict[str, Finding] = {}
        for finding in sorted((f for f in findings if f.rule == rule), key=lambda f: f.start):
            kept.setdefault(fold(finding.value["text"]), finding)
        if kept:
            return Choice([f.value for f in kept.values()], State.STATED, tuple(kept.values()))
    return Choice()
