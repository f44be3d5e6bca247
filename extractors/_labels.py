"""The inventory of labels, ``patterns/labels.toml``, as look-up tables of folded text."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from extractors._fold import cyrillic, fold

_NO_FIELDS = ("after_value", "modifiers")
_PICTURE = re.compile(
    r"[\u2190-\u21ff\u2300-\u2bff\ufe0f\U0001f000-\U0001faff]+"
)  # signs that boards set before labels
_NUMBER_SIGN = re.compile(r"\bn\.? ?[°o]\b\.?|\bn°|№")  # folded, so that the ordinal sign is an o
_OPTIONAL_PLURAL = re.compile(r"\((?:s|es|e|x|en)\)$")


def load_toml(name: str) -> dict[str, object]:
    """Read a file of ``extractors/patterns``."""
    with resources.files("extractors.patterns").joinpath(name).open("rb") as file:
        return tomllib.load(file)


@cache
def labels() -> dict[str, str]:
    """Folded label → field; the first field that lists a label keeps it."""
    found: dict[str, str] = {}
    for field, by_language in load_toml("labels.toml").items():
        if field in _NO_FIELDS or not isinstance(by_language, dict):
            continue
        for language, names in by_language.items():
            for name in names:
                found.setdefault(fold(name), field)
                if language == "sh":
                    found.setdefault(fold(cyrillic(name)), field)
    return found


@cache
def labels_after_value() -> dict[str, str]:
    """Folded label → field, for layouts that print the label behind the value."""
    table = load_toml("labels.toml")["after_value"]
    assert isinstance(table, dict)
    return {fold(name): field for field, names in table.items() for name in names}


@cache
def longest_label() -> int:
    """Words of the longest label."""
    return max(label.count(" ") + 1 for label in labels())


@cache
def _modifiers() -> frozenset[str]:
    table = load_toml("labels.toml")["modifiers"]
    assert isinstance(table, dict)
    return frozenset(fold(word) for word in table["words"])


@cache
def label_words(name: str) -> frozenset[str]:
    """One of the lists of ``[modifiers]``: words that lead to what a label covers, words that end no value."""
    table = load_toml("labels.toml")["modifiers"]
    assert isinstance(table, dict)
    return frozenset(table[name])


def field_of(text: str) -> str | None:
    """The field of a printed label, if need be without the words that only qualify it ("expected")."""
    key = label_key(text)
    field = labels().get(key) or labels().get(key.replace("-", " "))
    if field is None and " " in key:
        words = key.split(" ")
        kept = [word for word in words if word not in _modifiers()]
        if 0 < len(kept) < len(words):
            return labels().get(" ".join(kept))
    return field


def label_key(text: str) -> str:
    """A printed label as the inventory spells it: folded, without number sign, asterisk or plural in brackets."""
    folded = fold(text)
    folded = (folded if folded.isascii() else _PICTURE.sub("", folded)).strip(" .*:-•_")
    if folded in labels():
        return folded
    if not folded.isascii() or "n" in folded:
        folded = _NUMBER_SIGN.sub("no", folded)
    return (_OPTIONAL_PLURAL.sub("", folded) if folded.endswith(")") else folded).strip(" .")
