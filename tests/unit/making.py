"""Small makers that the unit tests share: an entry, a programme, a product in one line."""

from datetime import UTC, datetime, timedelta

from terminal.ids import EntryId, MemberId, TillCode
from terminal.ledger import EntryKind, LedgerEntry
from terminal.programs import Program, Redemption, Tier, per_money
from terminal.sales import Product

START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def entry(n: int, points: int, *, kind=EntryKind.ADJUST, expires=None, usable=None, **more):
    """The n-th entry of a story, an hour after the one before; days for expiry and start."""
    at = START + timedelta(hours=n)
    return LedgerEntry(
        id=EntryId(more.pop("id", f"e{n:03}")),
        member_id=MemberId("m"),
        kind=kind,
        points=points,
        decided_at=more.pop("at", at),
        till=TillCode("T1"),
        seq=more.pop("seq", n),
        lapses_at=None if expires is None else START + timedelta(days=expires),
        usable_at=None if usable is None else START + timedelta(days=usable),
        **more,
    )


def program(**more) -> Program:
    """One point a euro, 100 points are a euro, bronze to gold."""
    return Program(
        **{
            "code": "Elia",
            "version": 3,
            "effective_from": START,
            "currency": "EUR",
            "rules": (per_money(1, 100),),
            "redemption": Redemption(block=100, value=100, minimum=200, cap_percent=50),
            "tiers": (Tier("bronze", 0), Tier("silver", 30_000, 120), Tier("gold", 100_000, 150)),
            **more,
        }
    )


def product(sku="OIL-500", price=980, **more) -> Product:
    """Something to sell."""
    return Product(sku, more.pop("name", sku), price, "EUR", **more)
