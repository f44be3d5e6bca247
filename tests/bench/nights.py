"""What a night costs, by the size of the dataset: time, bytes written and peak memory of a run with 1 % new vacancies.

    python -m tests.bench.nights 10000 100000        prints the table
    python -m tests.bench.nights --write             10,000, 100,000 and 1,000,000, into docs/cost.md

Ten thousand vacancies go in as notices do, but for the parsing, whose cost is the same for every notice; larger
datasets are these over and over (see ``generated``).  Each night runs in a process of its own, over a folder that holds
the new notices only, and over one that holds all.
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.dataset import parsed, raw, rows, runs, tables
from pipeline.dataset.history import Found
from pipeline.dataset.observe import Scope, Seen
from pipeline.dataset.report import Tally
from pipeline.parse import PARSER_VERSION
from tests.bench import generated
from tests.bench.generated import FOLDER
from tests.corpora import ROOT
from tests.make_readme import with_part

PAGE = ROOT / "docs" / "cost.md"
SIZES = (10_000, 100_000, 1_000_000)
_BASE = 10_000
_BATCH = 500
_AT_ONCE = 5
_CHANGED = 10  # of a hundred vacancies of a night one in ten is one of before whose notice has changed
_ACCEPTED = ("fill", "vocabulary", "inputs_fall", "inputs_gone")
_Clocks = tuple[float, float]  # seconds by the clock, and of the processor
_NAMES = ("notices", "records", "findings", "sightings", "links", "vacancies", "revisions", "changes")


def night(root: Path, numbers: Sequence[int], changed: Sequence[int], *, held: Sequence[str] = ()) -> _Clocks:
    """A run over the generated folder: new vacancies, and some whose notice has changed; returns what it took.

    ``held`` are the places where the same notice lies as before; where there are none the folder holds new ones only.
    """
    begun, aside = _clocks(), (0.0, 0.0)
    with runs.started(root, "ingest", [FOLDER if held else f"{FOLDER}/new"]) as run:
        seen: list[Seen] = []
        for edition, some in ((0, numbers), (1, changed)):
            for start in range(0, len(some), _BATCH):
                paused = _clocks()
                batch = list(generated.notices(some[start : start + _BATCH], edition=edition))
                aside = _added(aside, _since(paused))
                raw.keep(root, ((notice.notice_id, notice.source.raw) for notice in batch))
                parsed.write(root, rows.batch(batch, at=datetime.now(UTC)))
                seen += [Seen(notice.source.uri, "generated", notice.notice_id) for notice in batch]
        scope = Scope(folders=(f"{FOLDER}/",)) if held else Scope(files=frozenset(each.source_uri for each in seen))
        found = Found(scope, seen, held=held)
        tally = Tally(seen=len(seen) + len(held), added=len(seen), unchanged=len(held))
        report = runs.finish(run, found, tally, accepted=_ACCEPTED)
    assert not report.held_back, report.breaches
    assert report.changes["added"] > 0.98 * len(numbers), report.changes  # a few are drawn alike
    return _since(_added(begun, aside))


def _clocks() -> _Clocks:
    return time.perf_counter(), time.process_time()


def _since(then: _Clocks) -> _Clocks:
    now = _clocks()
    return now[0] - then[0], now[1] - then[1]


def _added(one: _Clocks, other: _Clocks) -> _Clocks:
    return one[0] + other[0], one[1] + other[1]


def prepare(root: Path, size: int) -> None:
    """A dataset of this many vacancies."""
    for start in range(0, min(size, _BASE), 2000):
        night(root, range(start, min(start + 2000, size)), ())
    if size > _BASE:
        _enlarge(root, size // _BASE)


def _enlarge(root: Path, times: int) -> None:
    """Repeat every row under other names, the newest last, and publish."""
    base = {name: tables.read(root, name) for name in _NAMES}
    for name in _NAMES:
        for start in range(1, times, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, times))
            tables.append(root, name, pa.concat_tables([generated.repeated(base[name], number) for number in numbers]))
    runs._publish_as_it_is(root, "enlarge")


def measured(root: Path, size: int, *, whole: bool) -> dict[str, float]:
    """Time, bytes and memory of one night with 1 % new, of which one in ten is a change."""
    new = size // 100
    first = new if whole else 0
    changed = range(first, first + new // _CHANGED)
    fresh = range(10_000_000 + first, 10_000_000 + first + new - len(changed))
    held: list[str] = []
    if whole:
        replaced = {generated.place(number) for number in changed}
        places = tables.read(root, "sightings", only=["source_uri"])["source_uri"].to_pylist()
        held = [place for place in places if place not in replaced]
    list(generated.notices((0,)))  # what is loaded once
    before = _written()
    seconds, processor = night(root, fresh, changed, held=held)
    return {
        "size": size,
        "new": new,
        "seconds": seconds,
        "processor": processor,
        "megabytes": (_written() - before) / 1e6,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk": _bytes(root) / 1e6,
        "files": sum(path.is_file() for path in (root / "tables").rglob("*")),
    }


def _written() -> int:
    """Bytes that this process has handed to the system to write (``wchar`` of /proc/self/io)."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("wchar")))


def _bytes(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _apart(*arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.nights", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout.splitlines()[-1])


def table(sizes: Sequence[int]) -> str:
    """The Markdown table."""
    lines = [
        "| vacancies | folder holds | new | seconds | of the processor | per new vacancy | written | per new vacancy"
        " | peak memory | table files |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="vacancies-cost-") as folder:
            root = Path(folder) / "dataset"
            _apart("--prepare", str(root), str(size))
            for what in ("new", "all"):
                row = _apart("--night", str(root), str(size), what)
                each = row["new"]
                lines.append(
                    f"| {size:,} | {what} | {each:,} | {row['seconds']:.1f} | {row['processor']:.1f}"
                    f" | {row['processor'] / each * 1000:.1f} ms | {row['megabytes']:.1f} MB"
                    f" | {row['megabytes'] / each * 1000:.1f} kB | {row['peak']:.0f} MB"
                    f" | {row['files']:.0f} |"
                )
                print(lines[-1], file=sys.stderr)
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Print the table, or write it into the documentation."""
    if arguments[:1] == ["--prepare"]:
        prepare(Path(arguments[1]), int(arguments[2]))
        print("{}")
    elif arguments[:1] == ["--night"]:
        print(json.dumps(measured(Path(arguments[1]), int(arguments[2]), whole=arguments[3] == "all")))
    elif arguments[:1] == ["--write"]:
        about = f"Python {platform.python_version()}, {platform.machine()}, parser {PARSER_VERSION}, {date.today()}"
        text = f"{table([int(each) for each in arguments[1:]] or SIZES)}\n\n{about}"
        PAGE.write_text(with_part(PAGE.read_text(encoding="utf-8"), "cost", text), encoding="utf-8")
    else:
        print(table([int(each) for each in arguments] or SIZES))


if __name__ == "__main__":
    main(sys.argv[1:])
