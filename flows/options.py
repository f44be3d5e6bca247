"""What the commands share: their options, what they say on standard error, and how they end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.source import Reject

T = TypeVar("T")

FAILED = 1
REJECTED = 3
HELD_BACK = 4

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders; - for standard input.")]
SourceName = Annotated[str | None, typer.Option("--source", help="Name of the source; else the folder's name.")]
Encoding = Annotated[
    str | None, typer.Option(help="Encoding of the files, where it is known.", callback=lambda name: codec(name))
]
DATASET = Path("data")
DatasetFolder = Annotated[Path, typer.Option("--dataset", metavar="DIR", help="Folder of the dataset.")]


def codec(name: str | None) -> str | None:
    """The name of an encoding, as given; wrong usage where Python knows none of that name."""
    import codecs

    if name is not None:
        try:
            codecs.lookup(name)
        except LookupError as error:
            raise typer.BadParameter(f"no encoding is called {name!r}", param_hint="--encoding") from error
    return name


def reason(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def say(message: str) -> None:
    if sys.stderr.isatty():
        message = f"\r\x1b[K{message}"
    print(message, file=sys.stderr)


def say_reject(reject: Reject) -> None:
    say(f"{reject.uri}: {reject.reason} ({reject.code})")


@contextmanager
def progress(items: Iterable[T], total: int, *, shown: bool) -> Iterator[Iterable[T]]:
    """The items, with a progress bar on a terminal; unless ``shown``, only while the output goes elsewhere."""
    if total < 2 or not sys.stderr.isatty() or (sys.stdout.isatty() and not shown):
        yield items
        return
    with typer.progressbar(items, length=total, label="parsing", file=sys.stderr) as bar:
        yield bar
