"""A sale comes back: said before, booked once, and its slip followed to the paper."""

import pytest

from terminal.events import SlipMoved
from terminal.ids import SaleId
from terminal.sales import Basket, Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.shares import ReturnLine
from terminal.slips import SlipState
from terminal.vouchers import ValueEntry, ValueKind, Voucher, VoucherKind, voucher_code
from tests.ui.counter.shop import HeldRuns
from tests.ui.pages.world import COFFEE, HONEY, NOW, OIL, World
from ui.tasks import Inline
from ui.viewmodels.return_money import ways_back
from ui.viewmodels.take_back import TakeBackModel
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


# -- a part of it ----------------------------------------------------------------------------------


def test_one_of_two_comes_back_with_its_share_of_everything(page, model, world, eleni):
    sale = world.sell(eleni, (OIL, 1), (COFFEE, 2), points=200)
    page.open_with(sale.ref)
    whole = model.offer.points
    model.set_quantity(0, 0)
    page.goods.rows[1].stepper.step(-1)
    assert model.chosen == [0, 1]
    assert page.book.text() == "Return 1 item"
    assert model.offer.plan.lines == (ReturnLine(1, 1),)
    assert 0 < model.offer.points.taken < whole.taken
    rows = [(c.label, c.before, c.after) for c in model.points_changes()]
    assert rows[0][1] == world.words.number(whole.taken)
    goods = dict(model.money_lines())
    assert goods["Goods"] == "€6.40"
    shown = model.money_back()[-1][1]
    balance = model.points_changes()[-1].after
    model.book()
    assert world.words.money(model.done.back.money_back, "EUR") == shown
    assert world.words.number(world.balance(eleni.member.id)) == balance


def test_the_rest_comes_back_later_and_what_came_before_is_said(page, model, world, eleni):
    sale = world.sell(eleni, (OIL, 1), (COFFEE, 2), points=200)
    before = world.balance(eleni.member.id)
    page.open_with(sale.ref)
    model.set_quantity(1, 1)
    model.set_quantity(0, 0)
    model.book()
    first = model.done.back.money_back
    page.open_with(sale.ref)
    assert model.left == [1, 1]
    assert "1 return before this one" in model.earlier_line()
    assert "1 came back before" in model.lines()[1].detail
    model.book()
    assert first + model.done.back.money_back == sale.paid
    earned = sum(e.points for e in world.services.office.page(eleni.member.id).timeline[0].entries)
    assert earned or world.balance(eleni.member.id) != before
    page.open_with(sale.ref)
    assert "came back already" in model.error


def test_nothing_chosen_books_nothing(page, model, world, eleni, sale):
    page.open_with(sale.ref)
    balance = world.balance(eleni.member.id)
    for place in range(2):
        model.toggle(place)
    assert not page.book.isEnabled()
    model.book()
    assert model.done is None
    assert world.balance(eleni.member.id) == balance
    key(page, "Ctrl+A").callback()
    assert page.book.isEnabled()
    assert model.chosen == model.left


def test_only_the_newest_question_is_answered_and_nothing_is_booked_before(world, eleni, sale):
    runs = HeldRuns()
    model = TakeBackModel(world.services.counter, runs, world.words, world.who)
    model.find(sale.ref)
    runs.release()
    model.set_quantity(1, 1)
    model.set_quantity(1, 0)
    assert model.settling
    model.book()
    assert not model.busy
    runs.release()
    assert [line.place for line in model.offer.plan.lines if line.quantity] == [0]
    assert model.can_book


def test_more_and_fewer_by_key_on_the_line_that_has_the_keyboard(page, model, sale):
    page.open_with(sale.ref)
    page.goods.rows[1].setFocus()
    key(page, "-").callback()
    assert model.chosen == [1, 1]
    key(page, "+").callback()
    assert model.chosen == [1, 2]
    page.goods.rows[0].click()
    assert model.chosen == [0, 2]


def test_what_a_gift_card_paid_goes_back_to_it(page, model, world, eleni):
    code = voucher_code("G", 1234567890123456789)
    with world.database.write() as uow:
        uow.vouchers.put(Voucher(code=code, kind=VoucherKind.GIFT_CARD, issued_at=NOW,
                                 currency="EUR", uses_left=None))  # fmt: skip
        uow.vouchers.append(
            [ValueEntry(id="e1", code=code, kind=ValueKind.ISSUE, amount=500, currency="EUR",
                        decided_at=NOW, till=world.till.code, seq=uow.next_seq("T1"))]
        )  # fmt: skip
        uow.commit()
    request = SaleRequest(
        id=SaleId(world.new_id()), basket=Basket("EUR").add(OIL), member_id=eleni.member.id,
        points=0, cashier_id=world.cashier.id,
        tenders=(Tender(TenderKind.GIFT_CARD, 500, code), Tender(TenderKind.CARD, 480)),
    )  # fmt: skip
    sale = world.services.counter.sell(request).sale
    page.open_with(sale.ref)
    labels = dict(model.money_back())
    assert labels["Back to card"] == "€4.80"
    assert any(label.startswith("To gift card") for label in labels)
    model.book()
    assert world.services.counter.card_value(code)[1] == 500
    assert page.done_amount.text() == "€9.80"
