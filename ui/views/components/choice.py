"""Choosing: segmented control, tabs, stepper. All 44 high, all worked by arrows."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role, Weight
from ui.views.components.base import PaintedWidget, begin

_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_ON = (Qt.Key.Key_Right, Qt.Key.Key_Down)


class _Choice(PaintedWidget):
    """Several words of which one is chosen; ``chosen`` carries its index."""

    chosen = Signal(object)

    def __init__(self, texts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = list(texts)
        self._index = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._name()

    def _name(self) -> None:
        chosen = self._texts[self._index] if self._index < len(self._texts) else ""
        self.setAccessibleName(chosen)
        self.setAccessibleDescription(", ".join(self._texts))

    def texts(self) -> list[str]:
        """Return the words."""
        return list(self._texts)

    def setTexts(self, texts: Sequence[str]) -> None:
        """Change the words; the choice stays if it still can."""
        self._texts = list(texts)
        self._index = min(self._index, max(len(self._texts) - 1, 0))
        self._name()
        self.refresh()

    def index(self) -> int:
        """Return which one is chosen."""
        return self._index

    def setIndex(self, index: int) -> None:
        """Choose without telling anybody."""
        if index != self._index and 0 <= index < len(self._texts):
            self._index = index
            self._name()
            self.update()

    def choose(self, index: int) -> None:
        """Choose as a person does: tell about it."""
        if index != self._index and 0 <= index < len(self._texts):
            self.setIndex(index)
            self.chosen.emit(index)

    def rects(self) -> list[QRectF]:
        """Return where each word is, as it is seen."""
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        for number, rect in enumerate(self.rects()):
            if rect.contains(event.position()):
                self.choose(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows; left is on the left in every direction."""
        key = event.key()
        step = -1 if key in _BACK else 1 if key in _ON else 0
        if self.rtl and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = -step
        if step:
            self.choose(self._index + step)
        elif key == Qt.Key.Key_Home:
            self.choose(0)
        elif key == Qt.Key.Key_End:
            self.choose(len(self._texts) - 1)
        else:
            super().keyPressEvent(event)


