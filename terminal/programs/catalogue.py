"""A programme made ready for pricing: offers in their order, goods recognised once.

Nothing here changes an answer; it only saves asking the same question for every line and sale.
"""

from dataclasses import dataclass, field

from terminal.programs.compiling import KEPT_GOODS, OncePerProgram
from terminal.programs.conditions import ALL_GOODS, Limits, Needs, Selector, When, Who
from terminal.programs.effects import Donate, FixedPrice, Money
from terminal.programs.matching import means_line
from terminal.programs.model import CouponKind, Program, Promotion, Reward
from terminal.programs.policies import Tier
from terminal.sales import Goods

GoodsKey = tuple[str, str, tuple[str, ...], int, int, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A promotion or a reward: whatever can be applied to a basket. ``goods`` numbers what it
    means; ``kind`` and ``cost`` are as ``Applied`` will say."""

    code: str
    kind: str
    gives: Money | Donate
    goods: int
    when: When
    who: Who
    needs: Needs
    limits: Limits
    group: str
    stop: bool = False
    guests: bool = False
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A product as a programme sees it: which selectors mean it, and an order among products."""

    goods: Goods
    meant: tuple[int, ...]
    key: GoodsKey


@dataclass(slots=True)
class Catalogue:
    """A programme's offers. ``selectors[0]`` are all goods; ``elsewhere`` are the kinds of coupons
    that rules or rewards ask for."""

    members: tuple[Offer, ...]
    automatic: tuple[Offer, ...]
    by_coupon: dict[str, tuple[Offer, ...]]
    rewards: dict[str, Offer]
    kinds: dict[str, CouponKind]
    elsewhere: frozenset[str]
    groups: dict[str, str]
    tiers: dict[str, Tier]
    payable: int
    """Numbers the goods that points can pay for."""
    selectors: tuple[Selector, ...]
    products: dict[str, Known] = field(default_factory=dict)

    def known(self, sku: str, goods: Goods) -> Known:
        """What is known of a product, worked out when it is first met."""
        found = self.products.get(sku)
        if found is None or (found.goods is not goods and found.goods != goods):
            if len(self.products) >= KEPT_GOODS:
                self.products.clear()
            found = self.products[sku] = _look(self, sku, goods)
        return found


def _look(view: Catalogue, sku: str, goods: Goods) -> Known:
    meant = tuple(n for n, only in enumerate(view.selectors) if means_line(only, sku, goods))
    key = (goods.category, goods.brand, goods.tags, goods.tax, goods.fixed, goods.kind)
    return Known(goods, meant, key)


def _make(program: Program) -> Catalogue:
    numbers: dict[Selector, int] = {ALL_GOODS: 0}
    promotions = [_promotion(p, numbers) for p in program.promotions if p.active]
    rewards = {r.code: _reward(r, numbers) for r in program.rewards if r.active}
    plain = [offer for offer in promotions if offer.needs.coupon is None]
    named = {offer.needs.coupon for offer in promotions} - {None}
    asked = [rule.needs.coupon for rule in program.rules if rule.active]
    asked += [offer.needs.coupon for offer in rewards.values()]
    redemption = program.redemption
    pays = (
        ALL_GOODS
        if redemption is None
        else Selector(not_skus=redemption.not_skus, not_categories=redemption.not_categories)
    )
    payable = numbers.setdefault(pays, len(numbers))
    return Catalogue(
        members=tuple(offer for offer in plain if isinstance(offer.gives, FixedPrice)),
        automatic=tuple(offer for offer in plain if not isinstance(offer.gives, FixedPrice)),
        by_coupon={
            kind: tuple(offer for offer in promotions if offer.needs.coupon == kind)
            for kind in named
            if kind is not None
        },
        rewards=rewards,
        kinds={kind.code: kind for kind in program.coupons if kind.active},
        elsewhere=frozenset(kind for kind in asked if kind is not None),
        groups={offer.code: offer.group for offer in (*promotions, *rewards.values())},
        tiers={tier.code: tier for tier in program.tiers},
        payable=payable,
        selectors=tuple(numbers),
    )


catalogue: OncePerProgram[Catalogue] = OncePerProgram(_make)
"""A programme's offers, made ready for pricing."""


def _promotion(promotion: Promotion, numbers: dict[Selector, int]) -> Offer:
    return Offer(
        promotion.code,
        "promotion",
        promotion.gives,
        numbers.setdefault(promotion.only, len(numbers)),
        promotion.when,
        promotion.who,
        promotion.needs,
        promotion.limits,
        promotion.group,
        promotion.stop,
        promotion.guests,
    )


def _reward(reward: Reward, numbers: dict[Selector, int]) -> Offer:
    return Offer(
        reward.code,
        "reward",
        reward.gives,
        numbers.setdefault(reward.only, len(numbers)),
        reward.when,
        reward.who,
        reward.needs,
        reward.limits,
        reward.group,
        cost=reward.cost,
    )
