"""What a till sale looks like as lines of a Vendure order. Pure.

Vendure multiplies a unit price by a quantity; a till spreads the points' discount over lines to the
last minor unit. So a line whose total does not divide by its pieces becomes two, one minor unit
apart. The lines always add up to what was really paid, cash rounding included.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from terminal.sales import Sale, SaleLine


@dataclass(frozen=True, slots=True)
class Piece:
    """A line to be: ``quantity`` pieces at ``unit_price`` minor units each."""

    sku: str
    quantity: int
    unit_price: int

    @property
    def total(self) -> int:
        """Minor units."""
        return self.quantity * self.unit_price

    def lumped(self, open_sku: str) -> "Piece":
        """The same money as one open-price item, for goods the store can't take as they are."""
        return Piece(open_sku, 1, self.total)


def pieces_of(sale: Sale, open_sku: str) -> list[Piece]:
    """The order's lines; what cash rounding added or took is an open-price line of its own."""
    split = [piece for line in sale.lines for piece in _split(line)]
    if sale.rounding:
        split.append(Piece(open_sku, 1, sale.rounding))
    return _joined(split)


def known_only(pieces: Iterable[Piece], known: Iterable[str], open_sku: str) -> list[Piece]:
    """Goods that the store does not list are rung up as open-price items."""
    skus = set(known)
    return _joined(piece if piece.sku in skus else replace(piece, sku=open_sku) for piece in pieces)


def _split(line: SaleLine) -> list[Piece]:
    unit, dearer = divmod(line.paid, line.quantity)
    parts = (
        Piece(line.sku, line.quantity - dearer, unit),
        Piece(line.sku, dearer, unit + 1),
    )
    return [part for part in parts if part.quantity]


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Vendure joins lines of one variant and price anyway; joined here they cost one change."""
    joined: dict[tuple[str, int], Piece] = {}
    for piece in pieces:
        key = (piece.sku, piece.unit_price)
        before = joined[key].quantity if key in joined else 0
        joined[key] = replace(piece, quantity=before + piece.quantity)
    return list(joined.values())
