"""Signing in: people as large tiles, then the PIN on a pad or on the keyboard."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from terminal.services.models import SignedIn
from ui.theme import painting, theme
from ui.theme.tokens import RADIUS
from ui.viewmodels.desk import LEAST, DeskModel
from ui.viewmodels.notices import Notice
from ui.views.components.base import PaintedButton, PaintedWidget, begin
from ui.views.components.button import Button
from ui.views.components.chip import initials, paint_avatar
from ui.views.components.label import Label
from ui.views.components.notices import Banner, EmptyState
from ui.views.components.pad import NumericPad
from ui.views.components.surface import Sheet
from ui.views.components.words import paint_two_lines
from ui.views.page import KeyAction, Page

_TILE = 88
_DOT = 16


class PersonTile(PaintedButton):
    """Somebody who may sign in."""

    def __init__(self, person: SignedIn, role: str, parent: QWidget | None = None) -> None:
        super().__init__(person.name, parent)
        self.person = person
        self._role_name = role
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(role)

    def sizeHint(self) -> QSize:
        """Return the room of a tile."""
        return QSize(216, _TILE)

    def minimumSizeHint(self) -> QSize:
        """Return the least room of a tile."""
        return QSize(170, _TILE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tile."""
        painter, rect, width = begin(self), self.area(), float(self.width())
        if self.ring:
            rect = painting.focus_ring(painter, rect, RADIUS.large)
        here = self.isChecked()
        ground = theme.color(
            "accent_soft" if here else "surface" if self.is_hovered() else "raised"
        )
        painting.box(
            painter, rect, RADIUS.large, ground, theme.color("accent" if here else "line_strong")
        )
        disc = painting.visual(QRectF(18, (_TILE - 48) / 2, 48, 48), width, self.rtl)
        paint_avatar(
            painter, disc, initials(self._words)[:1], "raised" if here else "sunken", "text"
        )
        room = painting.visual(QRectF(80, 0, width - 94, _TILE), width, self.rtl)
        paint_two_lines(painter, room, painting.isolate(self._words), self._role_name, rtl=self.rtl)


