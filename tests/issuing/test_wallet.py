"""Passes that a stranger's tools find good, and files that can't make any."""

import base64
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from terminal.errors import IssuerFileBroken, NotSetUp
from terminal.settings import WalletSettings
from terminal.wallet.apple import apple_issuer, apple_pass
from terminal.wallet.card import PhoneCard, card_page, grouped
from terminal.wallet.google import SAVE, google_issuer, save_link
from tests.issuing import issuers
from tests.issuing.issuers import NOW, Files
from tests.judges import tool

CARD = PhoneCard("Elia Deli", "Ελένη", "2950000044103", "v1.2950000044103.ABCDEFGH23456777", "el")
PICTURES = {"icon.png": b"\x89PNG icon", "icon@2x.png": b"\x89PNG icon twice"}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def opened(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_openssl_finds_the_signature_good_and_a_changed_manifest_bad(
    files: Files, tmp_path: Path
) -> None:
    parts = opened(apple_pass(CARD, apple_issuer(files.wallet(), NOW), PICTURES))
    signature = files.put("signature", parts["signature"])
    command = [
        tool("openssl", "openssl"), "smime", "-verify", "-binary", "-inform", "DER",
        "-in", signature, "-CAfile", files.root, "-purpose", "any",
    ]  # fmt: skip
    good = files.put("manifest.json", parts["manifest.json"])
    bad = files.put("bad.json", parts["manifest.json"].replace(b"icon.png", b"ikon.png"))
    at = ["-attime", str(int(NOW.timestamp()))]
    verdicts = [
        subprocess.run([*command, *at, "-content", content], capture_output=True).returncode
        for content in (good, bad)
    ]
    assert verdicts[0] == 0
    assert verdicts[1] != 0
    printed = subprocess.run(
        [command[0], "pkcs7", "-inform", "DER", "-in", signature, "-print", "-noout"],
        capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "signingTime" in printed
    assert printed.count("subject:") == 2, "the intermediate comes along"


def test_the_manifest_names_every_file_with_its_sum(files: Files) -> None:
    parts = opened(apple_pass(CARD, apple_issuer(files.wallet(), NOW), PICTURES))
    manifest = json.loads(parts.pop("manifest.json"))
    del parts["signature"]
    assert manifest == {name: sha1(data) for name, data in parts.items()}
    assert {"pass.json", "icon.png"} <= manifest.keys()


def test_a_pass_holds_the_card_in_the_members_language(files: Files) -> None:
    parts = opened(apple_pass(CARD, apple_issuer(files.wallet(), NOW), PICTURES))
    fields = json.loads(parts["pass.json"])
    needed = ("formatVersion", "passTypeIdentifier", "serialNumber", "teamIdentifier")
    assert [fields[name] for name in needed] == [1, issuers.PASS_TYPE, CARD.number, issuers.TEAM]
    assert fields["organizationName"] == "Elia Deli"
    assert fields["description"]
    assert fields["barcodes"] == [
        {
            "format": "PKBarcodeFormatQR", "message": CARD.code, "messageEncoding": "iso-8859-1",
            "altText": "2 950000 044103",
        }
    ]  # fmt: skip
    assert fields["storeCard"]["secondaryFields"][0]["value"] == "Ελένη"
    assert CARD.code.encode("iso-8859-1")


def test_googles_link_is_signed_by_the_account_and_names_the_card(files: Files) -> None:
    link = save_link(CARD, google_issuer(files.wallet()), NOW)
    assert link.startswith(SAVE)
    head, body, signature = link.removeprefix(SAVE).split(".")

    def plain(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    public = issuers.key("google").public_key()
    public.verify(plain(signature), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
    assert json.loads(plain(head)) == {"alg": "RS256", "typ": "JWT"}
    claims = json.loads(plain(body))
    (card,) = claims.pop("payload")["loyaltyObjects"]
    assert claims == {
        "iss": issuers.ACCOUNT, "aud": "google", "typ": "savetowallet",
        "iat": int(NOW.timestamp()), "origins": [],
    }  # fmt: skip
    assert card["id"] == "3388000000000000001.2950000044103"
    assert card["classId"] == issuers.LOYALTY_CLASS
    assert card["state"] == "ACTIVE"
    assert card["accountName"] == "Ελένη"
    assert card["accountId"] == "2 950000 044103"
    assert card["barcode"] == {"type": "QR_CODE", "value": CARD.code}


def test_without_settings_it_says_which_are_missing(files: Files) -> None:
    with pytest.raises(NotSetUp) as refused:
        apple_issuer(WalletSettings(apple_team=issuers.TEAM), NOW)
    assert refused.value.details["what"] == "apple_pass"
    assert "wallet.apple_wwdr" in str(refused.value.details["missing"])
    assert "wallet.apple_team" not in str(refused.value.details["missing"])
    with pytest.raises(NotSetUp) as refused:
        google_issuer(WalletSettings())
    assert refused.value.details["what"] == "google_pass"


def _other_type(files: Files) -> WalletSettings:
    other = issuers.name("Pass Type", "pass.example.other")
    own = issuers.certificate(other, issuers.MIDDLE, "own", "middle", ca=False)
    return files.wallet(apple_certificate=files.put("other.pem", own))


def _unnamed_type(files: Files, days: int = 300) -> WalletSettings:
    subject = issuers.name("Pass Type")
    own = issuers.certificate(subject, issuers.MIDDLE, "own", "middle", ca=False, days=days)
    return files.wallet(apple_certificate=files.put("unnamed.pem", own))


BROKEN: dict[str, Callable[[Files], WalletSettings]] = {
    "missing": lambda f: f.wallet(apple_key=str(f.folder / "nowhere.pem")),
    "unreadable": lambda f: f.wallet(apple_key=str(f.folder)),
    "not_pem": lambda f: f.wallet(apple_certificate=f.put("x.pem", b"no certificate")),
    "other_key": lambda f: f.wallet(
        apple_key=f.put("k.pem", issuers.pem_of(issuers.key("google")))
    ),
    "passphrase": lambda f: f.wallet(
        apple_key=f.put("k.pem", issuers.pem_of(issuers.key("own"), b"hush"))
    ),
    "not_rsa": lambda f: f.wallet(
        apple_key=f.put("k.pem", issuers.pem_of(ec.generate_private_key(ec.SECP256R1())))
    ),
    "expired": lambda f: _unnamed_type(f, days=-1),
    "other_pass_type": _other_type,
    "other_intermediate": lambda f: f.wallet(apple_wwdr=f.root),
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_file_that_can_sign_no_pass_is_named_with_the_reason(files: Files, why: str) -> None:
    settings = BROKEN[why](files)
    with pytest.raises(IssuerFileBroken) as refused:
        apple_issuer(settings, NOW)
    assert refused.value.details["why"] == why
    assert str(files.folder) in str(refused.value.details["path"])


def test_a_key_that_is_none_is_said_so(files: Files) -> None:
    settings = files.wallet(apple_key=files.put("k.pem", b"no key"))
    with pytest.raises(IssuerFileBroken, match="not_pem"):
        apple_issuer(settings, NOW)


def test_a_certificate_that_names_no_pass_type_is_taken_at_its_word(files: Files) -> None:
    assert apple_issuer(_unnamed_type(files), NOW).pass_type == issuers.PASS_TYPE


@pytest.mark.parametrize("content", [b"not json", b"[]", b'{"client_email": "x"}'])
def test_a_file_that_is_no_service_account_is_said_so(files: Files, content: bytes) -> None:
    settings = files.wallet(google_account=files.put("x.json", content))
    with pytest.raises(IssuerFileBroken, match="not_account"):
        google_issuer(settings)


def test_without_cryptography_it_says_what_to_install(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = files.wallet()
    monkeypatch.setitem(__import__("sys").modules, "cryptography", None)
    with pytest.raises(NotSetUp) as refused:
        apple_issuer(settings, NOW)
    assert refused.value.details["what"] == "cryptography"


# -- the page ----------------------------------------------------------------------------------


def test_the_page_is_whole_in_itself_and_in_the_members_direction() -> None:
    page = card_page(PhoneCard("מעדנייה", "דנה <3", "2950000044103", "v1.x.y", "he"))
    assert '<html lang="he" dir="rtl">' in page
    assert "דנה &lt;3" in page
    assert 'dir="ltr">2 950000 044103<' in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_has_a_logo_and_googles_link_where_there_are_any() -> None:
    page = card_page(CARD, logo="data:image/png;base64,AA==", google_link="https://pay.example/x")
    assert '<img class="logo" src="data:image/png;base64,AA=="' in page
    assert 'href="https://pay.example/x"' in page
    assert "<a " not in card_page(CARD)
    assert "<img" not in card_page(CARD)


def test_numbers_of_other_kinds_stay_as_they_are() -> None:
    assert grouped("ABC123") == "ABC123"
