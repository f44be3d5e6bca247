"""Values of a row: whether there is one, the same text for equal ones, and what two copies need not agree on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from extractors._fold import fold


def is_empty(value: Any) -> bool:
    """Whether a row has no value there."""
    return value is None or value == []


def folded(name: str, value: Any) -> Any:
    """A value of this field without what is spelling only: equal where two copies do not contradict each other."""
    if name == "languages":
        return sorted({(item["language"], item["requirement"]) for item in value})
    if isinstance(value, str):
        return fold(value)
    return plain(value)


def plain(value: Any) -> str:
    """A value of a row in JSON, the same for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_json)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    number = float(value)  # a Decimal
    return int(number) if number.is_integer() else number
