"""What a Vendure store does to what is told to it that nobody would expect, each with a name.

Those with a story elsewhere are not told again here; ``docs/adapters.md`` says what to look for.
"""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sync.errors import Gone, Refused
from sync.online_store import SaleNews, Standing
from sync.stores import vendure_documents as documents
from sync.stores.vendure import Access, VendureOnlineStore
from sync.stores.vendure_drafts import Drafts
from sync.stores.vendure_http import VendureApi
from tests.adapters.vendure_world import VendureWorld
from tests.adapters.world import read_customers
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, Shopper, VendureStore, unique
from tests.sync.online import NOW, assert_told, connect, drafts, profile, sale_of


@pytest.fixture(params=["vendure", "vendure_pg"])
def either(request: pytest.FixtureRequest) -> VendureStore:
    """On each database: they say things in different words and times in different grains."""
    store: VendureStore = request.getfixturevalue(request.param)
    return store


@pytest.fixture
def owner(either: VendureStore) -> Iterator[Admin]:
    owner = Admin(either)
    yield owner
    owner.close()


@pytest.fixture
def online(either: VendureStore) -> Iterator[VendureOnlineStore]:
    store = connect(either.admin_api)
    yield store
    store.close()


def address(stem: str = "m") -> str:
    return f"{unique(stem)}@sample.example"


# -- people ----------------------------------------------------------------------------------------


def test_a_member_without_names_is_a_customer_all_the_same(online):
    told = profile(address(), "", 1)
    nameless = type(told)(
        type(told.member)(
            id=told.member.id, given_name="", email=told.member.email, joined_at=NOW, updated_at=NOW
        ),
        "",
        told.standing,
    )  # fmt: skip
    made = online.put_member(nameless, None)
    assert online.customer(made).given_name == ""


def test_an_update_leaves_fields_that_it_does_not_name(online, owner):
    made = online.put_member(profile(address(), unique("CARD"), 1), None)
    ledger = [{"entryId": "e1", "delta": 3, "reason": "r", "at": NOW.isoformat()}]
    owner.ask(
        "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { __typename } }",
        i={"id": made, "title": "Dr", "customFields": {"loyaltyLedger": ledger}},
    )
    online.put_standing(made, Standing(8, "gold", NOW))
    kept = owner.ask(
        "query($id: ID!) { customer(id: $id) { title customFields { loyaltyCardNumber"
        " loyaltyLedger { entryId } } } }",
        id=made,
    )["customer"]
    assert kept["title"] == "Dr"
    assert kept["customFields"]["loyaltyLedger"] == [{"entryId": "e1"}]
    assert kept["customFields"]["loyaltyCardNumber"].startswith("CARD")


def test_a_card_of_somebody_deleted_stays_taken_but_erasing_frees_it(online, owner):
    card = unique("CARD")
    deleted = online.put_member(profile(address(), card), None)
    owner.delete_customer(deleted)
    after = online.put_member(profile(address(), card, 4), None)
    assert online.customer(after).card == "", "the trap is gone: a deleted row gave its card back"
    other = unique("CARD")
    erased = online.put_member(profile(address(), other), None)
    online.erase(erased)
    assert online.customer(online.put_member(profile(address(), other), None)).card == other


def test_an_erased_person_leaves_no_name_behind(online, owner, either):
    email = address("erased")
    shopper = Shopper(either).register(email, first_name="Example", phone="+302105550100")
    shopper.buy({"TEA-100": 1})
    customer = shopper.customer_id()
    shopper.close()
    owner.ask(
        "mutation($id: ID!) { createCustomerAddress(customerId: $id, input: { fullName:"
        ' "Example Sample", streetLine1: "Example street 1", countryCode: "GR" }) { id } }',
        id=customer,
    )
    online.erase(customer)
    assert online.customer(customer) is None
    assert online.find_customer(email=email) is None
    again = Shopper(either).register(email)
    assert again.customer_id() != customer
    again.close()


def test_one_standing_of_a_deleted_customer_ends_the_document_but_not_the_others(network, admin):
    store = connect(network.url)
    people = [store.put_member(profile(address()), None) for _ in range(6)]
    for gone in (people[1], people[4]):
        admin.delete_customer(gone)
    network.seen.clear()
    told = store.put_standings([(one, Standing(n, "gold", NOW)) for n, one in enumerate(people)])
    assert [isinstance(each, Gone) for each in told] == [False, True, False, False, True, False]
    for n in (0, 2, 3, 5):
        assert store.customer(people[n]).standing.points == n
    documents_sent = [seen for seen in network.seen if seen.mentions("UpdateCustomers")]
    assert len(documents_sent) == 3, "each document goes as far as it can"
    store.close()


def test_a_tier_the_store_does_not_list_holds_back_nobody_s_points(network, caplog):
    store = connect(network.url)
    people = [store.put_member(profile(address()), None) for _ in range(3)]
    tiers = ("gold", "diamond", "gold")
    told = [(one, Standing(9, tier, NOW)) for one, tier in zip(people, tiers, strict=True)]
    assert store.put_standings(told) == [None, None, None]
    assert [store.customer(one).standing for one in people] == [
        Standing(9, "gold", NOW), Standing(9, "", NOW), Standing(9, "gold", NOW),
    ]  # fmt: skip
    assert caplog.text.count("diamond") == 1
    store.close()


