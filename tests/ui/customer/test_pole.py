"""The display of two lines, moment by moment, and over a real line on a display of software."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from devices.displays import make_display
from devices.displays.emulator import DisplayEmulator
from terminal.sales import TenderKind
from tests.ui.customer.conftest import Screen
from ui.viewmodels.customer_pole import CustomerPole

NEVER = 600_000


class Glass:
    """Keeps what it was told to show; has ASCII and the euro sign."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, str]] = []

    def can_show(self, char: str, /) -> bool:
        return char.isascii() or char == "€"

    def show(self, upper: str, lower: str, /) -> None:
        self.frames.append((upper.strip(), " ".join(lower.split())))

    @property
    def now(self) -> tuple[str, str]:
        return self.frames[-1]


class Pole:
    def __init__(self, screen: Screen, **options: object) -> None:
        self.glass = Glass()
        settings = {"line_ms": NEVER, "paid_ms": NEVER, "done_ms": NEVER, "turn_ms": NEVER}
        self.pole = CustomerPole(
            self.glass,
            screen.shop.till,
            **{**settings, **options},  # type: ignore[arg-type]
        )

    @property
    def now(self) -> tuple[str, str]:
        return self.glass.now


def test_a_closed_till_opens_with_its_first_cashier(screen: Screen) -> None:
    pole = Pole(screen)
    assert pole.now == ("Elia Deli", "Till closed")
    pole.pole.follow(screen.till)
    assert pole.now == ("Welcome!", "Elia Deli")
    pole.pole.follow(None)
    assert pole.now == ("Elia Deli", "Till closed")


def test_the_welcome_takes_turns_with_offers(screen: Screen, qtbot: QtBot) -> None:
    pole = Pole(screen, offers=["Double points today"], turn_ms=5)
    pole.pole.follow(screen.till)
    qtbot.waitUntil(lambda: len(pole.glass.frames) >= 5, timeout=15_000)
    seen = [frame[0] for frame in pole.glass.frames]
    assert seen[1:5] == ["Welcome!", "Double points today", "Welcome!", "Double points today"]
    screen.scan(screen.shop.ean(0))
    count = len(pole.glass.frames)
    qtbot.wait(20)
    assert len(pole.glass.frames) == count, "no welcome into a sale"


def test_a_sale_line_by_line_and_then_its_total(screen: Screen, qtbot: QtBot) -> None:
    pole = Pole(screen, line_ms=1)
    pole.pole.follow(screen.till)
    screen.scan(screen.shop.ean(0))
    assert pole.now == ("Olive oil, extra", "€9.80")
    qtbot.waitUntil(lambda: pole.now[0].split() == ["Total", "€9.80"], timeout=15_000)
    assert pole.now[1] == "", "a guest earns nothing"
    screen.scan(screen.shop.ean(1), screen.shop.ean(1))
    assert pole.now == ("Ground coffee", "2 x €6.40 €12.80")
    qtbot.waitUntil(lambda: pole.now[0].startswith("Total"), timeout=15_000)
    screen.till.set_quantity(0, 0)
    assert pole.now[0].split() == ["Total", "€12.80"], "what goes out shows the total at once"
    screen.till.clear()
    assert pole.now == ("Welcome!", "Elia Deli")


def test_a_member_is_greeted_and_told_the_points_to_come(screen: Screen, qtbot: QtBot) -> None:
    pole = Pole(screen, line_ms=1)
    pole.pole.follow(screen.till)
    screen.scan(screen.shop.card(0))
    called = screen.shop.view(0).member.called
    assert pole.now == (f"Hello, {called}!", "Points 1,284")
    screen.scan(screen.shop.ean(0))
    qtbot.waitUntil(lambda: pole.now[1].startswith("You earn +"), timeout=15_000)
    screen.till.detach()
    assert pole.now[1] == ""


def test_cash_is_counted_with_the_customer(screen: Screen) -> None:
    pole = Pole(screen)
    pole.pole.follow(screen.till)
    screen.scan(screen.shop.ean(0))
    screen.till.set_tender(TenderKind.CASH)
    screen.till.take_payment()
    assert pole.now[0].split() == ["To", "pay", "€9.80"]
    assert pole.now[1] == ""
    screen.till.cash.choose(2000)
    screen.till.pay_cash()
    assert (pole.now[0].split(), pole.now[1]) == (["Paid", "€9.80"], "Change €10.20")


def test_goodbye_is_said_to_the_end_even_when_the_cashier_is_quicker(
    screen: Screen, qtbot: QtBot
) -> None:
    pole = Pole(screen, paid_ms=10, done_ms=10)
    pole.pole.follow(screen.till)
    screen.scan(screen.shop.card(0), screen.shop.ean(0))
    screen.till.take_payment()
    assert pole.now[0].startswith("Paid")
    screen.till.next_customer()
    assert pole.now[0].startswith("Paid")
    qtbot.waitUntil(lambda: pole.now == ("Welcome!", "Elia Deli"), timeout=15_000)
    called = screen.shop.view(0).member.called
    assert pole.glass.frames[-2][0] == f"Thank you, {called}!"
    assert pole.glass.frames[-2][1].startswith("Points now")


def test_the_next_customer_does_not_wait_for_goodbyes(screen: Screen) -> None:
    pole = Pole(screen)
    pole.pole.follow(screen.till)
    screen.scan(screen.shop.ean(0))
    screen.till.take_payment()
    screen.scan(screen.shop.ean(1))
    assert pole.now[0] == "Ground coffee"


def test_members_read_their_own_language_in_letters_the_display_has(screen: Screen) -> None:
    pole = Pole(screen)
    pole.pole.follow(screen.till)
    view = screen.shop.view(0)
    greek = replace(view.member, language="el", call_name="Ευτυχία")
    screen.till.attach(replace(view, member=greek))
    assert "Eftychia" in pole.now[0]
    assert pole.now[1].startswith("Pontoi")


@pytest.mark.parametrize("protocol", ["escpos", "cd5220"])
def test_the_whole_way_from_a_scan_to_the_glass(
    open_screen: Callable[..., Screen], qtbot: QtBot, tmp_path: Path, protocol: str
) -> None:
    screen = open_screen("el")
    with DisplayEmulator(protocol, rom="cp737") as glass:  # type: ignore[arg-type]
        target = f"serial://{glass.serve_pty(tmp_path / 'pole')}"
        display = make_display(target, protocol, "greek")
        display.start()
        try:
            pole = CustomerPole(display, screen.shop.till, line_ms=1)
            pole.follow(screen.till)
            screen.scan(screen.shop.ean(0))
            qtbot.waitUntil(lambda: glass.lines[0].startswith("Σύνολο"), timeout=15_000)
            assert glass.lines[0] == "Σύνολο      9,80 EUR"
            assert glass.unknown == []
        finally:
            display.stop()
