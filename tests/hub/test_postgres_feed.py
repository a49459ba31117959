"""The list passes nobody over: a fact is read only when nothing older can still be committed."""

from __future__ import annotations

import random
import threading

import psycopg
import pytest

from sync.errors import Misconfigured
from tests.hub.held import append
from tests.hub.world import PostgresWorld, TillAtHub, everything, of

NAIVE = "SELECT till, seq, id FROM loyalty.facts WHERE id > %s::bigint ORDER BY id"
WATERMARK = "AND (l.era, l.xid) < (v_era, v_water)"


class Naive:
    """The cursor that everybody writes first: the biggest number seen."""

    def __init__(self, world: PostgresWorld) -> None:
        self._world = world
        self._last = 0
        self.read: list[tuple[str, int]] = []

    def poll(self) -> None:
        for till, seq, number in self._world.owner.rows(NAIVE, self._last):
            self.read.append((till, seq))
            self._last = number


def test_a_running_number_would_lose_what_commits_late_and_the_watermark_does_not(
    pg_world: PostgresWorld,
) -> None:
    slow, quick = pg_world.join("slow"), pg_world.join("quick")
    naive = Naive(pg_world)
    with psycopg.connect(pg_world.till_url("slow")) as held:
        append(held, slow, slow.fact())
        quick.tells(quick.fact())
        naive.poll()
        page = quick.hub.pull("", 10)
        assert page.facts == ()
        assert page.held_back
        (waiting, since) = pg_world.owner.one("SELECT * FROM loyalty.held_back()")
        assert waiting == 1
        assert since is not None
    naive.poll()
    assert naive.read == [("quick", 1)]  # the slow one's is lost to it for ever
    assert everything(quick.hub) == [*slow.told, *quick.told]


def test_without_the_watermark_ours_would_lose_it_too(own_hub: PostgresWorld) -> None:
    """The test above can fail: this is how it would."""
    (made,) = own_hub.owner.one("SELECT pg_get_functiondef('loyalty.read_facts'::regproc)")
    assert WATERMARK in made
    own_hub.owner.script(made.replace(WATERMARK, ""))
    slow, quick = own_hub.join("slow"), own_hub.join("quick")
    with psycopg.connect(own_hub.till_url("slow")) as held:
        append(held, slow, slow.fact())
        quick.tells(quick.fact())
        page = quick.hub.pull("", 10)
        assert page.facts == tuple(quick.told)
    assert quick.hub.pull(page.cursor, 10).facts == ()


def test_eight_writers_that_dawdle_lose_nothing(pg_world: PostgresWorld) -> None:
    """The figures of a real day in small: some transactions stay open for a while."""
    tills = [pg_world.join(str(n)) for n in range(8)]
    reader = pg_world.join("reader")
    naive, done = Naive(pg_world), threading.Event()
    read, cursor = [], ""

    def write(till: TillAtHub, chance: random.Random) -> None:
        with psycopg.connect(pg_world.till_url(till.me.till), autocommit=True) as line:
            for _ in range(40):
                with line.transaction():
                    append(line, till, till.fact())
                    if chance.random() < 0.2:
                        line.execute("SELECT pg_sleep(%s)", (chance.random() * 0.02,))

    writers = [
        threading.Thread(target=write, args=(till, random.Random(n)))
        for n, till in enumerate(tills)
    ]
    first = pg_world.join("first")
    with psycopg.connect(pg_world.till_url("first")) as held:  # on a busy machine one must dawdle
        append(held, first, first.fact())
        for writer in writers:
            writer.start()
        while not naive.read:
            naive.poll()
    threading.Thread(target=lambda: [[w.join() for w in writers], done.set()], daemon=True).start()
    while not done.is_set():
        naive.poll()
        page = reader.hub.pull(cursor, 25)
        read += page.facts
        cursor = page.cursor
    read += everything(reader.hub, cursor=cursor)
    naive.poll()
    for till in (first, *tills):
        assert of(till, read) == till.told
    assert len(read) == 1 + 8 * 40
    assert ("first", 1) not in naive.read, "the naive cursor was lucky: make it harder"


def test_two_connections_of_one_till_keep_its_order(pg_world: PostgresWorld) -> None:
    """A till that gave up waiting tells again on a new connection while the old one still works:
    what it tells second must not come first."""
    till = pg_world.join("1")
    first, second = till.fact(), till.fact()
    with psycopg.connect(pg_world.till_url("1")) as old:
        append(old, till, first)
        told = threading.Thread(target=lambda: till.tells(first, second))
        told.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
        while pg_world.owner.one(waiting) == (0,):
            assert told.is_alive()
    told.join()
    assert everything(till.hub) == [first, second]


def test_a_transaction_number_brought_along_is_refused(pg_world: PostgresWorld) -> None:
    till = pg_world.join("1")
    with psycopg.connect(pg_world.till_url("1")) as line:
        line.execute("SELECT pg_current_xact_id()")
        with pytest.raises(psycopg.Error) as said:
            append(line, till, till.fact())
    assert said.value.sqlstate == "LH013"


