"""Members in a WooCommerce shop: one customer each, their fields kept, nobody else's touched."""

import pytest

from sync.errors import Misconfigured, Refused
from sync.stores.woocommerce_wire import Meta, field
from tests.adapters.woo.rules import WooError
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import address, profile_of, standing_of

CODES = ("registration-error-email-exists", "existing_user_login", "existing_user_email")


def fields_of(world: WooWorld, customer: str) -> dict[str, object]:
    return {one["key"]: one["value"] for one in world.shop.people.one(customer)["meta"]}


@pytest.mark.parametrize("code", CODES)
def test_somebody_made_in_between_is_adopted_by_any_of_three_codes(world: WooWorld, code: str):
    email = address()
    world.shop.people.race = code
    answer, made = world.server.answer, []

    def race(method: str, target: str, *rest: object, **more: object) -> object:
        if method == "POST" and not made:
            made.append(world.new_customer(email))
            world.shop.people.race = code
        return answer(method, target, *rest, **more)

    world.server.answer = race
    store = world.adapter()
    assert store.put_member(profile_of(world, email, points=4), None) == made[0]
    assert world.customers_with(email) == made
    assert fields_of(world, made[0])["loyalty_points"] == "4"
    store.close()


def test_staff_are_found_by_email_though_they_are_no_customers(world: WooWorld):
    owner = world.shop.people.blank("owner@sample.example", role="administrator")
    owner["first_name"] = "Owner"
    world.shop.people.users[owner["id"]] = owner
    store = world.adapter()
    told = profile_of(world, "owner@sample.example", points=2)
    assert store.put_member(told, None) == str(owner["id"])
    assert owner["first_name"] == "Owner", "a till renames nobody of the staff"
    assert fields_of(world, owner["id"])["loyalty_points"] == "2"
    store.close()


def test_staff_that_a_key_may_not_touch_is_for_a_person(world: WooWorld):
    owner = world.shop.people.blank("owner@sample.example", role="administrator")
    world.shop.people.users[owner["id"]] = owner

    def forbidden(*_: object) -> None:
        raise WooError(403, "woocommerce_rest_cannot_edit", "Sorry, you cannot edit this resource.")

    world.shop.people.change = forbidden
    store = world.adapter()
    with pytest.raises(Refused) as refusal:
        store.put_member(profile_of(world, "owner@sample.example"), None)
    assert (refusal.value.problem, refusal.value.where) == ("email_taken", "administrator")
    store.close()


def test_an_email_that_is_none_in_the_shops_eyes_is_bad_input(world: WooWorld):
    """The code is the same as for one that is taken."""
    store = world.adapter()
    made = store.put_member(profile_of(world, address()), None)
    with pytest.raises(Refused) as refusal:
        store.put_member(profile_of(world, "no@where"), made)
    assert refusal.value.problem == "bad_input"
    assert store.find_customer(email="no@where") is None
    assert store.find_customer(email="nobody") is None
    store.close()


def test_nobody_is_found_by_card(world: WooWorld):
    store = world.adapter()
    store.put_member(profile_of(world, address(), "2900000000017"), None)
    assert store.find_customer(card="2900000000017") is None
    assert not store.capabilities.finds_by_card
    store.close()


def test_fields_have_names_that_are_kept_and_values_that_are_text(world: WooWorld):
    store = world.adapter()
    made = store.put_member(profile_of(world, address(), "0042", points=3, marketing=True), None)
    told = fields_of(world, made)
    assert not any(key.startswith("_") for key in told)
    assert all(isinstance(value, str) for value in told.values())
    assert (told["loyalty_card"], told["loyalty_marketing"]) == ("0042", "yes")
    assert store.customer(made).card == "0042"
    store.close()


def test_a_field_that_begins_with_an_underscore_would_not_be_kept(world: WooWorld):
    told = {"email": address(), "meta_data": [{"key": "_hidden", "value": "1"}]}
    user = world.shop.people.make(told)
    assert "_hidden" not in {one["key"] for one in user["meta"]}


