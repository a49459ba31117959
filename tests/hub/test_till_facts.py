"""What a fact says comes back exactly; every table is told, or said to stay at its till."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sync.hub.facts import FORMAT, Head, read, written
from terminal.db.journaling import WATCHED
from terminal.db.schema import TABLES
from terminal.desk_tasks import Task, TaskKind
from terminal.entries import Channel, EntryKind, LedgerEntry, Part
from terminal.journal import KINDS
from terminal.members import Member
from terminal.stamps import Change, Stamps, at_once, stamp, till_of
from terminal.vouchers import VoucherCode
from tests.contract.samples import ANNA, T0
from tests.hub.deeds import writing
from tests.hub.till_stand import Chain
from tests.migrations import keeping

STAY = {
    "slips": "paper is a till's own",
    "drawer_kicks": "a drawer is a till's own",
    "staff": "PINs never leave the till",
    "imports": "what was imported is told as members and entries",
    "import_rows": "likewise",
    "game_plays": "draws are numbered without gaps at the till that plays; what they give is told",
    "accounts": "they follow from entries",
    "rule_uses": "they are counted from sales and entries",
    "rule_totals": "likewise",
    "sale_lines": "they are part of their sale",
    "member_words": "they follow from members",
    "product_words": "they follow from products",
    "till_numbers": "each till counts its own",
    "contacts": "each till has its own",
    "outbox_steps": "what befell a message stays where it was told from; its state travels",
    "journal": "the hub's own",
    "hub_state": "the hub's own",
    "stamps": "they travel in front of facts",
    "told_facts": "the hub's own",
    "parked_facts": "the hub's own",
}

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
times = st.datetimes(timezones=st.just(UTC))
maybe_times = st.none() | times
numbers = st.integers(-(2**63), 2**63 - 1)


def test_every_table_is_told_or_said_to_stay() -> None:
    known = {one.table for one in WATCHED}
    tables = set(TABLES[0].metadata.tables)
    assert known.isdisjoint(STAY)
    assert known | set(STAY) == tables


entries = st.builds(
    LedgerEntry,
    id=texts, member_id=texts, kind=st.sampled_from([EntryKind.EARN, EntryKind.REDEEM]),
    points=numbers.filter(bool), decided_at=times, till=texts, seq=numbers,
    channel=st.sampled_from(list(Channel)), cashier_id=st.none() | texts, usable_at=maybe_times,
    lapses_at=maybe_times, program=texts, program_version=numbers,
    parts=st.lists(
        st.builds(Part, rule=texts, points=numbers, basis=numbers, rate=texts,
                  weights=st.lists(numbers, max_size=3).map(tuple)),
        max_size=3,
    ).map(tuple),
    basis=st.none() | numbers, currency=texts, rate=texts, source_id=texts,
    reverses=st.none() | texts, reason=texts, qualifying=numbers, held=st.booleans(),
    keeps_until=maybe_times, lot=st.none() | texts,
)  # fmt: skip
members = st.builds(
    Member,
    id=texts, given_name=texts, family_name=texts, call_name=texts, phone=texts, email=texts,
    language=texts, birthday=texts, note=texts, joined_at=times, updated_at=times,
    segments=st.lists(texts, max_size=3).map(tuple), town=texts, household=texts,
    referred_by=texts, ranking_opt_out=st.booleans(),
)  # fmt: skip
heads = st.builds(
    Head, stamp=texts, before=texts, gone=st.just(False),
    changed=st.dictionaries(texts, st.tuples(texts, texts), max_size=3),
    latest=st.lists(texts, max_size=3).map(tuple), knew=st.lists(texts, max_size=3).map(tuple),
    uses=st.none() | numbers,
)  # fmt: skip


@given(heads, entries)
def test_an_entry_comes_back_as_it_went(head: Head, entry: LedgerEntry) -> None:
    said = read("entry", written(head, entry))
    assert said.thing == entry
    assert said.head == msgspec.structs.replace(head, version=FORMAT)
    assert not said.strange


@given(heads, members)
def test_a_member_comes_back_as_it_went(head: Head, member: Member) -> None:
    said = read("member", written(head, member))
    assert said.thing == member
    assert said.head == msgspec.structs.replace(head, version=FORMAT)


def test_the_hub_finds_what_it_counts_where_it_looks(chain: Chain) -> None:
    one = chain.add()
    one.shop.enrol()
    chain.settle()
    (fact,) = (fact for fact, _ in chain.hub.log if fact.kind == "entry")
    said = msgspec.json.decode(fact.body)
    assert (said["v"], said["points"], said["id"]) == (FORMAT, 100, fact.key)
    assert said["source_id"]


def test_every_kind_goes_and_comes_back(chain: Chain) -> None:
    """All of a database that holds something of everything."""
    one, other = chain.add(), chain.add()
    keeping.fill(one.database)
    with writing(one) as uow:
        uow.sync.put_cursor("web", "orders", "17")
        uow.sync.put_agreed("web", ANNA, {"email": "anna@example.com"}, T0)
        uow.vouchers.used(VoucherCode("C77"), ANNA, "s-9")
        uow.tasks.put(Task(id="t-1", kind=TaskKind.DUPLICATE, made_at=T0, details={"other": "x"}))
        uow.journal.fill()
    chain.settle()
    told = {fact.kind for fact, _ in chain.hub.log}
    assert told == set(KINDS)
    with writing(one) as uow:  # uses of rules that no sale of this file has
        for table in ("rule_uses", "rule_totals"):
            uow.runner._driver.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    held = chain.agree()
    assert held["vouchers"]
    assert held["returns"]
    assert other.engine.standing().waiting == 0


def test_stamps_follow_each_other_whatever_the_clock_says() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    stamps = Stamps("T1")
    made = [stamps.tick(noon), stamps.tick(noon), stamps.tick(noon.replace(hour=3))]
    assert made == sorted(set(made))
    stamps.heard(stamp(int(noon.timestamp() * 1000) + 5, 9999, "T2"))
    stamps.heard(made[0])  # older: nothing new
    after = stamps.tick(noon)
    assert after > max(made)
    assert after == stamp(int(noon.timestamp() * 1000) + 6, 0, "T1")
    assert till_of(after) == "T1"
    assert till_of("") == ""
    assert stamps.tick(noon.replace(hour=13)).split("-")[1] == "0000"


def test_changes_are_apart_only_where_neither_knew_of_the_other() -> None:
    first, second = stamp(1, 0, "T1"), stamp(2, 0, "T2")
    assert at_once(Change(first), Change(second))
    assert not at_once(Change(first), Change(second, first))
    assert not at_once(Change(second, first), Change(first))
    assert not at_once(Change(first), Change(stamp(3, 0, "T1")))
    assert not at_once(Change(first), Change())
