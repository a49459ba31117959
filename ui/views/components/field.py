"""A field to type in: label above, box with icons, help or error below.

The ring replaces the border whenever the field takes typing, however it got the focus. The box
keeps one height, the line below is always there unless the field is a search, so an error moves
nothing.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role, TextStyle
from ui.views.components.base import PaintedWidget, begin, is_rtl
from ui.views.components.button import key_width, paint_key

FieldSize = Literal["search", "normal", "form", "money"]
Verdict = Literal["none", "error", "good"]

_HEIGHT: dict[FieldSize, int] = {
    "search": SIZE.field_search,
    "normal": SIZE.field,
    "form": SIZE.field_form,
    "money": SIZE.field_form - 6,
}
_STYLE: dict[FieldSize, TextStyle] = {
    "search": "body",
    "normal": "body",
    "form": "lead",
    "money": "title",
}
_LABEL = 20
_HELP = 22
_EDGE = 16
_CARET = 2.5
_INK: dict[Verdict, Role] = {"none": "muted", "error": "danger", "good": "positive"}
_SIGN: dict[Verdict, str] = {"none": "", "error": "warning-circle", "good": "check-circle"}


class Edit(QLineEdit):
    """The line that takes the typing: no frame, no ground, a caret in the focus colour.

    An ``ltr`` edit (phone, e-mail, numbers) always reads left to right but stands at the start
    edge of its field. ``left`` and ``entered`` tell where the typing goes.
    """

    entered = Signal()
    left = Signal()
    menu_words: ClassVar[Mapping[str, str]] = {}
    """What the menu of the second mouse button says, by Qt's names: Qt ships no Greek."""

    def __init__(self, style: TextStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ltr = False
        self.setFrame(False)
        self.setTextMargins(0, 0, 0, 0)
        weight: Literal["semibold", "regular"] = "semibold" if style == "title" else "regular"
        self.setFont(fonts.font(style, weight))
        palette = self.palette()  # only the ground is ours: the rest follows the theme
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)

    def set_ltr(self, ltr: bool) -> None:
        """Read left to right whatever the layout does."""
        self._ltr = ltr

    def stand(self, rtl: bool) -> None:
        """Stand at the start edge of a field that reads ``rtl``."""
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
        reads = rtl and not self._ltr
        direction = Qt.LayoutDirection
        self.setLayoutDirection(direction.RightToLeft if reads else direction.LeftToRight)

    def menu(self) -> QMenu:
        """Make Qt's own menu, in the till's language."""
        made = self.createStandardContextMenu()
        for action in made.actions():
            if action.objectName() in self.menu_words:
                _, tab, keys = action.text().partition("\t")
                action.setText(f"{self.menu_words[action.objectName()]}{tab}{keys}")
        return made

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu where the mouse is."""
        made = self.menu()
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the box to show its ring."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the box to take its ring away."""
        super().focusOutEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a steady caret over Qt's thin one."""
        super().paintEvent(event)
        if self.hasFocus() and not self.isReadOnly() and not self.hasSelectedText():
            caret = self.cursorRect()
            x = float(caret.center().x())
            # Beside what stands there until somebody types, not over it.
            if not self.text() and not is_rtl(self):
                x = max(x - _CARET, 0.0)
            spot = QRectF(x, caret.top(), _CARET, caret.height())
            QPainter(self).fillRect(spot, theme.color("focus"))


