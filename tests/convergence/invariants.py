"""What must be true once everything is heard, on every side."""

from __future__ import annotations

from collections import Counter
from typing import Any

from terminal.db.verify import verify
from terminal.desk_tasks import TaskKind
from terminal.ids import MemberId
from terminal.ledger import replay
from terminal.outbox import MessageKind
from terminal.ports import UnitOfWork
from terminal.services.standing import level_at
from terminal.services.whose import is_erased, made_of, survivor_of
from tests.convergence.deeds import People
from tests.convergence.programme import PER_MEMBER
from tests.convergence.world import BOOKED, STORE, TillSim, World
from tests.hub.till_stand import EVERYWHERE, _rows


class ViolationError(AssertionError):
    """Something is not true. ``kind`` names what, for counting."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind


def held(till: TillSim) -> dict[str, list[Any]]:
    """What all tills must agree on."""
    with till.database.read() as uow:
        driver = uow.runner._driver
        return {
            table: sorted(map(repr, _rows(driver, table, columns)))
            for table, columns in EVERYWHERE.items()
        }


def tills_agree(world: World) -> None:
    """Every table that is shared is the same on all of them."""
    first, *others = (held(till) for till in world.tills)
    for place, other in enumerate(others, start=2):
        for table, rows in first.items():
            if other[table] != rows:
                here = [row for row in rows if row not in other[table]]
                there = [row for row in other[table] if row not in rows]
                raise ViolationError(
                    "tills differ", f"{table}: T1 has {here[:3]}, T{place} has {there[:3]}"
                )


def hub_agrees(world: World) -> None:
    """The hub grants points by the balances that the tills show, of everybody."""
    till, balances = world.tills[0], world.hub.balances
    with till.database.read() as uow:
        for (member_id,) in till.rows("SELECT id FROM members"):
            held, balance = balances.get(member_id, 0), uow.ledger.account(member_id).balance
            if held != balance:
                raise ViolationError("hub differs", f"{member_id}: {held}, the till {balance}")


def nothing_lost(world: World, truth: dict[str, set[str]]) -> None:
    """Whatever was booked anywhere is on every till."""
    for till in world.tills:
        for kind, table in BOOKED.items():
            there = {row[0] for row in till.rows(f"SELECT id FROM {table}")}  # noqa: S608
            lost = truth[kind] - there
            if lost:
                raise ViolationError(f"{kind} missing", f"{till.code} lacks {sorted(lost)[:3]}")


def books_are_sound(world: World) -> None:
    """Each till's own check finds nothing but what two tills did that could not hear each other;
    its balances are those of its entries.

    Weaker than nothing at all, and bounded: ``returned_twice`` only of a sale that was taken back
    in the name of two tills, or of one that went on as two (money was given twice at two counters,
    and no program could know), and a person was asked about it; ``number_twice`` only where a till
    came back from a backup or was cloned, which gave the numbers anew."""
    twice = bool(world.weather.count["backup restored"] + world.weather.count["till cloned"])
    for till in world.tills:
        for found in verify(till.database).findings:
            known = (found.code == "number_twice" and twice) or (
                found.code == "returned_twice" and _was_apart(till, found.subject, twice=twice)
            )
            if not known:
                raise ViolationError("not sound", f"{till.code}: {found}")
        with till.database.read() as uow:
            for (member_id,) in till.rows("SELECT id FROM members"):
                entries = uow.ledger.entries(member_id)
                folded = replay(entries).account.balance if entries else 0
                if uow.ledger.account(member_id).balance != folded:
                    raise ViolationError("not sound", f"{till.code}: {member_id} differs")


def _was_apart(till: TillSim, sale_id: str, *, twice: bool) -> bool:
    """Whether two tills took a sale back, and a person was asked."""
    tills = till.rows("SELECT DISTINCT till FROM returns WHERE sale_id = ?", sale_id)
    asked = till.rows("SELECT 1 FROM tasks WHERE kind = 'difference' AND subject_id = ?", sale_id)
    return bool(asked) and (len(tills) > 1 or twice)


def nothing_waits(world: World) -> None:
    """No message waits, none is blocked or was given up; no fact can't be written."""
    for till in world.tills:
        waiting = till.rows("SELECT kind, state, problem FROM outbox WHERE state <> 'sent'")
        if waiting:
            raise ViolationError("message waits", f"{till.code}: {waiting[:3]}")
        parked = till.rows("SELECT kind, why, waits_for FROM parked_facts")
        if parked:
            raise ViolationError("fact waits", f"{till.code}: {parked[:3]}")


