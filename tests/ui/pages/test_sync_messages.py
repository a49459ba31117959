"""Messages on the sync page: why one is blocked, what is safe, and what a person can do."""

from datetime import timedelta

from terminal.connecting import Person
from terminal.outbox import MessageState
from tests.ui.pages.sync_scene import SECOND, SHOP, Scene, shown
from tests.ui.pages.world import OIL
from ui.tasks import Inline
from ui.viewmodels.sync_page import SyncModel
from ui.views.sync_page import MOST_CARDS, MOST_ROWS


def test_a_blocked_message_says_why_what_is_safe_and_the_next_step(stuck, model, view):
    sale, _ = stuck
    model.read()
    card = view.blocked_cards()[0]
    assert card.title.text() == "Another customer of the online store has this e-mail address."
    assert card.text.text() == "What Eleni Paradeigma has here is safe. Nobody else waits."
    assert card.todo.text().startswith("Link the member to that customer")
    assert ("Slip", sale.ref) in card.details.pairs
    assert ("Tells", "Sale") in card.details.pairs
    assert [row.state for row in model.rows()] == ["not sent", "on its way", "on its way"]
    assert model.connection().line == "1 item needs you"
    assert model.blocked_count == 1


def test_send_again_frees_it_and_wakes_the_worker(stuck, model, view, world, scene):
    model.read()
    view.blocked_cards()[0].send.click()
    assert model.blocked() == []
    assert world.woken == 1
    assert scene.told == ["It is sent again now."]


def test_the_card_opens_what_was_sent_and_the_members_page(stuck, model, view, eleni, qtbot):
    model.read()
    card = view.blocked_cards()[0]
    card.what.click()
    assert card.details.isVisible()
    with qtbot.waitSignal(view.member_asked) as asked:
        card.who.click()
    assert asked.args == [eleni.member.id]
    assert card.who.text() == "Correct the member"


def test_a_message_is_given_up_with_a_reason_and_stays_in_a_list(stuck, model, view, world):
    _, key = stuck
    model.read()
    card = view.blocked_cards()[0]
    card.give.click()
    card.reason.submitted.emit()
    assert not card.give_now.isEnabled()
    card.reason.edit.insert("It is in their books already")
    card.reason.edited.emit(card.reason.text())
    card.give_now.click()
    assert model.blocked() == []
    assert view.given_up.text() == "1 given up"
    view.given_up.click()
    assert [row.state for row in model.rows()] == ["given up"]
    view.table.lines[0].click()
    assert ("Reason", "It is in their books already") in model.details()
    assert any(value == "given up" for _, value in model.details())
    with world.database.read() as uow:
        assert uow.outbox.get(key).state is MessageState.GIVEN_UP
    view.given_up.click()
    assert model.rows()[0].state == "on its way"


def test_only_a_manager_gives_up(stuck, scene, model, world):
    _, key = stuck
    model.read()
    world.person = world.cashier
    assert not model.is_manager
    model.give_up(key, "no reason")
    assert scene.told == ["Only a manager can do this. Ask one to sign in."]
    world.person = None
    model.give_up(key, "no reason")
    assert len(scene.told) == 2
    world.person = world.manager
    assert model.is_manager
    model.give_up(key, "   ")
    assert scene.told[-1] == "Give a reason before saving."
    assert len(model.blocked()) == 1


def test_keeping_it_closes_the_question(stuck, model, view):
    model.read()
    card = view.blocked_cards()[0]
    card.give.click()
    assert card.giving.isVisible()
    card.keep.click()
    assert not card.giving.isVisible()


def test_a_member_is_linked_to_the_customer_that_the_store_means(stuck, scene, model, view, world):
    _, key = stuck
    model.read()
    card = view.blocked_cards()[0]
    card.link.click()
    assert card.linking.isVisible()
    assert scene.connecting.asked == [("vendure", model.member_of(key), "")]
    card.linking.buttons[0].click()
    assert model.blocked() == []
    with world.database.read() as uow:
        link = uow.sync.link("vendure", "member", uow.outbox.get(key).member_id)
    assert link.remote_id == "c-7"


