"""What must hold of every price, whatever is offered to whomever. Amounts in cents."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from terminal.errors import TerminalError
from terminal.programs.choices import choices
from terminal.programs.conditions import ALL_GOODS, Cap, Limits, Needs, Selector
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    GiveCoupon,
    MoneyOff,
    PercentOff,
    Step,
    Steps,
)
from terminal.programs.facts import Chosen, Facts, Presented
from terminal.programs.policies import Redemption, Tier
from terminal.programs.redeeming import clamp, offer, require_redeemable
from tests.unit.basket_making import NOON, line, priced, programme, promotion, reward

SKUS = "ABCDE"
TAX = {"A": 2_400, "B": 600, "C": 1_300, "D": 2_400, "E": 0}

amounts = st.integers(1, 5_000)
shares = st.integers(1, 10_000)
maybe = st.none() | amounts
skus = st.lists(st.sampled_from(SKUS), max_size=3, unique=True).map(tuple)
pieces = st.integers(1, 4)

effects = st.one_of(
    st.builds(MoneyOff, amounts),
    st.builds(PercentOff, shares, maybe),
    st.builds(Cheapest, shares, maybe),
    st.builds(FreeItem, pieces, st.sampled_from(["", "", "A", "MUG"])),
    st.builds(FixedPrice, st.integers(0, 3_000)),
    st.builds(
        BuyGet,
        buy=pieces,
        get=pieces,
        share=st.sampled_from([5_000, 10_000, 10_000]),
        among=st.sampled_from(["scanned", "added"]),
        get_skus=skus,
        most=st.none() | pieces,
    ),
    st.builds(
        Steps,
        st.lists(st.builds(Step, st.integers(0, 9_000), maybe, maybe), min_size=1, max_size=3).map(
            tuple
        ),
    ),
    st.just(Gift("Mug")),
    st.just(GiveCoupon("k")),
)
limits = st.just(Limits()) | st.builds(
    Limits,
    line_min=st.integers(0, 50),
    line_max=maybe,
    order_min=st.integers(0, 50),
    order_max=maybe,
    caps=st.just(()) | st.just((Cap(per="sale", times=1, money=700),)),
    budget_money=maybe,
)
needs = st.builds(
    Needs,
    minimum=st.just(0) | st.integers(0, 5_000),
    minimum_tax=st.sampled_from(["included", "excluded"]),
    quantity=st.integers(0, 4),
)
conditions = st.fixed_dictionaries(
    {
        "only": st.just(ALL_GOODS) | st.builds(Selector, skus=skus, not_skus=skus),
        "limits": limits,
        "needs": needs,
        "group": st.sampled_from(["", "", "g"]),
    }
)


@st.composite
def programmes(draw, most=6):
    """A programme of some promotions, coupons and rewards."""
    parts = []
    for number in range(draw(st.integers(0, most))):
        more = draw(conditions)
        code = f"o{number}"
        role = draw(st.sampled_from(["automatic", "coupon", "reward"]))
        if role == "reward":
            gives = draw(effects | st.just(Donate("trees", 100)))
            parts.append(reward(gives, code, draw(st.integers(0, 400)), **more))
        else:
            needed = more.pop("needs")
            kind = f"k{number}" if role == "coupon" else None
            needed = Needs(
                minimum=needed.minimum,
                minimum_tax=needed.minimum_tax,
                quantity=needed.quantity,
                coupon=kind,
            )
            stop = draw(st.sampled_from([False, False, False, True]))
            parts.append(promotion(draw(effects), code, needs=needed, stop=stop, **more))
    rule = st.builds(
        Redemption,
        block=st.integers(1, 20),
        value=st.integers(1, 20),
        minimum=st.integers(1, 50),
        cap_percent=st.integers(1, 100),
        cap_money=maybe,
        cap_per_item=maybe,
        not_skus=skus,
    )
    tier = Tier("member", off=draw(st.sampled_from([0, 0, 500])))
    return programme(*parts, redemption=draw(st.none() | rule), tiers=(tier,))


@st.composite
def baskets(draw):
    """Up to five lines: some with a deposit, some gift cards."""
    lines = []
    for _ in range(draw(st.integers(0, 5))):
        sku, price = draw(st.sampled_from(SKUS)), draw(st.integers(0, 4_000))
        kind = draw(st.sampled_from(["goods", "goods", "goods", "gift_card"]))
        fixed = draw(st.sampled_from([0, 0, min(25, price)]))
        amount = draw(st.integers(1, 6))
        lines.append(line(price, amount, sku, tax=TAX[sku], fixed=fixed, kind=kind))
    return lines


@st.composite
def sales(draw):
    """A programme, a basket, a member and what she asks for, the most points allowed included."""
    program, lines = draw(programmes()), draw(baskets())
    kinds = [kind.code for kind in program.coupons]
    rewards = [each.code for each in program.rewards]
    coupons = tuple(
        Presented(f"{kind}-{number}", kind)
        for number, kind in enumerate(draw(st.permutations(kinds * 2)))
    )
    facts = Facts(tier="member", available=draw(st.integers(-50, 3_000)))
    chosen = Chosen(0, tuple(draw(st.permutations(rewards * 2))), coupons)
    plain = priced(program, *lines, facts=facts, chosen=chosen)
    asked = draw(st.integers(0, 10_000))
    block = plain.offer.block
    points = min(asked, plain.offer.most) // block * block
    points = points if points >= plain.offer.minimum else 0
    return program, lines, facts, replace(chosen, points=points)


@given(sales())
def test_every_price_holds_together(sale):
    program, lines, facts, chosen = sale
    said = priced(program, *lines, facts=facts, chosen=chosen)
    assert said.net == said.goods - sum(said.discounts)
    assert said.net >= said.fixed >= 0
    assert said.points == sum(each.points for each in said.applied) <= max(facts.available, 0)
    assert said.redeemed_value == sum(said.points_paid)
    assert [sum(column) for column in zip(*(each.lines for each in said.applied), strict=True)] in (
        list(said.discounts),
        [],
    )
    for each in said.applied:
        assert sum(each.lines) == each.amount >= 0
        assert len(each.lines) == len(said.lines)
        assert each.amount or each.gives
    for number, one in enumerate(said.lines):
        assert 0 <= said.points_paid[number] <= said.discounts[number]
        assert said.discounts[number] <= one.total - one.goods.fixed * one.quantity
        assert 0 <= said.unpaid[number] <= one.quantity
    assert sum(taxed.gross for taxed in said.taxes()) + said.fixed == said.net
    assert sum(taxed.tax for taxed in said.taxes()) == sum(said.tax_by_line())
    assert sum(said.points_paid) == 0 or said.offer.most >= chosen.points > 0


@given(sales())
def test_the_order_of_scanning_changes_nothing(sale):
    program, lines, facts, chosen = sale
    said = priced(program, *lines, facts=facts, chosen=chosen)
    turned = priced(program, *reversed(lines), facts=facts, chosen=chosen)
    assert (turned.net, turned.points, turned.redeemed_value) == (
        said.net,
        said.points,
        said.redeemed_value,
    )
    assert [(each.code, each.amount, each.gives) for each in turned.applied] == [
        (each.code, each.amount, each.gives) for each in said.applied
    ]
    assert turned.refused == said.refused
    assert sorted(zip(turned.lines, turned.discounts, strict=True), key=repr) == sorted(
        zip(said.lines, said.discounts, strict=True), key=repr
    )


@given(sales(), effects, conditions)
def test_one_more_offer_at_the_end_never_makes_it_dearer(sale, gives, more):
    program, lines, facts, chosen = sale
    chosen = replace(chosen, points=0)
    before = priced(program, *lines, facts=facts, chosen=chosen)
    last = reward(gives, "last", 0, **more)
    fuller = programme(
        *program.promotions, *program.rewards, last, tiers=program.tiers, coupons=program.coupons
    )
    asked = replace(chosen, rewards=(*chosen.rewards, "last"))
    after = priced(fuller, *lines, facts=facts, chosen=asked)
    assert after.net <= before.net
    assert after.applied[: len(before.applied)] == tuple(
        replace(each, lines=each.lines + (0,) * (len(after.lines) - len(before.lines)))
        for each in before.applied
    )


@given(sales())
def test_gift_cards_that_nobody_names_keep_their_price(sale):
    program, lines, facts, chosen = sale
    named = {sku for each in (*program.promotions, *program.rewards) for sku in each.only.skus}
    named |= {
        sku
        for each in (*program.promotions, *program.rewards)
        if isinstance(each.gives, BuyGet)
        for sku in each.gives.get_skus
    }
    said = priced(program, *lines, facts=facts, chosen=chosen)
    for one, off, paid in zip(said.lines, said.discounts, said.points_paid, strict=True):
        if one.goods.kind == "gift_card":
            assert paid == 0
            assert off == 0 or one.sku in named


@given(sales())
def test_the_catalogue_promises_what_it_keeps(sale):
    program, lines, facts, chosen = sale
    before = replace(chosen, points=0, rewards=())
    said = priced(program, *lines, facts=facts, chosen=before)
    for choice in choices(program, said, facts, NOON):
        asked = replace(before, rewards=(choice.code,))
        after = priced(program, *lines, facts=facts, chosen=asked)
        assert choice.reachable is (not after.refused[len(said.refused) :])
        assert choice.why == ("" if choice.reachable else after.refused[-1].why)
        if choice.reachable and not after.applied[-1].gives:
            assert choice.value == said.net - after.net


@given(programmes(0), st.integers(-10, 9_000), st.integers(0, 9_000), st.integers(-5, 9_999))
def test_what_is_offered_is_never_refused(program, available, total, asked):
    most = offer(program, available, total).most
    points = clamp(program, asked, available, total)
    assert 0 <= points <= min(most, max(asked, 0))
    for allowed in {most, points} - {0}:
        require_redeemable(program, allowed, available, total)
    try:
        require_redeemable(program, asked, available, total)
    except TerminalError:
        assert points != asked or points == 0
    else:
        assert points == asked
