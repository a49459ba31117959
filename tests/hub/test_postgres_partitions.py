"""The recipe of docs/scaling.md: a hub whose list is in parts is the same hub."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hub.link import Link
from tests.hub.contract import FactStories
from tests.hub.pg import SharedHubs
from tests.hub.world import PostgresWorld, everything

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"


def recipe(after: int) -> str:
    """What the page says, with a second part that begins after so many transactions."""
    (sql,) = re.findall(r"^```sql\n(.*?)^```", PAGE.read_text("utf-8"), re.S | re.M)
    assert "+ 1000000" in sql
    return sql.replace("+ 1000000", f"+ {after}")


def parts(owner: Link) -> list[tuple[str, int]]:
    return owner.rows("SELECT tableoid::regclass::text, count(*) FROM loyalty.facts GROUP BY 1")


class TestInParts(FactStories):
    """New parts begin while the stories run."""

    @pytest.fixture
    def world(self, shared_hubs: SharedHubs, tmp_path: Path) -> Iterator[PostgresWorld]:
        world = shared_hubs.make(tmp_path / "till")
        world.owner.script(recipe(9))
        yield world
        world.close()


def test_a_hub_that_is_parted_while_it_lives_goes_on(own_hub: PostgresWorld) -> None:
    till = own_hub.join("1")
    till.tells(till.entry(100), till.fact())
    everything(till.hub)
    cursor = till.hub.pull("", 1).cursor
    own_hub.owner.script(recipe(3))
    for _ in range(8):
        till.tells(till.entry(1), till.fact())
    assert till.tells(*till.told) == len(till.told)  # all of it known, in whatever part
    assert everything(till.hub, cursor=cursor) == till.told[1:]
    assert dict(parts(own_hub.owner)).keys() == {"loyalty.facts_1", "loyalty.facts_2"}
    assert till.reserves(1, "a").available == 108
    for table in ("facts", "facts_1", "facts_2"):
        with pytest.raises(Exception, match="forbidden"):
            own_hub.owner.script(f"DELETE FROM loyalty.{table}")  # noqa: S608 (from above)
