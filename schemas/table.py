"""The tables of a dataset as Arrow schemas, with a description for every column.

The columns of ``records`` are the fields of ``schemas.vacancy.Vacancy``, in their order; those of ``vacancies`` are
the same and what is known of all copies of the vacancy.  Columns that an extractor reads are described by the first
line of its docstring, which is handed in, so that it is written once.
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
_EVIDENCE = {
    "field": TEXT,
    "start": pa.int64(),
    "end": pa.int64(),
    "quote": TEXT,
    "rule": TEXT,
    "confidence": pa.float64(),
}
EVIDENCE = pa.struct(_EVIDENCE)
NOTICED_EVIDENCE = pa.list_(pa.struct({**_EVIDENCE, "notice_id": TEXT}))
SOURCE = pa.struct(
    {
        "source": TEXT,
        "source_uri": TEXT,
        "notice_id": TEXT,
        "position": pa.int32(),
        "first_seen": INSTANT,
        "last_seen": INSTANT,
        "rule": TEXT,
        "score": pa.float64(),
    }
)
CONFLICT = pa.struct({"field": TEXT, "value": TEXT, "source_uri": TEXT, "notice_id": TEXT})
REPAIR = pa.struct(
    {"start": pa.int64(), "end": pa.int64(), "before": TEXT, "after": TEXT, "damage": TEXT, "guess": pa.bool_()}
)

Columns = tuple[tuple[str, pa.DataType, str], ...]

# What linkage looks at of a record besides its notice and position, and the keys by which it finds candidates.
_LINKED = frozenset(
    "source source_uri organization requisition_id title mission department duty_station country grade issue_date"
    " closing_date notice_language".split()
)
_LINK_KEYS = ("own_id", "address_key", "id_key", "title_key", "day_key", "place_key")

_RECORDS: Columns = (
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

_MERGED: Columns = (
    ("id_basis", TEXT, "What vacancy_id rests on: requisition_id, title or notice."),
    ("first_seen", INSTANT, "When a run first saw the vacancy."),
    ("last_seen", INSTANT, "When a run last saw it, where it is gone from all its sources; null while it is there."),
    ("revision", pa.int32(), "How often what the notices say of it has changed, counted from 1."),
    ("sources", pa.list_(SOURCE), "Every copy of the vacancy: where, since when, until when, and what linked it."),
    ("conflicts", pa.list_(CONFLICT), "Values of other copies that contradict those of this row, in JSON."),
    ("readvertises", TEXT, "Id of the earlier vacancy for the same post."),
)
_VACANCIES: Columns = (
    *((name, NOTICED_EVIDENCE if name == "evidence" else kind, text) for name, kind, text in _RECORDS),
    *_MERGED,
)

_RUN: Columns = (
    ("run", pa.int64(), "Number of the run, counted from 1."),
    ("at", INSTANT, "Time of the run."),
)

_CHANGES: Columns = (
    *_RUN,
    ("vacancy_id", TEXT, "Vacancy that it happened to."),
    ("kind", TEXT, "What happened: added, changed, closed, reopened, disappeared or reappeared."),
    ("field", TEXT, "Column of vacancies that has changed."),
    ("old", TEXT, "Its value before, in JSON."),
    ("new", TEXT, "Its value after, in JSON."),
    ("cause", TEXT, "Why: source (a notice changed), parser (the same notice was read again) or clock (time passed)."),
)

_PAIRS: Columns = (
    *_RUN,
    ("vacancy_id", TEXT, "One of two vacancies."),
    ("other_vacancy_id", TEXT, "Another that is likely to be the same; for review, never merged by itself."),
    ("score", pa.float64(), "How alike they are, 0 to 1."),
    ("reasons", TEXTS, "What speaks for and against it."),
)

_SIGHTINGS: Columns = (
    ("source_uri", TEXT, "Path or address that the notice came from."),
    ("notice_id", TEXT, "What stood there: SHA-256 of the raw bytes, in hexadecimal."),
    ("source", TEXT, "Name of the source."),
    ("copied", pa.bool_(), "Whether the source is said to copy what others publish; null where nothing is said."),
    ("first_seen", INSTANT, "When a run first saw it there."),
    ("last_seen", INSTANT, "When a run last saw it there, where it is gone; null while it is there."),
    ("size", pa.int64(), "Length of the file, where it is one."),
    ("modified", pa.int64(), "When the file's content last changed (st_mtime_ns)."),
    ("changed", pa.int64(), "When the file last changed in any way (st_ctime_ns)."),
)

_LINKS: Columns = (
    ("notice_id", TEXT, "Notice that the record was read from."),
    ("position", pa.int32(), "Position of the notice, counted from 1."),
    ("positions", pa.int32(), "How many positions the notice advertises."),
    ("vacancy_id", TEXT, "Vacancy that the record is a copy of."),
    ("id_basis", TEXT, "What vacancy_id rests on: requisition_id, title or notice."),
    ("rule", TEXT, "What linked the record to the vacancy."),
    ("score", pa.float64(), "How sure the link is, 0 to 1."),
    ("readvertises", TEXT, "Id of the earlier vacancy for the same post."),
    ("parser_version", TEXT, "Version of the parser that the record came from."),
    *((name, kind, text) for name, kind, text in _RECORDS if name in _LINKED),
    ("gist", pa.list_(pa.int64()), "Digest of the wording, for comparison."),
    *((name, TEXT, "Records of the same vacancy share at least one of these keys.") for name in _LINK_KEYS),
)

_FINDINGS: Columns = (
    ("notice_id", TEXT, "Notice that the evidence stands in."),
    ("vacancy_id", TEXT, "Id that the notice by itself gives; links says which vacancy the position is a copy of."),
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
    ("declared", TEXT, "Encoding that the user or the document stated."),
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
    ("notice_id", TEXT, "SHA-256 of the raw bytes; empty where none were read."),
    ("size", pa.int64(), "Length of the raw bytes, where known."),
    ("code", TEXT, "Stable name of what was wrong."),
    ("stage", TEXT, "Stage of the pipeline that rejected the input."),
    ("reason", TEXT, "What was wrong, in a sentence."),
    ("raw", TEXT, "Where the raw bytes lie, below the dataset's folder; null where none were kept."),
    ("parser_version", TEXT, "Version of the parser that rejected the input."),
    ("rejected_at", INSTANT, "When the input was first rejected so."),
    ("status", TEXT, "Open, cured (read since) or dropped (set aside by the operator); in small letters."),
    ("settled_at", INSTANT, "When it was cured or dropped."),
)

_RUNS: Columns = (
    ("run", pa.int64(), "Number of the run, counted from 1."),
    ("run_id", TEXT, "Identity of the run (UUID)."),
    ("command", TEXT, "What was run: ingest, reparse, replay, drop, migrate or restore."),
    ("status", TEXT, "How it ended: published, held_back, failed or interrupted."),
    ("started_at", INSTANT, "When the run started."),
    ("finished_at", INSTANT, "When the run had ended; null where it was interrupted."),
    ("inputs", TEXTS, "Files and folders that the run was given."),
    ("seen", pa.int64(), "Inputs seen, rejects included."),
    ("added", pa.int64(), "Notices new to the dataset."),
    ("replaced", pa.int64(), "Notices read again because the parser has changed."),
    ("unchanged", pa.int64(), "Notices that the dataset held already."),
    ("rejected", pa.int64(), "Inputs that gave no record."),
    ("reject_codes", COUNTS, "How many inputs were rejected, by code."),
    ("changes", COUNTS, "How many changes the run made, by kind."),
    ("total_vacancies", pa.int64(), "Vacancies in the dataset after the run."),
    ("present_vacancies", pa.int64(), "Those of them that are still in some source."),
    ("fill_rates", pa.map_(TEXT, pa.float64()), "Share of the dataset's vacancies that have a value, by column."),
    ("breaches", TEXTS, "What the checks found, in sentences."),
    ("error", TEXT, "What failed, in a sentence."),
    ("parser_version", TEXT, "Version of the parser."),
    ("schema_version", TEXT, "Semantic version of the tables' schemas."),
)

TABLES: dict[str, tuple[str, Columns]] = {
    "vacancies": ("One row per vacancy, merged from all its copies.", _VACANCIES),
    "records": ("One row per position as read from one notice.", _RECORDS),
    "findings": ("The evidence: one row per place in a notice that a value rests on.", _FINDINGS),
    "notices": ("One row per notice: where it came from, its text and what was repaired.", _NOTICES),
    "rejects": ("Inputs that gave no record, and why.", _REJECTS),
    "changes": ("What happened to each vacancy, run by run.", _CHANGES),
    "revisions": ("Every state that a vacancy has been in: the rows of vacancies, by run.", (*_RUN, *_VACANCIES)),
    "sightings": ("Where each notice lies, and since when.", _SIGHTINGS),
    "links": ("Which vacancy each record is a copy of.", _LINKS),
    "pairs": ("Vacancies that are likely to be the same, for review.", _PAIRS),
    "runs": ("One row per run of the ingestion.", _RUNS),
}
# What identifies a row, of tables whose rows are replaced.  The first part is a plain word or number, never text.
KEYS = {
    "vacancies": ("vacancy_id",),
    "sightings": ("notice_id", "source_uri"),
    "links": ("notice_id", "position"),
    "rejects": ("notice_id", "source_uri"),
    "runs": ("run",),
}


_DESCRIBED = ("vacancies", "records", "revisions")


def schema(name: str, described: Mapping[str, str] | None = None) -> pa.Schema:
    """The Arrow schema of a table.

    ``described`` gives descriptions of columns that take precedence over those here.  Field metadata holds each
    column's ``description``, the schema's metadata ``table``, ``description`` and ``schema_version``.
    """
    about, columns = TABLES[name]
    texts = dict(described or {}) if name in _DESCRIBED else {}
    fields = [
        pa.field(column, kind, metadata={"description": texts.get(column, text)}) for column, kind, text in columns
    ]
    return pa.schema(fields, metadata={"table": name, "description": about, "schema_version": SCHEMA_VERSION})
