"""Worlds for tests: files that have joined already are made once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.convergence.running import template
from tests.convergence.world import Template, World


@pytest.fixture(scope="session")
def prepared() -> Template:
    return template()


@pytest.fixture
def two(prepared: Template, tmp_path: Path) -> Iterator[World]:
    """Two tills, a hub, an online store, on a good line."""
    world = prepared.world(tmp_path, 2)
    world.weather.chance = random.Random(7)
    yield world
    world.close()


@pytest.fixture
def three(prepared: Template, tmp_path: Path) -> Iterator[World]:
    """Three tills, where whoever is a customer online is a member."""
    world = prepared.world(tmp_path, 3, "all")
    world.weather.chance = random.Random(7)
    yield world
    world.close()
