"""Whether a sentence makes a date the one by which to apply.

It does where it is about applications ("applications", "CV", "apply"), puts "by", "until" or a deadline's name before
the date, and no word nearer to the date says that it is another one (an interview, a contract's end, a follow-up).
``patterns/deadlines.toml`` holds the words by language; all text here is flat (see ``extractors._flat``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extractors._flat import compiled, flat
from extractors._fold import cyrillic
from extractors._labels import load_toml
from extractors._phrases import last

_NEAR = 80  # characters between "by" and its date
_ADDRESS = re.compile(r"\S{0,80}@\S{1,80}|https?://\S{1,200}|www\.\S{1,200}")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# A time of day right behind a date, in flat text: "a 15 h 30 ", "at 5.30 p.m. ", "um 12 Uhr "
_CLOCK = re.compile(
    r"^(?:(?:at|by|a las|a|as|um|alle|ore|ora|orele|saat|u|в|о|у)\s)?[(]?\d{1,2}(?:\s?[:.h]\s?\d{0,2})?"
    r"(?:\s?(?:h|hrs|hours|heures|horas|uhr|hs|p\.?m\.?|a\.?m\.?|ч|часов|časova|sati|часа))?[)]?[\s,]{1,2}"
)


@dataclass(frozen=True, slots=True)
class Lead:
    """What makes a date a deadline: the rule, and how far before the date its time may stand ("by 17:00 on")."""

    rule: str
    scope: int


@cache
def words(kind: str) -> re.Pattern[str]:
    """A table of ``patterns/deadlines.toml`` as one pattern over flat text."""
    table = load_toml("deadlines.toml")[kind]
    assert isinstance(table, dict)
    terms = [term for terms in table.values() for term in terms]
    terms += [cyrillic(term) for term in table.get("sh", ())]
    return compiled(terms)


@cache
def _fillers() -> frozenset[str]:
    table = load_toml("deadlines.toml")["filler"]
    assert isinstance(table, dict)
    return frozenset(flat(word) for word in table["any"])


def plain_of(text: str) -> str:
    """Flat text, its addresses blanked out: "csdp-secondments@..." is no word about secondments."""
    return _ADDRESS.sub(lambda m: " " * len(m.group()), flat(text))


def has_address(text: str, start: int, end: int) -> bool:
    """Whether an e-mail or web address stands between two offsets."""
    return _ADDRESS.search(text, start, end) is not None


def about_applying(clause: str) -> bool:
    """Whether a clause names applications or a deadline."""
    return bool(words("apply").search(clause) or words("deadline").search(clause))


def opens_period(before: str) -> bool:
    """Whether a period is one for applications: "Applications are accepted from" 1 to 20 March."""
    opening = _last(words("opening"), before)
    rest = before[opening.end() :] if opening else before
    if rest.strip(" :*,") or (opening is None and ":" not in before[-4:]):
        return False
    governing = before[: opening.start()] if opening else before
    own, other = _last_end(("apply", "deadline"), governing), _last_end(("other",), governing)
    return own > other and len(governing) - own < 40 and not words("never").search(governing)


def ends_in_apply(before: str) -> bool:
    """Whether what stands before a sentence is a heading about applying: "How to apply. "."""
    line = before.rsplit("\n", 1)[-1] if before.strip() and not before.endswith("\n") else ""
    found = _last(words("apply"), line)
    return found is not None and not line[found.end() :].strip(" .:*") and len(line.split()) <= 4


def lead(before: str, after: str, *, sent: int) -> Lead | None:
    """What the words around a date say, if they make it a deadline; ``sent``: signs that something is sent by it."""
    if words("never").search(before) or words("open").search(before):
        return None
    rest = after.split(";")[0]
    until = ends_with_until(before)
    name = _last(words("deadline"), before)
    named = name is not None and _governs(before[name.end() :])
    closing = words("after").match(
        _CLOCK.sub("", rest.lstrip(" ,'’)("), count=1)
    )  # "le 22 mars à 15 h 30 au plus tard"
    if until is None and not named and closing is None:
        return None
    governing = before if until is None else before[:until]
    own, other = _last_end(("apply", "send", "deadline"), governing), _last_end(("other",), governing)
    if own < 0 or own < other:
        if other >= 0 or not (until is not None or closing):
            return None
        # "bis zum 3. März 2026 bewerben": the verb comes after the date
        if words("never").search(rest) or _first(("other",), rest) < _first(("apply", "send"), rest):
            return None
    if until is not None and name is not None and own == name.end() and not _reaches(governing[own:]):
        return None
    context = governing + " " + rest
    applied = named or any(words(kind).search(context) for kind in ("apply", "deadline"))
    sent += len({m.group() for m in words("send").finditer(context)})
    if not applied and sent < 2:
        return None
    governs = named if until is None else name is not None and own == name.end()
    if governs and name is not None and not _deadline_of_applications(before[: name.start()]):
        return None
    scope = len(before) - (until if until is not None else name.end() if named and name else len(before))
    if words("extended").search(governing) and own >= 0:
        return Lead("extended", scope)
    # "Cook, Goma (deadline 2 July 2026)" names another vacancy more often than not
    aside = named and before.count("(") > before.count(")")
    return Lead("apply_by" if applied and own >= 0 and not aside else "send_by", scope)


def asks_by(before: str, after: str) -> bool:
    """Whether a sentence without a date asks for applications by the time between ``before`` and ``after``."""
    until = ends_with_until(before)
    if words("never").search(before):
        return False
    name = _last(words("time"), before)
    if name is not None and only_filler(before[name.end() :].strip(" :")):
        return True
    if until is None:
        return False
    context = before[:until] + " " + after
    if _last_end(("other",), before[:until]) > _last_end(("apply", "send", "deadline"), before[:until]):
        return False
    return bool(words("apply").search(context) or words("deadline").search(context)) or (
        words("send").search(before[:until]) is not None and "late" in after
    )


def _deadline_of_applications(before: str) -> bool:
    """Whether no word before "deadline" says whose: not "reporting deadline", "the project's closing date"."""
    tail = before[-40:]
    other = _last_end(("other", "owner"), tail)
    return other < 0 or bool(words("apply").search(tail, other))


def _reaches(between: str) -> bool:
    """Whether a deadline's name goes with "until": "deadline is extended until", not "deadline, and stay until"."""
    verbs = [word for word in _WORD.findall(between) if word not in _fillers()]
    return len(verbs) <= 1 or bool(words("extended").search(between) or words("apply").search(between))


