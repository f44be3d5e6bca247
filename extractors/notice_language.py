"""Language the notice is written in, ISO 639-1.

Not the languages that a candidate should know, nor that of a heading copied from a job board: the whole text decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body
from extractors._labels import load_toml
from schemas.finding import Choice, Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "notice_language"
RULES = ("script", "frequent_words")

# Scripts that one language of the field alone is written in.
_SCRIPTS = (
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000  # characters
_FEWEST = 4  # frequent words that must be met


@cache
def _frequent() -> dict[str, frozenset[str]]:
    return {
        language: frozenset(map(str, words))
        for language, words in load_toml("stopwords.toml").items()
        if isinstance(words, list)
    }


def find(doc: Doc) -> Iterator[Finding]:
    """Yield the one language that most of the text is in."""
    text = doc.text
    sample = " ".join(text[start:end] for start, end in body(doc))[:_SAMPLE]
    letters = sum(1 for c in sample if c.isalpha())
    for language, letter in _SCRIPTS:
        hits = len(letter.findall(sample))
        if hits * 2 > letters > 0:
            first = letter.search(text)
            if first:
                yield Finding(language, first.start(), first.end(), "script")
            return
    words = Counter(_WORD.findall(sample.lower()))
    scores = {language: sum(words[word] for word in known) for language, known in _frequent().items()}
    best = max(scores, key=lambda language: scores[language])
    level = {language.split("-")[0] for language, score in scores.items() if score == scores[best]}
    if scores[best] < _FEWEST or len(level) > 1:
        return
    met = next((m for m in _WORD.finditer(text) if m.group().lower() in _frequent()[best]), None)
    if met:
        yield Finding(best.split("-")[0], met.start(), met.end(), "frequent_words")


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """The language found."""
    return strongest(findings, RULES)
