"""Price and payment settled together, whatever the price stands on."""

from hypothesis import given
from hypothesis import strategies as st

from terminal.quoting import Quote
from terminal.sales import TenderKind
from ui.viewmodels.basket import MoneyCard
from ui.viewmodels.tendering import Ways, settled


def quote(net: int, currency: str = "EUR") -> Quote:
    return Quote(
        goods=net, items=1, currency=currency, points=0, redeemed_value=0, net=net, due_cash=net,
        offer=None, accrual=None, balance_after=None,
    )  # fmt: skip


@given(
    net=st.integers(0, 10_000),
    values=st.lists(st.integers(0, 4_000), max_size=3),
    kind=st.sampled_from([TenderKind.CARD, TenderKind.CASH]),
    off=st.integers(0, 10_000),
    needs=st.sampled_from(["card", "cash", "gift_card"]),
)
def test_the_price_is_the_one_for_the_ways_that_pay(
    net: int, values: list[int], kind: TenderKind, off: int, needs: str
) -> None:
    cards = [MoneyCard(f"G{n}", TenderKind.GIFT_CARD, value) for n, value in enumerate(values)]

    def make(ways: Ways) -> Quote:
        return quote(max(net - off, 0) if needs in ways else net)

    made, paid = settled(make, kind, cards)
    tenders = paid.by_card() if kind is TenderKind.CARD else paid.in_cash(paid.due)
    named = frozenset(tender.kind.value for tender in tenders)
    assert sum(tender.amount for tender in tenders) == make(named).net == made.net


def test_coins_are_rounded_only_where_cash_alone_pays() -> None:
    def make(ways: Ways) -> Quote:
        return quote(100_300, "HUF")

    alone = settled(make, TenderKind.CASH, [])[1]
    helped = settled(make, TenderKind.CASH, [MoneyCard("G1", TenderKind.GIFT_CARD, 50_000)])[1]
    assert (alone.due, alone.rest) == (100_500, 100_300)
    assert (helped.due, helped.rest) == (50_300, 50_300)
