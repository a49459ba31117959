"""What every unit of work keeps to, whatever it is made of."""

import threading
from dataclasses import replace

import pytest

from terminal.cards import CardState
from terminal.errors import CardTaken, UnknownMember, UnknownSale
from terminal.ids import CardNumber, MemberId, SlipId, StaffId, TillCode
from terminal.ledger import Account, replay
from terminal.ports import Database, RemoteLink
from terminal.sales import Product
from terminal.slips import SlipState
from terminal.staff import Role, Staff
from tests.contract.samples import (
    ANNA,
    BELA,
    CASHIER,
    FULL_ENTRY,
    FULL_SALE,
    T0,
    TILL,
    after,
    back,
    card,
    consent,
    entry,
    job,
    member,
    order,
    program,
    sale,
    with_members,
)


def test_what_was_not_committed_never_was(database: Database) -> None:
    with database.write() as uow:
        uow.members.put(member())
        uow.ledger.append([FULL_ENTRY])
        uow.next_seq(TILL)
    with database.read() as uow:
        assert uow.members.get(ANNA) is None
        assert uow.ledger.entries(ANNA) == []
    with database.write() as uow:
        assert uow.next_seq(TILL) == 1


def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    def put_and_fail() -> None:
        with database.write() as uow:
            uow.members.put(member())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    with database.read() as uow:
        assert uow.members.count() == 0


def test_after_a_commit_the_unit_is_over(database: Database) -> None:
    with database.write() as uow:
        uow.members.put(member())
        uow.commit()
        with pytest.raises(RuntimeError, match="over"):
            uow.members.put(member(BELA))
        with pytest.raises(RuntimeError, match="over"):
            uow.commit()
    with database.read() as uow:
        assert uow.members.count() == 1
    with pytest.raises(RuntimeError, match="over"):
        uow.members.count()


def test_a_reader_can_change_nothing(database: Database) -> None:
    with database.read() as uow, pytest.raises(RuntimeError, match="reading"):
        uow.members.put(member())
    with database.read() as uow, pytest.raises(RuntimeError, match="reading"):
        uow.next_seq(TILL)


def test_a_writer_inside_a_writer_is_a_mistake_and_not_a_deadlock(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="inside"), database.write():
        pass


def test_a_reader_sees_one_moment_and_waits_for_nobody(database: Database) -> None:
    with_members(database)
    with database.read() as reader:
        assert reader.members.count() == 1
        with database.write() as writer:
            writer.members.put(member(BELA))
            assert reader.members.count() == 1
            writer.commit()
        assert reader.members.count() == 1
    with database.read() as reader:
        assert reader.members.count() == 2


def test_writers_of_several_threads_take_turns(database: Database) -> None:
    def count_up() -> None:
        for _ in range(10):
            with database.write() as uow:
                uow.next_seq(TILL)
                uow.commit()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.write() as uow:
        assert uow.next_seq(TILL) == 41


def test_each_till_counts_for_itself(database: Database) -> None:
    with database.write() as uow:
        numbers = [uow.next_seq(TillCode(till)) for till in ("T1", "T1", "T2", "T1")]
    assert numbers == [1, 2, 1, 3]


# Members, cards, consents


def test_a_member_comes_back_as_it_went_in(database: Database) -> None:
    anna = member(
        family="Παράδειγμα",
        call_name="Άννα",
        phone="+306912345678",
        email="anna@example.com",
        language="el",
        birthday="02-29",
        note="likes ‘quotes’\nand lines",
        updated_at=after(microseconds=1),
    )
    with_members(database, anna)
    with database.read() as uow:
        assert uow.members.get(ANNA) == anna
        assert uow.members.by_phone("+306912345678") == anna
        assert uow.members.by_email("anna@example.com") == anna
        assert uow.members.get(BELA) is None
        assert uow.members.by_phone("+306912345679") is None
        assert uow.members.by_email("bela@example.com") is None


