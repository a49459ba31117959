"""The one place where other threads enter the GUI thread."""

from PySide6.QtCore import QObject, Signal


class ThreadBridge(QObject):
    """Create it on the GUI thread; call ``post`` from any thread.

    Receivers must be methods of QObjects that live on the GUI thread: a lambda would run on the
    caller's. Events travel as ``object``, since a Signal(int) is only 32 bits wide.
    """

    posted = Signal(object)

    def post(self, event: object) -> None:
        """Hand an event over; it arrives when the GUI thread is back in its event loop."""
        self.posted.emit(event)
