"""The demo shop's programme: a bit of everything that a real one has, named in six languages."""

from datetime import UTC, datetime

from terminal.programs.conditions import Cap, Limits, Needs, Selector, Text, When, Who
from terminal.programs.effects import (
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    MoneyOff,
    Multiply,
    PerOrder,
)
from terminal.programs.model import (
    Badge,
    Cause,
    Challenge,
    CouponKind,
    Program,
    Promotion,
    Referral,
    Reward,
    Rule,
    per_money,
    welcome,
)
from terminal.programs.policies import Redemption, Tier

_LANGUAGES = ("en", "el", "bg", "hu", "pl", "he")


def _said(*texts: str) -> Text:
    """One text for each of our languages, in their order."""
    return dict(zip(_LANGUAGES, texts, strict=True))


BIRTHDAY = _said(
    "Birthday week", "Εβδομάδα γενεθλίων", "Седмица на рождения ден", "Születésnapi hét",
    "Tydzień urodzinowy", "שבוע יום הולדת",
)  # fmt: skip
COFFEE_DAYS = _said(
    "Coffee days", "Μέρες καφέ", "Дни на кафето", "Kávénapok", "Dni kawy", "ימי קפה"
)
MEMBER_PRICE = _said(
    "Member price", "Τιμή μέλους", "Цена за членове", "Tagi ár", "Cena dla członków", "מחיר לחברים"
)
COFFEE = _said(
    "Ground coffee", "Καφές αλεσμένος", "Мляно кафе", "Őrölt kávé", "Kawa mielona", "קפה טחון"
)
GIFT_BASKET = _said(
    "Gift basket", "Καλάθι δώρου", "Подаръчна кошница", "Ajándékkosár", "Kosz prezentowy",
    "סל מתנה",
)  # fmt: skip
SCHOOL = _said(
    "For the school garden", "Για τον σχολικό κήπο", "За училищната градина", "Az iskolakertnek",
    "Na ogród szkolny", "לגינת בית הספר",
)  # fmt: skip
THREE_VISITS = _said(
    "Three visits this month", "Τρεις επισκέψεις τον μήνα", "Три посещения този месец",
    "Három látogatás ebben a hónapban", "Trzy wizyty w tym miesiącu", "שלושה ביקורים החודש",
)  # fmt: skip
REGULAR = _said(
    "Regular", "Τακτικός πελάτης", "Редовен клиент", "Törzsvendég", "Stały gość", "לקוח קבוע"
)
FIRST_COUPON = _said(
    "Off the next purchase", "Έκπτωση στην επόμενη αγορά", "Отстъпка за следващата покупка",
    "Kedvezmény a következő vásárlásra", "Zniżka na następne zakupy", "הנחה בקנייה הבאה",
)  # fmt: skip


def shop_program(currency: str, unit: int, zone: str) -> Program:
    """One point a unit of money, a hundred are worth one; levels, a birthday week, rewards.

    ``unit`` is what stands for a euro, in minor units.
    """
    return Program(
        code="Elia", version=1, effective_from=datetime(2024, 1, 1, tzinfo=UTC), currency=currency,
        zone=zone, rules=_rules(unit), promotions=_promotions(unit), rewards=_rewards(unit),
        coupons=(CouponKind(code="next", name=FIRST_COUPON, valid_days=60),),
        redemption=Redemption(block=100, value=unit, minimum=200, cap_percent=50),
        tiers=(
            Tier("bronze"), Tier("silver", 250 * unit, 120), Tier("gold", 750 * unit, 150),
            Tier("platinum", 1500 * unit, 200),
        ),
        challenges=(
            Challenge(
                code="three", name=THREE_VISITS, count="visits", target=3, points=30,
                badge="regular",
            ),
        ),
        badges=(Badge(code="regular", name=REGULAR),),
        causes=(Cause(code="school", name=SCHOOL, value=unit),),
        referral=Referral(points=100, friend_points=50, minimum=10 * unit,
                          caps=(Cap(per="year", times=10),)),
    )  # fmt: skip


def _rules(unit: int) -> tuple[Rule, ...]:
    return (
        per_money(1, unit),
        welcome(100),
        Rule(
            code="birthday", name=BIRTHDAY, gives=PerOrder(50), multiplied=False,
            who=Who(birthday=(3, 3)), needs=Needs(minimum=10 * unit),
            limits=Limits(caps=(Cap(per="year", times=1),)),
        ),
        Rule(
            code="coffee-days", name=COFFEE_DAYS, gives=Multiply(200),
            only=Selector(categories=("coffee",)), when=When(weekdays=("tue", "wed")),
        ),
    )  # fmt: skip


def _promotions(unit: int) -> tuple[Promotion, ...]:
    return (
        Promotion(
            code="honey", name=MEMBER_PRICE, gives=FixedPrice(1090 * unit // 100),
            only=Selector(skus=("HON-450",)),
        ),
        Promotion(
            code="next-off", name=FIRST_COUPON, gives=MoneyOff(2 * unit), guests=True,
            needs=Needs(coupon="next", minimum=15 * unit),
        ),
    )  # fmt: skip


def _rewards(unit: int) -> tuple[Reward, ...]:
    return (
        Reward(code="five-off", cost=500, gives=MoneyOff(5 * unit)),
        Reward(code="coffee", name=COFFEE, cost=800, gives=FreeItem(sku="COF-250")),
        Reward(code="twelve-off", cost=1200, gives=MoneyOff(12 * unit)),
        Reward(code="basket", name=GIFT_BASKET, cost=2000, gives=Gift("Gift basket", 12 * unit)),
        Reward(code="school", name=SCHOOL, cost=100, gives=Donate("school", unit)),
    )
