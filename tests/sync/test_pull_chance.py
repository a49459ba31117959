"""Both sides changed by chance, on a line that fails by chance: in the end they agree."""

import os
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.merging import FIELDS, MARKETING, alike, normal
from terminal.services.enrolment import clean_phone
from terminal.services.profile_sides import ours_of
from terminal.services.taking_in import TakingIn
from tests.fakes import MemoryDatabase
from tests.sync.fake_store import ALL, SWEPT, FakeStore
from tests.sync.people import Sides
from tests.sync.shop import Clock, Shop

MANY = int(os.environ.get("LONG", "50"))
"""How many stories each; thousands where somebody has the time."""
PEOPLE = 3
values = {
    "given_name": st.sampled_from(["Anna", "ANNA", "Maria &amp; Co"]),
    "family_name": st.sampled_from(["Sample", "Example"]),
    "phone": st.sampled_from(["", "+306900004417", "690 000 4418"]),
    "birthday": st.sampled_from(["", "05-17", "1980-05-17"]),
}
changes = st.sampled_from(sorted(values)).flatmap(
    lambda name: st.tuples(st.just(name), values[name])
)
fates = st.lists(st.sampled_from(["", "lost", "down"]), max_size=3)
who = st.integers(0, PEOPLE - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("here"), who, changes),
        st.tuples(st.just("there"), who, changes),
        st.tuples(st.just("says"), who, st.booleans()),
        st.tuples(st.just("ticks"), who, st.booleans()),
        st.tuples(st.just("buys"), who, st.integers(1, 5000)),
        st.tuples(st.just("refunds"), who, st.integers(1, 3000)),
        st.tuples(st.just("cancels"), who, st.none()),
        st.tuples(st.just("sells"), who, st.none()),
        st.tuples(st.just("round"), who, fates),
    ),
    max_size=14,
)  # fmt: skip


def clean(text):
    return clean_phone(text, "GR")


class Story:
    """A shop and a store, and what happens to them."""

    def __init__(self, sweeps, everybody):
        self.sides = Sides(
            Shop(MemoryDatabase(), Clock()),
            FakeStore(capabilities=SWEPT if sweeps else ALL, page_size=3),
            TakingIn(stores=("online",), members="all" if everybody else "known"),
        )
        self.members = [self.sides.shop.enrol(f"p{n}@sample.example") for n in range(PEOPLE)]
        self.sides.round()
        self.bought = {n: [] for n in range(PEOPLE)}
        self.customers = [self.sides.store.of(f"p{n}@sample.example").id for n in range(PEOPLE)]

    def do(self, what, person, told):
        sides, store = self.sides, self.sides.store
        member = sides.member(self.members[person])
        if what == "here":
            name, value = told
            sides.shop.change(member, **normal({name: value}, clean))
        elif what == "there":
            store.edits(self.customers[person], **dict([told]))
        elif what == "says":
            sides.answers(member, granted=told)
        elif what == "ticks":
            store.edits(self.customers[person], marketing=told)
        elif what == "buys":
            self.bought[person].append(store.orders_online(self.customers[person], told))
        elif what in ("refunds", "cancels") and self.bought[person]:
            order = self.bought[person][-1]
            store.refunds(order, told) if told else store.cancels(order)
        elif what == "sells":
            sides.shop.sell(member)
        elif what == "round":
            store.script = list(told)
            sides.round()
        sides.shop.clock.advance(seconds=1)

    def heal(self):
        """The line is good again, for a day."""
        self.sides.store.script.clear()
        for _ in range(4):
            self.sides.shop.clock.advance(hours=7)
            self.sides.round()


@settings(max_examples=MANY, deadline=None)
@given(steps, st.booleans(), st.booleans())
def test_in_the_end_both_sides_say_the_same(happened, sweeps, everybody):
    story = Story(sweeps, everybody)
    for step in happened:
        story.do(*step)
    story.heal()
    sides, store = story.sides, story.sides.store
    asked = {(task.member_id, task.details.get("field")) for task in sides.tasks()}
    clashes = {task.details.get("why") for task in sides.tasks()}
    for person, before in enumerate(story.members):
        member, customer = sides.member(before), store.customers[story.customers[person]]
        with sides.shop.database.read() as uow:
            ours = ours_of(uow, member)
        theirs = normal({name: str(getattr(customer, name)) for name in FIELDS}, clean)
        for name in FIELDS:
            if (member.id, name) not in asked and name not in clashes:
                assert alike(name, ours[name], theirs[name]), name
        if MARKETING in ours and customer.marketing is not None:
            assert (ours[MARKETING] == "yes") is customer.marketing
        shown = customer.standing.points if customer.standing else 0
        assert shown == sides.shop.balance(member)
    sides.shop.clock.advance(hours=7)
    assert sides.is_quiet()


@settings(max_examples=MANY, deadline=None)
@given(steps)
def test_every_order_counts_for_what_is_left_of_it(happened):
    story = Story(sweeps=False, everybody=False)
    for step in happened:
        story.do(*step)
    story.heal()
    for person, member in enumerate(story.members):
        orders = [story.sides.store.newest(order) for order in story.bought[person]]
        gone = [order for order in orders if order.goods_back == order.goods]
        for order in gone:
            source = f"online:{order.remote_id}"
            entries = story.sides.shop.entries(member)
            own = {entry.id for entry in entries if entry.source_id == source}
            moved = [e.points for e in entries if e.id in own or e.reverses in own]
            assert sum(moved) == 0
        with story.sides.shop.database.read() as uow:
            since = member.joined_at.replace(year=2000)
            spent = uow.sales.spent(member.id, "EUR", since, since.replace(year=2100))
            sold = sum(sale.counted for sale in uow.sales.of_member(member.id, 100))
        assert spent - sold == sum(order.goods - order.goods_back for order in orders)


def test_a_withdrawal_is_never_lost_by_a_merge_of_two(shop, store):
    """Here and there in one minute: the one who says no is heard."""
    sides = Sides(shop, store)
    member, customer = sides.linked("p@sample.example")
    sides.answers(member, granted=True)
    sides.round()
    sides.round()
    store.customers[customer] = replace(store.customers[customer], marketing=False)
    sides.answers(member, granted=True)
    sides.round()
    sides.round()
    assert store.customers[customer].marketing is False
    assert not sides.consents(member)[-1].granted
