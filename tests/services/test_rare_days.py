"""What hardly ever happens to points, and must still come out right."""

import threading
from dataclasses import replace

import msgspec
import pytest

from terminal.cards import CardState
from terminal.errors import (
    CardBlocked,
    DecisionChanged,
    OtherCurrency,
    OverRedeemCap,
    PinLocked,
    WrongPin,
)
from terminal.ledger import EntryKind
from terminal.programs import Expiry, Program
from terminal.sales import Product
from terminal.services.desk import hash_pin
from terminal.staff import PIN_ATTEMPTS, Role, Staff
from tests.services.test_people import MANAGER, order
from tests.shop import Shop


def kinds(shop: Shop, member_id: str) -> list[tuple[EntryKind, int]]:
    with shop.database.read() as uow:
        return [(entry.kind, entry.points) for entry in uow.ledger.entries(member_id)]


def new_program(shop: Shop, **changes: object) -> Program:
    """From this moment on, another version."""
    with shop.database.write() as uow:
        before = uow.programs.at(shop.clock())
        after = msgspec.structs.replace(
            before, version=before.version + 1, effective_from=shop.clock(), **changes
        )
        uow.programs.put(after)
        uow.commit()
    return after


def test_what_lapsed_is_not_taken_back_once_more_by_a_return(shop):
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(10_000))
    shop.later(days=400)
    fresh = shop.sell(eleni, shop.open_price(5_000))

    offer = shop.services.counter.find_sale(done.sale.ref)
    back = shop.services.counter.take_back(done.sale.ref, "recall", "cashier")

    assert offer.points.taken == 0
    assert [entry.points for entry in back.entries] == [0]  # a level is lost, no points are
    assert back.view.account.balance == fresh.view.account.balance == 50


def test_a_return_books_out_what_lapsed_meanwhile_and_takes_only_the_rest(shop):
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(10_000))
    shop.later(days=400)

    back = shop.services.counter.take_back(done.sale.ref, "recall", "cashier")

    assert (back.view.account.balance, back.view.account.debt) == (0, 0)
    assert [kind for kind, _ in kinds(shop, eleni.member.id)] == [
        EntryKind.BONUS,
        EntryKind.EARN,
        EntryKind.EXPIRE,
        EntryKind.EXPIRE,
        EntryKind.CLAWBACK,  # of nothing but what counted for the level
    ]


def test_points_given_back_after_their_time_lapse_at_once_and_the_slip_says_the_truth(shop):
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(40_000))
    shop.later(days=300)
    done = shop.sell(eleni, shop.open_price(4_340), points=500)
    shop.later(days=100)

    back = shop.services.counter.take_back(done.sale.ref, "recall", "cashier")

    assert back.view.account.balance == back.view.available == 0
    assert (EntryKind.ROLLBACK, 400) in kinds(shop, eleni.member.id)


def test_a_lot_that_an_order_heard_of_late_fills_again_lapses_again(shop):
    eleni = shop.enrol(email="eleni@example.com")  # 100 points to begin with
    shop.later(days=1)
    late = order(shop, goods=8_000)
    shop.later(days=1)
    new_program(shop, expiry=Expiry(months=1))
    shop.services.office.adjust(eleni.member.id, -180, "double", MANAGER)
    shop.sell(eleni, shop.open_price(10_000))  # 100 points for a month, 80 of them pay the debt
    shop.later(days=40)
    assert shop.sell(eleni, shop.open_price(100)).view.account.balance == 1

    shop.services.orders.take([late])  # its 80 were there before the debt
    done = shop.sell(eleni, shop.open_price(100))

    assert done.view.account.balance == done.view.available == 2
    with shop.database.read() as uow:
        assert uow.ledger.with_lapsed(shop.clock(), 10) == []


def test_other_money_neither_earns_nor_is_paid_by_points(shop):
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(40_000))
    new_program(shop, currency="HUF")

    done = shop.sell(eleni, shop.open_price(4_340))

    assert done.entries == ()
    with pytest.raises(OverRedeemCap):
        shop.sell(eleni, shop.open_price(4_340), points=200)


def test_a_card_reported_lost_is_not_brought_back_by_linking_it(shop):
    eleni = shop.enrol()
    lost = replace(eleni.cards[0], state=CardState.BLOCKED)
    with shop.database.write() as uow:
        uow.members.put_card(lost)
        uow.commit()
    with pytest.raises(CardBlocked):
        shop.services.enrolment.link_card(lost.number, eleni.member.id)
    assert shop.services.counter.member(eleni.member.id).cards == (lost,)


def test_guesses_made_side_by_side_are_counted_one_by_one(shop):
    with shop.database.write() as uow:
        uow.staff.put(Staff("nikos", "Nikos", Role.CASHIER, hash_pin("4711")))
        uow.commit()
    gate, said = threading.Barrier(PIN_ATTEMPTS), []

    def guess() -> None:
        gate.wait()
        try:
            shop.services.desk.sign_in("nikos", "0000")
        except (WrongPin, PinLocked) as refusal:
            said.append(type(refusal))

    guesses = [threading.Thread(target=guess) for _ in range(PIN_ATTEMPTS)]
    for thread in guesses:
        thread.start()
    for thread in guesses:
        thread.join()

    assert sorted(kind.__name__ for kind in said) == ["PinLocked"] + ["WrongPin"] * 4
    with pytest.raises(PinLocked):
        shop.services.desk.sign_in("nikos", "4711")


def test_a_decision_booked_under_one_id_is_never_taken_for_another(shop):
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.basket("OIL-500"))

    for member, goods in ((eleni, ("OIL-500", "OIL-500")), (None, ("OIL-500",))):
        with pytest.raises(DecisionChanged) as changed:
            shop.sell(member, shop.basket(*goods), id=done.sale.id)
        assert changed.value.details == {"ref": done.sale.ref}

    assert shop.sell(eleni, shop.basket("OIL-500"), id=done.sale.id).sale == done.sale
    assert shop.balance(eleni) == 100 + 9


def test_prices_of_before_a_change_of_currency_are_not_prices(shop):
    counter = shop.services.counter
    with shop.database.write() as uow:
        uow.products.put_all([Product("OLD", "Old oil", 980, "BGN", ean="9521234567897")])
        uow.commit()
    with pytest.raises(OtherCurrency):
        counter.identify("9521234567897")
    assert [product.sku for product in counter.products("o")] == ["OIL-500"]
