"""One shop a test with a key of its own, and paper that needs no Qt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from terminal.services.issuing import IssuingService, OwnCard, signer_of
from terminal.settings import SlipSettings, WalletSettings
from terminal.slips import Slip
from terminal.wallet.card import PhoneCard
from tests.shop import Shop, open_shop


class Drawer:
    """Keeps secrets as long as a test lasts."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, secret: str) -> None:
        self.kept[name] = secret


class PlainPaper:
    """Says in plain bytes what it was asked to set."""

    def card_sheets(
        self, cards: Sequence[OwnCard], shop: str, language: str, paper: str, logo: bytes
    ) -> bytes:
        lines = [f"{card.number} {card.code}" for card in cards]
        return "\n".join([f"{shop} {language} {paper} {len(logo)}", *lines]).encode()

    def phone_picture(self, card: PhoneCard, logo: bytes) -> bytes:
        return f"picture {card.number} {len(logo)}".encode()

    def pass_pictures(self, shop: str, logo: bytes) -> dict[str, bytes]:
        return {"icon.png": f"icon {shop} {len(logo)}".encode()}

    def slip_picture(self, slip: Slip, logo: bytes) -> bytes:
        return f"picture {slip.id} {len(logo)}".encode()

    def slip_document(self, slip: Slip, logo: bytes) -> bytes:
        return f"document {slip.id} {len(logo)}".encode()


@dataclass
class Desk:
    """The shop, what it issues with, and how."""

    shop: Shop
    secrets: Drawer = field(default_factory=Drawer)
    papers: PlainPaper = field(default_factory=PlainPaper)

    def issuing(
        self, slips: SlipSettings | None = None, wallet: WalletSettings | None = None
    ) -> IssuingService:
        return IssuingService(
            self.shop.database, self.shop.till, signer_of(self.secrets),
            slips=slips or SlipSettings(), wallet=wallet or WalletSettings(),
            link=self.shop.services.enrolment.link_card, clock=self.shop.clock,
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    shop = open_shop(tmp_path / "till.db")
    yield Desk(shop)
    shop.database.close()
