"""The moment a vacancy closes, in UTC, where date, time and zone are all known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo


def closing_at(values: Mapping[str, Any]) -> datetime | None:
    """``closing_date`` at ``closing_time`` (HH:MM) in ``closing_timezone`` (IANA), as UTC."""
    if not all(values.get(name) for name in ("closing_date", "closing_time", "closing_timezone")):
        return None
    at = time.fromisoformat(values["closing_time"])
    return datetime.combine(values["closing_date"], at, ZoneInfo(values["closing_timezone"])).astimezone(UTC)
