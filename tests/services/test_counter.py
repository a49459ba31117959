"""At the counter: who is it, what is sold, what comes back."""

from datetime import timedelta

import pytest

from terminal.cards import Card, CardState, own_card
from terminal.errors import (
    AlreadyReturned,
    CardBlocked,
    EmptyBasket,
    InvalidCard,
    NoProgram,
    NotEnoughPoints,
    NotPaid,
    UnknownCode,
    UnknownMember,
    UnknownSale,
)
from terminal.events import SaleBooked
from terminal.ids import SaleId
from terminal.ledger import EntryKind
from terminal.outbox import MessageKind
from terminal.sales import Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.models import CardUnused, MemberFound, ProductFound, SaleFound
from terminal.slips import slip_text
from tests.shop import Shop, till


def queued(shop: Shop) -> list[MessageKind]:
    with shop.database.read() as uow:
        return [message.kind for message in uow.outbox.open(50)]


def test_a_card_names_its_member_and_a_product_its_price(shop):
    eleni = shop.enrol()
    found = shop.services.counter.identify(eleni.card_number)
    assert isinstance(found, MemberFound)
    assert found.view.member == eleni.member
    oil = shop.products["OIL-500"]
    assert shop.services.counter.identify(oil.ean) == ProductFound(oil)
    assert shop.services.counter.identify("OIL-500") == ProductFound(oil)
    assert shop.services.counter.products("olive")[0] == oil


def test_a_good_card_that_nobody_has_is_an_offer_to_enrol(shop):
    number = own_card("2950", 9921)
    assert shop.services.counter.identify(number) == CardUnused(number)


@pytest.mark.parametrize("text", ["4006381333931", "hello", "T9-000001"])
def test_what_is_not_ours_is_said_so(shop, text):
    with pytest.raises(UnknownCode):
        shop.services.counter.identify(text)


def test_a_misread_card_is_nobodys(shop):
    eleni = shop.enrol()
    number = eleni.card_number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(InvalidCard):
        shop.services.counter.identify(wrong)


def test_a_blocked_card_is_refused(shop):
    eleni = shop.enrol()
    with shop.database.write() as uow:
        card = uow.members.cards(eleni.member.id)[0]
        uow.members.put_card(
            Card(card.number, card.member_id, card.issued_at, state=CardState.BLOCKED)
        )
        uow.commit()
    with pytest.raises(CardBlocked):
        shop.services.counter.identify(eleni.card_number)
    assert shop.services.counter.member(eleni.member.id).card_number is None


def test_a_sale_its_points_its_slip_and_its_messages_are_booked_together(shop):
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.basket("OIL-500", "COF-250", "COF-250"))

    assert (done.sale.paid, done.view.account.balance) == (2260, 100 + 22)
    assert [(e.kind, e.points) for e in done.entries] == [(EntryKind.EARN, 22)]
    assert shop.services.counter.last_sale() == done.sale
    assert queued(shop) == [
        MessageKind.MEMBER, MessageKind.STANDING, MessageKind.SALE, MessageKind.STANDING
    ]  # fmt: skip
    with shop.database.read() as uow:
        assert [job.slip for job in uow.slips.queued(5)] == [done.slip.slip]
    assert shop.heard[-1] == SaleBooked(done.sale.id, eleni.member.id)


@pytest.mark.parametrize(("balance", "redeemable"), [(122, 0), (200, 200), (459, 400)])
def test_a_card_tells_whole_blocks_from_the_minimum_on(shop, balance, redeemable):
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price((balance - 100) * 100))
    view = shop.services.counter.member(eleni.member.id)
    assert (view.available, view.redeemable) == (balance, redeemable)


def test_what_a_sale_earned_is_told_later(shop):
    eleni = shop.enrol()
    sale = shop.sell(eleni, shop.basket("OIL-500", "COF-250")).sale
    counter = shop.services.counter
    earned = counter.points_earned(sale)
    assert earned == sum(
        e.points for e in shop.sell(eleni, shop.basket("OIL-500", "COF-250")).entries
    )
    assert counter.points_earned(shop.sell(None, shop.basket("OIL-500")).sale) == 0


def test_booking_the_same_decision_twice_books_once(shop):
    eleni = shop.enrol()
    first = shop.sell(eleni, shop.basket("OIL-500"), id="one-decision")
    again = shop.sell(eleni, shop.basket("OIL-500"), id="one-decision")
    assert again.sale == first.sale
    assert [e.id for e in again.entries] == [e.id for e in first.entries]
    assert shop.balance(eleni) == 109
    guest = shop.sell(None, shop.basket("OIL-500"), id="another")
    assert shop.sell(None, shop.basket("OIL-500"), id="another").sale == guest.sale


def test_points_are_redeemed_first_and_the_rest_earns(shop):
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(40_000))
    done = shop.sell(eleni, shop.open_price(4340), points=500)
    assert [(e.kind, e.points) for e in done.entries] == [
        (EntryKind.REDEEM, -500), (EntryKind.EARN, 38 + 7)
    ]  # fmt: skip
    assert done.view.account.balance == 100 + 400 - 500 + 45
    assert [line.discount for line in done.sale.lines] == [500]


