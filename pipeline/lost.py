"""Fill the places where bytes were lost, from what stands around them.

A punctuation mark follows from its neighbours, a letter from the words and letter sequences of ``pipeline.words`` and,
in mathematical letters, from the style of its line. What is only likely is a guess; what is not even that stays.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.edits import Change
from pipeline.letters import Filled, fill_styled, fill_word
from pipeline.marks import MARKS, Quotes, mark_for
from pipeline.plausibility import script
from pipeline.remnants import SLOT, Slots
from pipeline.styles import styles_of, styles_of_lines
from pipeline.words import is_word

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = f"{Slots.FIRST}-{Slots.LAST}"
_STYLED = "\U0001d400-\U0001d7ff"
# letters and slots that stand together
_MARKED = "\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff"
_WORD = re.compile(f"(?:[^\\W\\d_]|[{_GAP}{_STYLED}{_MARKED}]|(?<=[^\\W\\d_])['’](?=[^\\W\\d_{_GAP}]))+")
# characters of cp1252 that stand for the last bytes of UTF-8 sequences and for little else
_TAILS = "¡¢£¤¥¦§¨©ª«¬®¯±²³´µ¶·¸¹º»¼½¾¿€"
_SYMBOLS = frozenset(
    "⠀•…€™°№→←↑↓−×≈≠≤≥■□▪●○◆★☆✓✔✗✘❖➢➤►▶\uf0b7\uf0a7\uf0d8\ufe0f\ufeff\u200b\u200d\xa0\u202f"
    "🌍📚🤝✅📢🔥💼👉⚠📌🌐🎓📝💡🚀📅⏰⭐❤🎉🎯📧📍🔗👇💪🙌🏆📣🔔📞📈📊🗓⏳➡✨😀😂😊😍🙏👏👍"
)


class _Kind(NamedTuple):
    """What is asked of a slot in every place where it stands."""

    options: str
    only: bool  # there is but one option
    grave: bool
    inner: bool
    marks: list[str]
    likely: list[str]
    styles: list[str]
    styled: bool
    short: bool  # next to nothing is left of a mathematical letter
    is_mark: bool


def _kind(slot: str, slots: Slots) -> _Kind:
    options, token = slots.options(slot), slots.token(slot)
    styles = styles_of(options)
    return _Kind(
        options,
        len(options) == 1,
        options[0] == "à" and token[-1] == " ",
        not {"Ã", "”", "™"}.isdisjoint(options),
        [char for char in options[:40] if char in MARKS],
        [char for char in options if char in _SYMBOLS],
        styles,
        any("\U0001d400" <= option < "\U0001d800" for option in options),
        len(token) < 3 and bool(styles),
        options[0] in MARKS,
    )


def fill(text: str, slots: Slots) -> list[Change]:
    """What stands in each slot of the text, where that can be said."""
    if not slots or not SLOT.search(text):
        return []
    kinds: dict[str, _Kind] = {}
    found = dict(_letters(text, slots, kinds))
    changes = []
    quotes = Quotes(dash="—" if text.count("—") > text.count("–") else "–")
    at = 0
    for match in SLOT.finditer(text):
        start, end = match.span()
        kind = kinds[match[0]]
        filled = (
            (_grave(text, start, end) if kind.grave else None)
            or (_inner(text, start, end, slots, kind) if kind.inner else None)
            or found.get(start)
        )
        if filled is None and kind.marks:
            if not kind.only:
                quotes.pass_over(text[at:start])
                at = end
            filled = _mark(text, start, end, kind, quotes)
        if filled is None:
            filled = _symbol(text, start, kinds)
        if filled is not None:
            changes.append(Change(start, end, filled.char, "", filled.guess))
    return changes


def replace(text: str, slots: Slots) -> list[Change]:
    """U+FFFD in each slot of a character of which bytes are lost, and not only shown as others."""
    lost = {char for char in set(text) if slots.has(char) and slots.lost(char)} if slots else set()
    return [Change(match.start(), match.end(), "\ufffd", "") for match in SLOT.finditer(text) if match[0] in lost]


_NEXT_WORD = re.compile(r"[^\W\d_]{1,24}")


def _grave(text: str, start: int, end: int) -> Filled | None:
    """``Ã `` is à, whose second byte is a no-break space, which has become one with the space behind the word."""
    following = _NEXT_WORD.match(text, end)
    if following is None:
        return Filled("à" if text[end : end + 1].isspace() or text[end : end + 1] in ",.;:!?)" else "à ", False)
    before = re.search(r"[^\W\d_]{0,24}$", text[max(0, start - 24) : start])
    word = (before[0] if before else "") + "à" + following[0]
    elided = text[following.end() : following.end() + 1] in ("'", "’")
    apart = elided or not is_word(word) or (is_word(following[0]) and following[0] != "s")
    return Filled("à " if apart else "à", False)


def _inner(text: str, start: int, end: int, slots: Slots, kind: _Kind) -> Filled | None:
    """``Ã?Â¢`` is Ã¢, which another layer reads as â: what stands before the tail of a sequence is its lead."""
    options = kind.options
    if "Ã" in options and text[end : end + 1] in _TAILS and text[end : end + 1]:
        return Filled("Ã", False)
    before = text[start - 1 : start]
    if before == "â" and "”" in options and text[end : end + 1] in "’‘“”†‡•–—™" and text[end : end + 1]:
        return Filled("”", False)
    if "™" in options and before and (before == "€" or (slots.has(before) and "€" in slots.options(before))):
        return Filled("™", False)
    return None


def _mark(text: str, start: int, end: int, kind: _Kind, quotes: Quotes) -> Filled | None:
    options, marks = kind.options, kind.marks
    if kind.only:
        return Filled(options, False)
    said = mark_for(text, start, end, quotes, gap=_GAP)
    if said is not None and said[0] in marks:
        return Filled(*said)
    if said is not None and said[0] == "•" and "–" in marks:
        return Filled("–", True)
    if said is not None and said[0] == "–" and "—" in marks:
        return Filled("—", said[1])
    if said is not None and said[0] == "“" and "„" in marks:
        return Filled("„", True)
    if options[0] in "…•" or len(marks) == 1:
        return Filled(marks[0], len(options) > 1 and options[0] not in "…•")
    return None


def _symbol(text: str, at: int, kinds: dict[str, _Kind]) -> Filled | None:
    kind = kinds[text[at]]
    options, likely = kind.options, kind.likely
    if kind.only:
        return Filled(options, False)
    if kind.short:
        return None
    if options[0] >= "\U0001f300" or (likely and likely[0] >= "\U0001f300"):
        near = (kinds.get(char) for char in text[max(0, at - 1) : at + 2])
        if any(each and each.styles and each.options[0] < "\U0001f300" for each in near):
            return None  # a letter of a word in mathematical letters
        return Filled((likely or options)[0], True)
    if likely and not likely[0].isalpha():
        before = text[at - 1] if at else " "
        if likely[0] in "×−≈≠" and (before.isalpha() or text[at + 1 : at + 2].isalpha()):
            return None
        if "™" in likely and "•" in likely:
            return Filled("™" if before.isalnum() else "•", False)
        sure = likely[0] in "€…•\ufe0f\xa0" or len(likely) == 1
        return Filled(likely[0], not sure)
    return None


def _letters(text: str, slots: Slots, kinds: dict[str, _Kind]) -> Iterator[tuple[int, Filled]]:
    """Letters of words, by offset; ``kinds`` gets every slot of the text."""
    scripts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        if slots.has(char):
            kinds[char] = _kind(char, slots)
        elif char.isalpha() and not char.isascii():
            scripts[script(char)] += count
    slot_styles = {char: kind.styles for char, kind in kinds.items() if kind.styles}
    styles = styles_of_lines(text, slot_styles) if any(kind.styled for kind in kinds.values()) else {}
    split: dict[str, list[tuple[int, str]]] = {}
    memo: dict[tuple[str, str, str], tuple[list[tuple[int, Filled]], str]] = {}
    style = ""
    passed = line = counted = 0
    for slot in SLOT.finditer(text):
        at = slot.start()
        if at < passed:
            continue
        begin = at
        while begin > passed and (text[begin - 1].isalpha() or text[begin - 1] in "'’"):
            begin -= 1
        match = _WORD.match(text, begin) or _WORD.search(text, begin)
        assert match is not None
        if match.end() <= at:
            match = _WORD.match(text, at)
            assert match is not None
        begin, passed = match.span()
        word = match[0]
        if word not in split:
            split[word] = _split(word, kinds)
        for place, part in split[word]:
            start = begin + place
            if styles:
                line += text.count("\n", counted, start)
                counted = start
            of_line = styles.get(line, "")
            key = (part, style, of_line)
            if key not in memo:
                fills, following = (
                    fill_styled(part, slots, scripts, slot_styles, style, of_line)
                    if styles
                    else (fill_word(part, slots, "", scripts)[1], style)
                )
                memo[key] = [(number, fill) for number, fill in enumerate(fills) if fill is not None], following
            filled, style = memo[key]
            for number, fill in filled:
                yield start + number, fill


def _split(word: str, kinds: dict[str, _Kind]) -> list[tuple[int, str]]:
    """The parts with slots, by offset; punctuation inside of a word (Mission’s) ends it."""
    parted = "".join("\0" if char in kinds and kinds[char].is_mark else char for char in word)
    return [(part.start(), part[0]) for part in re.finditer(r"[^\0]+", parted) if SLOT.search(part[0])]
