"""The commands about the quarantine: what gave no record, why, and what becomes of it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.options import DATASET, WAIT, AsJson, DatasetFolder, Wait, existing, refused
from flows.running import end, house_prefect, one_line_errors, quiet_prefect

app = typer.Typer(
    help="What gave no record, why, and what becomes of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list", epilog="Examples:  vacancies quarantine list --dataset data")
def list_(
    dataset: DatasetFolder = DATASET,
    settled: Annotated[bool, typer.Option("--all", help="Also what was cured or dropped.")] = False,
    json_: AsJson = False,
) -> None:
    """List what is in quarantine."""
    from flows import show_dataset

    entries = _entries(dataset, settled=settled)
    print(json.dumps(entries, default=str, ensure_ascii=False, indent=2) if json_ else show_dataset.quarantine(entries))


@app.command("show", epilog="Examples:  vacancies quarantine show inbox/notice.txt --dataset data")
def show_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Address or notice_id of an entry, or its beginning.")],
    dataset: DatasetFolder = DATASET,
) -> None:
    """Show one entry, and the beginning of its bytes as text."""
    from flows import show_dataset

    with one_line_errors():
        from pipeline.dataset import raw

        for entry in _chosen(dataset, [name], settled=True):
            print(show_dataset.entry(entry, raw.read(dataset, entry["notice_id"]) if entry["raw"] else None))


@app.command("replay", epilog="Examples:  vacancies quarantine replay --dataset data")
def replay(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Addresses or notice_ids; none for all.")
    ] = None,
    dataset: DatasetFolder = DATASET,
    wait: Wait = WAIT,
    json_: AsJson = False,
) -> None:
    """Parse entries again from their stored bytes."""
    chosen = [_pointer(entry) for entry in _chosen(dataset, names or []) if entry["raw"]]
    if not chosen:
        raise refused("none of these has stored bytes; ingest them again from where they lie", "NAME")
    house_prefect(dataset)
    with tempfile.TemporaryDirectory(prefix="vacancies-") as aside, quiet_prefect(), one_line_errors():
        from flows.ingest import replay as flow
        from flows.inputs import listed

        report = flow(str(dataset.absolute()), wait=wait, **listed("entries", chosen, Path(aside)))
    end(report, as_json=json_)


@app.command("drop", epilog="Examples:  vacancies quarantine drop inbox/notice.txt --dataset data")
def drop(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Addresses or notice_ids of entries.")],
    dataset: DatasetFolder = DATASET,
    wait: Wait = WAIT,
    json_: AsJson = False,
) -> None:
    """Set entries aside: they are no longer listed; their bytes stay."""
    chosen = [_pointer(entry) for entry in _chosen(dataset, names)]
    house_prefect(dataset)
    with tempfile.TemporaryDirectory(prefix="vacancies-") as aside, quiet_prefect(), one_line_errors():
        from flows.ingest import drop as flow
        from flows.inputs import listed

        report = flow(str(dataset.absolute()), wait=wait, **listed("entries", chosen, Path(aside)))
    end(report, as_json=json_)


def _entries(dataset: Path, *, settled: bool = False) -> list[dict[str, Any]]:
    existing(dataset)
    with one_line_errors():
        from pipeline.dataset import snapshot

        found: list[dict[str, Any]] = snapshot.read(dataset, "rejects").to_pylist()
    return [entry for entry in found if settled or entry["status"] == "open"]


def _chosen(dataset: Path, names: list[str], *, settled: bool = False) -> list[dict[str, Any]]:
    from pipeline.dataset.quarantine import chosen

    entries = _entries(dataset, settled=settled)
    places = {entry["source_uri"] for entry in entries}
    absolute = [os.path.abspath(name) for name in names]
    meant = [place if place in places else name for name, place in zip(names, absolute, strict=True)]
    try:
        return chosen(entries, meant)
    except LookupError as error:
        raise refused(str(error.args[0]), "NAME") from None


def _pointer(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("source_uri", "source", "notice_id", "size")}
