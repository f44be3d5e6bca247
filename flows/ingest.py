"""The flows: they bring a dataset up to date, once or on a schedule, and report what they did.

Tasks are coarse, one per batch of notices, because each costs some milliseconds; they get paths, not contents, because
parameters are limited to 512 KiB.  The same input twice changes nothing but the list of runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from deltalake.exceptions import CommitFailedError
from prefect import flow, get_run_logger, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task
from prefect.utilities.annotations import quote

from flows.hooks import ended_badly
from flows.inputs import batches, given
from flows.limits import at_most
from flows.options import TIMEOUT, WAIT
from flows.reporting import deliver
from pipeline.dataset import observe, parsed, rehearsal, runs, tables
from pipeline.dataset.history import Found
from pipeline.dataset.intake import again, stored, take_in
from pipeline.dataset.observe import Look, Seen
from pipeline.dataset.report import Report, Tally
from pipeline.escape import escaped
from pipeline.formats.columns import read_mapping
from pipeline.parse import PARSER_VERSION
from pipeline.source import grouped, printable, read
from pipeline.workers import expand
from schemas.expectations import read_expectations

FLOW = "ingest-vacancies"
BATCH = 100
_TASK: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [1, 5, 20],
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
_BATCH_LIMIT = 1800  # seconds; a batch takes some
_FINISH_LIMIT = 3 * 3600
_FLOW: dict[str, Any] = {"persist_result": False, "on_failure": [ended_badly], "on_crashed": [ended_badly]}


def may_help(task_: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again can help: another writer was faster, or a disk did not answer.

    Never for a defect, nor where the task took longer than it may.
    """
    try:
        state.result()
    except (CommitFailedError, OSError):
        return state.name != "TimedOut"
    except Exception:
        return False
    return False


@flow(name=FLOW, description="Reads vacancy notices into a dataset and publishes it.", **_FLOW)
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
    wait: float = WAIT,
    timeout: float = TIMEOUT,
    on_failure: str | None = None,
    dry_run: bool = False,
    columns: str | None = None,
) -> Report:
    """Read notices into the dataset, check it and publish it.

    ``paths`` are files and folders, ``-`` is standard input; ``listed_in`` is a JSON file with more of them, for
    lists that are too long for a parameter.  ``columns`` is a TOML file that says what the columns of tables hold.
    ``copied`` says whether the sources copy what others publish.
    ``expectations`` is a TOML file of checks, ``accept`` names those that may fail in this run.  ``wait`` is how many
    seconds another run may take to end, ``timeout`` how many hours this one may.  ``on_failure`` is a command or an
    address to tell of a run that fails or is held back.  With ``dry_run`` everything is done on a copy and thrown away.
    """
    root = Path(dataset)
    options: dict[str, Any] = {
        "source": source,
        "encoding": encoding,
        "batch_size": batch_size,
        "copied": copied,
        "expectations": expectations,
        "accept": tuple(accept or ()),
        "wait": wait,
        "timeout": timeout,
        "columns": columns,
    }
    if dry_run:
        with rehearsal.copy(root, wait=wait) as aside:
            return _ingest(aside, given(paths, listed_in), **options)
    report = _ingest(root, given(paths, listed_in), **options)
    return deliver(root, report, key=FLOW, on_failure=on_failure)


def _ingest(
    root: Path,
    places: Sequence[str],
    *,
    source: str | None,
    encoding: str | None,
    batch_size: int,
    copied: bool | None,
    expectations: str | None,
    accept: Sequence[str],
    wait: float,
    timeout: float,
    columns: str | None,
) -> Report:
    logger = get_run_logger()
    with runs.started(root, "ingest", places, wait=wait) as run, at_most(timeout):
        look = observe.look(root, places)
        logger.info("%d inputs unchanged, %d to read, into %s", len(look.held), len(look.paths), escaped(str(root)))
        tally = _unchanged(root, look, batch_size)
        seen: list[Seen] = []
        for batch in batches(look.paths, batch_size):
            done, read_now = ingest_batch(batch, str(root), source, encoding, columns)
            tally += done
            seen += read_now
            _tell(done)
            logger.info("%d of %d: %d new", tally.seen, len(look.held) + len(look.paths), tally.added)
        found = Found(look.scope, seen, held=look.held, copied=copied)
        return finish(run, _unsearched(found), tally, expectations=expectations, accept=accept)


