"""A notice from the fields of an interface: its title, what is stated of it as labelled lines, and its text.

The same fields give the same bytes, so that a posting that did not change is the same notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pipeline.formats.days import day

__all__ = ["compose", "day"]

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
