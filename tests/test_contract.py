"""The contract of an extractor, and that the registry, the record and the tables name the same fields."""

from __future__ import annotations

import inspect
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import extractors
import schemas
from extractors import EXTRACTORS, LISTS
from pipeline.choosing import choose
from pipeline.nlp import load
from schemas.finding import Choice, Extractor, State
from schemas.vacancy import Vacancy

# Columns that no extractor reads: who parsed what, and what follows from other fields.
DERIVED = {
    "vacancy_id", "notice_id", "position", "positions", "source", "source_uri", "closing_at", "states", "warnings",
    "evidence", "schema_version",
}  # fmt: skip
FIELDS = [extractor.FIELD for extractor in EXTRACTORS]


def test_packages_are_ours() -> None:
    """Top-level names as plain as these could be taken from another distribution."""
    for package in (schemas, extractors):
        assert (package.__file__ or "").startswith(str(__import__("pathlib").Path(__file__).parent.parent))


def test_registry_and_record_name_the_same_fields() -> None:
    assert sorted(FIELDS) == sorted(set(Vacancy.model_fields) - DERIVED)
    assert len(set(FIELDS)) == len(FIELDS)
    assert set(FIELDS) >= LISTS


@pytest.mark.parametrize("extractor", EXTRACTORS, ids=FIELDS)
def test_module(extractor: Extractor) -> None:
    module = inspect.getmodule(extractor.find)
    assert module is not None
    assert module.__name__ == f"extractors.{extractor.FIELD}"
    first = (module.__doc__ or "").splitlines()[0]
    assert first.endswith("."), "the first line of the docstring is the column's description"
    assert len((module.__doc__ or "").strip().splitlines()) > 1, "the docstring says what does not count"
    assert extractor.RULES
    assert len(set(extractor.RULES)) == len(extractor.RULES)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", rule) for rule in extractor.RULES)


PIECES = st.sampled_from(
    (
        *(
            "Grade: ",
            "P-3",
            "Closing Date: ",
            "31/02/2025",
            "EUR 1,2",
            ":",
            "\n",
            "\n\n",
            "• ",
            ";",
            "(",
            ")",
            "Languages: ",
        ),
        *(
            "Requirements\n",
            "English or ",
            "years",
            "at least 5",
            " – 2 positions",
            "[1] Officer",
            "Duty Station:",
            "Œ",
            "|",
        ),
        *("nationals of ", "http://", "@", "…", "Salary: ", "Job #", "100 %", "\t", "**", "Education:", "١٢", "𝗔"),
    )
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)))
def test_find_holds_on_any_text(text: str) -> None:
    """No text makes an extractor raise, and every finding lies in the text and has a known rule."""
    doc = load()(text)
    findings = {}
    for extractor in EXTRACTORS:
        found = findings[extractor.FIELD] = list(extractor.find(doc))
        for finding in found:
            assert 0 <= finding.start <= finding.end <= len(text)
            assert finding.rule in extractor.RULES
        assert found == list(extractor.find(doc)), "find is pure"
    for field, choice in choose(findings).items():
        assert isinstance(choice, Choice)
        if choice.value not in (None, []):
            assert choice.state is State.STATED
            assert choice.evidence, f"{field} has a value without evidence"
