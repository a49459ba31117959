"""Parts of the set-up: steps, what is connected, a result, chips in lines, codes to scan."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.symbols import ean13_bars
from ui.paper.codes import paint_bars, paint_qr, qr_side
from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role, Weight
from ui.viewmodels.setup.model import DeviceRow
from ui.viewmodels.setup.scanner import code_face
from ui.viewmodels.setup.step import Mark, Result
from ui.views.components.base import PaintedButton, PaintedWidget, begin, grow
from ui.views.components.chip import TONES, Chip, Tone, paint_avatar
from ui.views.components.words import DETAIL_LINE, TITLE_LINE

_WHITE = QColor("#FFFFFF")
_ICONS: dict[Tone, str] = {
    "neutral": "info", "accent": "info", "positive": "check-circle", "warning": "warning",
    "danger": "warning-circle",
}  # fmt: skip


class StepRow(PaintedButton):
    """A step: its number or a tick on a disc, and its name where there is room."""

    def __init__(self, number: int, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._number, self._done, self._current, self._narrow = str(number), False, False, False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_step(self, *, done: bool, current: bool, narrow: bool) -> None:
        """Show how it stands."""
        self._done, self._current, self._narrow = done, current, narrow
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of disc and name."""
        name = 0 if self._narrow else 12 + fonts.width(self._words, "body", "semibold") + 4
        return QSize(SIZE.touch + name, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint disc and name."""
        painter, width = begin(self), float(self.width())
        if self.ring:
            painting.focus_ring(painter, self.area(), RADIUS.control)
        disc = painting.visual(QRectF(6, 8, 32, 32), width, self.rtl)
        ground, ink = self._colours()
        painting.disc(painter, disc, theme.color(ground))
        if self._done and not self._current:
            paint_icon(painter, disc.adjusted(9, 9, -9, -9), "check", theme.color(ink), "bold")
        else:
            font = fonts.font("caption", "semibold")
            number = painting.ltr(self._number)
            painting.text(painter, disc, number, font, theme.color(ink), align="center")
        if self._narrow:
            return
        room = painting.visual(QRectF(50, 0, width - 50, 48), width, self.rtl)
        weight: Weight = "semibold" if self._current else "regular"
        role: Role = "text" if self._current or self._done else "muted"
        font = fonts.font("body", weight)
        painting.text(painter, room, self._words, font, theme.color(role), rtl=self.rtl)

    def _colours(self) -> tuple[Role, Role]:
        if self._current:
            return "accent", "on_accent"
        return ("positive_soft", "positive") if self._done else ("sunken", "muted")


class DeviceLine(PaintedWidget):
    """Something that is connected: disc, name, how it stands; raised with a tick when chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = DeviceRow("", "", "")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_row(self, row: DeviceRow) -> None:
        """Show a device."""
        self._row = row
        self.setAccessibleName(f"{row.title}, {row.detail}")
        self.refresh()

    def _lines(self, width: float) -> tuple[list[str], list[str]]:
        room = width - 68 - (36 if self._row.chosen else 12)
        name = painting.wrap(self._row.title, fonts.font("body", "semibold"), room)[:2]
        return name, painting.wrap(self._row.detail, fonts.font("caption"), room)[:3]

    def hasHeightForWidth(self) -> bool:
        """Grow downwards with a long sentence."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of name and sentence."""
        name, detail = self._lines(width)
        edges = 26 if len(name) + len(detail) == 2 else 18
        return edges + len(name) * TITLE_LINE + len(detail) * DETAIL_LINE

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(240, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        painter, rect, width = begin(self), self.area(), float(self.width())
        row, rtl = self._row, self.rtl
        if row.chosen:
            ground, line = theme.color("raised"), theme.color("line")
            painting.box(painter, rect, RADIUS.large, ground, line)
        tone = TONES["warning" if row.trouble else "accent" if row.chosen else "neutral"]
        disc = painting.visual(QRectF(12, rect.center().y() - 22, 44, 44), width, rtl)
        paint_avatar(painter, disc, "", tone.ground, tone.ink, row.icon, rtl=rtl)
        name, detail = self._lines(width)
        top = rect.center().y() - (len(name) * TITLE_LINE + len(detail) * DETAIL_LINE) / 2
        wide = width - 68 - (36 if row.chosen else 12)
        bold, ink = fonts.font("body", "semibold"), theme.color("text")
        small, muted = fonts.font("caption"), theme.color("muted")
        names = [painting.isolate(part) for part in name]
        for rows, font, colour, step in (
            (names, bold, ink, TITLE_LINE), (detail, small, muted, DETAIL_LINE)
        ):  # fmt: skip
            for words in rows:
                place = painting.visual(QRectF(68, top, wide, step), width, rtl)
                painting.text(painter, place, words, font, colour, rtl=rtl, elide=True)
                top += step
        if row.chosen:
            sign = painting.visual(QRectF(width - 36, rect.center().y() - 10, 20, 20), width, rtl)
            paint_icon(painter, sign, "check-circle", theme.color("positive"), "fill")


class ResultBox(PaintedWidget):
    """What a try led to: sign, a sentence, one more. Empty it keeps its room."""

    _LEAST = 72

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result = Result()
        grow(self)

    def show_result(self, result: Result) -> None:
        """Say something else."""
        if result != self._result:
            self._result = result
            self.setAccessibleName(f"{result.title} {result.text}".strip())
            self.refresh()

    def _lines(self, width: float) -> tuple[list[str], list[str]]:
        room, result = width - 62 - 20, self._result
        title = painting.wrap(result.title, fonts.font("lead", "semibold"), room)
        return title, painting.wrap(result.text, fonts.font("body"), room) if result.text else []

    def hasHeightForWidth(self) -> bool:
        """Grow downwards."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the broken words."""
        title, text = self._lines(width)
        return max(self._LEAST, 30 + len(title) * 24 + len(text) * 22)

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(480, self.heightForWidth(max(self.width(), 320)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, sign and words."""
        if not self._result.title:
            return
        painter, rect, width = begin(self), self.area(), float(self.width())
        tone: Tone = self._result.tone
        line = theme.color("line_strong") if theme.current().is_contrast else None
        painting.box(painter, rect, RADIUS.large, theme.color(TONES[tone].ground), line)
        sign = painting.visual(QRectF(23, rect.center().y() - 11, 22, 22), width, self.rtl)
        paint_icon(painter, sign, _ICONS[tone], theme.color(TONES[tone].ink), "fill")
        title, text = self._lines(width)
        top, ink = rect.center().y() - (len(title) * 24 + len(text) * 22) / 2, theme.color("text")
        bold, plain = fonts.font("lead", "semibold"), fonts.font("body")
        for rows, font, step in ((title, bold, 24), (text, plain, 22)):
            for words in rows:
                place = painting.visual(QRectF(62, top, width - 82, step), width, self.rtl)
                painting.text(painter, place, words, font, ink, rtl=self.rtl)
                top += step


class Marks(QWidget):
    """Chips in as many lines as they need."""

    _GAP = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[Chip] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show these."""
        while len(self._chips) < len(marks):
            self._chips.append(Chip("", "positive", "check", self))
        for number, chip in enumerate(self._chips):
            chip.setVisible(number < len(marks))
            if number < len(marks):
                mark = marks[number]
                chip.setText(mark.text, "check" if mark.good else "warning")
                chip.setTone("positive" if mark.good else "warning")
        self._place()
        self.updateGeometry()

    def texts(self) -> list[str]:
        """What the chips say."""
        return [chip.text() for chip in self._chips if not chip.isHidden()]

    def _places(self, width: int) -> tuple[list[QRectF], int]:
        x = y = 0
        made = []
        for chip in self._chips:
            if chip.isHidden():
                continue
            size = chip.sizeHint()
            if x and x + size.width() > width:
                x, y = 0, y + size.height() + self._GAP
            made.append(QRectF(x, y, size.width(), size.height()))
            x += size.width() + self._GAP
        return made, y + SIZE.chip

    def _place(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        shown = [chip for chip in self._chips if not chip.isHidden()]
        for chip, place in zip(shown, self._places(self.width())[0], strict=True):
            chip.setGeometry(painting.visual(place, self.width(), rtl).toRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break anew."""
        super().resizeEvent(event)
        self._place()

    def hasHeightForWidth(self) -> bool:
        """Grow downwards."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        return self._places(width)[1]

    def sizeHint(self) -> QSize:
        """Return the room of one line at least."""
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    def minimumSizeHint(self) -> QSize:
        """Return the room of the widest chip."""
        widest = max((chip.sizeHint().width() for chip in self._chips), default=0)
        return QSize(widest, SIZE.chip)


class CodeCard(PaintedWidget):
    """A code to scan from the screen, black on white in every theme: an EAN-13, or a QR code."""

    def __init__(self, text: str, *, matrix: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._matrix = text, matrix
        self.setFixedSize(*((142, 142) if matrix else (326, 142)))
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card and its code; codes are never mirrored."""
        painter, rect = begin(self), self.area()
        painting.box(painter, rect, RADIUS.large, _WHITE, theme.color("line"))
        if self._matrix:
            self._paint_matrix(painter, rect)
            return
        module = 3.0
        left = rect.center().x() - 95 * module / 2
        corner = QRectF(left, 14, 95 * module, 96)
        paint_bars(painter, ean13_bars(self._text), corner.topLeft(), module, corner.height())
        under = QRectF(0, 114, rect.width(), 22)
        face = painting.ltr(code_face(self._text))
        painting.text(painter, under, face, fonts.font("body"), QColor("#1C1B19"), align="center")

    def _paint_matrix(self, painter: QPainter, rect: QRectF) -> None:
        side = qr_side(self._text, 106, 1)
        corner = QRectF(0, 0, side, side)
        corner.moveCenter(rect.center())
        paint_qr(painter, self._text, corner.topLeft(), side)
