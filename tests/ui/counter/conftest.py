"""Windows for the counter's stories, closed and undressed afterwards."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.counter.window import Window
from ui.theme import theme

Open = Callable[..., Window]


@pytest.fixture
def open_window(qapp: QApplication) -> Iterator[Open]:
    made: list[Window] = []

    def open_one(*args: object, **kwargs: object) -> Window:
        made.append(Window(qapp, *args, **kwargs))  # type: ignore[arg-type]
        return made[-1]

    yield open_one
    for window in made:
        window.close()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.apply(qapp, "light")


@pytest.fixture
def window(open_window: Open) -> Window:
    return open_window()
