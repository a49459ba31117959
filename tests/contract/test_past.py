"""What members did, as levels, limits, challenges and simulations ask for it."""

from dataclasses import replace

from terminal.ids import EntryId, MemberId, SaleId
from terminal.ledger import EntryKind
from terminal.online import OrderLine
from terminal.ports import Database
from terminal.records import Bought, Counted, Purchases
from terminal.sales import Goods, Product, SaleLine
from terminal.shares import ReturnLine
from tests.contract.samples import (
    ANNA,
    BELA,
    FULL_SALE,
    OLIVES,
    T0,
    after,
    back,
    entry,
    member,
    order,
    sale,
    with_members,
)

ALWAYS = (T0, after(days=1000))
TWO_LINES = sale(
    "s-1",
    lines=(
        SaleLine("A1", "Ελιές", 500, 3, 300, points_paid=100, goods=OLIVES),
        SaleLine("B2", "Őszi alma", 250, 1),
        SaleLine("B2", "Őszi alma", 0, 2, free=2),
    ),
    redeemed_value=100,
)


def test_a_sale_comes_back_in_parts_and_counts_for_what_is_left(database: Database) -> None:
    """1450 paid and 100 by points; three pieces at 1300 count 433 each, rounded down."""
    with_members(database)

    def returned(number: int, *lines: ReturnLine) -> int:
        with database.write() as uow:
            at = after(days=number)
            uow.sales.put_return(back(f"r-{number}", "s-1", at, lines=lines))
            uow.commit()
        with database.read() as uow:
            return uow.sales.spent(ANNA, "EUR", *ALWAYS)

    with database.write() as uow:
        uow.sales.put(TWO_LINES)
        assert uow.sales.spent(ANNA, "EUR", *ALWAYS) == 1550
        uow.commit()
    assert returned(1, ReturnLine(0, 1)) == 1550 - 433
    assert returned(1, ReturnLine(0, 1)) == 1550 - 433
    assert returned(2, ReturnLine(0, 1), ReturnLine(1, 1)) == 1300 - 866
    assert returned(3) == 0
    assert returned(1, ReturnLine(0, 1)) == 0, "booked once more, nothing counts twice"
    with database.read() as uow:
        backs = uow.sales.returns_of(SaleId("s-1"))
        assert [each.id for each in backs] == ["r-1", "r-2", "r-3"]
        assert backs[0].lines == (ReturnLine(0, 1),)
        assert uow.sales.return_of(SaleId("s-1")) == backs[0]
        assert uow.sales.returns_of(SaleId("s-2")) == []


