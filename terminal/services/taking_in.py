"""How a shop takes in what comes from its online store."""

from dataclasses import dataclass
from typing import Literal

from terminal.services.models import Till
from terminal.settings import OnlineStoreSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingIn:
    """``stores`` are all that are told of what moves. ``members``: whether customers that nobody
    knows become members. ``country`` reads phone numbers, ``language`` is theirs who are made
    members, ``card_prefix`` begins the shop's own cards, ``currency`` is that of its prices."""

    stores: tuple[str, ...] = ()
    members: Literal["known", "all"] = "known"
    country: str = "GR"
    language: str = "en"
    card_prefix: str = ""
    currency: str = "EUR"
    guest_email: str = ""
    """The address of the customer that stands for guests there: never anybody's."""


def taking_in(till: Till, wanted: OnlineStoreSettings) -> TakingIn:
    """As till and settings say."""
    return TakingIn(
        stores=tuple(till.online_stores), members=wanted.members, country=till.country,
        language=till.language, card_prefix=till.card_prefix, currency=till.currency,
        guest_email=wanted.guest_email,
    )  # fmt: skip