def orders_are_once(world: World, truth: dict[str, set[str]]) -> None:
    """Each sale has one order in the online store, each return one refund there."""
    made, back = Counter(world.shop.made), Counter(world.shop.refunded)
    for kind, known, there in (("sale", truth["sale"], made), ("refund", truth["return"], back)):
        twice = [key for key, times in there.items() if times > 1]
        if twice:
            raise ViolationError(f"{kind} twice", f"in the store: {twice[:3]}")
        missing = known - set(there)
        if missing:
            raise ViolationError(f"{kind} missing", f"in the store: {sorted(missing)[:3]}")


def store_shows_balances(world: World) -> None:
    """Who has an e-mail address is a customer there, and it shows what the till says: without the
    night's comparing, whoever was elected, and whatever came late.

    Weaker for two records under one address of which one was to be forgotten: the account they
    shared may be gone. And for an account whose member went with a disk (``_of_a_disk``), or that
    two have, of whom a person is asked whether they are one (``_is_asked``). Where a
    till names no store, the night's comparing has been, and whoever is known by that till's word
    alone, and bought nothing, is no customer there."""
    till = world.tills[0]
    with till.database.read() as uow:
        for member_id, email in till.rows("SELECT id, email FROM members WHERE email <> ''"):
            if survivor_of(uow, member_id) != member_id or is_erased(uow, member_id):
                continue
            link = uow.sync.link(STORE, "member", member_id)
            customer = world.shop.customers.get(link.remote_id) if link else None
            balance = uow.ledger.account(member_id).balance
            if (
                customer is None
                and link is None
                and till.rows("SELECT 1 FROM remote_links WHERE kind = 'forgotten'")
            ):
                continue  # one of two records of this address was to be forgotten, and there is one
            if customer is None and world.nameless and not _was_told_of(uow, member_id):
                continue
            if customer is None:
                raise ViolationError("not in the store", f"{member_id} {email}")
            shown = customer.standing.points if customer.standing else 0
            excused = _of_a_disk(world, uow, member_id, customer.id)
            if shown != balance and not (excused or _is_asked(uow, member_id, customer.id, shown)):
                raise ViolationError(
                    "store shows another balance", f"{member_id}: {shown}, the till {balance}"
                )


def _was_told_of(uow: UnitOfWork, member_id: MemberId) -> bool:
    """Whether anything was ever queued for the online store about somebody."""
    about = [MessageKind.MEMBER, MessageKind.STANDING]
    queued = [message for kind in about for message in uow.outbox.of_subject(kind, member_id)]
    return bool(queued or uow.sales.of_member(member_id, 1))


def store_shows_levels(world: World) -> None:
    """The store shows the level that a member had when it was told of them, by all that is known of
    it since: bought, taken back, or given by hand at any till.

    Not the level of now: what time alone takes away is told with the next message, or by night."""
    till = world.tills[0]
    with till.database.read() as uow:
        for (member_id,) in till.rows("SELECT id FROM members WHERE email <> ''"):
            member, link = uow.members.get(member_id), uow.sync.link(STORE, "member", member_id)
            customer = world.shop.customers.get(link.remote_id) if link else None
            gone = survivor_of(uow, member_id) != member_id or is_erased(uow, member_id)
            if customer is None or member is None or gone:
                continue
            shown = customer.standing
            if shown is None and uow.tiers.of_member(member_id):
                raise ViolationError("level", f"{member_id} was given one, and nothing is shown")
            if shown is None or not (uow.ledger.entries(member_id) or _given(uow, member_id)):
                continue
            program = uow.programs.at(shown.at)
            level = level_at(uow, member, program, shown.at).tier.code if program else ""
            if shown.tier != level:
                raise ViolationError("level", f"{member_id}: {shown.tier}, the till {level}")


def _given(uow: UnitOfWork, member_id: MemberId) -> bool:
    return bool(uow.tiers.of_member(member_id))


def _of_a_disk(world: World, uow: UnitOfWork, member_id: MemberId, customer_id: str) -> bool:
    """Whether whose account this was went with a till's disk, before anybody heard of it: of them
    altogether, or of the account of somebody who was forgotten or merged elsewhere. Then a new
    member is made of the account, and the points there are nobody's here: they stay until something
    is booked. Nobody else here has the account."""
    return (
        bool(world.weather.count["backup restored"])
        and member_id == made_of(STORE, customer_id)
        and not uow.ledger.entries(member_id)
        and not any(
            _is_here(uow, MemberId(link.local_id))
            for link in uow.sync.links(STORE, "member", "", 10_000)
            if link.remote_id == customer_id and link.local_id != member_id
        )
    )


