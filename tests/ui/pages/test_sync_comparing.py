"""Comparing everything from the sync page: how far it is, stopping it, what it came to."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest

from terminal.errors import StoreTrouble
from terminal.services.reconciling import Figures, keep_report
from tests.ui.pages.sync_scene import SECOND, SHOP, Scene, shown
from tests.ui.pages.world import NOW
from ui.tasks import Inline, Tasks
from ui.viewmodels.sync_page import SyncModel
from ui.views.pages import PageMaker

ONE = (("points edited told", 1),)


@dataclass
class CameTo:
    """What comparing came to."""

    figures: Figures
    whole: bool = True
    problem: str = ""


class Store:
    """Looks at a member whenever it is let to, as long as nobody stops it."""

    def __init__(self):
        self.asked = []
        self.let, self.looked = threading.Semaphore(0), threading.Semaphore(0)
        self.fails = None

    def compare(self, name, go_on, progress):
        self.asked.append(name)
        figures = Figures()
        while go_on():
            self.looked.release()
            assert self.let.acquire(timeout=10)
            if self.fails is not None:
                raise self.fails
            counts = ONE if figures.members else ()
            figures = Figures(figures.members + 1, 1, counts)
            progress(figures)
        return CameTo(figures, whole=False)


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def lane():
    lane = Tasks("store")
    yield lane
    lane.stop()


def opened(scene, lane, qtbot):
    """The page, with the lane on which stores are asked."""
    world = scene.world
    model = SyncModel(scene.desk, Inline(), world.words, world.clock, world.who, lane)
    model.told.connect(scene.told.append)
    model.read()
    return model, shown(model, qtbot)


def test_it_says_how_far_it_is_and_is_stopped(world, store, lane, qtbot):
    scene = Scene(world, compare=store.compare)
    model, view = opened(scene, lane, qtbot)
    assert not view.walk.isVisible()
    view.compare.click()
    assert view.walk.isVisible()
    assert view.walk.told.text() == "0 members compared so far."
    for told in ("1 member compared so far.", "2 members compared so far. 1 difference found."):
        store.let.release()
        qtbot.waitUntil(lambda told=told: view.walk.told.text() == told)
    assert store.looked.acquire(timeout=10)
    view.walk.stop.click()
    assert view.walk.told.text() == "Stopping after this member."
    assert not model.may_stop
    store.let.release()
    qtbot.waitUntil(lambda: not model.comparing)
    qtbot.waitUntil(lambda: view.report.isVisible())
    assert not view.walk.isVisible()
    told = view.report.accessibleName()
    assert "3 compared, 1 difference: 1 mended, 0 waiting for you or its turn." in told
    assert "It did not come to its end. It goes on next time." in told
    model.stop_comparing()
    assert model.walk_told() == ""


def test_whoever_comes_back_to_the_page_still_sees_and_stops_it(world, store, lane, qtbot):
    scene = Scene(world, compare=store.compare)
    _model, left = opened(scene, lane, qtbot)
    left.compare.click()
    left.close()
    model, view = opened(scene, lane, qtbot)
    assert view.walk.isVisible()
    model.compare()
    store.let.release()
    qtbot.waitUntil(lambda: "1 member compared" in view.walk.told.text())
    view.walk.stop.click()
    store.let.release()
    qtbot.waitUntil(lambda: view.report.isVisible())
    assert "It goes on next time." in view.report.accessibleName()
    assert store.asked == ["vendure"]


def test_a_window_that_closes_waits_for_no_comparing(world, store, lane, qtbot):
    scene = Scene(world, compare=store.compare)
    maker = PageMaker(world.words, clock=world.clock, who=world.who)
    maker.stop()
    maker.ready(world.services, Inline(), sync=scene.desk)
    maker.stop()
    model, view = opened(scene, lane, qtbot)
    view.compare.click()
    maker.stop()
    assert not model.may_stop
    store.let.release()
    lane.stop()
    assert not model.comparing


def test_two_stores_are_not_compared_at_once(world, store, lane, qtbot):
    scene = Scene(world, (SHOP, SECOND), compare=store.compare)
    model, view = opened(scene, lane, qtbot)
    view.compare.click()
    model.choose(SECOND.name)
    model.compare()
    view.walk.stop.click()
    store.let.release()
    qtbot.waitUntil(lambda: not model.comparing)
    assert store.asked == ["vendure"]


@pytest.mark.parametrize("fails", [StoreTrouble(problem="no_address"), ZeroDivisionError()])
def test_comparing_that_fails_is_over(world, store, lane, qtbot, fails, caplog):
    scene = Scene(world, compare=store.compare)
    store.fails = fails
    model, view = opened(scene, lane, qtbot)
    lane.failed.connect(lambda _: model.work_failed())
    view.compare.click()
    store.let.release()
    qtbot.waitUntil(lambda: not view.walk.isVisible())
    assert not model.comparing
    assert len(scene.told) == isinstance(fails, StoreTrouble)
    assert not view.report.isVisible()


def test_another_refusal_does_not_end_it(world, store, lane, qtbot):
    scene = Scene(world, compare=store.compare)
    model, view = opened(scene, lane, qtbot)
    view.compare.click()
    world.person = None
    model.give_up("nothing", "no reason")
    assert model.comparing
    view.walk.stop.click()
    store.let.release()
    qtbot.waitUntil(lambda: not model.comparing)


@pytest.mark.parametrize(
    ("came_to", "says"),
    [
        (CameTo(Figures(1200, 1200)), "1,200 members compared: all the same on both sides."),
        (
            CameTo(Figures(1200, 1195, (("points edited told", 4), ("email edited asked", 1)))),
            "1,200 compared, 5 differences: 4 mended, 1 waiting for you or their turn.",
        ),
        (
            CameTo(Figures(1200, 1199, ONE)),
            "1,200 compared, 1 difference: 1 mended, 0 waiting for you or its turn.",
        ),
        (CameTo(Figures(10, 10), False, "unreachable"), "It did not come to its end. The online"),
    ],
)
def test_it_says_what_it_came_to(world, qtbot, came_to, says):
    scene = Scene(world, compare=lambda name, go_on, progress: came_to)
    view = shown(scene.model, qtbot)
    scene.model.read()
    view.compare.click()
    assert says in view.report.accessibleName()
    assert not scene.model.comparing


def keep(world, found):
    with world.database.write() as uow:
        keep_report(uow, SHOP.name, found)
        uow.commit()


def test_what_was_found_by_night_stands_there_in_the_morning(world):
    scene = Scene(world)
    keep(world, Figures(1200, 1199, ONE, ended_at=NOW))
    scene.model.read()
    assert scene.model.report.endswith(
        ": 1,200 compared, 1 difference: 1 mended, 0 waiting for you or its turn."
    )


def test_the_later_of_what_was_found_by_hand_and_by_night_stands_there(world, qtbot):
    scene = Scene(world, compare=lambda name, go_on, progress: CameTo(Figures(7, 7)))
    keep(world, Figures(1200, 1200, ended_at=NOW - timedelta(days=1)))
    scene.model.read()
    scene.model.compare()
    assert scene.model.report.startswith("7 members compared")
    keep(world, Figures(1300, 1300, ended_at=world.clock() + timedelta(hours=9)))
    scene.model.read()
    assert "1,300 members compared" in scene.model.report
