"""Raw bytes: where a notice came from, when, and what its content is called.

Nothing is decoded here.  What cannot be read (missing, unreadable, empty, too large) becomes a Reject
with a stable code, so that a run can go on and nothing is lost from its report.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

MAX_BYTES = 20 * 1024 * 1024
STDIN = "-"
GOLD_SUFFIX = ".gold.json"

# <meta charset="windows-1252">, <meta http-equiv=... content="text/html; charset=utf-8">, <?xml encoding="utf-8"?>
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s{0,3}=\s{0,3}["']?([\w.:-]{2,40})""", re.I)


class Rejected(Exception):
    """A notice that cannot be parsed: ``code`` is stable, ``stage`` says where, ``reason`` is for people."""

    def __init__(self, code: str, stage: str, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code
        self.stage = stage
        self.reason = reason


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


def read(
    paths: Iterable[str | Path], *, name: str | None = None, encoding: str | None = None
) -> Iterator[Source | Reject]:
    """Read files, folders (recursively, in the order of their names) and ``-`` for standard input.

    Every input gives a Source or a Reject.  ``name`` names the source, by default the folder that holds the file.
    """
    for path in inputs(paths):
        yield _stdin(name or "stdin", encoding) if path == STDIN else _file(Path(path), name, encoding)


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


def _file(path: Path, name: str | None, encoding: str | None) -> Source | Reject:
    uri = printable(path)
    name = name or printable(path.absolute().parent.name) or "file"
    raw: bytes | None = None
    try:
        status = path.stat()
        if not stat.S_ISDIR(status.st_mode) and not _readable(status.st_mode):
            return Reject(uri, name, "unreadable", "source", "not a file that can be read")
        if status.st_size > MAX_BYTES:
            reason = f"{status.st_size / 1024**2:.0f} MB; at most {MAX_BYTES // 1024**2} MB are read"
            return Reject(uri, name, "too_large", "source", reason, size=status.st_size)
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        return from_bytes(raw, uri=uri, name=name, fetched_at=modified, declared=encoding)
    except FileNotFoundError:
        return Reject(uri, name, "not_found", "source", "no such file or folder")
    except OSError as error:
        return Reject(uri, name, "unreadable", "source", (error.strerror or str(error)).lower())
    except Rejected as error:
        return _reject_bytes(raw or b"", uri, name, error)


def _readable(mode: int) -> bool:
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _stdin(name: str, encoding: str | None) -> Source | Reject:
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        return from_bytes(raw, name=name, declared=encoding)
    except Rejected as error:
        return _reject_bytes(raw, STDIN, name, error)


def _reject_bytes(raw: bytes, uri: str, name: str, error: Rejected) -> Reject:
    whole = len(raw) <= MAX_BYTES
    digest = hashlib.sha256(raw).hexdigest() if whole else None
    return Reject(uri, name, error.code, error.stage, error.reason, digest, len(raw) if whole else None)


def printable(path: str | Path) -> str:
    """A file name as valid Unicode; names that are not UTF-8 keep their readable part."""
    return os.fsencode(path).decode("utf-8", "replace")
