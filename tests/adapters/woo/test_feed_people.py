"""People and products of a WooCommerce shop, as they are read."""

from datetime import timedelta

from sync.stores.woocommerce import FeedSettings
from tests.adapters.woo.rules import Asked
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import address, profile_of, read_customers, read_products


def asked_for(world: WooWorld, path: str) -> list[str]:
    return [t for m, t in world.server.seen if m == "GET" and t.startswith(f"/wp-json/wc/v3{path}")]


# -- people ----------------------------------------------------------------------------------------


def test_customers_are_swept_by_id_and_staff_are_none(world: WooWorld):
    owner = world.shop.people.blank("owner@sample.example", role="administrator")
    world.shop.people.users[owner["id"]] = owner
    people = {world.new_customer(address()) for _ in range(5)}
    store = world.adapter(page_size=2)
    assert read_customers(store).customers.keys() == people
    assert all("orderby=id" in one for one in asked_for(world, "/customers?"))
    assert store.capabilities.customer_changes == "sweep"
    store.close()


def test_between_sweeps_only_those_who_are_new_come(world: WooWorld):
    for _ in range(3):
        world.new_customer(address())
    store = world.adapter(feed=FeedSettings(sweep_every=timedelta(hours=6)))
    read = read_customers(store)
    before = len(world.server.seen)
    new = {world.new_customer(address()) for _ in range(2)}
    later = read_customers(store, read.cursor)
    assert later.customers.keys() == new
    assert len(world.server.seen) - before == 1
    assert read_customers(store, later.cursor).customers == {}
    world.wait(7 * 3600)
    assert len(read_customers(store, later.cursor).customers) == 5
    store.close()


def test_more_newcomers_than_a_page_holds_are_all_told(world: WooWorld):
    store = world.adapter(feed=FeedSettings(sweep_every=timedelta(hours=6)))
    world.new_customer(address())
    read = read_customers(store)
    new = {world.new_customer(address()) for _ in range(205)}
    assert read_customers(store, read.cursor).customers.keys() == new
    store.close()


def test_a_change_by_a_plugin_moves_nothing_but_a_sweep_sees_it(world: WooWorld):
    store = world.adapter()
    made = store.put_member(profile_of(world, address(), points=3), None)
    read = read_customers(store)
    [points] = [one for one in world.shop.people.one(made)["meta"]
                if one["key"] == "loyalty_points"]  # fmt: skip
    points["value"] = "9"
    again = read_customers(store, read.cursor).customers[made]
    assert again.standing.points == 9
    assert again.updated_at == read.customers[made].updated_at
    store.close()


def test_somebody_never_saved_by_the_shop_has_no_time(world: WooWorld):
    made = world.new_customer(address())
    world.shop.people.users[int(made)]["modified"] = None
    store = world.adapter()
    assert store.customer(made).updated_at is None
    store.close()


# -- products --------------------------------------------------------------------------------------


def test_prices_without_tax_are_told_with_it(taxed: WooWorld):
    setting = taxed.shop._setting

    def without(asked: Asked, group: str, name: str) -> object:
        told = setting(asked, group, name)
        if name == "woocommerce_prices_include_tax":
            told.body["value"] = "no"
        return told

    taxed.shop._setting = without
    store = taxed.adapter()
    assert read_products(store).products["COF-250"].price == 991
    store.close()


def test_kinds_of_a_product_are_products(world: WooWorld):
    goods = world.shop.goods
    parent = goods.make({"name": "Cup", "type": "variable", "sku": "CUP"})
    for kind in ("Red", "Blue"):
        goods.make({"sku": f"CUP-{kind}", "name": kind, "regular_price": "5.00",
            "type": "variation", "parent_id": parent["id"]})  # fmt: skip
    goods.make({"sku": "SET", "name": "Set", "type": "grouped", "regular_price": "1.00"})
    store = world.adapter()
    told = read_products(store).products
    assert "CUP" not in told
    assert "SET" not in told
    assert (told["CUP-Red"].name, told["CUP-Red"].detail) == ("Cup", "Red")
    store.close()


def test_a_product_without_sku_or_price_is_for_nobody(world: WooWorld):
    world.shop.goods.make({"sku": "NOPRICE", "name": "Later"})
    world.shop.goods.make({"name": "No SKU", "regular_price": "1.00"})
    store = world.adapter()
    assert read_products(store).products.keys() == {one.sku for one in world.goods}
    store.close()


def test_a_product_put_aside_is_gone(world: WooWorld):
    store = world.adapter()
    read = read_products(store)
    world.shop.goods.change(1, {"status": "draft"})
    assert read_products(store, read.cursor).gone == {"COF-250"}
    store.close()
