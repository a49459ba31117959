"""The customer's screen as a window: idle, basket, done; on a second screen or beside the till.

It never takes the keyboard: what is typed or scanned by a keyboard reader goes on to the till. Its
direction follows the customer's language, whatever the till's.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QFont, QGuiApplication, QPaintEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS
from ui.viewmodels.customer_face import MOST_CHOICES, CustomerFace
from ui.viewmodels.customer_screen import CustomerScreenViewModel
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.surface import Ground
from ui.views.counter.layout import column, fill, row
from ui.views.customer_basket import ChoiceButton, RowList, SumLine
from ui.views.customer_parts import HEIGHT, LEAST, WIDTH, Scaled, WholeSide, WhoSide, paint_code

_START = 560.0
_SCALES = (0.74, 2.4)
_PAD = 48.0


class AskPanel(PaintedWidget):
    """The question, and what can be touched; once touched, that the cashier was told."""

    def __init__(self, vm: CustomerScreenViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = vm
        self._scale = 1.0
        self._face = vm.face
        self.buttons = [ChoiceButton(self) for _ in range(MOST_CHOICES)]
        for button in self.buttons:
            button.clicked.connect(self._touched)
        self._row = row(spacing=12)
        fill(self._row, *self.buttons)
        self._box = column(self)
        fill(self._box, None, self._row)

    def show_face(self, shown: CustomerFace, scale: float) -> None:
        """Show the offers there are."""
        self._face, self._scale = shown, scale
        self.setVisible(bool(shown.ask))
        self.setAccessibleName(shown.asked or shown.ask)
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(shown.choices))
            button.scale = scale
            if number < len(shown.choices):
                button.setText(shown.choices[number].title)
        pad = round(24 * scale)
        self._box.setContentsMargins(pad, pad, pad, pad)
        high = 2 * pad + round(self._line())
        if shown.choices:
            high += self.buttons[0].sizeHint().height() + round(10 * scale)
        self.setFixedHeight(high)
        self.update()

    def _font(self) -> QFont:
        return fonts.sized(max(round(18 * self._scale), LEAST), "semibold")

    def _line(self) -> float:
        return fonts.measure(self._font()).height()

    def _touched(self) -> None:
        sender = self.sender()
        if isinstance(sender, ChoiceButton):
            number = self.buttons.index(sender)
            if number < len(self._face.choices):
                self._vm.propose(self._face.choices[number])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the question, or the answer."""
        painter, scale, words = begin(self), self._scale, self._face.asked or self._face.ask
        edge = theme.color("line_strong") if theme.current().is_contrast else None
        painting.box(painter, self.area(), RADIUS.panel, theme.color("surface"), edge)
        font, step, pad = self._font(), self._line(), 24 * scale
        width = self.width() - 2 * pad
        lines = painting.wrap(words, font, width)[:2]
        top = pad - 4 * scale
        if self._face.asked:
            top = (self.height() - step * len(lines)) / 2
        for number, line in enumerate(lines):
            rect = QRectF(pad, top + number * step, width, step)
            painting.text(painter, rect, line, font, theme.color("text"), rtl=self.rtl)


