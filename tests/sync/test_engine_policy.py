"""What a shop wants told, what a store can be told, and what of a person is shown there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.delivery import Delivery
from sync.engine import Policy
from sync.errors import Retryable
from terminal.cards import Card
from terminal.ids import CardNumber, MemberId
from terminal.ledger import EntryKind
from terminal.members import Consent, Purpose
from terminal.outbox import BlockReason, MessageKind, MessageState, OutboxMessage, StepKind
from terminal.ports import RemoteLink
from terminal.services.taking_in import TakingIn
from terminal.services.whose import note_merged
from terminal.vouchers import VoucherCode
from tests.sync.coupons import give
from tests.sync.fake_store import ALL, FakeStore
from tests.sync.shop import CASHIER, TILL


def make(shop, store, **policy):
    return shop.engine(store, policy=Policy(**policy))


def of(shop, kind, subject):
    with shop.database.read() as uow:
        return uow.outbox.of_subject(kind, subject)


def queue(shop, kind, subject, member_id=None, store="online"):
    with shop.writing() as uow:
        uow.outbox.put(
            OutboxMessage(
                key=shop.new_id(), kind=kind, subject_id=subject, member_id=member_id,
                created_at=shop.clock(), due_at=shop.clock(), store=store,
            )
        )  # fmt: skip


# -- by policy and by what a store can do ----------------------------------------------------------


@pytest.mark.parametrize("batch", [1, 5])
def test_points_only_tells_people_and_balances_and_no_sale(shop, store, batch):
    store.capabilities = replace(ALL, sale_batch=batch)
    anna = shop.enrol("a@sample.example")
    sales = [shop.sell(anna), shop.sell()]
    back = shop.take_back(sales[0])
    make(shop, store, tells="points").push()
    assert store.orders == {}
    assert store.of("a@sample.example").standing.points == shop.balance(anna)
    assert shop.open_messages() == []
    told = [*of(shop, MessageKind.SALE, sales[0].id), *of(shop, MessageKind.RETURN, back.id)]
    assert [(m.state, m.reason) for m in told] == [(MessageState.SENT, "points_only")] * 2


def test_a_store_that_takes_no_returns_is_not_told_and_it_is_written_down(shop, store, engine):
    store.capabilities = replace(ALL, returns="none")
    back = shop.take_back(shop.sell())
    engine.push()
    assert len(store.orders) == 1
    assert "return" not in store.calls
    [message] = of(shop, MessageKind.RETURN, back.id)
    assert (message.state, message.reason) == (MessageState.SENT, "no_returns")


def test_a_member_without_an_address_stays_here_and_it_is_written_down(shop, store, engine):
    anna = shop.enrol("")
    engine.push()
    for kind in (MessageKind.MEMBER, MessageKind.STANDING):
        assert [m.reason for m in of(shop, kind, anna.id)] == ["no_email"]


def test_each_store_is_told_of_its_own_messages_and_one_that_is_away_holds_up_no_other(shop):
    near, far = FakeStore(name="near"), FakeStore(name="far")
    far.rule = lambda what, subject: Retryable("unreachable")
    engines = [make(shop, store, taking=TakingIn(stores=("near", "far"))) for store in (near, far)]
    anna = shop.enrol("a@sample.example")
    for store in ("near", "far"):
        queue(shop, MessageKind.MEMBER, anna.id, anna.id, store)
    assert [engine.push().sent for engine in engines] == [1, 0]
    far.rule = lambda what, subject: None
    engines[1].push()
    assert near.of("a@sample.example").email == far.of("a@sample.example").email


def test_an_order_of_one_store_moves_the_balance_in_all_of_them(shop):
    near, far = FakeStore(name="near"), FakeStore(name="far")
    engines = [make(shop, store, taking=TakingIn(stores=("near", "far"))) for store in (near, far)]
    anna = shop.enrol("a@sample.example")
    for store in ("near", "far"):
        queue(shop, MessageKind.MEMBER, anna.id, anna.id, store)
    for engine in engines:
        engine.push()
    near.orders_online(near.of("a@sample.example").id, 1000)
    engines[0].pull()
    for engine in engines:
        engine.push()
    points = {store.of("a@sample.example").standing.points for store in (near, far)}
    assert points == {shop.balance(anna)} == {10}


# -- people ----------------------------------------------------------------------------------------


def answer(shop, member, granted, purpose=Purpose.EMAIL):
    with shop.writing() as uow:
        uow.members.put_consent(
            Consent(
                id=shop.new_id(), member_id=member.id, purpose=purpose, granted=granted,
                wording="May we write?", language="en", recorded_at=shop.clock(),
                cashier_id=CASHIER, till=TILL,
            )
        )  # fmt: skip


def test_what_a_member_said_to_marketing_is_told_and_taken_back(shop, store, engine):
    anna = shop.enrol("a@sample.example")
    answer(shop, anna, granted=True, purpose=Purpose.PROFILING)
    engine.push()
    assert store.of("a@sample.example").marketing is None, "never asked: the store keeps its own"
    for granted in (True, False):
        shop.clock.advance(minutes=1)
        answer(shop, anna, granted=granted)
        queue(shop, MessageKind.MEMBER, anna.id, anna.id)
        engine.push()
        assert store.of("a@sample.example").marketing is granted


def test_a_withdrawn_consent_is_told_where_points_only_are(shop, store):
    anna = shop.enrol("a@sample.example")
    answer(shop, anna, granted=False)
    make(shop, store, tells="points").push()
    assert store.of("a@sample.example").marketing is False


def test_the_standing_tells_tier_and_what_lapses_next(shop, store, engine):
    anna = shop.enrol("a@sample.example")
    soon, later = (shop.clock() + timedelta(days=days) for days in (10, 90))
    gone = shop.clock() - timedelta(days=1)
    with shop.writing() as uow:
        for points, lapses in ((7, soon), (5, later), (3, gone), (2, None)):
            entry = shop.entry(EntryKind.BONUS, points, anna.id, "", uow.next_seq(TILL))
            uow.ledger.append([replace(entry, lapses_at=lapses)])
    engine.push()
    standing = store.of("a@sample.example").standing
    assert (standing.points, standing.tier) == (17, "bronze")
    assert (standing.lapsing, standing.lapses_at) == (7, soon)


def test_the_newest_card_that_is_good_is_shown(shop, store, engine):
    anna = shop.enrol("a@sample.example", "2000000000015")
    with shop.writing() as uow:
        later = shop.clock() + timedelta(hours=1)
        uow.members.put_card(Card(CardNumber("2000000000022"), anna.id, later))
    engine.push()
    assert store.of("a@sample.example").card == "2000000000022"


def test_a_member_merged_into_another_is_told_of_as_that_one(shop, store, engine):
    old, kept = shop.enrol("old@sample.example"), shop.enrol("kept@sample.example")
    sale = shop.sell(old)
    with shop.writing() as uow:
        note_merged(uow, old.id, kept.id)
    engine.push()
    assert [customer.email for customer in store.customers.values()] == ["kept@sample.example"]
    assert store.orders[sale.id].news.customer == store.of("kept@sample.example").id


def test_a_member_is_shown_as_a_person_decided(shop, store):
    class Shown:
        def __init__(self, member):
            self.member, self.marketing = replace(member, given_name="Deigma"), True

    anna = shop.enrol("a@sample.example")
    delivery = Delivery(shop.database, store, shop.clock, telling=lambda uow, member: Shown(member))
    [message] = of(shop, MessageKind.MEMBER, anna.id)
    assert delivery.deliver(message) == ""
    told = store.of("a@sample.example")
    assert (told.given_name, told.marketing) == ("Deigma", True)
    assert anna.given_name != "Deigma"


def test_whoever_is_to_be_forgotten_is_forgotten_there_and_unlinked(shop, store, engine):
    anna = shop.enrol("a@sample.example")
    engine.push()
    customer = store.of("a@sample.example").id
    queue(shop, MessageKind.ERASE, customer)
    queue(shop, MessageKind.ERASE, "nobody")
    engine.push()
    assert store.erased == [customer]
    with shop.database.read() as uow:
        assert uow.sync.link("online", "member", anna.id) is None
    assert shop.open_messages() == []


def test_where_a_store_can_t_forget_a_person_must_and_it_stays_to_be_seen(
    shop, store, engine, caplog
):
    store.capabilities = replace(ALL, erases=False)
    queue(shop, MessageKind.ERASE, "c1")
    engine.push()
    [message] = shop.open_messages()
    assert (message.blocked, message.problem) == (BlockReason.REFUSED, "erase_by_hand")
    with shop.database.read() as uow:
        assert [step.kind for step in uow.outbox.steps(message.key)] == [StepKind.BLOCKED]


# -- coupons ---------------------------------------------------------------------------------------


def test_a_coupon_won_at_the_till_is_good_in_the_web_shop_for_its_owner(
    with_coupons, store, engine
):
    shop = with_coupons
    anna = shop.enrol("a@sample.example")
    voucher = give(shop, anna, ends=shop.clock() + timedelta(days=30))
    engine.push()
    told = store.coupons[voucher.code]
    assert (told.amount, told.percent, told.minimum, told.currency) == (500, 0, 2000, "EUR")
    assert (told.email, told.customer) == ("a@sample.example", store.of("a@sample.example").id)
    assert (told.title, told.ends, told.uses) == ("Five off", voucher.ends, 1)
    with shop.database.read() as uow:
        assert uow.sync.link("online", "coupon", voucher.code).remote_id == f"k-{voucher.code}"


@pytest.mark.parametrize("over", ["used", "blocked", "ended"])
def test_a_coupon_that_is_no_longer_good_is_ended_there(with_coupons, store, engine, over):
    shop = with_coupons
    more = {
        "used": {"uses_left": 0},
        "blocked": {"blocked": True},
        "ended": {"ends": shop.clock() - timedelta(seconds=1)},
    }[over]
    voucher = give(shop, shop.enrol("a@sample.example"), **more)
    engine.push()
    assert store.coupons[voucher.code].uses == 0


def test_coupons_that_can_t_be_told_say_why(with_coupons, store, engine):
    shop = with_coupons
    quiet = shop.enrol("")
    told = {
        "no_email": give(shop, quiet, code=VoucherCode("C1")),
        "not_for_web": give(shop, None, code=VoucherCode("C2"), coupon="other"),
    }
    queue(shop, MessageKind.COUPON, "C9")
    engine.push()
    for reason, voucher in told.items():
        assert [m.reason for m in of(shop, MessageKind.COUPON, voucher.code)] == [reason]
    assert [m.reason for m in of(shop, MessageKind.COUPON, "C9")] == ["not_for_web"]
    store.capabilities = replace(ALL, coupons=False)
    give(shop, None, code=VoucherCode("C3"))
    engine.push()
    assert [m.reason for m in of(shop, MessageKind.COUPON, "C3")] == ["no_coupons"]
    assert store.coupons == {}


def test_a_coupon_of_nobody_is_for_whoever_has_it(with_coupons, store, engine):
    voucher = give(with_coupons, None, uses_left=None)
    engine.push()
    told = store.coupons[voucher.code]
    assert (told.email, told.customer) == ("", None)
    assert told.uses == 1_000_000


def test_a_return_brings_the_order_that_it_is_of(shop, store, engine):
    """A second till's return: its sale was told by somebody else, the link is all we know."""
    sale = shop.sell()
    engine.push()
    back = shop.take_back(sale)
    engine.push()
    assert store.orders[sale.id].refunded == 980
    queue(shop, MessageKind.RETURN, back.id)
    engine.push()
    assert store.calls.count("return") == 1


def test_a_return_of_nothing_and_a_sale_of_nothing_wait_for_a_person(shop, store, engine, caplog):
    queue(shop, MessageKind.RETURN, "nothing")
    queue(shop, MessageKind.SALE, "nothing")
    queue(shop, MessageKind.STANDING, "nobody", MemberId("nobody"))
    engine.push()
    assert [m.problem for m in shop.open_messages()] == ["sale_missing", "sale_missing"]
    assert [m.reason for m in of(shop, MessageKind.STANDING, "nobody")] == ["no_email"]


def test_a_guest_s_sale_is_of_nobody_even_where_its_member_left(shop, store, engine):
    with shop.writing() as uow:
        uow.sync.put_link(RemoteLink("online", "sale", "known", "o9", "CODE9"))
    queue(shop, MessageKind.SALE, "known")
    engine.push()
    assert store.calls == []
    assert shop.open_messages() == []
