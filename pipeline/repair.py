"""Undo broken text: ``repair`` gives the text as it was meant, every edit that led there, and the map back.

>>> repair("The Mission\\u0e42\\u20ac\\u2122s mandate").text
'The Mission’s mandate'
"""

from __future__ import annotations

import gc
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline import copying, lost, mojibake
from pipeline.edits import Change, Draft, Edit, Repaired
from pipeline.remnants import SLOT, Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    _Pass = Callable[..., list[Change]]

__all__ = ["Change", "Edit", "Repaired", "explain", "repair", "repair_lines"]

_LAYERS = 8  # layers of wrong code pages that are undone, the partial ones of one notice together
_ROUNDS = 6  # an entity may hide a tag, a layer another; what the last round leaves unchanged is done


# letters of Latin-1 among those of another alphabet, leads of UTF-8 before signs: Ð?І, Ã;, à¸
_LEFT = re.compile("[\u0370-\u0530][À-ÿ]|[À-ÿ][\u0370-\u0530]|[ÃÂÐÑ][?;]|à[¸¹]|â€|Ã[\xa1-\xbf]")
_LONG = 100_000  # characters of a text that is more than a notice


def repair(text: str, *, restore_lost: bool = True) -> Repaired:
    """The text with its damage undone; text without damage comes back as it is, with no edit.

    Args:
        text: decoded text, not bytes (see ``pipeline.decode``).
        restore_lost: whether a character of which bytes are lost is restored from what stands around it; else it
            becomes U+FFFD, and a warning counts them.
    """
    with _uncollected(len(text)):
        draft = Draft(text)
        left: list[str] = []
        seen: dict[_Pass, str] = {}
        slots = Slots(text)
        for _ in range(_ROUNDS):
            edits = draft.edits
            left = _round(draft, seen, slots, restore_lost=restore_lost)
            if draft.edits == edits:
                break
        return draft.finish(_warnings(left, draft.text))


@contextmanager
def _uncollected(size: int) -> Iterator[None]:
    """No search for garbage over the edits of a long text, which are many and have no cycles."""
    if size < _LONG or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _blanked(text: str) -> str:
    """The text without what may go from one in which no wrong reading was found without making one."""
    return text.replace("\xa0", " ").replace("\r", "").replace("\xad", "")


def _round(draft: Draft, seen: dict[_Pass, str], slots: Slots, *, restore_lost: bool) -> list[str]:
    """Everything once; what is left of characters that could not be told.

    ``seen`` has the text in which a pass found nothing the last time.
    """
    if not draft.text.isascii() and seen.get(mojibake.undo_once) != _blanked(draft.text):
        for _ in range(_LAYERS):
            while draft.apply(mojibake.undo_once(draft.text, slots)):
                pass
            replaced = not restore_lost and draft.apply(lost.replace(draft.text, slots))
            if not draft.apply(lost.fill(draft.text, slots)) and not replaced:
                seen[mojibake.undo_once] = _blanked(draft.text)
                break
    left: list[str] = []
    while slots:
        given_up = [
            Change(match.start(), match.end(), slots.token(match[0]), "") for match in SLOT.finditer(draft.text)
        ]
        if not given_up:
            break
        left += [change.after for change in given_up]
        draft.apply(given_up)
    for undo in copying.passes(draft.text, restore_lost=restore_lost):
        if seen.get(undo) != draft.text and not draft.apply(undo(draft.text)):
            seen[undo] = draft.text
    return left


def _warnings(left: list[str], text: str) -> list[str]:
    warnings = []
    if left:
        shown = ", ".join(repr(each) for each in dict.fromkeys(left[:5]))
        warnings.append(f"{len(left)} characters lost bytes that nothing restores: {shown}")
    damaged = 0 if text.isascii() else len(_LEFT.findall(text))
    if damaged:
        warnings.append(f"{damaged} places that look like damage and are left as they are")
    if "\ufffd" in text:
        warnings.append(f"{text.count(chr(0xFFFD))} replacement characters whose letters are lost")
    return warnings


def explain(repaired: Repaired) -> str:
    """Each edit in a line for a person, then the warnings."""
    lines = []
    for edit in repaired.edits:
        sure = " (guess)" if edit.guess else ""
        lines.append(f"{edit.start}-{edit.end}  {edit.before!r} → {edit.after!r}  {edit.damage}{sure}")
    lines.extend(f"warning: {warning}" for warning in repaired.warnings)
    return "\n".join(lines) if lines else "no damage found"


def repair_lines(lines: Iterable[str], *, restore_lost: bool = True) -> Iterator[str]:
    """JSON lines ``{"text": ...}`` to ``{"text": ..., "edits": [...]}``; ``restore_lost`` as in ``repair``.

    Raises:
        ValueError: a line is not a JSON object with a string ``text``.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            msg = f'line {number}: not a JSON object with "text"'
            raise ValueError(msg) from error
        if not isinstance(text, str):
            msg = f'line {number}: "text" is not a string'
            raise ValueError(msg)
        done = repair(text, restore_lost=restore_lost)
        edits = [
            {"start": e.start, "end": e.end, "before": e.before, "after": e.after, "damage": e.damage, "guess": e.guess}
            for e in done.edits
        ]
        yield json.dumps({"text": done.text, "edits": edits}, ensure_ascii=False)
