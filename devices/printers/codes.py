"""Codes the printer draws itself: EAN-13, Code 128, QR.

Pure. A code that cannot be read on this paper is not printed as a code: printers draw a wrong check
digit without complaint, and print nothing at all when a code is too wide.
"""

import re
from dataclasses import dataclass

HEIGHT_DOTS = 64
_EAN, _CODE_128 = 67, 73
_EAN_MODULES = 113  # 95 bars and spaces and the quiet zones of 11 and 7 (GS1 5.2.3.1)
_GS = b"\x1d"
# Printers act on DLE EOT, DLE ENQ and DLE DC4 even inside the data of another command.
REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


@dataclass(frozen=True, slots=True)
class Barcode:
    """One linear code: `kind` and `payload` as `GS k` wants them, `modules` with `quiet` ones."""

    kind: int
    payload: bytes
    modules: int
    text: str = ""
    quiet: int = 20

    @property
    def below(self) -> str:
        """What the printer sets below the bars: the digits of goods. Other codes are told by who
        wrote the slip, in groups that people can read."""
        return self.text if self.kind == _EAN else ""

    def bars(self) -> str:
        """Return the modules without quiet zones, "1" for a bar."""
        import barcode  # only printers that draw no codes themselves need it

        name, data = ("ean13", self.text[:12]) if self.kind == _EAN else ("code128", self.text)
        return str(barcode.get_barcode_class(name)(data).build()[0])


def barcode_for(data: str) -> Barcode | None:
    """Return EAN-13 for 13 digits with their check digit, else Code 128, else nothing."""
    if re.fullmatch(r"[0-9]{13}", data) and _ean_holds(data):
        return Barcode(_EAN, data.encode(), _EAN_MODULES, data, quiet=18)
    if not re.fullmatch(r"[ -~]{1,48}", data):
        return None
    if (pairs := _digit_pairs(data)) is not None:
        return Barcode(_CODE_128, b"{C" + pairs, _code128_modules(len(pairs)), data)
    escaped = data.replace("{", "{{").encode()
    return Barcode(_CODE_128, b"{B" + escaped, _code128_modules(len(data)), data)


def _digit_pairs(data: str) -> bytes | None:
    if not data.isdigit() or len(data) % 2:
        return None
    pairs = bytes(int(data[i : i + 2]) for i in range(0, len(data), 2))
    # Code set C is raw bytes: some pairs of digits would read as a real-time command.
    return None if REAL_TIME.search(pairs) else pairs


def _ean_holds(digits: str) -> bool:
    return sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(digits)) % 10 == 0


def _code128_modules(symbols: int) -> int:
    # start, data and check of 11 modules each, stop of 13, quiet zones of 10 on either side
    return 11 * (symbols + 2) + 13 + 20


def module_dots(code: Barcode, dots: int) -> int:
    """Return how many dots the narrowest bar gets: 3 or 2; 0 when the code is too wide.

    The edges of the paper, which no head reaches, are as quiet as a code needs: 30 dots and more.
    """
    module = min(3, dots // (code.modules - code.quiet))
    return module if module >= 2 else 0


def barcode_command(code: Barcode, dots: int) -> bytes | None:
    """Return the commands that print the code, or None when it is too wide."""
    module = module_dots(code, dots)
    if not module:
        return None
    return b"".join(
        (
            _GS + b"h%c" % HEIGHT_DOTS,
            _GS + b"w%c" % module,
            _GS + b"f\x00" + _GS + (b"H\x02" if code.below else b"H\x00"),
            _GS + b"k%c%c" % (code.kind, len(code.payload)) + code.payload,
        )
    )


def fits_qr(data: str) -> bool:
    """Say whether a printer can draw this as a QR code: printable, and not too much."""
    # Printable first: what is not may not even have bytes.
    return data.isprintable() and 0 < len(data.encode()) <= _level_m_bytes(40)


def qr_modules(data: str) -> int:
    """Return how many modules a side of the code has at most, without its quiet zone."""
    length = len(data.encode())
    # Byte capacity of versions 1 to 40 at level M grows a little faster than this bound.
    version = next((v for v in range(1, 41) if _level_m_bytes(v) >= length), 40)
    return 17 + 4 * version


def qr_module_dots(data: str, dots: int) -> int:
    """Return how many dots one module gets: as large as fits two fifths of the paper, 3 to 6."""
    return max(3, min(6, dots * 2 // 5 // qr_modules(data)))


def _level_m_bytes(version: int) -> int:
    return int(0.85 * version * version + 12 * version)
