"""Whole histories from a tape of bytes: two members, whatever can happen to points, told twice.

A tape is read a byte at a time; at its end there are zeros, and zero ends a history, so that a
failing tape shrinks to the shortest one. What is booked is worked out by the engine and by the
reference model, and must be the same move for move.
"""

from datetime import UTC, datetime, timedelta

from terminal.ids import EntryId, MemberId, TillCode
from terminal.ledger import EntryKind, LedgerEntry, Part, advance, fold, lapsed_lots
from terminal.returns import (
    Return,
    ReturnLine,
    ReturnPlan,
    ReturnPolicy,
    booked,
    late_entries,
    plan_return,
    still_there,
)
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from tests.model import reference

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MEMBERS = (MemberId("ann"), MemberId("bob"))


class Tape:
    """Small numbers, one after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._next = data, 0

    def number(self, below: int) -> int:
        """From 0 up to, not including, ``below``."""
        value = self._data[self._next] if self._next < len(self._data) else 0
        self._next += 1
        return value % below

    def chance(self, one_in: int) -> bool:
        """Rarely True; False at the end of the tape."""
        return self.number(one_in) == one_in - 1

    def pick(self, things):
        return things[self.number(len(things))]


class History:
    """What happened, in the order in which it was heard of."""

    def __init__(self, tape: Tape) -> None:
        self.tape, self.now, self.seq = tape, START, 0
        self.policy = ReturnPolicy(
            clawback=tape.pick(("debt", "clamp")),
            expired=tape.pick(("lapse", "grace")),
            grace_days=tape.number(9),
        )
        self.idle = tape.chance(3)
        """Whether points lapse by inactivity."""
        self.heard = {member: [] for member in MEMBERS}
        self.sales: list[Sale] = []
        self.returns: dict[str, list[Return]] = {}
        self.forgiven: dict[str, int] = {}
        """Shortfalls by sale."""

    def run(self) -> "History":
        """Read the tape to its end."""
        for _ in range(40):
            step = self.tape.number(256)
            if step == 0:
                break
            self.now += self.tape.pick((0, 1, 7, 40, 200)) * DAY / 8 + DAY / 24
            self.STEPS[step % len(self.STEPS)](self)
        return self

    # -- booking -----------------------------------------------------------------------------

    def _entry(self, member, kind, points, **more) -> LedgerEntry:
        self.seq += 1
        return LedgerEntry(
            **{
                "id": EntryId(f"e{self.seq:03}"), "member_id": member, "kind": EntryKind(kind),
                "points": points, "decided_at": self.now, "till": TillCode("T1"), "seq": self.seq,
                **more,
            }
        )  # fmt: skip

    def _book(self, *entries: LedgerEntry) -> None:
        for entry in entries:
            self.heard[entry.member_id].append(entry)

    def _life(self) -> dict:
        """Pending, held and lapsing of a credit."""
        number = self.tape.number(16)
        life = {"usable_at": self.now + (number % 4) * 5 * DAY if number >= 10 else None}
        life["held"] = number == 15
        if self.idle and number % 3:
            until = self.now + 30 * DAY
            return {**life, "lapses_at": until, "keeps_until": until}
        days = self.tape.pick((None, 3, 10, 11, 30, 90))
        return {**life, "lapses_at": None if days is None else self.now + days * DAY}

    def _active(self) -> dict:
        return {"keeps_until": self.now + 30 * DAY} if self.idle else {}

    def _member(self):
        return self.tape.pick(MEMBERS)

    # -- what can happen ---------------------------------------------------------------------

    def grant(self) -> None:
        kind = self.tape.pick(("bonus", "adjust"))
        self._book(self._entry(self._member(), kind, 1 + self.tape.number(200), **self._life()))

    def correct(self) -> None:
        self._book(self._entry(self._member(), "adjust", -1 - self.tape.number(60)))

    def donate(self) -> None:
        member = self._member()
        there = fold(self.heard[member]).available(self.now)
        if there:
            self._book(self._entry(member, "donate", -1 - self.tape.number(there)))

    def transfer(self) -> None:
        giver, taker = MEMBERS if self.tape.chance(2) else MEMBERS[::-1]
        account = fold(self.heard[giver])
        there = account.available(self.now)
        if not there or account.last >= (self.now, self.seq, ""):
            return
        out = self._entry(giver, "transfer", -1 - self.tape.number(there))
        _after, taken = advance(account, out)
        assert sum(part.points for part in taken) == -out.points
        into = [
            self._entry(taker, "transfer", part.points, lapses_at=part.lot.lapses_at)
            for part in taken
        ]
        self._book(out, *into)

    def release(self) -> None:
        member = self._member()
        held = [lot for lot in fold(self.heard[member]).lots if lot.held]
        if held:
            self._book(self._entry(member, "release", 0, reverses=self.tape.pick(held).entry_id))

    def lapse(self) -> None:
        for member in MEMBERS:
            over = lapsed_lots(fold(self.heard[member]), self.now)
            state = reference.fold(self.heard[member])
            told = [(lot.id, lot.points) for lot in state.lots if lot.end <= self.now]
            assert [(lot.entry_id, lot.remaining) for lot in over] == told
            self._book(
                *(
                    self._entry(member, "expire", -lot.remaining, reverses=lot.entry_id)
                    for lot in over
                )
            )

    def late(self) -> None:
        """Something decided before, and heard of only now."""
        back = self.tape.number(60) * DAY / 2
        kind = self.tape.pick(("earn", "adjust", "bonus"))
        points = (1 + self.tape.number(80)) * (-1 if kind == "adjust" else 1)
        life = self._life() if points > 0 else {}
        at = max(self.now - back, START)
        self._book(self._entry(self._member(), kind, points, decided_at=at, **life))

    def sell(self) -> None:
        """A sale that redeems and earns; now and then it spends more than there is."""
        tape, member = self.tape, self._member()
        lines = tuple(self._line() for _ in range(1 + tape.number(3)))
        there = fold(self.heard[member]).available(self.now)
        blind = tape.number(40) if tape.chance(5) else 0
        spent = (tape.number(there + 1) if there else 0) + blind
        net = sum(line.paid for line in lines)
        sale_id = f"s{len(self.sales)}"
        tenders, rounding = self._tenders(net)
        self.sales.append(
            Sale(
                id=sale_id, ref=sale_id, till="T1", seq=0, cashier_id="c", member_id=member,
                currency="EUR", lines=lines, points_redeemed=spent,
                redeemed_value=sum(line.points_paid for line in lines), rounding=rounding,
                tenders=tenders, change=0, sold_at=self.now,
            )
        )  # fmt: skip
        self.returns[sale_id] = []
        self.forgiven[sale_id] = 0
        own = {"source_id": sale_id, **self._active()}
        if spent:
            parts = self._parts(-spent, len(lines))
            self._book(self._entry(member, "redeem", -spent, parts=parts, basis=spent, **own))
        earned = tape.number(120)
        if earned:
            parts = self._parts(earned, len(lines))
            more = {**own, **self._life(), "qualifying": tape.number(earned + 1), "basis": net}
            self._book(self._entry(member, "earn", earned, parts=parts, **more))

    def _tenders(self, net: int) -> tuple[tuple[Tender, ...], int]:
        """Cash alone, rounded to coins; or up to two cards, and cash for the rest."""
        tape = self.tape
        if not tape.chance(3):
            rounding = max(tape.number(5) - 2, -net)
            return (Tender(TenderKind.CASH, net + rounding),), rounding
        one = tape.number(net + 1)
        two = tape.number(net - one + 1)
        gift, credit = Tender(TenderKind.GIFT_CARD, one, "G"), Tender(TenderKind.STORE_CREDIT, two)
        return (gift, Tender(TenderKind.CASH, net - one - two), credit), 0

    def _line(self) -> SaleLine:
        tape = self.tape
        price, quantity = tape.number(30), 1 + tape.number(4)
        off = tape.number(price * quantity + 1)
        by_points = tape.number(off + 1)
        return SaleLine("X", "X", price, quantity, off, points_paid=by_points)

    def _parts(self, points: int, lines: int) -> tuple[Part, ...]:
        """One to three reasons; some tell how they stand on the lines, one may take away."""
        tape = self.tape
        count = tape.number(4)
        parts = [(tape.number(abs(points) + 1), self._weights(lines)) for _ in range(count)]
        rest = abs(points) - sum(n for n, _weights in parts)
        sign = 1 if points > 0 else -1
        told = [Part(f"r{i}", sign * n, weights=w) for i, (n, w) in enumerate(parts)]
        return (*told, Part("rest", sign * rest, weights=self._weights(lines))) if count else ()

    def _weights(self, lines: int) -> tuple[int, ...]:
        if self.tape.chance(2):
            return tuple(self.tape.number(5) for _ in range(lines))
        return ()

    def give_back(self) -> None:
        """A return of some sale, of all or of some pieces; twice the same move is asked for."""
        if not self.sales:
            return
        sale = self.tape.pick(self.sales)
        left = still_there(sale, self.returns[sale.id])
        if not any(left):
            return
        self.take_back(sale, () if self.tape.chance(3) else self._some(left))

    def _some(self, left: list[int]) -> tuple[ReturnLine, ...]:
        now = [self.tape.number(n + 1) for n in left]
        if not any(now):
            now[next(i for i, n in enumerate(left) if n)] = 1
        return tuple(ReturnLine(i, n) for i, n in enumerate(now) if n)

    def take_back(self, sale: Sale, lines: tuple[ReturnLine, ...]) -> None:
        """Book a return by the engine's plan, which the model must share."""
        earlier, history = self.returns[sale.id], self.heard[sale.member_id]
        plan = plan_return(sale, lines, earlier, history, self.now, self.policy)
        before = reference.pieces_back(sale, [one.lines for one in earlier])
        after = reference.pieces_back(sale, [*(one.lines for one in earlier), plan.lines])
        wanted, shortfall = reference.undo(sale, before, after, history, self.now, self.policy)
        assert [_as_undo(move) for move in plan.moves] == wanted
        assert plan.points.shortfall == shortfall
        told = reference.money_back(sale, [*(one.lines for one in earlier), plan.lines])
        assert (plan.money, [card.amount for card in plan.cards]) == told
        self.seq += 1
        back = Return(
            id=f"r{self.seq}", ref="", sale_id=sale.id, till="T1", seq=self.seq, cashier_id="c",
            reason="", money_back=plan.money, currency="EUR", returned_at=self.now,
            lines=plan.lines,
        )  # fmt: skip
        if self.tape.chance(4):
            entries = self._heard_late(sale, back, plan)
        else:
            entries = booked(
                plan, back, new_id=lambda: f"x{self._next_seq():03}", next_seq=lambda: self.seq
            )
        self._book(*entries)
        self.returns[sale.id] = [*earlier, back]
        self.forgiven[sale.id] += shortfall

    def _heard_late(self, sale: Sale, back: Return, plan: ReturnPlan) -> list[LedgerEntry]:
        """The same return, taken before its sale was known: derived alike on every till."""
        history, earlier = self.heard[sale.member_id], self.returns[sale.id]
        here, there = (
            late_entries(sale, back, known, earlier=earlier, policy=self.policy)
            for known in (history, history[::-1])
        )
        assert here == there
        assert [(e.kind, e.points, e.reverses) for e in here] == [
            (move.kind, move.points, move.of.id) for move in plan.moves
        ]
        return here

    def _next_seq(self) -> int:
        self.seq += 1
        return self.seq

    STEPS = (
        sell, give_back, grant, sell, give_back, lapse, transfer, late, release, correct, donate,
    )  # fmt: skip


def _as_undo(move) -> reference.Undo:
    lot = move.lot
    return reference.Undo(
        move.kind.value, move.of.id, move.points, move.qualifying,
        lot.entry_id if lot else None, lot.end if lot else None, lot is not None and lot.held,
    )  # fmt: skip
