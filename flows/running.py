"""How the commands that run a flow begin and end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows.options import FAILED, HELD_BACK, REJECTED, say

if TYPE_CHECKING:
    from pipeline.dataset.report import Report


@contextmanager
def one_line_errors() -> Iterator[None]:
    """What went wrong, as a line on standard error and exit code 1: not a defect, and nothing to trace back."""
    from pipeline.dataset.disk import BusyError
    from pipeline.dataset.migration import NewerDatasetError
    from pipeline.dataset.raw import MissingBytesError
    from pipeline.dataset.snapshot import NotPublishedError

    try:
        yield
    except (BusyError, MissingBytesError, NewerDatasetError, NotPublishedError, TimeoutError) as error:
        say(f"vacancies: {error}")
        raise typer.Exit(FAILED) from None


@contextmanager
def quiet_prefect() -> Iterator[None]:
    """Have Prefect log errors in one line, without the chain of calls, unless VACANCIES_DEBUG is set."""
    import logging

    names = () if os.environ.get("VACANCIES_DEBUG") else ("prefect.flow_runs", "prefect.task_runs")
    for name in names:
        logging.getLogger(name).addFilter(_without_traceback)
    try:
        yield
    finally:
        for name in names:
            logging.getLogger(name).removeFilter(_without_traceback)


def _without_traceback(record: object) -> bool:
    record.exc_info = None  # type: ignore[attr-defined]
    return True


def house_prefect(folder: Path) -> None:
    """Prefect keeps its records in the user's home; where that cannot be written to, in this folder."""
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)
        usable = os.access(home, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        os.environ["PREFECT_HOME"] = str(folder.absolute() / ".prefect")


def end(report: Report, *, as_json: bool, dry_run: bool = False) -> None:
    """Print the report and leave with the run's exit code."""
    print(report.json() if as_json else report.text(changes=dry_run or report.held_back))
    if dry_run:
        say("dry run: nothing was written")
    if report.held_back:
        raise typer.Exit(HELD_BACK)
    if report.tally.rejects:
        raise typer.Exit(REJECTED)