def test_a_till_that_holds_its_transaction_is_let_go_of(pg_world: PostgresWorld) -> None:
    pg_world.join("1")
    with psycopg.connect(pg_world.till_url("1"), autocommit=True) as line:
        settings = {
            name: line.execute(f"SHOW {name}").fetchone()[0]
            for name in ("statement_timeout", "idle_in_transaction_session_timeout")
        }
    assert settings == {
        "statement_timeout": "30s", "idle_in_transaction_session_timeout": "10s",
    }  # fmt: skip


LONG = """
INSERT INTO loyalty.facts (era, till, seq, kind, key, member_id, body, at)
SELECT (SELECT era FROM loyalty.hub), 'X', n, 'sale', n::text, 'm', '{}', now()
FROM generate_series(1, 50000) AS n
"""


@pytest.mark.parametrize(
    "asked",
    [
        "loyalty.read_facts('', 10)",
        "loyalty.read_facts({middle}, 10)",
        "loyalty.read_facts({end}, 10)",
        "loyalty.held_back()",
        "loyalty.greet()",
        "loyalty.hello({instance}, 'machine', 'run')",
        "loyalty.reserve('s', 'm', '1', 1, 1)",
        "loyalty.append_facts({instance}, 1, '{{sale,sale}}', '{{k,l}}', '{{m,m}}',"
        " ARRAY['1', '2']::bytea[], ARRAY[now(), now()])",
    ],
)
def test_a_long_list_is_never_gone_through_from_end_to_end(
    long_list: tuple[PostgresWorld, dict[str, str]], asked: str
) -> None:
    """A reader that has everything asks every few seconds: it must cost the same in ten years."""
    world, names = long_list
    read = "SELECT pg_stat_get_xact_tuples_returned('loyalty.facts'::regclass)"
    with psycopg.connect(world.till_url("1"), autocommit=True) as line, line.transaction():
        line.execute(f"SELECT * FROM {asked.format(**names)}")  # noqa: S608 (from above)
        assert line.execute(read).fetchone()[0] < 100


@pytest.fixture(scope="module")
def long_list(shared_hubs, tmp_path_factory) -> tuple[PostgresWorld, dict[str, str]]:
    world = shared_hubs.make(tmp_path_factory.mktemp("tills"))
    till = world.join("1")
    world.owner.script(LONG)
    world.owner.script("ANALYZE loyalty.facts")
    place = "SELECT quote_literal(era || '.' || xid || '.' || id) FROM loyalty.facts WHERE seq = %s"
    (middle,), (end,) = (world.owner.one(place, seq) for seq in (25_000, 50_000))
    yield world, {"middle": middle, "end": end, "instance": f"'{till.me.instance}'"}
    world.close()


def test_a_cursor_from_the_future_says_that_the_hub_was_set_back(pg_world: PostgresWorld) -> None:
    """A snapshot of the machine was put back: new facts would get numbers that tills passed."""
    till = pg_world.join("1")
    till.tells(till.fact())
    era, xid, number = till.hub.pull("", 1).cursor.split(".")
    ahead = f"{era}.{int(xid) + 1_000_000}.{int(number) + 500}"
    with pytest.raises(Misconfigured) as said:
        till.hub.pull(ahead, 10)
    assert said.value.problem == "hub_went_back"
    pg_world.owner.rows("SELECT loyalty.begin_era()")
    assert till.hub.pull(ahead, 10).facts == ()
    till.tells(till.fact())
    assert everything(till.hub, cursor=ahead) == till.told[1:]


@pytest.mark.parametrize(
    "change",
    ["timeline = '00000000'", "system = 1", "started = '2026-01-01'"],
    ids=["a standby took over", "restored elsewhere", "started anew"],
)
def test_another_life_of_the_hub_is_another_era(pg_world: PostgresWorld, change: str) -> None:
    """Transaction numbers may come again that somebody's cursor has passed."""
    till = pg_world.join("1")
    till.tells(till.fact())
    everything(till.hub)
    era, xid, number = till.hub.pull("", 10).cursor.split(".")
    ahead = f"{era}.{int(xid) + 1_000_000}.{number}"  # as far as it was before it was put back
    pg_world.owner.rows(f"UPDATE loyalty.hub SET {change}")  # noqa: S608 (from above)
    till.hub.hello(till.me)
    till.tells(till.fact())
    assert everything(till.hub, cursor=ahead) == till.told[1:]
    assert everything(till.hub) == till.told
    (later,) = pg_world.owner.one("SELECT era FROM loyalty.hub")
    assert later > int(era)


def test_eras_of_a_hub_that_was_put_back_are_later_than_those_it_forgot(
    pg_world: PostgresWorld,
) -> None:
    """Put back to a state of weeks ago, it knows nothing of the eras since."""
    (now,) = pg_world.owner.one("SELECT extract(epoch FROM clock_timestamp())::bigint")
    pg_world.owner.rows("UPDATE loyalty.hub SET era = 1, started = '2026-01-01'")
    till = pg_world.join("1")
    till.hub.hello(till.me)
    assert pg_world.owner.one("SELECT era >= %s FROM loyalty.hub", now) == (True,)
    till.tells(till.fact())
    forgotten = f"{now - 60}.99999999.99999999"
    assert everything(till.hub, cursor=forgotten) == till.told
