"""Hostile inputs: each gives a record or a reject with a stable code within the limits; none is lost."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import workers
from pipeline.limits import LIMITS, MB
from pipeline.parse import ParsedNotice
from pipeline.source import Reject, Source, from_bytes, read
from pipeline.workers import Worker
from tests import hostile

CODES = frozenset(
    "binary bomb container crashed damaged empty encrypted memory missing_extra no_columns no_members no_text"
    " no_vacancy timeout too_deep too_large too_long too_many undecodable unsafe_member unsafe_xml unsupported".split()
)
# The suite takes some of the inputs; HOSTILE=all takes all of them (make hostile).
_EVERY, _SMALL = 5, 200_000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    made = hostile.inputs()
    assert len(made) >= 300
    small = {name: raw for name, raw in made.items() if len(raw) < _SMALL}
    chosen = made if os.environ.get("HOSTILE") == "all" else dict(list(small.items())[::_EVERY])
    for name, raw in zip(hostile.names(list(chosen)), chosen.values(), strict=True):
        (folder / name).write_bytes(raw)
    return folder


@pytest.fixture(scope="module")  # the parser takes seconds to load
def worker() -> Iterator[Worker]:
    found = Worker(limits=replace(LIMITS, seconds=3.0))
    yield found
    found.close()


def test_none_is_lost(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {str(file) for file in corpus.iterdir()}
    outcomes: dict[str, list[ParsedNotice | Reject]] = {file: [] for file in files}
    slowest = ("", 0.0)
    began = time.monotonic()
    for outcome in workers.parse_all(read([corpus], expander=workers.expand)):
        uri = outcome.uri if isinstance(outcome, Reject) else outcome.source.uri
        taken, began = time.monotonic() - began, time.monotonic()
        slowest = max(slowest, (uri, taken), key=lambda each: each[1])
        outcomes[uri if uri in files else uri.split("!/")[0]].append(outcome)
    workers.close()
    lost = [file for file, found in outcomes.items() if not found]
    assert lost == []
    rejects = [each for found in outcomes.values() for each in found if isinstance(each, Reject)]
    assert [(each.uri, each.code, each.reason) for each in rejects if each.code not in CODES] == []
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    with capsys.disabled():
        codes = ", ".join(f"{count} {code}" for code, count in Counter(each.code for each in rejects).most_common())
        vacancies = sum(isinstance(each, ParsedNotice) for found in outcomes.values() for each in found)
        print(f"\n{len(files)} hostile inputs: {vacancies} notices, {len(rejects)} rejects ({codes});", end=" ")
        print(f"slowest {slowest[1]:.1f} s ({Path(slowest[0]).name}), peak memory {peak / MB:.0f} MB")
    assert peak < LIMITS.memory + 600 * MB


def test_a_notice_that_hangs(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    source = from_bytes(hostile.NOTICE.encode())
    assert isinstance(worker.parse(source), ParsedNotice)
    process = worker._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    stopped = worker.parse(source)
    assert isinstance(stopped, Reject)
    assert (stopped.code, stopped.stage, stopped.notice_id) == ("timeout", "parse", source.sha256)
    assert isinstance(worker.parse(source), ParsedNotice)
    assert worker._process is not None
    assert worker._process.pid != process.pid


def test_a_notice_that_ends_the_process(worker: Worker) -> None:
    source = from_bytes(hostile.NOTICE.encode())
    assert isinstance(worker.parse(source), ParsedNotice)
    assert worker._process is not None
    os.kill(worker._process.pid, signal.SIGSEGV)
    ended = worker.parse(source)
    assert isinstance(ended, Reject)
    assert ended.code == "crashed"
    assert "SIGSEGV" in ended.reason
    assert isinstance(worker.parse(source), ParsedNotice)


def test_a_notice_that_needs_too_much_memory() -> None:
    worker = Worker(limits=replace(LIMITS, memory=24 * MB))
    text = "Closing date: 5 May 2026. At least five years of experience in cooking.\n" * 12_000
    outcome = worker.parse(from_bytes(text.encode()))
    assert isinstance(outcome, Reject)
    assert outcome.code in ("memory", "crashed")
    assert isinstance(worker.parse(from_bytes(hostile.NOTICE.encode())), ParsedNotice)
    worker.close()


def test_several_workers_keep_the_order() -> None:
    sources: list[Source | Reject] = [
        from_bytes(hostile.NOTICE.replace("Cook", name).encode(), uri=name)
        for name in ("Cook", "Driver", "Nurse", "Clerk")
    ]
    sources.insert(2, Reject("x", "x", "empty", "source", "nothing"))
    found = list(workers.parse_all(sources, workers=2))
    assert [each.uri if isinstance(each, Reject) else each.source.uri for each in found] == [
        each.uri for each in sources
    ]


def test_a_worker_ends_with_the_process_that_started_it(worker: Worker) -> None:
    assert isinstance(worker.parse(from_bytes(hostile.NOTICE.encode())), ParsedNotice)
    assert worker._process is not None
    assert worker._connection is not None
    worker._connection.close()
    assert worker._process.wait(20) == 0
