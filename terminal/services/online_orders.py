"""Taking orders of the online store into the books, with the points that follow from them.

May be given the same order any number of times, in any order, by any number of tills: the entries'
ids are computed from order and refund, so it earns once and goes back once. What a purchase leads
to (challenges, milestones, stamp cards) is booked with it, as at the till. One STANDING message for
each store and member whose points moved, in the same transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from terminal.cards import CardState
from terminal.entries import LedgerEntry
from terminal.ids import Clock, MemberId, NewId
from terminal.members import Member
from terminal.online import ONLINE_TILL, OnlineOrder, derive_earn, earn_id
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.programs import Program
from terminal.programs.accrual import money_of
from terminal.programs.calendar import local_day
from terminal.programs.wanted import wanted
from terminal.refunding import source_of
from terminal.sales import PLAIN, Goods
from terminal.services.campaigning import Followed, Scene, after_purchase
from terminal.services.facts import zone_of
from terminal.services.online_refunds import (
    book_coupons,
    look_at_sale,
    make_up_for,
    note_double,
    note_edited,
    take_back,
)
from terminal.services.selling import chance_of
from terminal.services.standing import facts_at, view_member
from terminal.services.whose import (
    anybody_erased,
    anybody_merged,
    holder_of,
    is_erased,
    survivor_of,
    tell,
)
from terminal.vouchers import VoucherCode
from terminal.web_coupons import for_the_web

CHUNK = 100
"""Rows per transaction: a cashier's sale never waits for more than this."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of some orders: new or changed ones, and members whose points or history moved."""

    orders: int = 0
    members: frozenset[MemberId] = frozenset()


@dataclass(slots=True)
class _Round:
    """What happens within one transaction: whose history changed, whose points moved, and what a
    member had earned before, with the purchase that is the reason to look what came of it.

    ``goods``, ``merges`` and ``forgets`` (whether anybody ever was merged or forgotten) are looked
    up once.
    """

    touched: set[MemberId] = field(default_factory=set)
    moved: set[MemberId] = field(default_factory=set)
    bought: dict[MemberId, tuple[int, str]] = field(default_factory=dict)
    goods: dict[str, Goods] = field(default_factory=dict)
    forgets: bool | None = None
    merges: bool | None = None

    def holder(self, uow: UnitOfWork, order: OnlineOrder) -> Member | None:
        """Whose order it is."""
        if self.merges is None:
            self.merges = anybody_merged(uow)
        return holder_of(uow, order, merges=self.merges)

    def goods_of(self, uow: UnitOfWork, sku: str) -> Goods:
        """What the shop knows of a SKU."""
        known = self.goods.get(sku)
        if known is None:
            product = uow.products.by_code(sku) if sku else None
            known = self.goods[sku] = product.goods if product else PLAIN
        return known

    def is_forgotten(self, uow: UnitOfWork, member_id: MemberId) -> bool:
        """Whether the member asked to be forgotten."""
        if self.forgets is None:
            self.forgets = anybody_erased(uow)
        return self.forgets and is_erased(uow, member_id)


