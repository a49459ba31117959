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
from terminal.records import HeldBadge, Referral, ReferralState
from terminal.remotes import RemoteLink
from terminal.returns import PendingReturn
from terminal.services.shown import TELLING
from terminal.services.whose import ERASED, HERE, MERGED, is_erased
from terminal.stamps import Change, at_once

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


def _take_badge(scene: Scene, _fact: Fact, said: Said) -> None:
    badge: HeldBadge = said.thing
    if scene.uow.badges.put_once(badge):
        scene.moved.add(badge.member_id)


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
    known = scene.uow.journal.changes(subject(fact.kind, fact.key)).get("", Change())
    later = scene.is_later(fact, said.head)
    if link is not None and link.kind == "member":
        later = _is_account(scene, link, later, at_once(_change(said), known))
    if not later:
        return
    if link is None:
        store, kind, local_id = fact.key.split(SEPARATOR)
        scene.uow.sync.drop_link(store, kind, local_id)
    else:
        if link.kind == "member":
            people.note_account(scene, link)
        scene.uow.sync.put_link(link)
        if (link.store, link.kind) == (HERE, ERASED):
            people.forget(scene, MemberId(link.local_id))
        elif (link.store, link.kind) == (HERE, MERGED) or link.kind == "member":
            scene.moved.add(MemberId(link.local_id))


def _is_account(scene: Scene, link: RemoteLink, later: bool, apart: bool) -> bool:
    """Whether this is the member's account from now on. Two tills may have given them two: one that
    was made for them, and one that came with somebody who was merged into them. The first one
    is theirs then, as the other is not lost: it stays linked to whom it came from, and is told that
    it has no points any more."""
    known = scene.uow.sync.link(link.store, link.kind, link.local_id)
    if known is None or known.remote_id == link.remote_id:
        return later
    scene.left |= {(link.store, one.remote_id) for one in (known, link)}
    inherited = [_is_anothers(scene, one) for one in (known, link)]
    return inherited[0] if apart and inherited[0] != inherited[1] else later


def _is_anothers(scene: Scene, link: RemoteLink) -> bool:
    having = scene.uow.sync.links_back(link.store, link.kind, link.remote_id)
    return any(one.local_id != link.local_id for one in having)


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
    "badge": _take_badge,
    "referral": _take_referral,
    "link": _take_link,
    "agreed": _take_agreed,
    "cursor": _take_cursor,
    "message": _take_message,
    "task": _take_task,
}
