"""Raw bytes: where a notice came from, when, and what its content is called.

Nothing is decoded here.  Archives, mailboxes and tables are taken apart: each member is a Source of its own, at the
place ``PATH!/MEMBER``.  What cannot be read (missing, unreadable, empty, too large) becomes a Reject with a stable
code, so that a run can go on and nothing is lost from its report.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from pipeline.formats.columns import Mapping
from pipeline.formats.containers import INSIDE, container, expand
from pipeline.formats.kinds import CONTAINERS, Kind, kind_of
from pipeline.formats.member import Members, Refused
from pipeline.limits import LIMITS, MB, Rejected

__all__ = ["INSIDE", "Expander", "Reject", "Rejected", "Source", "from_bytes", "members", "read"]

MAX_BYTES = LIMITS.raw
STDIN = "-"
GOLD_SUFFIX = ".gold.json"

# <meta charset="windows-1252">, <meta http-equiv=... content="text/html; charset=utf-8">, <?xml encoding="utf-8"?>
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s{0,3}=\s{0,3}["']?([\w.:-]{2,40})""", re.I)


@dataclass(frozen=True, slots=True)
class Reject:
    """An input that gave no record, and why.

    ``code`` is one of a closed set of stable names, ``stage`` the pipeline's stage, ``reason`` a sentence for
    people.  ``notice_id`` is null where no bytes were read; ``size`` counts bytes, where known.
    """

    uri: str
    name: str
    code: str
    stage: str
    reason: str
    notice_id: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The raw bytes of one notice.

    ``uri`` is the path or address it came from (``-`` for standard input), ``name`` the name of the source that it
    belongs to, ``fetched_at`` a UTC time, ``declared`` the encoding that the caller or the document states.
    """

    raw: bytes
    sha256: str
    uri: str
    name: str
    fetched_at: datetime
    declared: str | None = None

    def reject(self, error: Rejected) -> Reject:
        """The row that this notice leaves in ``rejects``."""
        return Reject(self.uri, self.name, error.code, error.stage, error.reason, self.sha256, len(self.raw))


def from_bytes(
    raw: bytes,
    *,
    uri: str = STDIN,
    name: str = "stdin",
    fetched_at: datetime | None = None,
    declared: str | None = None,
) -> Source:
    """Make a Source; raises Rejected where the bytes cannot be a notice."""
    if len(raw) > MAX_BYTES:
        raise Rejected("too_large", "source", f"larger than {MAX_BYTES // 1024**2} MB")
    if not raw.strip():
        raise Rejected("empty", "source", "the file is empty" if not raw else "nothing but blanks")
    return Source(
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        uri=uri,
        name=name,
        fetched_at=fetched_at or datetime.now(UTC),
        declared=declared or _declared(raw),
    )


def _declared(raw: bytes) -> str | None:
    match = _DECLARED.search(raw[:4096])
    return match[1].decode("ascii", "replace") if match else None


class Expander(Protocol):
    """Takes a container apart; see ``pipeline.formats.containers.expand``."""

    def __call__(
        self,
        stream: BinaryIO,
        kind: Kind,
        *,
        size: int,
        name: str = "",
        mapping: Mapping | None = None,
        declared: str | None = None,
    ) -> Members: ...


@dataclass(frozen=True, slots=True)
class _Given:
    """What the caller says of all inputs, and who takes containers apart."""

    name: str | None
    encoding: str | None
    mapping: Mapping | None
    expander: Expander


def read(
    paths: Iterable[str | Path],
    *,
    name: str | None = None,
    encoding: str | None = None,
    mapping: Mapping | None = None,
    expander: Expander = expand,
) -> Iterator[Source | Reject]:
    """Read files, folders (recursively, in the order of their names) and ``-`` for standard input.

    Every input gives a Source or a Reject; an archive, a mailbox or a table one for each of its members.  ``name``
    names the source, by default the folder that holds the file; ``mapping`` says what the columns of tables hold.
    ``expander`` takes containers apart; ``pipeline.workers`` has one that does it in another process.
    """
    given = _Given(name, encoding, mapping, expander)
    for path in inputs(paths):
        yield from _stdin(given) if path == STDIN else _file(Path(path), given)


def members(
    source: Source, *, mapping: Mapping | None = None, expander: Expander = expand
) -> Iterator[Source | Reject]:
    """What is in a Source, however it was fetched: itself, or where it is a container each of its members."""
    kind = container(source.raw, name=source.uri, mapping=mapping)
    if kind is None:
        yield source
        return
    given = _Given(source.name, source.declared if kind is Kind.LISTING else None, mapping, expander)
    yield from _inside(io.BytesIO(source.raw), kind, source.uri, len(source.raw), source.fetched_at, given)


def grouped(sources: Iterable[Source | Reject], count: int, *, size: int = 64 * MB) -> Iterator[list[Source | Reject]]:
    """Sources in lists of at most ``count``, and of a bounded number of bytes."""
    group: list[Source | Reject] = []
    held = 0
    for source in sources:
        group.append(source)
        held += len(source.raw) if isinstance(source, Source) else 0
        if len(group) >= count or held >= size:
            yield group
            group, held = [], 0
    if group:
        yield group


def containers_of(uri: str) -> list[str]:
    """The places that may be containers of a member, the outermost first: of ``a.zip!/b.zip!/c`` two."""
    parts = uri.split(INSIDE)
    return [INSIDE.join(parts[:end]) for end in range(1, len(parts))]


def container_of(uri: str) -> str | None:
    """The outermost container of a member: ``PATH`` of ``PATH!/MEMBER``."""
    return next(iter(containers_of(uri)), None)


def inputs(paths: Iterable[str | Path]) -> list[str]:
    """The files to read, each once; ``-`` and paths that do not exist are kept as they are.

    Gold answers (``*.gold.json``) and hidden files are no inputs, unless they are named themselves.
    """
    found: dict[str, str] = {}
    folders: set[str] = set()
    for path in paths:
        if str(path) == STDIN:
            found.setdefault(STDIN, STDIN)
            continue
        for file in _files(Path(path), folders):
            found.setdefault(os.path.realpath(file), str(file))
    return list(found.values())


def _files(path: Path, folders: set[str]) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    real = os.path.realpath(path)
    if real in folders:  # a link that leads back
        return
    folders.add(real)
    try:
        names = sorted(os.listdir(path))
    except OSError:
        yield path  # reading it says why it cannot be read
        return
    for name in names:
        file = path / name
        pipe = file.exists() and not file.is_dir() and not file.is_file()
        if not name.startswith(".") and not name.endswith(GOLD_SUFFIX) and not pipe:
            yield from _files(file, folders)


def _file(path: Path, given: _Given) -> Iterator[Source | Reject]:
    uri = printable(path)
    name = given.name or printable(path.absolute().parent.name) or "file"
    raw: bytes | None = None
    try:
        status = path.stat()
        if not stat.S_ISDIR(status.st_mode) and not _readable(status.st_mode):
            yield Reject(uri, name, "unreadable", "source", "not a file that can be read")
            return
        modified = _time(status.st_mtime)
        with path.open("rb") as stream:
            large = status.st_size > MAX_BYTES
            kind = kind_of(stream, name=uri, mapping=given.mapping) if large else Kind.TEXT
            most = LIMITS.container if large and kind in CONTAINERS else MAX_BYTES
            if status.st_size > most:
                reason = f"{status.st_size / MB:.0f} MB; at most {most // MB} MB are read"
                yield Reject(uri, name, "too_large", "source", reason, size=status.st_size)
                return
            if large:
                yield from _inside(stream, kind, uri, status.st_size, modified, given, name)
                return
            raw = stream.read(MAX_BYTES + 1)
        yield from _whole(raw, uri, name, modified, given)
    except FileNotFoundError:
        yield Reject(uri, name, "not_found", "source", "no such file or folder")
    except OSError as error:
        yield Reject(uri, name, "unreadable", "source", (error.strerror or str(error)).lower())


def _time(seconds: float) -> datetime:
    """A file's time, which may be any number."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _whole(raw: bytes, uri: str, name: str, at: datetime | None, given: _Given) -> Iterator[Source | Reject]:
    """A file that was read at once."""
    try:
        source = from_bytes(raw, uri=uri, name=name, fetched_at=at, declared=given.encoding)
    except Rejected as error:
        yield _reject_bytes(raw, uri, name, error)
        return
    kind = container(raw, name=uri, mapping=given.mapping)
    if kind is not None:
        yield from _inside(io.BytesIO(raw), kind, uri, len(raw), source.fetched_at, given, name)
    else:
        yield source


