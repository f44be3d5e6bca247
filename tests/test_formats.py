"""Every type of file gives what it holds; the same notice in any of them gives the same record."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.formats.columns import automatic, read_mapping
from pipeline.formats.docx import docx_text
from pipeline.formats.kinds import Kind, kind_of
from pipeline.formats.pdf import pdf_text
from pipeline.formats.text import document_text
from pipeline.parse import parse
from pipeline.source import Reject, Rejected, Source, from_bytes, members, read
from tests import documents, hostile, make_formats

SAME = ("40", "41", "44", "45", "46", "47", "50", "51", "53", "54")
# What differs with the bytes of the file and with the offsets in its text.
_OF_THE_FILE = {"source", "source_uri", "notice_id", "vacancy_id", "evidence", "warnings"}
FORMS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "html": documents.as_html,
    "pdf": documents.as_pdf,
    "docx": documents.as_docx,
    "mail": documents.as_mail,
    "plain mail": lambda lines: documents.as_mail(lines, page=False),
}


def sources(raw: bytes, **options: Any) -> list[Source | Reject]:
    return list(members(from_bytes(raw, uri="in", name="test"), **options))


def records(source: Source) -> list[dict[str, Any]]:
    return [record.model_dump(exclude=_OF_THE_FILE) for record in parse(source).records]


@pytest.mark.parametrize("name", SAME)
def test_the_same_notice_gives_the_same_record(name: str) -> None:
    text = make_formats.notice(name)
    expected = records(from_bytes(text.encode()))
    for form, made in FORMS.items():
        (source,) = sources(made(documents.lines_of(text)))
        assert isinstance(source, Source)
        assert records(source) == expected, form


def test_the_vacancy_keeps_its_id_where_it_has_a_number() -> None:
    lines = documents.lines_of(make_formats.notice("41"))
    ids = {parse(from_bytes(made(lines))).records[0].vacancy_id for made in (documents.as_pdf, documents.as_docx)}
    assert len(ids) == 1


def test_evidence_quotes_the_extracted_text() -> None:
    notice = parse(from_bytes(documents.as_pdf(documents.lines_of(make_formats.notice("45")))))
    for item in notice.records[0].evidence:
        assert notice.source_text[item.start : item.end] == item.quote


def test_the_fixtures_are_what_the_script_makes() -> None:
    for name, content in make_formats.files().items():
        if not name.endswith((".parquet", ".gz", ".zip", ".docx")):  # whose bytes depend on the versions of libraries
            assert (make_formats.FOLDER / name).read_bytes() == content, name


def test_one_file_of_each_type_is_read() -> None:
    found = list(read([make_formats.FOLDER]))
    assert [each for each in found if isinstance(each, Reject)] == []
    places = [each.uri.split("/formats/")[1] for each in found]
    assert places == [
        "archive.tar.gz!/notice.html",
        "archive.zip!/in/notice.txt",
        "archive.zip!/notice.docx",
        "mailbox.mbox!/1/body",
        "mailbox.mbox!/2/body",
        "message.eml!/body",
        "notice.docx",
        "notice.md",
        "notice.pdf",
        "notice.txt.gz!/notice.txt",
        "page.html",
        "pages.warc.gz!/https://jobs.example.org/vacancies/51",
        "posting.json!/VN-2026-0417",
        *(f"rows.{kind}!/{number}" for kind in ("csv", "jsonl", "parquet") for number in (1, 2)),
    ]
    assert {each.name for each in found} == {"formats"}


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"Vacancy notice\nFrom: 5 May\nTo: all staff\nDate: 5 May 2026\nSubject: Cook\n\nText", Kind.TEXT),
        (b"From: a@b.example\nDate: Tue, 5 May 2026 10:00:00 +0200\nSubject: Cook\n\nText", Kind.MAIL),
        (b"Received: from x\nMessage-ID: <1@x>\nSubject: Cook\n\nText", Kind.TEXT),
        (b"From a@b.example Tue May  5 10:00:00 2026\nSubject: Cook\n\nText", Kind.MBOX),
        (b"From 5 May the office is closed.\nCook wanted", Kind.TEXT),
        (b"[1] COOK\nText", Kind.TEXT),
        (b'[{"title": "Cook"}]', Kind.JSON),
        (b"Title, Grade, Location\nCook, G-2, Osh", Kind.TABLE),
        (b"Dear all, we are looking for a cook\nGrade: G-2", Kind.TEXT),
        (b"\x89PNG\r\n\x1a\n", Kind.TEXT),  # which decoding then refuses
        (b"{\\rtf1 Cook}", Kind.UNSUPPORTED),
        (b"<!doctype html><p>Cook", Kind.HTML),
        (b"\n\n%PDF-1.4\n", Kind.PDF),
        (b"A text about %PDF-1.4 and other formats", Kind.TEXT),
    ],
)
def test_kinds(raw: bytes, kind: Kind) -> None:
    assert kind_of(raw) is kind


def test_kinds_of_zip_files() -> None:
    assert kind_of(documents.as_zip({"a.txt": b"Cook"})) is Kind.ZIP
    assert kind_of(documents.as_docx(["Cook"])) is Kind.DOCX
    assert kind_of(documents.as_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})) is Kind.UNSUPPORTED
    assert kind_of(documents.as_zip({"mimetype": b"application/vnd.oasis.opendocument.text"})) is Kind.UNSUPPORTED
    with pytest.raises(Rejected) as error:
        document_text(documents.as_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}))
    assert error.value.code == "unsupported"


def test_mail_with_attachments_alternatives_and_a_forwarded_message() -> None:
    from email.message import EmailMessage

    inner = EmailMessage()
    inner["From"], inner["Date"] = "a@b.example", "Tue, 05 May 2026 10:00:00 +0200"
    inner.set_content("Job title: Cook\n", charset="iso-8859-1")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "c@d.example", "Fwd"
    outer["Message-ID"], outer["MIME-Version"] = "<1@d.example>", "1.0"
    outer.set_content("See below.\n")
    outer.add_attachment(inner)
    outer.add_attachment(
        documents.as_pdf(["Driver"] * 9), maintype="application", subtype="pdf", filename="a/../Fahrer ü.pdf"
    )
    outer.add_attachment(documents.as_zip({"x.txt": b"Nurse"}), maintype="x", subtype="y", filename="all.zip")
    found = sources(outer.as_bytes())
    assert [each.uri for each in found] == [
        "in!/body",
        "in!/forwarded-3/body",
        "in!/a_.._Fahrer ü.pdf",
        "in!/all.zip!/x.txt",
    ]
    assert isinstance(found[1], Source)
    assert (found[1].raw, found[1].declared) == (b"Job title: Cook\n", "iso-8859-1")


def test_the_body_of_a_mail_in_its_charset_and_with_its_lines_unbroken() -> None:
    raw = (
        b"From: a@b.example\r\nMessage-ID: <1@b>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1; format=flowed\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"The cook prepares=20\r\nsoup for K=F6ln.\r\n\r\nPersonnel\r\n"
    )
    (source,) = sources(raw)
    assert isinstance(source, Source)
    assert source.raw.decode() == "The cook prepares soup for Köln.\n\nPersonnel"


def test_lists_tables_headings_and_links_of_a_word_document() -> None:
    import docx

    document = docx.Document()
    document.add_heading("Finance Officer", 1)
    table = document.add_table(rows=2, cols=2)
    for row, (label, value) in zip(table.rows, [("Grade", "P-3"), ("Duty station", "Osh")], strict=True):
        row.cells[0].text, row.cells[1].text = label, value
    document.add_paragraph("Closing date:\t5 May 2026")
    document.add_paragraph("Duties", style="Heading 2")
    document.add_paragraph("Keep the books", style="List Bullet")
    document.add_paragraph("Close the year", style="List Number")
    document.add_paragraph("Open the next", style="List Number")
    document.sections[0].header.paragraphs[0].text = "World Health Organization"
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 2"
    assert docx_text(documents.saved(document)).splitlines() == [
        "World Health Organization",
        "",
        "Finance Officer",
        "",
        "Grade: P-3",
        "Duty station: Osh",
        "",
        "Closing date: 5 May 2026",
        "",
        "Duties",
        "",
        "• Keep the books",
        "1. Close the year",
        "2. Open the next",
    ]


def test_columns_tables_and_page_numbers_of_a_pdf_document() -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    prose = "the officer counts what goes over"
    for page in (1, 2, 3):
        canvas.drawString(72, 800, "Vacancy VN-1")
        for at, (label, value) in enumerate([("Grade", "P-3"), ("Duty station", "Osh")]):
            canvas.drawString(72, 760 - 14 * at, label)
            canvas.drawString(220, 760 - 14 * at, value)
        for at in range(8):
            canvas.drawString(72, 700 - 14 * at, f"{prose} {page}{at}")
            canvas.drawString(320, 700 - 14 * at, f"RIGHT {prose} {page}{at}")
        canvas.drawString(280, 30, f"Page {page} of 3")
        canvas.showPage()
    canvas.save()
    text = pdf_text(out.getvalue())
    assert text.count("Vacancy VN-1") == 1
    assert "of 3" not in text
    assert "Grade: P-3\nDuty station: Osh" in text
    assert text.index(f"{prose} 17") < text.index(f"RIGHT {prose} 10")


def test_words_in_another_font_and_pieces_without_a_place_of_their_own() -> None:
    raw = hostile._page_with(
        b"BT /F 12 Tf 72 700 Td (Grade: ) Tj /F 12.5 Tf (P-3, the ) Tj [(off) 20 (ice) -300 (in)] TJ ( Osh) Tj"
        b" 0 -14 Td (Closing date: 5 May 2026, in the evening) Tj ET"
    )
    assert pdf_text(raw).split("\n") == ["Grade: P-3, the office in Osh", "Closing date: 5 May 2026, in the evening"]


def test_a_scanned_and_a_locked_pdf_document() -> None:
    for raw, code in ((documents.as_pdf([]), "no_text"), (documents.as_pdf(["Cook"], password="x"), "encrypted")):
        with pytest.raises(Rejected) as error:
            pdf_text(raw)
        assert error.value.code == code


def test_an_extra_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(Rejected) as error:
        pdf_text(documents.as_pdf(["Cook"]))
    assert error.value.code == "missing_extra"
    assert "vacancy-notices[pdf]" in error.value.reason


def test_rows_with_a_mapping(tmp_path: Path) -> None:
    file = tmp_path / "columns.toml"
    file.write_text('rows = "data.items"\n[columns]\ntitle = "was.name"\nbody = ["a", "b"]\nuri = "no"\n')
    items = [
        {"no": f"N {number}", "was": {"name": "Cook"}, "a": "Cooks.", "b": "<p>Soup &amp; more</p>"}
        for number in (1, 2)
    ]
    found = sources(json.dumps({"data": {"items": items}}).encode(), mapping=read_mapping(file))
    assert [each.uri for each in found] == ["in!/N_1", "in!/N_2"]
    assert isinstance(found[0], Source)
    assert found[0].raw.startswith(b"<!doctype html>")
    assert b"<dt>Job title</dt><dd>Cook</dd>" in found[0].raw
    for text, told in (("[columns]\nboss = 'x'", "boss"), ("[columns]\ngrade = 'x'", "title"), ("x = 1", "[columns]")):
        file.write_text(text)
        with pytest.raises(ValueError, match=f".*{told.replace('[', '.').replace(']', '.')}"):
            read_mapping(file)


def test_names_of_columns_that_say_what_they_hold() -> None:
    assert automatic(["jobTitle", "DATE_POSTED", "x", "description"]) is not None
    assert automatic(["a", "b", "c"]) is None
    assert automatic(["title", "x"]) is None


def test_a_posting_in_a_graph_beside_other_things() -> None:
    graph = [{"@type": "Organization", "name": "IOM", "description": "Us"}, make_formats.POSTING]
    (source,) = sources(json.dumps({"@graph": graph}).encode())
    assert isinstance(source, Source)
    record = parse(source).records[0]
    assert (record.title, record.duty_station, record.salary and record.salary.currency) == (
        "Harbour Safety Officer", "Durrës", "EUR",
    )  # fmt: skip


def test_members_that_are_no_notices_are_left_out() -> None:
    raw = documents.as_zip({"__MACOSX/._a.txt": b"x", ".hidden": b"x", "a.gold.json": b"{}", "a.txt": b"Cook"})
    assert [each.uri for each in sources(raw)] == ["in!/a.txt"]
    (reject,) = sources(documents.as_zip({".hidden": b"x"}))
    assert isinstance(reject, Reject)
    assert reject.code == "no_members"


def test_the_name_of_a_zip_member_that_is_repeated() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "Cook")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "Driver")
    assert [each.uri for each in sources(out.getvalue())] == ["in!/a.txt", "in!/a.txt#2"]


def test_each_limit_has_a_code() -> None:
    from dataclasses import replace

    from pipeline.formats.containers import expand
    from pipeline.formats.member import Refused
    from pipeline.formats.text import check_page, checked
    from pipeline.limits import LIMITS

    def of(content: bytes, **limits: int) -> str:
        kind = kind_of(content)
        members = expand(io.BytesIO(content), kind, size=len(content), limits=replace(LIMITS, **limits))
        return next(each.error.code for each in members if isinstance(each, Refused))

    some = documents.as_zip({"a.txt": b"Cook" * 9, "b.txt": b"Driver" * 9})
    many = b"".join(b'{"title": "Cook", "description": "Cooks soup for forty people a day."}\n' for _ in range(3))
    assert of(some, members=1) == "too_many"
    assert of(some, unpacked=50) == "too_large"
    assert of(some, raw=40) == "too_large"
    assert of(documents.as_zip({"a.txt": b"a" * 100_000}), forgiven=10, ratio=50) == "bomb"
    assert of(documents.as_zip({"a.zip": some}), nesting=1) == "too_deep"
    assert of(many, rows=2) == "too_many"
    assert of(b'[{"title": [[["Cook"]]], "body": 1}]', json_depth=2) == "too_deep"
    assert of(b"title,deadline,description\n1,2,3\n", fields=2) == "too_many"
    assert of(documents.as_mail(["Cook"]), mail_parts=1) == "too_many"
    pdf = documents.as_pdf(["Cook and driver and nurse and clerk"] * 120)
    pages = [
        ("too_many", lambda: pdf_text(pdf, limits=replace(LIMITS, pages=1))),
        ("bomb", lambda: pdf_text(pdf, limits=replace(LIMITS, stream=100))),
        ("too_long", lambda: pdf_text(pdf, limits=replace(LIMITS, characters=100))),
        ("too_long", lambda: checked("Cook" * 9, limits=replace(LIMITS, characters=30))),
        ("too_deep", lambda: check_page("<div>" * 9, limits=replace(LIMITS, html_depth=8))),
        ("too_many", lambda: check_page(f"<div {'a=1 ' * 1001}>")),
    ]
    for code, read_it in pages:
        with pytest.raises(Rejected) as error:
            read_it()
        assert error.value.code == code
