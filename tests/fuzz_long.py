"""Fuzzing for as long as it is told, with atheris, from a file of each type: ``make fuzz SECONDS=3600``.

What fails is written to ``FOLDER/found``; give such files as arguments to try them again.  Linux and Python 3.11 only,
for which atheris is made.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections import Counter
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline.formats", "pipeline.decode", "pipeline.markup", "pipeline.source"]):
    from tests.fuzz import SLOW, check

LONGEST = 60_000  # bytes of an input


def main() -> None:
    """Fuzz, or try inputs again."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--folder", type=Path, default=Path("build/fuzz"))
    options.add_argument("inputs", nargs="*", type=Path, help="inputs to try again, instead")
    given = options.parse_args()
    if given.inputs:
        for file in given.inputs:
            print(file, check(file.read_bytes()))
        return
    for name in ("corpus", "seeds", "found"):
        (given.folder / name).mkdir(parents=True, exist_ok=True)
    _seed(given.folder / "seeds")
    check(b"Vacancy notice\nGrade: P-3\nClosing date: 5 May 2026\n")  # loads the parser
    codes: Counter[str] = Counter()
    began = time.monotonic()

    def one(raw: bytes) -> None:
        codes.update(check(raw))
        if time.monotonic() - began > given.seconds:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            told = ", ".join(f"{count} {code}" for code, count in codes.most_common())
            print(f"{given.seconds} s, {codes.total()} outcomes, peak {peak} MB: {told}", flush=True)
            os._exit(0)

    limits = [f"-max_len={LONGEST}", f"-timeout={int(SLOW * 3)}", "-rss_limit_mb=3000", "-print_final_stats=1"]
    places = [f"-artifact_prefix={given.folder}/found/", str(given.folder / "corpus"), str(given.folder / "seeds")]
    atheris.Setup([sys.argv[0], *limits, f"-max_total_time={given.seconds + 60}", *places], one)
    atheris.Fuzz()


def _seed(folder: Path) -> None:
    from tests import hostile, make_formats

    for name, raw in {**make_formats.files(), **hostile.inputs()}.items():
        if len(raw) < LONGEST:
            (folder / name.replace("/", "_")).write_bytes(raw)


if __name__ == "__main__":
    main()