class TextField(PaintedWidget):
    """Label, box, help. ``edited`` carries the typed text, ``submitted`` comes on Enter."""

    edited = Signal(object)
    submitted = Signal()

    def __init__(
        self,
        label: str = "",
        *,
        size: FieldSize = "normal",
        icon: str = "",
        key: str = "",
        placeholder: str = "",
        ltr: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label, self._icon, self._key = label, icon, key
        self._size: FieldSize = size
        self._help = ""
        self._verdict: Verdict = "none"
        self._reserves_help = size in ("normal", "form")
        self.edit = Edit(_STYLE[size], self)
        self.edit.set_ltr(ltr)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(label or placeholder)
        self.edit.textEdited.connect(self._tell_edited)
        self.edit.returnPressed.connect(self._tell_submitted)
        self.edit.entered.connect(self.update)
        self.edit.left.connect(self.update)
        self.setFocusProxy(self.edit)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(label or placeholder)

    def text(self) -> str:
        """Return what is in the field."""
        return self.edit.text()

    def setText(self, text: str) -> None:
        """Put ``text`` in the field without telling anybody."""
        if text != self.edit.text():
            self.edit.setText(text)

    def clear(self) -> None:
        """Empty the field without telling anybody."""
        self.edit.clear()

    def setLabel(self, text: str) -> None:
        """Change what it asks for."""
        if text != self._label:
            self._label = text
            self.setAccessibleName(text)
            self.edit.setAccessibleName(text)
            self._place()
            self.refresh()

    def setPlaceholder(self, text: str) -> None:
        """Change the words in the empty box."""
        self.edit.setPlaceholderText(text)
        if not self._label:
            self.edit.setAccessibleName(text)

    def setHelp(self, text: str, verdict: Verdict = "none") -> None:
        """Say something below: help, what is wrong (``error``), or that all is well (``good``)."""
        self._help, self._verdict = text, verdict
        self.edit.setAccessibleDescription(text)
        self._place()
        self.refresh()

    def setError(self, text: str) -> None:
        """Say what is wrong, in words that help; empty takes it away."""
        self.setHelp(text, "error" if text else "none")

    def setReservesHelp(self, reserves: bool) -> None:
        """Keep the line below even while it is empty, so that an error moves nothing."""
        self._reserves_help = reserves
        self.refresh()

    def _tell_edited(self, text: str) -> None:
        self.edited.emit(text)

    def _tell_submitted(self) -> None:
        self.submitted.emit()

    def _has_help_line(self) -> bool:
        return bool(self._help) or self._reserves_help

    def sizeHint(self) -> QSize:
        """Return the room of label, box and help."""
        tall = _HEIGHT[self._size]
        tall += _LABEL if self._label else 0
        tall += _HELP if self._has_help_line() else 0
        return QSize(240, tall)

    def minimumSizeHint(self) -> QSize:
        """Return the least room; the label always fits."""
        return QSize(
            max(120, fonts.width(self._label, "caption", "medium")), self.sizeHint().height()
        )

    def box_rect(self) -> QRectF:
        """Return where the box is."""
        top = _LABEL if self._label else 0
        return QRectF(0, top, self.width(), _HEIGHT[self._size])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the edit inside its box."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let the whole box take the typing."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def _end_width(self) -> int:
        if self._verdict != "none":
            return 28
        return key_width(self._key) + 8 if self._key else 0

    def _place(self) -> None:
        box = self.box_rect()
        start = _EDGE + (30 if self._icon else 0)
        edge = 10 if self._key else _EDGE
        room = QRectF(
            start, box.y() + 3, box.width() - start - edge - self._end_width(), box.height() - 6
        )
        place = painting.visual(room, box.width(), self.rtl)
        self.edit.setGeometry(place.toRect().adjusted(-2, 0, 2, 0))
        self.edit.stand(self.rtl)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint label, box, icons and help."""
        painter, width = begin(self), float(self.width())
        enabled, box = self.isEnabled(), self.box_rect()
        if self._label:
            row, font = QRectF(0, 0, width, 18), fonts.font("caption", "medium")
            painting.text(painter, row, self._label, font, theme.color("text"), rtl=self.rtl)
        self._paint_box(painter, box, enabled)
        self._paint_icons(painter, box, enabled)
        if self._help:
            ink = theme.color(_INK[self._verdict])
            row, font = QRectF(0, box.bottom() + 4, width, 18), fonts.font("caption")
            painting.text(painter, row, self._help, font, ink, rtl=self.rtl, elide=True)

    def _paint_box(self, painter: QPainter, box: QRectF, enabled: bool) -> None:
        if self.edit.hasFocus():
            painting.box(
                painter, box, RADIUS.control, theme.color("raised"), theme.color("focus"), 2.5
            )
        elif not enabled:
            painting.box(painter, box, RADIUS.control, theme.color("surface"), theme.color("line"))
        else:
            error = self._verdict == "error"
            line, pen = theme.color("danger" if error else "outline"), 1.5 if error else 1.0
            painting.box(painter, box, RADIUS.control, theme.color("raised"), line, pen)

    def _paint_icons(self, painter: QPainter, box: QRectF, enabled: bool) -> None:
        width, middle = box.width(), box.center().y()
        if self._icon:
            role: Role = "accent" if self.edit.hasFocus() and self._size != "search" else "muted"
            place = painting.visual(QRectF(14, middle - 10, 20, 20), width, self.rtl)
            ink = theme.color(role if enabled else "disabled")
            paint_icon(painter, place, self._icon, ink, rtl=self.rtl)
        if self._verdict != "none":
            place = painting.visual(QRectF(width - 30, middle - 9, 18, 18), width, self.rtl)
            ink = theme.color(_INK[self._verdict])
            paint_icon(painter, place, _SIGN[self._verdict], ink, "fill")
        elif self._key:
            wide = key_width(self._key)
            cap = QRectF(width - 10 - wide, middle - 11, wide, SIZE.key_cap)
            place = painting.visual(cap, width, self.rtl)
            paint_key(painter, place, self._key, theme.color("muted"), theme.color("line_strong"))
