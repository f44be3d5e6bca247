"""What the words around an amount of money say of it: period, gross or net, step, and whether it is pay at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from extractors._labels import load_toml
from extractors._phrases import alternation, last, phrases

Period = Literal["hour", "day", "week", "month", "year"]
_NEAR = 16  # a period this close behind the amount belongs to it, whatever stands before
_BEHIND = 70  # characters read behind an amount
_STEP = re.compile(
    r"(?<!\w)(?:step|échelon|escalón|ступень|scatto|Stufe)\s{1,2}(\d{1,2})(?!\d)"
    r"|(?<!\w)(?P<first>first step|premier échelon|primer escalón|primeiro escalão|primo scatto|erste[nr]? Stufe)\b",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\s(?:with|and|plus|to|from|depending|before|after|in|at|by|which|minus|less|avec|et|con|mit|und|s|sa|с|и|y|e)\s"
)
_WITHOUT = re.compile(
    r"(?i)(?<!\w)(?:before|without|excluding|excl\.|not including|net of|less|hors|sin|ohne|без|bez)\s(?:the\s|any\s)?$"
)
_LABEL = re.compile(r"\)?\*{0,2}\s{0,2}[:|]\*{0,2}\s{0,3}")
_ELSEWHEN = re.compile(r"(?<!\w)(?:in|en|im|в|za)\s(?:19|20)\d\d\s?:\s{0,2}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of ``patterns/pay.toml``, compiled."""

    period: re.Pattern[str]
    periods: tuple[tuple[Period, re.Pattern[str]], ...]
    not_after: re.Pattern[str]
    scale: re.Pattern[str]
    times: re.Pattern[str]
    gross: re.Pattern[str]
    net: re.Pattern[str]
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    other: re.Pattern[str]
    somebody_else: re.Pattern[str]
    reference: re.Pattern[str]
    unpaid_label: re.Pattern[str]
    unpaid_prose: re.Pattern[str]
    copula: re.Pattern[str]
    limit: re.Pattern[str]


@cache
def words() -> Words:
    """Read and compile the vocabulary once."""
    data: dict[str, dict[str, list[str]]] = load_toml("pay.toml")  # type: ignore[assignment]
    times = alternation(data["period"]["times"])
    names: tuple[Period, ...] = ("hour", "day", "week", "month", "year")
    copula, fillers = alternation(data["copula"]["words"]), alternation(data["copula"]["fillers"])
    periods = tuple((name, phrases(data["period"][name])) for name in names)
    return Words(
        period=phrases(word for name in names for word in data["period"][name]),
        periods=periods,
        not_after=phrases(data["period"]["not_after"]),
        scale=phrases(data["period"]["scale"]),
        times=re.compile(rf"(?<!\d)(?:(\d\d)\s?(?i:{times})|(?i:{times})\s?(\d\d))[\s,(]{{0,2}}$"),
        gross=phrases(data["basis"]["gross"]),
        net=phrases(data["basis"]["net"]),
        strong=phrases(data["noun"]["strong"]),
        weak=phrases(data["noun"]["weak"]),
        other=phrases(data["noun"]["other"]),
        somebody_else=phrases(data["somebody_else"]["words"]),
        reference=phrases(data["reference"]["words"]),
        unpaid_label=phrases(data["unpaid"]["labelled"]),
        unpaid_prose=phrases(data["unpaid"]["prose"]),
        copula=re.compile(rf"(?:(?i:{copula})|[:=])(?:\s{{1,2}}(?i:{fillers})){{0,2}}\s{{0,3}}$"),
        limit=re.compile(rf"(?i:{alternation(data['limit']['words'])})\s{{0,3}}$"),
    )


def _named(printed: str) -> Period:
    return next(name for name, pattern in words().periods if pattern.fullmatch(printed))


def period_of(text: str, start: int, end: int, low: int, high: int) -> Period | None:
    """How often the amount at ``start`` to ``end`` is paid, as said between ``low`` and ``high``."""
    known = words()
    before = after = None
    for match in known.period.finditer(text, low, start):
        if not known.not_after.match(text, match.end() + 1):
            before = match
    for match in known.period.finditer(text, end, min(high, end + _BEHIND)):
        if not known.not_after.match(text, match.end() + 1):
            after = match
            break
    if after and (after.start() - end <= _NEAR or not before):
        return _counted(text, after, end)
    return _counted(text, before, low) if before else None


