"""The judges are pinned, name no registry, and may not be missing where they count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import judges


def test_a_missing_judge_fails_in_ci_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match=r"zbarimg is not installed.*zbar-tools"):
        judges.read_codes(Path("sheet.png"))


def test_a_missing_judge_skips_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="zbarimg is not installed"):
        judges.tool("zbarimg", "zbar-tools")


def test_every_judge_is_pinned_with_a_checksum_and_without_an_address() -> None:
    wanted = json.loads((judges.HERE / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((judges.HERE / "package-lock.json").read_text("utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for name, package in locked.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")
