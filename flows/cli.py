"""The command ``vacancies``: data on standard output, messages and progress on standard error.

Exit codes: 0 all went well, 1 the program failed or scores are below their floors, 2 wrong usage, 3 some notices were
rejected, 4 a run was held back by its checks.  Imports inside the commands are lazy, so that ``vacancies --help``
answers at once.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import dataset_cli, quarantine_cli, run_cli, sources_cli
from flows.options import (
    FAILED,
    REJECTED,
    Columns,
    Encoding,
    Paths,
    SourceName,
    mapped,
    progress,
    reason,
    refused,
    say,
    say_reject,
)

if TYPE_CHECKING:
    from pipeline.floors import Floors
    from schemas.vacancy import Vacancy

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


@app.command(
    epilog="Examples:  vacancies parse notice.txt  |  curl -s URL | vacancies parse -  |"
    "  vacancies parse --format table notices/"
)
def parse(
    paths: Paths,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How records are printed.")] = Format.JSONL,
    source: SourceName = None,
    encoding: Encoding = None,
    columns: Columns = None,
) -> None:
    """Print the records of notices, one per advertised position."""
    from flows import show
    from pipeline.source import Reject, inputs, read
    from pipeline.workers import expand, parse_all

    mapping = mapped(columns)
    total = len(inputs(paths))
    records: list[Vacancy] = []
    rejected = 0
    with progress(
        parse_all(read(paths, name=source, encoding=encoding, mapping=mapping, expander=expand)),
        total,
        shown=format_ is not Format.JSONL,
    ) as notices:
        for notice in notices:
            if isinstance(notice, Reject):
                rejected += 1
                say_reject(notice)
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


@app.command(epilog="Examples:  vacancies explain notice.txt  |  vacancies explain page.html --encoding cp1251")
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One notice; - for standard input.")],
    encoding: Encoding = None,
) -> None:
    """Show each value of a notice with its quote and its rule."""
    from flows import show
    from pipeline.batch import parse_all
    from pipeline.source import Reject, read

    for notice in parse_all(read([file], encoding=encoding)):
        if isinstance(notice, Reject):
            say_reject(notice)
            raise typer.Exit(REJECTED)
        print("\n\n".join(show.explained(record) for record in notice.records))


@app.command(
    epilog="Examples:  vacancies repair notice.txt > repaired.txt  |  vacancies repair --explain notice.txt  |"
    "  vacancies repair --jsonl texts.jsonl"
)
def repair(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text; - for standard input.")] = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Each line is {"text": ...}; adds its edits.')] = False,
    explain_: Annotated[bool, typer.Option("--explain", help="Show the edits instead of the text.")] = False,
    no_restore_lost: Annotated[
        bool, typer.Option("--no-restore-lost", help="Leave U+FFFD where bytes are lost, whatever the context says.")
    ] = False,
    encoding: Encoding = None,
) -> None:
    """Print a text with its damage undone.

    Damage is what wrong code pages, lost spaces and remains of markup have left.
    """
    from pipeline.decode import DecodeError, decode
    from pipeline.repair import explain as explain_repair
    from pipeline.repair import repair as repair_text
    from pipeline.repair import repair_lines
    from pipeline.source import Reject, read

    if jsonl and explain_:
        raise refused("excludes --explain", "--jsonl")
    if jsonl:
        try:
            with sys.stdin if file == "-" else Path(file).open(encoding="utf-8") as lines:
                for line in repair_lines(lines, restore_lost=not no_restore_lost):
                    print(line)
        except (OSError, ValueError) as error:
            say(f"{file}: {reason(error)}")
            raise typer.Exit(REJECTED) from None
        return
    for source in read([file], encoding=encoding):
        if isinstance(source, Reject):
            say_reject(source)
            raise typer.Exit(REJECTED)
        try:
            text = decode(source.raw, declared=source.declared).text
        except DecodeError as error:
            say(f"{source.uri}: {error} ({error.code})")
            raise typer.Exit(REJECTED) from None
        repaired = repair_text(text, restore_lost=not no_restore_lost)
        if explain_:
            print(explain_repair(repaired))
        else:
            sys.stdout.write(repaired.text)


def evaluate(
    corpus: Annotated[list[Path], typer.Argument(metavar="CORPUS", help="Folders of notices with gold answers.")],
    json_: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="Print each value that does not agree.")] = False,
    floors: Annotated[
        str | None,
        typer.Option(
            metavar="FILE#TABLE", help="Exit with 1 where an F1 is below its floor in this table of a TOML file."
        ),
    ] = None,
) -> None:
    """Compare parsed notices with gold answers, field by field."""
    import json

    from pipeline.evaluate import evaluate as evaluate_corpora
    from pipeline.floors import below

    for folder in corpus:
        if not folder.is_dir():
            raise refused(f"{folder} is no folder", "CORPUS")
    least = _floors(floors) if floors is not None else {}
    report = evaluate_corpora(corpus)
    if not report.notices:
        raise refused("no notice there has gold answers (NAME.gold.json)", "CORPUS")
    if misses:
        for miss in report.misses:
            print(f"{miss.notice} {miss.position}  {miss.field}: {miss.got!r}, should be {miss.gold!r}")
    print(json.dumps(report.json(), ensure_ascii=False, indent=2) if json_ else report.table())
    fallen = below(report, least)
    for sentence in fallen:
        say(sentence)
    if fallen:
        raise typer.Exit(FAILED)


def _floors(where: str) -> Floors:
    """The floors that ``FILE#TABLE`` names."""
    from pipeline.floors import read_floors

    file, _, table = where.partition("#")
    try:
        return read_floors(Path(file), table)
    except KeyError:
        raise refused(f"{file} has no table {table!r}", "--floors") from None
    except (OSError, ValueError) as error:
        raise refused(f"{file}: {reason(error)}", "--floors") from None


run_cli.add(app)
dataset_cli.add(app)
app.add_typer(quarantine_cli.app, name="quarantine")
sources_cli.add(app)
app.command(
    epilog="Examples:  vacancies evaluate fixtures/notices  |  vacancies evaluate --json corpus/a corpus/b  |"
    "  vacancies evaluate --floors fixtures/floors.toml#fixtures fixtures/notices"
)(evaluate)


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
        told = (str(error).strip().splitlines() or [""])[0][:300]
        say(f"vacancies: {type(error).__name__}: {told} (set VACANCIES_DEBUG=1 to see where)")
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
