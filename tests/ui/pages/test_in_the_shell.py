"""The pages in the real window: opened by keys and scans, worked by keys, and back again."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal.cards import own_card
from terminal.events import SyncStatus
from terminal.ids import id_maker
from terminal.members import Purpose
from terminal.services.sync_parts import deciding, overview
from terminal.staff import Role
from tests.ui.counter.shop import NOW, CounterShop
from tests.ui.pages.sync_scene import SHOP
from ui.tasks import Inline
from ui.viewmodels.shell import Scanned
from ui.viewmodels.sync_page import SyncDesk
from ui.views.enrol import EnrolPage
from ui.views.office.frame import OfficePage
from ui.views.pages import PageMaker
from ui.views.shell import Shell
from ui.views.sign_in import SignInPage
from ui.views.take_back import TakeBackPage

FREE = own_card("2950", 99_123)


class Till:
    """A till with its real window and its real pages."""

    def __init__(self) -> None:
        self.shop = CounterShop()
        self.anna = self.shop.all.desk.add("Anna", Role.MANAGER, "1357")
        self.vm = self.shop.shell()
        self.maker = PageMaker(self.shop.words, clock=self.shop.clock, who=lambda: self.vm.cashier)
        self.shop.bus.subscribe(self.maker.heard)
        self.shell = Shell(self.vm, self.maker.makers())
        self.shell.resize(1366, 768)
        self.shell.show()
        QTest.qWaitForWindowExposed(self.shell)
        self.shell.activateWindow()
        all_, clock = self.shop.all, self.shop.clock
        desk = SyncDesk(
            overview(all_, clock, lambda: (SHOP,)), all_.online,
            deciding(all_, clock, id_maker(clock)),
        )  # fmt: skip
        self.maker.ready(all_, Inline(), sync=desk)

    def start(self) -> None:
        self.vm.sign_in(self.anna)
        self.vm.ready(self.shop.services, Inline())

    @property
    def page(self) -> object:
        return self.shell.page()

    def scan(self, code: str) -> None:
        self.vm.heard(Scanned(code))

    def key(self, key: Qt.Key, control: bool = False) -> None:
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.shell.focusWidget() or self.shell, key, held)

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClick(self.shell.focusWidget() or self.shell, sign)

    def sell(self) -> str:
        """Ring one product for the first member through the counter; answers the slip."""
        self.scan(self.shop.card())
        self.scan(self.shop.ean())
        self.key(Qt.Key.Key_F12)
        return self.shop.counter.last_sale().ref


@pytest.fixture
def till(qapp: QApplication) -> Iterator[Till]:
    till = Till()
    yield till
    till.shell.close()
    till.shell.deleteLater()


def test_the_day_begins_with_a_pin(till):
    till.vm.ready(till.shop.services, Inline())
    page = till.page
    assert isinstance(page, SignInPage)
    next(tile for tile in page.tiles if tile.person == till.anna).click()
    till.type("1357")
    till.key(Qt.Key.Key_Return)
    assert till.page is None
    assert till.vm.cashier == till.anna


def test_a_card_nobody_has_becomes_a_members_and_the_basket_stays(till):
    till.start()
    till.scan(till.shop.ean())
    till.scan(FREE)
    if till.page is None:
        till.key(Qt.Key.Key_F6)
    page = till.page
    assert isinstance(page, EnrolPage)
    page.fields["given_name"].edit.setFocus()
    till.type("Dimitra")
    page.consents.checks[Purpose.PROGRAMME].click()
    till.key(Qt.Key.Key_F12)
    assert till.page is None
    assert till.vm.counter.state.view.member.name == "Dimitra"
    assert till.vm.counter.state.basket.items == 1


def test_escape_gives_an_enrolment_up_and_stores_nobody(till):
    till.start()
    before = till.shop.all.office.count()
    till.vm.open_page("enrol", FREE)
    till.type("6900001234")
    till.key(Qt.Key.Key_Escape)
    assert till.page is None
    assert till.shop.all.office.count() == before


def test_a_sale_is_taken_back_by_keys_alone(till):
    till.start()
    ref = till.sell()
    till.vm.open_page("return")
    assert isinstance(till.page, TakeBackPage)
    till.type(ref)
    till.key(Qt.Key.Key_Return)
    till.key(Qt.Key.Key_F12)
    with till.shop.database.read() as uow:
        assert uow.sales.return_of(uow.sales.by_ref(ref).id) is not None
    till.key(Qt.Key.Key_F12)
    assert till.page is None


def test_points_are_corrected_by_keys_alone(till):
    till.start()
    view = till.shop.view()
    till.key(Qt.Key.Key_O, control=True)
    assert isinstance(till.page, OfficePage)
    assert not till.shell.keys.isVisible()
    till.type(view.member.family_name)
    till.key(Qt.Key.Key_Down)
    member_id = till.page.members_view.sheet._model.member_id
    before = till.shop.counter.member(member_id).account.balance
    till.key(Qt.Key.Key_E, control=True)
    till.type("-7")
    till.key(Qt.Key.Key_Return)
    till.type("Counted twice")
    till.key(Qt.Key.Key_F12)
    assert till.shop.counter.member(member_id).account.balance == before - 7
    till.key(Qt.Key.Key_Escape)
    assert till.page is None


def test_a_member_page_follows_the_counter(till):
    till.start()
    view = till.shop.view()
    till.vm.open_page("office", view.member.id)
    rows = till.page.members_view.sheet.timeline.count()
    till.shop.all.office.adjust(view.member.id, 5, "A gift", till.anna)
    assert till.page.members_view.sheet.timeline.count() == rows + 1


def test_the_sync_page_knows_what_was_said_before_it_was_opened(till):
    till.start()
    till.maker.heard(SyncStatus("offline", 3, 0, NOW, "unreachable"))
    till.vm.open_page("sync")
    assert till.page.on_sync
    assert till.page.sync_view.rows[0].accessibleName() == "Online store: no connection"


def test_what_an_abandoned_enrolment_still_answers_reaches_nobody(till):
    till.start()

    class Late(Inline):
        """Answers when it is told to."""

        def __init__(self) -> None:
            self.waiting = []

        def run(self, work, done, refused, *, key=""):
            self.waiting.append((work, done, refused))

    late = Late()
    till.maker.ready(till.shop.all, late)
    till.vm.open_page("enrol", FREE)
    till.page.fields["given_name"].edit.setFocus()
    till.type("Dimitra")
    till.page.consents.checks[Purpose.PROGRAMME].click()
    till.key(Qt.Key.Key_F12)
    till.key(Qt.Key.Key_Escape)
    for work, done, refused in late.waiting:
        Inline().run(work, done, refused)
    assert till.vm.counter.state.view is None


def test_work_that_failed_unforeseen_does_not_leave_a_page_waiting(till):
    till.start()

    class Never(Inline):
        def run(self, work, done, refused, *, key=""):
            """Neither an answer nor a refusal: a bug."""

    till.maker.ready(till.shop.all, Never())
    till.vm.open_page("enrol", FREE)
    till.key(Qt.Key.Key_F12)
    assert till.page.consents.give.is_busy()
    till.maker.failed(RuntimeError("a bug"))
    assert not till.page.consents.give.is_busy()
