"""The way through connecting an online store: which step is in front, and on."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from terminal.i18n import Words
from terminal.services.connecting import ConnectingService
from terminal.services.models import SignedIn
from terminal.staff import Role
from ui.tasks import Runs
from ui.viewmodels.connecting.address import AddressModel
from ui.viewmodels.connecting.bringing import BringingModel
from ui.viewmodels.connecting.choices import ChoicesModel
from ui.viewmodels.connecting.key import KeyModel
from ui.viewmodels.connecting.needs import NeedsModel
from ui.viewmodels.connecting.plan import Plan, Step
from ui.viewmodels.connecting.rehearsal import RehearsalModel
from ui.viewmodels.connecting.rights import RightsModel
from ui.viewmodels.connecting.step import Desk, StepModel
from ui.viewmodels.connecting.store_words import kind_name

MINUTES: dict[Step, int] = {
    "address": 1, "key": 2, "rights": 1, "needs": 1, "choices": 1, "rehearsal": 1, "import": 2
}  # fmt: skip


class ConnectingModel(QObject):
    """``changed``: another step, or the shop is known better. ``finished``: the way ends.

    ``subject`` is "" for a new store, or ``key:NAME``, ``address:NAME``, ``import:NAME`` for one
    that is connected.
    """

    changed = Signal()
    finished = Signal()

    def __init__(
        self,
        service: ConnectingService,
        runs: Runs,
        words: Words,
        who: Callable[[], SignedIn | None],
        seconds: Callable[[], float],
        subject: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.words, self._service, self._who = words, service, who
        self.plan = Plan()
        self.step: Step = self._begin(*subject.partition(":")[::2])
        self._first = self.step
        desk = Desk(service, runs, words, self.plan, who)
        self.address, self.key = AddressModel(desk, self), KeyModel(desk, self)
        self.rights, self.needs = RightsModel(desk, self), NeedsModel(desk, self)
        self.choices, self.rehearsal = ChoicesModel(desk, self), RehearsalModel(desk, self)
        self.bringing = BringingModel(desk, seconds, self)
        self.models: dict[Step, StepModel] = {
            "address": self.address, "key": self.key, "rights": self.rights, "needs": self.needs,
            "choices": self.choices, "rehearsal": self.rehearsal, "import": self.bringing,
        }  # fmt: skip
        for model in self.models.values():
            model.went_on.connect(self._on)

    def _begin(self, what: str, name: str) -> Step:
        known = self._service.draft_of(name) if name else None
        if known is None:
            return "address"
        if what == "import":
            self.plan.name = name
            self.plan.tells, self.plan.members = known.wanted.tells, known.wanted.members
            self.plan.kind = known.wanted.kind
            return "import"
        self.plan.start_from(known)
        return "key" if what == "key" else "address"

    # -- life --------------------------------------------------------------------------------

    @property
    def is_allowed(self) -> bool:
        """Whether a manager is signed in."""
        who = self._who()
        return who is not None and who.role is Role.MANAGER

    def start(self) -> None:
        """The page is there."""
        if self.is_allowed:
            self.model.enter()
        self.changed.emit()

    def stop(self) -> None:
        """The page is gone: nobody waits for an answer. A first import goes on."""
        self.model.leave()
        self._service.leave()

    @Slot(object)
    def heard(self, event: object) -> None:
        """What the bridge brings."""
        self.bringing.heard(event)

    def work_failed(self) -> None:
        """Work failed in a way nobody foresaw: no step waits for it."""
        for model in self.models.values():
            model.work_failed()

    # -- going -------------------------------------------------------------------------------

    @property
    def model(self) -> StepModel:
        """The step in front."""
        return self.models[self.step]

    @property
    def number(self) -> int:
        """Which step this is, from 1."""
        return self.plan.steps.index(self.step) + 1

    @property
    def next_step(self) -> Step | None:
        """The one that comes."""
        steps = self.plan.steps
        return steps[self.number] if self.number < len(steps) else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a step before that can still be changed."""
        return self.number > 1 and self.step != "import"

    def next(self) -> None:
        """The filled button."""
        if self.is_allowed and not self.model.busy:
            self.model.go()

    def back(self) -> None:
        """Stop what is asked; else the step before; from the one it began with, out."""
        if self.model.busy:
            self.model.stop()
        elif self.can_go_back and self.step != self._first:
            self.go(self.plan.steps[self.number - 2])
        else:
            self.finished.emit()

    def go(self, step: Step) -> None:
        """To a step that was there before."""
        if step in self.plan.steps and self.plan.steps.index(step) < self.number:
            self._to(step)

    def may_go_to(self, step: Step) -> bool:
        """Whether a step can be opened by its name."""
        return self.can_go_back and self.plan.steps.index(step) < self.number

    def _to(self, step: Step) -> None:
        self.model.leave()
        self.step = step
        self.model.enter()
        self.changed.emit()

    def _on(self) -> None:
        step = self.next_step
        if step is None:
            self.finished.emit()
        else:
            self._to(step)

    # -- faces -------------------------------------------------------------------------------

    @property
    def far(self) -> str:
        """How far one is."""
        left = sum(MINUTES[one] for one in self.plan.steps[self.number - 1 :])
        return self.words.n(
            "step {at} of {all}, about {n} minute left",
            "step {at} of {all}, about {n} minutes left",
            left,
            at=self.words.number(self.number),
            all=self.words.number(len(self.plan.steps)),
        )

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is known of the shop by now."""
        w, plan = self.words, self.plan
        facts = []
        if plan.kind:
            version = plan.greeting.version if plan.greeting else ""
            version = version or (plan.found.version if plan.found else "")
            facts.append((w.t("Kind"), f"{kind_name(plan.kind)} {version}".strip()))
        if plan.greeting is not None:
            facts.append((w.t("Sells in"), plan.greeting.currency))
        if plan.known is not None:
            facts.append((w.t("Called here"), plan.known.wanted.called))
        return facts

    @property
    def shop(self) -> str:
        """The shop's own name, or its address."""
        plan = self.plan
        if plan.greeting is not None and plan.greeting.title:
            return plan.greeting.title
        return plan.found.title if plan.found else ""

    @property
    def url(self) -> str:
        """Where it is."""
        return self.plan.found.url if self.plan.found else ""
