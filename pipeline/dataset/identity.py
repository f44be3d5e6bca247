"""What record linkage looks at of one record, and the keys by which it finds candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from pipeline.dataset import wording
from pipeline.source import STDIN
from pipeline.vacancy_id import vacancy_id as own_id_of

KEYS = ("own_id", "address_key", "id_key", "title_key", "day_key", "place_key")
_DISTINCTIVE = 5  # digits in a row that are a number of their own inside a longer one


@dataclass(frozen=True, slots=True)
class Identity:
    """One record (one position of one notice).

    ``vacancy_id`` and ``id_basis`` are None until they are given; ``own_id`` is the id that the notice by itself gives.
    ``gist`` is a digest of the requirements' words (see ``wording.gist_of``), empty where there are too few.
    """

    notice_id: str
    position: int
    positions: int
    source: str
    source_uri: str
    own_id: str
    vacancy_id: str | None = None
    id_basis: str | None = None
    organization: str | None = None
    requisition_id: str | None = None
    title: str | None = None
    mission: str | None = None
    department: str | None = None
    duty_station: str | None = None
    country: str | None = None
    grade: str | None = None
    issue_date: date | None = None
    closing_date: date | None = None
    notice_language: str | None = None
    gist: tuple[int, ...] = ()


COLUMNS = tuple(field.name for field in fields(Identity))
_GIVEN = frozenset({"own_id", "vacancy_id", "id_basis", "gist"})


def identity(record: Mapping[str, Any]) -> Identity:
    """The identity of a row of ``records``, whose ``vacancy_id`` is the id that its notice by itself gives."""
    values: dict[str, Any] = {name: record.get(name) for name in COLUMNS if name not in _GIVEN}
    own_id = record.get("vacancy_id") or own_id_of(values, record["notice_id"])
    gist = wording.gist_of(each["text"] for each in record.get("qualifications") or ())
    return Identity(**values, own_id=own_id, gist=gist)


def stored(row: Mapping[str, Any]) -> Identity:
    """The identity in a row of ``links``, as ``columns`` wrote it."""
    values: dict[str, Any] = {name: row.get(name) for name in COLUMNS}
    values["gist"] = tuple(row.get("gist") or ())
    return Identity(**values)


def columns(item: Identity) -> dict[str, Any]:
    """The columns that keep an identity and its keys: ``COLUMNS`` and ``KEYS``."""
    values: dict[str, Any] = {name: getattr(item, name) for name in COLUMNS}
    values["gist"] = list(item.gist)
    return values | keys(item)


def keys(item: Identity) -> dict[str, str | None]:
    """The blocking keys; records of the same vacancy share at least one.

    ``own_id`` (all that identifies them is equal), ``address_key`` (the place they came from), ``id_key`` (the
    requisition id), ``title_key`` (organization and the title's words), ``day_key`` (deadline and longest word of the
    title that damage cannot have touched) and ``place_key`` (deadline and place: titles may differ by language).
    """
    title = wording.title_of(item.title) if item.title else None
    organization = wording.organization_of(item.organization) if item.organization else ""
    day = item.closing_date.isoformat() if item.closing_date else None
    place = wording.station_of(item.duty_station, item.country) if item.duty_station else item.mission
    longest = max(title.ascii, key=lambda word: (len(word), word), default="") if title else ""
    return {
        "own_id": item.own_id,
        "address_key": None if item.source_uri == STDIN else item.source_uri,
        "id_key": _id_key(item.requisition_id),
        "title_key": f"{organization} {' '.join(sorted(title.words))}" if title and title.words else None,
        "day_key": f"{day} {longest[:6]}" if day and longest else None,
        "place_key": f"{day} {place}" if day and place else None,
    }


def _id_key(requisition_id: str | None) -> str | None:
    if not requisition_id:
        return None
    digits = wording.longest_digits(requisition_id)
    return digits if len(digits) >= _DISTINCTIVE else wording.number(requisition_id) or None
