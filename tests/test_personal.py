"""Personal mailboxes and telephone numbers stay out of what is published, and offsets stay true."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch import parse_all
from pipeline.dataset import snapshot
from pipeline.dataset.publication import choose
from pipeline.personal import MASK, is_personal, mask
from pipeline.source import Reject, read
from schemas.table import TABLES
from tests.night import ingest

ROOT = Path(__file__).parent.parent
NOTICE = """Vacancy notice VN-{number}
Job title: {title}
Organization: World Health Organization (WHO)
Grade: G-5
Duty station: Osh, Kyrgyzstan
Closing date: {day} May 2031

Requirements
- Three years in an office, proved by letters to besa.hoxha@who.example.org
- Fluent English

How to apply
Send your application to {mailbox}. Questions: Besa Hoxha, tel. 0555 12 34 56 or +996 312 61 00 00, hr@who.example.org.
"""
PRIVATE = ("besa.hoxha", "0555 12 34 56", "+996 312 61 00 00", "61 00 00")


@pytest.mark.parametrize(
    "address",
    "jobs@x.example recruitment@undp.example hr.kosovo@undp.example vacancies.ks@un.example undp@undp.example"
    " pristina@osce.example jobskosovo@un.example unmik-hr@un.example posao@a.example seleccion@a.example"
    " eulex-selection@eeas.example registry.bih@x.example office@x.example 2026-17@x.example".split(),
)
def test_mailboxes_of_offices(address: str) -> None:
    assert not is_personal(address)
    assert mask(f"Write to {address}.") == f"Write to {address}."


@pytest.mark.parametrize(
    "address",
    "arta.krasniqi@undp.example akrasniqi@osce.example j-p.dupont@x.example staffan@x.example worku@x.example"
    " tor.hansen@x.example paris.h@x.example o'neill@x.example Мария.Петрова@x.example x7@y.example".split(),
)
def test_mailboxes_of_persons(address: str) -> None:
    local, domain = address.split("@")
    assert is_personal(address)
    assert mask(f"Write to <{address}>, please") == f"Write to <{MASK * len(local)}@{domain}>, please"
    assert mask(f"{local} [at] {domain}").startswith(MASK * len(local))


@pytest.mark.parametrize(
    "number",
    [
        "+383 44 123 456",
        "(+41 22) 917 00 00",
        "00 381 11 123 4567",
        "+1-212-963-1234",
        "(044) 123-456",
        "(212) 963 1234",
    ],
)
def test_numbers_that_are_known_by_their_form(number: str) -> None:
    told = mask(f"Ask at {number} before noon.")
    assert not any(char.isdigit() for char in told)
    assert len(told) == len(f"Ask at {number} before noon.")


@pytest.mark.parametrize(
    "text", ["Tel: 225 0421", "Phone no. 044/123-456", "Тел.: 61-23-45", "téléphone : 01 42 34 56 78", "mob 0703123456"]
)
def test_numbers_behind_a_label(text: str) -> None:
    assert not any(char.isdigit() for char in mask(text))
    assert not any(char.isdigit() for char in mask(f"{text}, 044 765 432 or 2250422"))


@pytest.mark.parametrize(
    "text",
    [
        "Deadline 01/02/2026, reference 026-2026-0417, EUR 1,200 - 2,000, 2026-03-01",
        "Telephone interviews on 12.05.2026; mobile teams of 3 persons",
        "P-3 +2 years, 10 000 000 people, ISO 9001, + 10 000 EUR",
        "https://jobs.example.org/vacancies/0041223344/apply",
        "Look at it: @osce, a@b, 5 @ 10",
    ],
)
def test_what_is_no_personal_data(text: str) -> None:
    assert mask(text) == text


@given(st.text(alphabet="ab.@+0123456789() -,;tel:\n\xa0é", max_size=80))
def test_a_text_keeps_its_length_and_blanks(text: str) -> None:
    told = mask(text)
    assert len(told) == len(text)
    assert all(new in (old, MASK) for old, new in zip(text, told, strict=True))
    assert mask(told) == told


def test_quotes_of_masked_texts_are_their_slices() -> None:
    count = 0
    notices = sorted((ROOT / "fixtures" / "notices").glob("[0-9][05]*.txt"))
    for notice in parse_all(read([*notices, ROOT / "fixtures" / "formats"])):
        assert not isinstance(notice, Reject)
        text = mask(notice.source_text)
        for record in notice.records:
            for item in record.evidence:
                count += 1
                assert text[item.start : item.end] == mask(item.quote)
    assert count > 400


def published(root: Path) -> str:
    """Everything that is in ``latest``."""
    return "".join(
        json.dumps(
            ds.dataset(root / "latest" / f"{name}.parquet").to_table().to_pylist(), default=str, ensure_ascii=False
        )
        for name in TABLES
    )


def test_what_is_published(tmp_path: Path) -> None:
    inbox, data = tmp_path / "inbox", tmp_path / "data"
    inbox.mkdir()
    (inbox / "a.txt").write_text(NOTICE.format(number=1, title="Cook", day=5, mailbox="besa.hoxha@who.example.org"))
    (inbox / "b.txt").write_text(NOTICE.format(number=2, title="Nurse", day=6, mailbox="jobs@who.example.org"))
    ingest(data, inbox)
    (inbox / "a.txt").write_text(NOTICE.format(number=1, title="Cook", day=7, mailbox="besa.hoxha@who.example.org"))
    report = ingest(data, inbox)
    told = published(data)
    assert not [each for each in PRIVATE if each in told]
    assert "hr@who.example.org" in told
    cook, nurse = sorted(snapshot.read(data, "vacancies").to_pylist(), key=lambda row: row["title"])
    assert (cook["apply_email"], dict(cook["states"])["apply_email"]) == (None, "stated")
    assert nurse["apply_email"] == "jobs@who.example.org"
    texts = {row["notice_id"]: row["source_text"] for row in snapshot.read(data, "notices").to_pylist()}
    for row in (*cook["evidence"], *nurse["evidence"], *snapshot.read(data, "findings").to_pylist()):
        assert texts[row["notice_id"]][row["start"] : row["end"]] == row["quote"]
    assert MASK in next(row["quote"] for row in cook["evidence"] if row["field"] == "apply_email")
    assert report.examples
    assert not [each for each in PRIVATE if each in report.json()]

    choose(data, personal=True)
    ingest(data, inbox)
    assert all(each in published(data) for each in PRIVATE)
    assert snapshot.read(data, "vacancies").filter(ds.field("title") == "Cook")["apply_email"][0].as_py() is not None
    ingest(data, inbox)
    assert snapshot.manifest(data)["personal"] is True
    choose(data, personal=False)
    ingest(data, inbox)
    assert not [each for each in PRIVATE if each in published(data)]
    for part in (data / "latest" / "vacancies.parquet").iterdir():
        assert pq.read_schema(part).metadata[b"table"] == b"vacancies"
