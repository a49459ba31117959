"""A till with a customer in front of its second screen."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.counter.shop import CounterShop
from ui.theme import theme
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.customer_face import CustomerFace
from ui.viewmodels.customer_screen import CustomerScreenViewModel
from ui.views.customer_screen import CustomerScreen

JOIN = "https://shop.example/join"


def hear(signal: object) -> list[object]:
    """What a signal says from now on."""
    said: list[object] = []
    signal.connect(said.append)  # type: ignore[attr-defined]
    return said


class Screen:
    """``till`` is the counter, ``vm`` what the customer sees, ``window()`` where."""

    def __init__(
        self,
        language: str = "en",
        *,
        shop: CounterShop | None = None,
        till: CounterViewModel | None = None,
        **options: object,
    ) -> None:
        self.shop = shop or CounterShop(language)
        self.till: CounterViewModel = till or self.shop.at_counter()
        options = {"enrol_url": JOIN, **options}
        self.vm = CustomerScreenViewModel(
            self.shop.counter,
            clock=self.shop.clock,
            **options,  # type: ignore[arg-type]
        )
        self.vm.follow(self.till)
        self.windows: list[CustomerScreen] = []

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.till.scanned(code)

    @property
    def face(self) -> CustomerFace:
        return self.vm.face

    def window(self, size: tuple[int, int] = (1366, 768), **options: object) -> CustomerScreen:
        made = CustomerScreen(self.vm, **options)  # type: ignore[arg-type]
        made.resize(*size)
        self.windows.append(made)
        return made

    def close(self) -> None:
        for window in self.windows:
            window.close()
            window.deleteLater()


@pytest.fixture
def open_screen(qapp: QApplication) -> Iterator[Callable[..., Screen]]:
    made: list[Screen] = []
    theme.apply(qapp, "light")

    def open_one(*args: object, **options: object) -> Screen:
        made.append(Screen(*args, **options))  # type: ignore[arg-type]
        return made[-1]

    yield open_one
    for screen in made:
        screen.close()
    theme.apply(qapp, "light")


@pytest.fixture
def screen(open_screen: Callable[..., Screen]) -> Screen:
    return open_screen()
