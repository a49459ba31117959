"""Several tills want the same last points at the same moment: one gets them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.errors import Retryable
from tests.hub.world import PostgresWorld, TillAtHub

TILLS = 8
LOCK = "WHERE b.member_id = p_member FOR UPDATE"


@pytest.fixture
def tills(pg_world: PostgresWorld) -> list[TillAtHub]:
    return [pg_world.join(str(number)) for number in range(TILLS)]


def rounds(tills: list[TillAtHub], count: int) -> list[int]:
    """How many were granted in each round; in each the points suffice for one."""
    tills[0].tells(*(tills[0].entry(100, member=f"member {n}") for n in range(count)))
    barrier = threading.Barrier(len(tills))

    def ask(till: TillAtHub) -> list[bool]:
        granted = []
        for n in range(count):
            barrier.wait(30)
            word = till.reserves(100, f"sale {n} at {till.me.till}", member=f"member {n}")
            granted.append(word.granted)
        return granted

    with ThreadPoolExecutor(len(tills)) as pool:
        return [sum(each) for each in zip(*pool.map(ask, tills), strict=True)]


def test_eight_tills_reserve_the_same_last_points_and_one_gets_them(
    tills: list[TillAtHub],
) -> None:
    assert rounds(tills, 200) == [1] * 200


def test_without_the_lock_they_would_overdraw(own_hub: PostgresWorld) -> None:
    """The test above can fail: this is how it would."""
    (made,) = own_hub.owner.one("SELECT pg_get_functiondef('loyalty.reserve'::regproc)")
    assert LOCK in made
    own_hub.owner.script(made.replace(LOCK, LOCK.removesuffix(" FOR UPDATE")))
    tills = [own_hub.join(str(number)) for number in range(TILLS)]
    assert max(rounds(tills, 100)) > 1


def test_tills_that_book_for_the_same_members_do_not_lock_each_other_out(
    tills: list[TillAtHub],
) -> None:
    """Every till's batch touches the same members and derives the same entries, each in an order
    of its own."""
    members = [f"member {n}" for n in range(20)]
    entries = [f"00000000-0000-7000-8000-{n:012d}" for n in range(20)]

    def tell(place: int) -> None:
        till = tills[place]
        for turn in range(10):
            turned = [*range(turn + place, 20), *range(turn + place)][:: -1 if place % 2 else 1]
            till.tells(
                *(till.entry(1, member=members[n]) for n in turned),
                *(till.entry(100, member=members[n], entry_id=entries[n]) for n in turned),
            )

    with ThreadPoolExecutor(TILLS) as pool:
        list(pool.map(tell, range(TILLS)))
    for number, member in enumerate(members):
        word = tills[0].reserves(1, f"sale {number}", member=member)
        assert word.available == TILLS * 10 + 100


def test_balances_are_what_the_facts_add_up_to(
    pg_world: PostgresWorld, tills: list[TillAtHub]
) -> None:
    for till in tills:
        till.tells(*(till.entry(n - 3, member=f"m{n % 3}") for n in range(10) if n != 3))
        till.tells(till.entry(50, member="m1", entry_id="the same for all"))
    differ = pg_world.owner.rows("""
        SELECT member_id, told.points, b.points FROM (
            SELECT member_id, sum(points) AS points FROM (
                SELECT DISTINCT ON (key) member_id,
                    (convert_from(body, 'UTF8')::jsonb->>'points')::bigint AS points
                FROM loyalty.facts WHERE kind = 'entry' ORDER BY key, era, xid, id
            ) AS once GROUP BY member_id
        ) AS told FULL JOIN loyalty.balances AS b USING (member_id)
        WHERE told.points IS DISTINCT FROM b.points
    """)
    assert differ == []


def test_a_word_that_does_not_come_in_time_is_asked_for_again(pg_world: PostgresWorld) -> None:
    till = pg_world.join("1")
    till.tells(till.entry(100))
    hasty = TillAtHub(pg_world.connect(till.me, patience=0.3), till.me)
    assert hasty.reserves(1, "before").granted
    with pg_world.owner.transaction():
        pg_world.owner.rows("SELECT FROM loyalty.balances FOR UPDATE")
        with pytest.raises(Retryable) as said:
            hasty.reserves(60, "a")
        assert said.value.problem == "timeout"
    word = hasty.reserves(60, "a")
    assert word.granted
    assert hasty.reserves(60, "b").available == 39
