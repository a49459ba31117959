"""Forgetting a person who asks for it, everywhere, while the books stay right.

Points were money owed and purchases are bookkeeping: entries, sales and orders stay, under a
pseudonym (GDPR art. 17 (3) b). What says who it was goes: name, contact, birthday, note, cards,
what was agreed to and how it was asked, addresses on online orders, values in questions to people,
who it was on slips (those that wait are not printed any more) and in what imports remember.
Every online store gets the order to forget its customer, that of a merged twin too; one that was
disconnected gets it when it is connected again. Nothing is taken in of the person afterwards,
though a store be slow.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from terminal.desk_tasks import Task, TaskKind
from terminal.errors import UnknownMember
from terminal.events import EventBus, MemberChanged
from terminal.ids import Clock, MemberId, NewId, StaffId, derived_id
from terminal.members import Member
from terminal.outbox import MessageKind
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.services.forgetting import forget_papers, forget_rows
from terminal.services.models import Till
from terminal.services.whose import (
    HERE,
    MERGED,
    is_erased,
    is_forgotten,
    made_of,
    note_erased,
    note_forgotten,
    pseudonym,
    survivor_of,
    tell,
)

_ALL = 1_000_000
_PAGE = 100
ERASED = "erased"
"""The outcome of questions about somebody who is forgotten."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of a person's data. ``stores`` are told to forget them (those that are connected
    no longer: when they are again); ``entries`` and ``purchases`` stay in the books, under a
    pseudonym."""

    cards: int
    answers: int
    stores: tuple[str, ...]
    entries: int
    purchases: int


class ErasingService:
    """Forgets people. Doing it again changes nothing."""

    def __init__(
        self, database: Database, till: Till, bus: EventBus, *, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self._new_id = new_id

    def erase(self, member_id: MemberId, by: StaffId | None) -> Erased:
        """Forget a person. Raises UnknownMember."""
        now = self._clock()
        with self._database.write() as uow:
            member = uow.members.get(survivor_of(uow, member_id))
            if member is None:
                raise UnknownMember(member_id=member_id)
            cards = answers = 0
            stores: list[str] = []
            whole = (member.id, *_absorbed(uow, member.id))
            known = tuple(dict.fromkeys((*self._till.online_stores, *uow.sync.stores())))
            for one in (*_made(uow, whole, known), *whole):
                stores += _forget_online(uow, one, now, known, self._new_id)
                gone = _forget(uow, one, by, now)
                cards, answers = cards + gone[0], answers + gone[1]
            entries = len(uow.ledger.entries(member.id))
            bought = uow.sales.purchases(member.id, now).number
            uow.commit()
        self._bus.tell(MemberChanged(member.id))
        return Erased(cards, answers, tuple(dict.fromkeys(stores)), entries, bought)


def _made(uow: UnitOfWork, whole: Iterable[MemberId], stores: Iterable[str]) -> list[MemberId]:
    """Records made of the person's accounts at online stores. Another till may be making one at
    this moment, and hears that they are forgotten."""
    made = set[MemberId]()
    for store in stores:
        links = [uow.sync.link(store, "member", one) for one in whole]
        made |= {made_of(store, link.remote_id) for link in links if link is not None}
    others = sorted(made.difference(whole))
    for one in others:
        if uow.members.get(one) is None:
            note_erased(uow, one)
    return others


def forget_account(uow: UnitOfWork, link: RemoteLink, stores: Iterable[str], now: datetime) -> None:
    """An account that a store made of somebody who was forgotten before it answered, and whoever
    was made of it, here or by another till at this moment."""
    uow.sync.put_link(link)
    _let_go(uow, link, tuple(stores), now)


def _forget(
    uow: UnitOfWork, member_id: MemberId, by: StaffId | None, now: datetime
) -> tuple[int, int]:
    """How many cards and answers went."""
    member = uow.members.get(member_id)
    if member is None:
        return 0, 0
    forget_rows(uow, member)
    if not is_erased(uow, member_id):  # slips are known by name and card, which are gone then
        forget_papers(uow, member)
    uow.members.put(
        Member(
            id=member.id, given_name=pseudonym(member.id), language=member.language,
            joined_at=member.joined_at, updated_at=now, ranking_opt_out=True,
        )
    )  # fmt: skip
    note_erased(uow, member_id)
    for order in uow.sales.orders_of_member(member_id, _ALL):
        uow.sales.put_order(replace(order, email="", card_number="", customer_id=""))
    for task in uow.tasks.of_member(member_id):
        uow.tasks.settle(task.id, ERASED, by, now)
    uow.tasks.forget(member_id)
    # Other tills hear of it before the cards go.
    return uow.members.drop_cards(member_id), uow.members.drop_consents(member_id)


def _forget_online(
    uow: UnitOfWork, member_id: MemberId, now: datetime, stores: Iterable[str], new_id: NewId
) -> list[str]:
    """Each store where the person is a customer gets the order once, whoever asks again."""
    told = []
    for store in stores:
        link = uow.sync.link(store, "member", member_id)
        if link is None:
            continue
        told.append(store)
        known = uow.outbox.of_subject(MessageKind.ERASE, link.remote_id)
        if not any(message.store == store for message in known):
            tell(uow, (store,), MessageKind.ERASE, link.remote_id, member_id, now, new_id)
        uow.sync.put_agreed(store, member_id, {}, now)
        note_forgotten(uow, store, link.remote_id)
    return told


def forget_late(
    uow: UnitOfWork, members: Iterable[MemberId], stores: Iterable[str], now: datetime
) -> None:
    """What tills did that had not heard of an erasure: whichever hears of both sees to it that the
    person is forgotten altogether. Who was merged into somebody who is forgotten is the same
    person, and so is who was made of their account where nobody knew whose it is; where the one who
    was merged is forgotten, and the survivor is not, a person is asked. An account that is somebody
    else's as well, of two records under one address, shows theirs from then on."""
    gone = set[MemberId]()
    for member_id in sorted(members):
        survivor = survivor_of(uow, member_id)
        if is_erased(uow, survivor):
            gone |= {survivor, *_absorbed(uow, survivor)}
        elif is_erased(uow, member_id):
            gone.add(member_id)
            _ask_of_survivor(uow, member_id, survivor, now)
    for member_id in sorted(gone):
        member = uow.members.get(member_id)
        if member is not None and not is_erased(uow, member_id):
            _forget(uow, member_id, None, member.updated_at)  # by every till alike
        told = uow.outbox.of_subject(MessageKind.MEMBER, member_id)
        _let_all_go(uow, member_id, sorted({message.store for message in told}.union(stores)), now)


