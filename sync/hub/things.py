"""Writing what other tills tell of everything else: programme, goods, online orders, messages,
links, cursors, levels given by hand, badges, friends, tasks.

Of what one till at a time looks after, the later change counts. What is final stays so: a message
that was sent, a task that was settled.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sync.hub import books, people
from sync.hub.facts import Agreed, Cursor, Said, Version, subject
from sync.hub.remote import Fact
from sync.hub.scene import Scene, WaitsError
from terminal.desk_tasks import Task
from terminal.ids import MemberId
from terminal.journal import SEPARATOR
from terminal.merging import SEEN
from terminal.online import OnlineOrder
from terminal.outbox import BlockReason, MessageState, OutboxMessage
from terminal.records import Referral, ReferralState
from terminal.remotes import RemoteLink
from terminal.returns import PendingReturn
from terminal.services.shown import TELLING
from terminal.services.whose import ERASED, HERE, INHERITED, MERGED, is_erased
from terminal.stamps import Change

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_FINAL = (MessageState.SENT, MessageState.GIVEN_UP)
_FAR = {ReferralState.OPEN: 0, ReferralState.REFUSED: 1, ReferralState.GRANTED: 2}
Taker = Callable[[Scene, Fact, Said], None]


def _take_program(scene: Scene, fact: Fact, said: Said) -> None:
    """Two tills may have published one version: the later one is it."""
    version: Version = said.thing
    if scene.is_later(fact, said.head):
        scene.uow.programs.put(version.program, now=_BEFORE_ALL)


def _take_product(scene: Scene, fact: Fact, said: Said) -> None:
    if scene.is_later(fact, said.head):
        scene.uow.products.put_all([said.thing])


def _take_grant(scene: Scene, fact: Fact, said: Said) -> None:
    if scene.is_later(fact, said.head):
        scene.uow.tiers.put(said.thing)
        scene.moved.add(said.thing.member_id)


def _take_referral(scene: Scene, _fact: Fact, said: Said) -> None:
    theirs: Referral = said.thing
    ours = scene.uow.referrals.of_friend(theirs.friend_id)
    if ours is None or _weight(theirs) > _weight(ours):
        for one in (theirs.friend_id, theirs.referrer_id):
            if scene.uow.members.get(one) is None:
                raise WaitsError("member", one)
        scene.uow.referrals.put(theirs)


def _weight(referral: Referral) -> tuple[int, float, str]:
    """What was settled stands; of two who brought one friend, the first one did."""
    return _FAR[referral.state], -referral.at.timestamp(), referral.referrer_id


def _take_pending(scene: Scene, fact: Fact, said: Said) -> None:
    pending: PendingReturn | None = said.thing
    if pending is None:
        scene.uow.pending_returns.drop(fact.key)  # type: ignore[arg-type]
    elif scene.uow.sales.get_return(pending.id) is None:
        scene.uow.pending_returns.put(pending)
        if pending.till == scene.till:
            scene.uow.journal.reach(scene.till, pending.seq)


def _take_order(scene: Scene, fact: Fact, said: Said) -> None:
    """The refunds and coupons of both; all else as it was looked at last."""
    theirs: OnlineOrder = said.thing
    ours = scene.uow.sales.get_order(theirs.store, theirs.remote_id)
    later = scene.is_later(fact, said.head)
    merged = theirs if ours is None else _both(*((theirs, ours) if later else (ours, theirs)))
    if merged != ours:
        scene.uow.sales.put_order(merged)
        if merged.member_id is not None:
            scene.moved.add(merged.member_id)


def _both(newer: OnlineOrder, older: OnlineOrder) -> OnlineOrder:
    # By id, and of two that differ the one later in the alphabet: all tills choose the same.
    refunds = {r.id: r for r in sorted((*newer.refunds, *older.refunds), key=repr)}
    return replace(
        newer,
        member_id=newer.member_id or older.member_id,
        refunds=tuple(refunds[key] for key in sorted(refunds)),
        cancelled=newer.cancelled or older.cancelled,
        coupons=tuple(sorted({*newer.coupons, *older.coupons})),
        sale_id=newer.sale_id or older.sale_id,
    )


def _take_link(scene: Scene, fact: Fact, said: Said) -> None:
    link: RemoteLink | None = said.thing
    store, kind, local_id = fact.key.split(SEPARATOR)
    ours = scene.uow.sync.link(store, kind, local_id)
    if not _holds(scene, fact, said, ours):
        return
    if link is None:
        scene.uow.sync.drop_link(store, kind, local_id)
    else:
        if link.kind == "member":
            people.note_account(scene, link)
        scene.uow.sync.put_link(link)
        if (link.store, link.kind) == (HERE, ERASED):
            people.forget(scene, MemberId(link.local_id))
        elif (link.store, link.kind) == (HERE, MERGED) or link.kind == "member":
            scene.moved.add(MemberId(link.local_id))
        if (link.store, link.kind) == (HERE, MERGED):
            people.tell_survivor(scene, MemberId(link.local_id))


def _holds(scene: Scene, fact: Fact, said: Said, ours: RemoteLink | None) -> bool:
    """Whether this link is the one from now on: the later one, but for an account that came with
    somebody who was merged into the member. It counts as put just behind the link that it replaced
    as far as was known there: an account that another till had made for them meanwhile is theirs,
    as the inherited one is not lost, but stays linked to whom it came from."""
    about = subject(fact.kind, fact.key)
    known, heard = scene.uow.journal.changes(about).get("", Change()), _change(said)
    scene.stamps.heard(heard.stamp)
    if _rank(heard, said.thing) <= _rank(known, ours):
        return False
    scene.uow.journal.put_change(about, "", heard)
    return True


def _rank(change: Change, link: RemoteLink | None) -> tuple[str, str]:
    """Of two links of one member, whichever order they are heard in, the greater one holds."""
    inherited = link is not None and link.remote_code == INHERITED
    return (change.before, change.stamp) if inherited else (change.stamp, "")


def _change(said: Said) -> Change:
    return Change(said.head.stamp, said.head.before)


def _take_agreed(scene: Scene, fact: Fact, said: Said) -> None:
    """Two tills may have looked at the customer before they heard of each other: who saw the later
    state counts, as what is told last was not what was agreed last. By the stamp where no state is
    known, or it is the same one."""
    agreed: Agreed = said.thing
    member_id, later = MemberId(agreed.member_id), scene.is_later(fact, said.head)
    ours, theirs = _seen(scene.uow.sync.agreed(agreed.store, member_id)), _seen(agreed.fields)
    if ours and theirs and ours != theirs:
        later = theirs > ours
    if later:
        scene.uow.sync.put_agreed(agreed.store, member_id, agreed.fields, fact.at)


def _seen(agreed: Mapping[str, str] | None) -> str:
    """Which state of the customer it was, by the store's clock (UTC), as text that sorts."""
    return (agreed or {}).get(SEEN, "")


