"""The customer's window: every face fits, nothing takes the keyboard, screens come and go."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from terminal.sales import Product, TenderKind
from terminal.slip_links import SlipLinks
from tests.judges import tool
from tests.ui.counter.conftest import Open, open_window
from tests.ui.counter.test_fits import LongWords
from tests.ui.customer.conftest import JOIN, Screen
from ui.theme import theme
from ui.theme.tokens import ThemeName
from ui.views.components.base import PaintedButton, PaintedWidget
from ui.views.components.fit import misfits, painted_texts

__all__ = ["open_window"]

SIZES = ((1366, 768), (1024, 600), (1024, 768), (1920, 1080), (800, 600))


def walk(screen: Screen, app: QApplication, size: tuple[int, int]) -> list[str]:
    """Go through all faces and name what does not fit, or is too small to be read."""
    shop, till, found = screen.shop, screen.till, list[str]()
    window = screen.window(size, framed=True)
    window.show()

    def look(face: str) -> None:
        app.processEvents()
        found.extend(f"{face}: {misfit}" for misfit in misfits(window))
        for part in window.findChildren(QWidget):
            if part.isVisible() and isinstance(part, PaintedWidget | PaintedButton):
                small = [text.text for text in painted_texts(part) if text.px < 18]
                found.extend(f"{face}: {text!r} is too small" for text in small)

    look("idle")
    screen.scan(shop.ean(0))
    look("guest")
    till.clear()
    screen.scan(shop.card(0))
    look("member")
    screen.vm.show_card("v1.2950000000000.ABCDEFGHIJKLMNOP")
    look("card")
    screen.vm.hide_card()
    screen.scan(*(shop.ean(number) for number in (0, 1, 1, 2, 3, 4, 5)))
    look("basket")
    screen.vm.propose(screen.face.choices[0])
    look("asked")
    till.open_redeem()
    till.confirm_redeem()
    screen.scan(shop.coupon())
    look("offers")
    till.set_tender(TenderKind.CASH)
    till.take_payment()
    till.cash.choose(till.cash.offers()[-1].amount)
    till.pay_cash()
    look("done")
    screen.vm.follow(None)
    look("closed")
    return found


@pytest.mark.parametrize("language", ["en", "el", "bg", "hu", "pl", "he"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_face_fits_in_every_language(
    open_screen: Callable[..., Screen], qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    assert walk(open_screen(language), qapp, size) == []


@pytest.mark.parametrize("look", ["dark", "contrast"])
def test_every_face_fits_in_every_theme(
    open_screen: Callable[..., Screen], qapp: QApplication, look: ThemeName
) -> None:
    theme.apply(qapp, look)
    assert walk(open_screen(), qapp, (1366, 768)) == []


@pytest.mark.parametrize("size", SIZES[:4], ids=str)
def test_any_text_has_room_for_two_fifths_more(
    open_screen: Callable[..., Screen],
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr("ui.viewmodels.customer_screen.Words", LongWords)
    assert walk(open_screen(), qapp, size) == []


def test_a_long_basket_shows_its_newest_lines_and_counts_the_others(
    open_screen: Callable[..., Screen], qapp: QApplication
) -> None:
    screen = open_screen()
    window = screen.window((1024, 600), framed=True)
    window.show()
    screen.scan(screen.shop.card(0))
    for number in range(20):
        screen.till.add(Product(f"P{number}", f"Cup number {number}", 100 + number, "EUR"))
    qapp.processEvents()
    rows = window.buying.rows
    shown = rows.visible_rows()
    assert 0 < len(shown) < 10
    assert shown == screen.face.rows[-len(shown) :]
    words = [text.text for text in painted_texts(rows)]
    assert f"and {20 - len(shown)} more" in words
    assert "Cup number 19" in words
    assert "Cup number 0" not in words


def test_the_direction_is_the_customers_and_not_the_tills(
    open_screen: Callable[..., Screen], qapp: QApplication
) -> None:
    screen = open_screen("he")
    window = screen.window(framed=True)
    window.show()
    qapp.processEvents()
    assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert window.layoutDirection() == Qt.LayoutDirection.RightToLeft
    screen.scan(screen.shop.ean(0))
    qapp.processEvents()
    assert window.who.geometry().left() > window.buying.geometry().left()


def test_a_touch_on_an_offer_takes_no_keyboard_and_typing_goes_on_to_the_till(
    open_screen: Callable[..., Screen], open_window: Open, qapp: QApplication
) -> None:
    till = open_window()
    screen = open_screen(shop=till.shop, till=till.counter)
    window = screen.window(framed=True)
    window.show()
    till.shell.activateWindow()
    till.scan(till.shop.card(0), *(till.shop.ean(number) for number in range(4)))
    qapp.processEvents()
    assert window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert window.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert qapp.activeWindow() is till.shell
    before = qapp.focusWidget()
    button = window.buying.ask.buttons[0]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qapp.processEvents()
    assert qapp.activeWindow() is till.shell
    assert qapp.focusWidget() is before
    widgets = [window, *window.findChildren(QWidget)]
    assert {widget.focusPolicy() for widget in widgets} == {Qt.FocusPolicy.NoFocus}
    assert "we have told the cashier" in screen.face.asked
    QTest.keyClick(qapp.focusWidget() or till.shell, Qt.Key.Key_F4)
    assert till.counter.panel == "redeem"


class Screens:
    """Screens that are plugged and unplugged by the story; all are the one there is."""

    def __init__(self) -> None:
        self.there: list[QScreen] = [QGuiApplication.primaryScreen()]

    def __call__(self) -> list[QScreen]:
        return self.there


def test_it_fills_its_screen_and_is_nowhere_without_one(
    open_screen: Callable[..., Screen], qtbot: QtBot
) -> None:
    screens = Screens()
    window = open_screen().window(screens=screens)
    assert window.windowFlags() & Qt.WindowType.FramelessWindowHint
    window.stand_on(1)
    assert not window.isVisible(), "never over the till's own screen"
    screens.there.append(screens.there[0])
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.screenAdded.emit(screens.there[0])
    qtbot.waitUntil(window.isVisible, timeout=15_000)
    assert window.isFullScreen()
    screens.there.pop()
    app.screenRemoved.emit(screens.there[0])
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=15_000)
    screens.there.append(screens.there[0])
    app.screenAdded.emit(screens.there[0])
    qtbot.waitUntil(window.isVisible, timeout=15_000)


def test_number_nought_is_no_screen(open_screen: Callable[..., Screen]) -> None:
    window = open_screen().window()
    window.stand_on(0)
    assert not window.isVisible()


def test_a_window_that_was_closed_shows_what_is_true_when_it_comes_back(
    open_screen: Callable[..., Screen], qapp: QApplication
) -> None:
    screen = open_screen()
    window = screen.window(framed=True)
    window.show()
    screen.scan(screen.shop.card(0))
    window.close()
    window.close()
    screen.till.detach()
    window.show()
    qapp.processEvents()
    assert window.whole.isVisible()
    assert not window.who.isVisible()


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("size", [(1366, 768), (1024, 600)], ids=str)
def test_strangers_read_every_code_off_the_screen(
    open_screen: Callable[..., Screen],
    qapp: QApplication,
    tmp_path: Path,
    size: tuple[int, int],
    language: str,
) -> None:
    zbarimg = tool("zbarimg", "zbar-tools")
    screen = open_screen(language)
    links = SlipLinks("https://shop.example/c/{code}", 14, "", "https://shop.example/s/{code}")
    screen.vm._till = replace(screen.vm._till, links=links)
    window = screen.window(size, framed=True)
    window.show()

    def read() -> str:
        qapp.processEvents()
        picture = str(tmp_path / "screen.png")
        window.grab().save(picture)
        made = subprocess.run([zbarimg, "-q", "--raw", picture], capture_output=True, check=False)
        return made.stdout.decode().strip()

    assert read() == JOIN
    screen.scan(screen.shop.ean(0))
    assert read() == JOIN
    screen.scan(screen.shop.card(0))
    assert read() == ""
    screen.vm.show_card("v1.2950000000000.ABCDEFGHIJKLMNOP")
    assert read() == "v1.2950000000000.ABCDEFGHIJKLMNOP"
    screen.till.take_payment()
    assert screen.till.done is not None
    assert read() == f"https://shop.example/s/{screen.till.done.sale.ref}"
