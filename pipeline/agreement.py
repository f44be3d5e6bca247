"""What a page says to readers and what it says to machines, brought to one choice for each field.

Nothing is preferred in silence: values that contradict each other give none (state ``ambiguous``), or where both may be
true the one that readers see; either way the record's warnings name the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractors._fold import fold
from schemas.finding import Choice, State

# Of these both may be true: the web's day of posting and the printed one, a number of the site and the organization's,
# schema.org's few kinds of employment and the printed one, the minute in which a page goes and the hour in a notice.
_LOOSE = frozenset(("issue_date", "requisition_id", "contract_type", "closing_time", "closing_timezone", "department"))
# Of these, what the text says of the first field leaves nothing to say of the others.
_TOGETHER = {"closing_time": "closing_date", "closing_timezone": "closing_date"}
_NAMES = frozenset(("title", "organization", "mission", "department", "duty_station", "requisition_id"))
_PRINTED = frozenset(("label", "subject"))  # rules by which the text itself says that this is the title
_WORD = re.compile(r"\w+")


def agreed(
    field: str, shown: Choice, stated: Choice, sofar: Mapping[str, Choice], *, zoned: bool
) -> tuple[Choice, str | None]:
    """The choice of a field, and a warning where the two differ.

    Args:
        shown, stated: what the text says, and what the page's structured data say.
        sofar: what the text says of the fields before this one.
        zoned: whether the data's times are in UTC, in which a day may end before or after the notice's.
    """
    first = sofar.get(_TOGETHER.get(field, ""))
    if first is not None and first.state is not State.ABSENT:
        stated = Choice()
    if stated.value is None or shown.state is State.AMBIGUOUS:
        return shown, None
    if shown.state is State.ABSENT:
        return stated, None
    if shown.value is not None and _same(field, shown.value, stated.value):
        return Choice(shown.value, shown.state, (*shown.evidence, *stated.evidence)), None
    told = f"{field}: the text says {_told(shown)}, the structured data of the page {_told(stated)}"
    if field == "closing_date" and shown.value is not None and zoned and abs((shown.value - stated.value).days) == 1:
        return shown, told
    if field == "title" and not _PRINTED & {finding.rule for finding in shown.evidence}:
        return stated, told
    if field in _LOOSE or shown.value is None:
        return shown, told
    return Choice(None, State.AMBIGUOUS, (*shown.evidence, *stated.evidence)), told


def _same(field: str, shown: Any, stated: Any) -> bool:
    """Whether two values can be said of one vacancy: equal, or one name with more words than the other."""
    if shown == stated:
        return True
    if field in _NAMES:
        one, other = set(_WORD.findall(fold(shown))), set(_WORD.findall(fold(stated)))
        return bool(one and other) and (one <= other or other <= one)
    if field == "salary":
        return all(shown[name] == stated[name] for name in ("min", "max", "currency", "period"))
    return False


def _told(choice: Choice) -> str:
    """A choice in the words of a warning."""
    if isinstance(choice.value, Mapping):
        return repr("{currency} {min} to {max} per {period}".format_map(choice.value))
    return repr(str(choice.value if choice.value is not None else choice.state))
