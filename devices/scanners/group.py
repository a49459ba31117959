"""All readers of one till: started and stopped together, heard through one callback.

Each reader has its own thread, debounce and state: two cashiers who scan the same product on two
readers mean two. What is wrong with one never stops the others.
"""

from collections.abc import Callable, Iterable, Mapping

from devices.scanners.base import ScannerState
from devices.scanners.serial_port import SerialScanner
from devices.scanners.wedge import WedgeReader


class ScannerGroup:
    """The readers that could be made. ``causes`` says of each address why it is not heard.

    ``keyboard`` is the reader that types, if the till has one: whoever sees the keys feeds it.
    ``broken`` are addresses that cannot be opened at all, with the error's code.
    """

    def __init__(
        self,
        scanners: Iterable[SerialScanner],
        *,
        keyboard: WedgeReader | None = None,
        broken: Mapping[str, str] | None = None,
        changed: Callable[[str, str], None] = lambda port, cause: None,
    ) -> None:
        self._scanners = {scanner.port: scanner for scanner in scanners}
        self.keyboard = keyboard
        self._broken = dict(broken or {})
        self._changed = changed

    @property
    def causes(self) -> dict[str, str]:
        """Every address with "" when it is heard, else its state or what is wrong with it."""
        causes = {port: cause_of(one.state) for port, one in self._scanners.items()}
        if self.keyboard is not None:
            causes[self.keyboard.port] = ""
        return causes | self._broken

    @property
    def cause(self) -> str:
        """One word for all of them: "" while every reader is heard, else the first trouble."""
        return next((cause for cause in self.causes.values() if cause), "")

    def start(self) -> None:
        """Listen on all of them; say at once which cannot be and which always is there."""
        for port, code in self._broken.items():
            self._changed(port, code)
        for scanner in self._scanners.values():
            scanner.start()
        if self.keyboard is not None:
            self._changed(self.keyboard.port, "")

    def stop(self) -> None:
        """Let go of every port; no callback comes afterwards."""
        for scanner in self._scanners.values():
            scanner.leave()
        for scanner in self._scanners.values():
            scanner.stop()

    def answer(self, port: str, *, good: bool, text: str = "") -> None:
        """The till's word on a scan of one reader; of no effect where none waits for it."""
        scanner = self._scanners.get(port)
        if scanner is not None:
            scanner.answer(good=good, text=text)


def cause_of(state: ScannerState) -> str:
    """A reader's state as the till says it: "" when it is there."""
    return "" if state is ScannerState.CONNECTED else state.value
