"""The doctor's look at what issuing needs: the logo, the digital slips' folder, wallets' keys.

Only what the shop set up is looked at. A certificate that ends soon is said before a customer
stands there with a phone.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from terminal.errors import TerminalError
from terminal.ids import Clock
from terminal.logos import logo_bytes
from terminal.services.doctor import Look, Probe
from terminal.settings import Settings, SlipSettings, WalletSettings

SOON = timedelta(days=30)
Say = Callable[[TerminalError], str]
"""The sentence for a refusal."""


def issuing_probes(settings: Settings, clock: Clock, say: Say) -> list[Probe]:
    """How to look at each part that is set up."""
    slips, wallet = settings.slips, settings.wallet
    looks: list[tuple[bool, str, Callable[[], Look]]] = [
        (bool(slips.logo), "logo", lambda: _logo(slips.logo)),
        (bool(slips.digital_folder or slips.digital_url), "digital slips", lambda: _pages(slips)),
        (bool(wallet.apple_pass_type), "Apple Wallet", lambda: _apple(wallet, clock)),
        (bool(wallet.google_class), "Google Wallet", lambda: _google(wallet)),
    ]
    return [Probe(part, _told(look, say)) for wanted, part, look in looks if wanted]


def _told(look: Callable[[], Look], say: Say) -> Callable[[], Look]:
    def looked() -> Look:
        try:
            return look()
        except TerminalError as error:
            return "not usable", say(error)

    return looked


def _logo(path: str) -> Look:
    return f"{path}, {len(logo_bytes(path)) // 1024 + 1} kB", ""


def _pages(slips: SlipSettings) -> Look:
    folder, url = Path(slips.digital_folder), slips.digital_url
    if not slips.digital_folder:
        return url, "set digital_folder under [slips]: nothing is put there now"
    if not url:
        return str(folder), "set digital_url under [slips]: nobody is told where the pages are"
    if "{code}" not in url:
        return url, "digital_url needs {code} where the page's name goes"
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return str(folder), "make this folder, and let the till write in it"
    return f"{folder}, {sum(1 for _ in folder.glob('v1.*.html'))} pages", ""


def _apple(wallet: WalletSettings, clock: Clock) -> Look:
    from terminal.wallet.apple import apple_issuer

    now = clock()
    ends = apple_issuer(wallet, now).certificate.not_valid_after_utc
    soon = "renew the pass type's certificate" if ends - now < SOON else ""
    return f"{wallet.apple_pass_type}, certificate until {ends:%Y-%m-%d}", soon


def _google(wallet: WalletSettings) -> Look:
    from terminal.wallet.google import google_issuer

    return f"{wallet.google_class}, as {google_issuer(wallet).email}", ""
