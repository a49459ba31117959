"""Slips of the programme: offers by name, rewards, coupons, gift cards; no amounts in Bulgaria."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from msgspec import structs

from terminal.demo_program import shop_program
from terminal.i18n import Words
from terminal.ids import MemberId, ReturnId, SaleId, SlipId, StaffId, TillCode
from terminal.ledger import EntryKind, LedgerEntry
from terminal.returns import Return
from terminal.sales import Applied, Goods, Sale, SaleLine, Tender, TenderKind
from terminal.services.models import Till
from terminal.shares import ReturnLine
from terminal.slip_writer import return_slip, sale_slip
from terminal.slips import Slip
from terminal.vouchers import Voucher, VoucherCode, VoucherKind
from tests.ui.pages.world import lived_in

NOW = datetime(2026, 11, 18, 14, 32, tzinfo=UTC)
PROGRAM = shop_program("EUR", 100, "Europe/Athens")
COUPON = Voucher(
    code=VoucherCode("C0123456789AB"), kind=VoucherKind.COUPON, issued_at=NOW, coupon="next",
    ends=datetime(2027, 1, 18, tzinfo=UTC),
)  # fmt: skip
CARD = Voucher(
    code=VoucherCode("G0123456789AB"), kind=VoucherKind.GIFT_CARD, issued_at=NOW, currency="EUR"
)


def till(country: str) -> Till:
    return Till(
        code=TillCode("T1"), name="Till 1", shop="Elia Deli", address="", country=country,
        language="en", currency="EUR", card_prefix="2950",
    )  # fmt: skip


def sale() -> Sale:
    lines = (
        SaleLine("HON-450", "Thyme honey", 1190, 1, 100),
        SaleLine("COF-250", "Ground coffee", 0, 1, free=1),
        SaleLine("GIFT-20", "Gift card", 2000, 1, goods=Goods(kind="gift_card")),
    )
    tenders = (
        Tender(TenderKind.STORE_CREDIT, 1000, "S12345678"), Tender(TenderKind.CARD, 2090),
    )  # fmt: skip
    return Sale(
        id=SaleId("s"), ref="T1-000001", till=TillCode("T1"), seq=1, cashier_id=StaffId("c"),
        member_id=None, currency="EUR", lines=lines, points_redeemed=0, redeemed_value=0,
        rounding=0, tenders=tenders, change=0, sold_at=NOW,
        offers=(Applied("honey", "promotion", 100, (100, 0, 0)),),
    )  # fmt: skip


def texts(slip: Slip) -> list[tuple[str, str]]:
    strip = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
    return [(b.text.translate(strip), b.value.translate(strip)) for b in slip.blocks]


def made(country: str) -> Slip:
    return sale_slip(
        SlipId("1"), till(country), sale(), (), None, Words("en", paper=True),
        vouchers=(COUPON, CARD), left={"S12345678": 500}, program=PROGRAM,
    )  # fmt: skip


def test_a_slip_says_what_was_taken_off_by_name_and_what_came_free() -> None:
    said = texts(made("GR"))
    assert ("Member price", "−€1.00") in [(a, b.replace("-", "−")) for a, b in said]
    assert any("1 × Ground coffee" in text for text, _ in said)
    assert any(text.startswith("Store credit") and value == "€10.00" for text, value in said)
    assert ("Left on it", "€5.00") in said


def test_coupons_and_gift_cards_stand_with_code_worth_and_last_day() -> None:
    slip = made("GR")
    said = [text for text, _ in texts(slip)]
    assert "Off the next purchase" in said
    assert "Good until 17 Jan 2027" in said
    assert "€20.00" in said
    codes = [block.text for block in slip.blocks if block.kind == "barcode"]
    assert codes == [COUPON.code, CARD.code]
    assert "C012 3456 789AB" in said


def test_in_bulgaria_no_amount_stands_on_any_slip() -> None:
    paper = [text + value for text, value in texts(made("BG"))]
    assert not any("€" in words for words in paper)
    assert COUPON.code in paper


@pytest.mark.parametrize("rtl", [False, True])
def test_a_return_names_the_pieces_the_cards_and_what_is_let_go(rtl: bool) -> None:
    back = Return(
        id=ReturnId("r"), ref="T1-000002", sale_id=SaleId("s"), till=TillCode("T1"), seq=2,
        cashier_id=StaffId("c"), reason="Damaged", money_back=90, currency="EUR",
        returned_at=NOW, lines=(ReturnLine(0, 1),),
    )  # fmt: skip
    taken = LedgerEntry(
        id="e", member_id=MemberId("m"), kind=EntryKind.CLAWBACK, points=-10, decided_at=NOW,
        till=TillCode("T1"), seq=3,
    )  # fmt: skip
    cards = (Tender(TenderKind.STORE_CREDIT, 1000, "S12345678"),
             Tender(TenderKind.GIFT_CARD, 5, "G12345678"))  # fmt: skip
    words = Words("he" if rtl else "en", paper=True)
    slip = return_slip(
        SlipId("2"), till("GR"), sale(), back, (taken,), None, words, cards=cards, shortfall=7
    )
    said = texts(slip)
    assert any("Thyme honey" in text and ("×1" if rtl else "1 ×") in text for text, _ in said)
    assert "7" in [value for _, value in said]
    assert any("10.00" in value for _, value in said)
    none = return_slip(SlipId("3"), till("BG"), sale(), back, (), None, words, cards=cards)
    assert not any("€" in text + value for text, value in texts(none))


@pytest.mark.parametrize(("country", "named"), [("GR", True), ("BG", False)])
def test_rewards_stand_by_name_except_where_a_name_could_be_an_amount(
    country: str, named: bool
) -> None:
    view = replace(lived_in()[1], program=PROGRAM)
    bought = replace(
        sale(), points_redeemed=700, redeemed_value=200,
        offers=(Applied("five-off", "reward", 500, (500, 0, 0), 500),
                Applied("points", "points", 200, (200, 0, 0), 200)),
    )  # fmt: skip
    slip = sale_slip(SlipId("9"), till(country), bought, (), view, Words("en", paper=True))
    said = [(text, value.replace("-", "−")) for text, value in texts(slip)]
    assert (("€5 off", "−500") in said) is named
    assert (("Points used", "−700") in said) is not named
    if not named:
        assert not any("€" in text + value for text, value in said)


def test_a_member_of_a_programme_without_points_as_money_can_redeem_none() -> None:
    view = lived_in()[1]
    assert view.redeemable > 0
    none = replace(view, program=structs.replace(view.program, redemption=None))
    assert (none.redeemable, none.worth) == (0, 0)
