"""Every input gives a source or a reject with a stable code; nothing raises, nothing is lost."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.source import MAX_BYTES, Reject, Rejected, Source, from_bytes, inputs, read


def only(path: Path) -> Source | Reject:
    (result,) = read([path])
    return result


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "board" / "cook.txt"
    file.parent.mkdir()
    file.write_bytes(b"Cook\r\n")
    os.utime(file, (1_900_000_000, 1_900_000_000))
    source = only(file)
    assert isinstance(source, Source)
    assert source.raw == b"Cook\r\n"
    assert source.sha256 == hashlib.sha256(b"Cook\r\n").hexdigest()
    assert (source.uri, source.name) == (str(file), "board")
    assert source.fetched_at == datetime.fromtimestamp(1_900_000_000, UTC)
    assert source.declared is None


def test_folders_in_stable_order_without_gold_and_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.html", "a/y.txt", "a/y.gold.json", ".hidden", ".git/x", "c.TXT"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Cook")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    found = [os.path.relpath(path, tmp_path) for path in inputs([tmp_path, tmp_path / "b.txt", tmp_path / "a"])]
    assert found == ["a/y.txt", "a/z.html", "b.txt", "c.TXT"]


def test_what_is_named_itself_is_read(tmp_path: Path) -> None:
    hidden = tmp_path / ".cook"
    hidden.write_text("Cook")
    assert inputs([hidden]) == [str(hidden)]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Köchin".encode("cp1252"))))
    (source,) = read(["-"], name="pipe", encoding="cp1252")
    assert isinstance(source, Source)
    assert (source.raw, source.uri, source.name, source.declared) == (b"K\xf6chin", "-", "pipe", "cp1252")


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b" \n\t\r\n", "empty"), (b"a" * (MAX_BYTES + 1), "too_large")]
)
def test_rejected_content(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes(content)
    reject = only(file)
    assert isinstance(reject, Reject)
    assert (reject.code, reject.stage, reject.uri, reject.size) == (code, "source", str(file), len(content))
    with pytest.raises(Rejected) as error:
        from_bytes(content)
    assert error.value.code == code


def test_a_file_of_fifty_megabytes_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    reject = only(file)
    assert isinstance(reject, Reject)
    assert reject.code == "too_large"
    assert "50 MB" in reject.reason
    assert "20 MB" in reject.reason


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    file.write_bytes(b"a" * MAX_BYTES)
    assert isinstance(only(file), Source)


def test_a_missing_path(tmp_path: Path) -> None:
    reject = only(tmp_path / "nowhere.txt")
    assert isinstance(reject, Reject)
    assert (reject.code, reject.notice_id) == ("not_found", None)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere.txt")
    assert [result.code for result in read([tmp_path]) if isinstance(result, Reject)] == ["not_found"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_and_folder(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("Cook")
    file.chmod(0)
    folder = tmp_path / "locked"
    folder.mkdir(mode=0)
    results = list(read([tmp_path]))
    folder.chmod(0o700)
    assert [result.code for result in results if isinstance(result, Reject)] == ["unreadable", "unreadable"]


def test_an_unreadable_file_for_any_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret.txt"
    file.write_text("Cook")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    reject = only(file)
    assert isinstance(reject, Reject)
    assert (reject.code, reject.reason) == ("unreadable", "permission denied")


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    file = os.path.join(os.fsencode(tmp_path), b"K\xf6chin.txt")
    with open(file, "wb") as stream:
        stream.write(b"Cook")
    (result,) = read([tmp_path])
    assert result.uri.encode() == os.fsencode(tmp_path) + "/K\ufffdchin.txt".encode()


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        ('<meta charset="windows-1251">', "windows-1251"),
        ("<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=iso-8859-2'>", "iso-8859-2"),
        ('<?xml version="1.0" encoding="utf-8"?>', "utf-8"),
        ("charset=koi8-r is what they wrote", None),
    ],
)
def test_the_encoding_that_a_page_declares(head: str, declared: str | None) -> None:
    assert from_bytes(f"{head}<p>Cook</p>".encode()).declared == declared
    assert from_bytes(f"{head}<p>Cook</p>".encode(), declared="cp850").declared == "cp850"
