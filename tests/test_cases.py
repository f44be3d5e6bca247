"""Short cases per field, ``fixtures/cases/FIELD.toml``: each text is parsed as a whole notice."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from extractors import EXTRACTORS, LISTS
from pipeline.choosing import choose, scopes
from pipeline.nlp import load
from pipeline.repair import repair
from schemas.finding import Choice, State

CASES = Path(__file__).parent.parent / "fixtures" / "cases"
BY_FIELD = {extractor.FIELD: extractor for extractor in EXTRACTORS}


@cache
def chosen(text: str, position: int = 1) -> dict[str, Choice]:
    doc = load()(repair(text).text)
    findings = {extractor.FIELD: list(extractor.find(doc)) for extractor in EXTRACTORS}
    return choose(findings, scopes(doc), position)


def rows() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            marks = [pytest.mark.xfail(strict=True)] if case.get("expect") == "fail" else []
            found.append(pytest.param(path.stem, case, id=f"{path.stem}: {case['label']}", marks=marks))
    return found


def plain(value: Any) -> Any:
    """Values as TOML writes them."""
    match value:
        case BaseModel():
            return plain(value.model_dump())
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case dict():
            return {key: plain(part) for key, part in value.items()}
        case list() | tuple():
            return [plain(part) for part in value]
    return value


def agrees(want: Any, got: Any) -> bool:
    """Whether a value is the one wanted; of a table only the keys that the case names count."""
    if isinstance(want, dict):
        return isinstance(got, dict) and all(agrees(part, got.get(key)) for key, part in want.items())
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(map(agrees, want, got))
    if isinstance(want, float) and isinstance(got, int | float):
        return abs(want - got) < 0.005
    return bool(plain(want) == got)


@pytest.mark.parametrize(("field", "case"), rows())
def test_case(field: str, case: dict[str, Any]) -> None:
    choice = chosen(case["text"], case.get("position", 1))[field]
    got = plain(choice.value)
    if "value" in case:
        assert agrees(case["value"], got), f"{case['value']!r} wanted, got {got!r}"
    else:
        assert got in (None, []), f"nothing wanted, got {got!r}"
    if "evidence" in case:
        text = repair(case["text"]).text
        assert case["evidence"] in [text[f.start : f.end] for f in choice.evidence]
    if "state" in case:
        assert choice.state == State(case["state"])


@pytest.mark.parametrize("field", sorted(BY_FIELD))
def test_every_field_has_cases_both_ways(field: str) -> None:
    path = CASES / f"{field}.toml"
    assert path.is_file(), f"no table of cases for {field}"
    cases = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    assert any("value" in case for case in cases)
    assert any("value" not in case for case in cases), f"{field} has no case in which nothing must be found"


@pytest.mark.parametrize(
    ("field", "rule"), [(extractor.FIELD, rule) for extractor in EXTRACTORS for rule in extractor.RULES]
)
def test_every_rule_decides_some_case(field: str, rule: str) -> None:
    """A rule that decides no case is dead, or nobody has said what it is for."""
    path = CASES / f"{field}.toml"
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
        choice = chosen(case["text"], case.get("position", 1))[field]
        if any(finding.rule == rule for finding in choice.evidence):
            return
    pytest.fail(f"{field}: no case is decided by the rule {rule}")


def test_lists_are_lists() -> None:
    """What EXTRACTORS calls a list must be one in every case, or entries of several positions could not add up."""
    for field in LISTS:
        for case in tomllib.loads((CASES / f"{field}.toml").read_text(encoding="utf-8"))["case"]:
            assert isinstance(chosen(case["text"])[field].value, list | tuple | None.__class__)
