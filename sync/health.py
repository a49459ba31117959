"""How sync stands, as plain data: for monitoring, without anything about people.

``age`` is how long the message has waited that waits longest, ``lag`` how long ago all was told
and taken in; both in seconds, None where there is nothing to tell. One JSON document, or the text
that Prometheus reads.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from terminal.events import ImportMoved
from terminal.outbox import OutboxCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """One online store, or the hub. ``state`` and ``problem`` as in ``SyncStatus``; ``circuit``:
    closed, open, half_open; ``clock_ms``: its clock less this machine's; ``quiet``: seconds since
    the round that is under way last got on with a message or a page, None between rounds;
    ``tasks``: questions that wait for a person, of all stores. While a first import is not done
    there are no rounds yet: ``filling`` is then its state (open, waiting, paused, failed), with the
    part that is brought in, how much of it is in, and of how much, where that is known."""

    store: str
    state: str
    problem: str = ""
    waiting: int = 0
    blocked: int = 0
    given_up: int = 0
    tasks: int = 0
    age: float | None = None
    lag: float | None = None
    last_success: datetime | None = None
    clock_ms: int | None = None
    circuit: str = "closed"
    failures: int = 0
    rounds: int = 0
    requests: int = 0
    quiet: float | None = None
    filling: str = ""
    part: str = ""
    done: int | None = None
    total: int | None = None

    @property
    def well(self) -> bool:
        """Whether nobody needs to look."""
        return self.state in ("online", "connecting") and not self.blocked


@dataclass(frozen=True, slots=True)
class SyncHealth:
    """All of them, at one moment."""

    at: datetime
    stores: tuple[StoreHealth, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nobody needs to look at any of them."""
        return all(store.well for store in self.stores)


_STATE_OF: Final[Mapping[str, str]] = {"waiting": "offline", "failed": "misconfigured"}


def of_import(moved: ImportMoved, counts: OutboxCounts, now: datetime) -> StoreHealth:
    """A store whose first import is not done."""
    oldest = counts.oldest
    return StoreHealth(
        store=moved.store, state=_STATE_OF.get(moved.state, "connecting"),
        problem=moved.problem or "first_import", waiting=counts.waiting, blocked=counts.blocked,
        given_up=counts.given_up, tasks=counts.tasks,
        age=None if oldest is None else (now - oldest).total_seconds(),
        filling=moved.state, part=moved.part, done=moved.done, total=moved.total,
    )  # fmt: skip


def as_json(health: SyncHealth) -> str:
    """One document."""
    stores = [{**asdict(store), "well": store.well} for store in health.stores]
    whole = {"at": health.at, "well": health.well, "stores": stores}
    return json.dumps(whole, default=lambda moment: moment.isoformat(), sort_keys=True)


_GAUGES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("sync_messages_waiting", "Messages that wait to be told."),
    "blocked": ("sync_messages_blocked", "Messages that a person must look at."),
    "given_up": ("sync_messages_given_up", "Messages that people gave up, ever."),
    "tasks": ("sync_questions_open", "Questions that wait for a person, of all stores."),
    "age": ("sync_queue_age_seconds", "How long the oldest message has waited."),
    "lag": ("sync_lag_seconds", "How long ago all was told and taken in."),
    "clock_ms": ("sync_clock_offset_milliseconds", "The other clock less this machine's."),
    "done": ("sync_first_import_done", "What a first import has brought in of its part."),
    "total": ("sync_first_import_total", "How much that part of it is."),
    "failures": ("sync_failures_in_a_row", "Rounds that failed since the last good one."),
}
_COUNTERS: Final[Mapping[str, tuple[str, str]]] = {
    "rounds": ("sync_rounds_total", "Rounds since the start."),
    "requests": ("sync_requests_total", "Requests since the start."),
}


def as_prometheus(health: SyncHealth) -> str:
    """The text format 0.0.4; what is not known is left out."""
    lines: list[str] = []
    for known, kind in ((_GAUGES, "gauge"), (_COUNTERS, "counter")):
        for field, (name, about) in known.items():
            values = {one.store: getattr(one, field) for one in health.stores}
            lines += _family(name, kind, about, values)
    online = {one.store: int(one.state == "online") for one in health.stores}
    lines += _family("sync_online", "gauge", "Whether the last round went well.", online)
    closed = {one.store: int(one.circuit == "closed") for one in health.stores}
    lines += _family("sync_circuit_closed", "gauge", "Whether everything is asked.", closed)
    return "".join(f"{line}\n" for line in lines)


def _family(name: str, kind: str, about: str, values: Mapping[str, float | None]) -> Iterable[str]:
    told = [f'{name}{{store="{_label(s)}"}} {v}' for s, v in values.items() if v is not None]
    return [f"# HELP {name} {about}", f"# TYPE {name} {kind}", *told] if told else []


def _label(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
