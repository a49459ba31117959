"""Every page in every language, direction and size: no text cut, no target too small."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from terminal.events import SyncStatus
from terminal.i18n import Words
from terminal.members import LANGUAGES
from terminal.settings import WalletSettings
from tests.issuing.issuers import Files
from tests.ui.office.test_members import office_page
from tests.ui.pages.test_hand_out import issuing
from tests.ui.pages.world import FREE_CARD, OIL, lived_in
from ui.paper.maker import Papers
from ui.tasks import Inline
from ui.viewmodels.desk import DeskModel
from ui.viewmodels.enrol import EnrolModel
from ui.viewmodels.hand_out import HandOutModel
from ui.viewmodels.take_back import TakeBackModel
from ui.views.components.fit import misfits
from ui.views.enrol import EnrolPage
from ui.views.hand_out import HandOutPage
from ui.views.sign_in import SignInPage
from ui.views.take_back import TakeBackPage

SIZES = [(1366, 704), (1024, 704)]


class LongWords(Words):
    """English that takes two fifths more room, as Greek and Hungarian do."""

    def t(self, message: str, **values: object) -> str:
        return longer(super().t(message, **values))

    def n(self, singular: str, plural: str, n: int, **values: object) -> str:
        return longer(super().n(singular, plural, n, **values))


def longer(text: str) -> str:
    """The first word is drawn out, so that no line breaks where it could not before."""
    head, *tail = text.split(" ")
    return " ".join([head + "o" * max(round(len(text) * 0.4), 2), *tail])


@pytest.fixture(params=[*LANGUAGES, "long"])
def shop(request, qapp: QApplication):
    before = qapp.layoutDirection()
    rtl = request.param == "he"
    direction = Qt.LayoutDirection
    qapp.setLayoutDirection(direction.RightToLeft if rtl else direction.LeftToRight)
    world, eleni = lived_in("en" if request.param == "long" else request.param)
    if request.param == "long":
        world.words = LongWords("en", zone=world.words.zone)
    yield world, eleni
    qapp.setLayoutDirection(before)


def fits(page, qtbot, size) -> None:
    page.resize(*size)
    qtbot.wait(1)
    assert page.width() == size[0]
    found = [str(misfit) for misfit in misfits(page)]
    for area in page.findChildren(QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width():
            found.append(f"{area.widget().width()} in a place of {area.viewport().width()}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", SIZES)
def test_the_office_fits(shop, qtbot, size):
    world, eleni = shop
    page = office_page(world, qtbot)
    page.open_with(eleni.member.id)
    fits(page, qtbot, size)
    page.members_view.sheet.timeline.open_row(1)
    fits(page, qtbot, size)
    for tab in (1, 2, 3):
        page.members_view.sheet.tabs.choose(tab)
        fits(page, qtbot, size)
    page.members_view.sheet.start_correcting()
    fits(page, qtbot, size)
    world.sell(eleni, (OIL, 1))
    world.block_first()
    world.bus.tell(SyncStatus("offline", 1, 1, None, "unreachable"))
    page.show_sync()
    fits(page, qtbot, size)


@pytest.mark.parametrize("size", SIZES)
def test_enrolment_fits(shop, qtbot, size):
    world, _ = shop
    s = world.services
    model = EnrolModel(
        s.enrolment, s.counter, s.office, Inline(), world.words, world.clock, world.who
    )
    page = EnrolPage(model)
    qtbot.addWidget(page)
    page.open_with(FREE_CARD)
    page.show()
    model.type("phone", "690 000 4417")
    model.give()
    for language in LANGUAGES:
        model.choose_language(language)
        fits(page, qtbot, (size[0], 640))
    page.keys()[0].callback()
    fits(page, qtbot, (size[0], 640))


@pytest.mark.parametrize("size", SIZES)
def test_a_return_fits(shop, qtbot, size):
    world, eleni = shop
    model = TakeBackModel(world.services.counter, Inline(), world.words, world.who)
    page = TakeBackPage(model)
    qtbot.addWidget(page)
    page.open_with("NOPE")
    page.show()
    fits(page, qtbot, (size[0], 640))
    sale = next(
        i for i in world.services.office.page(eleni.member.id).timeline if i.lines and i.who
    )
    page.open_with(sale.ref)
    fits(page, qtbot, (size[0], 640))
    model.book()
    fits(page, qtbot, (size[0], 640))


@pytest.mark.parametrize("size", SIZES)
def test_signing_in_fits(shop, qtbot, size):
    world, _ = shop
    model = DeskModel(world.services.desk, Inline(), world.words)
    page = SignInPage(model)
    qtbot.addWidget(page)
    page.open_with("")
    page.show()
    page.tiles[0].click()
    for digit in "9999":
        model.type_digit(digit)
    model.submit()
    fits(page, qtbot, (size[0], 640))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_handed_out_fits(shop, qtbot, size, tmp_path):
    world, eleni = shop
    ref = max(world.database.state.sales.values(), key=lambda sale: sale.sold_at).ref
    for wallet in (WalletSettings(), Files(tmp_path).wallet()):
        service = issuing(world, wallet=wallet)
        for what, subject in (("phone_card", eleni.member.id), ("digital_slip", ref)):
            model = HandOutModel(service, Papers(), Inline(), world.words)
            page = HandOutPage(model, what)
            qtbot.addWidget(page)
            page.open_with(subject)
            page.show()
            fits(page, qtbot, (size[0], 640))
            if model.has_google:
                model.turn()
                fits(page, qtbot, (size[0], 640))
