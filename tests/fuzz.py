"""Any bytes give records or rejects, never an exception, never more than the stated time.

The short form is ``tests/test_fuzz.py``; this one runs as long as it is told: ``make fuzz SECONDS=3600``.  Inputs that are
found stay in ``FOLDER/found``, to be given again as arguments.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from pipeline.batch import parse_or_reject
from pipeline.parse import ParsedNotice
from pipeline.source import Reject, Rejected, from_bytes, members

MOST = 20  # members of one input that are parsed
SLOW = 20.0  # seconds


class FoundError(Exception):
    """An input that does what none may."""


def check(raw: bytes) -> list[str]:
    """What becomes of an input: codes of rejects, and ``notice``; raises FoundError where it is a defect."""
    began = time.monotonic()
    try:
        source = from_bytes(raw, uri="fuzz")
    except Rejected as error:
        return [error.code]
    told: list[str] = []
    for number, member in enumerate(members(source)):
        outcome = member if isinstance(member, Reject) else parse_or_reject(member) if number < MOST else None
        if isinstance(outcome, Reject):
            told.append(outcome.code)
            if outcome.code in ("internal_error", "invalid_record"):
                raise FoundError(outcome.reason)
        elif isinstance(outcome, ParsedNotice):
            told.append("notice")
            for record in outcome.records:
                for item in record.evidence:
                    if outcome.source_text[item.start : item.end] != item.quote:
                        raise FoundError(f"evidence that is not in the text: {item}")
    if not told:
        raise FoundError("an input that gives nothing")
    taken = time.monotonic() - began
    if taken > SLOW:
        raise FoundError(f"{taken:.0f} seconds")
    return told


def main() -> None:
    """Fuzz for so many seconds with atheris, from the fixtures."""
    import atheris

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--folder", type=Path, default=Path("build/fuzz"))
    options.add_argument("inputs", nargs="*", type=Path, help="inputs to try once, instead")
    given = options.parse_args()
    if given.inputs:
        for file in given.inputs:
            print(file, check(file.read_bytes()))
        return
    seeds, found = given.folder / "seeds", given.folder / "found"
    for folder in (seeds, found):
        folder.mkdir(parents=True, exist_ok=True)
    _seed(seeds)
    codes: Counter[str] = Counter()
    began = time.monotonic()

    def one(raw: bytes) -> None:
        codes.update(check(raw))

    def tell() -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{sum(codes.values())} outcomes in {time.monotonic() - began:.0f} s, peak {peak} MB: {dict(codes.most_common())}")

    import atexit

    atexit.register(tell)
    with atheris.instrument_imports(include=["pipeline.formats", "pipeline.decode", "pipeline.markup"]):
        for name in [name for name in sys.modules if name.startswith(("pipeline.formats", "pipeline.markup"))]:
            atheris.instrument_func  # noqa: B018 - imported before; functions are instrumented below
    limits = [f"-max_total_time={given.seconds}", "-max_len=60000", f"-timeout={int(SLOW * 3)}", "-rss_limit_mb=3000"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={found}/", str(given.folder / "corpus"), str(seeds)], one)
    (given.folder / "corpus").mkdir(exist_ok=True)
    atheris.Fuzz()


def _seed(folder: Path) -> None:
    from tests import hostile, make_formats

    for name, raw in {**make_formats.files(), **hostile.inputs()}.items():
        if len(raw) < 60_000:
            (folder / name.replace("/", "_")).write_bytes(raw)


if __name__ == "__main__":
    main()
