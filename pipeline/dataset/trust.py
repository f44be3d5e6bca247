"""Which of several copies of one vacancy is nearest to the original.

In this order: what the source is said to be, else whether the copy lies on the site of the organization, or where other
copies send applicants; a copy that another one contains comes after that one, whichever was seen first; then whether it
is still there, whether it carries the organization's number, how long its source has had the vacancy, and how much it
states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from extractors._fold import fold
from extractors.organization import owner_of
from pipeline.dataset.rows import FILLABLE
from pipeline.dataset.values import folded, is_empty, plain
from pipeline.source import INSIDE

Row = dict[str, Any]

# Boards put their own: that says nothing of how much they have copied.
_OF_THE_BOARD = frozenset({"apply_url", "apply_email"})
# What follows from requirements: whoever has more of the same ones knows better.
_OF_REQUIREMENTS = frozenset(
    {"qualifications", "education_level", "education_fields", "experience_years", "experience_routes", "languages"}
)
# What organizations change while a notice is out, and boards do not follow.
_OF_THE_DEADLINE = frozenset({"closing_date", "closing_time", "closing_timezone", "closing_at"})
_LEFT_OUT = 3  # qualifications that another copy has, where this one has none: cut off before them


@dataclass(frozen=True, slots=True)
class Copy:
    """A record, where it lies, since when the vacancy lies there, and what linked it to its vacancy.

    It lies there in these words since ``noticed``.
    """

    record: Row
    source: str
    source_uri: str
    copied: bool | None
    first_seen: datetime
    last_seen: datetime | None
    noticed: datetime
    rule: str
    score: float


def ordered(copies: Sequence[Copy]) -> list[Copy]:
    """The copies, the most trustworthy first."""
    since: dict[str, datetime] = {}
    for copy in copies:
        since[copy.source] = min(copy.first_seen, since.get(copy.source, copy.first_seen))
    return sorted(copies, key=lambda copy: _trust(copy, copies, since[copy.source]))


def _trust(copy: Copy, copies: Sequence[Copy], since: datetime) -> tuple[Any, ...]:
    """The smaller, the more trustworthy; its source has had the vacancy ``since`` then."""
    return (
        _distance(copy, copies),
        sum(_is_cut_from(copy, other, since) for other in copies),
        copy.last_seen is not None,
        copy.record["requisition_id"] is None,
        since,
        -sum(not is_empty(copy.record[name]) for name in FILLABLE),
        copy.first_seen,
        copy.source_uri,
        copy.record["position"],
    )


def _distance(copy: Copy, copies: Sequence[Copy]) -> int:
    """How far from the original: what the source is said to be, else what its address tells."""
    if copy.copied is not None:
        return 3 if copy.copied else 0
    return 1 if _is_at_home(copy, copies) else 2


def _is_at_home(copy: Copy, copies: Sequence[Copy]) -> bool:
    """Whether it lies on a site of the organization that recruits, or on one where copies elsewhere send applicants."""
    host = _host(copy.source_uri)
    if host is None:
        return False
    owner = owner_of(host)
    if owner is not None and owner == copy.record["organization"]:
        return True
    elsewhere = (other for other in copies if not _same_site(_host(other.source_uri), host))
    return any(_same_site(_host(other.record["apply_url"] or ""), host) for other in elsewhere)


def _host(address: str) -> str | None:
    """The host of an address on the web, without "www"; None for a file."""
    try:
        parts = urlsplit(address.rsplit(INSIDE, 1)[-1])
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _same_site(one: str | None, other: str | None) -> bool:
    """Whether two hosts are the same, or one is below the other."""
    return (
        one is not None and other is not None and (f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}"))
    )


def _is_cut_from(copy: Copy, other: Copy, since: datetime) -> bool:
    """Whether a copy is a part of another one, and not that one's newer wording: its source has said no more before."""
    return (other.noticed >= copy.noticed or copy.noticed == since) and _contains(other.record, copy.record)


def _contains(whole: Row, part: Row) -> bool:
    """Whether one record says all that another does, and its requirements go on where the other's break off.

    The deadline may differ: it is the organization that extends it, not who has cut its notice.
    """
    ours, theirs = ([fold(need["text"]) for need in record["qualifications"]] for record in (whole, part))
    if len(theirs) >= len(ours) or (not theirs and len(ours) < _LEFT_OUT):
        return False
    *before, last = theirs or [""]
    if before != ours[: len(before)] or not _begins(ours[len(before)], last):
        return False
    free = _OF_THE_BOARD | (_OF_REQUIREMENTS | _OF_THE_DEADLINE if theirs else {"qualifications"})
    return all(_says(name, whole[name], part[name]) for name in FILLABLE if name not in free)


def _says(name: str, ours: Any, theirs: Any) -> bool:
    """Whether a value of a field says all that another does."""
    if is_empty(theirs):
        return True
    if is_empty(ours):
        return False
    if isinstance(theirs, list):
        return {_item(each) for each in theirs} <= {_item(each) for each in ours}
    return bool(folded(name, ours) == folded(name, theirs)) or (name == "title" and _begins(fold(ours), fold(theirs)))


def _item(value: Any) -> str:
    return fold(value) if isinstance(value, str) else plain(value)


def _begins(ours: str, theirs: str) -> bool:
    """Whether a folded text is another one, cut off."""
    return ours.startswith(theirs.rstrip("….").rstrip())
