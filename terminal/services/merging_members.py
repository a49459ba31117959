"""Making one member of two who are one person.

The survivor gets the other's points (by TRANSFER, see ``carrying``), cards, purchases, vouchers,
levels given by hand, badges and uses of limits; a withdrawn consent of either holds. What was
booked for the absorbed one stays as it was. It remains without a name, and points to the survivor:
whatever still comes for it, from a store, a till or a return, goes there.

Each store is told: the survivor takes over the absorbed one's customer, or, where both have one,
the other customer is told that it has no points any more, or is forgotten, as a person decided.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from terminal.desk_tasks import TaskKind
from terminal.errors import UnknownMember
from terminal.events import EventBus, MemberChanged
from terminal.ids import Clock, MemberId, NewId, StaffId, derived_id
from terminal.members import Consent, Member
from terminal.outbox import MessageKind
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.services.carrying import carry_over
from terminal.services.models import MemberView, Till
from terminal.services.standing import expire_lapsed, view_member
from terminal.services.whose import INHERITED, is_erased, note_merged, pseudonym, survivor_of, tell

_ALL = 1_000_000
_CARRIED = "merged consent"
_MOMENT = timedelta(microseconds=1)
_GAPS = ("family_name", "call_name", "phone", "email", "birthday", "town", "household")
MERGED = "merged"
"""The outcome of the question whether two are one."""


class MemberMerging:
    """Merges members. Doing it again changes nothing."""

    def __init__(
        self, database: Database, till: Till, bus: EventBus, *, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self._new_id = new_id

    def merge(
        self,
        survivor_id: MemberId,
        absorbed_id: MemberId,
        by: StaffId | None,
        *,
        erase_online: bool = False,
    ) -> MemberView:
        """Let the one take in the other. ``erase_online``: where both are customers of a store, the
        absorbed one's account is forgotten there. Raises UnknownMember."""
        now = self._clock()
        with self._database.write() as uow:
            survivor = _known(uow, survivor_of(uow, survivor_id))
            absorbed = _known(uow, survivor_of(uow, absorbed_id))
            if survivor.id != absorbed.id:
                self._merge(uow, survivor, absorbed, now, erase_online=erase_online)
                self._settle(uow, survivor.id, absorbed.id, by, now)
            view = view_member(uow, survivor.id, now)
            uow.commit()
        self._bus.tell(MemberChanged(survivor.id))
        return view

    def _merge(
        self,
        uow: UnitOfWork,
        survivor: Member,
        absorbed: Member,
        now: datetime,
        *,
        erase_online: bool,
    ) -> None:
        expire_lapsed(uow, absorbed.id, self._till.code, now)
        _carry_consents(uow, survivor.id, absorbed.id)
        _carry_things(uow, survivor.id, absorbed.id, now)
        carry_over(uow, absorbed.id, survivor.id, now, self._till.code)
        note_merged(uow, absorbed.id, survivor.id)  # other tills hear of it before the name goes
        uow.members.put(_filled(survivor, absorbed, now))
        uow.members.put(
            Member(
                id=absorbed.id, given_name=pseudonym(absorbed.id), language=absorbed.language,
                joined_at=absorbed.joined_at, updated_at=now,
            )
        )  # fmt: skip
        for store in self._till.online_stores:
            self._customers(uow, store, survivor.id, absorbed.id, now, erase=erase_online)
        self._tell(uow, MessageKind.MEMBER, survivor.id, self._till.online_stores, now)
        self._tell(uow, MessageKind.STANDING, survivor.id, self._till.online_stores, now)

    def _customers(
        self,
        uow: UnitOfWork,
        store: str,
        survivor: MemberId,
        absorbed: MemberId,
        now: datetime,
        *,
        erase: bool,
    ) -> None:
        theirs = uow.sync.link(store, "member", absorbed)
        if theirs is None:
            return
        if uow.sync.link(store, "member", survivor) is None:
            # The absorbed one's stays: where another till made the survivor an account meanwhile,
            # that one wins, and this one must not look like a stranger's.
            link = RemoteLink(store, "member", survivor, theirs.remote_id, INHERITED)
            uow.sync.put_link(link)
        elif erase:
            self._tell(uow, MessageKind.ERASE, absorbed, (store,), now, theirs.remote_id)
        else:
            self._tell(uow, MessageKind.STANDING, absorbed, (store,), now)

    def _settle(
        self,
        uow: UnitOfWork,
        survivor: MemberId,
        absorbed: MemberId,
        by: StaffId | None,
        now: datetime,
    ) -> None:
        """The question whether they are one is answered; others of the absorbed one are idle."""
        for task in (*uow.tasks.of_member(absorbed), *uow.tasks.of_member(survivor)):
            about = task.member_id == absorbed or task.details.get("other") == absorbed
            if about and task.kind in (TaskKind.DUPLICATE, TaskKind.PROFILE_CONFLICT):
                uow.tasks.settle(task.id, MERGED, by, now)

    def _tell(
        self,
        uow: UnitOfWork,
        kind: MessageKind,
        member_id: MemberId,
        stores: Iterable[str],
        now: datetime,
        subject: str = "",
    ) -> None:
        tell(uow, stores, kind, subject or member_id, member_id, now, self._new_id)