def test_the_history_says_what_spent_adds_up(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.sales.put(sale("s-2", after(days=2), cents=700))
        uow.sales.put(sale("s-3", after(days=3), cents=800))
        uow.sales.put(sale("s-4", after(days=3), cents=900, member_id=BELA))
        uow.sales.put(sale("s-5", after(days=4), cents=900, currency="HUF"))
        uow.sales.put(sale("s-6", after(days=5), cents=500))
        uow.sales.put_return(back("r-1", "s-6", after(days=6)))
        uow.sales.put_order(order("1", after(days=1), member_id=ANNA))
        uow.sales.put_order(order("2", after(days=1), member_id=ANNA, sale_id="s-2"))
        uow.commit()
    with database.read() as uow:
        history = uow.sales.history(ANNA, "EUR", *ALWAYS)
        assert history == [
            Counted(after(days=1), 2500),
            Counted(after(days=2), 700),
            Counted(after(days=3), 800),
        ]
        assert uow.sales.spent(ANNA, "EUR", *ALWAYS) == sum(each.counted for each in history)
        assert uow.sales.history(ANNA, "EUR", after(days=2), after(days=3)) == history[1:2]


def test_visits_are_purchases_that_were_kept(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        for number in (3, 1, 2):
            uow.sales.put(replace(TWO_LINES, id=SaleId(f"s-{number}"), ref=f"T1-{number}",
                                  sold_at=after(days=number)))  # fmt: skip
        uow.sales.put_return(back("r-1", "s-1", after(days=9), lines=(ReturnLine(0, 3),)))
        uow.sales.put_return(back("r-2", "s-2", after(days=9)))
        free = SaleLine("A1", "Ελιές", 500, 1, 500)
        uow.sales.put(sale("s-4", after(days=4), lines=(free,)))
        uow.sales.put(sale("s-5", after(days=5), lines=(free,)))
        uow.sales.put_return(back("r-5", "s-5", after(days=9)))
        uow.sales.put_order(order("1", after(hours=30), member_id=ANNA))
        uow.sales.put_order(order("2", after(hours=30), member_id=ANNA, sale_id="s-1"))
        uow.commit()
    with database.read() as uow:
        seen = list(uow.sales.visits(ANNA, *ALWAYS))
        assert seen == [after(days=1), after(hours=30), after(days=3), after(days=4)]
        assert list(uow.sales.visits(ANNA, after(days=3), after(days=4))) == [after(days=3)]
        assert list(uow.sales.visits(BELA, *ALWAYS)) == []


def test_purchases_are_counted_up_to_a_moment_on_both_channels(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.sales.put(sale("s-1", after(days=1)))
        uow.sales.put_return(back("r-1", "s-1", after(days=2)))
        uow.sales.put(sale("s-2", after(days=4)))
        uow.sales.put_order(order("1", after(days=3), member_id=ANNA))
        uow.sales.put_order(order("2", after(days=5), member_id=ANNA, sale_id="s-2"))
        uow.commit()
    with database.read() as uow:
        assert uow.sales.purchases(ANNA, after(days=1)) == Purchases(0, None)
        assert uow.sales.purchases(ANNA, after(days=2)) == Purchases(1, after(days=1))
        assert uow.sales.purchases(ANNA, after(days=4)) == Purchases(2, after(days=3))
        assert uow.sales.purchases(ANNA, after(days=9)) == (3, after(days=4))


def test_what_was_bought_says_what_rules_go_by_and_what_was_kept(database: Database) -> None:
    with_members(database)
    apples = Product("B2", "Őszi alma", 250, "EUR", goods=Goods("fruit", tags=("local",)))
    lines = (OrderLine("Alma", 2, 400, "B2"), OrderLine("?", 1, 90, "X9"), OrderLine("Gift", 0, 0))
    with database.write() as uow:
        uow.products.put_all([apples])
        uow.sales.put(replace(TWO_LINES, sold_at=after(days=2)))
        uow.sales.put_return(back("r-1", "s-1", after(days=3), lines=(ReturnLine(0, 1),)))
        uow.sales.put(replace(FULL_SALE, sold_at=after(days=4)))
        uow.sales.put_return(back("r-9", FULL_SALE.id, after(days=5)))
        uow.sales.put(sale("s-5", after(days=6)))
        uow.sales.put_return(back("r-5", "s-5", after(days=7), lines=(ReturnLine(0, 1),)))
        uow.sales.put_order(order("1", after(days=1), member_id=ANNA, lines=lines))
        uow.sales.put_order(order("2", after(days=1), member_id=ANNA, sale_id="s-1"))
        uow.commit()
    with database.read() as uow:
        assert uow.products.by_code("B2") == apples
        kept = uow.sales.bought(ANNA, *ALWAYS)
        assert kept == [
            Bought(after(days=1), "B2", "fruit", "", ("local",), 2, 400),
            Bought(after(days=1), "X9", "", "", (), 1, 90),
            Bought(after(days=2), "A1", "olives", "Example", ("greek", "vegan"), 2, 800),
            Bought(after(days=2), "B2", "", "", (), 1, 250),
        ]
        assert uow.sales.bought(ANNA, after(days=2), after(days=3)) == kept[2:]
        assert uow.sales.bought(BELA, *ALWAYS) == []


def test_everybodys_sales_stream_by_member_and_guests_come_last(database: Database) -> None:
    with_members(database, member(), member(BELA))
    whose = [BELA, None, ANNA, BELA, None, ANNA]
    sales = [
        replace(FULL_SALE, id=SaleId(f"s-{n}"), ref=f"T1-{n}", seq=n, member_id=who,
                sold_at=after(days=9 - n))
        for n, who in enumerate(whose)
    ]  # fmt: skip
    with database.write() as uow:
        for each in sales:
            uow.sales.put(each)
        uow.commit()
    with database.read() as uow:
        streamed = list(uow.sales.stream(*ALWAYS))
        assert streamed == [sales[n] for n in (5, 2, 3, 0, 4, 1)]
        inside = uow.sales.stream(after(days=5), after(days=8))
        assert [each.id for each in inside] == ["s-2", "s-3", "s-4"]


def test_orders_stream_likewise_without_our_own_on_their_way_back(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        for n, who in enumerate([BELA, None, ANNA, BELA]):
            uow.sales.put_order(order(str(n), after(days=9 - n), member_id=who))
        uow.sales.put_order(order("7", after(days=2), member_id=ANNA, sale_id="s-1"))
        uow.sales.put_order(order("8", after(days=2), sale_id="s-2"))
        uow.commit()
    with database.read() as uow:
        assert [o.remote_id for o in uow.sales.orders_stream(*ALWAYS)] == ["2", "3", "0", "1"]
        inside = uow.sales.orders_stream(after(days=6), after(days=9))
        assert [o.remote_id for o in inside] == ["2", "3", "1"]


def test_the_ledger_is_read_by_source_and_by_time(database: Database) -> None:
    with_members(database, member(), member(BELA))
    entries = [
        entry("e-3", 5, after(days=2), seq=3, source_id="s-1"),
        entry("e-1", 7, after(days=1), seq=1, source_id="s-1", member_id=BELA),
        entry("e-2", 9, after(days=1), seq=2),
        entry("e-4", -2, after(days=3), seq=4, source_id="s-1"),
    ]
    with database.write() as uow:
        uow.ledger.append(entries)
        uow.commit()
    with database.read() as uow:
        assert [e.id for e in uow.ledger.of_source("s-1")] == ["e-1", "e-3", "e-4"]
        assert uow.ledger.of_source("") == []
        assert uow.ledger.get(entries[3].id) == entries[3]
        assert uow.ledger.get(EntryId("e-9")) is None
        everything = list(uow.ledger.between(*ALWAYS))
        assert [e.id for e in everything] == ["e-1", "e-2", "e-3", "e-4"]
        assert everything[2] == entries[0]
        some = uow.ledger.between(after(days=1, microseconds=1), after(days=3))
        assert [e.id for e in some] == ["e-3"]
        assert uow.ledger.earned_since(ANNA, T0) == 14
        assert uow.ledger.earned_since(ANNA, after(days=2)) == 5
        assert uow.ledger.earned_since(MemberId("m-c"), T0) == 0


def test_what_is_taken_back_qualifies_no_more_in_the_window_it_came_from(
    database: Database,
) -> None:
    with_members(database)
    first = entry("e-1", 10, after(days=1), qualifying=10)
    taken = entry(
        "e-2", -4, after(days=40), kind=EntryKind.CLAWBACK, reverses=first.id, qualifying=-4
    )
    gift = entry("e-3", 100, after(days=2), kind=EntryKind.BONUS)
    later = entry("e-4", 20, after(days=50), qualifying=15)
    with database.write() as uow:
        uow.ledger.append([first, taken, gift, later])
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.qualifying(ANNA, T0, after(days=30)) == 6
        assert uow.ledger.qualifying(ANNA, after(days=30), after(days=60)) == 15
        assert uow.ledger.qualifying(ANNA, *ALWAYS) == 21
        assert uow.ledger.qualifying(BELA, *ALWAYS) == 0


def test_a_household_is_found_by_its_name(database: Database) -> None:
    people = [
        member(ANNA, "Anna", "Sample", household="hill 7", segments=("staff", "vip"), town="Volos"),
        member(BELA, "Béla", "Minta", household="hill 7", referred_by=ANNA, ranking_opt_out=True),
        member("m-c", "Sam", "Example"),
    ]
    with_members(database, *people)
    with database.read() as uow:
        assert uow.members.of_household("hill 7") == [people[1], people[0]]
        assert uow.members.of_household("") == []
        assert uow.members.get(BELA) == people[1]
