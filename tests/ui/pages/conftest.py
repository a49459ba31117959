"""Pages on a lived-in shop, without threads: what is asked is answered at once."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.events import SyncStatus
from terminal.sales import Sale
from terminal.services.models import MemberView
from tests.ui.pages.sync_scene import Scene, shown
from tests.ui.pages.world import NOW, OIL, World, lived_in
from ui.theme import theme
from ui.viewmodels.sync_page import SyncModel
from ui.views.sync_page import SyncView


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


# -- the sync page ---------------------------------------------------------------------------------


@pytest.fixture
def scene(world: World) -> Scene:
    scene = Scene(world)
    scene.model.heard(SyncStatus("online", 0, 0, NOW, store="vendure"))
    return scene


@pytest.fixture
def model(scene: Scene) -> SyncModel:
    return scene.model


@pytest.fixture
def view(model: SyncModel, qtbot: QtBot) -> SyncView:
    return shown(model, qtbot)


@pytest.fixture
def stuck(world: World, eleni: MemberView) -> tuple[Sale, str]:
    """One message of Eleni is blocked, one waits behind it, a guest's is on its way."""
    sale = world.sell(eleni, (OIL, 1))
    world.sell(None, (OIL, 1))
    return sale, world.block_first("email_taken")
