"""Parsed notices and rejects as rows of the dataset's tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pipeline.parse import PARSER_VERSION, ParsedNotice
from pipeline.source import Reject
from schemas.vacancy import SCHEMA_VERSION, Vacancy

Row = dict[str, Any]

# Who and where, not what the notice says: their fill rates tell nothing.
_BOOKKEEPING = frozenset(
    "vacancy_id notice_id position positions source source_uri states warnings evidence schema_version".split()
)
FILLABLE = tuple(name for name in Vacancy.model_fields if name not in _BOOKKEEPING)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of several notices; ``notice_ids`` are those whose rows in the dataset these replace."""

    notice_ids: list[str] = field(default_factory=list)
    vacancies: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    rejects: list[Row] = field(default_factory=list)
    uris: list[str] = field(default_factory=list)  # of all inputs read, for the rejects that they no longer are


def batch(outcomes: Iterable[ParsedNotice | Reject], *, at: datetime, unchanged: Iterable[str] = ()) -> Batch:
    """The rows of these notices and rejects; ``at`` is the time of ingestion (UTC).

    ``unchanged`` are the addresses of inputs that were read and found in the dataset already.
    """
    rows = Batch(uris=list(unchanged))
    for outcome in outcomes:
        if isinstance(outcome, Reject):
            rows.uris.append(outcome.uri)
            rows.rejects.append(reject_row(outcome, at=at))
            if outcome.notice_id is not None:
                rows.notice_ids.append(outcome.notice_id)
            continue
        rows.uris.append(outcome.source.uri)
        if outcome.notice_id in rows.notice_ids:  # a copy under another name
            continue
        rows.notice_ids.append(outcome.notice_id)
        rows.notices.append(_notice(outcome, at))
        for record in outcome.records:
            values = record.model_dump()
            rows.vacancies.append(values)
            rows.findings.extend(_findings(record))
    return rows


def reject_row(reject: Reject, *, at: datetime) -> Row:
    """The row of ``rejects``."""
    values = asdict(reject)
    return {
        "source": values.pop("name"),
        "source_uri": values.pop("uri"),
        **values,
        "parser_version": PARSER_VERSION,
        "rejected_at": at,
    }


def reject_from(row: Mapping[str, Any]) -> Reject:
    """The reject that a row of ``rejects`` was made from."""
    return Reject(
        uri=row["source_uri"],
        name=row["source"],
        code=row["code"],
        stage=row["stage"],
        reason=row["reason"],
        notice_id=row["notice_id"],
        size=row["size"],
    )


def _notice(notice: ParsedNotice, at: datetime) -> Row:
    source = notice.source
    return {
        "notice_id": notice.notice_id,
        "source": source.name,
        "source_uri": source.uri,
        "fetched_at": source.fetched_at,
        "size": len(source.raw),
        "language": notice.language,
        "positions": len(notice.records),
        "source_text": notice.source_text,
        "text": notice.text,
        "repairs": [asdict(edit) for edit in notice.edits],
        "parser_version": PARSER_VERSION,
        "schema_version": SCHEMA_VERSION,
        "ingested_at": at,
    }


def _findings(record: Vacancy) -> Iterable[Row]:
    values = record.model_dump(mode="json", include={item.field for item in record.evidence})
    for item in record.evidence:
        yield {
            "notice_id": record.notice_id,
            "vacancy_id": record.vacancy_id,
            "position": record.position,
            "value": json.dumps(values.get(item.field), ensure_ascii=False),
            **item.model_dump(),
        }