def test_the_guest_of_the_till_is_nobody_who_could_become_a_member(either):
    guest = address("guest")
    store = connect(either.admin_api, guest_email=guest)
    store.put_sale(SaleNews(sale_of(), None))
    assert store.find_customer(email=guest) is not None
    told = read_customers(store).customers.values()
    assert guest not in {customer.email for customer in told}
    store.close()


# -- sales -----------------------------------------------------------------------------------------


def test_a_part_in_stock_is_not_a_part_of_the_sale(online, owner):
    """``InsufficientStockError`` has added what was there; the sale is told whole or not at all."""
    sku = unique("SCARCE-")
    VendureWorld.make_product(_Hand(owner), sku, "Scarce", 500)  # type: ignore[arg-type]
    variant = owner.ask(
        "query($s: String!) { productVariants(options: {filter: {sku: {eq: $s}}}) {"
        " items { id } } }",
        s=sku,
    )["productVariants"]["items"][0]["id"]
    owner.ask(
        "mutation($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i) { id } }",
        i=[{"id": variant, "stockOnHand": 1, "trackInventory": "TRUE"}],
    )
    before = drafts(owner)
    from terminal.sales import SaleLine

    sales = [sale_of(), sale_of(SaleLine(sku, "Scarce", 500, 3)), sale_of()]
    told = online.put_sales([SaleNews(sale, None, fresh=True) for sale in sales])
    assert len({order.id for order in told}) == 3
    for sale in sales:
        assert_told(owner, sale)
    assert drafts(owner) == before


class _Hand:
    """An owner's hand, as the world has it."""

    def __init__(self, admin: Admin) -> None:
        self.admin = admin


def test_an_empty_draft_that_nobody_heard_of_is_tidied_away(either, owner):
    api = VendureApi(Access(url=either.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD))
    store = connect(either.admin_api)
    store.put_sale(SaleNews(sale_of(), None))
    made = api.ask(documents.create_drafts(1), dict)["d0"]["id"]  # and the answer was lost
    kept = owner.ask("mutation { createDraftOrder { id } }")["createDraftOrder"]["id"]
    owner.ask(
        "mutation($o: ID!, $c: ID!) { setCustomerForDraftOrder(orderId: $o, customerId: $c)"
        " { __typename } }",
        o=kept,
        c=store.put_member(profile(address()), None),
    )
    time.sleep(1.1)  # the database counts in whole seconds
    store.put_sale(SaleNews(sale_of(), None))
    patient = Drafts(api, timedelta(minutes=30))
    patient.tidy()
    assert _exists(owner, made), "somebody may still be filling it"
    hasty = Drafts(api, timedelta(0))
    assert hasty.tidy() >= 1
    assert not _exists(owner, made)
    assert _exists(owner, kept), "a person has begun something here"
    api.close()
    store.close()


def test_without_the_right_to_delete_empty_drafts_stay_and_do_no_harm(vendure, admin):
    world = VendureWorld(vendure, overlap=timedelta(seconds=1))
    weak, _ = world.weak()
    admin.ask("mutation { createDraftOrder { id } }")
    sale = sale_of()
    weak.put_sale(SaleNews(sale, None))
    assert_told(admin, sale)
    weak.close()
    world.close()


def _exists(owner: Admin, order: str) -> bool:
    asked = owner.ask("query($id: ID!) { order(id: $id) { id } }", id=order)
    return asked["order"] is not None


def test_payment_metadata_is_always_sent_and_a_second_payment_is_none(vendure, admin):
    """The database demands metadata where the schema does not; paying twice is refused there."""
    store, sale = connect(vendure.admin_api), sale_of()
    order = store.put_sale(SaleNews(sale, None, fresh=True))
    payments = admin.ask(
        "query($id: ID!) { order(id: $id) { payments { amount metadata } } }", id=order.id
    )["order"]["payments"]
    assert [payment["metadata"]["sale"] for payment in payments] == [sale.id]
    known = store._sales._find([sale])[sale.id]
    assert store._sales._cashier.pay_one(known, sale) == order
    assert_told(admin, sale)
    store.close()


def test_six_lookups_of_a_batch_are_one_request(network):
    store = connect(network.url)
    news = [SaleNews(sale_of(), None) for _ in range(6)]
    first = store.put_sales(news)
    network.seen.clear()
    assert store.put_sales(news) == first
    assert len(network.seen) == 1
    network.seen.clear()
    store.put_sales([SaleNews(sale_of(), None, fresh=True) for _ in range(6)])
    assert len(network.seen) == 3, "drafts, fill, pay"
    store.close()


def test_a_coupon_that_was_made_twice_is_still_one(online, owner):
    from tests.adapters.contract_more import _coupon

    class _World:
        currency = "EUR"

    code = unique("TWICE")
    made = online.put_coupon(_coupon(_World, code))  # type: ignore[arg-type]
    assert online.put_coupon(_coupon(_World, code, amount=200)) == made  # type: ignore[arg-type]
    found = owner.ask(
        "query($c: String!) { promotions(options: {filter: {couponCode: {eq: $c}}}) {"
        " totalItems } }",
        c=code,
    )
    assert found["promotions"]["totalItems"] == 1
    with pytest.raises(Refused, match="other_currency"):
        connect(owner.address).put_coupon(_coupon(_World, code, currency="PLN"))  # type: ignore[arg-type]