def test_nobody_is_found_by_nothing(database: Database) -> None:
    with_members(database, member())
    with database.read() as uow:
        assert uow.members.by_phone("") is None
        assert uow.members.by_email("") is None


def test_of_two_with_one_phone_the_older_member_is_meant(database: Database) -> None:
    young = member(BELA, phone="+3612345678", email="us@example.com", joined_at=after(days=1))
    old = member(ANNA, phone="+3612345678", email="us@example.com")
    with_members(database, young, old)
    with database.read() as uow:
        assert uow.members.by_phone("+3612345678") == old
        assert uow.members.by_email("us@example.com") == old


def test_a_changed_member_keeps_cards_points_and_place(database: Database) -> None:
    with_members(database)
    changed = member(family="Sample", updated_at=after(days=2))
    with database.write() as uow:
        uow.members.put_card(card("2900000000018"))
        uow.ledger.append([FULL_ENTRY])
        uow.members.put(changed)
        assert uow.members.count() == 1
        assert uow.members.by_card(CardNumber("2900000000018")) == (changed, card("2900000000018"))
        assert uow.ledger.account(ANNA).balance == 42


def test_a_card_is_answered_in_whatever_state_it_is(database: Database) -> None:
    lost = card("2900000000025", state=CardState.BLOCKED, symbology="Code 128", issued_at=after())
    with_members(database)
    with database.write() as uow:
        uow.members.put_card(card("2900000000018", issued_at=after(days=1)))
        uow.members.put_card(replace(lost, state=CardState.ACTIVE))
        uow.members.put_card(lost)
        uow.commit()
    with database.read() as uow:
        assert uow.members.by_card(lost.number) == (member(), lost)
        assert [each.number[-2:] for each in uow.members.cards(ANNA)] == ["25", "18"]
        assert uow.members.by_card(CardNumber("2900000000032")) is None
        assert uow.members.cards(BELA) == []


