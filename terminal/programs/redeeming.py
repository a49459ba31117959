"""Points as money off: in blocks, above a minimum, under every cap.

``total`` is what is still to pay for the goods that points may pay, in minor units, tax and fixed
parts included; ``room`` the most that may be taken off them (None: all of it).
"""

from dataclasses import dataclass

from terminal.errors import BelowMinimum, NotEnoughPoints, NotWholeBlocks, OverRedeemCap
from terminal.programs.model import Program
from terminal.programs.policies import Redemption


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
    rule = _sound(program)
    return points // rule.block * rule.value if rule else 0


def offer(program: Program, available: int, total: int, room: int | None = None) -> RedeemOffer:
    """The most that can be redeemed with ``available`` points on goods of ``total``."""
    rule = _sound(program)
    if rule is None:
        return RedeemOffer(0, 0, 1, available, 0)
    cap = _cap(rule, total, room)
    most = min(max(available, 0) // rule.block * rule.block, cap)
    return RedeemOffer(
        most if most >= rule.minimum else 0, rule.minimum, rule.block, available, cap
    )


def clamp(program: Program, asked: int, available: int, total: int, room: int | None = None) -> int:
    """The most that is allowed of what was asked for; 0 where nothing is. Refuses nothing."""
    limit = offer(program, available, total, room)
    points = min(max(asked, 0), limit.most) // limit.block * limit.block
    return points if points >= limit.minimum else 0


def require_redeemable(
    program: Program, points: int, available: int, total: int, room: int | None = None
) -> None:
    """Refuse, before money or goods change hands, what the programme does not allow."""
    rule, limit = _sound(program), offer(program, available, total, room)
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


def _sound(program: Program) -> Redemption | None:
    """The rule, unless it is one that no arithmetic survives: then points are not money here."""
    rule = program.redemption
    return rule if rule is not None and rule.block > 0 and rule.value > 0 else None


def _cap(rule: Redemption, total: int, room: int | None) -> int:
    """In points, whole blocks."""
    if total < rule.only_above:
        return 0
    money = [total * rule.cap_percent // 100]
    money += [limit for limit in (rule.cap_money, room) if limit is not None]
    cap = max(min(money), 0) // rule.value * rule.block
    return cap if rule.cap_points is None else min(cap, rule.cap_points // rule.block * rule.block)
