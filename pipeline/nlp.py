"""The spaCy pipeline: a tokenizer that never moves a border, and one component per kind of mark."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

import pipeline.facts
import pipeline.items
import pipeline.positions
import pipeline.sections  # noqa: F401  (registers the components)

if TYPE_CHECKING:
    from spacy.language import Language

COMPONENTS = ("facts", "sections", "items", "positions")

# A token is a run of one class of characters; a capital after a small letter starts a new one, so that glued
# bullets ("training schoolRegular") and any offset that a regular expression finds lie on token borders.
_TOKEN = re.compile(r"[^\W\d_]+|\d+|\s+|[^\w\s]|_")
_GLUE = re.compile(r"(?<=[a-zà-öø-ÿа-яѐ-џ])(?=[A-ZÀ-ÖØ-ÞА-ЯЀ-Џ])")


class Notice(Doc):
    """A Doc that keeps its text; spaCy joins all tokens anew at every access."""

    _text: str | None = None

    @property
    def text(self) -> str:
        """The repaired text."""
        if self._text is None:
            self._text = Doc.text.__get__(self)
        return self._text


class Tokenizer:
    """Splits text into a Doc whose ``text`` is exactly the input."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for word in _TOKEN.findall(text):
            if word == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
            elif word.isascii() and (word.islower() or len(word) == 1):
                words.append(word)
                spaces.append(False)
            else:
                for part in _GLUE.split(word):
                    words.append(part)
                    spaces.append(False)
        doc = Notice(self.vocab, words=words, spaces=spaces)
        doc._text = text
        return doc


@cache
def load() -> Language:
    """The pipeline, built once per process."""
    nlp = spacy.blank("xx", vocab=Vocab())  # the default one gives every new word a shape, which nothing asks for
    nlp.tokenizer = Tokenizer(nlp.vocab)
    nlp.max_length = 50_000_000
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp
