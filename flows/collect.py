"""The flow that brings a dataset up to date with a source on the web.

What the source lists is read by the flow itself, one request after another; what has arrived is parsed in tasks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.utilities.annotations import quote

from flows.hooks import ended_badly
from flows.ingest import finish, may_help, reparse_batch
from flows.limits import at_most
from flows.options import TIMEOUT, WAIT
from flows.reporting import deliver
from pipeline.dataset import parsed, rehearsal, runs, tables
from pipeline.dataset.intake import take_in
from pipeline.dataset.report import Report, Tally
from pipeline.escape import escaped
from pipeline.parse import PARSER_VERSION
from pipeline.source import Reject, Source
from pipeline.web import arrival
from pipeline.web.collect import client_of
from pipeline.web.collect import collect as collect_from
from pipeline.web.listing import Listing
from pipeline.web.sources import WebSource, read_source

FLOW = "collect-vacancies"
CACHE = "web"  # folder below the dataset's
BATCH = 50
_TASK: dict[str, Any] = {"retries": 3, "retry_delay_seconds": [1, 5, 20], "persist_result": False}
_BATCH_LIMIT = 1800  # seconds
_quote: Any = quote  # Prefect takes it off again; tasks are not typed for it


@flow(
    name=FLOW,
    description="Reads what a source on the web lists into a dataset and publishes it.",
    persist_result=False,
    on_failure=[ended_badly],
    on_crashed=[ended_badly],
)
def collect(
    file: str,
    dataset: str = "data",
    batch_size: int = BATCH,
    contact: str | None = None,
    expectations: str | None = None,
    accept: list[str] | None = None,
    wait: float = WAIT,
    timeout: float = TIMEOUT,
    on_failure: str | None = None,
    dry_run: bool = False,
) -> Report:
    """Read a source into the dataset, check it and publish it.

    ``file`` describes the source (pipeline.web.sources).  ``contact`` is the address of whoever runs this, which the
    servers are told.  The others are those of the flow ``ingest``.
    """
    root, source = Path(dataset), read_source(Path(file))
    options: dict[str, Any] = {
        "batch_size": batch_size,
        "contact": contact,
        "expectations": expectations,
        "accept": tuple(accept or ()),
        "wait": wait,
        "timeout": timeout,
    }
    if dry_run:
        with rehearsal.copy(root, wait=wait) as aside, tempfile.TemporaryDirectory(prefix="vacancies-") as cache:
            return _collect(aside, source, cache=Path(cache), **options)
    report = _collect(root, source, cache=root / CACHE, **options)
    return deliver(root, report, key=FLOW, on_failure=on_failure)


def _collect(
    root: Path,
    source: WebSource,
    *,
    cache: Path,
    batch_size: int,
    contact: str | None,
    expectations: str | None,
    accept: Sequence[str],
    wait: float,
    timeout: float,
) -> Report:
    logger = get_run_logger()
    with runs.started(root, arrival.COMMAND, arrival.inputs(source), wait=wait) as run, at_most(timeout):
        come = arrival.Arrival(root, arrival.standing(root, source.name))
        listing = Listing()
        tally = Tally()
        with client_of(source, cache=cache / f"{source.name}.sqlite", contact=contact) as client:
            for batch in arrival.batches(collect_from(source, client, listing), batch_size):
                done, taken = take_in_batch(_quote(come.news(batch)), str(root))
                come.note(taken)
                tally += done
                for reject in done.rejects:
                    logger.warning("%s: %s (%s)", escaped(reject.uri), escaped(reject.reason), reject.code)
            logger.info(
                "%d requests, %d answered as unchanged, %d kB",
                client.asked.requests,
                client.asked.unchanged,
                client.asked.bytes // 1024,
            )
        tally += _unchanged(root, come, batch_size)
        logger.info("%s: %d postings; %s", source.name, listing.listed, escaped(_told(listing)))
        found = _quote(come.found(listing, source))
        report: Report = finish(run, found, tally, expectations=expectations, accept=accept)
        return report


@task(**_TASK, timeout_seconds=_BATCH_LIMIT, retry_condition_fn=may_help)
def take_in_batch(arrived: list[Source | Reject], dataset: str) -> tuple[Tally, list[Source]]:
    """Keep and parse what has arrived; notices that the dataset holds are not parsed again.  Quote ``arrived``."""
    return take_in(Path(dataset), arrived)


def _unchanged(root: Path, come: arrival.Arrival, batch_size: int) -> Tally:
    """What is as it was; parsed anew, from the stored bytes, where the parser has changed."""
    tally = Tally(seen=len(come.held), unchanged=len(come.held))
    stale = set(parsed.stale(root, parser_version=PARSER_VERSION)) & set(come.held.values())
    for ids in tables.batches(stale, batch_size):
        tally += replace(reparse_batch(ids, str(root)), seen=0, unchanged=-len(ids))
    return tally


def _told(listing: Listing) -> str:
    return "; ".join(listing.gaps) or "the listing is complete"