def test_a_card_has_one_member(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.members.put_card(card("2900000000018", ANNA))
        with pytest.raises(CardTaken) as refusal:
            uow.members.put_card(card("2900000000018", BELA))
        assert refusal.value.details == {"number": "2900000000018", "member_id": ANNA}
        uow.commit()
    with database.read() as uow:
        assert uow.members.cards(BELA) == []


def test_consents_are_kept_oldest_first(database: Database) -> None:
    yes, no = consent("y"), consent("n", granted=False, recorded_at=after(days=1))
    with_members(database)
    with database.write() as uow:
        uow.members.put_consent(no)
        uow.members.put_consent(yes)
        uow.commit()
    with database.read() as uow:
        assert uow.members.consents(ANNA) == [yes, no]
        assert uow.members.consents(BELA) == []


def test_nothing_belongs_to_a_member_who_is_not(database: Database) -> None:
    ghost = MemberId("ghost")
    with database.write() as uow:
        for put in (
            lambda: uow.members.put_card(card("2900000000018", ghost)),
            lambda: uow.members.put_consent(consent("y", member_id=ghost)),
            lambda: uow.ledger.append([entry("e", 1, member_id=ghost)]),
            lambda: uow.sales.put(sale("s-1", member_id=ghost)),
            lambda: uow.sales.put_order(order("1", member_id=ghost)),
        ):
            with pytest.raises(UnknownMember) as refusal:
                put()
            assert refusal.value.details == {"member_id": ghost}


# Ledger


def test_an_entry_comes_back_as_it_went_in(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        assert uow.ledger.append([FULL_ENTRY]) == ["e-full"]
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.entries(ANNA) == [FULL_ENTRY]
        account = uow.ledger.account(ANNA)
    assert account == replay([FULL_ENTRY]).account
    assert account.lots[0].lapses_at == FULL_ENTRY.lapses_at


def test_appending_the_same_entry_twice_records_it_once(database: Database) -> None:
    with_members(database)
    first, second = entry("e-1", 10), entry("e-2", -4, after(minutes=1))
    with database.write() as uow:
        assert uow.ledger.append([first, first]) == ["e-1"]
        uow.commit()
    with database.write() as uow:
        assert uow.ledger.append([first, second]) == ["e-2"]
        assert uow.ledger.append([]) == []
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.entries(ANNA) == [first, second]
        assert uow.ledger.account(ANNA) == replay([first, second]).account


def test_a_late_entry_moves_the_account_as_if_it_had_come_in_time(database: Database) -> None:
    """An online order is heard of after points were spent at the till: no debt remains."""
    with_members(database)
    spent = entry("e-2", -30, after(hours=2), seq=2)
    late = entry("e-1", 50, after(hours=1), lapses_at=after(days=30))
    with database.write() as uow:
        uow.ledger.append([spent])
        assert uow.ledger.account(ANNA).debt == 30
        uow.ledger.append([late])
        uow.commit()
    with database.read() as uow:
        account = uow.ledger.account(ANNA)
        assert account == replay([late, spent]).account
        assert (account.balance, account.debt, account.lots[0].remaining) == (20, 0, 20)
        assert [each.id for each in uow.ledger.entries(ANNA)] == ["e-1", "e-2"]


def test_entries_given_in_any_order_are_folded_in_theirs(database: Database) -> None:
    with_members(database)
    entries = [entry("e-3", -5, seq=3), entry("e-1", 7, seq=1), entry("e-2", 9, seq=2)]
    with database.write() as uow:
        assert uow.ledger.append(entries) == ["e-3", "e-1", "e-2"]
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.account(ANNA) == replay(entries).account


def test_entries_of_several_members_move_their_own_accounts(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.ledger.append([entry("e-1", 7), entry("e-2", 9, member_id=BELA), entry("e-3", 1)])
        assert uow.ledger.account(ANNA).balance == 8
        assert uow.ledger.account(BELA).balance == 9


def test_a_member_without_entries_has_an_empty_account(database: Database) -> None:
    with_members(database)
    with database.read() as uow:
        assert uow.ledger.account(ANNA) == Account()
        assert uow.ledger.entries(ANNA) == []


def test_members_with_lapsed_lots_are_named_until_the_lots_are_empty(database: Database) -> None:
    with_members(database, member(), member(BELA), member("m-c"))
    with database.write() as uow:
        uow.ledger.append(
            [
                entry("e-1", 5, lapses_at=after(days=2)),
                entry("e-2", 5, lapses_at=after(days=1), member_id=BELA),
                entry("e-3", 5, member_id=MemberId("m-c")),
            ]
        )
        uow.commit()
    with database.write() as uow:
        assert uow.ledger.with_lapsed(after(hours=23), 10) == []
        assert uow.ledger.with_lapsed(after(days=1), 10) == [BELA]
        assert uow.ledger.with_lapsed(after(days=9), 10) == [BELA, ANNA]
        assert uow.ledger.with_lapsed(after(days=9), 1) == [BELA]
        uow.ledger.append([entry("e-4", -5, after(hours=1), member_id=BELA)])
        assert uow.ledger.with_lapsed(after(days=9), 10) == [ANNA]


# Sales, returns, orders


def test_a_sale_comes_back_as_it_went_in(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.sales.put(FULL_SALE)
        uow.commit()
    with database.read() as uow:
        assert uow.sales.get(FULL_SALE.id) == FULL_SALE
        assert uow.sales.by_ref(FULL_SALE.ref) == FULL_SALE
        assert uow.sales.last(TILL) == FULL_SALE
        assert uow.sales.of_member(ANNA, 5) == [FULL_SALE]
        assert uow.sales.by_ref("T9-000001") is None
        assert uow.sales.last(TillCode("T9")) is None


def test_a_guests_sale_can_be_claimed_later(database: Database) -> None:
    guests = replace(FULL_SALE, member_id=None)
    with_members(database)
    with database.write() as uow:
        uow.sales.put(guests)
        assert uow.sales.of_member(ANNA, 5) == []
        uow.sales.put(replace(FULL_SALE, lines=FULL_SALE.lines[:1]))
        uow.commit()
    with database.read() as uow:
        [claimed] = uow.sales.of_member(ANNA, 5)
        assert len(claimed.lines) == 1


def test_two_sales_cannot_have_one_reference(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.sales.put(sale("s-1"))
        with pytest.raises(ValueError, match="ref"):
            uow.sales.put(sale("s-2", ref=sale("s-1").ref))


def test_a_members_sales_come_newest_first(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        for number in (2, 3, 1):
            uow.sales.put(sale(f"s-{number}", after(days=number)))
        uow.sales.put(sale("s-4", after(days=3)))
        uow.commit()
    with database.read() as uow:
        assert [each.id for each in uow.sales.of_member(ANNA, 3)] == ["s-4", "s-3", "s-2"]
        last = uow.sales.last(TILL)
        assert last is not None
        assert last.id == "s-4"


def test_a_return_is_found_by_its_sale_and_its_member(database: Database) -> None:
    with_members(database)
    first, second = back("r-1", "s-1", after(days=2)), back("r-2", "s-2", after(days=3))
    with database.write() as uow:
        for number in (1, 2, 3):
            uow.sales.put(sale(f"s-{number}"))
        uow.sales.put_return(first)
        uow.sales.put_return(second)
        uow.commit()
    with database.read() as uow:
        assert uow.sales.return_of(sale("s-1").id) == first
        assert uow.sales.get_return(second.id) == second
        assert uow.sales.returns_of_member(ANNA, 5) == [second, first]
        assert uow.sales.returns_of_member(ANNA, 1) == [second]
        assert uow.sales.return_of(sale("s-3").id) is None


def test_what_was_never_sold_cannot_come_back(database: Database) -> None:
    with database.write() as uow, pytest.raises(UnknownSale):
        uow.sales.put_return(back("r-1", "s-1", T0))


def test_an_order_is_known_by_its_store_and_number(database: Database) -> None:
    with_members(database)
    mine = order("1001", sale_id="", member_id=ANNA)
    with database.write() as uow:
        assert uow.sales.put_order(order("1001")) is True
        assert uow.sales.put_order(mine) is False
        assert uow.sales.put_order(replace(mine, store="other")) is True
        uow.commit()
    with database.read() as uow:
        assert uow.sales.get_order("web", "1001") == mine
        assert uow.sales.get_order("web", "1002") is None


def test_a_members_orders_come_newest_first(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        for number in (2, 3, 1):
            uow.sales.put_order(order(str(number), after(days=number), member_id=ANNA))
        uow.sales.put_order(order("9"))
        uow.commit()
    with database.read() as uow:
        assert [each.remote_id for each in uow.sales.orders_of_member(ANNA, 2)] == ["3", "2"]


def test_orders_wait_for_their_member_by_email(database: Database) -> None:
    with_members(database)
    with database.write() as uow:
        uow.sales.put_order(order("2", after(days=2)))
        uow.sales.put_order(order("1", after(days=1)))
        uow.sales.put_order(order("3", member_id=ANNA))
        uow.sales.put_order(order("4", email="bela@example.com"))
        uow.sales.put_order(order("5", sale_id="s-1"))
        uow.sales.put_order(order("6", email=""))
        free = uow.sales.unclaimed_orders("anna@example.com")
        assert [each.remote_id for each in free] == ["1", "2"]
        for each in free:
            uow.sales.put_order(replace(each, member_id=ANNA))
        assert uow.sales.unclaimed_orders("anna@example.com") == []
        assert uow.sales.unclaimed_orders("") == []


def test_what_counts_for_tiers_is_what_was_kept_in_shop_and_online(database: Database) -> None:
    with_members(database, member(), member(BELA))
    with database.write() as uow:
        uow.sales.put(sale("s-1", after(days=1), cents=700))
        uow.sales.put(replace(FULL_SALE, sold_at=after(days=2)))  # 1300 less 200 redeemed
        uow.sales.put(sale("s-3", after(days=3), cents=50_000))
        uow.sales.put_return(back("r-1", "s-3", after(days=40)))
        uow.sales.put(sale("s-4", after(days=4), cents=90_000, member_id=BELA))
        uow.sales.put_order(order("1", after(days=2), member_id=ANNA))
        uow.sales.put_order(order("2", after(days=2), member_id=ANNA, sale_id="s-1"))
        uow.sales.put_order(order("3", after(days=2)))
        uow.commit()
    with database.read() as uow:
        spent = uow.sales.spent
        assert spent(ANNA, T0, after(days=30)) == 700 + 1100 + 2500
        assert spent(ANNA, after(days=1), after(days=2)) == 700
        assert spent(ANNA, after(days=2), after(days=2, microseconds=1)) == 1100 + 2500
        assert spent(MemberId("m-c"), T0, after(days=30)) == 0


# Slips


def test_a_slip_comes_back_as_it_was_made(database: Database) -> None:
    with_members(database)
    full = job("p-2", sale_id=sale("s-1").id, cause="paper_out", attempts=2, copy_of=SlipId("p-1"))
    with database.write() as uow:
        uow.slips.put(full)
        uow.commit()
    with database.read() as uow:
        assert uow.slips.get(full.id) == full
        assert uow.slips.of_sale(sale("s-1").id) == [full]
        assert uow.slips.of_sale(sale("s-2").id) == []
        assert uow.slips.get(SlipId("p-9")) is None


def test_slips_are_due_oldest_first_and_only_while_queued(database: Database) -> None:
    with database.write() as uow:
        uow.slips.put(job("p-2", after(seconds=2)))
        uow.slips.put(job("p-1", after(seconds=1)))
        uow.slips.put(job("p-3", after(seconds=3), due_at=after(hours=1)))
        uow.slips.put(job("p-4", state=SlipState.UNKNOWN))
        assert [each.id for each in uow.slips.due(after(minutes=1), 5)] == ["p-1", "p-2"]
        assert [each.id for each in uow.slips.due(after(minutes=1), 1)] == ["p-1"]
        assert [each.id for each in uow.slips.due(after(hours=1), 5)] == ["p-1", "p-2", "p-3"]
        assert [each.id for each in uow.slips.unsettled()] == ["p-4", "p-1", "p-2", "p-3"]


def test_a_slip_that_waits_for_paper_is_sent_again_and_counts_it(database: Database) -> None:
    p1 = SlipId("p-1")
    with database.write() as uow:
        uow.slips.put(job(p1))
        uow.slips.move(p1, SlipState.SENDING, "")
        assert uow.slips.due(after(hours=1), 5) == []
        assert [each.id for each in uow.slips.unsettled()] == [p1]
        uow.slips.move(p1, SlipState.QUEUED, "paper_out", after(minutes=1))
        assert uow.slips.due(after(seconds=59), 5) == []
        [again] = uow.slips.due(after(minutes=1), 5)
        assert (again.cause, again.attempts, again.due_at) == ("paper_out", 1, after(minutes=1))
        uow.slips.move(p1, SlipState.SENDING, "")
        uow.slips.move(p1, SlipState.PRINTED, "")
        assert uow.slips.unsettled() == []
        done = uow.slips.get(p1)
        assert done is not None
        assert (done.state, done.attempts, done.cause) == (SlipState.PRINTED, 2, "")
        assert done.due_at == after(minutes=1)


# Staff, programme, products, sync


def test_staff_come_by_name_and_leave_without_being_forgotten(database: Database) -> None:
    people = [
        Staff(StaffId("3"), "Zsófi", Role.CASHIER, "hash"),
        Staff(StaffId("1"), "Ágota", Role.MANAGER, "hash", 3, after(minutes=5)),
        Staff(StaffId("2"), "Béla", Role.CASHIER, "hash", active=False),
    ]
    with database.write() as uow:
        for person in people:
            uow.staff.put(person)
        uow.commit()
    with database.read() as uow:
        assert uow.staff.all() == [people[1], people[0]]
        assert uow.staff.get(StaffId("2")) == people[2]
        assert uow.staff.get(CASHIER) is None


def test_the_programme_in_force_is_the_latest_that_began(database: Database) -> None:
    first, second = program(1, T0), program(2, after(days=10), expiry_months=None)
    corrected = program(3, after(days=10), welcome_points=50)
    with database.write() as uow:
        for each in (corrected, first, second):
            uow.programs.put(each)
        uow.commit()
    with database.read() as uow:
        assert uow.programs.at(after(microseconds=-1)) is None
        assert uow.programs.at(T0) == first
        assert uow.programs.at(after(days=9, hours=23)) == first
        assert uow.programs.at(after(days=10)) == corrected


def test_a_product_is_found_by_ean_and_by_sku(database: Database) -> None:
    olives = Product("OL-1", "Ελιές Καλαμών", 450, "EUR", "in oil", "5200000000017")
    with database.write() as uow:
        uow.products.put_all([olives, Product("5", "Bag", 10, "EUR")])
        uow.commit()
    with database.read() as uow:
        assert uow.products.by_code("5200000000017") == olives
        assert uow.products.by_code("OL-1") == olives
        assert uow.products.by_code("ol-9") is None
        assert uow.products.by_code("") is None


def test_products_are_searched_by_beginnings_of_words_and_by_sku(database: Database) -> None:
    shelf = [
        Product("OL-1", "Ελιές Καλαμών", 450, "EUR"),
        Product("OL-2", "Ελαιόλαδο", 900, "EUR"),
        Product("GB-1", "Gyümölcs kosár", 300, "EUR"),
        Product("KO-7", "Kosár nagy", 300, "EUR"),
    ]
    with database.write() as uow:
        uow.products.put_all(shelf)
        uow.products.put_all([replace(shelf[1], name="Λάδι")])
        uow.commit()
    with database.read() as uow:

        def skus(query: str, limit: int = 9) -> list[str]:
            return [each.sku for each in uow.products.search(query, limit)]

        assert skus("ΚΑΛΑΜ") == ["OL-1"]
        assert skus("ελ") == ["OL-1"]
        assert skus("λαδ") == ["OL-2"]
        assert skus("kosar") == ["KO-7", "GB-1"]
        assert skus("kos gyum") == ["GB-1"]
        assert skus("ol-") == ["OL-1", "OL-2"]
        assert skus("ol-", 1) == ["OL-1"]
        assert skus("nothing") == []
        assert skus("", 2) == ["GB-1", "KO-7"]


def test_sync_finds_its_place_again(database: Database) -> None:
    with database.write() as uow:
        uow.sync.put_cursor("web", "orders", "1")
        uow.sync.put_cursor("web", "orders", "2")
        uow.sync.put_cursor("web", "members", "9")
        uow.commit()
    with database.read() as uow:
        assert uow.sync.cursor("web", "orders") == "2"
        assert uow.sync.cursor("other", "orders") is None


def test_ours_and_theirs_are_linked_both_ways(database: Database) -> None:
    link = RemoteLink("web", "member", ANNA, "17", "C17")
    twin = RemoteLink("web", "member", BELA, "17")
    with database.write() as uow:
        uow.sync.put_link(RemoteLink("web", "member", ANNA, "16"))
        uow.sync.put_link(link)
        assert uow.sync.link("web", "member", ANNA) == link
        assert uow.sync.link_back("web", "member", "17") == link
        assert uow.sync.link_back("web", "member", "16") is None
        assert uow.sync.link("web", "sale", ANNA) is None
        uow.sync.put_link(twin)
        assert uow.sync.link("web", "member", ANNA) == link
        assert uow.sync.link_back("web", "member", "17") == twin
        uow.sync.put_link(link)
        assert uow.sync.link_back("web", "member", "17") == link
