"""Requests to a real Vendure store that arrive after their repeat was done, write by write.

A gateway holds a request back: the till gives up waiting, asks again and is done; then the first
one is let through. In the end the store must be as if it had never come.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.engine import SyncEngine
from sync.errors import Refused, Retryable
from sync.online_store import CouponNews, RemoteOrder, SaleNews, Standing
from sync.stores import vendure_documents as documents
from sync.stores.vendure import Access, VendureOnlineStore
from sync.stores.vendure_drafts import Drafts
from sync.stores.vendure_http import VendureApi
from terminal.db.engine import open_database
from terminal.ports import Database
from terminal.sales import Sale, SaleLine
from tests.faults import HOP, FaultProxy, Seen, When
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, VendureStore, unique
from tests.sync.online import (
    NOW,
    assert_told,
    connect,
    drafts,
    hear_of_the_past,
    insist,
    orders_of_sale,
    profile,
    sale_of,
)
from tests.sync.shop import Shop
from tests.sync.test_vendure_returns import back_of, held, pieces, refunds


class SlowWay(FaultProxy):
    """A way to the store on which requests are held back, until they are let through."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self._waiting: list[Callable[[], Any]] = []

    def hold(self, when: When, *, times: int = 1) -> None:
        """Whoever asked hears nothing more of it."""

        def act(handler: Any, seen: Any) -> None:
            self._waiting.append(lambda: handler.forward(seen))
            handler.hang_up()

        self._add("held back", act, when, times, 0)

    def arrive(self) -> int:
        """Let them through, in their order; how many there were."""
        waiting, self._waiting = self._waiting, []
        for forward in waiting:
            status, _headers, _body = forward()
            assert status == 200, "even what is refused"
        return len(waiting)

    def again(self, seen: Seen) -> None:
        """What was sent comes once more."""
        line = self.connect()
        kept = {name: value for name, value in seen.headers.items() if name not in HOP}
        line.request("POST", seen.path, seen.body, kept)
        assert line.getresponse().status == 200
        line.close()


@pytest.fixture
def either(request: pytest.FixtureRequest) -> VendureStore:
    store: VendureStore = request.getfixturevalue(getattr(request, "param", "vendure"))
    return store


on_both = pytest.mark.parametrize("either", ["vendure", "vendure_pg"], indirect=True)
"""On each database: transactions, and the words for what is gone, are not the same."""


@pytest.fixture
def owner(either: VendureStore) -> Iterator[Admin]:
    owner = Admin(either)
    yield owner
    owner.close()


@pytest.fixture
def way(either: VendureStore) -> Iterator[SlowWay]:
    with SlowWay(either.admin_api) as way:
        yield way


@pytest.fixture
def store(way: SlowWay) -> Iterator[VendureOnlineStore]:
    store = connect(way.url)
    store.check()
    yield store
    store.close()


def late(way: SlowWay, word: str, ask: Callable[[], Any], *, meanwhile: Any = None) -> Any:
    """The first request with this word is held back; its repeat is done; then it arrives."""
    way.hold(word)
    with pytest.raises(Retryable):
        ask()
    told = insist(ask)
    if meanwhile is not None:
        meanwhile()
    assert way.arrive() == 1
    return told


def notes(owner: Admin, order: RemoteOrder) -> list[str]:
    asked = owner.ask(
        'query($id: ID!) { order(id: $id) { history(options: {filter: {type: {eq: "ORDER_NOTE"}}})'
        " { items { data } } } }",
        id=order.id,
    )
    return [one["data"]["note"] for one in asked["order"]["history"]["items"]]


# -- returns ---------------------------------------------------------------------------------------


@pytest.fixture
def sold(store: VendureOnlineStore) -> tuple[Sale, RemoteOrder]:
    """Three oils and a honey."""
    sale = sale_of(SaleLine("OIL-500", "Oil", 980, 3), SaleLine("HON-450", "Honey", 1190, 1))
    return sale, store.put_sale(SaleNews(sale, None, fresh=True))


ONE_OIL = {"OIL-500": 2, "HON-450": 1}


