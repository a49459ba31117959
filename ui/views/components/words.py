"""The pair of lines most rows are made of: a title and a smaller second line."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.theme import fonts, painting, theme
from ui.theme.tokens import Role

TITLE_LINE = 20
DETAIL_LINE = 18


def paint_two_lines(
    painter: QPainter,
    rect: QRectF,
    title: str,
    detail: str,
    *,
    rtl: bool,
    ink: Role = "text",
    detail_ink: Role = "muted",
) -> None:
    """Paint a title and a smaller second line, together centred in ``rect``.

    The title breaks over two lines when there is no second line to keep.
    """
    font, small = fonts.font("body", "medium"), fonts.font("caption")
    lines = [title]
    if fonts.width(title, "body", "medium") > rect.width():
        lines = painting.wrap(title, font, rect.width())[:2]
    keep = bool(detail) and len(lines) == 1
    height = len(lines) * TITLE_LINE + (DETAIL_LINE if keep else 0)
    top = rect.center().y() - height / 2
    for number, words in enumerate(lines):
        row = QRectF(rect.x(), top + number * TITLE_LINE, rect.width(), TITLE_LINE)
        painting.text(painter, row, words, font, theme.color(ink), rtl=rtl)
    if keep:
        row = QRectF(rect.x(), top + TITLE_LINE, rect.width(), DETAIL_LINE)
        painting.text(painter, row, detail, small, theme.color(detail_ink), rtl=rtl, elide=True)
