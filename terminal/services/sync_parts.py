"""What the sync page works with, made of a till's services: what is read, and who carries out what
people decide."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from terminal.desk_tasks import Task
from terminal.ids import Clock, MemberId, NewId, StaffId
from terminal.outbox import MessageKind
from terminal.services.deciding import Deciding, Hands
from terminal.services.erasing import ErasingService
from terminal.services.merging_members import MemberMerging
from terminal.services.online_members import OnlineMembers
from terminal.services.overview import HUB, Place, SyncOverview
from terminal.services.suite import Services
from terminal.services.taking_in import taking_in
from terminal.services.whose import survivor_of, tell
from terminal.settings import OnlineStoreSettings, Settings

_ASKED = ("phone", "email", "birthday")
"""What tills ask about when two of them changed it apart."""


def places_of(settings: Settings) -> tuple[Place, ...]:
    """The online stores in their order, then the hub where there is one."""
    stores = tuple(
        Place(one.called, one.kind, one.url, one.talks) for one in settings.online_stores
    )
    return (*stores, Place(HUB, HUB)) if settings.hub.address else stores


def known_places(services: Services) -> tuple[Place, ...]:
    """The same where nothing but the names is known."""
    return tuple(Place(name, name) for name in services.till.online_stores)


def overview(
    services: Services, clock: Clock, places: Callable[[], Sequence[Place]]
) -> SyncOverview:
    """What the page reads."""
    return SyncOverview(services.database, clock=clock, places=places)


def deciding(
    services: Services, clock: Clock, new_id: NewId, wake: Callable[[], None] = lambda: None
) -> Deciding:
    """Who carries out what people decide."""
    given = (services.database, services.till, services.bus)
    merging = MemberMerging(*given, clock=clock, new_id=new_id)
    erasing = ErasingService(*given, clock=clock, new_id=new_id)

    def keep_field(task: Task, answer: str, by: StaffId) -> object:
        if not task.store:
            return keep_here(task, answer, by)
        taking = taking_in(services.till, OnlineStoreSettings())
        members = OnlineMembers(
            services.database, task.store, clock, new_id, taking=taking, orders=services.orders
        )
        return members.decide(task.id, answer, by)

    def keep_here(task: Task, answer: str, by: StaffId) -> object:
        """Two tills changed one field apart: what a person chose is told to everybody."""
        now, said = clock(), task.details
        with services.database.write() as uow:
            who = survivor_of(uow, task.member_id) if task.member_id else None
            member = uow.members.get(who) if who else None
            if member is None or not uow.tasks.settle(task.id, answer, by, now):
                return False
            if said.get("field") in _ASKED:
                chosen = replace(member, **{said["field"]: said[answer]}, updated_at=now)  # type: ignore[arg-type]
                uow.members.put(chosen)
                stores, kind = services.till.online_stores, MessageKind.MEMBER
                tell(uow, stores, kind, member.id, member.id, now, new_id)
            uow.commit()
        return True

    def merge(stays: MemberId, goes: MemberId, by: StaffId) -> object:
        return merging.merge(stays, goes, by)

    def erase(member_id: MemberId, by: StaffId) -> object:
        return erasing.erase(member_id, by)

    return Deciding(
        services.database, Hands(keep_field, merge, erase), clock=clock, new_id=new_id, wake=wake
    )
