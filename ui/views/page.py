"""Page: what the shell can show in its middle, and what a page tells the shell about itself.

A page is a self-contained widget: it gets its view model through its constructor, never reaches for
the shell, and says with ``finished`` that it is done. The shell owns the key bar, the shortcuts and
the scanner, and asks the page that is shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class KeyAction:
    """One entry of the key bar, valid while its page shows.

    ``key`` is a portable key sequence ("F6", "Esc", "Ctrl+Z", "Return"; the bar shows "Ctrl Z");
    empty: touch only. ``at_end`` entries stand at the end edge and are never dropped for room.
    A disabled entry keeps its place in the bar and its key does nothing. ``in_bar`` False: the key
    works and stands in the list of keys, the bar has no room for it. ``aliases`` are further keys.
    """

    label: str
    key: str
    icon: str
    callback: Callable[[], None]
    at_end: bool = False
    enabled: bool = True
    in_bar: bool = True
    aliases: tuple[str, ...] = ()


class Page(QWidget):
    """A page in the shell.

    ``finished`` carries what the page leads to: None (just go back), a ``MemberView`` (attach this
    member to the sale), a ``SignedIn`` (this is the cashier now), an ``Opening`` (another page).
    ``keys_changed`` asks the shell to read ``keys`` anew.
    ``told`` carries a ``Notice`` (``ui.viewmodels.notices``) for the shell's toast.
    """

    keys_changed = Signal()
    finished = Signal(object)
    told = Signal(object)

    wants_key_bar = True
    """Office pages have a navigation of their own and no key bar."""

    def open_with(self, subject: str) -> None:
        """What this opening is about (see ``Opening``); called once, before the page shows."""
        del subject

    def keys(self) -> Sequence[KeyAction]:
        """What the keys do on this page now."""
        return ()

    def take_scan(self, text: str) -> bool:
        """Use a scan; False hands it to the counter, which then comes to the front."""
        del text
        return False

    def toast_lift(self) -> int:
        """How many pixels at the bottom of the page a toast must leave free."""
        return 0

    def focus_first(self) -> None:
        """Put the focus where work on this page begins."""
        self.setFocus()
