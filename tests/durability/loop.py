"""The rounds of a trial: one writer killed over and over, killed before each step, and two writers at once."""

from __future__ import annotations

import errno
import random
import signal
from collections.abc import Iterable
from multiprocessing import shared_memory
from pathlib import Path

from tests.durability import processes, whole, work
from tests.durability.processes import Deaths


def kill_one_writer(folder: Path, kills: int, seed: int) -> tuple[Deaths, int]:
    """Kill a worker this often over a growing dataset; returns the deaths and the generations that the dataset holds.

    Two of three kills fall after the first table file of the run; after two of three a whole run follows, else the
    next run, which makes good what was left, is killed as well.  At the end the dataset must have the history of one
    that nobody disturbed.
    """
    chance = random.Random(seed)
    root, log = folder / "dataset", folder / "log"
    deaths = Deaths()
    lasts = 1.0  # seconds, as the first run may; then what the last one did
    for number in range(kills):
        process = processes.start(work.work, root, log, "a", 1_000_000)
        processes.kill(process, root, deaths, chance, late=number % 3 > 0, within=1.5 * lasts)
        whole.check(root, log, "a")
        if chance.random() < 2 / 3 or number == kills - 1:
            lasts = processes.undisturbed(root, log, "a")
            whole.check(root, log, "a", settled=True)
    generations = work.last(log, "a")
    processes.same_as_undisturbed(folder / "model", root, {"a": generations})
    return deaths, generations


def fail_at_steps(
    folder: Path, steps: Iterable[int], *, full: bool = False, generations: int = 3
) -> tuple[Deaths, int]:
    """Kill a worker before each of these steps of one run, each time on a copy of the same dataset.

    With ``full`` it is not killed: from that step on the disk is full.  Returns the deaths and how many steps the run
    has.
    """
    base, base_log = folder / "base" / "dataset", folder / "base" / "log"
    base.mkdir(parents=True)
    processes.undisturbed(base, base_log, "a", generations)
    model, model_log = processes.copied(base, base_log, folder / "model")
    count = counted_steps(model, model_log)
    wanted = whole.history(whole.latest(model)[1])
    deaths = Deaths()
    for step in steps:
        if step > count:
            break
        root, log = processes.copied(base, base_log, folder / "killed")
        before = processes.table_files(root)
        act = work.work_until_full if full else work.work_until_step
        code = processes.ended(processes.start(act, root, log, "a", step))
        assert code == (errno.ENOSPC if full else -signal.SIGKILL), f"step {step}: {code}"
        deaths.killed += 1
        deaths.after_first_file += bool(processes.table_files(root) - before)
        whole.check(root, log, "a")
        processes.undisturbed(root, log, "a")
        whole.check(root, log, "a", settled=True)
        assert whole.history(whole.latest(root)[1]) == wanted
    return deaths, count


def counted_steps(root: Path, log: Path) -> int:
    """Take in one more generation, and count the steps that touch the disk."""
    memory = shared_memory.SharedMemory(create=True, size=8)
    try:
        assert processes.ended(processes.start(work.work_and_count, root, log, "a", memory.name)) == 0
        assert memory.buf is not None
        return int.from_bytes(bytes(memory.buf[:8]), "little")
    finally:
        memory.close()
        memory.unlink()


def two_writers(folder: Path, rounds: int, seed: int) -> tuple[Deaths, dict[str, int]]:
    """Two processes write to one dataset at once, each its own folder; in two of three rounds one of them is killed.

    Returns the deaths, and the generations of each writer that the dataset holds.
    """
    chance = random.Random(seed)
    root, log = folder / "dataset", folder / "log"
    deaths = Deaths()
    lasts = 2.0
    for number in range(rounds):
        endless = bool(number % 3)
        both = {
            "a": processes.start(work.work, root, log, "a", 2),
            "b": processes.start(work.work, root, log, "b", 1_000_000 if endless else 2),
        }
        if endless:
            processes.kill(both["b"], root, deaths, chance, late=number % 3 == 1, within=lasts)
            whole.readable(root)
        else:
            assert processes.ended(both["b"]) == 0
        assert processes.ended(both["a"]) == 0
        whole.check(root, log, "ab")
        lasts = 2 * processes.undisturbed(root, log, "b")
        whole.check(root, log, "ab", settled=True)
    return deaths, {writer: work.last(log, writer) for writer in "ab"}
