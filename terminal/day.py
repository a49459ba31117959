"""The end of a day in figures: what one till sold, took, gave and took back, and who did it.

Pure sums over the records of a local day; nothing is kept between days. Money in minor units by
currency: a shop that changed its money has a day with two.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from terminal.drawer import DrawerKick, KickReason
from terminal.entries import EntryKind, LedgerEntry
from terminal.ids import StaffId, TillCode
from terminal.returns import Return
from terminal.sales import Sale, TenderKind

_GIVEN = (EntryKind.EARN, EntryKind.BONUS)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a till, or one cashier at it, did.

    ``tenders``: (currency, kind of tender) to minor units, cash less change; what points paid is no
    tender. ``cards_sold`` are gift cards, which are in the ``takings`` too. ``back`` is money
    handed back by currency. Points by kind of entry, signed.
    """

    sales: int
    guests: int
    takings: Mapping[str, int]
    cards_sold: Mapping[str, int]
    tenders: Mapping[tuple[str, str], int]
    returns: int
    back: Mapping[str, int]
    points: Mapping[EntryKind, int]
    openings: int
    """How often the drawer was opened although nothing was sold or taken back."""

    @property
    def given(self) -> int:
        """Points earned and given."""
        return sum(self.points.get(kind, 0) for kind in _GIVEN)

    @property
    def used(self) -> int:
        """Points spent and donated, as a positive number."""
        return -sum(self.points.get(kind, 0) for kind in (EntryKind.REDEEM, EntryKind.DONATE))

    @property
    def taken(self) -> int:
        """Points taken back with goods, as a positive number."""
        return -self.points.get(EntryKind.CLAWBACK, 0)

    @property
    def restored(self) -> int:
        """Points given back with goods."""
        return self.points.get(EntryKind.ROLLBACK, 0)

    @property
    def expired(self) -> int:
        """Points that lapsed, as a positive number."""
        return -self.points.get(EntryKind.EXPIRE, 0)

    @property
    def corrected(self) -> int:
        """Points by hand, signed."""
        return self.points.get(EntryKind.ADJUST, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """A till's day. ``cashiers`` by name; ``waiting`` and ``unknown`` are slips as of ``as_of``.

    ``enrolments`` are the shop's: who joined stands under no till.
    """

    day: date
    till: TillCode
    as_of: datetime
    total: Sums
    cashiers: tuple[tuple[str, Sums], ...]
    enrolments: int
    waiting: int
    unknown: int


class DaySums:
    """Adds up records as they stream by; each counts for the till and for whoever did it."""

    def __init__(self, till: TillCode) -> None:
        self._till = till
        self._all = _Adding()
        self._of: defaultdict[StaffId, _Adding] = defaultdict(_Adding)

    def sold(self, sales: Iterable[Sale]) -> None:
        """Sales of the day; those of other tills are passed over."""
        for sale in sales:
            if sale.till == self._till:
                for adding in (self._all, self._of[sale.cashier_id]):
                    adding.sale(sale)

    def came_back(self, returns: Iterable[Return]) -> None:
        """Returns likewise."""
        for back in returns:
            if back.till == self._till:
                for adding in (self._all, self._of[back.cashier_id]):
                    adding.returns += 1
                    adding.back[back.currency] += back.money_back

    def moved(self, entries: Iterable[LedgerEntry]) -> None:
        """Entries of the ledger likewise; what nobody decided counts for the till alone."""
        for entry in entries:
            if entry.till == self._till:
                self._all.points[entry.kind] += entry.points
                if entry.cashier_id is not None:
                    self._of[entry.cashier_id].points[entry.kind] += entry.points

    def opened(self, kicks: Iterable[DrawerKick]) -> None:
        """Openings of the drawer without a reason in the books."""
        for kick in kicks:
            if kick.till == self._till and kick.reason in (KickReason.MANUAL, KickReason.TEST):
                self._all.openings += 1
                self._of[kick.staff_id].openings += 1

    @property
    def total(self) -> Sums:
        """The till's."""
        return self._all.sums()

    @property
    def staff(self) -> frozenset[StaffId]:
        """Everybody who did something."""
        return frozenset(self._of)

    def cashiers(self, names: Mapping[StaffId, str]) -> tuple[tuple[str, Sums], ...]:
        """Theirs, by name."""
        named = [(names.get(who, str(who)), adding.sums()) for who, adding in self._of.items()]
        return tuple(sorted(named, key=lambda one: one[0]))


class _Adding:
    """Sums under way."""

    def __init__(self) -> None:
        self.sales = self.guests = self.returns = self.openings = 0
        self.takings: Counter[str] = Counter()
        self.cards_sold: Counter[str] = Counter()
        self.tenders: Counter[tuple[str, str]] = Counter()
        self.back: Counter[str] = Counter()
        self.points: Counter[EntryKind] = Counter()

    def sale(self, sale: Sale) -> None:
        self.sales += 1
        self.guests += sale.member_id is None
        self.takings[sale.currency] += sale.paid
        cards = (line.paid for line in sale.lines if line.goods.kind == "gift_card")
        self.cards_sold[sale.currency] += sum(cards)
        for tender in sale.tenders:
            self.tenders[sale.currency, tender.kind.value] += tender.amount
        if sale.change:
            self.tenders[sale.currency, TenderKind.CASH.value] -= sale.change

    def sums(self) -> Sums:
        return Sums(
            self.sales, self.guests, dict(self.takings), dict(self.cards_sold),
            dict(self.tenders), self.returns, dict(self.back), dict(self.points), self.openings,
        )  # fmt: skip
