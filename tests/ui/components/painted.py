"""Looking at what was painted: pictures of widgets, and the colours in them."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget


def picture(widget: QWidget) -> QImage:
    """What ``widget`` paints, without a ground."""
    image = QImage(widget.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return image


def colour_at(widget: QWidget, x: int, y: int) -> str:
    return picture(widget).pixelColor(x, y).name()


def has_colour(widget: QWidget, colour: str) -> bool:
    image = picture(widget)
    return any(
        image.pixelColor(x, y).name() == colour and image.pixelColor(x, y).alpha() == 255
        for x in range(image.width())
        for y in range(image.height())
    )


def ink_span(image: QImage) -> tuple[int, int]:
    """The first and last column with anything painted."""
    columns = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y).alpha() > 40 for y in range(image.height()))
    ]
    return columns[0], columns[-1]
