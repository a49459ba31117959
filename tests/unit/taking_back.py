"""One sale coming back in as many goes as a story wants, and small makers for it."""

from datetime import timedelta
from itertools import count

from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.ledger import replay
from terminal.returns import Return, ReturnLine, ReturnPolicy, booked, plan_return
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from tests.unit.making import START, entry

CASH, CARD = TenderKind.CASH, TenderKind.CARD
GIFT, CREDIT = TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT
EARN, REDEEM = EntryKind.EARN, EntryKind.REDEEM
CLAWBACK, ROLLBACK = EntryKind.CLAWBACK, EntryKind.ROLLBACK
LATER = START + timedelta(days=3)


def line(price: int, quantity: int = 1, off: int = 0, points_paid: int = 0) -> SaleLine:
    return SaleLine("OIL", "Oil", price, quantity, off, points_paid=points_paid)


def sale(*lines: SaleLine, tenders: tuple[Tender, ...] | None = None, rounding: int = 0) -> Sale:
    paid = sum(one.paid for one in lines) + rounding
    return Sale(
        id="s1", ref="T1-000001", till="T1", seq=1, cashier_id="c", member_id="m", currency="EUR",
        lines=lines, points_redeemed=0, redeemed_value=sum(one.points_paid for one in lines),
        rounding=rounding, tenders=tenders or (Tender(CASH, paid),), change=0, sold_at=START,
    )  # fmt: skip


def earned(n: int, points: int, *parts: Part, **more) -> LedgerEntry:
    return entry(n, points, kind=EARN, source_id="s1", parts=parts, **more)


def spent(n: int, points: int, *parts: Part, **more) -> LedgerEntry:
    return entry(n, -points, kind=REDEEM, source_id="s1", parts=parts, **more)


class Counter:
    """One sale coming back in as many goes as a story wants."""

    def __init__(self, sold: Sale, history, policy: ReturnPolicy = ReturnPolicy()) -> None:  # noqa: B008
        self.sold, self.history, self.policy = sold, list(history), policy
        self.returns: list[Return] = []
        self._numbers = count(100)

    def plan(self, *lines: tuple[int, int], at=LATER):
        asked = [ReturnLine(place, n) for place, n in lines]
        return plan_return(self.sold, asked, self.returns, self.history, at, self.policy)

    def take(self, *lines: tuple[int, int], at=None):
        """Return these (place, pieces), or all that is left."""
        moment = at or LATER + timedelta(minutes=len(self.returns))
        plan = self.plan(*lines, at=moment)
        number = next(self._numbers)
        back = Return(
            id=f"r{number}", ref=f"T1-{number}", sale_id=self.sold.id, till="T1", seq=number,
            cashier_id="c", reason="damaged", money_back=plan.money, currency="EUR",
            returned_at=moment, lines=plan.lines,
        )  # fmt: skip
        self.history += booked(
            plan, back, new_id=lambda: f"x{next(self._numbers)}",
            next_seq=lambda: next(self._numbers),
        )  # fmt: skip
        self.returns.append(back)
        return plan

    @property
    def account(self):
        return replay(self.history).account
