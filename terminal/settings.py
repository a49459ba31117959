"""Settings: one TOML file, typed. An unknown key is an error that names the nearest known one.

Secrets are never in it: they live in the keyring, under the name of what they open.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from terminal.errors import SettingsBroken

Language = Literal["en", "el", "bg", "hu", "pl", "he"]
Short = Annotated[str, Meta(min_length=1, max_length=60)]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every section refuses keys it does not know."""


class ShopSettings(_Section, frozen=True):
    """The shop as it stands on slips, and the country whose rules its slips follow."""

    name: Short = "Elia Deli"
    address: str = ""
    country: Literal["GR", "BG", "HU", "PL", "IL", "GB"] = "GR"
    language: Language = "en"
    currency: Literal["EUR", "HUF", "PLN", "ILS", "GBP", "USD"] = "EUR"
    card_prefix: Annotated[str, Meta(pattern=r"^(2[0-9]{1,6})?$")] = "2950"
    """First digits of the shop's own cards; empty: it has none."""
    card_lengths: tuple[Annotated[int, Meta(ge=6, le=20)], ...] = ()
    """Digit counts of cards without an EAN check digit, where the shop has such."""
    weighed_prefixes: tuple[Annotated[str, Meta(pattern=r"^0?2[0-9]{0,6}$")], ...] = ()
    """Ranges that its scales print prices and weights in: never anybody's card."""


class TillSettings(_Section, frozen=True):
    """This installation."""

    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,6}$")] = "T1"
    name: Short = "Till 1"


class ScannerSettings(_Section, frozen=True):
    """One reader. ``port``: a device path, a pyserial URL, ``usb:VID:PID[:SERIAL][@LOCATION]``
    (found wherever it is plugged in), or ``keyboard`` (it types); empty: no scanner.
    """

    port: str = ""
    baudrate: Annotated[int, Meta(ge=300, le=921600)] = 9600
    prefix: str = ""
    """What the reader puts in front of every code and nobody wants."""
    suffix: Literal["any", "cr", "lf", "tab", "etx", "none"] = "any"
    """What ends a code; ``none``: silence does."""
    idle_ms: Annotated[int, Meta(ge=20, le=1000)] = 150
    """How long silence lasts that ends a code; for a keyboard reader the learnt longest gap."""
    check_block: bool = False
    """Whether a block check character follows ETX."""
    code_ids: Literal["aim", "honeywell"] = "aim"
    acknowledge: bool = False
    """Whether the reader waits for ACK and complains to the hand at NAK."""
    us_layout: bool = False
    """Keyboard readers: decode by key position as on an American keyboard."""
    upc_e: bool = False
    """Whether it sends UPC-E as eight digits, not written out."""


class PrinterSettings(_Section, frozen=True):
    """One printer. ``target``: ``tcp://host:9100``, ``serial:///dev/ttyUSB0?baud=38400``,
    ``/dev/usb/lp0``, ``cups:QUEUE``, ``windows:PRINTER``; empty: no printer.
    """

    target: str = ""
    paper: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")] = "80"
    """The profile: width in millimetres, and columns where they are not the usual 48 or 32."""
    pages: Literal["profile", "windows", "dos"] = "profile"
    """Which code pages this printer was seen to print rightly."""
    pictures: tuple[Language, ...] | None = None
    """Languages printed as pictures; none named: as the profile says (Hebrew)."""
    confirms: bool | None = None
    """Whether it answers ``GS ( H``; not said: as the profile says."""
    cutter: Literal["profile", "partial", "full", "none"] = "profile"


class DrawerSettings(_Section, frozen=True):
    """The cash drawer on the first printer."""

    opens: Literal["never", "cash", "always"] = "never"
    """At which sales it opens by itself."""
    pin: Literal[2, 5] = 2
    way: Literal["now", "queued"] = "now"
    """By real-time command, or in the printer's queue."""
    pulse_ms: Annotated[int, Meta(ge=50, le=500)] = 150
    open_is_high: bool = False
    """Which way the switch in the drawer reads; learnt in the set-up."""


class DisplaySettings(_Section, frozen=True):
    """What the customer sees: a pole display of two lines of twenty, a second screen."""

    target: str = ""
    """The pole: ``serial:///dev/ttyUSB2?baud=9600``, ``tcp://…``, or ``printer`` (daisy chain)."""
    protocol: Literal["escpos", "cd5220"] = "escpos"
    charset: Literal["ascii", "latin", "greek", "cyrillic", "central"] = "latin"
    """What letters its character generator has; all others are written in Latin, and with
    ``ascii``, which every display has, without accents and with EUR for €."""
    screen: Annotated[int, Meta(ge=0, le=9)] = 0
    """Number of the second screen, 1 for the first beside the till's own; 0: none."""
    enrol_url: str = ""
    """Where a customer gets a card, as a code on the second screen; empty: at the counter only."""
    offers: tuple[str, ...] = ()
    """Sentences that take turns with the welcome on the pole, in the shop's language."""


