"""Programmes: what a shop promises for a purchase, as data, and the arithmetic that keeps it.

One engine for both channels: a sale at the till and an order from the web earn by the same code,
rounding and version.
"""

from terminal.programs.accrual import Accrual, accrue
from terminal.programs.model import Program, Rule, per_money, welcome
from terminal.programs.policies import Expiry, Pending, Redemption, Tier, Tiering
from terminal.programs.redeeming import RedeemOffer, offer, redeem_value, require_redeemable
from terminal.programs.tiers import NextTier, next_tier, tier_for, window_start

__all__ = [
    "Accrual",
    "Expiry",
    "NextTier",
    "Pending",
    "Program",
    "RedeemOffer",
    "Redemption",
    "Rule",
    "Tier",
    "Tiering",
    "accrue",
    "next_tier",
    "offer",
    "per_money",
    "redeem_value",
    "require_redeemable",
    "tier_for",
    "welcome",
    "window_start",
]
