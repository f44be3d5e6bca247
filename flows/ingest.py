"""The ingestion as a Prefect flow: notices in, dataset and run report out.

Tasks are coarse, one per batch of notices, because each costs some milliseconds; they get paths, not contents, because
parameters are limited to 512 KiB.  The same input twice changes nothing but the list of runs.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deltalake.exceptions import CommitFailedError
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from pipeline import dataset as store
from pipeline import rows
from pipeline.batch import parse_or_reject
from pipeline.parse import PARSER_VERSION, ParsedNotice
from pipeline.report import Report, Tally
from pipeline.source import STDIN, Reject, Source, inputs, read
from schemas.vacancy import SCHEMA_VERSION

FLOW = "ingest-vacancies"
BATCH = 100
_BATCH_BYTES = 64 * 1024 * 1024
_LONGEST_LIST = 256 * 1024  # half of what Prefect allows for all parameters


def may_help(task_: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again can help: another writer was faster, or a disk did not answer; never for a defect."""
    try:
        state.result()
    except (CommitFailedError, OSError):
        return True
    except Exception:
        return False
    return False


@flow(name=FLOW, description="Reads vacancy notices into a dataset and publishes it.", persist_result=False)
def ingest(
    paths: list[str],
    dataset: str = "data",
    source: str | None = None,
    encoding: str | None = None,
    batch_size: int = BATCH,
    listed_in: str | None = None,
) -> Report:
    """Read notices into the dataset and publish it.

    ``paths`` are files and folders, ``-`` is standard input; ``listed_in`` is a JSON file with more of them, for
    lists that are too long for a parameter.
    """
    logger = get_run_logger()
    started = datetime.now(UTC)
    given = [*paths, *(json.loads(Path(listed_in).read_text(encoding="utf-8")) if listed_in else ())]
    files = inputs(given)
    logger.info("%d inputs, into %s", len(files), dataset)
    tally = Tally()
    for batch in batches(files, batch_size):
        done = ingest_batch(batch, dataset, source, encoding)
        tally += done
        for reject in done.rejects:
            logger.warning("%s: %s (%s)", reject.uri, reject.reason, reject.code)
        logger.info("%d of %d: %d new, %d unchanged", tally.seen, len(files), tally.added, tally.unchanged)
    report = finish(tally, dataset, given, started)
    create_markdown_artifact(report.markdown(), key=FLOW, description=f"Run {report.run_id}")
    return report


@task(
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=may_help,
    cache_policy=NO_CACHE,
    persist_result=False,
    task_run_name="batch of {paths[0]}",
)
def ingest_batch(paths: list[str], dataset: str, source: str | None, encoding: str | None) -> Tally:
    """Read, parse and write one batch; notices that the dataset holds are not parsed again."""
    return write_batch(list(read(paths, name=source, encoding=encoding)), Path(dataset))


def write_batch(sources: Sequence[Source | Reject], root: Path) -> Tally:
    """Parse what is new to the dataset and write it; safe to repeat."""
    ids = {source.sha256 for source in sources if isinstance(source, Source)}
    held = store.known(root, ids, parser_version=PARSER_VERSION)
    told = store.rejected(root, ids, parser_version=PARSER_VERSION)
    outcomes: list[ParsedNotice | Reject] = []
    unchanged: list[str] = []
    for source in sources:
        if isinstance(source, Reject):
            outcomes.append(source)
        elif source.sha256 in held:
            unchanged.append(source.uri)
        elif source.sha256 in told:
            outcomes.append(replace(told[source.sha256], uri=source.uri, name=source.name))
        else:
            outcomes.append(parse_or_reject(source))
    batch = rows.batch(outcomes, at=datetime.now(UTC), unchanged=unchanged)
    with store.locked(root):
        before = store.write(root, batch)
    replaced = sum(row["notice_id"] in before for row in batch.notices)
    rejects = tuple(outcome for outcome in outcomes if isinstance(outcome, Reject))
    return Tally(
        seen=len(sources),
        added=len(batch.notices) - replaced,
        replaced=replaced,
        unchanged=len(sources) - len(rejects) - len(batch.notices),
        positions=len(batch.vacancies),
        rejects=rejects,
    )


@task(
    retries=3,
    retry_delay_seconds=[1, 5, 20],
    retry_condition_fn=may_help,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def finish(tally: Tally, dataset: str, given: list[str], started: datetime) -> Report:
    """Store the run's report and publish the snapshot."""
    root = Path(dataset)
    with store.locked(root):
        total, rates = store.fill_rates(root)
        report = Report(
            run_id=str(uuid.uuid4()),
            started_at=started,
            finished_at=datetime.now(UTC),
            inputs=tuple(given),
            tally=tally,
            total_positions=total,
            parser_version=PARSER_VERSION,
            schema_version=SCHEMA_VERSION,
            fill_rates=rates,
        )
        store.append(root, "runs", [report.row()])
        store.publish(root)
    return report


def one_line_errors() -> None:
    """Have Prefect log errors in one line, without the chain of calls, unless VACANCIES_DEBUG is set."""
    if os.environ.get("VACANCIES_DEBUG"):
        return
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


def batches(files: Sequence[str], size: int) -> Iterator[list[str]]:
    """The files in groups of at most ``size``, and of a bounded number of bytes."""
    batch: list[str] = []
    held = 0
    for file in files:
        length = os.path.getsize(file) if file != STDIN and os.path.isfile(file) else 0
        if batch and (len(batch) >= size or held + length > _BATCH_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(file)
        held += length
    if batch:
        yield batch


def parameters(paths: Sequence[str], dataset: Path, **others: str | None) -> dict[str, Any]:
    """The flow's parameters; a list of paths too long for Prefect goes to a file in the dataset's folder."""
    listing = json.dumps(list(paths), ensure_ascii=False)
    chosen: dict[str, Any] = {"paths": list(paths), "dataset": str(dataset), **others}
    if len(listing.encode("utf-8", "surrogateescape")) > _LONGEST_LIST:
        folder = dataset / "inputs"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{hashlib.sha256(listing.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.json"
        file.write_text(json.dumps(list(paths)), encoding="utf-8")
        chosen |= {"paths": [], "listed_in": str(file)}
    return chosen
