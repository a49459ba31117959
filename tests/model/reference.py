"""The reference model: what an account is and what a return does, said as simply as can be.

Slow on purpose: one list of lots, sorted anew at every step, fractions instead of whole-number
tricks, everything worked out again from the first entry. It shares no code with the engine and
imports nothing of it; entries, sales and policies are read as plain data.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Lot:
    """What is left of a credit."""

    id: str
    points: int
    usable: datetime | None
    end: datetime
    held: bool
    kept: bool

    def is_usable(self, at):
        return not self.held and (self.usable is None or self.usable <= at)


@dataclass
class State:
    """An account. ``debts``: which debit owes how much, oldest first. ``took``: (lot as it was,
    points) for each debit; ``later``: the same of the credits that paid its debt."""

    lots: list = field(default_factory=list)
    debts: list = field(default_factory=list)
    took: dict = field(default_factory=dict)
    later: dict = field(default_factory=dict)
    balance: int = 0
    earned: int = 0

    @property
    def debt(self):
        return sum(points for _who, points in self.debts)

    def living(self, at):
        return [lot for lot in self.lots if lot.end > at]

    def available(self, at):
        usable = sum(lot.points for lot in self.living(at) if lot.is_usable(at))
        return max(usable - self.debt, 0)


def in_order(entries):
    """Each entry once, in the order decided."""
    once = {entry.id: entry for entry in entries}
    return sorted(once.values(), key=lambda e: (e.decided_at, e.seq, e.id))


def fold(entries):
    """The account that follows from entries in any order, some of them perhaps heard twice."""
    state = State()
    for entry in in_order(entries):
        if entry.keeps_until is not None and entry.kind != "rollback":
            for lot in state.living(entry.decided_at):
                if lot.kept:
                    lot.end = max(lot.end, entry.keeps_until)
        _sort(state)
        if entry.kind == "release":
            for lot in state.lots:
                if lot.id == entry.reverses:
                    lot.held = False
        elif entry.points > 0:
            _credit(state, entry)
        else:
            _debit(state, entry)
        state.lots = [lot for lot in state.lots if lot.points]
        _sort(state)
        state.balance += entry.points
        if entry.kind in ("earn", "bonus", "clawback"):
            state.earned += entry.points
    return state


def _sort(state):
    state.lots.sort(key=lambda lot: (lot.end, not lot.kept))


def _credit(state, entry):
    end = entry.lapses_at or NEVER
    kept = entry.keeps_until is not None and entry.lapses_at is not None
    lot_id = entry.lot if entry.lot is not None else entry.id
    new = Lot(lot_id, entry.points, entry.usable_at, end, entry.held, kept)
    if entry.kind == "rollback" and entry.lot is None:
        for debt in [debt for debt in state.debts if debt[0] == entry.reverses]:
            paid = min(debt[1], new.points)
            state.debts[state.debts.index(debt)] = (debt[0], debt[1] - paid)
            new.points -= paid
        state.debts = [debt for debt in state.debts if debt[1]]
    while new.points and state.debts:
        who, owed = state.debts.pop(0)
        paid = min(owed, new.points)
        state.later.setdefault(who, []).append((replace(new, points=paid), paid))
        new.points -= paid
        if owed > paid:
            state.debts.insert(0, (who, owed - paid))
    if entry.kind != "rollback":
        state.lots.append(new)
        return
    for lot in state.lots:
        if entry.lot is not None and lot.id == entry.lot:
            if lot.end == end or (lot.kept and lot.end > entry.decided_at):
                lot.points += new.points
                return
            new.id = entry.id
    state.lots.insert(0, new)


def _debit(state, entry):
    left, at = -entry.points, entry.decided_at
    named = [lot for lot in state.lots if lot.id == entry.reverses][:1]
    usable = [lot for lot in state.living(at) if lot.is_usable(at)]
    waiting = [lot for lot in state.living(at) if not lot.is_usable(at)]
    for lot in named + usable + waiting:
        points = min(lot.points, left)
        if points:
            state.took.setdefault(entry.id, []).append((replace(lot), points))
            lot.points -= points
            left -= points
    if left:
        state.debts.append((entry.id, left))


# -- returns ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Undo:
    """One movement that a return asks for. ``end`` None: not a lot's."""

    kind: str
    of: str
    points: int
    qualifying: int = 0
    lot: str | None = None
    end: datetime | None = None
    held: bool = False


def pieces_back(sale, lines_of_returns):
    """How many pieces of each line are back, ``()`` being a whole return."""
    back = [0] * len(sale.lines)
    for lines in lines_of_returns:
        for place, line in enumerate(sale.lines):
            more = sum(one.quantity for one in lines if one.place == place)
            back[place] = min(line.quantity, back[place] + more) if lines else line.quantity
    return back


def share(sale, back, weights):
    """The share of a sale that is back, by these weights for its lines."""
    for weigh in (
        weights,
        [line.unit_price * line.quantity - line.discount for line in sale.lines],
        [line.unit_price * line.quantity for line in sale.lines],
        [line.quantity for line in sale.lines],
    ):
        if len(weigh) == len(sale.lines) and sum(weigh):
            lines = zip(weigh, back, sale.lines, strict=True)
            found = sum(Fraction(w * n, line.quantity) for w, n, line in lines)
            return found / sum(weigh)
    raise AssertionError("a sale has lines")


