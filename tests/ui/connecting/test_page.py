"""The connecting page on the screen: by keys, in every language and size; what it shows when."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QScrollArea

from terminal.connecting import Found, Greeting, NeedSeen, RightSeen
from terminal.events import ImportMoved
from terminal.i18n import Words
from terminal.members import LANGUAGES
from tests.ui.connecting.doors import CASHIER, CODES, SHOP_KEY, Desk, Later, trouble
from ui.viewmodels.connecting.plan import STEPS
from ui.viewmodels.notices import Opening
from ui.views.components.fit import misfits
from ui.views.connecting.page import ConnectingPage

SIZES = [(1366, 704), (1280, 656), (1024, 704)]
SPOKEN = [(language, SIZES[2]) for language in LANGUAGES] + [("long", size) for size in SIZES]


class LongWords(Words):
    """English in which each word takes two fifths more room."""

    def t(self, message: str, **values: object) -> str:
        return longer(super().t(message, **values))

    def n(self, singular: str, plural: str, n: int, **values: object) -> str:
        return longer(super().n(singular, plural, n, **values))


def longer(text: str) -> str:
    return " ".join(word + "o" * round(len(word) * 0.4) for word in text.split(" "))


def opened(desk, qtbot, subject="", size=SIZES[0], runs=None):
    page = ConnectingPage(lambda subject: desk.way(subject, runs))
    qtbot.addWidget(page)
    page.resize(*size)
    page.open_with(subject)
    page.show()
    page.activateWindow()
    return page


@pytest.fixture
def page(desk, qtbot):
    return opened(desk, qtbot)


# -- by keys ---------------------------------------------------------------------------------------


def test_the_whole_way_by_keys_alone(desk, page, qtbot):
    done = []
    page.finished.connect(done.append)

    def enter():
        qtbot.keyClick(page.focusWidget() or page, Qt.Key.Key_Return)

    assert isinstance(page.focusWidget(), QLineEdit)
    qtbot.keyClicks(page.focusWidget(), "shop.example")
    enter()
    assert page.model.address.is_found
    enter()
    assert page.model.step == "key"
    qtbot.keyClicks(page.focusWidget(), "till")
    enter()
    qtbot.keyClicks(page.focusWidget(), "pass word")
    enter()
    for step in STEPS[2:6]:
        assert page.model.step == step
        qtbot.keyClick(page, Qt.Key.Key_Enter)
    assert page.model.step == "import"
    desk.service.pause("vendure")
    page.next.click()
    assert done == [Opening("sync")]


def test_escape_goes_back_and_out(page):
    done = []
    page.finished.connect(done.append)
    (back,) = page.keys()
    assert back.key == "Esc"
    back.callback()
    assert done == [Opening("sync")]


def test_a_scan_is_nobodys_while_a_store_is_connected(page):
    assert page.take_scan("2950041744174")


def test_another_key_reaches_the_page(page, qtbot):
    qtbot.keyClick(page, Qt.Key.Key_F7)
    assert page.model.step == "address"


def test_a_step_that_was_there_opens_by_its_name(desk, qtbot):
    page = opened(desk, qtbot)
    desk.look(page.model)
    page.model.next()
    page.steps["rights"].click()
    assert page.model.step == "key"
    page.steps["address"].click()
    assert page.model.step == "address"


# -- what it shows ---------------------------------------------------------------------------------


def test_waiting_can_be_stopped_where_back_is(desk, qtbot):
    runs = Later()
    page = opened(desk, qtbot, runs=runs)
    page.model.address.type("shop.example")
    page.next.click()
    assert page.back.text() == "Stop"
    assert page.next.is_busy()
    assert page.views["address"].waiting.isVisible()
    page.back.click()
    assert page.back.text() == "Back"
    assert page.views["address"].result.isVisible()


def test_a_cashier_sees_who_may(desk, qtbot):
    desk.person = CASHIER
    page = opened(desk, qtbot)
    assert page.closed.isVisible()
    assert not page.next.isVisible()
    page.focus_first()
    assert page.focusWidget() is page.back


def test_a_key_is_hidden_unless_a_person_wants_to_see_it(desk, page):
    view = page.views["key"]
    assert view.secret.edit.echoMode() is QLineEdit.EchoMode.Password
    view.shown.setChecked(True)
    assert view.secret.edit.echoMode() is QLineEdit.EchoMode.Normal


def test_key_or_user_is_chosen(desk, qtbot):
    page = opened(desk, qtbot)
    desk.look(page.model)
    page.model.next()
    view = page.views["key"]
    assert view.name_field.isVisible()
    view.ways.choose(0)
    assert not view.name_field.isVisible()
    assert view.secret.edit.accessibleName() == "API key"
    view.ways.choose(1)
    assert view.name_field.isVisible()


def test_a_certificate_is_chosen_from_a_file_or_typed(desk, page, monkeypatch):
    view = page.views["address"]
    assert not view.certificate.isVisible()
    desk.door.troubles["recognise"] = trouble("certificate", passes=True)
    desk.look(page.model)
    assert view.certificate.isVisible()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("/etc/shop.pem", ""))
    view.choose.click()
    assert (page.model.plan.ca, view.file.text()) == ("/etc/shop.pem", "/etc/shop.pem")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("", ""))
    view.choose.click()
    assert page.model.plan.ca == "/etc/shop.pem"
    view.file.edited.emit("/etc/other.pem")
    assert page.model.plan.ca == "/etc/other.pem"


def test_a_person_says_what_kind_of_shop_it_is(desk, page):
    desk.door.found = Found("", "https://shop.example")
    desk.look(page.model)
    view = page.views["address"]
    assert view.kinds.isVisible()
    assert view.kinds.index() == 0
    for number, kind in enumerate(("vendure", "woocommerce", "shopify", "medusa"), 1):
        view.kinds.choose(number)
        assert page.model.plan.kind == kind
        assert page.model.address.may_go
    view.kinds.choose(0)
    assert not page.model.address.may_go


def test_consent_is_asked_for_what_is_made(desk, qtbot):
    desk.door.needs = (NeedSeen("guest", there=False, can_make=True),)
    page = opened(desk, qtbot)
    while page.model.step != "needs":
        desk.act(page.model)
    view = page.views["needs"]
    view.agree.click()
    assert page.next.text() == "Make it there"
    page.next.click()
    assert desk.door.made == ["guest"]
    assert not view.agree.isChecked()
    view.again.click()
    page.model.go("rights")
    page.views["rights"].again.click()
    assert desk.door.asked.count("rights") == 2


def test_choices_are_taken_and_mails_come_to_the_front(desk, qtbot):
    desk.door.greeting = Greeting("Elia", "EUR", "", frozenset({"order"}))
    page = opened(desk, qtbot, size=(1024, 600))
    while page.model.step != "choices":
        desk.act(page.model)
    view = page.views["choices"]
    page.next.click()
    assert page.focusWidget() is view.known
    view.tells.radios["points"].click()
    assert not view.warned.isVisible()
    view.tells.radios["sales"].click()
    view.members.radios["all"].click()
    assert (page.model.plan.tells, page.model.plan.members) == ("sales", "all")
    view.known.click()
    page.next.click()
    assert page.model.step == "rehearsal"
    page.views["rehearsal"].again.click()
    assert desk.door.asked.count("rehearse") == 2


def test_an_import_is_paused_and_gone_on_with(desk, qtbot):
    page = opened(desk, qtbot)
    while page.model.step != "import":
        desk.act(page.model)
    desk.service.pause("vendure")
    view = page.views["import"]
    page.model.heard(ImportMoved("vendure", "open", "orders", 5, 10))
    assert view.pause.isVisible()
    assert not view.resume.isVisible()
    page.model.heard(ImportMoved("vendure", "paused", "orders", 5, 10))
    assert view.resume.isVisible()
    assert not view.next_things.isVisible()
    page.model.heard(ImportMoved("vendure", "done"))
    assert view.next_things.isVisible()
    assert view.title.text() == "Connected"


def test_hiding_the_page_lets_go_of_the_store(desk, qtbot):
    page = opened(desk, qtbot)
    while page.model.step != "rights":
        desk.act(page.model)
    page.hide()
    assert all(visit.closed for visit in desk.door.visits)


def test_a_narrow_window_keeps_the_numbers_of_the_steps(desk, page):
    assert page.head.isVisible()
    page.resize(1024, 704)
    assert not page.head.isVisible()
    assert page.back.key() == ""


# -- in every language and size --------------------------------------------------------------------


@pytest.fixture(params=SPOKEN)
def spoken(request, qapp: QApplication):
    """Words of a language, in its direction, and a size to show them at."""
    language, size = request.param
    before = qapp.layoutDirection()
    direction = Qt.LayoutDirection
    qapp.setLayoutDirection(direction.RightToLeft if language == "he" else direction.LeftToRight)
    yield LongWords("en") if language == "long" else Words(language), size
    qapp.setLayoutDirection(before)


def fits(page, qtbot, size):
    for _ in range(3):  # a text that breaks anew asks its layouts one after the other
        qtbot.wait(1)
    found = [str(misfit) for misfit in misfits(page)]
    if page.size().toTuple() != size:
        found.append(f"the page grew to {page.size().toTuple()}")
    for area in page.findChildren(QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width():
            found.append(f"{area.widget().width()} in a place of {area.viewport().width()}")
    assert not found, "\n".join(found)


def test_every_step_fits(tmp_path, spoken, qtbot):
    words, size = spoken
    desk = Desk(tmp_path, words=words)
    desk.door.found = Found(
        "vendure", "http://shop.example", "Elia Deli online", "3.7.3",
        ("plain_permalinks", "not_https", "redirects", "old_version"), "http://www.shop.example",
    )  # fmt: skip
    desk.door.greeting = Greeting(
        "Elia Deli online", "EUR", "", frozenset({"customer", "order", "refund", "profile"})
    )
    desk.door.rights = tuple(
        RightSeen(code, ok=code[0] == "r", problem="forbidden", needed=code != "write_coupons")
        for code in CODES
    )
    desk.door.needs = tuple(
        NeedSeen(code, there=False, can_make=make, where="loyaltyCardNumber, loyaltyPoints")
        for code, make in (("customer_fields", True), ("open_item", False), ("guest", True))
    )
    page = opened(desk, qtbot, size=size)
    fits(page, qtbot, size)
    desk.look(page.model)
    fits(page, qtbot, size)
    page.model.next()
    page.model.key.choose("key")
    page.model.key.type_secret("hello")
    page.next.click()
    fits(page, qtbot, size)
    page.model.key.type_secret(SHOP_KEY)
    page.next.click()
    fits(page, qtbot, size)
    desk.door.rights = tuple(RightSeen(code, ok=True) for code in CODES)
    page.next.click()
    for _ in range(4):
        page.next.click()
        page.model.choices.know_mails(True)
        fits(page, qtbot, size)
    while page.model.step != "import":
        page.next.click()
    desk.service.pause("vendure")
    for state in ("open", "waiting", "paused", "failed", "done"):
        page.model.heard(ImportMoved("vendure", state, "orders", 5, 10, "wrong_key"))
        fits(page, qtbot, size)
    desk.service.close()
