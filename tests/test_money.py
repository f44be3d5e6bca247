"""Amounts of money: notations, currencies, ranges; what the words around them say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors._money import amounts, currencies, figure, settle
from extractors._pay import basis_of, is_pay, period_of, step_of
from tests.counted import calls

NOTATIONS = [
    ("EUR 1,845.20", "1845.20", "EUR"),
    ("1 845,20 €", "1845.20", "EUR"),
    ("1.845,20 Euro", "1845.20", "EUR"),
    ("CHF 1’845.20", "1845.20", "CHF"),
    ("3\u00a0240 AZN", "3240", "AZN"),
    ("5,230.75Euro (EUR)", "5230.75", "EUR"),
    ("EUR4,100", "4100", "EUR"),
    ("JD 870.25", "870.25", "JOD"),
    ("RSD 98.400,00", "98400.00", "RSD"),
    ("KM 1.320", "1320", "BAM"),
    ("US$ 940", "940", "USD"),
    ("$ 940 USD", "940", "USD"),
    ("940 $ US", "940", "USD"),
    ("1,45,000 INR", "145000", "INR"),
    ("5.000,- EUR", "5000", "EUR"),
    ("38 500 грн", "38500", "UAH"),
    ("45 тыс. тенге", "45000", "KZT"),
    ("€45k", "45000", "EUR"),
    ("40 000 (forty thousand) tenge", "40000", "KZT"),
    ("1.2 million euros", "1200000.0", "EUR"),
    ("convertible marks (BAM) 900", "900", "BAM"),
    ("KWD 990.300", "990.300", "KWD"),
]


@pytest.mark.parametrize(("text", "value", "currency"), NOTATIONS)
def test_one_amount_in_every_notation(text: str, value: str, currency: str) -> None:
    (money,) = amounts(text)
    assert (money.low, money.high, money.currency) == (Decimal(value), Decimal(value), currency)


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("€16,100.00 - €25,900.00", "16100.00", "25900.00", "EUR"),
        ("EUR 3,100-4,050", "3100", "4050", "EUR"),
        ("de 2 310 € à 2 845 €", "2310", "2845", "EUR"),
        ("between 250 and 400 Euro", "250", "400", "EUR"),
        ("SEK 41,000 to SEK 50,500 a month", "41000", "50500", "SEK"),
        ("45-60 тыс. тенге", "45000", "60000", "KZT"),
        ("CHF 92k-104k", "92000", "104000", "CHF"),
    ],
)
def test_ranges(text: str, low: str, high: str, currency: str) -> None:
    (money,) = amounts(text)
    assert (money.low, money.high, money.currency) == (Decimal(low), Decimal(high), currency)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("in 2024 EUR 500", ["500"]),
        ("EUR 500 USD 600", ["500", "600"]),
        ("100$ 200$", ["100", "200"]),
        ("Grade G5 EUR 300", ["300"]),
        ("FSN-6 ($17,300.00 - $26,800.00)", ["17300.00"]),
        ("10 EUR and 20 USD", ["10", "20"]),
        ("on 1.2.2025 at 17.00", []),
        ("version 2.0 of A4 paper", []),
        ("", []),
    ],
)
def test_whose_figure_a_currency_is(text: str, values: list[str]) -> None:
    assert [money.low for money in amounts(text)] == [Decimal(value) for value in values]


@pytest.mark.parametrize("word", ["approx.", "about", "around", "ca.", "environ", "oko", "около", "rund", "~"])
def test_approximate_before(word: str) -> None:
    (money,) = amounts(f"{word} EUR 1,200")
    assert money.approximate


def test_approximate_behind_and_not_at_all() -> None:
    assert next(amounts("MKD 98,300 (approx.)")).approximate
    assert not next(amounts("EUR 1,200 every month")).approximate


def test_offsets_quote_the_amount() -> None:
    text = "The pay is approx. EUR 1,912.40 a month."
    (money,) = amounts(text)
    assert text[money.start : money.end] == "EUR 1,912.40"


def test_shared_names_need_a_country() -> None:
    (money,) = amounts("21 400 lei")
    assert settle(money.currency, "MD") == "MDL"
    assert settle(money.currency, "RO") == "RON"
    assert settle(money.currency, None) is None
    (money,) = amounts("45 000 рублей")
    assert settle(money.currency, None) == "RUB"
    assert settle(money.currency, "BY") == "BYN"


def test_figures() -> None:
    assert figure("1.450") == 1450
    assert figure("1.450", "KWD") == Decimal("1.450")
    assert figure("12,5") == Decimal("12.5")


def test_every_code_is_three_capitals() -> None:
    known = currencies()
    signs = (*known.folded.values(), *known.exact.values())  # "=K" is a sign that several countries share
    codes = {code for code in signs if not code.startswith("=")}
    codes |= {code for choices in known.shared.values() for code in choices.values()}
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in codes)
    assert codes <= set(known.exact)


def _around(text: str) -> tuple[str, int, int, int, int]:
    (money,) = amounts(text)
    return text, money.start, money.end, 0, len(text)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Monthly remuneration is EUR 10", "month"),
        ("EUR 10 per annum", "year"),
        ("EUR 10 p.a.", "year"),
        ("a salary of EUR 10 a month", "month"),
        ("EUR 10/hour", "hour"),
        ("la somme de 10 € par jour", "day"),
        ("iznosi EUR 10 mesečno", "month"),
        ("10 EUR в месяц", "month"),
        ("10 EUR im Monat", "month"),
        ("30 days of annual leave and EUR 10", None),
        ("EUR 10", None),
    ],
)
def test_period(text: str, period: str | None) -> None:
    assert period_of(*_around(text)) == period


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("remuneration, subject to social security deductions, is EUR 10", "gross"),
        ("EUR 10 before tax", "gross"),
        ("EUR 10 (net)", "net"),
        ("10 EUR до вычета налогов", "gross"),
        ("EUR 10, exempt from taxation in Austria", None),
        ("a Netherlands project pays EUR 10", None),
    ],
)
def test_basis(text: str, basis: str | None) -> None:
    assert basis_of(*_around(text)) == basis


def test_step() -> None:
    assert step_of(*_around("is BAM 10 (G5, step 1)")) == 1
    assert step_of(*_around("is BAM 10 for all")) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the monthly salary is EUR 10", "strong"),
        ("a monthly allowance of EUR 10", "other"),
        ("a budget of EUR 10 a year", "other"),
        ("the fee is EUR 10 a day", "weak"),
        ("a EUR 10 relocation allowance", "other"),
        ("a salary, insurance and pension not counted, is EUR 10", "strong"),
        ("in all EUR 10", "unsaid"),
    ],
)
def test_purpose(text: str, kind: str) -> None:
    assert is_pay(*_around(text)) == kind


@given(st.text(alphabet="0123456789., '’€$EURkтыс.()-–toand \n%mo", max_size=200))
def test_never_raises_and_offsets_hold(text: str) -> None:
    for money in amounts(text):
        assert 0 <= money.start < money.end <= len(text)
        assert 0 < money.low <= money.high
        span = (text, money.start, money.end, 0, len(text))
        period_of(*span)
        basis_of(*span)
        step_of(*span)
        is_pay(*span)


@pytest.mark.parametrize("unit", ["1 ", "1,", "$ 1", "1 (", "(abc ", "1 - ", "approx ", "EUR", "€"])
def test_reading_is_work_in_proportion(unit: str) -> None:
    short = calls(lambda: list(amounts(unit * 1500)))
    assert calls(lambda: list(amounts(unit * 6000))) < 5 * short + 500
