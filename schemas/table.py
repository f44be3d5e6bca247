"""The tables of a dataset as Arrow schemas, with a description for every column.

The columns of ``vacancies`` are the fields of ``schemas.vacancy.Vacancy``, in their order.  Columns that an extractor
reads are described by the first line of its docstring, which is handed in, so that it is written once.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from schemas.vacancy import SCHEMA_VERSION

DATE = pa.date32()
INSTANT = pa.timestamp("us", tz="UTC")
MONEY = pa.decimal128(18, 3)  # the most decimals of a currency in ISO 4217 that salaries are paid in
TEXT = pa.string()
TEXTS = pa.list_(TEXT)
COUNTS = pa.map_(TEXT, pa.int64())

SALARY = pa.struct(
    {
        "min": MONEY,
        "max": MONEY,
        "currency": TEXT,
        "period": TEXT,
        "basis": TEXT,
        "approximate": pa.bool_(),
        "step": pa.int32(),
    }
)
ROUTE = pa.struct({"education_level": TEXT, "years": pa.float64()})
LANGUAGE = pa.struct({"language": TEXT, "name": TEXT, "requirement": TEXT, "level": TEXT, "cefr": TEXT, "group": TEXT})
QUALIFICATION = pa.struct({"text": TEXT, "kind": TEXT, "requirement": TEXT})
EVIDENCE = pa.struct(
    {
        "field": TEXT,
        "start": pa.int64(),
        "end": pa.int64(),
        "quote": TEXT,
        "rule": TEXT,
        "confidence": pa.float64(),
    }
)
REPAIR = pa.struct(
    {"start": pa.int64(), "end": pa.int64(), "before": TEXT, "after": TEXT, "damage": TEXT, "guess": pa.bool_()}
)

Columns = tuple[tuple[str, pa.DataType, str], ...]

_VACANCIES: Columns = (
    ("vacancy_id", TEXT, "Identity of the vacancy, the same over runs and over copies of it from other sources."),
    ("notice_id", TEXT, "SHA-256 of the notice's raw bytes, in hexadecimal."),
    ("position", pa.int32(), "Which position of the notice this is, counted from 1."),
    ("positions", pa.int32(), "How many positions the notice advertises."),
    ("source", TEXT, "Name of the source that the notice came from."),
    ("source_uri", TEXT, "Path or address that the notice came from."),
    ("title", TEXT, "Title of the position as advertised, without grade, number or aggregator's additions."),
    ("organization", TEXT, "Canonical short name of the organization; the printed name of one outside the gazetteer."),
    ("mission", TEXT, "Field operation, office or institution that recruits, in its canonical name."),
    ("department", TEXT, "Unit inside the mission."),
    ("requisition_id", TEXT, "Number that the organization gave the vacancy, as printed."),
    ("grade", TEXT, "Grade as printed on its scale."),
    ("grade_scale", TEXT, "Pay scale that the grade belongs to."),
    ("contract_type", TEXT, "Legal form of the engagement."),
    ("schedule", TEXT, "Working time: full_time or part_time."),
    ("posts", pa.int32(), "Number of posts advertised for the position."),
    ("duty_station", TEXT, "Place of work as printed."),
    ("country", TEXT, "Country of the duty station (ISO 3166-1 alpha-2; XK for Kosovo)."),
    ("issue_date", DATE, "Day on which the notice was issued."),
    ("closing_date", DATE, "Last day for applications."),
    ("closing_time", TEXT, "Time of the closing day, HH:MM on 24 hours, as stated; 23:59 for midnight at its end."),
    ("closing_timezone", TEXT, "Time zone of the closing time (IANA)."),
    ("closing_at", INSTANT, "Instant at which applications close, where day, time and zone are stated."),
    ("start_date", DATE, "Day on which the work starts."),
    ("start_text", TEXT, "Start of the work in words, where no day is stated."),
    ("start_approximate", pa.bool_(), "Whether the start is said to be approximate."),
    ("duration_months", pa.float64(), "Length of the appointment in months; a week is 12/52, a day 12/365."),
    ("salary", SALARY, "Pay as stated: range, currency (ISO 4217), period, gross or net."),
    ("education_level", TEXT, "Lowest level of education that qualifies, by whatever route."),
    ("education_fields", TEXTS, "Fields of study named."),
    ("experience_years", pa.float64(), "Years of experience that go with the education level."),
    ("experience_routes", pa.list_(ROUTE), "Every combination of degree and years of experience that qualifies."),
    ("languages", pa.list_(LANGUAGE), "Languages that candidates must or should know (ISO 639, CEFR)."),
    ("qualifications", pa.list_(QUALIFICATION), "Requirements, one per bullet or clause."),
    ("nationality_required", TEXTS, "Countries whose nationals alone may apply (ISO 3166-1 alpha-2)."),
    ("nationality_excluded", TEXTS, "Countries whose nationals may not apply (ISO 3166-1 alpha-2)."),
    ("apply_url", TEXT, "Address of the page where applications go."),
    ("apply_email", TEXT, "Electronic mail address where applications go."),
    ("states", pa.map_(TEXT, TEXT), "For a field: stated, none, by_reference, ambiguous or absent."),
    ("notice_language", TEXT, "Language of the notice (ISO 639-1)."),
    ("warnings", TEXTS, "What was seen in the notice and not understood."),
    ("evidence", pa.list_(EVIDENCE), "Where each value stands: offsets into the source text, and exactly that slice."),
    ("schema_version", TEXT, "Semantic version of the table's schema."),
)

_FINDINGS: Columns = (
    ("notice_id", TEXT, "Notice that the evidence stands in."),
    ("vacancy_id", TEXT, "Vacancy that the value belongs to."),
    ("position", pa.int32(), "Position of the notice that the value belongs to, counted from 1."),
    ("field", TEXT, "Column of vacancies that the evidence supports."),
    ("value", TEXT, "Value of that column, in JSON."),
    ("start", pa.int64(), "Where the evidence starts: character offset into notices.source_text."),
    ("end", pa.int64(), "Where the evidence ends, exclusive: character offset into notices.source_text."),
    ("quote", TEXT, "The source text between the offsets."),
    ("rule", TEXT, "Name of the rule that found it."),
    ("confidence", pa.float64(), "Measured precision of the rule, 0 to 1."),
)

_NOTICES: Columns = (
    ("notice_id", TEXT, "SHA-256 of the notice's raw bytes, in hexadecimal."),
    ("source", TEXT, "Name of the source that the notice came from."),
    ("source_uri", TEXT, "Path or address that the notice came from."),
    ("fetched_at", INSTANT, "When the source was fetched, or the file last changed."),
    ("size", pa.int64(), "Length of the raw bytes."),
    ("language", TEXT, "Language of the notice (ISO 639-1)."),
    ("positions", pa.int32(), "How many positions the notice advertises."),
    ("source_text", TEXT, "Text as decoded, or as extracted from a document, before repair; offsets count in it."),
    ("text", TEXT, "Repaired text that the values were read from."),
    ("repairs", pa.list_(REPAIR), "Every change that the repair made, with offsets into the source text."),
    ("parser_version", TEXT, "Version of the parser that read the notice."),
    ("schema_version", TEXT, "Semantic version of the schema that its rows were made for."),
    ("ingested_at", INSTANT, "When this version of the notice entered the dataset."),
)

_REJECTS: Columns = (
    ("source", TEXT, "Name of the source."),
    ("source_uri", TEXT, "Path or address of the input."),
    ("notice_id", TEXT, "SHA-256 of the raw bytes; null where none were read."),
    ("size", pa.int64(), "Length of the raw bytes, where known."),
    ("code", TEXT, "Stable name of what was wrong."),
    ("stage", TEXT, "Stage of the pipeline that rejected the input."),
    ("reason", TEXT, "What was wrong, in a sentence."),
    ("parser_version", TEXT, "Version of the parser that rejected the input."),
    ("rejected_at", INSTANT, "When the input was first rejected so."),
)

_RUNS: Columns = (
    ("run_id", TEXT, "Identity of the run (UUID)."),
    ("started_at", INSTANT, "When the run started."),
    ("finished_at", INSTANT, "When the run had written its last row."),
    ("inputs", TEXTS, "Files and folders that the run was given."),
    ("seen", pa.int64(), "Notices seen, rejects included."),
    ("added", pa.int64(), "Notices new to the dataset."),
    ("replaced", pa.int64(), "Notices read again because the parser has changed."),
    ("unchanged", pa.int64(), "Notices that the dataset held already."),
    ("rejected", pa.int64(), "Inputs that gave no record."),
    ("reject_codes", COUNTS, "How many inputs were rejected, by code."),
    ("positions", pa.int64(), "Positions in the notices added or replaced."),
    ("total_positions", pa.int64(), "Positions in the dataset after the run."),
    ("fill_rates", pa.map_(TEXT, pa.float64()), "Share of the dataset's positions that have a value, by column."),
    ("parser_version", TEXT, "Version of the parser."),
    ("schema_version", TEXT, "Semantic version of the tables' schemas."),
)

TABLES: dict[str, tuple[str, Columns]] = {
    "vacancies": ("One row per advertised position.", _VACANCIES),
    "findings": ("The evidence: one row per place in a notice that a value rests on.", _FINDINGS),
    "notices": ("One row per notice: where it came from, its text and what was repaired.", _NOTICES),
    "rejects": ("Inputs that gave no record, and why.", _REJECTS),
    "runs": ("One row per run of the ingestion.", _RUNS),
}


def schema(name: str, described: Mapping[str, str] | None = None) -> pa.Schema:
    """The Arrow schema of a table.

    ``described`` gives descriptions of columns that take precedence over those here.  Field metadata holds each
    column's ``description``, the schema's metadata ``table``, ``description`` and ``schema_version``.
    """
    about, columns = TABLES[name]
    texts = dict(described or {}) if name == "vacancies" else {}
    fields = [
        pa.field(column, kind, metadata={"description": texts.get(column, text)}) for column, kind, text in columns
    ]
    return pa.schema(fields, metadata={"table": name, "description": about, "schema_version": SCHEMA_VERSION})
