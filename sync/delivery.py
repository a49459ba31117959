"""Telling the online store one message: read what is true now, say it, keep its name there.

No transaction is open while the online store is asked. Everything here may be done again.
"""

from dataclasses import dataclass

from sync.errors import Gone, Refused
from sync.online_store import OnlineStore, Profile, RemoteOrder, SaleNews, Standing
from terminal.cards import CardState
from terminal.ids import Clock, MemberId, ReturnId, SaleId
from terminal.ledger import EntryKind
from terminal.members import Member
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.returns import Return, still_there
from terminal.sales import Sale
from terminal.services.standing import level_at


@dataclass(frozen=True, slots=True)
class _Known:
    """A member as the till knows them; ``remote`` None: the online store was never told."""

    profile: Profile
    remote: str | None


class Delivery:
    """Delivers messages to one online store."""

    def __init__(self, database: Database, store: OnlineStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    def deliver(self, message: OutboxMessage) -> None:
        """Tell one message. Raises SyncError; a member deleted over there is told anew once."""
        try:
            self._deliver(message)
        except Gone:
            if message.member_id is None:
                raise
            self._tell_member(message.member_id, forget=True)
            self._deliver(message)

    def _deliver(self, message: OutboxMessage) -> None:
        match message.kind:
            case MessageKind.MEMBER:
                self._tell_member(MemberId(message.subject_id))
            case MessageKind.SALE:
                self._tell_sale(SaleId(message.subject_id), fresh=message.attempts == 0)
            case MessageKind.RETURN:
                self._tell_return(ReturnId(message.subject_id))
            case MessageKind.STANDING:
                self._tell_standing(MemberId(message.subject_id))

    def _tell_member(self, member_id: MemberId, *, forget: bool = False) -> str | None:
        """The customer's id there; None for a member who stays with the till."""
        known = self._known(member_id)
        if known is None:
            return None
        remote = self._store.put_member(known.profile, None if forget else known.remote)
        if remote != known.remote:
            self._link("member", member_id, remote)
        return remote

    def _customer(self, member_id: MemberId | None) -> str | None:
        if member_id is None:
            return None
        with self._database.read() as uow:
            member = uow.members.get(member_id)
            link = uow.sync.link(self._store.name, "member", member_id)
        if member is None or not member.email:
            return None
        return link.remote_id if link else self._tell_member(member_id)

    def _tell_sale(self, sale_id: SaleId, *, fresh: bool) -> RemoteOrder:
        with self._database.read() as uow:
            sale = uow.sales.get(sale_id)
            link = uow.sync.link(self._store.name, "sale", sale_id)
            earned = _earned(uow, sale) if sale else 0
        if link is not None:
            return RemoteOrder(link.remote_id, link.remote_code)
        if sale is None:
            raise Refused("sale_missing")
        customer = self._customer(sale.member_id)
        order = self._store.put_sale(SaleNews(sale, customer, earned, fresh))
        self._link("sale", sale_id, order.id, order.code)
        return order

    def _tell_return(self, return_id: ReturnId) -> None:
        with self._database.read() as uow:
            back = uow.sales.get_return(return_id)
            kept = _kept(uow, back) if back else {}
            link = uow.sync.link(self._store.name, "return", return_id)
        if link is not None:
            return
        if back is None:
            raise Refused("sale_missing")
        # The sale of a guest may still be waiting: returns of guests keep no order behind sales.
        order = self._tell_sale(back.sale_id, fresh=False)
        self._store.put_return(back, order, kept)
        self._link("return", return_id, order.id, order.code)

    def _tell_standing(self, member_id: MemberId) -> None:
        known = self._known(member_id)
        if known is None:
            return
        if known.remote is None:
            self._tell_member(member_id)  # says the standing as well
        else:
            self._store.put_standing(known.remote, known.profile.standing)

    def _known(self, member_id: MemberId) -> _Known | None:
        with self._database.read() as uow:
            member = uow.members.get(member_id)
            if member is None or not member.email:
                return None
            link = uow.sync.link(self._store.name, "member", member_id)
            profile = Profile(member, _card(uow, member), self._standing(uow, member))
            return _Known(profile, link.remote_id if link else None)

    def _standing(self, uow: UnitOfWork, member: Member) -> Standing:
        now = self._clock()
        program = uow.programs.at(now)
        tier = level_at(uow, member, program, now).tier.code if program else ""
        return Standing(uow.ledger.account(member.id).balance, tier, now)

    def _link(self, kind: str, local_id: str, remote_id: str, code: str = "") -> None:
        with self._database.write() as uow:
            uow.sync.put_link(RemoteLink(self._store.name, kind, local_id, remote_id, code))
            uow.commit()


def _card(uow: UnitOfWork, member: Member) -> str:
    """The newest active card."""
    cards = [card for card in uow.members.cards(member.id) if card.state is CardState.ACTIVE]
    return max(cards, key=lambda card: card.issued_at).number if cards else ""


def _earned(uow: UnitOfWork, sale: Sale) -> int:
    if sale.member_id is None:
        return 0
    entries = uow.ledger.entries(sale.member_id)
    return sum(e.points for e in entries if e.source_id == sale.id and e.kind is EntryKind.EARN)


def _kept(uow: UnitOfWork, back: Return) -> dict[str, int]:
    """Pieces of each SKU of the sale that the customer had after this return and those before."""
    sale = uow.sales.get(back.sale_id)
    if sale is None:
        return {}
    until = (back.returned_at, back.id)
    known = [one for one in uow.sales.returns_of(sale.id) if (one.returned_at, one.id) <= until]
    kept: dict[str, int] = {}
    for line, pieces in zip(sale.lines, still_there(sale, known), strict=True):
        kept[line.sku] = kept.get(line.sku, 0) + pieces
    return kept
