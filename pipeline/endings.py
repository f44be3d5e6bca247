"""Where requirements end, and where wishes begin among them: headings nobody knows, paragraphs about something else."""

from __future__ import annotations

from extractors._questions import is_question
from extractors._requirement import DESIRED, REQUIRED, kind, requirement
from extractors._unheaded import signals
from pipeline.headings import LONGEST
from pipeline.lines import Line

REQUIREMENTS = frozenset(
    {"requirements", "desirable", "education", "experience", "languages", "competencies", "nationality"}
)
LIST = 2  # bullets that are a list
_TELLING = frozenset({"licence", "eligibility", "certification", "education", "language"})
_PARAGRAPH = 600  # characters of a paragraph that are read
_SENTENCE = 30  # characters; what is shorter is no sentence
_LOOK = 5  # bullets that are read below a heading that nobody knows
_END_MARK = (".", ";", ",", "!", "?")


def unknown_heading(rows: list[Line], number: int, current: str) -> bool:
    """A short line set apart that the inventory does not know ends a list of requirements."""
    line = rows[number]
    if line.bullet or number + 1 >= len(rows) or len(line.text) > 60:
        return False
    if line.text.endswith("?") and line.after_blank:
        return is_question(line.text)
    words = line.text.rstrip(" :").split()
    if not words or not line.text[0].isupper() or line.text.endswith(_END_MARK) or len(words) > 7:
        return False
    if ": " in line.text or "\t" in line.text or "   " in line.text:
        return False
    if line.text.isupper() and len(words) > 1 and len(line.text) > 8:
        return True
    if current not in REQUIREMENTS or not line.after_blank or line.text.endswith(":"):
        return False
    if kind(line.text, 0, len(line.text)) in ("licence", "eligibility"):
        return False  # the first of some lines without bullets: "Excellent physical condition"
    return not line.before_blank or len(rows[number + 1].text) > 100


def states(text: str, start: int, end: int) -> bool:
    """Whether the words of a stretch state a requirement."""
    if requirement(text, start, end) or signals(text, start, end):
        return True
    return kind(text, start, end) in _TELLING


def leaves(text: str, rows: list[Line], number: int, current: str, bullets: int, *, in_line: bool) -> bool:
    """Whether a paragraph below requirements is about something else: behind a list, or without any word of one."""
    line = rows[number]
    if not line.after_blank or line.bullet or line.text.endswith(":"):
        return False
    if not in_line and bullets < LIST and current == "competencies":
        return False
    last = next((row for row in rows[number + 1 :] if row.after_blank or row.bullet), None)
    end = min(last.start if last else len(text), line.start + _PARAGRAPH)
    if end - line.start <= (LONGEST if bullets < LIST else _SENTENCE) or states(text, line.start, end):
        return False
    return bullets >= LIST or kind(text, line.start, end) is None


def lead(text: str, line: Line) -> str | None:
    """What a line that leads to a list among requirements says of it: "Prednost predstavljaju:"."""
    if line.bullet or not line.text.endswith(":") or len(line.text) > LONGEST:
        return None
    said = requirement(text, line.start, line.end)
    return {DESIRED: "desirable", REQUIRED: "requirements"}.get(said or "")


def offers(text: str, rows: list[Line], number: int) -> bool:
    """Whether a line "In this job:" below requirements opens a list of something else."""
    line = rows[number]
    if line.bullet or not line.after_blank or not line.text.endswith(":") or len(line.text.split()) > 7:
        return False
    below = [row for row in rows[number + 1 : number + 1 + _LOOK] if row.bullet]
    if len(below) < 2 or kind(text, line.start, line.end) or requirement(text, line.start, line.end):
        return False
    return not any(states(text, row.start, row.end) for row in below) and sum(
        1 for row in below if kind(text, row.start, row.end)
    ) * 2 < len(below)
