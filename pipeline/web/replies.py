"""What servers answer, as data: JSON and XML of strangers, and values inside it that may not be there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.limits import Rejected

_DOCTYPE = re.compile(rb"<!\s{0,9}(?:DOCTYPE|ENTITY)", re.I)


def unknown(what: str) -> Rejected:
    """The site answers otherwise than sites of its kind do."""
    return Rejected("unknown_reply", "fetch", f"the site does not answer as its kind does: {what}")


def json_value(raw: bytes) -> Any:
    """The value of a JSON text; raises Rejected."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        told = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Rejected("bad_json", "fetch", f"the answer is no JSON: {told}") from None


def xml(raw: bytes) -> Element:
    """The root of an XML document without a DOCTYPE; raises Rejected."""
    try:
        root: Element = fromstring(raw.strip(), forbid_dtd=True)
    except DefusedXmlException:
        raise doctype_refused() from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise Rejected("bad_xml", "fetch", f"the answer is no well-formed XML: {error}") from None
    return root


def doctype_refused() -> Rejected:
    """Entities make a small document large, or read files."""
    return Rejected("doctype_refused", "fetch", "the XML has a DOCTYPE or entities of its own, which is not read")


def has_doctype(raw: bytes) -> bool:
    """Whether a document, in whatever encoding, may declare entities; what stands in CDATA does not count."""
    start, *sections = raw.replace(b"\0", b"").split(b"<![CDATA[")
    outside = (section.rpartition(b"]]>")[2] for section in sections)
    return _DOCTYPE.search(b" ".join((start, *outside))) is not None


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    tag: Any = element.tag  # comments have a function there
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def at(value: Any, *path: str | int) -> Any:
    """The value at a path of keys and indices; None where there is none."""
    for step in path:
        if isinstance(step, int) and isinstance(value, list):
            value = value[step] if -len(value) <= step < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            return None
    return value


def rows(value: Any, *path: str | int) -> list[dict[str, Any]]:
    """The objects in the list at a path; raises Rejected where there is no list."""
    found = at(value, *path)
    if not isinstance(found, list):
        raise unknown(f"no list at {'.'.join(map(str, path)) or 'the top'}")
    return [row for row in found if isinstance(row, dict)]


def listed(value: Any, *path: str | int) -> list[Any]:
    """The list at a path; an empty one where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def text(value: Any, *path: str | int) -> str | None:
    """The text at a path, a number written out; several, and objects with a name, joined; None where there is none."""
    found = at(value, *path)
    if isinstance(found, bool) or found is None:
        return None
    if isinstance(found, Mapping):
        names = ("name", "Name", "descriptor", "description", "label", "shortname")
        found = next((found[name] for name in names if isinstance(found.get(name), str)), None)
    if isinstance(found, list):
        parts = [text(each) for each in found if not isinstance(each, list)]
        found = "; ".join(dict.fromkeys(part for part in parts if part))
    if isinstance(found, str | int | float):
        return " ".join(str(found).split()) or None
    return None


def markup(value: Any, *path: str | int) -> str | None:
    """The HTML at a path as it stands; None where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) and found.strip() else None


def number(value: Any, *path: str | int) -> int | None:
    """The count at a path, not negative; None where there is none."""
    found = at(value, *path)
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 10:
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
