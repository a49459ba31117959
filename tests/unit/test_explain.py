"""Points, rules, rewards and policies in words, in every language, old entries included."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from terminal.explain import explain, part_label, rate_text, redeem_text, tier_name
from terminal.i18n import Words
from terminal.ledger import EntryKind, LedgerEntry, Part
from terminal.members import LANGUAGES
from terminal.programs.conditions import Cap, Limits, Needs, Selector, When, Who
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    GiveCoupon,
    MoneyOff,
    Multiply,
    PercentOff,
    PerMoney,
    PerOrder,
    PerUnit,
    Step,
    Steps,
)
from terminal.programs.model import (
    Badge,
    Cause,
    Challenge,
    CouponKind,
    Program,
    Promotion,
    Reward,
    Rule,
    per_money,
)
from terminal.programs.policies import (
    Basis,
    Earning,
    Expiry,
    Household,
    Offline,
    Pending,
    Redemption,
    Returning,
    Tier,
    Tiering,
)
from terminal.telling import (
    challenge_in_words,
    policy_in_words,
    promotion_in_words,
    reward_in_words,
    rule_in_words,
)

EN = Words("en")
SHOP = Program(
    code="Elia", version=3, effective_from=datetime(2026, 1, 1, tzinfo=UTC), currency="EUR",
    rules=(per_money(1, 100), Rule(code="tea", name={"en": "Tea week", "el": "Εβδομάδα τσαγιού"},
                                   gives=Multiply(200))),
    coupons=(CouponKind(code="c", name="Ten"),), badges=(Badge(code="b", name="Collector"),),
    causes=(Cause(code="f", name="Forest"),), tiers=(Tier("gold", name="Golden"), Tier("other", 5)),
    rewards=(Reward(code="mug", name="A mug", cost=50, gives=FreeItem()),),
)  # fmt: skip


def entry(kind: EntryKind = EntryKind.EARN, points: int = 5, **more: object) -> LedgerEntry:
    usual = {"basis": 3_840, "currency": "EUR", "rate": "1/100 150%"}
    return LedgerEntry(
        id="1", member_id="1", kind=kind, points=points, till="T1", seq=1,
        decided_at=datetime(2026, 11, 1, tzinfo=UTC), **(usual | more),
    )  # fmt: skip


# -- entries -------------------------------------------------------------------------------------


def test_an_entry_from_before_parts_had_rates_is_still_explained():
    parts = (Part("accrual", 38), Part("tier:gold", 19))
    assert explain(entry(parts=parts), EN) == ["For €38.40: +38 1 point per €1 · +19 Gold, ×1.5"]
    assert explain(entry(parts=parts), EN, SHOP)[0].endswith("+19 Golden, ×1.5")
    assert explain(entry(basis=None), EN) == explain(entry(EntryKind.BONUS), EN) == []


def test_every_part_has_its_own_arithmetic():
    parts = (
        Part("accrual", 38, 3_840, "1/100"), Part("cups", 6, 3, "2/1 pcs"),
        Part("hello", 10, 3_840, "10"), Part("tea", 38, 38, "200%"),
        Part("tier:gold", 19, 38, "150%"),
    )  # fmt: skip
    assert explain(entry(parts=parts), EN, SHOP) == [
        "1 point per €1, on €38.40: +38",
        "cups, on 3 pieces, 2 points per 1 piece: +6",
        "hello: +10",
        "Tea week, ×2, on 38 points: +38",
        "Golden, ×1.5, on 38 points: +19",
    ]
    taken = entry(EntryKind.CLAWBACK, -19, parts=(Part("accrual", -19, 1_900, "1/100"),))
    assert explain(taken, EN) == ["1 point per €1, on €19.00: −19"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_arithmetic_is_told_in_every_language(language):
    parts = (Part("tea", 1_038, 1_038, "150%"), Part("accrual", 38, 3_840, "1/100"))
    said = explain(entry(parts=parts, program="Elia"), Words(language), SHOP)
    assert len(said) == 3
    assert "×1.5" in said[0] or "×1,5" in said[0]
    assert "38" in said[1]
    assert ("Εβδομάδα" in said[0]) is (language == "el")


def test_what_points_paid_is_told_with_what_they_were_worth():
    points = Part("points", -300, 300, "100/100")
    mug, wood = Part("reward:mug", -50), Part("reward:f", -20)
    assert explain(entry(EntryKind.REDEEM, -300, parts=(points, mug)), EN, SHOP) == [
        "Paid €3.00: 100 points are worth €1", "A mug: −50"
    ]  # fmt: skip
    assert explain(entry(EntryKind.DONATE, -20, parts=(wood,)), EN, SHOP) == ["Forest: −20"]
    given = Part("cause:f", -20)
    assert explain(entry(EntryKind.DONATE, -20, parts=(given,)), EN, SHOP) == ["Forest: −20"]
    assert part_label(Part("import:old", 5), "", "EUR", EN) == "Brought along"
    assert part_label(Part("game:wheel:fifty", 50), "", "EUR", EN) == "game:wheel:fifty"
    old = entry(EntryKind.REDEEM, -300, basis=300, rate="100/100")
    assert explain(old, EN) == ["Paid €3.00: 100 points are worth €1"]
    assert explain(entry(EntryKind.REDEEM, -300, basis=None, rate=""), EN) == []


def test_why_and_by_which_version_comes_last():
    told = explain(entry(EntryKind.ADJUST, reason="counted twice", program="Elia"), EN)
    assert told == ["Reason: counted twice", "Programme Elia, version 0"]


@pytest.mark.parametrize(
    ("part", "rate", "label"),
    [
        (Part("accrual", 3, 0, "3/50"), "", "3 points per €0.50"),
        (Part("accrual", 3), "", "accrual"),
        (Part("welcome", 3), "", "Welcome points"),
        (Part("referral", 3), "", "For bringing a friend"),
        (Part("friend", 3, 0, "5"), "", "Brought by a friend"),
        (Part("tea", 3, 3, "200%"), "", "Tea week, ×2"),
        (Part("gone", 3, 3, "125%"), "", "gone, ×1.25"),
        (Part("tier:silver", 3), "1/100 125%", "Silver, ×1.25"),
    ],
)
def test_each_reason_has_a_name(part, rate, label):
    assert part_label(part, rate, "EUR", EN, SHOP) == label


def test_rates_and_names():
    assert rate_text("5", "EUR", EN) == "5 points"
    assert rate_text("1/2 pcs", "EUR", EN) == "1 point per 2 pieces"
    assert redeem_text(SHOP, EN) == ""
    assert [tier_name(code, EN, SHOP) for code in ("gold", "other", "member", "none")] == [
        "Golden", "Other", "Member", "None"
    ]  # fmt: skip


# -- rules ---------------------------------------------------------------------------------------


def rule(gives: object = None, **more: object) -> str:
    return rule_in_words(Rule(code="x", gives=gives or PerMoney(1, 100), **more), SHOP, EN)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (rule(PerMoney(2, 150)), "2 points per €1.50"),
        (rule(PerMoney(1, 100, False)), "1 point per €1 (parts count too)"),
        (rule(PerUnit(2, 3)), "2 points per 3 pieces"),
        (rule(Multiply(150)), "points ×1.5"),
        (rule(PerOrder(5), on="review"), "5 points · for a review"),
        (rule(stop=True, group="g", active=False),
         "1 point per €1 · only the best of g · nothing after it counts · switched off"),
        (rule(multiplied=False, qualifies=False),
         "1 point per €1 · never multiplied · does not count for levels"),
        (rule(expiry=Expiry(kind="never"), pending=Pending(days=3)),
         "1 point per €1 · points never lapse · points wait 3 days"),
        (rule(only=Selector(skus=("A",), not_brands=("B",))), "1 point per €1 · only A · not B"),
        (rule(when=When(starts="2026-12-01", ends="2026-12-24", weekdays=("mon", "sun"),
                        month_days=(1, 15), hours=("17:00", "19:00"))),
         "1 point per €1 · from 1 Dec 2026 · until 24 Dec 2026 · on Monday, Sunday · on day 1, 15 "
         "of the month · from 17:00 to 19:00"),
        (rule(who=Who(tiers=("gold",), segments=("press",), not_segments=("staff",),
                      languages=("el", "zz"), towns=("Volos",))),
         "1 point per €1 · for level Golden · for segment press · not for segment staff · for "
         "members who speak Greek, zz · for members in Volos"),
        (rule(who=Who(birthday=(0, 0), anniversary=(1, 3), away_days=90, ages=(18, 26))),
         "1 point per €1 · on the birthday · on the day of joining (from 1 day before to 3 days "
         "after) · not seen for 90 days · aged 18 to 26"),
        (rule(who=Who(order_numbers=(1, 2), fan_of=("tea",), consents=("email", "text_message"),
                      badges=("b",))),
         "1 point per €1 · on purchase no. 1, 2 · for fans of tea (3 purchase days within 90 days)"
         " · for members who said yes to e-mail, text message · for members with the badge "
         "Collector"),
        (rule(needs=Needs(minimum=500, maximum=900, quantity=2, coupon="c", tenders=("cash",),
                          channels=("shop",))),
         "1 point per €1 · from €5 on · up to €9 · from 2 pieces on · with coupon Ten · paid by "
         "cash · in the shop only"),
        (rule(needs=Needs(minimum=500, minimum_tax="excluded", channels=("online",))),
         "1 point per €1 · from €5 without tax on · online only"),
        (rule(needs=Needs(channels=("shop", "online"))), "1 point per €1"),
        (rule(limits=Limits(line_min=1, line_max=2, order_min=3, order_max=4)),
         "1 point per €1 · at least 1 point a line · at most 2 points a line · at least 3 points a "
         "sale · at most 4 points a sale"),
        (rule(limits=Limits(caps=(Cap(per="ever", times=1, points=5, money=900),),
                            budget_times=1, budget_points=5, budget_money=900)),
         "1 point per €1 · at most 1 time in all · at most 5 points in all · at most €9 in all · "
         "1 time for everybody together · 5 points for everybody together · €9 for everybody "
         "together"),
        (rule(basis=Basis(tax="excluded", discounts="ignored", rewards="ignored", points_paid=True,
                          shipping=True, gift_cards=True, limited="meant")),
         "1 point per €1 · earned on prices without tax · promotions and coupons do not lower it · "
         "rewards do not lower it · what points pay earns too · delivery earns · gift cards earn "
         "when they are bought · a rule for some goods is lowered only by discounts for them"),
    ],
)  # fmt: skip
def test_a_manager_reads_every_rule(told, words):
    assert told == words


@pytest.mark.parametrize(
    ("gives", "words"),
    [
        (MoneyOff(500), "€5 off"),
        (PercentOff(1_250, cap=1_000), "12.5 % off, at most €10"),
        (Cheapest(), "the cheapest piece free"),
        (Cheapest(share=5_000, cap=500), "the cheapest piece: 50 % off, at most €5"),
        (FreeItem(2), "2 pieces free"),
        (FreeItem(sku="CUP"), "1 piece free (CUP)"),
        (Gift("Bag"), "a gift: Bag"),
        (FixedPrice(990), "for €9.90 each"),
        (BuyGet(2), "buy 2, get 1 free"),
        (BuyGet(1, 1, 5_000, "added", ("A", "B"), 3),
         "buy 1, get 50 % off 1 more, A, B, on top of what is bought, at most 3 pieces"),
        (Steps((Step(0, 500), Step(5_000, 1_000, 900), Step(9_000, amount=2_000))),
         "from €0 on: 5 % off, from €50 on: 10 % off, at most €9, from €90 on: €20 off"),
        (GiveCoupon("c"), "a coupon: Ten"),
    ],
)  # fmt: skip
def test_a_manager_reads_every_promotion(gives, words):
    told = promotion_in_words(Promotion(code="p", gives=gives, guests=True, group="g"), SHOP, EN)
    assert told == f"{words} · without a card too · only one of g"


def test_a_manager_reads_every_reward_and_challenge():
    give = Reward(code="r", name="Wood", cost=100, gives=Donate("f", 150), active=False)
    assert reward_in_words(give, SHOP, EN) == "Wood: 100 points → €1.50 for Forest · switched off"
    free = Reward(code="r", cost=0, gives=FreeItem(), limits=Limits(order_max=500))
    assert reward_in_words(free, SHOP, EN) == "for nothing → 1 piece free · at most €5 a sale"
    task = Challenge(
        code="c", name="Taste", count="categories", target=5, per="ever", coupon="c", badge="b"
    )
    assert challenge_in_words(task, SHOP, EN) == (
        "Taste: 5 kinds of goods in all → a coupon: Ten, the badge Collector"
    )
    for count, target in (("pieces", "9 pieces"), ("money", "€0.09")):
        task = Challenge(code="c", count=count, target=9, points=1)
        assert challenge_in_words(task, SHOP, EN) == f"{target} in a month → 1 point"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Earning(), ["fractions are dropped, once a rule", "multipliers add up"]),
        (Earning(rounding="half_up", round_at="line", multipliers="best", order_max=5, day_max=9,
                 running=True),
         ["halves are rounded up, once a line", "only the best multiplier counts",
          "at most 5 points a sale", "at most 9 points a day",
          "rewards may be paid with points of the same sale"]),
        (Expiry(kind="dates", dates=("12-31", "06-30")),
         ["points lapse on 31 Dec, 30 Jun (at least 12 months later)", "told 30 days before"]),
        (Expiry(kind="dates", months=0, dates=("12-31",)),
         ["points lapse on 31 Dec", "told 30 days before"]),
        (Expiry(kind="month_end", months=1, warn_days=1),
         ["points lapse at the end of the month, 1 month later", "told 1 day before"]),
        (Pending(), ["points can be spent at once"]),
        (Offline(),
         ["at most 1,000 points for each member", "at most 10,000 points a day"]),
        (Offline(per_member=None, per_day=None),
         ["no limit while the other tills can't be asked"]),
        (Redemption(block=1, value=1, minimum=1), ["1 point is worth €0.01", "at least 1 point"]),
        (Returning(),
         ["goods come back within 14 days", "points already spent become a debt",
          "points given back that lapsed meanwhile lapse again"]),
        (Tier("member"), ["Member: for everybody"]),
        (Tier("vip", points=5, by_spend=False), ["Vip: from 5 points on"]),
        (Tiering(), ["the last 12 months count", "down to what was reached"]),
        (Pending(until="release"), ["points wait until somebody releases them"]),
        (Redemption(block=100, value=500, minimum=200, cap_percent=50, cap_points=1_000,
                    cap_money=5_000, cap_per_item=100, only_above=2_000, not_skus=("CARD",)),
         ["100 points are worth €5", "at least 200 points", "at most 50 % a sale",
          "at most 1,000 points a sale", "at most €50 a sale", "at most €1 a piece",
          "from €20 on", "not CARD"]),
        (Returning(clawback="clamp", expired="grace", grace_days=7, days=1),
         ["goods come back within 1 day", "points already spent are let go",
          "points given back that lapsed meanwhile live 7 more days"]),
        (Tier("gold", 500, 150, points=5, visits=3, need="two", off=250, gift="mug"),
         ["Golden: from €5 on, from 5 points on, from 3 visits on (any two of them)",
          "points ×1.5", "2.5 % off", "a gift for the birthday: A mug"]),
        (Tiering(window="calendar", downgrade="step", grace_days=30, soft_landing=8_000),
         ["the calendar year counts", "one level down at a time", "kept 30 days longer",
          "80 % of what a level needs keeps it"]),
        (Household(allowed=True, minimum=5, day_max=50),
         ["members of a household may hand points to each other", "at least 5 points",
          "at most 50 points a day"]),
        (Household(allowed=True),
         ["members of a household may hand points to each other", "at least 1 point"]),
        (Offline(per_member=5, per_day=50),
         ["at most 5 points for each member", "at most 50 points a day"]),
    ],
)  # fmt: skip
def test_a_manager_reads_every_policy(policy, words):
    assert policy_in_words(policy, SHOP, EN) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said_in_every_language(language):
    words = Words(language)
    everything = Rule(
        code="x", gives=PerMoney(1, 100), who=Who(birthday=(1, 2), languages=("he",)),
        when=When(weekdays=("mon",), starts="2026-12-01"), limits=Limits(order_max=5),
    )  # fmt: skip
    assert rule_in_words(everything, SHOP, words).count(" · ") == 5
    for field in msgspec.structs.fields(Program):
        policy = getattr(SHOP, field.name)
        if isinstance(policy, Basis | Earning | Expiry | Returning | Tiering | Household):
            assert all(policy_in_words(policy, SHOP, words))
