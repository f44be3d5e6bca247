"""One night of a simulated operator: what ``vacancies ingest`` does, without Prefect and by a clock that is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset import intake, observe, parsed, runs, tables
from pipeline.dataset.history import Found
from pipeline.dataset.observe import Seen
from pipeline.dataset.report import Report, Tally
from pipeline.source import printable, read


class Clock(datetime):
    """A clock that shows what it was set to."""

    shows: datetime = datetime(2031, 3, 1, 2, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return cls.shows.astimezone(tz)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Have every run start at this time."""
    Clock.shows = at
    for module in (runs, intake):
        monkeypatch.setattr(module, "datetime", Clock)


def ingest(root: Path, *folders: Path, copied: bool | None = None, source: str | None = None) -> Report:
    """Read the folders into the dataset."""
    given = [str(folder) for folder in folders]
    with runs.started(root, "ingest", given) as run:
        look = observe.look(root, given)
        tally = Tally(seen=len(look.held), unchanged=len(look.held))
        stale = set(parsed.stale(root, parser_version=runs.PARSER_VERSION)) & set(look.held.values())
        if stale:
            done, _ = intake.take_in(root, intake.again(root, stale))
            tally += replace(done, seen=0, unchanged=-len(stale))
        times = {printable(path): observe.stat(path) for path in look.paths}
        done, good = intake.take_in(root, list(read(look.paths, name=source)))
        seen = [Seen(each.uri, each.name, each.sha256, times.get(each.uri)) for each in good]
        return runs.finish(run, Found(look.scope, seen, held=look.held, copied=copied), tally + done)


def reparse(root: Path) -> Report:
    """Parse anew, from the stored bytes, what another parser has read."""
    with runs.started(root, "reparse", []) as run:
        stale = parsed.stale(root, parser_version=runs.PARSER_VERSION)
        tally, _ = intake.take_in(root, intake.again(root, stale))
        return runs.finish(run, Found(), tally)


def replay(root: Path, entries: Sequence[Mapping[str, Any]]) -> Report:
    """Parse entries of the quarantine anew."""
    with runs.started(root, "replay", [entry["source_uri"] for entry in entries]) as run:
        tally, good = intake.take_in(root, [intake.stored(root, entry) for entry in entries])
        return runs.finish(run, Found(seen=[Seen(each.uri, each.name, each.sha256) for each in good]), tally)


def drop(root: Path, entries: Sequence[dict[str, Any]]) -> Report:
    """Set entries of the quarantine aside."""
    with runs.started(root, "drop", [entry["source_uri"] for entry in entries]) as run:
        return runs.finish(run, Found(), Tally(), dropped=entries)


def rows(root: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table of the working state."""
    found: list[dict[str, Any]] = tables.read(root, name).to_pylist(maps_as_pydicts="strict")
    return found


def notice(
    number: str | None,
    title: str,
    *,
    organization: str | None = "UNDP",
    grade: str = "G-6",
    station: str = "Chisinau, Moldova",
    issued: str = "24 February 2031",
    closes: str = "20 April 2031",
    pay: str | None = None,
    apply: str | None = None,
    duties: str = "Keeps the files in order and answers letters.",
    needs: str = "Six years of experience in office work.",
) -> str:
    """A notice as an organization publishes it."""
    head = [
        organization,
        "VACANCY NOTICE",
        number and f"Vacancy No.: {number}",
        f"Title: {title}",
        f"Grade: {grade}",
        f"Duty station: {station}",
        f"Issue date: {issued}",
        f"Deadline for applications: {closes}",
        pay and f"Salary: {pay}",
        apply and f"Applications to: {apply}",
    ]
    wants = f"Qualifications\n\n- University degree in a relevant field;\n- {needs}\n- Fluency in English."
    return "\n".join(line for line in head if line) + f"\n\nTasks and responsibilities\n\n{duties}\n\n{wants}\n"
