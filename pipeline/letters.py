"""Which letters a word lost: the likeliest ones by words and letter sequences of ``pipeline.words``."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.marks import MARKS
from pipeline.plausibility import WORD, profile, script
from pipeline.styles import plain_of, style_of
from pipeline.words import bits_in, is_word, own, surprise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.remnants import Slots

_BEAM = 24
_LONGEST = 60  # letters of a word
_MOST = 200  # letters that one place may have had
_SURE, _LIKELY = 7.0, 0.7  # bits by which a letter is better than any other
_WORD_BITS = 10.0
# Letters around one that may stand in its own right; letters looked at; bits of three that no word has;
# bits by which another one must be likelier.
_NEAR = 24
_BEFORE, _AFTER = re.compile("[A-Za-z\u00c0-\u024f]{0,24}$"), re.compile("[A-Za-z\u00c0-\u024f]{0,24}")
_LIKE_NO_WORD, _CLEARLY = 24.0, 3.0
# Distinct words of one text that are searched as wholes; in later ones each letter follows from its neighbours.
_SEARCHED = 1_500


class Filled(NamedTuple):
    """What stood in a place, and whether that is a guess."""

    char: str
    guess: bool


Fills = list[Filled | None]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The characters that a place may have had, each behind its plain letter, commonest first."""

    options: tuple[tuple[str, str], ...]
    steps: dict[str, list[tuple[float, str, str]]] = field(default_factory=dict)
    nearby: dict[tuple[str, str], Filled | None] = field(default_factory=dict)

    def after(self, last: str) -> list[tuple[float, str, str]]:
        """Bits, plain letter and character of the likeliest options after the last two letters, best first."""
        if last not in self.steps:
            steps = [(self._bits(rank, last), *option) for rank, option in enumerate(self.options)]
            steps.sort(key=lambda each: each[0])
            self.steps[last] = steps[:_BEAM]
        return self.steps[last]

    def _bits(self, rank: int, last: str) -> float:
        letter = self.options[rank][0]
        bits = surprise(("  " + last.lower())[-2:], letter.lower()) + rank * 0.05
        if last[-1:].islower() and letter.isupper():
            bits += 6.0
        elif letter.islower() and last.isupper() and len(last) > 1:
            bits += 4.0
        elif not last and letter.isupper():
            bits += 2.0
        return bits

    def between(self, before: str, after: str) -> Filled | None:
        """The likeliest option by its two neighbours alone ("" at the border of a word), always a guess."""
        if len(self.options) == 1:
            return Filled(self.options[0][1], False)
        key = (before, after)
        if key not in self.nearby:
            first = before.lower() or " "
            judged = sorted(
                (
                    self._bits(rank, before) + surprise((first + letter.lower())[-2:], after.lower()[:1] or " "),
                    char,
                )
                for rank, (letter, char) in enumerate(self.options)
            )
            self.nearby[key] = Filled(judged[0][1], True) if judged[1][0] - judged[0][0] >= _LIKELY else None
        return self.nearby[key]


@lru_cache(1 << 12)
def _choice(options: str, style: str, wanted: str | None, fixed: bool) -> Choice | None:
    """Letters and digits of the options in the style, if there are any, and in the wanted script."""
    letters = [option for option in options if profile(option)[0] in WORD or option.isalnum()]
    if style:
        letters = [option for option in letters if style_of(option) == style] or letters
    letters = [option for option in letters if script(option) == wanted] or ([] if fixed else letters)
    if not letters or len(letters) > _MOST:
        return None
    return Choice(tuple((plain_of(option), option) for option in letters))


@lru_cache(1 << 14)
def _known(char: str) -> Choice:
    return Choice(((plain_of(char), char),))


def stands(text: str, at: int, options: str) -> bool:
    """Whether a letter that may be all that is left of another stands in its own right in a word: ``Äpfel``.

    Another one must make the word clearly likelier, or a word of the lists of it.
    """
    letter = text[at]
    if script(letter) != "LATIN" or not letter.isalpha():
        return False
    before = _BEFORE.search(text, max(0, at - _NEAR), at)
    after = _AFTER.match(text, at + 1, at + 1 + _NEAR)
    first, last = before[0].lower() if before else "", after[0].lower() if after else ""
    if (not first and not last) or not MARKS.isdisjoint(options):
        return False
    if is_word(f"{first}{letter}{last}"):
        return True
    others = [option for option in options[:_MOST] if profile(option)[0] in WORD and script(option) == "LATIN"]
    if not others:
        return True
    near = first[-2:], last[:2]
    bits = min(bits_in(near[0], option.lower(), near[1]) for option in others)
    if bits <= _LIKE_NO_WORD and bits <= bits_in(near[0], letter.lower(), near[1]) - _CLEARLY:
        return False
    return not any(is_word(f"{first}{option}{last}") for option in others)


