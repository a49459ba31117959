"""Every fault of a printer on both kinds of line, and what the cashier feels of it: nothing.

``python -m tests.stories.printer_faults 30`` runs each thirty times.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from devices.printers.emulator import PrinterEmulator
from terminal.db.engine import open_database
from terminal.slips import SlipState
from tests.stories.open_till import Heartbeat, OpenTill
from tests.stories.printer_faults import CASES, WAYS, Rig, run_fault

pytestmark = pytest.mark.usefixtures("caplog")  # a printer lost in a slip is worth a warning
OFTEN = frozenset({"die", "paper out within", "freeze within"})
"""At a byte that chance names."""
TIMES = int(os.environ.get("LONG", "1"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("escpos")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CASES)
def test_whatever_breaks_nothing_prints_twice_and_everything_drains(
    name: str, way: str, cache: Path
) -> None:
    times = TIMES * (2 if name in OFTEN else 1)
    told = run_fault(name, way, times, seed=4, cache=cache)
    assert told.cases == times
