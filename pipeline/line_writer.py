"""Lines of text under construction, of an HTML page or of one cell of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BULLETED = re.compile(r"[•·▪●○◦‣⁃∙*–—-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s")
_MENU_LINKS = 4


@dataclass(slots=True)
class LineWriter:
    """Lines of text under construction, of the page or of one table cell."""

    lines: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)  # of the current line
    prefix: str = ""
    joined: bool = False  # a label was written, and its value goes on the same line
    apart: bool = False  # an address was written, and no letter may touch it
    links: int = 0
    linked: int = 0  # characters inside links
    size: int = 0

    def text(self, text: str, *, linked: bool = False) -> None:
        """Add text to the current line; ``linked`` if it stands in a link."""
        if not self.parts or self.parts[-1].endswith((" ", "\n")):
            text = text.lstrip(" ")
        if not text:
            return
        if not self.parts and self.prefix:
            if not BULLETED.match(text):
                self.parts.append(self.prefix)
            self.prefix = ""
        if self.apart and text[0].isalnum():
            self.parts.append(" ")
        self.apart = False
        self.parts.append(text)
        self.size += len(text)
        self.linked += len(text) if linked else 0
        self.joined = self.joined and not text.strip()

    def end_line(self) -> None:
        """End the current line, unless a label waits for its value."""
        if self.joined:
            return
        self.apart = False
        line = "".join(self.parts).strip(" ")
        self.parts.clear()
        if line.strip():
            self.lines.append(line)

    def blank(self) -> None:
        """End the current line and leave a blank one."""
        self.end_line()
        if self.lines and self.lines[-1] and not self.joined:
            self.lines.append("")

    def label(self) -> None:
        """Make the current line a label whose value follows on it."""
        text = "".join(self.parts).rstrip()
        if text:
            self.parts = [text, " " if text.endswith(":") else ": "]
            self.joined = True

    def unjoin(self) -> None:
        """Give up waiting for the value of a label."""
        if self.joined:
            self.joined = False
            self.end_line()

    def finish(self) -> list[str]:
        """The finished lines."""
        self.unjoin()
        self.end_line()
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return self.lines

    def is_menu(self) -> bool:
        """Whether most of the text stands in links."""
        return self.links >= _MENU_LINKS and self.linked > 0.6 * self.size
