"""A notice from the fields of an interface: its title, what is stated of it as labelled lines, and its text.

The same fields give the same bytes, so that a posting that did not change is the same notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

_MONTHS = "January February March April May June July August September October November December".split()
# 2026-05-09, 2026-05-09T23:59:00, 2026-05-09T23:59:00.000Z, 2026-05-09T23:59:00+02:00
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?")

Field = tuple[str, str | None]
Part = tuple[str | None, str | None]


def compose(title: str | None, fields: Sequence[Field], parts: Sequence[Part], *, language: str | None = None) -> bytes:
    """An HTML document in UTF-8.

    ``fields`` are labels and values, ``parts`` headings and HTML as the interface gives it; what has no value is left
    out.
    """
    lang = f' lang="{escape(language)}"' if language else ""
    lines = [f'<!DOCTYPE html>\n<html{lang}>\n<head><meta charset="utf-8"><title>{escape(title or "")}</title></head>']
    lines.append("<body>")
    if title:
        lines.append(f"<h1>{escape(title)}</h1>")
    lines += [f"<p>{escape(label)}: {escape(value)}</p>" for label, value in fields if value]
    for heading, html in parts:
        if html:
            lines += [f"<h2>{escape(heading)}</h2>"] if heading else []
            lines.append(f"<div>\n{html.strip()}\n</div>")
    lines.append("</body>\n</html>\n")
    return "\n".join(lines).encode("utf-8", "replace")


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
    except ValueError:
        return value
    at = at.astimezone(UTC)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at.hour:02}:{at.minute:02} (UTC)"
