"""What comes out of a container: members with their bytes, and what could not be read."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import BinaryIO

from pipeline.limits import MB, Budget, Rejected

_CHUNK = 64 * 1024
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a container: its name there, its bytes, and the encoding that the container declares."""

    name: str
    raw: bytes
    declared: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that is not read, and why; ``name`` is empty where that is the container itself."""

    name: str
    error: Rejected
    size: int | None = None


Members = Iterator[Member | Refused]


def bounded(stream: BinaryIO, budget: Budget) -> bytes:
    """All that a member's stream gives, at most as much as a notice may be; raises Rejected."""
    parts: list[bytes] = []
    size = 0
    while part := stream.read(_CHUNK):
        size += len(part)
        budget.unpack(len(part))
        if size > budget.limits.raw:
            raise Rejected("too_large", "source", f"larger than {budget.limits.raw // MB} MB")
        parts.append(part)
    return b"".join(parts)


def shown(name: str) -> str:
    """A member's name as it may stand in an address: printable, and of a bounded length."""
    name = _UNPRINTED.sub("\ufffd", name)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def unique(name: str, taken: dict[str, int]) -> str:
    """The name, numbered where a member before it has the same one."""
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}#{taken[name]}"


def extra(module: str, name: str) -> ModuleType:
    """An optional package; raises Rejected with what to install where it is missing."""
    try:
        return importlib.import_module(module)
    except ImportError:
        reason = f"this type of file needs an optional package: pip install 'vacancy-notices[{name}]'"
        raise Rejected("missing_extra", "source", reason) from None
