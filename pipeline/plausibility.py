"""How likely a stretch of text is to have been written by a person, as a cost in bits.

The costs are coarse: a letter that languages in use write is cheap, a letter of another script inside a word, a symbol
inside a word, a control character are dear. Only differences between two readings of the same stretch matter.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

# Letters beyond ASCII that orthographies in use write, commonest first: western, then the rest of Europe and Vietnam.
_WESTERN = "éèêàâçñóíáúüöäßãõôîïûùëìòåæøœ"
_EUROPEAN = (
    "šžčćđěřůňťďĺŕľąęłńśźżőűăâîșțşţğıİāēģīķļņūėįųõŭĝĥĵŝĉċġħżĳőŷẃẁẅýþðāēīōūǎǐǒǔ"
    "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹươĩũəẞ"
)
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
_CYRILLIC_MORE = "ђѓєѕіїјљњћќўџґѐѝ"
_QUOTES = "’“”–—…•‘«»„‚"
_SYMBOLS = {"€": 8.0, "™": 9.0, "®": 9.0, "©": 9.0, "°": 9.0, "§": 9.0, "·": 9.0, "£": 9.0, "№": 9.0, "½": 10.0}
_SCRIPT_ALIASES = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK", "BOPOMOFO": "CJK"}

LOWER, UPPER, LETTER, MARK, DIGIT, SPACE, PUNCTUATION, SYMBOL, CONTROL = range(9)
_KINDS = {
    "Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Lm": LETTER, "Lo": LETTER, "Mn": MARK, "Mc": MARK, "Me": MARK,
    "Nd": DIGIT, "Nl": SYMBOL, "No": SYMBOL, "Zs": SPACE, "Zl": SPACE, "Zp": SPACE, "Cc": CONTROL, "Cf": CONTROL,
    "Co": CONTROL, "Cn": CONTROL, "Cs": CONTROL, "Sm": SYMBOL, "Sc": SYMBOL, "Sk": SYMBOL, "So": SYMBOL,
}  # fmt: skip
WORD = frozenset((LOWER, UPPER, LETTER, MARK))


@cache
def script(char: str) -> str:
    """The first word of the character's Unicode name, which for a letter is its script; "" for a nameless one."""
    name = unicodedata.name(char, "").split(" ", 1)[0]
    return _SCRIPT_ALIASES.get(name, name)


@cache
def profile(char: str) -> tuple[int, str, float]:
    """Kind, script and cost in bits of one character."""
    kind = SYMBOL if char in "§¶µªº" else _KINDS.get(unicodedata.category(char), PUNCTUATION)
    if char.isascii():
        if char in "\n\t\r":
            return SPACE, "", 4.0
        return kind, "LATIN" if char.isalpha() else "", 20.0 if kind == CONTROL else 4.0
    name = script(char)
    return kind, name if kind in WORD else "", _cost(char, kind, name)


def _cost(char: str, kind: int, name: str) -> float:
    code = ord(char)
    if kind == CONTROL:
        return {"\u200d": 9.0, "\ufeff": 12.0, "\xad": 10.0, "\u200b": 11.0, "\u200e": 11.0, "\u200f": 11.0}.get(
            char, 26.0
        )
    if char in _QUOTES:
        return 7.0
    if char in _SYMBOLS:
        return _SYMBOLS[char]
    low = "i" if char == "İ" else char.lower()
    capital = 1.0 if char != low else 0.0
    if kind in WORD:
        return _letter_cost(char, low, code, name) + capital
    if kind == SPACE:
        return 8.0 if char in "\xa0\u202f" else 12.0
    if char == "\ufffd":
        return 16.0
    if name in ("BOX", "BLOCK"):
        return 14.0
    if 0x1F300 <= code < 0x1FB00 or 0x2600 <= code < 0x27C0 or 0x2190 <= code < 0x2200:
        return 10.0
    if 0x1D400 <= code < 0x1D800:
        return 10.0
    if kind == DIGIT:
        return 6.0
    if code < 0x100:
        return 11.0
    if kind == PUNCTUATION and (0x370 <= code < 0x1800 or 0x3000 <= code < 0x3020 or 0xFF00 <= code < 0xFF20):
        return 7.0
    return 13.0 if code < 0x2980 else 18.0


