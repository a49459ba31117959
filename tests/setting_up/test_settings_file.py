"""The wizard changes what it was told and nothing else: settings are a person's file."""

import os
import stat

import pytest

from terminal.errors import SettingsBroken
from terminal.settings import Settings, load
from terminal.settings_file import change

WRITTEN = """\
# Till by the door. Ask Anna before changing anything.
shop.name = "Elia Deli"   # as on the sign

[till]
name = "Door"   # the one by the door
code = "T2"

[scanner]   # the grey one
# it sat on ttyUSB0 before
port = "/dev/ttyUSB0"
baudrate = 19200
"""


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "settings.toml"
    made.write_text(WRITTEN, "utf-8")
    return made


def test_what_was_not_asked_for_stays_to_the_letter(path):
    settings = change(path, {("scanner", "port"): "usb:0403:6001", ("scanner", "suffix"): "cr"})
    assert settings == load(path)
    assert (settings.scanner.port, settings.scanner.suffix) == ("usb:0403:6001", "cr")
    after = path.read_text("utf-8").splitlines()
    kept = [line for line in WRITTEN.splitlines() if "port =" not in line]
    assert [line for line in after if "port =" not in line and "suffix" not in line] == kept


def test_what_it_was_before_lies_beside_it_and_only_once(path):
    change(path, {("till", "code"): "T3"})
    change(path, {("till", "code"): "T4"})
    assert load(path.with_name("settings.toml.bak")).till.code == "T3"
    assert sorted(one.name for one in path.parent.iterdir()) == [
        "settings.toml", "settings.toml.bak",
    ]  # fmt: skip


def test_nothing_changed_writes_nothing(path):
    change(path, {("scanner", "baudrate"): 19200, ("drawer", "opens"): None})
    assert path.read_text("utf-8") == WRITTEN
    assert not path.with_name("settings.toml.bak").exists()


def test_a_new_till_gets_a_file_and_its_folder(tmp_path):
    path = tmp_path / "new" / "settings.toml"
    assert change(path, {("printer", "pictures"): ("he", "el")}).printer.pictures == ("he", "el")
    assert load(path).printer.pictures == ("he", "el")
    assert not path.with_name("settings.toml.bak").exists()


def test_lists_of_tables_come_change_and_go(path):
    two = [{"port": "keyboard", "us_layout": True, "prefix": None}, {"port": "/dev/ttyACM0"}]
    assert [one.port for one in change(path, {("more_scanners",): two}).scanners] == [
        "/dev/ttyUSB0", "keyboard", "/dev/ttyACM0",
    ]  # fmt: skip
    text = path.read_text("utf-8").replace('port = "keyboard"', 'port = "keyboard"  # the old one')
    path.write_text(text, "utf-8")
    two[0].pop("prefix")
    change(path, {("more_scanners",): tuple(two), ("till", "code"): "T9"})
    assert "# the old one" in path.read_text("utf-8")
    assert change(path, {("more_scanners",): two[1:]}).more_scanners[0].port == "/dev/ttyACM0"
    assert change(path, {("more_scanners",): []}).more_scanners == ()
    assert change(path, {("more_printers",): ()}).more_printers == ()
    assert "more_" not in path.read_text("utf-8")


def test_a_key_goes_and_its_default_counts(path):
    assert change(path, {("scanner", "baudrate"): None}).scanner.baudrate == 9600
    assert "it sat on ttyUSB0 before" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({("scanner", "baudrate"): 12}, "300"),
        ({("scanner", "prot"): "x"}, "port"),
        ({("online_store", "password"): "secret"}, "unknown key"),
        ({("shop", "name", "first"): "x"}, "name is no section"),
    ],
)
def test_what_would_be_no_settings_is_never_written(path, changes, says):
    with pytest.raises(SettingsBroken, match=says):
        change(path, changes)
    assert path.read_text("utf-8") == WRITTEN
    assert [one.name for one in path.parent.iterdir()] == ["settings.toml"]


def test_a_file_that_is_no_toml_is_left_for_a_person(path):
    path.write_text("[scanner\n", "utf-8")
    with pytest.raises(SettingsBroken, match="not TOML"):
        change(path, {("till", "code"): "T3"})
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsBroken, match="can't be read"):
        change(path, {("till", "code"): "T3"})
    assert path.read_bytes() == b"\xff\xfe\x00"


def test_a_windows_editors_marks_and_line_ends_are_read_and_ends_kept(path):
    path.write_bytes(b"\xef\xbb\xbf" + WRITTEN.replace("\n", "\r\n").encode())
    change(path, {("till", "code"): "T3"})
    assert path.read_bytes().count(b"\r\n") == WRITTEN.count("\n")
    assert load(path).till.code == "T3"


def test_who_could_not_read_it_still_can_not(path):
    path.chmod(0o600)
    change(path, {("till", "code"): "T3"})
    for name in ("settings.toml", "settings.toml.bak"):
        assert stat.S_IMODE(path.with_name(name).stat().st_mode) == 0o600


def test_a_link_to_the_file_stays_a_link(path, tmp_path):
    link = tmp_path / "there.toml"
    link.symlink_to(path)
    change(link, {("till", "code"): "T3"})
    assert link.is_symlink()
    assert load(path).till.code == "T3"


def test_a_full_disk_leaves_the_old_file_whole(path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsBroken, match="No space left"):
        change(path, {("till", "code"): "T3"})
    monkeypatch.undo()
    assert path.read_text("utf-8") == WRITTEN
    assert load(path) != Settings()
    assert not path.with_name("settings.toml.part").exists()
