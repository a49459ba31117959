"""A certificate for the session; shops that close behind a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.woo.certificate import make
from tests.adapters.woo.world import WooWorld


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("woo"))


@pytest.fixture
def worlds(certificate: Path) -> Iterator[list[WooWorld]]:
    made: list[WooWorld] = []
    yield made
    for world in made:
        world.close()


@pytest.fixture
def world(certificate: Path, worlds: list[WooWorld]) -> WooWorld:
    worlds.append(WooWorld(certificate))
    return worlds[-1]


@pytest.fixture
def plain(certificate: Path, worlds: list[WooWorld]) -> WooWorld:
    """The same over http."""
    worlds.append(WooWorld(certificate, tls=False))
    return worlds[-1]


@pytest.fixture
def taxed(certificate: Path, worlds: list[WooWorld]) -> WooWorld:
    """A shop whose prices have 25.5 % in them."""
    worlds.append(WooWorld(certificate, taxed=True))
    return worlds[-1]


@pytest.fixture
def on_top(certificate: Path, worlds: list[WooWorld]) -> WooWorld:
    """A shop whose prices are without the 25 %, and so is what its cart shows."""
    worlds.append(WooWorld(certificate, on_top=True))
    return worlds[-1]


@pytest.fixture
def legacy(certificate: Path, worlds: list[WooWorld]) -> WooWorld:
    """An old shop, orders among its posts: they can't be asked for by who made them."""
    worlds.append(WooWorld(certificate, hpos=False, version="9.8.0"))
    return worlds[-1]
