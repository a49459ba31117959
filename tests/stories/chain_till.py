"""A till of a chain: it joins the hub by its code, and talks to the online store."""

from __future__ import annotations

from pathlib import Path

import main
from terminal.ids import MemberId, SaleId
from terminal.sales import Basket, Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.settings import load
from terminal.settings_file import change
from tests.stores import VendureStore
from tests.stories.open_till import with_store


class At:
    """One till of the chain, without a window."""

    def __init__(self, code: str, folder: Path, store: VendureStore, owner: str) -> None:
        self.folder = folder
        folder.mkdir()
        file = folder / "settings.toml"
        file.write_text(f'[till]\ncode = "{code}"\n', "utf-8")
        note = folder / "code"
        assert main.main(["hub", "--owner", owner, "invite", code, "--out", str(note)]) == 0
        join = ["hub", "join", "--data", str(folder), "--code-file", str(note)]
        assert main.main(join) == 0
        wanted = with_store(store, folder, store.admin_api)
        change(
            file,
            {
                ("online_store", "kind"): "vendure",
                ("online_store", "url"): wanted.url,
                ("online_store", "username"): wanted.username,
            },
        )
        self.open()

    def open(self) -> None:
        self.backend = main.Backend(self.folder, load(self.folder / "settings.toml"))
        self.services = self.backend.open()
        self.crew = self.backend.room.build()

    def close(self) -> None:
        self.backend.close()

    def sync(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            status = self.crew.run_once()
            assert (status.state, status.blocked) == ("online", 0), status

    def sell(self, member_id: MemberId, sku: str, pieces: int = 1, *, points: int = 0) -> int:
        """The total paid; the sale's points are in the books."""
        counter = self.services.counter
        [product] = [p for p in counter.products() if p.sku == sku]
        basket = Basket("EUR")
        for _ in range(pieces):
            basket = basket.add(product)
        due = counter.quote(basket, counter.member(member_id), points, (), ()).net
        request = SaleRequest(
            id=SaleId(main.new_id()), basket=basket, points=points, cashier_id="cashier",
            member_id=member_id, tenders=(Tender(TenderKind.CARD, due),),
        )  # fmt: skip
        counter.sell(request)
        return due

    def balance(self, member_id: MemberId) -> int:
        return self.services.counter.member(member_id).account.balance

    def waiting(self) -> int:
        return self.services.online.counts().waiting
