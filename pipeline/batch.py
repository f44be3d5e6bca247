"""Many notices at once: every input gives a parsed notice or a reject, and one bad notice never stops the others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from pipeline.parse import ParsedNotice, parse
from pipeline.source import Reject, Rejected, Source


def parse_all(sources: Iterable[Source | Reject]) -> Iterator[ParsedNotice | Reject]:
    """Parse each source, in order; rejects pass through."""
    for source in sources:
        yield source if isinstance(source, Reject) else parse_or_reject(source)


def parse_or_reject(source: Source) -> ParsedNotice | Reject:
    """The parsed notice, or the reject that says why there is none."""
    try:
        return parse(source)
    except Rejected as error:
        return source.reject(error)
    except MemoryError:
        return source.reject(Rejected("memory", "parse", "needs more memory than there is"))
    except Exception as error:  # a defect of the program, which must not cost the other notices
        if os.environ.get("VACANCIES_DEBUG"):
            raise
        reason = f"a defect in the parser: {type(error).__name__}: {error}"
        return source.reject(Rejected("internal_error", "defect", reason[:500]))
