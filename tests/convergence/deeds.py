"""What people do at tills and in the online store; what is refused is refused.

Each deed decides by its own step's chance, so that leaving out other steps changes it little.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

from terminal import demo
from terminal.cards import CardState, own_card
from terminal.db.values import micros
from terminal.errors import TerminalError
from terminal.ids import CardNumber, MemberId, SaleId
from terminal.members import Purpose
from terminal.online import OnlineOrder
from terminal.outbox import MessageKind
from terminal.programs.facts import Presented
from terminal.sales import Basket, Goods, Product, Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.messages import tell_coupons, tell_store
from terminal.services.models import MemberView, SignedIn
from terminal.services.vouchers import issue_coupon
from terminal.services.whose import is_erased
from terminal.shares import ReturnLine
from terminal.staff import Role
from terminal.vouchers import Voucher
from tests.convergence.programme import programme
from tests.convergence.world import TillSim, World

CASHIER = "cashier"
BOSS = SignedIn("manager", "Anna", Role.MANAGER)
PRODUCTS = {p.sku: p for p in demo.demo_products("en", "EUR")}
SKUS = ("OIL-500", "HON-450", "COF-250")
GIFT = Product("GIFT-20", "Gift card", 2_000, "EUR", goods=Goods(kind="gift_card"))


class Said(NamedTuple):
    """An answer. ``key``: the consent that was written down at a till; none of one given online."""

    member_id: MemberId
    yes: bool
    key: str = ""


@dataclass
class People:
    """Who does what, and what is remembered of it to be looked for at the end."""

    world: World
    members: list[MemberId] = field(default_factory=list)
    earned: dict[str, int] = field(default_factory=dict)
    """By sale: points it earned when it was booked."""
    spent_offline: int = 0
    answers: list[Said] = field(default_factory=list)
    """About e-mails, in true order, in the shop and online."""
    doubtful: tuple[MemberId, bool] | None = None
    erased: set[MemberId] = field(default_factory=set)
    versions: int = 1
    rates: list[int] = field(default_factory=lambda: [1])
    serial: int = 0
    stem: str = ""
    first_card: int = 0
    """Of several worlds that share one online store, each has e-mails and cards of its own."""

    # -- helpers -----------------------------------------------------------------------------------

    def member(self, chance: random.Random) -> MemberId:
        """Anybody."""
        if not self.members:
            raise TerminalError
        return chance.choice(self.members)

    def email(self, number: int) -> str:
        """Somebody's."""
        return f"{self.stem}example{number}@example.com"

    def a_card(self, number: int) -> CardNumber:
        """One of this world's."""
        return own_card("2950", self.first_card + number)

    def customer(self, chance: random.Random) -> str:
        """Anybody there."""
        if not self.world.shop.customers:
            raise TerminalError
        return chance.choice(sorted(self.world.shop.customers))

    # -- at a till ---------------------------------------------------------------------------------

    def enrol(self, till: TillSim, chance: random.Random) -> None:
        """Somebody new; now and then somebody whom another till knows already."""
        self.serial += 1
        number = self.serial
        same = chance.random() < 0.15 and self.serial > 1
        email = "" if chance.random() < 0.15 else self.email(number - same)
        form = EnrolmentForm(
            card=self.a_card(number), given_name=f"Example {number}", email=email,
            phone=f"+30690000{number:04}" if chance.random() < 0.3 else "",
            answers=(
                Answer(Purpose.PROGRAMME, True, "May we?", "en"),
                Answer(Purpose.EMAIL, chance.random() < 0.7, "May we write?", "en"),
            ),
        )  # fmt: skip
        view = till.services.enrolment.enrol(form, CASHIER)
        self.members.append(view.member.id)
        self._said(till, view.member.id, yes=form.answers[1].granted)

    def sell(self, till: TillSim, chance: random.Random) -> None:
        """A purchase of one to four things, points spent where there are some."""
        member_id = self.member(chance) if chance.random() < 0.85 else None
        counter = till.services.counter
        counter.products()
        view = counter.member(member_id) if member_id else None
        basket = self._basket(chance.choices(SKUS, k=chance.randint(1, 4)))
        points = 0
        if view is not None and chance.random() < 0.4:
            offer = counter.quote(basket, view).offer
            most = offer.most if offer else 0
            points = min(most, 100 * chance.randint(1, 3)) // 100 * 100
        coupons = ()
        if view is not None and chance.random() < 0.3:
            mine = [v for v in self._coupons(till, view.member.id) if v.uses_left]
            if mine:
                coupons = (counter.present(mine[0].code, view),)
        before = self.world.weather.count["offline grant"]
        self._buy(till, basket, view, points=points, coupons=coupons)
        if self.world.weather.count["offline grant"] > before:
            self.spent_offline += points

    def _basket(self, skus: Iterable[str]) -> Basket:
        basket = Basket("EUR")
        for sku in skus:
            basket = basket.add(PRODUCTS[sku])
        return basket

    def _buy(
        self, till: TillSim, basket: Basket, view: MemberView | None, *, points: int = 0,
        coupons: tuple[Presented, ...] = (), paid: tuple[Tender, ...] = (),
    ) -> None:  # fmt: skip
        """Booked, with the rest of what is due on the bank card."""
        counter = till.services.counter
        due = counter.quote(basket, view, points, (), coupons).net - sum(t.amount for t in paid)
        rest = (Tender(TenderKind.CARD, due),) if due else ()
        done = counter.sell(
            SaleRequest(
                id=SaleId(till.new_id()), basket=basket, points=points, cashier_id=CASHIER,
                member_id=view.member.id if view else None, tenders=(*paid, *rest),
                coupons=coupons,
            )
        )  # fmt: skip
        mine = [e for e in done.entries if e.source_id == done.sale.id]
        self.earned[done.sale.id] = sum(e.points for e in mine if e.kind.value == "earn")

    def gift(self, till: TillSim, chance: random.Random) -> None:
        """Somebody buys a gift card or two."""
        counter = till.services.counter
        counter.products()
        view = counter.member(self.member(chance)) if chance.random() < 0.5 else None
        basket = Basket("EUR")
        for _ in range(chance.randint(1, 2)):
            basket = basket.add(GIFT)
        self._buy(till, basket, view)

    def pay_gift(self, till: TillSim, chance: random.Random) -> None:
        """A gift card pays a purchase, or a part of it: any that this till has heard of."""
        codes = till.rows("SELECT code FROM vouchers WHERE kind = 'gift_card' ORDER BY code")
        if not codes:
            raise TerminalError
        counter, code = till.services.counter, chance.choice(codes)[0]
        counter.products()
        view = counter.member(self.member(chance)) if chance.random() < 0.6 else None
        basket = self._basket(chance.choices(SKUS, k=chance.randint(1, 3)))
        there, due = counter.card_value(code)[1], counter.quote(basket, view).net
        amount = min(there, due) if chance.random() < 0.8 else min(there, due) // 2
        if not amount:
            raise TerminalError
        self._buy(till, basket, view, paid=(Tender(TenderKind.GIFT_CARD, amount, code),))

    def _coupons(self, till: TillSim, member_id: MemberId) -> list[Voucher]:
        codes = till.rows(
            "SELECT code FROM vouchers WHERE owner = ? AND coupon = 'five' ORDER BY code", member_id
        )
        with till.database.read() as uow:
            found = [uow.vouchers.get(code) for (code,) in codes]
        return [one for one in found if one is not None]

    def take_back(self, till: TillSim, chance: random.Random) -> None:
        """A whole purchase, or a piece of it, at any till that knows of it."""
        refs = till.rows("SELECT ref FROM sales ORDER BY id")
        if not refs:
            raise TerminalError
        lines = (ReturnLine(0, 1),) if chance.random() < 0.5 else ()
        till.services.counter.take_back(chance.choice(refs)[0], "broken", CASHIER, lines)

    def edit(self, till: TillSim, chance: random.Random) -> None:
        """A field of somebody's profile, told to the online store."""
        name = chance.choice(("phone", "town", "given_name", "birthday", "family_name"))
        value = {
            "phone": f"+30691{chance.randint(0, 9999999):07}",
            "birthday": f"{chance.randint(1, 12):02}-10",
        }.get(name, f"Example {chance.randint(100, 999)}")
        with till.books.write() as uow:
            member = uow.members.get(self.member(chance))
            if member is None or is_erased(uow, member.id):
                raise TerminalError
            uow.members.put(replace(member, **{name: value}, updated_at=till.clock()))
            tell_store(
                uow, till.services.till, MessageKind.MEMBER, member.id, member.id, till.clock(),
                till.new_id,
            )  # fmt: skip
            uow.commit()

    def answer(self, till: TillSim, chance: random.Random) -> None:
        """Whether the shop may write e-mails; mostly no longer."""
        member_id, yes = self.member(chance), chance.random() < 0.3
        asked = Answer(Purpose.EMAIL, yes, "May we write?", "en")
        self.doubtful = (member_id, yes)
        try:
            till.services.enrolment.record_answer(member_id, asked, CASHIER)
        except TerminalError:
            self.doubtful = None  # nothing was said after all
            raise
        self._said(till, member_id, yes=yes)
        self.doubtful = None

    def _said(self, till: TillSim, member_id: MemberId, *, yes: bool) -> None:
        """Remember an answer, if it was written down."""
        for (key,) in till.rows(
            "SELECT id FROM consents WHERE purpose = 'email' AND granted = ? AND recorded_at = ?"
            " AND till = ?", int(yes), micros(till.clock()), till.code,
        )[:1]:  # fmt: skip
            self.answers.append(Said(member_id, yes, key))

    def look_for_answer(self, till: TillSim) -> None:
        """Whether what somebody said just before the power went was written down."""
        said, self.doubtful = self.doubtful, None
        if said is not None:
            self._said(till, said[0], yes=said[1])

    def unsaid(self, lost: set[str]) -> None:
        """Answers that nobody was told of went with their disk."""
        self.answers = [said for said in self.answers if said.key not in lost]

    def card(self, till: TillSim, chance: random.Random) -> None:
        """A lost card is blocked and another one given."""
        member_id = self.member(chance)
        if chance.random() < 0.5:
            with till.books.write() as uow:
                for card in uow.members.cards(member_id)[:1]:
                    uow.members.put_card(replace(card, state=CardState.BLOCKED))
                uow.commit()
        self.serial += 1
        till.services.enrolment.link_card(self.a_card(self.serial), member_id)

    def correct(self, till: TillSim, chance: random.Random) -> None:
        """The manager gives or takes points."""
        points = chance.choice((-200, -50, 100, 300))
        till.services.office.adjust(self.member(chance), points, "because", BOSS)

    def level(self, till: TillSim, chance: random.Random) -> None:
        """The manager gives somebody a level, for good or for a while."""
        days = chance.choice((0, 0, 3, 20, 60))
        until = till.clock() + timedelta(days=days) if days else None
        tier = chance.choice(("bronze", "gold", "house", "house"))
        till.services.office.grant_tier(self.member(chance), tier, until, "because", BOSS)

    def coupon(self, till: TillSim, chance: random.Random) -> None:
        """Somebody is given a coupon that the web shop knows too."""
        member_id, now = self.member(chance), till.clock()
        with till.books.write() as uow:
            program = uow.programs.at(now)
            if program is None or uow.members.get(member_id) is None:
                raise TerminalError
            voucher = issue_coupon(
                uow, program, "five", member_id, till.new_id(), now,
                lambda: self.world.bits(60),
            )  # fmt: skip
            tell_coupons(uow, till.services.till, [voucher.code], now, till.new_id)
            uow.commit()

    def merge(self, till: TillSim, chance: random.Random) -> None:
        """Two records were one person."""
        till.merging.merge(self.member(chance), self.member(chance), CASHIER)

    def erase(self, till: TillSim, chance: random.Random) -> None:
        """Somebody wants to be forgotten."""
        member_id = self.member(chance)
        till.erasing.erase(member_id, CASHIER)
        self.erased.add(member_id)

    def publish(self, till: TillSim, chance: random.Random) -> None:
        """A new version of the programme, at this till."""
        points = chance.randint(1, 3)
        self.rates.append(points)
        with till.books.write() as uow:
            known = uow.programs.at(till.clock())
            self.versions = max(self.versions, known.version if known else 0) + 1
            uow.programs.put(
                programme(self.versions, points, effective_from=till.clock() + timedelta(minutes=1))
            )
            uow.commit()

    # -- in the online store -----------------------------------------------------------------------

    def past(self, count: int, chance: random.Random) -> None:
        """So many bought there before anybody here knew the store; some will be members here."""
        shop = self.world.shop
        for number in range(1, count + 1):
            name = f"Web {number}"
            customer = shop.registers(self.email(number), given_name=name)
            for _ in range(chance.randint(0, 2)):
                order = shop.orders_online(customer.id, chance.randint(5, 60) * 100)
                if chance.random() < 0.3:
                    shop.refunds(order, order.goods // 2)

    def registers(self, till: TillSim, chance: random.Random) -> None:
        """Somebody opens an account, perhaps a member."""
        email = self.email(chance.randint(1, self.serial + 2))
        if any(c.email == email for c in self.world.shop.customers.values()):
            raise TerminalError
        self.world.shop.registers(email, given_name=f"Web {chance.randint(1, 99)}")

    def edits(self, till: TillSim, chance: random.Random) -> None:
        """Somebody changes their profile there."""
        name = chance.choice(("phone", "given_name", "family_name"))
        value = (
            f"+30692{chance.randint(0, 9999999):07}"
            if name == "phone"
            else f"Web {chance.randint(100, 999)}"
        )
        self.world.shop.edits(self.customer(chance), **{name: value})

    def unsubscribes(self, till: TillSim, chance: random.Random) -> None:
        """Somebody wants no more e-mails, and says so there."""
        customer = self.customer(chance)
        if self.world.shop.customers[customer].marketing is False:
            raise TerminalError  # there is nothing to take back
        self.world.shop.edits(customer, marketing=False)
        link = till.rows(
            "SELECT local_id FROM remote_links WHERE kind = 'member' AND remote_id = ?", customer
        )
        if link:
            self.answers.append(Said(MemberId(link[0][0]), False))

    def orders(self, till: TillSim, chance: random.Random) -> None:
        """Somebody buys online, perhaps with a coupon of ours."""
        shop, goods = self.world.shop, chance.randint(5, 60) * 100
        coupons: tuple[str, ...] = ()
        customer = self.customer(chance) if shop.customers else ""
        if not customer or chance.random() < 0.2:  # a guest's order, under an address
            email = self.email(chance.randint(1, self.serial + 1))
            shop.orders_online("", goods, email=email)
            return
        mine = [
            c for c in shop.coupons.values()
            if c.email and c.email == shop.customers[customer].email and c.uses > 0
        ]  # fmt: skip
        if mine and chance.random() < 0.5:
            coupons = (mine[0].code,)
            shop.coupons[mine[0].code] = replace(mine[0], uses=mine[0].uses - 1)
        shop.orders_online(customer, goods, coupons=coupons)

    def refunds(self, till: TillSim, chance: random.Random) -> None:
        """A part of an online order is paid back."""
        order = self._order(chance)
        left = order.goods - sum(r.goods for r in order.refunds)
        if order.cancelled or left < 200:
            raise TerminalError
        self.world.shop.refunds(order, left // 2)

    def cancels(self, till: TillSim, chance: random.Random) -> None:
        """An online order is thrown away."""
        order = self._order(chance)
        if order.cancelled or order.refunds:
            raise TerminalError
        self.world.shop.cancels(order)

    def _order(self, chance: random.Random) -> OnlineOrder:
        feed = self.world.shop.feed
        if not feed:
            raise TerminalError
        return self.world.shop.newest(chance.choice(feed))  # type: ignore[no-any-return]