def test_a_field_told_by_number_alone_would_not_change(world: WooWorld):
    user = world.shop.people.make({"email": address(), "meta_data": [{"key": "a", "value": "1"}]})
    number = next(one["id"] for one in user["meta"] if one["key"] == "a")
    world.shop.people.change(user["id"], {"meta_data": [{"id": number, "value": "2"}]})
    assert fields_of(world, user["id"])["a"] == "1"


def test_fields_are_told_by_name_and_have_one_row(world: WooWorld):
    store = world.adapter()
    made = store.put_member(profile_of(world, address(), points=1), None)
    for points in (2, 2, 5):
        store.put_standing(made, standing_of(world, points))
    rows = [one for one in world.shop.people.one(made)["meta"] if one["key"] == "loyalty_points"]
    assert [one["value"] for one in rows] == ["5"]
    store.close()


def test_names_are_compared_without_entities(world: WooWorld):
    store = world.adapter()
    made = store.put_member(profile_of(world, address(), given_name="O'Sample & Söhne"), None)
    assert world.shop.people.one(made)["first_name"] == "O'Sample &amp; Söhne"
    assert store.customer(made).given_name == "O'Sample & Söhne"
    store.close()


def test_a_new_customer_is_mailed_by_the_shop_and_so_is_a_new_address(world: WooWorld):
    store = world.adapter()
    first, second = address(), address()
    made = store.put_member(profile_of(world, first), None)
    store.put_member(profile_of(world, first), made)
    assert world.shop.people.mails == [(first, "account")], "the same address again mails nobody"
    store.put_member(profile_of(world, second), made)
    assert world.shop.people.mails[1:] == [(first, "email changed")]
    assert {"customer", "profile"} <= store.capabilities.mails
    store.close()


def test_standings_go_in_one_request(world: WooWorld):
    store = world.adapter()
    people = [store.put_member(profile_of(world, address()), None) for _ in range(20)]
    before = len(world.server.seen)
    told = [(one, standing_of(world, n)) for n, one in enumerate(people)]
    assert store.put_standings(told) == [None] * 20
    assert len(world.server.seen) - before == 1
    assert store.customer(people[7]).standing.points == 7
    store.close()


def test_an_erased_persons_orders_become_a_guests(world: WooWorld):
    store = world.adapter()
    email = address()
    made = store.put_member(profile_of(world, email), None)
    placed = world.place_order({"COF-250": 1}, email)
    store.erase(made)
    assert world.shop.orders.rows[int(placed.id)]["customer_id"] == 0
    targets = [target for method, target in world.server.seen if method == "DELETE"]
    assert targets == [f"/wp-json/wc/v3/customers/{made}?force=true"]
    store.close()


def test_fields_that_are_eaten_stop_standings_too(world: WooWorld):
    store = world.adapter()
    made = store.put_member(profile_of(world, address()), None)
    world.shop.people._meta = lambda user, told: None
    with pytest.raises(Misconfigured):
        store.put_standing(made, standing_of(world, 77))
    store.close()


def test_odd_fields_of_others_are_no_trouble():
    assert field([Meta("a", 5), Meta("b", None), Meta("c", {"x": 1})], "a") == "5"
    assert field([Meta("b", None)], "b") == ""
    assert field([Meta("a", "1"), Meta("a", "2")], "a") == "2"
    assert field([], "a") == ""


def test_a_standing_that_somebody_spoilt_is_read_as_far_as_it_goes(world: WooWorld):
    store = world.adapter()
    made = store.put_member(profile_of(world, address(), points=4), None)
    for row in world.shop.people.one(made)["meta"]:
        if row["key"] in ("loyalty_points", "loyalty_lapses_at"):
            row["value"] = "many"
    assert store.customer(made).standing.points == 0
    for row in world.shop.people.one(made)["meta"]:
        if row["key"] == "loyalty_updated_at":
            row["value"] = "2026-11-22T10:00:00"
    assert store.customer(made).standing is None
    store.close()
