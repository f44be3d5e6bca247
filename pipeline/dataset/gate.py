"""The gate: whether what a run would publish may be published.

The checks are data (``schemas.expectations``); this module measures.  A candidate is judged against itself (no id
stands twice, no closing before the issue) and against what was published last; where nothing was, only the first.
Rows of one notice resemble each other, so that chance is reckoned over notices, not over rows.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Literal
from zoneinfo import available_timezones

import pyarrow as pa
import pyarrow.compute as pc
from babel.core import Locale
from babel.numbers import get_territory_currencies

from schemas import expectations as declared
from schemas.expectations import Check, Expectations
from schemas.table import schema

_SHOWN = 3
_STRICTNESS = set("name severity new_inputs why limit min_rows tolerance fields".split())
_EPOCH = date(1970, 1, 1)
_OLDEST_CURRENCY = date(1990, 1, 1)
_NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # in CLDR, not in ISO 3166-1


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a run would publish; times are UTC.

    ``inputs`` is what the run was given, ``seen`` the inputs seen, rejects included; ``last_seen_inputs`` and
    ``last_rejected`` are ``seen`` and ``rejected`` of the last published run over the same inputs, None where there
    is none.  ``present_before`` and ``present_after`` count the vacancies that are there, ``disappeared`` those that
    were and are not any more.  ``fresh`` are the rows of ``vacancies`` that the run adds or changes.  ``baseline``
    is the share of filled rows by column over the ``baseline_rows`` of the dataset as last published, ``vocabulary``
    the values known before, by the names of ``vocabulary_fields``.  ``duplicate_ids`` are ids that would stand twice.
    """

    now: datetime
    last_at: datetime | None
    inputs: tuple[str, ...]
    seen: int
    rejected: int
    last_seen_inputs: int | None
    present_before: int
    present_after: int
    disappeared: int
    fresh: pa.Table
    baseline: Mapping[str, float]
    baseline_rows: int
    vocabulary: Mapping[str, frozenset[str]]
    duplicate_ids: int
    last_rejected: int | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A check that did not hold; ``measured`` and ``limit`` are in the unit of the check's kind."""

    check: str
    field: str | None
    severity: Literal["hold", "warn"]
    message: str
    measured: float
    limit: float


_OfValues = declared.Required | declared.Vocabulary | declared.Codes | declared.Order | declared.Bounds | declared.Days


@dataclass(frozen=True, slots=True)
class _Found:
    """Values of a field, their ``rows`` in the table, which are ``bad`` (null: not judged) and what is bad in them."""

    field: str
    said: str
    rows: pa.Array
    values: pa.Array
    bad: pa.Array


@dataclass(frozen=True, slots=True)
class _Excess:
    """A measurement above its limit; ``said`` is what was measured, ``hint`` where to look first."""

    field: str | None
    measured: float
    limit: float
    said: str
    hint: str


def check(
    candidate: Candidate, expectations: Expectations | None = None, *, accepted: Collection[str] = ()
) -> list[Breach]:
    """The expectations that the candidate does not meet, those that hold it back first.

    Of checks that measure the same only one speaks: one that holds, and the first in the file.  ``accepted`` are
    names, CHECK or CHECK:FIELD, of what is known and wanted in this run: they only warn.
    """
    sound = replace(candidate, fresh=_as_declared(candidate.fresh))
    notices = _notices(sound.fresh)
    breaches: list[tuple[object, Breach]] = []
    for each in (expectations or declared.default_expectations()).checks:
        severity = each.severity
        if candidate.last_seen_inputs is None and each.new_inputs is not None:
            severity = each.new_inputs
        if severity == "off":
            continue
        for excess in _measure(candidate if each.kind == "schema" else sound, each, notices):
            same = (excess.field, each.model_dump_json(exclude=_STRICTNESS))
            breaches.append((same, _breach(each, excess, severity)))
    told: dict[object, Breach] = {}
    for key, found in sorted(breaches, key=lambda pair: pair[1].severity):
        told.setdefault(key, found)
    names = frozenset(accepted)
    judged = [replace(found, severity="warn") if names & _names(found) else found for found in told.values()]
    return sorted(judged, key=lambda found: found.severity)


