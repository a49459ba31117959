"""Stories of a bad line: whatever gets lost, everything is done once, and told in our words."""

from collections.abc import Callable

import pytest

from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import OnlineStore, SaleNews
from tests.adapters.contract_sales import assert_told
from tests.adapters.world import (
    Network,
    World,
    acts,
    address,
    back_of,
    fresh,
    insist,
    profile_of,
    sale_of,
    standing_of,
)

FAULTS: dict[str, Callable[[Network, int], None]] = {
    "lost answer": lambda network, k: network.lose_answer(after=k),
    "lost request": lambda network, k: network.lose_request(after=k),
    "cut answer": lambda network, k: network.cut_answer(after=k),
    "server error": lambda network, k: network.status(502, after=k),
    "web page": lambda network, k: network.html(after=k),
}


def _asks(world: World, store: OnlineStore, customer: str) -> dict[str, Callable[[], object]]:
    return {
        "check": store.check,
        "put_member": lambda: store.put_member(profile_of(world, address()), None),
        "put_sale": lambda: store.put_sale(SaleNews(sale_of(world), None)),
        "put_sales": lambda: store.put_sales([SaleNews(sale_of(world), None)]),
        "put_standing": lambda: store.put_standing(customer, standing_of(world, 1)),
        "customer": lambda: store.customer(customer),
        "find_customer": lambda: store.find_customer(email=address()),
        "orders_of": lambda: store.orders_of(customer),
        "changes": lambda: store.changes(None),
        "customer_changes": lambda: store.customer_changes(None),
    }


