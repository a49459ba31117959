"""What the sync page works with, made of a till's services: what is read, and who carries out what
people decide."""

from collections.abc import Callable, Sequence

from terminal.desk_tasks import Task
from terminal.ids import Clock, MemberId, NewId, StaffId
from terminal.services.deciding import Deciding, Hands
from terminal.services.erasing import ErasingService
from terminal.services.merging_members import MemberMerging
from terminal.services.online_members import OnlineMembers
from terminal.services.overview import HUB, Place, SyncOverview
from terminal.services.suite import Services
from terminal.services.taking_in import taking_in
from terminal.settings import OnlineStoreSettings, Settings


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
        taking = taking_in(services.till, OnlineStoreSettings())
        members = OnlineMembers(
            services.database, task.store, clock, new_id, taking=taking, orders=services.orders
        )
        return members.decide(task.id, answer, by)

    def merge(stays: MemberId, goes: MemberId, by: StaffId) -> object:
        return merging.merge(stays, goes, by)

    def erase(member_id: MemberId, by: StaffId) -> object:
        return erasing.erase(member_id, by)

    return Deciding(
        services.database, Hands(keep_field, merge, erase), clock=clock, new_id=new_id, wake=wake
    )
