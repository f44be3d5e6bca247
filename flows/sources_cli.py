"""The commands for sources on the web: what there is, whether one can be read, and reading it into a dataset."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.options import (
    DATASET,
    FAILED,
    TIMEOUT,
    WAIT,
    Accept,
    AsJson,
    Checks,
    DatasetFolder,
    OnFailure,
    Timeout,
    Wait,
    declared,
    refused,
    say,
    say_reject,
    writable,
)
from flows.running import end, house_prefect, one_line_errors, quiet_prefect

if TYPE_CHECKING:
    from pipeline.web.sources import WebSource

OWN = Path("sources")
SHIPPED = Path("fixtures/sources")

Folders = Annotated[
    list[Path] | None,
    typer.Option("--sources", metavar="DIR", help="Folder of sources, repeatable; else sources, or fixtures/sources."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A source's name, or its TOML file.")]
Contact = Annotated[
    str | None,
    typer.Option(
        metavar="URL", envvar="VACANCIES_CONTACT", help="Your address (https: or mailto:), which the servers are told."
    ),
]

app = typer.Typer(
    help="Read sources on the web, one small TOML file each.", no_args_is_help=True, rich_markup_mode=None
)


def add(program: typer.Typer) -> None:
    """Add these commands to the program's."""
    program.add_typer(app, name="sources")


@app.command(name="list", epilog="Examples:  vacancies sources list  |  vacancies sources list --sources my-sources")
def list_(sources: Folders = None, json_: AsJson = False) -> None:
    """List the sources there are."""
    with _installed():
        from pipeline.web.sources import SourceError, files, read_source

    rows: list[dict[str, Any]] = []
    broken = 0
    for file in files(_folders(sources)):
        try:
            source = read_source(file)
        except SourceError as error:
            broken += 1
            say(str(error))
            continue
        rows.append({**source.model_dump(mode="json", exclude={"options"}), "file": str(file)})
    if json_:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        from flows import show

        shown = ("name", "kind", "organization", "schedule", "address")
        cells = [[show.line(row[name]) for name in shown] for row in rows]
        print(show.columns(list(shown), cells, limits=[24, 16, 24, 14, 80]))
    else:
        say("no sources there")
    if broken:
        raise typer.Exit(FAILED)


@app.command(epilog="Examples:  vacancies sources check un-careers  |  vacancies sources check my-sources/bank.toml")
def check(name: Name, sources: Folders = None, contact: Contact = None, json_: AsJson = False) -> None:
    """See whether a source can be read, and write nothing.

    Asks for its robots.txt, its listing and the first notice.
    """
    source = _source(name, sources)[1]
    _check_contact(contact)
    with _installed():
        from pipeline.web.trial import trial

    with tempfile.TemporaryDirectory(prefix="vacancies-") as aside:
        told = trial(source, cache=Path(aside) / "cache.sqlite", contact=contact)
    if json_:
        print(json.dumps(told.row(), ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(told.lines()))
    for reject in told.rejects:
        say_reject(reject)
    if not told.well:
        raise typer.Exit(FAILED)


@app.command(
    epilog="Examples:  vacancies sources run un-careers --dataset data  |  vacancies sources run bank.toml --dry-run"
)
def run(
    name: Name,
    sources: Folders = None,
    dataset: DatasetFolder = DATASET,
    contact: Contact = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    expectations: Checks = None,
    accept: Accept = None,
    wait: Wait = WAIT,
    timeout: Timeout = TIMEOUT,
    on_failure: OnFailure = None,
    json_: AsJson = False,
) -> None:
    """Read a source into a dataset, check it and publish it."""
    file, _ = _source(name, sources)
    _check_contact(contact)
    checks = declared(expectations, accept)
    if not dry_run:
        writable(dataset)
    with tempfile.TemporaryDirectory(prefix="vacancies-") as aside, quiet_prefect(), one_line_errors():
        house_prefect(Path(aside) if dry_run else dataset)
        with _installed():
            from flows.collect import collect as flow
        report = flow(
            file=str(file.absolute()),
            dataset=str(dataset.absolute()),
            contact=contact,
            expectations=checks,
            accept=accept,
            wait=wait,
            timeout=timeout,
            on_failure=on_failure,
            dry_run=dry_run,
        )
    end(report, as_json=json_, dry_run=dry_run)


def _folders(told: list[Path] | None) -> list[Path]:
    for folder in told or ():
        if not folder.is_dir():
            raise refused(f"{folder} is no folder", "--sources")
    return told or [OWN if OWN.is_dir() else SHIPPED]


def _source(name: str, folders: list[Path] | None) -> tuple[Path, WebSource]:
    with _installed():
        from pipeline.web.sources import SourceError, find
    try:
        return find(name, _folders(folders))
    except SourceError as error:
        raise refused(str(error), "NAME") from None


def _check_contact(contact: str | None) -> None:
    with _installed():
        from pipeline.web.client import check_contact
    try:
        check_contact(contact)
    except ValueError as error:
        raise refused(str(error), "--contact") from None


@contextmanager
def _installed() -> Iterator[None]:
    """Say in one line what to install, where the packages that read the web are not there."""
    from pipeline.web import missing

    try:
        yield
    except ModuleNotFoundError as error:
        told = missing(error)
        if told is None:
            raise
        say(f"vacancies sources: {told}")
        raise typer.Exit(FAILED) from None
