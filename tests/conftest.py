"""What every test stands on: a quiet desktop, a home of its own, and the stores.

Fixtures for everybody:
    vendure      a real Vendure store in memory, one a session   (`VendureStore`)
    vendure_pg   the same on PostgreSQL                          (`VendureStore`)
    postgres     the PostgreSQL server under it                  (`Postgres`)
    admin        the owner of `vendure`                          (`Admin`)
    shopper      a new, logged-in customer of `vendure`          (`Shopper`)
    network      a network that can fail, in front of `vendure`  (`FaultProxy`)
A WARNING (or worse) in the log fails a test that did not ask for `caplog`.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from bootstrap import node
from terminal.services import desk
from tests.databases import Postgres
from tests.faults import FaultProxy
from tests.hub.pg import SharedHubs
from tests.stores import Admin, Shopper, VendureStore
from tests.stray_log import stray_log

__all__ = ["stray_log"]  # a fixture of every test

# A developer's own screen, till data and key ring are never touched by tests.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
_home = Path(tempfile.mkdtemp(prefix="till-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _kind in ("DATA", "CONFIG", "STATE", "CACHE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(_home / _kind.lower())

# Python would collect a closed window's cycles on whichever thread allocates next, and a QObject
# that dies on another thread than its own can end the process. So it happens between tests.
gc.disable()
_CYCLES_TO_COLLECT = 20_000

# Where the machine's own Node is too old or missing, tests that look for one find the set-up's.
if node.OWN_BIN.exists():
    os.environ["PATH"] = f"{node.OWN_BIN}{os.pathsep}{os.environ['PATH']}"

# A PIN takes 20 ms to hash where it matters; tests/services/test_staff_command.py looks at that.
desk._hasher = lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# A deadline measures this machine's other work, not our code.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def vendure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendureStore]:
    with VendureStore(tmp_path_factory.mktemp("vendure")) as store:
        yield store


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def shared_hubs(postgres: Postgres) -> SharedHubs:
    """Hubs on it, for whoever needs one."""
    return SharedHubs(postgres)


@pytest.fixture(scope="session")
def vendure_pg(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VendureStore]:
    url = postgres.create("online_store")
    with VendureStore(tmp_path_factory.mktemp("vendure-pg"), db=url) as store:
        yield store


@pytest.fixture
def admin(vendure: VendureStore) -> Iterator[Admin]:
    owner = Admin(vendure)
    yield owner
    owner.close()


@pytest.fixture
def shopper(vendure: VendureStore) -> Iterator[Shopper]:
    person = Shopper(vendure).register()
    yield person
    person.close()


@pytest.fixture
def network(vendure: VendureStore) -> Iterator[FaultProxy]:
    with FaultProxy(vendure.admin_api) as proxy:
        yield proxy


def pytest_collection_finish() -> None:
    """What lives as long as the run is not looked through between tests."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logfinish() -> None:
    """Between two tests, on the main thread: the desktop as it was; collect what has gathered."""
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.isRightToLeft():
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    if gc.get_count()[0] > _CYCLES_TO_COLLECT:
        gc.collect()
