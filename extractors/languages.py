"""Languages that candidates must or should know, each with requirement, level, CEFR step and alternatives.

The language of applications, of a curriculum vitae, of the notice or of a test is none of them, nor are programming
languages, a site's menu, peoples ("Roma and Sinti") and laws ("Georgian law"): outside a list of languages a name
counts only where words of its clause ask for the language.  "English and French are the working languages of the
Secretariat" asks for nothing.  ISO 639-1, else 639-3; ``mis`` for a language without a code, ``und`` for "local
languages".  What one place requires and another desires is required.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from babel import Locale

from extractors._clauses import clauses, inside, prose
from extractors._doc import facts, sections
from extractors._gazetteer import language_labels
from extractors._languages import UNNAMED, asked
from extractors._requirement import DESIRED, REQUIRED, requirement
from extractors._sentence import sentences
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "languages"
RULES = ("languages_section", "languages_label", "requirements_clause", "prose_clause", "prose_mention")

# Where a sentence may state a requirement: beside sections that state them, and in a notice that has none.
_BESIDE = ("head", "other")
_ANYWHERE = ("head", "other", "background", "duties")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield one finding per language and clause that asks for it."""
    text = doc.text
    marked = found = False
    headed = inside((section.heading_start, section.end) for section in sections(doc, "languages"))
    for fact in facts(doc, "languages"):
        if headed(fact.start):
            continue  # read below, with the lines that the label's line goes on in
        said = requirement(text, fact.label_start, fact.label_end) or REQUIRED
        for start, end in sentences(text, fact.start, fact.end):
            for finding in _read(text, start, end, rule="languages_label", default=said, listed=True):
                found = True
                yield finding
    for clause in clauses(doc):
        marked = True
        listed = clause.kind == "languages"
        rule = "languages_section" if listed else "requirements_clause"
        for finding in _read(text, clause.start, clause.end, rule=rule, default=clause.requirement, listed=listed):
            found = True
            yield finding
    for clause in prose(doc, *(_BESIDE if marked else _ANYWHERE)):
        for finding in _read(text, clause.start, clause.end, rule="prose_clause", default=None, listed=False):
            found = True
            yield finding
    if not found:
        for section in sections(doc, *_ANYWHERE):
            for start, end in sentences(text, section.start, section.end):
                yield from _read(text, start, end, rule="prose_mention", default=REQUIRED, listed=False)


def _read(text: str, start: int, end: int, *, rule: str, default: str | None, listed: bool) -> Iterator[Finding]:
    for language in asked(text, start, end, listed=listed):
        said = language.requirement or default
        if said is None:
            continue
        value = {
            "language": language.code,
            "name": _name(language.code) or text[language.start : language.end],
            "requirement": said,
            "level": language.level,
            "cefr": language.cefr,
            "group": None if language.group is None else f"{start}:{language.group}",
        }
        yield Finding(value, language.start, language.end, rule)


@cache
def _name(code: str) -> str | None:
    """The language's English name in the CLDR, else in the project's table; None for those that have no code."""
    if code in (UNNAMED, "mis"):
        return None
    return Locale("en").languages.get(code) or language_labels().get(code)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Every language once, required ones first; required wins over desired, the more telling mention over others."""
    best: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda f: f.start):
        key = finding.value["language"] if finding.value["language"] != "mis" else finding.value["name"].casefold()
        held = best.get(key)
        if held is None or _weight(finding) > _weight(held):
            best[key] = finding
    if not best:
        return Choice()
    groups: dict[str, list[str]] = {}
    for key, finding in best.items():
        if finding.value["group"] is not None:
            groups.setdefault(finding.value["group"], []).append(key)
    letters = {
        group: chr(ord("a") + n) for n, group in enumerate(g for g, keys in groups.items() if len(keys) > 1) if n < 26
    }
    languages = [{**finding.value, "group": letters.get(finding.value["group"])} for finding in best.values()]
    languages.sort(key=lambda value: value["requirement"] == DESIRED)
    return Choice(languages, State.STATED, tuple(best.values()))


def _weight(finding: Finding) -> tuple[bool, bool, bool, int]:
    value = finding.value
    return (
        value["requirement"] == REQUIRED,
        value["group"] is not None,
        value["level"] is not None,
        -RULES.index(finding.rule),
    )
