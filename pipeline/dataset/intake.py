"""Notices come in: their bytes are kept, what is new to the dataset is parsed and stored, the rest is counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.dataset import parsed, quarantine, raw, rows, tables
from pipeline.dataset.report import Tally
from pipeline.parse import PARSER_VERSION, ParsedNotice
from pipeline.source import Reject, Rejected, Source, from_bytes
from pipeline.workers import parse_or_reject

_KEPT = ["notice_id", "source", "source_uri", "fetched_at", "size", "declared"]


def take_in(root: Path, sources: Sequence[Source | Reject]) -> tuple[Tally, list[Source]]:
    """Keep the bytes, parse what is new to the dataset and write it; safe to repeat.  Returns what gave a notice."""
    whole = [source for source in sources if isinstance(source, Source)]
    rejects = [source for source in sources if isinstance(source, Reject)]
    raw.keep(root, ((source.sha256, source.raw) for source in whole))
    ids = {source.sha256 for source in whole}
    held = parsed.known(root, ids, parser_version=PARSER_VERSION)
    outcomes: dict[str, ParsedNotice | Reject] = {**quarantine.told(root, ids - held, parser_version=PARSER_VERSION)}
    good = []
    for source in whole:
        if source.sha256 not in held and source.sha256 not in outcomes:
            outcomes[source.sha256] = parse_or_reject(source)
        outcome = outcomes.get(source.sha256)
        if isinstance(outcome, Reject):
            rejects.append(replace(outcome, uri=source.uri, name=source.name))
        else:
            good.append(source)
    notices = [outcome for outcome in outcomes.values() if isinstance(outcome, ParsedNotice)]
    replaced = parsed.write(root, rows.batch(notices, at=datetime.now(UTC)))
    counted = Tally(
        seen=len(sources),
        added=len(notices) - len(replaced),
        replaced=len(replaced),
        unchanged=len(good) - len(notices),
        rejects=tuple(rejects),
    )
    return counted, good


def stored(root: Path, entry: Mapping[str, Any]) -> Source | Reject:
    """A notice from its stored bytes."""
    uri, name, notice_id = entry["source_uri"], entry["source"], entry["notice_id"]
    try:
        content = raw.read(root, notice_id)
        told = {"fetched_at": entry.get("fetched_at"), "declared": entry.get("declared")}
        return from_bytes(content, uri=uri, name=name, **told)
    except raw.MissingBytesError as error:
        return Reject(uri, name, "no_bytes", "raw", str(error), notice_id, entry.get("size"))
    except Rejected as error:
        return Reject(uri, name, error.code, error.stage, error.reason, notice_id, entry.get("size"))


def again(root: Path, notice_ids: Collection[str]) -> list[Source | Reject]:
    """Notices that the dataset holds, from their stored bytes."""
    found = tables.read(root, "notices", where=tables.isin("notice_id", notice_ids), only=_KEPT)
    return [stored(root, entry) for entry in found.to_pylist()]
