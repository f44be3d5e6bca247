"""The commands that look at a dataset: how it is, what became of a vacancy, and its vacancies as one file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from flows.options import DATASET, FAILED, AsJson, DatasetFolder, existing, reason, refused, say
from flows.running import one_line_errors


def add(app: typer.Typer) -> None:
    """Add these commands to the program's."""
    app.command(epilog="Examples:  vacancies status --dataset data  |  vacancies status --max-age 26 --json")(status)
    app.command(epilog="Examples:  vacancies history 1c9d6c2e --dataset data")(history)
    app.command(
        epilog="Examples:  vacancies export -o vacancies.csv  |  vacancies export --as-of 2026-10-01 -o then.parquet"
    )(export)


def status(
    dataset: DatasetFolder = DATASET,
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="How many runs to show.")] = 10,
    max_age: Annotated[
        float | None, typer.Option(min=0, metavar="HOURS", help="Exit with 1 where what is published is older.")
    ] = None,
    json_: AsJson = False,
) -> None:
    """Show the last runs, the dataset's age and its quarantine."""
    existing(dataset)
    with one_line_errors():
        from flows import show_dataset
        from pipeline.dataset.status import status as status_of

        told = status_of(dataset, runs=runs, now=datetime.now(UTC))
    print(json.dumps(told, default=str, ensure_ascii=False, indent=2) if json_ else show_dataset.status(told))
    if max_age is not None and (told["age_hours"] is None or told["age_hours"] >= max_age):
        say(f"{dataset}: nothing was published in the last {max_age:g} hours")
        raise typer.Exit(FAILED)


def history(
    vacancy_id: Annotated[str, typer.Argument(metavar="VACANCY_ID", help="A vacancy's id, or the beginning of one.")],
    dataset: DatasetFolder = DATASET,
    json_: AsJson = False,
) -> None:
    """Show what has happened to a vacancy, and where it lies."""
    existing(dataset)
    with one_line_errors():
        from flows import show_dataset
        from pipeline.dataset.status import history as history_of

        try:
            told = history_of(dataset, vacancy_id)
        except LookupError as error:
            raise refused(str(error.args[0]), "VACANCY_ID") from None
    print(json.dumps(told, default=str, ensure_ascii=False, indent=2) if json_ else show_dataset.history(told))


def export(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A .parquet, .csv or .jsonl file.")],
    dataset: DatasetFolder = DATASET,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The dataset as it was then: a day (its end, in UTC) or a time, ISO 8601."),
    ] = None,
) -> None:
    """Write the vacancies to one file, as they are or as they were."""
    existing(dataset)
    when = _instant(as_of)
    with one_line_errors():
        from pipeline.dataset.export import SUFFIXES, vacancies, write

        if output.suffix not in SUFFIXES:
            raise refused(f"{output}: ends in none of {', '.join(SUFFIXES)}", "--output")
        found = vacancies(dataset, as_of=when)
        try:
            write(found, output)
        except OSError as error:
            raise refused(f"{output}: {reason(error)}", "--output") from None
    say(f"{found.num_rows} vacancies in {output}")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise refused(f"{text!r} is no day or time in ISO 8601, as 2026-10-01", "--as-of") from None
    if len(text) <= len("2026-10-01"):
        found = datetime.combine(found.date(), time.max)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
