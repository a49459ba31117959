"""The lines of a basket: what, how many, how much; and what points took off."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedButton, begin
from ui.views.components.button import IconButton
from ui.views.components.choice import Stepper
from ui.views.components.words import DETAIL_LINE, TITLE_LINE, paint_two_lines

_EDGE = 14
_QUANTITY = 34
_BIN_LEAST = 480


class BasketLine(PaintedButton):
    """One line: 60 high, 68 while selected, when it also shows stepper and bin.

    ``clicked`` asks for selecting, ``quantity_changed`` carries the new quantity, ``removed`` asks
    for removing. Names start at one x in every line and break rather than be cut.
    """

    quantity_changed = Signal(object)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._quantity, self._detail, self._gain, self._price = 1, "", "", ""
        self._remove_name = ""
        self._divided = True
        self._stepper: Stepper | None = None
        self._bin: IconButton | None = None
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setLine(
        self, quantity: int, name: str, price: str, *, detail: str = "", gain: str = ""
    ) -> None:
        """Show a line; ``gain`` follows the detail in green."""
        self._quantity, self._price = quantity, price
        self._detail, self._gain = detail, gain
        self.setText(name)
        self.setAccessibleName(f"{quantity} {name}, {price}")
        self.setAccessibleDescription(", ".join(part for part in (detail, gain) if part))
        if self._stepper is not None:
            self._stepper.setValue(quantity)
        self.update()

    def setRemoveName(self, name: str) -> None:
        """Say what the bin does, in the cashier's language."""
        self._remove_name = name
        if self._bin is not None:
            self._bin.setText(name)

    def setDivided(self, divided: bool) -> None:
        """Show the hairline below; the last line and one above a selected line have none."""
        self._divided = divided
        self.update()

    def nextCheckState(self) -> None:
        """Leave selecting to the screen."""

    def setSelected(self, selected: bool) -> None:
        """Select or let go; stepper and bin come with the first selection."""
        self.setChecked(selected)
        if selected and self._stepper is None:
            self._make_tools()
        if self._stepper is not None and self._bin is not None:
            self._stepper.setVisible(selected)
            self._bin.setVisible(selected and self.width() >= _BIN_LEAST)
        self._place()
        self.refresh()

    def _make_tools(self) -> None:
        self._stepper = Stepper(self._quantity, least=1, parent=self)
        self._stepper.changed.connect(self._tell_quantity)
        self._bin = IconButton("trash", self._remove_name, parent=self)
        self._bin.clicked.connect(self._tell_removed)

    def _tell_quantity(self, quantity: object) -> None:
        self.quantity_changed.emit(quantity)

    def _tell_removed(self) -> None:
        self.removed.emit()

    def stepper(self) -> Stepper | None:
        """Return the stepper if the line was ever selected."""
        return self._stepper

    def sizeHint(self) -> QSize:
        """Return the height of the line's state."""
        tall = SIZE.basket_line_selected if self.isChecked() else SIZE.basket_line
        return QSize(380, tall)

    def minimumSizeHint(self) -> QSize:
        """Return the least width of a line."""
        return QSize(320, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tools in their places."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Mirror the tools with the direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def _price_width(self) -> int:
        return fonts.width(painting.ltr(self._price), "body", "semibold")

    def _place(self) -> None:
        if self._stepper is None or self._bin is None or not self.isChecked():
            return
        width, top = float(self.width()), (self.height() - SIZE.touch) / 2
        wide = width >= _BIN_LEAST
        self._bin.setVisible(wide)
        x = width - _EDGE - max(self._price_width(), 50) - 18
        if wide:
            x -= SIZE.touch
            place = painting.visual(QRectF(x, top, SIZE.touch, SIZE.touch), width, self.rtl)
            self._bin.move(place.topLeft().toPoint())
            x -= 10
        x -= SIZE.stepper_width
        spot = QRectF(x, top, SIZE.stepper_width, SIZE.touch)
        self._stepper.move(painting.visual(spot, width, self.rtl).topLeft().toPoint())

    def _tools_width(self) -> int:
        if not self.isChecked():
            return 12
        return SIZE.stepper_width + 26 + (SIZE.touch + 14 if self.width() >= _BIN_LEAST else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, quantity, words and price."""
        painter, rect, rtl = begin(self), self.area(), self.rtl
        width, height = rect.width(), rect.height()
        if self.isChecked():
            painting.selection(painter, rect, RADIUS.large)
        elif self._divided:
            painting.hairline(painter, _EDGE, height - 1, width - 2 * _EDGE)
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.large)
        self._paint_quantity(painter, width, height)
        end = width - _EDGE
        wide = self._price_width()
        place = painting.visual(QRectF(end - wide, 0, wide, height), width, rtl)
        font, ink = fonts.font("body", "semibold"), theme.color("text")
        painting.text(painter, place, painting.ltr(self._price), font, ink, align="end", rtl=rtl)
        room = end - wide - self._tools_width() - _EDGE - _QUANTITY
        words = painting.visual(QRectF(_EDGE + _QUANTITY, 0, room, height), width, rtl)
        self._paint_words(painter, words)

    def _paint_quantity(self, painter: QPainter, width: float, height: float) -> None:
        sign = f"×{self._quantity}" if self.rtl else f"{self._quantity} ×"
        words = painting.ltr(sign)
        role: Role = "on_accent_soft" if self.isChecked() else "muted"
        style = fonts.fitting(words, _QUANTITY - 4, ("body", "caption", "key"), "semibold")
        place = painting.visual(QRectF(_EDGE, 0, _QUANTITY - 4, height), width, self.rtl)
        font = fonts.font(style, "semibold")
        painting.text(painter, place, words, font, theme.color(role), rtl=self.rtl)

    def _paint_words(self, painter: QPainter, rect: QRectF) -> None:
        font, name = fonts.font("body", "medium"), painting.isolate(self._words)
        lines = [name]
        if fonts.width(name, "body", "medium") > rect.width():
            lines = painting.wrap(self._words, font, rect.width())[:2]
        second = bool(self._detail or self._gain) and len(lines) == 1
        high = len(lines) * TITLE_LINE + (DETAIL_LINE if second else 0)
        top = rect.center().y() - high / 2
        for number, words in enumerate(lines):
            row = QRectF(rect.x(), top + number * TITLE_LINE, rect.width(), TITLE_LINE)
            painting.text(painter, row, words, font, theme.color("text"), rtl=self.rtl)
        if second:
            row = QRectF(rect.x(), top + TITLE_LINE, rect.width(), DETAIL_LINE)
            self._paint_second(painter, row)

    def _paint_second(self, painter: QPainter, row: QRectF) -> None:
        small, muted = fonts.font("caption"), theme.color("muted")
        parts = f"{self._detail}  ·  " if self._detail and self._gain else self._detail
        wide = min(float(fonts.width(parts, "caption")), row.width())
        first, rest = row, row
        if self._gain:
            start = row.right() - wide if self.rtl else row.x()
            first = QRectF(start, row.y(), wide, row.height())
            left = row.x() if self.rtl else row.x() + wide
            rest = QRectF(left, row.y(), row.width() - wide, row.height())
        painting.text(painter, first, parts, small, muted, rtl=self.rtl, elide=True)
        if self._gain and rest.width() > 24:
            green, font = theme.color("positive"), fonts.font("caption", "medium")
            painting.text(painter, rest, self._gain, font, green, rtl=self.rtl, elide=True)


class RewardLine(PaintedButton):
    """What is in a sale besides goods: a reward, points, a coupon, a card that pays.

    ``clicked`` asks for changing it, ``removed`` for taking it off (where it can be).
    """

    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._detail, self._price, self._icon = "", "", "gift"
        self._role: Role = "positive"
        self._bin: IconButton | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setReward(
        self,
        title: str,
        price: str,
        detail: str = "",
        *,
        icon: str = "gift",
        role: Role = "positive",
        remove: str = "",
    ) -> None:
        """Show a reward and what it takes off; ``remove`` names the button that takes it off."""
        self._detail, self._price, self._icon, self._role = detail, price, icon, role
        self.setText(title)
        self.setAccessibleName(", ".join(part for part in (title, detail, price) if part))
        if remove and self._bin is None:
            self._bin = IconButton("x", remove, parent=self)
            self._bin.clicked.connect(self._tell_removed)
        if self._bin is not None:
            self._bin.setText(remove or self._bin.text())
            self._bin.setVisible(bool(remove))
        self._place()
        self.update()

    def _tell_removed(self) -> None:
        self.removed.emit()

    def remove_button(self) -> IconButton | None:
        """Return the button that takes it off, if there ever was one."""
        return self._bin

    def _end(self) -> float:
        """Where the price ends: before the button, if there is one."""
        shown = self._bin is not None and not self._bin.isHidden()
        return self.width() - (SIZE.touch + 6 if shown else _EDGE)

    def _place(self) -> None:
        if self._bin is not None:
            top = (self.height() - SIZE.touch) / 2
            spot = QRectF(self.width() - SIZE.touch, top, SIZE.touch, SIZE.touch)
            self._bin.move(painting.visual(spot, self.width(), self.rtl).topLeft().toPoint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the end edge."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Mirror the button with the direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def sizeHint(self) -> QSize:
        """Return the room of a line."""
        return QSize(380, SIZE.basket_line)

    def minimumSizeHint(self) -> QSize:
        """Return the least width of a line."""
        return QSize(320, SIZE.basket_line)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        painter, rect, rtl = begin(self), self.area(), self.rtl
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.large)
        width, height, ink = rect.width(), rect.height(), theme.color(self._role)
        sign = painting.visual(QRectF(_EDGE, (height - 20) / 2, 20, 20), width, rtl)
        paint_icon(painter, sign, self._icon, ink, "fill")
        price = painting.ltr(self._price)
        wide = fonts.width(price, "body", "semibold") if self._price else 0
        stop = self._end()
        end = painting.visual(QRectF(stop - wide, 0, wide, height), width, rtl)
        font = fonts.font("body", "semibold")
        painting.text(painter, end, price, font, ink, align="end", rtl=rtl)
        start = _EDGE + _QUANTITY
        room = QRectF(start, 0, stop - start - wide - 12, height)
        words = painting.visual(room, width, rtl)
        paint_two_lines(painter, words, self._words, self._detail, rtl=rtl, ink=self._role)
