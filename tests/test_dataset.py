"""The dataset: what is written is read back, writing twice changes nothing, and the snapshot is swapped in whole."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import dataset, rows
from pipeline.parse import PARSER_VERSION, ParsedNotice
from pipeline.repair import Edit
from pipeline.source import Reject, Source
from schemas.table import TABLES
from schemas.vacancy import SCHEMA_VERSION, Vacancy

NOW = datetime(2031, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
LATER = datetime(2031, 5, 7, tzinfo=UTC)


def notice(text: str, *titles: str, uri: str = "board/cook.txt") -> ParsedNotice:
    """A notice with one filled-in record per title."""
    raw = text.encode()
    digest = hashlib.sha256(raw).hexdigest()
    source = Source(raw, digest, uri, "board", NOW)
    records = tuple(
        Vacancy.model_validate(
            {
                "vacancy_id": f"{digest[:8]}-{number}",
                "notice_id": digest,
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
                "salary": {
                    "min": Decimal("1250.505"),
                    "max": Decimal("2000"),
                    "currency": "KWD",
                    "period": "month",
                },
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
    edits = (Edit(0, 1, "c", "C", "case"),)
    return ParsedNotice(digest, source, text, text.upper(), "en", edits, records)


def write(root: Path, *outcomes: ParsedNotice | Reject, at: datetime = NOW) -> set[str]:
    with dataset.locked(root):
        held = dataset.write(root, rows.batch(outcomes, at=at))
        dataset.publish(root)
    return held


def state(root: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of every file of the dataset."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def latest(root: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(root / "latest" / f"{name}.parquet")


def test_pandas_reads_the_snapshot(tmp_path: Path) -> None:
    write(tmp_path, notice("cook and baker", "Cook", "Baker"))
    frame = latest(tmp_path, "vacancies")
    assert list(frame.columns) == list(Vacancy.model_fields)
    assert list(frame["title"]) == ["Cook", "Baker"]
    first = frame.iloc[0]
    assert first["closing_date"] == date(2031, 6, 1)
    assert first["closing_at"] == pd.Timestamp("2031-06-01 21:59", tz="UTC")
    assert first["salary"]["min"] == Decimal("1250.505")
    assert first["salary"]["step"] is None
    assert list(first["education_fields"]) == ["law", "“order”"]
    assert first["experience_routes"][1] == {"education_level": None, "years": 4.0}
    assert first["languages"][0]["cefr"] == "C1"
    assert dict(first["states"]) == {"title": "stated", "grade": "none"}
    assert first["evidence"][0]["quote"] == "cook"
    assert first["grade"] is None


def test_records_come_back_as_they_went_in(tmp_path: Path) -> None:
    given = notice("cook and baker", "Cook", "Baker")
    write(tmp_path, given)
    found = pq.read_table(tmp_path / "latest" / "vacancies.parquet").to_pylist(maps_as_pydicts="strict")
    assert tuple(Vacancy.model_validate(row) for row in found) == given.records


def test_the_other_tables(tmp_path: Path) -> None:
    given = notice("cook and baker", "Cook")
    write(tmp_path, given, Reject("b.png", "board", "binary", "decode", "an image", "f" * 64, 9))
    (stored,) = latest(tmp_path, "notices").to_dict("records")
    assert (stored["source_text"], stored["text"]) == ("cook and baker", "COOK AND BAKER")
    assert stored["repairs"][0] == {"start": 0, "end": 1, "before": "c", "after": "C", "damage": "case", "guess": False}
    assert stored["ingested_at"] == pd.Timestamp(NOW)
    findings = latest(tmp_path, "findings")
    assert list(findings["field"]) == ["salary", "title"]
    assert json.loads(findings["value"][1]) == "Cook"
    for row in findings.to_dict("records"):
        assert stored["source_text"][row["start"] : row["end"]] == row["quote"]
    (reject,) = latest(tmp_path, "rejects").to_dict("records")
    assert (reject["source_uri"], reject["code"], reject["size"]) == ("b.png", "binary", 9)


@pytest.mark.parametrize("name", TABLES)
def test_files_carry_schema_descriptions_and_version(tmp_path: Path, name: str) -> None:
    write(tmp_path, notice("cook", "Cook"))
    found = pq.read_schema(tmp_path / "latest" / f"{name}.parquet")
    assert found.equals(dataset.columns(name))
    assert found.metadata[b"schema_version"].decode() == SCHEMA_VERSION
    for field in found:
        assert field.metadata[b"description"] == dataset.columns(name).field(field.name).metadata[b"description"]


def test_writing_the_same_twice_changes_nothing(tmp_path: Path) -> None:
    outcomes = (notice("cook", "Cook"), Reject("b.png", "board", "binary", "decode", "an image", "f" * 64, 9))
    write(tmp_path, *outcomes)
    assert dataset.known(tmp_path, [outcomes[0].notice_id, "0" * 64], parser_version=PARSER_VERSION) == {
        outcomes[0].notice_id
    }
    assert dataset.known(tmp_path, [outcomes[0].notice_id], parser_version="another") == set()
    before = state(tmp_path)
    write(tmp_path, outcomes[1], at=LATER)
    assert state(tmp_path) == before


def test_a_notice_read_again_replaces_its_rows_only(tmp_path: Path) -> None:
    other = notice("driver", "Driver")
    assert write(tmp_path, notice("cook and baker", "Cook", "Baker"), other) == set()
    held = write(tmp_path, notice("cook and baker", "Chef"), notice("clerk", "Clerk"), at=LATER)
    assert held == {notice("cook and baker").notice_id}
    assert sorted(latest(tmp_path, "vacancies")["title"]) == ["Chef", "Clerk", "Driver"]
    assert len(latest(tmp_path, "findings")) == 6
    times = latest(tmp_path, "notices").set_index("notice_id")["ingested_at"]
    assert times[other.notice_id] == pd.Timestamp(NOW)
    assert times[notice("cook and baker").notice_id] == pd.Timestamp(LATER)


def test_copies_of_a_notice_are_one(tmp_path: Path) -> None:
    write(tmp_path, notice("cook", "Cook"), notice("cook", "Cook", uri="copy.txt"))
    assert list(latest(tmp_path, "vacancies")["source_uri"]) == ["board/cook.txt"]


def test_a_notice_that_is_rejected_now_leaves_the_tables(tmp_path: Path) -> None:
    given = notice("cook", "Cook")
    write(tmp_path, given)
    write(tmp_path, Reject("board/cook.txt", "board", "no_vacancy", "parse", "no sign of one", given.notice_id, 4))
    assert [len(latest(tmp_path, name)) for name in ("vacancies", "findings", "notices", "rejects")] == [0, 0, 0, 1]
    write(tmp_path, given)
    assert [len(latest(tmp_path, name)) for name in ("vacancies", "findings", "notices", "rejects")] == [1, 2, 1, 0]


def test_rejects_keep_their_first_time_and_go_when_cured(tmp_path: Path) -> None:
    missing = Reject("board/cook.txt", "board", "not_found", "source", "no such file")
    write(tmp_path, missing, Reject("-", "stdin", "empty", "source", "empty", "a" * 64, 0))
    write(tmp_path, missing, Reject("x.txt", "board", "empty", "source", "empty"), at=LATER)
    frame = latest(tmp_path, "rejects").set_index("source_uri")
    assert set(frame.index) == {"-", "board/cook.txt", "x.txt"}
    assert frame.loc["board/cook.txt", "rejected_at"] == pd.Timestamp(NOW)
    write(tmp_path, notice("cook", "Cook"))
    assert sorted(latest(tmp_path, "rejects")["source_uri"]) == ["-", "x.txt"]


def test_a_run_that_was_interrupted_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = notice("cook", "Cook", "Baker")
    commit = dataset._commit

    def fail_at_notices(root: Path, name: str, *args: object, **options: object) -> None:
        if name == "notices":
            raise OSError("no space left")
        commit(root, name, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(dataset, "_commit", fail_at_notices)
    with pytest.raises(OSError, match="no space"):
        write(tmp_path, given)
    monkeypatch.undo()
    assert dataset.known(tmp_path, [given.notice_id], parser_version=PARSER_VERSION) == set()
    write(tmp_path, given)
    assert [len(latest(tmp_path, name)) for name in ("vacancies", "findings", "notices")] == [2, 4, 1]


def test_the_snapshot_is_swapped_in_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, notice("cook", "Cook"))
    before = {path.name: path.read_bytes() for path in (tmp_path / "latest").iterdir()}
    reader = (tmp_path / "latest").resolve()

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(dataset, "_point", fail)
    with pytest.raises(OSError, match="no space"):
        write(tmp_path, notice("driver", "Driver"))
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in (tmp_path / "latest").iterdir()} == before
    write(tmp_path)
    assert sorted(latest(tmp_path, "vacancies")["title"]) == ["Cook", "Driver"]
    assert reader != (tmp_path / "latest").resolve()
    for number in range(3):
        write(tmp_path, notice(f"clerk {number}", "Clerk"))
    assert len(list((tmp_path / "snapshots").iterdir())) == 2


def test_tables_that_did_not_change_keep_their_file(tmp_path: Path) -> None:
    write(tmp_path, notice("cook", "Cook"))
    before = (tmp_path / "latest" / "vacancies.parquet").stat().st_ino
    write(tmp_path, Reject("x.txt", "board", "empty", "source", "empty"))
    assert (tmp_path / "latest" / "vacancies.parquet").stat().st_ino == before
    assert len(latest(tmp_path, "rejects")) == 1


def test_a_lost_snapshot_is_made_anew(tmp_path: Path) -> None:
    write(tmp_path, notice("cook", "Cook"))
    (tmp_path / "latest" / "vacancies.parquet").unlink()
    write(tmp_path)
    assert len(latest(tmp_path, "vacancies")) == 1


def test_what_is_written_is_brought_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[Path] = set()
    sync: Callable[..., None] = dataset._sync

    def note(*paths: Path) -> None:
        sync(*paths)
        synced.update(path.resolve() for path in paths)

    monkeypatch.setattr(dataset, "_sync", note)
    write(tmp_path, notice("cook", "Cook"))
    names = {(path.parent.name, path.name) for path in synced}
    for name in ("vacancies", "findings", "notices"):
        files = {(path.parent.name, path.name) for path in (tmp_path / "tables" / name).rglob("*") if path.is_file()}
        assert files <= names
    assert tmp_path in synced
    assert {f"{name}.parquet" for name in TABLES} <= {name for _, name in names}


def test_two_writers_at_once(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=write, args=(tmp_path, notice("cook", "Cook"), notice(f"driver {number}", "Driver")))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(latest(tmp_path, "vacancies")["title"]) == ["Cook", *["Driver"] * 4]


def test_many_small_files_are_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "_MANY_FILES", 3)
    for number in range(6):
        write(tmp_path, notice(f"clerk {number}", "Clerk"))
    before = state(tmp_path)
    write(tmp_path)
    assert state(tmp_path) == before
    assert len(latest(tmp_path, "vacancies")) == 6


def test_a_dataset_of_an_older_schema_gains_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    present = dataset.columns

    def older(name: str) -> pa.Schema:
        full = present(name)
        return pa.schema([field for field in full if field.name != "department"], metadata=full.metadata)

    monkeypatch.setattr(dataset, "columns", older)
    write(tmp_path, notice("cook", "Cook"))
    monkeypatch.undo()
    assert dataset.read(tmp_path, "vacancies")["department"].to_pylist() == [None]
    write(tmp_path, notice("driver", "Driver"))
    assert list(latest(tmp_path, "vacancies").columns) == list(Vacancy.model_fields)


def test_fill_rates(tmp_path: Path) -> None:
    assert dataset.fill_rates(tmp_path) == (0, {})
    write(tmp_path, notice("cook and baker", "Cook", "Baker"))
    total, rates = dataset.fill_rates(tmp_path)
    assert total == 2
    assert (rates["title"], rates["grade"], rates["languages"], rates["nationality_required"]) == (1, 0, 1, 0)
    assert "states" not in rates
