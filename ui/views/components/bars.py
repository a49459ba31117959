"""The frame of every screen: top bar (brand, search, lights, clock, cashier), key bar, nav."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedButton, PaintedWidget, begin
from ui.views.components.button import Button
from ui.views.components.chip import initials, paint_avatar
from ui.views.components.label import Label
from ui.views.components.light import Light
from ui.views.components.words import DETAIL_LINE, TITLE_LINE

_GAP = 4
_PAD = 8
"""Air between a name and the ring around it."""
_REST = 16 + 16 + 12 + 10 + 6 + 16


class Brand(PaintedWidget):
    """The shop's sign, its name, and which till this is."""

    def __init__(
        self, shop: str = "", till: str = "", icon: str = "leaf", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shop, self._till, self._icon = shop, till, icon
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setNames(self, shop: str, till: str) -> None:
        """Change the names."""
        self._shop, self._till = shop, till
        self.setAccessibleName(f"{shop}, {till}")
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of sign and names."""
        shop = fonts.width(self._shop, "body", "semibold")
        return QSize(52 + max(shop, fonts.width(self._till, "caption")), 48)

    def minimumSizeHint(self) -> QSize:
        """Return the room of the sign and a short name."""
        return QSize(min(self.sizeHint().width(), 160), 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign and both names."""
        painter, width, rtl = begin(self), float(self.width()), self.rtl
        top = (self.height() - 40) / 2
        sign = painting.visual(QRectF(0, top, 40, 40), width, rtl)
        painting.box(painter, sign, RADIUS.control, theme.color("accent"))
        mark = sign.adjusted(10, 10, -10, -10)
        paint_icon(painter, mark, self._icon, theme.color("on_accent"), "fill")
        room = painting.visual(QRectF(52, top, width - 52, 40), width, rtl)
        name = QRectF(room.x(), top + 2, room.width(), TITLE_LINE)
        font, ink = fonts.font("body", "semibold"), theme.color("text")
        painting.text(painter, name, painting.isolate(self._shop), font, ink, rtl=rtl, elide=True)
        till = QRectF(room.x(), top + 21, room.width(), DETAIL_LINE)
        small, muted = fonts.font("caption"), theme.color("muted")
        painting.text(painter, till, self._till, small, muted, rtl=rtl, elide=True)


class Cashier(PaintedButton):
    """Who is at the till: name and disc; ``clicked`` asks for a change of cashier."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)

    def sizeHint(self) -> QSize:
        """Return the room of name and disc."""
        need = fonts.width(painting.isolate(self._words), "body", "medium")
        return QSize((_PAD + need + 11 if need else 0) + 36, SIZE.touch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name and disc."""
        painter, width, height = begin(self), float(self.width()), float(self.height())
        rect = self.area()
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.control)
        disc = painting.visual(QRectF(width - 36, (height - 36) / 2, 36, 36), width, self.rtl)
        ground: Role = "line" if self.is_hovered() else "sunken"
        paint_avatar(painter, disc, initials(self._words)[:1], ground, "text")
        room = painting.visual(QRectF(_PAD, 0, width - _PAD - 36 - 11, height), width, self.rtl)
        font, ink = fonts.font("body", "medium"), theme.color("text")
        words = painting.isolate(self._words)
        painting.text(painter, room, words, font, ink, align="end", rtl=self.rtl)


