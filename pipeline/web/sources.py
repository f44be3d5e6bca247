"""Sources on the web, one small TOML file each: what the site is, of which kind, and how it may be read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.limits import Rejected
from pipeline.web.addresses import Bounds, checked, host_of, port_of
from pipeline.web.options import OPTIONS, Options

SUFFIX = ".toml"
_LARGEST = 64 * 1024  # bytes
_CRON = re.compile(r"[0-9*,/A-Za-z-]{1,40}(?: [0-9*,/A-Za-z#?-]{1,40}){4}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?|[0-9a-f:]{2,45}")

O = TypeVar("O", bound=Options)  # noqa: E741


class SourceError(ValueError):
    """A source's file that is not there, or cannot be understood; the message is one line."""


class WebSource(BaseModel):
    """A site.

    ``name`` is that of the source in records, ``kind`` one of ``options.OPTIONS``, ``address`` the page of the listing.
    ``hosts`` may be asked, with all hosts below them; by default the address's own.  ``copied`` says whether the site
    copies what others publish, ``allow_private`` whether machines that are not public may be asked.  ``delay`` is in
    seconds, ``schedule`` a cron line of five fields, ``licence`` a note for people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    kind: str
    address: Annotated[str, Field(max_length=2000)]
    organization: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    schedule: str | None = None
    licence: str | None = None
    hosts: tuple[str, ...] = ()
    copied: bool | None = None
    allow_private: bool = False
    delay: Annotated[float, Field(ge=0, le=600)] = 1.0
    max_postings: Annotated[int, Field(ge=1, le=100_000)] = 2000
    max_requests: Annotated[int, Field(ge=1, le=1_000_000)] = 5000
    options: dict[str, Any] = {}

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in OPTIONS:
            raise ValueError(f"there is no kind {kind!r}; there are {', '.join(sorted(OPTIONS))}")
        return kind

    @field_validator("schedule")
    @classmethod
    def _cron(cls, schedule: str | None) -> str | None:
        if schedule is not None and not _CRON.fullmatch(schedule):
            raise ValueError(f"{schedule!r} is no cron line of five fields, as '0 5 * * *'")
        return schedule

    @field_validator("hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host!r} is no host, as 'jobs.example.org'")
        return hosts

    @model_validator(mode="after")
    def _whole(self) -> WebSource:
        try:
            checked(self.address, self.bounds)
        except Rejected as error:
            raise ValueError(f"address: {error.reason}") from None
        try:
            OPTIONS[self.kind].model_validate(self.options)
        except ValidationError as error:
            raise ValueError(_told(error, "options")) from None
        return self

    @property
    def bounds(self) -> Bounds:
        """Where the source may lead."""
        port = port_of(self.address)
        return Bounds(
            hosts=frozenset(self.hosts or (host_of(self.address),)),
            ports=frozenset() if port is None else frozenset({port}),
            private=self.allow_private,
        )

    def told(self, model: type[O]) -> O:
        """The options, as the source's kind has them."""
        return model.model_validate(self.options)


def read_source(file: Path) -> WebSource:
    """The source that a file describes; raises SourceError."""
    try:
        if file.stat().st_size > _LARGEST:
            raise SourceError(f"{file}: larger than {_LARGEST // 1024} kB")
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{file}: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise SourceError(f"{file}: no TOML: {error}") from None
    try:
        return WebSource.model_validate(values)
    except ValidationError as error:
        raise SourceError(f"{file}: {_told(error)}") from None


def files(folders: Iterable[Path]) -> list[Path]:
    """The files of sources in these folders, in the order of their names."""
    return [file for folder in folders for file in sorted(folder.glob(f"*{SUFFIX}")) if file.is_file()]


def find(name: str, folders: Iterable[Path]) -> tuple[Path, WebSource]:
    """The source of that name in these folders, or in the file of that name, and its file; raises SourceError."""
    if name.endswith(SUFFIX):
        return Path(name), read_source(Path(name))
    known: list[str] = []
    found: list[tuple[Path, WebSource]] = []
    broken: list[SourceError] = []
    for file in files(folders):
        try:
            source = read_source(file)
        except SourceError as error:
            if file.stem == name:
                raise
            broken.append(error)
            continue
        known.append(source.name)
        if source.name == name:
            found.append((file, source))
    if len(found) > 1:
        raise SourceError(f"two files describe {name}: {found[0][0]} and {found[1][0]}")
    if not found:
        more = f"; and {broken[0]}" if broken else ""
        raise SourceError(f"no source is called {name}; there are {', '.join(sorted(known)) or 'none'}{more}")
    return found[0]


def _told(error: ValidationError, place: str = "") -> str:
    """What is wrong, in one line."""
    lines = []
    for each in error.errors():
        where = ".".join(part for part in (place, *map(str, each["loc"])) if part)
        message = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            message = "there is no such key"
        lines.append(f"{where}: {message}" if where else message)
    return "; ".join(lines).replace("\n", " ")
