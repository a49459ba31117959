"""What people decide about sync, on memory and on disk: carried out once, with who and when."""

import pytest

from terminal.connecting import Draft
from terminal.desk_tasks import Task, TaskKind
from terminal.errors import NotAllowed, ReasonMissing
from terminal.ids import MemberId
from terminal.outbox import MessageKind, MessageState, StepKind
from terminal.ports import Contact, RemoteLink
from terminal.services.deciding import ANSWERS, Deciding, Hands
from terminal.services.filling import keep_where
from terminal.services.models import SignedIn
from terminal.services.overview import HUB, Place
from terminal.services.sync_parts import known_places, overview, places_of
from terminal.settings import OnlineStoreSettings, parse
from terminal.staff import Role
from tests.shop import open_shop

MANAGER = SignedIn("manager", "Anna", Role.MANAGER)
CASHIER = SignedIn("cashier", "Maria", Role.CASHIER)


class Done(list):
    """What the hands did."""

    def hand(self, name):
        return lambda *what: self.append((name, *what))


@pytest.fixture
def shop(tmp_path):
    made = open_shop(tmp_path / "till.db")
    yield made
    made.database.close()


@pytest.fixture
def done():
    return Done()


@pytest.fixture
def desk(shop, done):
    hands = Hands(done.hand("keep"), done.hand("merge"), done.hand("erase"))
    return Deciding(
        shop.database, hands, clock=shop.clock, new_id=shop.new_id,
        wake=lambda: done.append("wake"),
    )  # fmt: skip


def ask(shop, kind, member="m1", **details):
    task = Task(
        id=f"{kind.value}", kind=kind, made_at=shop.clock(),
        member_id=MemberId(member) if member else None, store="vendure", details=details,
    )  # fmt: skip
    with shop.database.write() as uow:
        uow.tasks.put(task)
        uow.commit()
    return task


def settled(shop, task):
    with shop.database.read() as uow:
        return uow.tasks.get(task.id)


def test_every_kind_of_task_can_be_answered():
    assert ANSWERS.keys() == set(TaskKind)


@pytest.mark.parametrize(
    ("kind", "answer", "does"),
    [
        (TaskKind.DUPLICATE, "merge", ("merge", "m1", "m2", "manager")),
        (TaskKind.DUPLICATE, "into_other", ("merge", "m2", "m1", "manager")),
        (TaskKind.CUSTOMER_GONE, "erase", ("erase", "m1", "manager")),
    ],
)
def test_an_answer_is_carried_out_and_written_down(shop, desk, done, kind, answer, does):
    task = ask(shop, kind, other="m2")
    assert desk.answer(task.id, answer, MANAGER)
    assert done == [does, "wake"]
    after = settled(shop, task)
    assert (after.outcome, after.settled_by, after.settled_at) == (answer, "manager", shop.clock())
    assert not desk.answer(task.id, answer, MANAGER)
    assert len(done) == 2


@pytest.mark.parametrize("answer", ["two", "leave", "seen"])
def test_leaving_things_as_they_are_is_an_answer_too(shop, desk, done, answer):
    kind = next(kind for kind, known in ANSWERS.items() if answer in known)
    task = ask(shop, kind)
    assert desk.answer(task.id, answer, MANAGER)
    assert done == ["wake"]


def test_a_conflict_goes_to_who_keeps_profiles(shop, desk, done):
    task = ask(shop, TaskKind.PROFILE_CONFLICT, field="phone", ours="1", theirs="2")
    assert desk.answer(task.id, "theirs", MANAGER)
    assert done[0] == ("keep", task, "theirs", "manager")


def test_what_is_no_answer_changes_nothing(shop, desk, done):
    task = ask(shop, TaskKind.OVERDRAW)
    assert not desk.answer(task.id, "merge", MANAGER)
    assert not desk.answer("nobody asked", "seen", MANAGER)
    assert done == []


def test_only_seeing_is_anybodys(shop, desk):
    with pytest.raises(NotAllowed):
        desk.answer(ask(shop, TaskKind.DUPLICATE).id, "two", CASHIER)
    assert desk.answer(ask(shop, TaskKind.OVERDRAW).id, "seen", CASHIER)


def test_a_difference_of_nobody_is_only_settled(shop, desk):
    task = ask(shop, TaskKind.DIFFERENCE, member="")
    assert desk.answer(task.id, "tell", MANAGER)
    with shop.database.read() as uow:
        assert uow.outbox.open(10) == []


def test_a_difference_is_told_anew(shop, desk):
    member = shop.enrol("Eleni", email="eleni@example.com").member
    with shop.database.write() as uow:
        for message in uow.outbox.open(10):
            uow.outbox.sent(message.key, shop.clock())
        uow.commit()
    assert desk.answer(ask(shop, TaskKind.DIFFERENCE, member=member.id).id, "tell", MANAGER)
    with shop.database.read() as uow:
        assert [one.kind for one in uow.outbox.open(10)] == [MessageKind.STANDING]


def test_a_member_is_told_anew_under_a_new_account(shop, desk):
    member = shop.enrol("Eleni", email="eleni@example.com").member
    with shop.database.write() as uow:
        for message in uow.outbox.open(10):
            uow.outbox.sent(message.key, shop.clock())
        uow.sync.put_link(RemoteLink("vendure", "member", member.id, "7"))
        uow.commit()
    task = ask(shop, TaskKind.CUSTOMER_GONE, member=member.id)
    assert desk.answer(task.id, "tell", MANAGER)
    with shop.database.read() as uow:
        assert uow.sync.link("vendure", "member", member.id) is None
        kinds = [message.kind for message in uow.outbox.open(10)]
    assert kinds == [MessageKind.MEMBER, MessageKind.STANDING]


