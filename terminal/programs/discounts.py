"""What an effect takes off a basket, line by line: pure arithmetic on what is still to pay.

Money is taken off the goods meant as they stand, after everything that came before. A share is
rounded once, on the whole, halves up (in the customer's favour), and spread by largest remainder;
of single pieces each line's share is rounded once. Never more than is left. What is handed over
comes with goods that are meant; without any, nothing does.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from terminal.money import spread
from terminal.programs.bill import Bill
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    GiveCoupon,
    Money,
    MoneyOff,
    PercentOff,
    Steps,
)

ALL = 10_000
"""A whole, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Cut:
    """``shares`` off the lines at ``places``; of these ``given`` pieces cost nothing any more
    (empty: none). ``pieces`` of ``sku`` come on top; ``gives`` is handed over."""

    places: Sequence[int] = ()
    shares: Sequence[int] = ()
    given: Sequence[int] = ()
    sku: str = ""
    pieces: int = 0
    gives: str = ""

    def __bool__(self) -> bool:
        return bool(self.gives or self.pieces or any(self.shares))


NONE = Cut()


def cut(bill: Bill, meant: Sequence[int], gives: Money | Donate) -> Cut:
    """What an effect takes off the goods ``meant``; falsy when that is nothing."""
    match gives:
        case PercentOff():
            return _percent(bill, meant, gives.share, gives.cap)
        case MoneyOff():
            return _off(bill, meant, gives.amount)
        case FixedPrice():
            return _fixed_price(bill, meant, gives.price)
        case Cheapest():
            return _cheapest(bill, meant, gives)
        case FreeItem():
            return _free_item(bill, meant, gives)
        case BuyGet():
            return _buy_get(bill, meant, gives)
        case Steps():
            return _steps(bill, meant, gives)
        case Gift():
            return Cut(gives=gives.name) if meant else NONE
        case GiveCoupon():
            return Cut(gives=gives.coupon) if meant else NONE
        case _:
            return Cut(gives=gives.cause)


def tier_off(bill: Bill, off: int) -> Cut:
    """A level's share off every price."""
    return _percent(bill, bill.goods[0], off, None)


def _off(bill: Bill, meant: Sequence[int], amount: int) -> Cut:
    return _taking(meant, bill.rest(meant), amount)


def _percent(bill: Bill, meant: Sequence[int], share: int, cap: int | None) -> Cut:
    left = bill.rest(meant)
    amount = (sum(left) * share + ALL // 2) // ALL
    return _taking(meant, left, amount if cap is None else min(amount, cap))


def _taking(meant: Sequence[int], left: list[int], amount: int) -> Cut:
    total = sum(left)
    if not total:
        return NONE
    return Cut(meant, left if amount >= total else spread(amount, left))


def _steps(bill: Bill, meant: Sequence[int], gives: Steps) -> Cut:
    due = bill.due(meant)
    reached = [step for step in gives.steps if step.minimum <= due]
    if not reached:
        return NONE
    step = max(reached, key=lambda step: step.minimum)
    if step.share is not None:
        return _percent(bill, meant, step.share, step.amount)
    return _off(bill, meant, step.amount or 0)


def _fixed_price(bill: Bill, meant: Sequence[int], price: int) -> Cut:
    shares = []
    for n in meant:
        left, pieces = bill.left[n], bill.open[n]
        over = left + (bill.lines[n].goods.fixed - price) * pieces
        shares.append(min(left, over) if over > 0 else 0)
    return Cut(meant, shares)


# -- single pieces ---------------------------------------------------------------------------------


def _cheapest(bill: Bill, meant: Sequence[int], gives: Cheapest) -> Cut:
    priced = bill.priced(meant)
    if not priced:
        return NONE
    place = min(priced, key=bill.each)
    worth = bill.worth(place, 1, gives.share)
    amount = worth if gives.cap is None else min(worth, gives.cap)
    return Cut((place,), (amount,), (int(gives.share == ALL and amount == worth),))


def _free_item(bill: Bill, meant: Sequence[int], gives: FreeItem) -> Cut:
    if gives.sku:
        return Cut(sku=gives.sku, pieces=gives.quantity) if meant else NONE
    dearest = sorted(bill.priced(meant), key=bill.each, reverse=True)
    return _pieces(bill, dearest, gives.quantity, ALL)


def _buy_get(bill: Bill, meant: Sequence[int], gives: BuyGet) -> Cut:
    bought = bill.priced(meant)
    if gives.among == "added" and gives.share == ALL:
        return _added(bill, bought, gives)
    cheapest = sorted(bought, key=bill.each)
    if not gives.get_skus:
        return _pieces(bill, cheapest, _how_many(bill, bought, bought, 0, gives), gives.share)
    # What does not count as bought is given first: it costs no bought piece.
    paying, skus = frozenset(bought), frozenset(gives.get_skus)
    apart = bill.priced(
        n for n, line in enumerate(bill.lines) if line.sku in skus and n not in paying
    )
    wanted = sorted(apart, key=bill.each)
    wanted += [n for n in cheapest if bill.lines[n].sku in skus]
    count = _how_many(bill, bought, wanted, bill.pieces(apart), gives)
    return _pieces(bill, wanted, count, gives.share)


def _how_many(
    bill: Bill, bought: Sequence[int], wanted: Sequence[int], apart: int, gives: BuyGet
) -> int:
    """The most pieces that can be given so that those left over still pay for them.

    ``apart`` of those wanted do not count as bought.
    """
    pieces, most = bill.pieces(bought), bill.pieces(wanted)
    if gives.most is not None:
        most = min(most, gives.most)

    def too_many(given: int) -> bool:
        return (pieces - max(given - apart, 0)) // gives.buy * gives.get < given

    return bisect_left(range(1, most + 1), True, key=too_many)


def _added(bill: Bill, bought: Sequence[int], gives: BuyGet) -> Cut:
    """Pieces on top: of the first product named that is in the basket, or of the cheapest."""
    pieces = bill.pieces(bought) // gives.buy * gives.get
    if gives.most is not None:
        pieces = min(pieces, gives.most)
    if not pieces:
        return NONE
    if not gives.get_skus:
        return Cut(sku=bill.lines[min(bought, key=bill.each)].sku, pieces=pieces)
    here = {line.sku for line in bill.lines}
    named = next((sku for sku in gives.get_skus if sku in here), gives.get_skus[0])
    return Cut(sku=named, pieces=pieces)


def _pieces(bill: Bill, places: Sequence[int], count: int, share: int) -> Cut:
    """``share`` off ``count`` pieces, taken from lines in their order."""
    used, shares, given = [], [], []
    for place in places:
        pieces = min(count, bill.open[place])
        if not pieces:
            break
        used.append(place)
        shares.append(bill.worth(place, pieces, share))
        given.append(pieces if share == ALL else 0)
        count -= pieces
    return Cut(used, shares, given)
