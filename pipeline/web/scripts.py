"""Data inside the scripts of a page: arrays of strings, as JavaScript writes them.  Nothing is executed."""

from __future__ import annotations

import re

# 'It\'s', "caf\u00e9", and what follows: a comma, or the end of the array.  One entry may be empty: [,'a']
_STRING = re.compile(r"""\s{0,100}(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s{0,100}([,\]])""", re.S)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.S)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": "\n", "v": "\n", "0": "", "\n": "", "\r\n": "", "\r": ""}
_MOST = 1000  # strings


def strings(script: str, start: int) -> list[str]:
    """The array of strings that begins here with ``[``; empty where there is none, or something else is in it."""
    if script[start : start + 1] != "[":
        return []
    found: list[str] = []
    place = start + 1
    while len(found) < _MOST:
        match = _STRING.match(script, place)
        if match is None:
            return []
        found.append(_ESCAPE.sub(_read, match[1] if match[1] is not None else match[2]))
        if match[3] == "]":
            return found
        place = match.end()
    return []


def _read(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        return "" if 0xD800 <= number < 0xE000 else chr(number)
    return _PLAIN.get(match[3], match[3])
