"""Amounts, lines and rates, by themselves."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from sync.stores.woocommerce_lines import entries, net
from sync.stores.woocommerce_taxes import table
from sync.stores.woocommerce_wire import Goods, Rate, gmt, minor, money
from tests.adapters.woo.world import WooWorld
from tests.adapters.world import line_of, sale_of


def test_money_is_text_with_a_point_whatever_the_language():
    assert [money(n, "EUR") for n in (0, 5, 123456, -40)] == ["0.00", "0.05", "1234.56", "-0.40"]
    assert [minor(t, "EUR") for t in ("12.345", "7.9", "", "abc", "1e3")] == [
        1235, 790, 0, 0, 100000,
    ]  # fmt: skip


def test_rounding_down_is_taken_off_the_dearest_line(world: WooWorld):
    sale = sale_of(world, line_of(world.goods[1]), line_of(world.goods[0]), rounding=-3)
    made = entries(sale, {})
    assert [one.paid for one in made] == [420, 787]
    assert sum(one.paid for one in made) == sale.paid


@pytest.mark.parametrize("factor", ["1.255", "1.24", "1.07", "1.085", "1.2"])
def test_a_net_amount_with_its_tax_is_what_it_was(factor: str):
    rate = Decimal(factor)
    cent = Decimal("0.01")
    for gross in range(1, 3000, 7):
        exact = Decimal(net(gross, "EUR", rate))
        shown = exact.quantize(cent, "ROUND_HALF_UP")
        tax = (exact * (rate - 1)).quantize(cent, "ROUND_HALF_DOWN")
        assert shown + tax == Decimal(gross) / 100


def test_of_the_shops_rates_those_count_where_it_stands():
    rates = [
        Rate(1, "FI", "", "25.5000"), Rate(2, "SE", "", "25.0000"), Rate(3, "", "", "10.0000"),
        Rate(4, "FI", "", "14.0000", cls="reduced-rate"),
        Rate(5, "FI", "", "1.0000", priority=2, compound=True),
    ]  # fmt: skip
    told = table(rates, "FI")
    assert told == {"standard": Decimal("1.255") * Decimal("1.01"),
                    "reduced-rate": Decimal("1.14")}  # fmt: skip
    states = [Rate(1, "US", "", "4.0000"), Rate(2, "US", "CA", "7.2500")]
    assert table(states, "US:CA") == {"standard": Decimal("1.0725")}
    assert table(states, "US:NY") == {"standard": Decimal("1.04")}


def test_a_time_never_has_a_zone(world: WooWorld):
    told: Callable[..., str] = gmt
    assert told(world.now()).count(":") == 2
    assert not told(world.now()).endswith("Z")
    assert Goods(1).type == "simple"
