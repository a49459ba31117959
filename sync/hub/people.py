"""Writing what other tills tell of people: members field by field, cards, consents.

Whatever order facts come in, and however often, every till ends with the same: the later change of
a field counts, a card that anybody blocked is blocked, a refusal that a consent did not come after
stands. What two tills changed apart, and two records that seem one person, a person is asked about.
"""

from collections.abc import Iterable
from dataclasses import fields, replace

from sync.hub.facts import MOMENT, Said, put_turn, stands, subject, turn_of
from sync.hub.remote import Fact
from sync.hub.scene import Scene
from terminal.cards import Card, CardState
from terminal.desk_tasks import TaskKind
from terminal.ids import CardNumber, MemberId
from terminal.members import Consent, Member
from terminal.remotes import RemoteLink
from terminal.services.forgetting import forget_papers, forget_rows
from terminal.services.whose import (
    ERASED,
    is_bare,
    is_erased,
    pseudonym,
    survived_all_the_same,
    survivor_of,
)
from terminal.stamps import Change, at_once

_FIELDS = tuple(f.name for f in fields(Member) if f.name not in ("id", "updated_at"))
_ASKED = ("phone", "email", "birthday")


def take_member(scene: Scene, fact: Fact, said: Said) -> None:
    """A member, new or changed somewhere."""
    theirs: Member = said.thing
    ours = scene.uow.members.get(theirs.id)
    merged = theirs if ours is None else _merged(scene, ours, said)
    if ours is not None and survived_all_the_same(scene.uow, ours.id):
        if is_bare(theirs):
            merged = ours
        elif is_bare(ours):
            merged = theirs
    _remember(scene, theirs.id, said)
    if ours is not None and _loses_name(ours, merged):
        _off_paper(scene, ours)  # as long as it is known here whose name stands there
    if merged != ours:
        scene.uow.members.put(merged)
        scene.moved.add(merged.id)
    if ours is None:
        scene.known("member", theirs.id)
    if is_erased(scene.uow, merged.id):
        forget(scene, merged.id)
    elif ours is None or (merged.email, merged.phone) != (ours.email, ours.phone):
        for other in scene.uow.journal.namesakes(merged):
            _alike(scene, merged, other, "email_or_phone")


def tell_survivor(scene: Scene, absorbed: MemberId) -> None:
    """Two tills merged members into each other: who is the survivor was left without a name at one
    of them, and is told of by those that know it."""
    survivor = survivor_of(scene.uow, absorbed)
    member = scene.uow.members.get(survivor)
    if member is not None and survived_all_the_same(scene.uow, survivor) and not is_bare(member):
        scene.uow.journal.note("member", survivor)


def note_account(scene: Scene, link: RemoteLink) -> None:
    """Before a link is put: whether the account of the online store is somebody's here already."""
    known = scene.uow.sync.link_back(link.store, link.kind, link.remote_id)
    if known is not None and known.local_id != link.local_id:
        scene.shared.add((MemberId(known.local_id), MemberId(link.local_id)))


def ask_of_accounts(scene: Scene) -> None:
    """Two with one account, as far as nobody has merged them: two records under one address, or one
    that was made of the account where it was not known whose it is."""
    for pair in sorted(scene.shared):
        ours, theirs = (survivor_of(scene.uow, one) for one in pair)
        member, other = scene.uow.members.get(ours), scene.uow.members.get(theirs)
        if member is None or other is None or member == other:
            continue
        if not any(is_erased(scene.uow, one) for one in (ours, theirs)):
            _alike(scene, member, theirs, "account")


def forget(scene: Scene, member_id: MemberId) -> None:
    """Whoever asked to be forgotten stays so, whatever a till that had not heard of it wrote."""
    member = scene.uow.members.get(member_id)
    if member is None:
        return
    bare = _bare(member)
    if member != bare:
        _off_paper(scene, member)
        scene.uow.members.put(bare)
    scene.uow.members.drop_cards(member_id)
    scene.uow.members.drop_consents(member_id)
    for task in scene.uow.tasks.of_member(member_id):
        scene.uow.tasks.settle(task.id, ERASED, None, scene.now)
    scene.uow.tasks.forget(member_id)
    scene.moved.add(member_id)


def _bare(member: Member) -> Member:
    """Somebody who is forgotten."""
    return Member(
        id=member.id, given_name=pseudonym(member.id), language=member.language,
        joined_at=member.joined_at, updated_at=member.updated_at, ranking_opt_out=True,
    )  # fmt: skip


def _loses_name(before: Member, after: Member) -> bool:
    """Whether somebody is being forgotten; of one who was merged into another slips keep theirs."""
    nobody = pseudonym(after.id)
    return before.given_name != nobody == after.given_name and after.ranking_opt_out


def _off_paper(scene: Scene, member: Member) -> None:
    """Slips and imports are each till's own."""
    forget_papers(scene.uow, member)
    forget_rows(scene.uow, member)


def _merged(scene: Scene, ours: Member, said: Said) -> Member:
    known = scene.uow.journal.changes(subject("member", ours.id))
    taken: dict[str, object] = {}
    for name in _FIELDS:
        mine, there = getattr(ours, name), getattr(said.thing, name)
        if mine == there:
            continue
        local = known.get(name, known.get("", Change()))
        heard = _change(said, name)
        if heard.stamp > local.stamp:
            taken[name] = there
        if name in _ASKED and name in said.head.latest and at_once(heard, local):
            kept, dropped = (there, mine) if name in taken else (mine, there)
            _conflict(scene, ours.id, name, kept, dropped)
    return replace(ours, **taken, updated_at=max(ours.updated_at, said.thing.updated_at))  # type: ignore[arg-type]


