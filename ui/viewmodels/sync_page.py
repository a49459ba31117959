"""The sync page: how the connection stands, what a person must look at, what is on its way."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal, Slot

from terminal.errors import TerminalError
from terminal.events import MemberChanged, SaleBooked, SyncStatus
from terminal.i18n import Words
from terminal.ids import Clock, MemberId
from terminal.outbox import BlockReason, MessageKind, MessageState
from terminal.services.models import MessageView, SyncPage
from terminal.services.online_desk import OnlineDesk
from ui.messages import refusal, sync_problem
from ui.tasks import Runs


@dataclass(frozen=True, slots=True)
class Connection:
    """How the one connection stands. ``tone``: positive, warning, danger or neutral."""

    name: str
    about: str
    line: str
    tone: str
    icon: str
    last: str
    problem: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """A message that a person must look at. ``details`` are what was sent, as pairs of words."""

    key: str
    title: str
    text: str
    details: tuple[tuple[str, str], ...]
    member_id: MemberId | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A message behind a blocked one or on its way."""

    key: str
    member: str
    what: str
    since: str
    state: str
    calls: bool


class SyncModel(QObject):
    """Sync as a person sees it. ``changed``: anything; ``told`` carries a sentence."""

    changed = Signal()
    told = Signal(object)

    def __init__(
        self, desk: OnlineDesk, runs: Runs, words: Words, clock: Clock, kind: str = ""
    ) -> None:
        super().__init__()
        self.words = words
        self._desk = desk
        self._runs = runs
        self._clock = clock
        self._kind = kind
        self.status = SyncStatus()
        self.page: SyncPage | None = None

    def read(self) -> None:
        """Read the queue again."""
        self._runs.run(self._desk.page, self._show, self._refuse, key="sync page")

    @Slot(object)
    def heard(self, event: object) -> None:
        """Follow the connection, and the queue where it may have moved."""
        if isinstance(event, SyncStatus):
            self.status = event
            self.changed.emit()
        if isinstance(event, SyncStatus | SaleBooked | MemberChanged):
            self.read()

    def _show(self, page: SyncPage) -> None:
        self.page = page
        self.changed.emit()

    def _refuse(self, error: TerminalError) -> None:
        self.told.emit(refusal(error, self.words))

    @property
    def blocked_count(self) -> int:
        """How many messages a person must look at."""
        return self.page.counts.blocked if self.page else self.status.blocked

    # -- the connection ----------------------------------------------------------------------

    def connection(self) -> Connection:
        """The connection in words."""
        w, state = self.words, self.status.state
        line, tone, icon = {
            "online": (w.t("up to date"), "positive", "globe"),
            "connecting": (w.t("calling"), "neutral", "globe"),
            "offline": (w.t("no connection"), "warning", "cloud-slash"),
            "misconfigured": (w.t("needs setting up"), "danger", "warning-circle"),
        }.get(state, (w.t("not set up"), "neutral", "cloud-slash"))
        if state == "online" and self.blocked_count:
            line = w.n("{n} item needs you", "{n} items need you", self.blocked_count)
            tone = "warning"
        elif state == "online" and self.status.busy:
            line = w.t("sending and fetching")
        elif state == "online" and self._waiting():
            line = w.n("{n} item on its way", "{n} items on their way", self._waiting())
        about = w.t("Members, sales, points and orders, both ways")
        if self._kind:
            about = f"{w.isolate(self._kind.capitalize())} · {about}"
        name = w.t("Online store")
        return Connection(name, about, line, tone, icon, self._last(), self._problem())

    def _waiting(self) -> int:
        return self.page.counts.waiting if self.page else self.status.waiting

    def _last(self) -> str:
        at = self.status.last_success
        if at is None and self.page is not None:
            at = self.page.counts.last_sent_at
        return self._moment(at) if at else ""

    def _problem(self) -> str:
        return sync_problem(self.status.problem, self.words) if self.status.problem else ""

    def _moment(self, at: datetime) -> str:
        """The time today, the day before that."""
        w = self.words
        today = w.local(self._clock()).date()
        return w.time(at) if w.local(at).date() == today else w.day_month(at)

    def facts(self) -> list[tuple[str, str]]:
        """Waiting, sent today, last success."""
        w = self.words
        sent = self.page.counts.sent_today if self.page else 0
        return [
            (w.t("Waiting to go out"), w.number(self._waiting())),
            (w.t("Sent today"), w.number(sent)),
            (w.t("Last success"), self._last() or "–"),
        ]

    # -- the queue ---------------------------------------------------------------------------

    def blocked(self) -> list[Blocked]:
        """Messages that a person must look at."""
        views = self.page.messages if self.page else ()
        return [self._blocked(view) for view in views if view.message.state is MessageState.BLOCKED]

    def _blocked(self, view: MessageView) -> Blocked:
        w, message = self.words, view.message
        parts = []
        if view.member:
            line = w.t("What {name} has here is safe. Nobody else waits.", name=view.member)
            parts.append(line)
        else:
            parts.append(w.t("Everything is safe here. Nobody else waits."))
        if message.blocked is BlockReason.EXHAUSTED:
            parts.append(w.n("Tried {n} time.", "Tried {n} times.", message.attempts))
        title = sync_problem(message.problem, w)
        return Blocked(message.key, title, " ".join(parts), self._details(view), view.member_id)

    def _details(self, view: MessageView) -> tuple[tuple[str, str], ...]:
        w, message = self.words, view.message
        pairs = [(w.t("Sent"), kind_name(message.kind, w))]
        if view.ref:
            pairs.append((w.t("Slip"), view.ref))
        if view.member:
            pairs.append((w.t("Member"), view.member))
        pairs.append((w.t("Since"), self._moment(message.created_at)))
        if message.problem:
            pairs.append((w.t("Answer"), message.problem.replace("_", " ")))
        return tuple(pairs)

    def rows(self) -> list[QueueRow]:
        """Everything open, in the order of leaving."""
        views = self.page.messages if self.page else ()
        stuck = {v.member_id for v in views if v.message.state is MessageState.BLOCKED}
        return [self._row(view, stuck - {None}) for view in views]

    def _row(self, view: MessageView, stuck: set[MemberId | None]) -> QueueRow:
        message = view.message
        blocked = message.state is MessageState.BLOCKED
        what = kind_name(message.kind, self.words)
        if view.ref:
            what = f"{what} {self.words.isolate(view.ref)}"
        return QueueRow(
            message.key,
            view.member or "–",
            what,
            self._moment(message.created_at),
            self._state(view, view.member_id in stuck),
            blocked,
        )

    def _state(self, view: MessageView, behind: bool) -> str:
        w, message = self.words, view.message
        if message.state is MessageState.BLOCKED:
            return w.t("not sent")
        if behind:
            return w.t("waits for it")
        if message.attempts and message.due_at > self._clock():
            return w.t("again at {time}", time=w.time(message.due_at))
        return w.t("on its way")

    # -- acting ------------------------------------------------------------------------------

    def sync_now(self) -> None:
        """Don't wait for the timer."""
        self._runs.run(self._desk.sync_now, self._hurried, self._refuse)

    def _hurried(self, _: None) -> None:
        self.told.emit(self.words.t("Sending and fetching now."))
        self.read()

    def send_again(self, key: str) -> None:
        """A person has looked at it: try once more."""
        self._runs.run(lambda: self._desk.send_again(key), self._released, self._refuse)

    def _released(self, _: None) -> None:
        self.told.emit(self.words.t("It is sent again now."))
        self.read()


def kind_name(kind: MessageKind, words: Words) -> str:
    """What a message tells."""
    return {
        MessageKind.MEMBER: words.t("Member's data"),
        MessageKind.SALE: words.t("Sale"),
        MessageKind.RETURN: words.t("Return"),
        MessageKind.STANDING: words.t("Balance and tier"),
    }[kind]