def due(entry, sale, back):
    """How many of an entry's points, without sign, belong to what is back."""
    usual = ()
    if entry.kind == "redeem":
        usual = [line.points_paid for line in sale.lines]
        if not sum(usual):
            usual = [line.discount for line in sale.lines]
    sign = 1 if entry.points > 0 else -1
    parts = [(part.points * sign, part.weights) for part in entry.parts]
    if sum(points for points, _weights in parts) != abs(entry.points):
        parts = [(abs(entry.points), ())]
    total = 0
    for points, weights in parts:
        right = weights if len(weights) == len(sale.lines) and sum(weights) else usual
        total += floor(points * share(sale, back, right))
    return min(max(total, 0), abs(entry.points))


def undo(sale, before, after, history, at, policy):
    """What to book for a return, in order, and the shortfall."""
    history = in_order(history)
    state = fold(history)
    mine = [entry for entry in history if entry.source_id == sale.id]
    rolls = [
        roll
        for entry in mine
        if entry.kind == "redeem"
        for roll in _give_back(entry, sale, after, history, state, at, policy)
    ]
    claws, shortfall = [], 0
    there = sum(lot.points for lot in state.living(at)) - state.debt
    there += sum(roll.points for roll in rolls if roll.end is None or roll.end > at)
    there = max(there, 0)
    for entry in mine:
        if entry.kind in ("earn", "bonus"):
            points, qualifying = _take_back(entry, sale, before, after, history, policy)
            taken = min(points, there) if policy.clawback == "clamp" else points
            there -= taken
            shortfall += points - taken
            if taken or qualifying:
                claws.append(Undo("clawback", entry.id, -taken, -qualifying))
    return claws + rolls, shortfall


def _take_back(earn, sale, before, after, history, policy):
    """(points, qualifying points) to take back of what was earned."""
    undone = [e for e in history if e.kind == "clawback" and e.reverses == earn.id]
    refills = [e.id for e in history if e.kind == "rollback" and e.lot == earn.id]
    lapsed = [e for e in history if e.kind == "expire" and e.reverses in (earn.id, *refills)]
    in_all = min(due(earn, sale, after), earn.points + sum(e.points for e in lapsed))
    so_far = -sum(e.points for e in undone)
    if policy.clawback == "clamp":
        so_far = max(so_far, due(earn, sale, before))
    qualifying = floor(earn.qualifying * Fraction(due(earn, sale, after), earn.points))
    return (
        max(in_all - so_far, 0),
        max(qualifying + sum(e.qualifying for e in undone), 0),
    )


def _give_back(redeem, sale, after, history, state, at, policy):
    """What nobody paid comes first, then what later credits paid, then lots, the last one first."""
    undone = [e for e in history if e.kind == "rollback" and e.reverses == redeem.id]
    points = max(due(redeem, sale, after) - sum(e.points for e in undone), 0)
    took = [[lot, taken] for lot, taken in state.took.get(redeem.id, ())]
    beyond = [[lot, taken] for lot, taken in state.later.get(redeem.id, ())]
    beyond.insert(0, [None, -redeem.points - sum(taken for _lot, taken in took + beyond)])
    for entry in undone:
        left = entry.points
        missing = beyond + took
        own = [one for one in missing if (one[0].id if one[0] else None) == entry.lot]
        for one in own + missing:
            filled = min(left, one[1])
            one[1] -= filled
            left -= filled
    found = []
    for lot, missing in beyond:
        part = min(points, missing)
        points -= part
        found.append((lot, part))
    shares = hamilton(points, [missing for _lot, missing in took])
    found += [(lot, part) for (lot, _missing), part in zip(took, shares, strict=True)][::-1]
    once = {}  # a lot that paid twice is refilled once
    for lot, part in found:
        name = lot.id if lot else None
        first, points = once.get(name, (lot, 0))
        once[name] = (first, points + part)
    return [_refill(redeem, lot, part, history, at, policy) for lot, part in once.values() if part]


def _refill(redeem, lot, points, history, at, policy):
    if lot is None:
        return Undo("rollback", redeem.id, points)
    end, held = lot.end, lot.held
    for entry in history[[e.id for e in history].index(redeem.id) + 1 :]:
        active = entry.keeps_until is not None and entry.kind != "rollback"
        if lot.kept and active and end > entry.decided_at:
            end = max(end, entry.keeps_until)
        if entry.kind == "release" and entry.reverses == lot.id:
            held = False
    if end <= at and policy.expired == "grace":
        end = (at + timedelta(days=policy.grace_days + 1)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
    return Undo("rollback", redeem.id, points, 0, lot.id, end, held)


def hamilton(amount, weights):
    """Largest remainder; of equal remainders the first."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [Fraction(amount * weight, total) for weight in weights]
    shares = [floor(one) for one in exact]
    while sum(shares) < amount:
        rests = [one - share for one, share in zip(exact, shares, strict=True)]
        shares[rests.index(max(rests))] += 1
    return shares


def money_back(sale, lines_of_returns):
    """(money, [what each card gets]) of the last of these returns."""
    cards = [t.amount for t in sale.tenders if t.kind in ("gift_card", "store_credit")]
    left, paid_back, shares = [sale.paid - sum(cards), *cards], 0, []
    for n in range(len(lines_of_returns)):
        value = max(_value(sale, pieces_back(sale, lines_of_returns[: n + 1])), paid_back)
        shares = hamilton(value - paid_back, left)
        left = [was - share for was, share in zip(left, shares, strict=True)]
        paid_back = value
    return shares[0], [amount for amount in shares[1:] if amount]


def _value(sale, back):
    if all(n == line.quantity for n, line in zip(back, sale.lines, strict=True)):
        return sale.paid
    lines = zip(back, sale.lines, strict=True)
    paid = sum(
        floor(Fraction((line.unit_price * line.quantity - line.discount) * n, line.quantity))
        for n, line in lines
    )
    return min(paid, sale.paid)
