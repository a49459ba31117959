"""Customers of an online store whom this till passed over, as it had not heard whose they are.

Tills of one hub take turns in reading a store's feed, and one that read it may hear only later that
another till had made a member known there. Its cursor has moved on by then: what the customer did
meanwhile, a refusal above all, nobody would read again. So each till remembers for itself whom it
passed over, and in which state. When it hears whose customer that is, the member is queued once
more, in the same transaction: whoever is elected by then looks at the customer before telling the
store anything. Of an account that was deleted a person is asked. Without a hub nothing is
remembered, as everybody is known; nor where all customers come again by themselves.

Most customers never become anybody here, and are let go of after ``LONG``. Nothing is lost by that:
whoever makes a customer known looks at them first, so only what the customer did later counts; and
it would be older than ``LONG`` only if that till had been silent for as long.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from terminal.desk_tasks import Task, TaskKind
from terminal.ids import MemberId, derived_id
from terminal.journal import SEPARATOR
from terminal.merging import SEEN
from terminal.online import Customer
from terminal.outbox import MessageKind
from terminal.ports import UnitOfWork
from terminal.services.whose import is_erased, tell
from terminal.stamps import Change

_INSTANCE: Final = "instance"
_ANY: Final = "passed"
"""In the journal's state: the stores of which this till ever passed anybody over."""
_SWEPT: Final = "passed_swept"
"""Likewise: the day on which the old ones were last let go of."""
_AT_ONCE: Final = 10
LONG: Final = timedelta(days=366)
"""For how long a till may know of somebody and tell no other."""
_GONE: Final = "gone"
_UNDATED: Final = "undated"


def note_passed(uow: UnitOfWork, store: str, customer: Customer, now: datetime) -> None:
    """Remember a customer who is nobody's here, and let go of those of long ago."""
    if not uow.journal.state(_INSTANCE):
        return
    _let_go(uow, now)
    state = customer.updated_at.isoformat() if customer.updated_at else _UNDATED
    since = now if customer.deleted else customer.updated_at or now
    if now - since > LONG:
        return
    known = Change(_GONE if customer.deleted else state, _sortable(since))
    uow.journal.put_change(_about(store, customer.id), "", known)
    stores = _stores(uow)
    if store not in stores:
        uow.journal.put_state(_ANY, SEPARATOR.join((*stores, store)))


def look_at_passed(uow: UnitOfWork, members: Iterable[MemberId], now: datetime) -> int:
    """Have those of these members looked at whose customers were passed over. Answers how many were
    queued."""
    stores = _stores(uow)
    wanted = [(store, member_id) for member_id in sorted(members) for store in stores]
    return sum(_look(uow, store, member_id, now) for store, member_id in wanted)


def is_heard(uow: UnitOfWork, store: str, customer_id: str) -> str:
    """It is known whose customer that is. Answers the state in which they were passed over, if they
    were."""
    if store not in _stores(uow):
        return ""
    about = _about(store, customer_id)
    passed = uow.journal.changes(about).get("", Change()).stamp
    if passed:
        uow.journal.drop_change(about, "")
    return passed


def ask_of_gone(
    uow: UnitOfWork, store: str, member_id: MemberId, customer_id: str, now: datetime
) -> None:
    """A member's customer is there no longer: a person decides whether that was meant."""
    kind = TaskKind.CUSTOMER_GONE
    uow.tasks.put(
        Task(
            id=derived_id(kind.value, store, customer_id), kind=kind, made_at=now,
            member_id=member_id, store=store, subject_id=customer_id,
        )
    )  # fmt: skip


def _let_go(uow: UnitOfWork, now: datetime) -> None:
    """Each day, a few for each one that is noted: a cashier's sale waits for this transaction."""
    today = now.date().isoformat()
    if uow.journal.state(_SWEPT) == today:
        return
    old = uow.journal.old_changes(_ANY + SEPARATOR, _sortable(now - LONG), _AT_ONCE)
    for about in old:
        uow.journal.drop_change(about, "")
    if len(old) < _AT_ONCE:
        uow.journal.put_state(_SWEPT, today)


def _sortable(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _stores(uow: UnitOfWork) -> list[str]:
    kept = uow.journal.state(_ANY)
    return kept.split(SEPARATOR) if kept else []


def _look(uow: UnitOfWork, store: str, member_id: MemberId, now: datetime) -> int:
    link = uow.sync.link(store, "member", member_id)
    if link is None or uow.members.get(member_id) is None or is_erased(uow, member_id):
        return 0
    passed = is_heard(uow, store, link.remote_id)
    if passed == _GONE:
        ask_of_gone(uow, store, member_id, link.remote_id, now)
    if passed in ("", _GONE) or _was_seen(uow, store, member_id, passed):
        return 0
    state = uow.journal.state
    key = derived_id(
        "passed over", state(_INSTANCE), state("seq"), store, member_id, passed, now.isoformat()
    )
    return tell(
        uow, (store,), MessageKind.MEMBER, member_id, member_id, now, lambda: key, once=True
    )


def _was_seen(uow: UnitOfWork, store: str, member_id: MemberId, passed: str) -> bool:
    """Whether a later state was merged by a till that knew them; stores count in seconds, so that
    the same one is not enough."""
    seen = (uow.sync.agreed(store, member_id) or {}).get(SEEN)
    if not seen or passed == _UNDATED:
        return False
    return datetime.fromisoformat(seen) > datetime.fromisoformat(passed)


def _about(store: str, customer_id: str) -> str:
    return SEPARATOR.join((_ANY, store, customer_id))
