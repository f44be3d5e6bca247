"""The command ``vacancies``: data on standard output, messages and progress on standard error.

Exit codes: 0 all went well, 1 the program failed or scores are below their floors, 2 wrong usage, 3 some notices were
rejected.  Imports inside the commands are lazy, so that ``vacancies --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.floors import Floors
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
Encoding = Annotated[
    str | None, typer.Option(help="Encoding of the files, where it is known.", callback=lambda name: _codec(name))
]
_DATASET = Path("data")
DatasetFolder = Annotated[Path, typer.Option("--dataset", metavar="DIR", help="Folder of the dataset.")]


def _codec(name: str | None) -> str | None:
    """The name of an encoding, as given; wrong usage where Python knows none of that name."""
    import codecs

    if name is not None:
        try:
            codecs.lookup(name)
        except LookupError as error:
            raise typer.BadParameter(f"no encoding is called {name!r}", param_hint="--encoding") from error
    return name


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
    with _progress(
        parse_all(read(paths, name=source, encoding=encoding)), total, shown=format_ is not Format.JSONL
    ) as notices:
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


@app.command(
    epilog="Examples:  vacancies ingest inbox --dataset data  |  vacancies ingest a.txt b.html --source 'OSCE jobs'"
)
def ingest(
    paths: Paths,
    dataset: DatasetFolder = _DATASET,
    source: SourceName = None,
    encoding: Encoding = None,
    rows: Annotated[int, typer.Option(min=0, help="How many positions of the dataset to show.")] = 40,
) -> None:
    """Read notices into a dataset, publish it, and show what it holds."""
    _writable(dataset)
    _house_prefect(dataset)
    from flows import show
    from flows.ingest import ingest as flow
    from flows.ingest import one_line_errors, parameters
    from pipeline import dataset as store

    one_line_errors()
    report = flow(**parameters(paths, dataset, source=source, encoding=encoding))
    if rows:
        columns = [*show.COLUMNS, "position"]
        found = store.read(dataset, "vacancies", only=columns).sort_by([(name, "ascending") for name in columns])
        print(show.table(found.slice(0, rows).to_pylist()))
        if found.num_rows > rows:
            print(f"and {found.num_rows - rows} more in {dataset / 'latest' / 'vacancies.parquet'}")
        print()
    print(report.text())
    if report.tally.rejects:
        raise typer.Exit(REJECTED)


@app.command(
    epilog="Examples:  prefect server start, then in another shell:"
    "  PREFECT_API_URL=http://127.0.0.1:4200/api vacancies schedule --cron '0 2 * * *' inbox --dataset data"
)
def schedule(
    paths: Paths,
    cron: Annotated[str, typer.Option(help="When to run, as a cron line of five fields.")] = "0 2 * * *",
    timezone: Annotated[str, typer.Option(help="Time zone of the cron line (IANA).")] = "UTC",
    dataset: DatasetFolder = _DATASET,
    source: SourceName = None,
    encoding: Encoding = None,
) -> None:
    """Serve the ingestion on a schedule, against a Prefect server, until interrupted."""
    if "-" in paths:
        raise typer.BadParameter("standard input cannot be read on a schedule", param_hint="PATH...")
    from flows.schedule import NoServerError, serve, timetable

    try:
        when = timetable(cron, timezone)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--cron") from None
    _writable(dataset)
    try:
        serve(paths, dataset, schedule=when, source=source, encoding=encoding)
    except NoServerError as error:
        _say(f"vacancies schedule: {error}")
        raise typer.Exit(1) from None


@app.command(epilog="Examples:  vacancies explain notice.txt  |  vacancies explain page.html --encoding cp1251")
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One notice; - for standard input.")],
    encoding: Encoding = None,
) -> None:
    """Show each value of a notice with the source text that it rests on, and the rule that found it."""
    from flows import show
    from pipeline.batch import parse_all
    from pipeline.source import Reject, read

    for notice in parse_all(read([file], encoding=encoding)):
        if isinstance(notice, Reject):
            _say_reject(notice)
            raise typer.Exit(REJECTED)
        print("\n\n".join(show.explained(record) for record in notice.records))


@app.command(
    epilog="Examples:  vacancies repair notice.txt > repaired.txt  |  vacancies repair --explain notice.txt  |"
    "  vacancies repair --jsonl texts.jsonl"
)
def repair(
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="A text; - for standard input.")] = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Each line is {"text": ...}; adds its edits.')] = False,
    explain_: Annotated[bool, typer.Option("--explain", help="Show the edits instead of the text.")] = False,
    encoding: Encoding = None,
) -> None:
    """Print a text with its damage undone: wrong code pages, lost spaces, remains of markup."""
    from pipeline.decode import DecodeError, decode
    from pipeline.repair import explain as explain_repair
    from pipeline.repair import repair as repair_text
    from pipeline.repair import repair_lines
    from pipeline.source import Reject, read

    if jsonl and explain_:
        raise typer.BadParameter("--jsonl and --explain exclude each other")
    if jsonl:
        try:
            with sys.stdin if file == "-" else Path(file).open(encoding="utf-8") as lines:
                for line in repair_lines(lines):
                    print(line)
        except (OSError, ValueError) as error:
            _say(f"{file}: {_reason(error)}")
            raise typer.Exit(REJECTED) from None
        return
    for source in read([file], encoding=encoding):
        if isinstance(source, Reject):
            _say_reject(source)
            raise typer.Exit(REJECTED)
        try:
            text = decode(source.raw, declared=source.declared).text
        except DecodeError as error:
            _say(f"{source.uri}: {error} ({error.code})")
            raise typer.Exit(REJECTED) from None
        repaired = repair_text(text)
        if explain_:
            print(explain_repair(repaired))
        else:
            sys.stdout.write(repaired.text)


@app.command(
    epilog="Examples:  vacancies evaluate fixtures/notices  |  vacancies evaluate --json corpus/a corpus/b  |"
    "  vacancies evaluate --floors fixtures/floors.toml#fixtures fixtures/notices"
)
def evaluate(
    corpus: Annotated[list[Path], typer.Argument(metavar="CORPUS...", help="Folders of notices with gold answers.")],
    json_: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
    misses: Annotated[bool, typer.Option("--misses", help="Print each value that does not agree.")] = False,
    floors: Annotated[
        str | None,
        typer.Option(
            metavar="FILE#TABLE", help="Exit with 1 where an F1 is below its floor in this table of a TOML file."
        ),
    ] = None,
) -> None:
    """Compare parsed notices with gold answers: precision, recall and counts, field by field."""
    import json

    from pipeline.evaluate import evaluate as evaluate_corpora
    from pipeline.floors import below

    for folder in corpus:
        if not folder.is_dir():
            raise typer.BadParameter(f"{folder} is no folder", param_hint="CORPUS...")
    least = _floors(floors) if floors is not None else {}
    report = evaluate_corpora(corpus)
    if not report.notices:
        raise typer.BadParameter("no notice there has gold answers (NAME.gold.json)", param_hint="CORPUS...")
    if misses:
        for miss in report.misses:
            print(f"{miss.notice} {miss.position}  {miss.field}: {miss.got!r}, should be {miss.gold!r}")
    print(json.dumps(report.json(), ensure_ascii=False, indent=2) if json_ else report.table())
    fallen = below(report, least)
    for sentence in fallen:
        _say(sentence)
    if fallen:
        raise typer.Exit(1)


def _floors(where: str) -> Floors:
    """The floors that ``FILE#TABLE`` names."""
    from pipeline.floors import read_floors

    file, _, table = where.partition("#")
    try:
        return read_floors(Path(file), table)
    except KeyError:
        raise typer.BadParameter(f"{file} has no table {table!r}", param_hint="--floors") from None
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{file}: {_reason(error)}", param_hint="--floors") from None


