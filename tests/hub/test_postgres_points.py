"""Several tills want the same last points at the same moment: one gets them."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.errors import Retryable
from sync.hub import owning, schema
from sync.hub.driver import owner_link
from sync.hub.remote import Word
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


def test_tills_that_derive_the_same_entries_differently_at_once_end_with_the_greater(
    pg_world: PostgresWorld, tills: list[TillAtHub]
) -> None:
    """Each tells its own of all of them, new ones and those that are there, in an order of its
    own; some give them to somebody else. Nobody is locked out, and nothing counts twice."""
    entries = [f"00000000-0000-7000-8000-{n:012d}" for n in range(30)]

    def tell(place: int) -> None:
        till = tills[place]
        for turn in range(10):
            turned = [*range(turn + place, 30), *range(turn + place)][:: -1 if place % 2 else 1]
            till.tells(
                *(
                    till.entry(
                        100 * n + (place * 7 + turn * 3 + n) % 50 - 20,
                        member=f"member {(n + place // 3) % 10}", entry_id=entries[n],
                    )
                    for n in turned[: 10 + turn]
                )
            )  # fmt: skip

    with ThreadPoolExecutor(TILLS) as pool:
        list(pool.map(tell, range(TILLS)))
    assert pg_world.owner.one("SELECT count(*) FROM loyalty.entries") == (30,)
    assert_balances_are_the_facts(pg_world)


def assert_balances_are_the_facts(world: PostgresWorld) -> None:
    """Points and count of each balance are those of the entries, each as it stands."""
    differ = world.owner.rows("""
        SELECT member_id, told.points, b.points, told.entries, b.entries FROM (
            SELECT member_id, sum(points) AS points, count(*) AS entries FROM (
                SELECT DISTINCT ON (key) member_id,
                    (convert_from(body, 'UTF8')::jsonb->>'points')::bigint AS points
                FROM loyalty.facts WHERE kind = 'entry' ORDER BY key, points DESC, body DESC
            ) AS once GROUP BY member_id
        ) AS told FULL JOIN loyalty.balances AS b USING (member_id)
        WHERE (coalesce(told.points, 0), coalesce(told.entries, 0))
            IS DISTINCT FROM (b.points, b.entries)
    """)
    assert differ == []


def test_balances_are_what_the_facts_add_up_to(
    pg_world: PostgresWorld, tills: list[TillAtHub]
) -> None:
    for place, till in enumerate(tills):
        till.tells(*(till.entry(n - 3, member=f"m{n % 3}") for n in range(10) if n != 3))
        till.tells(till.entry(50 + place % 3, member="m1", entry_id="the same for all"))
    assert_balances_are_the_facts(pg_world)


def put_back(world: PostgresWorld, version: int) -> None:
    """A hub as an older program made it."""
    schema.downgrade(world.owner, version)
    schema.allow_tills(world.owner)


def test_a_hub_that_runs_is_put_right_by_the_upgrade(
    own_hub: PostgresWorld,
) -> None:
    """An older hub kept what it heard first. Once it is brought up to date its balances are the
    tills', of everybody, and tills go on where they were."""
    one, two = own_hub.join("1"), own_hub.join("2")
    one.tells(one.entry(1, entry_id="before"))
    put_back(own_hub, 4)
    same, whose, less = (str(uuid.uuid4()) for _ in range(3))
    one.tells(one.entry(124, entry_id=same), one.entry(9, member="mine", entry_id=whose))
    two.tells(two.entry(172, entry_id=same), two.entry(9, member="yours", entry_id=whose))
    one.tells(one.entry(-3, entry_id=less), one.entry(5))
    two.tells(two.entry(-8, entry_id=less))
    assert one.reserves(150, "a").available == 1 + 124 - 3 + 5
    two.reserves(1, "nobody's", member="nobody yet")
    assert owning.upgrade(own_hub.url) == (4, schema.LATEST)
    assert one.reserves(150, "a") == Word(granted=True, available=1 + 172 - 3 + 5)
    assert one.reserves(1, "b", member="mine").available == 0
    assert one.reserves(1, "c", member="yours").available == 9
    assert_balances_are_the_facts(own_hub)
    one.tells(one.entry(200, entry_id=same), one.entry(1, entry_id="before"))
    two.tells(two.entry(300, entry_id=less), two.entry(-150, sale="a"))
    assert two.reserves(1, "d").available == 1 + 200 + 300 + 5 - 150
    assert_balances_are_the_facts(own_hub)


def test_who_tells_while_the_hub_is_brought_up_to_date_comes_again(own_hub: PostgresWorld) -> None:
    """What began in the older functions ends in them: nothing of it is booked by half."""
    till = own_hub.join("1")
    put_back(own_hub, 4)
    till.tells(till.entry(1))
    other = owner_link(own_hub.url)
    fact = till.entry(100)
    with ThreadPoolExecutor(1) as pool:
        with own_hub.owner.transaction():
            own_hub.owner.script("LOCK TABLE loyalty.facts IN EXCLUSIVE MODE")
            telling = pool.submit(till.hub.push, till.me, [fact])
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
            while other.one(waits, "loyalty.facts") == (0,):
                assert not telling.done()
            (step,) = (each for each in schema.steps() if each.version == 5)
            own_hub.owner.script(step.up)
            own_hub.owner.rows("INSERT INTO loyalty.migrations VALUES (5)")
        with pytest.raises(Retryable) as said:
            telling.result(20)
    other.close()
    assert said.value.problem == "busy"
    till.tells(fact)
    assert till.reserves(1000, "a").available == 101
    assert_balances_are_the_facts(own_hub)


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