class PinDots(PaintedWidget):
    """How many digits were typed, never which. Takes the keyboard."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setFixedHeight(56)

    def show_count(self, count: int) -> None:
        """Show ``count`` digits."""
        self._count = count
        self.setAccessibleDescription(str(count))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of eight dots."""
        return QSize(252, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and its dots."""
        painter, rect = begin(self), self.area()
        focused = self.hasFocus()
        line = theme.color("focus" if focused else "outline")
        pen = 2.5 if focused else 1.0
        painting.box(painter, rect, RADIUS.control, theme.color("raised"), line, pen)
        shown = max(self._count, LEAST)
        start = (rect.width() - shown * _DOT - (shown - 1) * 12) / 2
        for number in range(shown):
            dot = QRectF(start + number * (_DOT + 12), (56 - _DOT) / 2, _DOT, _DOT)
            if number < self._count:
                painting.disc(painter, dot, theme.color("text"))
            else:
                painting.disc(painter, dot, theme.color("raised"), theme.color("line_strong"), 1.5)


class SignInPage(Page):
    """Who stands at the till. ``finished`` carries ``SignedIn``, or None where that is allowed.

    ``may_leave``: whether somebody is signed in already, so that Esc may go back to them.
    """

    wants_key_bar = True

    def __init__(
        self,
        model: DeskModel,
        may_leave: Callable[[], bool] = lambda: False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._may_leave, self._gone = model, may_leave, False
        w = model.words
        self.title = Label(w.t("Who is at the till?"), "title", "semibold", wrap=True)
        self.hello = Label("", "lead", "semibold", elide=True)
        self.hint = Label(w.t("Type your PIN"), "body", role="muted")
        self.dots = PinDots(w.t("PIN"))
        self.pad = NumericPad("", backspace_name=w.t("Delete"))
        self.error = Banner(tone="danger")
        self.enter = Button(w.t("Sign in"), "primary", size="primary", key=w.t("Enter"))
        self.no_one = EmptyState("users", w.t("Nobody works here yet"),
                                 w.t("Add the first person in the set-up."))  # fmt: skip
        self.tiles: list[PersonTile] = []
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self.people = QGridLayout()
        self.people.setSpacing(12)
        start = QVBoxLayout()
        start.setSpacing(16)
        start.addWidget(self.title)
        start.addLayout(self.people)
        start.addWidget(self.no_one)
        start.addStretch(1)
        end = QVBoxLayout()
        end.setSpacing(6)
        for widget in (self.hello, self.hint):
            end.addWidget(widget)
        end.addSpacing(4)
        end.addWidget(self.dots)
        end.addSpacing(6)
        end.addWidget(self.pad)
        end.addSpacing(4)
        end.addWidget(self.error)
        end.addStretch(1)
        end.addWidget(self.enter)
        self.end = QWidget()
        self.end.setFixedWidth(300)
        end.setContentsMargins(0, 0, 0, 0)
        self.end.setLayout(end)
        sheet = Sheet()
        sheet.setMaximumWidth(960)
        row = QHBoxLayout(sheet)
        row.setContentsMargins(32, 28, 32, 28)
        row.setSpacing(40)
        row.addLayout(start, 1)
        row.addWidget(self.end)
        page = QHBoxLayout(self)
        page.setContentsMargins(16, 4, 16, 0)
        page.addStretch(1)
        page.addWidget(sheet, 100)
        page.addStretch(1)

    def _connect(self) -> None:
        self.pad.typed.connect(self._pad_typed)
        self.pad.erased.connect(self._model.erase)
        self.enter.clicked.connect(self._model.submit)
        self._model.changed.connect(self._show)
        self._model.signed_in.connect(self.finished)
        self._model.not_a_badge.connect(self._tell)
        self.pad.key("extra").hide()

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        model = self._model
        if [tile.person for tile in self.tiles] != list(model.people):
            self._fill()
        for tile in self.tiles:
            tile.setChecked(tile.person == model.person)
        chosen = model.person is not None
        self.no_one.setVisible(not model.people)
        self.end.setVisible(bool(model.people))
        choose = model.words.t("Choose your name first")
        self.hello.setText(model.person.name if model.person else choose)
        self.hint.setVisible(chosen)
        self.dots.show_count(model.digits)
        self.dots.setEnabled(chosen)
        self.pad.setEnabled(chosen)
        self.error.setBanner(model.error, "", "danger")
        self.error.setVisible(bool(model.error))
        self.enter.setEnabled(model.ready or model.busy)
        self.enter.setBusy(model.busy)
        self.keys_changed.emit()

    def _fill(self) -> None:
        for tile in self.tiles:
            self.people.removeWidget(tile)
            tile.deleteLater()
        self.tiles = []
        for number, person in enumerate(self._model.people):
            tile = PersonTile(person, self._model.role_name(person))
            tile.clicked.connect(self._chosen)
            self.people.addWidget(tile, number // 2, number % 2)
            self.tiles.append(tile)
        if self.isVisible():
            self.focus_first()

    def _chosen(self) -> None:
        tile = self.sender()
        if isinstance(tile, PersonTile):
            self._model.choose(tile.person)
            self.dots.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, sentence: object) -> None:
        self.told.emit(Notice(str(sentence), "warning"))

    def _pad_typed(self, digit: object) -> None:
        self._model.type_digit(str(digit))

    # -- the keyboard ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take digits, backspace and Enter wherever the focus is on this page."""
        key = event.key()
        if event.text().isdigit():
            self._model.type_digit(event.text())
        elif key == Qt.Key.Key_Backspace:
            self._model.erase()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._model.submit()
        else:
            super().keyPressEvent(event)

    # -- the shell's side --------------------------------------------------------------------

    def open_with(self, subject: str) -> None:
        """Ask anew; ``subject`` is the id of who showed a badge."""
        self._model.leave()
        self._model.read(subject)

    def take_scan(self, text: str) -> bool:
        """A badge chooses its owner; nobody sells before somebody has signed in."""
        if self._may_leave():
            return False  # the counter knows badges too
        self._model.take_badge(text)
        return True

    def focus_first(self) -> None:
        """Put the focus on the PIN, or on the first person."""
        if self._model.person is None and self.tiles:
            self.tiles[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.dots.setFocus(Qt.FocusReason.OtherFocusReason)

    def keys(self) -> Sequence[KeyAction]:
        """What the keys do here."""
        w = self._model.words
        can = self._may_leave() or (self._model.person is not None and len(self.tiles) > 1)
        return [KeyAction(w.t("Back"), "Esc", "arrow-left", self._escape, at_end=True, enabled=can)]

    def _escape(self) -> None:
        if self._model.back():
            self.focus_first()
        elif self._may_leave():
            self._model.leave()
            if not self._gone:
                self._gone = True
                self._model.signed_in.disconnect(self.finished)
            self.finished.emit(None)

    def showEvent(self, event: QEvent) -> None:
        """Start where work begins."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.focus_first()
