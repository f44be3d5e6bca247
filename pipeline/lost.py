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
from pipeline.remnants import SLOT, Slots
from pipeline.words import is_word, own, surprise

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = f"{Slots.FIRST}-{Slots.LAST}"
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
    styles = sorted({*map(_style, options)} - {""}, key=list(_STYLES).index)
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


_NEXT_WORD = re.compile(r"[^\W\d_]{1,24}")


def _grave(text: str, start: int, end: int) -> _Filled | None:
    """``Ã `` is à, whose second byte is a no-break space, which has become one with the space behind the word."""
    following = _NEXT_WORD.match(text, end)
    if following is None:
        return _Filled("à" if text[end : end + 1].isspace() else "à ", False)
    before = re.search(r"[^\W\d_]{0,24}$", text[max(0, start - 24) : start])
    word = (before[0] if before else "") + "à" + following[0]
    elided = text[following.end() : following.end() + 1] in ("'", "’")
    apart = elided or not is_word(word) or (is_word(following[0]) and following[0] != "s")
    return _Filled("à " if apart else "à", False)


def _inner(text: str, start: int, end: int, slots: Slots, kind: _Kind) -> _Filled | None:
    """``Ã?Â¢`` is Ã¢, which another layer reads as â: what stands before the tail of a sequence is its lead."""
    options = kind.options
    if "Ã" in options and text[end : end + 1] in _TAILS and text[end : end + 1]:
        return _Filled("Ã", False)
    before = text[start - 1 : start]
    if before == "â" and "”" in options and text[end : end + 1] in "’‘“”†‡•–—™" and text[end : end + 1]:
        return _Filled("”", False)
    if "™" in options and before and (before == "€" or (slots.has(before) and "€" in slots.options(before))):
        return _Filled("™", False)
    return None


def _mark(text: str, start: int, end: int, kind: _Kind, quotes: Quotes) -> _Filled | None:
    options, marks = kind.options, kind.marks
    if kind.only:
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


def _symbol(text: str, at: int, kinds: dict[str, _Kind]) -> _Filled | None:
    kind = kinds[text[at]]
    options, likely = kind.options, kind.likely
    if kind.only:
        return _Filled(options, False)
    if kind.short:
        return None
    if options[0] >= "\U0001f300" or (likely and likely[0] >= "\U0001f300"):
        near = (kinds.get(char) for char in text[max(0, at - 1) : at + 2])
        if any(each and each.styles and each.options[0] < "\U0001f300" for each in near):
            return None  # a letter of a word in mathematical letters
        return _Filled((likely or options)[0], True)
    if likely and not likely[0].isalpha():
        before = text[at - 1] if at else " "
        if "™" in likely and "•" in likely:
            return _Filled("™" if before.isalnum() else "•", False)
        sure = likely[0] in "€…•\ufe0f\xa0" or len(likely) == 1
        return _Filled(likely[0], not sure)
    return None


def _letters(text: str, slots: Slots, kinds: dict[str, _Kind]) -> Iterator[tuple[int, _Filled]]:
    """Letters of words, by offset; ``kinds`` gets every slot of the text."""
    scripts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        if slots.has(char):
            kinds[char] = _kind(char, slots)
        elif char.isalpha() and not char.isascii():
            scripts[script(char)] += count
    styles = _styles(text, kinds) if any(kind.styled for kind in kinds.values()) else {}
    split: dict[str, list[tuple[int, str]]] = {}
    memo: dict[tuple[str, str, str], tuple[list[tuple[int, _Filled]], str]] = {}
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
                fills, following = _best_style(part, slots, [style, of_line], scripts, kinds, styled=bool(styles))
                memo[key] = [(number, fill) for number, fill in enumerate(fills) if fill is not None], following
            filled, style = memo[key]
            for number, fill in filled:
                yield start + number, fill


def _split(word: str, kinds: dict[str, _Kind]) -> list[tuple[int, str]]:
    """The parts with slots, by offset; punctuation inside of a word (Mission’s) ends it."""
    parted = "".join("\0" if char in kinds and kinds[char].is_mark else char for char in word)
    return [(part.start(), part[0]) for part in re.finditer(r"[^\0]+", parted) if SLOT.search(part[0])]


# commonest first: of styles that fit as well, the earlier is tried before
_STYLES = {
    "sans bold": (0x1D5D4, 0x1D607), "bold": (0x1D400, 0x1D433), "sans bold italic": (0x1D63C, 0x1D66F),
    "bold italic": (0x1D468, 0x1D49B), "italic": (0x1D434, 0x1D467), "sans italic": (0x1D608, 0x1D63B),
    "bold script": (0x1D4D0, 0x1D503), "script": (0x1D49C, 0x1D4CF), "monospace": (0x1D670, 0x1D6A3),
    "double-struck": (0x1D538, 0x1D56B), "sans": (0x1D5A0, 0x1D5D3), "fraktur": (0x1D504, 0x1D537),
    "bold fraktur": (0x1D56C, 0x1D59F),
}  # fmt: skip


@cache
def _style(char: str) -> str:
    code = ord(char)
    return next((name for name, (low, high) in _STYLES.items() if low <= code <= high), "")


def _styles(text: str, kinds: dict[str, _Kind]) -> dict[int, str]:
    """The style of mathematical letters that fits most places of each line."""
    styles: dict[int, str] = {}
    for number, line in enumerate(text.split("\n")):
        if line.isascii():
            continue
        votes: Counter[str] = Counter()
        for char in line:
            if char in kinds:
                votes.update(kinds[char].styles)
            elif "\U0001d400" <= char <= "\U0001d7ff":
                votes[_style(char)] += 3
        if votes:
            styles[number] = votes.most_common(1)[0][0]
    return styles


def _best_style(
    word: str,
    slots: Slots,
    preferred: list[str],
    scripts: Counter[str],
    kinds: dict[str, _Kind],
    *,
    styled: bool,
) -> tuple[list[_Filled | None], str]:
    """The word in the style that fits its places and makes the likeliest word; preferred styles first."""
    votes: Counter[str] = Counter()
    for char in set(word) if styled else ():
        if char in kinds:
            votes.update(kinds[char].styles)
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
