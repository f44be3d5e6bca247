"""The ingestion on a schedule: a deployment that a Prefect server starts and this process runs."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect.client.schemas.schedules import CronSchedule
from prefect.settings import PREFECT_API_URL
from prefect.types.entrypoint import EntrypointType
from pydantic import ValidationError

from flows.ingest import ingest, parameters


class NoServerError(Exception):
    """There is no Prefect server to keep the schedule."""


def timetable(cron: str, timezone: str) -> CronSchedule:
    """The schedule of a cron line of five fields in an IANA time zone; raises ValueError where it is none."""
    try:
        return CronSchedule(cron=cron, timezone=timezone)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


def serve(paths: Sequence[str], dataset: Path, *, schedule: CronSchedule, options: Mapping[str, Any]) -> None:
    """Run the ingestion whenever the server says so, one run at a time; returns when interrupted.

    ``options`` are parameters of the flow.  What stands in a folder is looked up anew at each run.  Raises
    NoServerError.
    """
    _require_server()
    given = parameters(paths, dataset, **options)
    ingest.serve(
        name="nightly",
        schedules=[schedule],
        parameters=given,
        tags=["vacancies"],
        limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _require_server() -> None:
    url = PREFECT_API_URL.value()
    how = "start one with `prefect server start` and set PREFECT_API_URL=http://127.0.0.1:4200/api"
    if not url:
        raise NoServerError(f"schedules need a Prefect server: {how}")
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=10):
            pass
    except (OSError, ValueError) as error:
        raise NoServerError(f"no Prefect server answers at {url} ({error}): {how}") from None
