"""The sync desk, the doctor, the lock, the demo shop, and slips as each country wants them."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_in

from terminal import demo
from terminal.countries import COUNTRIES
from terminal.db.engine import open_database
from terminal.errors import DatabaseBroken, DataInUse, UnknownCard
from terminal.i18n import Words
from terminal.instance import InstanceLock
from terminal.ledger import EntryKind
from terminal.outbox import BlockReason, MessageKind
from terminal.services.doctor import Finding, Probe, examine
from terminal.services.online_desk import OnlineDesk
from terminal.services.overview import SyncOverview
from terminal.slip_writer import sale_slip
from terminal.slips import slip_text
from tests.shop import Shop, till

# -- the sync desk -------------------------------------------------------------------------------


def test_the_sync_page_shows_what_is_blocked_first_and_lets_it_be_sent_again(shop):
    woken = []
    desk = OnlineDesk(shop.database, clock=shop.clock, wake=lambda: woken.append(1))
    eleni = shop.enrol(family_name="Paradeigma")
    sale = shop.sell(eleni, shop.basket("OIL-500")).sale
    back = shop.services.counter.take_back(sale.ref, "damaged", "cashier").back
    with shop.database.write() as uow:
        uow.outbox.block(sale.id, BlockReason.REFUSED, "conflict")
        uow.commit()

    page = overview(shop)

    assert (desk.counts().waiting, desk.counts().blocked) == (5, 1)
    first = page.messages[0]
    assert (first.message.key, first.member, first.ref) == (sale.id, "Eleni Paradeigma", sale.ref)
    assert [m.ref for m in page.messages if m.message.kind is MessageKind.RETURN] == [back.ref]
    assert page.messages[1].ref == ""
    desk.send_again(sale.id)
    desk.sync_now()
    assert (desk.counts().blocked, woken) == (0, [1, 1])


def test_a_guests_sale_has_no_name_on_the_sync_page(shop):
    shop.sell(None, shop.basket("OIL-500"))
    assert overview(shop).messages[0].member == ""


def overview(shop):
    return SyncOverview(shop.database, clock=shop.clock, places=list).read()


# -- the doctor and the lock ---------------------------------------------------------------------


def broken() -> tuple[str, str]:
    raise UnknownCard(number="1")


def test_the_doctor_looks_at_everything_even_when_one_part_is_broken():
    probes = [Probe("a", broken), Probe("b", lambda: ("well", "")), Probe("c", lambda: ("x", "do"))]
    findings = examine(probes, (UnknownCard,))
    assert [finding.part for finding in findings] == ["a", "b", "c"]
    assert findings[0].remedy
    assert str(findings[1]) == "OK  b: well"
    assert str(Finding("c", "x", "do")).endswith("do")


def test_a_second_instance_on_the_same_data_is_refused(tmp_path):
    first, second = InstanceLock(tmp_path, "till"), InstanceLock(tmp_path, "till")
    first.take()
    with pytest.raises(DataInUse):
        second.take()
    first.release()
    first.release()
    second.take()
    second.release()


def test_a_killed_instance_leaves_no_lock_behind(tmp_path):
    code = (
        "import sys, os, signal; from pathlib import Path; "
        "from terminal.instance import InstanceLock; "
        "lock = InstanceLock(Path(sys.argv[1]), 'till'); lock.take(); os.kill(os.getpid(), 9)"
    )
    root = Path(__file__).parents[2]
    dead = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, check=False)
    assert dead.returncode == -9
    lock = InstanceLock(tmp_path, "till")
    lock.take()
    lock.release()


def test_a_data_folder_that_cannot_be_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseBroken):
        InstanceLock(tmp_path / "file" / "data", "till").take()


# -- online orders -------------------------------------------------------------------------------


def test_orders_find_their_member_by_card_too_and_a_blocked_card_is_nobodys(shop):
    from dataclasses import replace

    from terminal.cards import CardState
    from tests.services.test_people import order

    eleni = shop.enrol()
    shop.services.orders.take([replace(order(shop, email=""), card_number=eleni.card_number)])
    assert shop.balance(eleni) == 138
    with shop.database.write() as uow:
        card = uow.members.cards(eleni.member.id)[0]
        uow.members.put_card(replace(card, state=CardState.BLOCKED))
        uow.commit()
    shop.services.orders.take(
        [replace(order(shop, "10472", email=""), card_number=eleni.card_number)]
    )
    assert shop.balance(eleni) == 138


def test_the_same_order_seen_again_earns_once(shop):
    from tests.services.test_people import order

    eleni = shop.enrol(email="eleni@example.com")
    for _ in range(3):
        shop.services.orders.take([order(shop)])
    assert shop.balance(eleni) == 138


def test_our_own_sale_on_its_way_back_is_only_linked(shop):
    from dataclasses import replace

    from tests.services.test_people import order

    eleni = shop.enrol(email="eleni@example.com")
    sale = shop.sell(eleni, shop.basket("OIL-500")).sale
    for _ in range(2):
        shop.services.orders.take([replace(order(shop), sale_id=sale.id)])
    assert shop.balance(eleni) == 109
    with shop.database.read() as uow:
        assert uow.sync.link("vendure", "sale", sale.id).remote_code == "10471"


# -- the demo shop -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", list(demo.COUNTRY_OF_LANGUAGE))
def test_the_demo_shop_opens_in_every_country_with_a_year_of_history(tmp_path, language):
    country, currency = demo.COUNTRY_OF_LANGUAGE[language]
    database = open_database(tmp_path / "demo.db")
    here = Shop(database, till(country=country, currency=currency, language=language))
    stock = demo.seed(here.database, here.till, here.moment)
    again = demo.seed(here.database, here.till, here.moment + timedelta(days=1))
    assert again == stock
    page = here.services.office.page(
        here.services.counter.identify(stock.cards[0][1]).view.member.id
    )
    assert len(page.timeline) > 10
    assert {item.kind for item in page.timeline} >= {"purchase", "order"}
    assert here.services.counter.identify(stock.unused).number == stock.unused
    with here.database.read() as uow:
        assert uow.slips.unsettled() == []
    database.close()


# -- slips ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("country", list(COUNTRIES))
def test_each_country_has_its_line_top_and_bottom(shop, country):
    here = Shop(shop.database, till(country=country, address="12 Sample Street"))
    eleni = here.enrol(language="en")
    here.sell(eleni, here.open_price(40_000))
    slip = here.sell(eleni, here.open_price(4340), points=300).slip.slip
    text = slip_text(slip.blocks)
    assert text.count(COUNTRIES[country].non_fiscal) == 2
    assert "Points now" in text
    assert ("€" in text) is COUNTRIES[country].amounts
    assert "12 Sample Street" in text


def test_a_bulgarian_slip_has_no_amounts_and_never_the_forbidden_words(shop):
    here = Shop(shop.database, till(country="BG"))
    eleni = here.enrol(language="bg")
    done = here.sell(eleni, here.open_price(4340))
    here.services.counter.take_back(done.sale.ref, "damaged", "cashier")
    with here.database.read() as uow:
        texts = [slip_text(job.slip.blocks) for job in uow.slips.unsettled()]
    for text in texts:
        assert "служебен бон" not in text.casefold()
        assert "43,40" not in text


def test_a_slip_explains_points_used_cash_rounding_and_debt(shop):
    from terminal.sales import Tender, TenderKind
    from terminal.services.counter import SaleRequest

    here = Shop(shop.database, till(country="HU", currency="HUF", address=""))
    with here.database.write() as uow:
        uow.programs.put(replace_in(demo.demo_program("HUF"), version=2))
        uow.commit()
    done = here.services.counter.sell(
        SaleRequest(
            id="s", basket=here.open_price(1_492_600), member_id=None, points=0,
            tenders=(Tender(TenderKind.CASH, 1_500_000),), cashier_id="cashier",
        )
    )  # fmt: skip
    text = slip_text(done.slip.slip.blocks)
    assert "Rounding" in text
    assert "14" in text
    view = here.enrol()
    redeemed = [e for e in done.entries if e.kind is EntryKind.REDEEM]
    slip = sale_slip("x", here.till, done.sale, redeemed, view, Words("en", paper=True))
    assert "Points now 100" in slip_text(slip.blocks)
