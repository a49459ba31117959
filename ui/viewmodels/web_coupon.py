"""A reward as a coupon for the web shop: which one, what will be printed, and made once."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.ids import StaffId
from terminal.offers_told import last_day
from terminal.services.models import MemberView
from terminal.services.web_coupons import WebCouponDone, WebCouponPlan, WebCouponService
from terminal.slips import Slip
from ui.messages import refusal
from ui.tasks import Runs
from ui.viewmodels.offer_names import reward_title
from ui.viewmodels.redeem import KEYS, Choice


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands beside the preview."""

    slip: Slip
    until: str
    after: str
    confirm: str


class WebCouponModel(QObject):
    """``changed`` after every choice; ``made`` carries the answer of the service. ``refused`` says
    what can't be."""

    changed = Signal()
    made = Signal(object)

    def __init__(
        self,
        service: WebCouponService | None,
        runs: Runs,
        words: Words,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._runs = runs
        self._words = words
        self._view: MemberView | None = None
        self.reward = ""
        self.plan: WebCouponPlan | None = None
        self.busy = False
        self.refused = ""

    def can(self, view: MemberView | None) -> tuple[str, ...]:
        """Rewards that this member can have as a coupon now."""
        return self._service.choices(view) if self._service and view else ()

    def start(self, view: MemberView, reward: str = "") -> None:
        """Open for a member, on one of the rewards."""
        codes = self.can(view)
        self._view, self.refused, self.plan = view, "", None
        self.reward = reward if reward in codes else (codes[0] if codes else "")
        self._look()

    def choose(self, reward: str) -> None:
        """Another reward."""
        if not self.busy and reward != self.reward:
            self.reward, self.plan, self.refused = reward, None, ""
            self._look()

    def _look(self) -> None:
        service, view, reward = self._service, self._view, self.reward
        self.changed.emit()
        if service is None or view is None or not reward:
            return
        member_id = view.member.id
        self._runs.run(
            lambda: service.plan(member_id, reward), self._planned, self._refuse, key="web_coupon"
        )

    def _planned(self, plan: WebCouponPlan) -> None:
        if plan.reward == self.reward and not self.busy:
            self.plan = plan
            self.changed.emit()

    def confirm(self, cashier_id: StaffId) -> None:
        """Pay the points: once, however often it is asked for."""
        service, plan = self._service, self.plan
        if service is None or plan is None or self.busy:
            return
        self.busy = True
        self.changed.emit()
        self._runs.run(lambda: service.make(plan, cashier_id), self._made, self._refuse)

    def _made(self, done: WebCouponDone) -> None:
        self.busy, self.plan = False, None
        self.made.emit(done)

    def _refuse(self, error: TerminalError) -> None:
        self.busy = False
        self.refused = refusal(error, self._words)
        self.changed.emit()

    def failed(self) -> None:
        """Something nobody foresaw: asking again makes the same coupon, once."""
        self.busy = False
        self.changed.emit()

    # -- what is shown -----------------------------------------------------------------------

    def choices(self) -> list[Choice]:
        """The rewards, by name and cost."""
        view, w = self._view, self._words
        if view is None:
            return []
        costs = {reward.code: reward.cost for reward in view.program.rewards}
        return [
            Choice(
                costs[code], reward_title(code, view.program, w), w.number(costs[code]),
                str(number) if number <= KEYS else "", code=code, chosen=code == self.reward,
            )
            for number, code in enumerate(self.can(view), 1)
        ]  # fmt: skip

    def shown(self) -> Shown | None:
        """The preview; None while it is not there."""
        plan, w = self.plan, self._words
        if plan is None:
            return None
        label = w.n("Make it for {n} point", "Make it for {n} points", plan.cost)
        return Shown(plan.slip, last_day(plan.ends, w), w.number(plan.after), label)
