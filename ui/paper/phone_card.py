"""A member's card as a picture for the phone's gallery, and the pictures of Apple's pass."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from terminal.symbols import qr_rows
from terminal.wallet.card import PhoneCard, grouped
from ui.paper.codes import INK, paint_qr
from ui.paper.slip import paint_logo
from ui.theme import fonts, painting
from ui.theme.palette import PALETTES
from ui.theme.tokens import Weight

_WIDTH, _HEIGHT = 720, 1080
_EDGE = 48
_GREY = QColor("#5D5A54")
_QR_ROOM = 520


def phone_picture(card: PhoneCard, logo: QImage | None = None) -> QImage:
    """The card, upright, dark on white: a reader needs the contrast, in any theme of the phone."""
    image = _blank(_WIDTH, _HEIGHT)
    painter = painting.crisp(QPainter(image))
    top = 56.0
    if logo is not None:
        paint_logo(painter, logo, QRectF(_EDGE, top, _WIDTH - 2 * _EDGE, 130))
        top += 150
    top = _line(painter, card.shop, top, 54, "semibold", INK, rtl=card.words.rtl)
    top = _line(painter, card.words.t("Loyalty card"), top, 30, "regular", _GREY,
                rtl=card.words.rtl)  # fmt: skip
    modules = len(qr_rows(card.code))
    side = float(_QR_ROOM // modules * modules)
    top = max(top + 50, (_HEIGHT - side) / 2)
    paint_qr(painter, card.code, QPointF(round((_WIDTH - side) / 2), round(top)), side)
    top = _line(painter, card.name, top + side + 44, 48, "semibold", INK, rtl=card.words.rtl)
    _line(painter, grouped(card.number), top, 36, "regular", _GREY, rtl=False)
    painter.end()
    return image


def _line(
    painter: QPainter, text: str, top: float, px: int, weight: Weight, ink: QColor, *, rtl: bool
) -> float:
    """One line in the middle, smaller where it is long; returns where the next one starts."""
    room = _WIDTH - 2 * _EDGE
    while px > 24 and painting.ceil_width(text, fonts.sized(px, weight)) > room:
        px -= 2
    rect = QRectF(_EDGE, top, room, px * 1.35)
    font = fonts.sized(px, weight)
    painting.text(painter, rect, text, font, ink, align="center", rtl=rtl, elide=True)
    return rect.bottom()


def pass_pictures(shop: str, logo: QImage | None = None) -> dict[str, QImage]:
    """What a pass must have (an icon, three sizes) and the logo if there is one."""
    found = {f"icon{name}.png": _icon(shop, side, logo)
             for name, side in (("", 29), ("@2x", 58), ("@3x", 87))}  # fmt: skip
    if logo is not None:
        for name, scale in (("", 1), ("@2x", 2)):
            image = _blank(160 * scale, 50 * scale)
            painter = painting.crisp(QPainter(image))
            paint_logo(painter, logo, QRectF(0, 0, 160 * scale, 50 * scale), "start")
            painter.end()
            found[f"logo{name}.png"] = image
    return found


def _icon(shop: str, side: int, logo: QImage | None) -> QImage:
    """The logo, or the shop's first letter on its colour."""
    image = _blank(side, side)
    painter = painting.crisp(QPainter(image))
    whole = QRectF(0, 0, side, side)
    if logo is not None:
        paint_logo(painter, logo, whole)
    else:
        painter.fillRect(whole, QColor(PALETTES["light"]["accent"]))
        font = fonts.sized(round(side * 0.62), "semibold")
        painting.text(
            painter, whole, shop.strip()[:1].upper(), font, QColor("white"), align="center"
        )
    painter.end()
    return image


def _blank(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    return image
