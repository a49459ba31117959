"""The contract of a hub: stories that hold in PostgreSQL and in memory alike.

class TestMine(HubContract):
    @pytest.fixture
    def world(self) -> Iterator[HubWorld]:
        yield MyWorld(…)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sync.errors import Misconfigured, Refused
from sync.hub.remote import Forked, Gap, Identity
from tests.hub.contract_points import PointStories
from tests.hub.world import MEMBER, HubWorld, everything, of


class FactStories:
    """The list that everybody reads."""

    def test_what_a_till_tells_everybody_reads_in_its_order(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.fact(), one.fact())
        two.tells(two.fact())
        one.tells(one.fact())
        for reader in (one, two):
            read = everything(reader.hub, limit=2)
            assert of(one, read) == one.told
            assert of(two, read) == two.told

    def test_what_comes_back_is_exactly_what_was_told(self, world: HubWorld) -> None:
        till = world.join("Kassa Ω/2 'x'")
        fact = till.fact(
            kind="member", key="vendure\x1fcustomer\x1f17", member="μέλος",
            body='{"v":1,"n":"Δείγμα \\u0000 %s ׁ"}'.encode(),
            at=datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC),
        )  # fmt: skip
        till.tells(fact)
        assert everything(till.hub) == [fact]

    def test_a_lost_answer_does_not_tell_twice(self, world: HubWorld) -> None:
        till = world.join("1")
        facts = [till.fact() for _ in range(5)]
        assert till.tells(*facts) == 5
        assert till.tells(*facts) == 5
        assert till.tells(*facts[3:], till.fact()) == 6
        assert everything(till.hub) == till.told

    def test_nothing_told_is_no_error(self, world: HubWorld) -> None:
        till = world.join("1")
        assert till.tells() == 0
        till.tells(till.fact())
        assert till.tells() == 1

    def test_facts_that_did_not_arrive_are_asked_for(self, world: HubWorld) -> None:
        till = world.join("1")
        first, lost, then = till.fact(), till.fact(), till.fact()
        till.tells(first)
        with pytest.raises(Gap) as missing:
            till.tells(then)
        assert missing.value.expected == lost.seq
        assert everything(till.hub) == [first]
        till.tells(lost, then)
        assert everything(till.hub) == till.told

    def test_a_number_that_means_something_else_now_is_a_fork(self, world: HubWorld) -> None:
        till = world.join("1")
        till.tells(till.fact(), till.fact(), till.fact())
        restored = world.connect(till.me)
        first, second, third = till.told
        sold_since = replace(till.fact(), seq=third.seq, body=b'{"v":1,"other":true}')
        with pytest.raises(Forked) as found:
            restored.push(till.me, [first, second, sold_since])
        assert found.value.seq == third.seq
        assert everything(till.hub) == [first, second, third]

    def test_all_or_none(self, world: HubWorld) -> None:
        till = world.join("1")
        till.tells(till.fact())
        gap = till.fact()
        with pytest.raises(Refused):
            till.tells(till.fact(), gap)  # 3, then 2
        assert everything(till.hub) == till.told[:1]

    def test_a_till_does_not_speak_for_another(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        with pytest.raises(Misconfigured) as said:
            one.hub.push(one.me, [two.fact()])
        assert said.value.problem == "forbidden"
        assert everything(one.hub) == []

    def test_pages_go_on_where_the_last_one_ended(self, world: HubWorld) -> None:
        till = world.join("1")
        till.tells(*(till.fact() for _ in range(5)))
        everything(till.hub)
        page = till.hub.pull("", 2)
        assert [fact.seq for fact in page.facts] == [1, 2]
        assert page.more
        page = till.hub.pull(page.cursor, 2)
        assert [fact.seq for fact in page.facts] == [3, 4]
        page = till.hub.pull(page.cursor, 2)
        assert [fact.seq for fact in page.facts] == [5]
        assert not page.more
        assert not page.held_back

    def test_at_the_end_the_cursor_waits_for_what_comes(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        assert two.hub.pull("", 10).facts == ()
        one.tells(one.fact())
        everything(one.hub)
        page = two.hub.pull("", 10)
        end = two.hub.pull(page.cursor, 10)
        assert end.facts == ()
        assert end.cursor == page.cursor
        one.tells(one.fact())
        assert everything(two.hub, cursor=end.cursor) == [one.told[1]]


class TillStories:
    """Who speaks."""

    def test_the_hub_knows_how_far_a_till_told(self, world: HubWorld) -> None:
        till = world.join("1")
        assert till.hub.hello(till.me).last_seq == 0
        till.tells(till.fact(), till.fact())
        welcome = till.hub.hello(till.me)
        assert welcome.last_seq == 2
        assert welcome.now.utcoffset() is not None
        assert welcome.others == ()

    def test_two_computers_under_one_name_are_seen(self, world: HubWorld) -> None:
        till = world.join("1", machine="first")
        till.hub.hello(till.me)
        clone = Identity("1", till.me.instance, "second", "run-9")
        assert world.connect(clone).hello(clone).others == ("first",)
        welcome = till.hub.hello(till.me)
        assert welcome.others == ("second",)
        assert welcome.alive > 0

    def test_a_till_that_moved_is_alone_after_a_while(self, world: HubWorld) -> None:
        till = world.join("1", machine="first")
        alive = till.hub.hello(till.me).alive
        moved = Identity("1", till.me.instance, "second", "run-2")
        hub = world.connect(moved)
        assert hub.hello(moved).others == ("first",)
        world.later(alive + 1)
        assert hub.hello(moved).others == ()

    def test_a_restart_is_no_clone(self, world: HubWorld) -> None:
        till = world.join("1", run="run-1")
        till.hub.hello(till.me)
        till.hub.close()
        world.later(1)
        again = Identity("1", till.me.instance, till.me.machine, "run-2")
        hub = world.connect(again)
        assert hub.hello(again).others == ()
        assert hub.hello(again).others == ()

    def test_a_copy_on_the_same_computer_is_seen(self, world: HubWorld) -> None:
        till = world.join("1", run="run-1")
        alive = till.hub.hello(till.me).alive
        world.later(1)
        copy = Identity("1", till.me.instance, till.me.machine, "run-2")
        hub = world.connect(copy)
        assert hub.hello(copy).others == ()  # as a restart would look
        world.later(alive * 0.6)
        assert till.hub.hello(till.me).others == (till.me.machine,)  # but it still speaks
        assert hub.hello(copy).others == (till.me.machine,)

    def test_whoever_joined_later_is_the_till(self, world: HubWorld) -> None:
        old = world.join("1")
        old.tells(old.fact(), old.fact())
        new = world.join("1", machine="new")
        assert new.hub.hello(new.me).last_seq == 2
        for said in (lambda: old.hub.hello(old.me), lambda: old.tells(old.fact())):
            with pytest.raises(Misconfigured) as refused:
                said()
            assert refused.value.problem in ("replaced", "wrong_key")
        assert everything(new.hub) == old.told[:2]

    def test_a_till_that_was_let_go_is_heard_no_more(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        one.reserves(100, "a")
        world.revoke("1")
        asked = (
            lambda: one.hub.hello(one.me),
            lambda: one.tells(one.fact()),
            lambda: one.hub.pull("", 1),
            lambda: one.reserves(1, "b"),
            lambda: one.hub.elect("vendure"),
        )
        for ask in asked:
            with pytest.raises(Misconfigured) as said:
                ask()
            assert said.value.problem == "revoked"
        assert everything(two.hub) == one.told[:1]  # what it told stays
        assert two.reserves(100, "c", member=MEMBER).granted


class ElectionStories:
    """One does it for all."""

    def test_one_is_elected_and_stays_so(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        assert one.hub.elect("vendure")
        assert not two.hub.elect("vendure")
        assert one.hub.elect("vendure")
        assert two.hub.elect("shopify")

    def test_whoever_goes_leaves_it_to_another(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        assert one.hub.elect("vendure")
        assert one.hub.elect("vendure")
        one.hub.close()
        assert two.hub.elect("vendure")


class HubContract(FactStories, PointStories, TillStories, ElectionStories):
    """All of it. A subclass gives the fixture ``world``."""