class SlipSettings(_Section, frozen=True):
    """What slips carry and how long they may wait for paper."""

    logo: str = ""
    """Path of a picture printed at the top."""
    claim_url: str = ""
    """Where a guest claims points; ``{code}`` is replaced. Empty: at the counter only."""
    claim_days: Annotated[int, Meta(ge=0, le=365)] = 14
    """How long a guest's sale can be claimed; 0: not at all."""
    feedback_url: str = ""
    digital_url: str = ""
    """Where the digital slips in ``digital_folder`` are seen; ``{code}`` is replaced."""
    coupon_url: str = ""
    """Where a coupon is used in the web shop; ``{code}`` is replaced. Empty: its code alone."""
    digital_folder: str = ""
    digital_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    """How long a digital slip can be seen."""
    keep_hours: Annotated[int, Meta(ge=1, le=720)] = 12
    """A slip that waited longer for its printer is not wanted any more."""


class WalletSettings(_Section, frozen=True):
    """What makes cards for phones' wallets: paths of files that Apple and Google gave the shop.

    The page and the picture with the code need none of it.
    """

    apple_pass_type: Annotated[str, Meta(pattern=r"^(pass\.[A-Za-z0-9.-]+)?$")] = ""
    """As registered there, ``pass.example.loyalty``."""
    apple_team: Annotated[str, Meta(pattern=r"^([A-Z0-9]{10})?$")] = ""
    apple_certificate: str = ""
    """The pass type's certificate (PEM)."""
    apple_key: str = ""
    """Its private key (PEM, without a passphrase, readable by the till's user only)."""
    apple_wwdr: str = ""
    """Apple's intermediate certificate (PEM) that the pass type's was signed with."""
    google_class: Annotated[str, Meta(pattern=r"^([0-9]+\.[A-Za-z0-9._-]+)?$")] = ""
    """Issuer and loyalty class, ``3388000000000000001.club``."""
    google_account: str = ""
    """The service account's key file (JSON)."""


class OnlineStoreSettings(_Section, frozen=True):
    """One online store. Its password or key is in the keyring, as ``online-store``; that of a
    further one as ``online-store-NAME``."""

    kind: Literal["none", "vendure", "woocommerce", "shopify", "medusa"] = "none"
    name: Annotated[str, Meta(pattern=r"^[a-z0-9-]*$")] = ""
    """What its links and orders are kept under, and never changes; empty: its kind."""
    url: str = ""
    username: str = ""
    """The user, or the public part of a key; empty: the secret is a whole key."""
    ca: str = ""
    """A file with the certificate to trust, where the shop has one of its own making."""
    proxy: str = ""
    """Through which proxy it is reached, ``http://proxy:8080``; its login, where it wants one, is
    in the keyring as ``proxy`` (``user:password``). Empty: directly."""
    tells: Literal["sales", "points"] = "sales"
    """Whether sales become orders there, or points alone are told."""
    members: Literal["known", "all"] = "known"
    """Whose customers are members: those of a member's e-mail address, or everybody."""
    talks: bool = True
    """Whether this till may talk to it; where several share a hub, one of them does."""
    guest_email: str = "guest@till.invalid"
    """Whose name a sale without an e-mail address carries online."""
    pull_seconds: Annotated[int, Meta(ge=1, le=86400)] = 60

    @property
    def called(self) -> str:
        """The name it has in the books."""
        return self.name or self.kind

    @property
    def takes_coupons(self) -> bool:
        """Whether coupons can be made there (its adapter's ``capabilities`` say the same)."""
        return self.kind != "medusa"


class HubSettings(_Section, frozen=True):
    """What several tills share. The key is in the keyring, as ``hub``; ``main.py hub join`` writes
    all of it from a one-time code."""

    address: str = ""
    """``postgresql://till@host:5432/hub``; empty: this till stands alone."""
    ca: str = ""
    """The file with the certificate that the hub is known by."""
    patience_ms: Annotated[int, Meta(ge=100, le=5000)] = 1500
    """How long a sale with points waits for the hub's word."""
    pull_seconds: Annotated[int, Meta(ge=1, le=3600)] = 5


class ScreenSettings(_Section, frozen=True):
    """How the window looks."""

    language: Language = "en"
    theme: Literal["light", "dark", "contrast"] = "light"
    scale: Annotated[int, Meta(ge=75, le=300)] = 100
    """Percent."""


