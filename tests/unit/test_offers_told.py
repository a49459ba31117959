"""Offers by name: the shop's own words first, then what the offer gives, then its code."""

from datetime import UTC, datetime

import pytest

from terminal.demo_program import shop_program
from terminal.i18n import Words
from terminal.ledger import Part
from terminal.offers_told import (
    card_kind,
    coupon_name,
    last_day,
    last_day_short,
    offer_name,
    reward_name,
    spent_name,
)
from terminal.programs import Program
from terminal.programs.conditions import Needs
from terminal.programs.effects import MoneyOff
from terminal.programs.model import CouponKind, Promotion, Threshold
from terminal.sales import Applied
from terminal.vouchers import VoucherKind

WORDS = Words("en", zone=UTC)
PROGRAM = shop_program("EUR", 100, "Europe/Athens")


def applied(code: str, kind: str, points: int = 0) -> Applied:
    return Applied(code=code, kind=kind, amount=100, points=points)


@pytest.mark.parametrize(
    ("offer", "name"),
    [
        (applied("points", "points", 500), "500 points"),
        (applied("gold", "tier"), "Gold price"),
        (applied("honey", "promotion"), "Member price"),
        (applied("coffee", "reward", 800), "Ground coffee"),
        (applied("gift:coffee", "reward"), "Ground coffee"),
        (applied("five-off", "reward", 500), "€5 off"),
        (applied("coffee-days", "rule"), "Coffee days"),
        (applied("long-gone", "promotion"), "long-gone"),
    ],
)
def test_an_offer_is_called_what_the_shop_calls_it(offer: Applied, name: str) -> None:
    assert offer_name(offer, PROGRAM, WORDS) == name


def test_without_its_programme_a_code_stands_as_it_is() -> None:
    assert offer_name(applied("honey", "promotion"), None, WORDS) == "honey"
    assert reward_name("coffee", None, WORDS) == "coffee"
    assert coupon_name("next", None, WORDS) == "next"


def test_a_coupon_without_a_name_is_called_by_what_it_unlocks() -> None:
    promotion = Promotion(
        code="p", name="Two euros off", gives=MoneyOff(200), needs=Needs(coupon="c")
    )
    program = Program(
        code="P", version=1, effective_from=datetime(2026, 1, 1, tzinfo=UTC), currency="EUR",
        promotions=(promotion,), coupons=(CouponKind(code="c"), CouponKind(code="bare")),
    )  # fmt: skip
    assert coupon_name("c", program, WORDS) == "Two euros off"
    assert coupon_name("bare", program, WORDS) == "bare"
    assert coupon_name("next", PROGRAM, WORDS) == "Off the next purchase"


def test_what_points_were_spent_for_has_a_name_unless_it_was_money() -> None:
    program = Program(
        code="P", version=1, effective_from=datetime(2026, 1, 1, tzinfo=UTC), currency="EUR",
        thresholds=(Threshold(code="ten", name="Ten stamps", points=10, coupon="c"),),
        coupons=(CouponKind(code="c"),),
    )  # fmt: skip
    assert spent_name(Part("reward:coffee", -800), PROGRAM, WORDS) == "Ground coffee"
    assert spent_name(Part("threshold:ten", -10), program, WORDS) == "Ten stamps"
    assert spent_name(Part("points", -500), PROGRAM, WORDS) == ""


def test_cards_of_money_and_last_days() -> None:
    assert card_kind(VoucherKind.GIFT_CARD, WORDS) == "Gift card"
    assert card_kind(VoucherKind.STORE_CREDIT, WORDS) == "Store credit"
    end = datetime(2027, 1, 1, tzinfo=UTC)
    assert last_day(end, WORDS) == "31 Dec 2026"
    assert last_day_short(end, WORDS) == "31 Dec"
