"""Rewards as web coupons, pure: which can be one, what one takes off, how it is named and told."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace as changed

from terminal.i18n import Words
from terminal.offers_told import coupon_name, reward_name
from terminal.policies_told import policy_in_words
from terminal.programs.conditions import Limits, Needs, Selector
from terminal.programs.effects import FreeItem, MoneyOff, PercentOff
from terminal.programs.facts import Chosen, Occasion, Presented
from terminal.programs.model import Program, Reward, WebCoupons
from terminal.programs.pricing import price
from terminal.sales import BasketLine
from terminal.settings import OnlineStoreSettings
from terminal.slip_links import SlipLinks
from terminal.web_coupons import WebOffer, kind_of, reward_of, reward_offer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIVE = Reward(code="five", name="Five off", cost=100, gives=MoneyOff(500))
PROGRAM = Program(
    code="Elia", version=1, effective_from=datetime(2020, 1, 1, tzinfo=UTC), currency="EUR",
    rewards=(FIVE,),
)  # fmt: skip
EN = Words("en", zone=UTC)


@pytest.mark.parametrize(
    ("changes", "offer"),
    [
        ({}, WebOffer("Five off", 500, 0, 0)),
        ({"name": ""}, WebOffer("five", 500, 0, 0)),
        ({"gives": PercentOff(1000), "needs": Needs(minimum=2000, channels=("online",))},
         WebOffer("Five off", 0, 1000, 2000)),
        ({"gives": FreeItem()}, None),
        ({"gives": PercentOff(1000, cap=500)}, None),
        ({"needs": Needs(quantity=2)}, None),
        ({"needs": Needs(channels=("shop",))}, None),
        ({"only": Selector(skus=("A",))}, None),
        ({"limits": Limits(line_max=100)}, None),
        ({"cost": 0}, None),
    ],
)  # fmt: skip
def test_what_a_reward_is_in_words_of_a_web_shop(changes, offer):
    assert reward_offer(changed(FIVE, **changes)) == offer


def test_the_kind_of_such_a_coupon_is_no_kind_of_a_programme():
    assert reward_of(kind_of("five")) == "five"
    assert reward_of("five") == ""


def shown(*coupons: Presented, total: int = 2000):
    lines = [BasketLine("A", "A", total, 1)]
    occasion = Occasion(NOW, ZoneInfo("UTC"))
    return price(PROGRAM, lines, None, Chosen(coupons=coupons), occasion)


MINE = Presented("C1", "web:five", MoneyOff(500))


def test_it_takes_off_what_it_says_by_itself_once():
    assert shown(MINE).net == 1500
    assert [r.why for r in shown(MINE, MINE).refused] == ["used_up"]
    assert shown(MINE, total=300).net == 0


def test_it_may_ask_for_a_minimum():
    [refused] = shown(replace(MINE, needs=Needs(minimum=3000))).refused
    assert (refused.code, refused.why) == ("C1", "below_minimum")
    only_online = replace(MINE, needs=Needs(channels=("online",)))
    assert [r.why for r in shown(only_online).refused] == ["other_channel"]


def test_it_has_the_name_of_the_reward():
    assert coupon_name("web:five", PROGRAM, EN) == "Five off"
    assert reward_name("web:five", PROGRAM, EN, "promotions") == "Five off"
    assert coupon_name("web:gone", PROGRAM, EN) == "gone"


def test_the_programme_says_how_long_one_is_good():
    assert policy_in_words(WebCoupons(), PROGRAM, EN) == [
        "good for 90 days", "unused, its points go back 1 day later",
    ]  # fmt: skip
    assert policy_in_words(WebCoupons(allowed=False), PROGRAM, EN) == [
        "rewards can't be had as web coupons"
    ]


def test_its_code_leads_to_the_web_shop_where_there_is_an_address():
    links = SlipLinks(coupon_url="https://shop.example/?coupon={code}")
    assert links.to_coupon("C1") == "https://shop.example/?coupon=C1"
    assert links.ref_of("https://shop.example/?coupon=C1") == "C1"
    assert SlipLinks().to_coupon("C1") == "C1"


def test_one_kind_of_store_takes_none():
    taking = {k: OnlineStoreSettings(kind=k).takes_coupons for k in ("vendure", "medusa")}
    assert taking == {"vendure": True, "medusa": False}
