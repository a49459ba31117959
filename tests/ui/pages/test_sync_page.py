"""The sync page: what waits, what needs a person and why, and sending it again."""

import re
from pathlib import Path

import pytest

import sync
from terminal.events import SyncStatus
from tests.ui.pages.world import NOW, OIL, World
from ui.messages import sync_problem
from ui.tasks import Inline
from ui.viewmodels.sync_page import SyncModel
from ui.views.sync_page import SyncView
from ui.views.sync_parts import BlockedCard


@pytest.fixture
def model(world: World) -> SyncModel:
    model = SyncModel(world.services.online, Inline(), world.words, world.clock, "vendure")
    world.bus.subscribe(model.heard)
    model.heard(SyncStatus("online", 0, 0, NOW))
    return model


@pytest.fixture
def view(model, qtbot) -> SyncView:
    view = SyncView(model)
    qtbot.addWidget(view)
    view.resize(1134, 684)
    view.show()
    return view


@pytest.fixture
def stuck(world, eleni):
    """One message of Eleni is blocked, one waits behind it, a guest's is on its way."""
    sale = world.sell(eleni, (OIL, 1))
    world.sell(None, (OIL, 1))
    return sale, world.block_first("forbidden")


def test_nothing_waits_is_said_when_nothing_waits(model, view):
    assert model.rows() == []
    assert view.places.currentWidget() is view.well
    assert model.connection().line == "up to date"
    assert view.about.text() == "Vendure · Members, sales, points and orders, both ways"


def test_a_blocked_message_says_why_whose_and_holds_nobody_else(stuck, model, view, eleni):
    sale, _ = stuck
    model.read()
    card = model.blocked()[0]
    assert card.title == "The online store refuses this till's rights. Check its role."
    assert "Eleni Paradeigma" in card.text
    assert ("Slip", sale.ref) in card.details
    assert ("Sent", "Sale") in card.details
    assert [row.state for row in model.rows()] == ["not sent", "waits for it", "on its way"]
    assert model.connection().line == "1 item needs you"


def test_send_again_frees_it_and_wakes_the_worker(stuck, model, view, world):
    model.read()
    card = view.findChildren(BlockedCard)[0]
    card.send.click()
    assert model.blocked() == []
    assert world.woken == 1
    assert view.places.currentIndex() == 0


def test_the_card_opens_what_was_sent_and_the_members_page(stuck, model, view, eleni, qtbot):
    model.read()
    card = view.findChildren(BlockedCard)[0]
    card.what.click()
    assert card.details.isVisible()
    with qtbot.waitSignal(view.member_asked) as asked:
        card.who.click()
    assert asked.args == [eleni.member.id]


def test_sync_now_wakes_the_worker(model, view, world):
    view.now.click()
    assert world.woken == 1


def test_offline_is_said_with_the_reason_and_when_it_worked_last(model, view):
    model.heard(SyncStatus("offline", 2, 0, NOW, "unreachable"))
    assert model.connection().line == "no connection"
    assert view.problem.text() == "The online store does not answer. Carry on selling."
    assert dict(model.facts())["Last success"] == "14:05"


def test_without_an_online_store_there_is_nothing_to_hurry(model, view):
    model.heard(SyncStatus("off"))
    assert not view.now.isEnabled()
    assert view.well.title.text() == "No online store is set up"


def test_a_sale_shows_up_by_itself(model, view, world, eleni):
    world.sell(eleni, (OIL, 1))
    assert [row.what.split()[0] for row in model.rows()] == ["Sale", "Balance"]


def test_a_message_that_is_tried_again_says_when(model, world, eleni):
    from datetime import timedelta

    world.sell(eleni, (OIL, 1))
    with world.database.write() as uow:
        key = uow.outbox.due(world.clock(), 1, "vendure")[0].key
        uow.outbox.defer(key, world.clock() + timedelta(minutes=10), "timeout")
        uow.commit()
    model.read()
    assert model.rows()[0].state == "again at 14:15"


def test_every_reason_that_sync_can_give_has_a_sentence_of_its_own(world):
    source = "".join(path.read_text("utf-8") for path in Path(sync.__file__).parent.rglob("*.py"))
    codes = set(re.findall(r'(?:Refused|Retryable|Misconfigured)\(\s*"([a-z_]+)"', source))
    assert len(codes) > 20
    general = sync_problem("something else", world.words)
    unsaid = {code for code in codes if sync_problem(code, world.words) == general}
    assert unsaid <= {"bad_input", "bad_request"}