def test_a_conflict_that_was_settled_with_its_member_gone_is_only_noted(shop, desk, done):
    task = ask(shop, TaskKind.DUPLICATE, member="", other="m2")
    assert desk.answer(task.id, "merge", MANAGER)
    assert done == ["wake"]


# -- messages --------------------------------------------------------------------------------------


@pytest.fixture
def key(shop):
    shop.enrol("Eleni", email="eleni@example.com")
    with shop.database.read() as uow:
        return uow.outbox.open(10)[0].key


def test_giving_up_needs_a_manager_and_a_reason_and_is_remembered(shop, desk, key):
    with pytest.raises(NotAllowed):
        desk.give_up(key, "because", CASHIER)
    with pytest.raises(ReasonMissing):
        desk.give_up(key, "  ", MANAGER)
    desk.give_up(key, " told by hand ", MANAGER)
    with shop.database.read() as uow:
        message, (step,) = uow.outbox.get(key), uow.outbox.steps(key)
    assert (message.state, message.reason) == (MessageState.GIVEN_UP, "told by hand")
    assert (step.kind, step.by) == (StepKind.GIVEN_UP, "manager")


def test_linking_frees_the_message_under_the_other_account(shop, desk, key):
    with pytest.raises(NotAllowed):
        desk.link(key, "9", CASHIER)
    desk.link("no such message", "9", MANAGER)
    desk.link(key, "9", MANAGER)
    with shop.database.read() as uow:
        message = uow.outbox.get(key)
        assert uow.sync.link("vendure", "member", message.member_id).remote_id == "9"
        assert uow.outbox.steps(key)[-1].kind is StepKind.RELEASED


# -- reading ---------------------------------------------------------------------------------------


def test_everything_is_read_at_one_moment(shop, key):
    from terminal.events import ImportMoved

    places = (Place("vendure", "vendure", "https://a.example"), Place(HUB, HUB))
    keep_where(shop.database, ImportMoved("vendure", "paused"))
    with shop.database.write() as uow:
        uow.sync.put_contact(Contact("vendure", shop.clock(), 1500))
        uow.outbox.give_up(key, "told by hand", shop.clock())
        uow.commit()
    member = shop.enrol("Nikos")
    sale = shop.sell(member, shop.basket("OIL-500")).sale
    shop.services.counter.take_back(sale.ref, "Damaged", "cashier")
    ask(shop, TaskKind.DUPLICATE, member=member.member.id, other="nobody")
    ask(shop, TaskKind.TILL_CLONED, member="")
    view = overview(shop.services, shop.clock, lambda: places)
    read = view.read()
    assert [one.place for one in read.stores] == list(places)
    assert read.stores[0].contact.offset_ms == 1500
    assert read.stores[0].filling.state == "paused"
    assert read.stores[0].counts.given_up == 1
    assert [one.message.key for one in read.given_up] == [key]
    refs = {one.message.kind: one.ref for one in read.messages}
    assert refs[MessageKind.SALE] == sale.ref
    assert refs[MessageKind.RETURN].startswith("T1-")
    assert refs[MessageKind.STANDING] == ""
    assert [(one.member, one.other) for one in read.tasks] == [("Nikos", ""), ("", "")]
    assert read.open_tasks == 2
    assert view.history(key) == ()


def test_what_a_message_is_about_may_be_gone(shop):
    from terminal.outbox import OutboxMessage

    with shop.database.write() as uow:
        for kind in (MessageKind.SALE, MessageKind.RETURN, MessageKind.COUPON):
            uow.outbox.put(OutboxMessage(
                key=kind.value, kind=kind, subject_id="GONE", member_id=None,
                created_at=shop.clock(), due_at=shop.clock(), store="vendure",
            ))  # fmt: skip
        uow.commit()
    read = overview(shop.services, shop.clock, tuple).read()
    assert {one.message.kind: one.ref for one in read.messages} == {
        MessageKind.SALE: "", MessageKind.RETURN: "", MessageKind.COUPON: "GONE",
    }  # fmt: skip


def test_places_are_the_settings_and_the_hub_where_there_is_one(shop):
    settings = parse(
        '[online_store]\nkind = "vendure"\nurl = "https://a.example"\n'
        '[[more_online_stores]]\nkind = "shopify"\nname = "web"\ntalks = false\n'
    )
    assert [(one.name, one.kind, one.talks) for one in places_of(settings)] == [
        ("vendure", "vendure", True), ("web", "shopify", False),
    ]  # fmt: skip
    joined = parse('[hub]\naddress = "postgresql://till@hub/hub"\n')
    assert places_of(joined) == (Place(HUB, HUB),)
    assert known_places(shop.services) == (Place("vendure", "vendure"),)


def test_a_draft_never_shows_its_key():
    assert "secret" not in repr(Draft(OnlineStoreSettings(), "my secret"))


def test_the_real_hands_merge_erase_and_keep(shop):
    from terminal.services.sync_parts import deciding

    one = shop.enrol("Eleni", email="eleni@example.com").member
    other = shop.enrol("Helen").member
    real = deciding(shop.services, shop.clock, shop.new_id)
    conflict = ask(
        shop, TaskKind.PROFILE_CONFLICT, one.id, field="given_name", ours="Eleni", theirs="Elena"
    )
    assert real.answer(conflict.id, "theirs", MANAGER)
    twins = ask(shop, TaskKind.DUPLICATE, one.id, other=other.id, why="name")
    assert real.answer(twins.id, "merge", MANAGER)
    assert shop.services.counter.member(one.id).member.given_name == "Elena"
    gone = ask(shop, TaskKind.CUSTOMER_GONE, one.id)
    assert real.answer(gone.id, "erase", MANAGER)
    assert shop.services.counter.member(one.id).member.email == ""
