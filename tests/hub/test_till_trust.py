"""What a till bears of others, and of its own past, without losing or stopping anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.errors import Retryable
from sync.hub.facts import FORMAT
from sync.hub.remote import Fact, Identity
from terminal.ids import MemberId
from terminal.records import Referral, ReferralState
from terminal.sales import Product
from terminal.services.merging_members import MemberMerging
from terminal.services.models import MemberView
from terminal.services.standing import view_member
from terminal.stamps import Stamps
from tests.hub.sim import CrashError, crash_at
from tests.hub.test_till_engine import busy, restored
from tests.hub.till_stand import Chain, TillAt, chains


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    yield from chains(tmp_path)


def make_all(till: TillAt) -> None:
    while till.engine._books.make():
        pass


@pytest.mark.usefixtures("caplog")
def test_facts_made_after_a_backup_are_told_though_their_numbers_were_used(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup held more untold facts than go in one call: those are the same on both sides, and
    only what follows them differs."""
    monkeypatch.setattr("sync.hub.engine.PAGE", 3)
    one, other = busy(chain)
    make_all(one)
    kept = chain.folder / "backup.db"
    one.database.backup(kept)
    for serial in range(3):
        one.shop.enrol("Sample", email=f"early{serial}@example.com")
    chain.settle()

    one = restored(chain, one, kept)
    members = [one.shop.enrol("Sample", email=f"late{serial}@example.com") for serial in range(6)]
    make_all(one)  # before the hub is heard: by its numbers it looks as if all were told
    for _ in range(3):
        for till in (one, other):
            till.round()
    chain.settle()
    chain.agree()
    assert [other.shop.balance(member) for member in members] == [100] * 6


def tell(chain: Chain, *told: tuple[str, str, str, bytes]) -> None:
    """Facts of a stranger: kind, key, member, body."""
    known = chain.hub.last.get("T9", 0)
    facts = [
        Fact(till="T9", seq=seq, kind=kind, key=key, member_id=whose, body=body, at=chain.moment)
        for seq, (kind, key, whose, body) in enumerate(told, start=known + 1)
    ]
    chain.hub.connect().push(Identity("T9", "i", "m", "r"), facts)


@pytest.mark.usefixtures("caplog")
def test_a_number_that_no_database_holds_stops_nothing(chain: Chain) -> None:
    one, other = busy(chain)
    chain.settle()
    body = b'{"v":1,"stamp":"%s","sku":"HUGE","name":"Example","price":%d,"currency":"EUR"}' % (
        b"1900000000000-0000-T9", 2**63,
    )  # fmt: skip
    tell(chain, ("product", "HUGE", "", body))
    one.shop.enrol("Sample", email="after@example.com")
    chain.settle()
    chain.agree()
    assert one.engine.standing().waiting == other.engine.standing().waiting == 1


@pytest.mark.parametrize("sku", ["A\x1fB", "A\x00B"])
@pytest.mark.usefixtures("caplog")
def test_a_note_of_which_no_fact_can_be_made_stops_nothing_and_is_asked_about(
    chain: Chain, sku: str
) -> None:
    """Its key is in two parts, or is nothing that the hub could keep."""
    one, other = busy(chain)
    chain.settle()
    with one.database.write() as uow:
        uow.products.put_all([Product(sku, "Example", 100, "EUR")])
        uow.commit()
    member = one.shop.enrol("Sample", email="after@example.com")
    chain.settle()
    assert other.shop.balance(member) == 100
    assert [kind for kind, _ in one.tasks()] == ["difference"]
    chain.settle()
    assert len(one.tasks()) == 1


def test_a_friendship_waits_for_both_friends_in_whatever_order_they_come(chain: Chain) -> None:
    """As after a hub came back from its backup: each till tells again when it is next there."""
    one, other = busy(chain)
    chain.settle()
    friend, referrer = one.shop.enrol("Sample"), one.shop.enrol("Example")
    with one.database.write() as uow:
        uow.referrals.put(
            Referral(
                friend_id=friend.member.id,
                referrer_id=referrer.member.id,
                at=chain.moment,
                state=ReferralState.OPEN,
            )
        )
        uow.commit()
    one.engine.push()
    log = chain.hub.log
    late = [item for item in log if item[0].kind == "member" and item[0].key == referrer.member.id]
    early = [item for item in log if item[0].kind == "member" and item[0].key == friend.member.id]
    told = [item for item in log if item[0].kind == "referral"]
    moved = {id(item) for item in (*late, *early, *told)}
    chain.hub.log = [*(i for i in log if id(i) not in moved), *told, *early, *late]
    chain.settle()
    chain.agree()
    assert other.engine.standing().waiting == 0


