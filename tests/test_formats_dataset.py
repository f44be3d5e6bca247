"""Containers in a dataset: an unchanged one is not read again, and what is no longer in it has disappeared."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.dataset import intake, observe, runs, tables
from pipeline.dataset.history import Found
from pipeline.dataset.observe import Look, Seen
from pipeline.dataset.report import Report, Tally
from pipeline.source import containers_of, grouped, read
from tests import documents
from tests.hostile import NOTICE


def night(root: Path, places: list[str]) -> tuple[Look, Report]:
    """One run, as the flow does it."""
    with runs.started(root, "ingest", places) as run:
        look = observe.look(root, places)
        tally = Tally(seen=len(look.held) + len(look.told), unchanged=len(look.held), rejects=tuple(look.told))
        times = {path: observe.stat(path) for path in look.paths}
        seen: list[Seen] = []
        for some in grouped(read(look.paths), 2):
            done, good = intake.take_in(root, some)
            tally += done
            seen += [Seen(each.uri, each.name, each.sha256, observe.stat_of(each.uri, times)) for each in good]
        return look, runs.finish(run, Found(look.scope, seen, held=look.held), tally)


def present(root: Path) -> dict[str, bool]:
    rows = tables.read(root, "sightings").to_pylist()
    return {row["source_uri"].split("!/")[-1]: row["last_seen"] is None for row in rows}


@pytest.mark.parametrize("single", [True, False])
def test_an_archive_through_four_nights(tmp_path: Path, single: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.batch import parse_or_reject

    monkeypatch.setattr(intake, "parse_or_reject", parse_or_reject)
    root, inbox = tmp_path / "data", tmp_path / "in!"
    inbox.mkdir()
    archive = inbox / "all.zip" if not single else tmp_path / "all.zip"
    places = [str(archive if single else inbox)]
    notices = {
        f"{name}.txt": NOTICE.replace("Cook", name).replace("VN-7", f"VN-{name}").encode()
        for name in ("Cook", "Driver")
    }

    archive.write_bytes(
        documents.as_zip({**notices, "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(99), "../x.txt": b"Cook"})
    )
    look, report = night(root, places)
    assert (len(look.paths), report.tally.added, len(report.tally.rejects)) == (1, 2, 2)

    look, report = night(root, places)
    assert look.paths == []
    assert sorted(look.held) == [f"{archive}!/{name}" for name in sorted(notices)]
    assert sorted(reject.code for reject in look.told) == ["binary", "unsafe_member"]
    assert (report.tally.seen, report.tally.added, len(report.tally.rejects)) == (4, 0, 2)
    assert report.changes == {}

    archive.write_bytes(documents.as_zip({"Driver.txt": notices["Driver.txt"]}))
    look, report = night(root, places)
    assert look.paths == [str(archive)]
    assert report.changes["disappeared"] == 1
    assert present(root) == {"Cook.txt": False, "Driver.txt": True}

    archive.write_bytes(documents.as_zip({"Driver.txt": notices["Driver.txt"]})[:60])
    look, report = night(root, places)
    assert [reject.code for reject in report.tally.rejects] == ["damaged"]
    assert report.changes.get("disappeared", 0) == 0  # it may be whole again tomorrow


def test_the_containers_of_a_place() -> None:
    assert containers_of("/in/a.zip!/b.zip!/c.txt") == ["/in/a.zip", "/in/a.zip!/b.zip"]
    assert containers_of("/in/a.txt") == containers_of("https://a.example/x") == []
