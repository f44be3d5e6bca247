"""What was seen and not understood, and whether a text is a vacancy notice at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from extractors._dates import dates_in
from extractors._doc import body, facts, sections
from extractors._money import amounts
from schemas.finding import Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from pipeline.repair import Repaired

_FORM = 4  # labelled lines
_MOST = 20  # warnings of one kind
_SIGNS = ("requisition_id", "grade", "closing_date", "contract_type", "salary", "posts", "start_date", "issue_date")
_ASKED = ("education_level", "experience_years", "languages", "nationality_required")
_TITLED = frozenset({"subject", "occupation_line", "sentence"})
_PARTS = frozenset({"requirements", "desirable", "education", "experience", "languages", "duties", "apply"})


def is_vacancy(doc: Doc, findings: Mapping[str, Sequence[Finding]]) -> bool:
    """Whether at least two different things in the text are what a vacancy notice says.

    In a language without an inventory, a form of labelled lines about a known organization is one too.
    """
    signs = {field for field in _SIGNS if findings.get(field)}
    if sum(1 for field in _ASKED if findings.get(field)) > 1:
        signs.add("requirements")
    if "closing_date" in signs and any(f.rule in _TITLED for f in findings.get("title", ())):
        signs.add("title")
    parts = {section.kind for section in sections(doc)} & _PARTS
    labelled = {fact.field for fact in facts(doc, "title", "duty_station")}
    form = sum(1 for _ in facts(doc)) >= _FORM and bool(findings.get("organization"))
    return form or len(signs) + len(parts) + len(labelled) >= 2


def is_posting(stated: Mapping[str, Sequence[Finding]]) -> bool:
    """Whether the structured data of a page names a vacancy and something of it."""
    return bool(stated.get("title")) and any(stated.get(field) for field in (*_SIGNS, "organization", "duty_station"))


def warnings(doc: Doc, findings: Mapping[str, Sequence[Finding]], repaired: Repaired) -> list[str]:
    """One sentence for each label nobody claimed, date or sum in no field, and damage left over."""
    text = doc.text
    found = list(repaired.warnings[:_MOST])
    found.extend(_labels(doc)[:_MOST])
    taken = bytearray(len(text))
    for of_field in findings.values():
        for finding in of_field:
            taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
    dates, sums = [], []
    for start, end in body(doc):
        for date in dates_in(text, start, end):
            if not any(taken[date.start : date.end]):
                dates.append(f"date in no field: {text[date.start : date.end]!r}")
        for money in amounts(text, start, end):
            if not any(taken[money.start : money.end]):
                sums.append(f"sum in no field: {text[money.start : money.end]!r}")
    return found + dates[:_MOST] + sums[:_MOST]


def _labels(doc: Doc) -> list[str]:
    """Labels that the inventory does not know, in the company of labels that it knows."""
    text = doc.text
    every = list(facts(doc))
    found = []
    for number, fact in enumerate(every):
        if fact.field != "unknown" or fact.end - fact.start > 100:
            continue
        beside = every[max(0, number - 1) : number] + every[number + 1 : number + 2]
        if any(f.field not in ("unknown", "other") and abs(f.label_start - fact.label_start) < 250 for f in beside):
            found.append(f"label not known: {text[fact.label_start : fact.label_end]!r}")
    return found
