"""One notice from raw bytes to records: decode, repair, mark, find, choose, validate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from extractors import EXTRACTORS
from pipeline.audit import is_posting, is_vacancy, warnings
from pipeline.choosing import place, resolve, scopes
from pipeline.closing import closing_at
from pipeline.confidence import confidence
from pipeline.decode import DecodeError, decode
from pipeline.formats.text import check_page, checked, document_text
from pipeline.markup import is_html
from pipeline.nlp import load
from pipeline.page import SourceText, page_text
from pipeline.repair import Edit, Repaired, repair
from pipeline.source import Rejected, Source
from pipeline.vacancy_id import vacancy_ids
from pipeline.version import parser_version
from schemas.finding import Choice, Finding
from schemas.vacancy import Vacancy

PARSER_VERSION = parser_version()
_HEADING = re.compile(rb"<h[123][\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedNotice:
    """A notice and what it says.

    ``source_text`` is the text as decoded (for HTML: as extracted from the page), to which evidence offsets refer;
    ``text`` is the same repaired, and ``edits`` are what repair changed.
    """

    notice_id: str
    source: Source
    source_text: str
    text: str
    language: str | None
    edits: tuple[Edit, ...]
    records: tuple[Vacancy, ...]


# What the structured data of a page can state.
_STATED = frozenset(
    "title organization mission department requisition_id grade grade_scale contract_type schedule posts duty_station"
    " country issue_date closing_date closing_time closing_timezone start_date salary".split()
)


def read_text(source: Source) -> SourceText:
    """The source text of a notice; raises Rejected where the bytes hold no text."""
    document = document_text(source.raw)
    if document is not None:
        return SourceText(document)
    try:
        text = decode(source.raw, declared=source.declared).text
    except DecodeError as error:
        raise Rejected(error.code, "decode", str(error)) from error
    if not is_html(source.raw):
        return SourceText(checked(text))
    check_page(text)
    page = page_text(text, headed=_HEADING.search(source.raw) is not None)
    checked(page.text)
    return page


def parse(source: Source) -> ParsedNotice:
    """Read a notice; raises Rejected where it is no text, no vacancy notice, or its record is not valid."""
    source_text = read_text(source)
    repaired = repair(source_text.text)
    stated_at = len(repaired.text) if source_text.stated is None else repaired.from_raw(source_text.stated)
    doc = load()(repaired.text[:stated_at])
    findings = {extractor.FIELD: list(extractor.find(doc)) for extractor in EXTRACTORS}
    stated = _stated(repaired.text, stated_at)
    if not (is_vacancy(doc, findings) or is_posting(stated)):
        raise Rejected("no_vacancy", "parse", "no sign of a vacancy notice: no reference, grade, deadline or headings")
    limits = scopes(doc)
    placed = {field: place(field, found, limits) for field, found in findings.items()}
    count = max(1, len(doc.spans["positions"]))
    audit = [*source_text.warnings, *warnings(doc, findings, repaired)]
    if count > 1 and stated:
        stated = {}
        audit.append(f"structured data of one posting beside {count} positions")
    zoned = "(UTC)" in repaired.text[stated_at:]
    resolved = [resolve(placed, position, stated, zoned=zoned) for position in range(1, count + 1)]
    values = [{field: choice.value for field, choice in chosen.items()} for chosen, _ in resolved]
    records = tuple(
        _record(source, source_text.text, repaired, chosen, vacancy_id, (position, count), [*differing, *audit])
        for position, ((chosen, differing), vacancy_id) in enumerate(
            zip(resolved, vacancy_ids(source.sha256, values), strict=True), start=1
        )
    )
    return ParsedNotice(
        notice_id=source.sha256,
        source=source,
        source_text=source_text.text,
        text=repaired.text,
        language=records[0].notice_language,
        edits=repaired.edits,
        records=records,
    )


def _stated(text: str, at: int) -> dict[str, list[Finding]]:
    """What the lines of a page's structured data say, which are read as a small notice of their own."""
    if at >= len(text):
        return {}
    doc = load()(text[at:])
    return {
        extractor.FIELD: [
            replace(finding, start=finding.start + at, end=finding.end + at) for finding in extractor.find(doc)
        ]
        for extractor in EXTRACTORS
        if extractor.FIELD in _STATED
    }


def _record(
    source: Source,
    source_text: str,
    repaired: Repaired,
    chosen: Mapping[str, Choice],
    vacancy_id: str,
    place: tuple[int, int],
    audit: list[str],
) -> Vacancy:
    evidence = []
    for field, choice in chosen.items():
        for finding in choice.evidence:
            start, end = repaired.to_raw(finding.start, finding.end)
            evidence.append(
                {
                    "field": field,
                    "start": start,
                    "end": end,
                    "quote": source_text[start:end],
                    "rule": finding.rule,
                    "confidence": confidence(field, finding.rule),
                }
            )
    values = {field: choice.value for field, choice in chosen.items() if choice.value is not None}
    try:
        return Vacancy(
            vacancy_id=vacancy_id,
            notice_id=source.sha256,
            position=place[0],
            positions=place[1],
            source=source.name,
            source_uri=source.uri,
            closing_at=closing_at(values),
            states={field: str(choice.state) for field, choice in chosen.items()},
            warnings=audit,
            evidence=evidence,
            **values,
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "record"
        raise Rejected("invalid_record", "validate", f"{where}: {first['msg']}") from error
