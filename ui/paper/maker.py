"""Makes what services issue as bytes: PDF and PNG, on the GUI thread, whose fonts it shares.

``terminal`` knows it as ``PaperMaker`` only. Without a window: ``headless`` starts what Qt needs.
"""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage

from terminal.i18n import Words
from terminal.services.issuing import OwnCard
from terminal.slips import Slip
from terminal.wallet.card import PhoneCard
from ui.paper.card_sheet import card_sheets
from ui.paper.phone_card import pass_pictures, phone_picture
from ui.paper.slip import slip_document, slip_picture

_applications: list[QGuiApplication] = []
"""Qt's own goes when nobody holds it."""


class Papers:
    """``logo`` is everywhere the picture's own bytes, empty for none."""

    def card_sheets(
        self, cards: Sequence[OwnCard], shop: str, language: str, paper: str, logo: bytes
    ) -> bytes:
        """Cards to be cut, as a PDF."""
        return card_sheets(cards, shop, Words(language), paper, picture(logo))

    def phone_picture(self, card: PhoneCard, logo: bytes) -> bytes:
        """A card for the phone's gallery, as a PNG."""
        return png(phone_picture(card, picture(logo)))

    def pass_pictures(self, shop: str, logo: bytes) -> dict[str, bytes]:
        """The pictures of Apple's pass by file name."""
        return {name: png(image) for name, image in pass_pictures(shop, picture(logo)).items()}

    def slip_picture(self, slip: Slip, logo: bytes) -> bytes:
        """A slip as a PNG."""
        return png(slip_picture(slip, picture(logo)))

    def slip_document(self, slip: Slip, logo: bytes) -> bytes:
        """A slip as a PDF."""
        return slip_document(slip, picture(logo))


def headless() -> Papers:
    """The same without a screen: starts an application unless there is one."""
    if QGuiApplication.instance() is None:
        _applications.append(QGuiApplication(["terminal", "-platform", "offscreen"]))
    return Papers()


def picture(data: bytes) -> QImage | None:
    """A picture from its bytes; None for none and for what is none."""
    image = QImage.fromData(QByteArray(data)) if data else QImage()
    return None if image.isNull() else image


def png(image: QImage) -> bytes:
    """A picture as the bytes of a PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
