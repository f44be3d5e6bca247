"""Expectations of a run: the checks that decide whether it is published, as data.

``expectations.toml`` beside this module holds those of the project.  A file of one's own holds checks with other
names, which are added, and checks with the same names, whose keys take the place of the project's:

    [[check]]
    name = "vacancies_fall"
    limit = 0.6
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from schemas.table import schema

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]

ALL = "*"  # every column that has a fill rate


def column_type(path: str) -> pa.DataType:
    """The type of a column of ``vacancies``, of a struct's member (``salary.currency``) or of what a list holds."""
    found: Any = schema("vacancies")
    for name in path.split("."):
        index = found.get_field_index(name) if isinstance(found, pa.Schema | pa.StructType) else -1
        if index < 0:
            raise ValueError(f"vacancies has no column {path}")
        found = found.field(index).type
        while isinstance(found, pa.ListType):
            found = found.value_type
    return found


def _whole(path: str) -> str:
    if path not in schema("vacancies").names:
        raise ValueError(f"vacancies has no column {path}")
    return path


def _single(path: str) -> str:
    if pa.types.is_list(schema("vacancies").field(_whole(path)).type):
        raise ValueError(f"{path} holds a list")
    return path


def _text(path: str) -> str:
    if not pa.types.is_string(column_type(path)):
        raise ValueError(f"{path} holds no text")
    return path


def _only_text(path: str) -> str:
    _single(path.partition(".")[0])
    return _text(path)


def _number(path: str) -> str:
    kind = column_type(path)
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise ValueError(f"{path} holds no numbers")
    return path


def _day(path: str) -> str:
    kind = column_type(path)
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        raise ValueError(f"{path} holds no days")
    return path


Some = Field(min_length=1)
Whole = Annotated[str, AfterValidator(_whole)]
Single = Annotated[str, AfterValidator(_single)]
Text = Annotated[str, AfterValidator(_text)]
OnlyText = Annotated[str, AfterValidator(_only_text)]
Number = Annotated[str, AfterValidator(_number)]
Day = Annotated[str, AfterValidator(_day)]


class _Check(BaseModel):
    """What all checks have; ``new_inputs`` is the severity over inputs that no published run was given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    severity: Literal["hold", "warn", "off"]
    new_inputs: Literal["hold", "warn", "off"] | None = None
    why: Annotated[str, Field(min_length=1)]


class _Share(_Check):
    """Measures a share, 0 to 1; not judged on fewer than ``min_rows``.

    ``tolerance`` is the number of standard errors by which chance may exceed the limit.
    """

    limit: Share
    min_rows: Count = 0
    tolerance: Amount = 0


class RunAmount(_Check):
    """Measures the run: hours, days or a count; ``schema`` counts columns."""

    kind: Literal["clock_back", "clock_ahead", "duplicate_ids", "schema"]
    limit: Amount = 0


class RunShare(_Share):
    """Measures the run against the last one, as a share."""

    kind: Literal["vacancies_fall", "inputs_fall", "disappeared", "rejected", "rejected_rise"]


class Fill(_Share):
    """By how much the share of rows that have a value lies below the dataset's; ``*`` stands for every column."""

    kind: Literal["fill"]
    fields: Annotated[tuple[Whole, ...], Some] | tuple[Literal["*"]]


class Emptied(_Check):
    """A column without any value, where more than ``limit`` values were to be expected."""

    kind: Literal["emptied"]
    fields: Annotated[tuple[Whole, ...], Some] | tuple[Literal["*"]]
    limit: Amount


class Required(_Share):
    """Which share of the rows has no value."""

    kind: Literal["required"]
    fields: Annotated[tuple[Single, ...], Some]


class Vocabulary(_Share):
    """Which share of the values was never seen before."""

    kind: Literal["vocabulary"]
    fields: Annotated[tuple[Text, ...], Some]


class Codes(_Share):
    """Which share of the values the standard does not have."""

    kind: Literal["codes"]
    fields: Annotated[tuple[Text, ...], Some]
    standard: Literal["iso_3166", "iso_4217", "iana"]


class Order(_Share):
    """In which share of the rows that have both values the second is below the first."""

    kind: Literal["order"]
    fields: tuple[Number, Number] | tuple[Day, Day]


class _Between(_Share):
    """``where`` names columns, and the values that a row must have there to be judged."""

    low: float | None = None
    high: float | None = None
    where: dict[OnlyText, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("needs a low, a high or both")
        return self


class Bounds(_Between):
    """Which share of the values lies below ``low`` or above ``high``."""

    kind: Literal["bounds"]
    fields: Annotated[tuple[Number, ...], Some]


class Days(_Between):
    """Which share of the days lies before ``low`` or after ``high``, both counted in days from the run's own."""

    kind: Literal["days"]
    fields: Annotated[tuple[Day, ...], Some]


Check = RunAmount | RunShare | Fill | Emptied | Required | Vocabulary | Codes | Order | Bounds | Days
_CHECK: TypeAdapter[Check] = TypeAdapter(Annotated[Check, Field(discriminator="kind")])


class Expectations(BaseModel):
    """The checks of a run, in the order of their file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    checks: tuple[Check, ...]

    def unknown(self, names: Collection[str]) -> tuple[str, ...]:
        """Which of these names, each CHECK or CHECK:FIELD, name no check."""
        own = {check.name for check in self.checks}
        return tuple(name for name in names if name.partition(":")[0] not in own)


@cache
def default_expectations() -> Expectations:
    """The project's own expectations."""
    path = Path(__file__).with_suffix(".toml")
    return Expectations(checks=tuple(_checks(path, _tables(path))))


def read_expectations(path: Path) -> Expectations:
    """The project's expectations with those of the file added and put in place.

    Raises ValueError, which names the file, the check and the key, where the file cannot be read as expectations.
    """
    own = Path(__file__).with_suffix(".toml")
    merged = {table["name"]: table for table in _tables(own)}
    for table in _tables(path):
        merged[table["name"]] = merged.get(table["name"], {}) | table
    return Expectations(checks=tuple(_checks(path, merged.values())))


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read as TOML: {error}") from error
    for key in found.keys() - {"check"}:
        raise ValueError(f"{path}: key {key!r} is unknown: checks stand in tables [[check]]")
    tables = found.get("check", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError(f"{path}: key 'check': checks stand in tables [[check]]")
    names: set[str] = set()
    for number, table in enumerate(tables, start=1):
        name = table.get("name")
        if not isinstance(name, str):
            raise ValueError(f"{path}: check {number}, key 'name': every check has a name, a string")
        if name in names:
            raise ValueError(f"{path}: check {name!r}, key 'name': stands twice")
        names.add(name)
    return tables


def _checks(path: Path, tables: Iterable[dict[str, Any]]) -> Iterable[Check]:
    for table in tables:
        try:
            yield _CHECK.validate_python(table)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            keys = [str(key) for key in first["loc"] if key != table.get("kind")]
            key = keys[0] if keys else str(first.get("ctx", {}).get("discriminator", "kind")).strip("'")
            given = "" if isinstance(first["input"], dict) else f" (given: {first['input']!r})"
            said = first["msg"].removeprefix("Value error, ")
            raise ValueError(f"{path}: check {table['name']!r}, key {key!r}: {said}{given}") from error