def vocabulary_fields(expectations: Expectations | None = None) -> tuple[str, ...]:
    """The columns whose known values a candidate must bring; ``salary.currency`` is the member of a struct."""
    checks = (expectations or declared.default_expectations()).checks
    return tuple(dict.fromkeys(name for each in checks if each.kind == "vocabulary" for name in each.fields))


def vocabulary(vacancies: pa.Table, fields: Iterable[str]) -> dict[str, frozenset[str]]:
    """The values that rows of ``vacancies`` have in these columns, by the names of ``vocabulary_fields``."""
    return {name: frozenset(pc.unique(_cells(vacancies, name)[1].drop_null()).to_pylist()) for name in fields}


def filled(column: pa.ChunkedArray) -> int:
    """How many rows have a value; an empty list is none."""
    if pa.types.is_list(column.type):
        return int(pc.sum(pc.greater(pc.list_value_length(column), 0)).as_py() or 0)
    return int(len(column) - column.null_count)


def _names(found: Breach) -> set[str]:
    return {found.check, f"{found.check}:{found.field}"}


def _breach(check: Check, excess: _Excess, severity: Literal["hold", "warn"]) -> Breach:
    name = check.name if excess.field is None else f"{check.name}:{excess.field}"
    then = f", or accept {name} for this run if it is right" if severity == "hold" else ""
    message = f"{name}: {excess.said}; {excess.hint}{then}."
    return Breach(check.name, excess.field, severity, message, excess.measured, excess.limit)


def _measure(candidate: Candidate, check: Check, notices: int) -> Iterator[_Excess]:
    match check:
        case declared.RunAmount(kind="schema"):
            yield from _schema(candidate, check)
        case declared.RunAmount():
            yield from _run_amount(candidate, check)
        case declared.RunShare():
            yield from _run_share(candidate, check)
        case declared.Fill() | declared.Emptied():
            yield from _filled_less(candidate, check, notices)
        case _:
            for found in _values(candidate, check):
                yield from _excess(candidate.fresh, check, found, notices)


def _run_amount(candidate: Candidate, check: declared.RunAmount) -> Iterator[_Excess]:
    ahead = candidate.now - (candidate.last_at or candidate.now)
    if check.kind == "duplicate_ids":
        ids = _cells(candidate.fresh, "vacancy_id")[1]
        amount = float(max(candidate.duplicate_ids, len(ids) - pc.count_distinct(ids, mode="all").as_py()))
        said = f"{amount:.0f} vacancy_ids would stand twice, at most {check.limit:g} may"
        hint = "keep the dataset as it is and report the linkage of these rows as a defect"
    elif check.kind == "clock_back":
        amount = -ahead.total_seconds() / 3600
        said = f"by the clock it is {candidate.now:%F %T} UTC, {amount:.3g} hours before the last published run"
        hint = "set the clock of this machine"
    else:
        amount = ahead.total_seconds() / 86400
        said = f"by the clock the last published run was {amount:.0f} days ago, at most {check.limit:g} are expected"
        hint = "see whether the clock of this machine and the schedule are right"
    if amount > check.limit:
        yield _Excess(None, amount, check.limit, said, hint)


def _run_share(candidate: Candidate, check: declared.RunShare) -> Iterator[_Excess]:
    before, after = candidate.present_before, candidate.present_after
    last, seen, rejected = candidate.last_seen_inputs, candidate.seen, candidate.rejected
    limit = check.limit
    if check.kind == "vacancies_fall":
        part, whole, said = before - after, before, f"{after} vacancies are there, {before} were"
        hint = "see whether every source was read whole"
    elif check.kind == "disappeared":
        part, whole = candidate.disappeared, before
        said = f"{part} of the {before} vacancies that were there have disappeared"
        hint = "see whether the sources were read whole, and whether vacancies have changed their identity"
    elif check.kind == "inputs_fall":
        part, whole, said = (last or 0) - seen, last or 0, f"{seen} inputs were seen, {last} in the last published run"
        hint = f"see whether {_listed(candidate.inputs)} is complete"
    else:
        part, whole, said = rejected, seen, f"{rejected} of {seen} inputs were rejected"
        hint = "see their codes in the quarantine"
        if (check.kind == "rejected") == (bool(last) and candidate.last_rejected is not None):
            return
        if check.kind == "rejected_rise" and last:
            usual, share = (candidate.last_rejected or 0) / last, rejected / max(seen, 1)
            limit = usual + max(limit, check.tolerance * _error((share, seen), (usual, last)))
            said += f", {candidate.last_rejected} of {last} in the last published run"
    if whole and whole >= check.min_rows and part / whole > limit:
        said += f" ({_percent(part / whole)}, at most {_percent(limit)} is expected)"
        yield _Excess(None, part / whole, limit, said, hint)


