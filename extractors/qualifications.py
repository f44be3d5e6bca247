"""Qualifications as the notice lists them: one per bullet or clause, with its kind, required or desired.

``text`` is the clause as printed, without its bullet and final mark.  Sentences that only speak of the procedure,
openings of lists and headings among the clauses are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._clauses import Clause, clauses, inside, prose
from extractors._doc import facts, sections
from extractors._fold import fold
from extractors._languages import asked, names
from extractors._requirement import REQUIRED, aside, kind, requirement
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
        finding = _finding(text, clause, RULES[0], skills=skills(clause.start) or clause.start < skilled)
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
