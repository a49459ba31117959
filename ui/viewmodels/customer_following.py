"""What shows a customer's sale follows whichever counter the shell has, or none."""

from PySide6.QtCore import QObject, Slot

from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.shell import ShellViewModel


class Following(QObject):
    """``_moved`` is called after anything on the counter changed, and when there is another one.

    None: nobody is signed in, the till is closed.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counter: CounterViewModel | None = None
        self._shell: ShellViewModel | None = None

    def watch(self, shell: ShellViewModel) -> None:
        """Follow the counter of this window, now and after every change of cashier."""
        self._shell = shell
        shell.changed.connect(self._look)
        self._look()

    def follow(self, counter: CounterViewModel | None) -> None:
        """Follow this counter from now on."""
        if counter is self._counter:
            return
        if self._counter is not None:
            self._counter.changed.disconnect(self._changed)
        self._counter = counter
        if counter is not None:
            counter.changed.connect(self._changed)
        self._moved()

    @Slot()
    def _look(self) -> None:
        if self._shell is not None:
            self.follow(self._shell.counter)

    @Slot()
    def _changed(self) -> None:
        self._moved()

    def _moved(self) -> None:
        raise NotImplementedError
