"""One process talks to a store for all tills; a worker runs the hub as any engine."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from sync.errors import Retryable
from sync.hub.elected import ElectedEngine, Election
from sync.report import Report
from sync.worker import SyncWorker
from terminal.outbox import OutboxCounts
from tests.hub.till_stand import Chain, Two


@pytest.fixture
def elections(chain: Chain, two: Two) -> tuple[Election, Election]:
    """Two tills that may be elected, each over a connection of its own."""
    one, other = (Election(lambda me=till.me: chain.hub.connect(me)) for till in two)
    return one, other


class Named:
    """An engine that notes what is asked of it under its name."""

    requests = 0

    def __init__(self, name: str, calls: list[str]) -> None:
        self.name = name
        self._calls = calls

    def push(self, _go_on: object) -> Report:
        self._calls.append(self.name)
        return Report(sent=1)

    pull = push

    def seek(self) -> Report:
        self._calls.append(f"{self.name} seeks")
        return Report()

    def probe(self) -> Report:
        return self.push(None)

    def contact(self) -> int:
        return 7

    def counts(self, _day_start: object) -> OutboxCounts:
        return OutboxCounts(waiting=3)

    def back_again(self) -> None:
        self._calls.append(f"{self.name} back")

    def close(self) -> None:
        self._calls.append(f"{self.name} closed")


def test_one_process_talks_to_a_store_and_another_goes_on_when_it_is_gone(
    chain: Chain, elections: tuple[Election, Election]
) -> None:
    calls: list[str] = []
    first, second = (
        ElectedEngine(Named(name, calls), election, "vendure")
        for name, election in zip("ab", elections, strict=True)
    )
    assert first.push(lambda: True).sent == 1
    assert second.push(lambda: True).sent == 0
    assert second.elsewhere
    assert second.pull(lambda: True) == Report()
    chain.hub.away = True
    assert first.push(lambda: True).failure is not None
    chain.hub.away = False
    assert second.push(lambda: True).sent == 1
    assert not second.elsewhere
    assert first.pull(lambda: True).sent == 0
    assert second.probe().sent == 1
    assert (first.name, first.requests, first.contact()) == ("a", 0, 7)
    assert first.counts(chain.moment).waiting == 3
    first.back_again()
    first.close()
    for election in (*elections, *elections):
        election.close()
    told = [call for call in calls if not call.endswith("seeks")]
    assert told == ["a", "b", "b", "a back", "a closed"]
    assert calls[1] == "b seeks"  # what only b knows of, whoever is elected
    assert "a seeks" not in calls


@pytest.mark.usefixtures("caplog")
def test_the_worker_shows_how_the_hub_stands(chain: Chain, busy: Two) -> None:
    one, _other = busy
    heard: list[object] = []
    worker = SyncWorker(one.engine, clock=one.shop.clock, jitter=lambda: 0.5, listener=heard.append)
    chain.hub.away = True
    status = worker.run_once()
    assert (status.state, status.problem, status.store) == ("offline", "unreachable", "hub")
    assert status.waiting > 0
    chain.hub.away = False
    status = worker.run_once()
    assert (status.state, status.waiting, status.blocked) == ("online", 0, 0)
    assert status.clock_ms == round((chain.moment - one.shop.moment).total_seconds() * 1000)
    assert worker.stop()


def test_asking_whether_it_is_there_says_what_is_wrong(chain: Chain, busy: Two) -> None:
    one, _other = busy
    assert one.engine.probe() == Report()
    chain.hub.away = True
    failure = one.engine.probe().failure
    assert failure is not None
    assert failure.problem == "unreachable"


class Steady:
    """An engine that tells as long as it may."""

    name, requests = "vendure", 0

    def __init__(self, each: Callable[[int], None]) -> None:
        self._each = each

    def seek(self) -> Report:
        return Report()

    def push(self, go_on: Callable[[], bool]) -> Report:
        sent = 0
        while sent < 100 and go_on():
            self._each(sent)
            sent += 1
        return Report(sent=sent)


def test_who_is_elected_no_more_stops_within_seconds_however_much_there_is_to_tell(
    chain: Chain, elections: tuple[Election, Election]
) -> None:
    """The way to the hub broke, and another till was elected, while ten thousand sales go out."""
    mine, theirs = elections
    seconds = [0.0]

    def each(sent: int) -> None:
        seconds[0] += 1
        if sent == 20:
            chain.hub.elected.clear()
            assert theirs.talks_to("vendure")

    engine = ElectedEngine(Steady(each), mine, seconds=lambda: seconds[0])  # type: ignore[arg-type]
    assert engine.push(lambda: True).sent < 35
    assert engine.push(lambda: True).sent == 0
    assert engine.elsewhere


def test_a_hub_that_goes_away_ends_the_telling_too(
    chain: Chain, elections: tuple[Election, Election]
) -> None:
    mine, _theirs = elections
    seconds = [0.0]

    def each(sent: int) -> None:
        seconds[0] += 1
        chain.hub.away = sent >= 20

    engine = ElectedEngine(Steady(each), mine, seconds=lambda: seconds[0])  # type: ignore[arg-type]
    assert 20 < engine.push(lambda: True).sent < 35
    assert engine.push(lambda: True).failure is not None


def test_a_worker_that_outlives_the_end_is_not_elected_again(
    elections: tuple[Election, Election],
) -> None:
    """Its connection would keep every other till from the store until the program ends."""
    mine, theirs = elections
    assert mine.talks_to("vendure")
    mine.close()
    with pytest.raises(Retryable):
        mine.talks_to("vendure")
    assert theirs.talks_to("vendure")


def test_the_end_does_not_wait_for_a_hub_that_hangs() -> None:
    asked, closed = threading.Event(), threading.Event()

    class Hanging:
        def elect(self, _what: str) -> bool:
            asked.set()
            assert closed.wait(20)
            raise Retryable("timeout")

        def close(self) -> None:
            closed.set()

    election = Election(Hanging)  # type: ignore[arg-type]
    ended: list[str] = []

    def talk() -> None:
        with pytest.raises(Retryable):
            election.talks_to("vendure")
        ended.append("well")

    asking = threading.Thread(target=talk)
    asking.start()
    assert asked.wait(20)
    election.close()
    asking.join(20)
    assert ended == ["well"]
