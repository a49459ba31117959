"""The web shop of the tour: a real Vendure store, its owner and one of its customers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terminal.ids import MemberId
from terminal.members import Member
from tests.stores import Admin, Shopper, VendureStore


class WebShop:
    """Opens with the tour and closes with it."""

    def __init__(self, folder: Path, currency: str, factor: int) -> None:
        self.store = VendureStore(folder, currency=currency, price_factor=str(factor))
        self.store.start()
        self._owner = Admin(self.store)
        self._shopper: Shopper | None = None

    def close(self) -> None:
        """Shut the shop."""
        self._owner.close()
        if self._shopper is not None:
            self._shopper.close()
        self.store.stop()

    def register(self, member: Member) -> None:
        """The person makes an account, as people do online."""
        self._shopper = Shopper(self.store).register(
            member.email, first_name=member.given_name, last_name=member.family_name
        )

    def buy(self, goods: dict[str, int]) -> str:
        """The person orders and pays; answers the order's code."""
        assert self._shopper is not None
        return self._shopper.buy(goods).code

    def order_of(self, sale_id: str) -> dict[str, Any]:
        """The one order of a till sale."""
        found = self._owner.ask(
            "query($id: String!) { orders(options: {filter: {posSaleId: {eq: $id}}}) {"
            " totalItems items { code state totalWithTax } } }",
            id=sale_id,
        )["orders"]
        assert found["totalItems"] == 1, f"{found['totalItems']} orders for one sale"
        order: dict[str, Any] = found["items"][0]
        return order

    def balance(self, member_id: MemberId, story: Any) -> int:
        """The points the web shop shows the person."""
        with story.backend.database.read() as uow:
            link = uow.sync.link("vendure", "member", member_id)
        assert link is not None, "the web shop does not know the member"
        found = self._owner.ask(
            "query($id: ID!) { customer(id: $id) { customFields { loyaltyPoints } } }",
            id=link.remote_id,
        )
        return int(found["customer"]["customFields"]["loyaltyPoints"])
