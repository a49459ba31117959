"""A counter whose reader is a line of bytes that hears an answer. Only where there are ptys."""

import os
import sys

import msgspec
from pytestqt.qtbot import QtBot

from devices.scanners.setup import ReaderSetup, make_scanners
from terminal.settings import ScannerSettings
from tests.ui.counter.shop import CounterShop
from ui.bridge import ThreadBridge
from ui.tasks import Inline
from ui.viewmodels.shell import Scanned, ScanRejected, ShellViewModel

if sys.platform != "win32":
    import tty

ACK, NAK = b"\x06", b"\x15"


class Counter:
    """A till's view models behind a reader on a line."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._hand, self._plug = os.openpty()
        tty.setraw(self._plug)
        os.set_blocking(self._hand, False)
        self.shop = CounterShop()
        self.vm: ShellViewModel = self.shop.shell()
        self.vm.sign_in(self.shop.cashier)
        self.vm.ready(self.shop.services, Inline())
        self._bridge, self.there, self.said = ThreadBridge(), [], []
        self._bridge.posted.connect(self.vm.heard)
        wanted = ScannerSettings(port=os.ttyname(self._plug), acknowledge=True)
        self.readers = make_scanners(
            [ReaderSetup(**msgspec.structs.asdict(wanted))],
            scanned=lambda scan: self._bridge.post(
                Scanned(scan.text, scan.symbology.value, scan.port, scan.ai)
            ),
            rejected=lambda refused: self._bridge.post(ScanRejected(refused.reason.value)),
            changed=lambda port, cause: self.there.append(not cause),
            card_prefix="2950",
        )
        self.vm.judged.connect(
            lambda word: self.readers.answer(
                word.reading.source, good=word.good, text=word.reading.text
            )
        )
        self.vm.told.connect(lambda notice: self.said.append(notice.text))
        self.readers.start()
        qtbot.waitUntil(lambda: any(self.there))

    def answer(self, line: bytes) -> bytes:
        """What the reader hears back."""
        os.write(self._hand, line)
        heard: list[bytes] = []

        def listened() -> bool:
            try:
                heard.append(os.read(self._hand, 16))
            except BlockingIOError:
                return False
            return True

        self._qtbot.waitUntil(listened)
        return b"".join(heard)

    def close(self) -> None:
        self.readers.stop()
        os.close(self._hand)
        os.close(self._plug)
