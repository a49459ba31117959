"""One timeline of a member's purchases, orders, returns and points from both channels."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from terminal.ids import EntryId, MemberId
from terminal.ledger import Channel, EntryKind, LedgerEntry, replay
from terminal.online import OnlineOrder
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.returns import Return
from terminal.sales import Sale, SaleLine
from terminal.services.models import TimelineItem

Balances = dict[EntryId, int]


def timeline(uow: UnitOfWork, member_id: MemberId, limit: int) -> list[TimelineItem]:
    """Newest first. A purchase carries the points it earned; what it redeemed is its own line."""
    entries = uow.ledger.entries(member_id)
    balances = replay(entries).balances
    by_source: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        by_source[entry.source_id].append(entry)
    sales = uow.sales.of_member(member_id, limit)
    staff: dict[str | None, str] = {person.id: person.name for person in uow.staff.all()}
    items = [_sale(s, by_source[s.id], balances, staff.get(s.cashier_id, "")) for s in sales]
    items += [
        _return(back, by_source[back.id], balances, staff.get(back.cashier_id, ""))
        for back in uow.sales.returns_of_member(member_id, limit)
    ]
    items += [
        _order(order, by_source[f"{order.store}:{order.remote_id}"], balances)
        for order in uow.sales.orders_of_member(member_id, limit)
    ]
    told = {entry.id for item in items for entry in item.entries}
    items += [
        _alone(entry, balances, staff.get(entry.cashier_id, ""))
        for entry in entries
        if entry.id not in told
    ]
    return sorted(_named(uow, items), key=_newest_first, reverse=True)


def _named(uow: UnitOfWork, items: Sequence[TimelineItem]) -> list[TimelineItem]:
    """With the version of the programme that made the points, for the names it gave."""
    known: dict[tuple[str, int], Program | None] = {}
    named = []
    for item in items:
        made = next(((e.program, e.program_version) for e in item.entries if e.program), None)
        if made is not None and made not in known:
            known[made] = uow.programs.version(*made)
        named.append(item if made is None else replace(item, program=known[made]))
    return named


def _newest_first(item: TimelineItem) -> tuple[object, ...]:
    return (item.at, max((entry.seq for entry in item.entries), default=0))


def _sale(sale: Sale, entries: Sequence[LedgerEntry], balances: Balances, who: str) -> TimelineItem:
    earned = [entry for entry in entries if entry.kind is EntryKind.EARN]
    return TimelineItem(
        at=sale.sold_at, kind="purchase", channel=Channel.SHOP, ref=sale.ref, amount=sale.paid,
        currency=sale.currency, items=sum(line.quantity for line in sale.lines),
        points=_points(earned), balance_after=_balance(earned, balances), where=sale.till, who=who,
        lines=sale.lines, entries=tuple(earned),
    )  # fmt: skip


def _return(
    back: Return, entries: Sequence[LedgerEntry], balances: Balances, who: str
) -> TimelineItem:
    return TimelineItem(
        at=back.returned_at, kind="return", channel=Channel.SHOP, ref=back.ref,
        amount=-back.money_back, currency=back.currency,
        items=sum(line.quantity for line in back.lines), points=_points(entries),
        balance_after=_balance(entries, balances), where=back.till, who=who, reason=back.reason,
        entries=tuple(entries),
    )  # fmt: skip


def _order(order: OnlineOrder, entries: Sequence[LedgerEntry], balances: Balances) -> TimelineItem:
    lines = tuple(SaleLine(line.sku, line.name, line.total, 1) for line in order.lines)
    return TimelineItem(
        at=order.placed_at, kind="order", channel=Channel.ONLINE, ref=order.code,
        amount=order.total, currency=order.currency,
        items=sum(line.quantity for line in order.lines), points=_points(entries),
        balance_after=_balance(entries, balances), where=order.store, who="", lines=lines,
        entries=tuple(entries),
    )  # fmt: skip


def _alone(entry: LedgerEntry, balances: Balances, who: str) -> TimelineItem:
    return TimelineItem(
        at=entry.decided_at, kind=entry.kind.value, channel=entry.channel, ref="", amount=None,
        currency="", items=0, points=entry.points or None, balance_after=balances[entry.id],
        where=entry.till, who=who, reason=entry.reason, entries=(entry,),
    )  # fmt: skip


def _points(entries: Sequence[LedgerEntry]) -> int | None:
    return sum(entry.points for entry in entries) if entries else None


def _balance(entries: Sequence[LedgerEntry], balances: Balances) -> int | None:
    return balances[max(entries, key=lambda e: e.order).id] if entries else None