def test_what_cannot_be_redeemed_is_refused_and_nothing_is_booked(shop):
    eleni = shop.enrol()
    before = queued(shop)
    request = SaleRequest(
        id=SaleId("x"), basket=shop.open_price(90_000), member_id=eleni.member.id, points=300,
        tenders=(Tender(TenderKind.CARD, 89_700),), cashier_id="cashier",
    )  # fmt: skip
    with pytest.raises(NotEnoughPoints):
        shop.services.counter.sell(request)
    assert (shop.balance(eleni), queued(shop)) == (100, before)
    assert shop.services.counter.last_sale() is None


@pytest.mark.parametrize(
    ("skus", "tenders", "refusal"),
    [((), (), EmptyBasket), (("OIL-500",), (Tender(TenderKind.CASH, 900),), NotPaid)],
    ids=["empty", "not paid"],
)
def test_an_unfinished_sale_is_not_booked(shop, skus, tenders, refusal):
    request = SaleRequest(
        id=SaleId("x"), basket=shop.basket(*skus), member_id=None, points=0, tenders=tenders,
        cashier_id="cashier",
    )  # fmt: skip
    with pytest.raises(refusal):
        shop.services.counter.sell(request)
    assert shop.services.counter.last_sale() is None


def test_a_guest_buys_without_a_card(shop):
    done = shop.sell(None, shop.basket("OIL-500"))
    assert (done.view, done.entries) == (None, ())
    assert queued(shop) == [MessageKind.SALE]
    assert "This purchase is worth" in slip_text(done.slip.slip.blocks)


def test_without_an_online_store_nothing_is_queued(shop):
    alone = Shop(shop.database, till(online_stores=()))
    alone.sell(alone.enrol(), alone.basket("OIL-500"))
    assert queued(shop) == []


def test_lapsed_points_are_booked_out_when_the_member_next_buys(shop):
    eleni = shop.enrol()
    shop.later(days=400)
    done = shop.sell(eleni, shop.basket("OIL-500"))
    assert done.view.account.balance == 9
    with shop.database.read() as uow:
        kinds = [entry.kind for entry in uow.ledger.entries(eleni.member.id)]
    assert kinds == [EntryKind.BONUS, EntryKind.EXPIRE, EntryKind.EARN]


def test_a_whole_return_puts_everything_back(shop):
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(40_000))
    before = shop.services.counter.member(eleni.member.id)
    done = shop.sell(eleni, shop.open_price(4340), points=500)
    shop.later(days=3)

    offer = shop.services.counter.find_sale(done.sale.ref.lower())
    assert (offer.points.taken, offer.points.given) == (45, 500)
    back = shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")

    assert back.back.money_back == 3840
    assert back.view.account.balance == before.account.balance
    assert back.view.account.lapsing() == before.account.lapsing()
    assert queued(shop)[-2:] == [MessageKind.RETURN, MessageKind.STANDING]
    text = slip_text(back.slip.slip.blocks)
    assert "RETURN" in text
    assert done.sale.ref in text
    with pytest.raises(AlreadyReturned):
        shop.services.counter.find_sale(done.sale.ref)
    with pytest.raises(AlreadyReturned):
        shop.services.counter.take_back(done.sale.ref, "damaged", "cashier")


def test_a_guests_purchase_comes_back_too(shop):
    done = shop.sell(None, shop.basket("OIL-500"))
    assert shop.services.counter.find_sale(done.sale.ref).view is None
    back = shop.services.counter.take_back(done.sale.ref, "changed mind", "cashier")
    assert (back.back.money_back, back.entries, back.view) == (980, (), None)


def test_a_slip_is_found_by_its_number_and_an_unknown_one_is_not(shop):
    done = shop.sell(None, shop.basket("OIL-500"))
    assert shop.services.counter.identify(done.sale.ref) == SaleFound(done.sale)
    with pytest.raises(UnknownSale):
        shop.services.counter.find_sale("T9-000001")


def test_a_returned_purchase_no_longer_counts_for_the_tier(shop):
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(80_000))
    shop.later(seconds=1)
    assert shop.services.counter.member(eleni.member.id).tier.code == "gold"
    shop.services.counter.take_back(done.sale.ref, "wrong item", "cashier")
    shop.later(seconds=1)
    assert shop.services.counter.member(eleni.member.id).tier.code == "bronze"


def test_tiers_roll_out_of_the_window(shop):
    eleni = shop.enrol()
    shop.sell(eleni, shop.open_price(80_000))
    shop.later(days=367)
    assert shop.services.counter.member(eleni.member.id).tier.code == "bronze"


def test_nobody_and_no_programme_are_said_so(shop):
    with pytest.raises(UnknownMember):
        shop.services.counter.member("nobody")
    eleni = shop.enrol()
    shop.moment -= timedelta(days=5000)
    with pytest.raises(NoProgram):
        shop.services.counter.member(eleni.member.id)


def test_a_change_elsewhere_is_told(shop):
    shop.services.counter.member_changed("m")
    assert shop.heard[-1].member_id == "m"


def test_a_sale_answers_with_the_member_as_they_are_afterwards(shop):
    eleni = shop.enrol()
    for _ in range(3):
        done = shop.sell(eleni, shop.basket("OIL-500", "COF-250", "HON-450"))
        assert done.view == shop.services.counter.member(eleni.member.id)