def fill_word(word: str, slots: Slots, style: str, scripts: Counter[str]) -> tuple[float, Fills]:
    """What the word costs, and for every character what fills it; None for what is no slot or cannot be told.

    Args:
        style: of mathematical letters, preferred where it fits; "" for none.
        scripts: of the text's letters beyond ASCII, for words all of whose letters are lost.
    """
    nothing: tuple[float, Fills] = (1000.0, [None] * len(word))
    if len(word) > _LONGEST:
        return nothing
    fixed = Counter(script(char) for char in word if not slots.has(char) and char.isalpha())
    wanted = next((name for name, _ in (fixed or scripts).most_common(1)), None)
    choices: list[Choice] = []
    for char in word:
        choice = _choice(slots.options(char), style, wanted, bool(fixed)) if slots.has(char) else _known(char)
        if choice is None:
            return nothing
        choices.append(choice)
    slots.searched += 1
    if slots.searched > _SEARCHED:
        return _from_neighbours(word, choices, slots)
    return _search(word, choices, slots)


def _from_neighbours(word: str, choices: list[Choice], slots: Slots) -> tuple[float, Fills]:
    out: Fills = []
    before = ""
    for number, char in enumerate(word):
        if not slots.has(char):
            out.append(None)
            before = char
            continue
        after = word[number + 1 : number + 2]
        filled = choices[number].between(before, "" if after and slots.has(after) else after)
        out.append(filled)
        before = plain_of(filled.char) if filled else ""
    return 0.0, out


def _search(word: str, choices: list[Choice], slots: Slots) -> tuple[float, Fills]:
    beam: list[tuple[float, str, str]] = [(0.0, "", "")]
    for choice in choices:
        grown: list[tuple[float, str, str]] = []
        most = float("inf")  # what is dearer than so many others is of no use
        for bits, plain, chars in beam:
            for step, letter, char in choice.after(plain[-2:]):
                if bits + step > most:
                    break
                grown.append((bits + step, plain + letter, chars + char))
            if len(grown) >= _BEAM and most == float("inf"):
                most = max(each[0] for each in grown)
        grown.sort(key=_first)
        beam = grown[:_BEAM]
    ended = []
    for bits, plain, chars in beam:
        bits += surprise(("  " + plain.lower())[-2:], " ")
        if is_word(plain):
            bits -= _WORD_BITS + (4.0 if plain.lower() in own() else 0.0)
        ended.append((bits, chars))
    ended.sort(key=_first)
    best_bits, best = ended[0]
    open_places = sum(len(choice.options) > 1 for choice in choices)
    plain = "".join(map(plain_of, best))
    cased = plain[1:].islower() or plain.isupper() or plain.islower()
    if 2 * open_places > len(word) and not (cased and (plain.lower() in own() if plain.isascii() else is_word(plain))):
        # too little is left of the word to say what it was
        return best_bits, [
            Filled(choice.options[0][1], False) if slots.has(char) and len(choice.options) == 1 else None
            for char, choice in zip(word, choices, strict=True)
        ]
    out: Fills = []
    for number, char in enumerate(word):
        if not slots.has(char):
            out.append(None)
            continue
        rivals = [bits for bits, chars in ended if chars[number] != best[number]]
        margin = (rivals[0] - best_bits) if rivals else (99.0 if len(choices[number].options) == 1 else 8.0)
        out.append(Filled(best[number], margin < _SURE) if margin >= _LIKELY else None)
    return best_bits, out


def _first(each: tuple[float, ...] | tuple[float, str] | tuple[float, str, str]) -> float:
    return each[0]


def fill_styled(
    word: str, slots: Slots, scripts: Counter[str], slot_styles: Mapping[str, Sequence[str]], before: str, of_line: str
) -> tuple[Fills, str]:
    """The word in the style that fits its places and makes the likeliest word, and that style.

    Args:
        before: style of the word before, which is preferred.
        of_line: style of the line, preferred as well.
    """
    votes: Counter[str] = Counter()
    for char in set(word):
        votes.update(slot_styles.get(char, ()))
    if not votes:
        return fill_word(word, slots, "", scripts)[1], before
    most = max(votes.values())
    fitting = [name for name in dict.fromkeys([before, of_line, *votes]) if name and votes[name] == most][:5] or [""]
    tried = []
    for rank, name in enumerate(fitting):
        bits, filled = fill_word(word, slots, name, scripts)
        if fitting != [of_line]:  # another style may be the one: only a word decides
            plain = "".join(plain_of(fill.char if fill else char) for char, fill in zip(word, filled, strict=True))
            if plain.lower() not in own() or not (plain[1:].islower() or plain.isupper() or plain.islower()):
                bits, filled = 500.0, [None] * len(word)
        tried.append((bits + 2.0 * rank, rank, filled, name))
    _, _, filled, name = min(tried, key=lambda each: each[:2])
    return filled, name if any(filled) and name else before