class OnlineOrders:
    """Books orders for members, now or when the member enrols.

    ``stores`` are those that are told of the points that moved.
    """

    def __init__(
        self, database: Database, clock: Clock, new_id: NewId, *, stores: Sequence[str]
    ) -> None:
        self._database = database
        self._stores = stores
        self._clock = clock
        self._new_id = new_id

    def take(self, orders: Iterable[OnlineOrder], *, quiet: bool = False) -> Taken:
        """Store orders and let them earn, oldest first, a hundred a transaction. ``quiet``: nobody
        is told of standings; a first import tells each member's once, at its end."""
        # Oldest first, so that each finds what was spent before it and every till the same tier.
        queue = sorted(orders, key=lambda order: (order.placed_at, order.remote_id))
        count, members = 0, set[MemberId]()
        for start in range(0, len(queue), CHUNK):
            with self._database.write() as uow:
                taken = self.take_in(uow, queue[start : start + CHUNK], quiet=quiet)
                uow.commit()
            count += taken.orders
            members |= taken.members
        return Taken(count, frozenset(members))

    def take_in(
        self, uow: UnitOfWork, orders: Sequence[OnlineOrder], *, quiet: bool = False
    ) -> Taken:
        """The same within the caller's transaction; ``orders`` come oldest first."""
        now = _Round()
        count = sum(self._take_one(uow, order, now) for order in orders)
        self._end(uow, now, quiet=quiet)
        return Taken(count, frozenset(now.touched))

    def claim(self, uow: UnitOfWork, member: Member) -> Sequence[OnlineOrder]:
        """Give a member the orders that nobody holds yet: of their e-mail address, of a card of
        theirs, of a customer who is them.

        Within the caller's transaction; answers the orders, oldest first.
        """
        cards = [c.number for c in uow.members.cards(member.id) if c.state is CardState.ACTIVE]
        links = [uow.sync.link(store, "member", member.id) for store in self._stores]
        customers = [(link.store, link.remote_id) for link in links if link is not None]
        free = uow.sales.unclaimed_orders(member.email, cards, customers)
        mine = [replace(order, member_id=member.id) for order in free]
        now = _Round()
        for order in mine:
            uow.sales.put_order(order)
            self._earn(uow, order, member, now)
            self._back(uow, order, None, now)
        self._end(uow, now)
        return mine

    def make_up(self, uow: UnitOfWork, order: OnlineOrder) -> bool:
        """What an order that is in the books should have earned or given back and did not is booked
        now; whether there was anything."""
        known = uow.sales.get_order(order.store, order.remote_id)
        member = uow.members.get(known.member_id) if known and known.member_id else None
        if known is None or member is None:
            return False
        now = _Round()
        self._earn(uow, known, member, now)
        made = make_up_for(uow, known, self._clock())
        now.moved |= {entry.member_id for entry in made}
        self._end(uow, now, quiet=True)  # whoever compares tells the standing last
        return bool(now.moved)

    def _take_one(self, uow: UnitOfWork, order: OnlineOrder, now: _Round) -> bool:
        if order.sale_id:
            self._own_sale(uow, order)
            return False
        known = uow.sales.get_order(order.store, order.remote_id)
        if known is not None and known.member_id is not None:
            holder = uow.members.get(survivor_of(uow, known.member_id))
        else:
            holder = now.holder(uow, order)
        order = replace(
            order, member_id=holder.id if holder else None,
            # As the hub puts them: what differs only in that is no other order.
            refunds=tuple(sorted(order.refunds, key=lambda one: one.id)),
        )  # fmt: skip
        if holder is not None and now.is_forgotten(uow, holder.id):
            order = replace(order, email="", card_number="", customer_id="")
        if order == known:
            return False
        uow.sales.put_order(order)
        self._coupons(uow, order, known)
        if holder is not None:
            now.touched.add(holder.id)
            self._earn(uow, order, holder, now)
            self._back(uow, order, known if known and known.member_id else None, now)
            if known is not None:
                note_edited(uow, order, known, self._clock())
        return True

    def _own_sale(self, uow: UnitOfWork, order: OnlineOrder) -> None:
        """Our own sale on its way back: it has earned at the till. A second order of the same sale
        is for a person; what was said of the first one holds."""
        link = RemoteLink(order.store, "sale", order.sale_id, order.remote_id, order.code)
        known = uow.sync.link(order.store, "sale", order.sale_id)
        if known is not None and known.remote_id != link.remote_id:
            note_double(uow, order, known, self._clock())
            return
        if known != link:
            uow.sync.put_link(link)
        look_at_sale(uow, order, self._clock())

    # -- points ------------------------------------------------------------------------------

    def _earn(self, uow: UnitOfWork, order: OnlineOrder, member: Member, now: _Round) -> None:
        program, member_id = uow.programs.at(order.placed_at), member.id
        if program is None:  # placed before there was a programme
            return
        if uow.ledger.get(earn_id(order)) is not None:
            return  # what is known better by now must not make it earn a second time
        facts = facts_at(uow, member, program, order.placed_at)
        entries = derive_earn(order, member_id, program, facts, lambda sku: now.goods_of(uow, sku))
        if not entries:
            return
        before = uow.ledger.account(member_id).lifetime_earned
        uow.ledger.append(entries)
        now.moved.add(member_id)
        first = now.bought.get(member_id, (before, ""))[0]
        now.bought[member_id] = (first, source_of(order))
        self._count(uow, program, entries)

    def _back(
        self, uow: UnitOfWork, order: OnlineOrder, known: OnlineOrder | None, now: _Round
    ) -> None:
        blocked: list[VoucherCode] = []
        made = take_back(uow, order, known, self._clock(), self._new_id, blocked)
        now.moved |= {entry.member_id for entry in made}
        self._tell_coupons(uow, blocked, order.member_id)

    def _end(self, uow: UnitOfWork, now: _Round, *, quiet: bool = False) -> None:
        """What the purchases of this transaction led to, and whom to tell of what moved."""
        at = self._clock()
        program = uow.programs.at(at) if now.bought else None
        if program and (program.challenges or program.milestones or program.thresholds):
            for member_id, (lifetime, source) in now.bought.items():
                self._follow(uow, program, member_id, lifetime, source)
        for member_id in () if quiet else sorted(now.moved):
            self._tell_standing(uow, member_id)

    def _follow(
        self, uow: UnitOfWork, program: Program, member_id: MemberId, lifetime: int, source: str
    ) -> None:
        """Challenges reached, a milestone passed, stamp cards filled: booked with what led to it.
        Nobody stands at the counter, so every coupon is the member's own."""
        scene = Scene(
            uow=uow, program=program, till=ONLINE_TILL, now=self._clock(),
            chance=chance_of(self._new_id),
        )  # fmt: skip
        followed = Followed()
        facts = view_member(uow, member_id, scene.now).facts
        after_purchase(scene, member_id, facts, source, lifetime, followed)
        for voucher in followed.coupons:
            coupon = replace(voucher, owner=member_id)
            uow.vouchers.put(coupon)
            if for_the_web(program, coupon):
                now, kind = scene.now, MessageKind.COUPON
                tell(uow, self._stores, kind, coupon.code, member_id, now, self._new_id)

    def _count(self, uow: UnitOfWork, program: Program, entries: Sequence[LedgerEntry]) -> None:
        """Write down each use of a rule that has limits, dates or an audience."""
        recorded = wanted(program).recorded
        if not recorded:
            return
        for entry in entries:
            day = local_day(entry.decided_at, zone_of(program)).isoformat()
            for part in entry.parts:
                if part.rule in recorded:
                    uow.uses.add(part.rule, entry.member_id, day, 1, part.points, money_of(part))

    # -- what is told ------------------------------------------------------------------------

    def _coupons(self, uow: UnitOfWork, order: OnlineOrder, known: OnlineOrder | None) -> None:
        """A coupon of ours that was used there is told to every store that has it."""
        if not order.coupons:
            return
        now = self._clock()
        self._tell_coupons(uow, book_coupons(uow, order, known, now), order.member_id)

    def _tell_coupons(
        self, uow: UnitOfWork, codes: Iterable[VoucherCode], member_id: MemberId | None
    ) -> None:
        """Coupons that changed, to the stores that have them or are being told of them."""
        now = self._clock()
        for code in codes:
            told = {message.store for message in uow.outbox.of_subject(MessageKind.COUPON, code)}
            having = [s for s in self._stores if s in told or uow.sync.link(s, "coupon", code)]
            tell(uow, having, MessageKind.COUPON, code, member_id, now, self._new_id)

    def _tell_standing(self, uow: UnitOfWork, member_id: MemberId) -> None:
        now = self._clock()
        for store in self._stores:
            uow.outbox.put(
                OutboxMessage(
                    key=self._new_id(), kind=MessageKind.STANDING, subject_id=member_id,
                    member_id=member_id, created_at=now, due_at=now, store=store,
                )
            )  # fmt: skip
