"""Barcode readers: bytes from a line become scans or refusals, nothing in between.

Framing, symbologies and debounce are pure; only `serial_port` owns a thread and a port.
"""

from devices.scanners.base import Reason, Rejected, Scan, Scanner, ScannerState, Symbology
from devices.scanners.framing import FrameFormat
from devices.scanners.serial_port import SerialScanner
from devices.scanners.symbologies import ReadingRules

__all__ = [
    "FrameFormat",
    "ReadingRules",
    "Reason",
    "Rejected",
    "Scan",
    "Scanner",
    "ScannerState",
    "SerialScanner",
    "Symbology",
]