def _schema(candidate: Candidate, check: declared.RunAmount) -> Iterator[_Excess]:
    expected, found = _types(schema("vacancies")), _types(candidate.fresh.schema)
    wrong = [f"{name} is missing" for name in expected if name not in found]
    wrong += [f"{name} is not declared" for name in found if name not in expected]
    both = [name for name in expected if name in found and found[name] != expected[name]]
    wrong += [f"{name} is {found[name]} instead of {expected[name]}" for name in both]
    if len(wrong) > check.limit:
        said = f"{len(wrong)} columns differ from the declared ones: {_listed(wrong)}"
        hint = "install one version of the whole package and run its migration"
        yield _Excess(None, float(len(wrong)), check.limit, said, hint)


def _filled_less(candidate: Candidate, check: declared.Fill | declared.Emptied, notices: int) -> Iterator[_Excess]:
    rows, total = candidate.fresh.num_rows, candidate.baseline_rows
    names = candidate.baseline if declared.ALL in check.fields else check.fields
    for name in names:
        before = candidate.baseline.get(name, 0.0)
        if not rows or not total or not before or name not in candidate.fresh.column_names:
            continue
        share = filled(candidate.fresh[name]) / rows
        said = f"{_percent(share)} of {rows} new or changed rows have a value, {_percent(before)} of the dataset's have"
        hint = "compare a few of their notices with what was read"
        if isinstance(check, declared.Emptied):
            missing = before * notices
            if not share and missing > check.limit:
                yield _Excess(name, missing, check.limit, said, hint)
            continue
        limit = max(check.limit, check.tolerance * _error((share, notices), (before, total)))
        if min(rows, total) >= check.min_rows and before - share > limit:
            said += f" (at most {100 * limit:.0f} points less are expected)"
            yield _Excess(name, before - share, limit, said, hint)


def _values(candidate: Candidate, check: _OfValues) -> Iterator[_Found]:
    """The values of each field of the check, and which of them are bad."""
    fresh = candidate.fresh
    if isinstance(check, declared.Order):
        (rows, low), (_, high) = (_cells(fresh, name) for name in check.fields)
        if len(low) == len(high):  # unless a column is not as declared
            yield _Found(check.fields[1], f"are below {check.fields[0]}", rows, high, pc.less(high, low))
        return
    for name in check.fields:
        rows, values = _cells(fresh, name)
        match check:
            case declared.Required():
                yield _Found(name, "are missing", rows, values, values.is_null())
            case declared.Vocabulary():
                known = candidate.vocabulary.get(name)
                if known and candidate.baseline_rows >= check.min_rows:
                    yield _Found(name, "were never seen before", rows, values, _not_in(values, known))
            case declared.Codes():
                said = f"are no code of {check.standard.upper().replace('_', ' ')}"
                yield _Found(name, said, rows, values, _not_in(values, _codes(check.standard)))
            case _:
                wanted = _where(fresh, check.where, rows)
                rows, values = rows.filter(wanted), values.filter(wanted)
                yield _Found(name, _said(check), rows, values, _outside(values, check, candidate.now))


def _excess(fresh: pa.Table, check: _OfValues, found: _Found, notices: int) -> Iterator[_Excess]:
    judged, wrong = len(found.bad) - found.bad.null_count, pc.sum(found.bad).as_py() or 0
    limit = check.limit + check.tolerance * _error((check.limit, min(judged, notices)))
    if not judged or judged < check.min_rows or wrong / judged <= limit:
        return
    share = f"{_percent(wrong / judged)}, at most {_percent(limit)} is expected"
    places: dict[str, str] = {}
    for at in pc.indices_nonzero(found.bad)[:100].to_pylist():
        uri = fresh["source_uri"][found.rows[at].as_py()] if "source_uri" in fresh.column_names else "?"
        places.setdefault(str(found.values[at]), str(uri))
    hint = "look at " + _listed([f"{value} in {uri}" for value, uri in places.items()])
    yield _Excess(found.field, wrong / judged, limit, f"{wrong} of {judged} values {found.said} ({share})", hint)


