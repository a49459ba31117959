"""What a scanner says: a scan, a refusal, a change of state.

A `Scan` carries the code as text, already stripped of framing and reader prefixes and normalised
(UPC-A as 13 digits). A `Rejected` never carries what was read: it may have been a payment card.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Symbology(StrEnum):
    """The kind of code, as far as the reader or the digits themselves tell."""

    EAN13 = "ean13"
    EAN8 = "ean8"
    CODE128 = "code128"
    GS1_128 = "gs1_128"
    CODE39 = "code39"
    CODE93 = "code93"
    CODABAR = "codabar"
    ITF = "itf"
    DATABAR = "databar"
    QR = "qr"
    GS1_QR = "gs1_qr"
    DATA_MATRIX = "data_matrix"
    GS1_DATA_MATRIX = "gs1_data_matrix"
    AZTEC = "aztec"
    PDF417 = "pdf417"
    STRIPE = "stripe"
    UPC_E = "upc_e"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why something read is not a scan; each has its own remedy."""

    HALF_SCAN = "half_scan"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    GLUED = "glued"
    CONTROL_CHARACTERS = "control_characters"
    GARBAGE = "garbage"
    WRONG_SPEED = "wrong_speed"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_TERMINATOR = "no_terminator"
    WRONG_BLOCK_CHECK = "wrong_block_check"
    PAYMENT_CARD = "payment_card"
    PERSONAL_DOCUMENT = "personal_document"


class ScannerState(StrEnum):
    """Where the reader is: `AWAY` comes back by itself, `STOPPED` does not."""

    CONNECTED = "connected"
    AWAY = "away"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Scan:
    """One code that was read whole; `port` is the address of the reader that saw it.

    `ai` is the GS1 application identifier that `text` stood under: 01 an article, 8018 a member,
    255 a coupon; "" where the code was no GS1 message.
    """

    text: str
    symbology: Symbology
    port: str
    ai: str = ""

    def __repr__(self) -> str:
        """Show the last four characters only: scans end up in logs and tracebacks."""
        return f"Scan(…{self.text[-4:]!r}, {self.symbology.value}, {self.port!r})"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something was read and is no scan; `length` counts what was thrown away, in bytes."""

    reason: Reason
    port: str
    length: int


class Scanner(Protocol):
    """A source of scans that runs on its own thread and looks after itself."""

    @property
    def port(self) -> str:
        """The address the scanner was opened by."""
        ...

    @property
    def state(self) -> ScannerState:
        """Whether the reader is there right now."""
        ...

    def start(self) -> None:
        """Begin listening; callbacks come on the scanner's own thread."""
        ...

    def stop(self) -> None:
        """Stop listening and release the port; no callback comes afterwards."""
        ...