class CodePart(Scaled):
    """The code of a sale that is done, large, with what it is for."""

    def spoken(self) -> str:
        """Return what the code is for."""
        return self.shown.code.caption if self.shown.code else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the code and its caption in the middle."""
        code = self.shown.code
        if code is None:
            return
        painter, width = begin(self), float(self.width())
        font = self.type(22, "semibold")
        lines = len(painting.wrap(code.caption, font, width)[:2])
        caption = lines * fonts.measure(font).height() * 1.08
        side = min(self.height() - caption - self.px(16), self.px(300))
        top = (self.height() - caption - self.px(16) - side) / 2
        paint_code(painter, QRectF((width - side) / 2, top, side, side), code.payload)
        self.write_lines(
            painter, code.caption, font, "text", top + side + self.px(16), x=0.0, width=width,
            most=2, align="center",
        )  # fmt: skip


class BuyingSide(Ground):
    """The end side: the basket and its sum, or what was paid."""

    def __init__(self, vm: CustomerScreenViewModel, parent: QWidget | None = None) -> None:
        super().__init__("raised", parent)
        self.rows, self.code, self.sum = RowList(), CodePart(), SumLine()
        self.ask = AskPanel(vm)
        self._box = column(self)
        self._box.addWidget(self.rows, 1)
        self._box.addWidget(self.code, 1)
        fill(self._box, self.sum)
        self._gap = QWidget()
        fill(self._box, self._gap, self.ask)

    def show_face(self, shown: CustomerFace, scale: float) -> None:
        """Show what is bought, what it comes to, and what points could do."""
        pad = round(_PAD * scale)
        self._box.setContentsMargins(pad, round(40 * scale), pad, round(40 * scale))
        for part in (self.rows, self.code, self.sum):
            part.show_face(shown, scale)
        code = shown.kind == "done" and shown.code is not None
        self.code.setVisible(code)
        self.rows.setVisible(bool(shown.rows) or not code)
        self._box.setStretch(0, 1)
        self._box.setStretch(1, 4 if code else 1)
        self.sum.setVisible(bool(shown.total or shown.gain))
        self._gap.setFixedHeight(round(16 * scale) if shown.ask else 0)
        self.ask.show_face(shown, scale)


class CustomerScreen(QWidget):
    """The window. ``screens`` answers with those there are, the till's own first; without it that
    is the one that ``stand_on`` was told of, or the system's first.
    """

    def __init__(
        self,
        vm: CustomerScreenViewModel,
        *,
        framed: bool = False,
        screens: Callable[[], Sequence[QScreen]] | None = None,
    ) -> None:
        super().__init__(None)
        self._vm, self._number = vm, 0
        self._beside: QWidget | None = None
        self._screens = screens or self._all_screens
        flags = Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus
        self.setWindowFlags(flags if framed else flags | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.who, self.whole, self.buying = WhoSide(), WholeSide(), BuyingSide(vm)
        self._sides = QHBoxLayout()
        self._sides.setSpacing(0)
        self._sides.addWidget(self.who)
        self._sides.addWidget(self.buying, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.whole)
        box.addLayout(self._sides)
        self.resize(int(WIDTH), int(HEIGHT))
        vm.changed.connect(self.show_state)
        theme.current().changed.connect(self.update)
        self.show_state()

    # -- what is shown -----------------------------------------------------------------------

    @Slot()
    def show_state(self) -> None:
        """Show the face of now, in its direction and at this window's size."""
        shown = self._vm.face
        right, left = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight
        self.setLayoutDirection(right if shown.words.rtl else left)
        scale = self._scale()
        alone = shown.kind in ("idle", "closed")
        self.whole.setVisible(alone)
        self.who.setVisible(not alone)
        self.buying.setVisible(not alone)
        self.setWindowTitle(shown.shop)
        if alone:
            self.whole.show_face(shown, scale)
            return
        self.who.setFixedWidth(round(min(_START * scale, self.width() * 0.44)))
        self.who.show_face(shown, scale)
        self.buying.show_face(shown, scale)

    def _scale(self) -> float:
        by = min(self.width() / WIDTH, self.height() / HEIGHT)
        return max(_SCALES[0], min(by, _SCALES[1]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the new size."""
        super().resizeEvent(event)
        self.show_state()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing behind the parts shows through."""
        begin(self).fillRect(self.rect(), theme.color("raised"))

    # -- where it stands ---------------------------------------------------------------------

    def stand_on(self, number: int, beside: QWidget | None = None) -> None:
        """Fill the ``number``-th screen beside the one that ``beside`` (the till) stands on, now
        and whenever it comes back.
        """
        self._number, self._beside = number, beside
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self._screens_changed)
            app.screenRemoved.connect(self._screens_changed)
            app.primaryScreenChanged.connect(self._screens_changed)
        self.place()

    @Slot()
    def _screens_changed(self) -> None:
        # Qt moves windows of a screen that went only after it said so.
        QTimer.singleShot(0, self, self.place)

    @Slot()
    def place(self) -> None:
        """Fill its screen; without one be nowhere, least of all over the till."""
        screens = self._screens()
        if not 0 < self._number < len(screens):
            self.hide()
            return
        screen = screens[self._number]
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        # Not showFullScreen: that asks for the keyboard.
        self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
        self.show()

    def _all_screens(self) -> Sequence[QScreen]:
        own = self._beside.screen() if self._beside else QGuiApplication.primaryScreen()
        return [own, *(screen for screen in QGuiApplication.screens() if screen is not own)]
