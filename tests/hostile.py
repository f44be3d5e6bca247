"""Inputs that mean harm or are broken, made by a script: name → bytes.  The same ones every time."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from tests import documents, make_formats

NOTICE = "Vacancy notice VN-7\nJob title: Cook\nOrganization: WHO\nGrade: G-2\nClosing date: 5 May 2027\n"
_MAGIC = {
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04",
    "emptyzip": b"PK\x05\x06",
    "gzip": b"\x1f\x8b\x08",
    "warc": b"WARC/1.0\r\n",
    "parquet": b"PAR1",
    "mbox": b"From a@b Tue May  5 10:00:00 2026\nSubject: ",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "png": b"\x89PNG\r\n\x1a\n",
    "bom16": b"\xff\xfe",
    "bom8": b"\xef\xbb\xbf",
    "bom32": b"\xff\xfe\x00\x00",
    "json": b'[{"title": "',
    "rtf": b"{\\rtf1",
    "html": b"<!doctype html><p>",
    "bz2": b"BZh9",
    "elf": b"\x7fELF",
    "mail": b"Received: x\r\nFrom: a@b\r\nMessage-ID: <1>\r\n\r\n",
    "xz": b"\xfd7zXZ\x00",
    "plain": b"",
}


def inputs() -> dict[str, bytes]:
    """All of them."""
    found: dict[str, bytes] = {}
    families = (
        _noise,
        _broken_files,
        _zips,
        _tars,
        _gzips,
        _pages,
        _texts,
        _encodings,
        _json,
        _tables,
        _parquet,
        _mail,
        _pdf,
        _docx,
        _warc,
    )
    for family in families:
        for name, raw in family():
            key = f"{family.__name__.strip('_')}-{name}"
            assert key not in found, key
            found[key] = raw
    return found


_POSTING = '{"@type": "JobPosting", "title": "Cook", "validThrough": "2027-05-05", "totalJobOpenings": 2}'
Pairs = Iterator[tuple[str, bytes]]


def _noise() -> Pairs:
    chance = random.Random(20260302)
    for name, magic in _MAGIC.items():
        for number, size in enumerate((9, 700, 60_000)):
            yield f"{name}-{number}", magic + chance.randbytes(size)


def _broken_files() -> Pairs:
    chance = random.Random(7)
    for name, raw in make_formats.files().items():
        if name.endswith(".toml"):
            continue
        for share in (0.03, 0.3, 0.6, 0.97):
            yield f"cut-{share}-{name}", raw[: int(len(raw) * share)]
        for number in range(3):
            flipped = bytearray(raw)
            for _ in range(1 + len(raw) // 400):
                flipped[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
            yield f"flipped-{number}-{name}", bytes(flipped)
        yield f"doubled-{name}", raw + raw
        yield f"zeros-{name}", raw[: len(raw) // 2] + bytes(len(raw) // 2)


def _zip(*entries: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for info, raw in entries:
            archive.writestr(info, raw)
    return out.getvalue()


def _zips() -> Pairs:
    names = (
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\a.txt",
        "C:\\a.txt",
        "a/../../b.txt",
        "\x00a.txt",
        "a" * 60_000,
    )
    for number, name in enumerate((*names, "\u202egpj.txt", "CON", " ", "a\nb.txt", "é.txt")):
        yield f"name-{number}", _zip((zipfile.ZipInfo(name or "x"), NOTICE.encode()))
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    yield "link", _zip((link, b"/etc/passwd"))
    device = zipfile.ZipInfo("device")
    device.external_attr = 0o020666 << 16
    yield "device", _zip((device, b""))
    yield "bomb", _zip(("bomb.txt", bytes(150_000_000)))
    yield "bomb-of-many", _zip(*((f"{number}.txt", b"a" * 3_000_000) for number in range(80)))
    yield "many", _zip(*((f"{number}", b"") for number in range(10_050)), method=zipfile.ZIP_STORED)
    inner = _zip(("notice.txt", NOTICE.encode()))
    for _ in range(8):
        inner = _zip(("inner.zip", inner))
    yield "nested", inner
    raw = bytearray(_zip(("a.txt", NOTICE.encode())))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    yield "locked", bytes(raw)
    raw = bytearray(_zip(("a.txt", NOTICE.encode())))
    raw[raw.index(b"PK\x01\x02") + 10] = 99
    yield "method", bytes(raw)
    raw = bytearray(_zip(("a.txt", NOTICE.encode() * 50)))
    raw[60] ^= 0xFF
    yield "checksum", bytes(raw)
    raw = bytearray(_zip(("a.txt", NOTICE.encode())))
    at = raw.index(b"PK\x01\x02") + 24
    raw[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    yield "lying-size", bytes(raw)
    yield "overlap", _overlapping(NOTICE.encode() * 200, 400)
    yield "empty", _zip()
    yield "folder", _zip(("a/", b""))


def _overlapping(content: bytes, count: int) -> bytes:
    """An archive whose entries are all the same bytes."""
    raw = _zip(("a", content))
    start = raw.index(b"PK\x01\x02")
    entry = raw[start : raw.index(b"PK\x05\x06")]
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, start, 0)
    return raw[:start] + entry * count + end


def _tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for info, raw in members:
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return out.getvalue()


def _tars() -> Pairs:
    for number, name in enumerate(("../../a.txt", "/etc/passwd", "a\\..\\..\\b", "x" * 5000, "é\udcff")):
        yield f"name-{number}", _tar((tarfile.TarInfo(name), NOTICE.encode()))
    kinds = {"symlink": tarfile.SYMTYPE, "hardlink": tarfile.LNKTYPE, "char": tarfile.CHRTYPE, "fifo": tarfile.FIFOTYPE}
    for name, kind in kinds.items():
        info = tarfile.TarInfo("a")
        info.type, info.linkname = kind, "a"
        yield name, _tar((info, b""))
    lying = tarfile.TarInfo("a.txt")
    lying.size = 10**10
    yield "lying-size", lying.tobuf() + NOTICE.encode().ljust(1024, b"\0")
    raw = bytearray(lying.tobuf(tarfile.GNU_FORMAT))
    raw[156:157] = b"S"
    yield "sparse", bytes(raw) + bytes(2048)
    yield "pax", _tar((_pax(), NOTICE.encode()))
    yield "many", _tar(*((tarfile.TarInfo(str(number)), b"") for number in range(10_050)))


def _pax() -> tarfile.TarInfo:
    info = tarfile.TarInfo("a.txt")
    info.pax_headers = {"comment": "1 " * 200_000, "path": "../" * 300 + "x"}
    return info


def _gzips() -> Pairs:
    yield "bomb", gzip.compress(bytes(300_000_000))
    raw = NOTICE.encode()
    for _ in range(9):
        raw = gzip.compress(raw)
    yield "nested", raw
    yield "garbage-behind", gzip.compress(NOTICE.encode()) + b"garbage"
    yield "two", gzip.compress(NOTICE.encode()) + gzip.compress(NOTICE.encode())
    yield "of-nothing", gzip.compress(b"")
    yield "tar-bomb", gzip.compress(_tar((tarfile.TarInfo("a"), bytes(100_000_000))))


def _pages() -> Pairs:
    deep = 200_000
    for name, html in {
        "divs": "<div>" * deep + "Cook",
        "bold": "<b>" * deep + "Cook",
        "tables": "<table><tr><td>" * 12_000 + "Cook",
        "lists": "<ul><li>" * deep,
        "fonts": "".join(f"<font id={n}>" for n in range(4_000)) + "<p>x" * 4_000,
        "links": "<a href=x>" * deep,
        "closing": "</div>" * deep,
        "open": "<" * 2_500_000,
        "comment": "<!--" * 100_000,
        "attributes": "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">Cook",
        "entity": "&" * 400_000,
        "entities": "&amp;lt;" * 60_000,
        "script": "<script>" + "x" * 1_000_000,
        "forms": "<form><input>" * 10_000,
        "cells": "<table>" + "<tr>" + "<td>1" * 40_000,
        "rows": "<table>" + "<tr><td>Grade<td>P-3" * 10_000,
        "headings": "<h1>Cook</h1>" * 10_000,
        "svg": "<svg><math><mtext>" * 6_000,
        "select": "<select><option>" * 10_000,
        "template": "<template>" * 10_000,
        "noscript": "<noscript>" * 10_000,
        "nulls": "\x00<p>\x00" * 10_000,
        "title": "<title>" + "Cook " * 40_000,
        "frames": "<frameset><frame>" * 6_000,
        "lines": "<br>" * 100_000,
        "boxes": ("<div>a" * 400 + "</div>" * 400) * 40,
        "asides": ("<aside>Grade" * 400 + "</aside>" * 400) * 20,
        "menus": "<ul><li><a href=x>Home</a></li></ul>" * 8_000,
        "similar": "<h2>Similar jobs</h2><p>Cook</p>" * 8_000,
        "listed": "<article><h2>Cook</h2><p>Grade: P-3<p>Location: Osh<p>Cooks for forty people a day.</article>"
        * 3_000,
        "postings": f'<script type="application/ld+json">[{",".join([_POSTING] * 5_000)}]</script><h1>Cook</h1>',
        "posting": f'<script type="application/ld+json">{_POSTING[:-1]}, "body": "{"Cook. " * 60_000}"}}</script>',
        "posting-deep": f'<script type="application/ld+json">{"[" * 50_000}"JobPosting"</script>',
        "microdata": '<div itemscope itemtype="http://schema.org/JobPosting"><b itemprop="title">' * 450,
    }.items():
        yield name, f"<!doctype html><html><body>{html}".encode()


def _texts() -> Pairs:
    for name, text in {
        "one-line": "a" * 1_900_000,
        "words": "cook " * 76_000,
        "newlines": "\n" * 200_000 + "x",
        "too-long": "a b " * 600_000,
        "zalgo": "a" + "\u0301" * 60_000,
        "overrides": "\u202e\u2066" * 40_000,
        "digits": "9" * 100_000,
        "dots": "." * 100_000,
        "dates": "5 May 2026, " * 3_000,
        "money": "EUR 1,000.00 - " * 3_000,
        "labels": "Closing date: 5 May 2026\n" * 2_000,
        "bullets": "• Experience in x\n" * 2_400,
        "mails": "a@b.example " * 4_000,
        "telephones": "tel. +383 44 123 456, " * 4_000,
        "addresses": "https://a.example/ " * 3_000,
        "brackets": "(" * 60_000,
        "quotes": '"' * 60_000,
        "tabs": "Grade\t" * 12_000,
        "dashes": "-" * 80_000,
        "damage": "â€™Ã¢â‚¬â„¢" * 6_000,
        "thai": "โ€“" * 12_000,
        "tags": "<b>x</b> " * 12_000,
        "equals": "=3D" * 20_000,
        "hyphens": "a-\n" * 20_000,
        "glued": "GradeP3LocationOsh" * 3_000,
        "numbers": "\n".join(map(str, range(12_000))),
        "capitals": "REQUIREMENTS\n" * 4_000,
        "pipes": "|" * 60_000,
        "spaces": "Grade" + " " * 100_000 + "P-3",
        "mixed": "аaбb" * 20_000,
        "emoji": "👩‍🚒" * 12_000,
        "cjk": "厨师" * 40_000,
        "colon": "a:" * 40_000,
        "formula": "=cmd|' /C calc'!A0\n" * 2_000,
        "years": "at least 5 years of experience in x and " * 2_000,
    }.items():
        yield name, text.encode()


def _encodings() -> Pairs:
    wide = NOTICE.encode("utf-16-le")
    yield from {
        "utf16-odd": wide[:-1],
        "utf16-no-mark": wide,
        "utf16-big": NOTICE.encode("utf-16-be"),
        "utf32": NOTICE.encode("utf-32"),
        "utf7": b"+AGEAYgBj-" * 50,
        "overlong": b"\xc0\xaf\xe0\x80\xaf" * 500,
        "surrogates": b"\xed\xa0\x80\xed\xb0\x80" * 500,
        "beyond": b"\xf4\x90\x80\x80" * 500,
        "continuations": b"\x80" * 5000,
        "high": bytes(range(128, 256)) * 50,
        "nulls": bytes(5000),
        "null-text": b"\x00".join(NOTICE.encode().split()),
        "escapes": b"\x1b$B" * 2000,
        "wrong": b'<meta charset="utf-16">' + NOTICE.encode("cp1252"),
        "unknown": b'<meta charset="klingon">' + NOTICE.encode(),
        "codec": b'<?xml encoding="zlib_codec"?>' + b"\xff" + NOTICE.encode(),
        "punycode": b'<meta charset="punycode">\xff<p>Cook',
        "marks": b"\xef\xbb\xbf" * 3000 + NOTICE.encode(),
        "only-mark": b"\xff\xfe",
        "ebcdic": NOTICE.encode("cp500"),
    }.items()


def _json() -> Pairs:
    posting = {"@type": "JobPosting", "title": "Cook", "description": "Cooks soup for forty people a day."}
    rows = [{"title": f"Cook {number}", "description": "Cooks soup for forty people a day."} for number in range(30)]
    for name, text in {
        "deep": '{"a":' * 100_000,
        "deep-list": "[{" + '"a":[' * 50_000,
        "balanced": '{"a":' * 5_000 + "1" + "}" * 5_000,
        "number": '{"title": ' + "9" * 100_000 + ', "description": "x"}',
        "infinite": '{"title": 1e999, "body": NaN}',
        "unknown": '{"x": 1}',
        "nothing": "{}",
        "none": "[{}]",
        "surrogate": '{"title": "\\ud800", "body": "\\udfff and more text here"}',
        "cut": json.dumps(rows)[:-5],
        "lines": "\n".join(map(json.dumps, rows[:5])) + "\n{broken\n",
        "twice": "{}{}" * 900,
        "types": json.dumps({**posting, "title": [1, {"name": {"name": []}}], "description": {"value": "x" * 80}}),
        "numbers": json.dumps({**posting, "title": 5, "description": 6, "baseSalary": {"value": {"value": {}}}}),
        "script": json.dumps({**posting, "description": "<script>alert(1)</script><p>Cook</p>" * 20}),
        "names": json.dumps([{**posting, "identifier": "../../" * 50}]),
        "keys": json.dumps({"title" * 9000: 1}),
        "lists": json.dumps({**posting, "jobLocation": [{"address": "Osh"}] * 5000}),
        "escapes": '{"title": "' + '\\"' * 400_000,
        "nested": json.dumps({"data": {"data": {"data": {"data": {"data": {"data": rows}}}}}}),
        "wide": json.dumps([[]] * 90_000),
    }.items():
        yield name, text.encode("utf-8", "surrogatepass")


def _tables() -> Pairs:
    head = "title,organization,deadline,description\n"
    for name, text in {
        "formulas": head + "=HYPERLINK(1),@SUM(1+1)*cmd|' /C calc'!A0,+1,-2+3\n" * 5,
        "quote": head + '"never closed\n' * 500,
        "wide": ",".join(["title", "description", *map(str, range(9000))]) + "\n1\n",
        "null": head + "a\x00b,c,d,e\n",
        "field": head + "a,b,c," + "x" * 3_000_000,
        "only-head": head,
        "short": head + "a\n\n,,,\nb,c\n",
        "semicolons": head.replace(",", ";"),
        "encoding": head + "é" * 200_000 + "\n",
        "mixed": head + "Cook,WHO,5 May 2026,Cooks soup for forty people\n" * 20,
    }.items():
        yield f"{name}.csv", text.encode()
    yield "halfway.csv", head.encode() + b"a,b,c,d\n" * 50_000 + b"\xff\xfe,\xe9,x,y\n"
    yield "latin.csv", head.encode() + "Köchin;é,WHO,2026-05-05,Kocht für vierzig Leute am Tag\n".encode("cp1252")


def _parquet() -> Pairs:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def made(table: pa.Table, **options: object) -> bytes:
        out = pa.BufferOutputStream()
        pq.write_table(table, out, **options)
        raw: bytes = out.getvalue().to_pybytes()
        return raw

    text = pa.array(["Cooks soup for forty people a day"] * 3)
    yield (
        "extension",
        made(
            pa.table(
                {
                    "title": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"x" * 16] * 3, pa.binary(16))),
                    "body": text,
                }
            )
        ),
    )
    yield "binary", made(pa.table({"title": pa.array([b"\xff"] * 3), "body": text}))
    yield "map", made(pa.table({"title": pa.array([[("a", 1)]] * 3, pa.map_(pa.string(), pa.int8())), "body": text}))
    many = pa.table({"title": pa.array(["Cook"] * 1_000_000).dictionary_encode(), "body": pa.array(["x"] * 1_000_000)})
    yield "rows", made(many)
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000), pa.array(["x" * 3_000_000]))
    yield "values", made(pa.table({"title": pa.array(["Cook"] * 50_000), "body": long}))
    yield "columns", made(pa.table({f"c{number}": [1] for number in range(2000)}))
    good = made(pa.table({"title": ["Cook"] * 3, "body": text}))
    yield "footer", good[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1"
    yield (
        "pickle",
        made(
            pa.table({"title": ["Cook"] * 3, "body": text}).replace_schema_metadata(
                {b"ARROW:extension:metadata": b"\x80\x04cos\nsystem\n."}
            )
        ),
    )
    yield "empty", made(pa.table({"title": pa.array([], pa.string()), "body": pa.array([], pa.string())}))
    yield "times", made(pa.table({"title": pa.array([2**62] * 3, pa.timestamp("us")), "body": text}))


def _mail() -> Pairs:
    head = "Received: x\nFrom: a@b.example\nMessage-ID: <1@b>\nMIME-Version: 1.0\n"
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(400))
    forwarded = "Content-Type: message/rfc822\n\n" * 400
    for name, text in {
        "nested": head + nested,
        "forwarded": head + forwarded + NOTICE,
        "no-boundary": head + "Content-Type: multipart/mixed\n\nx",
        "parts": head + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nCook\n" * 3000 + "--b--",
        "empty": head + "\n",
        "headers": head + "X: y\n" * 100_000 + "\nCook",
        "folded": head + "Subject: x\n" + " y\n" * 200_000 + "\nCook",
        "base64": head + "Content-Transfer-Encoding: base64\n\n!!!" + "A" * 9999,
        "charset": head + 'Content-Type: text/plain; charset="x\x01"\n\nCook',
        "encoded": head
        + "Content-Disposition: attachment; filename*=utf-8''%00%ff..%2f\nContent-Type: text/plain\n\n"
        + NOTICE,
        "filename": head + 'Content-Disposition: attachment; filename="=?x?q?=00?="\n\n' + NOTICE,
        "uu": head + "Content-Transfer-Encoding: x-uuencode\n\nbegin\n",
        "alternative": head + "Content-Type: multipart/alternative; boundary=b\n\n--b--\n",
        "type": head + "Content-Type: \x00/;;;=\n\n" + NOTICE,
        "same-boundary": head
        + "Content-Type: multipart/mixed; boundary=b\n\n"
        + "--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 500,
    }.items():
        yield name, text.encode()
    mark = b"From a@b.example Tue May  5 10:00:00 2026\n"
    yield "no-messages", mark + b"Subject: x\n\n" + mark + mark + mark
    yield "mbox-many", (mark + b"Subject: x\n\n\n") * 12_000
    yield "mbox-line", mark + b"Subject: " + b"x" * 19_000_000


def _pdf_of(*objects: str | bytes, root: int = 1) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + (content.encode() if isinstance(content, str) else content) + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF"
    return out + end % (len(objects) + 1, table, len(objects) + 1, root, len(out))


def _stream(content: bytes, extra: str = "") -> bytes:
    return f"<</Length {len(content)}{extra}>>\nstream\n".encode() + content + b"\nendstream"


def _page_with(content: bytes, extra: str = "", *more: str | bytes, resources: str = "") -> bytes:
    catalog, pages = "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>{resources}>>>>"
    return _pdf_of(catalog, pages, page, _stream(content, extra), font, *more)


def _pdf() -> Pairs:
    shown = b"BT /F 12 Tf 72 700 Td (Vacancy notice: Job title: Cook, Grade: G-2, Closing date: 5 May 2026) Tj ET"
    yield "good", _page_with(shown)
    yield "bomb", _page_with(zlib.compress(bytes(150_000_000)), "/Filter/FlateDecode")
    twice = zlib.compress(zlib.compress(bytes(150_000_000)))
    yield "bomb-twice", _page_with(twice, "/Filter[/FlateDecode/FlateDecode]")
    yield "filters", _page_with(shown, f"/Filter[{'/ASCIIHexDecode' * 500}]")
    yield "loop-of-pages", _pdf_of("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>")
    yield (
        "loop-of-parents",
        _pdf_of(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 3 0 R>>",
        ),
    )
    yield (
        "many-pages",
        _pdf_of(
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{'3 0 R ' * 20_000}]/Count 20000>>",
            "<</Type/Page/Parent 2 0 R>>",
        ),
    )
    yield "saved-states", _page_with(b"q " * 60_000 + shown)
    yield "arrays", _page_with(b"[" * 100_000 + shown)
    yield "objects", b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000
    yield "dictionaries", b"%PDF-1.7\n1 0 obj\n" + b"<</A" * 50_000
    form = _stream(
        b"/X Do /X Do " + shown, "/Type/XObject/Subtype/Form/Resources<</XObject<</X 6 0 R>>/Font<</F 5 0 R>>>>"
    )
    yield "forms", _page_with(b"/X Do", "", form, resources="/XObject<</X 6 0 R>>")
    yield "text", _page_with(b"BT /F 12 Tf " + b"(Cook) Tj " * 60_000 + b"ET")
    yield "matrix", _page_with(b"1e308 0 0 1e308 1e308 1e308 cm " * 50 + shown)
    yield "size", _page_with(shown.replace(b"12 Tf", b"-1e30 Tf"))
    yield "no-font", _page_with(shown.replace(b"/F 12", b"/G 12"))
    yield "operands", _page_with(b'BT Tf Td Tm TJ Tj \' " Tz TL () [] TJ (x) (y) (z) " ET ' * 2000)
    yield "xref-loop", b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Prev 9>>\nstartxref\n9\n%%EOF"
    yield "no-root", b"%PDF-1.7\ntrailer\n<</Size 1>>\nstartxref\n0\n%%EOF"
    yield "length", _page_with(shown).replace(b"/Length", b"/Length -1/X")
    yield "self", _pdf_of("1 0 R")
    yield "startxref", b"%PDF-1.7\n" + b"startxref\n99999999999999999999\n%%EOF\n" * 2000
    yield "locked", documents.as_pdf([NOTICE], password="secret")
    yield "scanned", documents.as_pdf([""])


def _docx() -> Pairs:
    good = documents.as_docx(documents.lines_of(NOTICE))

    def changed(name: str, content: bytes | None, source: bytes = good) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                if info.filename != name:
                    new.writestr(info.filename, old.read(info))
            if content is not None:
                new.writestr(name, content)
        return out.getvalue()

    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    start, end = b"<w:document " + space + b"><w:body>", b"</w:body></w:document>"
    lol = (
        b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]>"
    )
    main = "word/document.xml"
    paragraph = b"<w:p><w:r><w:t>Cook</w:t></w:r></w:p>"
    yield "entities", changed(main, lol + start + b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>" + end)
    yield "external", changed(main, b'<!DOCTYPE l SYSTEM "file:///etc/passwd">' + start + end)
    yield "wide-entities", changed(main, (lol + start + end).decode().encode("utf-16"))
    yield "deep", changed(main, start + b"<w:sdt><w:sdtContent>" * 5000)
    yield (
        "deep-tables",
        changed(main, start + b"<w:tbl><w:tr><w:tc>" * 80 + paragraph + b"</w:tc></w:tr></w:tbl>" * 80 + end),
    )
    yield "empty", changed(main, start + end)
    yield "no-body", changed(main, b"<w:document " + space + b"/>")
    yield "no-xml", changed(main, b"Cook")
    yield "bomb", changed("word/media/image.png", bytes(150_000_000))
    yield "xml-bomb", changed(main, start + paragraph * 100_000 + end)
    yield "many-paragraphs", changed(main, start + paragraph * 10_000 + end)
    yield (
        "cells",
        changed(
            main, start + b"<w:tbl>" + b"<w:tr>" + b"<w:tc>" * 1 + paragraph + b"</w:tc></w:tr>" * 1 + b"</w:tbl>" + end
        ),
    )
    yield "no-types", changed("[Content_Types].xml", None)
    yield "no-relations", changed("_rels/.rels", None)
    yield "no-styles", changed("word/styles.xml", None)
    loop = (
        b"<w:styles "
        + space
        + b'><w:style w:type="paragraph" w:default="1" w:styleId="A"><w:name w:val="A"/>'
        + b'<w:basedOn w:val="A"/></w:style></w:styles>'
    )
    yield "loop-of-styles", changed("word/styles.xml", loop)
    yield (
        "numbers",
        changed(
            "word/numbering.xml",
            b"<w:numbering " + space + b'><w:num w:numId="1"><w:abstractNumId w:val="9"/></w:num></w:numbering>',
        ),
    )


def _warc() -> Pairs:
    pages = {"https://a.example/1": ("text/html", b"<p>Cook</p>" * 9)}
    good = documents.as_warc(pages, compressed=False)
    yield "length", good.replace(b"Content-Length: ", b"Content-Length: 9999999999")
    yield "negative", good.replace(b"Content-Length: ", b"Content-Length: -")
    yield "no-end", b"WARC/1.0\r\n" * 50_000
    yield "status", documents.as_warc(pages, status="404 Not Found")
    yield "uri", documents.as_warc({"javascript:alert(1)!/../x\n": ("text/html", b"<p>Cook</p>")})
    yield "chunked", good.replace(b"Content-Type: text/html", b"Transfer-Encoding: chunked")
    yield "encoding", good.replace(b"Content-Type: text/html", b"Content-Encoding: gzip")
    body = gzip.compress(bytes(150_000_000))
    yield "bomb", documents.as_warc({"https://a.example/": ("text/html\r\nContent-Encoding: gzip", body)})
    yield "many", documents.as_warc({f"https://a.example/{n}": ("text/html", b"") for n in range(300)})


def names(raws: Sequence[str]) -> list[str]:
    """File names of inputs; those of tables keep their ending."""
    return [name if name.endswith(".csv") else f"{name.replace('.', '_')}.bin" for name in raws]
