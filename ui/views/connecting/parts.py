"""Parts of connecting: a list of checks, choices with a sentence each, figures in rows."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import Role
from ui.viewmodels.connecting.rights import CheckRow
from ui.views.components.base import PaintedWidget, begin, grow
from ui.views.components.label import Divider, Label
from ui.views.components.rows import PairRow
from ui.views.components.toggle import Radio
from ui.views.components.words import DETAIL_LINE, TITLE_LINE

_SIGNS: dict[str, tuple[str, Role]] = {
    "good": ("check-circle", "positive"),
    "bad": ("x-circle", "danger"),
    "look": ("warning", "warning"),
    "plain": ("plus-circle", "accent"),
}
_START = 40


class CheckLine(PaintedWidget):
    """One check: a sign that says how it stands, what it is, the remedy in as many lines as it
    takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = CheckRow("", "", "good")
        grow(self)

    def show_row(self, row: CheckRow) -> None:
        """Show another check."""
        self.row = row
        self.setAccessibleName(f"{row.title}. {row.text}".strip())
        self.refresh()

    def _lines(self, width: float) -> tuple[list[str], list[str]]:
        room, row = width - _START - 4, self.row
        title = painting.wrap(row.title, fonts.font("body", "medium"), room)
        return title, painting.wrap(row.text, fonts.font("caption"), room) if row.text else []

    def hasHeightForWidth(self) -> bool:
        """Grow downwards."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the broken words."""
        title, text = self._lines(width)
        return 16 + len(title) * TITLE_LINE + len(text) * DETAIL_LINE

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(400, self.heightForWidth(max(self.width(), 320)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(220, self.heightForWidth(max(self.width(), 220)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint sign and words."""
        painter, width = begin(self), float(self.width())
        icon, ink = _SIGNS[self.row.state]
        sign = painting.visual(QRectF(6, 8, 22, 22), width, self.rtl)
        paint_icon(painter, sign, icon, theme.color(ink), "fill")
        self._paint_words(painter, width)

    def _paint_words(self, painter: QPainter, width: float) -> None:
        title, text = self._lines(width)
        top = 8.0
        for rows, font, role, step in (
            (title, fonts.font("body", "medium"), "text", TITLE_LINE),
            (text, fonts.font("caption"), "muted", DETAIL_LINE),
        ):
            for words in rows:
                place = painting.visual(QRectF(_START, top, width - _START, step), width, self.rtl)
                ink = theme.color("text" if role == "text" else "muted")
                painting.text(painter, place, words, font, ink, rtl=self.rtl)
                top += step


class CheckList(QWidget):
    """Checks, one below the other, a hairline between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[CheckLine] = []
        self._rules: list[Divider] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_rows(self, rows: Sequence[CheckRow]) -> None:
        """Show these."""
        while len(self.lines) < len(rows):
            self.lines.append(CheckLine())
            self._rules.append(Divider())
            self._column.addWidget(self._rules[-1])
            self._column.addWidget(self.lines[-1])
        for number, (line, rule) in enumerate(zip(self.lines, self._rules, strict=True)):
            line.setVisible(number < len(rows))
            rule.setVisible(0 < number < len(rows))
            if number < len(rows):
                line.show_row(rows[number])


class Choices(QWidget):
    """One of several, each with a sentence below it. ``chosen`` carries its name."""

    chosen = Signal(object)

    def __init__(
        self, question: str, choices: Sequence[tuple[str, str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.radios: dict[str, Radio] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(question, "lead", "semibold", wrap=True))
        for name, title, text in choices:
            radio = self.radios[name] = Radio(title, parent=self)
            radio.setObjectName(name)
            radio.setAccessibleDescription(text)
            radio.clicked.connect(self._clicked)
            column.addWidget(radio)
            row = QHBoxLayout()
            row.addSpacing(_START)
            row.addWidget(Label(text, "caption", role="muted", wrap=True), 1)
            column.addLayout(row)

    def show_choice(self, name: str) -> None:
        """Show what is chosen."""
        self.radios[name].setChecked(True)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, Radio):
            self.chosen.emit(sender.objectName())


class Figures(QWidget):
    """Words with a figure each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PairRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show these."""
        while len(self.rows) < len(pairs):
            self.rows.append(PairRow(height=34))
            self._column.addWidget(self.rows[-1])
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(pairs))
            if number < len(pairs):
                row.setPair(*pairs[number])
