"""Address of the page that applications go to.

Not pages with information, forms to download, terms of reference, policies or contacts, nor the page that showed the
notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._address import places, urls
from extractors._choice import strongest
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "apply_url"
RULES = ("label", "sent_to", "section")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield addresses of pages that take applications."""
    yield from places(doc, list(urls(doc.text)), pages=True)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The first address of the strongest rule."""
    return strongest(findings, RULES, key=lambda url: url.rstrip("/").casefold(), first_of=frozenset(RULES))
