"""Parsed notices and rejects as rows of the dataset's tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pipeline.dataset import raw
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
    """Rows of several parsed notices."""

    records: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)


def batch(notices: Iterable[ParsedNotice], *, at: datetime) -> Batch:
    """The rows of these notices; ``at`` is the time of ingestion (UTC)."""
    rows = Batch()
    met: set[str] = set()
    for notice in notices:
        if notice.notice_id in met:  # a copy under another name
            continue
        met.add(notice.notice_id)
        rows.notices.append(_notice(notice, at))
        for record in notice.records:
            rows.records.append(record.model_dump())
            rows.findings.extend(_findings(record))
    return rows


def reject_row(reject: Reject, *, at: datetime) -> Row:
    """The row of ``rejects``, open."""
    values = asdict(reject)
    kept = reject.notice_id is not None and reject.stage not in ("source", "raw")
    return {
        "source": values.pop("name"),
        "source_uri": values.pop("uri"),
        **values,
        "notice_id": reject.notice_id or "",
        "raw": raw.path(reject.notice_id) if reject.notice_id and kept else None,
        "parser_version": PARSER_VERSION,
        "rejected_at": at,
        "status": "open",
        "settled_at": None,
    }


def reject_from(row: Mapping[str, Any]) -> Reject:
    """The reject that a row of ``rejects`` was made from."""
    return Reject(
        uri=row["source_uri"],
        name=row["source"],
        code=row["code"],
        stage=row["stage"],
        reason=row["reason"],
        notice_id=row["notice_id"] or None,
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
        "declared": source.declared,
        "language": notice.language,
        "positions": len(notice.records),
        "source_text": notice.source_text,
        "text": notice.text,
        "repairs": [asdict(edit) for edit in notice.edits],
        "parser_version": PARSER_VERSION,
        "schema_version": SCHEMA_VERSION,
        "ingested_at": at,
    }


def _findings(record: Vacancy) -> Iterator[Row]:
    values = record.model_dump(mode="json", include={item.field for item in record.evidence})
    for item in record.evidence:
        yield {
            "notice_id": record.notice_id,
            "vacancy_id": record.vacancy_id,
            "position": record.position,
            "value": json.dumps(values.get(item.field), ensure_ascii=False),
            **item.model_dump(),
        }
