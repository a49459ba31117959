"""Redeeming: points as money off, in blocks, above a minimum, under a cap."""

from dataclasses import dataclass

from terminal.errors import BelowMinimum, NotEnoughPoints, NotWholeBlocks, OverRedeemCap
from terminal.programs.model import Program


@dataclass(frozen=True, slots=True)
class RedeemOffer:
    """What a member could redeem on this basket, in points; ``most`` is 0 when nothing."""

    most: int
    minimum: int
    block: int
    available: int
    cap: int


def redeem_value(program: Program, points: int) -> int:
    """What whole blocks of points are worth, in minor units."""
    rule = program.redemption
    return points // rule.block * rule.value if rule else 0


def offer(program: Program, available: int, total: int) -> RedeemOffer:
    """The most that can be redeemed with ``available`` points on goods of ``total`` minor units."""
    rule = program.redemption
    if rule is None:
        return RedeemOffer(0, 0, 1, available, 0)
    cap = total * rule.cap_percent // 100 // rule.value * rule.block
    if rule.cap_points is not None:
        cap = min(cap, rule.cap_points // rule.block * rule.block)
    most = min(available // rule.block * rule.block, cap)
    return RedeemOffer(
        most if most >= rule.minimum else 0, rule.minimum, rule.block, available, cap
    )


def require_redeemable(program: Program, points: int, available: int, total: int) -> None:
    """Refuse, before money or goods change hands, what the programme does not allow."""
    rule, limit = program.redemption, offer(program, available, total)
    if rule is None:
        raise OverRedeemCap(asked=points, cap=0)
    if points % rule.block:
        raise NotWholeBlocks(asked=points, block=rule.block)
    if points < rule.minimum:
        raise BelowMinimum(asked=points, minimum=rule.minimum)
    if points > available:
        raise NotEnoughPoints(asked=points, available=available)
    if points > limit.cap:
        raise OverRedeemCap(asked=points, cap=limit.cap)
