"""Why the shop can't issue something: cards, passes for phones, digital slips."""

from collections.abc import Callable, Mapping
from typing import Any

from terminal.i18n import Words

Details = Mapping[str, Any]


def _not_set_up(w: Words, d: Details) -> str:
    missing = str(d.get("missing", ""))
    texts = {
        "apple_pass": w.t("Apple Wallet is not set up. Missing: {settings}.", settings=missing),
        "google_pass": w.t("Google Wallet is not set up. Missing: {settings}.", settings=missing),
        "cryptography": w.t("The Python package cryptography is missing. Install it first."),
        "digital_link": w.t(
            "Digital slips have no address yet. Set digital_url and digital_folder under [slips]."
        ),
        "own_cards": w.t("The shop has no cards of its own. Set card_prefix under [shop] first."),
    }
    return texts.get(str(d.get("what")), w.t("This is not set up yet."))


def _broken(w: Words, d: Details) -> str:
    path = d.get("path", "")
    texts = {
        "missing": w.t("The file {path} is not there.", path=path),
        "unreadable": w.t("The file {path} can't be read.", path=path),
        "not_pem": w.t("The file {path} is no certificate or key in PEM form.", path=path),
        "not_rsa": w.t("The key in {path} is not an RSA key.", path=path),
        "passphrase": w.t(
            "The key in {path} has a passphrase. Keep one without it, readable by nobody else.",
            path=path,
        ),
        "other_key": w.t("The key in {path} belongs to another certificate.", path=path),
        "expired": w.t("The certificate {path} does not hold today. Renew it.", path=path),
        "other_pass_type": w.t("The certificate {path} is for another pass type.", path=path),
        "other_intermediate": w.t(
            "The pass type's certificate was not signed by {path}. Take the other one.", path=path
        ),
        "not_account": w.t("The file {path} is no service account's key file.", path=path),
        "not_picture": w.t("{path} is no PNG, JPEG or GIF below 2 MB.", path=path),
        "not_key": w.t("The shop's key for its codes is damaged. Bring it from another till."),
    }
    return texts.get(str(d.get("why")), w.t("The file {path} can't be used.", path=path))


ISSUING_REFUSALS: dict[str, Callable[[Words, Details], str]] = {
    "not_set_up": _not_set_up,
    "issuer_file_broken": _broken,
    "no_card_numbers": lambda w, d: w.t("So many card numbers are not left in the shop's range."),
    "cards_printed_before": lambda w, d: w.t(
        "Cards from {first} on were printed before. The next one is {next}.",
        first=str(d.get("first", "")),
        next=str(d.get("next", "")),
    ),
    "unknown_file_kind": lambda w, d: w.t(
        "Name a file that ends in one of these: {known}", known=d.get("known", "")
    ),
    "file_not_written": lambda w, d: w.t(
        "{path} can't be written: {problem}.", path=d.get("path", ""), problem=d.get("problem", "")
    ),
}
