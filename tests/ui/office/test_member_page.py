"""The member page: one timeline of both channels, opened to its arithmetic, and corrections."""

import pytest
from PySide6.QtCore import Qt

from tests.ui.office.test_members import office_page
from tests.ui.pages.world import COFFEE, OIL, World
from ui.viewmodels.member_page import parse_points
from ui.views.office.frame import OfficePage


@pytest.fixture
def page(world, eleni, qtbot) -> OfficePage:
    page = office_page(world, qtbot)
    page.open_with(eleni.member.id)
    return page


def sheet(page):
    return page.members_view.sheet


def model(page):
    return page.models[1]


def key(page, name):
    actions = page.keys()
    return next(action for action in actions if action.key == name)


def test_the_header_says_who_since_when_and_in_which_language(page):
    header = model(page).header
    assert (header.name, header.tier) == ("Eleni Paradeigma", "platinum")
    assert header.about == "Member since March 2023 · writes in Greek"


def test_both_channels_stand_in_one_timeline_newest_first(page):
    rows = model(page).rows()
    assert [row.title for row in rows[:4]] == [
        "Online order 10471", "Purchase, 5 items", "Redeemed: €5 off", "Return",
    ]  # fmt: skip
    assert rows[1].detail == "T1-000032 · Till 1 · Maria"
    assert [row.channel for row in rows[:3]] == ["online", "shop", "points"]


def test_the_balance_of_the_newest_line_is_the_balance_above(page):
    assert model(page).rows()[0].balance == model(page).figures()[0].value


@pytest.mark.parametrize(
    ("index", "channels"),
    [(1, {"shop", "points"}), (2, {"online"}), (0, {"shop", "online", "points"})],
)
def test_the_filter_shows_one_channel(page, index, channels):
    if index == 0:
        sheet(page).filter.choose(1)
    sheet(page).filter.choose(index)
    assert {row.channel for row in model(page).rows()} == channels
    assert sheet(page).timeline.count() == len(model(page).rows())


def test_enter_opens_the_arithmetic_and_the_goods_and_enter_again_closes(page, qtbot):
    timeline = sheet(page).timeline
    timeline.setFocus()
    timeline.setCurrentIndex(timeline.model().index(1, 0))
    qtbot.keyClick(timeline, Qt.Key.Key_Return)
    row = timeline.row_at(timeline.opened())
    assert row.explained == (
        "1 point per €1, on €38.40: +38", "Platinum, ×2, on 38 points: +38",
        "Programme Elia, version 12",
    )  # fmt: skip
    assert ("2 × Ground coffee", "€12.80") in [(pair.label, pair.value) for pair in row.goods]
    qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert timeline.opened() == -1


def test_a_sale_shows_up_by_itself_and_what_was_open_stays_open(page, world, eleni):
    timeline = sheet(page).timeline
    timeline.open_row(1)
    before = timeline.row_at(1).key
    world.sell(eleni, (OIL, 1))
    world.services.counter.member_changed(eleni.member.id)
    assert timeline.row_at(0).title == "Purchase, 1 item"
    assert timeline.row_at(timeline.opened()).key == before


def test_another_members_sale_changes_nothing_here(page, world):
    rows = model(page).rows()
    other = world.services.office.search("nikos")[0].member.id
    world.sell(world.services.counter.member(other), (OIL, 1))
    assert model(page).rows() == rows


def test_spending_adds_up_to_what_the_tier_counts(page, world, eleni):
    view = world.services.counter.member(eleni.member.id)
    months = model(page).months()
    assert len(months) == 12
    paid_with_points = 500  # counts towards the level and is no money spent
    assert sum(month.shop + month.online for month in months) + paid_with_points == view.spent
    assert months[-1].now


def test_what_is_bought_most_often_comes_first(page, world, eleni):
    assert model(page).favourites()[0].label == COFFEE.name


def test_profile_cards_and_consents_show_what_is_known(page):
    sheet(page).tabs.choose(1)
    assert ("E-mail", "eleni@example.com") in [(p.label, p.value) for p in model(page).profile()]
    assert ("Birthday", "24 Nov") in [(p.label, p.value) for p in model(page).profile()]
    assert model(page).cards()[0].number == "···· 4174"
    wordings = [row.wording for row in model(page).consents()]
    assert "May we send you offers?" in wordings


# -- correcting ----------------------------------------------------------------------------------


def open_correction(page, points="", reason=""):
    key(page, "Ctrl+E").callback()
    panel = sheet(page).panel
    panel.points.edit.setText(points)
    panel.points.edit.textEdited.emit(points)
    panel.reason.edit.setText(reason)
    return panel


def test_a_manager_sees_the_result_before_it_is_booked_and_then_it_is(page, world, eleni, qtbot):
    balance = world.balance(eleni.member.id)
    panel = open_correction(page, "-20", "Counted twice on Monday")
    assert panel.result.text() == "Balance 1,020 → 1,000"
    assert world.balance(eleni.member.id) == balance
    with qtbot.waitSignal(page.told) as told:
        key(page, "F12").callback()
    assert told.args[0].text == "Corrected by −20. Balance: 1,000"
    assert world.balance(eleni.member.id) == balance - 20
    top = model(page).rows()[0]
    assert (top.title, top.points) == ("Points corrected", "−20")
    assert "Counted twice on Monday" in top.detail
    assert not sheet(page).correcting


def test_a_correction_below_nothing_is_said_to_be_a_debt(page):
    panel = open_correction(page, "-5000")
    assert panel.result.text() == ("Balance 1,020 → −3,980 · a debt, paid off by the next points")


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [("0", "because", "how many points"), ("20", "", "reason"), ("abc", "because", "how many")],
)
def test_what_is_refused_is_said_in_the_panel_and_books_nothing(
    page, world, eleni, points, reason, said
):
    panel = open_correction(page, points, reason)
    panel.submit()
    assert said in panel.refused.accessibleName()
    assert panel.refused.isVisible()
    assert world.balance(eleni.member.id) == 1020


def test_a_cashier_is_told_to_ask_a_manager(page, world, eleni):
    world.person = world.cashier
    panel = open_correction(page, "500", "because")
    assert not panel.points.isEnabled()
    assert "manager" in panel.refused.accessibleName()
    panel.submit()
    assert world.balance(eleni.member.id) == 1020


def test_escape_closes_the_panel_before_it_leaves_the_office(page, qtbot):
    open_correction(page, "5")
    with qtbot.assertNotEmitted(page.finished):
        key(page, "Esc").callback()
    assert not sheet(page).correcting


@pytest.mark.parametrize(
    ("text", "points"),
    [("20", 20), ("+20", 20), ("-20", -20), ("−1 000", -1000), ("1.000", 1000), ("", None),
     ("+-3", None), ("x", None), ("9" * 12, None)],
)  # fmt: skip
def test_points_are_read_as_people_type_them(text, points):
    assert parse_points(text) == points


def test_a_member_without_history_has_an_empty_timeline(world: World, qtbot):
    page = office_page(world, qtbot)
    anna = world.services.office.search("sample")[0].member
    page.open_with(anna.id)
    sheet(page).filter.choose(2)
    assert sheet(page).body.currentWidget() is sheet(page).nothing
