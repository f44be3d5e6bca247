"""The raw bytes of every input that was read: ``DATASET/raw/ab/abcd….zst``, named by their SHA-256, never rewritten.

Zstandard frames, so that ``zstd -d`` reads them.  What a later parser or a replay reads comes from here, not from where
the notice once lay.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from pipeline.dataset.disk import sync

FOLDER = "raw"
LOWER = "raw.lower"  # a link to another raw folder that is read where this one holds nothing


class MissingBytesError(Exception):
    """The bytes of a notice are not there, or are not what they were."""


def path(notice_id: str) -> str:
    """Where the bytes of a notice lie, below the dataset's folder."""
    return f"{FOLDER}/{notice_id[:2]}/{notice_id}.zst"


def keep(root: Path, contents: Iterable[tuple[str, bytes]]) -> int:
    """Store bytes by their SHA-256, brought to the disk; returns how many bytes were written.

    What is there already is left as it is, unless it is damaged.
    """
    folders: set[Path] = set()
    made: dict[Path, Path] = {}  # where it is written, where it belongs
    try:
        for notice_id, content in contents:
            file = root / path(notice_id)
            if file.exists() and _is_whole(root, notice_id):
                continue
            if not file.parent.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                folders |= {file.parent.parent, root}
            aside = file.with_name(f".{notice_id}")
            made[aside] = file
            with pa.output_stream(str(aside), compression="zstd") as stream:
                stream.write(content)
        sync(*made)
        written = sum(aside.stat().st_size for aside in made)
        for aside, file in made.items():
            os.replace(aside, file)
            folders.add(file.parent)
    except OSError:
        for aside in made:
            aside.unlink(missing_ok=True)
        raise
    sync(*sorted(folders))
    return written


def clean(root: Path) -> None:
    """Remove what a run that died in the middle of a file has left."""
    for file in (root / FOLDER).glob("*/.*"):
        file.unlink(missing_ok=True)


def _is_whole(root: Path, notice_id: str) -> bool:
    try:
        read(root, notice_id)
    except MissingBytesError:
        return False
    return True


def read(root: Path, notice_id: str) -> bytes:
    """The bytes of a notice; raises MissingBytesError where they are not there or damaged."""
    file = root / path(notice_id)
    if not file.exists() and (root / LOWER).exists():
        file = root / LOWER / Path(path(notice_id)).relative_to(FOLDER)
    try:
        with pa.input_stream(str(file), compression="zstd") as stream:
            content: bytes = stream.read()
    except FileNotFoundError:
        raise MissingBytesError(f"{file}: the notice's bytes are not there") from None
    except OSError as error:
        raise MissingBytesError(f"{file}: {error}") from None
    if hashlib.sha256(content).hexdigest() != notice_id:
        raise MissingBytesError(f"{file}: the bytes are not those that its name says")
    return content