def _known(uow: UnitOfWork, member_id: MemberId) -> Member:
    member = uow.members.get(member_id)
    if member is None or is_erased(uow, member_id):
        raise UnknownMember(member_id=member_id)
    return member


def _filled(survivor: Member, absorbed: Member, now: datetime) -> Member:
    """The survivor, with what only the other had."""
    gaps = {name: getattr(absorbed, name) for name in _GAPS if not getattr(survivor, name)}
    note = "\n".join(filter(None, (survivor.note, absorbed.note)))
    return replace(
        survivor, **gaps, note=note, updated_at=now,
        joined_at=min(survivor.joined_at, absorbed.joined_at),
        segments=tuple(sorted({*survivor.segments, *absorbed.segments})),
        ranking_opt_out=survivor.ranking_opt_out or absorbed.ranking_opt_out,
    )  # fmt: skip


def _carry_consents(uow: UnitOfWork, survivor: MemberId, absorbed: MemberId) -> None:
    """What either took back is taken back; what only the absorbed one was asked holds on. Each
    refusal leaves a trace with the survivor, by which ``carry_refusals`` knows it was heard."""
    latest: dict[str, Consent] = {c.purpose: c for c in uow.members.consents(survivor)}
    for answer in {c.purpose: c for c in uow.members.consents(absorbed)}.values():
        mine = latest.get(answer.purpose)
        if mine is None or not answer.granted:
            # Behind what the survivor said: of two answers at one moment neither is the last.
            after = answer.recorded_at if mine is None else mine.recorded_at + _MOMENT
            at = max(answer.recorded_at, after)
            key = derived_id(_CARRIED, answer.id, survivor)
            uow.members.put_consent(replace(answer, id=key, member_id=survivor, recorded_at=at))


def carry_refusals(uow: UnitOfWork, members: Iterable[MemberId], now: datetime) -> None:
    """What was refused in the absorbed one's name where nobody knew of the merge, or came to be
    known after it, is refused by the survivor: whichever till hears of both writes down the same,
    and every store that was told of them is told."""
    for absorbed in sorted(members):
        survivor = survivor_of(uow, absorbed)
        if survivor == absorbed or is_erased(uow, survivor) or uow.members.get(survivor) is None:
            continue
        for answer in {c.purpose: c for c in uow.members.consents(absorbed)}.values():
            keys = [derived_id(how, answer.id, survivor) for how in (_CARRIED, "late consent")]
            if answer.granted or any(uow.journal.consent(key) for key in keys):
                continue
            uow.members.put_consent(replace(answer, id=keys[1], member_id=survivor))
            _tell_refusal(uow, survivor, keys[1], now)


def _tell_refusal(uow: UnitOfWork, survivor: MemberId, consent_id: str, now: datetime) -> None:
    told = uow.outbox.of_subject(MessageKind.MEMBER, survivor)
    for store in sorted({message.store for message in told}):
        key = partial(derived_id, "refusal told", consent_id, store)
        tell(uow, (store,), MessageKind.MEMBER, survivor, survivor, now, key)


def _carry_things(uow: UnitOfWork, to: MemberId, of: MemberId, now: datetime) -> None:
    uow.members.move_cards(of, to)
    for sale in uow.sales.of_member(of, _ALL):
        uow.sales.put(replace(sale, member_id=to))
    for order in uow.sales.orders_of_member(of, _ALL):
        uow.sales.put_order(replace(order, member_id=to))
    for voucher in uow.vouchers.of_member(of):
        uow.vouchers.put(replace(voucher, owner=to))
    for grant in uow.tiers.of_member(of):
        uow.tiers.put(replace(grant, id=derived_id("merged grant", grant.id, to), member_id=to))
    for badge in uow.badges.of_member(of):
        uow.badges.put_once(replace(badge, member_id=to))
    for use in uow.uses.of_member(of, "0001-01-01"):
        uow.uses.add(use.rule, of, use.day, -use.times, -use.points, -use.money)
        uow.uses.add(use.rule, to, use.day, use.times, use.points, use.money)
    for referral in uow.referrals.by_referrer(of):
        if referral.friend_id != to:
            uow.referrals.put(replace(referral, referrer_id=to))
