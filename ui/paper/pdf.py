"""A PDF under way: pages of one size, painted in twentieths of a millimetre."""

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from ui.theme import fonts

DPI = 508
PER_MM = 20
"""Units to a millimetre; 508 dpi are exactly that."""


class Document:
    """Paint with ``painter``, go on with ``new_page``, end with ``finish``."""

    per_mm = PER_MM

    def __init__(self, title: str, size: QPageSize) -> None:
        fonts.load()
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setResolution(DPI)
        self._writer.setPageLayout(
            QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
        )
        self.painter = QPainter(self._writer)

    def new_page(self) -> None:
        """Go on on another page."""
        self._writer.newPage()

    def finish(self) -> bytes:
        """The whole document; nothing can be painted any more."""
        self.painter.end()
        self._buffer.close()
        return bytes(self._buffer.data().data())
