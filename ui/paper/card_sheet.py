"""Sheets of cards to be cut: bank-card size (ID-1, 85.6 x 54 mm), marks where to cut.

Each card has its number three ways: an EAN-13 at nominal size for laser readers, the digits for
people, and a signed QR code. Nobody's name is on it: it belongs to whoever gets it. One unit is a
twentieth of a millimetre.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter

from terminal.cards import is_ean13
from terminal.i18n import Words
from terminal.services.issuing import OwnCard
from terminal.symbols import QR_QUIET, code128_bars, ean13_bars, qr_rows
from terminal.wallet.card import grouped
from ui.paper.codes import INK, paint_bars, paint_qr
from ui.paper.pdf import PER_MM, Document
from ui.paper.slip import paint_logo
from ui.theme import fonts, painting

CARD = (1712, 1080)
PAPERS = {
    "a4": (QPageSize.PageSizeId.A4, (4200, 5940)),
    "letter": (QPageSize.PageSizeId.Letter, (4318, 5588)),
}
_MARK, _AWAY, _HAIR = 90, 40, 3
_PAD = 100
_EAN_MODULE = 6.6
_TALL = 270
_WIDEST = 950
_QR_MODULE = 13.0
_GREY = QColor("#6B6660")


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How many cards fit on a sheet, and where the first one is."""

    columns: int
    rows: int
    left: int
    top: int

    @property
    def cards(self) -> int:
        """Cards on a sheet."""
        return self.columns * self.rows

    def place(self, number: int) -> QRectF:
        """Where a card of the sheet is, row by row."""
        row, column = divmod(number, self.columns)
        return QRectF(self.left + column * CARD[0], self.top + row * CARD[1], *CARD)


def sheet_plan(paper: str) -> SheetPlan:
    """The plan of a paper: as many cards as fit with room for the marks around them."""
    width, height = PAPERS[paper][1]
    around = 2 * (_MARK + _AWAY)
    columns, rows = (width - around) // CARD[0], (height - around) // CARD[1]
    return SheetPlan(
        columns, rows, (width - columns * CARD[0]) // 2, (height - rows * CARD[1]) // 2
    )


def card_sheets(
    cards: Sequence[OwnCard], shop: str, words: Words, paper: str, logo: QImage | None = None
) -> bytes:
    """All cards as a PDF of as many sheets as they need; the last one has marks all over too."""
    plan = sheet_plan(paper)
    document = Document(f"{shop} · {words.t('Loyalty card')}", QPageSize(PAPERS[paper][0]))
    for first in range(0, len(cards), plan.cards):
        if first:
            document.new_page()
        paint_sheet(document.painter, cards[first : first + plan.cards], shop, words, plan, logo)
    return document.finish()


def paint_sheet(
    painter: QPainter,
    cards: Sequence[OwnCard],
    shop: str,
    words: Words,
    plan: SheetPlan,
    logo: QImage | None,
) -> None:
    """One sheet."""
    _paint_marks(painter, plan)
    for number, card in enumerate(cards):
        place = plan.place(number)
        painter.save()
        painter.translate(place.topLeft())
        paint_card(painter, card, shop, words, logo)
        painter.restore()
    text = words.t("Print at actual size (100 %), then cut at the marks.")
    below = plan.top + plan.rows * CARD[1] + _AWAY
    room = QRectF(plan.left + 20, below, CARD[0] - 40, 60)  # between two marks
    painting.text(painter, room, text, fonts.sized(44), _GREY, align="center", rtl=words.rtl)


def _paint_marks(painter: QPainter, plan: SheetPlan) -> None:
    """Hairlines outside the cards only: nothing is left of them on a card."""
    right, bottom = plan.left + plan.columns * CARD[0], plan.top + plan.rows * CARD[1]
    for column in range(plan.columns + 1):
        x = plan.left + column * CARD[0] - _HAIR / 2
        for y in (plan.top - _AWAY - _MARK, bottom + _AWAY):
            painter.fillRect(QRectF(x, y, _HAIR, _MARK), INK)
    for row in range(plan.rows + 1):
        line = plan.top + row * CARD[1] - _HAIR / 2
        for edge in (plan.left - _AWAY - _MARK, right + _AWAY):
            painter.fillRect(QRectF(edge, line, _MARK, _HAIR), INK)


