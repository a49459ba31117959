"""What the calendar does while nobody looks."""

from datetime import timedelta

from terminal.programs.model import Referral
from terminal.services.upkeep import keep_up
from terminal.services.vouchers import give_credit
from terminal.vouchers import VoucherCode
from tests.shop import Shop


def upkeep(shop: Shop) -> None:
    keep_up(shop.database, shop.till, shop.services.happenings, shop.clock, shop.new_id)


def test_points_credits_and_friends_come_to_their_end_overnight(shop):
    shop.run(referral=Referral(points=100, friend_points=50))
    eleni, nikos = shop.enrol(), shop.enrol("Nikos")
    shop.services.happenings.bring(eleni.member.id, nikos.member.id)
    shop.later(days=1)
    shop.sell(nikos, shop.open_price(3_000))
    with shop.database.write() as uow:
        credit = give_credit(
            uow, eleni.member.id, 500, "EUR", till="T1", cashier_id="cashier", now=shop.moment,
            source_id="sorry", lapses_at=shop.moment + timedelta(days=5),
        )  # fmt: skip
        uow.commit()
    upkeep(shop)
    before = shop.balance(eleni)

    shop.later(days=20)
    for _ in range(2):
        upkeep(shop)

    assert shop.balance(eleni) == before + 100
    with shop.database.read() as uow:
        assert uow.vouchers.value(VoucherCode(credit.code)) == 0
    shop.later(days=400)
    upkeep(shop)
    assert shop.balance(eleni) == shop.balance(nikos) == 0
