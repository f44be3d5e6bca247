"""ZIP and tar archives and gzip files: read in memory, member by member; nothing is written anywhere."""

from __future__ import annotations

import gzip
import re
import stat
import tarfile
import tempfile
import zipfile
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from pipeline.formats.member import Member, Members, Refused, bounded, shown, unique
from pipeline.limits import MB, Budget, Rejected

GOLD = ".gold.json"
_CHUNK = 64 * 1024
_IN_MEMORY = 16 * MB
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def of_zip(stream: BinaryIO, budget: Budget) -> Members:
    """The files in a ZIP archive."""
    taken: dict[str, int] = {}
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            budget.member()
            mode = info.external_attr >> 16
            if info.is_dir() or stat.S_ISDIR(mode) or _is_litter(info.orig_filename):
                continue
            name = unique(shown(info.filename), taken)
            try:
                _check_name(info.orig_filename)
                if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
                    raise Rejected("unsafe_member", "source", "a link or a device, not a file")
                if info.flag_bits & 0x1:
                    raise Rejected("encrypted", "source", "locked with a password")
                if info.compress_type not in _METHODS:
                    raise Rejected("unsupported", "source", "compressed in a way that is not read")
                if info.file_size > budget.limits.raw:
                    raise Rejected("too_large", "source", f"larger than {budget.limits.raw // MB} MB")
                with archive.open(info) as file:
                    yield Member(name, bounded(cast("BinaryIO", file), budget))
            except Rejected as error:
                if budget.spent:
                    raise
                yield Refused(name, error, info.file_size)
            except (
                Exception
            ) as error:  # zlib.error, BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError ...
                yield Refused(name, damaged(error), info.file_size)


def of_tar(stream: BinaryIO, budget: Budget) -> Members:
    """The files in a tar archive."""
    taken: dict[str, int] = {}
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        while (info := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # else it keeps them all
            budget.member()
            if info.isdir() or _is_litter(info.name):
                continue
            name = unique(shown(info.name), taken)
            try:
                _check_name(info.name)
                if not info.isreg():
                    raise Rejected("unsafe_member", "source", "a link or a device, not a file")
                if info.size > budget.limits.raw:
                    raise Rejected("too_large", "source", f"larger than {budget.limits.raw // MB} MB")
                file = archive.extractfile(info)
                raw = b"" if file is None else bounded(cast("BinaryIO", file), budget)
                if len(raw) < info.size:
                    raise Rejected("damaged", "source", "the archive ends in the middle of it")
                yield Member(name, raw)
            except Rejected as error:
                if budget.spent:
                    raise
                yield Refused(name, error, info.size)


def unzipped(stream: BinaryIO, budget: Budget) -> IO[bytes]:
    """What a gzip file holds, in memory or, where it is long, in a nameless file; raises Rejected."""
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        with gzip.GzipFile(fileobj=stream) as file:
            while part := file.read(_CHUNK):
                budget.unpack(len(part))
                out.write(part)
    except Exception as error:
        out.close()
        raise error if isinstance(error, (Rejected, MemoryError)) else damaged(error) from None
    out.seek(0)
    return out


def damaged(error: Exception) -> Rejected:
    """What is said of a container that cannot be read to its end."""
    if isinstance(error, RecursionError):
        return Rejected("too_deep", "source", "too many things inside one another")
    told = " ".join(str(error).split())[:120]
    return Rejected("damaged", "source", f"it cannot be read: {type(error).__name__}{': ' if told else ''}{told}")


def _check_name(name: str) -> None:
    """Names that lead out of the archive are no names of notices, though nothing is ever written there."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(name) or "\x00" in name:
        raise Rejected("unsafe_member", "source", "its name leads out of the archive")


def _is_litter(name: str) -> bool:
    """Hidden files, what operating systems add, and gold answers: no input, as in a folder."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return not parts or any(part.startswith(".") or part == "__MACOSX" for part in parts) or parts[-1].endswith(GOLD)
