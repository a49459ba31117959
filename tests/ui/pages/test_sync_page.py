"""The sync page: how each connection stands, what needs a person and why, and the next step."""

import pytest
from PySide6.QtCore import Qt

from terminal.events import SyncStatus
from terminal.services.connecting import Leaving
from tests.ui.pages.sync_scene import HUB, SECOND, SHOP, Scene, shown
from tests.ui.pages.world import NOW, OIL

# -- connections -----------------------------------------------------------------------------------


def test_nothing_waits_is_said_when_nothing_waits(model, view):
    assert model.rows() == []
    assert view.places.currentWidget() is view.well
    assert view.well.title.text() == "Nothing waits"
    assert model.connection().line == "up to date"
    assert view.about.text() == "Vendure · Members, sales, points and orders, both ways"


def test_each_connection_has_a_row_and_a_page_of_its_own(world, qtbot):
    scene = Scene(world, (SHOP, SECOND, HUB))
    model, view = scene.model, shown(scene.model, qtbot)
    statuses = (
        SyncStatus("online", 0, 0, NOW, store="vendure"),
        SyncStatus("offline", 3, 0, NOW, "unreachable", store="second"),
    )
    model.heard(SyncStatus("offline", stores=statuses))
    assert [row.accessibleName() for row in view.rows] == [
        "shop.example: up to date", "second.example: no connection", "Chain’s hub: calling",
    ]  # fmt: skip
    view.rows[1].click()
    assert view.title.text() == "second.example"
    assert view.about.text().startswith("WooCommerce")
    assert view.problem.accessibleName().startswith("The online store does not answer.")
    view.rows[2].click()
    model.heard(SyncStatus("online", 5, 1, NOW, store="hub"))
    assert dict(model.facts())["Waiting to go out"] == "5"
    assert model.connection().line == "1 item needs you"
    assert view.title.text() == "Chain’s hub"
    assert not view.change.isVisible()


def test_offline_is_said_with_the_reason_and_when_it_worked_last(model, view):
    model.heard(SyncStatus("offline", 2, 0, NOW, "unreachable", store="vendure"))
    assert model.connection().line == "no connection"
    assert view.problem.isVisible()
    assert "Look whether this machine is in the network" in view.problem.accessibleName()
    assert dict(model.facts())["Last success"] == "14:05"
    assert view.well.title.text() == "Nothing waits to go out"
    assert not view.again.isVisible()


def test_a_wrong_key_leads_to_the_connecting_page(model, view, qtbot):
    model.heard(SyncStatus("misconfigured", 0, 0, NOW, "wrong_key", store="vendure"))
    assert model.connection().line == "needs setting up"
    assert view.again.isVisible()
    with qtbot.waitSignal(view.connect_asked) as asked:
        view.again.click()
    assert asked.args == ["address:vendure"]


@pytest.mark.parametrize(("minutes", "says"), [(7, "7 min ahead"), (-90, "90 min behind")])
def test_a_clock_that_is_off_is_said(scene, model, view, minutes, says):
    assert dict(model.facts())["Its clock"] == "–"
    scene.clock_off(0)
    assert dict(model.facts())["Its clock"] == "agrees"
    assert not view.clock.isVisible()
    scene.clock_off(minutes)
    assert dict(model.facts())["Its clock"] == says
    assert view.clock.isVisible()


def test_what_waits_longest_and_what_is_on_its_way_are_counted(scene, model, world, eleni):
    world.sell(eleni, (OIL, 1))
    scene.later(hours=30)
    model.read()
    assert dict(model.facts())["Waits longest since"] == "18 Nov"
    assert model.connection().line == "2 items on their way"
    model.heard(SyncStatus("online", 2, 0, NOW, busy=True, store="vendure"))
    assert model.connection().line == "sending and fetching"


def test_a_store_that_another_till_talks_to_says_so(world):
    scene = Scene(world, (type(SHOP)("vendure", "vendure", SHOP.url, talks=False),))
    scene.model.read()
    assert scene.model.connection().line == "another till talks to it"
    assert not scene.model.can_compare