def _writable(folder: Path) -> None:
    """Refuse a dataset folder that cannot be written to, before anything is read."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{folder}: {_reason(error)}", param_hint="--dataset") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise typer.BadParameter(f"{folder}: not writable", param_hint="--dataset")


def _house_prefect(dataset: Path) -> None:
    """Prefect keeps its records in the user's home; where that cannot be written to, beside the dataset."""
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)
        usable = os.access(home, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        os.environ["PREFECT_HOME"] = str(dataset.absolute() / ".prefect")


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def _say(message: str) -> None:
    if sys.stderr.isatty():
        message = f"\r\x1b[K{message}"
    print(message, file=sys.stderr)


def _say_reject(reject: Reject) -> None:
    _say(f"{reject.uri}: {reject.reason} ({reject.code})")


@contextmanager
def _progress(items: Iterable[T], total: int, *, shown: bool) -> Iterator[Iterable[T]]:
    """The items, with a progress bar on a terminal; unless ``shown``, only while the output goes elsewhere."""
    if total < 2 or not sys.stderr.isatty() or (sys.stdout.isatty() and not shown):
        yield items
        return
    with typer.progressbar(items, length=total, label="parsing", file=sys.stderr) as bar:
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
        told = (str(error).strip().splitlines() or [""])[0][:300]
        _say(f"vacancies: {type(error).__name__}: {told} (set VACANCIES_DEBUG=1 to see where)")
        sys.exit(1)


if __name__ == "__main__":
    main()
