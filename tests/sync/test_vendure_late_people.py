"""Requests about people and coupons that arrive at a real Vendure store after their repeat.

Sales and returns are in ``test_vendure_late``; in the end everything comes once more.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.engine import SyncEngine
from sync.errors import Retryable
from sync.online_store import SaleNews, Standing
from sync.stores.vendure import VendureOnlineStore
from terminal.db.engine import open_database
from terminal.ports import Database
from terminal.sales import SaleLine
from tests.stores import Admin, unique
from tests.sync.online import (
    NOW,
    assert_told,
    connect,
    hear_of_the_past,
    insist,
    orders_of_sale,
    profile,
    sale_of,
)
from tests.sync.shop import Shop
from tests.sync.slow_way import coupon, either, late, on_both, owner, store, way
from tests.sync.test_vendure_returns import back_of, held, refunds

__all__ = ["either", "owner", "store", "way"]  # fixtures


# -- people ----------------------------------------------------------------------------------------


@pytest.fixture
def email() -> str:
    return f"{unique('late')}@sample.example"


@pytest.mark.parametrize("word", ["createDraftOrder", "NameDraft", "setCustomerForDraftOrder"])
def test_a_customer_made_late_writes_nothing_over(way, store, owner, email, word):
    """Vendure updates whoever has the address with what was true when they were new."""
    first = profile(email, unique("CARD"), 1)
    married = replace(first, member=replace(first.member, family_name="Deigma"))
    married = replace(married, standing=Standing(8, "gold", NOW))

    way.hold(word)
    with pytest.raises(Retryable):
        store.put_member(first, None)
    made = insist(lambda: store.put_member(first, None))
    insist(lambda: store.put_member(married, made))
    assert way.arrive() == 1
    told = store.customer(made)
    assert (told.family_name, told.standing.points) == ("Deigma", 8)
    assert store.find_customer(email=email).id == made


@on_both
def test_a_customer_made_late_does_not_bring_back_whoever_was_forgotten(way, store, email):
    told = profile(email, unique("CARD"), 1)
    way.hold("setCustomerForDraftOrder")
    with pytest.raises(Retryable):
        store.put_member(told, None)
    store.erase(insist(lambda: store.put_member(told, None)))
    assert way.arrive() == 1
    assert store.find_customer(email=email) is None


@pytest.mark.parametrize("word", ["addNoteToCustomer", "updateCustomer"])
def test_a_name_that_arrives_late_does_not_undo_a_later_one(way, store, email, word):
    """It would look like a change that the person made in the web shop, and be taken in."""
    first = profile(email, unique("CARD"), 1)
    made = store.put_member(first, None)
    second, third = (
        replace(first, member=replace(first.member, family_name=name))
        for name in ("Paradeigma", "Deigma")
    )
    late(
        way, word, lambda: store.put_member(second, made),
        meanwhile=lambda: insist(lambda: store.put_member(third, made)),
    )  # fmt: skip
    assert store.customer(made).family_name == "Deigma"
    insist(lambda: store.put_member(third, made))
    told = store._api.ask(
        "query($id: ID!) { customer(id: $id) { history(options: {filter:"
        ' {type: {eq: "CUSTOMER_NOTE"}}}) { totalItems } } }',
        dict, id=made,
    )  # fmt: skip
    assert told["customer"]["history"]["totalItems"] == 0


def test_what_arrives_for_somebody_who_was_forgotten_finds_nobody(way, store, email, owner):
    told = profile(email, unique("CARD"), 1)
    made = store.put_member(told, None)
    owner.ask(
        'mutation($id: ID!) { createCustomerAddress(customerId: $id, input: { fullName: "Example'
        ' Sample", streetLine1: "Example street 1", countryCode: "GR" }) { id } }',
        id=made,
    )
    way.hold("UpdateCustomer")
    with pytest.raises(Retryable):
        store.put_standing(made, Standing(3, "gold", NOW))
    for word in ("DeleteAddress", "Erase"):
        way.hold(word)
        with pytest.raises(Retryable):
            store.erase(made)
    store.erase(made)
    assert way.arrive() == 3
    assert store.customer(made) is None
    assert store.find_customer(email=email, card=told.card) is None


def test_a_guest_made_late_is_the_same_guest(way, owner):
    guest = f"{unique('guest')}@sample.example"
    store, sale = connect(way.url, guest_email=guest), sale_of()
    late(way, "CreateCustomer", lambda: store.put_sale(SaleNews(sale, None)))
    order = assert_told(owner, sale)
    assert store.find_customer(email=guest).id == order["customer"]["id"]
    store.close()


# -- coupons ---------------------------------------------------------------------------------------


def promotions(owner: Admin, code: str) -> list[tuple[bool, str]]:
    asked = owner.ask(
        "query($c: String!) { promotions(options: {filter: {couponCode: {eq: $c}}}) {"
        " items { enabled actions { args { name value } } } } }",
        c=code,
    )
    return [
        (one["enabled"], next(a["value"] for a in one["actions"][0]["args"]
                              if a["name"] == "discount"))
        for one in asked["promotions"]["items"]
    ]  # fmt: skip


@on_both
def test_a_coupon_made_late_does_not_come_off_twice(way, store, owner):
    code = unique("LATE")
    late(way, "createPromotion", lambda: store.put_coupon(coupon(code)))
    assert promotions(owner, code) == [(True, "100")]


def test_a_coupon_that_was_spent_before_it_was_made_is_not_made(way, store, owner):
    code = unique("LATE")
    way.hold("createPromotion")
    with pytest.raises(Retryable):
        store.put_coupon(coupon(code))
    assert insist(lambda: store.put_coupon(coupon(code, uses=0))) == ""
    assert way.arrive() == 1
    assert promotions(owner, code) == []


def test_a_coupon_that_was_spent_is_not_good_again(way, store, owner):
    code = unique("LATE")
    made = store.put_coupon(coupon(code))
    late(
        way, "updatePromotion", lambda: store.put_coupon(coupon(code, amount=250)),
        meanwhile=lambda: insist(lambda: store.put_coupon(coupon(code, uses=0))),
    )  # fmt: skip
    assert promotions(owner, code) == [(False, "250")]
    late(way, "updatePromotion", lambda: store.put_coupon(coupon(code)))
    late(way, "updatePromotion", lambda: store.put_coupon(coupon(code, uses=0)))
    assert promotions(owner, code) == [(False, "100")]
    assert insist(lambda: store.put_coupon(coupon(code, uses=0))) == made


def test_of_two_coupons_with_one_code_one_is_good(store, owner):
    """Made by somebody who took no ticket: both would come off one order."""
    code = unique("LATE")
    store.put_coupon(coupon(code))
    owner.ask(
        "mutation($i: CreatePromotionInput!) { createPromotion(input: $i) { __typename } }",
        i={
            "enabled": True, "couponCode": code, "conditions": [],
            "actions": [{"code": "order_fixed_discount", "arguments": [
                {"name": "discount", "value": "100"},
            ]}],
            "translations": [{"languageCode": "en", "name": "Twice"}],
        },
    )  # fmt: skip
    assert len(promotions(owner, code)) == 2
    store.put_coupon(coupon(code))
    assert sorted(promotions(owner, code)) == [(False, "100"), (True, "100")]


# -- all of it -------------------------------------------------------------------------------------


@on_both
def test_everything_that_was_ever_sent_comes_once_more_at_the_end(way, store, owner, email):
    """A customer, a sale, a return, a coupon, each from the beginning; a balance is shown anew."""
    code, sale = unique("ALL"), sale_of(SaleLine("OIL-500", "Oil", 980, 3))
    first = profile(email, unique("CARD"), 1)
    last = replace(first, member=replace(first.member, family_name="Deigma"))
    made = store.put_member(first, None)
    order = store.put_sale(SaleNews(sale, made, fresh=True))
    store.put_return(replace(back_of(sale), money_back=980), order, {"OIL-500": 2})
    store.put_coupon(coupon(code))
    store.put_coupon(coupon(code, uses=0))
    store.put_member(last, made)
    for seen in [seen for seen in way.seen if seen.mentions("mutation")]:
        way.again(seen)
    told = store.customer(made)
    assert (told.id, told.family_name) == (made, "Deigma")
    assert [one["state"] for one in orders_of_sale(owner, sale)] == ["PaymentSettled"]
    assert refunds(owner, order) == [(980, "Settled")]
    assert held(owner, order) == {("OIL-500", 980): 2}
    assert promotions(owner, code) == [(False, "100")]
    insist(lambda: store.put_return(replace(back_of(sale), money_back=sale.paid - 980), order))
    assert sorted(refunds(owner, order)) == [(980, "Settled"), (sale.paid - 980, "Settled")]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "till.db")
    yield opened
    opened.close()


def test_a_balance_that_arrives_late_lasts_until_it_is_read(either, way, store, shop: Shop, email):
    """It needs no ticket: whatever an account shows is compared with the books."""
    engine = SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0,
    )  # fmt: skip
    hear_of_the_past(engine, shop.database, either)
    member = shop.enrol(email, unique("CARD"))
    shop.sell(member, SaleLine("HON-450", "Honey", 1190, 1))
    _rounds(shop, engine)
    shop.sell(member, SaleLine("HON-450", "Honey", 1190, 1))
    way.hold("UpdateCustomer")
    _rounds(shop, engine, 2)
    shop.sell(member, SaleLine("HON-450", "Honey", 1190, 1))
    _rounds(shop, engine)
    assert _shown(store, email) == shop.balance(member)
    assert way.arrive() == 1
    assert _shown(store, email) < shop.balance(member), "the trap is gone"
    _rounds(shop, engine, 2)
    assert _shown(store, email) == shop.balance(member)


def _rounds(shop: Shop, engine: SyncEngine, rounds: int = 1) -> None:
    for _ in range(rounds):
        shop.clock.advance(hours=2)
        engine.push()
        engine.pull()
    engine.push()


def _shown(store: VendureOnlineStore, email: str) -> int:
    return store.find_customer(email=email).standing.points
