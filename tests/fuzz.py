"""Any bytes give records or rejects, never an exception: what fuzzers check.

``tests/test_fuzz.py`` is a short run, ``tests/fuzz_long.py`` one that lasts as long as it is told.
"""

from __future__ import annotations

from pipeline.batch import parse_or_reject
from pipeline.parse import ParsedNotice
from pipeline.source import Reject, Rejected, from_bytes, members

MOST = 20  # members of one input that are parsed


class FoundError(Exception):
    """An input that does what none may."""


def check(raw: bytes) -> list[str]:
    """What becomes of an input: codes of rejects, and ``notice``; raises FoundError where it is a defect."""
    try:
        source = from_bytes(raw, uri="fuzz")
    except Rejected as error:
        return [error.code]
    told: list[str] = []
    for number, member in enumerate(members(source)):
        outcome = member if isinstance(member, Reject) else parse_or_reject(member) if number < MOST else None
        if isinstance(outcome, Reject):
            told.append(outcome.code)
            if outcome.code in ("internal_error", "invalid_record"):
                raise FoundError(outcome.reason)
        elif isinstance(outcome, ParsedNotice):
            told.append("notice")
            for record in outcome.records:
                for item in record.evidence:
                    if outcome.source_text[item.start : item.end] != item.quote:
                        raise FoundError(f"evidence that is not in the text: {item}")
    if not told:
        raise FoundError("an input that gives nothing")
    return told
