"""The outbox: order within a member, and nobody waits for somebody else's trouble."""

from dataclasses import replace

from terminal.outbox import (
    BlockReason,
    MessageKind,
    MessageState,
    MessageStep,
    OutboxCounts,
    OutboxMessage,
    StepKind,
    Untold,
)
from terminal.ports import Database
from tests.contract.samples import ANNA, BELA, CASHIER, T0, after, message


def _filled(database: Database, *keys: tuple[str, str | None]) -> None:
    with database.write() as uow:
        for key, member_id in keys:
            uow.outbox.put(message(key, member_id))
        uow.commit()


def _due(database: Database, at: object = T0, limit: int = 9) -> list[str]:
    with database.read() as uow:
        return [each.key for each in uow.outbox.due(at, limit, "vendure")]  # type: ignore[arg-type]


def test_a_message_comes_back_with_its_number(database: Database) -> None:
    _filled(database, ("a", ANNA), ("b", None))
    with database.read() as uow:
        assert uow.outbox.get("a") == message("a", ANNA, number=1)
        assert uow.outbox.get("b") == message("b", None, number=2)
        assert uow.outbox.get("c") is None


def test_a_key_is_queued_once_even_after_it_was_sent(database: Database) -> None:
    _filled(database, ("a", ANNA), ("a", BELA))
    with database.write() as uow:
        uow.outbox.sent("a", T0)
        uow.outbox.put(message("a", BELA))
        known = uow.outbox.get("a")
        assert known is not None
        assert (known.member_id, known.state) == (ANNA, MessageState.SENT)
        assert uow.outbox.due(T0, 9, "vendure") == []


def test_messages_leave_in_the_order_in_which_they_came(database: Database) -> None:
    _filled(database, ("c", ANNA), ("a", BELA), ("b", ANNA), ("d", None))
    assert _due(database) == ["c", "a", "b", "d"]
    assert _due(database, limit=2) == ["c", "a"]
    assert _due(database, after(microseconds=-1)) == []


def test_a_blocked_message_holds_back_only_its_members_later_ones(database: Database) -> None:
    _filled(database, ("a1", ANNA), ("b1", BELA), ("a2", ANNA), ("n", None), ("a3", ANNA))
    with database.write() as uow:
        uow.outbox.block("a2", BlockReason.REFUSED, "no such variant")
        uow.commit()
    assert _due(database) == ["a1", "b1", "n"]


def test_a_deferred_message_holds_back_only_its_members_later_ones(database: Database) -> None:
    _filled(database, ("a1", ANNA), ("b1", BELA), ("a2", ANNA), ("n1", None), ("n2", None))
    with database.write() as uow:
        uow.outbox.defer("a1", after(minutes=5), "timeout")
        uow.outbox.defer("n1", after(minutes=5), "timeout")
        uow.commit()
    assert _due(database) == ["b1", "n2"]
    assert _due(database, after(minutes=5)) == ["a1", "b1", "a2", "n1", "n2"]
    with database.read() as uow:
        waits = uow.outbox.get("a1")
        assert waits is not None
        assert (waits.attempts, waits.problem, waits.due_at) == (1, "timeout", after(minutes=5))


def test_messages_that_tell_of_no_member_wait_for_nobody(database: Database) -> None:
    _filled(database, ("n1", None), ("n2", None))
    with database.write() as uow:
        uow.outbox.block("n1", BlockReason.EXHAUSTED, "server_error")
        uow.commit()
    assert _due(database) == ["n2"]


def test_a_sent_message_lets_the_next_one_go(database: Database) -> None:
    _filled(database, ("a1", ANNA), ("a2", ANNA))
    with database.write() as uow:
        uow.outbox.block("a1", BlockReason.REFUSED, "forbidden")
        assert uow.outbox.due(T0, 9, "vendure") == []
        uow.outbox.release("a1", T0)
        uow.outbox.sent("a1", T0)
        sent = uow.outbox.get("a1")
        assert sent is not None
        assert (sent.state, sent.blocked, sent.problem) == (MessageState.SENT, None, "")
        assert [each.key for each in uow.outbox.due(T0, 9, "vendure")] == ["a2"]


def test_a_released_message_starts_anew_and_at_once(database: Database) -> None:
    _filled(database, ("a1", ANNA))
    with database.write() as uow:
        for _ in range(3):
            uow.outbox.defer("a1", after(days=1), "timeout")
        uow.outbox.block("a1", BlockReason.EXHAUSTED, "timeout")
        blocked = uow.outbox.get("a1")
        assert blocked is not None
        assert (blocked.state, blocked.attempts) == (MessageState.BLOCKED, 3)
        assert blocked.blocked is BlockReason.EXHAUSTED
        uow.outbox.release("a1", after(hours=1))
        [again] = uow.outbox.due(after(hours=1), 9, "vendure")
        assert (again.attempts, again.blocked, again.state) == (0, None, MessageState.WAITING)


def test_what_was_sent_is_neither_released_nor_deferred(database: Database) -> None:
    _filled(database, ("a1", ANNA))
    with database.write() as uow:
        uow.outbox.sent("a1", T0)
        uow.outbox.release("a1", T0)
        uow.outbox.defer("a1", T0, "timeout")
        uow.outbox.block("a1", BlockReason.REFUSED, "no")
        assert uow.outbox.open(9) == []
        assert uow.outbox.due(after(days=1), 9, "vendure") == []


def test_when_the_network_is_back_everything_that_waits_is_due(database: Database) -> None:
    _filled(database, ("a1", ANNA), ("b1", BELA), ("c1", None))
    with database.write() as uow:
        uow.outbox.defer("a1", after(days=1), "unreachable")
        uow.outbox.block("b1", BlockReason.REFUSED, "no")
        uow.outbox.hurry(after(hours=1))
        uow.commit()
    assert _due(database, after(hours=1)) == ["a1", "c1"]


