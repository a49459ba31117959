"""What happens to tills in the stories: what is done at one, and what befalls one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.hub.engine import HubEngine
from sync.hub.facts import FORMAT
from sync.hub.remote import Fact, Identity
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlUnitOfWork
from terminal.ids import MemberId
from terminal.members import Member, Purpose
from terminal.services.enrolment import Answer
from terminal.services.merging_members import MemberMerging
from tests.hub.sim import CASHIER, CrashError, crash_at
from tests.hub.till_stand import Chain, TillAt

STRANGER = Identity("T9", "i", "m", "r")


# -- what is done at a till --------------------------------------------------------------------


@contextmanager
def writing(till: TillAt) -> Iterator[SqlUnitOfWork]:
    """What is written within is committed at the end."""
    with till.database.write() as uow:
        yield uow
        uow.commit()


def kinds(till: TillAt) -> list[str]:
    """What kinds of questions wait for a person there."""
    return [kind for kind, _details in till.tasks()]


def member_at(till: TillAt, member_id: MemberId) -> Member | None:
    """A member as this till knows them."""
    with till.database.read() as uow:
        return uow.members.get(member_id)


def answers(till: TillAt, member: MemberId, *, yes: bool) -> None:
    """A member says whether we may write to them."""
    till.shop.later(seconds=1)
    answer = Answer(Purpose.EMAIL, yes, "May we write?", "en")
    till.shop.services.enrolment.record_answer(member, answer, CASHIER)


def merge(till: TillAt, survivor: MemberId, absorbed: MemberId, by: str | None = CASHIER) -> None:
    """Two members become one."""
    shop = till.shop
    merging = MemberMerging(
        shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id
    )
    merging.merge(survivor, absorbed, by)


# -- what befalls one --------------------------------------------------------------------------


def backup_of(chain: Chain, till: TillAt) -> Path:
    """A copy of its database as it is now."""
    kept = chain.folder / f"backup of {till.me.till}.db"
    till.database.backup(kept)
    return kept


def restored(chain: Chain, till: TillAt, backup: Path) -> TillAt:
    """The same till over an older copy of its database."""
    place = chain.tills.index(till)
    till.database.close()
    path = chain.folder / f"{till.me.till}-again.db"
    shutil.copy(backup, path)
    back = chain.over(open_database(path), till.me.till, join=False)
    chain.tills.remove(back)
    chain.tills[place] = back
    back.shop._serial = iter(range(500, 999))
    return back


def crashed_at_every_step(till: TillAt, act: Callable[[HubEngine], object]) -> int:
    """The program ends at the first step of what it does, then at the second …, until it gets
    through; how many steps there were."""
    for step in range(200):
        try:
            act(crash_at(till, step))
        except CrashError:
            continue
        return step
    raise AssertionError("it never got through")


class ProgramVersions:
    """Tills run this version of the program, or a newer one that tells in another format."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def tells_as_a_newer_one(self, till: TillAt) -> None:
        self._patch.setattr("sync.hub.facts.FORMAT", FORMAT + 1)
        till.engine.push()
        self._patch.setattr("sync.hub.facts.FORMAT", FORMAT)

    def all_are_updated(self) -> None:
        for module in ("facts", "applying"):
            self._patch.setattr(f"sync.hub.{module}.FORMAT", FORMAT + 1)


# -- what others tell the hub ------------------------------------------------------------------


def numbers(chain: Chain, till: TillAt) -> list[int]:
    """The numbers of a till's facts, as the hub holds them."""
    return [fact.seq for fact, _ in chain.hub.log if fact.till == till.me.till]


def a_stranger_tells(chain: Chain, *told: tuple[str, str, str, bytes]) -> None:
    """Facts of a till that nobody here made: kind, key, member, body."""
    known = chain.hub.last.get(STRANGER.till, 0)
    facts = [
        Fact(
            till=STRANGER.till, seq=seq, kind=kind, key=key, member_id=whose, body=body,
            at=chain.moment,
        )
        for seq, (kind, key, whose, body) in enumerate(told, start=known + 1)
    ]  # fmt: skip
    chain.hub.connect().push(STRANGER, facts)


def a_clone_tells(chain: Chain, till: TillAt, sku: str) -> None:
    """A copy of the till tells one fact, a product, in its name."""
    body = b'{"v":1,"stamp":"1","sku":"%s","name":"New","price":1,"currency":"EUR"}' % sku.encode()
    fact = Fact(
        till=till.me.till, seq=chain.hub.last[till.me.till] + 1, kind="product", key=sku,
        member_id="", body=body, at=chain.moment,
    )  # fmt: skip
    chain.hub.connect().push(till.me, [fact])
