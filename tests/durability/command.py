"""The program itself, killed: ``vacancies ingest`` over a folder that grows."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.durability import processes, whole
from tests.durability.processes import Deaths

COMMAND = str(Path(sys.executable).with_name("vacancies"))
_NOTICE = """Vacancy notice

Title: {trade} Officer
Organization: OSCE
Vacancy number: VN{number:05}
Duty station: Skopje
Application deadline: {day} June 2031

The officer keeps the records of the {trade} unit and reports to its head.
"""
_TRADES = "Archives Border Census Customs Fisheries Harbour Radio Survey Transport Water".split()


def kill_the_command(folder: Path, kills: int, seed: int) -> tuple[Deaths, int]:
    """Kill the command this often, each time with new notices in its folder, then let it run to its end.

    Returns the deaths and how many notices the dataset holds.
    """
    chance = random.Random(seed)
    inbox, root = folder / "inbox", folder / "dataset"
    inbox.mkdir(parents=True)
    deaths = Deaths()
    for number in range(kills):
        _grow(inbox, number)
        _kill(_start(folder), root, deaths, chance, late=number % 4 > 0)
        whole.readable(root)
    process = _start(folder)
    assert process.wait(600) == 0, (folder / "told").read_text()
    _, found = whole.latest(root)
    whole.readable(root)
    there = {row["notice_id"] for row in found["sightings"] if row["last_seen"] is None}
    assert there == {hashlib.sha256(file.read_bytes()).hexdigest() for file in inbox.iterdir()}
    assert sorted(row["requisition_id"] for row in found["vacancies"]) == _numbers(kills)
    return deaths, len(there)


def _grow(inbox: Path, number: int) -> None:
    for each in range(10):
        text = _NOTICE.format(trade=_TRADES[each], number=number * 10 + each, day=1 + number % 28)
        (inbox / f"{number:03}-{each}.txt").write_text(text, encoding="utf-8")


def _numbers(kills: int) -> list[str]:
    return [f"VN{number:05}" for number in range(kills * 10)]


def _start(folder: Path) -> subprocess.Popen[bytes]:
    home = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    with (folder / "told").open("wb") as told:
        return subprocess.Popen(
            [COMMAND, "ingest", str(folder / "inbox"), "--dataset", str(folder / "dataset"), "--rows", "0"],
            stdout=told,
            stderr=told,
            env={**os.environ, **home},
            start_new_session=True,  # its server is to go with it
        )


def _kill(process: subprocess.Popen[bytes], root: Path, deaths: Deaths, chance: random.Random, *, late: bool) -> None:
    before = processes.table_files(root)
    until = time.monotonic() + 600
    while late and not processes.table_files(root) - before and process.poll() is None:
        assert time.monotonic() < until, "no table file appears"
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 1.5 if late else 20))
    wrote = bool(processes.table_files(root) - before)
    os.killpg(process.pid, signal.SIGKILL)
    code = process.wait(60)
    if code == -signal.SIGKILL:  # else it had come to its end before
        deaths.killed += 1
        deaths.after_first_file += wrote
