"""Lost answers, backups, clones, crashes: nothing is told twice or lost, and selling goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sync.errors import Misconfigured
from sync.hub.engine import HubEngine
from terminal.db.engine import open_database
from terminal.db.journaling import TRIGGERS, there
from terminal.desk_tasks import TaskKind
from tests.hub.deeds import (
    ProgramVersions,
    a_stranger_tells,
    backup_of,
    crashed_at_every_step,
    kinds,
    numbers,
    restored,
)
from tests.hub.till_stand import Chain, TillAt, Two


def test_an_answer_lost_after_the_commit_tells_nothing_twice(chain: Chain, busy: Two) -> None:
    one, _other = busy
    chain.hub.lose_next = True
    assert one.round().failure is not None
    chain.settle()
    assert numbers(chain, one) == list(range(1, len(numbers(chain, one)) + 1))
    chain.agree()


def test_numbers_have_no_gaps_though_sales_are_given_up(chain: Chain, busy: Two) -> None:
    one, _other = busy
    for _ in range(3):
        with one.database.write() as uow:
            uow.next_seq(one.shop.till.code)
            uow.journal.note("sale", "given up")  # rolled back with its sale
    one.shop.enrol("Sample")
    chain.settle()
    assert numbers(chain, one) == list(range(1, len(numbers(chain, one)) + 1))


def test_what_was_noted_and_is_gone_makes_no_number(chain: Chain) -> None:
    one = chain.add()
    chain.settle()
    before = len(numbers(chain, one))
    with one.database.write() as uow:
        uow.journal.note("sale", "never booked")
        uow.commit()
    chain.settle()
    assert len(numbers(chain, one)) == before
    assert one.engine.standing().made == one.engine.standing().told


def test_a_hub_that_is_away_is_told_later(chain: Chain, busy: Two) -> None:
    one, other = busy
    chain.hub.away = True
    for till in (one, other):
        failure = till.round().failure
        assert failure is not None
        assert failure.problem == "unreachable"
    pulled = one.engine.pull()
    assert pulled.failure is not None
    assert pulled.failure.problem == "unreachable"
    chain.hub.away = False
    chain.settle()
    chain.agree()
    one.engine.back_again()


def test_a_crash_at_every_step_loses_nothing(chain: Chain, busy: Two) -> None:
    one, other = busy
    other.engine.push()
    assert crashed_at_every_step(one, lambda engine: (engine.push(), engine.pull())) > 10
    chain.settle()
    chain.agree()
    assert numbers(chain, one) == list(range(1, len(numbers(chain, one)) + 1))


@pytest.mark.usefixtures("caplog")
def test_a_backup_that_was_put_back_hears_its_own_facts_first(chain: Chain, settled: Two) -> None:
    one, other = settled
    kept = backup_of(chain, one)
    member = one.shop.enrol("Sample", email="late@example.com")
    one.shop.later(minutes=5)
    lost = one.shop.sell(member, one.shop.basket("COF-250"))
    chain.settle()
    sold = len(chain.agree()["sales"])

    one = restored(chain, one, kept)
    chain.later(minutes=10)
    again = one.shop.sell(None, one.shop.basket("HON-450"))  # before the hub was heard
    chain.settle()
    held = chain.agree()
    assert len(held["sales"]) == sold + 1
    assert again.sale.ref != lost.sale.ref
    assert kinds(one) == [TaskKind.TILL_RESTORED]
    assert numbers(chain, one) == list(range(1, len(numbers(chain, one)) + 1))
    assert one.shop.balance(member) == other.shop.balance(member)
    done = one.shop.sell(None, one.shop.basket("HON-450"))
    assert done.sale.seq > lost.sale.seq  # no number twice from here on


@pytest.mark.usefixtures("caplog")
def test_two_sales_under_one_reference_are_both_kept_and_told_of(
    chain: Chain, settled: Two
) -> None:
    one, other = settled
    kept = backup_of(chain, one)
    lost = one.shop.sell(None, one.shop.basket("COF-250"))
    chain.settle()
    one = restored(chain, one, kept)
    again = one.shop.sell(None, one.shop.basket("HON-450"))
    assert again.sale.ref == lost.sale.ref
    chain.settle()
    chain.agree()
    with other.database.read() as uow:
        refs = {uow.sales.get(done.sale.id).ref for done in (lost, again)}
        first = uow.sales.by_ref(lost.sale.ref)
    assert len(refs) == 2
    assert first is not None
    assert first.id == min(lost.sale.id, again.sale.id)
    assert TaskKind.TILL_CLONED in kinds(other)


@pytest.mark.usefixtures("caplog")
def test_a_cloned_till_goes_on_selling_and_tells_nothing_till_one_is_gone(
    chain: Chain, settled: Two
) -> None:
    one, other = settled
    copy = open_database(backup_of(chain, one))
    clone = chain.over(copy, "T1", join=False, machine="another")
    chain.tills.remove(clone)
    clone.shop._serial = iter(range(700, 999))
    clone.round()
    failure = one.round().failure
    assert isinstance(failure, Misconfigured)
    assert failure.problem == "till_cloned"
    assert TaskKind.TILL_CLONED in kinds(one)
    mine, theirs = (
        t.shop.enrol("Example", email=f"{n}@example.com") for n, t in (("a", one), ("b", clone))
    )
    told = len(chain.hub.log)
    assert one.round().failure is not None
    assert clone.round().failure is not None
    assert len(chain.hub.log) == told
    # The first machine is switched off; the other one stays the till.
    chain.later(minutes=10)
    assert clone.round().failure is None
    # It comes back when the other one is gone in its turn.
    chain.later(minutes=10)
    chain.settle()
    chain.settle()
    chain.agree()
    for till in (one, other):
        assert till.shop.balance(mine) == till.shop.balance(theirs) == 100
    assert TaskKind.TILL_RESTORED in kinds(one)
    clone.database.close()


def test_a_hub_that_came_back_from_its_own_backup_is_told_again(chain: Chain, settled: Two) -> None:
    one, other = settled
    forget(chain, one, 3)
    one.round()
    assert len(numbers(chain, one)) > 3
    chain.settle()
    chain.agree()
    assert sorted(numbers(chain, one)) == list(range(1, len(numbers(chain, one)) + 1))
    assert other.engine.standing().told == other.engine.standing().made


def test_what_is_no_longer_kept_is_told_as_it_is_now(
    chain: Chain, settled: Two, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sync.hub.engine.KEPT", 2)
    one, _other = settled
    one.shop.enrol("Sample", email="new@example.com")
    chain.settle()
    forget(chain, one, 3)
    chain.settle()
    assert "everything is told once more" in caplog.text
    third = chain.add("T3", seed=False)
    chain.settle()
    assert third.held()["members"] == one.held()["members"]
    chain.agree()


def forget(chain: Chain, till: TillAt, until: int) -> None:
    """The hub forgets what a till told after a number."""
    hub, code = chain.hub, till.me.till
    hub.log = [item for item in hub.log if item[0].till != code or item[0].seq <= until]
    hub.told = {key: fact for key, fact in hub.told.items() if key[0] != code or key[1] <= until}
    hub.last[code] = until


def test_facts_of_a_newer_program_wait_for_ours(
    chain: Chain, settled: Two, versions: ProgramVersions
) -> None:
    one, other = settled
    member = one.shop.enrol("Sample", email="newer@example.com")
    versions.tells_as_a_newer_one(one)
    assert other.engine.pull().failure is None
    assert other.engine.standing().waiting > 0
    versions.all_are_updated()
    other.engine = HubEngine(other.database, other.hub, other.me, clock=other.shop.clock)
    chain.settle()
    assert other.engine.standing().waiting == 0
    assert other.shop.balance(member) == 100
    chain.agree()


@pytest.mark.parametrize(
    ("kind", "body"),
    [("hologram", b'{"v":1}'), ("sale", b"not json"), ("sale", b'{"v":1,"id":7}')],
)
def test_what_can_not_be_read_stops_nothing(
    chain: Chain, settled: Two, caplog: pytest.LogCaptureFixture, kind: str, body: bytes
) -> None:
    one, other = settled
    a_stranger_tells(chain, (kind, "k", "", body))
    one.shop.enrol("Sample", email="after@example.com")
    chain.settle()
    chain.agree()
    assert other.engine.standing().waiting == 1


def test_a_new_field_is_kept_and_what_is_known_counts(chain: Chain, settled: Two) -> None:
    one, other = settled
    member = one.shop.enrol("Sample", email="field@example.com")
    one.engine.push()
    for place, (fact, write) in enumerate(chain.hub.log):
        if fact.kind == "member" and fact.key == member.member.id:
            more = replace(fact, body=fact.body[:-1] + b',"shoe_size":43}')
            chain.hub.log[place] = (more, write)
    other.engine.pull()
    assert other.shop.balance(member) == 100
    with other.database.read() as uow:
        (kept,) = uow.journal.parked_because("newer")
    assert b"shoe_size" in kept.body


def test_triggers_are_looked_after_at_opening(chain: Chain, tmp_path: Path) -> None:
    one = chain.add()
    with one.database.write() as uow:
        driver = uow.runner._driver
        driver.execute("DROP TRIGGER journal_sales_new")
        driver.execute("DROP TRIGGER journal_members_field")
        driver.execute("CREATE TRIGGER journal_old AFTER INSERT ON sales BEGIN SELECT 1; END")
        uow.journal.put_state("applying", "1")
        uow.commit()
    one.database.close()
    database = open_database(chain.folder / "T1.db")
    with database.read() as uow:
        assert there(uow.runner._driver) == TRIGGERS
        assert uow.journal.state("applying") == ""
    database.close()
