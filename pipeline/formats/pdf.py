"""The text layer of a PDF document, in reading order."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace
from typing import Any

from pipeline.formats.layout import Piece, assemble
from pipeline.formats.member import extra
from pipeline.formats.operators import pieces_of
from pipeline.limits import LIMITS, MB, Limits, Rejected

_UNPACKED = (
    "zlib_maximum_output_length",
    "lzw_maximum_output_length",
    "run_length_maximum_output_length",
    "array_based_stream_maximum_output_length",
    "maximum_declared_stream_length",
)
_LEAST = 40  # letters of a document that is more than pictures
_UNREAD = 0.3  # share of characters that no font of the document explains
_PRIVATE = re.compile(r"[\ue000-\uf8ff\ufffd]")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SIGNS = str.maketrans(
    {**dict.fromkeys("\uf0b7\uf0a7\uf076\uf0d8\uf0fc\uf0a8\uf06e\uf02d", "•"), "\x7f": "•", "\uf020": " "}
)

logging.getLogger("pypdf").addFilter(lambda record: False)  # it comments on every fault of a document


def pdf_text(raw: bytes, *, limits: Limits = LIMITS) -> str:
    """The text of a document; raises Rejected where it is locked, scanned, damaged or exceeds a limit."""
    pypdf = extra("pypdf", "pdf")
    errors = extra("pypdf.errors", "pdf")
    configuration = extra("pypdf._configuration", "pdf")
    stream = dict.fromkeys(_UNPACKED, limits.stream)
    try:
        with configuration.apply_configuration(**stream, jbig2dec_binary=None):
            return _text(pypdf, raw, limits)
    except (Rejected, MemoryError):
        raise
    except errors.LimitReachedError:
        reason = f"a part of the document unpacks to more than {limits.stream // MB} MB, or holds too many things"
        raise Rejected("bomb", "decode", reason) from None
    except errors.DependencyError:
        raise Rejected("encrypted", "decode", "the document is locked in a way that is not read") from None
    except (errors.FileNotDecryptedError, errors.WrongPasswordError):
        raise Rejected("encrypted", "decode", "the document is locked with a password") from None
    except RecursionError:
        raise Rejected("too_deep", "decode", "the document holds too many things inside one another") from None
    except Exception as error:  # a parser of a format with a thousand ways to be broken
        told = " ".join(str(error).split())[:100]
        raise Rejected("damaged", "decode", f"the PDF document is damaged: {type(error).__name__}: {told}") from None


def _text(pypdf: Any, raw: bytes, limits: Limits) -> str:
    reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Rejected("encrypted", "decode", "the document is locked with a password")
    pages: list[list[Piece] | str] = []
    size, width = 0, 0.0
    for number, page in enumerate(reader.pages, start=1):
        if number > limits.pages:
            raise Rejected("too_many", "decode", f"more than {limits.pages} pages")
        read = _page(page, limits)
        size += len(read) if isinstance(read, str) else sum(len(piece.text) for piece in read)
        if size > limits.characters:
            raise Rejected("too_long", "decode", f"more than {limits.characters:,} characters")
        pages.append(read)
        width = max(width, min(2000.0, float(page.mediabox.width)))
    text = assemble(pages, width=width)
    letters = sum(map(str.isalpha, text))
    if letters < _LEAST:
        count = f"{len(pages)} page{'' if len(pages) == 1 else 's'}"
        raise Rejected("no_text", "decode", f"no text in the document ({count}): it is scanned, or holds pictures only")
    if len(_PRIVATE.findall(text)) > _UNREAD * len(text):
        raise Rejected("no_text", "decode", "the document does not say which letters its fonts show")
    return text


def _page(page: Any, limits: Limits) -> list[Piece] | str:
    """The pieces of text on a page with their places; its plain text where they cannot be followed."""
    pieces = pieces_of(page, most=limits.characters, forms=limits.forms)
    if sum(len(piece.text.strip()) for piece in pieces) < _LEAST:
        plain = str(page.extract_text())
        if len(plain.strip()) > 2 * sum(len(piece.text.strip()) for piece in pieces):
            return _UNPRINTED.sub("", plain.translate(_SIGNS))
    clean = (replace(piece, text=_UNPRINTED.sub("", piece.text.translate(_SIGNS))) for piece in pieces)
    return [piece for piece in clean if piece.text]
