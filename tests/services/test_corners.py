"""The corners of the services: a shop without this or that, and what is said about it."""

import logging
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from terminal import i18n
from terminal.demo import demo_settings
from terminal.errors import DatabaseBroken, DiskFull, NoShopHere
from terminal.i18n import Words
from terminal.ledger import EntryKind
from terminal.outbox import MessageKind
from terminal.place import data_folder, keep_log, must_hold_a_shop
from terminal.ports import RemoteLink
from terminal.services.printing import PrintSpool
from terminal.settings import Settings
from terminal.slips import SlipState
from tests.services.test_people import order
from tests.services.test_printing import Outcome, ScriptedPrinter
from tests.shop import open_shop


def test_a_twin_is_found_while_the_form_is_typed(shop):
    eleni = shop.enrol(phone="690 000 4417", email="eleni@example.com")
    enrolment = shop.services.enrolment
    assert enrolment.alike(enrolment.phone("690 000 4417"), "") == eleni.member
    assert enrolment.alike("", "eleni@example.com") == eleni.member
    assert enrolment.alike("", "") is None


def test_points_are_worth_whole_blocks(shop):
    eleni = shop.enrol()
    assert shop.services.counter.member(eleni.member.id).worth == 100
    assert shop.sell(eleni, shop.open_price(9_900)).view.worth == 100


def test_an_order_of_before_the_programme_is_history_that_earns_nothing(shop):
    eleni = shop.enrol(email="eleni@example.com")
    early = replace(order(shop), placed_at=shop.moment - timedelta(days=5000))
    assert shop.services.orders.take([early]).orders == 1
    assert shop.balance(eleni) == 100
    assert early.code in [item.ref for item in shop.services.office.page(eleni.member.id).timeline]


def test_without_an_online_store_nobody_is_told_of_an_orders_points(tmp_path):
    shop = open_shop(tmp_path / "till.db", online_stores=())
    eleni = shop.enrol(email="eleni@example.com")
    shop.services.orders.take([order(shop)])
    with shop.database.read() as uow:
        assert EntryKind.EARN in [e.kind for e in uow.ledger.entries(eleni.member.id)]
        assert uow.outbox.open(10) == []
    shop.database.close()


def test_an_order_that_changes_without_points_moves_no_standing(shop):
    eleni = shop.enrol(email="eleni@example.com")
    first = order(shop)
    shop.services.orders.take([first])
    shop.services.orders.take([replace(first, total=first.total + 100)])
    with shop.database.read() as uow:
        told = [m.kind for m in uow.outbox.open(10) if m.member_id == eleni.member.id]
    assert told.count(MessageKind.STANDING) == 2  # enrolled, earned


def test_the_demo_stands_in_the_country_of_its_language():
    there = demo_settings(replace_screen(Settings(), "hu"), "/dev/pts/9", "tcp://127.0.0.1:9100")
    assert (there.shop.country, there.shop.currency, there.shop.language) == ("HU", "HUF", "hu")
    assert (there.scanner.port, there.printer.target) == ("/dev/pts/9", "tcp://127.0.0.1:9100")


def replace_screen(settings: Settings, language: str) -> Settings:
    from msgspec.structs import replace as replace_in

    return replace_in(settings, screen=replace_in(settings.screen, language=language))


def test_what_somebody_said_stands_in_this_languages_marks():
    for language in ("en", "el", "bg", "hu", "pl", "he"):
        said = Words(language).quoted("x")
        assert "x" in said
        assert said[0] != said[-1] or said[0] == '"'
    assert Words("he").quoted("x")[1] == "\u2068"


def test_data_is_kept_where_one_says_or_where_the_platform_keeps_it(tmp_path):
    assert data_folder(str(tmp_path)) == tmp_path
    assert data_folder(None).name == "till"
    assert data_folder(None, demo=True).name == "demo"


def test_a_folder_without_a_shop_is_none_and_one_that_can_not_be_looked_at_is_left_to_others(
    tmp_path,
):
    with pytest.raises(NoShopHere) as refusal:
        must_hold_a_shop(tmp_path)
    assert refusal.value.details == {"path": str(tmp_path)}
    must_hold_a_shop(tmp_path / ("x" * 999))
    for name in ("settings.toml", "till.db"):
        shop = tmp_path / name[:4]
        shop.mkdir()
        (shop / name).touch()
        must_hold_a_shop(shop)


