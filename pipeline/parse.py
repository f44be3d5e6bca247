"""One notice from raw bytes to records: decode, repair, mark, find, choose, validate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from extractors import EXTRACTORS, LISTS
from pipeline.audit import is_vacancy, warnings
from pipeline.closing import closing_at
from pipeline.confidence import confidence
from pipeline.decode import DecodeError, decode
from pipeline.formats.text import check_page, checked, document_text
from pipeline.markup import html_to_text, is_html
from pipeline.nlp import load
from pipeline.repair import Edit, Repaired, repair
from pipeline.source import Rejected, Source
from pipeline.vacancy_id import vacancy_ids
from pipeline.version import parser_version
from schemas.finding import Choice, Finding, State
from schemas.vacancy import Vacancy

if TYPE_CHECKING:
    from spacy.tokens import Doc

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


@dataclass(frozen=True, slots=True)
class Scope:
    """A stretch of the text, and the positions (counted from 1) that it is about."""

    start: int
    end: int
    positions: frozenset[int]
    description: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """The findings of a field: those of all positions, and by position its own with the width of their scope."""

    shared: list[Finding]
    own: dict[int, list[tuple[int, Finding]]]


# What the description of a post may mention, but does not state.
_OF_THE_NOTICE = frozenset(
    {"organization", "mission", "closing_date", "issue_date", "apply_url", "apply_email", "title"}
)
_SHARED = 1_000_000  # wider than any scope


def read_text(source: Source) -> str:
    """The source text of a notice; raises Rejected where the bytes hold no text."""
    document = document_text(source.raw)
    if document is not None:
        return document
    try:
        text = decode(source.raw, declared=source.declared).text
    except DecodeError as error:
        raise Rejected(error.code, "decode", str(error)) from error
    if not is_html(source.raw):
        return checked(text)
    check_page(text)
    page = html_to_text(text)
    if page.title and not _HEADING.search(source.raw):
        return checked(f"{page.title}\n\n{page.text}")
    return checked(page.text)


def parse(source: Source) -> ParsedNotice:
    """Read a notice; raises Rejected where it is no text, no vacancy notice, or its record is not valid."""
    source_text = read_text(source)
    repaired = repair(source_text)
    doc = load()(repaired.text)
    findings = {extractor.FIELD: list(extractor.find(doc)) for extractor in EXTRACTORS}
    if not is_vacancy(doc, findings):
        raise Rejected("no_vacancy", "parse", "no sign of a vacancy notice: no reference, grade, deadline or headings")
    limits = scopes(doc)
    placed = {field: _placed(field, found, limits) for field, found in findings.items()}
    count = max(1, len(doc.spans["positions"]))
    audit = warnings(doc, findings, repaired)
    chosen = [_choose(placed, position) for position in range(1, count + 1)]
    ids = vacancy_ids(source.sha256, [{field: choice.value for field, choice in one.items()} for one in chosen])
    records = tuple(
        _record(source, source_text, repaired, one, vacancy_id, (position, count), audit)
        for position, (one, vacancy_id) in enumerate(zip(chosen, ids, strict=True), start=1)
    )
    return ParsedNotice(
        notice_id=source.sha256,
        source=source,
        source_text=source_text,
        text=repaired.text,
        language=records[0].notice_language,
        edits=repaired.edits,
        records=records,
    )


def scopes(doc: Doc) -> list[Scope]:
    """The stretches of a marked Doc that apply to some positions only."""
    return [
        Scope(
            span.start_char,
            span.end_char,
            frozenset(int(number) for number in span.id_.split(",")),
            description=span.label_ == "description",
        )
        for span in doc.spans["scopes"]
    ]


def choose(
    findings: Mapping[str, Sequence[Finding]], limits: Sequence[Scope] = (), position: int = 1
) -> dict[str, Choice]:
    """The choice of every field for one position: what its own entry states goes before what all share."""
    return _choose({field: _placed(field, found, limits) for field, found in findings.items()}, position)


def _choose(placed: Mapping[str, Placed], position: int) -> dict[str, Choice]:
    known: dict[str, Any] = {}
    chosen: dict[str, Choice] = {}
    for extractor in EXTRACTORS:
        choice = Choice()
        for tier in _tiers(placed[extractor.FIELD], position, whole=extractor.FIELD in LISTS):
            choice = extractor.choose(tier, known)
            if choice.state is not State.ABSENT:
                break
        chosen[extractor.FIELD] = choice
        known[extractor.FIELD] = choice.value
    return chosen


def _placed(field: str, findings: Sequence[Finding], limits: Sequence[Scope]) -> Placed:
    """The findings under the positions that they may apply to."""
    placed = Placed([], {})
    around_each = _around(findings, limits)
    for finding, around in zip(findings, around_each, strict=True):
        told = not around or (field in _OF_THE_NOTICE and all(scope.description for scope in around))
        width = _SHARED if told else min(len(scope.positions) for scope in around)
        if not around:
            placed.shared.append(finding)
            continue
        for position in frozenset.intersection(*(scope.positions for scope in around)):
            placed.own.setdefault(position, []).append((width, finding))
    return placed


def _around(findings: Sequence[Finding], limits: Sequence[Scope]) -> list[list[Scope]]:
    """For each finding the scopes that hold it, in one pass over both."""
    waiting = sorted(limits, key=lambda scope: scope.start, reverse=True)
    around: list[list[Scope]] = [[] for _ in findings]
    active: list[Scope] = []
    for number in sorted(range(len(findings)), key=lambda number: findings[number].start):
        finding = findings[number]
        while waiting and waiting[-1].start <= finding.start:
            active.append(waiting.pop())
        active = [scope for scope in active if scope.end >= finding.start]
        around[number] = [scope for scope in active if finding.end <= scope.end]
    return around


def _tiers(placed: Placed, position: int, *, whole: bool) -> Iterator[list[Finding]]:
    """The findings that apply to this position, narrowest scope first; the last tier may be empty."""
    by_width: dict[int, list[Finding]] = {}
    for width, finding in placed.own.get(position, ()):
        by_width.setdefault(width, []).append(finding)
    if whole:
        every = [*placed.shared, *(finding for tier in by_width.values() for finding in tier)]
        yield sorted(every, key=lambda finding: (finding.start, finding.end))
        return
    told = by_width.pop(_SHARED, [])
    for width in sorted(by_width):
        yield by_width[width]
    if told:
        yield sorted([*placed.shared, *told], key=lambda finding: finding.start)
    elif placed.shared or not by_width:
        yield placed.shared


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
