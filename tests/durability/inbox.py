"""A board that grows from night to night: what lies in a writer's folder in each generation, and the notices there.

Everything follows from the writer's name and the generation's number, so that what a dataset must hold can be reckoned
without having watched.  Notices come, change, go and come back; some lie in two places, some advertise two positions,
some inputs are no notices at all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pipeline.parse import ParsedNotice
from pipeline.source import Reject, Source
from pipeline.vacancy_id import vacancy_id
from schemas.vacancy import Vacancy

PER_GENERATION = 5
_TRADES = "Accounting Archives Ballistics Border Catering Census Customs Election Fisheries Forensic Harbour".split()
_ROLES = "Adviser Analyst Clerk Coordinator Inspector Officer Planner Trainer".split()
_TOWNS = (("Skopje", "MK"), ("Tbilisi", "GE"), ("Nairobi", "KE"), ("Lima", "PE"), ("Dili", "TL"))
_MADE = datetime(2031, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """What lies at a place: the notice's ``number`` and ``edition``; a ``broken`` one is an input without a notice."""

    writer: str
    number: int
    edition: int
    broken: bool = False

    @property
    def content(self) -> bytes:
        """The raw bytes."""
        return f"{self.writer} {self.number}: {_title(self.number)}, edition {self.edition}\n".encode()

    @property
    def notice_id(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def positions(self) -> int:
        """How many positions the notice advertises."""
        return 2 if self.number % 9 == 4 else 1

    @property
    def keys(self) -> tuple[str, ...]:
        """The requisition ids of its positions."""
        return tuple(_requisition(self.writer, self.number, position) for position in range(1, self.positions + 1))


def folder(writer: str) -> str:
    """The writer's folder."""
    return f"/inbox/{writer}"


def inbox(writer: str, generation: int) -> dict[str, Item]:
    """What lies in the writer's folder, by place; nothing in generation 0."""
    found = {}
    for number in range(PER_GENERATION * generation):
        born = number // PER_GENERATION + 1
        if born < generation and (number * 5 + generation) % 13 == 0:  # gone for one generation
            continue
        edition = sum((number + later) % 7 == 0 for later in range(born + 1, generation + 1))
        item = Item(writer, number, edition, broken=number % 10 == 7)
        found[f"{folder(writer)}/{number:05}.txt"] = item
        if number % 4 == 1 and not item.broken:
            found[f"{folder(writer)}/again/{number:05}.txt"] = item
    return found


def parsed(item: Item, uri: str) -> ParsedNotice:
    """The notice as a parser would give it."""
    source = Source(item.content, item.notice_id, uri, item.writer, _MADE)
    text = item.content.decode()
    records = tuple(_record(item, uri, text, position) for position in range(1, item.positions + 1))
    return ParsedNotice(item.notice_id, source, text, text, "en", (), records)


def rejected(item: Item, uri: str) -> Reject:
    """The reject that a broken input leaves."""
    return Reject(uri, item.writer, "not_text", "decode", "no text in it", item.notice_id, len(item.content))


def _record(item: Item, uri: str, text: str, position: int) -> Vacancy:
    town, country = _TOWNS[item.number % len(_TOWNS)]
    title = _title(item.number + position - 1)
    values = {
        "notice_id": item.notice_id,
        "position": position,
        "positions": item.positions,
        "source": item.writer,
        "source_uri": uri,
        "title": title,
        "organization": "OSCE",
        "requisition_id": _requisition(item.writer, item.number, position),
        "duty_station": town,
        "country": country,
        "closing_date": date(2031, 6, 1) + timedelta(days=item.number % 200 + item.edition),
        "experience_years": float(2 + item.edition % 5),
        "states": {"title": "stated"},
        "notice_language": "en",
        "evidence": [
            {"field": "title", "start": 0, "end": 5, "quote": text[:5], "rule": "label", "confidence": 0.9},
        ],
    }
    return Vacancy.model_validate({**values, "vacancy_id": vacancy_id(values, item.notice_id)})


def _requisition(writer: str, number: int, position: int) -> str:
    return f"{'abcdefgh'.index(writer[0]) * 200_000 + 100_000 + number * 2 + position}"


def _title(number: int) -> str:
    return f"{_TRADES[number % len(_TRADES)]} {_ROLES[number // len(_TRADES) % len(_ROLES)]}"
