"""What a till bears of others, and of its own past, without losing or stopping anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.errors import Retryable
from terminal.ids import MemberId
from terminal.records import Referral, ReferralState
from terminal.sales import Product
from terminal.services.models import MemberView
from terminal.services.standing import view_member
from terminal.stamps import Stamps
from tests.hub.deeds import (
    ProgramVersions,
    a_clone_tells,
    a_stranger_tells,
    backup_of,
    crashed_at_every_step,
    merge,
    restored,
    writing,
)
from tests.hub.sim import CrashError, crash_at
from tests.hub.till_stand import Chain, TillAt, Two

PutBack = tuple[TillAt, TillAt, MemberView]


def make_all(till: TillAt) -> None:
    while till.engine._books.make():
        pass


def take_turns(*tills: TillAt) -> None:
    """Three rounds of each, whatever comes of them."""
    for _ in range(3):
        for till in tills:
            till.round()


@pytest.mark.usefixtures("caplog")
def test_facts_made_after_a_backup_are_told_though_their_numbers_were_used(
    chain: Chain, busy: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup held more untold facts than go in one call: those are the same on both sides, and
    only what follows them differs."""
    monkeypatch.setattr("sync.hub.engine.PAGE", 3)
    one, other = busy
    make_all(one)
    kept = backup_of(chain, one)
    for serial in range(3):
        one.shop.enrol("Sample", email=f"early{serial}@example.com")
    chain.settle()

    one = restored(chain, one, kept)
    members = [one.shop.enrol("Sample", email=f"late{serial}@example.com") for serial in range(6)]
    make_all(one)  # before the hub is heard: by its numbers it looks as if all were told
    take_turns(one, other)
    chain.settle()
    chain.agree()
    assert [other.shop.balance(member) for member in members] == [100] * 6


@pytest.mark.usefixtures("caplog")
def test_a_number_that_no_database_holds_stops_nothing(chain: Chain, settled: Two) -> None:
    one, other = settled
    body = b'{"v":1,"stamp":"%s","sku":"HUGE","name":"Example","price":%d,"currency":"EUR"}' % (
        b"1900000000000-0000-T9", 2**63,
    )  # fmt: skip
    a_stranger_tells(chain, ("product", "HUGE", "", body))
    one.shop.enrol("Sample", email="after@example.com")
    chain.settle()
    chain.agree()
    assert one.engine.standing().waiting == other.engine.standing().waiting == 1


@pytest.mark.parametrize("sku", ["A\x1fB", "A\x00B"])
@pytest.mark.usefixtures("caplog")
def test_a_note_of_which_no_fact_can_be_made_stops_nothing_and_is_asked_about(
    chain: Chain, settled: Two, sku: str
) -> None:
    """Its key is in two parts, or is nothing that the hub could keep."""
    one, other = settled
    with writing(one) as uow:
        uow.products.put_all([Product(sku, "Example", 100, "EUR")])
    member = one.shop.enrol("Sample", email="after@example.com")
    chain.settle()
    assert other.shop.balance(member) == 100
    assert [kind for kind, _ in one.tasks()] == ["difference"]
    chain.settle()
    assert len(one.tasks()) == 1


def test_a_friendship_waits_for_both_friends_in_whatever_order_they_come(
    chain: Chain, settled: Two
) -> None:
    """As after a hub came back from its backup: each till tells again when it is next there."""
    one, other = settled
    friend, referrer = one.shop.enrol("Sample"), one.shop.enrol("Example")
    with writing(one) as uow:
        uow.referrals.put(
            Referral(
                friend_id=friend.member.id, referrer_id=referrer.member.id, at=chain.moment,
                state=ReferralState.OPEN,
            )
        )  # fmt: skip
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


def test_a_stamp_of_nonsense_stops_nothing(chain: Chain, settled: Two) -> None:
    one, other = settled
    body = b'{"v":1,"stamp":"zzz","sku":"ODD","name":"Example","price":1,"currency":"EUR"}'
    a_stranger_tells(chain, ("product", "ODD", "", body))
    chain.settle()
    member = one.shop.enrol("Sample", email="after@example.com")
    chain.settle()
    assert other.shop.balance(member) == 100
    chain.agree()


def test_a_crash_leaves_no_points_with_who_was_merged_elsewhere(chain: Chain, busy: Two) -> None:
    """What we booked for them before we heard of it goes over, whenever the power fails."""
    one, other = busy
    survivor, twin = other.shop.enrol("Example"), other.shop.enrol("Sample")
    absorbed = replace(twin.member, id=MemberId(other.shop.new_id()), email="")  # without points
    with writing(other) as uow:
        uow.members.put(absorbed)
    chain.settle()
    chain.later(minutes=1)
    merge(one, survivor.member.id, absorbed.id, by=None)
    other.shop.sell(seen(other, absorbed.id), other.shop.basket("OIL-500"))  # had not heard of it
    one.engine.push()
    assert crashed_at_every_step(other, lambda engine: engine.pull()) > 3
    chain.settle()
    chain.agree()
    assert seen(other, absorbed.id).account.balance == 0
    assert seen(one, survivor.member.id).account.balance > 100


