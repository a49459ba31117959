"""Points are redeemed once: the hub grants them; while it is away they are bounded, and what is
overdrawn all the same becomes a debt and one question."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync.errors import Retryable
from sync.hub.granting import HELD_SECONDS, HubGrants
from sync.hub.memory import MemoryHub
from sync.hub.remote import Wish, Word
from terminal.desk_tasks import TaskKind
from terminal.errors import NotEnoughPoints, OfflineCapReached, PointsJustSpent
from terminal.granting import Granted, GrantsPoints, Refused
from terminal.ids import MemberId, SaleId
from terminal.programs.policies import Offline
from terminal.services import suite
from terminal.services.counter import SaleRequest
from terminal.services.models import MemberView
from terminal.services.office import OfficeService
from tests.hub.deeds import kinds
from tests.hub.sim import BOSS
from tests.hub.till_stand import Chain, TillAt, chains


class Asks:
    """Asks a hub in memory in the same thread; away, it answers nothing."""

    def __init__(self, chain: Chain, till: TillAt) -> None:
        self.chain, self.till = chain, till
        self.released: list[str] = []

    def ask(self, sale_id: SaleId, member_id: MemberId, points: int) -> Granted | Refused | None:
        wish = Wish(
            sale_id=sale_id, member_id=member_id, till=self.till.me.till, points=points,
            seconds=HELD_SECONDS,
        )  # fmt: skip
        try:
            word = self.chain.hub.connect().reserve(wish)
        except Retryable:
            return None
        return Granted() if word.granted else Refused(word.available)

    def release(self, sale_id: SaleId) -> None:
        self.released.append(sale_id)


def asking(chain: Chain, till: TillAt) -> Asks:
    """From now on the till's counter asks the hub."""
    asks: GrantsPoints = Asks(chain, till)
    shop = till.shop
    shop.services = suite.build(
        till.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id, grants=asks
    )
    return asks  # type: ignore[return-value]


def rich(
    chain: Chain, points: int = 600, **offline: int | None
) -> tuple[TillAt, TillAt, MemberView]:
    """Two tills that ask, and a member whom both know to have points."""
    one, other = chain.add(), chain.add()
    one.shop.run(offline=Offline(**offline))
    member = one.shop.enrol("Example")
    chain.later(seconds=5)
    office: OfficeService = one.shop.services.office
    office.adjust(member.member.id, points - 100, "to begin with", BOSS)
    chain.settle()
    chain.later(minutes=5)
    chain.settle()
    for till in (one, other):
        asking(chain, till)
    return one, other, member


def redeem(till: TillAt, member: MemberView, points: int = 400) -> None:
    till.shop.sell(member, till.shop.basket("OIL-500", "OIL-500"), points=points)


def test_points_that_another_till_was_granted_are_refused_here(chain: Chain) -> None:
    one, other, member = rich(chain)
    redeem(one, member)  # booked, and not told yet
    with pytest.raises(PointsJustSpent) as refused:
        redeem(other, member)
    assert refused.value.details == {"asked": 400, "available": 200}
    redeem(other, member, 200)
    chain.settle()
    held = chain.agree()
    assert len(held["sales"]) == 2
    assert chain.hub.reserved == {}
    assert kinds(one) == []


def test_points_earned_here_a_moment_ago_can_be_redeemed_before_they_are_told(
    chain: Chain,
) -> None:
    one, _other, member = rich(chain, per_member=400)
    office: OfficeService = one.shop.services.office
    redeem(one, member)
    office.adjust(member.member.id, 500, "found again", BOSS)
    assert chain.hub.balances[member.member.id] == 600
    with pytest.raises(OfflineCapReached):  # as if the hub had not answered
        redeem(one, member)
    chain.later(minutes=1)
    chain.settle()
    redeem(one, member)
    chain.settle()
    chain.agree()


