"""A counter with everything on it: drawer, two printers, a display, a reader that waits for the
till's word; and the real window before it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from devices.demo_parts import DemoCounter
from devices.displays.emulator import DisplayEmulator
from devices.printers.emulator import PrinterEmulator
from terminal.settings import DisplaySettings, DrawerSettings, PrinterSettings, ScannerSettings
from terminal.slips import SlipState
from tests.stories.conftest import Opens
from tests.stories.open_till import OpenTill

REST = 1.1
"""Seconds from one pulse of the drawer to the next, and a little more."""


@pytest.fixture
def back() -> Iterator[PrinterEmulator]:
    with PrinterEmulator() as emulator:
        yield emulator


def pay_in_cash(till: OpenTill) -> None:
    till.counter.take_cash()
    till.until(lambda: till.counter.panel == "cash")
    till.counter.pay_cash()
    till.until(lambda: till.counter.stage == "done")


def test_a_sale_in_cash_opens_the_drawer_and_so_does_a_hand(open_till: Opens) -> None:
    till = open_till(drawer=DrawerSettings(opens="cash"))
    drawer, service = till.parts.emulator, till.backend.hardware.drawer
    till.put_in("OIL-500")
    pay_in_cash(till)
    till.until(lambda: drawer.drawer_open)
    opened = perf_counter()
    till.until(lambda: till.slip_of(till.counter.done).state is SlipState.PRINTED)
    drawer.drawer_open = False

    till.put_in("TEA-100")
    done = till.pay()
    till.until(lambda: till.slip_of(done).state is SlipState.PRINTED)
    assert not drawer.drawer_open, "a bank card needs no drawer"
    till.until(lambda: perf_counter() - opened > REST)
    QTest.keyClick(till.window.shell, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    till.until(lambda: drawer.drawer_open)
    till.until(lambda: "noted" in till.said)
    at = done.sale.sold_at
    kicks = service.kicks_between(at.replace(year=at.year - 1), at.replace(year=at.year + 1))
    assert [(kick.reason.value, kick.outcome) for kick in kicks] == [
        ("sale", "kicked"), ("manual", "kicked"),
    ]  # fmt: skip


def test_a_roll_that_ends_is_seen_before_it_does_and_the_other_printer_takes_over(
    open_till: Opens, parts: DemoCounter, back: PrinterEmulator
) -> None:
    target = f"tcp://127.0.0.1:{back.serve_tcp()}"
    parts.order("paper low")
    till = open_till(more_printers=(PrinterSettings(target=target),))
    front, lights = parts.emulator, till.window.vm.lights
    till.until(lambda: lights.printer.word == "Paper low")
    front.paper = "out"
    till.put_in("TEA-100")
    done = till.pay()
    till.until(lambda: till.slip_of(done).state is SlipState.PRINTED)
    assert till.slip_of(done).printer == target
    assert done.sale.ref in back.sheets[0].text
    till.until(lambda: lights.printer.word == "No paper")
    front.paper = "ok"
    till.until(lambda: lights.printer.state == "well")
    till.put_in("OIL-500")
    again = till.pay()
    till.until(lambda: till.slip_of(again).state is SlipState.PRINTED)
    assert till.slip_of(again).printer == till.parts.printer
    assert len(back.sheets) == 1


def test_the_customer_is_greeted_told_the_sum_and_thanked(
    open_till: Opens, glass: DisplayEmulator
) -> None:
    target = f"tcp://127.0.0.1:{glass.serve_tcp()}"
    till = open_till(display=DisplaySettings(target=target, offers=("Honey is 10 % off",)))

    def shows(text: str) -> None:
        till.until(lambda: any(text in f"{each.upper}\n{each.lower}" for each in glass.history))

    shows("Welcome!")
    till.until(lambda: till.window.vm.lights.display.state == "well")
    member = till.enrol(1)
    till.put_on(member)
    shows("Hello, Eleni!")
    till.put_in("OIL-500")
    shows("9.80")
    till.pay()
    shows("Paid")
    shows("Thank you, Eleni!")
    assert all(member.card_number not in f"{each.upper}{each.lower}" for each in glass.history)
    glass.unplug()
    till.put_in("TEA-100")  # it says something, and nobody sees it
    till.until(lambda: till.window.vm.lights.display.state != "well")
    glass.plug_in()
    till.until(lambda: till.window.vm.lights.display.state == "well")
    till.window.close()
    assert glass.wait_lines(" " * 20, " " * 20), "a closed till leaves nothing on the glass"


# -- a reader that waits for the till's word ---------------------------------------------------


class WaitingReader:
    """A reader on a line of its own."""

    def __init__(self) -> None:
        self._hand, self._plug = os.openpty()
        os.set_blocking(self._hand, False)
        self.port = os.ttyname(self._plug)
        self.heard = b""

    def scan(self, code: str) -> None:
        self.heard = b""
        os.write(self._hand, f"]E0{code}\r".encode())

    def hears(self) -> bytes:
        with suppress(BlockingIOError):
            self.heard += os.read(self._hand, 16)
        return self.heard

    def close(self) -> None:
        os.close(self._hand)
        os.close(self._plug)


@pytest.fixture
def reader() -> Iterator[WaitingReader]:
    if os.name == "nt":
        pytest.skip("no pseudo-terminals")
    made = WaitingReader()
    yield made
    made.close()


def test_a_second_reader_hears_which_of_its_scans_were_of_use(
    open_till: Opens, reader: WaitingReader
) -> None:
    till = open_till(more_scanners=(ScannerSettings(port=reader.port, acknowledge=True),))
    member = till.enrol(1)
    reader.scan(member.card_number)
    till.until(lambda: reader.hears() == b"\x06")
    till.until(lambda: till.counter.state.view is not None)
    reader.scan("4006381333931")
    till.until(lambda: reader.hears() == b"\x15")
    till.put_in("OIL-500")  # the first reader goes on as ever
    assert till.counter.state.basket.items == 1
