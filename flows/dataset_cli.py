"""The commands that write and read a dataset; ``flows.cli`` adds them to ``vacancies``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.options import (
    DATASET,
    FAILED,
    HELD_BACK,
    REJECTED,
    DatasetFolder,
    Encoding,
    Paths,
    SourceName,
    reason,
    say,
)

if TYPE_CHECKING:
    from pipeline.dataset.report import Report

Expectations = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Checks of a run, in TOML; else those of schemas/expectations.toml.")
]
Accept = Annotated[
    list[str] | None,
    typer.Option(metavar="CHECK", help="A check, or CHECK:FIELD, that may fail in this run; repeatable."),
]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for another run on the dataset to end.")]
OnFailure = Annotated[
    str | None,
    typer.Option(metavar="COMMAND|URL", help="Is told, in JSON, of a run that fails or is held back."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_WAIT = 600.0

quarantine = typer.Typer(
    help="Inputs that gave no record: what they are, why, and what becomes of them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add(app: typer.Typer) -> None:
    """Add these commands to the program's."""
    app.command(
        epilog="Examples:  vacancies ingest inbox --dataset data  |  vacancies ingest a.txt b.html --source 'OSCE jobs'"
    )(ingest)
    app.command(
        epilog="Examples:  prefect server start, then in another shell:"
        "  PREFECT_API_URL=http://127.0.0.1:4200/api vacancies schedule --cron '0 2 * * *' inbox --dataset data"
    )(schedule)
    app.command(epilog="Example:  vacancies reparse --dataset data")(reparse)
    app.command(epilog="Examples:  vacancies status --dataset data  |  vacancies status --max-age 26")(status)
    app.command(epilog="Example:  vacancies history 1c9d6c2e --dataset data")(history)
    app.command(
        epilog="Examples:  vacancies export -o vacancies.csv  |  vacancies export --as-of 2026-10-01 -o then.parquet"
    )(export)
    app.add_typer(quarantine, name="quarantine")


