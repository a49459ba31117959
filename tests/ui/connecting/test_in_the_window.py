"""From the sync page to the connecting page and back, in the real window."""

import pytest

from terminal.events import ImportMoved
from terminal.ids import id_maker
from terminal.services.sync_parts import deciding, overview, places_of
from terminal.staff import Role
from tests.ui.connecting.doors import URL, Desk
from tests.ui.counter.shop import CounterShop
from ui.tasks import Inline
from ui.viewmodels.sync_page import SyncDesk
from ui.views.connecting.page import ConnectingPage
from ui.views.pages import PageMaker
from ui.views.shell import Shell


class Till:
    """A till with its real window over a store made of words."""

    def __init__(self, folder):
        self.shop, self.desk = CounterShop(), Desk(folder)
        self.anna = self.shop.all.desk.add("Anna", Role.MANAGER, "1357")
        self.desk.database = self.shop.all.database
        self.desk.service = service = self.desk.open()
        self.vm = self.shop.shell()
        clock = self.shop.clock
        self.maker = PageMaker(self.shop.words, clock=clock, who=lambda: self.vm.cashier)
        self.shop.bus.subscribe(self.maker.heard)
        reads = overview(self.shop.all, clock, lambda: places_of(service.settings))
        hands = deciding(self.shop.all, clock, id_maker(clock))
        sync = SyncDesk(reads, self.shop.all.online, hands, service)
        self.maker.ready(self.shop.all, Inline(), sync=sync)
        self.shell = Shell(self.vm, self.maker.makers())
        self.shell.resize(1366, 768)
        self.shell.show()
        self.vm.sign_in(self.anna)
        self.vm.ready(self.shop.services, Inline())

    @property
    def page(self):
        return self.shell.page()


@pytest.fixture
def till(qapp, tmp_path):
    made = Till(tmp_path)
    yield made
    made.desk.service.close()
    made.shell.close()


def test_a_store_is_connected_from_the_sync_page_and_seen_there_afterwards(till):
    till.vm.open_page("sync")
    assert till.page.sync_view.well.title.text() == "No online store is set up"
    till.page.sync_view.connect_first.click()
    page = till.page
    assert isinstance(page, ConnectingPage)
    while page.model.step != "import":
        till.desk.act(page.model)
    till.desk.service.pause("vendure")
    till.shop.bus.tell(ImportMoved("vendure", "done"))
    assert page.model.bringing.is_done
    page.next.click()
    assert till.page.on_sync
    (store,) = till.page.sync_view._model.page.stores
    assert store.place.url == URL
    till.page.sync_view.change.click()
    till.page.sync_view.settings.key.click()
    assert till.page.model.step == "key"
    till.page.back.click()
    assert till.page.on_sync


def test_without_the_service_there_is_no_such_page(till):
    maker = PageMaker(till.shop.words, clock=till.shop.clock, who=lambda: None)
    maker.ready(till.shop.all, Inline())
    assert "connect" not in maker.makers()
    with pytest.raises(RuntimeError):
        maker._connect()
