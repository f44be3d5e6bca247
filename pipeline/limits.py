"""What an input may cost, and what is said of one that costs more.

Every limit has a reject code of its own kind: ``too_large`` (bytes), ``too_long`` (characters), ``too_deep`` (levels),
``too_many`` (members, rows, pages), ``bomb`` (a compressed input that unpacks to far more than it is), ``timeout`` and
``memory`` (one notice), and ``crashed`` where a notice ended the process that read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MB = 1024 * 1024


class Rejected(Exception):
    """A notice that cannot be parsed: ``code`` is stable, ``stage`` says where, ``reason`` is for people."""

    def __init__(self, code: str, stage: str, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code
        self.stage = stage
        self.reason = reason

    def __reduce__(self) -> tuple[type[Rejected], tuple[str, str, str]]:
        return type(self), (self.code, self.stage, self.reason)


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits.  Sizes are bytes unless the name says otherwise.

    Attributes:
        raw: a notice, and a file that is read at once.
        container: an archive, a mailbox, a table: a file that is read piece by piece.
        unpacked: everything that comes out of one container, containers inside it included.
        ratio: how many times larger than the container what comes out of it may be.
        forgiven: so much may come out of it whatever the ratio.
        members: notices, or other files, in one container, containers inside it included.
        nesting: containers inside one another.
        rows: of a table.
        fields: columns of a table.
        json_depth: arrays and objects inside one another.
        pages: of a PDF document.
        forms: inserted into a page of a PDF document.
        stream: a compressed stream of a PDF document, unpacked.
        characters: text of a notice.
        html_depth: elements inside one another.
        attributes: of one element.
        mail_parts: of a message, those of forwarded messages included.
        header: the headers of a message, and the first line of a table.
        seconds: of computing, to read one notice or to find the next one in a container; by the clock four times that.
        memory: that reading one notice may add to what the parser itself takes.
    """

    raw: int = 20 * MB
    container: int = 200 * MB
    unpacked: int = 200 * MB
    ratio: int = 200
    forgiven: int = 2 * MB
    members: int = 10_000
    nesting: int = 3
    rows: int = 100_000
    fields: int = 500
    json_depth: int = 64
    pages: int = 500
    forms: int = 1000
    stream: int = 50 * MB
    characters: int = 2_000_000
    html_depth: int = 1000
    attributes: int = 1000
    mail_parts: int = 200
    header: int = 64 * 1024
    seconds: float = 60.0
    memory: int = 1024 * MB


LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """What one container, with all that is nested in it, has used of its limits.

    ``size`` is the length of the outermost container; each method raises Rejected where a limit is exceeded.
    """

    size: int
    limits: Limits = LIMITS
    unpacked: int = 0
    members: int = 0
    spent: bool = field(default=False)

    def member(self) -> None:
        """Count a member."""
        self.members += 1
        if self.members > self.limits.members:
            self.spent = True
            raise Rejected("too_many", "source", f"more than {self.limits.members:,} files in one archive")

    def unpack(self, count: int) -> None:
        """Count bytes that came out."""
        self.unpacked += count
        if self.unpacked > self.limits.unpacked:
            self.spent = True
            raise Rejected("too_large", "source", f"more than {self.limits.unpacked // MB} MB when unpacked")
        if self.unpacked > max(self.limits.forgiven, self.size * self.limits.ratio):
            self.spent = True
            raise Rejected("bomb", "source", f"unpacks to more than {self.limits.ratio} times its size")
