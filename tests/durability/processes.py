"""Workers as processes, and their death: forked where everything is imported, killed, and accounted for."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.durability import whole, work

_CONTEXT = multiprocessing.get_context("forkserver")
# Also what the long trial imports: each process would do so anew.
_CONTEXT.set_forkserver_preload(["tests.durability.work", "tests.make_readme"])
_LONGEST = 300.0


@dataclass(slots=True)
class Deaths:
    """How many processes were killed, and how many of them after the first table file of their run had appeared."""

    killed: int = 0
    after_first_file: int = 0


def start(target: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a process."""
    process = _CONTEXT.Process(target=target, args=arguments)
    process.start()
    return process


def ended(process: BaseProcess, *, runs: int = 1) -> int:
    """Wait for a process with so many runs; its exit code, minus the signal's number where a signal ended it."""
    process.join(_LONGEST * (1 + runs // 5))
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("a worker does not come to an end")
    return process.exitcode


def undisturbed(root: Path, log: Path, writer: str, generations: int = 1) -> float:
    """Take in this many generations; returns the seconds they took."""
    begun = time.monotonic()
    assert ended(start(work.work, root, log, writer, generations), runs=generations) == 0
    return time.monotonic() - begun


def kill(process: BaseProcess, root: Path, deaths: Deaths, chance: random.Random, *, late: bool, within: float) -> None:
    """Kill a process with SIGKILL at a random point; ``late``: only after the first table file of its run.

    ``within`` are the seconds in which it may happen, from the start or from that file.
    """
    before = table_files(root)
    until = time.monotonic() + _LONGEST
    while late and not table_files(root) - before and process.is_alive():
        assert time.monotonic() < until, "no table file appears"
        time.sleep(0.005)
    process.join(chance.uniform(0, within))
    wrote = bool(table_files(root) - before)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"the worker had ended by itself: {process.exitcode}"
    deaths.killed += 1
    deaths.after_first_file += wrote


def table_files(root: Path) -> set[Path]:
    """The data files of all tables but that of the runs, which the making good of an earlier run also writes to."""
    return {
        Path(folder) / name
        for folder, _, names in os.walk(root / "tables")  # which does not mind that folders go meanwhile
        for name in names
        if ".parquet" in name and Path(folder).name not in {"runs", "_delta_log"}
    }


def copied(root: Path, log: Path, to: Path) -> tuple[Path, Path]:
    """A copy of a dataset and of its log."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    shutil.copytree(root, to / "dataset", symlinks=True)
    if log.exists():
        shutil.copy2(log, to / "log")
    return to / "dataset", to / "log"


def same_as_undisturbed(folder: Path, root: Path, generations: dict[str, int]) -> None:
    """Assert that the dataset has the history of one that took the same generations and was left alone."""
    model, log = folder / "dataset", folder / "log"
    folder.mkdir(parents=True)
    for writer, number in generations.items():
        undisturbed(model, log, writer, number)
    assert whole.history(whole.latest(root)[1]) == whole.history(whole.latest(model)[1])
