"""A small disk that can be filled and enlarged: a tmpfs, where the machine lets one be mounted."""

from __future__ import annotations

import errno
import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.durability import processes, whole, work

_KB = 1024


@contextmanager
def small_disk(folder: Path, *, kilobytes: int) -> Iterator[bool]:
    """Mount a tmpfs of this size there; gives False where the machine does not allow it."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        allowed = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    try:
        yield allowed
    finally:
        if allowed:
            subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, *, leave: int) -> Path:
    """Fill a disk but for this many kilobytes; returns the file to remove to make room again."""
    ballast = folder / "ballast"
    room = os.statvfs(folder)
    ballast.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - leave * _KB)))
    return ballast


def fill_again_and_again(folder: Path, rounds: int, seed: int) -> tuple[int, int]:
    """Runs on a disk that fills up at random points, each followed by one with room.

    Returns how many runs failed for want of room, and the generations that the dataset holds; 0 and 0 where no small
    disk can be had.
    """
    chance = random.Random(seed)
    failed = 0
    with small_disk(folder, kilobytes=64 * _KB) as allowed:
        if not allowed:
            return 0, 0
        root, log = folder / "dataset", folder / "log"
        processes.undisturbed(root, log, "a", 2)
        for _ in range(rounds):
            ballast = fill(folder, leave=chance.randrange(4, 500))
            code = processes.ended(processes.start(work.work_on_a_small_disk, root, log, "a"))
            assert code in (0, errno.ENOSPC), code
            failed += code != 0
            whole.check(root, log, "a", settled=code == 0)
            ballast.unlink()
            processes.undisturbed(root, log, "a")
            whole.check(root, log, "a", settled=True)
        processes.same_as_undisturbed(folder / "model", root, {"a": work.last(log, "a")})
        return failed, work.last(log, "a")
