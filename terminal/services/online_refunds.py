"""Points that go back with an online order, and all that had come of them.

In the caller's unit of work. What an order gave is taken back share by share
(``terminal.refunding``); once everything is back, so are the uses of its rules, its coupons, the
stamp cards it filled and the challenges that are no longer reached. A debt where the points are
spent, or let go, is the programme's policy, as at the till.

A refund made online on a sale of the till is money that left by another door. Which goods came back
and whether the till's day must show it only a person can say: that is a task, never a return made
up by the program.
"""

from dataclasses import replace
from datetime import datetime

from terminal.desk_tasks import Task, TaskKind
from terminal.entries import EntryKind, LedgerEntry
from terminal.ids import EntryId, MemberId, NewId, SaleId, derived_id
from terminal.online import ONLINE_TILL, OnlineOrder
from terminal.ports import RemoteLink, UnitOfWork
from terminal.programs.accrual import money_of
from terminal.programs.calendar import local_day
from terminal.programs.wanted import wanted
from terminal.refunding import as_sold, clawbacks, entries_of, source_of
from terminal.sales import Sale
from terminal.services.campaigning import Scene, challenge_of, unreached
from terminal.services.carrying import carry_over
from terminal.services.facts import zone_of
from terminal.services.returning import all_back, policy_of, stamps_back, unused
from terminal.services.selling import chance_of
from terminal.services.standing import expire_lapsed
from terminal.services.vouchers import public_code, public_kind
from terminal.services.web_back import went_back
from terminal.services.whose import survivor_of
from terminal.shares import pieces, value_back
from terminal.vouchers import Voucher, VoucherCode, VoucherKind, clean_code

_FEW = 10
"""Minor units by which two sides may differ because each rounds for itself."""


def came_back(order: OnlineOrder) -> bool:
    """Whether nothing of it is left."""
    return order.cancelled or (order.goods > 0 and order.goods_back == order.goods)


def take_back(
    uow: UnitOfWork,
    order: OnlineOrder,
    known: OnlineOrder | None,
    now: datetime,
    new_id: NewId,
    blocked: list[VoucherCode],
) -> list[LedgerEntry]:
    """What is new of an order's way back. ``known`` is the order as it was booked before; None: it
    was not. Answers the entries; ``blocked`` gets the coupons that are no longer good."""
    if not (order.refunds or order.cancelled):
        return []
    before = () if known is None else known.refunds
    if known is not None and (order.refunds, order.cancelled) == (before, known.cancelled):
        return []
    gave = [e for e in uow.ledger.of_source(source_of(order)) if e.kind is EntryKind.EARN]
    whole = came_back(order) and not (known is not None and came_back(known))
    if not gave:
        return []
    owner = gave[0].member_id
    expire_lapsed(uow, owner, ONLINE_TILL, now)
    made = _stamps(uow, order, owner, now, blocked) if whole else []
    claws = clawbacks(
        order, uow.ledger.entries(owner), before, lambda at: policy_of(uow.programs.at(at)), now,
        cancelled=known is not None and known.cancelled,
    )  # fmt: skip
    uow.ledger.append(claws)
    made += claws
    if whole:
        _count_back(uow, gave)
    made += _challenges(uow, order, owner, now, new_id, blocked)
    expire_lapsed(uow, owner, ONLINE_TILL, now)
    survivor = survivor_of(uow, owner)
    if survivor != owner:
        made += carry_over(uow, owner, survivor, now)
    return made


def make_up_for(uow: UnitOfWork, order: OnlineOrder, now: datetime) -> list[LedgerEntry]:
    """What should have gone back by now and did not. Nothing where the programme lets points go."""
    gave = [e for e in uow.ledger.of_source(source_of(order)) if e.kind is EntryKind.EARN]
    policy = policy_of(uow.programs.at(now))
    if not gave or policy.clawback != "debt":
        return []
    owner = gave[0].member_id
    claws = clawbacks(order, uow.ledger.entries(owner), (), lambda _at: policy, now)
    missing = [
        each if uow.ledger.get(each.id) is None
        else replace(each, id=EntryId(derived_id("made up", each.id, str(each.points))))
        for each in claws
    ]  # fmt: skip
    new = set(uow.ledger.append(missing))
    made = [entry for entry in missing if entry.id in new]
    survivor = survivor_of(uow, owner)
    if made and survivor != owner:
        made += carry_over(uow, owner, survivor, now)
    return made


