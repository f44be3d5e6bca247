"""A copy of a dataset to try a run on: its files are linked, not copied, and what the run writes is thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pipeline.dataset import raw
from pipeline.dataset.disk import BusyError, locked
from pipeline.dataset.snapshot import LATEST

_PREFIX = ".dry-run-"


@contextmanager
def copy(root: Path, *, wait: float = 0) -> Iterator[Path]:
    """The folder of a copy that is removed at the end; the files of the original are never written to.

    It lies in the dataset's own folder, because links do not cross file systems.  Where there is no dataset yet, it is
    empty and lies elsewhere.
    """
    if not root.exists():
        with tempfile.TemporaryDirectory(prefix="vacancies-") as empty:
            yield Path(empty)
        return
    with ExitStack() as alive:
        with locked(root, wait=wait):
            clean(root)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
            alive.callback(shutil.rmtree, folder, ignore_errors=True)
            alive.enter_context(locked(folder))  # so that another run does not take it for one that was left
            aside = folder / "dataset"
            _copy(root, aside)
        yield aside


def clean(root: Path) -> None:
    """Remove copies that a run which died has left; those of runs at work stay."""
    for folder in root.glob(f"{_PREFIX}*"):
        with suppress(BusyError), locked(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _copy(root: Path, aside: Path) -> None:
    aside.mkdir()
    for folder in (*root.glob("tables*"), *root.glob("snapshots")):  # old tables, where a migration was cut short
        shutil.copytree(folder, aside / folder.name, copy_function=_link)
    if (root / LATEST).is_symlink():
        os.symlink(os.readlink(root / LATEST), aside / LATEST)
    if (root / raw.FOLDER).exists():
        os.symlink(root.absolute() / raw.FOLDER, aside / raw.LOWER)


def _link(source: str, target: str) -> None:
    if source.endswith(".parquet"):
        os.link(source, target)
    else:  # logs and pointers may be written to in place
        shutil.copy2(source, target)