class Settings(_Section, frozen=True):
    """Everything a shop can set."""

    shop: ShopSettings = ShopSettings()
    till: TillSettings = TillSettings()
    scanner: ScannerSettings = ScannerSettings()
    more_scanners: tuple[ScannerSettings, ...] = ()
    printer: PrinterSettings = PrinterSettings()
    more_printers: tuple[PrinterSettings, ...] = ()
    """Tried in this order where the first one can't print."""
    drawer: DrawerSettings = DrawerSettings()
    display: DisplaySettings = DisplaySettings()
    slips: SlipSettings = SlipSettings()
    wallet: WalletSettings = WalletSettings()
    online_store: OnlineStoreSettings = OnlineStoreSettings()
    more_online_stores: tuple[OnlineStoreSettings, ...] = ()
    hub: HubSettings = HubSettings()
    screen: ScreenSettings = ScreenSettings()

    @property
    def scanners(self) -> tuple[ScannerSettings, ...]:
        """Every reader that is set up."""
        return tuple(one for one in (self.scanner, *self.more_scanners) if one.port)

    @property
    def online_stores(self) -> tuple[OnlineStoreSettings, ...]:
        """Every online store that is set up."""
        return tuple(o for o in (self.online_store, *self.more_online_stores) if o.kind != "none")

    @property
    def printers(self) -> tuple[PrinterSettings, ...]:
        """Every printer that is set up, in the order they are tried."""
        return tuple(one for one in (self.printer, *self.more_printers) if one.target)


def load(path: Path) -> Settings:
    """The settings in a file; defaults where there is none. Raises SettingsBroken."""
    try:
        text = path.read_text("utf-8-sig")  # Windows editors put a mark in front
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsBroken(path=str(path), problem=f"it can't be read: {error}") from error
    return parse(text, str(path))


def parse(text: str, path: str = "settings.toml") -> Settings:
    """Settings from TOML. Raises SettingsBroken with the line or key and the nearest known name."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsBroken(path=path, problem=f"not TOML: {error}") from error
    problem = unknown_key(raw, Settings)
    if problem:
        raise SettingsBroken(path=path, problem=problem)
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise SettingsBroken(path=path, problem=_plain(error)) from error
    problem = _store_names(settings)
    if problem:
        raise SettingsBroken(path=path, problem=problem)
    return settings


def _store_names(settings: Settings) -> str:
    """A sentence on two online stores that would share one queue, cursors and keys, or nothing."""
    taken: set[str] = set()
    for store in settings.online_stores:
        if store.called == "hub":
            return 'an online store can\'t be called "hub"; give it another name'
        if store.called in taken:
            return f'two online stores are called "{store.called}"; give one a name of its own'
        taken.add(store.called)
    return ""


def unknown_key(raw: Mapping[str, object], section: type[msgspec.Struct], where: str = "") -> str:
    """A sentence on the first key that a section or one inside it does not know, or nothing."""
    known = {field.name: field.type for field in msgspec.structs.fields(section)}
    for key, value in raw.items():
        if key not in known:
            hint = nearest(key, known, where) or f"known: {', '.join(known)}"
            return f"unknown key {where}{key}; {hint}"
        kind = known[key]
        if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            problem = unknown_key(value, kind, f"{where}{key}.")
            if problem:
                return problem
    return ""


def nearest(word: str, known: Iterable[str], where: str = "") -> str:
    """A question after the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {where}{near[0]}?" if near else ""


def _plain(error: msgspec.ValidationError) -> str:
    """What is wrong with a value, for a person: where, and what it may be."""
    said, _, where = str(error).rstrip("`").rpartition(" - at `$.")
    choice = re.match(r"Invalid enum value (?P<word>.*)$", said)
    if choice is not None:
        known = _choices(re.sub(r"\[\d*\]", "", where).split("."))
        hint = nearest(choice["word"], known)
        told = [f"{where} = {choice['word']};", hint, f"known: {', '.join(known)}"]
        return " ".join(filter(None, told))
    if said.startswith("Expected `str`, got"):
        return f"{where} is a text: put it in quotes"
    return f"{where}: {said.replace('`', '')}"


def _choices(path: Sequence[str]) -> list[str]:
    """The words that a key may say, by its path."""
    kind: object = Settings
    for name in path:
        (section,) = (part for part in _parts(kind) if isinstance(part, type(msgspec.Struct)))
        kind = {field.name: field.type for field in msgspec.structs.fields(section)}[name]
    return [str(word) for part in _parts(kind) for word in get_args(part)]


def _parts(kind: object) -> list[object]:
    """A type itself, or what stands in its union or tuple."""
    if get_origin(kind) in (tuple, Union, UnionType):
        return [part for inner in get_args(kind) for part in _parts(inner)]
    return [kind]
