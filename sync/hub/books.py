"""Writing what other tills booked: sales, returns, entries, vouchers and money cards.

Each counts once by its id, in whatever order it comes. Two tills may have derived one entry from
knowing different things (an expiry, an online order): then the one that leaves the member more
points stands on all of them. Uses of rules are counted from foreign sales as from our own.
"""

from dataclasses import replace
from datetime import datetime

import msgspec

from sync.hub.facts import Said, Use, issued_uses
from sync.hub.remote import Fact
from sync.hub.scene import Scene, WaitsError
from sync.hub.untold import Heard
from terminal.desk_tasks import TaskKind
from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import UnknownCode
from terminal.ids import MemberId
from terminal.ledger import Account
from terminal.outbox import MessageKind
from terminal.programs import Program
from terminal.programs.accrual import money_of
from terminal.programs.calendar import local_day
from terminal.programs.wanted import wanted
from terminal.records import HeldBadge
from terminal.returns import Return, still_there
from terminal.sales import Sale
from terminal.services.facts import zone_of
from terminal.services.giving import count_hand_over
from terminal.services.selling import uses_of
from terminal.services.web_terms import count_use
from terminal.services.whose import is_erased
from terminal.shares import pieces
from terminal.vouchers import ValueEntry, Voucher, VoucherCode
from terminal.web_coupons import reward_of

_SPENT = (EntryKind.REDEEM, EntryKind.DONATE, EntryKind.TRANSFER)
_encode = msgspec.json.Encoder().encode


# -- points --------------------------------------------------------------------------------------


def take_entry(scene: Scene, _fact: Fact, said: Said) -> None:
    """A movement of points."""
    entry: LedgerEntry = said.thing
    ledger = scene.uow.ledger
    before = ledger.account(entry.member_id)
    _own_number(scene, entry.till, entry.seq)
    if ledger.append([entry]):
        _count_parts(scene, entry, 1)
        _look_for_debt(scene, entry, before)
    elif not _replaced(scene, entry):
        return
    scene.moved.add(entry.member_id)


def _replaced(scene: Scene, entry: LedgerEntry) -> bool:
    known = scene.uow.ledger.get(entry.id)
    if known is None or known == entry or _rank(known) >= _rank(entry):
        return False
    scene.uow.ledger.replace(entry)
    _count_parts(scene, known, -1)
    _count_parts(scene, entry, 1)
    return True


def _rank(entry: LedgerEntry | ValueEntry) -> tuple[int, bytes]:
    """In doubt for the member; then by its letters, so that all tills choose the same."""
    amount = entry.points if isinstance(entry, LedgerEntry) else entry.amount
    return amount, _encode(entry)


def _look_for_debt(scene: Scene, entry: LedgerEntry, before: Account) -> None:
    """More was spent than there was, and we had a part in it: a person should know."""
    if entry.kind not in _SPENT or entry.points >= 0 or is_erased(scene.uow, entry.member_id):
        return  # of somebody forgotten nobody is asked
    debt = scene.uow.ledger.account(entry.member_id).debt
    if debt <= before.debt:
        return
    history = scene.uow.ledger.entries(entry.member_id)
    if not any(e.till == scene.till and e.kind in _SPENT and e.points < 0 for e in history):
        return
    asked = [
        task
        for task in scene.uow.tasks.of_member(entry.member_id)
        if task.kind is TaskKind.OVERDRAW
    ]
    if all(task.outcome for task in asked):
        tills = " ".join(sorted({entry.till, scene.till}))
        scene.ask(
            TaskKind.OVERDRAW, entry.member_id, str(len(asked)), member_id=entry.member_id,
            details={"points": str(debt), "tills": tills}, tell=True,
        )  # fmt: skip


def _count_parts(scene: Scene, entry: LedgerEntry, sign: int) -> None:
    program = scene.program(entry.program, entry.program_version)
    if entry.kind is EntryKind.TRANSFER and program is not None:
        count_hand_over(scene.uow, program, entry, sign)
    elif entry.kind is not EntryKind.EARN:
        count_use(scene.uow, entry, sign)
    elif program is not None:
        uses = [(part.rule, part.points, money_of(part)) for part in entry.parts]
        _count(scene, program, entry.member_id, entry.decided_at, uses, sign)


