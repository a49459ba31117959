"""What the shop issues itself: numbers for printed cards, cards for phones, pages of slips.

Every code is signed with the shop's key, which is made at first need and kept with the secrets. A
number printed in advance belongs to nobody until it is scanned and given to somebody; which were
printed is in the books (the highest serial of each prefix, as sync keeps its cursors): it is saved
with them, and two sheets printed at the same moment can't hold the same number.
"""

import base64
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from terminal.cards import card_number, spread_card
from terminal.digital_slip import slip_page
from terminal.errors import (
    CardBlocked,
    CardsPrintedBefore,
    IssuerFileBroken,
    NoCardNumbers,
    NotSetUp,
    UnknownCard,
    UnknownSale,
)
from terminal.ids import CardNumber, Clock, MemberId
from terminal.logos import data_uri, logo_bytes
from terminal.members import Member
from terminal.ports import Database, UnitOfWork
from terminal.services.models import Till
from terminal.services.standing import view_member
from terminal.settings import SlipSettings, WalletSettings
from terminal.signing import Signer
from terminal.slips import Slip
from terminal.wallet.card import PhoneCard, card_page

KEY_NAME = "code-signing"
KEY_BYTES = 32
PRINTED = "printed-cards"
"""Under this name the books keep the highest serial of each prefix that was given out."""


class Keeps(Protocol):
    """Where secrets are; ``terminal.secrets.Secrets`` fits."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, secret: str) -> None: ...


def code_key(secrets: Keeps, chance: Callable[[int], bytes] = os.urandom) -> bytes:
    """The shop's key, made at first need. Raises IssuerFileBroken for what is none."""
    if not secrets.get(KEY_NAME):
        secrets.put(KEY_NAME, base64.b64encode(chance(KEY_BYTES)).decode("ascii"))
    # Read again: another process may have made one at the same moment, and the last one counts.
    return key_from(secrets.get(KEY_NAME) or "")


def key_from(text: str) -> bytes:
    """A key as it is written down. Raises IssuerFileBroken."""
    try:
        key = base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise IssuerFileBroken(path=KEY_NAME, why="not_key") from error
    if len(key) != KEY_BYTES:
        raise IssuerFileBroken(path=KEY_NAME, why="not_key")
    return key


def take_key(secrets: Keeps, text: str) -> None:
    """Use the key of the shop's other till, so that each reads what the other issued."""
    secrets.put(KEY_NAME, base64.b64encode(key_from(text)).decode("ascii"))


def signer_of(secrets: Keeps, *, at_once: bool = True) -> Signer:
    """What signs and opens the shop's codes; the key is fetched (or made) ``at_once``, or with the
    first code by whoever may never need one. Raises what ``code_key`` and the secrets raise."""
    return Signer(code_key(secrets) if at_once else lambda: code_key(secrets))


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A card to be printed: its number, the signed code for its QR, and how manieth it is.

    Numbers of serials that follow each other are far apart (``spread_card``): no slip of the hand
    makes one card another.
    """

    number: CardNumber
    code: str
    serial: int = 0


@dataclass(frozen=True, slots=True)
class DigitalSlip:
    """A slip as it can be seen without paper. ``url`` is "" where the shop has no place for it."""

    ref: str
    code: str
    url: str
    slip: Slip


class PaperMaker(Protocol):
    """Sets what is issued in type and codes; ``ui.paper`` does. ``logo`` is a picture's bytes."""

    def card_sheets(
        self, cards: Sequence[OwnCard], shop: str, language: str, paper: str, logo: bytes
    ) -> bytes: ...
    def phone_picture(self, card: PhoneCard, logo: bytes) -> bytes: ...
    def pass_pictures(self, shop: str, logo: bytes) -> dict[str, bytes]: ...
    def slip_picture(self, slip: Slip, logo: bytes) -> bytes: ...
    def slip_document(self, slip: Slip, logo: bytes) -> bytes: ...


