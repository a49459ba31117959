"""What stories of an adapter stand on, given a ``world`` (a shop and the people there). Asserts of
the contract speak as plainly as those of tests.
"""

from collections.abc import Callable, Iterator

import pytest

from sync.online_store import OnlineStore
from tests.adapters.world import World, address

pytest.register_assert_rewrite(
    "tests.adapters.contract",
    "tests.adapters.contract_feeds",
    "tests.adapters.contract_line",
    "tests.adapters.contract_more",
    "tests.adapters.contract_people",
    "tests.adapters.contract_returns",
    "tests.adapters.contract_sales",
)


@pytest.fixture
def connect(world: World) -> Iterator[Callable[..., OnlineStore]]:
    """Adapters at one shop, as many as tills would have; closed when the story is told."""
    made: list[OnlineStore] = []

    def another(**how: object) -> OnlineStore:
        made.append(world.connect(**how))
        return made[-1]

    yield another
    for store in made:
        store.close()


@pytest.fixture
def store(connect: Callable[..., OnlineStore]) -> OnlineStore:
    return connect()


@pytest.fixture
def other(connect: Callable[..., OnlineStore]) -> OnlineStore:
    """What another till would have."""
    return connect()


@pytest.fixture
def shopper(world: World) -> str:
    """The address of somebody who registered in the web shop."""
    email = address("shopper")
    world.new_customer(email)
    return email
