"""A list of found members: the components' list, selected by its own ground alone."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from ui.views.components.results import ResultList


class HitList(ResultList):
    """Found members. The style's own selection colour never shows behind the rounded row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        self.setPalette(palette)

    def choose_none(self) -> None:
        """Show that none of the rows is open."""
        self.setCurrentIndex(QModelIndex())
        self.clearSelection()