def _count(
    scene: Scene,
    program: Program,
    member_id: MemberId | None,
    at: datetime,
    uses: list[tuple[str, int, int]],
    sign: int,
) -> None:
    recorded = wanted(program).recorded
    if not recorded:
        return
    day = local_day(at, zone_of(program)).isoformat()
    for rule, points, money in uses:
        if rule in recorded:
            scene.uow.uses.add(rule, member_id, day, sign, sign * points, sign * money)


def take_badge(scene: Scene, _fact: Fact, said: Said) -> None:
    """A badge, or a milestone passed. Of two tills that gave it apart, the first one did."""
    theirs: HeldBadge = said.thing
    if not scene.uow.badges.put_once(theirs):
        ours = scene.uow.journal.badge(theirs.member_id, theirs.badge)
        if ours is None or (ours.at, ours.source) <= (theirs.at, theirs.source):
            return
        scene.uow.journal.move_badge(theirs)
    scene.moved.add(theirs.member_id)


# -- sales and returns ---------------------------------------------------------------------------


def take_sale(scene: Scene, fact: Fact, said: Said) -> None:
    """A sale, or a guest's sale that somebody claimed."""
    sale: Sale = said.thing
    known = scene.uow.sales.get(sale.id)
    if known is None:
        _own_number(scene, sale.till, sale.seq)
        scene.uow.sales.put(_with_free_ref(scene, sale))
        _count_offers(scene, sale, sale.member_id, 1)
        if said.head.stamp:
            scene.is_later(fact, said.head)
        scene.known("sale", sale.id)
        if sale.till != scene.till:
            scene.heard.append(Heard(MessageKind.SALE, sale.id, sale.member_id, sale.sold_at))
    elif said.head.stamp and scene.is_later(fact, said.head) and known.member_id != sale.member_id:
        scene.uow.sales.put(replace(known, member_id=sale.member_id))
        if any(n > 0 for n in still_there(sale, scene.uow.sales.returns_of(sale.id))):
            _count_offers(scene, sale, known.member_id, -1)
            _count_offers(scene, sale, sale.member_id, 1)
    if sale.member_id is not None:
        scene.moved.add(sale.member_id)


def _own_number(scene: Scene, till: str, seq: int) -> None:
    """Our own, on its way back into a database that was older: its number is given out."""
    if till == scene.till:
        scene.uow.journal.reach(scene.till, seq)


def _with_free_ref(scene: Scene, sale: Sale) -> Sale:
    """The sale; where another one has its reference, the younger one of both gets a mark."""
    other = scene.uow.sales.by_ref(sale.ref)
    if other is None:
        return sale
    younger = max(sale.id, other.id)
    marked = f"{sale.ref}~{younger[-4:]}"
    _ask_of_numbers(scene, sale.till, sale.ref)
    if younger == sale.id:
        return replace(sale, ref=marked)
    scene.uow.journal.rename_sale(other.id, marked)
    return sale


def _ask_of_numbers(scene: Scene, till: str, ref: str) -> None:
    """Two things under one number: once for a till."""
    details = {"till": till, "machines": "", "ref": ref}
    scene.ask(TaskKind.TILL_CLONED, "numbers", till, subject_id=till, details=details)


def _count_offers(scene: Scene, sale: Sale, member_id: MemberId | None, sign: int) -> None:
    program = scene.uow.programs.at(sale.sold_at) if sale.offers else None
    if program is not None:
        _count(scene, program, member_id, sale.sold_at, uses_of(sale, ()), sign)


def take_return(scene: Scene, _fact: Fact, said: Said) -> None:
    """Goods that came back."""
    back: Return = said.thing
    uow = scene.uow
    if uow.sales.get_return(back.id) is not None:
        return
    sale = uow.sales.get(back.sale_id)
    if sale is None:
        raise WaitsError("sale", back.sale_id)
    _own_number(scene, back.till, back.seq)
    there = still_there(sale, uow.sales.returns_of(sale.id))
    uow.sales.put_return(_with_free_return_ref(scene, back))
    uow.pending_returns.drop(back.id)
    if back.till != scene.till:
        scene.heard.append(Heard(MessageKind.RETURN, back.id, sale.member_id, back.returned_at))
    if any(there) and not any(still_there(sale, uow.sales.returns_of(sale.id))):
        _all_back(scene, sale)
    twice = sum(
        max(came - left, 0)
        for came, left in zip(pieces(sale.lines, [back.lines]), there, strict=True)
    )
    if twice:
        scene.ask(
            TaskKind.DIFFERENCE, "returned", sale.id, member_id=sale.member_id, subject_id=sale.id,
            details={"what": "returned_twice", "ref": sale.ref, "ours": "0", "theirs": str(twice)},
            tell=True,
        )  # fmt: skip
    if sale.member_id is not None:
        scene.moved.add(sale.member_id)


