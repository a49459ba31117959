"""Things in columns of fixed width that must hold any language: they give up extras, not words."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import SIZE, TextStyle
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.button import Button, ButtonSize, Variant
from ui.views.components.figures import TotalRow
from ui.views.components.pad import CashChoice

_LADDER: tuple[TextStyle, ...] = ("hero", "display", "big", "title", "lead")
_PAD = 14
_LINE = 21


class FitButton(Button):
    """A wide button: where it is too narrow its key goes, then its icon, then it breaks."""

    def __init__(
        self,
        text: str = "",
        variant: Variant = "secondary",
        *,
        size: ButtonSize = "normal",
        icon: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, variant, size=size, icon=icon, key=key, parent=parent)
        self._wanted = (icon, key)

    def setIconName(self, icon: str) -> None:
        """Change the icon, and find out anew what has room."""
        self._wanted = (icon, self._wanted[1])
        self._fit()

    def setKey(self, key: str) -> None:
        """Change the key cap, and find out anew what has room."""
        self._wanted = (self._wanted[0], key)
        self._fit()

    def setText(self, text: str) -> None:
        """Change the words, and find out anew what has room."""
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew what has room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        icon, key = self._wanted
        ways = ((icon, key), (icon, ""), ("", ""))
        shown = next((way for way in ways if self.need(*way) <= self.width()), ways[-1])
        super().setIconName(shown[0])
        super().setKey(shown[1])

    def sizeHint(self) -> QSize:
        """Return the height; the column says how wide."""
        return QSize(SIZE.touch * 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the room of the longest word."""
        need = max((fonts.width(word, "body", "medium") for word in self.text().split()), default=0)
        return QSize(max(need + 2 * _PAD, SIZE.touch), self.sizeHint().height())

    def paint_content(self, painter: QPainter) -> None:
        """Break the words over two lines where nothing else helped."""
        icon = self.icon_name()
        if icon or self.is_busy() or self.need(icon, self.key()) <= self.width():
            super().paint_content(painter)
            return
        font, room = fonts.font("body", "medium"), self.width() - 2 * _PAD
        lines = painting.wrap(self.text(), font, room)[:2]
        top = (self.height() - len(lines) * _LINE) / 2
        for number, words in enumerate(lines):
            place = QRectF(_PAD, top + number * _LINE, room, _LINE)
            painting.text(painter, place, words, font, self.ink(), rtl=self.rtl)


class Headline(PaintedWidget):
    """The one figure of a screen, as large as there is room; two lines before it gets small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(84)

    def setText(self, text: str) -> None:
        """Change the text."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        """Return the text."""
        return self._text

    def sizeHint(self) -> QSize:
        """Return the height; the place says how wide."""
        return QSize(240, 84)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(160, 84)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint on one line if it stays large, else on two."""
        painter, width = begin(self), float(self.width())
        style = fonts.fitting(self._text, width, _LADDER[:2], "semibold")
        lines = [self._text]
        if fonts.width(self._text, style, "semibold") > width:
            style = fonts.fitting(self._text, width, _LADDER[2:], "semibold")
            lines = painting.wrap(self._text, fonts.font(style, "semibold"), width)[:2]
        font, step = fonts.font(style, "semibold"), self.height() / len(lines)
        for number, words in enumerate(lines):
            place = QRectF(0, number * step, width, step)
            painting.text(painter, place, words, font, theme.color("text"), rtl=self.rtl)


class FitChoice(CashChoice):
    """A sum to give; where it is too narrow its key cap goes (the key itself goes on working), then
    the change is told shortly.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._wanted = ("", "", "", "")

    def setOffer(self, amount: str, change: str, key: str, short: str) -> None:
        """Show another sum."""
        self._wanted = (amount, change, key, short or change)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew what has room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        amount, change, key, short = self._wanted
        for said, cap in ((change, key), (change, ""), (short, "")):
            self.setChoice(amount, said, cap)
            if super().sizeHint().width() <= self.width():
                break

    def minimumSizeHint(self) -> QSize:
        """Return the room with the change told shortly."""
        amount, _, _, short = self._wanted
        need = max(
            fonts.width(painting.isolate(amount), "lead", "semibold"),
            fonts.width(short, "caption"),
        )
        return QSize(need + 28, SIZE.row)


class FitTotal(TotalRow):
    """A total that leaves out what it was where there is no room for both."""

    def __init__(self, style: TextStyle = "display", parent: QWidget | None = None) -> None:
        super().__init__(style, parent=parent)
        self._wanted = ("", "", "")

    def setTotal(self, label: str, figure: str, was: str = "") -> None:
        """Show a total."""
        self._wanted = (label, figure, was)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew what has room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        label, figure, was = self._wanted
        super().setTotal(label, figure, was)
        if was and super().minimumSizeHint().width() > self.width():
            super().setTotal(label, figure)

    def minimumSizeHint(self) -> QSize:
        """Return the room without what it was."""
        label, figure, _ = self._wanted
        need = fonts.width(label, "lead", "semibold") + 12
        need += fonts.width(painting.ltr(figure), "lead", "semibold")
        return QSize(need, self.minimumHeight())
