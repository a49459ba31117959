"""Whose money comes back: what points had paid stays points, the rest goes back as it came."""

from collections.abc import Sequence

from terminal.sales import SaleLine, TenderKind
from terminal.services.models import ReturnOffer
from terminal.services.returning import cash_share


def by_points(sold: Sequence[tuple[SaleLine, int]], taken_off: int) -> int:
    """The part of what was taken off that points had paid; all of it where nothing else did."""
    if all(line.discount == line.points_paid for line, _ in sold):
        return taken_off if any(line.points_paid for line, _ in sold) else 0
    return min(sum(line.points_paid * n // line.quantity for line, n in sold), taken_off)


def ways_back(offer: ReturnOffer) -> dict[TenderKind, int]:
    """How the money goes back: to the bank card until it has all that it paid, then in cash."""
    before = sum(back.money_back for back in offer.earlier)
    then, now = cash_share(offer.sale, before), cash_share(offer.sale, before + offer.money)
    shares = {kind: amount - then.get(kind, 0) for kind, amount in now.items()}
    return {kind: amount for kind, amount in shares.items() if amount}