def _change(said: Said, name: str) -> Change:
    return Change(*said.head.changed.get(name, (said.head.stamp, "")))


def _remember(scene: Scene, member_id: MemberId, said: Said) -> None:
    journal, about = scene.uow.journal, subject("member", member_id)
    known = journal.changes(about)
    for name in ("", *said.head.changed):
        heard = _change(said, name)
        local = known.get(name, known.get("", Change()) if name else Change())
        scene.stamps.heard(heard.stamp)
        if heard.stamp > local.stamp:
            journal.put_change(about, name, heard)


def _conflict(scene: Scene, member_id: MemberId, name: str, kept: str, dropped: str) -> None:
    scene.ask(
        TaskKind.PROFILE_CONFLICT, "hub", member_id, name, *sorted((kept, dropped)),
        member_id=member_id, details={"field": name, "ours": kept, "theirs": dropped}, tell=True,
    )  # fmt: skip


def _alike(scene: Scene, one: Member, other: MemberId, why: str) -> None:
    first, second = sorted((one.id, other))
    twin = scene.uow.members.get(other)
    scene.ask(
        TaskKind.DUPLICATE, first, second, member_id=MemberId(first),
        details={"other": second, "why": why},
        at=max(one.joined_at, twin.joined_at) if twin else None, tell=True,
    )  # fmt: skip


def take_card(scene: Scene, fact: Fact, said: Said) -> None:
    """A card given out, given to another record, blocked, or gone with the person."""
    number = CardNumber(fact.key)
    ours = scene.uow.journal.card(number)
    later = scene.is_later(fact, said.head)
    if said.thing is None:
        if later and ours is not None:
            scene.uow.journal.drop_card(number)
            scene.moved.add(ours.member_id)
        return
    theirs: Card = said.thing
    if is_erased(scene.uow, theirs.member_id):
        if ours is not None and later:  # it went to somebody who is forgotten by now
            scene.uow.journal.drop_card(number)
            scene.moved.add(ours.member_id)
        return
    if ours is None:
        if not later:
            return
        scene.uow.journal.move_card(theirs)
        put_turn(scene.uow, theirs, said.head.turn)
        scene.moved.add(theirs.member_id)
        return
    card = _held(scene, ours, theirs, said.head.turn)
    if card != ours:
        scene.uow.journal.move_card(card)
        scene.moved |= {ours.member_id, card.member_id}


def _held(scene: Scene, ours: Card, theirs: Card, turn: int) -> Card:
    """Blocked anywhere, it is blocked. It went over to whoever had it last; of two to whom it was
    given apart, the member who is older has it, and a person is asked."""
    states = (ours.state, theirs.state)
    state = CardState.BLOCKED if CardState.BLOCKED in states else theirs.state
    if ours.member_id == theirs.member_id:
        put_turn(scene.uow, ours, max(turn_of(scene.uow, ours), turn))
        issued = max(ours.issued_at, theirs.issued_at)
        return replace(ours, issued_at=issued, state=state)
    mine = turn_of(scene.uow, ours)
    if mine == turn:
        member = scene.uow.members.get(ours.member_id)
        if member is not None:
            _alike(scene, member, theirs.member_id, "card")
    if (turn, ours.member_id) > (mine, theirs.member_id):
        put_turn(scene.uow, theirs, turn)
        return replace(theirs, state=state)
    return replace(ours, state=state)


def take_consent(scene: Scene, fact: Fact, said: Said) -> None:
    """An answer. A refusal stands against every consent that its till did not know of."""
    journal = scene.uow.journal
    if said.thing is None:
        scene.is_later(fact, said.head)
        journal.drop_consent(fact.key)
        return
    theirs: Consent = said.thing
    if journal.consent(theirs.id) is not None or journal.changes(subject("consent", fact.key)):
        return  # known, or gone with the person
    if is_erased(scene.uow, theirs.member_id):
        return
    earlier = [c for c in scene.uow.members.consents(theirs.member_id) if _same(c, theirs)]
    scene.uow.members.put_consent(theirs)
    scene.moved.add(theirs.member_id)
    for other in earlier:
        if other.granted is theirs.granted:
            continue
        refused, given = (other, theirs) if theirs.granted else (theirs, other)
        if other.id in said.head.knew or given.recorded_at < refused.recorded_at:
            continue
        if not _stood(refused, (*earlier, theirs)):
            scene.uow.members.put_consent(stands(refused, given))


def _stood(refused: Consent, said: Iterable[Consent]) -> bool:
    """Whether a refusal is one that was written down once more against a consent. Whoever agreed
    later is measured by the refusal itself: they may have known it, and not that it stood."""
    answers = list(said)
    behind = [c for c in answers if c.granted and c.recorded_at + MOMENT == refused.recorded_at]
    return any(
        stands(one, given).id == refused.id
        for given in behind for one in answers if not one.granted
    )  # fmt: skip


def _same(one: Consent, other: Consent) -> bool:
    return one.purpose is other.purpose
