"""The steps of pricing, one basket at a time: which offer holds, what it takes, what it uses up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from terminal.errors import GuestCannotRedeem
from terminal.money import spread
from terminal.programs.allowances import Allowances, Details, Reason, within
from terminal.programs.bill import Bill
from terminal.programs.catalogue import Catalogue, Offer, catalogue
from terminal.programs.conditions import ALWAYS, EVERYONE, NOTHING, UNLIMITED, When
from terminal.programs.discounts import Cut, cut, tier_off
from terminal.programs.effects import Donate, Gift, GiveCoupon, MoneyOff, PercentOff
from terminal.programs.facts import Facts, Occasion, Presented, Uses
from terminal.programs.matching import Standing, is_for, is_time, unmet
from terminal.programs.model import CouponKind, Program
from terminal.programs.priced import Donation, Priced, Refused
from terminal.programs.redeeming import RedeemOffer, offer, redeem_value, require_redeemable
from terminal.sales import Applied, BasketLine

NO_BUDGETS: Mapping[str, Uses] = {}


class Pricing:
    """One basket on its way to its price. Used once, step by step; ``price`` knows the order."""

    def __init__(
        self,
        program: Program,
        lines: Sequence[BasketLine],
        facts: Facts | None,
        occasion: Occasion,
        *,
        running: int = 0,
        budgets: Mapping[str, Uses] = NO_BUDGETS,
    ) -> None:
        self._program, self._facts, self._occasion = program, facts, occasion
        self.view: Catalogue = catalogue(program)
        self.bill = Bill(self.view, lines)
        self._came = tuple(lines)
        self._tier = self.view.tiers.get(facts.tier) if facts else None
        self._now = occasion.local
        self._allowed = Allowances(facts, facts.budgets if facts else budgets)
        self._available = (facts.available if facts else 0) + running
        self._spent = 0
        self._redeemed = 0
        self._groups: dict[str, str] = {}
        self._stopped = ""
        self._shown: dict[str, str] = {}
        self._used: set[str] = set()
        self._applied: list[Applied] = []
        self._refused: list[Refused] = []
        self._handed: list[tuple[Offer, str]] = []
        self._offer: RedeemOffer | None = None

    # -- steps, in their order ---------------------------------------------------------------------

    def show(self, coupons: Sequence[Presented]) -> None:
        """Tell which kinds of coupons were presented."""
        self._shown = {coupon.kind: coupon.code for coupon in reversed(coupons)}

    def members_prices(self) -> None:
        """Fixed prices, in the order of the file, then the level's share off every price."""
        for promotion in self.view.members:
            self._try(promotion)
        if self._tier is not None and self._tier.off:
            found = tier_off(self.bill, self._tier.off)
            if found:
                self._book(self._tier.code, "tier", found)

    def promotions(self) -> None:
        """Automatic promotions, in the order of the file."""
        for promotion in self.view.automatic:
            self._try(promotion)

    def coupon(self, coupon: Presented) -> None:
        """Every promotion that one coupon unlocks, or what it does by itself."""
        reason = self._coupon_reason(coupon)
        if coupon.gives is not None:
            reason = reason or self._try(_own(coupon, coupon.gives), coupon.code)
        elif reason is None:
            reasons = [
                self._try(promotion, coupon.code)
                for promotion in self.view.by_coupon.get(coupon.kind, ())
            ]
            elsewhere = coupon.kind in self.view.elsewhere
            reason = None if elsewhere or None in reasons else reasons[0]
        if reason is not None:
            self._refused.append(Refused(coupon.code, *reason))
        self._used.add(coupon.code)

    def reward(self, code: str) -> None:
        """One reward, for its points."""
        reason: Reason | None = ("unknown", {})
        if code in self.view.rewards:
            reward = self.for_today(self.view.rewards[code])
            reason = self._try(reward, self._shown.get(reward.needs.coupon or "", ""))
        if reason is not None:
            self._refused.append(Refused(code, *reason))

    def points_as_money(self, points: int) -> None:
        """So many points off what is left. Raises as ``require_redeemable``."""
        if self._facts is None:
            if points:
                raise GuestCannotRedeem
            return
        places = self.bill.goods[self.view.payable]
        rooms = self._rooms(places)
        # Points of this very sale pay for rewards alone: what points pay would not earn them.
        available = min(self._available, self._facts.available)
        limits = (available, self.bill.due(places), sum(rooms))
        self._offer = offer(self._program, *limits)
        if not points:
            return
        require_redeemable(self._program, points, *limits)
        self._redeemed = redeem_value(self._program, points)
        shares = spread(self._redeemed, rooms)
        self.bill.pay(places, shares)
        self._spent += points
        self._applied.append(
            Applied("points", "points", self._redeemed, self.bill.by_line(places, shares), points)
        )

    # -- one offer ---------------------------------------------------------------------------------

    def for_today(self, reward: Offer) -> Offer:
        """A reward as it costs today: a level's gift nothing in the month of the birthday."""
        if self._facts is None or self._tier is None or self._tier.gift != reward.code:
            return reward
        gift = replace(reward, code=f"gift:{reward.code}", cost=0)
        used = self._allowed.used(gift.code, "year").times
        return reward if used or not _is_birth_month(self._facts.birthday, self._now) else gift

    def missing(self, reward: Offer) -> int:
        """How many points are missing for a reward."""
        return max(reward.cost - max(self._available, 0), 0)

    def short_of(self, reward: Offer) -> Reason | None:
        """That points are missing for a reward, or None."""
        if not self.missing(reward):
            return None
        return "not_enough_points", {"asked": reward.cost, "available": self._available}

    def why_not(self, wanted: Offer) -> Reason | None:
        """Why an offer does not hold for this basket, member and moment; None: it holds."""
        if not is_time(wanted.when, self._now):
            return "not_now", {}
        if not self._is_for(wanted):
            return "not_for_you", {}
        if wanted.group and wanted.group in self._groups:
            return "group_taken", {"by": self._groups[wanted.group]}
        if self._stopped and wanted.kind == "promotion":
            return "group_taken", {"by": self._stopped}
        return self._unmet(wanted) or self._allowed.refusal(wanted)

    def cut(self, wanted: Offer) -> Cut:
        """What an offer takes off the basket as it stands, within its limits."""
        found = cut(self.bill, self.bill.goods[wanted.goods], wanted.gives)
        if not found.shares or wanted.limits is UNLIMITED:
            return found
        left = self.bill.rest(found.places)
        shares = within(wanted.limits, found.shares, left, self._allowed.room(wanted))
        return (
            found if list(shares) == list(found.shares) else replace(found, shares=shares, given=())
        )

    def _try(self, wanted: Offer, coupon: str = "") -> Reason | None:
        reason = self.why_not(wanted)
        if reason is not None:
            return reason
        found = self.cut(wanted)
        if not found:
            return "nothing_to_discount", {}
        short = self.short_of(wanted) if wanted.cost else None
        if short is not None:
            return short
        amount = self._book(wanted.code, wanted.kind, found, wanted.cost, coupon)
        if wanted.limits is not UNLIMITED or wanted.kind == "reward":
            self._allowed.count(wanted.code, wanted.cost, amount)
        if found.gives:
            self._handed.append((wanted, found.gives))
        if wanted.group:
            self._groups[wanted.group] = wanted.code
        if wanted.stop:
            self._stopped = wanted.code
        return None

    def _book(self, code: str, kind: str, found: Cut, cost: int = 0, coupon: str = "") -> int:
        bill = self.bill
        bill.take(found.places, found.shares)
        if found.given:
            bill.give(found.places, found.given)
        if found.pieces:
            bill.hand_over(found.sku, found.pieces)
        self._available -= cost
        self._spent += cost
        shares, amount = bill.by_line(found.places, found.shares), sum(found.shares)
        gives = found.gives or found.sku
        self._applied.append(Applied(code, kind, amount, shares, cost, coupon, gives))
        return amount

    # -- reasons -----------------------------------------------------------------------------------

    def _is_for(self, wanted: Offer) -> bool:
        if self._facts is None:
            return wanted.guests and wanted.who == EVERYONE
        return is_for(wanted.who, self._facts, self._occasion)

    def _unmet(self, wanted: Offer) -> Reason | None:
        needs = wanted.needs
        if needs is NOTHING:
            return None
        places, bill = self.bill.goods[wanted.goods], self.bill
        untaxed = bill.untaxed(places) if needs.minimum_tax == "excluded" else 0
        pieces = bill.pieces(places) if needs.quantity else 0
        standing = Standing(bill.due(places), untaxed, pieces, self._shown)
        why = unmet(needs, standing, self._occasion)
        return (why, _details(why, wanted, standing)) if why else None

    def _coupon_reason(self, coupon: Presented) -> Reason | None:
        if coupon.code in self._used:
            return "used_up", {"per": "sale", "times": 1}
        if coupon.gives is not None:
            return None
        kind = self.view.kinds.get(coupon.kind)
        known = coupon.kind in self.view.by_coupon or coupon.kind in self.view.elsewhere
        if kind is None or not known:
            return "unknown", {}
        return None if is_time(_dates(kind), self._now) else ("not_now", {})

    # -- outcome -----------------------------------------------------------------------------------

    def resume(self, priced: Priced) -> None:
        """Stand where a pricing ended, to see what else could be had."""
        self._shown = dict.fromkeys(priced.presented, "")
        self.bill.resume(priced.discounts, priced.unpaid)
        self._available -= priced.points
        for applied in priced.applied:
            self._allowed.count(applied.code, applied.points, applied.amount)
            group = self.view.groups.get(applied.code, "")
            if group:
                self._groups[group] = applied.code

    def priced(self) -> Priced:
        """The outcome."""
        bill, lines = self.bill, self._all_lines()
        more = (0,) * (len(lines) - len(bill.lines))
        applied = tuple(self._applied)
        if more:
            applied = tuple(replace(each, lines=each.lines + more) for each in applied)
        discounts = bill.scanned(bill.taken())
        goods = sum([line.total for line in lines])
        return Priced(
            lines=lines,
            discounts=discounts + more,
            points_paid=bill.scanned(bill.paid) + more,
            unpaid=bill.unpaid() + more,
            applied=applied,
            refused=tuple(self._refused),
            goods=goods,
            net=goods - sum(discounts),
            points=self._spent,
            redeemed_value=self._redeemed,
            offer=self._offer,
            presented=frozenset(self._shown),
            gifts=tuple(gave for by, gave in self._handed if isinstance(by.gives, Gift)),
            coupons=tuple(gave for by, gave in self._handed if isinstance(by.gives, GiveCoupon)),
            donations=tuple(
                Donation(cause=gave, points=by.cost, value=by.gives.value)
                for by, gave in self._handed
                if isinstance(by.gives, Donate)
            ),
        )

    def _all_lines(self) -> tuple[BasketLine, ...]:
        """Lines as they came, with what came on top, and products that nobody scanned."""
        came = tuple(
            line if line.free == free else replace(line, free=free)
            for line, free in zip(self._came, self.bill.scanned(self.bill.free), strict=True)
        )
        return came + tuple(
            BasketLine(sku, sku, 0, 0, free=pieces) for sku, pieces in self.bill.added.items()
        )

    def _rooms(self, places: Sequence[int]) -> list[int]:
        """What points may take off each line."""
        rule, bill = self._program.redemption, self.bill
        if rule is None or rule.cap_per_item is None:
            return bill.rest(places)
        return [min(bill.left[n], rule.cap_per_item * bill.open[n]) for n in places]


def _details(why: str, wanted: Offer, standing: Standing) -> Details:
    needs = wanted.needs
    amount = standing.amount if needs.minimum_tax == "included" else standing.untaxed
    if why == "below_minimum":
        return {"minimum": needs.minimum, "amount": amount}
    if why == "above_maximum":
        return {"maximum": needs.maximum or 0, "amount": amount}
    return {"quantity": needs.quantity, "pieces": standing.quantity} if why == "too_few" else {}


def _own(coupon: Presented, gives: MoneyOff | PercentOff) -> Offer:
    """What a coupon does by itself: off all goods, whoever shows it was looked at before."""
    return Offer(
        coupon.kind, "promotion", gives, 0, ALWAYS, EVERYONE, coupon.needs, UNLIMITED, group="",
        guests=True,
    )  # fmt: skip


def _dates(kind: CouponKind) -> When:
    return When(starts=kind.starts, ends=kind.ends)


def _is_birth_month(birthday: str, now: datetime) -> bool:
    """A month never straddles a year, so that a gift a year is one for each birthday."""
    return bool(birthday) and int(birthday.split("-")[-2]) == now.month
