"""The tables' schemas agree with the record and describe every column."""

from __future__ import annotations

import types
import typing
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args, get_origin

import pyarrow as pa
import pytest
from pydantic import BaseModel

import schemas
from extractors import EXTRACTORS
from pipeline.dataset.tables import columns
from schemas.table import TABLES, schema
from schemas.vacancy import SCHEMA_VERSION, Evidence, ExperienceRoute, Language, Qualification, Salary, Vacancy


def test_vacancies_has_the_fields_of_the_record_in_their_order() -> None:
    assert schema("records").names == list(Vacancy.model_fields)


@pytest.mark.parametrize("name", list(Vacancy.model_fields))
def test_columns_have_the_types_of_the_fields(name: str) -> None:
    assert agree(schema("records").field(name).type, Vacancy.model_fields[name].annotation)


@pytest.mark.parametrize("model", [Salary, Language, Qualification, ExperienceRoute, Evidence])
def test_structs_have_the_fields_of_their_values(model: type[BaseModel]) -> None:
    kinds = [field.type for field in schema("records")]
    structs = [kind.value_type if pa.types.is_list(kind) else kind for kind in kinds]
    names = [[field.name for field in struct] for struct in structs if pa.types.is_struct(struct)]
    assert list(model.model_fields) in names


@pytest.mark.parametrize("name", TABLES)
def test_every_column_and_table_is_described(name: str) -> None:
    table = columns(name)
    for field in table:
        text = field.metadata[b"description"].decode()
        assert len(text) > 10, field.name
        assert text[0].isupper(), field.name
        assert text.endswith("."), field.name
    assert table.metadata[b"schema_version"].decode() == SCHEMA_VERSION
    assert table.metadata[b"table"].decode() == name
    assert table.metadata[b"description"]


def test_extractors_describe_their_columns() -> None:
    described = {field.name: field.metadata[b"description"].decode() for field in columns("records")}
    for module in EXTRACTORS:
        assert described[module.FIELD] == (module.__doc__ or "").strip().splitlines()[0]


def test_schemas_is_this_projects_own() -> None:
    root = typing.cast(str, schemas.__file__)
    assert root.endswith("/schemas/__init__.py")
    assert schemas.__doc__ is not None
    assert schemas.__doc__.startswith("The record")


def agree(kind: pa.DataType, annotation: Any) -> bool:
    """Whether an Arrow type holds the values of a type annotation."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (arg for arg in args if arg is not type(None))
        return agree(kind, inner)
    if origin is typing.Annotated:
        return agree(kind, args[0])
    if origin is list:
        return pa.types.is_list(kind) and agree(kind.value_type, args[0])
    if origin is dict:
        return pa.types.is_map(kind) and agree(kind.key_type, args[0]) and agree(kind.item_type, args[1])
    if origin is typing.Literal:
        return pa.types.is_string(kind)
    if issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        return (
            pa.types.is_struct(kind)
            and [field.name for field in kind] == list(fields)
            and all(agree(field.type, fields[field.name].annotation) for field in kind)
        )
    expected = {
        bool: pa.types.is_boolean,
        int: pa.types.is_integer,
        float: pa.types.is_floating,
        Decimal: pa.types.is_decimal,
        datetime: pa.types.is_timestamp,
        date: pa.types.is_date,
        str: pa.types.is_string,
    }
    kind_of = next(base for base in expected if issubclass(annotation, (base, StrEnum) if base is str else base))
    return bool(expected[kind_of](kind))