class Line:
    """What comes of a line that fails."""

    @acts("faults")
    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_fault_at_any_request_of_a_sale_leaves_one_order(self, world: World, fault: str):
        network, store = world.network(), world.connect(network=True)
        store.put_sale(SaleNews(sale_of(world), None, fresh=True))
        asked = len(network.seen)
        store.put_sale(SaleNews(sale_of(world), None, fresh=True))
        asked = len(network.seen) - asked
        for k in range(asked):
            sale = sale_of(world)
            FAULTS[fault](network, k)
            with pytest.raises(Retryable):
                store.put_sale(SaleNews(sale, None, fresh=True))
            network.heal()
            insist(world, lambda sale=sale: store.put_sale(SaleNews(sale, None)))
            assert_told(world, sale)
        store.close()

    @acts("faults")
    def test_a_till_that_forgot_that_it_tried_makes_no_second_order(self, world: World):
        """Killed after the shop took it and before the till wrote that down."""
        network, store = world.network(), world.connect(network=True)
        store.put_sale(SaleNews(sale_of(world), None))
        before = len(network.seen)
        store.put_sale(SaleNews(sale_of(world), None, fresh=True))
        asked, drafts = len(network.seen) - before, world.unfinished()
        for k in range(asked):
            sale = sale_of(world)
            network.lose_answer(after=k)
            with pytest.raises(Retryable):
                store.put_sale(SaleNews(sale, None, fresh=True))
            network.heal()
            again = world.connect(network=True)
            insist(world, lambda s=again, x=sale: s.put_sale(SaleNews(x, None, fresh=True)))
            again.close()
            assert_told(world, sale)
        store.close()
        assert world.unfinished() <= drafts, "something half done was left behind"

    @acts("faults")
    def test_a_lost_answer_to_sales_told_together_leaves_one_order_each(self, world: World):
        network, store = world.network(), world.connect(network=True)
        store.put_sale(SaleNews(sale_of(world), None))
        size = min(max(store.capabilities.sale_batch, 1), 4)
        for k in range(2):
            news = [SaleNews(sale_of(world), None, fresh=True) for _ in range(size)]
            network.lose_answer(after=k)
            try:
                store.put_sales(news)
            except Retryable as failure:
                world.wait(failure.retry_after or 0)
            network.heal()
            told = [insist(world, lambda n=n: _whole(store.put_sales([n])[0])) for n in news]
            assert len(set(told)) == size
            for each in news:
                assert_told(world, each.sale)
        store.close()

    @acts("faults")
    def test_a_lost_answer_makes_no_second_customer(self, world: World):
        network, store = world.network(), world.connect(network=True)
        store.put_member(profile_of(world, address(), fresh("CARD")), None)
        before = len(network.seen)
        store.put_member(profile_of(world, address(), fresh("CARD")), None)
        for k in range(len(network.seen) - before):
            email, card = address(), fresh("CARD")
            network.lose_answer(after=k)
            with pytest.raises(Retryable):
                store.put_member(profile_of(world, email, card), None)
            network.heal()
            told = profile_of(world, email, card, points=8)
            made = insist(world, lambda told=told: store.put_member(told, None))
            assert world.customers_with(email) == [made]
            customer = store.customer(made)
            assert (customer.card, customer.standing.points) == (card, 8)
        store.close()

    @acts("faults")
    def test_a_lost_answer_to_a_return_pays_back_once(self, world: World):
        network, store = world.network(), world.connect(network=True)
        if store.capabilities.returns == "none":
            return
        sale = sale_of(world)
        order = store.put_sale(SaleNews(sale, None))
        before = len(network.seen)
        store.put_return(back_of(world, sale), order)
        for k in range(len(network.seen) - before):
            sale = sale_of(world)
            order, back = store.put_sale(SaleNews(sale, None)), back_of(world, sale)
            network.lose_answer(after=k)
            with pytest.raises(Retryable):
                store.put_return(back, order)
            network.heal()
            insist(world, lambda back=back, order=order: store.put_return(back, order))
            assert world.sold(sale)[0].refunded == sale.paid
        store.close()

    @acts("faults")
    def test_nobody_listens_and_every_ask_says_so(self, world: World, store: OnlineStore):
        customer = store.put_member(profile_of(world, address()), None)
        network, cut = world.network(), world.connect(network=True)
        network.down()
        for name, ask in _asks(world, cut, customer).items():
            with pytest.raises(Retryable) as failure:
                ask()
            assert failure.value.away, name
        network.heal()
        insist(world, cut.check)
        cut.close()

    @acts("faults")
    def test_a_web_page_for_an_answer_is_told_from_an_answer(self, world, store):
        customer = store.put_member(profile_of(world, address()), None)
        network, cut = world.network(), world.connect(network=True)
        cut.check()
        network.html(times=None)
        for name, ask in _asks(world, cut, customer).items():
            with pytest.raises(Retryable) as failure:
                ask()
            assert failure.value.problem in ("portal", "not_json"), name
        network.heal()
        insist(world, cut.check)
        cut.close()

    @acts("faults")
    def test_a_busy_shop_says_when_to_come_back(self, world: World, store: OnlineStore):
        customer = store.put_member(profile_of(world, address()), None)
        network, cut = world.network(), world.connect(network=True)
        cut.check()
        network.status(503, times=None, headers={"Retry-After": "17"})
        for name, ask in _asks(world, cut, customer).items():
            with pytest.raises(Retryable) as failure:
                ask()
            assert failure.value.retry_after == 17, name
        network.heal()
        cut.close()

    @acts("faults")
    def test_another_address_is_a_mistake_to_mend_or_a_thing_that_passes(self, world, store):
        customer = store.put_member(profile_of(world, address()), None)
        network, cut = world.network(), world.connect(network=True)
        for code in (301, 302, 308, 404, 410, 413, 418):
            network.status(code, times=None)
            for ask in _asks(world, cut, customer).values():
                with pytest.raises((Retryable, Misconfigured, Refused)):
                    ask()
            network.heal()
        insist(world, cut.check)
        cut.close()


def _whole(told: object) -> object:
    """The order, or the failure raised."""
    if isinstance(told, Exception):
        raise told
    return told
