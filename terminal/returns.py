"""Returns: goods come back, and the points go back exactly as they came.

A return is planned first and booked from its plan, so that what is shown is what happens. Whole or
in part, once or in several goes: what went back so far is always the returned share of what was
paid and earned, by the entries' own parts and never by today's rule, and it ends at exactly zero.
The part that points paid never comes back as money; what a gift card or store credit paid goes
back there. Minor units and points, whole numbers only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import AlreadyReturned, BadLine
from terminal.ids import EntryId, ReturnId, SaleId, StaffId, TillCode, derived_id
from terminal.money import spread
from terminal.restoring import Coming, Move, ReturnPolicy, moves_back
from terminal.sales import Sale, Tender, TenderKind
from terminal.shares import ReturnLine, pieces, value_back

__all__ = [
    "AS_USUAL", "Exchange", "PendingReturn", "PointsBack", "Return", "ReturnLine", "ReturnPlan",
    "ReturnPolicy", "booked", "exchange", "late_entries", "plan_return", "points_back",
    "reversing_entries", "still_there",
]  # fmt: skip

AS_USUAL = ReturnPolicy()
_CARDS = (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT)
_APART = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Goods of a sale that came back. ``money_back`` is minor units of the sale's currency.

    ``lines`` empty: the whole sale. What gift cards and store credit got back is not in
    ``money_back``.
    """

    id: ReturnId
    ref: str
    sale_id: SaleId
    till: TillCode
    seq: int
    cashier_id: StaffId
    reason: str
    money_back: int
    currency: str
    returned_at: datetime
    lines: tuple[ReturnLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PointsBack:
    """What a return does to points: ``taken`` back from and ``given`` back to the member.

    ``shortfall``: what should have been taken, but was spent and is let go.
    """

    taken: int
    given: int
    shortfall: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPlan:
    """What a return would do. ``lines`` name all pieces; ``whole``: nothing of the sale is left.

    ``money`` goes back in cash or to the bank card; ``cards`` are gift cards and store credit
    with what each gets back. All minor units.
    """

    lines: tuple[ReturnLine, ...]
    whole: bool
    money: int
    cards: tuple[Tender, ...]
    points: PointsBack
    moves: tuple[Move, ...]

    @property
    def gift_card(self) -> int:
        """What goes back to gift cards."""
        return sum(card.amount for card in self.cards if card.kind is TenderKind.GIFT_CARD)

    @property
    def store_credit(self) -> int:
        """What goes back to store credit."""
        return sum(card.amount for card in self.cards if card.kind is TenderKind.STORE_CREDIT)


def plan_return(
    sale: Sale,
    lines: Sequence[ReturnLine],
    earlier: Sequence[Return],
    history: Sequence[LedgerEntry],
    at: datetime,
    policy: ReturnPolicy = AS_USUAL,
) -> ReturnPlan:
    """What comes of returning these pieces (none: all that is left) after earlier returns.

    ``history`` are all entries of the sale's member, whatever was spent elsewhere since; a return
    is never refused for that. Raises AlreadyReturned, and BadLine where there is no such line
    ("not_sold") or not so many pieces are left ("left").
    """
    before = pieces(sale.lines, [back.lines for back in earlier])
    left = still_there(sale, earlier)
    if earlier and not any(left):
        raise AlreadyReturned(ref=sale.ref, returned_at=earlier[-1].returned_at)
    now = _asked(sale, lines, left) if lines else left
    after = [was + more for was, more in zip(before, now, strict=True)]
    coming = Coming(sale=sale, before=before, after=after, at=at)
    moves, shortfall = moves_back(coming, history, policy)
    money, cards = _money(sale, earlier, after)
    return ReturnPlan(
        lines=tuple(ReturnLine(place, n) for place, n in enumerate(now) if n),
        whole=now == left,
        money=money,
        cards=cards,
        points=_points(moves, shortfall),
        moves=tuple(moves),
    )


def still_there(sale: Sale, earlier: Sequence[Return]) -> list[int]:
    """How many pieces of each line did not come back yet."""
    back = pieces(sale.lines, [one.lines for one in earlier])
    return [line.quantity - n for line, n in zip(sale.lines, back, strict=True)]


def points_back(
    sale: Sale, history: Sequence[LedgerEntry], policy: ReturnPolicy = AS_USUAL
) -> PointsBack:
    """What a whole return of this sale would do, shown before it is booked."""
    at = max((entry.decided_at for entry in history), default=sale.sold_at)
    return plan_return(sale, (), (), history, at, policy).points


def reversing_entries(
    sale: Sale,
    back: Return,
    history: Sequence[LedgerEntry],
    *,
    new_id: Callable[[], str],
    next_seq: Callable[[], int],
    earlier: Sequence[Return] = (),
    policy: ReturnPolicy = AS_USUAL,
) -> list[LedgerEntry]:
    """Entries that undo the sale's own, as far as this return goes; see ``plan_return``."""
    plan = plan_return(sale, back.lines, earlier, history, back.returned_at, policy)
    return booked(plan, back, new_id=new_id, next_seq=next_seq)


def booked(
    plan: ReturnPlan, back: Return, *, new_id: Callable[[], str], next_seq: Callable[[], int]
) -> list[LedgerEntry]:
    """The entries of a planned return, in the order in which they must be decided."""
    return [
        _entry(move, back, EntryId(new_id()), next_seq(), back.returned_at) for move in plan.moves
    ]


# -- an exchange -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exchange:
    """Goods back and goods out at once, in minor units: one of the two is zero."""

    pay: int
    give: int


def exchange(plan: ReturnPlan, due: int) -> Exchange:
    """What changes hands when a new sale with ``due`` to pay is set against a return.

    Each keeps its own points: those of the return go back, the new sale earns by its own bill.
    What gift cards and store credit get back is on them by then, and can pay.
    """
    return Exchange(max(due - plan.money, 0), max(plan.money - due, 0))


# -- a return whose sale is not known yet ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReturn:
    """Goods taken back on the strength of a slip whose sale this till does not know yet.

    ``money_back`` was handed out and stays recorded, whatever the sale turns out to be. ``lines``
    empty: the whole sale.
    """

    id: ReturnId
    ref: str
    sale_ref: str
    till: TillCode
    seq: int
    cashier_id: StaffId
    reason: str
    money_back: int
    currency: str
    returned_at: datetime
    lines: tuple[ReturnLine, ...] = ()

    def of(self, sale: Sale) -> Return:
        """The return it is, now that the sale is known; of pieces that the sale has.

        Where it has none of them, of no piece: no lines at all would be the whole sale.
        """
        now = pieces(sale.lines, [self.lines])
        lines = tuple(ReturnLine(place, n) for place, n in enumerate(now) if n)
        lines = lines or (ReturnLine(0, 0),)
        return Return(
            id=self.id, ref=self.ref, sale_id=sale.id, till=self.till, seq=self.seq,
            cashier_id=self.cashier_id, reason=self.reason, money_back=self.money_back,
            currency=self.currency, returned_at=self.returned_at, lines=lines,
        )  # fmt: skip


def late_entries(
    sale: Sale,
    back: Return,
    history: Sequence[LedgerEntry],
    *,
    earlier: Sequence[Return] = (),
    policy: ReturnPolicy = AS_USUAL,
) -> list[LedgerEntry]:
    """The entries of a return that was taken before its sale was known here.

    Never refused: the goods are back, and pieces that came back twice move no points twice. The
    ids and times follow from the return, so that every till that knows the same derives the same
    and books it once; a microsecond apart, they keep their order.
    """
    before = pieces(sale.lines, [one.lines for one in earlier])
    after = pieces(sale.lines, [*(one.lines for one in earlier), back.lines])
    coming = Coming(sale=sale, before=before, after=after, at=back.returned_at)
    moves, _shortfall = moves_back(coming, history, policy)
    return [
        _entry(move, back, _derived(move, back), back.seq, back.returned_at + number * _APART)
        for number, move in enumerate(moves)
    ]


def _derived(move: Move, back: Return) -> EntryId:
    lot = move.lot.entry_id if move.lot else ""
    return EntryId(derived_id("return", back.id, move.of.id, lot))


# -- planning --------------------------------------------------------------------------------------


def _asked(sale: Sale, lines: Sequence[ReturnLine], left: Sequence[int]) -> list[int]:
    now = [0] * len(sale.lines)
    for line in lines:
        if not 0 <= line.place < len(now):
            raise BadLine(line=line.place, sku="", why="not_sold", value=line.quantity)
        now[line.place] += line.quantity
        sku = sale.lines[line.place].sku
        if line.quantity < 1:
            raise BadLine(line=line.place, sku=sku, why="quantity", value=line.quantity)
        if now[line.place] > left[line.place]:
            raise BadLine(line=line.place, sku=sku, why="left", value=left[line.place])
    return now


def _money(
    sale: Sale, earlier: Sequence[Return], now: Sequence[int]
) -> tuple[int, tuple[Tender, ...]]:
    """What goes back in money and to cards, each return in proportion to what is not back yet.

    Worked out by the pieces of all returns in their order, never by what was handed out: what a
    till withheld or gave too much does not come back with the next piece.
    """
    cards = [tender for tender in sale.tenders if tender.kind in _CARDS]
    open_amounts = [sale.paid - sum(card.amount for card in cards)]
    open_amounts += [card.amount for card in cards]
    shares, so_far = open_amounts, 0
    known = sorted(earlier, key=lambda back: (back.returned_at, back.id))
    steps = [pieces(sale.lines, [one.lines for one in known[:n]]) for n in range(1, len(known) + 1)]
    for back in [*steps, now]:
        value = max(_paid_for(sale, back), so_far)
        shares = spread(value - so_far, open_amounts)
        open_amounts = [was - share for was, share in zip(open_amounts, shares, strict=True)]
        so_far = value
    to_cards = (replace(card, amount=n) for card, n in zip(cards, shares[1:], strict=True) if n)
    return shares[0], tuple(to_cards)


def _paid_for(sale: Sale, back: Sequence[int]) -> int:
    """What was paid for these pieces; for all of them the whole bill, as it was rounded."""
    if all(n == line.quantity for n, line in zip(back, sale.lines, strict=True)):
        return sale.paid
    return min(value_back(sale.lines, back), sale.paid)


def _points(moves: Sequence[Move], shortfall: int) -> PointsBack:
    return PointsBack(
        taken=-sum(move.points for move in moves if move.kind is EntryKind.CLAWBACK),
        given=sum(move.points for move in moves if move.kind is EntryKind.ROLLBACK),
        shortfall=shortfall,
    )


def _entry(move: Move, back: Return, entry_id: EntryId, seq: int, at: datetime) -> LedgerEntry:
    lot, of = move.lot, move.of
    return LedgerEntry(
        id=entry_id, member_id=of.member_id, kind=move.kind, points=move.points, decided_at=at,
        till=back.till, seq=seq, cashier_id=back.cashier_id,
        usable_at=lot.usable_at if lot else None, lapses_at=lot.lapses_at if lot else None,
        program=of.program, program_version=of.program_version, basis=move.basis,
        currency=of.currency, rate=of.rate, source_id=back.id, reverses=of.id, reason=back.reason,
        qualifying=move.qualifying, held=lot is not None and lot.held,
        keeps_until=lot.lapses_at if lot and lot.kept else None,
        lot=lot.entry_id if lot else None,
    )  # fmt: skip
