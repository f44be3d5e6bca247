"""A process that takes generation after generation of its folder into a dataset, and logs what was acknowledged.

python -m tests.durability.work DATASET LOG WRITER GENERATIONS
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

from pipeline.dataset import parsed, raw, rows, runs, tables
from pipeline.dataset.history import Found
from pipeline.dataset.observe import Scope, Seen
from pipeline.dataset.report import Report, Tally
from pipeline.parse import PARSER_VERSION
from tests.durability import inbox as board

_BATCH = 8
WAIT = 600.0


def acknowledge(log: Path, writer: str, generation: int, report: Report) -> None:
    """Write down that a run has taken effect, and bring that to the disk."""
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"writer": writer, "generation": generation, "run": report.run}) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def acknowledged(log: Path) -> list[dict[str, Any]]:
    """What was acknowledged, in order; a line that was cut short was not."""
    if not log.exists():
        return []
    return [
        json.loads(line) for line in log.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")
    ]


def last(log: Path, writer: str) -> int:
    """The writer's last acknowledged generation; 0 where there is none."""
    return max((told["generation"] for told in acknowledged(log) if told["writer"] == writer), default=0)


def night(root: Path, writer: str, generation: int, *, wait: float = WAIT) -> Report:
    """Take one generation of the writer's folder into the dataset."""
    places = board.inbox(writer, generation)
    where = Scope(folders=(f"{board.folder(writer)}/",))
    with runs.started(root, "ingest", [board.folder(writer)], wait=wait) as run:
        held = _held(root, where, places) if generation % 3 else set()
        found = {uri: item for uri, item in places.items() if uri not in held}
        good = {uri: item for uri, item in found.items() if not item.broken}
        tally = Tally(seen=len(held), unchanged=len(held))
        for batch in tables.batches(found, _BATCH):
            tally += _take_in(root, {uri: found[uri] for uri in batch})
        seen = [Seen(uri, writer, item.notice_id) for uri, item in good.items()]
        return runs.finish(run, Found(where, seen, held), tally)


def work(root: Path, log: Path, writer: str, generations: int) -> None:
    """Take in this many more generations, each acknowledged."""
    for _ in range(generations):
        generation = last(log, writer) + 1
        report = night(root, writer, generation)
        assert not report.held_back, report.breaches
        acknowledge(log, writer, generation, report)


def work_until_step(root: Path, log: Path, writer: str, step: int) -> None:
    """Take in one more generation, and be killed before the step of this number that touches the disk, from 1."""
    every_step(_Fuse(step))
    work(root, log, writer, 1)


def work_until_full(root: Path, log: Path, writer: str, step: int) -> None:
    """Take in one more generation on a disk that is full from the step of this number on, from 1.

    Ends the process with 28 where that made the run fail; what is on the disk can still be removed.
    """
    every_step(_Disk(step))
    work_on_a_small_disk(root, log, writer)


def work_on_a_small_disk(root: Path, log: Path, writer: str) -> None:
    """Take in one more generation; ends the process with 28 where there was no room for it."""
    try:
        work(root, log, writer, 1)
    except OSError as error:
        sys.exit(error.errno)


def work_and_count(root: Path, log: Path, writer: str, memory: str) -> None:
    """Take in one more generation, and leave in the shared memory of this name how many steps it had."""
    steps: list[str] = []
    every_step(steps.append)
    work(root, log, writer, 1)
    shared = shared_memory.SharedMemory(memory)
    assert shared.buf is not None
    shared.buf[:8] = len(steps).to_bytes(8, "little")
    shared.close()


def every_step(act: Callable[[str], None]) -> None:
    """Have this called before each step of this process that changes the disk: files opened for writing, moved,
    linked, removed or brought to the disk, and commits of Delta tables."""

    def audit(event: str, told: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR)
        if writes or event in {"os.rename", "os.remove", "os.link", "os.symlink", "os.mkdir", "os.rmdir"}:
            act(event)

    sys.addaudithook(audit)
    for module, name in ((tables, "write_deltalake"), (os, "fsync")):
        setattr(module, name, _after(act, getattr(module, name), name))


def _after(act: Callable[[str], None], done: Callable[..., Any], name: str) -> Callable[..., Any]:
    def wrapped(*arguments: Any, **options: Any) -> Any:
        act(name)
        return done(*arguments, **options)

    return wrapped


class _Fuse:
    def __init__(self, length: int) -> None:
        self._left = length

    def __call__(self, _event: str) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


class _Disk:
    def __init__(self, room: int) -> None:
        self._room = room

    def __call__(self, event: str) -> None:
        self._room -= 1
        if self._room <= 0 and event not in {"os.remove", "os.rmdir"}:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _held(root: Path, where: Scope, places: dict[str, board.Item]) -> set[str]:
    names = ["source_uri", "notice_id", "last_seen"]
    known = tables.read(root, "sightings", where=where.where(), only=names).to_pylist()
    standing = {row["source_uri"]: row["notice_id"] for row in known if row["last_seen"] is None}
    return {uri for uri, item in places.items() if standing.get(uri) == item.notice_id}


def _take_in(root: Path, items: dict[str, board.Item]) -> Tally:
    raw.keep(root, ((item.notice_id, item.content) for item in items.values()))
    good = {uri: item for uri, item in items.items() if not item.broken}
    known = parsed.known(root, {item.notice_id for item in good.values()}, parser_version=PARSER_VERSION)
    fresh = {item.notice_id: (item, uri) for uri, item in good.items() if item.notice_id not in known}
    parsed.write(root, rows.batch([board.parsed(*each) for each in fresh.values()], at=datetime.now(UTC)))
    rejects = tuple(board.rejected(item, uri) for uri, item in items.items() if item.broken)
    return Tally(len(items), added=len(fresh), unchanged=len(good) - len(fresh), rejects=rejects)


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
