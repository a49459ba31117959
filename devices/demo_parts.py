"""A counter without hardware: a virtual scanner line and a software printer, as one part.

The demo shop and the tour use it; the till can't tell it from real devices.
"""

import io
from collections.abc import Callable

from devices.printers.emulator import PrinterEmulator, Sheet, apply_order
from devices.scanners.virtual import VirtualScanner


class DemoCounter:
    """``scanner`` and ``printer`` are addresses for the settings.

    ``on_sheet`` gets each sheet as PNG bytes, on the printer's own thread.
    """

    def __init__(self, on_sheet: Callable[[bytes], None] = lambda png: None) -> None:
        self.on_sheet = on_sheet
        self._line = VirtualScanner()
        self.emulator = PrinterEmulator(on_sheet=self._sheet)
        self.scanner = self._line.port
        self.printer = f"tcp://127.0.0.1:{self.emulator.serve_tcp()}"

    def send(self, data: bytes) -> None:
        """Bytes of a scan, on the scanner's line."""
        self._line.send(data)

    def order(self, words: str) -> None:
        """What happens to the printer: "paper out", "cover open", "mute on" …"""
        apply_order(self.emulator, words)

    def close(self) -> None:
        """Pull both cables."""
        self._line.close()
        self.emulator.close()

    def _sheet(self, sheet: Sheet) -> None:
        self.on_sheet(png_of(sheet))


def png_of(sheet: Sheet) -> bytes:
    """The paper as a picture."""
    made = io.BytesIO()
    sheet.image().save(made, "PNG")
    return made.getvalue()
