"""Stories of what the shop tells: orders, refunds, people and products, none left out."""

from datetime import UTC, timedelta

import pytest

from sync.online_store import OnlineStore
from tests.adapters.world import (
    World,
    acts,
    address,
    customers_so_far,
    fresh,
    orders_so_far,
    profile_of,
    read_customers,
    read_orders,
    read_products,
)

GARBAGE = ("", "{not ours", "[]", "null", "\x00", '{"skip": -1}', "9" * 400)


class Feeds:
    """Orders, customers and products there."""

    @acts("shoppers", "place_order")
    def test_a_paid_order_is_told_with_what_it_earns_on(self, world: World, store: OnlineStore):
        start = orders_so_far(world, store)
        email = address("Shopper")
        shopper = world.new_customer(email)
        first, second = world.goods[:2]
        placed = world.place_order({first.sku: 2, second.sku: 1}, email)
        order = read_orders(store, start.cursor).orders[placed.id]
        assert (order.code, order.store, order.sale_id) == (placed.code, store.name, "")
        assert (order.customer_id, order.email) == (shopper, email.lower())
        assert (order.goods, order.total) == (placed.goods, placed.total)
        assert order.goods == 2 * first.price + second.price
        assert order.currency == world.currency
        assert {(x.sku, x.quantity, x.total) for x in order.lines} == {
            (first.sku, 2, 2 * first.price), (second.sku, 1, second.price),
        }  # fmt: skip
        assert order.placed_at.utcoffset() == timedelta()
        assert abs(order.placed_at - world.now()) < timedelta(minutes=2)
        assert (order.refunds, order.cancelled, order.coupons) == ((), False, ())

    @acts("shoppers", "place_order")
    def test_small_pages_bring_what_one_great_page_brings(self, world: World, store):
        email = address("shopper")
        world.new_customer(email)
        start = orders_so_far(world, store)
        placed = {world.place_order({world.goods[0].sku: 1}, email).id for _ in range(3)}
        small = world.connect(page_size=2)
        one, other = read_orders(small, start.cursor), read_orders(store, start.cursor)
        small.close()
        assert placed <= one.orders.keys()
        assert one.orders == other.orders

    @acts("shoppers", "place_order", "cancel")
    def test_nothing_is_left_out_while_rows_change_between_pages(self, world: World, store):
        email = address("shopper")
        world.new_customer(email)
        goods = {world.goods[0].sku: 1}
        reader = world.connect(page_size=2)
        start = orders_so_far(world, store)
        placed = [world.place_order(goods, email) for _ in range(5)]
        page = reader.changes(start.cursor)
        seen = {order.remote_id for order in page.orders}
        world.cancel(placed[0])
        late = world.place_order(goods, email)
        read = read_orders(reader, page.cursor)
        seen |= read.orders.keys() | read_orders(reader, read.cursor).orders.keys()
        reader.close()
        assert {order.id for order in (*placed, late)} <= seen

    @acts("shoppers", "place_order", "pay_later", "outlast")
    def test_an_order_paid_long_after_its_cart_was_filled_is_found(self, world, store):
        email, other = address("shopper"), address("other")
        world.new_customer(email)
        world.new_customer(other)
        cart = world.open_order({world.goods[0].sku: 1}, email)
        world.outlast()
        world.place_order({world.goods[1].sku: 1}, other)
        start = orders_so_far(world, store)
        assert cart.id not in start.orders, "it was not paid yet"
        world.outlast()
        world.place_order({world.goods[1].sku: 1}, other)
        start = read_orders(store, start.cursor)
        world.pay_order(cart)
        read = read_orders(store, start.cursor)
        assert cart.id in read.orders

    @acts("shoppers", "place_order", "refund", "outlast")
    def test_a_refund_is_seen_however_long_after_the_order(self, world: World, store):
        email = address("shopper")
        world.new_customer(email)
        placed = world.place_order({world.goods[0].sku: 2}, email)
        world.outlast()
        start = orders_so_far(world, store)
        start = read_orders(store, start.cursor)
        world.refund(placed, 300)
        read = read_orders(store, start.cursor)
        order = read.orders[placed.id]
        assert (order.goods, order.goods_back, order.cancelled) == (placed.goods, 300, False)
        [refund] = order.refunds
        assert (bool(refund.id), refund.goods) == (True, 300)
        world.refund(placed, 200)
        order = read_orders(store, read.cursor).orders[placed.id]
        assert (order.goods, order.goods_back) == (placed.goods, 500)
        assert len({refund.id for refund in order.refunds}) == 2

    @acts("shoppers", "place_order", "cancel", "outlast")
    def test_a_cancelled_order_is_seen_and_all_its_goods_are_back(self, world: World, store):
        email = address("shopper")
        world.new_customer(email)
        placed = world.place_order({world.goods[0].sku: 2}, email)
        world.outlast()
        start = orders_so_far(world, store)
        world.cancel(placed)
        order = read_orders(store, start.cursor).orders[placed.id]
        assert order.cancelled
        assert order.goods_back == order.goods == placed.goods

    @acts("shoppers", "place_order", "outlast")
    def test_a_quiet_shop_tells_little_and_from_the_beginning_everything(self, world, store):
        email = address("shopper")
        world.new_customer(email)
        placed = world.place_order({world.goods[0].sku: 1}, email)
        world.outlast()
        read = orders_so_far(world, store)
        assert placed.id in read.orders
        world.place_order({world.goods[0].sku: 1}, email)
        quiet = read_orders(store, read_orders(store, read.cursor).cursor)
        assert placed.id not in quiet.orders, "every round would bring the whole shop"
        assert placed.id in read_orders(store, None).orders

    @acts("shoppers", "place_order")
    @pytest.mark.parametrize("cursor", GARBAGE)
    def test_a_cursor_that_cannot_be_read_begins_from_the_beginning(self, world, store, cursor):
        email = address("shopper")
        world.new_customer(email)
        world.place_order({world.goods[0].sku: 1}, email)
        begun, people = store.changes(None), store.customer_changes(None)
        assert begun.orders
        assert people.customers
        assert store.changes(cursor).orders == begun.orders
        assert store.customer_changes(cursor).customers == people.customers

    @acts("shoppers", "place_order")
    def test_a_persons_orders_are_told_newest_first(self, world: World, store: OnlineStore):
        start = orders_so_far(world, store)
        email, other = address("shopper"), address("other")
        shopper, stranger = world.new_customer(email), world.new_customer(other)
        placed = [world.place_order({world.goods[0].sku: n}, email) for n in (1, 2)]
        world.place_order({world.goods[0].sku: 1}, other)
        told = store.orders_of(shopper)
        assert {order.remote_id for order in told} == {order.id for order in placed}
        assert [order.placed_at for order in told] == sorted(
            (order.placed_at for order in told), reverse=True
        )
        assert len(store.orders_of(stranger)) == 1
        everybody = read_orders(store, start.cursor).orders
        assert all(everybody[order.remote_id] == order for order in told)

    # -- people ----------------------------------------------------------------------------------

    @acts("shoppers")
    def test_people_are_told_when_they_come_and_when_they_change(self, world: World, store):
        start = customers_so_far(world, store)
        email, phone = address("Shopper"), "+302105550101"
        shopper = world.new_customer(email, "Example & Co", "O'Sample", phone)
        member = store.put_member(profile_of(world, address(), card := fresh("CARD")), None)
        read = read_customers(store, start.cursor)
        customer = read.customers[shopper]
        assert customer == store.customer(shopper)
        assert (customer.email, customer.phone) == (email.lower(), phone)
        assert (customer.given_name, customer.family_name) == ("Example & Co", "O'Sample")
        assert read.customers[member].card == card
        world.edit_customer(shopper, given_name="Παράδειγμα")
        read = read_customers(store, read.cursor)
        assert read.customers[shopper].given_name == "Παράδειγμα"
        changed = read.customers[shopper].updated_at
        assert changed is None or changed.tzinfo is UTC or changed.utcoffset() == timedelta()

    @acts("shoppers", "delete_customer")
    def test_nobody_is_left_out_while_people_change_between_pages(self, world: World, store):
        reader = world.connect(page_size=2)
        start = customers_so_far(world, store)
        people = [world.new_customer(address("shopper")) for _ in range(5)]
        page = reader.customer_changes(start.cursor)
        seen = {customer.id for customer in page.customers}
        world.edit_customer(people[0], given_name="Deigma")
        world.delete_customer(people[1])
        late = world.new_customer(address("late"))
        read = read_customers(reader, page.cursor)
        again = read_customers(reader, read.cursor)
        seen |= read.customers.keys() | again.customers.keys()
        reader.close()
        assert {*people[2:], people[0], late} <= seen
        changed = {**read.customers, **again.customers}[people[0]]
        assert changed.given_name == "Deigma"

    @acts("shoppers", "outlast")
    def test_a_quiet_shop_does_not_tell_all_its_people_again(self, world: World, store):
        shopper = world.new_customer(address("shopper"))
        world.outlast()
        world.new_customer(address("shopper"))
        read = customers_so_far(world, store)
        assert shopper in read.customers
        if store.capabilities.customer_changes == "feed":
            quiet = read_customers(store, read_customers(store, read.cursor).cursor)
            assert shopper not in quiet.customers
        assert shopper in read_customers(store, None).customers

    # -- products --------------------------------------------------------------------------------

    def test_products_are_told_with_what_they_cost(self, world: World, store: OnlineStore):
        if not store.capabilities.products:
            with pytest.raises(NotImplementedError):
                store.products(None)
            return
        told = read_products(store).products
        for wanted in world.goods:
            found = told[wanted.sku]
            assert (found.price, found.currency) == (wanted.price, world.currency)
            assert found.name == wanted.name
            assert not wanted.ean or found.ean == wanted.ean
            assert not wanted.goods.tax or found.goods.tax == wanted.goods.tax
        small = world.connect(page_size=2)
        assert read_products(small).products == told
        small.close()

    @acts("edit_products")
    def test_products_are_told_when_they_come_and_when_their_price_changes(self, world, store):
        if not store.capabilities.products:
            return
        start = read_products(store)
        sku = fresh("NEW-")
        world.make_product(sku, "Figs & honey", 1290)
        read = read_products(store, start.cursor)
        assert (read.products[sku].name, read.products[sku].price) == ("Figs & honey", 1290)
        world.price_product(sku, 1350)
        read = read_products(store, read.cursor)
        assert read.products[sku].price == 1350

    @acts("edit_products", "end_product")
    def test_a_product_that_is_no_longer_sold_is_said_to_be_gone(self, world, store):
        if not store.capabilities.products:
            return
        sku = fresh("OLD-")
        world.make_product(sku, "Last year's olives", 790)
        read = read_products(store)
        assert sku in read.products
        world.end_product(sku)
        after = read_products(store, read.cursor)
        assert sku in after.gone
        assert sku not in after.products
