"""The commands that bring a dataset up to date: once, on a schedule, and from its stored bytes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from flows.options import (
    DATASET,
    FAILED,
    TIMEOUT,
    WAIT,
    Accept,
    AsJson,
    Checks,
    Columns,
    Copied,
    DatasetFolder,
    Encoding,
    OnFailure,
    Paths,
    Places,
    SourceName,
    Timeout,
    Wait,
    declared,
    existing,
    mapped,
    refused,
    say,
    writable,
)
from flows.running import end, house_prefect, one_line_errors, quiet_prefect
from pipeline.escape import escaped


def add(app: typer.Typer) -> None:
    """Add these commands to the program's."""
    app.command(
        epilog="Examples:  vacancies ingest inbox --dataset data  |  vacancies ingest --dry-run inbox --dataset data  |"
        "  vacancies ingest a.txt b.html --source 'OSCE jobs'"
    )(ingest)
    app.command(
        epilog="Examples:  vacancies schedule --cron '0 2 * * *' --timezone Europe/Vienna inbox --dataset data"
        "  (docs/operating.md says how to start and secure the server)"
    )(schedule)
    app.command(epilog="Examples:  vacancies reparse --dataset data")(reparse)


def ingest(
    paths: Paths,
    dataset: DatasetFolder = DATASET,
    source: SourceName = None,
    encoding: Encoding = None,
    columns: Columns = None,
    copied: Copied = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    personal: Annotated[
        bool | None,
        typer.Option(
            "--personal/--no-personal",
            help="From this run on, publish personal mailboxes and telephone numbers, or mask them; masked at first.",
        ),
    ] = None,
    expectations: Checks = None,
    accept: Accept = None,
    wait: Wait = WAIT,
    timeout: Timeout = TIMEOUT,
    on_failure: OnFailure = None,
    rows: Annotated[int, typer.Option(min=0, metavar="N", help="How many vacancies of the dataset to show.")] = 40,
    json_: AsJson = False,
) -> None:
    """Read notices into a dataset, check it and publish it."""
    checks = declared(expectations, accept)
    mapped(columns)
    if not dry_run:
        writable(dataset)
        if personal is not None:
            from pipeline.dataset.publication import choose

            choose(dataset, personal=personal)
    with tempfile.TemporaryDirectory(prefix="vacancies-") as aside, quiet_prefect(), one_line_errors():
        house_prefect(Path(aside) if dry_run else dataset)
        from flows.ingest import ingest as flow
        from flows.inputs import parameters

        report = flow(
            **parameters(
                paths,
                dataset,
                folder=Path(aside),
                source=source,
                encoding=encoding,
                columns=None if columns is None else str(columns.absolute()),
                copied=copied,
                dry_run=dry_run,
                expectations=checks,
                accept=accept,
                wait=wait,
                timeout=timeout,
                on_failure=on_failure,
            )
        )
    if rows and not json_ and not dry_run and not report.held_back:
        _show(dataset, rows)
    end(report, as_json=json_, dry_run=dry_run)


def schedule(
    paths: Places,
    dataset: DatasetFolder = DATASET,
    cron: Annotated[
        str, typer.Option(metavar="CRON", help="When to run, as a cron line of five fields.")
    ] = "0 2 * * *",
    timezone: Annotated[str, typer.Option(metavar="ZONE", help="Time zone of the cron line (IANA).")] = "UTC",
    source: SourceName = None,
    encoding: Encoding = None,
    columns: Columns = None,
    copied: Copied = None,
    expectations: Checks = None,
    wait: Wait = WAIT,
    timeout: Timeout = TIMEOUT,
    on_failure: OnFailure = None,
) -> None:
    """Keep a dataset up to date on a schedule, with Prefect."""
    if "-" in paths:
        raise refused("standard input cannot be read on a schedule", "PATH")
    checks = declared(expectations)
    mapped(columns)
    from flows.schedule import ServerError, serve, timetable

    try:
        when = timetable(cron, timezone)
    except ValueError as error:
        raise refused(str(error), "--cron") from None
    writable(dataset)
    house_prefect(dataset)
    options = {
        "source": source,
        "encoding": encoding,
        "columns": None if columns is None else str(columns.absolute()),
        "copied": copied,
        "expectations": checks,
        "wait": wait,
        "timeout": timeout,
        "on_failure": on_failure,
    }
    try:
        serve(paths, dataset, schedule=when, options=options)
    except ServerError as error:
        say(f"vacancies schedule: {error}")
        raise typer.Exit(FAILED) from None


def reparse(
    dataset: DatasetFolder = DATASET,
    expectations: Checks = None,
    accept: Accept = None,
    wait: Wait = WAIT,
    timeout: Timeout = TIMEOUT,
    on_failure: OnFailure = None,
    json_: AsJson = False,
) -> None:
    """Read again what another version of the parser has read.

    It is read from the bytes that the dataset stores.
    """
    existing(dataset)
    checks = declared(expectations, accept)
    house_prefect(dataset)
    with quiet_prefect(), one_line_errors():
        from flows.ingest import reparse as flow

        report = flow(
            dataset=str(dataset.absolute()),
            expectations=checks,
            accept=accept,
            wait=wait,
            timeout=timeout,
            on_failure=on_failure,
        )
    end(report, as_json=json_)


def _show(dataset: Path, rows: int) -> None:
    from flows import show
    from pipeline.dataset import snapshot

    columns = [*show.COLUMNS, "position"]
    found = snapshot.read(dataset, "vacancies", columns=columns).sort_by([(name, "ascending") for name in columns])
    print(show.table(found.slice(0, rows).to_pylist()))
    if found.num_rows > rows:
        print(f"and {found.num_rows - rows} more in {escaped(str(dataset / 'latest' / 'vacancies.parquet'))}")
    print()
