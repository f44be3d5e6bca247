"""Last day on which applications are accepted, ISO 8601; the notice's own, of an extended deadline the new one.

A date by which candidates hear back, may ask questions, are tested or start is none, nor is the end of a contract,
a project or a mandate.  A date without its year is none.  Deadlines that contradict each other give no value
(state ``ambiguous``): neither the later nor the more official-looking one is preferred in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._applying import words
from extractors._choice import strongest
from extractors._deadlines import RULES as READINGS
from extractors._deadlines import deadlines
from extractors._doc import body
from extractors._flat import flat
from extractors._phrases import occurrences
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "closing_date"
RULES = (*READINGS, "open")
_PRINTED = frozenset({"labelled", "posting_period"})
_REACH = 160  # characters
_FIRM = frozenset({"labelled", "posting_period", "apply_by"})


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the dates by which to apply, and where the notice says that there is no such date."""
    read = deadlines(doc)
    labelled = {deadline.date.value for deadline in read if deadline.rule in _PRINTED}
    for deadline in read:
        other = labelled and deadline.date.value not in labelled
        if other and deadline.rule == "apply_by" and not _asks(doc.text, deadline.date.start):
            continue  # another post's, in a list of posts
        yield Finding(deadline.date.value, deadline.date.start, deadline.date.end, deadline.rule)
    plain = flat(doc.text)
    for start, end in body(doc):
        for match in occurrences(words("open"), plain, start, end):
            yield Finding(State.NONE, match.start(), match.end(), "open")


def _asks(text: str, at: int) -> bool:
    """Whether the words before a date ask for applications, as a list of other posts does not."""
    start = text.rfind("\n", 0, at) + 1
    return bool(words("asks").search(flat(text), max(start, at - _REACH), at))


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The extended deadline, else the one date that all firm statements agree on, else a weaker statement's."""
    issued = known.get("issue_date")
    if issued:  # an earlier advertisement's
        findings = [f for f in findings if isinstance(f.value, State) or f.value >= issued]
    if any(f.rule == "extended" for f in findings):
        return strongest(findings, RULES)
    firm = [f for f in findings if f.rule in _FIRM and not isinstance(f.value, State)]
    if len({f.value for f in firm}) > 1:
        return Choice(None, State.AMBIGUOUS, tuple(firm))
    return strongest(findings, RULES)