def paint_card(
    painter: QPainter, card: OwnCard, shop: str, words: Words, logo: QImage | None
) -> None:
    """One card, its corner at the origin: who above, codes below, mirrored where one reads so."""
    width, rtl = CARD[0], words.rtl
    _paint_head(painter, shop, words, logo)
    # The card's own edge is quiet enough: bars begin where words do.
    bars, module = _bars(card.number)
    room = QRectF(_PAD, CARD[1] - _PAD - _TALL - 70, len(bars) * module, _TALL + 70)
    room = painting.visual(room, width, rtl)
    paint_bars(painter, bars, room.topLeft(), module, _TALL)
    digits = room.adjusted(0, _TALL + 6, 0, 0)
    painting.text(painter, digits, grouped(card.number), fonts.sized(58), INK, align="center")
    side = len(qr_rows(card.code)) * _QR_MODULE
    edge = max(_PAD, QR_QUIET * _QR_MODULE)
    code = QRectF(width - edge - side, CARD[1] - edge - side, side, side)
    paint_qr(painter, card.code, painting.visual(code, width, rtl).topLeft(), side)


def _paint_head(painter: QPainter, shop: str, words: Words, logo: QImage | None) -> None:
    width, rtl, room = CARD[0], words.rtl, float(CARD[0] - 2 * _PAD)
    start = float(_PAD)
    if logo is not None:
        place = painting.visual(QRectF(start, 90, 420, 220), width, rtl)
        used = paint_logo(painter, logo, place, "end" if rtl else "start")
        start += used.width() + 50
        room -= used.width() + 50
    px, lines = _shop_lines(shop, room)
    for number, line in enumerate(lines):
        rect = painting.visual(QRectF(start, 90 + number * px * 1.2, room, px * 1.2), width, rtl)
        painting.text(painter, rect, line, fonts.sized(px, "semibold"), INK, rtl=rtl)
    caption = QRectF(start, 100 + len(lines) * px * 1.2, room, 80)
    painting.text(
        painter, painting.visual(caption, width, rtl), words.t("Loyalty card"),
        fonts.sized(58), _GREY, rtl=rtl,
    )  # fmt: skip


def _shop_lines(shop: str, room: float) -> tuple[int, list[str]]:
    """The shop's name as large as it can stand, on two lines at most; a longer one is shortened."""
    for px in (124, 104, 84, 68):
        lines = painting.wrap(shop, fonts.sized(px, "semibold"), room)
        fits = all(painting.ceil_width(line, fonts.sized(px, "semibold")) <= room for line in lines)
        if fits and len(lines) <= (1 if px > 84 else 2):
            return px, lines
    font = fonts.sized(68, "semibold")
    first, *rest = painting.wrap(shop, font, room)
    cut = Qt.TextElideMode.ElideRight
    lines = [first, " ".join(rest)] if rest else [first]
    return 68, [fonts.measure(font).elidedText(line, cut, room) for line in lines]


def _bars(number: str) -> tuple[str, float]:
    """Bars and the width of their modules: EAN-13 at nominal size, else a Code 128 that fits."""
    if is_ean13(number):
        return ean13_bars(number), _EAN_MODULE
    bars = code128_bars(number)
    return bars, min(_EAN_MODULE, _WIDEST / len(bars))


def card_picture(card: OwnCard, shop: str, words: Words, logo: QImage | None = None) -> QImage:
    """One card as a picture at 300 dpi, to look at before a hundred are printed."""
    dots = 300 / 25.4 / PER_MM
    image = QImage(round(CARD[0] * dots), round(CARD[1] * dots), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = painting.crisp(QPainter(image))
    painter.scale(dots, dots)
    paint_card(painter, card, shop, words, logo)
    painter.end()
    return image
