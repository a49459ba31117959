"""Tasks for a person on the sync page: each kind in words, and each answer carried out."""

import pytest

from terminal.desk_tasks import TaskKind
from terminal.ids import MemberId
from terminal.services.deciding import ANSWERS
from terminal.services.standing import expire_lapsed
from tests.ui.pages.sync_scene import HUB, SHOP, Scene, shown


@pytest.fixture
def scene(world):
    return Scene(world)


@pytest.fixture
def view(scene, qtbot):
    return shown(scene.model, qtbot)


@pytest.fixture
def nikos(world):
    return world.services.counter.member(
        next(m.id for m in world.database.state.members.values() if m.given_name == "Nikos")
    )


def test_every_kind_of_task_has_words_and_answers(scene, eleni, nikos):
    ids = scene.every_task(eleni, nikos)
    assert ids.keys() == set(TaskKind)
    titles = set()
    for view, text in scene.model.tasks():
        assert {choice.code for choice in text.choices} == set(ANSWERS[view.task.kind])
        assert text.title
        assert text.text
        titles.add(text.title)
    assert len(titles) == len(TaskKind)


def test_both_values_of_a_conflict_are_shown_and_ours_can_stay(scene, view, eleni, world):
    task = scene.ask(
        TaskKind.PROFILE_CONFLICT, eleni, field="phone", ours=eleni.member.phone,
        theirs="+306900001234",
    )  # fmt: skip
    card = view.task_cards()[0]
    assert card.title.text() == "Eleni Paradeigma: two values for “Phone”"
    assert card.sides.pairs == (("Here", eleni.member.phone), ("Online", "+306900001234"))
    card.answers["ours"].click()
    assert scene.task(task).outcome == "ours"
    assert world.services.counter.member(eleni.member.id).member.phone == eleni.member.phone
    assert view.task_cards() == []
    assert scene.told == ["Done."]


def test_theirs_is_taken(scene, view, eleni, world):
    task = scene.ask(
        TaskKind.PROFILE_CONFLICT, eleni, field="family_name", ours="Paradeigma", theirs="Deigma"
    )
    view.task_cards()[0].answers["theirs"].click()
    assert scene.task(task).outcome == "theirs"
    assert world.services.counter.member(eleni.member.id).member.family_name == "Deigma"


def test_consent_is_said_in_words(scene, view, eleni):
    scene.ask(TaskKind.PROFILE_CONFLICT, eleni, field="marketing", ours="yes", theirs="no")
    assert view.task_cards()[0].sides.pairs == (("Here", "Yes"), ("Online", "No"))


def test_what_could_not_be_shared_is_named_and_only_seen(scene, view):
    task = scene.ask(TaskKind.DIFFERENCE, store="", subject="k1", what="referral", why="internal")
    card = view.task_cards()[0]
    assert card.title.text() == "Something could not be shared with the other tills"
    assert card.sides.pairs == (("Kind", "referral"),)
    assert set(card.answers) == {"seen"}
    card.answers["seen"].click()
    assert scene.task(task).outcome == "seen"


@pytest.mark.parametrize(("answer", "stays"), [("merge", 0), ("into_other", 1)])
def test_two_records_of_one_person_become_one(scene, view, eleni, nikos, world, answer, stays):
    people = (eleni.member.id, nikos.member.id)
    with world.database.write() as uow:
        for one in people:
            expire_lapsed(uow, one, world.till.code, world.clock())
        uow.commit()
    world.services.office.adjust(nikos.member.id, 50, "A gift", world.manager)
    points = sum(world.balance(one) for one in people)
    scene.ask(TaskKind.DUPLICATE, eleni, other=nikos.member.id, why="phone")
    card = view.task_cards()[0]
    assert "They have the same phone number." in card.text.text()
    assert [page.objectName() for page in card.pages] == list(people)
    card.answers[answer].click()
    assert world.balance(people[stays]) == points
    assert view.task_cards() == []


def test_two_people_stay_two(scene, view, eleni, nikos, world):
    task = scene.ask(TaskKind.DUPLICATE, eleni, other=nikos.member.id, why="card")
    before = world.balance(nikos.member.id)
    view.task_cards()[0].answers["two"].click()
    assert scene.task(task).outcome == "two"
    assert world.balance(nikos.member.id) == before


def test_the_pages_of_both_can_be_opened(scene, view, eleni, nikos, qtbot):
    scene.ask(TaskKind.DUPLICATE, eleni, other=nikos.member.id, why="name")
    for page, member in zip(view.task_cards()[0].pages, (eleni, nikos), strict=True):
        with qtbot.waitSignal(view.member_asked) as asked:
            page.click()
        assert asked.args == [member.member.id]


