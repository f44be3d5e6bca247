"""What the commands share: their options, how they refuse wrong usage, and what they say on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from pipeline.escape import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.formats.columns import Mapping
    from pipeline.source import Reject

T = TypeVar("T")

FAILED = 1
REJECTED = 3
HELD_BACK = 4

Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders; - for standard input.")]
Places = Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders, looked up anew at each run.")]
SourceName = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="Name of the source; else the folder's name.")
]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Encoding of the files, where it is known.", callback=lambda name: codec(name)),
]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", metavar="FILE", help="What the columns of tables hold, in TOML (docs/files.md)."),
]
DATASET = Path("data")
DatasetFolder = Annotated[Path, typer.Option("--dataset", metavar="DIR", help="Folder of the dataset.")]
Copied = Annotated[
    bool | None,
    typer.Option("--copied/--original", help="Whether the sources copy what others publish, or are the publishers'."),
]
Checks = Annotated[
    Path | None,
    typer.Option(
        "--expectations", metavar="FILE", help="Checks of a run, in TOML; else those of schemas/expectations.toml."
    ),
]
Accept = Annotated[
    list[str] | None,
    typer.Option(metavar="CHECK", help="A check, or CHECK:FIELD, that may fail in this run; repeatable."),
]
WAIT = 600.0
Wait = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for another run on the dataset to end.")
]
TIMEOUT = 6.0
Timeout = Annotated[
    float, typer.Option(min=0.001, max=720, metavar="HOURS", help="How long the run may take; then it is given up.")
]
OnFailure = Annotated[
    str | None,
    typer.Option(metavar="COMMAND|URL", help="Is told, in JSON, of a run that fails, crashes or is held back."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def codec(name: str | None) -> str | None:
    """The name of an encoding, as given; wrong usage where Python knows none of that name."""
    import codecs

    if name is not None:
        try:
            codecs.lookup(name)
        except LookupError:
            raise refused(f"no encoding is called {name!r}", "--encoding") from None
    return name


def mapped(columns: Path | None) -> Mapping | None:
    """The mapping that a file of ``--columns`` holds; refuses one that cannot be understood."""
    from pipeline.formats.columns import read_mapping

    try:
        return None if columns is None else read_mapping(columns)
    except (OSError, ValueError) as error:
        raise refused(reason(error), "--columns") from None


def existing(folder: Path) -> None:
    """Refuse a dataset that is not there."""
    if not folder.is_dir():
        raise refused(f"{folder} is no folder", "--dataset")


def writable(folder: Path) -> None:
    """Make the dataset's folder, and refuse one that cannot be written to, before anything is read."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(f"{folder}: {reason(error)}", "--dataset") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise refused(f"{folder}: not writable", "--dataset")


def declared(checks: Path | None, accepted: list[str] | None = None) -> str | None:
    """The file of checks as an absolute path.

    Refuses one that cannot be understood, and names of checks that there are none of, before anything is read.
    """
    from schemas.expectations import default_expectations, read_expectations

    try:
        found = default_expectations() if checks is None else read_expectations(checks)
    except (OSError, ValueError) as error:
        raise refused(reason(error), "--expectations") from None
    unknown = found.unknown(accepted or ())
    if unknown:
        known = ", ".join(check.name for check in found.checks)
        raise refused(f"no check is called {', '.join(unknown)}; there are {known}", "--accept")
    return None if checks is None else str(checks.absolute())


def refused(message: str, hint: str) -> typer.BadParameter:
    """Wrong usage, to be raised; ``hint`` names the option or argument."""
    return typer.BadParameter(escaped(message), param_hint=hint)


def reason(error: Exception) -> str:
    """What an error says, for people."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def say(message: str) -> None:
    """One line on standard error."""
    message = escaped(message)
    if sys.stderr.isatty():
        message = f"\r\x1b[K{message}"
    print(message, file=sys.stderr)


def say_reject(reject: Reject) -> None:
    """Say what was rejected, and why."""
    say(f"{reject.uri}: {reject.reason} ({reject.code})")


@contextmanager
def progress(items: Iterable[T], total: int, *, shown: bool) -> Iterator[Iterable[T]]:
    """The items, with a progress bar on a terminal; unless ``shown``, only while the output goes elsewhere."""
    if total < 2 or not sys.stderr.isatty() or (sys.stdout.isatty() and not shown):
        yield items
        return
    with typer.progressbar(items, length=total, label="parsing", file=sys.stderr) as bar:
        yield bar