@pytest.mark.parametrize("stamp", ["zzz", "9999999999999-9999-T9", "", "1-2", "0x9-1-T9"])
def test_a_stamp_of_nonsense_does_not_turn_our_clock(chain: Chain, stamp: str) -> None:
    clock = Stamps("T1", "")
    first = clock.tick(chain.moment)
    clock.heard(stamp)
    assert clock.tick(chain.moment) > first
    chain.later(seconds=1)
    assert first < clock.tick(chain.moment) < "2000000000000"


def test_a_stamp_of_nonsense_stops_nothing(chain: Chain) -> None:
    one, other = busy(chain)
    chain.settle()
    body = b'{"v":1,"stamp":"zzz","sku":"ODD","name":"Example","price":1,"currency":"EUR"}'
    tell(chain, ("product", "ODD", "", body))
    chain.settle()
    member = one.shop.enrol("Sample", email="after@example.com")
    chain.settle()
    assert other.shop.balance(member) == 100
    chain.agree()


def test_a_crash_leaves_no_points_with_who_was_merged_elsewhere(chain: Chain) -> None:
    """What we booked for them before we heard of it goes over, whenever the power fails."""
    one, other = busy(chain)
    survivor, twin = other.shop.enrol("Example"), other.shop.enrol("Sample")
    absorbed = replace(twin.member, id=MemberId(other.shop.new_id()), email="")  # without points
    with other.database.write() as uow:
        uow.members.put(absorbed)
        uow.commit()
    chain.settle()
    chain.later(minutes=1)
    merging(one).merge(survivor.member.id, absorbed.id, None)
    other.shop.sell(seen(other, absorbed.id), other.shop.basket("OIL-500"))  # had not heard of it
    one.engine.push()
    for step in range(100):
        engine = crash_at(other, step)
        try:
            engine.pull()
        except CrashError:
            continue
        break
    assert step > 3
    chain.settle()
    chain.agree()
    assert seen(other, absorbed.id).account.balance == 0
    assert seen(one, survivor.member.id).account.balance > 100


def seen(till: TillAt, member_id: MemberId) -> MemberView:
    with till.database.read() as uow:
        return view_member(uow, member_id, till.shop.clock())


def merging(till: TillAt) -> MemberMerging:
    shop = till.shop
    return MemberMerging(shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id)


@pytest.mark.usefixtures("caplog")
def test_a_till_that_comes_back_twice_reads_all_that_it_lacks(chain: Chain) -> None:
    """Its clone told more while it was reading its own."""
    one, other = busy(chain)
    chain.settle()
    kept = chain.folder / "backup.db"
    one.database.backup(kept)
    member = one.shop.enrol("Sample", email="late@example.com")
    chain.settle()
    one = restored(chain, one, kept)
    one.engine.push(lambda: False)  # it has noticed, and got no further
    last = chain.hub.last["T1"]
    body = b'{"v":1,"stamp":"1","sku":"NEW","name":"New","price":1,"currency":"EUR"}'
    clone = Fact(
        till="T1", seq=last + 1, kind="product", key="NEW", member_id="", body=body,
        at=chain.moment,
    )  # fmt: skip
    chain.hub.connect().push(one.me, [clone])
    for _ in range(3):
        one.round()
        other.round()
    chain.settle()
    chain.agree()
    assert one.shop.balance(member) == other.shop.balance(member) == 100


def told_by_a_clone(chain: Chain, one: TillAt, sku: str) -> None:
    """A copy of the till tells one fact in its name."""
    body = b'{"v":1,"stamp":"1","sku":"%s","name":"New","price":1,"currency":"EUR"}' % sku.encode()
    fact = Fact(
        till="T1", seq=chain.hub.last["T1"] + 1, kind="product", key=sku, member_id="", body=body,
        at=chain.moment,
    )  # fmt: skip
    chain.hub.connect().push(one.me, [fact])


def restored_behind(chain: Chain) -> tuple[TillAt, TillAt, MemberView]:
    """A till put back from its backup; what it told since waits at the hub behind a transaction of
    another till that may still commit."""
    one, other = busy(chain)
    chain.settle()
    kept = chain.folder / "backup.db"
    one.database.backup(kept)
    other.shop.enrol("Example", email="slow@example.com")
    chain.hub.lose_next = True
    assert other.engine.push().failure is not None
    member = one.shop.enrol("Sample", email="late@example.com")
    assert one.engine.push().failure is None
    return restored(chain, one, kept), other, member


@pytest.mark.usefixtures("caplog")
def test_own_facts_that_wait_behind_another_tills_are_read_back_later(chain: Chain) -> None:
    """Seed 60151: the hub had counted them, and handed none out yet; that looked like all."""
    one, other, member = restored_behind(chain)
    told = len(chain.hub.log)
    another = one.shop.enrol("Example", email="after@example.com")
    for _ in range(2):
        failure = one.round().failure
        assert isinstance(failure, Retryable)
        assert failure.problem == "in_progress"
    assert len(chain.hub.log) == told  # its own come first
    chain.settle()
    chain.agree()
    for till in (one, other):
        assert till.shop.balance(member) == till.shop.balance(another) == 100


