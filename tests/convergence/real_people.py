"""What people do in a real Vendure store: as shoppers over its Shop API, and as its staff.

What Vendure has no place for is not done there: it keeps no consent, so nobody unsubscribes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync.online_store import Customer
from terminal.errors import TerminalError
from tests.adapters.vendure_world import VendureWorld
from tests.adapters.world import CouponRefusedError, Placed
from tests.convergence.deeds import SKUS, People
from tests.convergence.real_shop import RealShop
from tests.convergence.world import TillSim
from tests.stores import RefusedByStoreError, Shopper

NOT_THERE = ("unsubscribes",)


@dataclass
class Bought:
    """An order, and what became of it."""

    order: Placed
    given_back: int = 0
    cancelled: bool = False


@dataclass
class RealPeople(People):
    """The same people, where the online store is real."""

    bought: list[Bought] = field(default_factory=list)
    refused: int = 0
    """How often the store would not."""

    @property
    def _shop(self) -> RealShop:
        return self.world.shop  # type: ignore[no-any-return]

    @property
    def _server(self) -> VendureWorld:
        return self._shop.server

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What the store refuses is refused."""
        try:
            yield
        except (RefusedByStoreError, CouponRefusedError) as refusal:
            self.refused += 1
            raise TerminalError from refusal

    def _somebody(self, chance: random.Random) -> Customer:
        known = self._shop.customers
        if not known:
            raise TerminalError
        return known[chance.choice(sorted(known, key=int))]

    def registers(self, till: TillSim, chance: random.Random) -> None:
        """An account, perhaps of somebody whom the store knows from a till."""
        email = self.email(chance.randint(1, self.serial + 2))
        if any(c.email == email and c.registered for c in self._shop.customers.values()):
            raise TerminalError
        with self._asking():
            self._server.new_customer(email, f"Web {chance.randint(1, 99)}", "Sample")

    def edits(self, till: TillSim, chance: random.Random) -> None:
        """A profile is changed there."""
        name = chance.choice(("phone", "given_name", "family_name"))
        value = f"Web {chance.randint(100, 999)}"
        if name == "phone":
            value = f"+30692{chance.randint(0, 9999999):07}"
        with self._asking():
            self._server.edit_customer(self._somebody(chance).id, **{name: value})

    def orders(self, till: TillSim, chance: random.Random) -> None:
        """A purchase: with an account, perhaps with a coupon of ours, or as a guest."""
        goods = {sku: chance.randint(1, 3) for sku in chance.sample(SKUS, chance.randint(1, 3))}
        known = self._shop.customers
        if not known or chance.random() < 0.2:
            email = self.email(chance.randint(1, self.serial + 1))
            who = next((c for c in known.values() if c.email == email), None)
        else:
            who = self._somebody(chance)
            email = who.email
        with self._asking():
            if who is None or not who.registered:
                self.bought.append(Bought(self._as_guest(goods, email)))
                return
            mine = self._codes(till, who.id) if chance.random() < 0.5 else []
            self.bought.append(Bought(self._server.place_order(goods, email, mine[:1])))

    def _codes(self, till: TillSim, customer: str) -> list[str]:
        """Coupons that were told to the store as this customer's."""
        return [
            code
            for (code,) in till.rows(
                "SELECT v.code FROM vouchers v JOIN remote_links m ON m.local_id = v.owner"
                " JOIN remote_links c ON c.local_id = v.code AND c.kind = 'coupon'"
                " WHERE m.kind = 'member' AND m.remote_id = ? ORDER BY v.code",
                customer,
            )
        ]

    def _as_guest(self, goods: dict[str, int], email: str) -> Placed:
        shopper = Shopper(self._server.server)
        try:
            for sku, quantity in goods.items():
                shopper.put_in(sku, quantity)
            shopper.ask(
                "mutation($i: CreateCustomerInput!) { setCustomerForOrder(input: $i) {"
                " __typename ... on ErrorResult { errorCode message } } }",
                i={"emailAddress": email, "firstName": "Web", "lastName": "Guest"},
            )
            shopper.set_address()
            shopper.set_shipping()
            return self._server.placed(shopper.pay().code)
        finally:
            shopper.close()

    def refunds(self, till: TillSim, chance: random.Random) -> None:
        """Half of what is left of an order is paid back."""
        one = self._one(chance)
        left = one.order.goods - one.given_back
        if one.cancelled or left < 200:
            raise TerminalError
        with self._asking():
            self._server.refund(one.order, left // 2)
        one.given_back += left // 2

    def cancels(self, till: TillSim, chance: random.Random) -> None:
        """An order is called off."""
        one = self._one(chance)
        if one.cancelled or one.given_back:
            raise TerminalError
        with self._asking():
            self._server.cancel(one.order)
        one.cancelled = True

    def _one(self, chance: random.Random) -> Bought:
        if not self.bought:
            raise TerminalError
        return chance.choice(self.bought)
