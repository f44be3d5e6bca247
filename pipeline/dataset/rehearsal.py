"""A copy of a dataset to try a run on: its files are linked, not copied, and what the run writes is thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.dataset import raw
from pipeline.dataset.disk import locked
from pipeline.dataset.snapshot import LATEST

_PREFIX = ".dry-run-"


@contextmanager
def copy(root: Path, *, wait: float = 0) -> Iterator[Path]:
    """The folder of a copy that is removed at the end; the files of the original are never written to.

    It lies in the dataset's own folder, because links do not cross file systems.
    """
    existed = root.exists()
    with locked(root, wait=wait):
        clean(root)
        aside = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
        for folder in ("tables", "snapshots"):
            if (root / folder).exists():
                shutil.copytree(root / folder, aside / folder, copy_function=_link)
        if (root / LATEST).is_symlink():
            os.symlink(os.readlink(root / LATEST), aside / LATEST)
        if (root / raw.FOLDER).exists():
            os.symlink(root.absolute() / raw.FOLDER, aside / raw.LOWER)
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if not existed:
            shutil.rmtree(root, ignore_errors=True)


def clean(root: Path) -> None:
    """Remove copies that a run which died has left."""
    for folder in root.glob(f"{_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _link(source: str, target: str) -> None:
    if source.endswith(".parquet"):
        os.link(source, target)
    else:  # logs and pointers may be written to in place
        shutil.copy2(source, target)
