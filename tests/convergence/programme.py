"""The programme of the simulated shop: one of each kind of thing that tills must agree on."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from terminal.programs.conditions import Needs
from terminal.programs.effects import MoneyOff
from terminal.programs.model import (
    Badge,
    CouponKind,
    Milestone,
    Program,
    Promotion,
    Threshold,
    per_money,
    welcome,
)
from terminal.programs.policies import Offline, Redemption, Tier
from tests.shop import START

PER_MEMBER, PER_DAY = 300, 1000


def programme(version: int = 1, points: int = 1, **changes: object) -> Program:
    """So many points a euro, a hundred for a euro off, a coupon that web shops know; stamp cards
    from the second version on."""
    stamps = (Threshold(code="card", points=300, coupon="five"),) if version > 1 else ()
    plain = Program(
        code="Elia", version=version, effective_from=START - timedelta(days=400), currency="EUR",
        rules=(per_money(points, 100), welcome(100)),
        redemption=Redemption(block=100, value=100, minimum=100),
        tiers=(Tier("bronze", 0), Tier("gold", 400, 150), Tier("house", 100_000, 150)),
        offline=Offline(per_member=PER_MEMBER, per_day=PER_DAY),
        badges=(Badge(code="old"),), milestones=(Milestone(code="old", points=110, badge="old"),),
        thresholds=stamps,
        coupons=(CouponKind(code="five", owned=True, from_next=False),),
        promotions=(
            Promotion(code="five-off", gives=MoneyOff(500), needs=Needs(coupon="five")),
        ),
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)  # type: ignore[arg-type]
