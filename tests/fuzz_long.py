"""Fuzzing for as long as it is told, with atheris, from a file of each type: ``make fuzz SECONDS=3600``.

What fails is written to ``FOLDER/found``, and the run goes on; give such files as arguments to try them again.  Seconds
are of computing, so that a busy machine does as much.  Linux and Python 3.11 only, for which atheris is made.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path

import atheris

READERS = "formats decode markup furniture elements main_part postings page source"
with atheris.instrument_imports(include=[f"pipeline.{name}" for name in READERS.split()]):
    from tests.fuzz import FoundError, check

LONGEST = 60_000  # bytes of an input
HANGS = 600  # seconds of an input, by the clock, that end the run
SLOW = 30.0  # seconds of computing that are a defect
TELL = 120  # seconds between two lines on how it goes


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
    inputs = found = 0
    began = told_at = time.process_time()

    def one(raw: bytes) -> None:
        nonlocal inputs, found, told_at
        inputs += 1
        start = time.process_time()
        try:
            codes.update(check(raw))
            if time.process_time() - start > SLOW:
                raise FoundError(f"more than {SLOW:.0f} seconds")
        except Exception as error:
            found += 1
            file = given.folder / "found" / sha256(raw).hexdigest()[:16]
            file.write_bytes(raw)
            print(f"{file}: {type(error).__name__}: {error}", flush=True)
        now = time.process_time()
        if now - told_at > TELL or now - began > given.seconds:
            told_at = now
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            told = ", ".join(f"{count} {code}" for code, count in codes.most_common())
            print(f"{now - began:.0f} s, {inputs} inputs, {found} found, peak {peak} MB: {told}", flush=True)
        if now - began > given.seconds:
            os._exit(1 if found else 0)

    limits = [f"-max_len={LONGEST}", f"-timeout={HANGS}", "-rss_limit_mb=3000", "-print_final_stats=1"]
    places = [f"-artifact_prefix={given.folder}/found/", str(given.folder / "corpus"), str(given.folder / "seeds")]
    atheris.Setup([sys.argv[0], *limits, *places], one)
    atheris.Fuzz()


def _seed(folder: Path) -> None:
    from tests import hostile, make_formats

    for name, raw in {**make_formats.files(), **hostile.inputs()}.items():
        if len(raw) < LONGEST:
            (folder / name.replace("/", "_")).write_bytes(raw)


if __name__ == "__main__":
    main()