def _stamps(
    uow: UnitOfWork,
    order: OnlineOrder,
    owner: MemberId,
    now: datetime,
    blocked: list[VoucherCode],
) -> list[LedgerEntry]:
    """Coupons of stamp cards become points again before the points of the order go back."""
    moves = stamps_back(uow, as_sold(order), uow.ledger.entries(owner), now)
    for move in moves:
        blocked += _block(uow, move.of.id, order.placed_at)
    entries = entries_of(order, "stamps", moves, now)
    uow.ledger.append(entries)
    return entries


def _challenges(
    uow: UnitOfWork,
    order: OnlineOrder,
    owner: MemberId,
    now: datetime,
    new_id: NewId,
    blocked: list[VoucherCode],
) -> list[LedgerEntry]:
    """What a member no longer reaches is taken back."""
    program = uow.programs.at(order.placed_at)
    if program is None or not program.challenges:
        return []
    scene = Scene(uow=uow, program=program, till=ONLINE_TILL, now=now, chance=chance_of(new_id))
    entries: list[LedgerEntry] = []
    for key in unreached(scene, owner, order.placed_at):
        history = uow.ledger.entries(owner)
        moves = all_back(uow, as_sold(order), challenge_of(key), history, now)
        entries += entries_of(order, f"challenge:{key}", moves, now)
        blocked += _block(uow, key, order.placed_at)
        uow.ledger.append(entries)
    return entries


def _block(uow: UnitOfWork, source: str, issued_at: datetime) -> list[VoucherCode]:
    vouchers = list(unused(uow, source, issued_at))
    for voucher in vouchers:
        uow.vouchers.put(replace(voucher, blocked=True))
    return [voucher.code for voucher in vouchers]


def _count_back(uow: UnitOfWork, gave: list[LedgerEntry]) -> None:
    """Limits and budgets as before."""
    for entry in gave:
        program = uow.programs.version(entry.program, entry.program_version)
        if program is None:
            continue
        day, recorded = (
            local_day(entry.decided_at, zone_of(program)).isoformat(), wanted(program).recorded,
        )  # fmt: skip
        for part in entry.parts:
            if part.rule in recorded:
                uow.uses.add(part.rule, entry.member_id, day, -1, -part.points, -money_of(part))


# -- coupons ---------------------------------------------------------------------------------------


def book_coupons(
    uow: UnitOfWork, order: OnlineOrder, known: OnlineOrder | None, now: datetime
) -> list[VoucherCode]:
    """Coupons of ours that an order used are used up, once; those of a cancelled order are good
    again. One that was used up here before is a task. Answers the codes that moved."""
    source = source_of(order)
    new = [code for code in order.coupons if known is None or code not in known.coupons]
    moved = [code for text in new if (code := _use(uow, order, text, source, now)) is not None]
    if order.cancelled and not (known is not None and known.cancelled):
        codes = {VoucherCode(clean_code(text)) for text in order.coupons}
        moved += [code for code in sorted(codes) if uow.vouchers.given_back(code, source)]
    return moved


def _use(
    uow: UnitOfWork, order: OnlineOrder, text: str, source: str, now: datetime
) -> VoucherCode | None:
    code = VoucherCode(clean_code(text))
    if not code:
        return None
    voucher = uow.vouchers.get(code) or _public(uow, order, code)
    if voucher is None or voucher.kind is not VoucherKind.COUPON:
        return None  # one of the store's own
    why = "points_back" if went_back(uow, code) else "used_twice"
    if why == "used_twice" and uow.vouchers.used(code, order.member_id, source):
        return code
    uow.tasks.put(
        Task(
            id=derived_id("coupon used twice", order.store, order.remote_id, code),
            kind=TaskKind.COUPON_STUCK, made_at=now, member_id=voucher.owner or order.member_id,
            store=order.store, subject_id=code,
            details={"code": code, "order": order.code, "why": why},
        )
    )  # fmt: skip
    return None


