"""The demo bench: real bytes go out, sheets come in, faults are switched."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal.i18n import Words
from ui.views.components.fit import misfits
from ui.views.demo_panel import DemoFault, DemoPanel, DemoPerson, DemoScan
from ui.views.pole_glass import GlassLines


class Bench:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.faults: list[tuple[str, bool]] = []
        self.customer_asked = 0
        self.panel = DemoPanel(
            Words("en"),
            scans=[
                DemoScan("Eleni Paradeigma", "member's card", b"]E02950000044109\r", "user"),
                DemoScan("Damaged", "one digit is wrong", b"]E02950000044100\r"),
            ],
            send=self.sent.append,
            people=[DemoPerson("Maria", "1234"), DemoPerson("Anna", "9876")],
            faults=[
                DemoFault("Paper out", "The printer has no paper", self._switch("paper")),
                DemoFault("Cover open", "", self._switch("cover")),
            ],
            show_customer=self._show_customer,
        )
        self.panel.show()

    def _show_customer(self) -> None:
        self.customer_asked += 1

    def _switch(self, name: str):  # type: ignore[no-untyped-def] # a closure of the story
        return lambda on: self.faults.append((name, on))


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    made = Bench()
    yield made
    made.panel.close()
    made.panel.deleteLater()


def sheet(height: int = 300) -> QImage:
    image = QImage(576, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return image


def test_pressing_sends_the_bytes_of_the_scanner(bench: Bench) -> None:
    QTest.mouseClick(bench.panel.rows[0], Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    bench.panel.rows[1].click()
    assert bench.sent == [b"]E02950000044109\r", b"]E02950000044100\r"]


def test_a_fault_is_switched_on_and_off(bench: Bench) -> None:
    bench.panel.tabs.choose(2)
    bench.panel.switches[0].click()
    bench.panel.switches[0].click()
    bench.panel.switches[1].click()
    assert bench.faults == [("paper", True), ("paper", False), ("cover", True)]


def test_the_newest_sheet_lies_on_top_and_old_ones_go(bench: Bench) -> None:
    bench.panel.tabs.choose(1)
    for number in range(25):
        bench.panel.show_sheet(sheet(200 + number))
    assert len(bench.panel.sheets) == 20
    assert bench.panel.sheets[-1].y() <= bench.panel.sheets[0].y()


def test_what_is_no_picture_is_no_sheet(bench: Bench) -> None:
    bench.panel.show_sheet("paper")
    bench.panel.show_sheet(QImage())
    assert bench.panel.sheets == []


def test_the_bench_tells_the_pins_on_every_tab(bench: Bench) -> None:
    for tab in (0, 1, 2):
        bench.panel.tabs.choose(tab)
        said = [row.accessibleName() for row in bench.panel.people if row.isVisible()]
        assert [pin in words for pin, words in zip(("1234", "9876"), said, strict=True)] == [
            True, True
        ]  # fmt: skip


def test_what_the_customer_sees_stands_on_the_bench(bench: Bench, qapp: QApplication) -> None:
    lines = GlassLines(bench.panel.pole)
    lines.show("Total         €43.40", "You earn        +114")
    assert bench.panel.pole.lines() == ("Total         €43.40", "You earn        +114")
    assert bench.panel.pole.accessibleName() == "Total €43.40 You earn +114"
    assert lines.can_show("é")
    assert not lines.can_show("ώ")
    qapp.processEvents()
    assert misfits(bench.panel) == []
    bench.panel.customer.click()
    assert bench.customer_asked == 1


@pytest.mark.parametrize("tab", [0, 1, 2])
def test_the_bench_fits(bench: Bench, qapp: QApplication, tab: int) -> None:
    bench.panel.tabs.choose(tab)
    bench.panel.show_sheet(sheet())
    qapp.processEvents()
    assert misfits(bench.panel) == []