def test_a_log_is_kept_in_the_data_folder_or_it_is_said_that_it_cannot_be(tmp_path, monkeypatch):
    made = {}
    monkeypatch.setattr(logging, "basicConfig", lambda **told: made.update(told))
    assert keep_log(tmp_path / "new") == tmp_path / "new" / "terminal.log"
    file, console = made["handlers"]
    assert console.level == logging.WARNING
    file.emit(logging.makeLogRecord({"msg": "sold", "levelname": "INFO", "name": "till"}))
    file.emit(logging.makeLogRecord({"msg": "printed", "levelname": "INFO", "name": "till"}))
    file.close()
    lines = (tmp_path / "new" / "terminal.log").read_text("utf-8").splitlines()
    assert [line.split(" till ")[1] for line in lines] == ["sold", "printed"]
    console.close()
    with pytest.raises(DatabaseBroken):
        keep_log(tmp_path / "new" / "terminal.log" / "below")


def test_a_log_that_never_began_closes_too(tmp_path, monkeypatch):
    made = {}
    monkeypatch.setattr(logging, "basicConfig", lambda **told: made.update(told))
    keep_log(tmp_path)
    for handler in made["handlers"]:
        handler.close()
    assert not (tmp_path / "terminal.log").exists()


class RefusingDisk:
    """Books that can be read; ``twice`` is set when a second write was refused."""

    def __init__(self, database):
        self._database = database
        self._refused = 0
        self.twice = threading.Event()

    def read(self):
        return self._database.read()

    def write(self):
        self._refused += 1
        if self._refused > 1:
            self.twice.set()
        raise DiskFull(path="till.db")


def test_a_disk_that_stays_full_is_told_once(shop, caplog):
    disk, printer = RefusingDisk(shop.database), ScriptedPrinter()
    spool = PrintSpool(disk, printer, shop.bus, clock=shop.clock, new_id=shop.new_id)
    shop.sell(None, shop.basket("OIL-500"))
    spool.start()
    try:
        assert disk.twice.wait(10)
    finally:
        spool.stop()
    assert caplog.text.count("slips wait") == 1
    assert printer.given == []


def test_new_paper_hurries_what_waits_and_leaves_alone_what_asks(shop, caplog):
    printer = ScriptedPrinter([Outcome("unknown", "cut off"), Outcome("waiting", "paper_out")])
    spool = PrintSpool(shop.database, printer, shop.bus, clock=shop.clock, new_id=shop.new_id)
    asks, waits = (shop.sell(None, shop.basket("OIL-500")) for _ in range(2))
    spool.run_once()
    spool.run_once()
    spool.hurry()
    assert spool.run_once()
    assert not spool.run_once()
    with shop.database.read() as uow:
        states = [uow.slips.get(done.slip.id).state for done in (asks, waits)]
    assert states == [SlipState.UNKNOWN, SlipState.PRINTED]


def test_what_a_new_member_starts_with_can_be_told_before(shop):
    assert shop.services.enrolment.welcome_points() == 100


def test_the_customers_link_names_the_member_whatever_address_they_order_with(shop):
    eleni = shop.enrol(email="eleni@example.com")
    with shop.database.write() as uow:
        uow.sync.put_link(RemoteLink("vendure", "member", eleni.member.id, "7"))
        uow.commit()
    shop.services.orders.take([order(shop, email="another@example.com")])
    assert shop.balance(eleni) == 138


def test_texts_are_compiled_once_for_all_and_read_even_where_nothing_may_be_written(
    tmp_path, monkeypatch
):
    folder = tmp_path / "el" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / f"{i18n.DOMAIN}.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    source.write_text(header + 'msgid "Ready"\nmsgstr "Έτοιμο"\n', "utf-8")
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)

    i18n.compile_all()
    assert source.with_suffix(".mo").exists()

    def refuse(source: Path) -> Path:
        raise PermissionError(source)

    monkeypatch.setattr(i18n, "compiled", refuse)
    i18n._catalogue.cache_clear()
    try:
        assert i18n._catalogue("el").gettext("Ready") == "Έτοιμο"
    finally:
        i18n._catalogue.cache_clear()
