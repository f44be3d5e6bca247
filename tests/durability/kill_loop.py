"""The long trial of the dataset's durability, and its page.

python -m tests.durability.kill_loop             prints the table
python -m tests.durability.kill_loop --write     writes it into docs/durability.md, with the machine and the day
python -m tests.durability.kill_loop --seed 7 --kills 20 --rounds 4 --stride 20
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import deltalake

from tests.corpora import ROOT
from tests.durability import command, disks, loop
from tests.make_readme import with_part

PAGE = ROOT / "docs" / "durability.md"


def trial(folder: Path, *, kills: int, rounds: int, stride: int, seed: int) -> str:
    """Go through all rounds; returns a Markdown table of what was done.  Any loss ends it with an AssertionError."""
    lines = [
        "| trial | runs that died | of them after the first table file | the dataset at the end | minutes |",
        "| --- | ---: | ---: | --- | ---: |",
    ]

    def line(name: str, act: Callable[[], tuple[object, object, object]]) -> None:
        begun = time.monotonic()
        died, late, end = act()
        lines.append(f"| {name} | {died} | {late} | {end} | {(time.monotonic() - begun) / 60:.1f} |")
        print(lines[-1], flush=True)

    def one() -> tuple[object, object, object]:
        deaths, generations = loop.kill_one_writer(folder / "one", kills, seed)
        assert deaths.killed >= kills
        assert 2 * deaths.after_first_file >= deaths.killed
        return deaths.killed, deaths.after_first_file, f"{generations} runs acknowledged"

    def two() -> tuple[object, object, object]:
        deaths, generations = loop.two_writers(folder / "two", rounds, seed)
        return deaths.killed, deaths.after_first_file, f"{sum(generations.values())} runs acknowledged"

    def step(full: bool) -> tuple[object, object, object]:
        deaths, count = loop.fail_at_steps(folder / f"steps-{full}", range(1, 10_000, stride), full=full)
        return deaths.killed, deaths.after_first_file, f"as undisturbed, each time; the run has {count} steps"

    def disk() -> tuple[object, object, object]:
        failed, generations = disks.fill_again_and_again(folder / "disk", rounds, seed)
        if not generations:
            return 0, "", "no tmpfs can be mounted here"
        return failed, "", f"{generations} runs acknowledged"

    def program() -> tuple[object, object, object]:
        deaths, notices = command.kill_the_command(folder / "command", max(1, kills // 20), seed)
        return deaths.killed, deaths.after_first_file, f"{notices} notices"

    every = "every step" if stride == 1 else f"every {stride}th step"
    line("one writer, SIGKILL at random points", one)
    line(f"two writers at once, {rounds} rounds, SIGKILL at random points in two of three", two)
    line(f"SIGKILL before {every} of a run that touches the disk", lambda: step(False))
    line(f"the disk full from {every} of a run on", lambda: step(True))
    line("a tmpfs that fills up at random points", disk)
    line("`vacancies ingest`, SIGKILL at random points", program)
    return "\n".join(lines)


def main() -> None:
    """Go through the trial; print its table, or write it into the documentation."""
    options = argparse.ArgumentParser(description="The long trial of the dataset's durability.")
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--rounds", type=int, default=21)
    options.add_argument("--stride", type=int, default=3, help="of the steps of a run, take every so manieth")
    options.add_argument("--seed", type=int, default=20261122)
    options.add_argument("--write", action="store_true", help="write the table into docs/durability.md")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = trial(Path(folder), kills=chosen.kills, rounds=chosen.rounds, stride=chosen.stride, seed=chosen.seed)
    about = (
        f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors,"
        f" Python {platform.python_version()}, deltalake {deltalake.__version__};"
        f" {datetime.now(UTC):%Y-%m-%d}, seed {chosen.seed}."
    )
    print(about)
    if chosen.write:
        text = with_part(PAGE.read_text(encoding="utf-8"), "kill-loop", f"{table}\n\n{about}")
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
