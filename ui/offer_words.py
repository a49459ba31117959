"""Why a reward, a coupon or an offer can't be had: short, for a row, and as a sentence."""

from collections.abc import Mapping
from typing import Any

from terminal.i18n import Words

WAITING = frozenset({"below_minimum", "too_few", "nothing_to_discount", "other_tender"})
"""Reasons that the rest of this sale may still remove."""


def why_not(why: str, details: Mapping[str, Any], words: Words, currency: str = "") -> str:
    """A few words for a code as ``terminal.programs.priced.Refused`` lists them."""
    measured = _measured(why, details, words, currency)
    return measured or _plain(words).get(why, words.t("not possible now"))


def _measured(why: str, details: Mapping[str, Any], words: Words, currency: str) -> str:
    if why == "below_minimum" and currency and details.get("minimum"):
        return words.t("from {amount}", amount=words.money(details["minimum"], currency))
    if why == "above_maximum" and currency and details.get("maximum"):
        return words.t("up to {amount}", amount=words.money(details["maximum"], currency))
    if why == "too_few" and details.get("quantity"):
        return words.n("from {n} piece", "from {n} pieces", details["quantity"])
    if why == "not_enough_points" and details.get("asked") is not None:
        missing = max(details["asked"] - details.get("available", 0), 0)
        return words.n("{n} more point", "{n} more points", missing)
    return ""


def _plain(words: Words) -> dict[str, str]:
    return {
        "unknown": words.t("no longer offered"),
        "not_for_you": words.t("not for this customer"),
        "not_now": words.t("not at this time"),
        "below_minimum": words.t("the basket is too small"),
        "above_maximum": words.t("the basket is too large"),
        "too_few": words.t("too few pieces"),
        "no_coupon": words.t("only with its coupon"),
        "other_tender": words.t("only with another way to pay"),
        "other_channel": words.t("only online"),
        "used_up": words.t("used as often as it may be"),
        "budget_spent": words.t("all given out"),
        "group_taken": words.t("not together with another offer"),
        "not_for_web": words.t("it does something that a web shop can't"),
        "nothing_to_discount": words.t("nothing in the basket for it"),
        "not_enough_points": words.t("not enough points"),
    }


def taken_down(name: str, reason: str, words: Words) -> str:
    """ "Coffee, 250 g was taken off: nothing in the basket for it."."""
    return words.t("Taken off this sale: {name} ({reason}).", name=name, reason=reason)
