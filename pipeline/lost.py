"""Fill the places where bytes were lost, from what stands around them.

A punctuation mark follows from its neighbours, a letter from the words and letter sequences of ``pipeline.words`` and,
in mathematical letters, from the style of its line. What is only likely is a guess; what is not even that stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.edits import Change
from pipeline.marks import MARKS, Quotes, mark_for
from pipeline.plausibility import WORD, profile, script
from pipeline.remnants import Slots
from pipeline.words import is_word, own, surprise

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = f"{Slots.FIRST}-{Slots.LAST}"
_SLOT = re.compile(f"[{_GAP}]")
_STYLED = "\U0001d400-\U0001d7ff"
# letters and slots that stand together
_MARKED = "\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff"
_WORD = re.compile(f"(?:[^\\W\\d_]|[{_GAP}{_STYLED}{_MARKED}]|(?<=[^\\W\\d_])['’](?=[^\\W\\d_{_GAP}]))+")
_BEAM = 24
_LONGEST = 60
# characters of cp1252 that stand for the last bytes of UTF-8 sequences and for little else
_TAILS = "¡¢£¤¥¦§¨©ª«¬®¯±²³´µ¶·¸¹º»¼½¾¿€"
_SURE, _LIKELY = 7.0, 0.7
_WORD_BITS = 10.0
_SYMBOLS = frozenset(
    "⠀•…€™°№→←↑↓−×≈≠≤≥■□▪●○◆★☆✓✔✗✘❖➢➤►▶\uf0b7\uf0a7\uf0d8\ufe0f\ufeff\u200b\u200d\xa0\u202f"
    "🌍📚🤝✅📢🔥💼👉⚠📌🌐🎓📝💡🚀📅⏰⭐❤🎉🎯📧📍🔗👇💪🙌🏆📣🔔📞📈📊🗓⏳➡✨😀😂😊😍🙏👏👍"
)


class _Filled(NamedTuple):
    char: str
    guess: bool


def fill(text: str, slots: Slots) -> list[Change]:
    """What stands in each slot of the text, where that can be said."""
    if not slots or not _SLOT.search(text):
        return []
    found = dict(_letters(text, slots))
    changes = []
    quotes = Quotes(dash="—" if text.count("—") > text.count("–") else "–")
    at = 0
    for match in _SLOT.finditer(text):
        start, end = match.span()
        quotes.pass_over(text[at:start])
        at = end
        filled = (
            _grave(text, start, end, slots)
            or _inner(text, start, end, slots)
            or found.get(start)
            or _mark(text, start, end, slots, quotes)
            or _symbol(text, start, slots)
        )
        if filled is not None:
            changes.append(Change(start, end, filled.char, "", filled.guess))
    return changes


_NEXT_WORD = re.compile(r"[^\W\d_]{1,24}")


def _grave(text: str, start: int, end: int, slots: Slots) -> _Filled | None:
    """``Ã `` is à, whose second byte is a no-break space, which has become one with the space behind the word."""
    if slots.options(text[start])[0] != "à" or slots.token(text[start])[-1] != " ":
        return None
    following = _NEXT_WORD.match(text, end)
    if following is None:
        return _Filled("à" if text[end : end + 1].isspace() else "à ", False)
    before = re.search(r"[^\W\d_]{0,24}$", text[max(0, start - 24) : start])
    word = (before[0] if before else "") + "à" + following[0]
    elided = text[following.end() : following.end() + 1] in ("'", "’")
    apart = elided or not is_word(word) or (is_word(following[0]) and following[0] != "s")
    return _Filled("à " if apart else "à", False)


def _inner(text: str, start: int, end: int, slots: Slots) -> _Filled | None:
    """``Ã?Â¢`` is Ã¢, which another layer reads as â: what stands before the tail of a sequence is its lead."""
    options = slots.options(text[start])
    if "Ã" in options and text[end : end + 1] in _TAILS and text[end : end + 1]:
        return _Filled("Ã", False)
    before = text[start - 1 : start]
    if before == "â" and "”" in options and text[end : end + 1] in "’‘“”†‡•–—™" and text[end : end + 1]:
        return _Filled("”", False)
    if "™" in options and before and (before == "€" or (slots.has(before) and "€" in slots.options(before))):
        return _Filled("™", False)
    return None


def _mark(text: str, start: int, end: int, slots: Slots, quotes: Quotes) -> _Filled | None:
    options = slots.options(text[start])
    marks = [char for char in options[:40] if char in MARKS]
    if not marks:
        return None
    if len(options) == 1:
        return _Filled(options, False)
    said = mark_for(text, start, end, quotes, gap=_GAP)
    if said is not None and said[0] in marks:
        return _Filled(*said)
    if said is not None and said[0] == "•" and "–" in marks:
        return _Filled("–", True)
    if said is not None and said[0] == "–" and "—" in marks:
        return _Filled("—", said[1])
    if options[0] in "…•" or len(marks) == 1:
        return _Filled(marks[0], len(options) > 1 and options[0] not in "…•")
    return None


def _symbol(text: str, at: int, slots: Slots) -> _Filled | None:
    options = slots.options(text[at])
    likely = [char for char in options if char in _SYMBOLS]
    if len(options) == 1:
        return _Filled(options, False)
    if len(slots.token(text[at])) < 3 and any(_style(char) for char in options):
        return None  # next to nothing is left of it
    if options[0] >= "\U0001f300" or (likely and likely[0] >= "\U0001f300"):
        if any(
            text[near : near + 1] and slots.has(text[near : near + 1]) and _style_of(text[near], slots)
            for near in (at - 1, at, at + 1)
        ):
            return None  # a letter of a word in mathematical letters
        return _Filled((likely or options)[0], True)
    if likely and not likely[0].isalpha():
        before = text[at - 1] if at else " "
        if "™" in likely and "•" in likely:
            return _Filled("™" if before.isalnum() else "•", False)
        sure = likely[0] in "€…•\ufe0f\xa0" or len(likely) == 1
        return _Filled(likely[0], not sure)
    return None


def _style_of(slot: str, slots: Slots) -> bool:
    return any(_style(option) for option in slots.options(slot)) and slots.options(slot)[0] < "\U0001f300"


def _letters(text: str, slots: Slots) -> Iterator[tuple[int, _Filled]]:
    """Letters of words, by offset."""
    styled = any("\U0001d400" <= option < "\U0001d800" for options in slots.of(text) for option in options)
    styles = _styles(text, slots) if styled else {}
    scripts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        if char.isalpha() and not char.isascii():
            scripts[script(char)] += count
    memo: dict[tuple[str, str, str], tuple[list[_Filled | None], str]] = {}
    style = ""
    passed = line = counted = 0
    for slot in _SLOT.finditer(text):
        if slot.start() < passed:
            continue
        begin = slot.start()
        while begin > passed and (text[begin - 1].isalpha() or text[begin - 1] in "'’"):
            begin -= 1
        match = _WORD.match(text, begin) or _WORD.search(text, begin)
        assert match is not None
        if match.end() <= slot.start():
            match = _WORD.match(text, slot.start())
            assert match is not None
        passed = match.end()
        word = match[0]
        # punctuation inside of a word (Mission’s) ends the word here
        for part in re.finditer(r"[^\0]+", "".join("\0" if _is_mark(char, slots) else char for char in word)):
            if not _SLOT.search(part[0]):
                continue
            start = match.start() + part.start()
            if styles:
                line += text.count("\n", counted, start)
                counted = start
            of_line = styles.get(line, "")
            key = (part[0], style, of_line)
            if key not in memo:
                memo[key] = _best_style(part[0], slots, [style, of_line], scripts, styled=bool(styles))
            fills, style = memo[key]
            for number, filled in enumerate(fills):
                if filled is not None:
                    yield start + number, filled


def _is_mark(char: str, slots: Slots) -> bool:
    return slots.has(char) and slots.options(char)[0] in MARKS


_STYLES = {
    "bold": (0x1D400, 0x1D433), "italic": (0x1D434, 0x1D467), "bold italic": (0x1D468, 0x1D49B),
    "script": (0x1D49C, 0x1D4CF), "bold script": (0x1D4D0, 0x1D503), "fraktur": (0x1D504, 0x1D537),
    "double-struck": (0x1D538, 0x1D56B), "bold fraktur": (0x1D56C, 0x1D59F), "sans": (0x1D5A0, 0x1D5D3),
    "sans bold": (0x1D5D4, 0x1D607), "sans italic": (0x1D608, 0x1D63B), "sans bold italic": (0x1D63C, 0x1D66F),
    "monospace": (0x1D670, 0x1D6A3),
}  # fmt: skip


@cache
def _style(char: str) -> str:
    code = ord(char)
    return next((name for name, (low, high) in _STYLES.items() if low <= code <= high), "")


def _styles(text: str, slots: Slots) -> dict[int, str]:
    """The style of mathematical letters that fits most places of each line."""
    styles: dict[int, str] = {}
    for number, line in enumerate(text.split("\n")):
        if line.isascii():
            continue
        votes: Counter[str] = Counter()
        for char in line:
            if slots.has(char):
                votes.update({_style(option) for option in slots.options(char)} - {""})
            elif "\U0001d400" <= char <= "\U0001d7ff":
                votes[_style(char)] += 3
        if votes:
            styles[number] = votes.most_common(1)[0][0]
    return styles


def _best_style(
    word: str, slots: Slots, preferred: list[str], scripts: Counter[str], *, styled: bool
) -> tuple[list[_Filled | None], str]:
    """The word in the style that fits its places and makes the likeliest word; preferred styles first."""
    votes: Counter[str] = Counter()
    for char in set(word) if styled else ():
        if slots.has(char):
            votes.update({_style(option) for option in slots.options(char)} - {""})
    most = max(votes.values(), default=0)
    fitting = [name for name in dict.fromkeys([*preferred, *votes]) if name and votes[name] == most][:5] or [""]
    if not votes:
        return _fill_word(word, slots, "", scripts)[1], preferred[0]
    tried = []
    for rank, name in enumerate(fitting):
        bits, filled = _fill_word(word, slots, name, scripts)
        if fitting != [preferred[1]]:  # another style may be the one: only a word decides
            plain = "".join(_plain(fill.char if fill else char) for char, fill in zip(word, filled, strict=True))
            if plain.lower() not in own() or not (plain[1:].islower() or plain.isupper() or plain.islower()):
                bits, filled = 500.0, [None] * len(word)
        tried.append((bits + 2.0 * rank, rank, filled, name))
    _, _, filled, name = min(tried, key=lambda each: each[:2])
    return filled, name if any(filled) and name else preferred[0]


def _fill_word(word: str, slots: Slots, style: str, scripts: Counter[str]) -> tuple[float, list[_Filled | None]]:
    """What the word costs, and for every character what fills it; None for what is no slot or cannot be told."""
    nothing: tuple[float, list[_Filled | None]] = (1000.0, [None] * len(word))
    if len(word) > _LONGEST:
        return nothing
    choices: list[list[tuple[str, str]]] = []  # (plain letter, character) for every place
    fixed = Counter(script(char) for char in word if not slots.has(char) and char.isalpha())
    for char in word:
        if not slots.has(char):
            choices.append([(_plain(char), char)])
            continue
        options = [option for option in slots.options(char) if profile(option)[0] in WORD or option.isalnum()]
        if style:
            options = [option for option in options if _style(option) == style] or options
        wanted = {name for name, _ in fixed.most_common(1)} or {name for name, _ in scripts.most_common(1)}
        options = [option for option in options if script(option) in wanted] or ([] if fixed else options)
        if not options or len(options) > 200:
            return nothing
        choices.append([(_plain(option), option) for option in options])
    return _search(word, choices, slots)


def _plain(char: str) -> str:
    return unicodedata.normalize("NFKC", char) if "\U0001d400" <= char <= "\U0001d7ff" else char


def _search(word: str, choices: list[list[tuple[str, str]]], slots: Slots) -> tuple[float, list[_Filled | None]]:
    beam: list[tuple[float, str, str]] = [(0.0, "", "")]
    for options in choices:
        grown = []
        for bits, plain, chars in beam:
            context = ("  " + plain.lower())[-2:]
            last = plain[-1:]
            for rank, (letter, char) in enumerate(options):
                step = surprise(context, letter.lower()) + rank * 0.05
                if last and last.islower() and letter.isupper():
                    step += 6.0
                elif last and letter.islower() and last.isupper() and len(plain) > 1 and plain[-2].isupper():
                    step += 4.0
                elif not last and letter.isupper():
                    step += 2.0
                grown.append((bits + step, plain + letter, chars + char))
        grown.sort(key=lambda each: each[0])
        beam = grown[:_BEAM]
    ended = []
    for bits, plain, chars in beam:
        bits += surprise(("  " + plain.lower())[-2:], " ")
        if is_word(plain):
            bits -= _WORD_BITS + (4.0 if plain.lower() in own() else 0.0)
        ended.append((bits, chars))
    ended.sort(key=lambda each: each[0])
    best_bits, best = ended[0]
    open_places = sum(len(options) > 1 for options in choices)
    plain = "".join(map(_plain, best))
    cased = plain[1:].islower() or plain.isupper() or plain.islower()
    if 2 * open_places > len(word) and not (cased and (plain.lower() in own() if plain.isascii() else is_word(plain))):
        # too little is left of the word to say what it was
        return best_bits, [
            _Filled(options[0][1], False) if slots.has(char) and len(options) == 1 else None
            for char, options in zip(word, choices, strict=True)
        ]
    out: list[_Filled | None] = []
    for number, char in enumerate(word):
        if not slots.has(char):
            out.append(None)
            continue
        rivals = [bits for bits, chars in ended if chars[number] != best[number]]
        margin = (rivals[0] - best_bits) if rivals else (99.0 if len(choices[number]) == 1 else 8.0)
        out.append(_Filled(best[number], margin < _SURE) if margin >= _LIKELY else None)
    return best_bits, out