def ingest(
    paths: Paths,
    dataset: DatasetFolder = DATASET,
    source: SourceName = None,
    encoding: Encoding = None,
    rows: Annotated[int, typer.Option(min=0, help="How many vacancies of the dataset to show.")] = 40,
    copied: Annotated[
        bool | None,
        typer.Option(
            "--copied/--original", help="Whether the sources copy what others publish, or are the publishers'."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    expectations: Expectations = None,
    accept: Accept = None,
    wait: Wait = _WAIT,
    on_failure: OnFailure = None,
    json_: AsJson = False,
) -> None:
    """Read notices into a dataset, check it, publish it, and show what it holds."""
    existed = dataset.exists()
    _writable(dataset)
    _house_prefect(dataset)
    _readable(expectations)
    with _one_line_errors():
        from flows.ingest import ingest as flow
        from flows.ingest import parameters

        if dry_run and not existed:
            dataset.rmdir()
        report = flow(
            **parameters(
                paths,
                dataset,
                source=source,
                encoding=encoding,
                copied=copied,
                dry_run=dry_run,
                expectations=_absolute(expectations),
                accept=accept,
                wait=wait,
                on_failure=on_failure,
            )
        )
    if rows and not json_ and not dry_run and not report.held_back:
        _show(dataset, rows)
    _end(report, as_json=json_, dry_run=dry_run)


def schedule(
    paths: Paths,
    cron: Annotated[str, typer.Option(help="When to run, as a cron line of five fields.")] = "0 2 * * *",
    timezone: Annotated[str, typer.Option(help="Time zone of the cron line (IANA).")] = "UTC",
    dataset: DatasetFolder = DATASET,
    source: SourceName = None,
    encoding: Encoding = None,
    copied: Annotated[bool | None, typer.Option("--copied/--original", help="As for ingest.")] = None,
    expectations: Expectations = None,
    wait: Wait = _WAIT,
    on_failure: OnFailure = None,
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
    _readable(expectations)
    options = {
        "source": source,
        "encoding": encoding,
        "copied": copied,
        "expectations": _absolute(expectations),
        "wait": wait,
        "on_failure": on_failure,
    }
    try:
        serve(paths, dataset, schedule=when, options=options)
    except NoServerError as error:
        say(f"vacancies schedule: {error}")
        raise typer.Exit(FAILED) from None


def reparse(
    dataset: DatasetFolder = DATASET,
    expectations: Expectations = None,
    accept: Accept = None,
    wait: Wait = _WAIT,
    on_failure: OnFailure = None,
    json_: AsJson = False,
) -> None:
    """Read again, from the stored bytes, every notice that another version of the parser has read."""
    _existing(dataset)
    _house_prefect(dataset)
    _readable(expectations)
    with _one_line_errors():
        from flows.ingest import reparse as flow

        report = flow(
            dataset=str(dataset.absolute()),
            expectations=_absolute(expectations),
            accept=accept,
            wait=wait,
            on_failure=on_failure,
        )
    _end(report, as_json=json_)


def status(
    dataset: DatasetFolder = DATASET,
    runs: Annotated[int, typer.Option(min=1, help="How many runs to show.")] = 10,
    max_age: Annotated[
        float | None, typer.Option(min=0, metavar="HOURS", help="Exit with 1 where what is published is older.")
    ] = None,
    json_: AsJson = False,
) -> None:
    """Show the last runs, how fresh the published dataset is, and what is in quarantine."""
    _existing(dataset)
    with _one_line_errors():
        from flows import show
        from pipeline.dataset.status import status as status_of

        told = status_of(dataset, runs=runs, now=datetime.now(UTC))
    print(json.dumps(told, default=str, ensure_ascii=False, indent=2) if json_ else show.status(told))
    if max_age is not None and (told["age_hours"] is None or told["age_hours"] > max_age):
        say(f"{dataset}: nothing was published in the last {max_age:g} hours")
        raise typer.Exit(FAILED)


def history(
    vacancy_id: Annotated[str, typer.Argument(metavar="VACANCY_ID", help="A vacancy's id, or the beginning of one.")],
    dataset: DatasetFolder = DATASET,
    json_: AsJson = False,
) -> None:
    """Show what has happened to a vacancy since it was first seen, and where it lies."""
    _existing(dataset)
    with _one_line_errors():
        from flows import show
        from pipeline.dataset.status import history as history_of

        try:
            told = history_of(dataset, vacancy_id)
        except LookupError as error:
            raise typer.BadParameter(str(error.args[0]), param_hint="VACANCY_ID") from None
    print(json.dumps(told, default=str, ensure_ascii=False, indent=2) if json_ else show.history(told))


def export(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A .parquet, .csv or .jsonl file.")],
    dataset: DatasetFolder = DATASET,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The dataset as it was then: a day (its end, in UTC) or a time, ISO 8601."),
    ] = None,
) -> None:
    """Write the vacancies to one file, as they are or as they were."""
    _existing(dataset)
    with _one_line_errors():
        from pipeline.dataset.export import SUFFIXES, vacancies, write

        if output.suffix not in SUFFIXES:
            raise typer.BadParameter(f"{output}: ends in none of {', '.join(SUFFIXES)}", param_hint="--output")
        found = vacancies(dataset, as_of=_instant(as_of))
        write(found, output)
    say(f"{found.num_rows} vacancies in {output}")


@quarantine.command("list")
def list_(
    dataset: DatasetFolder = DATASET,
    settled: Annotated[bool, typer.Option("--all", help="Also what was cured or dropped.")] = False,
    json_: AsJson = False,
) -> None:
    """List what is in quarantine."""
    from flows import show

    entries = _entries(dataset, settled=settled)
    print(json.dumps(entries, default=str, ensure_ascii=False, indent=2) if json_ else show.quarantine(entries))


@quarantine.command("show")
def show_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Address or notice_id of an entry, or its beginning.")],
    dataset: DatasetFolder = DATASET,
) -> None:
    """Show one entry, and the beginning of its bytes as text."""
    from flows import show

    with _one_line_errors():
        from pipeline.dataset import raw

        for entry in _chosen(dataset, [name], settled=True):
            print(show.entry(entry, raw.read(dataset, entry["notice_id"]) if entry["raw"] else None))


@quarantine.command("replay")
def replay(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Addresses or notice_ids; none for all.")
    ] = None,
    dataset: DatasetFolder = DATASET,
    wait: Wait = _WAIT,
    json_: AsJson = False,
) -> None:
    """Parse entries again from their stored bytes; those that give a notice enter the dataset."""
    chosen = [entry for entry in _chosen(dataset, names or []) if entry["raw"]]
    if not chosen:
        raise typer.BadParameter(
            "none of these has stored bytes; ingest them again from where they lie", param_hint="NAME"
        )
    _house_prefect(dataset)
    with _one_line_errors():
        from flows.ingest import replay as flow

        report = flow(str(dataset.absolute()), [_pointer(entry) for entry in chosen], wait=wait)
    _end(report, as_json=json_)


