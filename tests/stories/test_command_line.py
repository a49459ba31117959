"""``main.py`` on bad days: one clear sentence with the remedy and an exit code, no traceback."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from terminal.db.verify import verify
from terminal.errors import DiskFull
from terminal.i18n import Words
from terminal.secrets import Secrets
from terminal.services.models import MemberView
from terminal.settings import Settings
from tests.faults import FaultProxy
from tests.shop import Shop, open_shop
from tests.stores import VendureStore
from ui.viewmodels.shell import Scanned
from ui.views.components.label import Label
from ui.views.starting import StartingPage
from ui.window import TillWindow

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "error"}


def ask(*arguments: str, seconds: float = 40) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip


def one_sentence(told: subprocess.CompletedProcess[str]) -> str:
    """What was said on standard error: one line, and nothing that only a programmer reads."""
    assert told.returncode != 0
    assert "Traceback" not in told.stderr
    [line] = told.stderr.strip().splitlines()
    return line


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_settings_that_are_no_toml_name_the_line(data: Path) -> None:
    (data / "settings.toml").write_text('[shop]\nname = "Elia\n', "utf-8")
    for command in ("run", "doctor", "sync"):
        said = one_sentence(ask(command, "--data", str(data)))
        assert "line 2" in said
        assert str(data / "settings.toml") in said


def test_an_unknown_setting_names_the_nearest_known(data: Path) -> None:
    (data / "settings.toml").write_text('[shop]\ncurency = "EUR"\n', "utf-8")
    said = one_sentence(ask("run", "--data", str(data)))
    assert "did you mean shop.currency?" in said


def test_a_wrong_value_names_its_key(data: Path) -> None:
    (data / "settings.toml").write_text('[scanner]\nbaudrate = "fast"\n', "utf-8")
    assert "scanner.baudrate" in one_sentence(ask("doctor", "--data", str(data)))


@pytest.fixture
def newer(data: Path) -> Path:
    open_shop(data / "till.db").database.close()
    with sqlite3.connect(data / "till.db") as books:
        books.execute("UPDATE alembic_version SET version_num = '9999'")
    books.close()
    return data


def test_a_database_from_the_future_is_left_alone(newer: Path) -> None:
    before = (newer / "till.db").read_bytes()
    said = one_sentence(ask("verify", "--data", str(newer)))
    assert "newer version" in said
    assert str(newer / "till.db") in said
    assert (newer / "till.db").read_bytes() == before


@pytest.mark.parametrize("junk", [b"hello", b"\x00" * 4096, b"SQLite format 3\x00" + b"\xff" * 999])
def test_what_is_no_database_is_said_so(data: Path, junk: bytes) -> None:
    (data / "till.db").write_bytes(junk)
    said = one_sentence(ask("verify", "--data", str(data)))
    assert "Restore a backup" in said
    assert str(data / "till.db") in said
    assert (data / "till.db").read_bytes() == junk


def test_a_folder_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder", "utf-8")
    for command in ("run", "verify", "doctor"):
        said = one_sentence(ask(command, "--data", str(tmp_path / "data")))
        assert str(tmp_path / "data") in said


@pytest.mark.parametrize(
    "command",
    [
        "verify", "doctor", "sync --once", "books days 2026-01-01", "day", "programme show",
        "staff list", "import --list",
    ],
)  # fmt: skip
def test_a_folder_that_was_mistyped_does_not_become_an_empty_shop(
    command: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "photos").touch()  # somebody's folder, and no till's
    for folder in (data, data / "tilll"):
        code = main.main([*command.split(), "--data", str(folder)])
        told = capsys.readouterr()
        said = told.out if command == "doctor" else told.err
        assert code == (1 if command == "doctor" else 2)
        assert str(folder) in said
        assert "Look at what --data says" in said
        assert "main.py run" in said
    assert [each.name for each in data.iterdir()] == ["photos"]


# -- verify and doctor ---------------------------------------------------------------------------


def test_verify_finds_a_balance_that_was_tampered_with(data: Path) -> None:
    shop = open_shop(data / "till.db")
    member = shop.enrol()
    shop.sell(member, shop.basket("OIL-500"))
    shop.database.close()
    assert ask("verify", "--data", str(data)).returncode == 0
    with sqlite3.connect(data / "till.db") as books:
        books.execute("UPDATE accounts SET balance = balance + 1000")
    books.close()
    told = ask("verify", "--data", str(data))
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "balance" in told.stdout
    assert member.member.id in told.stdout


def test_the_doctor_lists_every_part_with_what_to_do(data: Path) -> None:
    (data / "settings.toml").write_text(
        '[scanner]\nport = "/dev/there-is-none"\n[printer]\ntarget = "nonsense://x"\n', "utf-8"
    )
    told = ask("doctor", "--data", str(data))
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    for part in ("settings", "database", "secrets", "scanner", "printer", "online store"):
        assert part in told.stdout
    assert "/dev/there-is-none" in told.stdout
    assert "can't be understood" in told.stdout


def test_the_doctor_looks_at_the_rest_when_the_database_is_broken(data: Path) -> None:
    (data / "till.db").write_bytes(b"hello")
    told = ask("doctor", "--data", str(data))
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "not a database" in told.stdout
    assert "online store" in told.stdout


# -- one at a time -------------------------------------------------------------------------------


@pytest.fixture
def till(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A till that is open on the data, in a process of its own."""
    yield from _running(data, "run")


