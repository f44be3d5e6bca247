"""Which column of a table holds what: told by a file, or by the names of the columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from extractors._labels import field_of

ROLES = ("title", "body")  # of which a table needs one
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GAPS = re.compile(r"[\s_.:/-]+")
_LEAST = 3  # known columns of a table that has no full text


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of a table hold.

    Attributes:
        columns: names of columns, or dotted paths into nested values, by what they hold; several are joined.
        rows: dotted path to the rows, where a JSON document holds more than them.
    """

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: str = ""

    def fits(self, names: Iterable[str]) -> bool:
        """Whether a table with these columns is meant."""
        heads = {path.split(".")[0] for paths in self.columns.values() for path in paths} | set(self.paths())
        found = heads & set(names)
        return len(found) >= min(2, len(heads)) and bool(found)

    def names(self, names: Iterable[str]) -> int:
        """How many of these columns it knows."""
        known = set(self.paths())
        return sum(name in known for name in names)

    def paths(self) -> list[str]:
        """Every column that it reads."""
        return [path for paths in self.columns.values() for path in paths]


@cache
def table(name: str) -> dict[str, Any]:
    """A table of ``columns.toml``."""
    with resources.files("pipeline.formats").joinpath("columns.toml").open("rb") as file:
        found: dict[str, Any] = tomllib.load(file)[name]
    return found


@cache
def _known() -> dict[str, tuple[int, str]]:
    """Folded name of a column → how good a name it is for what it holds, and that."""
    found: dict[str, tuple[int, str]] = {}
    for role, names in table("names").items():
        for rank, name in enumerate(names):
            found.setdefault(name, (rank, role))
    return found


def folded(name: str) -> str:
    """``datePosted``, ``date_posted``, ``Date Posted`` → ``date posted``."""
    return _GAPS.sub(" ", _CAMEL.sub(" ", name)).strip().lower()


def role_of(name: str) -> tuple[int, str] | None:
    """What a column of this name holds, with a rank: the lowest is the best name for it."""
    key = folded(name.strip("@$"))
    if name.startswith(("@", "$")) or len(key) > 80:
        return None
    if key in _known():
        return _known()[key]
    known = field_of(key)
    return (100, known) if known in table("labels") else None


def automatic(names: Sequence[str]) -> Mapping | None:
    """The mapping that the names of the columns give; None where they say too little to make notices of the rows."""
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        if (known := role_of(name)) and (known[1] not in best or known[0] < best[known[1]][0]):
            best[known[1]] = (known[0], name)
    enough = "title" in best and (len(best) >= _LEAST or "body" in best)
    if not enough and not ("body" in best and len(best) > 1):
        return None
    return Mapping({role: (name,) for role, (_, name) in best.items()})


def read_mapping(file: Path) -> Mapping:
    """A mapping from a TOML file with a table ``columns`` and, for JSON, the path ``rows``.

    Raises ValueError (as a sentence) or OSError.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    columns, rows = told.pop("columns", None), told.pop("rows", "")
    if told or not isinstance(columns, dict) or not isinstance(rows, str):
        raise ValueError(f'{file}: has a table [columns] and perhaps rows = "path", and nothing else')
    roles = {*table("labels"), *table("sections"), "uri"}
    unknown = sorted(columns.keys() - roles)
    if unknown:
        raise ValueError(f"{file}: no column is called {', '.join(unknown)}; there are {', '.join(sorted(roles))}")
    read: dict[str, tuple[str, ...]] = {}
    for role, paths in columns.items():
        paths = [paths] if isinstance(paths, str) else paths
        if not isinstance(paths, list) or not all(isinstance(path, str) and path for path in paths):
            raise ValueError(f"{file}: {role} is the name of a column, or a list of names")
        read[role] = tuple(paths)
    if not read.keys() & set(ROLES):
        raise ValueError(f"{file}: says neither which column is the title nor which is the body")
    return Mapping(read, rows)
