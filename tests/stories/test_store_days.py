"""Bad days of the online store, while the counter sells through the window and notices nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.db.verify import verify
from terminal.ids import MemberId
from terminal.services.models import MemberView, SaleDone
from terminal.slips import SlipState
from tests.faults import FaultProxy, Seen
from tests.stores import Admin, Shopper, VendureStore, unique
from tests.stories.conftest import Opens
from tests.stories.open_till import Heartbeat, OpenTill, with_store

WIDEST_GAP_MS = 1500
"""Half of what a slow store keeps its asker waiting. Here it is some 50; a machine that builds may
be busy."""
BASKETS = (("OIL-500",), ("COF-250", "HON-450"), ("TEA-100", "RUS-400"), ("TOW-LIN",))

FAULTS: dict[str, Callable[[FaultProxy], object]] = {
    "away": lambda network: network.down(),
    "slow": lambda network: network.slow(3.0, times=None),
    "answering 500": lambda network: network.status(500, times=None),
    "answering a web page": lambda network: network.html(times=None),
    "losing its answers": lambda network: network.lose_answer(times=None),
    "cutting its answers": lambda network: network.cut_answer(times=None),
}


class WebSide:
    """What the online store has of a till."""

    def __init__(self, till: OpenTill, admin: Admin) -> None:
        self._till, self._admin = till, admin

    def orders(self, sale_id: str) -> list[dict[str, object]]:
        asked = self._admin.ask(
            "query($id: String!) { orders(options: {filter: {posSaleId: {eq: $id}}}) { items {"
            " code state totalWithTax } } }",
            id=sale_id,
        )
        return asked["orders"]["items"]

    def points(self, member_id: MemberId) -> int:
        with self._till.backend.database.read() as uow:
            link = uow.sync.link("vendure", "member", member_id)
        found = self._admin.ask(
            "query($id: ID!) { customer(id: $id) { customFields { loyaltyPoints } } }",
            id=link.remote_id,
        )
        return found["customer"]["customFields"]["loyaltyPoints"]

    def has(self, *sales: SaleDone) -> None:
        """Exactly one order for each sale, over what was paid."""
        for done in sales:
            [order] = self.orders(done.sale.id)
            assert order["totalWithTax"] == done.sale.paid


@pytest.fixture
def online(
    open_till: Opens, vendure: VendureStore, network: FaultProxy, tmp_path: Path
) -> OpenTill:
    """A till whose online store has answered once, and whose back-off is short."""
    (tmp_path / "data").mkdir()
    till = open_till(with_store(vendure, tmp_path / "data", network.url))
    for worker in till.backend.room.crew._workers:
        worker._jitter = lambda: 0.0
    till.until(lambda: till.window.vm.lights.sync.state == "well")
    return till


@pytest.fixture
def web(online: OpenTill, admin: Admin) -> WebSide:
    return WebSide(online, admin)


_cards = itertools.count(50_001)


def enrolled(till: OpenTill, email: str = "") -> MemberView:
    """Somebody whose card and e-mail no other story of this store has."""
    return till.enrol(next(_cards), email=email or f"{unique('story')}@example.com")


def settled(till: OpenTill) -> None:
    """Until the online store knows everything; trying at once, as a person may."""

    def everything() -> bool:
        counts = till.services.online.counts()
        if counts.blocked:
            with till.services.online._database.read() as uow:
                pytest.fail(f"blocked: {uow.outbox.open(9)}")
        if counts.waiting:
            till.backend.room.hurry()
        return counts.waiting == 0

    till.until(everything, 80_000)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_the_counter_notices_nothing_of_the_store(
    online: OpenTill,
    web: WebSide,
    network: FaultProxy,
    heart: Heartbeat,
    fault: Callable[[FaultProxy], object],
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    members = [enrolled(online), enrolled(online)]
    settled(online)
    fault(network)
    heart.restart()
    sales = []
    for turn, basket in enumerate(BASKETS):
        online.put_on(members[turn % 2])
        online.put_in(*basket)
        sales.append(online.pay())
        online.until(lambda: online.slip_of(sales[-1]).state is SlipState.PRINTED)
    print(f"\n{request.node.callspec.id}: longest gap {heart.longest:.0f} ms")
    assert heart.longest < WIDEST_GAP_MS

    network.heal()
    settled(online)
    web.has(*sales)
    for member in members:
        assert web.points(member.member.id) == online.balance(member)
    assert verify(online.backend.database).ok


def test_an_offline_day_is_told_in_the_morning_once_and_in_order(
    open_till: Opens,
    vendure: VendureStore,
    network: FaultProxy,
    admin: Admin,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "data").mkdir()
    settings = with_store(vendure, tmp_path / "data", network.url)
    network.down()
    till = open_till(settings)
    members = [enrolled(till) for _ in range(5)]
    sales = [_sell(till, members, turn) for turn in range(20)]
    for back in sales[:4]:
        till.services.counter.take_back(back.sale.ref, "changed mind", "manager")
    till.until(lambda: till.window.vm.lights.sync.word.startswith("Offline"))
    till.close()

    till = open_till(settings)  # the power went; the shop goes on
    members += [enrolled(till)]
    sales += [_sell(till, members, turn) for turn in range(20, 32)]
    assert till.services.online.counts().waiting > len(sales)
    network.seen.clear()
    network.up()
    settled(till)

    web = WebSide(till, admin)
    for done in sales:
        assert len(web.orders(done.sale.id)) == 1
    told = list(
        dict.fromkeys(itertools.chain.from_iterable(map(_sales_told, network.asked("Fill"))))
    )
    for member in members:
        mine = [s.sale.id for s in sales if s.sale.member_id == member.member.id]
        assert [sale for sale in told if sale in mine] == mine, "in the order of the day"
        assert web.points(member.member.id) == till.balance(member)
    assert verify(till.backend.database).ok


def _sales_told(call: Seen) -> list[str]:
    """Of one document that may fill several orders, in its order."""
    fields = [value for value in call.variables.values() if isinstance(value, dict)]
    named = [one.get("customFields", {}).get("posSaleId", "") for one in fields]
    return [sale for sale in named if sale]


def _sell(till: OpenTill, members: list[MemberView], turn: int) -> SaleDone:
    """Every fourth customer is a guest; who has enough redeems."""
    if turn % 4:
        till.put_on(members[turn % len(members)])
    till.put_in(*BASKETS[turn % len(BASKETS)])
    return till.pay()


def test_an_order_paid_long_after_its_cart_was_made_earns_once(
    online: OpenTill, web: WebSide, vendure: VendureStore
) -> None:
    """The store stamps the cart's time on it; the till finds it by when it was paid."""
    email = f"{unique('late')}@example.com"
    member = enrolled(online, email)
    settled(online)
    late, quick = Shopper(vendure).register(email), Shopper(vendure).register()
    try:
        late.open_cart({"OIL-500": 2})
        quick.buy({"TEA-100": 1})  # newer than the cart, and taken in before it is paid
        before = online.balance(member)
        synced = online.backend.room.crew.status.last_success
        online.until(lambda: online.backend.room.crew.status.last_success > synced)
        assert online.balance(member) == before
        order = late.pay()
        online.until(lambda: online.balance(member) > before, 30_000)
        earned = online.balance(member) - before
        assert earned == 2 * 980 // 100
        settled(online)
        for _ in range(2):  # further rounds find it again and take nothing twice
            synced = online.backend.room.crew.status.last_success
            online.until(lambda was=synced: online.backend.room.crew.status.last_success > was)
        assert online.balance(member) == before + earned == web.points(member.member.id)
        refs = [item.ref for item in online.services.office.page(member.member.id).timeline]
        assert refs.count(order.code) == 1
    finally:
        late.close()
        quick.close()
