"""The ways text gets broken, as tables with an example each.

``tables()`` are code pages that UTF-8 is read in by mistake: each says which byte a character stood for. ``DAMAGES``
are all the other ways, as they appear in copies of notices. The tests hold that every table is undone and that
``repair`` makes of every example what is printed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

# (name, codec, what fills the bytes 80-9F that the codec leaves empty: "c1" controls, or a second codec)
_CODECS: tuple[tuple[str, str, str], ...] = (
    ("cp1252", "cp1252", "c1"),
    ("latin-1", "latin-1", "c1"),
    ("cp1250", "cp1250", "c1"),
    ("cp1251", "cp1251", "c1"),
    ("cp1253", "cp1253", "c1"),
    ("cp1254", "cp1254", "c1"),
    ("cp1255", "cp1255", "c1"),
    ("cp1256", "cp1256", "c1"),
    ("cp1257", "cp1257", "c1"),
    ("cp1258", "cp1258", "c1"),
    ("cp874", "cp874", "c1"),
    ("cp874+cp1252", "cp874", "cp1252"),
    ("tis-620", "iso8859-11", "c1"),
    ("iso-8859-2", "iso8859-2", "c1"),
    ("iso-8859-3", "iso8859-3", "c1"),
    ("iso-8859-4", "iso8859-4", "c1"),
    ("iso-8859-5", "iso8859-5", "c1"),
    ("iso-8859-6", "iso8859-6", "c1"),
    ("iso-8859-7", "iso8859-7", "c1"),
    ("iso-8859-8", "iso8859-8", "c1"),
    ("iso-8859-9", "iso8859-9", "c1"),
    ("iso-8859-10", "iso8859-10", "c1"),
    ("iso-8859-13", "iso8859-13", "c1"),
    ("iso-8859-14", "iso8859-14", "c1"),
    ("iso-8859-15", "iso8859-15", "c1"),
    ("iso-8859-16", "iso8859-16", "c1"),
    ("koi8-r", "koi8-r", "c1"),
    ("koi8-u", "koi8-u", "c1"),
    ("mac-roman", "mac-roman", "c1"),
    ("mac-cyrillic", "mac-cyrillic", "c1"),
    ("cp437", "cp437", "c1"),
    ("cp850", "cp850", "c1"),
    ("cp852", "cp852", "c1"),
    ("cp866", "cp866", "c1"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A code page that UTF-8 was read in.

    Attributes:
        name: of the damage, as edits print it.
        shown: character shown for each byte 80-FF, by byte.
        byte_of: byte 80-FF by character; a C1 control stands for the byte of its number where no other
            character does, and in cp1252 always.
        lost: bytes that the code page has no character for, which copies drop.
        translation: for ``str.translate``: every character to the latin-1 character of its byte.
    """

    name: str
    shown: dict[int, str]
    byte_of: dict[str, int]
    lost: frozenset[int]
    translation: dict[int, str]

    def garble(self, text: str, *, lost: str | None = None) -> str:
        """``text`` as this mistake shows it; ``lost`` stands for every byte without a character (default: as C1)."""
        out: list[str] = []
        for byte in text.encode("utf-8", "surrogatepass"):
            if byte < 0x80:
                out.append(chr(byte))
            elif lost is not None and byte in self.lost:
                out.append(lost)
            else:
                out.append(self.shown[byte])
        return "".join(out)


def _decode_byte(codec: str, byte: int) -> str | None:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return None


def _table(name: str, codec: str, fill: str) -> Table:
    shown: dict[int, str] = {}
    lost: set[int] = set()
    for byte in range(0x80, 0x100):
        char = _decode_byte(codec, byte)
        if char is None or (fill != "c1" and 0x80 <= ord(char) < 0xA0):
            char = _decode_byte(fill, byte) if fill != "c1" and byte < 0xA0 else None
        if char is None:
            char = chr(byte)
        if 0x80 <= ord(char) < 0xA0 or (char == chr(byte) and _decode_byte(codec, byte) is None):
            lost.add(byte)
        shown[byte] = char
    # where a byte without a character is shown as a character of another byte, it is the other that is meant
    byte_of = {shown[byte]: byte for byte in sorted(shown, key=lambda byte: byte not in lost)}
    for byte in range(0x80, 0xA0):
        if byte in lost or name == "cp1252":
            byte_of.setdefault(chr(byte), byte)
    if "\xa0" not in byte_of:
        byte_of["\xa0"] = 0xA0
    translation = {ord(char): chr(byte) for char, byte in byte_of.items()}
    return Table(name, shown, byte_of, frozenset(lost), translation)


@cache
def tables() -> tuple[Table, ...]:
    """Every table, those that do most harm first."""
    return tuple(_table(*codec) for codec in _CODECS)


@cache
def table(name: str) -> Table:
    """The table of that name.

    Raises:
        KeyError: there is none.
    """
    return {each.name: each for each in tables()}[name]


@dataclass(frozen=True, slots=True)
class Damage:
    """A way that text gets broken other than by a code page, with an example.

    Attributes:
        name: as edits print it.
        before, after: an example, and what ``repair`` makes of it.
    """

    name: str
    before: str
    after: str


DAMAGES: tuple[Damage, ...] = (
    Damage("cp1252 as latin-1", "the Centre\x92s \x93open day\x94", "the Centre’s “open day”"),
    Damage("html entity", "terms &amp; conditions &#8211; caf&eacute;", "terms & conditions – café"),
    Damage("html entity", "research &amp;amp; design &amp;nbsp;unit", "research & design  unit"),
    Damage("html tag", "Duties:<ul><li>drive</li><li>repair</li></ul>", "Duties:\n• drive\n• repair"),
    Damage("html tag", "first line<br/>second <b>bold</b> line", "first line\nsecond bold line"),
    Damage("html tag", "&lt;p&gt;Apply &lt;i&gt;now&lt;/i&gt;&lt;/p&gt;", "Apply now"),
    Damage("leaked attribute", 'an income" class="tip" id="t4">income tax', "an income tax"),
    Damage("leaked attribute", 'see href="https://x.example/a" target="_blank">the list', "see the list"),
    Damage("escaped", 'the \\"open\\" post\\: driver', 'the "open" post: driver'),
    Damage("escaped", "caf\\u00e9 \\ud83c\\udf0d", "café 🌍"),
    Damage("soft hyphen", "respon\xadsibilities", "responsibilities"),
    Damage("zero-width character", "ap\u200bply \u202ahere\u202c\ufeff", "apply here"),
    Damage("no-break space", "10\xa0000\u202fEUR", "10 000 EUR"),
    Damage("line end", "one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
    Damage("form feed", "page one\x0cpage two", "page one\npage two"),
    Damage("control character", "nul\x00 and bell\x07", "nul and bell"),
    Damage("mathematical letters", "𝗔𝗽𝗽𝗹𝘆 𝟮𝟬𝟮𝟱", "Apply 2025"),
    Damage("ligature", "ﬁnance oﬃcer", "finance officer"),
    Damage("inverted question mark", "UNHCR¿s staff", "UNHCR’s staff"),
    Damage("inverted question mark", "the director¿s ¿first¿ step ¿ a plan", "the director’s “first” step – a plan"),
    Damage("question mark", "the employer?s car won?t start", "the employer’s car won’t start"),
    Damage(
        "replacement character",
        "the driver\ufffds licence and the universit\ufffd",
        "the driver’s licence and the université",
    ),
    Damage("hyphenated line end", "general develop-\nment work", "general development work"),
)