class Segmented(_Choice):
    """Up to four ways of one thing, on a sunken track."""

    def __init__(self, texts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(texts, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _needs(self) -> list[int]:
        return [max(fonts.width(text, "body", "medium") + 28, SIZE.touch) for text in self._texts]

    def sizeHint(self) -> QSize:
        """Return the room of all words."""
        return QSize(sum(self._needs()) + 10, SIZE.touch)

    def minimumSizeHint(self) -> QSize:
        """Return the room of all words; none is ever cut."""
        return self.sizeHint()

    def rects(self) -> list[QRectF]:
        """Return where each word is: equal parts if they all fit, else by need."""
        needs = self._needs()
        inner = self.width() - 8.0
        share = inner / max(len(needs), 1)
        if needs and max(needs) > share:
            spare = (inner - sum(needs)) / len(needs)
            sides = [need + spare for need in needs]
        else:
            sides = [share] * len(needs)
        made, x = [], 4.0
        for side in sides:
            rect = QRectF(x, 4, side, self.height() - 8)
            made.append(painting.visual(rect, self.width(), self.rtl))
            x += side
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track, the chosen one and the words."""
        painter = begin(self)
        contrast = theme.current().is_contrast
        line = theme.color("line_strong") if contrast else None
        painting.box(painter, self.area(), RADIUS.control, theme.color("sunken"), line)
        font = fonts.font("body", "medium")
        for number, rect in enumerate(self.rects()):
            chosen = number == self._index
            if chosen:
                fill = theme.color("accent" if contrast else "raised")
                painting.box(painter, rect, 8, fill, theme.color("line_strong"))
            role: Role = ("on_accent" if contrast else "text") if chosen else "muted"
            ink = theme.color(role if self.isEnabled() else "disabled")
            painting.text(
                painter, rect, self._texts[number], font, ink, align="center", rtl=self.rtl
            )
        if self.ring:
            painting.box(painter, self.area(), RADIUS.control, None, theme.color("focus"), 2.5)


class Tabs(_Choice):
    """The parts of a page, with the number of open things in some."""

    _SPACING = 30

    def __init__(self, texts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(texts, parent)
        self._counts: dict[int, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setCount(self, index: int, count: str) -> None:
        """Show a number in the pill of a tab; empty takes it away."""
        if count:
            self._counts[index] = count
        else:
            self._counts.pop(index, None)
        self.refresh()

    def _pill(self, index: int) -> int:
        count = self._counts.get(index)
        return max(21, fonts.width(count, "caption", "semibold") + 12) if count else 0

    def _needs(self) -> list[int]:
        return [
            fonts.width(text, "body", "semibold") + (self._pill(n) + 11 if self._pill(n) else 0)
            for n, text in enumerate(self._texts)
        ]

    def sizeHint(self) -> QSize:
        """Return the room of all tabs."""
        needs = self._needs()
        return QSize(sum(needs) + self._SPACING * max(len(needs) - 1, 0), SIZE.touch)

    def minimumSizeHint(self) -> QSize:
        """Return the room of all tabs with small gaps."""
        needs = self._needs()
        return QSize(sum(needs) + 14 * max(len(needs) - 1, 0), SIZE.touch)

    def _words(self) -> list[QRectF]:
        needs = self._needs()
        gaps = max(len(needs) - 1, 1)
        gap = min(float(self._SPACING), (self.width() - sum(needs)) / gaps)
        made, x = [], 0.0
        for need in needs:
            made.append(QRectF(x, 0, need, self.height() - 2))
            x += need + gap
        return made

    def rects(self) -> list[QRectF]:
        """Return the target of each tab, as it is seen."""
        grown = [rect.adjusted(-7, 0, 7, 2) for rect in self._words()]
        return [painting.visual(rect, self.width(), self.rtl) for rect in grown]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint words, pills, and the line under the chosen one."""
        painter, width = begin(self), float(self.width())
        painting.hairline(painter, 0, self.height() - 1, width)
        for number, rect in enumerate(self._words()):
            self._paint_tab(painter, number, rect, width)

    def _paint_tab(self, painter: QPainter, number: int, rect: QRectF, width: float) -> None:
        chosen = number == self._index
        weight: Weight = "semibold" if chosen else "regular"
        ink = theme.color("text" if chosen else "muted")
        words = fonts.width(self._texts[number], "body", weight)
        place = painting.visual(QRectF(rect.x(), 0, words, rect.height()), width, self.rtl)
        font = fonts.font("body", weight)
        painting.text(painter, place, self._texts[number], font, ink, rtl=self.rtl)
        pill = self._pill(number)
        if pill:
            spot = QRectF(rect.right() - pill, rect.center().y() - 10, pill, 20)
            count = painting.visual(spot, width, self.rtl)
            painting.box(painter, count, 10, theme.color("sunken"))
            small = fonts.font("caption", "semibold")
            words_ = painting.ltr(self._counts[number])
            painting.text(painter, count, words_, small, theme.color("muted"), align="center")
        if chosen:
            under = QRectF(rect.x(), self.height() - 3, rect.width() + 4, 3)
            mark = painting.visual(under, width, self.rtl)
            painting.box(painter, mark, 1.5, theme.color("accent"))
            if self.ring:
                around = painting.visual(rect.adjusted(-6, 3, 6, -3), width, self.rtl)
                painting.focus_ring(painter, around & self.area(), 8)


class Stepper(PaintedWidget):
    """A quantity with minus and plus; ``changed`` carries the new one.

    Plus and minus keys and the arrows work where the stepper has the focus. The sides follow the
    direction of the layout; the number never does.
    """

    changed = Signal(object)

    def __init__(
        self, value: int = 1, least: int = 1, most: int = 999, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._value, self._least, self._most = value, least, most
        self._hover = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFixedSize(SIZE.stepper_width, SIZE.touch)
        self.setAccessibleName(str(value))

    def value(self) -> int:
        """Return the quantity."""
        return self._value

    def setValue(self, value: int) -> None:
        """Set the quantity without telling anybody."""
        bounded = max(self._least, min(value, self._most))
        if bounded != self._value:
            self._value = bounded
            self.setAccessibleName(str(bounded))
            self.update()

    def setMost(self, most: int) -> None:
        """Set the largest quantity."""
        self._most = most

    def step(self, by: int) -> None:
        """Change the quantity as a person does: tell about it."""
        before = self._value
        self.setValue(before + by)
        if self._value != before:
            self.changed.emit(self._value)

    def _sides(self) -> tuple[QRectF, QRectF]:
        minus = QRectF(0, 0, SIZE.touch, self.height())
        plus = QRectF(self.width() - SIZE.touch, 0, SIZE.touch, self.height())
        return (plus, minus) if self.rtl else (minus, plus)

    def _side_at(self, place: QPointF) -> int:
        minus, plus = self._sides()
        return -1 if minus.contains(place) else 1 if plus.contains(place) else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Step by what was pressed."""
        self.step(self._side_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which side would be pressed."""
        side = self._side_at(event.position())
        if side != self._hover:
            self._hover = side
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by key."""
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Up):
            self.step(1)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Down):
            self.step(-1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, both signs and the number."""
        painter, rect = begin(self), self.area()
        painting.box(
            painter, rect, RADIUS.control, theme.color("raised"), theme.color("line_strong")
        )
        minus, plus = self._sides()
        limits = (("minus", minus, self._least, -1), ("plus", plus, self._most, 1))
        for icon, side, limit, sign in limits:
            off = not self.isEnabled() or self._value == limit
            ink: Role = "disabled" if off else "accent" if self._hover == sign else "text"
            place = QRectF(0, 0, 18, 18)
            place.moveCenter(side.center())
            paint_icon(painter, place, icon, theme.color(ink))
        for x in (SIZE.touch, self.width() - SIZE.touch - 1):
            painter.fillRect(QRectF(x, 10, 1, self.height() - 20), theme.color("line"))
        middle = rect.adjusted(SIZE.touch, 0, -SIZE.touch, 0)
        font = fonts.font("lead" if self._value < 1000 else "body", "semibold")
        number = painting.ltr(str(self._value))
        painting.text(painter, middle, number, font, theme.color("text"), align="center")
        if self.ring:
            painting.box(painter, rect, RADIUS.control, None, theme.color("focus"), 2.5)
