"""What a rule, a promotion or a reward gives, as tagged data (``kind`` names which).

Amounts are minor units, shares are hundredths of a percent (1 000 is 10 %), points are whole.
"""

from typing import Annotated, Literal

from msgspec import Meta

from terminal.programs.conditions import Code, Data, Hundredths, Positive, Whole


class PerMoney(Data, frozen=True, tag_field="kind", tag="per_money"):
    """``points`` for each ``per`` minor units of the basis.

    ``full``: only full steps count (10 points per 2.00 are 30 for 7.00); otherwise in proportion
    (35), rounded as the programme says.
    """

    points: Positive
    per: Positive
    full: bool = True


class PerUnit(Data, frozen=True, tag_field="kind", tag="per_unit"):
    """``points`` for each ``units`` pieces that are paid for (free ones earn nothing)."""

    points: Positive
    units: Positive = 1


class PerOrder(Data, frozen=True, tag_field="kind", tag="per_order"):
    """``points`` once: for the purchase, or for the event the rule waits for."""

    points: Positive


class Multiply(Data, frozen=True, tag_field="kind", tag="multiply"):
    """The points of the goods meant, times ``percent`` / 100: 200 doubles them."""

    percent: Annotated[int, Meta(ge=101, le=10_000)]


Points = PerMoney | PerUnit | PerOrder | Multiply


class MoneyOff(Data, frozen=True, tag_field="kind", tag="money_off"):
    """``amount`` off the goods meant, never below zero."""

    amount: Positive


class PercentOff(Data, frozen=True, tag_field="kind", tag="percent_off"):
    """A share off the goods meant, at most ``cap``."""

    share: Hundredths
    cap: Positive | None = None


class Cheapest(Data, frozen=True, tag_field="kind", tag="cheapest"):
    """A share off one piece: the cheapest of the goods meant, at most ``cap``."""

    share: Hundredths = 10_000
    cap: Positive | None = None


class FreeItem(Data, frozen=True, tag_field="kind", tag="free_item"):
    """Up to ``quantity`` pieces of the goods meant for nothing, dearest first.

    They must be in the basket; with ``sku``, the piece is handed over and added by the counter.
    """

    quantity: Positive = 1
    sku: str = ""


class Gift(Data, frozen=True, tag_field="kind", tag="gift"):
    """Something handed over that is not for sale; ``cost`` is what it costs the shop."""

    name: str
    cost: Whole = 0


class FixedPrice(Data, frozen=True, tag_field="kind", tag="fixed_price"):
    """Each piece of the goods meant for ``price`` where it costs more: members' prices."""

    price: Whole


class BuyGet(Data, frozen=True, tag_field="kind", tag="buy_get"):
    """For every ``buy`` pieces ``get`` more at a share off (all of it: free).

    ``among`` "scanned": of every ``buy + get`` pieces in the basket the ``get`` cheapest;
    "added": the free ones come on top and do not count as bought. ``get_skus`` empty: of the same
    goods. At most ``most`` free ones in a sale.
    """

    buy: Positive
    get: Positive = 1
    share: Hundredths = 10_000
    among: Literal["scanned", "added"] = "scanned"
    get_skus: tuple[str, ...] = ()
    most: Positive | None = None


class Step(Data, frozen=True):
    """From ``minimum`` minor units on: ``share`` or ``amount`` off."""

    minimum: Whole
    share: Hundredths | None = None
    amount: Positive | None = None


class Steps(Data, frozen=True, tag_field="kind", tag="steps"):
    """The highest step reached counts; steps rise by ``minimum``."""

    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]


class GiveCoupon(Data, frozen=True, tag_field="kind", tag="coupon"):
    """A coupon of a kind that the programme describes, for a later purchase."""

    coupon: Code


class Donate(Data, frozen=True, tag_field="kind", tag="donate"):
    """The points go to a cause; ``value`` is what the shop gives for them."""

    cause: Code
    value: Whole


Money = (
    MoneyOff | PercentOff | Cheapest | FreeItem | Gift | FixedPrice | BuyGet | Steps | GiveCoupon
)
Prize = (
    MoneyOff
    | PercentOff
    | Cheapest
    | FreeItem
    | Gift
    | FixedPrice
    | BuyGet
    | Steps
    | GiveCoupon
    | Donate
)
