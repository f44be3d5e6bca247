"""Compile pipeline/words_cldr.txt: names of countries, languages, months, days, currencies, units and time zones.

python -m tests.make_words > pipeline/words_cldr.txt
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from babel import Locale

LOCALES = (
    "en fr de es pt it nl sr sr_Latn hr bs sq mk bg ru uk be ka hy tr az ar th vi el pl cs sk sl ro hu lt lv et fi sv "
    "da nb he kk ky tg uz mt is ca ga gd cy hi ta"
).split()
PARTS = (
    "territories languages scripts months days quarters eras time_zones meta_zones currency_names "
    "currency_names_plural unit_patterns unit_display_names date_fields"
).split()
HEADER = """\
# Words of many languages in lower case, from the Unicode Common Locale Data Repository by way of Babel.
# Copyright Unicode, Inc., Unicode License v3 (https://www.unicode.org/license.txt).
# Compiled by tests/make_words.py. Words of English that are plain ASCII are in words_own.txt."""
WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff]*)+(?:['’][^\W\d_]+)?")


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from strings(each)


def main() -> None:
    words: set[str] = set()
    for name in LOCALES:
        locale = Locale.parse(name)
        for part in PARTS:
            for text in strings(locale._data.get(part, {})):
                for word in WORD.findall(text):
                    if 2 <= len(word) <= 24 and (name == "en" or not word.isascii()):
                        words.add(word.lower())
    print(HEADER)
    print("\n".join(sorted(words)))


if __name__ == "__main__":
    main()
