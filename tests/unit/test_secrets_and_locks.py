"""Secrets that are asked for, a key that is made at first need, and who works on the data."""

import io
import sys

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from terminal.commands import secret
from terminal.errors import DatabaseBroken, FileNotWritten, SettingsBroken
from terminal.instance import InstanceLock, is_held
from terminal.secrets import Secrets
from terminal.services.issuing import KEY_NAME, signer_of
from terminal.signing import Signer


class Terminal(io.StringIO):
    """Somebody sits at it."""

    def isatty(self):
        return True


def test_a_secret_is_taken_from_a_pipe_and_never_said(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(sys, "stdin", io.StringIO("s3cret\nmore\n"))
    assert secret.ask(tmp_path, "online-store", said.append) == 0
    kept = Secrets(tmp_path)
    assert kept.get("online-store") == "s3cret"
    assert said == [f"Kept in {kept.place}."]


def test_at_a_terminal_a_secret_is_typed_unseen(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(secret, "getpass", lambda words: asked.append(words) or "typed")
    secret.ask(tmp_path, "online-store", print)
    assert Secrets(tmp_path).get("online-store") == "typed"
    assert asked == ["Password or key: "]


def test_secrets_that_cannot_be_written_are_refused_with_the_place(tmp_path):
    (tmp_path / "away").symlink_to(tmp_path / "a-disk-that-is-not-there")
    with pytest.raises(FileNotWritten) as refused:
        Secrets(tmp_path / "away", use_keyring=False).put("online-store", "s3cret")
    assert "s3cret" not in str(refused.value)
    (tmp_path / "data" / "secrets.json").mkdir(parents=True)
    with pytest.raises(SettingsBroken):
        Secrets(tmp_path / "data", use_keyring=False).put("online-store", "s3cret")


class Locked(KeyringBackend):
    """A keyring whose owner does not unlock it."""

    priority = 1

    def get_password(self, service, username):
        raise KeyringLocked("dismissed")

    def set_password(self, service, username, password):
        raise KeyringLocked("dismissed")


def test_a_keyring_that_stays_locked_is_a_refusal_and_no_accident(tmp_path):
    before = keyring.get_keyring()
    keyring.set_keyring(Locked())
    try:
        kept = Secrets(tmp_path)
        for asked in (lambda: kept.get("online-store"), lambda: kept.put("online-store", "x")):
            with pytest.raises(SettingsBroken):
                asked()
    finally:
        keyring.set_keyring(before)


def test_whoever_signs_nothing_makes_no_key(tmp_path):
    kept = Secrets(tmp_path, use_keyring=False)
    signer = signer_of(kept, at_once=False)
    assert list(tmp_path.iterdir()) == [], "looking at a full disk writes nothing"
    code = signer.signed("slip", "A-1")
    assert signer_of(kept).opened("slip", code) == "A-1"
    key = kept.get(KEY_NAME)
    assert signer.signed("slip", "A-1") == code
    assert kept.get(KEY_NAME) == key


def test_a_till_that_opens_has_its_key_at_once(tmp_path):
    kept = Secrets(tmp_path, use_keyring=False)
    signer_of(kept)
    assert kept.get(KEY_NAME)


def test_a_key_that_is_too_short_to_sign_with_is_none():
    with pytest.raises(ValueError, match="16 bytes"):
        Signer(b"short").signed("card", "1")


def test_whether_data_are_in_use_is_seen_without_taking_them(tmp_path):
    data = tmp_path / "data"
    assert not is_held(data, "till")
    assert not data.exists(), "who only looks makes nothing"
    held = InstanceLock(data, "till")
    held.take()
    assert is_held(data, "till")
    assert not is_held(data, "sync")
    held.release()
    held.release()
    assert not is_held(data, "till")
    (tmp_path / "file").write_text("no folder", "utf-8")
    assert is_held(tmp_path / "file", "till"), "who can't look had better not write"
    with pytest.raises(DatabaseBroken):
        InstanceLock(tmp_path / "file", "till").take()


def typed(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.mark.parametrize("nothing", ["\n", "  \n"])
def test_an_empty_line_does_not_wipe_a_good_key(tmp_path, monkeypatch, nothing):
    said = []
    Secrets(tmp_path).put("online-store", "good")
    typed(monkeypatch, nothing)
    assert secret.ask(tmp_path, "online-store", said.append) == 2
    assert Secrets(tmp_path).get("online-store") == "good"
    assert said == ["Nothing was typed. What is kept stays."]


def test_a_secret_that_nobody_reads_is_refused_with_the_names_that_are(tmp_path, monkeypatch):
    said = []
    typed(monkeypatch, "s3cret\n")
    assert secret.ask(tmp_path, "banana", said.append) == 2
    assert Secrets(tmp_path).get("banana") is None
    assert said[0].endswith("Known: online-store, proxy, hub.")
    (tmp_path / "settings.toml").write_text(
        '[online_store]\nkind = "vendure"\n[[more_online_stores]]\nkind = "shopify"\n', "utf-8"
    )
    assert secret.ask(tmp_path, "online-store-shopify", said.append) == 0
    assert Secrets(tmp_path).get("online-store-shopify") == "s3cret"
