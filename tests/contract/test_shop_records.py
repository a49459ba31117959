"""Slips, staff, programmes, products, and where sync stands."""

from dataclasses import replace

import pytest

from terminal.drawer import DrawerKick, KickId, KickReason
from terminal.errors import BadgeTaken
from terminal.ids import SlipId, StaffId
from terminal.ports import Database, RemoteLink
from terminal.programs import Expiry, per_money, welcome
from terminal.sales import Product
from terminal.slips import Block, SlipState
from terminal.staff import Role, Staff
from tests.contract.samples import (
    ANNA,
    BELA,
    CASHIER,
    T0,
    TILL,
    after,
    job,
    program,
    sale,
    with_members,
)


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


def test_slips_are_found_by_a_text_on_them(database: Database) -> None:
    named = Block("pair", 'Anna "Zoë" Example', "Gold")
    with database.write() as uow:
        uow.slips.put(job("p-1"))
        known = job("p-2")
        known = replace(known, slip=replace(known.slip, blocks=(named,)))
        uow.slips.put(known)
        assert uow.slips.naming('"Zoë"') == [known]
        assert uow.slips.naming("zoë") == []


def test_slips_wait_oldest_first_and_only_while_queued(database: Database) -> None:
    with database.write() as uow:
        uow.slips.put(job("p-2", after(seconds=2)))
        uow.slips.put(job("p-1", after(seconds=1)))
        uow.slips.put(job("p-3", after(seconds=3)))
        uow.slips.put(job("p-4", state=SlipState.UNKNOWN))
        assert [each.id for each in uow.slips.queued(5)] == ["p-1", "p-2", "p-3"]
        assert [each.id for each in uow.slips.queued(1)] == ["p-1"]
        assert [each.id for each in uow.slips.unsettled()] == ["p-4", "p-1", "p-2", "p-3"]


def test_a_slip_that_waits_for_paper_is_sent_again_and_counts_it(database: Database) -> None:
    p1 = SlipId("p-1")
    with database.write() as uow:
        uow.slips.put(job(p1))
        uow.slips.move(p1, SlipState.SENDING, "")
        assert uow.slips.queued(5) == []
        assert [each.id for each in uow.slips.unsettled()] == [p1]
        uow.slips.move(p1, SlipState.QUEUED, "paper_out")
        [again] = uow.slips.queued(5)
        assert (again.cause, again.attempts) == ("paper_out", 1)
        uow.slips.move(p1, SlipState.SENDING, "")
        uow.slips.move(p1, SlipState.PRINTED, "")
        assert uow.slips.unsettled() == []
        done = uow.slips.get(p1)
        assert done is not None
        assert (done.state, done.attempts, done.cause) == (SlipState.PRINTED, 2, "")


def test_a_slip_knows_which_printer_took_it(database: Database) -> None:
    p1 = SlipId("p-1")
    with database.write() as uow:
        uow.slips.put(job(p1, printer="front"))
        uow.slips.move(p1, SlipState.SENDING, "", printer="back")
        uow.slips.move(p1, SlipState.UNKNOWN, "timeout")
        [asked] = uow.slips.unsettled()
        assert asked.printer == "back"
        uow.slips.move(p1, SlipState.QUEUED, "", printer="")
        [free] = uow.slips.unsettled()
        assert free.printer == ""


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


def test_a_badge_says_who_stands_there_and_is_nobody_elses(database: Database) -> None:
    anna = Staff(StaffId("1"), "Anna", Role.MANAGER, "hash", badge="B-1")
    left = Staff(StaffId("2"), "Béla", Role.CASHIER, "hash", active=False, badge="B-2")
    plain = [Staff(StaffId(n), "Example", Role.CASHIER, "hash") for n in ("3", "4")]
    with database.write() as uow:
        for person in (anna, left, *plain, replace(anna, failed=1)):
            uow.staff.put(person)
        with pytest.raises(BadgeTaken) as refusal:
            uow.staff.put(replace(plain[0], badge="B-1"))
        assert refusal.value.details == {"staff_id": "1", "name": "Anna"}
        uow.staff.put(replace(plain[0], badge="B-2"))
        with pytest.raises(BadgeTaken):
            uow.staff.put(replace(left, active=True))
        uow.staff.put(replace(left, badge="B-1"))
        uow.commit()
    with database.read() as uow:
        assert uow.staff.by_badge("B-1") == replace(anna, failed=1)
        assert uow.staff.by_badge("B-2") == replace(plain[0], badge="B-2")
        assert uow.staff.by_badge("") is None
        assert uow.staff.by_badge("B-9") is None


def test_openings_of_the_drawer_are_told_by_time_and_answered_once(database: Database) -> None:
    sold = DrawerKick(
        id=KickId("k-2"), at=after(seconds=5), till=TILL, staff_id=CASHIER,
        reason=KickReason.SALE, sale_id=sale("s-1").id,
    )  # fmt: skip
    first = replace(sold, id=KickId("k-1"), at=T0, reason=KickReason.MANUAL, sale_id=None)
    with database.write() as uow:
        uow.drawer.put(sold)
        uow.drawer.put(first)
        uow.drawer.settle(sold.id, "kicked")
        uow.drawer.settle(sold.id, "unreachable")
        uow.drawer.settle(KickId("k-9"), "kicked")
        uow.commit()
    with database.read() as uow:
        sold = replace(sold, outcome="kicked")
        assert uow.drawer.between(T0, after(seconds=6)) == [first, sold]
        assert uow.drawer.between(T0, after(seconds=5)) == [first]
        assert uow.drawer.between(after(seconds=1), after(seconds=6)) == [sold]


def test_the_programme_in_force_is_the_latest_that_began(database: Database) -> None:
    first, second = program(1, T0), program(2, after(days=10), expiry=Expiry(kind="never"))
    corrected = program(3, after(days=10), rules=(per_money(1, 100), welcome(50)))
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
        assert uow.sync.links_back("web", "member", "17") == [twin, link]
        assert uow.sync.links_back("web", "member", "16") == []
        uow.sync.put_link(link)
        assert uow.sync.link_back("web", "member", "17") == link
