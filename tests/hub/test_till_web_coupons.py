"""Web coupons where several tills share a hub: their points go back once, whoever sees it first."""

from __future__ import annotations

import pytest

from terminal.desk_tasks import TaskKind
from terminal.programs.effects import MoneyOff
from terminal.programs.model import Reward
from terminal.services.models import MemberView, SignedIn
from terminal.services.web_back import note_asked
from terminal.staff import Role
from terminal.vouchers import VoucherCode
from tests.hub.deeds import writing
from tests.hub.till_stand import Chain, TillAt, Two

MANAGER = SignedIn("manager", "Anna", Role.MANAGER)


@pytest.fixture
def two(chain: Chain, two: Two) -> Two:
    """Two tills where 500 points buy five euro off."""
    one, _other = two
    one.shop.run(rewards=(Reward(code="five", cost=500, gives=MoneyOff(500)),))
    chain.settle()
    return two


def coupon(chain: Chain, till: TillAt) -> tuple[MemberView, VoucherCode]:
    """A member who turned 500 of 2100 points into a web coupon; every till knows."""
    member = till.shop.enrol(email="eleni@example.com")
    till.shop.services.office.adjust(member.member.id, 2000, "a story begins", MANAGER)
    web = till.shop.services.web_coupons
    done = web.make(web.plan(member.member.id, "five"), "cashier")
    chain.settle()
    return member, done.voucher.code


def asked(till: TillAt) -> None:
    """This till asks the online stores, and they have answered."""
    with writing(till) as uow:
        for store in till.shop.till.online_stores:
            note_asked(uow, store, till.shop.clock())


def test_every_till_gives_the_points_back_and_they_are_back_once(chain: Chain, two: Two) -> None:
    one, _other = two
    member, _code = coupon(chain, one)
    chain.later(days=92)
    for till in two:
        asked(till)
        till.shop.services.web_coupons.settle()
    chain.settle()
    chain.agree()
    assert [till.shop.balance(member) for till in two] == [2100, 2100]
    assert [till.tasks() for till in two] == [[], []]


def test_given_back_here_while_it_was_used_there_is_for_a_person(chain: Chain, two: Two) -> None:
    one, other = two
    member, code = coupon(chain, one)
    one.shop.services.web_coupons.take_back(code, "changed their mind", MANAGER)
    other.shop.sell(member, other.shop.basket("OIL-500"), codes=(code,))
    chain.settle()
    chain.agree()
    for till in two:
        assert [(kind, details["why"]) for kind, details in till.tasks()] == [
            (TaskKind.COUPON_STUCK, "points_back")
        ]


def test_a_coupon_made_here_is_good_there(chain: Chain, two: Two) -> None:
    one, other = two
    member, code = coupon(chain, one)
    done = other.shop.sell(member, other.shop.basket("OIL-500"), codes=(code,))
    assert [offer.amount for offer in done.sale.offers if offer.coupon] == [500]
    chain.settle()
    chain.agree()
    assert [till.tasks() for till in two] == [[], []]
