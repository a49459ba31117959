"""Customers who are there no longer: a question, once."""

from terminal.desk_tasks import TaskKind


def test_a_customer_deleted_online_is_a_question(sides):
    member, customer = sides.linked()
    sides.store.deletes(customer)
    sides.engine.pull()
    [task] = sides.tasks()
    assert (task.kind, task.member_id, task.subject_id) == (
        TaskKind.CUSTOMER_GONE, member.id, customer,
    )  # fmt: skip
    sides.engine.pull()
    assert len(sides.tasks()) == 1


def test_a_stranger_deleted_online_is_nobody_s_business(sides):
    customer = sides.store.registers("stranger@sample.example")
    sides.round()
    sides.store.deletes(customer.id)
    sides.round()
    assert sides.tasks() == []