def _cells(table: pa.Table, path: str) -> tuple[pa.Array, pa.Array]:
    """The values of a column, lists taken apart, with the numbers of their rows; none where it is not there."""
    head, *members = path.split(".")
    if head not in table.column_names:
        return pa.array([], pa.int64()), pa.array([], pa.string())
    values, rows = table[head].combine_chunks(), _numbers(table.num_rows)
    for member in (None, *members):
        if member is not None:
            values = pc.struct_field(values, member)
        while pa.types.is_list(values.type):
            rows, values = rows.take(pc.list_parent_indices(values)), pc.list_flatten(values)
    return rows, values


@lru_cache(1)
def _numbers(rows: int) -> pa.Array:
    return pa.array(range(rows), pa.int64())


def _where(fresh: pa.Table, where: Mapping[str, Collection[str]], rows: pa.Array) -> pa.Array:
    """Which of these rows have one of the wanted values in each column."""
    kept = pc.is_valid(rows)
    for path, wanted in where.items():
        _, values = _cells(fresh, path)
        if len(values) != fresh.num_rows:  # a column that is not as declared
            return pc.is_null(rows)
        kept = pc.and_(kept, pc.is_in(values, pa.array(list(wanted), pa.string())).take(rows))
    return kept


def _not_in(values: pa.Array, known: Collection[str]) -> pa.Array:
    unknown = pc.invert(pc.is_in(values, pa.array(list(known), pa.string())))
    return pc.if_else(values.is_valid(), unknown, pa.scalar(None, pa.bool_()))


def _outside(values: pa.Array, check: declared.Bounds | declared.Days, now: datetime) -> pa.Array:
    if isinstance(check, declared.Days):
        values = pc.subtract(values.cast(pa.date32()).cast(pa.int32()), (now.astimezone(UTC).date() - _EPOCH).days)
    values = values.cast(pa.float64())
    low = -math.inf if check.low is None else check.low
    high = math.inf if check.high is None else check.high
    return pc.or_(pc.less(values, low), pc.greater(values, high))


def _said(check: declared.Bounds | declared.Days) -> str:
    sides = [f"{name} {side:g}" for name, side in (("below", check.low), ("above", check.high)) if side is not None]
    return f"are {' or '.join(sides)}{' days from now' if isinstance(check, declared.Days) else ''}"


@cache
def _countries() -> frozenset[str]:
    found = map(str, Locale("en").territories)
    return frozenset(code for code in found if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


@cache
def _currencies() -> frozenset[str]:
    """What has been legal tender somewhere since 1990: a notice may be old, but nobody is paid in gold or in XXX."""
    day = _OLDEST_CURRENCY
    return frozenset(code for each in _countries() for code in get_territory_currencies(each, day, date.max))


@cache
def _codes(standard: str) -> frozenset[str]:
    if standard == "iana":
        return frozenset(available_timezones())
    return _countries() if standard == "iso_3166" else _currencies()


def _types(columns: pa.Schema) -> dict[str, pa.DataType]:
    return {field.name: field.type for field in columns}


def _as_declared(fresh: pa.Table) -> pa.Table:
    expected = _types(schema("vacancies"))
    return fresh.select([name for name, kind in _types(fresh.schema).items() if expected.get(name) == kind])


def _notices(fresh: pa.Table) -> int:
    if "notice_id" not in fresh.column_names:
        return int(fresh.num_rows)
    return int(pc.count_distinct(fresh["notice_id"], mode="all").as_py())


def _error(*measured: tuple[float, int]) -> float:
    """Standard error of the difference between shares, each measured on so many (as Agresti and Coull reckon it)."""
    variance = 0.0
    for share, size in measured:
        likely = (share * size + 2) / (size + 4)
        variance += likely * (1 - likely) / (size + 4)
    return math.sqrt(max(variance, 0.0))


def _listed(texts: Collection[str]) -> str:
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(islice(texts, _SHOWN)) + more


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 or not share else f"{100 * share:.2g}%"
