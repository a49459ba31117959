"""A certificate for the session."""

from pathlib import Path

import pytest

from tests.adapters.woo.certificate import make


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("woo"))
