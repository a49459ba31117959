"""A shop with rewards that can be web coupons, and somebody with points: for their stories."""

from datetime import timedelta

import pytest

from terminal.online import OnlineOrder
from terminal.programs.conditions import Needs
from terminal.programs.effects import FreeItem, Gift, MoneyOff, PercentOff
from terminal.programs.model import Reward
from terminal.services.models import SignedIn
from terminal.services.upkeep import keep_up
from terminal.services.web_back import note_asked
from terminal.staff import Role
from terminal.vouchers import VoucherCode

MANAGER = SignedIn("manager", "Anna", Role.MANAGER)


EMAIL = "eleni@example.com"


@pytest.fixture(autouse=True)
def rewards(shop):
    shop.run(
        rewards=(
            Reward(code="five-off", cost=500, gives=MoneyOff(500)),
            Reward(code="coffee", cost=800, gives=FreeItem(sku="COF-250")),
            Reward(code="twelve-off", cost=1200, gives=PercentOff(1000), needs=Needs(minimum=500)),
            Reward(code="basket", cost=2000, gives=Gift("Gift basket", 1200)),
        )
    )  # fmt: skip
    shop.later(minutes=1)


@pytest.fixture
def eleni(shop):
    return rich(shop, shop.enrol(email=EMAIL))


def rich(shop, member, points=2000):
    shop.services.office.adjust(member.member.id, points, "a story begins", MANAGER)
    return member


def made(shop, member, reward="five-off"):
    web = shop.services.web_coupons
    return web.make(web.plan(member.member.id, reward), "cashier")


def voucher(shop, code):
    with shop.database.read() as uow:
        return uow.vouchers.get(VoucherCode(code))


def told(shop, kind):
    with shop.database.read() as uow:
        return [m.subject_id for m in uow.outbox.open(100) if m.kind is kind]


def asked(shop, **ago):
    """The online store has told of all its orders."""
    with shop.database.write() as uow:
        note_asked(uow, "vendure", shop.clock() - timedelta(**ago))
        uow.commit()


def upkeep(shop):
    keep_up(shop.database, shop.till, shop.services.happenings, shop.clock, shop.new_id)


def tasks(shop):
    with shop.database.read() as uow:
        return uow.tasks.open(10)


def listed(shop, member):
    return shop.services.web_coupons.of_member(member.member.id)


def order(shop, code, remote="7", **more):
    return OnlineOrder(
        **{
            "store": "vendure", "remote_id": remote, "code": f"WEB{remote}", "customer_id": "",
            "card_number": "", "lines": (),
            "email": EMAIL, "currency": shop.till.currency, "goods": 2000, "total": 2000,
            "placed_at": shop.clock(), "coupons": (code,), **more,
        }
    )  # fmt: skip


def queued(shop):
    with shop.database.read() as uow:
        return uow.slips.queued(100)


def fresh(shop, member):
    return shop.services.counter.member(member.member.id)


REWARD = Reward(code="r", cost=100, gives=MoneyOff(500))


class Hub:
    def __init__(self, answer):
        self.answer, self.asked, self.released = answer, [], []

    def ask(self, sale_id, member_id, points):
        self.asked.append((sale_id, member_id, points))
        return self.answer

    def release(self, sale_id):
        self.released.append(sale_id)


def shared(shop, answer):
    web = shop.services.web_coupons
    web._grants = hub = Hub(answer)
    return web, hub
