"""One of every slip there is, made by the real services, in a country and a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from msgspec.structs import replace as changed

from terminal import demo, game_slips
from terminal.countries import COUNTRIES
from terminal.demo_program import shop_program
from terminal.games import GameTotals, shown
from terminal.i18n import Words
from terminal.members import LANGUAGES
from terminal.programs.conditions import Needs, Text
from terminal.programs.effects import GiveCoupon, MoneyOff
from terminal.programs.model import CouponKind, Program, Reward, Threshold
from terminal.sales import Basket, Goods, Product, Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.day import DayService
from terminal.services.models import MemberView, SaleDone
from terminal.shares import ReturnLine
from terminal.signing import Signer
from terminal.slip_links import SlipLinks
from terminal.slip_writer import voucher_slip
from terminal.slips import Slip, as_copy
from tests.fakes import MemoryDatabase
from tests.shop import Shop, till
from tests.unit.gaming import NOON, play_of, wheel

CURRENCY = {"GR": "EUR", "BG": "EUR", "HU": "HUF", "PL": "PLN", "IL": "ILS", "GB": "GBP"}
PLACES = [(country, language) for country in COUNTRIES for language in LANGUAGES]
HOME = [("GB", "en"), ("GR", "el"), ("BG", "bg"), ("HU", "hu"), ("PL", "pl"), ("IL", "he")]
"""Each country with its own language."""

LINKS = SlipLinks(
    claim_url="https://shop.example/c/{code}", feedback_url="https://shop.example/f/{code}",
    digital_url="https://shop.example/s/{code}", coupon_url="https://shop.example/k/{code}",
    signer=Signer(bytes(range(32))),
)  # fmt: skip
NO_LINKS = SlipLinks(signer=LINKS.signer)

_NAMES = {person[2]: person for person in demo._PEOPLE[:6]}


@dataclass
class Bench:
    """A shop in a country, its staff and guests speaking one language."""

    country: str
    language: str
    links: SlipLinks

    def __post_init__(self) -> None:
        currency = CURRENCY[self.country]
        self.unit = 100 * demo.PRICE_FACTOR[currency]
        self.shop = Shop(
            MemoryDatabase(),
            till(
                country=self.country, language=self.language, currency=currency,
                address=demo.ADDRESSES[self.language], links=self.links,
                name=Words(self.language, paper=True).t("Till {code}", code=1),
            ),
        )  # fmt: skip
        self.shop.open_up()
        goods = demo.demo_products(self.language, currency)
        self.shop.products = {product.sku: product for product in goods}
        gift = Product("GIFT", "Gift card", 20 * self.unit, currency, goods=Goods(kind="gift_card"))
        self.shop.products["GIFT"] = gift
        with self.shop.database.write() as uow:
            uow.products.put_all(self.shop.products.values())
            uow.programs.put(self._program(currency))
            uow.commit()

    def _program(self, currency: str) -> Program:
        zone = COUNTRIES[self.country].zone
        program = shop_program(currency, self.unit, zone)
        five = Words(self.language, paper=True).money(5 * self.unit, currency)
        named: Text = f"Coupon over {five}"
        return changed(
            program, version=2, effective_from=self.shop.moment,
            coupons=(*program.coupons, CouponKind(code="five", name=named, valid_days=30)),
            rewards=(
                *program.rewards, Reward(code="voucher", cost=100, gives=GiveCoupon("next"))
            ),
            thresholds=(Threshold(code="card", points=900, coupon="five", name=named),),
        )  # fmt: skip

    def member(self, **more: object) -> MemberView:
        given, family, *_ = _NAMES[self.language]
        return self.shop.enrol(given, family_name=family, language=self.language, **more)

    def cash(self, member: MemberView | None, basket: Basket) -> SaleDone:
        quoted = self.shop.services.counter.quote(basket, member)
        cash = Tender(TenderKind.CASH, quoted.due_cash)
        request = SaleRequest(
            id=self.shop.new_id(), basket=basket, member_id=member.member.id if member else None,
            points=0, tenders=(cash,), cashier_id="manager",
        )  # fmt: skip
        return self.shop.services.counter.sell(request)


def _slips(bench: Bench) -> Iterator[tuple[str, Slip]]:
    shop, words = bench.shop, Words(bench.language, paper=True)
    services = shop.services
    member = bench.member(birthday=f"{shop.moment:%m-%d}")
    yield "first purchase", shop.sell(member, shop.basket("OIL-500", "HON-450")).slip.slip
    shop.later(hours=1)
    yield "new level", shop.sell(member, shop.open_price(260 * bench.unit)).slip.slip
    shop.later(hours=1)
    reward = shop.sell(
        member, shop.basket("OIL-500", "COF-250", "TOW-LIN", "TEA-100"), points=200,
        rewards=("voucher",),
    )  # fmt: skip
    yield "birthday, points and a reward", reward.slip.slip
    yield "a copy", as_copy(reward.slip.slip, reward.slip.slip.id, words.t("COPY"))
    guest = shop.sell(None, shop.basket("OIL-500", "COF-250"))
    yield "a guest", guest.slip.slip
    nothing = replace(shop.till, links=replace(bench.links, claim_days=0))
    yield "a guest who can claim nothing", _with(shop, nothing).sell(
        None, shop.basket("TEA-100")
    ).slip.slip  # fmt: skip
    yield "cash rounded", bench.cash(None, shop.open_price(1_492_600)).slip.slip
    cards = shop.sell(None, shop.basket("GIFT"))
    yield "a gift card sold", cards.slip.slip
    code = cards.vouchers[0].code
    pays = Tender(TenderKind.GIFT_CARD, 5 * bench.unit, code)
    shop.later(hours=1)
    yield "paid by gift card", shop.sell(member, shop.basket("OIL-500"), cards=(pays,)).slip.slip
    yield "a gift card's balance", services.counter.enquiries.card(code).slip
    yield "balance", services.counter.enquiries.balance(member.member.id).slip
    claimed = services.counter.claims.claim(guest.sale.ref, member.member.id, "cashier")
    yield "claimed", claimed.slip.slip
    shop.later(hours=1)
    full = shop.sell(member, shop.open_price(700 * bench.unit))
    yield "a full stamp card", full.slip.slip
    back = services.counter.take_back(
        reward.sale.ref, "gift", "cashier", (ReturnLine(0, 1), ReturnLine(1, 1))
    )
    yield "a return", back.slip.slip
    back = services.counter.take_back(cards.sale.ref, "gift", "cashier")
    yield "a guest's return", back.slip.slip
    view = services.counter.member(member.member.id)
    spent = [e for e in full.entries if any(p.rule.startswith("threshold:") for p in e.parts)]
    yield (
        "a voucher",
        voucher_slip(
            full.slip.id,
            shop.till,
            full.vouchers,
            view,
            words,
            spent=spent,
        ),
    )
    yield "a web coupon", _web_coupon(bench)
    yield "end of day", DayService(
        shop.database, shop.till, clock=shop.clock, new_id=shop.new_id
    ).print().slip  # fmt: skip
    yield from _games(shop, words)


def _web_coupon(bench: Bench) -> Slip:
    """A reward as a coupon for the web shop, from some amount on."""
    bench.shop.run(
        rewards=(
            Reward(
                code="five", cost=10, gives=MoneyOff(5 * bench.unit),
                needs=Needs(minimum=20 * bench.unit),
            ),
        )
    )  # fmt: skip
    member = bench.member(email="example@example.com")
    web = bench.shop.services.web_coupons
    return web.plan(member.member.id, "five").slip


def _with(shop: Shop, other: object) -> Shop:
    return Shop(shop.database, other, shop.moment)  # type: ignore[arg-type]


def _games(shop: Shop, words: Words) -> Iterator[tuple[str, Slip]]:
    money = words.money(500, shop.till.currency)
    game = wheel()
    prizes = tuple(
        changed(prize, name=f"{money} off") if prize.coupon else prize for prize in game.prizes
    )
    play = play_of(1, changed(game, prizes=prizes), GameTotals())
    offer = game_slips.offer_blocks(shown(play), words)
    yield "a game before", game_slips.game_slip("g1", shop.till, offer, NOON, words)
    won = game_slips.reveal_blocks(shown(replace(play, played_at=NOON)), 1234, words)
    yield "a game after", game_slips.game_slip("g2", shop.till, won, NOON, words)


@cache
def every(country: str, language: str, *, linked: bool = True) -> tuple[tuple[str, Slip], ...]:
    """(what it is, the slip) of each, in the order of the day."""
    return tuple(_slips(Bench(country, language, LINKS if linked else NO_LINKS)))
