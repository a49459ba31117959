"""Telling the online store one message: read what is true now, say it, keep its name there.

No transaction is open while the online store is asked. Everything here may be done again. What a
store of this kind can't be told, or by the shop's policy is not, is done without a word and says
why (``Untold``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from sync.errors import Gone, Refused, SyncError
from sync.online_store import (
    CouponNews,
    Customer,
    OnlineStore,
    Profile,
    RemoteOrder,
    SaleNews,
    Standing,
)
from sync.starting import note_start
from terminal.ids import Clock, MemberId, ReturnId, SaleId, derived_id
from terminal.members import Member
from terminal.outbox import MessageKind, OutboxMessage, Untold
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.services.half_told import half_told_as, note_half_told, note_told
from terminal.services.messages import card_told, earned_told, kept_told, standing_told
from terminal.services.shown import will_show
from terminal.services.web_terms import called, told_as
from terminal.services.whose import (
    booked_of,
    is_erased,
    linked_member,
    living_with,
    note_forgotten,
    survivor_of,
    tell,
)
from terminal.vouchers import Voucher, VoucherCode, VoucherKind
from terminal.web_coupons import uses_of

Tells = Literal["sales", "points"]


class Shown(Protocol):
    """A member as one store is told of them."""

    @property
    def member(self) -> Member: ...
    @property
    def marketing(self) -> bool | None: ...


Telling = Callable[[UnitOfWork, Member], Shown]
Look = Callable[[Customer], object]
"""Takes in what a customer changed there, before anything of theirs is written over."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A member as the till knows them; ``remote`` None: the online store was never told.
    ``second``: the account of a record that was merged into theirs."""

    profile: Profile
    remote: str | None
    second: str | None = None


class Delivery:
    """Delivers messages to one online store."""

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        clock: Clock,
        *,
        telling: Telling,
        tells: Tells = "sales",
        look: Look | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._tells = tells
        self._telling = telling
        self._look = look

    def deliver(self, message: OutboxMessage, *, fresh: bool = False) -> str:
        """Tell one message; answers why nothing was told, "" when it was. Raises SyncError; a
        member deleted over there is told anew once."""
        try:
            return self._deliver(message, fresh)
        except Gone:
            if message.member_id is None:
                raise
            self._tell_member(message.member_id, forget=True)
            return self._deliver(message, fresh)

    # -- several at once -------------------------------------------------------------------------

    def sale_news(self, message: OutboxMessage, *, fresh: bool) -> SaleNews | str:
        """What a batch says of a sale, once its customer is known there; or the word with which
        the message is done already. Raises SyncError."""
        if self._tells == "points":
            return Untold.POINTS_ONLY
        return self._sale_news(SaleId(message.subject_id), fresh=fresh) or ""

    def put_sales(self, news: Sequence[SaleNews]) -> list[SyncError | None]:
        """Tell several sales, each with its own outcome; raises what concerns all of them."""
        told = self._store.put_sales(news)
        with self._database.write() as uow:
            for each, order in zip(news, told, strict=True):
                if isinstance(order, RemoteOrder):
                    name, sale = self._store.name, each.sale.id
                    uow.sync.put_link(RemoteLink(name, "sale", sale, order.id, order.code))
            uow.commit()
        return [order if isinstance(order, SyncError) else None for order in told]

    def standing_news(self, message: OutboxMessage) -> tuple[str, Standing] | None:
        """What a batch says of a member's standing; None: they are not known there, or there is
        nothing to say yet."""
        merged = self._merged(MemberId(message.subject_id))
        if merged is not None:
            customer, standing = merged
            if standing is None:
                return None
            self._will_show(MemberId(message.subject_id), standing)
            return customer, standing
        known = self._known(MemberId(message.subject_id))
        if known is None or known.remote is None or known.profile.standing is None:
            return None
        self._will_show(known.profile.member.id, known.profile.standing)
        return known.remote, known.profile.standing

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Likewise."""
        return self._store.put_standings(each)

    # -- one at a time ---------------------------------------------------------------------------

    def _deliver(self, message: OutboxMessage, fresh: bool) -> str:
        subject = message.subject_id
        match message.kind:
            case MessageKind.MEMBER:
                return "" if self._tell_member(MemberId(subject)) else Untold.NO_EMAIL
            case MessageKind.SALE:
                return self._tell_sale_by_policy(SaleId(subject), fresh)
            case MessageKind.RETURN:
                return self._tell_return_by_policy(ReturnId(subject))
            case MessageKind.STANDING:
                return self._tell_standing(MemberId(subject))
            case MessageKind.COUPON:
                return self._tell_coupon(VoucherCode(subject))
            case MessageKind.ERASE:
                return self._erase(subject)

    def _tell_member(self, member_id: MemberId, *, forget: bool = False) -> str | None:
        """The customer's id there; None for a member who stays with the till."""
        known = self._known(member_id)
        if known is not None and self._looked(known, forget=forget):
            known = self._known(member_id)
        if known is None:
            return None
        member, remote = known.profile.member, None if forget else known.remote
        self._will_show(member.id, known.profile.standing)
        if remote is None and not (remote := self._made_before(member)):
            note_half_told(self._database, self._store.name, member)
        customer = self._store.put_member(known.profile, remote)
        if customer != remote:
            self._link_customer(member.id, customer)
        return customer

    def _made_before(self, member: Member) -> str | None:
        """The account, of which we did not hear, that they have under an address of before."""
        with self._database.read() as uow:
            email = half_told_as(uow, self._store.name, member)
        customer = self._store.find_customer(email=email) if email else None
        if customer is None:
            return None
        with self._database.read() as uow:
            if linked_member(uow, self._store.name, customer.id) is not None:
                return None
        self._link_customer(member.id, customer.id)
        return customer.id

    def _looked(self, known: _Known, *, forget: bool) -> bool:
        """Whether the store has this person already, and what it knows was taken in: a form that
        was filled in online a minute ago must not be written over by what was true yesterday."""
        if self._look is None:
            return False
        if known.remote is None or forget:
            customer = self._store.find_customer(email=known.profile.member.email)
        else:
            customer = self._store.customer(known.remote)
        second = self._store.customer(known.second) if known.second else None
        for each in filter(None, (customer, second)):
            self._look(each)
        return bool(customer or second)

    def _customer(self, member_id: MemberId | None) -> str | None:
        if member_id is None:
            return None
        with self._database.read() as uow:
            member = uow.members.get(survivor_of(uow, member_id))
            named = self._named(uow, member.id) if member else None
        if member is None or not member.email:
            return None
        return named or self._tell_member(member.id)

    def _tell_sale_by_policy(self, sale_id: SaleId, fresh: bool) -> str:
        if self._tells == "points":
            return Untold.POINTS_ONLY
        self._tell_sale(sale_id, fresh=fresh)
        return ""

    def _sale_news(self, sale_id: SaleId, *, fresh: bool) -> SaleNews | None:
        """None: it has its order already."""
        with self._database.read() as uow:
            sale = uow.sales.get(sale_id)
            link = uow.sync.link(self._store.name, "sale", sale_id)
            earned = earned_told(uow, sale) if sale else 0
        if link is not None:
            return None
        if sale is None:
            raise Refused("sale_missing")
        return SaleNews(sale, self._customer(sale.member_id), earned, fresh)

    def _tell_sale(self, sale_id: SaleId, *, fresh: bool) -> RemoteOrder:
        news = self._sale_news(sale_id, fresh=fresh)
        if news is not None:
            order = self._store.put_sale(news)
            self._link("sale", sale_id, order.id, order.code)
            return order
        with self._database.read() as uow:
            link = uow.sync.link(self._store.name, "sale", sale_id)
        if link is None:
            raise Refused("sale_missing")
        return RemoteOrder(link.remote_id, link.remote_code)

    def _tell_return_by_policy(self, return_id: ReturnId) -> str:
        if self._tells == "points":
            return Untold.POINTS_ONLY
        if self._store.capabilities.returns == "none":
            return Untold.NO_RETURNS
        self._tell_return(return_id)
        return ""

    def _tell_return(self, return_id: ReturnId) -> None:
        with self._database.read() as uow:
            back = uow.sales.get_return(return_id)
            sale = uow.sales.get(back.sale_id) if back else None
            kept = kept_told(uow, sale, back) if sale and back else {}
            link = uow.sync.link(self._store.name, "return", return_id)
        if link is not None:
            return
        if back is None:
            raise Refused("sale_missing")
        # The sale of a guest may still be waiting: returns of guests keep no order behind sales.
        order = self._tell_sale(back.sale_id, fresh=False)
        self._store.put_return(back, order, kept)
        self._link("return", return_id, order.id, order.code)

    def _tell_standing(self, member_id: MemberId) -> str:
        merged = self._merged(member_id)
        if merged is not None:
            return self._tell_merged(member_id, *merged)
        known = self._known(member_id)
        if known is None:
            return Untold.NO_EMAIL
        if known.remote is None:
            self._tell_member(member_id)  # says the standing as well
            return ""
        if known.profile.standing is None:
            return Untold.NO_POINTS
        self._will_show(known.profile.member.id, known.profile.standing)
        self._store.put_standing(known.remote, known.profile.standing)
        return ""

    def _tell_merged(self, member_id: MemberId, customer: str, standing: Standing | None) -> str:
        """An account that is gone there can show no balance any more."""
        if standing is None:
            return Untold.NO_POINTS
        self._will_show(member_id, standing)
        try:
            self._store.put_standing(customer, standing)
        except Gone:
            with self._database.write() as uow:
                uow.sync.drop_link(self._store.name, "member", member_id)
                uow.commit()
            return Untold.MEMBER_GONE
        return ""

    def _tell_coupon(self, code: VoucherCode) -> str:
        if not self._store.capabilities.coupons:
            return Untold.NO_COUPONS
        with self._database.read() as uow:
            voucher = uow.vouchers.get(code)
            news = self._coupon_news(uow, voucher) if voucher else Untold.NOT_FOR_WEB
        if isinstance(news, str):
            return news
        starts = None if self._store.capabilities.starts_coupons else news.starts
        begun = starts is not None and starts <= self._clock()
        # By our clock: one that is behind there would keep it from being good a second time.
        news = replace(news, starts=None) if begun else news
        self._link("coupon", code, self._store.put_coupon(news))
        if starts is not None and not begun:
            with self._database.write() as uow:
                note_start(uow, self._store.name, code, starts)
                uow.commit()
        return ""

    def _coupon_news(self, uow: UnitOfWork, voucher: Voucher) -> CouponNews | str:
        now = self._clock()
        program = uow.programs.at(now)
        offer = told_as(uow, program, voucher) if program else None
        if program is None or offer is None or voucher.kind is not VoucherKind.COUPON:
            return Untold.NOT_FOR_WEB
        owner = uow.members.get(survivor_of(uow, voucher.owner)) if voucher.owner else None
        link = uow.sync.link(self._store.name, "member", owner.id) if owner else None
        there = uow.sync.link(self._store.name, "coupon", voucher.code) is not None
        ends = there and not uses_of(voucher, now)
        if voucher.owner and not (owner and owner.email) and not ends:
            return Untold.NO_EMAIL  # theirs alone, and there nobody could tell that it is
        title = called(uow, voucher, offer, owner.language if owner else "en")
        return CouponNews(
            code=voucher.code, title=title, currency=program.currency, amount=offer.amount,
            percent=offer.percent, minimum=offer.minimum, email=owner.email if owner else "",
            customer=link.remote_id if link else None, starts=voucher.starts, ends=voucher.ends,
            uses=uses_of(voucher, now),
        )  # fmt: skip

    def _erase(self, customer: str) -> str:
        if not self._store.capabilities.erases:
            raise Refused("erase_by_hand")  # the law wants it done: a person must, and say so
        self._store.erase(customer)
        with self._database.write() as uow:
            link = uow.sync.link_back(self._store.name, "member", customer)
            if link is not None:
                uow.sync.drop_link(self._store.name, "member", link.local_id)
            uow.commit()
        return ""

    # -- what is true now ------------------------------------------------------------------------

    def _known(self, member_id: MemberId) -> _Known | None:
        with self._database.read() as uow:
            member = uow.members.get(survivor_of(uow, member_id))
            if member is None or not member.email:
                return None
            remote, named = self._named(uow, member.id), self._named(uow, member_id)
            shown, standing = self._telling(uow, member), standing_told(uow, member, self._clock())
            profile = Profile(shown.member, card_told(uow, member.id), standing, shown.marketing)
            return _Known(profile, remote, named if named != remote else None)

    def _named(self, uow: UnitOfWork, member_id: MemberId) -> str | None:
        link = uow.sync.link(self._store.name, "member", member_id)
        return link.remote_id if link else None

    def _merged(self, member_id: MemberId) -> tuple[str, Standing | None] | None:
        """The customer and standing of a member who was merged into another one, where both had a
        customer: what moved to the survivor must not show, and be spent, in two accounts. None as
        well where somebody else's points show there."""
        with self._database.read() as uow:
            name = self._store.name
            link = uow.sync.link(name, "member", member_id)
            if survivor_of(uow, member_id) == member_id or link is None:
                return None
            member = uow.members.get(booked_of(uow, name, link.remote_id, member_id))
            if member is None or living_with(uow, name, link.remote_id) is not None:
                return None
            return link.remote_id, standing_told(uow, member, self._clock())

    def _will_show(self, member_id: MemberId, standing: Standing | None) -> None:
        if standing is not None:
            will_show(self._database, self._store.name, member_id, standing)

    def _link_customer(self, member_id: MemberId, customer: str) -> None:
        """Who was forgotten here while the store was being told of them is forgotten there too."""
        with self._database.write() as uow:
            uow.sync.put_link(RemoteLink(self._store.name, "member", member_id, customer))
            note_told(uow, self._store.name, member_id)
            if is_erased(uow, member_id):
                key = derived_id("erase", self._store.name, customer)
                note_forgotten(uow, self._store.name, customer)
                tell(
                    uow, (self._store.name,), MessageKind.ERASE, customer, member_id,
                    self._clock(), lambda: key,
                )  # fmt: skip
            uow.commit()

    def _link(self, kind: str, local_id: str, remote_id: str, code: str = "") -> None:
        with self._database.write() as uow:
            uow.sync.put_link(RemoteLink(self._store.name, kind, local_id, remote_id, code))
            uow.commit()