class TopBar(QWidget):
    """The 64 px bar: brand in a start block of fixed width, search, lights, clock, cashier.

    The search grows up to ``search_to`` pixels; lights are added with ``addLight``.
    """

    def __init__(
        self,
        search: QWidget,
        *,
        start_width: int = 360,
        search_to: int = 664,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.brand = Brand()
        self.clock = Label("", "body", "medium", "muted", number=True)
        self.cashier = Cashier()
        self.search = search
        self.setFixedHeight(SIZE.top_bar)
        self._start_width = start_width
        self.brand.setFixedWidth(start_width)
        search.setMaximumWidth(search_to)
        search.setMinimumWidth(240)
        self._lights = QHBoxLayout()
        self._lights.setSpacing(0)
        self._shown_lights: list[Light] = []
        self._fill_row()

    def _fill_row(self) -> None:
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(0)
        row.addWidget(self.brand)
        row.addSpacing(16)
        row.addWidget(self.search, 1)
        row.addSpacing(12)
        row.addStretch(0)
        row.addLayout(self._lights)
        row.addSpacing(10)
        row.addWidget(self.clock)
        row.addSpacing(6)
        row.addWidget(self.cashier)

    def addLight(self, light: Light) -> None:
        """Add a light before the clock."""
        self._lights.addWidget(light)
        self._shown_lights.append(light)

    def minimumSizeHint(self) -> QSize:
        """Return the width with no light saying its word."""
        lights = sum(not light.isHidden() for light in self._shown_lights) * SIZE.touch
        search = self.search.minimumWidth()
        return QSize(self.brand.width() + search + self._rest() + lights, SIZE.top_bar)

    def _rest(self) -> int:
        return self.cashier.sizeHint().width() + self.clock.sizeHint().width() + _REST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew which words have room."""
        super().resizeEvent(event)
        self._fit_lights()

    def event(self, event: QEvent) -> bool:
        """Find out anew which words have room when one changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_lights()
        return super().event(event)

    def _fit_lights(self) -> None:
        """Words of lights give way to the search from the first light on."""
        lights = [light for light in self._shown_lights if not light.isHidden()]
        room = self.width() - self.brand.width() - self.search.minimumWidth() - self._rest()
        need = sum(light.full_width() for light in lights)
        for light in lights:
            cramped = need > room and light.full_width() > SIZE.touch
            if cramped:
                need -= light.full_width() - SIZE.touch
            light.setCompact(cramped)

    def setStartWidth(self, width: int) -> None:
        """Change the width of the start block, as the member column needs it."""
        self.brand.setFixedWidth(width)


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One entry of the key bar. ``at_end`` items stand at the end edge and are never dropped."""

    name: str
    text: str
    icon: str
    key: str
    at_end: bool = False
    enabled: bool = True


class KeyBar(QWidget):
    """What the keys do now, and the same by touch; ``pressed`` carries the item's name.

    Where there is no room, items are left out from the end of the start group; ``dropped`` names
    them, so that the screen can offer them under More.
    """

    pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[KeyItem, ...] = ()
        self._buttons: list[Button] = []
        self._dropped: tuple[str, ...] = ()
        self.setFixedHeight(SIZE.key_bar)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setItems(self, items: Sequence[KeyItem]) -> None:
        """Show other keys; the same number of items keeps its buttons."""
        if tuple(items) == self._items:
            return
        self._items = tuple(items)
        while len(self._buttons) < len(self._items):
            self._buttons.append(self._make_button())
        for number, button in enumerate(self._buttons):
            self._dress(button, number)
        self._place()

    def _make_button(self) -> Button:
        button = Button("", "quiet", parent=self)
        button.clicked.connect(self._tell_pressed)
        return button

    def _dress(self, button: Button, number: int) -> None:
        if number >= len(self._items):
            button.hide()
            return
        item = self._items[number]
        button.setText(item.text)
        button.setIconName(item.icon)
        button.setKey(item.key)
        button.setEnabled(item.enabled)

    def _tell_pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, Button):
            self.pressed.emit(self._items[self._buttons.index(sender)].name)

    def button(self, name: str) -> Button:
        """Return the button of item ``name``."""
        names = [item.name for item in self._items]
        return self._buttons[names.index(name)]

    def dropped(self) -> tuple[str, ...]:
        """Return the names of the items there is no room for."""
        return self._dropped

    def changeEvent(self, event: QEvent) -> None:
        """Mirror with the direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew what has room."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        pairs = list(zip(self._items, self._buttons, strict=False))
        ends = [button for item, button in pairs if item.at_end]
        starts = [(item, button) for item, button in pairs if not item.at_end]
        width, edge = float(self.width()), 8.0
        x = width - edge
        for button in reversed(ends):
            x -= button.sizeHint().width()
            self._put(button, x)
            x -= _GAP
        dropped: list[str] = []
        limit, x = x, edge
        for item, button in starts:
            need = button.sizeHint().width()
            if dropped or x + need > limit:
                dropped.append(item.name)
                button.hide()
                continue
            self._put(button, x)
            x += need + _GAP
        self._dropped = tuple(dropped)

    def _put(self, button: Button, x: float) -> None:
        size = button.sizeHint()
        rect = QRectF(x, (self.height() - size.height()) / 2, size.width(), size.height())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        button.setGeometry(painting.visual(rect, self.width(), rtl).toRect())
        button.show()


class NavItem(PaintedButton):
    """A place of the office: icon, word, and how many things wait there."""

    def __init__(self, text: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon, self._count, self._calls = icon, "", False
        self.setCheckable(True)
        self.setAutoExclusive(True)

    def setCount(self, count: str, *, calls: bool = False) -> None:
        """Show a count; ``calls`` says that somebody must look."""
        self._count, self._calls = count, calls
        self.setAccessibleDescription(count)
        self.refresh()

    def _pill(self) -> int:
        need = fonts.width(painting.ltr(self._count), "caption", "semibold") + 12
        return max(21, need) if self._count else 0

    def sizeHint(self) -> QSize:
        """Return the room of icon, word and count."""
        need = 44 + fonts.width(self._words, "body", "medium") + 14
        return QSize(max(need + (self._pill() + 8 if self._count else 0), SIZE.nav), SIZE.touch)

    def minimumSizeHint(self) -> QSize:
        """Return the room of icon, word and count."""
        need = 44 + fonts.width(self._words, "body", "medium") + 14
        return QSize(need + (self._pill() + 8 if self._count else 0), SIZE.touch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the item."""
        painter, rect, rtl = begin(self), self.area(), self.rtl
        width, here = rect.width(), self.isChecked()
        if here:
            painting.box(painter, rect, RADIUS.control, theme.color("raised"), theme.color("line"))
        elif self.is_hovered():
            painting.box(painter, rect, RADIUS.control, theme.color("sunken"))
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.control)
        place = painting.visual(QRectF(13, 13, 18, 18), width, rtl)
        ink = theme.color("accent" if here else "muted")
        paint_icon(painter, place, self._icon, ink, "fill" if here else "regular", rtl=rtl)
        room = painting.visual(QRectF(44, 0, width - 44 - self._pill() - 14, 44), width, rtl)
        font, ink = fonts.font("body", "medium"), theme.color("text" if here else "muted")
        painting.text(painter, room, self._words, font, ink, rtl=rtl)
        if self._count:
            self._paint_count(painter, width)

    def _paint_count(self, painter: QPainter, width: float) -> None:
        wide = self._pill()
        place = painting.visual(QRectF(width - 10 - wide, 12, wide, 20), width, self.rtl)
        painting.box(painter, place, 10, theme.color("warning_soft" if self._calls else "sunken"))
        ink = theme.color("warning" if self._calls else "muted")
        font, words = fonts.font("caption", "semibold"), painting.ltr(self._count)
        painting.text(painter, place, words, font, ink, align="center")