def _ask_of_survivor(
    uow: UnitOfWork, absorbed: MemberId, survivor: MemberId, now: datetime
) -> None:
    kind, merged = TaskKind.ALSO_FORGET, uow.members.get(absorbed)
    key = derived_id(kind.value, absorbed, survivor)
    at = merged.joined_at if merged else now  # by every till alike
    uow.tasks.put(Task(id=key, kind=kind, made_at=at, member_id=survivor))


def _let_all_go(uow: UnitOfWork, member_id: MemberId, stores: Sequence[str], now: datetime) -> None:
    for store in stores:
        link = uow.sync.link(store, "member", member_id)
        if link is not None and not is_forgotten(uow, store, link.remote_id):
            _let_go(uow, link, stores, now)


def _let_go(uow: UnitOfWork, link: RemoteLink, stores: Sequence[str], now: datetime) -> None:
    store, customer = link.store, link.remote_id
    living, made = None, made_of(store, customer)
    for each in uow.sync.links_back(store, "member", customer):
        whose = MemberId(each.local_id)
        survivor = survivor_of(uow, whose)
        if survivor == made or is_erased(uow, whose) or is_erased(uow, survivor):
            uow.sync.drop_link(store, "member", whose)
        else:
            living = living or survivor
    if living is not None:
        key = partial(derived_id, "shown alone", store, link.local_id, customer)
        tell(uow, (store,), MessageKind.MEMBER, living, living, now, key)
        return
    note_forgotten(uow, store, customer)
    key = partial(derived_id, "erase", store, customer)
    tell(uow, (store,), MessageKind.ERASE, customer, MemberId(link.local_id), now, key)
    again = uow.members.get(made)
    if again is not None:
        _forget(uow, made, None, again.updated_at)
    note_erased(uow, made)
    _let_all_go(uow, made, stores, now)


def _absorbed(uow: UnitOfWork, member_id: MemberId) -> Iterator[MemberId]:
    """Those who were merged into a member."""
    after = ""
    while page := uow.sync.links(HERE, MERGED, after, _PAGE):
        for link in page:
            if survivor_of(uow, MemberId(link.local_id)) == member_id:
                yield MemberId(link.local_id)
        after = page[-1].local_id
