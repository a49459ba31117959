"""A till that is set up: with nothing yet, and with a printer."""

import pytest

from tests.setting_up.fakes import Drawer, FakeDevices
from tests.setting_up.till import PRINTER, Till


@pytest.fixture
def till(qapp, tmp_path):
    made = Till(tmp_path)
    yield made
    made.model.stop()


@pytest.fixture
def printing(qapp, tmp_path):
    made = Till(tmp_path, FakeDevices(drawer=Drawer()), PRINTER)
    yield made
    made.model.stop()
