"""A new till asks for its manager before anything else."""

import pytest

from terminal.i18n import Words
from terminal.staff import Role
from tests.fakes import MemoryDatabase
from tests.shop import Shop, till
from ui.tasks import Inline
from ui.viewmodels.first_person import FirstPersonModel
from ui.views.first_person import FirstPersonPage


@pytest.fixture
def page(qtbot):
    shop = Shop(MemoryDatabase(), till())
    page = FirstPersonPage(FirstPersonModel(shop.services.desk, Inline(), Words()))
    page.desk = shop.services.desk
    qtbot.addWidget(page)
    page.resize(1200, 640)
    page.show()
    return page


def fill(page, name, pin, again):
    for field, text in ((page.name, name), (page.pin, pin), (page.again, again)):
        field.setText(text)
    page.start.click()


def test_the_first_person_is_the_manager_and_signed_in(page, qtbot):
    with qtbot.waitSignal(page.finished) as finished:
        fill(page, "Anna", "9876", "9876")
    who = finished.args[0]
    assert (who.name, who.role) == ("Anna", Role.MANAGER)
    assert page.desk.sign_in(who.id, "9876") == who


@pytest.mark.parametrize(
    ("name", "pin", "again"),
    [("", "9876", "9876"), ("Anna", "9876", "9875"), ("Anna", "12", "12")],
    ids=["no name", "two pins", "too short"],
)
def test_what_is_missing_is_said_and_nobody_is_made(page, name, pin, again):
    fill(page, name, pin, again)
    assert page._model.error
    assert page.desk.people() == []
    assert page.take_scan("2950000041099")