def test_the_list_shows_blocked_ones_first(database: Database) -> None:
    _filled(database, ("a", ANNA), ("b", BELA), ("c", None), ("d", ANNA))
    with database.write() as uow:
        uow.outbox.sent("a", T0)
        uow.outbox.block("c", BlockReason.REFUSED, "no")
        uow.commit()
    with database.read() as uow:
        assert [each.key for each in uow.outbox.open(9)] == ["c", "b", "d"]
        assert [each.key for each in uow.outbox.open(1)] == ["c"]


def test_the_counts_say_how_long_the_queue_is(database: Database) -> None:
    with database.read() as uow:
        assert uow.outbox.counts(T0) == OutboxCounts()
    _filled(database, ("a", ANNA), ("b", BELA), ("c", None), ("d", ANNA), ("e", None))
    with database.write() as uow:
        uow.outbox.sent("a", after(microseconds=-1))
        uow.outbox.sent("b", after(hours=1))
        uow.outbox.block("c", BlockReason.REFUSED, "no")
        uow.commit()
    with database.read() as uow:
        assert uow.outbox.counts(T0) == OutboxCounts(2, 1, 1, after(hours=1), T0)


def test_the_counts_of_one_store_know_nothing_of_another(database: Database) -> None:
    _filled(database, ("a", ANNA), ("b", BELA), ("c", None))
    with database.write() as uow:
        uow.outbox.put(replace(message("d", ANNA), store="other", created_at=after(hours=1)))
        uow.outbox.sent("a", after(hours=1))
        uow.outbox.block("b", BlockReason.REFUSED, "no")
        uow.commit()
    with database.read() as uow:
        assert uow.outbox.counts(T0, "vendure") == OutboxCounts(1, 1, 1, after(hours=1), T0)
        assert uow.outbox.counts(T0, "other") == OutboxCounts(1, 0, 0, None, after(hours=1))
        assert uow.outbox.counts(T0, "never") == OutboxCounts()
        assert uow.outbox.counts(T0) == OutboxCounts(2, 1, 1, after(hours=1), T0)


def _of(key: str, member_id: str | None, kind: MessageKind) -> OutboxMessage:
    return replace(message(key, member_id), kind=kind)


def test_a_balance_does_not_wait_for_a_sale_that_is_stuck(database: Database) -> None:
    """It is told as it is, and the customer sees it: one bad sale must not make it wrong."""
    with database.write() as uow:
        uow.outbox.put(_of("sale", ANNA, MessageKind.SALE))
        uow.outbox.put(_of("later", ANNA, MessageKind.SALE))
        uow.outbox.put(_of("balance", ANNA, MessageKind.STANDING))
        uow.outbox.block("sale", BlockReason.REFUSED, "no")
        uow.commit()
    assert _due(database) == ["balance"]


def test_a_balance_waits_for_the_person_it_is_of(database: Database) -> None:
    with database.write() as uow:
        uow.outbox.put(_of("who", ANNA, MessageKind.MEMBER))
        uow.outbox.put(_of("sale", ANNA, MessageKind.SALE))
        uow.outbox.put(_of("balance", ANNA, MessageKind.STANDING))
        uow.outbox.defer("who", after(minutes=5), "timeout")
        uow.outbox.block("sale", BlockReason.REFUSED, "no")
        uow.commit()
    assert _due(database) == []
    assert _due(database, after(minutes=5)) == ["who", "balance"]


def test_what_nothing_had_to_be_told_of_says_why(database: Database) -> None:
    _filled(database, ("a", ANNA), ("b", ANNA))
    with database.write() as uow:
        uow.outbox.defer("a", T0, "timeout", "orders")
        uow.outbox.sent("a", T0, Untold.NO_EMAIL)
        uow.outbox.sent("b", T0)
        a, b = uow.outbox.get("a"), uow.outbox.get("b")
        assert a is not None
        assert b is not None
        assert (a.state, a.reason, a.problem, a.where) == (MessageState.SENT, "no_email", "", "")
        assert b.reason == ""


def test_what_was_given_up_stays_to_be_looked_at(database: Database) -> None:
    _filled(database, ("a", ANNA), ("b", BELA), ("c", None))
    with database.write() as uow:
        for key in ("a", "c"):
            uow.outbox.block(key, BlockReason.REFUSED, "no")
            uow.outbox.give_up(key, "done by hand", after(hours=1))
        uow.commit()
    with database.read() as uow:
        assert [each.key for each in uow.outbox.given_up(9)] == ["c", "a"]
        assert [each.reason for each in uow.outbox.given_up(1)] == ["done by hand"]
        assert uow.outbox.counts(T0).given_up == 2
        assert uow.outbox.counts(T0, "vendure").given_up == 2
        assert uow.outbox.counts(T0, "other").given_up == 0
        assert [each.key for each in uow.outbox.open(9)] == ["b"]


def test_a_message_keeps_its_history(database: Database) -> None:
    steps = [
        MessageStep("a", T0, StepKind.DEFERRED, "timeout"),
        MessageStep("a", after(hours=1), StepKind.BLOCKED, "bad_input", "orders.lines"),
        MessageStep("a", after(hours=2), StepKind.RELEASED, by=CASHIER),
    ]
    with database.write() as uow:
        for step in steps:
            uow.outbox.add_step(step)
        uow.commit()
    with database.read() as uow:
        assert uow.outbox.steps("a") == steps
        assert uow.outbox.steps("b") == []