def _letter_cost(char: str, low: str, code: int, name: str) -> float:
    if name == "LATIN":
        if low in _WESTERN or low == "i":
            return 8.0
        return 9.0 if low in _EUROPEAN else 17.0
    if name == "CYRILLIC":
        if low in _CYRILLIC:
            return 5.0
        return 6.0 if low in _CYRILLIC_MORE else (9.0 if 0x490 <= code < 0x4F0 else 18.0)
    if name == "GREEK":
        return 5.0 if 0x386 <= code <= 0x3CE else (8.0 if 0x1F00 <= code < 0x2000 else 18.0)
    if name == "ARMENIAN" or name == "HEBREW":
        return 6.0
    if name == "ARABIC":
        return 5.0 if 0x60C <= code <= 0x652 else 10.0
    if name == "GEORGIAN":
        return 5.0 if 0x10D0 <= code <= 0x10F5 else 18.0
    if name == "MATHEMATICAL":
        return 6.0
    if name in ("THAI", "DEVANAGARI", "BENGALI", "TAMIL", "LAO", "KHMER", "ETHIOPIC"):
        return 6.0
    if name == "CJK" and code >= 0x3000:
        return 8.0 if 0x4E00 <= code < 0xA000 or 0x3000 <= code < 0x3100 else 18.0
    if name == "HANGUL" and code >= 0xAC00:
        return 8.0
    if name == "COMBINING":
        return 10.0 if code <= 0x30C or code in (0x323, 0x327, 0x328, 0x331) or 0x335 <= code <= 0x338 else 18.0
    if char in "\ufe0f":
        return 8.0
    return 14.0


# cost of entering a word of a script, and of changing script inside a word
_ENTER = 5.0
_SWITCH = 10.0
_OPENING = frozenset("“„‚«‹¿¡")
_CLOSING = frozenset("”…»›")


class _Bits(dict[str, float]):
    """What the last of three characters costs after the other two; the first two of a text stand behind line ends."""

    def __missing__(self, three: str) -> float:
        first, before, char = tuple(three)
        next_kind, next_name, bits = profile(char)
        if not char.isascii() or not before.isascii():
            kind, name, _ = profile(before)
            bits += _step(profile(first)[0], before, kind, name, char, next_kind, next_name)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[three] = bits
        return bits


_REMEMBERED = 1 << 17
_bits = _Bits()


def uncached_cost(text: str, before: str = "", after: str = "") -> float:
    """Bits that ``text`` costs between its neighbours, at most one character each ("" at the border of the text)."""
    if not text:
        return 0.0
    whole = f"\n{before or chr(10)}{text}{after}"
    total = sum([_bits[whole[at : at + 3]] for at in range(len(text))])
    if after:
        total += _bits[whole[-3:]] - profile(after)[2]
    if len(text) == 1 and not text.isascii():
        kind, name, _ = profile(text)
        if kind == DIGIT:
            total += 5.0
        elif kind in WORD and name not in ("LATIN", "COMBINING", "MATHEMATICAL"):
            # a letter of another script all by itself
            beside = {profile(each)[1] for each in (before, after) if each}
            total += 0.0 if name in beside else 5.0
    return total


# for short texts, which come again
cost = lru_cache(1 << 16)(uncached_cost)


def _step(earlier: int, before: str, kind: int, name: str, char: str, next_kind: int, next_name: str) -> float:
    """What it costs that ``char`` follows ``before``, and ``before`` something of the kind ``earlier``."""
    if before == "Ã" and not char.isascii() and char not in "’”":
        return 6.0  # written before O, E, a space, nothing else
    if before == "Â" and (next_kind == SYMBOL or char == "\xa0"):
        return 7.0
    if next_kind in WORD:
        if kind in WORD:
            if name != next_name and "COMBINING" not in (name, next_name):
                return 5.0 if "GREEK" in (name, next_name) else _SWITCH
            if kind == LOWER and next_kind == UPPER:
                return 14.0 if char == "Ã" else 4.0
            return 0.0
        if kind == DIGIT and not before.isascii():
            return 6.0
        enter = 0.0 if next_name in ("LATIN", "COMBINING") else _ENTER
        if next_kind == MARK and kind == SPACE:
            enter += 6.0
        if kind == SYMBOL and not before.isascii():
            enter += 9.0 if earlier in WORD else 4.0
        if before in _CLOSING:
            enter += 6.0
        return enter
    if kind in WORD:
        if next_kind == SYMBOL:
            return 1.0 if char in "™®°€" else 4.0
        if char in _OPENING:
            return 6.0
        if char == "‘":
            return 4.0
        if next_kind == DIGIT and not char.isascii():
            return 6.0
    elif kind == SYMBOL:
        if char in _OPENING:
            return 6.0
        if next_kind == SYMBOL and before != char:
            if "\u2500" <= before <= "\u259f" and "\u2500" <= char <= "\u259f":
                return -11.0  # drawn lines
            return 3.0
    return 0.0
