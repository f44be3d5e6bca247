"""Writes ``fixtures/formats``: one file of each type, from the project's own notices.

Run it with ``python -m tests.make_formats``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests import documents

ROOT = Path(__file__).parent.parent / "fixtures"
FOLDER = ROOT / "formats"
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Harbour Safety Officer",
    "identifier": {"@type": "PropertyValue", "name": "IOM", "value": "VN-2026-0417"},
    "hiringOrganization": {"@type": "Organization", "name": "International Organization for Migration (IOM)"},
    "jobLocation": {
        "@type": "Place",
        "address": {"@type": "PostalAddress", "addressLocality": "Durrës", "addressCountry": "Albania"},
    },
    "datePosted": "2026-03-02",
    "validThrough": "2026-03-29T00:00",
    "employmentType": "FULL_TIME",
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {"@type": "QuantitativeValue", "minValue": 2100, "maxValue": 2600, "unitText": "MONTH"},
    },
    "description": (
        "<p>The officer walks the quays of two ports and writes down what could fall, slip or burn.</p>"
        "<h3>Required qualifications</h3><ul><li>University degree in maritime studies or engineering</li>"
        "<li>At least three years of experience in the safety of ports</li>"
        "<li>Fluency in English and Albanian</li></ul>"
    ),
}
ROWS: list[dict[str, Any]] = [
    {
        "job_title": "Records Assistant",
        "employer": "World Health Organization (WHO)",
        "place": "Pristina",
        "deadline": "2026-04-12",
        "notice_text": (
            "The assistant files what four colleagues leave on the table.\n\nRequirements\n"
            "- Completed secondary education\n- Two years of experience in an archive\n- Good knowledge of English"
        ),
    },
    {
        "job_title": "Driver",
        "employer": "World Food Programme (WFP)",
        "place": "Osh",
        "deadline": "2026-04-19",
        "notice_text": (
            "The driver takes lorries over two passes, and brings them back.\n\nRequirements\n"
            "- Driving licence of category C\n- Four years of experience in driving lorries\n- Fluent Russian"
        ),
    },
]
MAPPING = """# What the columns of rows.csv and rows.parquet hold: vacancies ingest --columns fixtures/columns.toml ...
[columns]
title = "job_title"
organization = "employer"
duty_station = "place"
closing_date = "deadline"
body = "notice_text"
"""


def notice(name: str) -> str:
    """The text of one of the notices."""
    (file,) = (ROOT / "notices").glob(f"{name}-*.txt")
    return file.read_text(encoding="utf-8")


def files() -> dict[str, bytes]:
    """Name → content of every file."""
    lines = {name: documents.lines_of(notice(name)) for name in ("41", "45", "51", "53", "54")}
    letter = documents.as_mail(lines["53"], subject="Vacancy announcement")
    columns = list(ROWS[0])
    table = [",".join(columns), *(",".join(json.dumps(row[name])[1:-1].join('""') for name in columns) for row in ROWS)]
    parquet = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(ROWS), parquet, compression="zstd")
    translated = {"title": "job_title", "organization": "employer", "location": "place", "closing_date": "deadline"}
    plain = [{**{name: row[old] for name, old in translated.items()}, "body": row["notice_text"]} for row in ROWS]
    zipped = {"in/notice.txt": notice("54").encode(), "notice.docx": documents.as_docx(lines["51"])}
    pages = {
        "https://jobs.example.org/vacancies/51": ("text/html; charset=utf-8", documents.as_html(lines["51"])),
        "https://jobs.example.org/logo.png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    }
    script = f'<script type="application/ld+json">{json.dumps({"@graph": [POSTING]}, ensure_ascii=False)}</script>'
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8">{script}</head><body><h1>{POSTING["title"]}</h1>'
    return {
        "page.html": f"{page}{POSTING['description']}</body></html>\n".encode(),
        "notice.md": "\n".join(lines["54"]).encode(),
        "notice.pdf": documents.as_pdf(lines["41"]),
        "notice.docx": documents.as_docx(lines["45"]),
        "message.eml": letter,
        "mailbox.mbox": documents.as_mbox([documents.as_mail(lines["51"], page=False), letter]),
        "archive.zip": documents.as_zip(zipped),
        "archive.tar.gz": documents.as_gzip(documents.as_tar({"notice.html": documents.as_html(lines["45"])})),
        "notice.txt.gz": documents.as_gzip(notice("53").encode()),
        "pages.warc.gz": documents.as_warc(pages),
        "posting.json": json.dumps(POSTING, ensure_ascii=False, indent=1).encode(),
        "rows.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in plain).encode(),
        "rows.csv": ("\n".join(line.replace("\\n", "\n") for line in table) + "\n").encode(),
        "rows.parquet": parquet.getvalue().to_pybytes(),
        "../columns.toml": MAPPING.encode(),
    }


def main() -> None:
    """Write the files that differ."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in files().items():
        file = FOLDER / name
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)


if __name__ == "__main__":
    main()
