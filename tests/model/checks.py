"""What must hold at the end of every history, whoever tells it."""

import random
from datetime import timedelta

from terminal.ledger import Account, advance, fold, replay
from tests.model import reference
from tests.model.histories import DAY, MEMBERS, History, Tape

GIVEN = ("bonus", "adjust", "transfer")
ACCOUNTS = {
    "earn": "issued", "bonus": "issued", "redeem": "redeemed", "rollback": "redeemed",
    "clawback": "clawed back", "expire": "expired", "adjust": "adjusted", "donate": "donated",
    "transfer": "in transit", "release": "nowhere",
}  # fmt: skip


def check(data: bytes) -> History:
    """Run the history on this tape and all its checks; AssertionError where one fails."""
    history = History(Tape(data)).run()
    chance = random.Random(data)
    for member in MEMBERS:
        heard = history.heard[member]
        _tells_the_same(heard, history.now)
        _order_does_not_matter(heard, chance)
    _all_accounts_are_zero(history)
    _nothing_is_minted(history)
    return history


def _tells_the_same(heard, now) -> None:
    """Engine = model, and balance = lots less debt = what the entries add up to."""
    told, state = replay(heard), reference.fold(heard)
    account = told.account
    assert fold(heard) == account
    assert account.balance == sum(entry.points for entry in heard)
    assert sum(lot.remaining for lot in account.lots) - account.debt == account.balance
    assert (account.balance, account.debt) == (state.balance, state.debt)
    assert (account.lifetime_earned, account.entries) == (state.earned, len(heard))
    assert [_seen(lot) for lot in account.lots] == [_told(lot) for lot in state.lots]
    for mine, theirs in ((told.taken, state.took), (told.absorbed, state.later)):
        said = {one: [(_seen(part.lot), part.points) for part in mine[one]] for one in mine}
        assert said == {one: [(_told(lot), n) for lot, n in theirs[one]] for one in theirs}
    for moment in (now, now + 2 * DAY, now + 25 * DAY):
        living = sum(lot.points for lot in state.living(moment))
        usable = sum(lot.points for lot in state.living(moment) if lot.is_usable(moment))
        assert account.available(moment) == state.available(moment)
        assert (account.living(moment), account.pending(moment)) == (living, living - usable)
    ends = [lot.end for lot in state.lots if lot.end != reference.NEVER]
    by_end = [(end, sum(lot.points for lot in state.lots if lot.end <= end)) for end in ends]
    assert account.lapsing_by() == sorted(set(by_end))
    soon = [(end, points) for end, points in account.lapsing() if now < end <= now + 10 * DAY]
    assert account.lapsing_within(now, 10) == soon


def _seen(lot):
    return (lot.entry_id, lot.remaining, lot.usable_at, lot.end, lot.held, lot.kept)


def _told(lot):
    return (lot.id, lot.points, lot.usable, lot.end, lot.held, lot.kept)


def _order_does_not_matter(heard, chance) -> None:
    """Whatever is heard first or twice; and one by one it is the same."""
    told = replay(heard)
    mixed = heard + chance.choices(heard, k=3) if heard else []
    chance.shuffle(mixed)
    assert replay(mixed) == told
    account, taken, balances = Account(), {}, {}
    for entry in sorted(heard, key=lambda e: e.order):
        account, parts = advance(account, entry)
        assert sum(lot.remaining for lot in account.lots) - account.debt == account.balance
        assert all(lot.remaining > 0 for lot in account.lots)
        balances[entry.id] = account.balance
        if parts:
            taken[entry.id] = parts
    assert (account, taken, balances) == (told.account, told.taken, told.balances)


def _all_accounts_are_zero(history: History) -> None:
    """Double entry: members against the programme's accounts; nothing is in transit for good."""
    programme = dict.fromkeys(ACCOUNTS.values(), 0)
    for heard in history.heard.values():
        for entry in heard:
            programme[ACCOUNTS[entry.kind]] -= entry.points
    members = sum(fold(heard).balance for heard in history.heard.values())
    assert members + sum(programme.values()) == 0
    assert (programme["in transit"], programme["nowhere"]) == (0, 0)
    assert programme["redeemed"] >= 0
    assert programme["clawed back"] >= 0


def _nothing_is_minted(history: History) -> None:
    """A member holds at most what was given outside sales, what sales that stand have earned,
    and what was let go by "clamp"; less what sales that stand have spent."""
    most = dict.fromkeys(MEMBERS, 0)
    for member, heard in history.heard.items():
        sold = {sale.id for sale in history.sales}
        most[member] += sum(e.points for e in heard if e.kind in GIVEN)
        most[member] += sum(e.points for e in heard if e.kind in ("donate", "expire"))
        most[member] += sum(e.points for e in heard if e.kind == "earn" and e.source_id not in sold)
    for sale in history.sales:
        heard = history.heard[sale.member_id]
        for entry in heard:
            if entry.source_id == sale.id:
                most[sale.member_id] += _stands(entry, sale, history.returns[sale.id], heard)
        most[sale.member_id] += history.forgiven[sale.id]
    for member in MEMBERS:
        assert fold(history.heard[member]).balance <= most[member]


def _stands(entry, sale, returns, heard) -> int:
    """The most that an earn may still count for, or the least that a redemption must.

    A part that takes away (a limit per order, say) can make the share that is back smaller with
    one more piece; what went back by then stays there.
    """
    lines = [one.lines for one in returns]
    backs = [reference.pieces_back(sale, lines[: n + 1]) for n in range(len(lines))]
    gone = max((reference.due(entry, sale, back) for back in backs), default=0)
    if entry.points < 0:
        return gone + entry.points
    if entry.kind != "earn":
        return 0
    # An earn that lapsed is not taken back as well: the expiry counts for it.
    refills = [e.id for e in heard if e.kind == "rollback" and e.lot == entry.id]
    lapsed = -sum(
        e.points for e in heard if e.kind == "expire" and e.reverses in (entry.id, *refills)
    )
    return entry.points - min(gone, max(entry.points - lapsed, 0))


def check_all_comes_back(data: bytes) -> None:
    """After any history: one more sale, returned in pieces, leaves every lot as it was."""
    history = History(Tape(data))
    history.idle = False
    history.run()
    history.policy = type(history.policy)()
    before = {member: fold(heard) for member, heard in history.heard.items()}
    latest = max((e.decided_at for heard in history.heard.values() for e in heard), default=None)
    history.now = max(history.now, latest or history.now) + timedelta(seconds=1)
    history.sell()
    sale = history.sales[-1]
    while any(left := _left(history, sale)):
        history.now += timedelta(seconds=1)
        history.take_back(sale, history._some(left))
    for member, was in before.items():
        now = fold(history.heard[member])
        assert (now.balance, now.debt) == (was.balance, was.debt)
        assert sorted(map(_seen, now.lots)) == sorted(map(_seen, was.lots))


def _left(history: History, sale) -> list[int]:
    """Pieces that are still with the customer."""
    back = reference.pieces_back(sale, [one.lines for one in history.returns[sale.id]])
    return [line.quantity - n for line, n in zip(sale.lines, back, strict=True)]