def seen(till: TillAt, member_id: MemberId) -> MemberView:
    with till.database.read() as uow:
        return view_member(uow, member_id, till.shop.clock())


@pytest.mark.usefixtures("caplog")
def test_a_till_that_comes_back_twice_reads_all_that_it_lacks(chain: Chain, settled: Two) -> None:
    """Its clone told more while it was reading its own."""
    one, other = settled
    kept = backup_of(chain, one)
    member = one.shop.enrol("Sample", email="late@example.com")
    chain.settle()
    one = restored(chain, one, kept)
    one.engine.push(lambda: False)  # it has noticed, and got no further
    a_clone_tells(chain, one, "NEW")
    take_turns(one, other)
    chain.settle()
    chain.agree()
    assert one.shop.balance(member) == other.shop.balance(member) == 100


@pytest.fixture
def put_back(chain: Chain, settled: Two) -> PutBack:
    """A till put back from its backup; what it told since waits at the hub behind a transaction of
    another till that may still commit."""
    one, other = settled
    kept = backup_of(chain, one)
    other.shop.enrol("Example", email="slow@example.com")
    chain.hub.lose_next = True
    assert other.engine.push().failure is not None
    member = one.shop.enrol("Sample", email="late@example.com")
    assert one.engine.push().failure is None
    return restored(chain, one, kept), other, member


@pytest.mark.usefixtures("caplog")
def test_own_facts_that_wait_behind_another_tills_are_read_back_later(
    chain: Chain, put_back: PutBack
) -> None:
    """Seed 60151: the hub had counted them, and handed none out yet; that looked like all."""
    one, other, member = put_back
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
def test_a_busy_hub_does_not_keep_a_till_from_coming_back(chain: Chain, put_back: PutBack) -> None:
    """Something is always under way there; behind what was to be read back it is no matter."""
    one, other, member = put_back
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
    chain: Chain, put_back: PutBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hub.engine.PAGE", 2)
    one, other, member = put_back
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
    else:
        pytest.fail("it never came back")
    assert step >= 20
    chain.settle()
    chain.agree()
    assert one.shop.balance(member) == other.shop.balance(member) == 100


@pytest.mark.usefixtures("caplog")
def test_what_a_clone_told_between_our_telling_and_our_hearing_is_heard(
    chain: Chain, settled: Two
) -> None:
    """What is read of us beyond what we told is not ours, whatever number we gave since."""
    one, other = settled
    one.engine.push()
    a_clone_tells(chain, one, "NEW")
    one.engine.pull()
    member = one.shop.enrol("Sample", email="late@example.com")
    make_all(one)  # under the number that the clone used
    take_turns(one, other)
    chain.settle()
    assert any("NEW" in row for row in chain.agree()["products"])
    assert one.shop.balance(member) == other.shop.balance(member) == 100


@pytest.mark.usefixtures("caplog")
def test_what_a_clone_told_while_a_till_reads_its_own_is_heard(chain: Chain, settled: Two) -> None:
    """Beyond the number up to which it reads, and at or below the last that it made since."""
    one, other = settled
    kept = backup_of(chain, one)
    member = one.shop.enrol("Sample", email="late@example.com")
    chain.settle()
    one = restored(chain, one, kept)
    one.engine.push(lambda: False)  # it has noticed, and got no further
    a_clone_tells(chain, one, "NEW")
    another = one.shop.enrol("Example", email="after@example.com")
    make_all(one)
    take_turns(one, other)
    chain.settle()
    assert any("NEW" in row for row in chain.agree()["products"])
    for till in (one, other):
        assert till.shop.balance(member) == till.shop.balance(another) == 100


def test_a_crash_while_what_waited_is_looked_at_again_loses_nothing(
    chain: Chain, settled: Two, versions: ProgramVersions
) -> None:
    one, other = settled
    member = one.shop.enrol("Sample", email="newer@example.com")
    versions.tells_as_a_newer_one(one)
    other.engine.pull()
    assert other.engine.standing().waiting
    versions.all_are_updated()
    assert crashed_at_every_step(other, lambda engine: engine.push()) > 5
    chain.settle()
    chain.agree()
    assert other.shop.balance(member) == 100
    assert other.engine.standing().waiting == 0


@pytest.mark.usefixtures("caplog")
def test_a_number_told_anew_after_the_hub_was_put_back_is_what_waits(
    chain: Chain, settled: Two
) -> None:
    """What a till tells again under an old number is what is true now."""
    one, _other = settled
    a_stranger_tells(chain, ("hologram", "k", "", b'{"v":1,"says":"before"}'))
    chain.settle()
    chain.hub.told.clear()
    chain.hub.last["T9"] = 0
    a_stranger_tells(chain, ("hologram", "other", "", b'{"v":1,"says":"now"}'))
    chain.settle()
    with one.database.read() as uow:
        (kept,) = uow.journal.parked_because("newer")
    assert (kept.key, kept.body) == ("other", b'{"v":1,"says":"now"}')