def _counted(text: str, said: re.Match[str], low: int) -> Period | None:
    """The period of a phrase; "12 x per year" is each month, "14 payments a year" is no period."""
    period = _named(said.group())
    times = words().times.search(text, max(low, said.start() - 24), said.start()) if period == "year" else None
    if times is None:
        return period
    return "month" if (times[1] or times[2]) == "12" else None


def basis_of(text: str, start: int, end: int, low: int, high: int) -> Literal["gross", "net"] | None:
    """Whether the amount is gross or net, by the nearest word before it, else behind it."""
    known = words()
    gross, net = last(known.gross, text, low, start), last(known.net, text, low, start)
    if gross or net:
        return "gross" if gross and (not net or gross.start() > net.start()) else "net"
    limit = min(high, end + _BEHIND)
    gross, net = known.gross.search(text, end, limit), known.net.search(text, end, limit)
    if gross and (not net or gross.start() < net.start()):
        return "gross"
    return "net" if net else None


def step_of(text: str, start: int, end: int, low: int, high: int) -> int | None:
    """The step of the scale that the amount is said to be of: "BAM 2,486.17 (G5, step 1)"."""
    match = _STEP.search(text, end, min(high, end + 40)) or last(_STEP, text, max(low, start - 60), start)
    return None if match is None else 1 if match["first"] else int(match[1])


def limited(text: str, start: int) -> bool:
    """Whether the amount is only a bound ("up to"), or one of another year ("in 2005: ...")."""
    window = max(0, start - 30)
    return bool(words().limit.search(text, window, start) or _ELSEWHEN.search(text, window, start))


def _within(hit: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether a word is part of a longer phrase: the "pay" of "danger pay"."""
    return other[0] <= hit[0] and hit[1] >= other[1] and hit[:2] != other[:2]


def is_pay(text: str, start: int, end: int, low: int, high: int) -> Literal["strong", "weak", "other", "unsaid"]:
    """What the amount is for, by the noun that governs it in the sentence from ``low`` to ``high``."""
    known = words()
    tail = min(high, end + 45)
    stop = next((i for i in range(end, tail) if text[i] in ".,;:()\n" or text[i].isdigit()), tail)
    ended = _APART.search(text, end, stop)
    stop = ended.start() if ended else stop
    taxed = [m.span() for pattern in (known.net, known.gross) for m in pattern.finditer(text, end, stop)]
    others = known.other.finditer(text, end, stop)
    behind = next((m for m in others if not any(a <= m.start() < b for a, b in taxed)), None)  # "net of tax"
    if behind and not known.strong.search(text, end, behind.start()):
        return "other"  # "a EUR 500 relocation allowance"
    kinds: tuple[tuple[Literal["strong", "weak", "other"], re.Pattern[str]], ...] = (
        ("strong", known.strong), ("weak", known.weak), ("other", known.other),
    )  # fmt: skip
    hits = sorted(
        (m.start(), -m.end(), kind)
        for kind, pattern in kinds
        for m in pattern.finditer(text, low, start)
        if kind != "other" or not _WITHOUT.search(text, max(low, m.start() - 20), m.start())
    )
    hits = [hit for hit in hits if not any(_within(hit, other) for other in hits)]
    if hits:
        first, nearest = hits[0], max(hits, key=lambda hit: (hit[0], hit[1]))
        copula = known.copula.search(text, max(low, start - 40), start)
        if nearest[2] == "weak":
            if any(hit[2] == "strong" for hit in hits) and not any(hit[2] == "other" for hit in hits):
                return "strong"  # "salary (net, single rate)"
            return "strong" if _LABEL.fullmatch(text, -nearest[1], start) else "weak"  # "Fees: UAH 61,240"
        if nearest[2] == "other" and copula and "," in text[nearest[0] : copula.start() + 1] and first[2] != "other":
            return first[2]  # "remuneration, subject to deductions for insurance, is EUR ..."
        return nearest[2]
    if known.strong.search(text, end, stop):
        return "strong"
    return "weak" if known.weak.search(text, end, stop) else "unsaid"