def test_what_breaks_while_booking_gives_the_points_back(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other, member = rich(chain)
    asks = asking(chain, one)

    def broken(*_args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(one.shop.services.counter, "_book", broken)
    with pytest.raises(OSError, match="full"):
        redeem(one, member)
    assert len(asks.released) == 1


def test_asking_again_with_the_same_decision_asks_nobody(chain: Chain) -> None:
    one, _other, member = rich(chain)
    basket, sale_id = one.shop.basket("OIL-500", "OIL-500"), one.shop.new_id()
    done = one.shop.sell(member, basket, points=400, id=sale_id)
    chain.hub.balances[member.member.id] = 0
    with one.database.read() as uow:
        sale = uow.sales.get(done.sale.id)
    assert sale is not None
    again = one.shop.services.counter.sell(
        SaleRequest(
            id=done.sale.id, basket=basket, member_id=member.member.id, points=400,
            tenders=sale.tenders, cashier_id="cashier",
        )
    )  # fmt: skip
    assert again.sale == done.sale


def test_what_is_wrong_anyway_is_said_before_anybody_is_asked(chain: Chain) -> None:
    one, _other, member = rich(chain, points=300)
    with pytest.raises(NotEnoughPoints):
        redeem(one, member)
    assert chain.hub.reserved == {}


def test_who_redeems_nothing_waits_for_nobody(chain: Chain) -> None:
    one, _other, member = rich(chain)
    chain.hub.away = True
    one.shop.sell(member, one.shop.basket("OIL-500"))
    one.shop.sell(None, one.shop.basket("OIL-500"))
    assert chain.hub.reserved == {}


def test_two_tills_without_a_hub_overdraw_within_the_bound_and_ask_once(chain: Chain) -> None:
    one, other, member = rich(chain, per_member=400)
    chain.hub.away = True
    redeem(one, member)
    chain.later(minutes=1)
    redeem(other, member)
    chain.hub.away = False
    chain.settle()
    chain.agree()
    for till in (one, other):
        found = [details for kind, details in till.tasks() if kind == TaskKind.OVERDRAW]
        assert len(found) == 1
        assert found[0]["tills"] == "T1 T2"
        assert 0 < int(found[0]["points"]) <= 2 * 400 - 600
    assert one.shop.balance(member) == other.shop.balance(member)


def test_away_from_the_hub_a_member_redeems_up_to_the_cap(chain: Chain) -> None:
    one, _other, member = rich(chain, points=1000, per_member=400)
    chain.hub.away = True
    redeem(one, member, 300)
    with pytest.raises(OfflineCapReached) as refused:
        redeem(one, member, 200)
    assert refused.value.details == {"of": "member", "asked": 200, "left": 100}
    chain.hub.away = False
    chain.later(minutes=1)
    chain.settle()  # told: the hub knows of all of it
    chain.later(minutes=1)
    chain.hub.away = True
    redeem(one, member, 200)


def test_away_from_the_hub_a_till_redeems_up_to_the_days_cap(chain: Chain) -> None:
    one, _other, member = rich(chain, points=2000, per_day=500)
    chain.hub.away = True
    redeem(one, member, 300)
    with pytest.raises(OfflineCapReached) as refused:
        redeem(one, member, 300)
    assert refused.value.details == {"of": "day", "asked": 300, "left": 200}
    chain.later(days=1)
    redeem(one, member, 300)


def test_a_programme_that_says_nothing_of_it_bounds_what_is_redeemed_unasked(chain: Chain) -> None:
    one, other, member = rich(chain, points=2500)
    chain.hub.away = True
    for till in (one, other):
        redeem(till, member, 900)
        with pytest.raises(OfflineCapReached) as refused:
            redeem(till, member, 200)
        assert refused.value.details == {"of": "member", "asked": 200, "left": 100}


def test_without_caps_the_balance_alone_bounds(chain: Chain) -> None:
    one, _other, member = rich(chain, per_member=None, per_day=None)
    chain.hub.away = True
    redeem(one, member)
    with pytest.raises(NotEnoughPoints):
        redeem(one, member)


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@example(cap=2, has=8, wishes=[(1, 5, False), (0, 3, False), *[(0, 2, False)] * 3, (0, 5, False)])
@given(
    cap=st.integers(2, 6), has=st.integers(2, 12),
    wishes=st.lists(st.tuples(st.integers(0, 1), st.integers(2, 6), st.booleans()), max_size=8),
)  # fmt: skip
def test_overdraw_stays_within_the_bound(
    tmp_path_factory: pytest.TempPathFactory,
    cap: int,
    has: int,
    wishes: list[tuple[int, int, bool]],
) -> None:
    """Whatever two tills redeem while the hub comes and goes: never more than their caps beyond
    what there was."""
    for chain in chains(tmp_path_factory.mktemp("bound")):
        one, other, member = rich(chain, points=has * 100, per_member=cap * 100)
        for which, points, away in wishes:
            chain.hub.away = away
            chain.later(minutes=1)
            try:
                redeem((one, other)[which], member, points * 100)
            except (NotEnoughPoints, OfflineCapReached, PointsJustSpent):
                continue
        chain.hub.away = False
        chain.later(minutes=5)
        chain.settle()
        chain.agree()
        with one.database.read() as uow:
            assert uow.ledger.account(member.member.id).debt <= 2 * cap * 100


class SlowHub:
    """A hub that answers when it is let."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.inner = MemoryHub(lambda: None).connect()  # type: ignore[arg-type,return-value]
        self.asked: list[str] = []
        self.released: list[str] = []
        self.let_go = threading.Event()
        self.broken = False

    def reserve(self, wish: Wish) -> Word:
        self.asked.append(wish.sale_id)
        self.go.wait(10)
        if self.broken:
            raise RuntimeError("a bug")
        return Word(wish.points <= 100, 100)

    def release(self, sale_id: str) -> None:
        self.released.append(sale_id)
        self.let_go.set()

    def close(self) -> None:
        self.released.append("closed")


class Clockwork:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def grants(hub: SlowHub, clock: Clockwork, patience: float = 5.0) -> HubGrants:
    return HubGrants(lambda: hub, "T1", patience=patience, seconds=clock)  # type: ignore[arg-type,return-value]


def test_the_hubs_word_is_passed_on() -> None:
    hub, clock = SlowHub(), Clockwork()
    hub.go.set()
    asks = grants(hub, clock)
    assert asks.ask(SaleId("a"), MemberId("m"), 100) == Granted()
    assert asks.ask(SaleId("b"), MemberId("m"), 101) == Refused(100)
    asks.release(SaleId("a"))
    assert hub.let_go.wait(20)
    asks.close()
    assert hub.released == ["a", "closed"]


def test_a_hub_that_hangs_keeps_one_customer_waiting_and_the_next_ones_not() -> None:
    hub, clock = SlowHub(), Clockwork()
    asks = grants(hub, clock, patience=0.02)
    assert asks.ask(SaleId("a"), MemberId("m"), 10) is None
    assert asks.ask(SaleId("b"), MemberId("m"), 10) is None
    assert hub.asked == ["a"]
    clock.now += 20
    assert asks.ask(SaleId("c"), MemberId("m"), 10) is None  # still hanging on the first one
    hub.go.set()
    asks.release(SaleId("a"))
    assert hub.let_go.wait(20)
    assert hub.asked == ["a"]  # nobody waits for c any more
    asks.heard()
    patient = grants(hub, clock)
    assert patient.ask(SaleId("d"), MemberId("m"), 10) == Granted()
    for each in (asks, patient):
        each.close()


def test_a_bug_or_a_hub_that_is_away_is_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    hub, clock = SlowHub(), Clockwork()
    hub.broken = True
    hub.go.set()
    asks = grants(hub, clock)
    assert asks.ask(SaleId("a"), MemberId("m"), 10) is None
    assert "asking the hub for points failed" in caplog.text
    away = MemoryHub(lambda: None, away=True)  # type: ignore[arg-type,return-value]
    other = HubGrants(away.connect, "T1", patience=5.0, seconds=clock)
    assert other.ask(SaleId("a"), MemberId("m"), 10) is None
    asks.close()
    other.close()
    HubGrants(away.connect, "T1", patience=5.0, seconds=clock).close()
