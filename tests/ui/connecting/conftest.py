"""A till that has no online store yet, and a person who connects one."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.connecting.doors import Desk
from ui.theme import theme


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.service.close()
