"""Pay as stated: least and most, currency (ISO 4217), period, gross or net, whether approximate, and the step.

No pay: allowances, per diems and daily subsistence, budgets and project sums, grants, ceilings, insurance and pension
contributions, rents, prices, fees for applying, what other people earn; and an amount with no stated period (the total
fee of an assignment), because it compares with nothing.  "In accordance with established rates" is pay by reference,
"unpaid" is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at, sections
from extractors._money import Money, amounts, currencies, settle, settle_dollar
from extractors._pay import basis_of, is_pay, limited, period_of, step_of, words
from extractors._phrases import occurrences
from extractors._sentence import sentence_at, sentences
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "salary"
RULES = ("label", "remuneration", "prose", "label_unpaid", "unpaid", "label_reference", "reference")

_FIRST = frozenset({"label", "remuneration"})
_ELSEWHERE = frozenset({"duties", "debris"})  # kinds of section in which an amount is never the pay of this post
# What the words around an amount may call it, by where it stands; "unsaid" in prose only beside "gross" or "net".
_PURPOSES = {
    "label": {"strong", "weak", "unsaid"},
    "remuneration": {"strong", "weak"},
    "prose": {"strong", "unsaid"},
}
_SAME_PAY = re.compile(r"[^.;(\n]{0,20}\(\s?(?:[^\W\d_]{1,12}\.?\s){0,2}")  # "MDL 19,300 (about €1,000)"
_BARE = "$"  # stands for the dollar of the duty station's country
_A_MONTH = {"hour": 160, "day": 21, "week": 4, "month": 1, "year": Decimal(1) / 12}  # units of pay in a month, about
_SCALE = 20_000  # least figure of the United Nations' common scale
_LABEL = 60  # characters of a label
_LINE_BELOW = re.compile(r"[ \t]{0,40}\n[ \t]{0,40}([^\n]{4,30})(?=\n|$)")
_SHORT = 60  # characters of a line that is pay and nothing else
_RATE = 80  # characters behind it in which "at the single rate" belongs to it
_DOLLARS = ("CAD", "AUD", "NZD", "SGD", "HKD")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield amounts of pay, and statements that there is none or that it follows a scale."""
    seen: set[int] = set()
    for finding in _mentions(doc):
        if finding.start not in seen:
            seen.add(finding.start)
            yield finding


def _mentions(doc: Doc) -> Iterator[Finding]:
    text = doc.text
    for fact in facts(doc, "salary"):
        yield from _stated(text, fact.start, fact.end, "label", fact.label_start)
        yield from _unstated(text, fact.start, fact.end, labelled=True)
    for section in sections(doc, "remuneration"):
        yield from _stated(text, section.start, section.end, "remuneration", section.heading_start)
        yield from _unstated(text, section.start, section.end, labelled=False)
    for start, end in body(doc):
        found = _stated(text, start, end, "prose", None)
        yield from (f for f in found if not _elsewhere(doc, f.start))
        for match in occurrences(words().unpaid_prose, text, start, end):
            yield Finding(State.NONE, match.start(), match.end(), "unpaid")
        for match in occurrences(words().reference, text, start, end):
            low, _ = sentence_at(text, match.start(), match.end())
            if words().strong.search(text, max(low, start), match.start()) and not _elsewhere(doc, match.start()):
                yield Finding(State.BY_REFERENCE, match.start(), match.end(), "reference")


def _elsewhere(doc: Doc, offset: int) -> bool:
    section = section_at(doc, offset)
    return section is not None and section.kind in _ELSEWHERE