@quarantine.command("drop")
def drop(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Addresses or notice_ids of entries.")],
    dataset: DatasetFolder = DATASET,
    wait: Wait = _WAIT,
) -> None:
    """Set entries aside: they are no longer listed; their bytes stay."""
    chosen = _chosen(dataset, names)
    _house_prefect(dataset)
    with _one_line_errors():
        from flows.ingest import drop as flow

        report = flow(str(dataset.absolute()), [_pointer(entry) for entry in chosen], wait=wait)
    _end(report, as_json=False)


def _entries(dataset: Path, *, settled: bool = False) -> list[dict[str, Any]]:
    _existing(dataset)
    with _one_line_errors():
        from pipeline.dataset import snapshot

        found: list[dict[str, Any]] = snapshot.read(dataset, "rejects").to_pylist()
    return [entry for entry in found if settled or entry["status"] == "open"]


def _chosen(dataset: Path, names: list[str], *, settled: bool = False) -> list[dict[str, Any]]:
    from pipeline.dataset.quarantine import chosen

    try:
        return chosen(_entries(dataset, settled=settled), names)
    except LookupError as error:
        raise typer.BadParameter(str(error.args[0]), param_hint="NAME") from None


def _pointer(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("source_uri", "source", "notice_id", "size")}


def _show(dataset: Path, rows: int) -> None:
    from flows import show
    from pipeline.dataset import snapshot

    columns = [*show.COLUMNS, "position"]
    found = snapshot.read(dataset, "vacancies", columns=columns).sort_by([(name, "ascending") for name in columns])
    print(show.table(found.slice(0, rows).to_pylist()))
    if found.num_rows > rows:
        print(f"and {found.num_rows - rows} more in {dataset / 'latest' / 'vacancies.parquet'}")
    print()


def _end(report: Report, *, as_json: bool, dry_run: bool = False) -> None:
    print(report.json() if as_json else report.text())
    if dry_run:
        say("dry run: nothing was written")
    if report.held_back:
        raise typer.Exit(HELD_BACK)
    if report.tally.rejects:
        raise typer.Exit(REJECTED)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """What went wrong, as a line on standard error and exit code 1: not a defect, and nothing to trace back."""
    from flows.ingest import one_line_errors
    from pipeline.dataset.disk import BusyError
    from pipeline.dataset.migration import NewerDatasetError
    from pipeline.dataset.raw import MissingBytesError
    from pipeline.dataset.snapshot import NotPublishedError

    one_line_errors()
    try:
        yield
    except (BusyError, MissingBytesError, NewerDatasetError, NotPublishedError) as error:
        say(f"vacancies: {error}")
        raise typer.Exit(FAILED) from None


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no day or time in ISO 8601, as 2026-10-01", param_hint="--as-of"
        ) from None
    if len(text) <= len("2026-10-01"):
        found = datetime.combine(found.date(), time.max)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _readable(expectations: Path | None) -> None:
    """Refuse a file of checks that cannot be understood, before anything is read."""
    from schemas.expectations import read_expectations

    if expectations is not None:
        try:
            read_expectations(expectations)
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{expectations}: {reason(error)}", param_hint="--expectations") from None


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())


def _existing(folder: Path) -> None:
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder", param_hint="--dataset")


def _writable(folder: Path) -> None:
    """Refuse a dataset folder that cannot be written to, before anything is read."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{folder}: {reason(error)}", param_hint="--dataset") from None
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
