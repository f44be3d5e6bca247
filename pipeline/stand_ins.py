"""Characters that stand for another that a copy could not write, and words cut in two at the end of a line."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.edits import Change
from pipeline.marks import APOSTROPHE, Quotes, elides, mark_for
from pipeline.words import is_word

_LETTERS = (
    "éèàçñóíáúüöäßãõâêîôûëïùìòåæøœčćžšđășțşţğıőűąęłńśźżěřůýťďňľĺŕāēīūķļņģėįų"
    "ÉÈÀÇÑÓÍÁÚÜÖÄÂÊÎÔČĆŽŠĐĂȘȚŞŢĞİŐŰĄĘŁŃŚŹŻĚŘŮÝŤĎŇ"
)
_BEFORE = re.compile(r"[^\W\d_]{0,24}$")
_AFTER = re.compile(r"[^\W\d_]{0,24}")


def inverted(text: str) -> list[Change]:
    """Quotation marks, apostrophes and dashes that a database turned into inverted question marks.

    A question in Spanish keeps its mark: ¿Quién? Others change once one stands where no question can begin.
    """
    if "¿" not in text:
        return []
    places = [match.start() for match in re.finditer("¿", text)]
    odd = [at for at in places if not _asks(text, at)]
    if not any(_impossible(text, at) for at in odd):
        return []
    changes = []
    quotes = Quotes()
    passed = 0
    for at in odd:
        quotes.pass_over(text[passed:at])
        passed = at + 1
        said = mark_for(text, at, at + 1, quotes, gap="¿")
        if said is not None:
            changes.append(Change(at, at + 1, said[0], "inverted question mark", said[1]))
    return changes


def _asks(text: str, at: int) -> bool:
    """Whether a question begins here: a letter follows, and its question mark."""
    before = text[at - 1 : at] or " "
    if before.isalnum() or not (text[at + 1 : at + 2].isalpha() or text[at + 1 : at + 2] in '¡“«"('):
        return False
    following = text[at + 1 : at + 300]
    asked = following.find("?")
    return asked >= 0 and "¿" not in following[:asked]


def _impossible(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (before.isalnum() and after.isalnum()) or (before == " " and after == " ")


# the employer?s car, won?t; not search?s=1
_QUESTION = re.compile(r"(?<=[a-zA-Z]{2})\?(?=(?:s|t|re|ve|ll)(?![\w=?&/.-]))")


_CONTRACTED = frozenset(
    "we you they i who there would could should might must it he she that what these those not".split()
)


def question_marks(text: str) -> list[Change]:
    """Apostrophes that became question marks."""
    if "?" not in text:
        return []
    changes = []
    for match in _QUESTION.finditer(text):
        word = (text[max(0, match.start() - 200) : match.start()].split() or [""])[-1]
        suffix = text[match.end()]
        if (suffix == "t" and not word.endswith("n")) or (suffix in "rvl" and word.lower() not in _CONTRACTED):
            continue
        if not any(char in "/=&@:" for char in word):
            changes.append(Change(*match.span(), APOSTROPHE, "question mark"))
    return changes


@lru_cache(1 << 12)
def _fitting(left: str, right: str) -> str:
    """The letters that make a word between two parts."""
    return "".join(letter for letter in _LETTERS if is_word(left + letter + right))


_REPLACED = re.compile("\ufffd{1,3}")


def replaced(text: str) -> list[Change]:
    """U+FFFD, where the word or its neighbours say what it was."""
    if "\ufffd" not in text:
        return []
    changes = []
    quotes = Quotes()
    passed = 0
    for match in _REPLACED.finditer(text):
        start, end = match.span()
        quotes.pass_over(text[passed:start])
        passed = end
        before, after = _BEFORE.search(text, max(0, start - 24), start), _AFTER.match(text, end)
        left, right = before[0] if before else "", after[0] if after else ""
        fitting = _fitting(left, right) if left or right else ""
        if fitting and end - start < 3 and not (right in ("s", "t") and is_word(left)):
            capital = not left and right[:1].isupper()
            letter = next((each for each in fitting if each.isupper() == capital), fitting[0])
            changes.append(Change(start, end, letter, "replacement character", len({*map(str.lower, fitting)}) > 1))
            continue
        said = mark_for(text, start, end, quotes, gap="\ufffd")
        if (
            said is None
            or (left and right and not elides(left, right))
            or _broken(text[start - 1 : start], text[end : end + 1])
        ):
            continue
        changes.append(Change(start, end, said[0], "replacement character", True))
    return changes


def _broken(*beside: str) -> bool:
    """Whether a neighbour is a sign that words do not stand beside, as what is left of other characters is."""
    return any(char > "\x7f" and not (char.isalnum() or char.isspace() or char in "’“”«»–—") for char in beside)


_CUT = re.compile(r"-[ \t]{0,3}\n[ \t]{0,8}(?=[^\W\d_])")


_JOINING = frozenset("and or und oder bzw et ou y o e och og en of i ili и или та або и/или".split())


def hyphenated(text: str) -> list[Change]:
    """Words cut in two at the end of a line; the hyphen stays where both halves are words: follow-up."""
    if "-\n" not in text and "- \n" not in text:
        return []
    changes = []
    words: frozenset[str] | None = None
    for match in _CUT.finditer(text):
        start, end = match.span()
        before, after = _BEFORE.search(text, max(0, start - 24), start), _AFTER.match(text, end)
        left, right = before[0] if before else "", after[0] if after else ""
        if len(left) < 2 or not left[-1].islower() or not right[:1].islower():
            continue
        if right in _JOINING:  # medium- and long-term
            changes.append(Change(start, end, "- ", "hyphenated line end"))
            continue
        if len(right) < 2:
            continue
        if words is None:
            words = frozenset(word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))
        whole, parted = (left + right).lower(), f"{left}-{right}".lower()
        if parted in words:
            changes.append(Change(start, end, "-", "hyphenated line end"))
        elif whole in words or is_word(whole):
            changes.append(Change(start, end, "", "hyphenated line end"))
        else:
            both = all(part.lower() in words or is_word(part) for part in (left, right))
            changes.append(Change(start, end, "-" if both else "", "hyphenated line end", True))
    return changes