def _all_back(scene: Scene, sale: Sale) -> None:
    """Nothing of the sale is left: limits and budgets are as before it."""
    program = scene.uow.programs.at(sale.sold_at)
    if program is not None:
        mine = [e for e in scene.uow.ledger.of_source(sale.id) if e.member_id == sale.member_id]
        _count(scene, program, sale.member_id, sale.sold_at, uses_of(sale, mine), -1)


def _with_free_return_ref(scene: Scene, back: Return) -> Return:
    other = scene.uow.journal.return_by_ref(back.ref)
    if not other:
        return back
    younger = max(back.id, other)
    marked = f"{back.ref}~{younger[-4:]}"
    _ask_of_numbers(scene, back.till, back.ref)
    if younger == back.id:
        return replace(back, ref=marked)
    scene.uow.journal.rename_return(other, marked)
    return back


# -- vouchers ------------------------------------------------------------------------------------


def take_voucher(scene: Scene, fact: Fact, said: Said) -> None:
    """A coupon or money card, issued or changed. Blocked anywhere, it is blocked."""
    theirs: Voucher = said.thing
    ours = scene.uow.vouchers.get(theirs.code)
    later = scene.is_later(fact, said.head)
    if ours is None:
        if theirs.uses_left is not None:
            theirs = replace(theirs, uses_left=said.head.uses)
        scene.uow.journal.put_voucher(theirs)
        scene.known("voucher", theirs.code)
    else:
        newest = theirs if later else ours
        blocked = ours.blocked or theirs.blocked
        merged = replace(newest, blocked=blocked, uses_left=ours.uses_left)
        if merged != ours:
            scene.uow.journal.put_voucher(merged)
        if blocked and not ours.blocked and reward_of(ours.coupon):
            _look_at_use(scene, ours)
    if theirs.owner is not None:
        scene.moved.add(theirs.owner)


def take_use(scene: Scene, fact: Fact, said: Said) -> None:
    """A coupon was used, or its use was taken back."""
    code, sale_id = fact.key.split("\x1f")
    voucher = scene.uow.vouchers.get(VoucherCode(code))
    if voucher is None:
        raise WaitsError("voucher", code)
    issued = issued_uses(scene.uow, voucher) if voucher.uses_left is not None else None
    use: Use | None = said.thing
    journal = scene.uow.journal
    moved = (
        journal.drop_use(code, sale_id)
        if use is None
        else journal.put_use(code, sale_id, use.member_id)
    )
    if not moved or issued is None:
        return
    used = len(journal.uses(code))
    journal.put_voucher(replace(voucher, uses_left=max(issued - used, 0)))
    if used > issued:
        _ask_of_code(scene, voucher, "used_twice")
    elif voucher.blocked and reward_of(voucher.coupon):
        _look_at_use(scene, voucher)


def _look_at_use(scene: Scene, voucher: Voucher) -> None:
    """One till gave a web coupon's points back while another one took the coupon."""
    if scene.uow.journal.uses(voucher.code):
        _ask_of_code(scene, voucher, "points_back")


def take_value(scene: Scene, _fact: Fact, said: Said) -> None:
    """A movement of money on a gift card or store credit."""
    entry: ValueEntry = said.thing
    vouchers = scene.uow.vouchers
    try:
        new = vouchers.append([entry])
    except UnknownCode as error:
        raise WaitsError("voucher", entry.code) from error
    if not new:
        known = scene.uow.journal.value_entry(entry.id)
        if known is None or known == entry or _rank(known) >= _rank(entry):
            return
        scene.uow.journal.replace_value_entry(entry)
    if entry.amount < 0 and vouchers.value(entry.code) < 0:
        voucher = vouchers.get(entry.code)
        if voucher is not None:
            _ask_of_code(scene, voucher, "overdrawn")


def _ask_of_code(scene: Scene, voucher: Voucher, why: str) -> None:
    scene.ask(
        TaskKind.COUPON_STUCK, "hub", voucher.code, why, member_id=voucher.owner,
        subject_id=voucher.code, details={"code": voucher.code, "why": why}, tell=True,
    )  # fmt: skip
