"""The demo shop in memory with everything the counter asks, and a printer that can be broken."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from terminal.demo import ADDRESSES, COUNTRY_OF_LANGUAGE, Demo, seed
from terminal.errors import TerminalError
from terminal.events import EventBus, MemberChanged, SaleBooked, SlipMoved
from terminal.i18n import Words
from terminal.ids import MemberId, TillCode, id_maker
from terminal.services.models import MemberView, SignedIn, Till
from terminal.services.printing import PrintSpool
from terminal.services.suite import build
from terminal.services.vouchers import issue_coupon
from terminal.slips import Slip
from terminal.staff import Role
from terminal.vouchers import ValueEntry, ValueKind, Voucher, VoucherKind, voucher_code
from tests.fakes import MemoryDatabase
from tests.memory.state import State
from ui.tasks import Inline, Runs
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.services import CounterServices
from ui.viewmodels.shell import ShellViewModel

NOW = datetime(2026, 11, 18, 14, 32, tzinfo=UTC)
POINTS = 1284
"""What the first member has when a story begins."""
UNKNOWN_CODE = "4012345123456"
HEARD = (MemberChanged, SaleBooked, SlipMoved)


@dataclass(slots=True)
class Outcome:
    state: str = "printed"
    cause: str = ""


class Printer:
    """Says what the story lets it say, and keeps what came out."""

    def __init__(self) -> None:
        self.outcome = Outcome()
        self.paper: list[Slip] = []

    def print(self, slip: Slip, /, *, after_unknown: bool = False) -> Outcome:
        del after_unknown
        if self.outcome.state in ("printed", "sent"):
            self.paper.append(slip)
        return self.outcome


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@lru_cache(maxsize=8)
def _seeded(language: str) -> tuple[State, Till, Demo]:
    country, currency = COUNTRY_OF_LANGUAGE[language]
    till = Till(
        code=TillCode("T2"), name="Till 2", shop="Elia Deli", address=ADDRESSES[language],
        country=country, language=language, currency=currency, card_prefix="2950",
    )  # fmt: skip
    database = MemoryDatabase()
    demo = seed(database, till, NOW - timedelta(hours=1))
    _level(database, till, demo)
    return database.state, till, demo


def _level(database: MemoryDatabase, till: Till, demo: Demo) -> None:
    """Give the first member the points that the stories count on."""
    clock = Clock()
    chance = iter(range(50_000_000, 60_000_000))  # never an id of a story
    new_id = id_maker(clock, lambda bits: next(chance))
    services = build(database, till, EventBus(), clock=clock, new_id=new_id)
    view = services.counter.identify(demo.cards[0][1]).view  # type: ignore[union-attr]
    missing = POINTS - view.account.balance
    manager = SignedIn(demo.manager, "Anna", Role.MANAGER)
    services.office.adjust(view.member.id, missing, "a story begins", manager)


class CounterShop:
    """A till with its services. ``demo`` says what can be scanned."""

    def __init__(self, language: str = "en") -> None:
        state, self.till, self.demo = _seeded(language)
        self.database = MemoryDatabase()
        self.database.state = state  # never changed in place: every commit makes another one
        self.words = Words(language, zone=UTC)
        self.clock = Clock()
        self.bus = EventBus()
        self.printer = Printer()
        chance = iter(range(1, 10_000_000))
        self.new_id = id_maker(self.clock, lambda bits: next(chance))
        self.spool = PrintSpool(
            self.database, self.printer, self.bus, clock=self.clock, new_id=self.new_id
        )
        self.all = build(self.database, self.till, self.bus, clock=self.clock, new_id=self.new_id)
        self.counter = self.all.counter
        self.services = CounterServices(
            counter=self.counter,
            members=self.all.office,
            enrolment=self.all.enrolment,
            slips=self.spool,
        )
        self.cashier = SignedIn(self.demo.cashier, "Maria", Role.CASHIER)

    def card(self, number: int = 0) -> str:
        """The card of one of the demo members; the first ones come most."""
        return self.demo.cards[number][1]

    def view(self, number: int = 0) -> MemberView:
        found = self.counter.identify(self.card(number))
        return found.view  # type: ignore[union-attr]

    def ean(self, number: int = 0) -> str:
        return self.demo.products[number].ean

    def coupon(self, kind: str = "next", owner: MemberId | None = None) -> str:
        """A coupon that somebody has: given some days ago."""
        with self.database.write() as uow:
            program = uow.programs.at(NOW)
            assert program is not None
            before = NOW - timedelta(days=3)
            made = issue_coupon(uow, program, kind, owner, "earlier", before, self._chance)
            uow.commit()
        return made.code

    def gift_card(self, value: int) -> str:
        """A gift card that was sold some days ago."""
        code, when = voucher_code("G", self._chance()), NOW - timedelta(days=3)
        with self.database.write() as uow:
            uow.vouchers.put(
                Voucher(code=code, kind=VoucherKind.GIFT_CARD, issued_at=when,
                        currency=self.till.currency, uses_left=None)
            )  # fmt: skip
            uow.vouchers.append(
                [ValueEntry(id=self.new_id(), code=code, kind=ValueKind.ISSUE, amount=value,
                            currency=self.till.currency, decided_at=when, till=self.till.code,
                            seq=uow.next_seq(self.till.code))]
            )  # fmt: skip
            uow.commit()
        return code

    def _chance(self) -> int:
        return uuid.UUID(self.new_id()).int & ((1 << 62) - 1)

    def at_counter(self, runs: Runs | None = None) -> CounterViewModel:
        """A counter of its own, that hears what the shop tells."""
        vm = CounterViewModel(self.services, runs or Inline(), self.words, self.cashier)
        self.bus.subscribe(lambda event: vm.heard(event) if isinstance(event, HEARD) else None)
        return vm

    def sales(self) -> int:
        """How many sales are in the books."""
        return len(self.database.state.sales)

    def shell(self) -> ShellViewModel:
        return ShellViewModel(self.words, clock=self.clock, shop="Elia Deli", till="Till 2")


class FailingRuns(Inline):
    """Work that fails as no refusal does; ``fail`` decides which, ``failed`` hears of it."""

    def __init__(self, failed: Callable[[object], None]) -> None:
        self._failed = failed
        self.fail_next = 0
        self.after_work = False

    def run(
        self,
        work: Callable[[], object],
        done: Callable[[object], None],
        refused: Callable[[TerminalError], None],
        *,
        key: str = "",
    ) -> None:
        if self.fail_next:
            self.fail_next -= 1
            if self.after_work:
                work()
            self._failed(RuntimeError("a machine is broken"))
            return
        super().run(work, done, refused, key=key)


class HeldRuns:
    """Work that is done only when the story says so, in order; as on a lane, of jobs with the same
    key only the newest answers.
    """

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self._newest: dict[str, int] = {}
        self._count = 0

    def run(
        self,
        work: Callable[[], object],
        done: Callable[[object], None],
        refused: Callable[[TerminalError], None],
        *,
        key: str = "",
    ) -> None:
        self._count += 1
        number = self._count
        if key:
            self._newest[key] = number

        def later() -> None:
            if not key or self._newest[key] == number:
                Inline().run(work, done, refused, key=key)

        self.waiting.append(later)

    def release(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()
