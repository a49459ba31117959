"""Rewards: to choose in the redeem panel, and as a line of the member's column."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedButton, begin
from ui.views.components.button import key_width, paint_key
from ui.views.components.toggle import paint_check, paint_radio
from ui.views.components.words import paint_two_lines

_GAP = 12


class RewardRow(PaintedButton):
    """A reward to choose: radio, box or lock, name, detail, price in points, key."""

    def __init__(self, title: str = "", cost: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._cost, self._detail, self._key, self._locked = cost, "", "", False
        self._several = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setReward(
        self,
        title: str,
        cost: str,
        *,
        detail: str = "",
        key: str = "",
        locked: bool = False,
        several: bool = False,
    ) -> None:
        """Show a reward; a locked one stays visible and says in ``detail`` what is missing.

        ``several``: others can be chosen with it, so that it has a check box.
        """
        self._several = several
        self._cost, self._detail, self._key, self._locked = cost, detail, key, locked
        self.setText(title)
        self.setEnabled(not locked)
        self.setAccessibleName(", ".join(part for part in (title, cost, detail) if part))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of a compact row."""
        return QSize(280, SIZE.row_compact)

    def minimumSizeHint(self) -> QSize:
        """Return the least room of a row."""
        return QSize(200, SIZE.row_compact)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        painter, rtl = begin(self), self.rtl
        width, height = float(self.width()), float(self.height())
        rect = self.area()
        if self.isChecked():
            painting.selection(painter, rect, RADIUS.control)
        elif self.is_hovered():
            painting.box(painter, rect, RADIUS.control, theme.color("surface"))
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.control)
        mark = painting.visual(QRectF(12, (height - 24) / 2, 24, 24), width, rtl)
        if self._locked:
            lock = mark.adjusted(2, 2, -2, -2)
            paint_icon(painter, lock, "lock", theme.color("muted"))
        elif self._several:
            paint_check(painter, mark, self.isChecked())
        else:
            paint_radio(painter, mark, self.isChecked())
        end = width - 10
        if self._key:
            wide = key_width(self._key)
            cap = painting.visual(
                QRectF(end - wide, (height - 22) / 2, wide, SIZE.key_cap), width, rtl
            )
            paint_key(painter, cap, self._key, theme.color("muted"), theme.color("line_strong"))
            end -= wide + _GAP
        cost = painting.ltr(self._cost)
        wide = fonts.width(cost, "body", "medium")
        place = painting.visual(QRectF(end - wide, 0, wide, height), width, rtl)
        ink: Role = "muted" if self._locked else "text"
        font = fonts.font("body", "medium")
        painting.text(painter, place, cost, font, theme.color(ink), align="end", rtl=rtl)
        room = painting.visual(QRectF(48, 0, end - wide - 48 - 8, height), width, rtl)
        paint_two_lines(painter, room, self._words, self._detail, rtl=rtl, ink=ink)
