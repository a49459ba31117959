"""What comes back of an online order, and the points that go back with it. Pure.

An order comes back by the minor unit: each of its lines is as many pieces as were paid for it, so
that the arithmetic of returns at the till (``terminal.restoring``) holds to the cent. What a refund
says of pieces goes on their lines, the rest over what is left of all lines. What went back so far
is always the returned share of what was earned, so that it ends at exactly zero. Ids follow from
order and refund: any number of tills, and any number of looks, derive the same entries.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.entries import Channel, LedgerEntry
from terminal.ids import EntryId, SaleId, StaffId, derived_id
from terminal.money import spread
from terminal.online import ONLINE_TILL, OnlineOrder, OnlineRefund, paid_lines
from terminal.restoring import Coming, Move, ReturnPolicy, moves_back
from terminal.sales import Sale, SaleLine

WHOLE = "cancelled"
"""The name of what comes back by a cancellation."""
_APART = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One refund on the way of an order back. Minor units of each line, before and after it."""

    id: str
    at: datetime | None
    before: tuple[int, ...]
    after: tuple[int, ...]


def source_of(order: OnlineOrder) -> str:
    """The source of the entries by which an order earns."""
    return f"{order.store}:{order.remote_id}"


def as_sold(order: OnlineOrder) -> Sale:
    """The order as a sale that can come back by the minor unit."""
    lines = [
        SaleLine(line.sku, "", 1 if line.paid else 0, line.paid or 1) for line in paid_lines(order)
    ]
    return Sale(
        id=SaleId(source_of(order)), ref=order.code, till=ONLINE_TILL, seq=0,
        cashier_id=StaffId(""), member_id=order.member_id, currency=order.currency,
        lines=tuple(lines), points_redeemed=0, redeemed_value=0, rounding=0, tenders=(), change=0,
        sold_at=order.placed_at,
    )  # fmt: skip


def steps(order: OnlineOrder) -> list[Step]:
    """Its refunds in the order in which they were made, and at last its cancellation."""
    sold = as_sold(order).lines
    worth = [line.quantity if line.unit_price else 0 for line in sold]
    told = sorted(order.refunds, key=lambda one: (one.at or order.placed_at, one.id))
    found: list[Step] = []
    left = worth
    for refund in told:
        after = [was - part for was, part in zip(left, _on_lines(order, refund, left), strict=True)]
        found.append(_step(refund.id, refund.at, worth, left, after))
        left = after
    if order.cancelled:
        found.append(_step(WHOLE, None, worth, left, [0] * len(left)))
    return found


def lines_kept(order: OnlineOrder) -> list[tuple[str, int, int]]:
    """(SKU, pieces, minor units) of what the customer has of it still: pieces that refunds name are
    gone, and so is everything of an order whose goods were all paid back."""
    if order.cancelled or (order.goods and order.goods_back == order.goods):
        return []
    gone = Counter[str]()
    for refund in order.refunds:
        for sku, pieces in refund.pieces:
            gone[sku] += max(pieces, 0)
    kept = []
    for line in order.lines:
        back = min(gone[line.sku], max(line.quantity, 0))
        gone[line.sku] -= back
        left = line.quantity - back
        if left > 0:
            kept.append((line.sku, left, line.total - line.total * back // line.quantity))
    return kept


def clawbacks(
    order: OnlineOrder,
    history: Sequence[LedgerEntry],
    handled: Iterable[OnlineRefund],
    policy_at: Callable[[datetime], ReturnPolicy],
    now: datetime,
    *,
    cancelled: bool = False,
) -> list[LedgerEntry]:
    """The entries by which points go back that the order gave.

    ``history`` are all entries of whom it earned for. Refunds that were ``handled`` before (and,
    where that was, the cancellation) are passed over: what was let go then stays so. A refund whose
    amount has grown since counts anew for what is more.
    """
    sale, known = as_sold(order), {one.id: one.goods for one in handled}
    amounts = {refund.id: refund.goods for refund in order.refunds}
    made: list[LedgerEntry] = []
    for step in steps(order):
        is_known = cancelled if step.id == WHOLE else known.get(step.id) == amounts.get(step.id)
        if is_known:
            continue
        name = f"{step.id}:{amounts[step.id]}" if step.id in known else step.id
        at = max(step.at or now, order.placed_at + _APART)
        coming = Coming(sale=sale, before=step.before, after=step.after, at=at)
        moves, _let_go = moves_back(coming, [*history, *made], policy_at(at))
        made += entries_of(order, name, moves, at)
    return made


def _on_lines(order: OnlineOrder, refund: OnlineRefund, left: Sequence[int]) -> list[int]:
    """How the minor units of a refund stand on what is left of the lines."""
    due = min(max(refund.goods, 0), sum(left))
    named = [0] * len(left)
    for sku, pieces in refund.pieces if len(order.lines) == len(left) else ():
        for place, line in enumerate(order.lines):
            if line.sku == sku and pieces > 0 and line.quantity > 0:
                most = min(left[place] - named[place], max(line.total, 0) * pieces // line.quantity)
                named[place] += max(most, 0)
                break
    if sum(named) > due:
        named = spread(due, named)
    rest = [was - part for was, part in zip(left, named, strict=True)]
    shares = spread(due - sum(named), rest)
    return [part + more for part, more in zip(named, shares, strict=True)]


def _step(
    name: str,
    at: datetime | None,
    worth: Sequence[int],
    before: Sequence[int],
    after: Sequence[int],
) -> Step:
    """A line for which nothing was paid is one piece that comes back with the last minor unit; of
    an order for which nothing was paid nothing does, but by its cancellation."""

    def back(left: Sequence[int], *, whole: bool) -> tuple[int, ...]:
        over = int(whole or (any(worth) and not any(left)))
        return tuple(was - now if was else over for was, now in zip(worth, left, strict=True))

    return Step(name, at, back(before, whole=False), back(after, whole=name == WHOLE))


def entries_of(
    order: OnlineOrder, name: str, moves: Sequence[Move], at: datetime
) -> list[LedgerEntry]:
    """The entries of moves that undo something of an order; ``name`` says by what. A microsecond
    apart, they keep their order."""
    return [
        _entry(order, name, move, at + number * _APART, number) for number, move in enumerate(moves)
    ]


def _entry(order: OnlineOrder, refund: str, move: Move, at: datetime, number: int) -> LedgerEntry:
    lot, of = move.lot, move.of
    return LedgerEntry(
        id=EntryId(
            derived_id(
                "refund", order.store, order.remote_id, refund, of.id, lot.entry_id if lot else ""
            )
        ),
        member_id=of.member_id, kind=move.kind, points=move.points, decided_at=at,
        till=ONLINE_TILL, seq=number, channel=Channel.ONLINE, program=of.program,
        usable_at=lot.usable_at if lot else None, lapses_at=lot.lapses_at if lot else None,
        program_version=of.program_version, basis=move.basis, currency=of.currency, rate=of.rate,
        source_id=f"refund:{order.store}:{order.remote_id}:{refund}", reverses=of.id,
        reason=order.code, qualifying=move.qualifying, held=lot is not None and lot.held,
        keeps_until=lot.lapses_at if lot and lot.kept else None, lot=lot.entry_id if lot else None,
    )  # fmt: skip
