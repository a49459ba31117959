"""Barcodes and QR codes as modules, checked the way a careful printer would.

A code whose data cannot be right (wrong check digit, wrong length, foreign characters) is refused
with a reason; it is never printed "nearly right", because a scanner would read it as a different
card. Element widths follow the standards: EAN/UPC and CODE93/128 are made of modules, CODE39, ITF
and CODABAR of narrow and wide elements in the ratio 1 : 2.5.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.printers.emulator.code128 import code93_bars, code128_bars
from devices.printers.emulator.databar import databar_modules

KINDS = {
    0: "UPC-A", 1: "UPC-E", 2: "EAN13", 3: "EAN8", 4: "CODE39", 5: "ITF", 6: "CODABAR",
    65: "UPC-A", 66: "UPC-E", 67: "EAN13", 68: "EAN8", 69: "CODE39", 70: "ITF", 71: "CODABAR",
    72: "CODE93", 73: "CODE128", 74: "GS1-128", 75: "GS1 DataBar", 76: "GS1 DataBar Truncated",
    77: "GS1 DataBar Limited", 78: "GS1 DataBar Expanded",
}  # fmt: skip


class Refused(Exception):  # noqa: N818 - it says what is wrong
    """The data cannot be printed as this kind of code; the message is the reason."""


def check_digit(digits: str) -> int:
    """The GS1 check digit (EAN, UPC) that belongs behind `digits`."""
    weighted = (int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -sum(weighted) % 10


def barcode(kind: str, data: bytes, module: int) -> tuple[str, str]:
    """The bars as a string of '1' and '0' per dot, and the readable text. Raises `Refused`."""
    if kind not in _MAKERS:
        raise Refused("this printer draws no such code")
    return _MAKERS[kind](data, module)


def qr_matrix(data: bytes, level: str, *, micro: bool = False) -> tuple[str, ...]:
    """The modules of a QR code, one string per row. Raises `Refused` when the data is too long."""
    import segno

    try:
        code = segno.make(data, error=level, boost_error=False, micro=micro)
    except (segno.DataOverflowError, ValueError) as error:
        raise Refused(str(error)) from error
    return tuple("".join("1" if dot else "0" for dot in row) for row in code.matrix)


def _digits(data: bytes) -> str:
    if not data.isdigit():
        raise Refused("only digits can be printed")
    return data.decode("ascii")


def _checked(data: bytes, length: int) -> str:
    """`length` digits with a right check digit; one digit less gets it appended."""
    digits = _digits(data)
    if len(digits) == length - 1:
        return digits + str(check_digit(digits))
    if len(digits) != length:
        raise Refused(f"{len(digits)} digits instead of {length}")
    right = check_digit(digits[:-1])
    if int(digits[-1]) != right:
        raise Refused(f"wrong check digit {digits[-1]}, right is {right}")
    return digits


def _spread(modules: str, dots: int) -> str:
    return "".join(module * dots for module in modules)


def _ean13(data: bytes, module: int) -> tuple[str, str]:
    from barcode.charsets import ean

    digits = _checked(data, 13)
    pattern = ean.LEFT_PATTERN[int(digits[0])]
    left = "".join(ean.CODES[side][int(d)] for side, d in zip(pattern, digits[1:7], strict=True))
    right = "".join(ean.CODES["C"][int(digit)] for digit in digits[7:])
    return _spread(f"101{left}01010{right}101", module), digits


def _ean8(data: bytes, module: int) -> tuple[str, str]:
    from barcode.charsets import ean

    digits = _checked(data, 8)
    left = "".join(ean.CODES["A"][int(digit)] for digit in digits[:4])
    right = "".join(ean.CODES["C"][int(digit)] for digit in digits[4:])
    return _spread(f"101{left}01010{right}101", module), digits


def _upc_a(data: bytes, module: int) -> tuple[str, str]:
    digits = _checked(data, 12)
    return _ean13(b"0" + digits.encode("ascii"), module)[0], digits


_UPC_E_PARITY = (
    "BBBAAA", "BBABAA", "BBAABA", "BBAAAB", "BABBAA", "BAABBA", "BAAABB",
    "BABABA", "BABAAB", "BAABAB",
)  # fmt: skip


def _upc_e(data: bytes, module: int) -> tuple[str, str]:
    from barcode.charsets import ean

    full = _upc_a_of(_digits(data))
    short = _zero_suppressed(full)
    parity = _UPC_E_PARITY[int(full[11])]
    bars = "".join(ean.CODES[side][int(d)] for side, d in zip(parity, short, strict=True))
    return _spread(f"101{bars}010101", module), f"0{short}{full[11]}"


def _upc_a_of(digits: str) -> str:
    """The twelve digits that 6, 7 or 8 (zero-suppressed) or 11 or 12 digits stand for."""
    if len(digits) in (11, 12):
        return _checked(digits.encode("ascii"), 12)
    if len(digits) not in (6, 7, 8) or (len(digits) > 6 and digits[0] != "0"):
        raise Refused(f"{len(digits)} digits cannot be an UPC-E")
    body = digits if len(digits) == 6 else digits[1:7]
    last = body[5]
    if last in "012":
        whole = f"0{body[:2]}{last}0000{body[2:5]}"
    elif last in "34":
        kept = int(last)
        whole = f"0{body[:kept]}00000{body[kept:5]}".ljust(11, "0")
    else:
        whole = f"0{body[:5]}0000{last}"
    return _checked((whole + digits[7:]).encode("ascii"), 12)


def _zero_suppressed(full: str) -> str:
    maker, article = full[1:6], full[6:11]
    if full[0] == "0":
        if maker[2:] in ("000", "100", "200") and article[:2] == "00":
            return maker[:2] + article[2:] + maker[2]
        if maker[3:] == "00" and article[:3] == "000":
            return maker[:3] + article[3:] + "3"
        if maker[4] == "0" and article[:4] == "0000":
            return maker[:4] + article[4] + "4"
        if article[:4] == "0000" and article[4] in "56789":
            return maker + article[4]
    raise Refused(f"{full} has no short form")


def _elements(widths: list[str], module: int) -> str:
    """Alternating bars and spaces, each 'n'arrow or 'w'ide, as dots."""
    wide = round(module * 2.5)
    runs = (
        ("1", "0")[place % 2] * (wide if width == "w" else module)
        for place, width in enumerate("".join(widths))
    )
    return "".join(runs)


def _code39(data: bytes, module: int) -> tuple[str, str]:
    from barcode.charsets import code39

    text = _ascii(data).strip("*")
    table = {char: pattern for char, (_, pattern) in code39.MAP.items()}
    if not text or any(char not in table for char in text):
        raise Refused("a character that CODE39 does not have")
    bars = [_narrow_and_wide(code39.EDGE)]
    bars += [_narrow_and_wide(table[char]) for char in text]
    bars.append(_narrow_and_wide(code39.EDGE))
    return _elements(["n".join(bars)], module), text


def _narrow_and_wide(modules: str) -> str:
    """Bar patterns whose wide elements are three modules, as 'n' and 'w'."""
    runs, last = "", ""
    for module in modules:
        runs, last = (runs + "n" if module != last else runs[:-1] + "w"), module
    return runs


def _itf(data: bytes, module: int) -> tuple[str, str]:
    from barcode.charsets import itf

    digits = _digits(data)
    if len(digits) % 2:
        raise Refused("an odd number of digits")
    pairs = zip(digits[::2], digits[1::2], strict=True)
    body = [
        bar + space
        for one, two in pairs
        for bar, space in zip(itf.CODES[int(one)], itf.CODES[int(two)], strict=True)
    ]
    return _elements(["nnnn", "".join(body).lower(), "wnn"], module), digits


def _codabar(data: bytes, module: int) -> tuple[str, str]:
    from barcode.charsets import codabar

    text = _ascii(data).upper()
    ends = text[:1] + text[-1:]
    if len(text) < 3 or any(char not in codabar.STARTSTOP for char in ends):
        raise Refused("no start or stop character A-D")
    if any(char not in codabar.CODES for char in text[1:-1]):
        raise Refused("a character that CODABAR does not have")
    patterns = [codabar.STARTSTOP[text[0]]]
    patterns += [codabar.CODES[char] for char in text[1:-1]]
    patterns.append(codabar.STARTSTOP[text[-1]])
    return _elements(["n".join(patterns).lower()], module), text


def _code93(data: bytes, module: int) -> tuple[str, str]:
    try:
        modules, text = code93_bars(data)
    except ValueError as error:
        raise Refused(str(error)) from error
    return _spread(modules, module), text


def _code128(data: bytes, module: int) -> tuple[str, str]:
    try:
        modules, text = code128_bars(data)
    except ValueError as error:
        raise Refused(str(error)) from error
    return _spread(modules, module), text


def _gs1_128(data: bytes, module: int) -> tuple[str, str]:
    """Data without a subset of its own is printed in subset B behind the leading FNC1."""
    text = data.translate(None, b"()* ") if not data.startswith(b"{") else data
    prefixed = b"{B{1" + text if not data.startswith(b"{") else text[:2] + b"{1" + text[2:]
    bars, _ = _code128(prefixed, module)
    return bars, data.decode("ascii", "replace")


def _databar(data: bytes, module: int) -> tuple[str, str]:
    digits = _checked(data, 14)
    return _spread(databar_modules(digits[:-1]), module), f"(01){digits}"


def _ascii(data: bytes) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise Refused("a character outside ASCII") from error


_MAKERS: dict[str, Callable[[bytes, int], tuple[str, str]]] = {
    "EAN13": _ean13,
    "EAN8": _ean8,
    "UPC-A": _upc_a,
    "UPC-E": _upc_e,
    "CODE39": _code39,
    "ITF": _itf,
    "CODABAR": _codabar,
    "CODE93": _code93,
    "CODE128": _code128,
    "GS1-128": _gs1_128,
    "GS1 DataBar": _databar,
    "GS1 DataBar Truncated": _databar,
}