def test_without_an_online_store_there_is_one_thing_to_do(world, qtbot):
    scene = Scene(world, ())
    view = shown(scene.model, qtbot)
    scene.model.read()
    assert not view.now.isEnabled()
    assert view.well.title.text() == "No online store is set up"
    with qtbot.waitSignal(view.connect_asked) as asked:
        view.connect_first.click()
    assert asked.args == [""]
    view.focus_first()
    assert view.focusWidget() is view.connect_first


def test_where_nothing_can_be_connected_nothing_is_offered(world, qtbot):
    scene = Scene(world, (), connecting=False)
    view = shown(scene.model, qtbot)
    scene.model.read()
    assert not view.connect_first.isVisible()
    scene.places.append(SHOP)
    scene.model.read()
    assert not view.change.isVisible()
    assert not view.add.isVisible()
    scene.model.ask_to_leave()
    scene.model.leave()
    scene.model.look_for_people("nothing")
    scene.model.compare()
    assert scene.told == []


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("open", "first import, 3 %"), ("paused", "first import paused"),
        ("failed", "first import stopped"),
    ],
)  # fmt: skip
def test_a_first_import_is_seen_and_opened(scene, model, view, qtbot, state, says):
    scene.fills(state)
    assert model.connection().line == says
    assert view.well.text.text() == "Everything there is brought in first."
    with qtbot.waitSignal(view.connect_asked) as asked:
        view.filling.click()
    assert asked.args == ["import:vendure"]
    scene.fills("open", total=None)
    assert model.connection().line == "first import"
    scene.fills("done")
    assert model.connection().line == "up to date"
    assert not view.filling.isVisible()


# -- the connection itself -------------------------------------------------------------------------


def test_key_and_address_are_changed_from_here(model, view, qtbot):
    assert not view.settings.isVisible()
    view.change.click()
    assert view.settings.isVisible()
    with qtbot.waitSignal(view.connect_asked) as asked:
        view.settings.key.click()
    assert asked.args == ["key:vendure"]
    with qtbot.waitSignal(view.connect_asked) as asked:
        view.settings.address.click()
    assert asked.args == ["address:vendure"]


def test_leaving_a_store_says_what_happens_to_what_waits(scene, model, view):
    view.change.click()
    view.settings.leave.click()
    told = view.settings.told.text()
    assert "3 messages were not told yet: they are kept" in told
    assert "1 person asked to be forgotten" in told
    assert scene.connecting.left == []
    view.settings.sure.click()
    assert scene.connecting.left == [("vendure", "Anna")]
    assert scene.told == ["Disconnected. Its key is forgotten here."]


def test_leaving_with_nothing_waiting_is_short(scene, model, view):
    scene.connecting.leaves = Leaving(0, 0, 0)
    view.change.click()
    view.settings.leave.click()
    told = view.settings.told.text()
    assert told == "Members, points and sales stay here; there nothing is deleted."


def test_the_page_is_walked_by_keys(stuck, model, view, qtbot):
    model.read()
    view.activateWindow()
    row = view.table.lines[1]
    row.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(row, Qt.Key.Key_Space)
    assert model.open.message == row.row.key


@pytest.mark.parametrize(
    ("problem", "happened", "todo"),
    [
        ("unreachable", "The hub does not answer.", "Wait. If it stays, ask whoever looks after"),
        ("wrong_key", "The hub does not know this till's key.", "one-time code, and join with it"),
        ("hub_newer", "This program is older than the hub.", "Install the newest version"),
    ],
)
def test_what_is_wrong_with_the_hub_is_said_in_its_own_words(world, problem, happened, todo):
    model = Scene(world, places=(SHOP, HUB)).model
    model.heard(SyncStatus("misconfigured", problem=problem, store="hub"))
    model.choose("hub")
    told = model.connection()
    assert happened in told.problem
    assert todo in told.todo
    assert not told.reconnects
