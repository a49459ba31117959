"""Programmes: what a shop promises for a purchase, as data, and the arithmetic that keeps it.

One engine for both channels: a sale at the till and an order from the web earn by the same code,
rounding and version.
"""

from terminal.programs.accrual import Accrual, accrue
from terminal.programs.model import AccrualRule, Program, Redemption, Tier
from terminal.programs.redeeming import RedeemOffer, offer, redeem_value, require_redeemable
from terminal.programs.tiers import NextTier, next_tier, tier_for, window_start

__all__ = [
    "Accrual",
    "AccrualRule",
    "NextTier",
    "Program",
    "RedeemOffer",
    "Redemption",
    "Tier",
    "accrue",
    "next_tier",
    "offer",
    "redeem_value",
    "require_redeemable",
    "tier_for",
    "window_start",
]