def _inside(
    stream: BinaryIO, kind: Kind, uri: str, size: int, at: datetime, given: _Given, name: str | None = None
) -> Iterator[Source | Reject]:
    """The members of a container."""
    name = name or given.name or "file"
    members = given.expander(stream, kind, size=size, name=uri, mapping=given.mapping, declared=given.encoding)
    for member in members:
        place = f"{uri}{INSIDE}{member.name}" if member.name else uri
        if isinstance(member, Refused):
            error = member.error
            yield Reject(place, name, error.code, error.stage, error.reason, size=member.size)
            continue
        try:
            yield from_bytes(
                member.raw, uri=place, name=name, fetched_at=at, declared=member.declared or given.encoding
            )
        except Rejected as error:
            yield _reject_bytes(member.raw, place, name, error)


def _readable(mode: int) -> bool:
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _stdin(given: _Given) -> Iterator[Source | Reject]:
    yield from _whole(sys.stdin.buffer.read(MAX_BYTES + 1), STDIN, given.name or "stdin", None, given)


def _reject_bytes(raw: bytes, uri: str, name: str, error: Rejected) -> Reject:
    whole = len(raw) <= MAX_BYTES
    digest = hashlib.sha256(raw).hexdigest() if whole else None
    return Reject(uri, name, error.code, error.stage, error.reason, digest, len(raw) if whole else None)


def printable(path: str | Path) -> str:
    """A file name as valid Unicode; names that are not UTF-8 keep their readable part."""
    return os.fsencode(path).decode("utf-8", "replace")
