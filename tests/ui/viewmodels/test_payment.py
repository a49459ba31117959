"""Cash: amounts as typed, and the notes that customers hand over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.i18n import Words
from terminal.money import CURRENCIES
from terminal.sales import TenderKind
from ui.viewmodels.money_typing import (
    MOST,
    as_typed,
    extra_key,
    likely_notes,
    type_key,
    typed_amount,
)
from ui.viewmodels.payment import CashViewModel
from ui.viewmodels.tendering import Payment


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("40", "EUR", 4000),
        ("40.5", "EUR", 4050),
        ("40,05", "EUR", 4005),
        (".5", "EUR", 50),
        ("15000", "HUF", 1_500_000),
        ("15000.5", "HUF", None),
        ("1.234", "EUR", None),
        ("", "EUR", None),
        ("12a", "EUR", None),
        ("٣", "EUR", None),
        ("99999999", "EUR", None),
    ],
)
def test_an_amount_is_read_as_it_is_typed(text: str, currency: str, minor: int | None) -> None:
    assert typed_amount(text, currency) == minor


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(0, MOST))
def test_what_is_put_into_the_field_reads_back(currency: str, minor: int) -> None:
    if currency == "HUF":
        minor = minor // 100 * 100
    assert typed_amount(as_typed(minor, currency, "el"), currency) == minor


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(1, 10_000_000))
def test_offered_notes_always_cover_what_is_due(currency: str, due: int) -> None:
    offered = likely_notes(due, currency)
    assert len(offered) <= 3
    assert all(amount > due for amount in offered)
    assert list(offered) == sorted(set(offered))


def test_notes_are_those_of_the_country() -> None:
    assert likely_notes(3840, "EUR") == (4000, 5000, 10_000)
    assert likely_notes(1_492_500, "HUF") == (1_500_000, 1_600_000, 2_000_000)


def test_the_pad_never_types_what_is_no_amount() -> None:
    text = ""
    for key in (".", "5", "0", "9", "."):
        text = type_key(text, key, "EUR")
    assert text == "0.50"


def test_the_pad_has_thousands_where_money_has_no_parts() -> None:
    assert extra_key("HUF", "hu") == "000"
    assert extra_key("EUR", "el") == ","
    assert extra_key("ILS", "he") == "."


@pytest.mark.usefixtures("qapp")
def test_nothing_typed_means_exactly_what_is_due() -> None:
    cash = CashViewModel(Words("en"), "EUR")
    cash.start(Payment(TenderKind.CASH, rest=350, due=350))
    assert cash.given == cash.due == 350
    assert cash.change == 0
    assert [tender.amount for tender in cash.tenders()] == [350]
    assert cash.offers()[0].title == "Exact"