@flow(name="reparse-vacancies", description="Reads again, from the stored bytes, what an older parser read.", **_FLOW)
def reparse(
    dataset: str = "data",
    batch_size: int = BATCH,
    expectations: str | None = None,
    accept: list[str] | None = None,
    wait: float = WAIT,
    timeout: float = TIMEOUT,
    on_failure: str | None = None,
) -> Report:
    """Parse anew every notice that another version of the parser has read, and publish the dataset."""
    root = Path(dataset)
    with runs.started(root, "reparse", [], wait=wait) as run, at_most(timeout):
        tally = Tally()
        for ids in tables.batches(parsed.stale(root, parser_version=PARSER_VERSION), batch_size):
            done = reparse_batch(ids, dataset)
            _tell(done)
            tally += done
        report = finish(run, _unsearched(Found()), tally, expectations=expectations, accept=accept or ())
    return deliver(root, report, key="reparse-vacancies", on_failure=on_failure)


@flow(name="replay-vacancies", description="Reads again what is in quarantine, from the stored bytes.", **_FLOW)
def replay(dataset: str, entries: list[dict[str, Any]], listed_in: str | None = None, wait: float = WAIT) -> Report:
    """Parse entries of the quarantine anew; those that give a notice enter the dataset, the others stay."""
    root = Path(dataset)
    chosen = given(entries, listed_in)
    with runs.started(root, "replay", [entry["source_uri"] for entry in chosen], wait=wait) as run:
        tally, good = take_in(root, [stored(root, entry) for entry in chosen])
        _tell(tally)
        seen = tuple(Seen(each.uri, each.name, each.sha256) for each in good)
        report = finish(run, _unsearched(Found(seen=seen)), tally)
    return deliver(root, report, key="replay-vacancies", on_failure=None)


@flow(name="drop-vacancies", description="Sets entries of the quarantine aside.", **_FLOW)
def drop(dataset: str, entries: list[dict[str, Any]], listed_in: str | None = None, wait: float = WAIT) -> Report:
    """Set entries of the quarantine aside; their bytes stay."""
    root = Path(dataset)
    chosen = given(entries, listed_in)
    with runs.started(root, "drop", [entry["source_uri"] for entry in chosen], wait=wait) as run:
        report = finish(run, _unsearched(Found()), Tally(), dropped=chosen)
    return deliver(root, report, key="drop-vacancies", on_failure=None)


@task(**_TASK, timeout_seconds=_BATCH_LIMIT, retry_condition_fn=may_help, task_run_name=lambda: _batch_name())
def ingest_batch(
    paths: list[str], dataset: str, source: str | None, encoding: str | None, columns: str | None = None
) -> tuple[Tally, list[Seen]]:
    """Read, keep and parse one batch; notices that the dataset holds are not parsed again."""
    times = {printable(path): observe.stat(path) for path in paths}  # before reading: a later change is read next time
    tally, seen = Tally(), []
    given = read_mapping(Path(columns)) if columns else None
    for some in grouped(read(paths, name=source, encoding=encoding, mapping=given, expander=expand), BATCH):
        done, good = take_in(Path(dataset), some)
        tally += done
        seen += [Seen(each.uri, each.name, each.sha256, observe.stat_of(each.uri, times)) for each in good]
    return tally, seen


@task(**_TASK, timeout_seconds=_BATCH_LIMIT, retry_condition_fn=may_help)
def reparse_batch(notice_ids: list[str], dataset: str) -> Tally:
    """Parse stored notices anew."""
    root = Path(dataset)
    return take_in(root, again(root, notice_ids))[0]


@task(**_TASK, timeout_seconds=_FINISH_LIMIT, retry_condition_fn=may_help)
def finish(
    run: runs.Started,
    found: Found,
    tally: Tally,
    *,
    expectations: str | None = None,
    accept: Sequence[str] = (),
    dropped: Sequence[dict[str, Any]] = (),
) -> Report:
    """Fold what was found into the dataset, check it, publish it or hold it back."""
    wanted = read_expectations(Path(expectations)) if expectations is not None else None
    return runs.finish(run, found, tally, expectations=wanted, accepted=accept, dropped=dropped)


def _batch_name() -> str:
    return f"batch of {escaped(runtime.task_run.parameters['paths'][0])}"


def _unsearched(found: Found) -> Found:
    """A parameter of a task in which Prefect does not look for results of other tasks, notice by notice."""
    return cast(Found, quote(found))


def _unchanged(root: Path, look: Look, batch_size: int) -> Tally:
    """What lies where it lay; parsed anew, from the stored bytes, where the parser has changed."""
    tally = Tally(seen=len(look.held) + len(look.told), unchanged=len(look.held), rejects=tuple(look.told))
    stale = set(parsed.stale(root, parser_version=PARSER_VERSION)) & set(look.held.values())
    for ids in tables.batches(stale, batch_size):
        done = reparse_batch(ids, str(root))
        _tell(done)
        tally += replace(done, seen=0, unchanged=-len(ids))
    return tally


def _tell(done: Tally) -> None:
    for reject in done.rejects:
        get_run_logger().warning("%s: %s (%s)", escaped(reject.uri), escaped(reject.reason), reject.code)
