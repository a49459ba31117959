"""A way to a real Vendure store on which requests are held back until after their repeat.

The fixtures here are for who imports them: ``either`` (the store; on both of its databases with
``on_both``), its ``owner``, the slow ``way`` to it, and an adapter ``store`` on that way.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sync.errors import Retryable
from sync.online_store import CouponNews
from sync.stores.vendure import VendureOnlineStore
from tests.faults import HOP, FaultProxy, Seen, When
from tests.stores import Admin, VendureStore
from tests.sync.online import connect, insist


class SlowWay(FaultProxy):
    """A way to the store on which requests are held back, until they are let through."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self._waiting: list[Callable[[], Any]] = []

    def hold(self, when: When, *, times: int = 1) -> None:
        """Whoever asked hears nothing more of it."""

        def act(handler: Any, seen: Any) -> None:
            self._waiting.append(lambda: handler.forward(seen))
            handler.hang_up()

        self._add("held back", act, when, times, 0)

    def arrive(self) -> int:
        """Let them through, in their order; how many there were."""
        waiting, self._waiting = self._waiting, []
        for forward in waiting:
            status, _headers, _body = forward()
            assert status == 200, "even what is refused"
        return len(waiting)

    def again(self, seen: Seen) -> None:
        """What was sent comes once more."""
        line = self.connect()
        kept = {name: value for name, value in seen.headers.items() if name not in HOP}
        line.request("POST", seen.path, seen.body, kept)
        assert line.getresponse().status == 200
        line.close()


@pytest.fixture
def either(request: pytest.FixtureRequest) -> VendureStore:
    store: VendureStore = request.getfixturevalue(getattr(request, "param", "vendure"))
    return store


on_both = pytest.mark.parametrize("either", ["vendure", "vendure_pg"], indirect=True)
"""On each database: transactions, and the words for what is gone, are not the same."""


@pytest.fixture
def owner(either: VendureStore) -> Iterator[Admin]:
    owner = Admin(either)
    yield owner
    owner.close()


@pytest.fixture
def way(either: VendureStore) -> Iterator[SlowWay]:
    with SlowWay(either.admin_api) as way:
        yield way


@pytest.fixture
def store(way: SlowWay) -> Iterator[VendureOnlineStore]:
    store = connect(way.url)
    store.check()
    yield store
    store.close()


def late(way: SlowWay, word: str, ask: Callable[[], Any], *, meanwhile: Any = None) -> Any:
    """The first request with this word is held back; its repeat is done; then it arrives."""
    way.hold(word)
    with pytest.raises(Retryable):
        ask()
    told = insist(ask)
    if meanwhile is not None:
        meanwhile()
    assert way.arrive() == 1
    return told


def coupon(code: str, **more: Any) -> CouponNews:
    return CouponNews(code=code, title="Late", currency="EUR", **{"amount": 100, **more})
