"""The doctor says what issuing lacks, before a customer asks for it."""

from datetime import timedelta
from pathlib import Path

import pytest

from terminal.services.doctor import Finding, examine
from terminal.services.issuing_probes import issuing_probes
from terminal.settings import Settings, SlipSettings, WalletSettings
from tests.issuing.issuers import ACCOUNT, NOW, Files


def findings(
    slips: SlipSettings | None = None, wallet: WalletSettings | None = None, days: int = 0
) -> dict[str, Finding]:
    settings = Settings(slips=slips or SlipSettings(), wallet=wallet or WalletSettings())
    parts = issuing_probes(settings, lambda: NOW + timedelta(days=days), lambda error: error.code)
    return {found.part: found for found in examine(parts, ())}


def test_what_is_not_set_up_is_not_spoken_of() -> None:
    assert findings() == {}


def test_all_is_well(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG\r\n\x1a\n rest")
    (tmp_path / "v1.T1-1.A.html").write_text("")
    slips = SlipSettings(
        logo=str(logo), digital_folder=str(tmp_path), digital_url="https://x.example/{code}.html"
    )
    found = findings(slips, Files(tmp_path).wallet())
    assert list(found) == ["logo", "digital slips", "Apple Wallet", "Google Wallet"]
    assert not any(finding.remedy for finding in found.values())
    assert found["digital slips"].state.endswith("1 pages")
    assert "until 2027-09-18" in found["Apple Wallet"].state
    assert ACCOUNT in found["Google Wallet"].state


@pytest.mark.parametrize(
    ("folder", "url", "remedy"),
    [
        ("", "https://x.example/{code}", "set digital_folder"),
        ("/nowhere", "", "set digital_url"),
        ("/nowhere", "https://x.example/", "needs {code}"),
        ("/nowhere", "https://x.example/{code}", "make this folder"),
    ],
)
def test_digital_slips_that_reach_nobody(folder: str, url: str, remedy: str) -> None:
    slips = SlipSettings(digital_folder=folder, digital_url=url)
    assert remedy in findings(slips)["digital slips"].remedy


def test_a_certificate_that_ends_soon_or_has_ended(tmp_path: Path) -> None:
    wallet = Files(tmp_path).wallet()
    assert "renew" in findings(wallet=wallet, days=280)["Apple Wallet"].remedy
    over = findings(wallet=wallet, days=301)["Apple Wallet"]
    assert (over.state, over.remedy) == ("not usable", "issuer_file_broken")
