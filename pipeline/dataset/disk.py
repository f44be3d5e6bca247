"""What makes writes last: files brought to the disk, pointers moved in one step, one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

_LOCK = ".lock"
_POLL = 0.2  # seconds
_ALONE = 3  # files for which threads are not worth starting
_AT_ONCE = 8


class BusyError(Exception):
    """Another process is writing to the dataset."""


@contextmanager
def locked(root: Path, *, wait: float = 0) -> Iterator[None]:
    """Keep other writers of this dataset out; readers need no lock.

    The operating system drops the lock with the process that holds it, however that ends.  Waits up to ``wait``
    seconds for another writer, then raises BusyError.
    """
    until = time.monotonic() + wait
    while (held := _take(root)) is None:
        if time.monotonic() >= until:
            raise BusyError(f"{root}: {_holder(root)} is writing to this dataset; try again when it has ended")
        time.sleep(_POLL)
    with held as stream:
        stream.truncate(0)
        stream.write(json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}))
        stream.flush()
        try:
            yield
        finally:
            stream.truncate(0)


def _take(root: Path) -> TextIO | None:
    """The lock's file, locked; None where another process holds it, or removed it in the meantime."""
    root.mkdir(parents=True, exist_ok=True)
    stream = (root / _LOCK).open("a+", encoding="utf-8")
    try:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(stream.fileno()), os.stat(root / _LOCK)):
            return stream
    except (BlockingIOError, FileNotFoundError):
        pass
    stream.close()
    return None


def _holder(root: Path) -> str:
    try:
        told = json.loads((root / _LOCK).read_text(encoding="utf-8"))
        return f"process {told['pid']}, since {told['since']},"
    except (OSError, ValueError, KeyError):
        return "another process"


def sync(*paths: Path) -> None:
    """Bring files, and the entries of folders, to the disk.

    Many at once: file systems bring together to the disk what waits together, and one after the other waits for each.
    """
    if len(paths) <= _ALONE:
        for path in paths:
            _sync(path)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(_sync, paths):
            pass


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all: aside, brought to the disk, then moved into place."""
    aside = file.with_name(f".{file.name}")
    try:
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, file)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def point(link: Path, target: Path) -> None:
    """Make ``link`` a symbolic link to ``target`` in one step."""
    aside = link.with_name(f".{link.name}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target, target_is_directory=True)
    if link.is_dir() and not link.is_symlink():  # a folder that somebody copied here
        shutil.rmtree(link)
    os.replace(aside, link)
    sync(link.parent)
