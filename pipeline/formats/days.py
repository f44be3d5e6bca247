"""Times in ISO 8601, as machines write them, in the words of a notice."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MONTHS = "January February March April May June July August September October November December".split()
# 2026-05-09, 2026-05-09T23:59:00, 2026-05-09T23:59:00.000Z, 2026-05-09T23:59:00+02:00
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?")


def day(value: str | None) -> str | None:
    """A time in ISO 8601 as a notice prints it: "9 May 2026", or "9 May 2026, 23:59 (UTC)".

    Midnight is no time of day, but how interfaces write that there is none.  Anything else stays as it is.
    """
    match = _ISO.fullmatch((value or "").strip())
    if match is None:
        return value
    year, month, date, hour, minute, zone = match.groups()
    if not 1 <= int(month) <= 12:
        return value
    if hour is None or (hour, minute) == ("00", "00"):
        return f"{int(date)} {_MONTHS[int(month) - 1]} {year}"
    if zone is None:
        return f"{int(date)} {_MONTHS[int(month) - 1]} {year}, {hour}:{minute}"
    try:
        at = datetime.fromisoformat(f"{year}-{month}-{date}T{hour}:{minute}:00{zone.replace('Z', '+00:00')}")
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):  # "0001-01-01T00:30:00+02:00" is before the first year
        return value
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at.hour:02}:{at.minute:02} (UTC)"


def is_zoned(value: str) -> bool:
    """Whether a time says how far its clock is from UTC."""
    match = _ISO.fullmatch(value)
    return match is not None and match[6] is not None
