"""Every counter screen fits: six languages, two sizes, and words that are half as long again."""

from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication

from terminal.i18n import Words
from terminal.sales import TenderKind
from tests.ui.counter.conftest import Open
from tests.ui.counter.shop import Outcome
from tests.ui.counter.window import Window
from ui.views.components.fit import misfits

SIZES = ((1366, 768), (1024, 768), (1280, 720))
"""The last is a full-HD screen at 150 percent."""
NAMES = ["1366", "1024", "150%"]


def walk(window: Window, app: QApplication) -> list[str]:
    """Go through all screens and name what does not fit."""
    found: list[str] = []
    shop, vm = window.shop, window.counter

    def look(screen: str) -> None:
        window.shell.toast.hide()
        app.processEvents()
        found.extend(f"{screen}: {misfit}" for misfit in misfits(window.shell))

    look("idle")
    window.scan(shop.ean(0))
    look("guest")
    window.scan(shop.card(0), shop.ean(1), shop.ean(1), shop.ean(2), shop.ean(3))
    look("member")
    vm.open_why()
    look("why")
    vm.back()
    vm.open_redeem()
    look("redeem")
    for choice in vm.redeem.choices():
        vm.redeem.take(choice)
    look("rewards chosen")
    vm.redeem.more()
    vm.confirm_redeem()
    look("rewards and points off")
    window.scan(shop.coupon())
    look("a coupon")
    window.scan(shop.gift_card(2000))
    look("a gift card")
    vm.pay_with_card()
    look("a gift card pays")
    vm.set_tender(TenderKind.CASH)
    vm.take_payment()
    if vm.panel == "cash":
        vm.cash.choose(vm.cash.offers()[-1].amount)
        look("cash")
        vm.pay_cash()
    shop.printer.outcome = Outcome("waiting", "paper_out")
    shop.spool.run_once()
    look("done, no paper")
    vm.next_customer()
    look("idle, a slip waits")
    vm.open_price()
    look("open price")
    vm.back()
    window.scan(shop.card(0), shop.demo.unused)
    look("new card")
    vm.back()
    if any(fact.ask for fact in vm.facts()):
        vm.ask()
        look("ask")
        vm.back()
    window.shell.show_keys()
    look("keys")
    return found


@pytest.mark.parametrize("language", ["en", "el", "bg", "hu", "pl", "he"])
@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_every_screen_fits_in_every_language(
    open_window: Open, qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    assert walk(open_window(language, size=size), qapp) == []


@pytest.mark.parametrize("look", ["dark", "contrast"])
def test_every_screen_fits_in_every_theme(open_window: Open, qapp: QApplication, look: str) -> None:
    assert walk(open_window(look=look), qapp) == []


@dataclass(frozen=True)
class LongWords(Words):
    """English as long as the longest language: every text has half of itself once more."""

    def t(self, message: str, **values: object) -> str:
        return longer(super().t(message, **values))

    def n(self, singular: str, plural: str, n: int, **values: object) -> str:
        return longer(super().n(singular, plural, n, **values))


def longer(text: str) -> str:
    words = text.split()
    extra = words[: max(len(words) * 2 // 5, 1)] if len(text) > 3 else []
    return " ".join([*words, *(word[: max(len(text) * 2 // 5, 2)] for word in extra)])


@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_any_text_has_room_for_two_fifths_more(
    open_window: Open, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("tests.ui.counter.shop.Words", LongWords)
    assert walk(open_window(size=size), qapp) == []
