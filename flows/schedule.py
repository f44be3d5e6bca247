"""The ingestion on a schedule: a deployment that a Prefect server starts and this process runs."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect.client.schemas.schedules import CronSchedule
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL
from prefect.types.entrypoint import EntrypointType
from pydantic import ValidationError

from flows.ingest import ingest
from flows.inputs import parameters
from flows.options import say

NAME = "nightly"
_PAGE = "docs/operating.md says how"
_INPUTS = "inputs"  # folder below the dataset's
_ANSWERS_IN = 10  # seconds
# Health can be asked for without the auth string, this cannot.
_GUARDED = "/admin/version"


class ServerError(Exception):
    """There is no Prefect server that would keep the schedule."""


def timetable(cron: str, timezone: str) -> CronSchedule:
    """The schedule of a cron line of five fields in an IANA time zone; raises ValueError where it is none."""
    try:
        return CronSchedule(cron=cron, timezone=timezone)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


def serve(paths: Sequence[str], dataset: Path, *, schedule: CronSchedule, options: Mapping[str, Any]) -> None:
    """Run the ingestion whenever the server says so, one run at a time; returns when interrupted.

    ``options`` are parameters of the flow.  What stands in a folder is looked up anew at each run.  A run that was due
    while this process was not there starts when it is there again.  Raises ServerError.
    """
    check_server()
    ingest.serve(
        name=NAME,
        schedules=[schedule],
        parameters=parameters(paths, dataset, folder=dataset / _INPUTS, **options),
        tags=["vacancies"],
        limit=1,
        paused=False,
        pause_on_shutdown=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def check_server() -> None:
    """See that the server answers and knows us; say so where it would answer anybody.  Raises ServerError."""
    url = PREFECT_API_URL.value()
    if not url:
        raise ServerError(f"schedules need a Prefect server, and PREFECT_API_URL that says where it is; {_PAGE}")
    secret = PREFECT_API_AUTH_STRING.value()
    try:
        answer = _status(f"{url}/health", None)
        guarded = _status(f"{url}{_GUARDED}", secret)
        anybody = secret is not None and _status(f"{url}{_GUARDED}", None)
    except (OSError, ValueError) as error:
        raise ServerError(
            f"no Prefect server answers at {url} ({error});"
            f" start one with `prefect server start --host 127.0.0.1`; {_PAGE}"
        ) from None
    if guarded in (401, 403):
        raise ServerError(
            f"the Prefect server at {url} does not let us in (HTTP {guarded}): PREFECT_API_AUTH_STRING must be its"
            f" PREFECT_SERVER_API_AUTH_STRING; {_PAGE}"
        )
    if answer != 200 or guarded != 200:
        raise ServerError(f"what answers at {url} is no Prefect server, or is not well (HTTP {answer}, {guarded})")
    if secret is None or anybody == 200:
        say(f"vacancies schedule: the Prefect server at {url} asks nobody for an auth string; {_PAGE}")


def _status(url: str, secret: str | None) -> int:
    """The HTTP status of a GET with this auth string."""
    headers = {}
    if secret is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_ANSWERS_IN) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
