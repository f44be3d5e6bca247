"""The stable id of a vacancy: UUIDv5 of what identifies it, the same from every copy that states the same.

What is hashed is the organization and the requisition id where there is one, else organization, title, mission, duty
station and deadline, else the notice itself.  ``id_basis`` says which.  All text is folded (``extractors._fold``).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from extractors._fold import fold

NAMESPACE = uuid.UUID("6f3a6f0e-6f0b-5d5e-9d0a-1c7d0f5b7a11")
_TITLED = ("organization", "title", "mission", "duty_station", "closing_date")


def vacancy_ids(notice_id: str, positions: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids of all positions of one notice, in their order.

    Positions that would share an id are told apart by title, then by station, then by their order.
    """
    keys: list[tuple[Any, ...]] = [_key(values) or (notice_id,) for values in positions]
    for names in (("title",), ("title", "duty_station")):
        shared = {key for key, count in Counter(keys).items() if count > 1}
        keys = [
            (*key, *(values.get(name) for name in names)) if key in shared else key
            for key, values in zip(keys, positions, strict=True)
        ]
    met: Counter[tuple[Any, ...]] = Counter()
    ids = []
    for key in keys:
        met[key] += 1
        ids.append(_uuid([*key, met[key]] if met[key] > 1 else key))
    return ids


def vacancy_id(values: Mapping[str, Any], notice_id: str = "") -> str:
    """The id of the only position of a notice."""
    return vacancy_ids(notice_id, [values])[0]


def another_id(taken: str, notice_id: str, position: int) -> str:
    """An id for a vacancy of its own that what it states cannot tell from the one with the id ``taken``."""
    return _uuid((taken, notice_id, position))


def id_basis(values: Mapping[str, Any]) -> str:
    """What the id is made of: ``requisition_id``, ``title`` (with deadline or mission), else ``notice``."""
    if values.get("requisition_id"):
        return "requisition_id"
    return "title" if _key(values) else "notice"


def _key(values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    if values.get("requisition_id"):
        return values.get("organization"), values["requisition_id"]
    if values.get("title") and (values.get("closing_date") or values.get("mission")):
        return tuple(values.get(name) for name in _TITLED)
    return None


def _uuid(parts: Sequence[Any]) -> str:
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(fold(str(part or "")) for part in parts)))