@pytest.mark.parametrize(
    "word", ["addNoteToOrder", "refundOrder", "cancelOrder", "settleRefund", "deleteOrderNote"]
)
def test_a_return_in_part_that_arrives_late_gives_nothing_back_again(way, store, owner, sold, word):
    """Vendure would make a second refund, pending, and call one more piece off."""
    sale, order = sold
    part = replace(back_of(sale), money_back=980)
    late(way, word, lambda: store.put_return(part, order, ONE_OIL))
    assert refunds(owner, order) == [(980, "Settled")]
    assert {sku: n for (sku, _), n in held(owner, order).items()} == ONE_OIL
    rest = replace(back_of(sale), money_back=sale.paid - 980)
    insist(lambda: store.put_return(rest, order))
    assert sorted(refunds(owner, order)) == [(980, "Settled"), (sale.paid - 980, "Settled")]
    assert pieces(owner, order) == 0
    assert notes(owner, order) == []


def test_a_whole_return_that_arrives_late_gives_nothing_back_again(way, store, owner, sold):
    sale, order = sold
    late(way, "refundOrder", lambda: store.put_return(back_of(sale), order))
    assert refunds(owner, order) == [(sale.paid, "Settled")]
    assert pieces(owner, order) == 0


def test_a_return_that_times_out_and_arrives_late(way, owner, sold):
    """The till hangs up by itself, as it does on a gateway that only waits."""
    sale, order = sold
    access = Access(url=way.url, username=ADMIN_USER, secret=ADMIN_PASSWORD, patience=0.5)
    impatient, patient = VendureOnlineStore(access), connect(way.url)
    impatient.check()
    way.slow(60, when="refundOrder")
    part = replace(back_of(sale), money_back=980)
    with pytest.raises(Retryable, match="timeout"):
        impatient.put_return(part, order, ONE_OIL)
    [lost] = way.asked("refundOrder")
    insist(lambda: patient.put_return(part, order, ONE_OIL))
    way.again(lost)
    assert refunds(owner, order) == [(980, "Settled")]
    for one in (impatient, patient):
        one.close()


@on_both
def test_a_return_held_back_calls_nothing_off_after_another_return_of_the_same_sale(
    way, store, owner, sold
):
    """What it was to call off was counted before the other one did."""
    sale, order = sold
    first, second = (replace(back_of(sale), money_back=980) for _ in range(2))
    way.hold("refundOrder")
    with pytest.raises(Retryable):
        store.put_return(first, order, ONE_OIL)
    insist(lambda: store.put_return(second, order, {"OIL-500": 1, "HON-450": 1}))
    assert way.arrive() == 1
    assert {sku: n for (sku, _), n in held(owner, order).items()} == {"OIL-500": 1, "HON-450": 1}
    insist(lambda: store.put_return(first, order, ONE_OIL))
    assert refunds(owner, order) == [(980, "Settled")] * 2
    assert {sku: n for (sku, _), n in held(owner, order).items()} == {"OIL-500": 1, "HON-450": 1}


@on_both
def test_two_tills_that_tell_one_return_at_once_give_the_money_back_once(either, owner, sold):
    sale, order = sold
    part = replace(back_of(sale), money_back=980)
    gate, failed = threading.Barrier(2), []

    def tell(n: int) -> None:
        store = connect(either.admin_api)
        try:
            store.check()
            gate.wait()
            insist(lambda: _after(n, lambda: store.put_return(part, order, ONE_OIL)), tries=100)
        except BaseException as error:  # noqa: BLE001 (told to the test's own thread)
            failed.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=tell, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert refunds(owner, order) == [(980, "Settled")]
    assert {sku: n for (sku, _), n in held(owner, order).items()} == ONE_OIL


def _after(n: int, ask: Callable[[], Any]) -> Any:
    """Those who are told to come back do not all come back at once."""
    try:
        return ask()
    except Retryable as failure:
        raise Retryable(failure.problem, retry_after=0.05 * n) from failure