@pytest.mark.usefixtures("caplog")
def test_a_busy_hub_does_not_keep_a_till_from_coming_back(chain: Chain) -> None:
    """Something is always under way there; behind what was to be read back it is no matter."""
    one, other, member = restored_behind(chain)
    chain.hub.settle()
    other.shop.enrol("Example", email="slower@example.com")
    chain.hub.lose_next = True
    assert other.engine.push().failure is not None
    another = one.shop.enrol("Example", email="after@example.com")
    assert one.round().failure is None
    assert one.shop.balance(member) == 100
    chain.settle()
    chain.agree()
    assert other.shop.balance(another) == 100


@pytest.mark.usefixtures("caplog")
def test_a_till_that_crashes_while_it_comes_back_reads_all_of_its_own(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hub.engine.PAGE", 2)
    one, other, member = restored_behind(chain)
    for step in range(200):
        if step == 20:
            chain.hub.settle()
        engine = crash_at(one, step)
        try:
            failed = engine.push().failure or engine.pull().failure
        except CrashError:
            continue
        if failed is None:
            break
    assert step >= 20
    chain.settle()
    chain.agree()
    assert one.shop.balance(member) == other.shop.balance(member) == 100


@pytest.mark.usefixtures("caplog")
def test_what_a_clone_told_between_our_telling_and_our_hearing_is_heard(chain: Chain) -> None:
    """What is read of us beyond what we told is not ours, whatever number we gave since."""
    one, other = busy(chain)
    chain.settle()
    one.engine.push()
    told_by_a_clone(chain, one, "NEW")
    one.engine.pull()
    member = one.shop.enrol("Sample", email="late@example.com")
    make_all(one)  # under the number that the clone used
    for _ in range(3):
        one.round()
        other.round()
    chain.settle()
    assert any("NEW" in row for row in chain.agree()["products"])
    assert one.shop.balance(member) == other.shop.balance(member) == 100


@pytest.mark.usefixtures("caplog")
def test_what_a_clone_told_while_a_till_reads_its_own_is_heard(chain: Chain) -> None:
    """Beyond the number up to which it reads, and at or below the last that it made since."""
    one, other = busy(chain)
    chain.settle()
    kept = chain.folder / "backup.db"
    one.database.backup(kept)
    member = one.shop.enrol("Sample", email="late@example.com")
    chain.settle()
    one = restored(chain, one, kept)
    one.engine.push(lambda: False)  # it has noticed, and got no further
    told_by_a_clone(chain, one, "NEW")
    another = one.shop.enrol("Example", email="after@example.com")
    make_all(one)
    for _ in range(3):
        one.round()
        other.round()
    chain.settle()
    assert any("NEW" in row for row in chain.agree()["products"])
    for till in (one, other):
        assert till.shop.balance(member) == till.shop.balance(another) == 100


def test_a_crash_while_what_waited_is_looked_at_again_loses_nothing(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = busy(chain)
    chain.settle()
    monkeypatch.setattr("sync.hub.facts.FORMAT", FORMAT + 1)
    member = one.shop.enrol("Sample", email="newer@example.com")
    one.engine.push()
    monkeypatch.setattr("sync.hub.facts.FORMAT", FORMAT)
    other.engine.pull()
    assert other.engine.standing().waiting
    monkeypatch.setattr("sync.hub.facts.FORMAT", FORMAT + 1)  # the update comes
    monkeypatch.setattr("sync.hub.applying.FORMAT", FORMAT + 1)
    for step in range(200):
        engine = crash_at(other, step)
        try:
            engine.push()
        except CrashError:
            continue
        break
    assert step > 5
    chain.settle()
    chain.agree()
    assert other.shop.balance(member) == 100
    assert other.engine.standing().waiting == 0


@pytest.mark.usefixtures("caplog")
def test_a_number_told_anew_after_the_hub_was_put_back_is_what_waits(chain: Chain) -> None:
    """What a till tells again under an old number is what is true now."""
    one, _other = busy(chain)
    chain.settle()
    tell(chain, ("hologram", "k", "", b'{"v":1,"says":"before"}'))
    chain.settle()
    chain.hub.told.clear()
    chain.hub.last["T9"] = 0
    tell(chain, ("hologram", "other", "", b'{"v":1,"says":"now"}'))
    chain.settle()
    with one.database.read() as uow:
        (kept,) = uow.journal.parked_because("newer")
    assert (kept.key, kept.body) == ("other", b'{"v":1,"says":"now"}')