def test_points_redeemed_twice_are_seen_to_by_anybody(scene, view, eleni, world):
    task = scene.ask(TaskKind.OVERDRAW, eleni, store="", points="120", tills="T1 T2")
    world.person = world.cashier
    card = view.task_cards()[0]
    assert card.title.text() == "Eleni Paradeigma redeemed 120 points too many"
    card.answers["seen"].click()
    assert scene.task(task).settled_by == world.cashier.id


def test_a_difference_is_told_anew(scene, view, eleni, world):
    scene.ask(TaskKind.DIFFERENCE, eleni, ours="1284", theirs="1200")
    assert view.task_cards()[0].sides.pairs == (("Here", "1,284"), ("Online", "1,200"))
    view.task_cards()[0].answers["tell"].click()
    assert [row.what for row in scene.model.rows()] == ["Balance and tier"]
    assert world.woken == 1


def test_an_order_changed_online_shows_money(scene, view, eleni):
    scene.ask(
        TaskKind.DIFFERENCE, eleni, what="order", order="10471", ours="1290", theirs="990",
        currency="EUR",
    )  # fmt: skip
    card = view.task_cards()[0]
    assert card.title.text() == "Order 10471 was changed online"
    assert card.sides.pairs == (("Here", "€12.90"), ("Online", "€9.90"))


def test_two_orders_of_one_slip_are_shown_by_their_numbers(scene, view, eleni):
    scene.ask(TaskKind.DIFFERENCE, eleni, what="sale", ref="7Q2K", ours="10471", theirs="10472")
    card = view.task_cards()[0]
    assert card.title.text() == "Slip 7Q2K has two orders online"
    assert card.sides.pairs == (("First order", "10471"), ("Second order", "10472"))
    assert set(card.answers) == {"seen"}


def test_a_deleted_customer_is_told_anew_under_a_new_account(scene, view, eleni, world):
    from terminal.ports import RemoteLink

    with world.database.write() as uow:
        uow.sync.put_link(RemoteLink("vendure", "member", eleni.member.id, "c-7"))
        uow.commit()
    scene.ask(TaskKind.CUSTOMER_GONE, eleni, subject="c-7")
    view.task_cards()[0].answers["tell"].click()
    with world.database.read() as uow:
        assert uow.sync.link("vendure", "member", eleni.member.id) is None
    assert "Member's data" in [row.what for row in scene.model.rows()]


def test_a_deleted_customer_is_forgotten_here_too(scene, view, eleni, world):
    scene.ask(TaskKind.CUSTOMER_GONE, eleni, subject="c-7")
    view.task_cards()[0].answers["erase"].click()
    assert world.services.counter.member(eleni.member.id).member.email == ""


def test_only_a_manager_decides_what_changes_a_member(scene, view, eleni, world):
    task = scene.ask(TaskKind.CUSTOMER_GONE, eleni, subject="c-7")
    world.person = world.cashier
    view.task_cards()[0].answers["erase"].click()
    assert scene.told == ["Only a manager can do this. Ask one to sign in."]
    assert scene.task(task).outcome == ""


def test_what_somebody_else_decided_meanwhile_is_said(scene, view, eleni, world):
    task = scene.ask(TaskKind.OVERDRAW, eleni, points="1", tills="T1")
    card = view.task_cards()[0]
    with world.database.write() as uow:
        uow.tasks.settle(task, "seen", None, world.clock())
        uow.commit()
    card.answers["seen"].click()
    assert scene.told == ["Somebody has decided it already."]


def test_tasks_of_no_store_stand_with_the_hub(world, eleni, qtbot):
    scene = Scene(world, (SHOP, HUB))
    scene.ask(TaskKind.TILL_CLONED, store="", subject="T2", till="T2", machines="a1 b2")
    scene.ask(TaskKind.CUSTOMER_GONE, eleni, subject="c-7")
    lines = [one.line for one in scene.model.connections()]
    assert len(scene.model.tasks()) == 1
    scene.model.choose("hub")
    assert [v.task.kind for v, _ in scene.model.tasks()] == [TaskKind.TILL_CLONED]
    assert scene.model.blocked_count == 2
    assert lines == ["not set up", "not set up"]


def test_tasks_are_there_without_any_store(world, eleni, qtbot):
    scene = Scene(world, ())
    scene.ask(TaskKind.OVERDRAW, eleni, store="", points="5", tills="T1")
    assert len(scene.model.tasks()) == 1


def test_a_member_who_is_gone_leaves_a_task_that_can_be_read(scene, world):
    with world.database.write() as uow:
        from terminal.desk_tasks import Task

        uow.tasks.put(Task(
            id="x", kind=TaskKind.DUPLICATE, made_at=world.clock(), store="vendure",
            member_id=MemberId("nobody"), details={"other": "nobody either"},
        ))  # fmt: skip
        uow.commit()
    scene.model.read()
    ((view, text),) = scene.model.tasks()
    assert (view.member, view.other) == ("", "")
    assert text.title
