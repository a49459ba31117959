"""Two tills changed one field of a member apart, and a person says which of the two is right."""

import pytest

from terminal.desk_tasks import Task, TaskKind
from terminal.ids import MemberId
from terminal.members import Purpose
from terminal.outbox import MessageKind
from terminal.services.enrolment import Answer
from terminal.services.models import SignedIn
from terminal.services.sync_parts import deciding
from terminal.staff import Role
from tests.shop import open_shop

MANAGER = SignedIn("manager", "Anna", Role.MANAGER)


@pytest.fixture
def shop(tmp_path):
    made = open_shop(tmp_path / "till.db")
    yield made
    made.database.close()


def ask(shop, member_id, field="phone"):
    """A question of two tills: no store is named."""
    task = Task(
        id=f"apart {field} {member_id}", kind=TaskKind.PROFILE_CONFLICT, made_at=shop.clock(),
        member_id=MemberId(member_id),
        details={"field": field, "ours": "+306900004417", "theirs": "+306900001234"},
    )  # fmt: skip
    with shop.database.write() as uow:
        uow.tasks.put(task)
        uow.commit()
    return task


def told(shop, member_id):
    with shop.database.read() as uow:
        return len(uow.outbox.of_subject(MessageKind.MEMBER, member_id))


def test_what_a_person_chose_is_kept_and_told_to_the_stores(shop):
    view = shop.enrol("Eleni", email="eleni@example.com", phone="+306900004417")
    member_id = view.member.id
    before = told(shop, member_id)
    desk = deciding(shop.services, shop.clock, shop.new_id)
    assert desk.answer(ask(shop, member_id).id, "theirs", MANAGER)
    with shop.database.read() as uow:
        assert uow.members.get(member_id).phone == "+306900001234"
    assert told(shop, member_id) == before + 1


def test_a_field_that_tills_do_not_ask_about_is_settled_and_changes_nobody(shop):
    member_id = shop.enrol("Eleni").member.id
    desk = deciding(shop.services, shop.clock, shop.new_id)
    assert desk.answer(ask(shop, member_id, "town").id, "ours", MANAGER)
    with shop.database.read() as uow:
        assert uow.members.get(member_id).town == ""
        assert uow.tasks.open(9) == []


def test_about_somebody_who_is_not_there_nothing_is_kept(shop):
    desk = deciding(shop.services, shop.clock, shop.new_id)
    desk.answer(ask(shop, "nobody").id, "ours", MANAGER)
    assert told(shop, "nobody") == 0
    with shop.database.read() as uow:
        assert uow.members.get(MemberId("nobody")) is None


def test_an_answer_about_text_messages_is_no_matter_of_the_stores(shop):
    view = shop.enrol("Eleni", email="eleni@example.com")
    before = told(shop, view.member.id)
    answer = Answer(Purpose.TEXT_MESSAGE, True, "Offers?", "en")
    after = shop.services.enrolment.record_answer(view.member.id, answer, "cashier")
    assert Purpose.TEXT_MESSAGE in after.consents
    assert told(shop, view.member.id) == before
