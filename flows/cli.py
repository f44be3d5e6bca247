"""The command ``vacancies``: data on standard output, messages and progress on standard error.

Exit codes: 0 all went well, 1 the program failed, 2 wrong usage, 3 some notices were rejected.  Imports inside the
commands are lazy, so that ``vacancies --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.source import Reject
    from schemas.vacancy import Vacancy

T = TypeVar("T")

REJECTED = 3

app = typer.Typer(
    name="vacancies",
    help="Read vacancy notices of international organizations into comparable, evidenced records.",
    epilog="Examples:  vacancies parse notice.txt  |  vacancies ingest inbox --dataset data",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


class Format(StrEnum):
    """How ``parse`` prints records."""

    JSONL = "jsonl"
    JSON = "json"
    TABLE = "table"


Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders; - for standard input.")]
SourceName = Annotated[str | None, typer.Option("--source", help="Name of the source; else the folder's name.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the files, where it is known.")]


@app.command(
    epilog="Examples:  vacancies parse notice.txt  |  curl -s URL | vacancies parse -  |"
    "  vacancies parse --format table notices/"
)
def parse(
    paths: Paths,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How records are printed.")] = Format.JSONL,
    source: SourceName = None,
    encoding: Encoding = None,
) -> None:
    """Print the records of notices, one per advertised position."""
    from flows import show
    from pipeline.batch import parse_all
    from pipeline.source import Reject, inputs, read

    total = len(inputs(paths))
    records: list[Vacancy] = []
    rejected = 0
    with _progress(parse_all(read(paths, name=source, encoding=encoding)), "parsing", total) as notices:
        for notice in notices:
            if isinstance(notice, Reject):
                rejected += 1
                _say_reject(notice)
            elif format_ is Format.JSONL:
                for record in notice.records:
                    print(show.jsonl(record))
            else:
                records.extend(notice.records)
    if format_ is Format.JSON:
        import json

        print(json.dumps([show.plain(record) for record in records], ensure_ascii=False, indent=2))
    elif format_ is Format.TABLE:
        print(show.table([record.model_dump() for record in records]))
    if rejected:
        raise typer.Exit(REJECTED)


def _say(message: str) -> None:
    if sys.stderr.isatty():
        message = f"\r\x1b[K{message}"
    print(message, file=sys.stderr)


def _say_reject(reject: Reject) -> None:
    _say(f"{reject.uri}: {reject.reason} ({reject.code})")


@contextmanager
def _progress(items: Iterable[T], label: str, total: int) -> Iterator[Iterable[T]]:
    """The items, with a progress bar where standard error is a terminal and standard output is not."""
    if not sys.stderr.isatty() or sys.stdout.isatty() or total < 2:
        yield items
        return
    with typer.progressbar(items, length=total, label=label, file=sys.stderr) as bar:
        yield bar


def main() -> None:
    """Entry point of the command; a defect becomes one line on standard error, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except Exception as error:
        if os.environ.get("VACANCIES_DEBUG"):
            raise
        _say(f"vacancies: {type(error).__name__}: {error} (set VACANCIES_DEBUG=1 to see where)")
        sys.exit(1)


if __name__ == "__main__":
    main()
