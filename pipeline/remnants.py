"""What is left of a character when a code page had no place for some of its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.plausibility import script

if TYPE_CHECKING:
    from pipeline.damage import Table

# Bytes that a later straightening of quotation marks, dashes and spaces took for punctuation.
_STRAIGHTENED = {"'": "‘’‚‛", '"': "“”„", "-": "–—", " ": "\xa0"}
_FEW = 8
_GAPS = "?\ufffd"


@cache
def repertoire() -> str:
    """Characters that a lost byte may have belonged to, commonest first."""
    blocks = [
        "’“”–—‘•…€„‚°«»\xa0",
        "éáíóúàèâêîôçãõñüöäßșțăşţğışİœÉÁÍÓÚÀÈÂÊÎÔÇÃÕÑÜÖÄȘȚĂŞŢĞŒ",
        "čćžšđČĆŽŠĐěřůňťďąęłńśźżőűåæøÅÆØ",
        "".join(chr(code) for code in range(0x430, 0x450)),
        "".join(chr(code) for code in range(0x410, 0x430)),
        "їієґёђћљњјџѓќѕўЇІЄҐЁЂЋЉЊЈЏЃЌЅЎ",
        "".join(chr(code) for code in range(0x3B1, 0x3CF)),
        "".join(chr(code) for code in range(0x386, 0x3B1)),
        "".join(chr(code) for code in range(0x5D0, 0x5EB)),
        "".join(chr(code) for code in range(0x620, 0x653)),
        "٠١٢٣٤٥٦٧٨٩پچگیک،؛؟",
        "".join(chr(code) for code in range(0x531, 0x58A)),
        "".join(chr(code) for code in range(0x10D0, 0x10F6)),
        "".join(chr(code) for code in range(0xE01, 0xE5C)),
        "".join(chr(code) for code in range(0x900, 0x970)),
        "".join(chr(code) for code in range(0xB80, 0xBFF)),
        "".join(chr(code) for code in range(0x1EA0, 0x1EFA)),
        "".join(chr(code) for code in range(0xA0, 0x180)),
        "ơưƠƯ‹›†‡‰™→←↑↓№−×√≈≠≤≥∞■□▪●○◆★☆✓✔✗✘❖➢➤►▶\uf0b7\uf0a7\uf0d8\ufe0f\ufeff\u200b\u200d\u200e\u200f\u202f",
        "⠀",
        "🌍📚🤝✅📢🔥💼👉⚠📌🌐🎓📝💡🚀📅⏰⭐❤🎉🎯📧📍🔗👇💪🙌🏆📣🔔📞📈📊🗓⏳➡✨😀😁😂😃😄😅😆😉😊😍😎😘👍👏🙏🏥🏢🕊⚡☀☎✉",
        "".join(chr(code) for code in range(0x1D400, 0x1D800)),
        "".join(chr(code) for code in range(0x80, 0xA0)),
        "ˆ˜ƒ",
        "".join(chr(code) for code in range(0x2500, 0x2600)),
        "".join(chr(code) for code in range(0x1F300, 0x1F700)),
        "".join(chr(code) for code in range(0x1F900, 0x1FA00)),
    ]
    return "".join(dict.fromkeys("".join(blocks)))


@dataclass(frozen=True, slots=True, eq=False)
class Remnants:
    """What one table leaves of the repertoire."""

    table: Table
    loose: frozenset[int]
    index: dict[str, str]
    alone: frozenset[str]
    memo: dict[str, str] = field(default_factory=dict)

    def fit(self, token: str, before: str, following: str, slots: Slots) -> tuple[str, int] | None:
        """Characters of which ``token`` may be left, and how much of the text they take; None where there are none.

        A space behind the token may be the rest of it: ``Ð Ñƒ`` is Ру, ``Ã `` is à.
        """
        options = self._options(token, slots)
        while not options and len(token) > 1 and token[-1] in "'\"?":
            following = token[-1] + following
            token = token[:-1]
            options = self._options(token, slots)
        if following[:1] == " ":
            if following[1:2] in self.table.byte_of and len(token) == 1:
                split = self._options(token + following[:2], slots)
                if split:
                    return split, len(token) + 2
            joined = self._options(token + " ", slots)
            if joined and options and max(options) < "\xa0":
                return joined, len(token) + 1
            # Ð Ñƒ is Ру and Å iaip is Šiaip, at the beginning of a word; Ù Ù is a digit where few letters are like it
            short = len(token) == 1 and self.table.byte_of[token] <= 0xDF and not before.isalpha()
            short = short and following[1:2].isalpha()
            short = short and (joined[:1].isalpha() or (following[1:2] == token and len(options) < _FEW))
            if len(options) > 2 * _FEW and joined and script(joined[0]) != "LATIN":
                short = False  # other scripts have words of one letter, which may as well be any that is lost
            if joined and (not options or joined[0] == "à" or short):
                return joined, len(token) + 1
        return (options, len(token)) if options else None

    def _options(self, token: str, slots: Slots) -> str:
        memo = slots.memo.setdefault(self.table.name, {}) if slots.any(token) else self.memo
        if token in memo:
            return memo[token]
        byte_of = self.table.byte_of
        key = token[0] + "".join(
            char for char in token[1:] if byte_of.get(char, 0x80) not in self.loose and char in byte_of
        )
        found = "".join(char for char in self.index.get(key, "") if self._fits(char, token, slots))
        memo[token] = found
        return found

    def _fits(self, char: str, token: str, slots: Slots) -> bool:
        """Whether the bytes of ``char`` leave ``token``; lost bytes are dropped or replaced, not both in one."""
        raw = char.encode("utf-8")
        gaps = [shown for shown in token if shown in _GAPS]
        at = {1}  # places in the token where the reading of the bytes so far may stand
        for byte in raw[1:]:
            reached: set[int] = set()
            for place in at:
                if byte in self.table.lost and not gaps:
                    reached.add(place)
                if place < len(token):
                    shown = token[place]
                    own = self.table.shown[byte]
                    if (
                        self.table.byte_of.get(shown) == byte
                        or own in _STRAIGHTENED.get(shown, "")
                        or (shown == "\ufffd" and byte in self.table.lost)
                        or (shown == "?" and (byte in self.table.lost or byte < 0xA0))
                        or (slots.has(shown) and own in slots.options(shown))
                    ):
                        reached.add(place + 1)
            at = reached
        return len(token) in at and not (len(token) == len(raw) and all(c in self.table.byte_of for c in token))


@cache
def remnants(table: Table) -> Remnants:
    """What the table leaves."""
    straight = {char for chars in _STRAIGHTENED.values() for char in chars}
    loose = table.lost | {byte for byte, char in table.shown.items() if char in straight}
    index: dict[str, list[str]] = {}
    for char in repertoire():
        raw = char.encode("utf-8")
        key = table.shown[raw[0]] + "".join(table.shown[byte] for byte in raw[1:] if byte not in loose)
        index.setdefault(key, []).append(char)
    alone = frozenset(
        table.shown[char.encode("utf-8")[0]]
        for char in repertoire()
        if all(byte in table.lost for byte in char.encode("utf-8")[1:])
    )
    return Remnants(table, loose, {key: "".join(chars) for key, chars in index.items()}, alone)


_ALLOWED = 100_000
SLOT = re.compile("[\U000f0000-\U000f7fff]")


class Slots:
    """Places in a text where a character stood of which bytes are lost, each held by a private character."""

    FIRST: ClassVar[str] = "\U000f0000"
    LAST: ClassVar[str] = "\U000f7fff"

    __slots__ = ("_allowed", "_by_key", "_most", "_options", "_seen", "known", "memo", "readings", "searched")

    def __init__(self, text: str = "") -> None:
        self._most = 0 if SLOT.search(text) else 0x8000  # a text with such characters of its own has no places
        self._options: list[tuple[str, str, str]] = []
        self.memo: dict[str, dict[str, str]] = {}  # options of tokens that hold slots, by table
        # what is made of runs with slots and near slots, by table: see pipeline.survey
        self.readings: dict[str, dict[tuple[str, str, str], tuple[float, int, str, bool, float] | None]] = {}
        self.known: dict[Any, Any] = {}
        self._seen = self._allowed = 0
        self.searched = 0  # words whose letters were looked for: see pipeline.letters
        self._by_key: dict[tuple[str, str, str], str] = {}

    def __bool__(self) -> bool:
        return bool(self._options)

    def allow(self, size: int) -> bool:
        """Whether a text with so many characters in its distinct runs may be looked at once more.

        The first look decides how often: some thirty times for a notice; for a million characters there is place for
        three layers, each of which is half as long as the one before.
        """
        if not self._allowed:
            self._allowed = _ALLOWED + 5 * size // 2
        self._seen += size
        return self._seen <= self._allowed

    def take(self, options: str, token: str, table: Table) -> str:
        """The private character for these options."""
        key = (options, token, table.name)
        if key not in self._by_key:
            if len(self._options) >= self._most:
                return token
            self._by_key[key] = chr(ord(self.FIRST) + len(self._options))
            self._options.append(key)
        return self._by_key[key]

    def has(self, char: str) -> bool:
        """Whether the character holds a place."""
        return self.FIRST <= char <= self.LAST and ord(char) - ord(self.FIRST) < len(self._options)

    def any(self, text: str) -> bool:
        """Whether the text holds a place."""
        return max(text) >= self.FIRST

    def of(self, text: str) -> list[str]:
        """The options of every slot in the text, each once."""
        return [self._options[ord(char) - ord(self.FIRST)][0] for char in set(text) if self.has(char)]

    def options(self, char: str) -> str:
        """The characters that may have stood there, commonest first."""
        return self._options[ord(char) - ord(self.FIRST)][0]

    def lost(self, char: str) -> bool:
        """Whether bytes of what stood there are gone."""
        token = self.token(char)
        return len(token) < len(self.options(char)[0].encode()) or any(shown in _GAPS for shown in token)

    def token(self, char: str) -> str:
        """What was left of it."""
        left = self._options[ord(char) - ord(self.FIRST)][1]
        return "".join(self.token(each) if self.has(each) else each for each in left)
