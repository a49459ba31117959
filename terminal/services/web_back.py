"""Points that go back for web coupons that nobody used.

A coupon is over at its end, and its points go back ``grace_days`` later, once every online store
that takes coupons was asked for its orders since then: one that was paid in the last minute must
be in the books first. The entries' ids follow from the coupon: any number of tills, and any number
of looks, give the points back once. What arrives all the same is for a person
(``terminal.services.online_refunds``).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from terminal.entries import LedgerEntry
from terminal.ids import EntryId, MemberId, NewId, SaleId, StaffId, TillCode, derived_id
from terminal.online import ONLINE_TILL
from terminal.outbox import MessageKind
from terminal.ports import UnitOfWork
from terminal.restoring import Coming, Move, moves_back
from terminal.sales import Sale, SaleLine
from terminal.services.carrying import carry_over
from terminal.services.returning import policy_of
from terminal.services.standing import expire_lapsed
from terminal.services.web_terms import bought_by, count_use, source_of_back
from terminal.services.whose import survivor_of, tell
from terminal.vouchers import Voucher, VoucherCode

ASKED = "web coupons"
"""The cursor that says until when a store's orders are known, as far as coupons go."""
BATCH = 100
_APART = timedelta(microseconds=1)


def went_back(uow: UnitOfWork, code: VoucherCode) -> bool:
    """Whether a coupon's points are the member's again."""
    return bool(uow.ledger.of_source(source_of_back(code)))


def any_over(uow: UnitOfWork, at: datetime) -> bool:
    """Whether a coupon waits for its points to go back."""
    until = _over_by(uow, at)
    return until is not None and bool(uow.vouchers.unused(until, 1))


def note_asked(uow: UnitOfWork, store: str, asked_at: datetime) -> None:
    """All orders that a store had at ``asked_at`` are in the books. Written down only where that
    says more than is known: it travels to every till."""
    until = _over_by(uow, asked_at)
    over = uow.vouchers.unused(until, BATCH) if until else []
    if not over or until is None:
        return
    known, last = _asked(uow, store), over[-1].ends or until
    if known is None or known < last + (asked_at - until):
        uow.sync.put_cursor(store, ASKED, asked_at.isoformat())


def settle_over(
    uow: UnitOfWork,
    stores: Sequence[str],
    now: datetime,
    new_id: NewId,
    *,
    couponless: Sequence[str] = (),
) -> list[MemberId]:
    """Give the points back of at most ``BATCH`` coupons that are over; answers whose."""
    asked = [_asked(uow, store) for store in stores if store not in couponless]
    if None in asked:
        return []
    until = _over_by(uow, min([now, *(at for at in asked if at is not None)]))
    program = uow.programs.at(now)
    if until is None or program is None:
        return []
    grace = timedelta(days=program.web.grace_days)
    moved: dict[MemberId, None] = {}
    for voucher in uow.vouchers.unused(until, BATCH):
        ended = (voucher.ends or until) + grace
        for member_id in give_back(uow, voucher, ended, stores, now, new_id):
            moved[member_id] = None
    return list(moved)


def give_back(
    uow: UnitOfWork,
    voucher: Voucher,
    at: datetime,
    stores: Sequence[str],
    now: datetime,
    new_id: NewId,
    *,
    till: TillCode = ONLINE_TILL,
    cashier_id: StaffId | None = None,
    reason: str = "",
) -> list[MemberId]:
    """A coupon is no longer good, and its points are the member's again, once. Tells the stores;
    answers whose points moved."""
    uow.vouchers.put(replace(voucher, blocked=True))
    tell(uow, stores, MessageKind.COUPON, voucher.code, voucher.owner, now, new_id)
    bought = bought_by(uow, voucher)
    if bought is None:
        return []
    entries = _entries(uow, voucher, bought, at, till, cashier_id, reason)
    new = set(uow.ledger.append(entries))
    for entry in [each for each in entries if each.id in new]:
        count_use(uow, entry)
    after = max([now, *(entry.decided_at + _APART for entry in entries)])
    expire_lapsed(uow, bought.member_id, ONLINE_TILL, after)
    survivor = survivor_of(uow, bought.member_id)
    if survivor != bought.member_id:
        carry_over(uow, bought.member_id, survivor, after)
    moved = list(dict.fromkeys([bought.member_id, survivor]))
    for member_id in moved:
        tell(uow, stores, MessageKind.STANDING, member_id, member_id, now, new_id)
    return moved


def _over_by(uow: UnitOfWork, at: datetime) -> datetime | None:
    """The end of coupons whose grace is over at ``at``; None: there is no programme."""
    program = uow.programs.at(at)
    return at - timedelta(days=program.web.grace_days) if program else None


def _asked(uow: UnitOfWork, store: str) -> datetime | None:
    kept = uow.sync.cursor(store, ASKED)
    return datetime.fromisoformat(kept) if kept else None


def _entries(
    uow: UnitOfWork,
    voucher: Voucher,
    bought: LedgerEntry,
    at: datetime,
    till: TillCode,
    cashier_id: StaffId | None,
    reason: str,
) -> list[LedgerEntry]:
    history = uow.ledger.entries(bought.member_id)
    at = max(at, bought.decided_at + _APART)  # another till's clock may stand before that one's
    coming = Coming(sale=_as_sale(bought), before=(0,), after=(1,), at=at)
    moves, _let_go = moves_back(coming, history, policy_of(uow.programs.at(at)))
    made = [
        _entry(
            voucher.code, move, at + number * _APART,
            number if till == ONLINE_TILL else uow.next_seq(till), till, cashier_id, reason,
        )
        for number, move in enumerate(moves)
    ]  # fmt: skip
    return [_first(made[0]), *made[1:]] if made else []


def _first(entry: LedgerEntry) -> LedgerEntry:
    """It stands for the coupon as a whole where uses are counted (``web_terms.count_use``)."""
    return replace(entry, parts=(replace(entry.parts[0], weights=(1,)),))


def _as_sale(bought: LedgerEntry) -> Sale:
    """The redemption as a sale of one piece, which comes back whole."""
    return Sale(
        id=SaleId(bought.source_id), ref="", till=bought.till, seq=bought.seq,
        cashier_id=bought.cashier_id or StaffId(""), member_id=bought.member_id,
        currency=bought.currency, lines=(SaleLine("", "", 1, 1),), points_redeemed=0,
        redeemed_value=0, rounding=0, tenders=(), change=0, sold_at=bought.decided_at,
    )  # fmt: skip


def _entry(
    code: VoucherCode,
    move: Move,
    at: datetime,
    seq: int,
    till: TillCode,
    cashier_id: StaffId | None,
    reason: str,
) -> LedgerEntry:
    lot, of = move.lot, move.of
    return LedgerEntry(
        id=EntryId(derived_id("coupon back", code, lot.entry_id if lot else "")),
        member_id=of.member_id, kind=move.kind, points=move.points, decided_at=at, till=till,
        seq=seq, cashier_id=cashier_id, program=of.program, program_version=of.program_version,
        usable_at=lot.usable_at if lot else None, lapses_at=lot.lapses_at if lot else None,
        parts=(replace(of.parts[0], points=move.points, weights=()),),
        basis=move.basis,
        currency=of.currency, rate=of.rate, source_id=source_of_back(code), reverses=of.id,
        reason=reason, held=lot is not None and lot.held,
        keeps_until=lot.lapses_at if lot and lot.kept else None, lot=lot.entry_id if lot else None,
    )  # fmt: skip
