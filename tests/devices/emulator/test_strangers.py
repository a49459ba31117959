"""Printer software written by others takes the emulator for a printer, and its jobs come out right.

receiptio knows only port 9100, so every emulator gets a loopback address of its own (Linux answers
on all of 127.0.0.0/8).
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from devices.printers.emulator import PrinterEmulator, apply_order
from tests import judges
from tests.devices.emulator.conftest import Client

_numbers = itertools.count(1)
_lock = threading.Lock()

WORDS = [
    ("paper ok", "printer", "online"),
    ("paper low", "printer", "online"),
    ("paper out", "printer", "paperempty"),
    ("cover open", "printer", "coveropen"),
    ("error cutter", "printer", "error"),
    ("error fatal", "printer", "error"),
    ("drawer open", "printer", "online"),
    ("mute on", "printer", "offline"),
    ("refuse on", "printer", "disconnect"),
    ("paper ok", "drawer", "drawerclosed"),
    ("paper out", "drawer", "drawerclosed"),
    ("cover open", "drawer", "drawerclosed"),
    ("error cutter", "drawer", "drawerclosed"),
    ("drawer open", "drawer", "draweropen"),
    ("mute on", "drawer", "offline"),
]


def own_address() -> str:
    """A loopback address that no other process of this test run uses."""
    if sys.platform != "linux":
        judges.absent("only Linux answers on every 127.x.x.x, and receiptio insists on port 9100")
    with _lock:
        return f"127.{1 + os.getpid() // 256 % 250}.{os.getpid() % 256}.{next(_numbers)}"


@pytest.fixture(scope="module")
def verdicts() -> Iterator[dict[tuple[str, str], Future[str]]]:
    """All questions at once: receiptio waits twelve seconds before it calls a printer off line."""
    judges.node_modules()

    def ask(order: str, question: str) -> str:
        address = own_address()
        with PrinterEmulator() as printer:
            printer.serve_tcp(address, 9100)
            apply_order(printer, order)
            return judges.ask_receiptio(address, question)

    with ThreadPoolExecutor(max_workers=len(WORDS)) as pool:
        yield {(order, what): pool.submit(ask, order, what) for order, what, _ in WORDS}


@pytest.mark.parametrize(("order", "question", "word"), WORDS)
def test_receiptio_sees_what_is_wrong_with_the_printer(
    verdicts: dict[tuple[str, str], Future[str]], order: str, question: str, word: str
) -> None:
    assert verdicts[order, question].result(timeout=60) == word


RECEIPT = """^^^Sample Shop

Zażółć gęślą jaźń | 3.80
Árvíztűrő tükörfúró | 4.10
Благодарим Ви | 2.00
Crème brûlée € | 5.00
{code:HELLO-1; option:qrcode,6,L}
{code:2912345678906; option:ean,2,72,hri}
{code:ABC-1234; option:code128,2,72}
"""


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "sample.receipt"
    path.write_text(RECEIPT, encoding="utf-8")
    return path


@pytest.fixture
def at_9100(printer: PrinterEmulator) -> tuple[PrinterEmulator, str]:
    address = own_address()
    printer.serve_tcp(address, 9100)
    return printer, address


def test_a_receipt_of_receiptio_comes_out_as_it_was_written(
    at_9100: tuple[PrinterEmulator, str], receipt: Path, tmp_path: Path
) -> None:
    printer, address = at_9100
    assert judges.print_with_receiptio(address, receipt, "-l", "en") == "success"
    sheet = printer.wait_sheets()[0]
    lines = [" ".join(line.text.split()) for line in sheet.lines if line.text]
    assert lines == [
        "Sample Shop",
        "Zażółć gęślą jaźń 3.80",
        "Árvíztűrő tükörfúró 4.10",
        "Благодарим Ви 2.00",
        "Crème brûlée € 5.00",
    ]
    assert "2912345678906" in sheet.text.splitlines()
    assert [event.data for event in printer.unknown] == [b"\x1b\x06\x01"]  # it asks for a Star, too
    assert sorted(judges.read_codes(sheet.to_png(tmp_path / "sheet.png"))) == [
        ("CODE-128", "ABC-1234"),
        ("EAN-13", "2912345678906"),
        ("QR-Code", "HELLO-1"),
    ]


def test_receiptio_hears_when_paper_ends_in_the_middle(
    at_9100: tuple[PrinterEmulator, str], receipt: Path
) -> None:
    printer, address = at_9100

    def run_out() -> None:
        printer.paper = "out"

    printer.at(400, run_out)
    assert judges.print_with_receiptio(address, receipt, "-l", "en") == "paperempty"
    assert not printer.sheets


LANGUAGES = [
    ("windows1253", "Ευχαριστούμε! Πόντοι: 12 €"),
    ("cp737", "Ευχαριστούμε! Πόντοι: 12"),
    ("windows1251", "Благодарим Ви! Точки: 12 №€"),
    ("cp866", "Благодарим Ви! Точки: 12 №"),
    ("windows1250", "Árvíztűrő tükörfúrógép, zażółć €"),
    ("cp852", "Árvíztűrő tükörfúrógép, zażółć"),
    ("windows1255", "₪ 12 " + "תודה"[::-1]),
    ("cp862", "תודה"[::-1]),
    ("cp858", "Café €"),
    ("windows1252", "“Café” €"),
]


def test_the_point_of_sale_encoder_numbers_its_pages_the_same_way(
    printer: PrinterEmulator, connect: Callable[[], Client], tmp_path: Path
) -> None:
    steps: list[list[object]] = [["initialize"]]
    for page, text in LANGUAGES:
        steps += [["codepage", page], ["line", text]]
    steps += [
        ["align", "center"],
        ["bold", True],
        ["line", "TOTAL"],
        ["bold", False],
        ["barcode", "2912345678906", "ean13", 60],
        ["qrcode", "HELLO-1"],
        ["pulse"],
        ["cut"],
    ]
    options: dict[str, object] = {"language": "esc-pos", "printerModel": "epson-tm-t20ii"}
    job = judges.encode_with_point_of_sale(options, steps)
    connect().send(job)
    sheet = printer.wait_sheets()[0]
    texts = [text for _, text in LANGUAGES]
    assert [line.text for line in sheet.lines][: len(texts)] == texts
    total = next(line for line in sheet.lines if line.text.strip() == "TOTAL")
    assert total.spans[-1].style.bold
    assert not printer.unknown
    assert printer.drawer_open
    assert sorted(judges.read_codes(sheet.to_png(tmp_path / "sheet.png"))) == [
        ("EAN-13", "2912345678906"),
        ("QR-Code", "HELLO-1"),
    ]


def test_a_foreign_program_opens_the_serial_line(printer: PrinterEmulator) -> None:
    socat = judges.tool("socat", "socat")
    path = printer.serve_pty()
    run = subprocess.run(
        [socat, "-t", "0.3", "STDIO", f"{path},raw,echo=0"],
        input=b"from socat\n\x1d(H\x06\x0000A001\x1dV\x00",
        capture_output=True,
        timeout=30,
    )
    assert run.stdout == b'7"A001\x00'
    assert printer.wait_sheets()[0].text == "from socat"
