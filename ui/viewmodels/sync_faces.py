"""The sync page's rows and cards, made of what was read: connections, messages, their details."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from terminal.events import ImportMoved, SyncStatus
from terminal.i18n import Words
from terminal.ids import MemberId
from terminal.outbox import BlockReason, MessageKind, MessageState, MessageStep, OutboxCounts
from terminal.services.models import MessageView
from terminal.services.overview import HUB, StoreView
from terminal.services.reconciling import Figures
from ui.sync_advice import advice, hub_advice
from ui.sync_messages import sync_problem
from ui.viewmodels.connecting.store_words import kind_name as store_kind
from ui.viewmodels.sync_words import Pairs, kind_name, step_told

HOLDS_BACK: Final[Mapping[MessageKind, tuple[MessageKind, ...]]] = {
    kind: tuple(other for other in MessageKind if other is not MessageKind.STANDING)
    for kind in MessageKind
    if kind is not MessageKind.MEMBER
}
"""What a blocked message holds back: a balance waits for what tells of the person only."""
CLOCK_OFF_MS: Final = 120_000
"""From here on a clock is said to be wrong."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How one connection stands. ``tone``: positive, warning, danger or neutral."""

    key: str
    name: str
    about: str
    line: str
    tone: str
    icon: str
    last: str
    problem: str
    todo: str = ""
    reconnects: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """A message that a person must look at. ``pairs`` are what was sent, in words."""

    key: str
    title: str
    text: str
    todo: str
    pairs: Pairs
    member_id: MemberId | None
    edits: bool = False
    links: bool = False


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A message behind a blocked one, on its way, or given up."""

    key: str
    member: str
    what: str
    since: str
    state: str
    calls: bool


class Faces:
    """Makes them in one language, at one moment. ``several``: there is more than one online store,
    so each is called by its host."""

    def __init__(self, words: Words, now: datetime, *, several: bool = False) -> None:
        self._words, self._now, self._several = words, now, several

    def moment(self, at: datetime) -> str:
        """The time today, the day before that."""
        w = self._words
        today = w.local(self._now).date()
        return w.time(at) if w.local(at).date() == today else w.day_month(at)

    # -- connections -------------------------------------------------------------------------

    def connection(self, store: StoreView, status: SyncStatus, tasks: int) -> Connection:
        """One row of the list and the head of its page."""
        w, place = self._words, store.place
        line, tone, icon = self._line(store, status, tasks)
        hub = place.kind == HUB
        host = urlsplit(place.url).hostname if self._several else ""
        name = w.t("Chain’s hub") if hub else w.isolate(host) if host else w.t("Online store")
        about = w.t("What the tills share") if hub else w.t(
            "Members, sales, points and orders, both ways"
        )  # fmt: skip
        kind = store_kind(place.kind)
        if kind:
            about = f"{w.isolate(kind)} · {about}"
        tells = hub_advice if hub else advice
        told = tells(status.problem, w) if status.problem else None
        return Connection(
            place.name, name, about, line, tone, icon, self._last(store, status),
            told.happened if told else "", told.todo if told else "",
            reconnects=bool(told and told.reconnects),
        )  # fmt: skip

    def _line(self, store: StoreView, status: SyncStatus, tasks: int) -> tuple[str, str, str]:
        w = self._words
        well = "stack" if store.place.kind == HUB else "globe"
        filling = self.filling(store.filling)
        if filling and status.state != "misconfigured":
            return filling, "neutral", "cloud-arrow-down"
        if not store.place.talks:
            return w.t("another till talks to it"), "neutral", well
        line, tone, icon = {
            "online": (w.t("up to date"), "positive", well),
            "connecting": (w.t("calling"), "neutral", well),
            "offline": (w.t("no connection"), "warning", "cloud-slash"),
            "misconfigured": (w.t("needs setting up"), "danger", "warning-circle"),
        }.get(status.state, (w.t("not set up"), "neutral", "cloud-slash"))
        if status.state != "online":
            return line, tone, icon
        counts = _counts(store, status)
        if counts.blocked + tasks:
            line = w.n("{n} item needs you", "{n} items need you", counts.blocked + tasks)
            return line, "warning", icon
        if status.busy:
            return w.t("sending and fetching"), tone, icon
        if counts.waiting:
            line = w.n("{n} item on its way", "{n} items on their way", counts.waiting)
        return line, tone, icon

    def filling(self, state: ImportMoved | None) -> str:
        """How far a first import is; "" where there is none to speak of."""
        w = self._words
        if state is None or state.state == "done":
            return ""
        if state.state == "paused":
            return w.t("first import paused")
        if state.state == "failed":
            return w.t("first import stopped")
        if state.total:
            percent = w.number(100 * state.done // state.total)
            return w.t("first import, {n} %", n=percent)
        return w.t("first import")

    def _last(self, store: StoreView, status: SyncStatus) -> str:
        known = (status.last_success, store.contact.at if store.contact else None)
        times = [at for at in (*known, store.counts.last_sent_at) if at is not None]
        return self.moment(max(times)) if times else ""

    def facts(self, store: StoreView, status: SyncStatus) -> Pairs:
        """Figures of one connection."""
        w, counts = self._words, _counts(store, status)
        return (
            (w.t("Waiting to go out"), w.number(counts.waiting)),
            (w.t("Waits longest since"), self.moment(counts.oldest) if counts.oldest else "–"),
            (w.t("Sent today"), w.number(counts.sent_today)),
            (w.t("Last success"), self._last(store, status) or "–"),
            (w.t("Its clock"), self._clock(store)),
        )

    def _clock(self, store: StoreView) -> str:
        w = self._words
        offset = store.contact.offset_ms if store.contact else None
        if offset is None:
            return "–"
        if abs(offset) < CLOCK_OFF_MS:
            return w.t("agrees")
        minutes = w.number(abs(offset) // 60_000)
        return w.t("{n} min ahead", n=minutes) if offset > 0 else w.t("{n} min behind", n=minutes)

    def clock_warning(self, store: StoreView) -> str:
        """That a clock is wrong, and whose it may be; "" where none is."""
        offset = store.contact.offset_ms if store.contact else None
        if offset is None or abs(offset) < CLOCK_OFF_MS:
            return ""
        return self._words.t(
            "The clocks of till and store differ by {n} minutes. Set this machine’s clock by the "
            "network; times told before are kept apart.",
            n=self._words.number(abs(offset) // 60_000),
        )

    # -- messages ----------------------------------------------------------------------------

    def blocked(self, view: MessageView) -> Blocked:
        """A card."""
        w, message = self._words, view.message
        told = advice(message.problem, w, view.member)
        parts = [told.safe]
        if message.blocked is BlockReason.EXHAUSTED:
            parts.append(w.n("Tried {n} time.", "Tried {n} times.", message.attempts))
        return Blocked(
            message.key, told.happened, " ".join(parts), told.todo, self.pairs(view),
            view.member_id, told.edits and view.member_id is not None,
            told.links and view.member_id is not None,
        )  # fmt: skip

    def pairs(self, view: MessageView, steps: Sequence[MessageStep] = ()) -> Pairs:
        """What a message tells, and what became of it."""
        w, message = self._words, view.message
        pairs = [(w.t("Tells"), kind_name(message.kind, w))]
        if view.ref:
            pairs.append((w.t("Slip"), w.isolate(view.ref)))
        if view.member:
            pairs.append((w.t("Member"), view.member))
        pairs.append((w.t("Since"), self.moment(message.created_at)))
        if message.attempts:
            pairs.append((w.t("Attempts"), w.number(message.attempts)))
        if message.problem:
            pairs.append((w.t("Answer"), sync_problem(message.problem, w)))
        if message.where:
            pairs.append((w.t("In which part"), w.isolate(message.where)))
        if message.reason:
            pairs.append((w.t("Reason"), message.reason))
        pairs += [(self._when(step.at), step_told(step, w)) for step in steps]
        return tuple(pairs)

    def _when(self, at: datetime) -> str:
        w = self._words
        today = w.local(self._now).date()
        if w.local(at).date() == today:
            return w.time(at)
        return f"{w.day_month(at)}, {w.time(at)}"

    def rows(self, views: Sequence[MessageView]) -> list[QueueRow]:
        """Everything open, in the order of leaving."""
        held = {
            (v.member_id, v.message.store, kind)
            for v in views
            for kind in HOLDS_BACK.get(v.message.kind, tuple(MessageKind))
            if v.message.state is MessageState.BLOCKED and v.member_id is not None
        }
        return [
            self._row(view, (view.member_id, view.message.store, view.message.kind) in held)
            for view in views
        ]

    def _row(self, view: MessageView, behind: bool) -> QueueRow:
        message = view.message
        what = kind_name(message.kind, self._words)
        if view.ref:
            what = f"{what} {self._words.isolate(view.ref)}"
        return QueueRow(
            message.key, view.member or "–", what, self.moment(message.created_at),
            self._state(view, behind),
            message.state is MessageState.BLOCKED,
        )  # fmt: skip

    def _state(self, view: MessageView, behind: bool) -> str:
        w, message = self._words, view.message
        states: Mapping[MessageState, str] = {
            MessageState.BLOCKED: w.t("not sent"),
            MessageState.GIVEN_UP: w.t("given up"),
        }
        if message.state in states:
            return states[message.state]
        if behind:
            return w.t("waits for it")
        if message.attempts and message.due_at > self._now:
            return w.t("again at {time}", time=w.time(message.due_at))
        return w.t("on its way")


def _counts(store: StoreView, status: SyncStatus) -> OutboxCounts:
    """A hub is told facts, not messages: how many wait only its engine knows."""
    if store.place.kind != HUB:
        return store.counts
    return OutboxCounts(status.waiting, status.blocked, oldest=status.oldest)


def compared_told(found: Figures, w: Words) -> str:
    """What comparing both sides found."""
    if not found.differences:
        return w.n(
            "{n} member compared: the same on both sides.",
            "{n} members compared: all the same on both sides.",
            found.members,
        )
    return w.n(
        "{all} compared, {n} difference: {mended} mended, {open} waiting for you or its turn.",
        "{all} compared, {n} differences: {mended} mended, {open} waiting for you or their turn.",
        found.differences,
        all=w.number(found.members),
        mended=w.number(found.differences - found.open), open=w.number(found.open),
    )  # fmt: skip


def night_told(found: Figures, w: Words) -> str:
    """The same, with the day on which it was."""
    when = w.day_month(found.ended_at) if found.ended_at else ""
    return w.t("{when}: {text}", when=when, text=compared_told(found, w))
