"""Marks positions: which parts of a notice are about one advertised position only.

``doc.spans["positions"]`` holds the entry of each position, with its facts (title, posts, reference) among the
labels and facts.  ``doc.spans["scopes"]`` holds stretches that apply to some positions only; ``id_`` lists them,
counted from 1: "1,2,5".  What lies in no scope is shared by all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

if TYPE_CHECKING:
    from spacy.tokens import Doc


@Language.component("positions")
def mark_positions(doc: Doc) -> Doc:
    """Mark the entries of a notice that advertises several positions, and what applies to each."""
    doc.spans["positions"] = []
    doc.spans["scopes"] = []
    return doc
