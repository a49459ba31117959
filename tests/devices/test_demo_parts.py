"""The counter without hardware is a real counter: bytes on a line, bytes to a printer."""

import io
import threading
from pathlib import Path

import serial
from PIL import Image

from devices.demo_parts import DemoCounter
from devices.registry import make_printer
from tests.devices.printers.slips import slip


def test_a_slip_comes_out_as_a_picture_and_a_scan_goes_in(tmp_path: Path) -> None:
    sheets: list[bytes] = []
    out = threading.Event()

    def keep(png: bytes) -> None:
        sheets.append(png)
        out.set()

    counter = DemoCounter(keep)
    try:
        printer = make_printer(counter.printer, "80", tmp_path)
        assert printer.print(slip("el")).state == "printed"
        assert out.wait(20)
        with Image.open(io.BytesIO(sheets[0])) as picture:
            assert picture.width >= 576
        with serial.serial_for_url(counter.scanner, timeout=20) as line:
            counter.send(b"]E04006381333931\r")
            assert line.read(17) == b"]E04006381333931\r"
    finally:
        counter.close()
        counter.close()


def test_what_goes_wrong_goes_wrong_for_the_till_too(tmp_path: Path) -> None:
    counter = DemoCounter()
    try:
        printer = make_printer(counter.printer, "80", tmp_path)
        for order, cause in {
            "paper out": "paper_out", "paper ok": "", "cover open": "cover_open",
            "cover closed": "", "power off": "unreachable", "power on": "",
        }.items():  # fmt: skip
            counter.order(order)
            assert printer.status().cause == cause, order
    finally:
        counter.close()
