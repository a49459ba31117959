"""What a hub must stand of points, told to whatever keeps them: part of ``contract``."""

from __future__ import annotations

import json
import uuid

import pytest

from sync.errors import Misconfigured, Refused
from tests.hub.world import MEMBER, HubWorld, everything


class PointStories:
    """One place that grants points."""

    def test_what_is_promised_to_one_sale_is_not_promised_to_another(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        assert one.reserves(60, "a").granted
        word = two.reserves(60, "b")
        assert (word.granted, word.available) == (False, 40)
        assert two.reserves(40, "b").granted

    def test_a_lost_answer_asked_for_again_is_the_same_promise(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        for _ in range(3):
            word = one.reserves(80, "a")
            assert (word.granted, word.available) == (True, 100)
        assert two.reserves(100, "b").available == 20

    def test_a_promise_stands_whatever_is_booked_meanwhile(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        assert one.reserves(80, "a").granted
        two.tells(two.entry(-70))  # without having asked: it was offline
        assert one.reserves(80, "a").granted
        assert not two.reserves(1, "b").granted

    def test_more_for_the_same_sale_is_another_question(self, world: HubWorld) -> None:
        till = world.join("1")
        till.tells(till.entry(100))
        assert till.reserves(80, "a").granted
        assert till.reserves(100, "a").granted
        assert not till.reserves(101, "a").granted
        assert till.reserves(1, "b").available == 0

    def test_a_promise_lapses(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        assert one.reserves(100, "a", seconds=60).granted
        assert not two.reserves(100, "b").granted
        world.later(61)
        assert two.reserves(100, "b").granted

    def test_the_entry_of_the_sale_uses_its_promise_up(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        assert one.reserves(60, "a").granted
        one.tells(one.entry(5, sale="a"), one.entry(-60, sale="a"))
        assert two.reserves(50, "b").available == 45

    def test_two_redemptions_of_a_sale_use_its_promise_up_together(self, world: HubWorld) -> None:
        till = world.join("1")
        till.tells(till.entry(100))
        assert till.reserves(60, "a").granted
        till.tells(till.entry(-20, sale="a"))
        assert till.reserves(100, "b").available == 40
        till.tells(till.entry(-40, sale="a"))
        assert till.reserves(100, "b").available == 40

    def test_a_sale_given_up_gives_its_points_back(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        one.reserves(100, "a")
        one.hub.release("a")
        one.hub.release("a")
        assert two.reserves(100, "b").granted

    def test_nobody_lets_go_of_anothers_promise(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        one.reserves(100, "a")
        two.hub.release("a")
        assert two.reserves(1, "b").available == 0

    def test_who_has_no_points_is_granted_none(self, world: HubWorld) -> None:
        till = world.join("1")
        word = till.reserves(1, "a", member="nobody yet")
        assert (word.granted, word.available) == (False, 0)

    def test_debts_are_known(self, world: HubWorld) -> None:
        till = world.join("1")
        till.tells(till.entry(-30))
        assert till.reserves(1, "a").available == -30

    def test_an_entry_that_two_tills_derive_counts_once(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        derived = str(uuid.uuid5(uuid.NAMESPACE_URL, "vendure:order:17"))
        one.tells(one.entry(100, entry_id=derived))
        two.tells(two.entry(100, entry_id=derived), two.entry(7))
        assert two.reserves(1000, "a").available == 107
        assert len(everything(one.hub)) == 3  # both are facts all the same

    def test_an_entry_told_twice_at_once_counts_once(self, world: HubWorld) -> None:
        till = world.join("1")
        same = str(uuid.uuid4())
        till.tells(till.entry(10, entry_id=same), till.entry(10, entry_id=same))
        assert till.reserves(1000, "a").available == 10

    def test_of_an_entry_that_two_tills_derived_differently_the_greater_stands(
        self, world: HubWorld
    ) -> None:
        """As at the tills (``sync.hub.books``), whichever of them is heard first."""
        one, two = world.join("1"), world.join("2")
        for first, then in ((24, 72), (72, 24), (-10, -4), (-4, -10), (-3, 5)):
            member, same = str(uuid.uuid4()), str(uuid.uuid4())
            one.tells(one.entry(first, member=member, entry_id=same), one.entry(7, member=member))
            two.tells(two.entry(then, member=member, entry_id=same))
            stands = max(first, then) + 7
            assert one.reserves(1000, f"at {member}", member=member).available == stands
            one.tells(one.entry(first, member=member, entry_id=same))
            two.tells(two.entry(then, member=member, entry_id=same))
            assert two.reserves(1000, f"of {member}", member=member).available == stands

    def test_of_an_entry_that_is_told_differently_at_once_the_greater_stands(
        self, world: HubWorld
    ) -> None:
        till = world.join("1")
        same = str(uuid.uuid4())
        till.tells(*(till.entry(points, entry_id=same) for points in (20, 30, 10)))
        assert till.reserves(1000, "a").available == 30

    def test_what_two_tills_gave_to_two_records_of_one_person_stands_with_one(
        self, world: HubWorld
    ) -> None:
        """An online order: the same points for whom each of them took the customer to be. In doubt
        it goes by the letters, so that all choose the same; else by the points."""
        one, two = world.join("1"), world.join("2")
        for place, (here, there) in enumerate([(100, 100), (100, 101), (101, 100)]):
            for tells_first, tells_then in ((one, two), (two, one)):
                a, b = (f"{name} {place} {tells_first.me.till}" for name in "ab")
                same = str(uuid.uuid4())
                given = {one.me.till: (here, a), two.me.till: (there, b)}
                for till in (tells_first, tells_then):
                    points, member = given[till.me.till]
                    till.tells(till.entry(points, member=member, entry_id=same))
                left = [one.reserves(999, f"of {each}", member=each).available for each in (a, b)]
                assert left == ([101, 0] if here > there else [0, max(here, there)])

    def test_an_entry_that_is_worth_more_now_uses_up_no_promise_again(
        self, world: HubWorld
    ) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        assert one.reserves(60, "a").granted
        same = str(uuid.uuid4())
        one.tells(one.entry(-20, sale="a", entry_id=same))
        two.tells(two.entry(-10, sale="a", entry_id=same))
        assert two.reserves(1000, "b").available == 100 - 10 - 40

    def test_what_a_person_typed_stops_no_entry(self, world: HubWorld) -> None:
        till = world.join("1")
        for reason in ("\x00", "\\u0000", "\\\x00", "'; DROP TABLE facts; --", "{}", "\ud7ff"):
            key = str(uuid.uuid4())
            said = {"v": 1, "id": key, "points": 1, "source_id": "", "reason": reason}
            body = json.dumps({**said, "member_id": MEMBER}).encode()
            till.tells(till.fact(kind="entry", key=key, body=body))
        assert till.reserves(100, "a").available == 6
        assert everything(till.hub) == till.told

    def test_members_do_not_share(self, world: HubWorld) -> None:
        till = world.join("1")
        till.tells(till.entry(10), till.entry(20, member="another"))
        assert till.reserves(99, "a").available == 10
        assert till.reserves(99, "b", member="another").available == 20

    def test_nobody_asks_in_anothers_name(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        with pytest.raises(Misconfigured) as said:
            one.hub.reserve(two.wish(1, "a"))
        assert said.value.problem == "forbidden"

    def test_a_sale_is_one_tills(self, world: HubWorld) -> None:
        one, two = world.join("1"), world.join("2")
        one.tells(one.entry(100))
        one.reserves(10, "a")
        with pytest.raises(Refused) as said:
            two.reserves(10, "a")
        assert said.value.problem == "conflict"

    def test_nothing_is_no_wish(self, world: HubWorld) -> None:
        till = world.join("1")
        with pytest.raises(Refused) as said:
            till.reserves(0, "a")
        assert said.value.problem == "bad_input"
