"""A row of a table as a small document: labelled lines, then the full text, so that evidence can quote it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping as Values
from datetime import date, datetime
from typing import Any

from pipeline.formats.columns import Mapping, table
from pipeline.formats.days import day, is_zoned

_TAG = re.compile(r"<(?:p|br|ul|ol|li|div|b|strong|em|span|table|h[1-6])(?:\s[^<>]{0,500})?/?>", re.I)
_ESCAPED_TAG = re.compile(r"&lt;(?:p|br|ul|li|div|b|strong|h[1-6])\b", re.I)
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?")
_BLANKS = re.compile(r"\s+")
_NAMED = ("name", "label", "value", "title", "descriptor", "shortname", "url", "href", "@id", "@value")
_PERIODS = {"HOUR": "hour", "DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year"}
Pairs = list[tuple[str, str]]
_DEPTH = 6
_ITEMS = 200


def document(row: Values[str, Any], mapping: Mapping) -> tuple[bytes, str]:
    """The document of a row in UTF-8, HTML where its texts are; and what the row is called, if it has an id."""
    lines, texts = labelled(row, mapping)
    names = (_joined(row, role, mapping.columns.get(role, ())) for role in ("requisition_id", "uri"))
    name = next(filter(None, names), "")
    if any(has_tags(text) for _, text in texts):
        return _as_html(lines, texts).encode("utf-8", "replace"), name
    parts = ["\n".join(f"{label}: {value}" for label, value in lines)]
    parts += [f"{heading}\n{text}" if heading else text for heading, text in texts]
    return "\n\n".join(part for part in parts if part).encode("utf-8", "replace"), name


def labelled(row: Values[str, Any], mapping: Mapping) -> tuple[Pairs, Pairs]:
    """What a row says: labels with their values, and headings with their texts (HTML where the row's are)."""
    read = {role: _joined(row, role, paths) for role, paths in mapping.columns.items()}
    employment = table("employment")
    for role in ("contract_type", "schedule"):
        words = (
            employment.get(word.strip().upper().replace("-", "_"), word.strip())
            for word in read.get(role, "").split(",")
        )
        read[role] = ", ".join(word for word in words if word)
    lines = [(label, read[role]) for role, label in table("labels").items() if read.get(role)]
    texts = [(heading, read[role]) for role, heading in table("sections").items() if read.get(role)]
    return lines, [(heading, html.unescape(text) if _ESCAPED_TAG.search(text) else text) for heading, text in texts]


def has_tags(text: str) -> bool:
    """Whether a text is written in HTML."""
    return _TAG.search(text) is not None


def _as_html(lines: Pairs, texts: Pairs) -> str:
    title = next((value for label, value in lines if label == table("labels")["title"]), "")
    parts = ['<!doctype html><html><head><meta charset="utf-8">', f"<title>{html.escape(title)}</title></head><body>"]
    parts += ["<dl>", *(f"<dt>{label}</dt><dd>{html.escape(value)}</dd>" for label, value in lines), "</dl>"]
    for heading, text in texts:
        parts += [f"<h2>{heading}</h2>"] if heading else []
        parts += [f"<div>{text if has_tags(text) else _paragraphs(text)}</div>"]
    return "\n".join((*parts, "</body></html>"))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())


def _joined(row: Values[str, Any], role: str, paths: tuple[str, ...]) -> str:
    texts = role in table("sections")
    found = [plain(at(row, path), text=texts) for path in paths]
    told = ("\n\n" if texts else ", ").join(part for part in found if part)
    return day(told) or "" if role == "closing_date" and is_zoned(told) else told


def at(value: Any, path: str) -> Any:
    """What lies at a dotted path; a column of exactly that name goes first."""
    if isinstance(value, Values) and path in value:
        return value[path]
    for key in path.split("."):
        if isinstance(value, list) and value and not key.isdecimal():
            value = value[0]
        if isinstance(value, Values):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def plain(value: Any, *, text: bool = False, depth: int = 0) -> str:
    """A value as people write it: of objects their name, of places and pay their parts; ``text`` keeps line breaks."""
    if value is None or isinstance(value, (bool, bytes)) or depth > _DEPTH:
        return ""
    if isinstance(value, str):
        return _text(value, text=text)
    if isinstance(value, datetime):
        return plain(value.isoformat(sep=" "))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        items = [plain(item, text=text, depth=depth + 1) for item in value[:_ITEMS]]
        return ("\n" if text else ", ").join(dict.fromkeys(item for item in items if item))
    if isinstance(value, Values):
        return _object(value, text=text, depth=depth)
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)[:100]


def _text(value: str, *, text: bool) -> str:
    if text:
        return value.strip()
    value = _BLANKS.sub(" ", value).strip()
    midnight = _MIDNIGHT.fullmatch(value)
    return midnight[1] if midnight else value


def _object(value: Values[str, Any], *, text: bool, depth: int) -> str:
    if "currency" in value or {"minValue", "maxValue"} & value.keys():
        return _pay(value)
    address = value.get("address")
    if isinstance(address, (Values, str)):
        return plain(address, depth=depth + 1)
    if {"addressLocality", "addressCountry", "addressRegion"} & value.keys():
        parts = [plain(value.get(f"address{part}"), depth=depth + 1) for part in ("Locality", "Region", "Country")]
        return ", ".join(dict.fromkeys(part for part in parts if part))
    for name in ("value", *_NAMED) if value.get("@type") == "PropertyValue" else _NAMED:
        if found := plain(value.get(name), text=text, depth=depth + 1):
            return found
    return ""


def _pay(value: Values[str, Any]) -> str:
    """A MonetaryAmount of schema.org: "EUR 3500 to 4100 per month"."""
    inner = value.get("value")
    amount = inner if isinstance(inner, Values) else value
    figures = [plain(amount.get(name)) for name in ("minValue", "maxValue")]
    figures = [figure for figure in figures if figure] or [plain(amount.get("value"))]
    period = _PERIODS.get(plain(amount.get("unitText") or value.get("unitText")).upper())
    if not figures[0]:
        return ""
    told = f"{plain(value.get('currency'))} {' to '.join(dict.fromkeys(figures))}".strip()
    return f"{told} per {period}" if period else told
