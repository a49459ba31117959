"""The contract of an online store's adapter: stories that every adapter must pass.

    class TestMine(Contract):
        @pytest.fixture
        def world(self) -> Iterator[World]:
            yield MyWorld(…)

The world is made anew for each test; what stands behind it may live as long as the session. Some
hundred stories; a story is skipped only where the *world* can't act (``World.can``; a world may say
in ``why_not`` why). What the adapter can't do by its capabilities is asked all the same: it must
say so with ``NotImplementedError``.
"""

from collections.abc import Iterator, Mapping

import pytest

from sync.online_store import OnlineStore
from tests.adapters.contract_feeds import Feeds
from tests.adapters.contract_line import Line
from tests.adapters.contract_more import More
from tests.adapters.contract_people import People
from tests.adapters.contract_returns import Returns
from tests.adapters.contract_sales import Sales
from tests.adapters.world import World

__all__ = ["Contract", "Stage"]


class Stage:
    """What every story stands on. A subclass gives the fixture ``world``."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        """A server and the people there."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, world: World) -> Iterator[OnlineStore]:
        """An adapter with every right."""
        store = world.connect()
        yield store
        store.close()

    @pytest.fixture(autouse=True)
    def _can(self, request: pytest.FixtureRequest, world: World) -> None:
        """Skip what this world can't act out."""
        missing = set(getattr(request.function, "acts", ())) - world.can
        if missing:
            why: Mapping[str, str] = getattr(world, "why_not", {})
            said = (why.get(act, f"this world can't {act}") for act in sorted(missing))
            pytest.skip("; ".join(said))


class Contract(Stage, People, Sales, Returns, Feeds, More, Line):
    """All of it."""