def _stated(text: str, start: int, end: int, rule: str, heading: int | None) -> Iterator[Finding]:
    found = list(amounts(text, start, end))
    told = -1  # where the last sentence with pay begins: what follows in it is a part or another currency's worth
    for i, money in enumerate(found):
        low, high = sentence_at(text, money.start, money.end)
        low, high = max(low, start), min(high, end)
        if rule == "prose" and low == told:
            continue
        sentence = low
        first = i == 0 or found[i - 1].end <= low
        if first and heading is not None and (rule == "label" or text[start:low].strip() == ""):
            low = min(low, heading)  # the label or heading says the period: "Monthly salary"
            if heading >= end:  # the label stands below its value
                high = max(high, min(heading + _LABEL, len(text) if (line := text.find("\n", heading)) < 0 else line))
        if i + 1 < len(found):
            high = min(high, max(money.end, found[i + 1].start))
        if limited(text, money.start) and money.low == money.high:
            continue
        if i and _SAME_PAY.fullmatch(text, found[i - 1].end, money.start):
            continue
        purpose = is_pay(text, money.start, money.end, low if rule != "label" else max(low, start), high)
        if purpose not in _PURPOSES[rule] or (rule == "prose" and words().somebody_else.search(text, low, high)):
            continue
        period = period_of(text, money.start, money.end, low, high)
        if period is None and rule != "label" and (further := _next_line(text, low, high, end)) > high:
            high = further
            period = period_of(text, money.start, money.end, low, high)
        if period is None and money.low >= _SCALE and words().scale.search(text, low, min(high, money.end + _RATE)):
            period = "year"
        if period is None or (
            rule == "prose" and purpose == "unsaid" and not basis_of(text, money.start, money.end, low, high)
        ):
            continue
        money = replace(money, currency=_dollar(text) if _bare_dollar(text, money) else money.currency)
        told = sentence
        yield Finding(_value(text, money, period, low, high), money.start, money.end, rule)


def _next_line(text: str, low: int, high: int, end: int) -> int:
    """Where the line below ends that goes on with pay: "5,120 euros gross" / "per month"."""
    line = _LINE_BELOW.match(text, low + len(text[low:high].rstrip()), end)
    first = text.rfind("\n", 0, low) + 1
    if line is None or high - first > _SHORT or not words().period.match(text, line.start(1), line.end(1)):
        return high
    return line.end(1)


def _value(text: str, money: Money, period: str, low: int, high: int) -> dict[str, Any]:
    span = (text, money.start, money.end, low, high)
    return {
        "min": money.low,
        "max": money.high,
        "currency": money.currency,
        "period": period,
        "basis": basis_of(*span),
        "approximate": money.approximate,
        "step": step_of(*span),
    }


def _bare_dollar(text: str, money: Money) -> bool:
    printed = text[money.start : money.end]
    return money.currency == "USD" and "$" in printed and "US" not in printed and "U.S" not in printed


def _dollar(text: str) -> str:
    """The dollar that a bare "$" means here: the one dollar that the notice names, else that of the country."""
    named = {match.group() for match in currencies().mark.finditer(text) if match.group() in (*_DOLLARS, "USD", "US$")}
    if not named:
        return _BARE
    return named.pop() if len(named) == 1 and named <= set(_DOLLARS) else "USD"


def _unstated(text: str, start: int, end: int, *, labelled: bool) -> Iterator[Finding]:
    known = words()
    if labelled:
        opening = known.unpaid_label.search(text, start, min(end, start + 60))
        if opening:
            yield Finding(State.NONE, opening.start(), opening.end(), "label_unpaid")
            return
        match = known.reference.search(text, start, min(end, start + 400))
        if match:
            yield Finding(State.BY_REFERENCE, match.start(), match.end(), "label_reference")
        return
    for low, high in sentences(text, start, min(end, start + 800)):
        match = known.reference.search(text, low, high)
        if match:
            yield Finding(State.BY_REFERENCE, match.start(), match.end(), "reference")
            return


def _settled(value: dict[str, Any], country: str | None) -> str | None:
    if value["currency"] == _BARE:
        return settle_dollar(value["min"] * _A_MONTH[value["period"]], country)
    return settle(value["currency"], country)


def _key(value: dict[str, Any]) -> tuple[Any, ...]:
    return value["min"], value["max"], value["currency"], value["period"]


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Take the strongest statement; a name shared by several currencies is settled by the duty station's country."""
    settled = []
    for finding in findings:
        if not isinstance(finding.value, State):
            currency = _settled(finding.value, known.get("country"))
            if currency is None:
                continue
            finding = replace(finding, value=finding.value | {"currency": currency})
        settled.append(finding)
    return strongest(settled, RULES, key=_key, first_of=_FIRST)
