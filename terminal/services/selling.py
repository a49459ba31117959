"""Booking a sale: everything that one transaction holds when the cashier has decided.

All here works in the caller's unit of work. What is booked is the quote computed once more from
what the books say now; what can be refused is refused before anything is written.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.errors import EmptyBasket, OfferRefused
from terminal.ids import EntryId, MemberId, NewId, SaleId, StaffId
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.accrual import credits, money_of
from terminal.programs.calendar import local_day
from terminal.programs.effects import Donate
from terminal.programs.facts import Chosen, Occasion, Presented, Uses
from terminal.programs.lapsing import kept_until
from terminal.programs.wanted import wanted
from terminal.quoting import Quote, offers_of, quote, sold_lines
from terminal.sales import Applied, Basket, Sale, SaleLine, Tender, sale_lines, sale_ref, settle
from terminal.services.campaigning import Followed, Scene, after_purchase
from terminal.services.facts import zone_of
from terminal.services.models import MemberView, Till
from terminal.services.standing import after_booking, expire_lapsed, view_member
from terminal.services.vouchers import (
    Chance,
    issue_coupon,
    load_cards,
    pay_with_cards,
    present,
    use_coupons,
)
from terminal.vouchers import Voucher

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRequest:
    """What the cashier decided. ``id`` is made at that moment and makes the booking repeatable.

    ``points`` are those paid as money; ``rewards`` and ``coupons`` stand in the order asked for.
    """

    id: SaleId
    basket: Basket
    member_id: MemberId | None
    points: int
    tenders: tuple[Tender, ...]
    cashier_id: StaffId
    rewards: tuple[str, ...] = ()
    coupons: tuple[Presented, ...] = ()

    @property
    def chosen(self) -> Chosen:
        """What the member wants of this sale."""
        return Chosen(self.points, self.rewards, self.coupons)

    @property
    def ways(self) -> frozenset[str]:
        """The kinds of tenders."""
        return frozenset(tender.kind.value for tender in self.tenders)


@dataclass(slots=True)
class Booked:
    """A sale in the books, and all that came with it. ``view`` None: a guest; ``before`` is the
    member as it was before the sale."""

    sale: Sale
    entries: list[LedgerEntry]
    view: MemberView | None
    followed: Followed
    cards: list[Voucher]
    before: MemberView | None = None


class Booking:
    """One sale on its way into the books; made for one unit of work and used once."""

    def __init__(
        self, uow: UnitOfWork, till: Till, request: SaleRequest, now: datetime, new_id: NewId
    ) -> None:
        self._uow = uow
        self._till = till
        self._request = request
        self._now = now
        self._new_id = new_id
        self._chance = chance_of(new_id)

    def book(self) -> Booked:
        """Write it all. Raises what can be refused, before anything is written."""
        uow, request, now = self._uow, self._request, self._now
        if not request.basket.lines:
            raise EmptyBasket
        before = view = self._fresh(request.member_id)
        program = view.program if view else uow.programs.at(now)
        quoted = self._quote(view, program)
        sale = self._sale(quoted)
        uow.sales.put(sale)
        pay_with_cards(uow, sale)
        followed = Followed()
        entries: list[LedgerEntry] = []
        if program is not None:
            use_coupons(uow, program, sale)
            self._issue(program, sale, quoted, followed)
        if view is not None:
            entries = self._entries(sale, quoted, view)
            uow.ledger.append(entries)
        if program is not None:
            self._count(program, sale, entries)
        cards = load_cards(uow, sale, self._chance)
        if view is not None:
            self._follow(sale, view, followed)
            view = after_booking(uow, view, now)
        return Booked(sale, [*entries, *followed.entries], view, followed, cards, before)

    def _fresh(self, member_id: MemberId | None) -> MemberView | None:
        if member_id is None:
            return None
        expire_lapsed(self._uow, member_id, self._till.code, self._now)
        return view_member(self._uow, member_id, self._now)

    def _quote(self, view: MemberView | None, program: Program | None) -> Quote:
        """The same numbers as on the screen, from what the books say now.

        Raises OfferRefused for a coupon or reward that is good no longer.
        """
        request = self._request
        if program is not None:
            for shown in request.coupons:
                present(self._uow, program, shown.code, request.member_id, self._now)
        quoted = quote(
            request.basket,
            program,
            view.account if view else None,
            view.facts if view else None,
            request.chosen,
            occasion_of(program, self._now, request.ways),
            budgets=guest_budgets(self._uow, program) if view is None else {},
        )
        for refused in quoted.refused:
            raise OfferRefused(code=refused.code, why=refused.why, **dict(refused.details))
        return quoted

    def _sale(self, quoted: Quote) -> Sale:
        request, till = self._request, self._till
        rounding, change = settle(quoted.net, quoted.currency, request.tenders)
        seq = self._uow.next_seq(till.code)
        return Sale(
            id=request.id, ref=sale_ref(till.code, seq), till=till.code, seq=seq,
            cashier_id=request.cashier_id, member_id=request.member_id, currency=quoted.currency,
            lines=self._named(quoted), points_redeemed=quoted.points,
            redeemed_value=quoted.redeemed_value, rounding=rounding, tenders=request.tenders,
            change=change, sold_at=self._now, offers=offers_of(quoted, request.chosen),
        )  # fmt: skip

    def _named(self, quoted: Quote) -> tuple[SaleLine, ...]:
        """The lines; what is handed over and was not scanned gets the name it is sold by."""
        priced = quoted.priced
        lines = sold_lines(priced) if priced else sale_lines(self._request.basket, 0)
        return tuple(self._name(line) if line.free else line for line in lines)

    def _name(self, line: SaleLine) -> SaleLine:
        product = self._uow.products.by_code(line.sku)
        if product is None:
            return line
        goods = replace(product.goods, fixed=0)
        return replace(line, name=product.name, detail=product.detail, goods=goods)

    # -- points ------------------------------------------------------------------------------

    def _entries(self, sale: Sale, quoted: Quote, view: MemberView) -> list[LedgerEntry]:
        """Redeemed first, earned after: what is earned on a sale never pays for it."""
        program = view.program
        keeps = kept_until(program, self._now)
        entries = [
            self._entry(
                sale, view, kind, -points, parts=(part,), basis=basis, rate=rate, keeps_until=keeps
            )
            for kind, points, part, basis, rate in _spent(sale, program)
        ]
        accrual = quoted.accrual
        if accrual is None:
            return entries
        occasion = occasion_of(program, self._now, self._request.ways)
        for credit in credits(accrual, program, occasion):
            entries.append(
                self._entry(
                    sale, view, EntryKind.EARN, credit.points, parts=credit.parts,
                    basis=accrual.basis, rate=accrual.rate, usable_at=credit.usable_at,
                    lapses_at=credit.lapses_at, held=credit.held, keeps_until=credit.keeps_until,
                    qualifying=credit.qualifying,
                )
            )  # fmt: skip
        return entries

    def _entry(
        self, sale: Sale, view: MemberView, kind: EntryKind, points: int, **more: object
    ) -> LedgerEntry:
        return LedgerEntry(
            id=EntryId(self._new_id()), member_id=view.member.id, kind=kind, points=points,
            decided_at=sale.sold_at, till=sale.till, seq=self._uow.next_seq(sale.till),
            cashier_id=sale.cashier_id, program=view.program.code,
            program_version=view.program.version, currency=sale.currency, source_id=sale.id,
            **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def _follow(self, sale: Sale, view: MemberView, followed: Followed) -> None:
        program = view.program
        if program.challenges or program.milestones or program.thresholds:
            scene = Scene(
                uow=self._uow, program=program, till=sale.till, now=self._now,
                chance=self._chance, cashier_id=sale.cashier_id,
            )  # fmt: skip
            before = view.account.lifetime_earned
            after_purchase(scene, view.member.id, view.facts, sale.id, before, followed)

    # -- offers ------------------------------------------------------------------------------

    def _issue(self, program: Program, sale: Sale, quoted: Quote, followed: Followed) -> None:
        """The coupons that this sale gives for the next one."""
        for kind in quoted.priced.coupons if quoted.priced else ():
            followed.coupons.append(
                issue_coupon(
                    self._uow, program, kind, sale.member_id, sale.id, self._now, self._chance
                )
            )

    def _count(self, program: Program, sale: Sale, entries: Sequence[LedgerEntry]) -> None:
        """Write down each use of a rule that has limits, dates or an audience."""
        recorded = wanted(program).recorded
        if not recorded:
            return
        day = local_day(sale.sold_at, zone_of(program)).isoformat()
        for rule, points, money in uses_of(sale, entries):
            if rule in recorded:
                self._uow.uses.add(rule, sale.member_id, day, 1, points, money)


def chance_of(new_id: NewId) -> Chance:
    """Fresh random bits: the 62 that end a new id."""
    return lambda: uuid.UUID(new_id()).int & ((1 << 62) - 1)


def uses_of(sale: Sale, entries: Sequence[LedgerEntry]) -> list[tuple[str, int, int]]:
    """(rule, points, minor units) of each rule and offer that gave something in a sale."""
    uses = [
        (part.rule, part.points, money_of(part))
        for entry in entries
        if entry.kind is EntryKind.EARN
        for part in entry.parts
    ]
    uses += [(o.code, o.points, o.amount) for o in sale.offers if o.kind in ("promotion", "reward")]
    return uses


def occasion_of(
    program: Program | None, now: datetime, ways: frozenset[str] = frozenset()
) -> Occasion:
    """This moment at the counter."""
    return Occasion(now, zone_of(program) if program else _UTC, "shop", ways)


def guest_budgets(uow: UnitOfWork, program: Program | None) -> dict[str, Uses]:
    """What everybody together has used of the offers that have a budget."""
    asked = wanted(program).budgets if program else ()
    return uow.uses.totals(asked) if asked else {}


def _spent(sale: Sale, program: Program) -> list[tuple[EntryKind, int, Part, int | None, str]]:
    """(kind, points, part, basis, rate) of everything that points paid in a sale."""
    spent: list[tuple[EntryKind, int, Part, int | None, str]] = []
    for offer in sale.offers:
        if not offer.points:
            continue
        weights = _weights(offer, sale.lines)
        if offer.kind == "points" and program.redemption is not None:
            rate = f"{program.redemption.block}/{program.redemption.value}"
            part = Part("points", -offer.points, offer.amount, rate, weights)
            spent.append((EntryKind.REDEEM, offer.points, part, offer.amount, rate))
        else:
            kind = EntryKind.DONATE if _donates(program, offer.code) else EntryKind.REDEEM
            part = Part(f"reward:{offer.code}", -offer.points, offer.amount, "", weights)
            spent.append((kind, offer.points, part, offer.amount, ""))
    return spent


def _weights(offer: Applied, lines: Sequence[SaleLine]) -> tuple[int, ...]:
    """How an offer's cost stands on the lines: by what it took off, or on what it put on top."""
    weights = (*offer.lines, *(0,) * (len(lines) - len(offer.lines)))
    if not any(weights):
        weights = tuple(line.free if line.sku == offer.gives else 0 for line in lines)
    return weights if any(weights) else ()


def _donates(program: Program, code: str) -> bool:
    given = (reward.gives for reward in program.rewards if reward.code == code)
    return isinstance(next(given, None), Donate)


__all__ = [
    "Booked", "Booking", "SaleRequest", "chance_of", "guest_budgets", "occasion_of", "uses_of",
]  # fmt: skip
