"""Members as customers of a real Vendure store, and the ways in."""

import time

import pytest

from sync.errors import Misconfigured, Refused
from sync.online_store import Standing
from sync.stores.vendure import Access, VendureOnlineStore
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, GraphQL, Shopper, VendureStore, unique
from tests.sync.online import NOW, connect, profile


@pytest.fixture(params=["vendure", "vendure_pg"])
def either(request):
    """On each database: they say in different words that a card is taken."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def online(either):
    store = connect(either.admin_api)
    yield store
    store.close()


@pytest.fixture
def owner(either):
    owner = Admin(either)
    yield owner
    owner.close()


def address(stem="m"):
    return f"{unique(stem)}@sample.example"


def test_a_member_is_made_once_and_then_updated(online, owner):
    email, card = address(), unique("CARD")
    made = online.put_member(profile(email, card, 12, "gold"), None)
    assert online.put_member(profile(email, card, 15, "gold"), None) == made
    assert online.put_member(profile(email, card, 17, "silver"), made) == made
    found = owner.customer(email)
    assert found["firstName"] == "Example"
    assert found["customFields"]["loyaltyCardNumber"] == card
    customer = online.customer(made)
    assert (customer.standing.points, customer.standing.tier) == (17, "silver")
    assert customer.standing.at == NOW
    assert online.find_customer(email=email.upper()).id == made
    assert online.find_customer(card=card).id == made
    assert online.find_customer(email=address(), card=unique("CARD")) is None


def test_a_shopper_becomes_the_member_of_the_same_address(online, either, owner):
    shopper = Shopper(either).register(address("Mixed.Case"))
    made = online.put_member(profile(shopper.email.lower(), "", 5), None)
    assert made == shopper.customer_id()
    shopper.login()
    shopper.close()


def test_a_member_made_at_the_till_can_register_in_the_web_shop(online, either):
    email = address()
    made = online.put_member(profile(email, unique("CARD"), 12), None)
    shopper = Shopper(either).register(email)
    assert shopper.customer_id() == made
    assert online.customer(made).standing.points == 12
    shopper.close()


def test_a_card_of_somebody_else_needs_a_person(online, owner):
    card, first, second = unique("CARD"), address(), address()
    online.put_member(profile(first, card), None)
    with pytest.raises(Refused, match="card_taken"):
        online.put_member(profile(second, card), None)
    assert owner.customer(second) is None
    other = online.put_member(profile(second), None)
    with pytest.raises(Refused, match="card_taken"):
        online.put_member(profile(second, card), other)


def test_a_card_stuck_on_a_deleted_customer_does_not_hold_back_the_points(online, owner):
    card, email = unique("CARD"), address()
    gone = online.put_member(profile(email, card), None)
    owner.delete_customer(gone)
    made = online.put_member(profile(email, card, 44), gone)
    assert made != gone
    customer = online.customer(made)
    assert (customer.card, customer.standing.points) == ("", 44)


def test_an_address_taken_by_somebody_else_needs_a_person(online):
    first, second = address(), address()
    online.put_member(profile(first), None)
    other = online.put_member(profile(second), None)
    with pytest.raises(Refused, match="email_taken"):
        online.put_member(profile(first), other)


def test_a_tier_the_store_does_not_list_does_not_hold_back_the_points(online, caplog):
    made = online.put_member(profile(address(), "", 7, "diamond"), None)
    assert online.customer(made).standing.points == 7
    online.put_standing(made, Standing(9, "diamond", NOW))
    assert online.customer(made).standing == Standing(9, "", NOW)
    assert caplog.text.count("diamond") == 1


def test_a_session_that_ended_is_begun_again(online, owner):
    customer = online.put_member(profile(address(), "", 1), None)
    # Logged out elsewhere: the same to us as expired.
    token = online._api.wire.headers["Authorization"]
    other = GraphQL(owner.address)
    other._http.headers["Authorization"] = token
    other.ask("mutation { logout { success } }")
    other.close()
    online.put_standing(customer, Standing(2, "bronze", NOW))
    assert online.customer(customer).standing.points == 2
    assert online._api.wire.headers["Authorization"] != token


def test_a_session_that_lay_idle_too_long_is_begun_again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("idle")
    with VendureStore(folder, session_duration="1s", session_cache_ttl="1") as shop:
        store = connect(shop.admin_api)
        customer = store.put_member(profile(address(), "", 3), None)
        token = store._api.wire.headers["Authorization"]
        time.sleep(3.5)  # the store's own clock must run on
        assert store.customer(customer).standing.points == 3
        assert store._api.wire.headers["Authorization"] != token
        store.close()


def test_a_wrong_password_is_a_mistake_to_mend(vendure):
    store = VendureOnlineStore(
        Access(url=vendure.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD + "x")
    )
    with pytest.raises(Misconfigured, match="wrong_password"):
        store.check()


def test_a_right_that_is_missing_is_told_from_an_ended_session(vendure, admin):
    """The role may read the catalogue and nothing else."""
    role = admin.ask(
        "mutation($i: CreateRoleInput!) { createRole(input: $i) { id } }",
        i={"code": unique("reader"), "description": "reader", "permissions": ["ReadCatalog"]},
    )["createRole"]["id"]
    email = address("reader")
    admin.ask(
        "mutation($i: CreateAdministratorInput!) { createAdministrator(input: $i) { id } }",
        i={
            "firstName": "Example", "lastName": "Reader", "emailAddress": email,
            "password": "reader", "roleIds": [role],
        },
    )  # fmt: skip
    store = VendureOnlineStore(Access(url=vendure.admin_api, username=email, secret="reader"))  # noqa: S106
    with pytest.raises(Misconfigured, match="forbidden"):
        store.check()
