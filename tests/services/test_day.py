"""The end of a day: what the till did, by whom, on the shop's own calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from terminal.drawer import DrawerKick, KickId, KickReason
from terminal.entries import EntryKind, LedgerEntry
from terminal.i18n import Words
from terminal.programs.model import per_money
from terminal.programs.policies import Expiry, Tier
from terminal.sales import Goods, Product, Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.day import DayService
from terminal.services.models import SignedIn
from terminal.shares import ReturnLine
from terminal.slips import SlipState, slip_text
from terminal.slips_written.day import day_rows
from terminal.staff import Role
from tests.shop import START, Shop

GIFT = Product("GIFT", "Gift card", 2_000, "EUR", goods=Goods(kind="gift_card"))


def days(shop: Shop) -> DayService:
    return DayService(shop.database, shop.till, clock=shop.clock, new_id=shop.new_id)


def cash(shop: Shop, *skus: str, given: int, who: str = "manager"):
    request = SaleRequest(
        id=shop.new_id(), basket=shop.basket(*skus), member_id=None, points=0,
        tenders=(Tender(TenderKind.CASH, given),), cashier_id=who,
    )  # fmt: skip
    return shop.services.counter.sell(request).sale


def kick(shop: Shop, name: str, reason: KickReason, till: str = "T1", who: str = "manager"):
    with shop.database.write() as uow:
        uow.drawer.put(
            DrawerKick(id=KickId(name), at=shop.moment, till=till, staff_id=who, reason=reason)
        )
        uow.commit()


def rows(sums, *, amounts: bool = True) -> dict[str, str]:
    return dict(day_rows(sums, Words("en", paper=True), amounts=amounts))


def test_a_day_adds_up_for_the_till_and_for_everybody_at_it(shop):
    shop.products["GIFT"] = GIFT
    shop.run(rules=(per_money(1, 100),), promotions=(), challenges=(), tiers=(Tier("bronze"),))
    member = shop.enrol()
    shop.sell(member, shop.open_price(40_000))
    shop.later(minutes=1)
    sold = shop.sell(member, shop.basket("OIL-500", "COF-250"), points=200)
    cash(shop, "COF-250", given=1_000)
    card = shop.sell(None, shop.basket("GIFT")).vouchers[0].code
    shop.sell(None, shop.basket("OIL-500"), cards=(Tender(TenderKind.GIFT_CARD, 980, card),))
    shop.services.counter.take_back(sold.sale.ref, "gift", "manager", (ReturnLine(0, 1),))
    figures = days(shop).figures()
    total = figures.total
    assert (total.sales, total.guests, total.returns) == (5, 3, 1)
    assert total.takings == {"EUR": 40_000 + 1_420 + 640 + 2_000 + 980}
    assert total.tenders == {
        ("EUR", "cash"): 640, ("EUR", "card"): 40_000 + 1_420 + 2_000, ("EUR", "gift_card"): 980
    }  # fmt: skip
    assert total.cards_sold == {"EUR": 2_000}
    assert (total.given, total.used) == (400 + 14, 200)
    assert total.taken == 8
    assert total.restored == 121
    assert figures.enrolments == 1
    names = dict(figures.cashiers)
    assert list(names) == ["Anna", "Maria"]
    assert (names["Anna"].sales, names["Anna"].returns, names["Maria"].sales) == (1, 1, 4)
    assert sum(person.sales for person in names.values()) == total.sales
    assert rows(total)["Gift cards sold"] == "€20.00"
    assert "Takings" not in rows(total, amounts=False)
    assert "Paid back" not in rows(total, amounts=False)


def test_openings_of_the_drawer_without_a_sale_are_told(shop):
    kick(shop, "a", KickReason.MANUAL)
    kick(shop, "b", KickReason.SALE)
    kick(shop, "c", KickReason.MANUAL, till="T2")
    kick(shop, "d", KickReason.TEST, who="cashier")
    kick(shop, "e", KickReason.MANUAL, who="somebody")
    with shop.database.write() as uow:
        uow.staff.put(replace(uow.staff.get("cashier"), active=False))
        uow.commit()
    figures = days(shop).figures()
    assert figures.total.openings == 3
    assert list(dict(figures.cashiers)) == ["Anna", "Maria", "somebody"]
    assert dict(figures.cashiers)["Anna"].openings == 1
    assert rows(figures.total)["Drawer opened by hand"] == "3"


def test_other_tills_other_days_and_nobodys_entries_stay_apart(shop):
    shop.run(expiry=Expiry(kind="month_end", months=0))
    member = shop.enrol()
    sale = shop.sell(member, shop.basket("OIL-500")).sale
    with shop.database.write() as uow:
        uow.sales.put(replace(sale, id="other", ref="T2-000001", till="T2"))
        [earn] = uow.ledger.of_source(sale.id)
        uow.ledger.append([replace(earn, id="others", till="T2", source_id="other")])
        uow.commit()
    shop.services.counter.take_back(sale.ref, "gift", "cashier")
    with shop.database.write() as uow:
        [back] = uow.sales.returns_of(sale.id)
        uow.sales.put_return(replace(back, id="there", ref="T2-000002", till="T2", sale_id="other"))
        uow.commit()
    figures = days(shop).figures()
    assert (figures.total.returns, figures.total.given) == (1, 100 + 9)
    assert days(shop).figures().total.sales == 1
    yesterday = days(shop).figures(date(2026, 11, 20))
    assert (yesterday.total.sales, yesterday.enrolments, yesterday.cashiers) == (0, 0, ())
    shop.moment = datetime(2026, 12, 1, 9, tzinfo=UTC)
    shop.sell(member, shop.basket("OIL-500"))
    today = days(shop).figures()
    assert today.total.expired == 100 + 9
    assert EntryKind.EXPIRE not in dict(today.cashiers)["Maria"].points


def test_corrections_by_hand_are_told(shop):
    member = shop.enrol()
    anna = SignedIn("manager", "Anna", Role.MANAGER)
    shop.services.office.adjust(member.member.id, 25, "lost slip", anna)
    assert days(shop).figures().total.corrected == 25


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 28), 23), (date(2026, 10, 25), 25), (date(2026, 11, 21), 24)]
)
def test_a_day_is_as_long_as_the_clocks_make_it(shop, day, hours):
    shop.run(zone="Europe/Athens")
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)
    member, found = shop.enrol(), 0
    entries = []
    for hour in range(30):
        at = begins + timedelta(hours=hour, minutes=30)
        entries.append(
            LedgerEntry(
                id=f"{day} {hour}", member_id=member.member.id, kind=EntryKind.BONUS, points=1,
                decided_at=at, till="T1", seq=1_000 + hour,
            )
        )  # fmt: skip
    with shop.database.write() as uow:
        uow.ledger.append(entries)
        uow.commit()
    shop.moment = max(START, begins + timedelta(days=2))
    figures = days(shop).figures(day)
    found = figures.total.given - (100 if day == START.date() else 0)
    assert found == hours


def test_slips_that_wait_or_are_in_doubt_are_counted(shop):
    first, second = cash(shop, "OIL-500", given=980), cash(shop, "OIL-500", given=980)
    with shop.database.write() as uow:
        uow.slips.move(uow.slips.of_sale(first.id)[0].id, SlipState.UNKNOWN, "silent")
        uow.commit()
    figures = days(shop).figures()
    assert (figures.waiting, figures.unknown) == (1, 1)
    assert second.ref
    job = days(shop).print()
    text = slip_text(job.slip.blocks)
    assert "Slips in doubt 1" in text
    assert "Slips that wait 1" in text
    assert job.slip.kind == "day"
    with shop.database.read() as uow:
        assert uow.slips.get(job.id) == job


def test_a_till_without_a_programme_has_the_countrys_day(shop):
    with shop.database.read() as uow:
        program = uow.programs.at(START)
    shop.moment = program.effective_from - timedelta(days=1)
    figures = days(shop).figures()
    assert figures.total.sales == 0
    assert "Sales" in rows(figures.total)
