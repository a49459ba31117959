"""Compiled catalogues: made before they are needed, and not needed to be written at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bootstrap.steps import ROOT
from bootstrap.texts import stale
from terminal import i18n
from terminal.i18n import Words


@pytest.fixture
def locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place = tmp_path / "locale"
    shutil.copytree(ROOT / "terminal" / "locale", place, ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(i18n, "LOCALE_DIR", place)
    i18n._catalogue.cache_clear()
    yield place
    i18n._catalogue.cache_clear()


def test_set_up_compiles_every_language_once(locale: Path):
    assert len(stale(locale)) == 5
    i18n.compile_all()
    assert stale(locale) == []
    greek = locale / "el" / "LC_MESSAGES" / "terminal.po"
    later = greek.with_suffix(".mo").stat().st_mtime + 10
    os.utime(greek, (later, later))
    assert stale(locale) == [greek]


def test_a_program_that_nobody_may_write_to_speaks_every_language(
    locale: Path, monkeypatch: pytest.MonkeyPatch
):
    def refused(self: Path, content: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_bytes", refused)
    assert Words("el").t("Cash") == "Μετρητά"
    assert list(locale.rglob("*.mo")) == []