class IssuingService:
    """Issues cards and slips; ``link`` gives a member a card (``EnrolmentService.link_card``)."""

    def __init__(
        self,
        database: Database,
        till: Till,
        signer: Signer,
        *,
        slips: SlipSettings,
        wallet: WalletSettings,
        link: Callable[[str, MemberId], object],
        clock: Clock,
    ) -> None:
        self._database = database
        self._till = till
        self._signer = signer
        self._links = replace(till.links, digital_url=slips.digital_url, signer=signer)
        self._slips = slips
        self._wallet = wallet
        self._link = link
        self._clock = clock

    # -- numbers -----------------------------------------------------------------------------

    def reserve(self, count: int, first: int | None = None) -> list[OwnCard]:
        """Numbers that nobody has and no sheet holds, from serial ``first`` on.

        Raises NotSetUp, NoCardNumbers, CardsPrintedBefore; then none is taken.
        """
        prefix = self._till.card_prefix
        if not prefix:
            raise NotSetUp(what="own_cards", missing="shop.card_prefix")
        with self._database.write() as uow:
            start = int(uow.sync.cursor(PRINTED, prefix) or 0) + 1
            if first is not None and first < start:
                raise CardsPrintedBefore(first=first, next=start)
            serials = self._free(uow, first or start, count)
            uow.sync.put_cursor(PRINTED, prefix, str(serials[-1]))
            uow.commit()
        return [self._own(serial) for serial in serials]

    def _free(self, uow: UnitOfWork, start: int, count: int) -> list[int]:
        end: int = 10 ** (12 - len(self._till.card_prefix))
        found: list[int] = []
        for serial in range(start, end):
            if uow.members.by_card(spread_card(self._till.card_prefix, serial)) is None:
                found.append(serial)
            if len(found) == count:
                return found
        raise NoCardNumbers(prefix=self._till.card_prefix, asked=count)

    def _own(self, serial: int) -> OwnCard:
        number = spread_card(self._till.card_prefix, serial)
        return OwnCard(number, self.card_code(number), serial)

    def card_code(self, number: CardNumber) -> str:
        """What the QR of a card says."""
        return self._signer.signed("card", number)

    # -- cards for phones --------------------------------------------------------------------

    def phone_card(self, member_id: MemberId) -> PhoneCard:
        """A member's card for the phone; who has none is given a number first.

        Raises UnknownMember, and what ``reserve`` refuses with.
        """
        member, number = self._card_of(member_id)
        if number is None:
            number = self.reserve(1)[0].number
            self._link(number, member_id)
        return self._phone_card(member, number)

    def _card_of(self, member_id: MemberId) -> tuple[Member, CardNumber | None]:
        with self._database.read() as uow:
            view = view_member(uow, member_id, self._clock())
        return view.member, view.card_number

    def phone_card_of(self, number: str) -> PhoneCard:
        """The same, by a card that the member has. Raises InvalidCard, UnknownCard, CardBlocked."""
        clean = card_number(number)
        with self._database.read() as uow:
            found = uow.members.by_card(clean)
        if found is None:
            raise UnknownCard(number=clean)
        member, card = found
        if card.state != "active":
            raise CardBlocked(number=clean)
        return self._phone_card(member, clean)

    def _phone_card(self, member: Member, number: CardNumber) -> PhoneCard:
        return PhoneCard(
            self._till.shop, member.called, number, self.card_code(number), member.language
        )

    def card_page(self, card: PhoneCard) -> str:
        """The card as a page, with Google's link where that is set up."""
        link = self.google_link(card) if self.has_google else ""
        return card_page(card, logo=self._logo(), google_link=link)

    @property
    def has_apple(self) -> bool:
        """Whether passes for Apple's wallet are set up."""
        return bool(self._wallet.apple_pass_type)

    @property
    def has_google(self) -> bool:
        """Whether links for Google's wallet are set up."""
        return bool(self._wallet.google_class)

    def apple_pass(self, card: PhoneCard, pictures: dict[str, bytes]) -> bytes:
        """The ``.pkpass``. Raises NotSetUp, IssuerFileBroken."""
        from terminal.wallet.apple import apple_issuer, apple_pass  # needed by few, and not small

        return apple_pass(card, apple_issuer(self._wallet, self._clock()), pictures)

    def google_link(self, card: PhoneCard) -> str:
        """The address that saves the card in Google's wallet. Raises NotSetUp, IssuerFileBroken."""
        from terminal.wallet.google import google_issuer, save_link

        return save_link(card, google_issuer(self._wallet), self._clock())

    # -- slips -------------------------------------------------------------------------------

    def digital_slip(self, ref: str) -> DigitalSlip:
        """The slip of a sale as it was made, and where it can be seen. Raises UnknownSale."""
        with self._database.read() as uow:
            sale = uow.sales.by_ref(ref)
            jobs = uow.slips.of_sale(sale.id) if sale else []
        first = next((job.slip for job in jobs if job.copy_of is None), None)
        if first is None:
            raise UnknownSale(ref=ref)
        links = self._links
        url = links.led(links.digital_url, ref) if links.digital_url else ""
        return DigitalSlip(ref, links.code(ref), url, first)

    def slip_page(self, slip: Slip) -> str:
        """A slip as a page."""
        return slip_page(slip, logo=self._logo())

    def logo(self) -> bytes:
        """The shop's logo, or nothing. Raises IssuerFileBroken for what is none."""
        return logo_bytes(self._slips.logo)

    def _logo(self) -> str:
        return data_uri(self.logo())
