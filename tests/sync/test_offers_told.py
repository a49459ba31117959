"""A sale with everything the programme gives arrives as an order worth what was paid."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.engine import SyncEngine
from sync.online_store import SaleNews
from sync.stores.vendure import VendureOnlineStore
from sync.stores.vendure_lines import pieces_of
from terminal.db.verify import verify
from terminal.entries import EntryKind, LedgerEntry
from terminal.programs.conditions import Needs, Selector
from terminal.programs.effects import FixedPrice, FreeItem, Gift, MoneyOff, PercentOff
from terminal.programs.model import CouponKind, Promotion, Reward
from terminal.programs.policies import Redemption
from terminal.records import TierGrant
from terminal.sales import Basket, Goods, Product, Sale, Tender, TenderKind
from terminal.services.models import MemberView, SaleDone
from terminal.shares import ReturnLine
from tests.shop import Shop, open_shop
from tests.stores import VendureStore
from tests.sync.fake_store import FakeStore
from tests.sync.online import assert_told, connect

OPEN = "TILL-OPEN"
GIFT_CARD = Product("GIFT-50", "Gift card", 5_000, "EUR", goods=Goods(kind="gift_card"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "till.db", online_stores=("online",))
    shop.run(
        coupons=(CouponKind(code="ten", public="TEN", uses=None),),
        promotions=(
            Promotion(
                code="honey", gives=FixedPrice(1_090), guests=True, only=Selector(skus=("HON-450",))
            ),
            Promotion(code="ten", gives=PercentOff(1_000), needs=Needs(coupon="ten"), guests=True),
        ),
        rewards=(
            Reward(code="off", cost=100, gives=MoneyOff(333)),
            Reward(code="coffee", cost=200, gives=FreeItem(sku="COF-250")),
            Reward(code="basket", cost=50, gives=Gift("Basket", 500)),
        ),
        redemption=Redemption(block=1, value=1, minimum=1),
    )
    yield shop
    report = verify(shop.database)
    shop.database.close()
    assert report.ok, str(report)


def rich(shop: Shop, email: str = "") -> MemberView:
    member = shop.enrol(email=email)
    with shop.database.write() as uow:
        uow.ledger.append(
            [
                LedgerEntry(
                    id=shop.new_id(), member_id=member.member.id, kind=EntryKind.BONUS,
                    points=1_000, decided_at=shop.moment, till="T1", seq=uow.next_seq("T1"),
                )
            ]
        )  # fmt: skip
        uow.commit()
    shop.later(seconds=1)
    return member


def everything(shop: Shop, member: MemberView, **more: object) -> SaleDone:
    """A coupon, three rewards and points, on goods of which one is handed over for nothing."""
    basket = shop.basket("OIL-500", "HON-450", "HON-450", "COF-250")
    wanted = {"points": 101, "rewards": ("off", "coffee", "basket"), "codes": ("TEN",)}
    return shop.sell(member, basket, **{**wanted, **more})


def worth(sale: Sale) -> int:
    return sum(piece.total for piece in pieces_of(sale, OPEN))


def test_what_offers_took_off_is_off_the_order_and_free_pieces_arrive(shop):
    sale = everything(shop, rich(shop)).sale
    assert sale.redeemed_value == 101 < sale.goods - sale.net
    pieces = pieces_of(sale, OPEN)
    assert worth(sale) == sale.net == sale.paid
    assert min(piece.unit_price for piece in pieces) == 0
    assert sum(p.quantity for p in pieces) == sum(line.quantity for line in sale.lines) == 5


def test_the_outbox_tells_a_sale_with_offers_and_its_return_once(shop):
    store = FakeStore()
    member = rich(shop, "eleni@sample.example")
    done = everything(shop, member)
    engine = SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.5
    )
    for _ in range(2):
        engine.push()
    [kept] = store.orders.values()
    assert kept.news.sale == done.sale
    assert kept.news.earned == sum(e.points for e in done.entries if e.kind is EntryKind.EARN)
    assert worth(kept.news.sale) == done.sale.net
    assert store.of("eleni@sample.example").standing.points == shop.balance(member)
    shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    engine.push()
    assert (kept.refunded, kept.returns) == (done.sale.paid, 1)
    assert store.of("eleni@sample.example").standing.points == shop.balance(member) == 1_100


def test_what_comes_back_in_part_is_told_by_what_is_kept(shop):
    store = FakeStore()
    engine = SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.5
    )
    sale = shop.sell(None, shop.basket("OIL-500", "OIL-500", "HON-450")).sale
    first = shop.services.counter.take_back(sale.ref, "gift", "cashier", (ReturnLine(0, 1),))
    engine.push()
    [kept] = store.orders.values()
    assert kept.pieces == {"OIL-500": 1, "HON-450": 1}
    assert kept.refunded == first.back.money_back == 980
    shop.later(minutes=1)
    shop.services.counter.take_back(sale.ref, "gift", "cashier")
    engine.push()
    assert kept.pieces == {"OIL-500": 0, "HON-450": 0}
    assert kept.refunded == sale.paid - 980


def test_the_store_hears_of_the_level_that_the_till_shows(shop):
    """One given by hand is in no sum of what was spent."""
    store, member = FakeStore(), shop.enrol(email="eleni@sample.example")
    grant = TierGrant(
        id="g", member_id=member.member.id, tier="gold", starts=shop.moment, at=shop.moment
    )
    with shop.database.write() as uow:
        uow.tiers.put(grant)
        uow.commit()
    SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.5
    ).push()
    assert shop.services.counter.member(member.member.id).tier.code == "gold"
    assert store.of("eleni@sample.example").standing.tier == "gold"


@pytest.fixture
def online(vendure: VendureStore) -> Iterator[VendureOnlineStore]:
    store = connect(vendure.admin_api)
    yield store
    store.close()


def test_a_real_store_takes_discounts_free_pieces_and_points(shop, online, admin):
    done = everything(shop, rich(shop))
    earned = sum(e.points for e in done.entries if e.kind is EntryKind.EARN)
    online.put_sale(SaleNews(done.sale, None, earned, fresh=True))
    order = assert_told(admin, done.sale)
    assert order["totalWithTax"] == done.sale.net
    assert order["customFields"]["loyaltyPointsRedeemed"] == 100 + 200 + 50 + 101
    assert order["customFields"]["loyaltyPointsEarned"] == earned
    told = [(x["productVariant"]["sku"], x["unitPriceWithTax"]) for x in order["lines"]]
    assert ("COF-250", 0) in told
    assert sum(x["quantity"] for x in order["lines"]) == 5


@pytest.mark.parametrize("rest", [0, 1_000])
def test_a_real_store_takes_what_gift_cards_paid(shop, online, admin, rest):
    card = shop.sell(None, Basket("EUR").add(GIFT_CARD)).vouchers[0].code
    price = 5_000 + rest
    cards = (Tender(TenderKind.GIFT_CARD, 5_000, card),)
    basket = shop.open_price(price)
    done = shop.sell(None, basket, cards=cards)
    online.put_sale(SaleNews(done.sale, None, fresh=True))
    assert assert_told(admin, done.sale)["totalWithTax"] == price


def test_a_real_store_takes_a_sale_that_rewards_paid_whole(shop, online, admin):
    member = rich(shop)
    off = Reward(code="all", cost=100, gives=MoneyOff(5_000))
    shop.run(rewards=(off,))
    done = shop.sell(member, shop.basket("OIL-500"), rewards=("all",))
    assert done.sale.net == 0
    online.put_sale(SaleNews(done.sale, None, fresh=True))
    assert assert_told(admin, done.sale)["totalWithTax"] == 0
