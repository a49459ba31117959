"""Reading a list that changes while it is read: whatever happens between two pages, each row's last
change is seen in the end, and a quiet list is not read again and again."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.stores.vendure_paging import Place, Times, turn

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OVERLAP = timedelta(seconds=2)


@dataclass(frozen=True)
class Row:
    id: str
    at: datetime


@dataclass
class Shop:
    """A list by id, filtered by time, on a clock that the test moves."""

    now: datetime = START
    kept: dict[str, datetime] = field(default_factory=dict)
    asked: int = 0

    def rows(self, since: Times, skip: int, take: int) -> tuple[list[Row], int]:
        self.asked += 1
        found = [
            Row(id_, at) for id_, at in self.kept.items()
            if "at" not in since or at > since["at"]
        ]  # fmt: skip
        found.sort(key=lambda row: int(row.id))
        return found[skip : skip + take], len(found)

    def latest(self) -> Times:
        return {"at": max(self.kept.values())} if self.kept else {}

    def times(self, row: Row) -> Times:
        return {"at": row.at}

    def act(self, what: str, which: int) -> None:
        """Time goes on, and something happens to a row."""
        self.now += timedelta(seconds=3)
        id_ = str(which)
        if what == "touch":
            self.kept[id_] = self.now
        elif what == "delete":
            self.kept.pop(id_, None)


class Reader:
    """Keeps what it saw last of each row."""

    def __init__(self, shop: Shop, take: int) -> None:
        self.shop, self.take = shop, take
        self.place = Place()
        self.seen: dict[str, datetime] = {}

    def page(self) -> bool:
        """Read one page; whether the round is over."""
        turned = turn(self.shop, self.place, self.take, OVERLAP)
        for row in turned.rows:
            self.seen[row.id] = max(row.at, self.seen.get(row.id, row.at))
        kept = msgspec.json.encode(turned.place)
        self.place = msgspec.json.decode(kept, type=Place)
        return turned.done

    def round(self) -> int:
        for pages in range(1, 10_000):
            if self.page():
                return pages
        raise AssertionError("a round never ends")


acts = st.lists(
    st.tuples(st.sampled_from(["touch", "touch", "delete", "read", "read"]), st.integers(1, 30)),
    max_size=60,
)


@given(acts=acts, take=st.integers(1, 7), first=st.integers(0, 30))
def test_whatever_happens_between_pages_every_last_change_is_seen(acts, take, first):
    shop = Shop()
    for n in range(first):
        shop.act("touch", n + 1)
    reader = Reader(shop, take)
    for what, which in acts:
        if what == "read":
            reader.page()
        else:
            shop.act(what, which)
    reader.round()
    reader.round()
    assert {id_: reader.seen.get(id_) for id_ in shop.kept} == shop.kept


@given(take=st.integers(1, 5), changes=st.integers(1, 20))
def test_a_row_that_changes_behind_the_reader_in_a_long_round_is_seen_in_the_next(take, changes):
    """The later rows of the round have later times than the change: it must not be stepped over."""
    shop = Shop()
    for n in range(1, 21):
        shop.act("touch", n)
    reader = Reader(shop, take)
    reader.page()
    shop.act("touch", 1)
    for n in range(changes):
        shop.act("touch", 20 - n % 10)
    reader.round()
    reader.round()
    assert reader.seen["1"] == shop.kept["1"]


def test_a_round_that_fits_into_one_page_is_one_question():
    shop = Shop()
    for n in range(1, 4):
        shop.act("touch", n)
    reader = Reader(shop, 100)
    assert reader.round() == 1
    assert shop.asked == 1
    shop.now += timedelta(minutes=1)
    for _ in range(3):
        seen, reader.seen = reader.seen, {}
        assert reader.round() == 1
        assert len(reader.seen) < len(seen) or len(seen) == 1
    assert set(reader.seen) == {"3"}, "only what lies within the step back comes again"


def test_a_long_round_is_not_followed_by_another_long_one():
    shop = Shop()
    for n in range(1, 31):
        shop.act("touch", n)
    reader = Reader(shop, 4)
    assert reader.round() > 5
    assert reader.round() == 1


def test_all_rows_before_a_reader_may_vanish_at_once():
    shop = Shop()
    for n in range(1, 31):
        shop.act("touch", n)
    reader = Reader(shop, 5)
    for _ in range(4):
        reader.page()
    for n in range(1, 20):
        shop.act("delete", n)
    reader.round()
    assert {str(n) for n in range(20, 31)} <= reader.seen.keys()


@pytest.mark.parametrize(
    "cursor",
    ['{"skip": -1}', '{"since": {"at": "2026-11-22T09:00:00"}}', '{"since": 3}', "[]"],
)
def test_a_place_that_is_none_of_ours_is_not_taken(cursor):
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(cursor, type=Place)


def test_ids_are_sorted_as_the_store_sorts_them():
    """By size where they are numbers, by text where they are not."""
    shop = Shop()
    for n in (9, 10, 99, 100):
        shop.act("touch", n)
    reader = Reader(shop, 1)
    assert reader.round() >= 4
    assert reader.seen.keys() == {"9", "10", "99", "100"}