def _public(uow: UnitOfWork, order: OnlineOrder, code: VoucherCode) -> Voucher | None:
    """The one code for everybody, kept from its first use on."""
    program = uow.programs.at(order.placed_at)
    kind = public_kind(program, code) if program else None
    if kind is None:
        return None
    voucher = Voucher(
        code=VoucherCode(public_code(kind)), kind=VoucherKind.COUPON, issued_at=order.placed_at,
        coupon=kind.code, uses_left=kind.uses,
    )  # fmt: skip
    uow.vouchers.put(voucher)
    return voucher


# -- sales of the till -----------------------------------------------------------------------------


def look_at_sale(uow: UnitOfWork, order: OnlineOrder, now: datetime) -> bool:
    """Whether money went back online for a sale of the till that the till does not know of; then
    there is a task."""
    sale = uow.sales.get(SaleId(order.sale_id)) if order.goods_back else None
    if sale is None:
        return False
    back = pieces(sale.lines, [one.lines for one in uow.sales.returns_of(sale.id)])
    unknown = order.goods_back - value_back(sale.lines, back)
    if unknown <= max(_FEW, order.goods // 100):
        return False
    return uow.tasks.put(
        Task(
            id=_asked_of(order.store, order.remote_id, order.goods_back),
            kind=TaskKind.REFUND_UNCLEAR, made_at=now, member_id=sale.member_id, store=order.store,
            subject_id=sale.id,
            details={
                "ref": sale.ref, "order": order.code, "amount": str(unknown),
                "currency": order.currency,
            },
        )
    )  # fmt: skip


def is_called_off(uow: UnitOfWork, sale: Sale, link: RemoteLink) -> bool:
    """Whether somebody was asked about all of a sale going back online: then its order is not lost
    when the shop deletes it for good, as it does with what lies in its bin for a month."""
    return uow.tasks.get(_asked_of(link.store, link.remote_id, sale.paid)) is not None


def _asked_of(store: str, order: str, back: int) -> str:
    return derived_id("refund of a sale", store, order, str(back))


def note_double(uow: UnitOfWork, order: OnlineOrder, first: RemoteLink, now: datetime) -> None:
    """A store that has two orders of one sale: which of them is to go, a person says there. One
    that was cancelled is gone already."""
    sale = uow.sales.get(SaleId(order.sale_id))
    if order.cancelled or sale is None:
        return
    uow.tasks.put(
        Task(
            id=derived_id("two orders of a sale", order.store, order.sale_id, order.remote_id),
            kind=TaskKind.DIFFERENCE, made_at=now, member_id=sale.member_id, store=order.store,
            subject_id=sale.id,
            details={
                "what": "sale", "ours": first.remote_code or first.remote_id,
                "theirs": order.code or order.remote_id, "ref": sale.ref,
            },
        )
    )  # fmt: skip


def note_edited(uow: UnitOfWork, order: OnlineOrder, known: OnlineOrder, now: datetime) -> None:
    """An order whose goods are worth less than they were, though nothing was paid back: whether the
    points should follow is for a person."""
    earned = uow.ledger.of_source(source_of(order))
    if not earned or order.goods >= known.goods or order.refunds != known.refunds:
        return
    uow.tasks.put(
        Task(
            id=derived_id("order edited", order.store, order.remote_id, str(order.goods)),
            kind=TaskKind.DIFFERENCE, made_at=now, member_id=order.member_id, store=order.store,
            subject_id=order.remote_id,
            details={
                "what": "order", "order": order.code, "ours": str(known.goods),
                "theirs": str(order.goods), "currency": order.currency,
            },
        )
    )  # fmt: skip
