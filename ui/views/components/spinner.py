"""Waiting, and how far something is: the spinner and the progress bar."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import painting, theme
from ui.theme.tokens import MOTION, Role
from ui.views.components.base import PaintedWidget, begin

_STEPS = 24


class Turning(QObject):
    """The turn of a spinner, from 0 to 1; it costs nothing while stopped."""

    turned = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.turn = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(MOTION.spinner_ms // _STEPS)
        self._timer.timeout.connect(self._advance)

    def _advance(self) -> None:
        self.turn = (self.turn + 1 / _STEPS) % 1.0
        self.turned.emit()

    def run(self, running: bool) -> None:
        """Start or stop turning; with reduced motion the ring stands still."""
        if running and not theme.current().reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()


class Spinner(PaintedWidget):
    """A turning ring; it turns only while it is visible."""

    def __init__(self, size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size, size)
        self._turning = Turning(self)
        self._turning.turned.connect(self.update)

    def showEvent(self, event: QShowEvent) -> None:
        """Start turning."""
        self._turning.run(True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning."""
        self._turning.run(False)
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring."""
        accent = theme.color("accent")
        rect = self.area().adjusted(1, 1, -1, -1)
        track = painting.with_alpha(accent, 60)
        painting.arc(begin(self), rect, self._turning.turn, track, accent)


class ProgressBar(PaintedWidget):
    """A share of something, filled from the start edge."""

    def __init__(
        self, role: Role = "accent", height: int = 7, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._role: Role = role
        self._share = 0.0
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setShare(self, share: float) -> None:
        """Set how much is done, from 0 to 1."""
        self._share = max(0.0, min(share, 1.0))
        self.update()

    def setRole(self, role: Role) -> None:
        """Change the colour role of the filled part."""
        self._role = role
        self.update()

    def sizeHint(self) -> QSize:
        """Return a modest width; the bar takes what there is."""
        return QSize(120, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint track and filled part."""
        painter = begin(self)
        rect = self.area()
        share, fill = self._share, theme.color(self._role)
        painting.bar(painter, rect, share, theme.color("sunken"), fill, rtl=self.rtl)
        if theme.current().is_contrast:
            painting.box(painter, rect, rect.height() / 2, None, theme.color("line_strong"))


class Skeleton(PaintedWidget):
    """The shape of a list that is still coming: grey blocks in rows."""

    def __init__(self, rows: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows

    def sizeHint(self) -> QSize:
        """Return the room of the rows."""
        return QSize(320, self._rows * 56 - 16)

    def minimumSizeHint(self) -> QSize:
        """Return the least room of the rows."""
        return QSize(200, self._rows * 56 - 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the blocks."""
        painter = begin(self)
        width, ink = float(self.width()), theme.color("sunken")
        border = theme.color("line") if theme.current().is_contrast else None
        for row in range(self._rows):
            top = row * 56.0
            for block in (
                QRectF(0, top, 40, 40),
                QRectF(52, top + 5, min(150, width - 120), 12),
                QRectF(52, top + 25, min(96, width - 140), 10),
                QRectF(width - 48, top + 14, 48, 12),
            ):
                place = painting.visual(block, width, self.rtl)
                painting.box(painter, place, 6, ink, border)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint on a change of direction."""
        super().changeEvent(event)
        self.update()
