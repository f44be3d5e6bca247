"""Which punctuation mark stood in a place: read off its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

APOSTROPHE, OPEN, CLOSE, DASH, BULLET = "’“”–•"
MARKS = frozenset("’‘“”–—•…‚„‛«»-'\"")

# the employer's, don't, they're
_AFTER_APOSTROPHE = re.compile(r"(?:s|t|d|m|re|ve|ll|em|S|T|RE|VE|LL)(?![^\W\d_])")
# l'Ukraine, aujourd'hui, dell'ufficio, O'Neill
_BEFORE_APOSTROPHE = re.compile(
    r"(?<![^\W\d_])(?:[ldjmtsncLDJMTSNCO]|qu|Qu|jusqu|lorsqu|puisqu|aujourd|presqu|quelqu|dell|all|nell|sull|dall|un|quest"
    r"|Dell|All|Nell|Un|Jusqu|Lorsqu|Aujourd)$"
)


@dataclass(slots=True)
class Quotes:
    """Quotation marks that are open where the reading has come to; a line break closes them."""

    open: bool = False
    dash: str = DASH

    def pass_over(self, text: str) -> None:
        """Take notice of the marks that are there."""
        line = text.rfind("\n")
        if line >= 0:
            self.open = False
            text = text[line + 1 :]
        opened, closed = max(text.rfind("“"), text.rfind("„")), text.rfind("”")
        if opened != closed:
            self.open = opened > closed


def mark_for(text: str, start: int, end: int, quotes: Quotes, *, gap: str) -> tuple[str, bool] | None:
    """The mark that ``text[start:end]`` stands for and whether it is a guess; None where the neighbours say nothing.

    Args:
        quotes: what is open before ``start``; changed by the answer.
        gap: characters that stand for marks still unknown (a regular expression's class without brackets).
    """
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    if before.isalpha() and after.isalpha():
        return _inside_word(text, start, end, quotes)
    if before.isdigit() and after.isdigit():
        return DASH, False
    if before in "\n" and after in " \t":
        return BULLET, True
    if before in " \t(" and after in " \t":
        blank = text[max(0, start - 80) : start].rpartition("\n")[2].isspace()
        return (BULLET, True) if blank else (quotes.dash, False)
    if before.isspace() or before in "([{/-–—:":
        if after.isspace():
            return None
        if after.isdigit() and before.isspace() and re.match(r"\d\d?s", text[end : end + 4]):
            return APOSTROPHE, True
        guess = not _closes_later(text, end, gap)
        quotes.open = True
        return OPEN, guess
    if after.isspace() or not after.isalnum():
        if before == "s" and not (quotes.open and not _closes_later(text, end, gap)):
            return APOSTROPHE, False
        if quotes.open:
            quotes.open = False
            return CLOSE, False
        if before.isdigit() and after == " ":
            return None
        return (CLOSE, True) if before in ".,!?" else (APOSTROPHE, True)
    if before in ".,;:!?)" and after.isalpha():
        if quotes.open:
            quotes.open = False
            return CLOSE, True
        return OPEN, True
    if before.isdigit() or after.isdigit():
        return None
    return None


def elides(left: str, right: str) -> bool:
    """Whether an apostrophe is usual between two parts of a word: employer’s, l’Ukraine, п’ять."""
    if _AFTER_APOSTROPHE.match(right):
        return True
    if left > "\u0370":
        return left[-1].lower() in "бпвмфгкхрзсдтн" and right[0].lower() in "яюєї"
    return right[0].lower() in "aeiouyhàâéèêëîïôûüáíóú" and _BEFORE_APOSTROPHE.search(left) is not None


def _inside_word(text: str, start: int, end: int, quotes: Quotes) -> tuple[str, bool] | None:
    if _AFTER_APOSTROPHE.match(text, end) or _BEFORE_APOSTROPHE.search(text, max(0, start - 9), start):
        return APOSTROPHE, False
    if text[start - 1] > "\u0370" and text[end] > "\u0370":
        return APOSTROPHE, False  # м’ята
    if text[start - 1].islower() and text[end].isupper():
        if quotes.open:
            quotes.open = False
            return CLOSE, True
        return DASH, True
    if text[start - 1].isupper() and text[end].isupper():
        return DASH, True
    return APOSTROPHE, True


def _closes_later(text: str, end: int, gap: str) -> bool:
    """Whether a mark at the end of a word follows in the line, before another that begins one."""
    line = text.find("\n", end, end + 400)
    stretch = text[end : line if line >= 0 else end + 400]
    for match in re.finditer(f'[”"“{gap}]', stretch):
        before = stretch[match.start() - 1] if match.start() else " "
        after = stretch[match.end()] if match.end() < len(stretch) else " "
        if match[0] == "”":
            return True
        if before.isspace() and not after.isspace():
            return False
        if not before.isspace() and not after.isalnum() and match[0] != "“":
            return True
    return False
