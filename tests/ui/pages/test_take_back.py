"""A sale comes back: said before, booked once, and its slip followed to the paper."""

import pytest

from terminal.events import SlipMoved
from terminal.slips import SlipState
from tests.ui.pages.world import COFFEE, HONEY, OIL, World
from ui.tasks import Inline
from ui.viewmodels.take_back import TakeBackModel, ways_back
from ui.views.take_back import TakeBackPage


@pytest.fixture
def model(world: World) -> TakeBackModel:
    model = TakeBackModel(world.services.counter, Inline(), world.words, world.who)
    world.bus.subscribe(model.heard)
    return model


@pytest.fixture
def page(model, qtbot) -> TakeBackPage:
    page = TakeBackPage(model)
    qtbot.addWidget(page)
    page.resize(1366, 640)
    page.open_with("")
    page.show()
    return page


@pytest.fixture
def sale(world, eleni):
    return world.sell(eleni, (OIL, 1), (COFFEE, 2), points=200)


def key(page, name):
    actions = page.keys()
    return next(action for action in actions if action.key == name)


def test_what_will_happen_is_said_before_it_is_booked_and_comes_true(
    page, model, world, eleni, sale
):
    page.open_with(sale.ref)
    balance = world.balance(eleni.member.id)
    rows = [(c.label, c.before, c.after) for c in model.points_changes()]
    assert rows[-1][0] == "Balance"
    assert world.balance(eleni.member.id) == balance
    assert page.total.accessibleName() == "Back to card €20.60"
    key(page, "F12").callback()
    assert world.words.number(world.balance(eleni.member.id)) == rows[-1][2]
    assert model.done_points()[-1] == ("Balance now", rows[-1][2])


def test_a_slip_that_is_not_known_is_said_plainly(page, model, qtbot):
    qtbot.keyClicks(page.ref.edit, "nope")
    page.look.click()
    assert page.error.isVisible()
    assert "not known" in model.error
    assert page.middles.currentIndex() == 0


def test_the_same_sale_does_not_come_back_twice(page, model, sale):
    page.open_with(sale.ref)
    model.book()
    page.open_with(sale.ref.lower())
    assert "came back already" in model.error
    assert model.offer is None


def test_booking_twice_books_once(page, model, world, eleni, sale):
    page.open_with(sale.ref)
    model.book()
    balance = world.balance(eleni.member.id)
    model.book()
    assert world.balance(eleni.member.id) == balance


def test_a_guests_sale_moves_no_points(page, model, world):
    guest = world.sell(None, (HONEY, 1))
    page.open_with(guest.ref)
    assert model.points_changes() == []
    assert "guest" in model.points_note()
    model.book()
    assert model.done_points() == []


def test_money_goes_back_the_way_it_came_less_the_change(page, model, world, eleni):
    cash = world.sell(eleni, (OIL, 1), cash=2000)
    page.open_with(cash.ref)
    assert model.money_back() == [("Back in cash", "€9.80")]
    both = world.sell(eleni, (OIL, 2), cash=500)
    page.open_with(both.ref)
    assert sum(ways_back(model.offer).values()) == both.paid
    assert model.money_back() == [("Back in cash", "€5.00"), ("Back to card", "€14.60")]


def test_the_reason_stands_in_the_members_history(page, model, world, eleni, sale):
    page.open_with(sale.ref)
    page.reason.choose(2)
    model.book()
    item = next(
        i for i in world.services.office.page(eleni.member.id).timeline if i.kind == "return"
    )
    assert item.reason == "Wrong item"


def test_the_slip_is_followed_to_the_paper(page, model, world, sale):
    page.open_with(sale.ref)
    model.book()
    assert model.slip_line()[0] == "The slip is printing."
    world.bus.tell(SlipMoved(model.done.slip.id, SlipState.QUEUED, "paper_out"))
    assert model.slip_line()[1] == "warning"
    world.bus.tell(SlipMoved(model.done.slip.id, SlipState.PRINTED, ""))
    assert page.slip_banner.accessibleName() == "The slip is printed."


def test_another_slips_news_is_not_ours(page, model, world, sale):
    page.open_with(sale.ref)
    model.book()
    world.bus.tell(SlipMoved("another", SlipState.CANCELLED, ""))
    assert model.slip_state is SlipState.QUEUED


def test_a_scanned_slip_is_looked_up_and_a_product_is_not(page, model, sale):
    assert page.take_scan(sale.ref)
    assert model.offer is not None
    assert not page.take_scan("5200000000011")


def test_the_last_sale_is_one_key_away(page, model, sale):
    key(page, "F5").callback()
    assert model.offer.sale.id == sale.id


def test_points_that_were_spent_meanwhile_become_a_debt_that_is_said(page, model, world, eleni):
    sale = world.sell(eleni, (HONEY, 40))
    spend = world.balance(eleni.member.id) // 100 * 100
    world.sell(eleni, (HONEY, 60), points=spend)
    world.services.office.adjust(
        eleni.member.id, -world.balance(eleni.member.id), "spent", world.manager
    )
    page.open_with(sale.ref)
    assert "spent" in model.points_note()


def test_escape_leaves_without_booking(page, world, eleni, sale, qtbot):
    page.open_with(sale.ref)
    balance = world.balance(eleni.member.id)
    with qtbot.waitSignal(page.finished) as left:
        key(page, "Esc").callback()
    assert left.args == [None]
    assert world.balance(eleni.member.id) == balance
