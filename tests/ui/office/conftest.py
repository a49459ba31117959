"""Pages on a lived-in shop, without threads: what is asked is answered at once."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from terminal.services.models import MemberView
from tests.ui.pages.world import World, lived_in
from ui.theme import theme


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def shop() -> tuple[World, MemberView]:
    return lived_in()


@pytest.fixture
def world(shop: tuple[World, MemberView]) -> World:
    return shop[0]


@pytest.fixture
def eleni(shop: tuple[World, MemberView]) -> MemberView:
    return shop[1]