def _is_asked(uow: UnitOfWork, member_id: MemberId, customer_id: str, shown: int) -> bool:
    """Whether somebody else has this account too, it shows what they have, and a person is asked
    whether both are one."""
    for link in uow.sync.links_back(STORE, "member", customer_id):
        other = survivor_of(uow, MemberId(link.local_id))
        pair = sorted((member_id, other))
        asked = any(
            task.kind is TaskKind.DUPLICATE and not task.outcome
            and sorted((task.member_id or "", task.details.get("other", ""))) == pair
            for one in pair for task in uow.tasks.of_member(MemberId(one))
        )  # fmt: skip
        if other != member_id and asked and uow.ledger.account(other).balance == shown:
            return True
    return False


def no_points_show_twice(world: World) -> None:
    """An account of the online store that shows points shows those of somebody who is known, was
    not forgotten, and has it; unless who they were went with a disk."""
    if world.weather.count["backup restored"]:
        return
    with world.tills[0].database.read() as uow:
        for customer in world.shop.customers.values():
            shown = customer.standing.points if customer.standing else 0
            links = uow.sync.links_back(STORE, "member", customer.id)
            whose = {survivor_of(uow, MemberId(link.local_id)) for link in links}
            having = [one for one in whose if uow.sync.link(STORE, "member", one) is not None]
            living = [one for one in having if not is_erased(uow, one)]
            if shown and shown not in [uow.ledger.account(one).balance for one in living]:
                raise ViolationError(
                    "points show twice", f"{customer.id}: {shown}, of {sorted(whose)}"
                )


def _is_here(uow: UnitOfWork, member_id: MemberId) -> bool:
    """Whether somebody is known, was not forgotten, and is nobody else by now."""
    known = uow.members.get(member_id) is not None
    return known and survivor_of(uow, member_id) == member_id and not is_erased(uow, member_id)


def the_forgotten_are(world: World, people: People) -> None:
    """Who asked to be forgotten, and whoever was merged into them, is known nowhere: no till has a
    way to reach them, a card or an answer of theirs, and no account of the online store is theirs
    alone."""
    for till in world.tills:
        with till.database.read() as uow:
            merged = (MemberId(row[0]) for row in till.rows("SELECT id FROM members"))
            absorbed = {one for one in merged if is_erased(uow, survivor_of(uow, one))}
            for member_id in people.erased | absorbed:
                member = uow.members.get(member_id)
                if member is None or not (member_id in absorbed or is_erased(uow, member_id)):
                    continue  # what the till that forgot them told nobody went with its disk
                kept = [uow.members.cards(member_id), uow.members.consents(member_id)]
                if member.email or member.phone or any(kept):
                    raise ViolationError("not forgotten", f"{till.code}: {member_id}")
                link = uow.sync.link(STORE, "member", member_id)
                other = uow.sync.link_back(STORE, "member", link.remote_id) if link else None
                if (
                    other
                    and other.local_id == member_id
                    and other.remote_id in world.shop.customers
                ):
                    raise ViolationError("not forgotten", f"in the store: {other.remote_id}")