def _take_cursor(scene: Scene, fact: Fact, said: Said) -> None:
    cursor: Cursor = said.thing
    if scene.is_later(fact, said.head):
        scene.uow.sync.put_cursor(cursor.store, cursor.feed, cursor.cursor)


def _take_message(scene: Scene, fact: Fact, said: Said) -> None:
    """One till puts it, the one that talks to the store sends it, any may release it."""
    theirs: OutboxMessage = said.thing
    outbox = scene.uow.outbox
    ours = outbox.get(theirs.key)
    later = scene.is_later(fact, said.head)
    if ours is None:
        outbox.put(theirs)
    elif ours.state is MessageState.SENT or ours.state is theirs.state:
        return
    if theirs.state is MessageState.SENT:
        outbox.sent(theirs.key, fact.at)
        if theirs.kind in TELLING and theirs.member_id is not None:
            scene.told.add(theirs.member_id)
    elif ours is None or ours.state in _FINAL:
        return
    elif theirs.state is MessageState.GIVEN_UP:
        outbox.give_up(theirs.key, theirs.reason, fact.at)
    elif later and theirs.state is MessageState.BLOCKED:
        why = theirs.blocked or BlockReason.REFUSED
        outbox.block(theirs.key, why, theirs.problem, theirs.where)
    elif later:
        outbox.release(theirs.key, scene.now)


def _take_task(scene: Scene, _fact: Fact, said: Said) -> None:
    theirs: Task = said.thing
    if theirs.member_id is not None and is_erased(scene.uow, theirs.member_id):
        theirs = replace(theirs, details={}, outcome=theirs.outcome or ERASED)
        theirs = replace(theirs, settled_at=theirs.settled_at or scene.now)
    if scene.uow.tasks.put(theirs) or theirs.settled_at is None:
        return
    word = (theirs.id, theirs.outcome, theirs.settled_by, theirs.settled_at)
    if not scene.uow.tasks.settle(*word):
        ours = scene.uow.tasks.get(theirs.id)
        if ours is not None and _counts(theirs) < _counts(ours):
            scene.uow.tasks.overrule(*word)


def _counts(task: Task) -> tuple[bool, datetime, str]:
    """Of two that were settled apart, what was decided first; that the person is forgotten, which
    tills find out each by itself, last."""
    return task.outcome == ERASED, task.settled_at or _BEFORE_ALL, task.outcome


TAKERS: dict[str, Taker] = {
    "program": _take_program,
    "product": _take_product,
    "member": people.take_member,
    "card": people.take_card,
    "consent": people.take_consent,
    "voucher": books.take_voucher,
    "value": books.take_value,
    "sale": books.take_sale,
    "use": books.take_use,
    "entry": books.take_entry,
    "return": books.take_return,
    "pending": _take_pending,
    "order": _take_order,
    "grant": _take_grant,
    "badge": books.take_badge,
    "referral": _take_referral,
    "link": _take_link,
    "agreed": _take_agreed,
    "cursor": _take_cursor,
    "message": _take_message,
    "task": _take_task,
}
