"""The ingestion as a Prefect flow: notices in, dataset and run report out.

Tasks are coarse, one per batch of notices, because each costs some milliseconds; they get paths, not contents, because
parameters are limited to 512 KiB.  The same input twice changes nothing but the list of runs.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from deltalake.exceptions import CommitFailedError
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.hooks import notify, tell
from pipeline.dataset import observe, parsed, rehearsal, runs, tables
from pipeline.dataset.history import Found
from pipeline.dataset.intake import again, stored, take_in
from pipeline.dataset.observe import Look, Seen
from pipeline.dataset.report import Report, Tally
from pipeline.parse import PARSER_VERSION
from pipeline.source import STDIN, printable, read
from schemas.expectations import read_expectations

FLOW = "ingest-vacancies"
BATCH = 100
_BATCH_BYTES = 64 * 1024 * 1024
_LONGEST_LIST = 256 * 1024  # half of what Prefect allows for all parameters
_RETRY: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [1, 5, 20],
    "cache_policy": NO_CACHE,
    "persist_result": False,
}


def may_help(task_: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again can help: another writer was faster, or a disk did not answer; never for a defect."""
    try:
        state.result()
    except (CommitFailedError, OSError):
        return True
    except Exception:
        return False
    return False


@flow(
    name=FLOW,
    description="Reads vacancy notices into a dataset and publishes it.",
    persist_result=False,
    on_failure=[notify],
    on_crashed=[notify],
)
def ingest(
    paths: list[str],
    dataset: str = "data",
    source: str | None = None,
    encoding: str | None = None,
    batch_size: int = BATCH,
    listed_in: str | None = None,
    copied: bool | None = None,
    expectations: str | None = None,
    accept: list[str] | None = None,
    wait: float = 600,
    on_failure: str | None = None,
    dry_run: bool = False,
) -> Report:
    """Read notices into the dataset, check it and publish it.

    ``paths`` are files and folders, ``-`` is standard input; ``listed_in`` is a JSON file with more of them, for
    lists that are too long for a parameter.  ``copied`` says whether the sources copy what others publish.
    ``expectations`` is a TOML file of checks, ``accept`` names those that may fail in this run.  ``wait`` is how many
    seconds another run may take to end.  ``on_failure`` is a command or an address to tell of a run that fails or is
    held back.  With ``dry_run`` everything is done on a copy and thrown away.
    """
    given = [*paths, *(json.loads(Path(listed_in).read_text(encoding="utf-8")) if listed_in else ())]
    options: dict[str, Any] = {
        "source": source,
        "encoding": encoding,
        "batch_size": batch_size,
        "copied": copied,
        "expectations": expectations,
        "accept": tuple(accept or ()),
        "wait": wait,
    }
    if not dry_run:
        return _report(_ingest(Path(dataset), given, **options), on_failure)
    with rehearsal.copy(Path(dataset), wait=wait) as root:
        return _ingest(root, given, **options)


def _ingest(
    root: Path,
    given: Sequence[str],
    *,
    source: str | None,
    encoding: str | None,
    batch_size: int,
    copied: bool | None,
    expectations: str | None,
    accept: Sequence[str],
    wait: float,
) -> Report:
    logger = get_run_logger()
    with runs.started(root, "ingest", given, wait=wait) as run:
        look = observe.look(root, given)
        logger.info("%d inputs unchanged, %d to read, into %s", len(look.held), len(look.paths), root)
        tally = _unchanged(root, look, batch_size)
        seen: list[Seen] = []
        for batch in batches(look.paths, batch_size):
            done, read_now = ingest_batch(batch, str(root), source, encoding)
            tally += done
            seen += read_now
            _tell(done)
            logger.info("%d of %d: %d new", tally.seen, len(look.held) + len(look.paths), tally.added)
        found = Found(look.scope, seen, held=look.held, copied=copied)
        return finish(run, found, tally, expectations=expectations, accept=accept)


@flow(
    name="reparse-vacancies",
    description="Reads again, from the stored bytes, what an earlier parser had read.",
    persist_result=False,
    on_failure=[notify],
    on_crashed=[notify],
)
def reparse(
    dataset: str = "data",
    batch_size: int = BATCH,
    expectations: str | None = None,
    accept: list[str] | None = None,
    wait: float = 600,
    on_failure: str | None = None,
) -> Report:
    """Parse anew every notice that another version of the parser has read, and publish the dataset."""
    root = Path(dataset)
    with runs.started(root, "reparse", [], wait=wait) as run:
        tally = Tally()
        for ids in tables.batches(parsed.stale(root, parser_version=PARSER_VERSION), batch_size):
            done = reparse_batch(ids, dataset)
            _tell(done)
            tally += done
        report = finish(run, Found(), tally, expectations=expectations, accept=accept or ())
    return _report(report, on_failure)


