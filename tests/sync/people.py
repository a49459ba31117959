"""Both sides kept the same for tests: a shop, a store whose clock is the shop's, and rounds."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from sync.engine import Policy
from sync.report import Report
from terminal.desk_tasks import Task
from terminal.events import EventBus
from terminal.ids import StaffId, TillCode
from terminal.members import Consent, Member, Purpose
from terminal.outbox import MessageKind, OutboxMessage
from terminal.services.erasing import Erased, ErasingService
from terminal.services.merging_members import MemberMerging
from terminal.services.models import MemberView, Till
from terminal.services.taking_in import TakingIn
from tests.sync.fake_store import FakeStore
from tests.sync.shop import Shop, program

T = TypeVar("T", MemberMerging, ErasingService)
ANNA, BELA = "a@sample.example", "b@sample.example"
BOSS = StaffId("boss")
TILL = Till(
    code=TillCode("T1"), name="Till 1", shop="Elia Deli", address="", country="GR", language="en",
    currency="EUR", card_prefix="2950", online_stores=("online",),
)  # fmt: skip


@dataclass
class Sides:
    """A till and a store, with an engine between."""

    shop: Shop
    store: FakeStore
    taking: TakingIn = field(default_factory=lambda: TakingIn(stores=("online",)))
    told: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.clock = self.shop.clock
        self.engine = self.shop.engine(
            self.store, listener=self.told.append, policy=Policy(taking=self.taking)
        )
        self.puller = self.engine._pulling

    def round(self) -> Report:
        """Out, in, and out again, as the worker does; a minute later."""
        pushed = self.engine.push()
        pulled = self.engine.pull()
        again = self.engine.push()
        self.shop.clock.advance(minutes=1)
        return pushed + pulled + again

    def run(self, **changes: Any) -> None:
        """Another version of the programme is in force from now on."""
        with self.shop.writing() as uow:
            uow.programs.put(program(version=2, effective_from=self.shop.clock(), **changes))
        self.shop.clock.advance(minutes=1)

    def service(self, kind: type[T], till: Till = TILL) -> T:
        """A service of the till; what it says on the bus is kept in ``told``."""
        bus = EventBus()
        bus.subscribe(self.told.append)
        return kind(self.shop.database, till, bus, clock=self.shop.clock, new_id=self.shop.new_id)

    def merge(self, survivor: Member, absorbed: Member, **more: Any) -> MemberView:
        return self.service(MemberMerging).merge(survivor.id, absorbed.id, BOSS, **more)

    def erase(self, member: Member, till: Till = TILL) -> Erased:
        return self.service(ErasingService, till).erase(member.id, BOSS)

    def shown(self, customer: str) -> int | None:
        """The points that an account in the store shows."""
        standing = self.store.customers[customer].standing
        return None if standing is None else standing.points

    def is_quiet(self) -> bool:
        """Whether two rounds more change nothing on either side and say nothing."""
        before = (dict(self.store.customers), self.members(), self.tasks())
        self.store.calls.clear()
        self.round()
        self.round()
        looks = {"changes", "customer_changes", "products", "customer"}
        said = [call for call in self.store.calls if call not in looks]
        return said == [] and before == (dict(self.store.customers), self.members(), self.tasks())

    def member(self, of: Member | str) -> Member:
        """As it is in the books now."""
        with self.shop.database.read() as uow:
            found = uow.members.by_email(of) if isinstance(of, str) else uow.members.get(of.id)
        assert found is not None
        return found

    def members(self) -> list[Member]:
        with self.shop.database.read() as uow:
            return sorted(uow.members.search("", 1000), key=lambda member: member.id)

    def tasks(self) -> list[Task]:
        """Those that wait for a person."""
        with self.shop.database.read() as uow:
            return uow.tasks.open(100)

    def consents(self, member: Member) -> list[Consent]:
        with self.shop.database.read() as uow:
            return uow.members.consents(member.id)

    def answers(self, member: Member, granted: bool) -> None:
        """A member says at the till whether the shop may write to them."""
        now = self.shop.clock()
        with self.shop.database.write() as uow:
            uow.members.put_consent(
                Consent(
                    id=self.shop.new_id(), member_id=member.id, purpose=Purpose.EMAIL,
                    granted=granted, wording="May we write to you?", language="en",
                    recorded_at=now, cashier_id=StaffId("cashier"), till=TillCode("T1"),
                )
            )  # fmt: skip
            uow.outbox.put(
                OutboxMessage(
                    key=self.shop.new_id(), kind=MessageKind.MEMBER, subject_id=member.id,
                    member_id=member.id, created_at=now, due_at=now, store="online",
                )
            )  # fmt: skip
            uow.commit()

    def linked(self, email: str = "a@sample.example", **more: Any) -> tuple[Member, str]:
        """A member both sides know and agree on, and their customer there."""
        member = self.shop.enrol(email, **more)
        self.round()
        self.round()
        return self.member(member), self.store.of(email).id