def test_somebody_else_is_looked_for_by_an_address(stuck, scene, model, view):
    model.read()
    scene.connecting.found = ()
    card = view.blocked_cards()[0]
    card.link.click()
    assert card.linking.state.text() == "It knows nobody like that."
    card.linking.look.click()
    assert len(scene.connecting.asked) == 1
    scene.connecting.found = (Person("c-9", "", "other@example.com"),)
    card.linking.email.setText("other@example.com")
    card.linking.look.click()
    assert scene.connecting.asked[1][2] == "other@example.com"
    assert len(card.linking.buttons) == 1
    card.linking.none.click()
    assert not card.linking.isVisible()


def test_while_the_store_is_asked_the_card_says_so(world, eleni, qtbot):
    class Slow(Inline):
        def run(self, work, done, refused, *, key=""):
            if key != "people":
                super().run(work, done, refused, key=key)

    scene = Scene(world)
    model = SyncModel(scene.desk, Inline(), world.words, world.clock, world.who, Slow())
    view = shown(model, qtbot)
    world.sell(eleni, (OIL, 1))
    world.block_first("card_taken")
    model.read()
    view.blocked_cards()[0].link.click()
    assert view.blocked_cards()[0].linking.state.text() == "Asking the online store"


def test_a_card_keeps_what_is_typed_while_other_things_change(stuck, model, view, world):
    model.read()
    card = view.blocked_cards()[0]
    card.give.click()
    card.reason.setText("half a sent")
    world.sell(None, (OIL, 1))
    model.read()
    assert view.blocked_cards() == [card]
    assert card.reason.text() == "half a sent"


def test_many_blocked_messages_are_counted_not_all_shown(scene, model, view, world):
    for _ in range(MOST_CARDS + 2):
        world.sell(None, (OIL, 1))
        world.block_first("total_differs")
    model.read()
    assert len(view.blocked_cards()) == MOST_CARDS
    assert view.more.text() == "2 more need you"


def test_a_long_queue_is_cut_and_counted(model, view, world):
    for _ in range(MOST_ROWS + 3):
        world.sell(None, (OIL, 1))
    model.read()
    assert sum(line.isVisible() for line in view.table.lines) == MOST_ROWS
    assert view.rest.text() == "and 3 more"
    assert len(view.table.texts()) == MOST_ROWS


def test_a_row_opens_what_became_of_a_message(stuck, model, view, world):
    _, key = stuck
    with world.database.write() as uow:
        waiting = uow.outbox.due(world.clock(), 1, "vendure")[0]
        uow.outbox.defer(waiting.key, world.clock() + timedelta(minutes=10), "timeout", "orders")
        uow.commit()
    model.read()
    row = next(line for line in view.table.lines if line.row.key == waiting.key)
    assert row.row.state == "again at 14:15"
    row.click()
    pairs = dict(view.table.details.pairs)
    assert view.table.details.isVisible()
    assert pairs["Attempts"] == "1"
    assert pairs["In which part"] == "orders"
    row.click()
    assert not view.table.details.isVisible()
    assert key != waiting.key


def test_tried_too_often_is_said(model, view, world, eleni):
    from terminal.outbox import BlockReason

    world.sell(eleni, (OIL, 1))
    with world.database.write() as uow:
        key = uow.outbox.due(world.clock(), 1, "vendure")[0].key
        uow.outbox.defer(key, world.clock(), "server_error")
        uow.outbox.block(key, BlockReason.EXHAUSTED, "server_error")
        uow.commit()
    model.read()
    assert "Tried 1 time." in view.blocked_cards()[0].text.text()


def test_messages_of_another_store_are_on_its_own_page(world, eleni, qtbot):
    scene = Scene(world, (SHOP, SECOND))
    world.sell(eleni, (OIL, 1))
    scene.model.read()
    assert len(scene.model.rows()) == 2
    scene.model.choose("second")
    assert scene.model.rows() == []


def test_sync_now_wakes_the_worker(model, view, world):
    model.read()
    view.focus_first()
    assert view.focusWidget() is view.now
    view.now.click()
    assert world.woken == 1


def test_a_sale_shows_up_by_itself(model, view, world, eleni):
    world.sell(eleni, (OIL, 1))
    assert [row.what.split()[0] for row in model.rows()] == ["Sale", "Balance"]


def test_focus_begins_with_what_needs_a_person(stuck, model, view, scene, eleni):
    model.read()
    view.focus_first()
    assert view.focusWidget() is view.blocked_cards()[0].send
    from terminal.desk_tasks import TaskKind

    scene.ask(TaskKind.OVERDRAW, eleni, points="5", tills="T1")
    view.focus_first()
    assert view.focusWidget() is view.task_cards()[0].answers["seen"]