def points_are_the_engines(world: World, people: People) -> None:
    """A sale earned once what the programme said; an online order, once, what some version of the
    programme says: which of them was in force when it was placed depends on when the till that took
    it in heard of them, and what a purchase earned never changes afterwards."""
    till = world.tills[0]
    entries = till.rows("SELECT source_id, kind, points FROM ledger_entries")
    earned = Counter[str]()
    times = Counter[str]()
    for source, kind, points in entries:
        if kind == "earn":
            earned[source] += points
            times[source] += 1
    for sale_id, points in people.earned.items():
        if till.rows("SELECT 1 FROM sales WHERE id = ?", sale_id) and earned[sale_id] != points:
            raise ViolationError(
                "points", f"sale {sale_id} earned {earned[sale_id]} instead of {points}"
            )
    for store, number, goods in till.rows(
        "SELECT store, remote_id, goods FROM online_orders WHERE member_id IS NOT NULL"
    ):
        source = f"{store}:{number}"
        found = sum(points for key, points in earned.items() if key == source)
        most = {rate * goods // 100 * share // 100 for rate in people.rates for share in (100, 150)}
        if times[source] != 1 or not (min(most) <= found <= max(most)):
            raise ViolationError(
                "points", f"order {source} of {goods} earned {found}, {times[source]}x"
            )


def overdraw_is_bounded(world: World) -> None:
    """More was spent than there was by no more than each till may give away unasked: the offline
    cap for a member, times the tills. It can't be less: each of them, cut off, sees the same points
    and may give that much of them. Nothing that was granted by the hub is part of it.

    Weaker for full stamp cards, which nobody asks for and no cap holds back: each till, cut off,
    turns the points it sees into coupons, and never more of them than there were. A till that
    came back from a backup, or was cloned, forgot that it had, and counts as one more each time."""
    again = world.weather.count["backup restored"] + world.weather.count["till cloned"]
    till, tills = world.tills[0], len(world.tills)
    for member_id, spent, stamps, had in till.rows(
        "SELECT member_id,"
        " -SUM(CASE WHEN kind = 'redeem' AND NOT stamp THEN points ELSE 0 END),"
        " -SUM(CASE WHEN kind = 'redeem' AND stamp THEN points ELSE 0 END),"
        " SUM(CASE WHEN kind <> 'redeem' AND points > 0 THEN points ELSE 0 END)"
        " FROM (SELECT *, source_id GLOB 'stamp:*' AS stamp FROM ledger_entries) GROUP BY member_id"
    ):
        if spent - had > tills * PER_MEMBER or stamps > (tills + again) * had:
            raise ViolationError("overdraw", f"{member_id} spent {spent} and {stamps} of {had}")


def gift_cards_are_bounded(world: World) -> None:
    """No till takes more from a gift card than was ever put on it; so of one that was used at
    several, no more than that times the tills.

    It can't be less: two counters that can't hear each other both see the whole value, and there is
    no cap for cards as there is for points. Where more was taken than there was, a person was
    asked. A till that came back from a backup, or was cloned, counts as one more each time: it
    forgot what it had taken."""
    again = world.weather.count["backup restored"] + world.weather.count["till cloned"]
    till = world.tills[0]
    for code, put, taken in till.rows(
        "SELECT code, SUM(MAX(amount, 0)), -SUM(MIN(amount, 0)) FROM voucher_entries GROUP BY code"
    ):
        by_till = till.rows(
            "SELECT till, -SUM(MIN(amount, 0)) FROM voucher_entries WHERE code = ? GROUP BY till",
            code,
        )
        users = sum(bool(each) for _till, each in by_till) + again
        worst = max(each for _till, each in by_till)
        if taken > users * put or (not again and worst > put):
            raise ViolationError("gift card", f"{code}: {put} put on, taken {by_till}")
        asked = till.rows(
            "SELECT 1 FROM tasks WHERE kind = 'coupon_stuck' AND subject_id = ?", code
        )
        if taken > put and not asked:
            raise ViolationError("gift card", f"{code}: {taken} of {put} taken, nobody was asked")


def consents_hold(world: World, people: People) -> None:
    """Who said no last is not written to by anybody."""
    till = world.tills[0]
    last: dict[MemberId, bool] = {}
    with till.database.read() as uow:
        for member_id, yes, _key in people.answers:
            who = survivor_of(uow, member_id)
            last[who] = yes
        for member_id, yes in last.items():
            if yes or is_erased(uow, member_id) or uow.members.get(member_id) is None:
                continue
            said = [c for c in uow.members.consents(member_id) if c.purpose.value == "email"]
            if said and said[-1].granted:
                raise ViolationError("consent", f"{member_id} withdrew, and has agreed")
            link = uow.sync.link(STORE, "member", member_id)
            customer = world.shop.customers.get(link.remote_id) if link else None
            if customer is not None and customer.marketing:
                raise ViolationError("consent", f"{member_id} withdrew, and the store writes")


def everything(world: World, people: People, truth: dict[str, set[str]]) -> None:
    """All of it. Raises ViolationError."""
    nothing_lost(world, truth)
    orders_are_once(world, truth)
    tills_agree(world)
    books_are_sound(world)
    nothing_waits(world)
    store_shows_balances(world)
    no_points_show_twice(world)
    store_shows_levels(world)
    gift_cards_are_bounded(world)
    the_forgotten_are(world, people)
    points_are_the_engines(world, people)
    overdraw_is_bounded(world)
    hub_agrees(world)
    consents_hold(world, people)
