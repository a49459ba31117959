"""Every kind of code there is at a counter, from bytes on a line to what the window does with it;
what is no kind of ours changes nothing and is nobody's card."""

import sys
from datetime import timedelta

import pytest
from msgspec.structs import replace as changed

from tests.stories.reader_counter import ACK, NAK, Counter
from tests.ui.counter.shop import NOW
from ui.viewmodels.notices import Opening

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("caplog")  # what is dropped is worth a line in the log


def scan(counter: Counter, text: str, aim: str = "]C0") -> bytes:
    return counter.answer(aim.encode() + text.encode() + b"\r")


def test_a_card_is_its_member(counter: Counter) -> None:
    assert scan(counter, counter.shop.card(0), "]E0") == ACK
    view = counter.vm.counter.state.view
    assert view.card_number == counter.shop.card(0)


@pytest.mark.parametrize("aim", ["]E0", "]C101", "]d201", "]Q301"])
def test_a_product_goes_into_the_basket_from_bars_and_from_gs1(counter: Counter, aim: str) -> None:
    code = counter.shop.ean(0)
    assert scan(counter, code if aim == "]E0" else f"0{code}", aim) == ACK
    assert [line.sku for line in counter.vm.counter.state.basket.lines] == [
        counter.shop.demo.products[0].sku
    ]


def test_a_product_s_address_is_the_product(counter: Counter) -> None:
    link = f"https://id.gs1.org/01/0{counter.shop.ean(0)}"
    assert scan(counter, link, "]Q3") == ACK
    assert counter.vm.counter.state.basket.items == 1


@pytest.mark.parametrize("aim", ["]C0", "]Q0", ""])
def test_a_coupon_is_taken(counter: Counter, aim: str) -> None:
    code = counter.shop.coupon()
    assert scan(counter, code, aim) == ACK
    assert [one.code for one in counter.vm.counter.state.coupons] == [code]


def test_a_gift_card_shows_what_is_on_it(counter: Counter) -> None:
    code = counter.shop.gift_card(2500)
    assert scan(counter, code) == ACK
    assert counter.vm.counter.panel == "money_card"
    assert counter.vm.counter.money_card.value == 2500


def test_a_slip_leads_to_its_sale(counter: Counter) -> None:
    scan(counter, counter.shop.ean(0), "]E0")
    desk = counter.vm.counter
    desk.take_payment()
    ref = desk.done.sale.ref
    desk.next_customer()
    counter.shop.clock.now += timedelta(days=1)
    assert scan(counter, ref) == ACK
    assert desk.panel == "claim"
    assert desk.claim_offer.sale.ref == ref


@pytest.mark.parametrize("code", ["WINTER-10", "https://shop.example/offers/WINTER10"])
def test_a_campaign_s_code_is_its_coupon(counter: Counter, code: str) -> None:
    with counter.shop.database.write() as uow:
        program = uow.programs.at(NOW)
        assert program is not None
        kinds = [
            changed(kind, public="WINTER-10") if kind.code == "next" else kind
            for kind in program.coupons
        ]
        uow.programs.put(
            changed(
                program, version=program.version + 1, effective_from=NOW - timedelta(minutes=5),
                coupons=tuple(kinds),
            )
        )  # fmt: skip
        uow.commit()
    assert scan(counter, code, "]Q0") == ACK
    assert [one.kind for one in counter.vm.counter.state.coupons] == ["next"]


def test_a_badge_asks_for_the_pin_of_whose_it_is(counter: Counter) -> None:
    everyone = counter.shop.all.desk.people()
    manager = next(person for person in everyone if person.name == "Anna")
    counter.shop.all.badges.give(manager.id, "STAFF0042", manager.id)
    asked: list[Opening] = []
    counter.vm.counter.opening.connect(asked.append)
    assert scan(counter, "STAFF0042") == ACK
    assert [(one.page, one.subject) for one in asked] == [("sign_in", manager.id)]
    assert counter.vm.cashier == counter.shop.cashier


NOTHING = (
    b"]Q0https://elsewhere.example/hello",
    b"]C0WHATEVER-1",
    b"]E04006381333931",
    b"]E04006381333932",
    b";4111111111111111=30121010000?",
    b"]C0T2-000999",
    b"]C01234",
    b"]I01234567890",
    b"]L2@ANSI 636026080102DL00410288ZA03290015DLDAQD12345678",  # silences the line for a second
)


def test_what_is_nothing_of_ours_is_scan_again_and_nobody(counter: Counter) -> None:
    desk = counter.vm.counter
    for number, line in enumerate(NOTHING, 1):
        assert counter.answer(line + b"\r") == NAK, line
        counter._qtbot.waitUntil(lambda count=number: len(counter.said) == count)
        assert desk.state.view is None
        assert desk.state.basket.lines == ()
        assert desk.state.coupons == ()
        assert (desk.panel, desk.money_card, desk.claim_offer) == ("", None, None)
