"""The long trial of the dataset's durability, and its page.

python -m tests.durability.kill_loop             prints the table
python -m tests.durability.kill_loop --write     writes it into docs/durability.md, with the machine and the day
python -m tests.durability.kill_loop two disk    these parts only; the page keeps the lines of the others
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
from tests.make_readme import part, with_part

PAGE = ROOT / "docs" / "durability.md"
_HEAD = (
    "| part | trial | runs that died | of them after the first table file | the dataset at the end | minutes | day |",
    "| --- | --- | ---: | ---: | --- | ---: | --- |",
)
_Cells = tuple[object, ...]


def one(folder: Path, chosen: argparse.Namespace) -> _Cells:
    """One writer, killed at random points."""
    deaths, generations = loop.kill_one_writer(folder, chosen.kills, chosen.seed)
    assert deaths.killed >= chosen.kills
    assert 2 * deaths.after_first_file >= deaths.killed
    name = "one writer, SIGKILL at random points"
    return name, deaths.killed, deaths.after_first_file, f"{generations} runs acknowledged; as undisturbed"


def two(folder: Path, chosen: argparse.Namespace) -> _Cells:
    """Two writers at once."""
    deaths, generations = loop.two_writers(folder, chosen.rounds, chosen.seed)
    name = f"two writers at once, {chosen.rounds} rounds, SIGKILL at random points in two of three"
    return name, deaths.killed, deaths.after_first_file, f"{sum(generations.values())} runs acknowledged"


def steps(folder: Path, chosen: argparse.Namespace) -> _Cells:
    """Killed before each step."""
    return f"SIGKILL before {_every(chosen.stride)} of a run that touches the disk", *_at_steps(folder, chosen, False)


def full(folder: Path, chosen: argparse.Namespace) -> _Cells:
    """The disk full from each step on."""
    return f"the disk full from {_every(chosen.stride)} of a run on", *_at_steps(folder, chosen, True)


def disk(folder: Path, chosen: argparse.Namespace) -> _Cells:
    """A small disk that fills up."""
    failed, generations = disks.fill_again_and_again(folder, chosen.rounds, chosen.seed)
    told = f"{generations} runs acknowledged; as undisturbed" if generations else "no tmpfs can be mounted here"
    return "a tmpfs that fills up at random points", failed, "", told


def program(folder: Path, chosen: argparse.Namespace) -> _Cells:
    """The command, killed."""
    deaths, notices = command.kill_the_command(folder, max(1, chosen.kills // 20), chosen.seed)
    name = "`vacancies ingest`, SIGKILL at random points"
    return name, deaths.killed, deaths.after_first_file, f"all {notices} notices, each once"


PARTS: dict[str, Callable[[Path, argparse.Namespace], _Cells]] = {
    "one": one,
    "two": two,
    "steps": steps,
    "full": full,
    "disk": disk,
    "program": program,
}


def _at_steps(folder: Path, chosen: argparse.Namespace, disk_full: bool) -> _Cells:
    deaths, count = loop.fail_at_steps(folder, range(1, 10_000, chosen.stride), full=disk_full)
    return deaths.killed, deaths.after_first_file, f"as undisturbed, each time; the run has {count} steps"


def _every(stride: int) -> str:
    return {1: "every step", 2: "every second step", 3: "every third step"}.get(stride, f"every {stride}th step")


def _put(lines: dict[str, str]) -> None:
    """Put these lines in the place of those of the same parts on the page."""
    page = PAGE.read_text(encoding="utf-8")
    told = dict(_keyed(part(page, "kill-loop"))) | lines
    about = (
        f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors,"
        f" Python {platform.python_version()}, deltalake {deltalake.__version__}."
    )
    table = [*_HEAD, *(told[name] for name in PARTS if name in told)]
    PAGE.write_text(with_part(page, "kill-loop", "\n".join([*table, "", about])), encoding="utf-8")


def _keyed(table: str) -> list[tuple[str, str]]:
    return [(line.split("|")[1].strip(), line) for line in table.splitlines() if line.startswith("| ")]


def main() -> None:
    """Go through the trial; any loss ends it with an AssertionError."""
    options = argparse.ArgumentParser(description="The long trial of the dataset's durability.")
    options.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none for all")
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--rounds", type=int, default=21)
    options.add_argument("--stride", type=int, default=3, help="of the steps of a run, take every so manieth")
    options.add_argument("--seed", type=int, default=20261122)
    options.add_argument("--write", action="store_true", help="write the table into docs/durability.md")
    chosen = options.parse_args()
    print("\n".join(_HEAD), flush=True)
    for name in chosen.parts or PARTS:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            cells = PARTS[name](Path(folder) / name, chosen)
        minutes = f"{(time.monotonic() - begun) / 60:.1f}"
        line = f"| {' | '.join(str(cell) for cell in (name, *cells, minutes, f'{datetime.now(UTC):%Y-%m-%d}'))} |"
        print(line, flush=True)
        if chosen.write:
            _put({name: line})


if __name__ == "__main__":
    main()
