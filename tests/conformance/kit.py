"""What the checks share: a plain programme, what it earns, a story of entries. Amounts in cents."""

from datetime import UTC, datetime, timedelta

from terminal.ledger import EntryKind, LedgerEntry, replay
from terminal.programs.accrual import Accrual, accrue
from terminal.programs.calendar import zone
from terminal.programs.effects import MoneyOff, PerMoney
from terminal.programs.facts import NOTHING_CHOSEN, Chosen, Facts, Occasion, Presented
from terminal.programs.model import CouponKind, Program, Promotion, Reward, Rule, per_money
from terminal.programs.pricing import price
from terminal.quoting import sold_lines
from terminal.sales import BasketLine, Goods
from tests.unit.making import START, entry

ATHENS = zone("Europe/Athens")
NOON = Occasion(datetime(2026, 6, 3, 9, 0, tzinfo=UTC), ATHENS)
"""A Wednesday, twelve o'clock in Athens."""
MEMBER = Facts(tier="member", available=1_000)
REDEEM, EARN, EXPIRE = EntryKind.REDEEM, EntryKind.EARN, EntryKind.EXPIRE


def line(total: int, quantity: int = 1, sku: str = "A", **goods: object) -> BasketLine:
    """Pieces at a price each."""
    return BasketLine(sku, sku, total, quantity, goods=Goods(**goods))


def program(*parts: Rule | Promotion | Reward, **more: object) -> Program:
    """A programme of rules, promotions and rewards, with the kinds of coupons they ask for."""

    def of(kind: type) -> tuple:
        return tuple(part for part in parts if isinstance(part, kind))

    kinds = {part.needs.coupon for part in parts} - {None}
    return Program(
        **{
            "code": "Elia",
            "version": 1,
            "effective_from": datetime(2026, 1, 1, tzinfo=UTC),
            "currency": "EUR",
            "rules": of(Rule),
            "promotions": of(Promotion),
            "rewards": of(Reward),
            "coupons": tuple(CouponKind(code=kind) for kind in sorted(kinds)),
            **more,
        }
    )


ONE_A_EURO = per_money(1, 100)


def rule(points: int, per: int = 100, code: str = "accrual", *, full: bool = True, **more) -> Rule:
    """Points for money."""
    return Rule(code=code, gives=PerMoney(points, per, full), **more)


def off(gives: object, code: str = "p", **more: object) -> Promotion:
    """An automatic promotion for everybody."""
    return Promotion(code=code, gives=gives, guests=True, **more)


def reward(cost: int, gives: object = None, code: str = "r", **more: object) -> Reward:
    """A reward of the catalogue; a cent off, where it does not matter."""
    return Reward(code=code, gives=gives or MoneyOff(1), cost=cost, **more)


def shown(*kinds: str) -> Chosen:
    """Coupons presented, each with a code of its own."""
    return Chosen(coupons=tuple(Presented(f"{kind}-{n}", kind) for n, kind in enumerate(kinds, 1)))


def priced(of: Program, *lines: BasketLine, facts=MEMBER, chosen=NOTHING_CHOSEN, at=NOON):
    """What lines cost."""
    return price(of, lines, facts, chosen, at)


def earned(
    of: Program, *lines: BasketLine, facts=MEMBER, chosen=NOTHING_CHOSEN, at=NOON
) -> Accrual:
    """What the same lines earn, after everything that was taken off."""
    said = priced(of, *lines, facts=facts, chosen=chosen, at=at)
    return accrue(of, sold_lines(said), said.applied, facts, at, coupons=said.presented)


def balance(*points: int) -> int:
    """The balance after these movements, a day apart."""
    return replay(moves(*points)).account.balance


def moves(*points: int) -> list[LedgerEntry]:
    """Credits and debits, an hour apart."""
    return [
        entry(n, amount, kind=EARN if amount > 0 else REDEEM) for n, amount in enumerate(points)
    ]


def days(number: float) -> datetime:
    """So many days after the beginning of every story."""
    return START + timedelta(days=number)
