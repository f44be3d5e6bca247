"""E-mail address that applications go to.

Not the addresses for questions, complaints, fraud, data protection or adjustments for persons with disabilities, nor
one that takes no applications; the address for the offline form only where there is no other.  "mailbox@..." is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._address import emails, places
from extractors._choice import strongest
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "apply_email"
RULES = ("label", "sent_to", "section", "offline", "contact")
_UNSAID = frozenset({"section", "contact"})


def find(doc: Doc) -> Iterator[Finding]:
    """Yield e-mail addresses that take applications."""
    yield from places(doc, list(emails(doc.text)), pages=False)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The first address of the strongest rule: a second one is for copies.

    Beside a page that takes applications, an address that nothing says applications go to is for questions.
    """
    if known.get("apply_url"):
        findings = [finding for finding in findings if finding.rule not in _UNSAID]
    return strongest(findings, RULES, key=str.casefold, first_of=frozenset(RULES))
