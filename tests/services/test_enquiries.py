"""What somebody asks to have on paper without buying anything."""

import pytest

from terminal.errors import UnknownMember, UnknownVoucher
from terminal.events import SlipMoved
from terminal.programs.effects import MoneyOff
from terminal.programs.model import Reward
from terminal.programs.policies import Pending
from terminal.slips import SlipState, slip_text
from tests.services.voucher_making import GIFT_CARD
from tests.shop import Shop, open_shop


def text(job) -> str:
    return slip_text(job.slip.blocks)


def test_a_balance_says_points_worth_and_what_is_next(shop: Shop):
    shop.run(rewards=(Reward(code="off", name="Off the bill", cost=450, gives=MoneyOff(400)),))
    member = shop.enrol(language="en")
    shop.sell(member, shop.open_price(25_000))
    shop.later(hours=1)
    job = shop.services.counter.enquiries.balance(member.member.id)
    assert (job.slip.kind, job.slip.language, job.sale_id) == ("balance", "en", None)
    for line in ("Points now 350", "Worth €3.00", "Off the bill 450", "Still missing 100"):
        assert line in text(job)
    assert shop.heard[-1] == SlipMoved(job.id, SlipState.QUEUED, "")
    with shop.database.read() as uow:
        assert uow.slips.get(job.id) == job


def test_with_nothing_to_come_and_nothing_to_spend_it_is_short(shop: Shop):
    shop.run(rewards=(), redemption=None, pending=Pending(days=30))
    member = shop.enrol(language="he")
    shop.sell(member, shop.open_price(2_500))
    job = shop.services.counter.enquiries.balance(member.member.id)
    assert job.slip.rtl
    english = shop.enrol("Nikos", language="en")
    shop.sell(english, shop.open_price(2_500))
    said = text(shop.services.counter.enquiries.balance(english.member.id))
    assert "Not usable yet 125" in said
    assert "Worth" not in said
    assert "Next reward" not in said


def test_nobody_has_no_balance(shop: Shop):
    with pytest.raises(UnknownMember):
        shop.services.counter.enquiries.balance("nobody")


def test_a_gift_card_says_what_is_left_and_not_in_bulgaria(shop: Shop, tmp_path):
    for country, told in (("GR", True), ("BG", False)):
        there = open_shop(tmp_path / f"{country}.db", country=country, language="en")
        there.products["GIFT-50"] = GIFT_CARD
        code = there.sell(None, there.basket("GIFT-50")).vouchers[0].code
        job = there.services.counter.enquiries.card(code)
        assert ("€50.00" in text(job)) is told
        assert [b.text for b in job.slip.blocks if b.kind == "barcode"] == [code]
        there.database.close()
    with pytest.raises(UnknownVoucher):
        shop.services.counter.enquiries.card("G000")
