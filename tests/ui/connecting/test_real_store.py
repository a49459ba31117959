"""The whole page against a real Vendure store, by the keys and buttons that a person uses: from an
address as it is typed to the first import and the balance that follows from it."""

import time
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from sync.connect import connect_store
from sync.connecting import Door
from sync.first_import import FirstImport
from terminal.i18n import Words
from terminal.ids import id_maker
from terminal.services.connecting import ConnectingService
from terminal.services.taking_in import taking_in
from terminal.settings import load
from tests.shop import open_shop
from tests.stores import Shopper, VendureStore, unique
from tests.ui.connecting.doors import MANAGER, Keys
from ui.bridge import ThreadBridge
from ui.tasks import Tasks
from ui.viewmodels.connecting.model import ConnectingModel
from ui.views.connecting.page import ConnectingPage

PATIENCE = 60_000


def now():
    return datetime.now(UTC)


class Till:
    """A till without an online store, its books on disk, its page on the screen."""

    def __init__(self, folder, qtbot, store: VendureStore) -> None:
        self.store, self.qtbot = store, qtbot
        self.path = folder / "settings.toml"
        self.shop = open_shop(folder / "till.db", online_stores=())
        self.keys, self.bridge, self.lane = Keys(), ThreadBridge(), Tasks("store")
        self.bugs, self.filled = [], []
        self.lane.failed.connect(self.bugs.append)
        self.new_id = id_maker(now)
        self.door = Door(connect_store, self._importing)
        self.service = ConnectingService(
            self.door, self.shop.database, self.keys, self.path, load(self.path), clock=now,
            seconds=time.monotonic, tell=self.bridge.post, ready=self.filled.append,
        )  # fmt: skip
        self.page = ConnectingPage(self._way)
        qtbot.addWidget(self.page)
        self.page.resize(1366, 704)
        self.page.open_with("")
        self.page.show()

    def _importing(self, store, wanted):
        taking = taking_in(self.shop.till, wanted)
        return FirstImport(self.shop.database, store, clock=now, new_id=self.new_id, taking=taking)

    def _way(self, subject):
        model = ConnectingModel(
            self.service, self.lane, Words(), lambda: MANAGER, time.monotonic, subject
        )
        self.bridge.posted.connect(model.heard)
        return model

    @property
    def model(self):
        return self.page.model

    def type(self, field, text):
        """Type as a person does."""
        field.edit.setFocus()
        field.edit.clear()
        self.qtbot.keyClicks(field.edit, text)

    def rested(self):
        """Wait until the store has answered."""
        self.qtbot.waitUntil(lambda: not self.model.model.busy, timeout=PATIENCE)

    def enter(self):
        """Enter, wherever the focus is."""
        self.qtbot.keyClick(self.page.focusWidget() or self.page, Qt.Key.Key_Return)
        self.rested()

    def go(self):
        """The filled button."""
        self.page.next.click()
        self.rested()

    def close(self):
        self.service.close()
        self.lane.stop()
        self.shop.database.close()


@pytest.fixture
def till(tmp_path, qtbot, vendure):
    made = Till(tmp_path, qtbot, vendure)
    yield made
    made.close()
    assert made.bugs == []


def test_from_the_address_to_the_balance(till, vendure):
    email = f"{unique('eleni')}@example.com"
    member = till.shop.enrol("Eleni", email=email)
    before = till.shop.balance(member)
    shopper = Shopper(vendure).register(email, first_name="Eleni", last_name="Paradeigma")
    order = shopper.buy({"HON-450": 2})
    stranger = Shopper(vendure).register()
    stranger.buy({"TEA-100": 1})
    views = till.page.views

    # An address out of the browser, with the office's own path behind it.
    till.type(views["address"].field, f" http://127.0.0.1:{vendure.port}/admin/login?next=%2F ")
    till.enter()
    assert till.model.plan.found.url == vendure.admin_api
    assert till.model.facts[0][1] == "Vendure"
    till.go()
    assert till.model.step == "key"

    # A wrong password first, then the key, pasted with what came along.
    till.type(views["key"].name_field, "till")
    till.type(views["key"].secret, "not the password")
    till.enter()
    assert till.model.step == "key"
    assert "password" in till.model.key.result.title
    till.model.key.choose("key")
    till.type(views["key"].secret, f'"{vendure.api_key}" ')
    till.enter()
    assert till.model.step == "rights"
    till.rested()
    assert {row.state for row in till.model.rights.rows} <= {"good", "look"}
    assert till.model.plan.greeting.currency == "EUR"

    till.go()
    assert till.model.step == "needs"
    if till.model.needs.to_make:
        views["needs"].agree.click()
        till.go()
        assert till.model.needs.to_make == []
    till.go()
    assert till.model.step == "choices"
    views["choices"].known.click()
    till.go()
    assert till.model.step == "rehearsal"
    counted = till.model.plan.rehearsal
    assert counted.linked >= 1
    assert counted.left >= 1
    assert counted.orders >= 1
    assert counted.would_earn > 0
    assert till.shop.balance(member) == before
    assert load(till.path).online_stores == ()

    till.go()
    assert till.model.step == "import"
    till.qtbot.waitUntil(lambda: till.model.bringing.is_done, timeout=PATIENCE)
    assert till.filled == ["vendure"]
    settings = load(till.path).online_store
    assert (settings.kind, settings.url) == ("vendure", vendure.admin_api)
    assert till.keys == {"online-store": vendure.api_key}
    assert vendure.api_key not in till.path.read_text("utf-8")
    assert till.shop.balance(member) > before
    with till.shop.database.read() as uow:
        link = uow.sync.link("vendure", "member", member.member.id)
        assert link.remote_id == shopper.customer_id()
    assert order.code


def test_an_address_where_nobody_is_says_so_and_can_be_corrected(till, vendure):
    field = till.page.views["address"].field
    till.type(field, "http://127.0.0.1:9/shop")
    till.enter()
    assert till.model.address.result.tone == "warning"
    assert "does not answer" in till.model.address.result.title
    till.type(field, f"127.0.0.1:{vendure.port}")
    till.enter()
    assert till.model.address.is_found
    assert [title for title, _ in till.model.address.warnings] == [
        "The line to this shop is not encrypted."
    ]


def test_a_person_of_the_store_is_found_by_address(till, vendure):
    shopper = Shopper(vendure).register(first_name="Anna", last_name="Sample")
    till.model.plan.found = till.service.recognise(f"http://127.0.0.1:{vendure.port}")
    till.model.plan.kind = "vendure"
    till.service.keep(_with_key(till, vendure), MANAGER)
    (found,) = till.service.people("vendure", None, shopper.email)
    assert (found.id, found.name) == (shopper.customer_id(), "Anna Sample")
    assert till.service.people("vendure", None, "nobody@example.com") == ()


def _with_key(till, vendure):
    from terminal.services.store_keys import Key

    till.model.plan.key = Key("", vendure.api_key)
    return till.model.plan.draft()