@flow(
    name="replay-vacancies",
    description="Reads again what is in quarantine, from the stored bytes.",
    persist_result=False,
)
def replay(dataset: str, entries: list[dict[str, Any]], wait: float = 600) -> Report:
    """Parse entries of the quarantine anew; those that give a notice enter the dataset, the others stay."""
    root = Path(dataset)
    with runs.started(root, "replay", [entry["source_uri"] for entry in entries], wait=wait) as run:
        tally, good = take_in(root, [stored(root, entry) for entry in entries])
        _tell(tally)
        seen = tuple(Seen(each.uri, each.name, each.sha256) for each in good)
        return finish(run, Found(seen=seen), tally)


@flow(name="drop-vacancies", description="Sets entries of the quarantine aside.", persist_result=False)
def drop(dataset: str, entries: list[dict[str, Any]], wait: float = 600) -> Report:
    """Set entries of the quarantine aside; their bytes stay."""
    with runs.started(Path(dataset), "drop", [entry["source_uri"] for entry in entries], wait=wait) as run:
        return finish(run, Found(), Tally(), dropped=entries)


@task(**_RETRY, retry_condition_fn=may_help, task_run_name="batch of {paths[0]}")
def ingest_batch(paths: list[str], dataset: str, source: str | None, encoding: str | None) -> tuple[Tally, list[Seen]]:
    """Read, keep and parse one batch; notices that the dataset holds are not parsed again."""
    times = {printable(path): observe.stat(path) for path in paths}  # before reading: a later change is read next time
    tally, good = take_in(Path(dataset), list(read(paths, name=source, encoding=encoding)))
    return tally, [Seen(each.uri, each.name, each.sha256, times.get(each.uri)) for each in good]


@task(**_RETRY, retry_condition_fn=may_help)
def reparse_batch(notice_ids: list[str], dataset: str) -> Tally:
    """Parse stored notices anew."""
    root = Path(dataset)
    return take_in(root, again(root, notice_ids))[0]


@task(**_RETRY, retry_condition_fn=may_help)
def finish(
    run: runs.Started,
    found: Found,
    tally: Tally,
    *,
    expectations: str | None = None,
    accept: Sequence[str] = (),
    dropped: Sequence[dict[str, Any]] = (),
) -> Report:
    """Fold what was found into the dataset, check it, publish it or hold it back, and report."""
    wanted = read_expectations(Path(expectations)) if expectations is not None else None
    report = runs.finish(run, found, tally, expectations=wanted, accepted=accept, dropped=dropped)
    create_markdown_artifact(report.markdown(), key=FLOW, description=f"Run {report.run_id}")
    return report


def _unchanged(root: Path, look: Look, batch_size: int) -> Tally:
    """What lies where it lay; parsed anew, from the stored bytes, where the parser has changed."""
    tally = Tally(seen=len(look.held), unchanged=len(look.held))
    stale = set(parsed.stale(root, parser_version=PARSER_VERSION)) & set(look.held.values())
    for ids in tables.batches(stale, batch_size):
        done = reparse_batch(ids, str(root))
        _tell(done)
        tally += replace(done, seen=0, unchanged=-len(ids))
    return tally


def _tell(done: Tally) -> None:
    for reject in done.rejects:
        get_run_logger().warning("%s: %s (%s)", reject.uri, reject.reason, reject.code)


def _report(report: Report, on_failure: str | None) -> Report:
    if report.held_back and on_failure is not None:
        tell(on_failure, report.json())
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


def parameters(paths: Sequence[str], dataset: Path, **others: Any) -> dict[str, Any]:
    """The flow's parameters; a list of paths too long for Prefect goes to a file in the dataset's folder.

    Paths become absolute, so that a place has one address from wherever it is read.
    """
    places = [path if path == STDIN else os.path.abspath(path) for path in paths]
    listing = json.dumps(places, ensure_ascii=False)
    chosen: dict[str, Any] = {"paths": places, "dataset": str(dataset.absolute()), **others}
    if len(listing.encode("utf-8", "surrogateescape")) > _LONGEST_LIST:
        folder = dataset / "inputs"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{hashlib.sha256(listing.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.json"
        file.write_text(json.dumps(places), encoding="utf-8")
        chosen |= {"paths": [], "listed_in": str(file)}
    return chosen
