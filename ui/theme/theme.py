"""The theme in use: colours by role now, one palette for native parts, a signal on change.

There is one theme per process, reached by ``current()``. Widgets must ask for colours when they
paint and keep none, except in a cache keyed by ``Theme.name``.
"""

from functools import lru_cache

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QToolTip

from ui.theme import fonts
from ui.theme.palette import PALETTES
from ui.theme.tokens import Role, ThemeName

_ROLES: dict[QPalette.ColorRole, Role] = {
    QPalette.ColorRole.Window: "surface",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "raised",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.ToolTipBase: "overlay",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line_strong",
    QPalette.ColorRole.Dark: "outline",
    QPalette.ColorRole.Shadow: "outline",
}
_WRITTEN = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)
IN_FUSION = "in_fusion"
"""Property of an application that was started in this style."""


@lru_cache(maxsize=512)
def _colour(theme: ThemeName, role: Role) -> QColor:
    return QColor(PALETTES[theme][role])


@lru_cache(maxsize=3)
def qpalette(theme: ThemeName) -> QPalette:
    """Build the palette that Fusion and the native parts use under ``theme``."""
    palette = QPalette()
    for qt_role, role in _ROLES.items():
        palette.setColor(qt_role, _colour(theme, role))
    for qt_role in _WRITTEN:
        palette.setColor(QPalette.ColorGroup.Disabled, qt_role, _colour(theme, "disabled"))
    return palette


class Theme(QObject):
    """The current theme. ``changed`` is emitted after the new colours are in place.

    With ``reduced_motion`` nothing turns or fades; what waits is told by words.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name: ThemeName = "light"
        self.reduced_motion = False

    @property
    def name(self) -> ThemeName:
        """Which theme is in use."""
        return self._name

    @property
    def is_contrast(self) -> bool:
        """Whether shapes must be told by lines because every ground is black."""
        return self._name == "contrast"

    def color(self, role: Role) -> QColor:
        """Return the colour of ``role`` now. The object is shared: never change it."""
        return _colour(self._name, role)

    def use(self, app: QApplication, name: ThemeName) -> None:
        """Switch ``app`` to ``name``; setting the palette repaints every widget."""
        self._name = name
        app.setPalette(qpalette(name))
        QToolTip.setPalette(qpalette(name))
        self.changed.emit()


@lru_cache(maxsize=1)
def current() -> Theme:
    """Return the theme of this process."""
    return Theme()


def color(role: Role) -> QColor:
    """Return the colour of ``role`` in the current theme."""
    return current().color(role)


def apply(app: QApplication, name: ThemeName) -> None:
    """Dress ``app``: Fusion, the bundled fonts and the palette of theme ``name``."""
    # Whoever was started in Fusion says so: to ask for the style makes all its enumerations.
    if not app.property(IN_FUSION) and app.style().objectName() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    fonts.load()
    app.setFont(fonts.font("body"))
    QToolTip.setFont(fonts.font("caption"))
    current().use(app, name)