@pytest.fixture
def syncing(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A ``sync`` that goes on and on, in a process of its own."""
    _online(data, "http://127.0.0.1:9/admin-api", "x")
    yield from _running(data, "sync")


def _running(data: Path, command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "main.py", command, "--data", str(data)], cwd=ROOT, env=ENVIRONMENT,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with process:
        try:
            lock = data / ("till.lock" if command == "run" else "sync.lock")
            end = time.monotonic() + 20
            while not _is_held_by(process, lock):
                assert process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.02)
            yield process
        finally:
            process.terminate()


def _is_held_by(process: subprocess.Popen[str], lock: Path) -> bool:
    """Looked at, not tried: whoever tries a lock may be in the way of its taker."""
    return lock.exists() and lock.read_text("ascii").strip() == str(process.pid)


def test_a_second_till_says_in_its_window_that_there_is_one(
    till: subprocess.Popen[str], data: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    window = TillWindow(main.Backend(data, Settings()), Words(), clock=main.now)
    window.begin()
    try:
        qtbot.waitUntil(lambda: window.vm.phase == "broken", timeout=15_000)
        assert "open already" in window.vm.problem
        assert str(data) in window.vm.problem
        assert "can't start" in _shown(window)
        assert till.poll() is None, "the first one goes on"
    finally:
        window.close()
    assert ask("verify", "--data", str(data)).returncode == 0, "looking is allowed"


def test_a_broken_database_is_said_in_the_window_and_left_alone(
    data: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    (data / "till.db").write_bytes(b"hello")
    window = TillWindow(main.Backend(data, Settings()), Words(), clock=main.now)
    window.begin()
    try:
        qtbot.waitUntil(lambda: window.vm.phase == "broken", timeout=15_000)
        assert "Restore a backup" in _shown(window)
        window.vm.heard(Scanned("4006381333931"))
        window.vm.open_page("office")
        assert window.shell.page() is None
    finally:
        window.close()
    assert (data / "till.db").read_bytes() == b"hello"


def _shown(window: TillWindow) -> str:
    page = window.shell.findChild(StartingPage)
    assert page.isVisible()
    return " ".join(label.text() for label in page.findChildren(Label) if label.isVisible())


def test_a_second_sync_is_sent_away(syncing: subprocess.Popen[str], data: Path) -> None:
    said = one_sentence(ask("sync", "--once", "--data", str(data)))
    assert str(data) in said
    assert syncing.poll() is None


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own; ``ballast`` fills it."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=False,
        capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return


def _sell_until_full(shop: Shop, member: MemberView) -> int:
    """How many sales there was room for."""
    for booked in range(200):
        try:
            shop.sell(member, shop.basket("OIL-500", "COF-250", "HON-450"))
        except DiskFull:
            return booked
    raise AssertionError("the disk was not full")


def test_a_full_disk_books_nothing_and_sells_again_once_there_is_room(full_disk: Path) -> None:
    shop = open_shop(full_disk / "till.db")
    ballast = full_disk / "ballast"
    try:
        member = shop.enrol()
        _fill(ballast)
        booked = _sell_until_full(shop, member)
        assert "Traceback" not in ask("verify", "--data", str(full_disk)).stderr
        ballast.unlink()
        assert shop.balance(member) == 100 + 28 * booked, "each sale whole or not at all"
        shop.sell(member, shop.basket("OIL-500", "COF-250", "HON-450"))
        assert verify(shop.database).ok
    finally:
        shop.database.close()


# -- sync ----------------------------------------------------------------------------------------


def _online(data: Path, url: str, password: str, username: str = "superadmin") -> None:
    (data / "settings.toml").write_text(
        f'[online_store]\nkind = "vendure"\nurl = "{url}"\nusername = "{username}"\n', "utf-8"
    )
    Secrets(data, use_keyring=False).put("online-store", password)


def test_sync_without_an_online_store_says_where_to_name_one(data: Path) -> None:
    (data / "settings.toml").touch()
    told = ask("sync", "--once", "--data", str(data))
    assert told.returncode == 1
    assert "settings.toml" in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


def test_sync_with_nobody_there_says_so_and_loses_nothing(data: Path) -> None:
    _online(data, "http://127.0.0.1:9/admin-api", "x")
    told = ask("sync", "--once", "--data", str(data))
    assert told.returncode == 1
    assert "The online store does not answer." in told.stdout
    assert "Traceback" not in told.stderr


def test_sync_with_a_wrong_password_says_so(data: Path, vendure: VendureStore) -> None:
    _online(data, vendure.admin_api, "not-the-password", vendure.admin_user)
    told = ask("sync", "--once", "--data", str(data))
    assert told.returncode == 1
    assert "misconfigured" in told.stdout
    assert "Traceback" not in told.stderr
    assert "not-the-password" not in told.stdout + told.stderr
    assert "not-the-password" not in (data / "terminal.log").read_text("utf-8")


def test_sync_with_a_store_that_answers_says_online(
    data: Path, vendure: VendureStore, network: FaultProxy
) -> None:
    _online(data, network.url, vendure.admin_password, vendure.admin_user)
    told = ask("sync", "--once", "--data", str(data))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("vendure online, 0 waiting, 0 blocked")
