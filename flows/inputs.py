"""What flows and their tasks are given: paths in batches, and lists that are too long for a parameter in a file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.source import STDIN

_BATCH_BYTES = 64 * 1024 * 1024
_LONGEST_LIST = 256 * 1024  # half of what Prefect allows for all parameters


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


def parameters(paths: Sequence[str], dataset: Path, *, folder: Path, **others: Any) -> dict[str, Any]:
    """The parameters of the flow ``ingest``.

    Paths become absolute, so that a place has one address from wherever it is read.
    """
    places = [path if path == STDIN else os.path.abspath(path) for path in paths]
    return {"dataset": str(dataset.absolute()), **others, **listed("paths", places, folder)}


def listed(name: str, values: Sequence[Any], folder: Path) -> dict[str, Any]:
    """A list as the parameter ``name``; one too long for Prefect as a file in ``folder`` that ``listed_in`` names."""
    text = json.dumps(values)
    if len(text) <= _LONGEST_LIST:
        return {name: list(values)}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    file.write_text(text, encoding="utf-8")
    return {name: [], "listed_in": str(file.absolute())}


def given(values: Sequence[Any], listed_in: str | None) -> list[Any]:
    """The list that ``listed`` took apart."""
    more = json.loads(Path(listed_in).read_text(encoding="utf-8")) if listed_in else []
    return [*values, *more]