def test_a_refund_that_was_made_twice_all_the_same_is_settled_once_and_asked_about(
    store, owner, sold
):
    """By a program that took no tickets; nobody can take a pending refund back there."""
    sale, order = sold
    part = replace(back_of(sale), money_back=980)
    payment = owner.order(order.code)["payments"][0]["id"]
    given = {"paymentId": payment, "amount": 980, "reason": f"Return {part.ref}", "lines": [],
             "shipping": 0, "adjustment": 0}  # fmt: skip
    for _ in range(2):
        owner.ask(
            "mutation($i: RefundOrderInput!) { refundOrder(input: $i) { __typename } }", i=given
        )
    for _ in range(2):
        store.put_return(part, order, ONE_OIL)
    assert sorted(refunds(owner, order)) == [(980, "Pending"), (980, "Settled")]
    rest = replace(back_of(sale), money_back=sale.paid - 980)
    with pytest.raises(Refused, match="refund_refused"):
        store.put_return(rest, order)
    assert notes(owner, order) == []


# -- sales -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["createDraftOrder", "addItemToDraftOrder"])
def test_a_sale_whose_draft_is_made_or_filled_late_stays_one_order(way, store, owner, word):
    sale, before = sale_of(), drafts(owner)
    late(way, word, lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(owner, sale)
    assert drafts(owner) == before + 1, "an empty one, until it is tidied away"


def test_a_payment_that_arrives_late_pays_nothing_again(way, store, owner):
    sale = sale_of()
    order = late(way, "addManualPaymentToOrder", lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(owner, sale)
    store.put_return(back_of(sale), order)
    way.again(way.asked("addManualPaymentToOrder")[0])
    [known] = orders_of_sale(owner, sale)
    assert known["state"] == "Cancelled"
    assert [payment["amount"] for payment in known["payments"]] == [sale.paid]


def test_a_draft_that_is_thrown_away_late_takes_no_order_along(way, store, owner):
    """Its goods were no longer listed there, and the sale was begun anew in another one."""
    sale = sale_of(SaleLine(unique("GONE-"), "Gone", 500, 1))
    store._sales._variants[sale.lines[0].sku] = "999999"  # as a product that was deleted since
    late(way, "deleteDraftOrder", lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(owner, sale)


def test_lines_shipping_and_a_draft_s_end_find_a_paid_order_closed(either, store, owner):
    """A repair of the total that arrives after the payment."""
    sale = sale_of()
    order = store.put_sale(SaleNews(sale, None, fresh=True))
    before = orders_of_sale(owner, sale)
    api = VendureApi(Access(url=either.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD))
    method = owner.ask("{ shippingMethods { items { id } } }")["shippingMethods"]["items"][0]["id"]
    variant = store._sales._variants["TILL-OPEN"]
    told = api.ask(
        documents.amend(item=True, shipping=True), dict[str, dict[str, Any]],
        order=order.id, method=method,
        item={"productVariantId": variant, "quantity": 1, "customFields": {"tillUnitPrice": 5}},
    )  # fmt: skip
    assert {part["errorCode"] for part in told.values()} == {"ORDER_MODIFICATION_ERROR"}
    api.ask(documents.DELETE_DRAFT, dict[str, Any], order=order.id)
    assert orders_of_sale(owner, sale) == before
    api.close()


def test_a_ticket_or_a_name_that_came_too_late_is_tidied_away(either, way, store, owner):
    code, name = unique("LATE"), "setDraftOrderCustomFields"
    late(way, name, lambda: store.put_coupon(coupon(code)))
    api = VendureApi(Access(url=either.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD))
    for _ in range(2):
        store.put_sale(SaleNews(sale_of(), None))
    left = Drafts(api, timedelta(days=-1))
    assert left.tidy() >= 1
    assert named(owner, f"coupon {code}") == 0
    api.close()


def named(owner: Admin, name: str) -> int:
    asked = owner.ask(
        "query($n: String!) { orders(options: {filter: {posSaleId: {eq: $n}}}) { totalItems } }",
        n=name,
    )
    return int(asked["orders"]["totalItems"])


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


def coupon(code: str, **more: Any) -> CouponNews:
    return CouponNews(code=code, title="Late", currency="EUR", **{"amount": 100, **more})


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
