"""The eye that never tires: finds text that does not fit, targets too small, boxes too narrow.

Every painted widget is rendered once while its texts are watched, so what is checked is what is
painted, in the language, direction and size of now. Texts that may be cut say so when painted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap, QRegion
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QLineEdit, QWidget

from ui.theme import painting
from ui.theme.painting import PaintedText
from ui.theme.tokens import SIZE
from ui.views.components.base import PaintedButton, PaintedWidget

Trouble = Literal["cut", "outside", "target", "box"]
_SLACK = 1.5


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit, with enough to find it."""

    widget: str
    trouble: Trouble
    what: str


def misfits(root: QWidget) -> list[Misfit]:
    """Check ``root`` and everything visible in it; call it after ``show``."""
    found: list[Misfit] = []
    for widget in _visible(root):
        found += _text_trouble(widget)
        found += _target_trouble(widget)
        found += _box_trouble(widget)
    return found


def _visible(root: QWidget) -> Iterator[QWidget]:
    yield root
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and widget.width() > 0:
            yield widget


def painted_texts(widget: QWidget) -> list[PaintedText]:
    """Render ``widget`` without its children and return the texts it painted."""
    texts: list[PaintedText] = []
    ground = QPixmap(widget.size())
    with painting.watching(texts.append):
        widget.render(ground, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return texts


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__}({widget.accessibleName() or widget.objectName()})"


def _paints_itself(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    in_view = isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget
    own = type(widget).__module__.startswith(("ui.", "tests."))
    return own or in_view


def _text_trouble(widget: QWidget) -> list[Misfit]:
    if isinstance(widget, QLabel):
        return _label_trouble(widget)
    if isinstance(widget, QLineEdit):
        return _placeholder_trouble(widget)
    if not _paints_itself(widget) or isinstance(widget, QAbstractScrollArea):
        return []
    name, found = _name(widget), []
    for text in painted_texts(widget):
        if not text.fits and not text.may_elide:
            room = f"{text.text!r} needs {text.need:.0f}, has {text.room:.0f}"
            found.append(Misfit(name, "cut", room))
        elif isinstance(widget, PaintedWidget | PaintedButton) and _leaves(text, widget):
            found.append(Misfit(name, "outside", repr(text.text)))
    return found


def _leaves(text: PaintedText, widget: QWidget) -> bool:
    rect = text.rect
    return (
        rect.left() < -_SLACK
        or rect.top() < -_SLACK
        or rect.right() > widget.width() + _SLACK
        or rect.bottom() > widget.height() + _SLACK
    )


def _label_trouble(label: QLabel) -> list[Misfit]:
    if label.wordWrap() or label.width() + 1 >= label.sizeHint().width():
        return []
    return [Misfit(_name(label), "cut", repr(label.text()))]


def _placeholder_trouble(edit: QLineEdit) -> list[Misfit]:
    if edit.text() or not edit.placeholderText():
        return []
    need = edit.fontMetrics().horizontalAdvance(edit.placeholderText())
    if need <= edit.width() - 2:
        return []
    return [Misfit(_name(edit), "cut", repr(edit.placeholderText()))]


def _target_trouble(widget: QWidget) -> list[Misfit]:
    focusable = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    if isinstance(widget, QLineEdit) or not (isinstance(widget, QAbstractButton) or focusable):
        return []
    side = min(widget.width(), widget.height())
    if side >= SIZE.touch:
        return []
    return [Misfit(_name(widget), "target", f"{widget.width()} by {widget.height()}")]


def _box_trouble(widget: QWidget) -> list[Misfit]:
    least = widget.minimumSizeHint()
    scrolls = isinstance(widget, QAbstractScrollArea | QLineEdit)
    if widget.isWindow() or scrolls or not least.isValid():
        return []
    if widget.width() >= least.width() and widget.height() >= least.height():
        return []
    size = f"{widget.width()} by {widget.height()}, needs {least.width()} by {least.height()}"
    return [Misfit(_name(widget), "box", size)]