def _governs(between: str) -> bool:
    """Whether a deadline's name reaches its date: "deadline for the submission of applications is"."""
    if len(between) > 90 or between.count("(") > between.count(")") or words("other").search(between):
        return False
    owner = words("owner").search(between)
    return owner is None or bool(words("apply").search(between))


def ends_with_until(before: str) -> int | None:
    """Where the last "by" before the date ends, if only times, zones, days and small words stand between."""
    until = _last(words("until"), before)
    if until is None or len(before) - until.end() > _NEAR or not only_filler(before[until.end() :]):
        return None
    return until.end()


def only_filler(between: str) -> bool:
    """No words but those that may stand around a time, and at most three names (of a weekday, a town or a zone)."""
    if re.search(r"[;!?@]|[^\W\d_]{5}\.\s", between):
        return False
    unknown = [word for word in _WORD.findall(between) if word not in _fillers()]
    return len(unknown) <= 3 and not words("other").search(between) and not words("send").search(between)


def _last(expression: re.Pattern[str], text: str) -> re.Match[str] | None:
    return last(expression, text, 0, len(text))


def _last_end(kinds: tuple[str, ...], text: str) -> int:
    return max((m.end() for kind in kinds if (m := _last(words(kind), text))), default=-1)


def _first(kinds: tuple[str, ...], text: str) -> int:
    return min((m.start() for kind in kinds if (m := words(kind).search(text))), default=len(text) + 1)
