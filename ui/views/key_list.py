"""F1: every key that does something now, over everything; a row can be pressed as well."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from terminal.i18n import Words
from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, SIZE
from ui.views.components.base import PaintedButton, begin
from ui.views.components.button import Button, key_width, paint_key
from ui.views.components.label import Label
from ui.views.components.surface import Overlay
from ui.views.counter.keys import key_text
from ui.views.counter.layout import column, fill, row
from ui.views.page import KeyAction

_ACROSS = 3
_WIDTH = 1010
_EDGE = 28
_GAP = 28


class KeyRow(PaintedButton):
    """What a key does, and the key."""

    def __init__(self, text: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room of both."""
        need = fonts.width(self._words, "body") + 20 + key_width(self._key)
        return QSize(need + 12, SIZE.touch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        painter, width, height = begin(self), float(self.width()), float(self.height())
        if self.is_hovered():
            painting.box(painter, self.area(), RADIUS.control, theme.color("surface"))
        if self.ring:
            painting.focus_ring(painter, self.area(), RADIUS.control)
        wide = key_width(self._key)
        room = painting.visual(QRectF(6, 0, width - wide - 20, height), width, self.rtl)
        ink = theme.color("text")
        painting.text(painter, room, self._words, fonts.font("body"), ink, rtl=self.rtl)
        top = (height - SIZE.key_cap) / 2
        cap = QRectF(width - wide - 6, top, wide, SIZE.key_cap)
        place = painting.visual(cap, width, self.rtl)
        paint_key(painter, place, self._key, theme.color("muted"), theme.color("line_strong"))


class KeyList(Overlay):
    """Made anew at each opening, for what can be done changes with the screen."""

    def __init__(self, parent: QWidget, words: Words, actions: Sequence[KeyAction]) -> None:
        super().__init__(parent)
        t = words.t
        self.setAccessibleName(t("Keys"))
        self.rows: list[KeyRow] = []
        title = Label(t("Keys"), "title", "semibold")
        note = Label(t("A scan needs no key: it works wherever you are"), "body", role="muted")
        close = Button(t("Close"), key="Esc")
        close.clicked.connect(self.closed)
        self.closed.connect(self.hide)
        texts = column(spacing=2)
        fill(texts, title, note)
        head = row()
        fill(head, texts, None, close)
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(0)
        deep = -(-len(actions) // _ACROSS)
        for number, action in enumerate(actions):
            item = KeyRow(action.label, key_text(action.key, t("Enter")))
            item.clicked.connect(partial(self._press, action))
            self.rows.append(item)
            grid.addWidget(item, number % deep, number // deep)
        wide = (min(_WIDTH, parent.width() - 48) - 2 * _EDGE - (_ACROSS - 1) * _GAP) // _ACROSS
        for across in range(_ACROSS):
            grid.setColumnMinimumWidth(across, wide)
        made = column(self.panel, margin=_EDGE)
        fill(made, head, 16, grid)

    def _press(self, action: KeyAction) -> None:
        self.hide()
        action.callback()
