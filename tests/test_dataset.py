"""The dataset's parts: tables, raw bytes, the parsed store, the snapshot, what is looked at, rehearsals, exports."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from deltalake import WriterProperties

from pipeline.dataset import export, observe, parsed, quarantine, raw, rehearsal, rows, runs, snapshot, status, tables
from pipeline.parse import PARSER_VERSION, ParsedNotice
from pipeline.repair import Edit
from pipeline.source import STDIN, Source, read
from schemas.table import KEYS, TABLES
from schemas.vacancy import SCHEMA_VERSION, Vacancy
from tests.night import drop, ingest, notice, reparse, set_clock
from tests.test_nights import plainly

NOW = datetime(2031, 3, 6, 7, 8, 9, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def as_parsed(text: str, *titles: str, uri: str = "board/cook.txt") -> ParsedNotice:
    """A notice with one filled-in record per title."""
    source = Source(text.encode(), digest(text), uri, "board", NOW)
    records = tuple(
        Vacancy.model_validate(
            {
                "vacancy_id": f"{digest(text)[:8]}-{number}",
                "notice_id": digest(text),
                "position": number,
                "positions": len(titles),
                "source": source.name,
                "source_uri": uri,
                "title": title,
                "contract_type": "fixed_term",
                "country": "XK",
                "closing_date": date(2031, 6, 1),
                "closing_at": datetime(2031, 6, 1, 21, 59, tzinfo=UTC),
                "duration_months": 12.5,
                "salary": {"min": Decimal("1250.505"), "max": Decimal(2000), "currency": "KWD", "period": "month"},
                "education_level": "bachelor",
                "education_fields": ["law", "“order”"],
                "experience_routes": [{"education_level": "master", "years": 2}, {"education_level": None, "years": 4}],
                "languages": [{"language": "en", "name": "English", "requirement": "required", "cefr": "C1"}],
                "qualifications": [{"text": "cooks", "kind": "skill", "requirement": "desired"}],
                "states": {"title": "stated", "grade": "none"},
                "notice_language": "en",
                "evidence": [
                    {"field": "title", "start": 0, "end": 4, "quote": text[:4], "rule": "label", "confidence": 0.9},
                    {"field": "salary", "start": 1, "end": 3, "quote": text[1:3], "rule": "label", "confidence": 1},
                ],
            }
        )
        for number, title in enumerate(titles, 1)
    )
    return ParsedNotice(digest(text), source, text, text.upper(), "en", (Edit(0, 1, "c", "C", "case"),), records)


def stored(root: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tables.read(root, name).to_pylist(maps_as_pydicts="strict")
    return found


def run_row(number: int, **values: Any) -> dict[str, Any]:
    return {"run": number, "run_id": str(number), "status": "published", "started_at": NOW, **values}


def reject_row(name: str, uri: str, **values: Any) -> dict[str, Any]:
    return {"notice_id": name and digest(name), "source_uri": uri, "code": "binary", "status": "open", **values}


# Tables


def test_a_table_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    assert tables.version(tmp_path, "runs") == -1
    assert tables.files(tmp_path, "runs") == []
    assert tables.scan(tmp_path, "runs") is None
    assert tables.read(tmp_path, "runs").schema.equals(tables.columns("runs"))
    assert tables.read(tmp_path, "runs", only=["run_id", "run"]).column_names == ["run_id", "run"]


def test_append_and_read(tmp_path: Path) -> None:
    tables.append(tmp_path, "runs", [run_row(1, changes={"added": 2}), run_row(2, status="held_back")])
    tables.append(tmp_path, "runs", [])
    tables.append(tmp_path, "runs", [run_row(3)])
    assert tables.version(tmp_path, "runs") == 1
    found = tables.read(tmp_path, "runs", where=pc.field("status") == "published", only=["run", "changes"])
    assert sorted(found.to_pylist(maps_as_pydicts="strict"), key=lambda row: row["run"]) == [
        {"run": 1, "changes": {"added": 2}},
        {"run": 3, "changes": None},
    ]


def test_only_row_groups_that_hold_what_is_wanted_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_WRITER", WriterProperties(compression="ZSTD", max_row_group_size=4))
    for start in (0, 10):
        tables.append(tmp_path, "runs", [run_row(start + number) for number in range(10)])
    source = tables.scan(tmp_path, "runs")
    assert source is not None
    for wanted, groups in (([], 0), ([3], 1), ([2, 3, 9], 2), ([4, 14], 2), (range(20), 6)):
        where = pc.field("run").isin(pa.array(list(wanted), pa.int64()))
        narrowed = tables._narrowed(source, where)
        assert sum(len(fragment.row_groups) for fragment in narrowed.get_fragments()) == groups
        assert sorted(tables.read(tmp_path, "runs", where=where)["run"].to_pylist()) == list(wanted)
    assert tables.read(tmp_path, "runs", where=pc.field("error") == "none has one").num_rows == 0


def test_a_table_that_another_has_replaced_is_read_anew(tmp_path: Path) -> None:
    for name in ("one", "other"):
        tables.append(tmp_path / name, "runs", [run_row(len(name))])
    root = tmp_path / "dataset"
    for name in ("one", "other"):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(tmp_path / name, root)
        assert tables.read(root, "runs")["run"].to_pylist() == [len(name)]
    tables.roll_back(root, {}, names=["runs"])
    assert tables.version(root, "runs") == -1
    tables.append(root, "runs", [run_row(9)])
    assert tables.read(root, "runs")["run"].to_pylist() == [9]


def test_upsert_replaces_what_has_the_same_key_and_nothing_else(tmp_path: Path) -> None:
    tables.upsert(tmp_path, "rejects", [reject_row("a", "1"), reject_row("a", "2"), reject_row("", "1")])
    tables.upsert(tmp_path, "rejects", [reject_row("a", "2", code="empty"), reject_row("b", "2"), reject_row("", "3")])
    found = {(row["notice_id"], row["source_uri"]): row["code"] for row in stored(tmp_path, "rejects")}
    a, b = digest("a"), digest("b")
    assert found == {
        (a, "1"): "binary",
        (a, "2"): "empty",
        ("", "1"): "binary",
        ("", "3"): "binary",
        (b, "2"): "binary",
    }
    before = tables.version(tmp_path, "rejects")
    tables.upsert(tmp_path, "rejects", [])
    assert tables.version(tmp_path, "rejects") == before


def test_upsert_by_number(tmp_path: Path) -> None:
    tables.upsert(tmp_path, "runs", [run_row(1), run_row(2)])
    tables.upsert(tmp_path, "runs", [run_row(2, status="failed")])
    assert {row["run"]: row["status"] for row in stored(tmp_path, "runs")} == {1: "published", 2: "failed"}


def test_replace_takes_all_rows_of_a_notice(tmp_path: Path) -> None:
    links = [{"notice_id": digest(name), "position": place} for name in "ab" for place in (1, 2)]
    tables.append(tmp_path, "links", links)
    tables.replace(tmp_path, "links", [links[0]], [digest("a")])
    assert sorted((row["notice_id"], row["position"]) for row in stored(tmp_path, "links")) == sorted(
        [(digest("a"), 1), (digest("b"), 1), (digest("b"), 2)]
    )
    tables.replace(tmp_path, "links", [], [digest("b")])
    assert len(stored(tmp_path, "links")) == 1
    tables.replace(tmp_path, "links", [], [digest("c")])
    assert len(stored(tmp_path, "links")) == 1


def test_keys_are_columns() -> None:
    for name, keys in KEYS.items():
        assert set(keys) <= set(tables.columns(name).names)


def test_columns_say_what_they_hold() -> None:
    for name in TABLES:
        for field in tables.columns(name):
            assert field.metadata[b"description"].decode().strip().endswith(".")


# Raw bytes


def test_raw_bytes_come_back_and_are_written_once(tmp_path: Path) -> None:
    content = "Кухар".encode() * 100
    name = hashlib.sha256(content).hexdigest()
    assert raw.keep(tmp_path, [(name, content)]) > 0
    file = tmp_path / raw.path(name)
    before = file.stat()
    assert raw.keep(tmp_path, [(name, content), (name, content)]) == 0
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert raw.read(tmp_path, name) == content
    assert file.stat().st_size < len(content)
    assert [path.name for path in (tmp_path / "raw").rglob("*.*")] == [f"{name}.zst"]


def test_raw_bytes_that_are_not_there_or_damaged(tmp_path: Path) -> None:
    name = digest("cook")
    with pytest.raises(raw.MissingBytesError, match="not there"):
        raw.read(tmp_path, name)
    raw.keep(tmp_path, [(name, b"cook")])
    file = tmp_path / raw.path(name)
    whole = file.read_bytes()
    for damaged in (whole[:5], b"", b"no frame", whole[:-3] + b"xyz"):
        file.write_bytes(damaged)
        with pytest.raises(raw.MissingBytesError):
            raw.read(tmp_path, name)
    raw.keep(tmp_path, [(name, b"cook")])
    assert raw.read(tmp_path, name) == b"cook"
    other = digest("other")
    raw.keep(tmp_path, [(other, b"cook")])
    with pytest.raises(raw.MissingBytesError, match="not those"):
        raw.read(tmp_path, other)


# The parsed store


def test_records_come_back_as_they_went_in(tmp_path: Path) -> None:
    given = as_parsed("cook and baker", "Cook", "Baker")
    assert parsed.write(tmp_path, rows.batch([given], at=NOW)) == set()
    found = sorted(stored(tmp_path, "records"), key=lambda row: row["position"])
    assert tuple(Vacancy.model_validate(row) for row in found) == given.records
    (kept,) = stored(tmp_path, "notices")
    assert (kept["source_text"], kept["text"], kept["positions"]) == ("cook and baker", "COOK AND BAKER", 2)
    assert kept["repairs"] == [{"start": 0, "end": 1, "before": "c", "after": "C", "damage": "case", "guess": False}]
    assert (kept["ingested_at"], kept["parser_version"], kept["schema_version"]) == (
        NOW,
        PARSER_VERSION,
        SCHEMA_VERSION,
    )
    findings = stored(tmp_path, "findings")
    assert sorted((row["position"], row["field"]) for row in findings) == [
        (1, "salary"),
        (1, "title"),
        (2, "salary"),
        (2, "title"),
    ]
    assert {json.loads(row["value"]) for row in findings if row["field"] == "title"} == {"Cook", "Baker"}
    assert all(kept["source_text"][row["start"] : row["end"]] == row["quote"] for row in findings)


def test_a_notice_read_again_replaces_its_rows_only(tmp_path: Path) -> None:
    first, other = as_parsed("cook and baker", "Cook", "Baker"), as_parsed("driver", "Driver")
    parsed.write(tmp_path, rows.batch([first, other], at=NOW))
    again = as_parsed("cook and baker", "Chef")
    assert parsed.write(tmp_path, rows.batch([again, as_parsed("clerk", "Clerk")], at=LATER)) == {first.notice_id}
    assert sorted(row["title"] for row in stored(tmp_path, "records")) == ["Chef", "Clerk", "Driver"]
    assert len(stored(tmp_path, "findings")) == 6
    times = {row["notice_id"]: row["ingested_at"] for row in stored(tmp_path, "notices")}
    assert (times[other.notice_id], times[first.notice_id]) == (NOW, LATER)


def test_copies_in_one_batch_are_stored_once(tmp_path: Path) -> None:
    parsed.write(tmp_path, rows.batch([as_parsed("cook", "Cook"), as_parsed("cook", "Cook", uri="copy.txt")], at=NOW))
    assert [row["source_uri"] for row in stored(tmp_path, "records")] == ["board/cook.txt"]
    assert parsed.write(tmp_path, rows.batch([], at=NOW)) == set()


def test_known_and_stale(tmp_path: Path) -> None:
    parsed.write(tmp_path, rows.batch([as_parsed("cook", "Cook"), as_parsed("driver", "Driver")], at=NOW))
    ids = {digest("cook"), digest("none")}
    assert parsed.known(tmp_path, ids, parser_version=PARSER_VERSION) == {digest("cook")}
    assert parsed.known(tmp_path, ids, parser_version="another") == set()
    assert parsed.known(tmp_path, [], parser_version=PARSER_VERSION) == set()
    assert parsed.stale(tmp_path, parser_version=PARSER_VERSION) == []
    assert parsed.stale(tmp_path, parser_version="another") == sorted([digest("cook"), digest("driver")])


# What is looked at


def test_a_look_tells_what_has_to_be_read(tmp_path: Path) -> None:
    board, root = tmp_path / "board", tmp_path / "data"
    (board / "deep").mkdir(parents=True)
    for name in ("one", "two", "deep/three"):
        (board / f"{name}.txt").write_text(notice(name, f"{name.title()} Officer"))
    first = observe.look(root, [str(board), STDIN, str(tmp_path / "missing.txt")])
    assert first.held == {}
    assert first.paths == [
        *(str(board / name) for name in ("deep/three.txt", "one.txt", "two.txt")),
        STDIN,
        str(tmp_path / "missing.txt"),
    ]
    assert first.scope == observe.Scope((f"{board}/",), frozenset({str(tmp_path / "missing.txt")}))
    ingest(root, board)
    assert observe.look(root, [str(board)]).paths == []
    assert observe.look(root, [str(board) + "/"]).held == {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in board.rglob("*.txt")
    }
    file = board / "one.txt"
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_text(file.read_text().replace("One", "Two"))  # as long as before
    os.utime(file, ns=times)  # and, by its own account, as old
    assert observe.look(root, [str(board)]).paths == [str(file)]


def test_a_scope_ends_at_the_folder(tmp_path: Path) -> None:
    scope = observe.Scope(("/in/board/",), frozenset({"/in/one.txt"}))
    uris = ["/in/board/a.txt", "/in/board2/a.txt", "/in/board", "/in/one.txt", "/in/one.txt.html", STDIN]
    tables.append(tmp_path, "sightings", [{"source_uri": uri, "notice_id": digest(uri)} for uri in uris])
    found = tables.read(tmp_path, "sightings", where=scope.where(), only=["source_uri"])
    assert sorted(found["source_uri"].to_pylist()) == ["/in/board/a.txt", "/in/one.txt"]
    assert tables.read(tmp_path, "sightings", where=observe.Scope().where()).num_rows == 0


# The snapshot, and what reads it


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two runs: three notices, a copy, a correction, and what cannot be read."""
    folder = tmp_path_factory.mktemp("published")
    board, feed, root = folder / "board", folder / "feed", folder / "data"
    board.mkdir()
    feed.mkdir()
    text = notice("LBN/2031/071", "Cook", organization="UNRWA", grade="G-3", station="Beirut, Lebanon")
    (board / "cook.txt").write_text(text)
    (board / "clerk.txt").write_text(notice("GEO/2031/031", "=HYPERLINK Clerk", station="Tbilisi, Georgia"))
    (board / "driver.txt").write_text(notice("GEO/2031/032", "Driver", grade="G-2", station="Tbilisi, Georgia"))
    (board / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    (feed / "cook.txt").write_text(text)
    monkeypatch = pytest.MonkeyPatch()
    set_clock(monkeypatch, NOW)
    ingest(root, board, copied=False)
    (board / "cook.txt").write_text(text.replace("20 April", "27 April"))
    set_clock(monkeypatch, LATER)
    ingest(root, board, feed)
    monkeypatch.undo()
    return root


@pytest.mark.parametrize("name", TABLES)
def test_every_published_part_says_what_it_holds(published: Path, name: str) -> None:
    parts = sorted((published / "latest" / f"{name}.parquet").glob("*.parquet"))
    assert parts
    expected = tables.columns(name)
    for part in parts:
        found = pq.read_schema(part)
        assert found.equals(expected)
        assert found.metadata[b"schema_version"].decode() == SCHEMA_VERSION
        assert found.metadata[b"table"].decode() == name
        assert found.metadata[b"description"] == expected.metadata[b"description"]
        for field in found:
            assert field.metadata[b"description"] == expected.field(field.name).metadata[b"description"]


@pytest.mark.parametrize("name", TABLES)
def test_what_is_published_is_what_the_tables_hold(published: Path, name: str) -> None:
    def told(found: pa.Table) -> Sequence[str]:
        return sorted(json.dumps(plainly(row), sort_keys=True) for row in found.to_pylist())

    assert told(snapshot.read(published, name)) == told(tables.read(published, name))
    entry = snapshot.manifest(published)["tables"][name]
    assert entry["version"] == tables.version(published, name)
    assert entry["files"] == tables.files(published, name)


def test_the_manifest(published: Path) -> None:
    found = snapshot.manifest(published)
    assert (found["schema_version"], found["run"], found["at"]) == (SCHEMA_VERSION, 2, LATER.isoformat())
    assert (found["facts"]["total"], found["facts"]["present"]) == (3, 3)
    assert found["facts"]["filled"]["title"] == 3
    assert snapshot.is_whole(published)
    assert os.readlink(published / "latest") == "snapshots/000002"


def test_nothing_published(tmp_path: Path) -> None:
    assert snapshot.manifest(tmp_path) == {}
    with pytest.raises(snapshot.NotPublishedError, match="nothing is published"):
        snapshot.read(tmp_path, "vacancies")
    with pytest.raises(snapshot.NotPublishedError):
        export.vacancies(tmp_path, as_of=NOW)
    told = status.status(tmp_path, runs=5, now=NOW)
    assert (told["published_at"], told["age_hours"], told["vacancies"], told["runs"]) == (None, None, 0, [])


def test_status_and_history(published: Path) -> None:
    told = status.status(published, runs=1, now=LATER + timedelta(hours=3))
    assert (told["published_run"], told["age_hours"], told["vacancies"]) == (2, 3.0, 3)
    assert told["quarantine"] == {"binary": 1}
    assert [run["run"] for run in told["runs"]] == [2]
    (cook,) = [row for row in snapshot.read(published, "vacancies").to_pylist() if row["title"] == "Cook"]
    history = status.history(published, cook["vacancy_id"])
    assert [(change["run"], change["kind"], change["field"]) for change in history["changes"]] == [
        (1, "added", None),
        (2, "changed", "closing_date"),
        (2, "changed", "sources"),
    ]
    assert len(history["sources"]) == 2


# Exports


def test_as_of(published: Path) -> None:
    def closings(as_of: datetime | None) -> list[str]:
        return sorted(str(row["closing_date"]) for row in export.vacancies(published, as_of=as_of).to_pylist())

    assert closings(NOW - timedelta(microseconds=1)) == []
    assert closings(NOW) == ["2031-04-20"] * 3
    assert closings(LATER - timedelta(microseconds=1)) == ["2031-04-20"] * 3
    assert closings(LATER) == closings(None) == ["2031-04-20"] * 2 + ["2031-04-27"]


@pytest.mark.parametrize("as_of", [None, LATER])
def test_parquet_and_json_lines(published: Path, tmp_path: Path, as_of: datetime | None) -> None:
    found = export.vacancies(published, as_of=as_of)
    export.write(found, tmp_path / "v.parquet")
    assert pq.read_table(tmp_path / "v.parquet").equals(found)
    export.write(found, tmp_path / "v.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "v.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["vacancy_id"] for line in lines] == found["vacancy_id"].to_pylist()
    assert all(list(line) == sorted(found.column_names) for line in lines)
    assert isinstance(lines[0]["evidence"], list)


def test_csv_holds_no_live_formulas(tmp_path: Path) -> None:
    titles = ["=1+1", "+43", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "plain", 'with "quotes", and\nlines', ""]
    values = [{"title": title, "education_fields": ["=1"], "closing_date": date(2031, 6, 1)} for title in titles]
    table = pa.Table.from_pylist(values, schema=tables.columns("records"))
    export.write(table, tmp_path / "v.csv")
    text = (tmp_path / "v.csv").read_bytes().decode()
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"] for row in found] == [*(f"'{title}" for title in titles[:8]), *titles[8:]]
    assert {row["education_fields"] for row in found} == {'["=1"]'}
    assert {row["closing_date"] for row in found} == {"2031-06-01"}
    assert {row["salary"] for row in found} == {""}
    for row in found:
        assert not any((cell or "").startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row.values())


def test_csv_of_real_rows(published: Path, tmp_path: Path) -> None:
    export.write(export.vacancies(published), tmp_path / "v.csv")
    with (tmp_path / "v.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert {row["duty_station"] for row in found} == {"Beirut", "Tbilisi"}
    assert all(json.loads(row["sources"])[0]["source"] == "board" for row in found)
    assert all(json.loads(row["states"])["duty_station"] == "stated" for row in found)


# Rehearsals


def contents(root: Path) -> dict[str, tuple[bytes, int, int]]:
    """Content, inode and time of every file, but for the lock."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def test_a_rehearsal_shows_what_would_happen_and_writes_nothing(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, LATER + timedelta(days=1))
    board = published.parent / "board"
    extra = board / "nurse.txt"
    before = contents(published)
    extra.write_text(notice("SSD/2031/061", "Nurse", organization="WHO", grade="G-7", station="Juba, South Sudan"))
    try:
        with rehearsal.copy(published) as root:
            report = ingest(root, board)
            assert (report.status, dict(report.changes), report.total) == ("published", {"added": 1}, 4)
            again = ingest(root, board)
            assert (dict(again.changes), again.run) == ({}, 4)
            assert reparse(root).tally.seen == 0
            assert raw.read(root, snapshot.read(published, "vacancies")["notice_id"][0].as_py())
            drop(root, snapshot.read(root, "rejects").to_pylist())
    finally:
        extra.unlink()
    assert contents(published) == before
    assert not list(published.glob(".dry-run-*"))


def test_a_rehearsal_that_fails_leaves_nothing(published: Path) -> None:
    before = contents(published)
    with pytest.raises(ZeroDivisionError), rehearsal.copy(published) as root, runs.started(root, "ingest", []):
        raise ZeroDivisionError
    assert contents(published) == before
    assert not list(published.glob(".dry-run-*"))


def test_a_rehearsal_of_the_first_run_makes_no_dataset(published: Path, tmp_path: Path) -> None:
    with rehearsal.copy(tmp_path / "data") as root:
        assert ingest(root, published.parent / "board").total == 3
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_at_work_is_left_alone(published: Path) -> None:
    with rehearsal.copy(published) as first:
        with rehearsal.copy(published) as second:
            assert first != second
        assert snapshot.is_whole(first)


# Quarantine by name


def test_entries_are_called_by_address_or_number(tmp_path: Path) -> None:
    entries = [reject_row("a", "/in/a.png"), reject_row("b", "/in/b.png"), reject_row("a", "/in/copy.png")]
    assert quarantine.chosen(entries, []) == entries
    assert quarantine.chosen(entries, ["/in/b.png"]) == [entries[1]]
    assert quarantine.chosen(entries, [digest("a")[:8]]) == [entries[0], entries[2]]
    assert quarantine.chosen(entries, [digest("a"), "/in/a.png"]) == [entries[0], entries[2]]
    for name in (digest("a")[:5], "a.png", digest("c"), ""):
        with pytest.raises(LookupError, match="nothing in quarantine"):
            quarantine.chosen(entries, [name])


def test_what_a_parser_has_said_is_told_but_for_what_may_change(tmp_path: Path) -> None:
    told = {"parse": "no_vacancy", "decode": "binary", "source": "empty", "defect": "internal_error"}
    found = [
        reject_row(stage, f"/in/{stage}", stage=stage, code=code, parser_version="1", source="in", reason="so")
        for stage, code in told.items()
    ]
    tables.append(tmp_path, "rejects", found)
    ids = [digest(stage) for stage in told]
    assert {key: reject.code for key, reject in quarantine.told(tmp_path, ids, parser_version="1").items()} == {
        digest("parse"): "no_vacancy"
    }
    assert quarantine.told(tmp_path, ids, parser_version="2") == {}
    assert quarantine.told(tmp_path, [], parser_version="1") == {}


def test_sources_are_read_as_they_are_stored(published: Path) -> None:
    for source in read([published.parent / "board"]):
        if isinstance(source, Source):
            assert raw.read(published, source.sha256) == source.raw
