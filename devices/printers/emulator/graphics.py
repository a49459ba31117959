"""Codes and pictures: barcodes, QR codes, raster images, stored graphics and column images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, Protocol

from devices.printers.emulator.paper import Code, EventKind, Picture
from devices.printers.emulator.symbols import KINDS, Refused, barcode, qr_matrix
from devices.printers.emulator.typesetter import Typesetter

_LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}
_HRI: dict[int, Literal["none", "above", "below", "both"]] = {
    0: "none",
    1: "above",
    2: "below",
    3: "both",
}


class Recorder(Protocol):
    """Notes an event at the present place of the stream."""

    def __call__(self, kind: EventKind, text: str, data: bytes = b"") -> None: ...


class Graphics:
    """What of an interface's state concerns codes and pictures, and the commands that use it."""

    def __init__(self, typesetter: Typesetter, record: Recorder) -> None:
        self._type = typesetter
        self._record = record
        self.reset()

    def reset(self) -> None:
        """ESC @: stored codes and graphics are lost."""
        self._qr_data = b""
        self._stored: Picture | None = None

    def table(self) -> dict[bytes, Callable[[bytes], None]]:
        """The commands that belong here."""
        return {
            b"\x1dh": lambda a: self._bar_height(a[0]),
            b"\x1dw": lambda a: self._bar_width(a[0]),
            b"\x1df": lambda a: self._hri_font(a[0]),
            b"\x1dH": lambda a: self._hri(a[0]),
            b"\x1dk": self._barcode,
            b"\x1dv": self._raster,
            b"\x1b*": self._column_image,
            b"\x1d8": lambda a: self.function(a[:1] + a[5:]),
        }

    def function(self, data: bytes) -> None:
        """GS ( k and GS ( L (also GS 8 L): the letter and what follows the length."""
        if data[:2] == b"k1" and len(data) > 3:
            self._qr(data[2], data[3:])
        elif data[:1] == b"L" and len(data) > 2:
            self._store_or_print(data[2], data[3:])
        else:
            self._record("unknown", f"1d 28 {data[:8].hex(' ')}", b"\x1d(" + data)

    def _bar_height(self, dots: int) -> None:
        if dots:
            self._type.modes.bar_height = dots

    def _bar_width(self, dots: int) -> None:
        if 2 <= dots <= 6:
            self._type.modes.bar_width = dots

    def _hri(self, place: int) -> None:
        self._type.modes.hri = _HRI.get(place % 48, "none")

    def _hri_font(self, font: int) -> None:
        self._type.modes.hri_font = "B" if font in (1, 49) else "A"

    def _barcode(self, args: bytes) -> None:
        number = args[0]
        if number not in KINDS:
            self._record("unknown", f"1d 6b {number:02x}", b"\x1dk" + args)
            return
        data = args[1:-1] if number <= 6 else args[2:]
        kind, modes = KINDS[number], self._type.modes
        text = data.decode("latin-1")
        try:
            dots, text = barcode(kind, data, modes.bar_width)
            self._must_fit(len(dots))
        except Refused as reason:
            self._refuse(kind, data, text, str(reason))
            return
        code = Code(kind, data, text, matrix=(dots,), bar_height=modes.bar_height)
        self._type.block(_with_hri(code, modes.hri, modes.hri_font))

    def _must_fit(self, width: int) -> None:
        if not self._type.fits(width):
            raise Refused(f"{width} dots are too wide")

    def _refuse(self, kind: str, data: bytes, text: str, reason: str) -> None:
        self._record("refused code", f"{kind} {text}: {reason}", data)
        self._type.block(Code(kind, data, text, refused=reason))

    def _qr(self, function: int, args: bytes) -> None:
        modes = self._type.modes
        if function == 0x41:
            modes.qr_model = args[0]
        elif function == 0x43 and 1 <= args[0] <= 16:
            modes.qr_module = args[0]
        elif function == 0x45 and args[0] in _LEVELS:
            modes.qr_level = _LEVELS[args[0]]
        elif function == 0x50:
            self._qr_data = args[1:]
        elif function == 0x51:
            self._print_qr()
        else:
            self._record("unknown", f"1d 28 6b .. 31 {function:02x} {args[:4].hex()}", args)

    def _print_qr(self) -> None:
        if not self._qr_data:
            return
        modes, data = self._type.modes, self._qr_data
        text = data.decode("utf-8", "replace")
        try:
            if modes.qr_model == 49:
                raise Refused("model 1 is not drawn")
            matrix = qr_matrix(data, modes.qr_level, micro=modes.qr_model == 51)
            self._must_fit(len(matrix) * modes.qr_module)
        except Refused as reason:
            self._refuse("QR", data, text, str(reason))
            return
        self._type.block(Code("QR", data, text, matrix=matrix, module=modes.qr_module))

    def _raster(self, args: bytes) -> None:
        if args[:1] != b"0":
            self._record("unknown", f"1d 76 {args[:1].hex()}", args[:6])
            return
        scale = args[1] % 48
        width, height = _little(args[2:4]) * 8, _little(args[4:6])
        self._print_picture(
            Picture(0, 0, width, height, args[6:], 2 if scale & 1 else 1, 2 if scale & 2 else 1)
        )

    def _print_picture(self, picture: Picture) -> None:
        if picture.width and picture.height:
            self._type.block(picture)

    def _store_or_print(self, function: int, args: bytes) -> None:
        if function == 0x70 and len(args) >= 8:
            width, height = _little(args[4:6]), _little(args[6:8])
            size = (width + 7) // 8 * height
            rows = args[8:][:size].ljust(size, b"\x00")
            scale_x, scale_y = (2 if factor in (2, 50) else 1 for factor in args[1:3])
            self._stored = Picture(0, 0, width, height, rows, scale_x, scale_y)
        elif function in (2, 50):
            if self._stored is not None:
                self._print_picture(self._stored)
            self._stored = None
        else:
            self._record("unknown", f"1d 28 4c .. 30 {function:02x}", args[:8])

    def _column_image(self, args: bytes) -> None:
        mode, columns, data = args[0], _little(args[1:3]), args[3:]
        if mode not in (0, 1, 32, 33):
            self._record("unknown", f"1b 2a {mode:02x}", args[:3])
            return
        per_column = 3 if mode >= 32 else 1
        rows = _transposed(data, columns, per_column)
        scale_x, scale_y = 1 if mode & 1 else 2, 1 if mode >= 32 else 3
        self._type.inline(Picture(0, 0, columns, per_column * 8, rows, scale_x, scale_y))


def _with_hri(code: Code, place: Literal["none", "above", "below", "both"], font: str) -> Code:
    return replace(code, hri=place, hri_font=font)


def _transposed(data: bytes, columns: int, per_column: int) -> bytes:
    """Columns of dots, top bit first, as packed rows."""
    stride = (columns + 7) // 8
    rows = bytearray(stride * per_column * 8)
    for column in range(columns):
        bits = int.from_bytes(data[column * per_column : (column + 1) * per_column], "big")
        for row in range(per_column * 8):
            if bits >> (per_column * 8 - 1 - row) & 1:
                rows[row * stride + column // 8] |= 0x80 >> column % 8
    return bytes(rows)


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
